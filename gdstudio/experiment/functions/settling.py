"""From a point down to the floor around it: Newton's steps, and a compass search for kinks.

Many points go down side by side; `reach` is a length that is nothing unusual, such as the width of
the view.
"""

import itertools

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array

_ROUNDS = 80
_EXACT = 2.0**-36
_MOST_MOVES = 160
# A flat place belongs to a point that is so near to it, as a share of the reach.
_NEAR = 1 / 64


def settle(
    objective: FunctionObjective, points: Float64Array, *, reach: float, rounds: int = _ROUNDS
) -> Float64Array:
    """Return the floors that lie downhill from these points, ``(N, size)``, as near as may be.

    Newton's steps, held back where they would climb (Levenberg, 1944; Marquardt, 1963); steps are
    at most a twentieth of the reach.
    """
    with np.errstate(all="ignore"):
        here = np.array(points, np.float64)
        heights, slopes = objective.values(here), objective.gradients(here)
        brake = np.zeros(len(here))
        idle = np.zeros(len(here), np.int64)
        for _ in range(rounds):
            if (idle > 12).all():
                break
            curvatures, axes = _curvatures(objective, here, reach)
            along = np.einsum("nij,ni->nj", axes, np.nan_to_num(slopes))
            steep = np.linalg.norm(np.nan_to_num(slopes), axis=1)
            bend = np.abs(curvatures)
            largest = np.maximum(bend.max(axis=1), 1e-300)
            floor = np.maximum(1e-8 * largest, steep / (0.05 * reach))
            least = np.maximum(1e-3 * largest, floor)
            share = -along / (np.maximum(bend, floor[:, None]) + brake[:, None])
            step = np.einsum("nij,nj->ni", axes, share)
            there = here + np.nan_to_num(step)
            new_heights, new_slopes = objective.values(there), objective.gradients(there)
            known = np.isfinite(new_slopes).all(axis=1)
            flatter = np.linalg.norm(new_slopes, axis=1) < steep
            # Near a floor the slopes tell more than the heights, which are rounded.
            as_low = new_heights - heights <= 4 * np.spacing(np.abs(heights))
            better = known & ((new_heights < heights) | (as_low & flatter))
            moved = better & (np.abs(step) > 1e-13 * reach).any(axis=1)
            here[better], heights[better] = there[better], new_heights[better]
            slopes[better] = new_slopes[better]
            brake = np.where(better, brake / 10, np.maximum(10 * brake, 0.3 * least))
            brake[brake < 1e-9 * largest] = 0.0
            idle = np.where(moved, 0, idle + 1)
    return here


def compass(
    objective: FunctionObjective, points: Float64Array, cells: Float64Array
) -> Float64Array:
    """Return the floors around these points by a compass search (Fermi and Metropolis, 1952).

    It needs no slope, and so finds kinks, too.
    """
    size = points.shape[1]
    ways = np.array([way for way in itertools.product((-1.0, 0.0, 1.0), repeat=size) if any(way)])
    here, heights = points.copy(), objective.values(points)
    share = np.ones(len(points))
    for _ in range(_MOST_MOVES):
        going: npt.NDArray[np.bool_] = share > _EXACT
        if not going.any():
            break
        around = here[going, None, :] + share[going, None, None] * cells * ways
        values = np.nan_to_num(objective.values(around), nan=np.inf, posinf=np.inf, neginf=-np.inf)
        best = np.argmin(values, axis=1)
        rows = np.arange(len(best))
        lowest = values[rows, best]
        better = lowest < heights[going]
        index = np.flatnonzero(going)
        here[index[better]] = around[rows[better], best[better]]
        heights[index[better]] = lowest[better]
        share[index[~better]] /= 2
    return here


def stationary(objective: FunctionObjective, points: Float64Array, *, reach: float) -> Float64Array:
    """Return the places nearby where the slopes are 0, whether low or high; else the same."""
    with np.errstate(all="ignore"):
        here = np.array(points, np.float64)
        slopes = objective.gradients(here)
        for _ in range(60):
            curvatures, axes = _curvatures(objective, here, reach)
            largest = np.abs(curvatures).max(axis=1, keepdims=True)
            safe = np.where(np.abs(curvatures) > 1e-8 * largest, curvatures, np.inf)
            along = np.einsum("nij,ni->nj", axes, slopes)
            there = here - np.einsum("nij,nj->ni", axes, np.nan_to_num(along / safe))
            new = objective.gradients(there)
            better = np.linalg.norm(new, axis=1) < np.linalg.norm(slopes, axis=1)
            better &= np.linalg.norm(there - points, axis=1) <= _NEAR * reach
            if not better.any():
                break
            here[better], slopes[better] = there[better], new[better]
    return here


def _curvatures(
    objective: FunctionObjective, points: Float64Array, reach: float
) -> tuple[Float64Array, Float64Array]:
    """Return the eigenvalues of the Hessian, ``(N, size)``, rising, and its axes as columns.

    Second derivatives are central differences of the exact slopes; 0 where there are none.
    """
    count, size = points.shape
    nudge = 1e-5 * reach + 1e-10 * np.abs(points).max(axis=1)
    rows = np.empty((count, size, size))
    for index in range(size):
        moved = np.zeros(size)
        moved[index] = 1.0
        offset = nudge[:, None] * moved
        above, below = objective.gradients(points + offset), objective.gradients(points - offset)
        rows[:, index] = (above - below) / (2 * nudge[:, None])
    hessians = (rows + rows.transpose(0, 2, 1)) / 2
    # NaN and infinity are beyond any size.
    known = (np.abs(hessians) < 1e150).all(axis=(1, 2), keepdims=True)
    values, axes = np.linalg.eigh(np.where(known, hessians, 0.0))
    return values, axes
