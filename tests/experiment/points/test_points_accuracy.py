"""With the settings that suit them, points that training never saw get their class."""

import statistics

import pytest

from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings


@pytest.mark.parametrize(
    ("key", "share"),
    [("circle", 0.98), ("blobs", 0.98), ("moons", 0.98), ("xor", 0.98), ("spirals", 0.95)],
)
def test_the_median_of_five_seeds_is_good(key, share):
    found = []
    for seed in range(5):
        settings = PointsSettings.from_choices({"dataset": key, "seed": seed, "data_seed": seed})
        run = PointsExperiment(settings)
        # Half of the steps that it makes by itself are enough.
        run.advance(steps=1000)
        found.append(run.snapshot().test.accuracy)
    assert statistics.median(found) >= share


def test_no_line_parts_the_circle_but_its_squares_do():
    for features, low, high in (("x, y", 0.4, 0.7), ("x2, y2", 0.98, 1.0)):
        run = PointsExperiment(PointsSettings.from_choices({"network": "", "features": features}))
        run.advance()
        assert low <= run.snapshot().test.accuracy <= high


def test_l1_drives_weights_that_do_not_help_to_nothing():
    names = "x, y, x2, y2, xy, sin-x, sin-y"
    values = {"network": "", "features": names, "optimizer": "adam", "points": 100}
    plain, sparse = (
        PointsExperiment(PointsSettings.from_choices(values | {"l1": rate})) for rate in (0, 0.02)
    )
    for run in (plain, sparse):
        run.advance()
    small = [int((abs(run.descent.parameters) < 0.05).sum()) for run in (plain, sparse)]
    assert small[1] >= 3 > small[0]
    assert sparse.snapshot().test.accuracy >= 0.95
