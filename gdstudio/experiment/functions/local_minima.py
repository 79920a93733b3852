"""The local minima of a function that nobody has worked out: searched for in a view, and checked.

Points of a grid that lie no higher than those beside them are where minima may be. Each is followed
to its floor, and only what `ground.survey` then finds to be a minimum is claimed to be one.
"""

import itertools
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.experiment.functions.ground import BoolArray, Ground, null_axes, survey
from gdstudio.experiment.functions.settling import compass, settle

# At most this number of places are followed, the lowest ones.
MOST = 600
# Of places on level ground, which are many, a few say enough.
_MOST_LEVEL = 60
_CELLS = {1: 4000, 2: 160}
# The grid goes on for this number of cells beyond the view: a minimum may lie just inside of it.
_BEYOND = 2
# Heights that differ by this share of those in view are the same.
_SAME = 1e-9
# Floors are known by points that are so far apart, as a share of the view.
_SPACING = 1 / 200
_MOST_FLOOR = 2000
_GROWTHS = 60
_MOST_AT_EDGE = 2


@dataclass(frozen=True, eq=False)
class LocalMinima:
    """What was found.

    Attributes:
        points: the minima that stand alone, the lowest first.
        floor: points of the lines and areas that are equally low throughout, ``(n, size)``.
        level: the directions in which the floor goes on at each of them, as columns of
            ``(n, size, size)``; columns of zeros are none.
        is_complete: whether every place that could be a minimum was looked at.
    """

    points: tuple[tuple[float, ...], ...]
    floor: Float64Array
    level: Float64Array
    is_complete: bool = True

    def __bool__(self) -> bool:
        return bool(self.points) or bool(len(self.floor))

    def distance(self, point: Float64Array) -> float:
        """Return how far `point`, ``(size,)``, is from the nearest minimum; infinite for none."""
        nearest = np.inf
        if self.points:
            nearest = float(np.linalg.norm(np.array(self.points) - point, axis=1).min())
        if len(self.floor):
            way = point - self.floor
            best = int(np.argmin(np.einsum("ni,ni->n", way, way)))
            # From one point of a floor to the next it is taken for straight.
            along = self.level[best].T @ way[best]
            size = float(np.linalg.norm(along))
            along *= min(1.0, self._spacing / size) if size > 0 else 0.0
            nearest = min(nearest, float(np.linalg.norm(way[best] - self.level[best] @ along)))
        return nearest

    @property
    def _spacing(self) -> float:
        if len(self.floor) < 2:
            return 0.0
        apart = np.linalg.norm(self.floor[1:] - self.floor[:1], axis=1)
        return float(apart.min()) * 1.5

    @classmethod
    def known(cls, *points: tuple[float, ...], size: int) -> "LocalMinima":
        """Return minima that are known from the books."""
        return cls(points, np.empty((0, size)), np.empty((0, size, size)))


def find_minima(
    objective: FunctionObjective, *views: tuple[float, float], heights: float
) -> LocalMinima:
    """Return the local minima inside a view, one (from, to) for each variable.

    `heights` is how much the function changes in view.
    """
    size = len(views)
    low, high = np.array(views).T
    reach = float((high - low).min())
    axes, cells = _grid(low, high)
    values = objective.values(np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1))
    places, level = _lowest_of_neighbours(values)
    order = np.argsort(values[tuple(places.T)], kind="stable")
    is_complete = len(order) <= MOST
    chosen = places[order[:MOST]]
    chosen = np.concatenate([chosen, level[:: max(1, -(-len(level) // _MOST_LEVEL))]])
    if not len(chosen):
        return LocalMinima((), np.empty((0, size)), np.empty((0, size, size)))
    starts = np.stack([axis[index] for axis, index in zip(axes, chosen.T, strict=True)], axis=1)
    with np.errstate(all="ignore"):
        ends = settle(objective, compass(objective, starts, cells), reach=reach)
        found = objective.values(ends)
    margin = 1e-9 * (high - low)
    inside = ((ends >= low - margin) & (ends <= high + margin)).all(axis=1) & np.isfinite(found)
    ends, found = _apart(ends[inside], found[inside], cells, _SAME * heights)
    sites = survey(objective, ends, reach=reach, heights=heights)
    alone = [site for site in sites if site.ground is Ground.VALLEY]
    # Many at the edge are parts of one line along it.
    if sum(site.at_edge for site in alone) > _MOST_AT_EDGE:
        alone = [site for site in alone if not site.at_edge]
    floors = np.array([site.point for site in sites if site.ground is Ground.FLOOR])
    floor, directions = _grown(objective, floors.reshape(-1, size), low, high, heights)
    small = 1e-8 * cells
    points = tuple(
        tuple(np.where(np.abs(site.point) < small, 0.0, np.clip(site.point, low, high)).tolist())
        for site in alone
    )
    return LocalMinima(points, floor, directions, is_complete)


def _grid(low: Float64Array, high: Float64Array) -> tuple[list[Float64Array], Float64Array]:
    """Return the axes of a grid over the view and a little beyond, and the size of its cells."""
    cells = (high - low) / _CELLS[len(low)]
    axes = [
        a + cell * np.arange(-_BEYOND, _CELLS[len(low)] + _BEYOND + 1)
        for a, cell in zip(low, cells, strict=True)
    ]
    # Where 0 is a point of the grid it is to be 0, not what rounding left of it.
    axes = [
        np.where(np.abs(axis) < 1e-9 * cell, 0.0, axis)
        for axis, cell in zip(axes, cells, strict=True)
    ]
    return axes, cells


def _lowest_of_neighbours(values: Float64Array) -> tuple[np.ndarray, np.ndarray]:
    """Return the indices of points lower than all beside them, and of those that are as low.

    Where the function ends, there is nothing beside a point that could be lower.
    """
    walls = np.where(np.isfinite(values), values, np.inf)
    walls[values == -np.inf] = -np.inf
    middle = walls[(slice(1, -1),) * values.ndim]
    lower: BoolArray = np.isfinite(middle)
    equal = np.zeros_like(lower)
    for offset in itertools.product((0, 1, 2), repeat=values.ndim):
        if offset == (1,) * values.ndim:
            continue
        window = tuple(slice(o, o + n) for o, n in zip(offset, middle.shape, strict=True))
        lower &= middle <= walls[window]
        equal |= middle == walls[window]
    return np.argwhere(lower & ~equal) + 1, np.argwhere(lower & equal) + 1


def _apart(
    points: Float64Array, heights: Float64Array, cells: Float64Array, same: float
) -> tuple[Float64Array, Float64Array]:
    """Return one of each group of points that are the same but for rounding, the lowest first."""
    order = np.argsort(heights, kind="stable")
    points, heights = points[order], heights[order]
    kept: list[int] = []
    for index in range(len(points)):
        if kept:
            gap = np.abs(points[kept] - points[index]) / cells
            near = (gap < 1e-4).all(axis=1)
            near |= (gap < 0.5).all(axis=1) & (np.abs(heights[kept] - heights[index]) <= same)
            if near.any():
                continue
        kept.append(index)
    return points[kept], heights[kept]


def _grown(
    objective: FunctionObjective,
    seeds: Float64Array,
    low: Float64Array,
    high: Float64Array,
    heights: float,
) -> tuple[Float64Array, Float64Array]:
    """Return points all along the floors on which `seeds` lie, and where each goes on."""
    size = len(low)
    if not len(seeds):
        return np.empty((0, size)), np.empty((0, size, size))
    reach = float((high - low).min())
    spacing = _SPACING * reach
    floor = [seeds]
    level = [null_axes(objective, seeds, reach=reach)]
    taken = {tuple(cell) for cell in np.floor(seeds / (spacing / 2)).astype(int).tolist()}
    edge, ways = seeds, level[0]
    for _ in range(_GROWTHS if size > 1 else 0):
        steps = spacing * np.concatenate([ways, -ways], axis=2).transpose(0, 2, 1)
        starts = (edge[:, None, :] + steps)[np.abs(steps).any(axis=2)]
        before = np.repeat(objective.values(edge), (np.abs(steps).any(axis=2)).sum(axis=1))
        if not len(starts) or sum(map(len, floor)) > _MOST_FLOOR:
            break
        ends = settle(objective, starts, reach=reach, rounds=12)
        missed = ~(objective.values(ends) <= before + _SAME * heights)
        if missed.any():
            # Along kinks there are no slopes to follow.
            ends[missed] = compass(objective, starts[missed], np.full(size, spacing / 8))
        inside = ((ends >= low) & (ends <= high)).all(axis=1)
        inside &= objective.values(ends) <= before + _SAME * heights
        fresh = []
        for end, good in zip(ends, inside, strict=True):
            cell = tuple(np.floor(end / (spacing / 2)).astype(int).tolist())
            if good and cell not in taken:
                taken.add(cell)
                fresh.append(end)
        if not fresh:
            break
        edge = np.array(fresh)
        ways = null_axes(objective, edge, reach=reach)
        floor.append(edge)
        level.append(ways)
    return np.concatenate(floor), np.concatenate(level)
