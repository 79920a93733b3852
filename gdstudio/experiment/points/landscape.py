"""The loss over any two numbers of θ, all others held: what descent sees if only these two move."""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.history import Float64Array
from gdstudio.engine.jobs import Work
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem

# So much of the walk's extent stays free on each side, and at least so far one sees.
_MARGIN, _LEAST_REACH = 0.25, 2.0
CELLS = 61


@dataclass(frozen=True, eq=False)
class TwoWeights:
    """The loss over two numbers of θ.

    Attributes:
        first, second: which two, by where they stand in θ.
        across, up: values of the first and of the second, rising, shape ``(cells,)``.
        losses: the average loss over the training points, without L2 and L1, shape ``(cells,
            cells)``, a row for each value of the second.
        walk: where the walk was, as values of the two, shape ``(n, 2)``; the others moved, too.
    """

    first: int
    second: int
    across: Float64Array
    up: Float64Array
    losses: Float64Array
    walk: Float64Array


def loss_over_two(
    problem: PointsProblem,
    held: FloatArray,
    first: int,
    second: int,
    path: FloatArray,
    *,
    cells: int = CELLS,
) -> Work[TwoWeights]:
    """Compute the loss over two numbers of θ, where the walk is in sight with some room around it.

    Args:
        problem: points and network.
        held: θ, shape ``(size,)``: the other numbers stay as they are there.
        first: the number that is drawn across, by where it stands in θ.
        second: the one that is drawn upwards.
        path: θ on the way, shape ``(n, size)``; where it is not finite it is left out.
        cells: how many values of each.
    """
    walk = np.vstack([path, held])[:, [first, second]].astype(np.float64)
    walk = walk[np.isfinite(walk).all(axis=1)]
    low, high = walk.min(axis=0, initial=0.0), walk.max(axis=0, initial=0.0)
    if len(walk):
        low, high = walk.min(axis=0), walk.max(axis=0)
    middle = (low + high) / 2
    reach = np.maximum((high - low) * (0.5 + _MARGIN), _LEAST_REACH)
    across, up = (np.linspace(middle[n] - reach[n], middle[n] + reach[n], cells) for n in (0, 1))
    parameters = np.array(held, problem.network.dtype)
    step = problem.network.prepare(parameters, None, problem.inputs.shape[1])
    losses: Float64Array = np.empty((cells, cells))
    for row, value in enumerate(up.tolist()):
        parameters[second] = value
        with np.errstate(all="ignore"):
            for column, other in enumerate(across.tolist()):
                parameters[first] = other
                losses[row, column] = step.average_loss(problem.inputs, problem.wanted)
        yield (row + 1) / cells
    return TwoWeights(first, second, across, up, losses, walk)
