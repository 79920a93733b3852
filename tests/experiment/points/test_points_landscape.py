"""The loss over two weights: the run's own loss, and for a line the bowl that Houses has."""

import numpy as np
import pytest

from gdstudio.engine.jobs import finish
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.landscape import loss_over_two
from gdstudio.experiment.points.settings import PointsSettings


def test_for_the_line_it_is_a_bowl_whose_lowest_point_is_the_best_line():
    run = PointsExperiment(PointsSettings.from_choices({"dataset": "line"}))
    run.advance()
    _, path = run.path()
    drawn = finish(loss_over_two(run.problem, run.descent.parameters, 0, 1, path))
    # Second differences of a paraboloid are the same everywhere.
    for axis in (0, 1):
        bends = np.diff(drawn.losses, 2, axis=axis)
        assert bends == pytest.approx(np.full_like(bends, bends[0, 0]), rel=1e-6)
        assert bends[0, 0] > 0
    row, column = np.unravel_index(drawn.losses.argmin(), drawn.losses.shape)
    best = drawn.across[column], drawn.up[row]
    assert best == pytest.approx(run.descent.parameters.tolist(), abs=0.1)
    assert drawn.walk[0].tolist() == path[0].tolist()
    assert (drawn.walk.min(axis=0) > (drawn.across[0], drawn.up[0])).all()
    assert (drawn.walk.max(axis=0) < (drawn.across[-1], drawn.up[-1])).all()


def test_each_cost_is_that_of_the_network_with_only_these_two_changed():
    run = PointsExperiment(PointsSettings.from_choices({"points": 50, "network": "3, dropout 0.2"}))
    run.advance(steps=20)
    held = run.descent.parameters.copy()
    drawn = finish(loss_over_two(run.problem, held, 4, 9, run.path()[1], cells=5))
    other = held.copy()
    other[4], other[9] = drawn.across[1], drawn.up[3]
    assert drawn.losses[3, 1] == pytest.approx(run.problem.loss(other))
    assert run.descent.parameters.tolist() == held.tolist()
