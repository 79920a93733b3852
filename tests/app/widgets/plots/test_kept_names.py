"""The names of kept runs in a plot with little room: short, and never over most of it."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gdstudio.app.widgets.plots.kept_lines import KeptLine, KeptLines
from gdstudio.app.widgets.plots.line_plot import LinePlot

STEPS = np.array([0.0, 1.0])


class Writer(QPainter):
    """A painter that paints nothing, and notes what is written, and where."""

    def __init__(self):
        super().__init__()
        self.written = {}

    def setFont(self, _font):  # noqa: N802 - Qt's name
        pass

    def setPen(self, _pen):  # noqa: N802 - Qt's name
        pass

    def fillRect(self, _place, _color):  # noqa: N802 - Qt's name
        pass

    def drawText(self, place, _flags, text):  # noqa: N802 - Qt's name
        self.written[text] = place


@pytest.fixture
def write(qtbot):
    plots = []  # kept alive as long as the test

    def names(labels, width, height, height_of_ends=0):
        plot = LinePlot((), name="plot")
        plots.append(plot)
        qtbot.addWidget(plot)
        kept = KeptLines(plot)
        kept.set_lines([KeptLine(label, "walker_2", STEPS, STEPS) for label in labels])
        kept.draw(100)
        writer = Writer()
        end, box = QPointF(width, height_of_ends), QRectF(0, 0, width, height)
        kept.paint_names(writer, lambda _: end, box)
        return writer.written

    return names


def test_what_all_share_is_left_out_where_there_is_little_room(write):
    labels = [f"Gradient descent · rate 0.{n}" for n in (1, 2)]
    assert list(write(labels, 1000, 200)) == labels
    assert list(write(labels, 160, 200)) == ["rate 0.1", "rate 0.2"]


def test_what_tells_them_apart_is_shown_whole_and_before_all_else(write):
    labels = ["Momentum · rate 0.03", "Momentum · rate 0.1", "Adam · rate 0.2"]
    # One part of each is enough, and has room.
    assert list(write(labels, 160, 200)) == ["rate 0.03", "rate 0.1", "rate 0.2"]
    # The rate alone would not tell them apart.
    labels = ["Gradient descent · rate 0.1 · seed 1", "Adam · rate 0.1 · seed 2"]
    assert list(write(labels, 140, 200)) == ["seed 1", "seed 2"]
    assert list(write([*labels, "twin"], 140, 200))[:2] == ["seed 1", "seed 2"]


def test_a_number_at_the_end_stays_whole(write):
    names = ["Gradient descent", "Adam"]
    labels = [f"{name} · rate {rate}" for name in names for rate in ("0.1", "0.2")]
    short = write(labels, 220, 200)
    assert [text.rpartition(" · ")[2] for text in short] == ["rate 0.1", "rate 0.2"] * 2
    assert "…" in next(iter(short))


@pytest.mark.parametrize("height_of_ends", [0, 100, 200])
def test_no_name_lies_on_another_or_outside(write, height_of_ends):
    labels = [f"rate 0.{n}" for n in range(1, 5)]
    places = list(write(labels, 300, 200, height_of_ends).values())
    assert len(places) == 4
    box = QRectF(0, 0, 300, 200)
    assert all(box.contains(place) for place in places)
    assert not any(one.intersects(other) for one, other in itertools.combinations(places, 2))


def test_names_leave_most_of_a_small_plot_to_the_lines(write):
    written = write([f"a run with a very long name · rate 0.{n}" for n in range(1, 13)], 170, 150)
    assert sum(place.height() for place in written.values()) <= 0.6 * 150
    assert all(place.width() <= 0.5 * 170 + 8 for place in written.values())
