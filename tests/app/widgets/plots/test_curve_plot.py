"""A curve and walks on it: what is said of a walk that cannot be seen."""

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from gdstudio.app.widgets.plots.curve_plot import CurvePlot
from gdstudio.app.widgets.plots.curve_walk import CurveWalk


@pytest.fixture
def plot(qtbot):
    plot = CurvePlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    plot.set_curve(np.square, lambda x: 2 * x, view=(-2, 2), heights=(0, 4))
    return plot


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (1.0, 1.0, ""),
        (90.0, 1.0, "the walk at x = 90.0, f(x) = 1.00 is to the right →"),
        (-90.0, 1.0, "the walk at x = −90.0, f(x) = 1.00 is to the left ←"),
        (90.0, 900.0, "the walk at x = 90.0, f(x) = 900 is above ↑"),
        (1.0, -900.0, "the walk at x = 1.00, f(x) = −900 is below ↓"),
        (1.0, np.nan, ""),
    ],
)
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_walk_out_of_sight_is_said_to_be_where_it_is(plot, x, y, said):
    plot.set_walks([CurveWalk("the walk", np.array([x]), np.array([y]), slope=2.0, step=-0.1)])
    plot.grab()
    shown = [w for w in plot.findChildren(QLabel) if w.isVisible() and "the walk" in w.text()]
    assert [w.text() for w in shown] == ([said] if said else [])
    assert all(plot.rect().contains(w.geometry()) for w in shown)


@pytest.mark.parametrize(("x", "right"), [(1.0, 2.0), (1.9, 2.0), (2.0, 2.12), (3.0, 4.0)])
def test_a_start_on_the_edge_is_seen_whole(plot, x, right):
    plot.set_walks([CurveWalk("the walk", np.array([x]), np.array([1.0]))])
    assert plot.visible_range()[0] == pytest.approx((-2.0, right))
