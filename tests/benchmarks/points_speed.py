"""How fast the Points lab is, and how well it learns: run by hand, on a quiet machine.

    .venv/bin/python tests/benchmarks/points_speed.py

The field of 400 × 400 places with each neuron on it should take less than a 60 Hz frame; each
set, with the settings that suit it, should reach its accuracy within ten seconds.
"""

import statistics
import time

import numpy as np

from gdstudio.data.points.catalogue import POINT_SETS
from gdstudio.engine.inspect.field import Field
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings

NETWORKS = (
    {"network": "3"},
    {"network": "8, 8"},
    {"network": "8, 8", "activation": "relu"},
    {"network": "8, 8, 8, 8", "features": "x, y, x2, y2, xy, sin-x, sin-y"},
)


def field_times() -> None:
    """Print how long a field takes: the median and the shortest of 50, in milliseconds."""
    for values in NETWORKS:
        settings = PlaneNetworkSettings(**values)
        parameters = settings.build().initial_parameters(np.random.default_rng(0))
        field = Field(settings, (-3, 3), (-3, 3), rows=400, columns=400, stride=10)
        times = []
        for _ in range(50):
            begun = time.perf_counter()
            field.compute(parameters)
            times.append(1e3 * (time.perf_counter() - begun))
        print(f"field {values}: {statistics.median(times):.1f} ms, best {min(times):.1f}")


def learning() -> None:
    """Print the accuracy on test points of five seeds, their median, and the time of a run."""
    for key, source in POINT_SETS.items():
        if "own_points" in source.uses:
            continue
        accuracies, seconds = [], []
        for seed in range(5):
            values = {"dataset": key, "seed": seed, "data_seed": seed}
            experiment = PointsExperiment(PointsSettings.from_choices(values))
            begun = time.perf_counter()
            experiment.advance()
            seconds.append(time.perf_counter() - begun)
            accuracies.append(100 * experiment.snapshot().test.accuracy)
        found = ", ".join(f"{accuracy:.1f}" for accuracy in accuracies)
        steps = experiment.descent.iteration
        print(
            f"{key}: {found} %, median {statistics.median(accuracies):.1f} %; {steps:,} steps in "
            f"{statistics.median(seconds):.2f} s"
        )


if __name__ == "__main__":
    field_times()
    learning()
