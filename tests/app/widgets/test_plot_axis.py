"""Axes have few, round ticks, the ends included."""

import pytest

from gdstudio.app.widgets.plot_axis import PlotAxis, round_spacing


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


def test_steps_have_no_halves(qapp):
    axis = PlotAxis("bottom")
    axis.whole_numbers = True
    ((spacing, _),) = axis.tickValues(0, 2, 600)
    assert spacing == 1
