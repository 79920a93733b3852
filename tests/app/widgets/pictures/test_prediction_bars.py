"""Ten outputs, the answer, and the loss of one example."""

import numpy as np
import pytest

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.prediction_bars import PredictionBars


@pytest.fixture
def bars(qtbot):
    bars = PredictionBars()
    qtbot.addWidget(bars)
    bars.resize(300, 200)
    bars.show()
    return bars


OUTPUTS = np.array([0.1, 0, 0.2, 0, 0, 0, 0, 0.94, 0, 0])


def test_the_brightest_is_the_answer(bars):
    bars.set_outputs(OUTPUTS)
    assert bars.predicted() == 7
    assert bars.accessibleDescription().startswith("7: 0.94, 2: 0.20, 0: 0.10")
    image = bars.grab().toImage()
    blue = [
        x
        for x in range(image.width())
        if image.pixelColor(x, 90).name().upper() == current_theme().palette.positive
    ]
    assert blue
    assert 210 <= min(blue) < max(blue) < 240, "the eighth of ten columns"


def test_without_a_drawing_there_is_no_answer(bars):
    bars.set_outputs(None)
    assert bars.predicted() is None
    assert bars.accessibleDescription() == "No answer yet."
    assert bars.table()[1] == []


def test_the_cost_of_an_example_is_half_the_sum_of_squares(bars):
    plain = bars.sizeHint().height()
    bars.set_outputs(OUTPUTS, wanted=7)
    by_hand = ((1 - 0.94) ** 2 + 0.1**2 + 0.2**2) / 2
    assert bars.loss() == pytest.approx(by_hand)
    assert bars.loss_text() == "loss of this example = ½ · Σ = 0.0268"
    assert "0.0268" in bars.accessibleDescription()
    headers, rows = bars.table()
    assert headers == ["digit", "output", "wanted", "squared difference"]
    assert rows[7] == [7, 0.94, 1, pytest.approx(0.0036)]
    assert sum(row[3] for row in rows) / 2 == pytest.approx(by_hand)
    assert bars.sizeHint().height() > plain
    bars.set_outputs(OUTPUTS)
    assert bars.loss_text() == ""


def ink_of_square(bars, digit) -> int:
    """Return how much ink one digit's squared difference is written with."""
    image = bars.grab().toImage()
    line = current_theme().px(18)
    left = bars.fontMetrics().horizontalAdvance("(w−o)²") + 4
    column = (bars.width() - left) / 10
    top = bars.height() - (current_theme().px(18 * 4 + 4)) + 2 * line
    start = round(left + digit * column)
    return sum(
        255 - image.pixelColor(x, y).lightness()
        for x in range(start, start + int(column))
        for y in range(top, top + line)
    )


@pytest.mark.parametrize("wide", [300, 800])
def test_small_squared_differences_are_not_all_zero(bars, wide):
    bars.resize(wide, 200)
    bars.set_outputs([0.05, 0, 0.02, 0.01, 0, 0, 0, 0.94, 0, 0], wanted=7)
    nothing = ink_of_square(bars, 1)
    assert ink_of_square(bars, 4) == pytest.approx(nothing, rel=0.1)
    assert all(ink_of_square(bars, digit) > 1.5 * nothing for digit in (0, 2, 3, 7))


def test_another_cost_than_half_the_sum_can_be_told(bars):
    bars.set_outputs(OUTPUTS, wanted=7, loss_text="loss = −ln 0.94 = 0.0619")
    assert bars.loss_text() == "loss = −ln 0.94 = 0.0619"
    assert "−ln 0.94" in bars.accessibleDescription()
    bars.set_outputs(OUTPUTS, wanted=7)
    assert "½ · Σ" in bars.loss_text()
