"""The landscape of a network: a slice through its real loss, with the path that was walked on it.

The loss of some thousands of parameters cannot be drawn; on a plane through them it can (Li, Xu,
Taylor, Studer and Goldstein, “Visualizing the Loss Landscape of Neural Nets”, 2018). What one sees
is true on that plane alone, and the path lies beside it: how much of it the plane holds is told.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.engine.inspect.plane import (
    Float64Array,
    Plane,
    Shadow,
    principal_plane,
    random_plane,
    shadow,
)
from gdstudio.engine.inspect.slice_loss import SliceLoss
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Settings, WholeNumber, declare

PRINCIPAL, RANDOM = "principal", "random"
# So much of the path's extent stays free around it.
_MARGIN = 0.25
# Neither side of the picture is shorter than this part of the other.
_NARROWEST = 0.4
# Along random directions a step of 1 is as large as the weights themselves.
_RANDOM_REACH = 1.0
# The squares of larger numbers, added up, do not fit in a float32.
_LARGEST = 1e15


@dataclass(frozen=True)
class LandscapeSettings(Settings):
    """Which slice of the landscape to compute, how finely, and on how many images."""

    directions: str = declare(
        Choice(
            label="Directions",
            explanation="Along which two directions to look: the two that hold most of the path "
            "walked, or two random ones, scaled to each neuron's own weights.",
            default=PRINCIPAL,
            options={PRINCIPAL: "Path", RANDOM: "Random"},
            live=True,
        )
    )
    seed: int = declare(
        WholeNumber(
            label="Seed",
            explanation="The number that random directions come from: another seed shows another "
            "slice.",
            default=0,
            minimum=0,
            maximum=2**31 - 1,
            live=True,
        )
    )
    points: str = declare(
        Choice(
            label="Grid",
            explanation="At how many points to compute the loss: more show finer detail and take "
            "longer.",
            default="41",
            options={"21": "21 × 21", "41": "41 × 41", "61": "61 × 61"},
            live=True,
        )
    )
    images: int = declare(
        WholeNumber(
            label="Images",
            explanation="On how many training images, evenly chosen, the loss is the average: "
            "more give a more exact loss and take longer.",
            default=1000,
            minimum=10,
            maximum=70_000,
            suggestions=(100, 1000, 10_000),
            live=True,
        )
    )
    extent: str = declare(
        Choice(
            label="Extent",
            explanation="How far to look around the network as it is: full shows all of the path, "
            "or along random directions changes as large as the weights; less looks closer.",
            default="1",
            options={
                "0.1": "A tenth",
                "0.25": "A quarter",
                "0.5": "Half",
                "1": "Full",
                "2": "Twice",
                "4": "Four times",
            },
            live=True,
        )
    )


@dataclass(frozen=True, eq=False)
class Landscape:
    """A slice through the loss of a network.

    Attributes:
        plane: where it lies.
        alphas, betas: the axes, rising and evenly spaced, shapes ``(m,)`` and ``(k,)``.
        losses: the average loss of the images, shape ``(k, m)``; rows are β.
        centre_loss: the same at θ*, α = β = 0.
        path: the path's points as the plane shows them, in the order walked.
        images: how many images the loss is averaged over.
    """

    plane: Plane
    alphas: Float64Array
    betas: Float64Array
    losses: Float64Array
    centre_loss: float
    path: Shadow
    images: int

    @property
    def share(self) -> float:
        """How much of the path's squared distances from θ* the plane holds; NaN without a path."""
        return self.path.share


def landscape(
    network: Network,
    parameters: FloatArray,
    path: FloatArray,
    images: np.ndarray[Any, np.dtype[np.uint8]],
    labels: np.ndarray[Any, np.dtype[np.uint8]],
    settings: LandscapeSettings,
) -> Work[Landscape]:
    """Compute the landscape around θ*.

    Args:
        network: the network.
        parameters: θ*, shape ``(size,)``.
        path: parameters passed on the way, shape ``(n, size)``; n may be 0 for random directions.
        images: shape ``(count, pixels)``, 0 to 255, of which evenly spaced ones are taken.
        labels: shape ``(count,)``.
        settings: which slice, how finely, on how many images.

    Raises:
        BadInput: if the directions are to be those of a path that does not leave θ*, or if the
            numbers of θ* or of the path have exploded.
    """
    _require_sane(parameters, path)
    rng = np.random.default_rng(settings.seed)
    if settings.directions == PRINCIPAL:
        plane = yield from principal_plane(network, parameters, path, rng)
    else:
        plane = yield from random_plane(network, parameters, rng)
    walked = yield from shadow(plane, path)
    alphas, betas = axes(plane, walked, settings)
    chosen = np.linspace(0, len(labels) - 1, min(settings.images, len(labels))).round().astype(int)
    loss = SliceLoss(network, plane, images[chosen], labels[chosen])
    centre = yield from loss.grid(np.zeros(1), np.zeros(1))
    losses = yield from loss.grid(alphas, betas)
    return Landscape(plane, alphas, betas, losses, float(centre[0, 0]), walked, len(chosen))


def _require_sane(*vectors: FloatArray) -> None:
    for vector in vectors:
        # No NaN is at most anything, either.
        if vector.size and not max(vector.max(), -vector.min()) <= _LARGEST:
            raise BadInput(
                "The numbers of this run have exploded, and there is no map of them: press Reset, "
                "and take a smaller learning rate."
            )


def axes(
    plane: Plane, walked: Shadow, settings: LandscapeSettings
) -> tuple[Float64Array, Float64Array]:
    """Return α and β of the grid: around the path, or for random directions around θ*."""
    if plane.principal:
        places = np.concatenate([np.zeros((1, 2)), walked.coordinates])
        low, high = places.min(axis=0), places.max(axis=0)
        spans = high - low
        spans = np.maximum(spans * (1 + 2 * _MARGIN), spans.max() * (1 + 2 * _MARGIN) * _NARROWEST)
        middle = (low + high) / 2
        low, high = middle - spans / 2, middle + spans / 2
    else:
        low, high = np.full(2, -_RANDOM_REACH), np.full(2, _RANDOM_REACH)
    # Closer and further are about θ*, which lies at 0.
    factor = float(settings.extent)
    count = int(settings.points)
    alphas, betas = (
        np.linspace(factor * low[axis], factor * high[axis], count) for axis in range(2)
    )
    return alphas, betas
