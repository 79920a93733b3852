"""The step card for 16,330 numbers: the same form as for one, the largest first, by name."""

import functools
import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from gdstudio.app.labs.digits.inside.step_page import DigitsStepCard
from gdstudio.app.theme import current_theme
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.parameter_names import parameter_name
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.next_step import rank_next_step

NETWORK = NetworkSettings().build()


def step_of(settings, *, rate=None, seed=0):
    rng = np.random.default_rng(seed)
    theta, gradient = (rng.normal(size=NETWORK.size).astype(np.float32) for _ in range(2))
    optimizer = settings.build(NETWORK.size, NETWORK.dtype)
    optimizer.step(theta, gradient, settings.learning_rate)
    step = optimizer.next_step(theta, gradient, settings.learning_rate if rate is None else rate)
    return rank_next_step(
        NETWORK, theta, gradient, step, iteration=1, loss=0.25, learning_rate=rate
    )


@pytest.fixture
def card(qtbot):
    card = DigitsStepCard()
    qtbot.addWidget(card)
    card.resize(560, 640)
    return card


def show(card, next_step, settings, **options):
    card.show_next_step(next_step, settings, functools.partial(parameter_name, NETWORK), **options)


def said(card, name):
    label = card.findChild(QLabel, name)
    return re.sub("<.*?>", " ", label.text())


def test_without_a_step_it_says_what_will_be_there(card):
    card.show()
    texts = [label.text() for label in card.findChildren(QLabel) if label.isVisible()]
    assert any("press Step or Run" in text for text in texts)
    assert card.table() == (
        ["rank", "component", "name", "value", "slope", "step", "new value", "share"],
        [],
    )


def test_the_largest_come_first_with_names_and_shares(card):
    settings = OptimizerSettings(learning_rate=0.5)
    next_step = step_of(settings)
    show(card, next_step, settings)
    _, rows = card.table()
    assert len(rows) == card.list.row_count() == 200
    rank, index, name, value, slope, step, new_value, share = rows[0]
    assert (rank, name) == (1, parameter_name(NETWORK, index))
    assert abs(slope) == max(abs(row[4]) for row in rows)
    assert step == pytest.approx(-0.5 * slope)
    assert new_value == pytest.approx(value + step)
    assert share == pytest.approx(slope**2 / next_step.slope_norm**2)
    assert card.list.row_text(0).startswith(f"1. {name}: value ")
    assert said(card, "step_rule_label") == "step = −η · slope"
    together = round(100 * float(next_step.shares.sum()))
    assert said(card, "step_caption_label") == (
        f"The 200 steepest of 16,330; together {together} % of Σ slope²"
    )
    shares = card.findChild(QWidget, "layer_shares").accessibleDescription()
    assert re.fullmatch(r"layer 1 9\d\.\d %  ·  layer 2 \d\.\d %  ·  outputs \d\.\d %", shares)


def test_the_chosen_component_is_written_out_and_stays_chosen(card, qtbot):
    settings = OptimizerSettings(optimizer="momentum", learning_rate=0.01)
    first = step_of(settings)
    show(card, first, settings)
    card.show()
    qtbot.waitExposed(card)
    view = card.list.view
    middle = view.visualRect(view.model().index(2, 0)).center()
    with qtbot.waitSignal(card.list.chosen):
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    written = said(card, "step_written_label")
    assert written.startswith(f"3. {card.table()[1][2][2]}")
    assert re.search(r"new value = \S+ \+ 0\.9 · \S+ − 0\.01 · \S+ = ", written)
    with qtbot.waitSignal(card.list.chosen):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert said(card, "step_written_label").startswith("4. ")
    # The next step ranks it elsewhere: what was looked at is still looked at.
    chosen = int(first.order[3])
    theta = np.zeros(NETWORK.size)
    gradient = np.zeros(NETWORK.size)
    gradient[first.order] = np.arange(1.0, 201.0)
    other = rank_next_step(NETWORK, theta, gradient, -gradient, iteration=2, loss=0.1)
    show(card, other, OptimizerSettings())
    assert card.list.current_row() == 196
    assert other.order[196] == chosen
    assert said(card, "step_written_label").startswith("197. ")


def test_schedule_clipping_and_l2_are_told(card):
    settings = OptimizerSettings(learning_rate=1.0)
    regularization = RegularizationSettings(l2=0.001, clip_norm=2.0)
    show(card, step_of(settings, rate=0.25), settings, regularization=regularization)
    sentence = said(card, "step_sentence_label")
    assert "η = 0.25." in sentence
    assert "cut to a length of at most 2." in sentence
    assert "0.001 · value" in sentence
    assert " − 0.25 · " in said(card, "step_written_label")


def test_a_worksheet_is_of_the_step_that_is_shown(card):
    with pytest.raises(BadInput, match="press Step or Run"):
        card.capture_worksheet()
    settings = OptimizerSettings(learning_rate=0.5)
    show(card, step_of(settings), settings)
    make = card.capture_worksheet()
    name = card.table()[1][0][2]
    show(card, step_of(settings, seed=1), settings)
    sheet = make(steps=1)
    assert sheet.tasks[0].grid.rows[0][1] == name
    assert len(sheet.tasks[0].grid.rows) == 10


@pytest.mark.parametrize("width", [320, 700])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_draws_at_every_size_and_with_numbers_that_are_none(card, qtbot, width, scale):
    broken = rank_next_step(
        NETWORK, *np.full((3, NETWORK.size), np.nan), iteration=0, loss=float("nan")
    )
    current_theme().set_scale(scale)
    card.resize(width, 700)
    card.show()
    qtbot.waitExposed(card)
    for step in (step_of(OptimizerSettings(optimizer="adam")), broken):
        show(card, step, OptimizerSettings(optimizer="adam"))
        current_theme().set_dark(True)
        assert not card.grab().isNull()
