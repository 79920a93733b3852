"""Axes have few, round ticks, the ends included."""

import pytest
from PySide6.QtGui import QFont, QFontMetrics

from gdstudio.app.widgets.plots.axis import PlotAxis, round_spacing


@pytest.mark.parametrize(
    ("extent", "ticks", "spacing"), [(1.0, 5, 0.2), (100, 3, 50), (7, 7, 1), (0.0037, 4, 0.001)]
)
def test_spacings_are_round(extent, ticks, spacing):
    assert round_spacing(extent, ticks) == pytest.approx(spacing)


def test_the_ends_are_written(qapp):
    axis = PlotAxis("left")
    ((spacing, values),) = axis.tickValues(0.5, 1.0, 150)
    assert values[0] == 0.5
    assert values[-1] == pytest.approx(1.0)
    assert axis.tickStrings(values, 1.0, spacing)[-1] == "1.0"


def test_a_logarithmic_axis_has_decades_or_parts_of_them(qapp):
    axis = PlotAxis("left")
    axis.setLogMode(x=False, y=True)
    ((_, wide),) = axis.tickValues(-4.5, 1.2, 300)
    assert axis.tickStrings(wide, 1.0, 1.0) == ["0.0001", "0.001", "0.01", "0.1", "1", "10"]
    ((_, narrow),) = axis.tickValues(-1.1, 0.1, 300)
    assert axis.tickStrings(narrow, 1.0, 1.0) == ["0.1", "0.2", "0.5", "1"]


@pytest.mark.parametrize("font_size", [12, 24])
@pytest.mark.parametrize(
    ("side", "low", "high", "size"),
    [
        ("bottom", -0.27, 0.46, 180),
        ("bottom", 0.55, 0.88, 150),
        ("bottom", 1050, 2500, 300),
        ("left", 0.52, 1.0, 55),
        ("left", 0.0, 0.47, 50),
        ("left", 190_000, 410_000, 60),
    ],
)
def test_a_short_axis_has_three_ticks_that_can_be_told_apart(
    qapp, side, low, high, size, font_size
):
    axis = PlotAxis(side)
    font = QFont("Inter")
    font.setPixelSize(font_size)
    axis.setTickFont(font)
    size *= font_size / 12
    ((spacing, values),) = axis.tickValues(low, high, size)
    assert 3 <= len(values) <= 8
    gap = spacing / (high - low) * size
    metrics = QFontMetrics(font)
    texts = axis.tickStrings(values, 1.0, spacing)
    assert len(set(texts)) == len(texts)
    widest = max(map(metrics.horizontalAdvance, texts))
    assert gap > (widest if side == "bottom" else metrics.ascent())


def test_ticks_whose_texts_would_touch_are_not_made(qapp):
    axis = PlotAxis("bottom")
    ((_, values),) = axis.tickValues(100_000_000, 100_000_300, 90)
    assert len(values) <= 2


def test_steps_have_no_halves(qapp):
    axis = PlotAxis("bottom")
    axis.whole_numbers = True
    ((spacing, _),) = axis.tickValues(0, 2, 600)
    assert spacing == 1
