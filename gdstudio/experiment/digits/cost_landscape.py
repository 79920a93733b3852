"""A landscape of the cost around a network, with the walk on it, computed apart from the window."""

import importlib
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import load_images
from gdstudio.engine.inspect.landscape import Landscape, LandscapeSettings, landscape
from gdstudio.engine.jobs import Work
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.experiment.digits.walk_shadow import WalkShadow


@dataclass(frozen=True, eq=False)
class FoundLandscape:
    """A landscape, and of what it is one.

    Attributes:
        landscape: the map.
        moment: the network it was computed around.
        seconds: how long that took.
        walk: the walk as the map shows it.
    """

    landscape: Landscape
    moment: Moment
    seconds: float
    walk: WalkShadow


def landscape_around(
    moment: Moment,
    settings: LandscapeSettings,
    steps: npt.NDArray[np.integer],
    path: FloatArray,
) -> Work[FoundLandscape]:
    """Compute the landscape around the network of `moment`, with the path it walked.

    Args:
        moment: whose it is.
        settings: how large and how fine.
        steps: when each point of the path was passed, shape ``(n,)``.
        path: θ there, shape ``(n, size)``.
    """
    # The plot asks for quantiles, and the first of them imports this: not in the window's turn.
    importlib.import_module("numpy.ma")
    training = load_images(moment.dataset).training
    yield 0.0
    begun = time.perf_counter()
    found = yield from landscape(
        moment.network, moment.parameters, path, training.images, training.labels, settings
    )
    seconds = time.perf_counter() - begun
    return FoundLandscape(found, moment, seconds, WalkShadow(found, steps))
