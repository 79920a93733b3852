"""What kind of place a point of a function is: a valley floor, a saddle, a plateau, a slope.

Nothing is concluded from a slope that is 0, or from curvature, alone. The function is followed from
the point along rays on all sides, from a trillionth of the view to all of it, and what counts is
whether it first rises or falls there by more than rounding could make it.
"""

import enum
import functools
import itertools
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.experiment.functions.settling import compass, settle, stationary

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

# Rays in the plane, beside those along the axes of curvature.
_RAYS = 24
# How far along a ray one looks: shares of the reach, from small to large.
_SHARES = np.ldexp(1.0, np.arange(-40, 1))
# What is near enough to be part of the place itself.
_NEAR = 1 / 64
# Changes below this share of the usual change along a ray are none.
_TINY = 1e-14
# Where the slopes change so much less along one axis than across, bends are looked along.
_UNEVEN = 1e-2
# Depths below this share of the heights that were walked do not matter.
_PRACTICALLY = 1e-6
# Changes below this share of the heights are none either.
_NOTHING = 1e-15
# Directions all around, none of them along an axis.
_ANGLES = 2 * np.pi * (np.arange(8) + 0.3) / 8
_RING = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
# Ways to neighbouring numbers, in units of the last place, along which rounding shows.
_WAYS_OF_NOISE = np.array([(1.0, 3.0), (-1.0, 2.0), (2.0, -3.0), (-2.0, -1.0)])
# From the sixth of these radii to the third, a floor that exists is nearly reached; a pole is not.
_DEPTH_SHARES = (1e-9, 1e-8, 1e-4, 1e-3)


class Ground(enum.Enum):
    """What kind of place a point is."""

    VALLEY = "valley"  # higher on all sides
    FLOOR = "floor"  # nowhere lower, but level along some line or area
    LEVEL = "level"  # level on all sides as far as can be seen nearby
    HILLTOP = "hilltop"  # lower on all sides
    SADDLE = "saddle"  # lower on two opposite sides, higher across
    SLOPE = "slope"  # it goes on falling on some side
    UNDEFINED = "undefined"  # there is no value


@dataclass(frozen=True, eq=False)
class Site:
    """A place and what was found about it.

    Attributes:
        ground: what kind of place it is.
        point: the place, as exactly as it could be found, shape ``(size,)``.
        fall: the direction in which it falls soonest, of length 1, shape ``(size,)``; zeros where
            it falls nowhere.
        at_edge: whether the function ends right beside the place.
    """

    ground: Ground
    point: Float64Array
    fall: Float64Array
    at_edge: bool

    @property
    def is_minimum(self) -> bool:
        """Whether nothing around is lower, and something is higher."""
        return self.ground in (Ground.VALLEY, Ground.FLOOR)


def site_at(
    objective: FunctionObjective, point: npt.ArrayLike, *, reach: float, heights: float
) -> Site:
    """Return what kind of place a walk has reached that came to rest at `point`, ``(size,)``.

    Args:
        objective: the function.
        point: where the walk rests; the flat place itself may lie a little beside it.
        reach: a length that is nothing unusual, such as the width of the view.
        heights: how much the function changes over the walk, or in view.
    """
    here = np.asarray(point, np.float64).reshape(1, -1)
    start = float(objective.values(here)[0])
    if not np.isfinite(start):
        return Site(Ground.UNDEFINED, here[0], np.zeros(here.shape[1]), False)
    bottom = settle(objective, here, reach=reach)
    depth = start - float(objective.values(bottom)[0])
    if depth <= max(_PRACTICALLY * heights, 8.0 * float(_noise(objective, here)[0])):
        found = survey(objective, bottom, reach=reach, heights=heights)[0]
        if found.is_minimum or found.ground is Ground.LEVEL:
            return found
    level = stationary(objective, here, reach=reach)
    found = survey(objective, level, reach=reach, heights=heights)[0]
    way = (bottom - level)[0]
    length = float(np.linalg.norm(way))
    if found.is_minimum and length > _NEAR * reach:
        # Lower ground is there that no ray has met: along a bend.
        return Site(Ground.SLOPE, found.point, way / length, found.at_edge)
    return found


def survey(
    objective: FunctionObjective, points: Float64Array, *, reach: float, heights: float
) -> list[Site]:
    """Return what kinds of places these are, ``(N, size)``, each exactly where it is."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of medians of nothing
        return _survey(objective, np.asarray(points, np.float64), reach, heights)


def _survey(
    objective: FunctionObjective, points: Float64Array, reach: float, scale: float
) -> list[Site]:
    heights = objective.values(points)
    axes, evenness = _axes(objective, points, reach)
    ways = _directions(axes)
    radii = reach * _SHARES
    around = points[:, None, None, :] + radii[:, None] * ways[:, :, None, :]
    change = objective.values(around) - heights[:, None, None]
    beside = np.abs(change[:, :, np.flatnonzero(_SHARES == _NEAR)[0]])
    usual = np.nan_to_num(np.nanmedian(beside, axis=1), nan=0.0, posinf=0.0)
    noise = np.fmax(8.0 * _noise(objective, points), _NOTHING * scale)
    least = np.fmax(noise, _TINY * usual)
    unclear = np.abs(change) <= least[:, None, None]
    first = np.argmin(unclear, axis=2)
    none = unclear.all(axis=2)
    met = np.take_along_axis(change, first[:, :, None], axis=2)[:, :, 0]
    sign = np.where(none, 0.0, np.sign(met))
    rays = _Rays(
        ways=ways,
        edge=np.isnan(sign),
        falls=sign < 0,
        rises=sign > 0,
        near=(radii[first] <= _NEAR * reach) & ~none,
        first=first,
    )
    # Where it is level nearby, rays alone could miss what is lower.
    for i in np.flatnonzero(np.isfinite(heights) & ~rays.near.any(axis=1)):
        around = points[i] + reach * _disc(points.shape[1])
        rays.falls[i, 0] |= bool((objective.values(around) < heights[i] - least[i]).any())
    # Only a minimum has to stand a closer look.
    low = np.flatnonzero(np.isfinite(heights) & rays.near.any(axis=1) & ~rays.falls.any(axis=1))
    reached = np.ones(len(points), np.bool_)
    reached[low] = _is_reached(objective, points[low], heights[low], ways[low], reach)
    bent = low[reached[low]]
    bent = bent[evenness[bent] <= _UNEVEN]
    along = _look_along(
        objective, points[bent], heights[bent], axes[bent, :, 0], reach, least[bent]
    )
    found = dict(zip(bent.tolist(), along, strict=True))
    return [
        Site(Ground.UNDEFINED, point, np.zeros(len(point)), False)
        if not np.isfinite(heights[i])
        else _judge(point, rays.of(i), reached=bool(reached[i]), along=found.get(i))
        for i, point in enumerate(points)
    ]


@functools.cache
def _disc(size: int) -> Float64Array:
    """Return points spread evenly over a ball of radius 1, ``(n, size)``."""
    if size == 1:
        return np.linspace(-1.0, 1.0, 2001)[:, None]
    # Vogel's spiral (1979).
    index = np.arange(4000)
    radius, angle = np.sqrt((index + 0.5) / len(index)), index * np.pi * (3 - np.sqrt(5))
    disc: Float64Array = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return disc


@dataclass(frozen=True, eq=False)
class _Rays:
    """What is met first along the rays from a point, or from each of many.

    Attributes:
        ways: the directions, ``(..., rays, size)``.
        edge, falls, rises: whether the function ends, falls or rises there, ``(..., rays)``.
        near: whether that is near the point.
        first: the index of the distance at which it is met.
    """

    ways: Float64Array
    edge: BoolArray
    falls: BoolArray
    rises: BoolArray
    near: BoolArray
    first: IntArray

    def are_walls_all_around(self) -> bool:
        """Return whether level ground is bounded everywhere, or goes on on two opposite sides."""
        level = ~(self.rises | self.falls | self.edge)
        opposite = (self.ways[level] @ self.ways[level].T < -0.999).any(axis=1)
        return bool(opposite.all()) and not (len(self.ways) == 2 and level.any())

    def of(self, index: int) -> "_Rays":
        """Return the rays of one point."""
        return _Rays(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def _judge(point: Float64Array, rays: _Rays, *, reached: bool, along: Float64Array | None) -> Site:
    """Return what the rays from one point say together."""
    nothing = np.zeros(len(point))
    at_edge = bool((rays.edge & rays.near).any())
    falls, near = rays.falls, rays.near
    if not near.any():
        # Level as far as one sees nearby: the floor of something only where all sides rise.
        is_floor = rays.rises.any() and not falls.any() and rays.are_walls_all_around()
        return Site(Ground.FLOOR if is_floor else Ground.LEVEL, point, nothing, at_edge)
    if not falls.any():
        if not reached:
            return Site(Ground.SLOPE, point, nothing, at_edge)  # it falls into a pole
        if along is not None and along.any():
            return Site(Ground.SLOPE, point, along, at_edge)
        if not rays.are_walls_all_around():
            # It may go on falling that way by less than numbers can tell, as tanh does.
            return Site(Ground.LEVEL, point, nothing, at_edge)
        level = along is not None or not (near & rays.rises | rays.edge).all()
        return Site(Ground.FLOOR if level else Ground.VALLEY, point, nothing, at_edge)
    soonest = int(np.argmin(np.where(falls, rays.first, len(_SHARES))))
    way = rays.ways[soonest]
    if (falls & near | rays.edge).all():
        return Site(Ground.HILLTOP, point, way, at_edge)
    if not (falls & near).any():
        return Site(Ground.LEVEL, point, way, at_edge)
    opposite = bool((falls & (rays.ways @ way < -0.99)).any())
    rises = bool((near & rays.rises).any())
    ground = Ground.SADDLE if len(point) > 1 and opposite and rises else Ground.SLOPE
    return Site(ground, point, way, at_edge)


def _directions(axes: Float64Array) -> Float64Array:
    """Return unit vectors in all directions, those of the axes among them, ``(N, rays, size)``."""
    count, size = axes.shape[:2]
    if size == 1:
        return np.broadcast_to(np.array([[1.0], [-1.0]]), (count, 2, 1))
    angles = 2 * np.pi * np.arange(_RAYS) / _RAYS
    round_about = np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    # cos(π/2) is not quite 0.
    round_about[np.abs(round_about) < 1e-9] = 0.0
    own = np.concatenate([axes, -axes], axis=2).transpose(0, 2, 1)
    return np.concatenate([np.broadcast_to(round_about, (count, _RAYS, 2)), own], axis=1)


def _axes(
    objective: FunctionObjective, points: Float64Array, reach: float
) -> tuple[Float64Array, Float64Array]:
    """Return the axes along which the slopes change least and most, and how even these changes are.

    They are those of the slopes' covariance on a small ring: where the function is smooth those of
    the Hessian, at a kink along it and across.

    Returns:
        The axes as columns, ``(N, size, size)``, the most even first; and the ratio of the changes
        along both, ``(N,)``: 0 where one axis has none, 1 for a round valley, and for one variable.
    """
    count, size = points.shape
    if size == 1:
        return np.ones((count, 1, 1)), np.ones(count)
    nudge = 1e-5 * reach + 1e-10 * np.abs(points).max(axis=1)
    slopes = objective.gradients(points[:, None, :] + nudge[:, None, None] * _RING)
    known = np.isfinite(slopes).all(axis=2, keepdims=True) & (np.abs(slopes) < 1e100).all(
        axis=2, keepdims=True
    )
    slopes = np.where(known, slopes, 0.0)
    largest = np.abs(slopes).max(axis=(1, 2), keepdims=True)
    slopes = slopes / np.where(largest > 0, largest, 1.0)
    slopes -= slopes.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    slopes = np.where(known, slopes, 0.0)
    spread, axes = np.linalg.eigh(np.einsum("nki,nkj->nij", slopes, slopes))
    evenness = np.sqrt(np.maximum(spread[:, 0], 0.0) / np.maximum(spread[:, 1], 1e-300))
    return axes, evenness


def ways_around(objective: FunctionObjective, point: Float64Array, *, reach: float) -> Float64Array:
    """Return directions all around a point, ``(rays, size)``, along a kink that is there, too."""
    with np.errstate(all="ignore"):
        ways: Float64Array = _directions(_axes(objective, point[None, :], reach)[0])[0]
    return ways


def null_axes(objective: FunctionObjective, points: Float64Array, *, reach: float) -> Float64Array:
    """Return the directions in which the slopes hardly change at these points of a floor.

    They are columns of ``(N, size, size)``; the others are zeros.
    """
    with np.errstate(all="ignore"):
        axes, _ = _axes(objective, points, reach)
        nudge = 1e-5 * reach + 1e-10 * np.abs(points).max(axis=1)
        around = points[:, None, :] + nudge[:, None, None] * _RING
        change = np.abs(objective.gradients(around)).max(axis=(1, 2))
    level = axes.copy()
    level[:, :, 1:] = np.where((change > 0)[:, None, None], 0.0, level[:, :, 1:])
    return level


def _noise(objective: FunctionObjective, points: Float64Array) -> Float64Array:
    """Return how much rounding may change f at these points, ``(N,)``."""
    heights = objective.values(points)
    ulp = np.spacing(np.maximum(np.abs(points), 1e-300))
    noise = np.spacing(np.abs(np.nan_to_num(heights, posinf=0.0, neginf=0.0)))
    for way in _WAYS_OF_NOISE:
        # From one neighbour to the next on one side: a jump beside the point is no noise.
        steps = [objective.values(points + ulp * (k * way[: points.shape[1]])) for k in range(1, 5)]
        for before, after in itertools.pairwise(steps):
            noise = np.fmax(noise, np.abs(after - before))
    return np.nan_to_num(noise, posinf=0.0)


def _is_reached(
    objective: FunctionObjective,
    points: Float64Array,
    heights: Float64Array,
    ways: Float64Array,
    reach: float,
) -> BoolArray:
    """Return whether the ground levels out towards the points, ``(N,)``; beside poles it does not.

    Towards the floor of a valley, or of a kink, the depths that are still missing shrink with the
    distance; towards a pole they stay as large.
    """
    radii = (reach * np.array(_DEPTH_SHARES))[:, None, None]
    depths = objective.values(points[:, None, None, :] + radii * ways[:, None, :, :])
    depths = np.where(np.isfinite(depths), depths, np.nan) - heights[:, None, None]
    inner, a, b, outer = np.nanmedian(depths, axis=2).T
    shrinks = (a - inner <= 0.6 * (outer - b)) & ((inner <= 0.5 * outer) | (outer == 0))
    unknown = ~np.isfinite(inner + a + b + outer)
    reached: BoolArray = shrinks | unknown
    return reached


def _look_along(
    objective: FunctionObjective,
    points: Float64Array,
    heights: Float64Array,
    axes: Float64Array,
    reach: float,
    least: Float64Array,
) -> list[Float64Array | None]:
    """Look along bends that straight rays miss, where the curvature is 0 along `axes`.

    Returns:
        For each point: zeros where a line of equally low points goes on from there, the direction
        of a place that is lower, ``(size,)``; or None where there is neither.
    """
    count, size = points.shape
    if not count:
        return []
    aside = 5e-3 * reach
    starts = (points[:, None, :] + aside * np.stack([axes, -axes], axis=1)).reshape(-1, size)
    smooth = settle(objective, starts, reach=reach)
    kinked = settle(objective, compass(objective, starts, np.full(size, aside / 8)), reach=reach)
    ends = np.concatenate([smooth, kinked], axis=1).reshape(count, 4, size)
    rises = objective.values(ends) - heights[:, None]
    as_low = objective.values(starts).reshape(count, 2) - heights[:, None]
    enough = np.fmax(least[:, None], _PRACTICALLY * np.repeat(as_low, 2, axis=1))
    ways = ends - points[:, None, :]
    lengths = np.linalg.norm(ways, axis=2)
    found: list[Float64Array | None] = []
    for i in range(count):
        lower = int(np.argmin(rises[i]))
        if rises[i, lower] < -least[i] and lengths[i, lower] > 0:
            found.append(ways[i, lower] / lengths[i, lower])
        elif ((lengths[i] >= aside / 2) & (rises[i] <= enough[i])).any():
            found.append(np.zeros(size))
        else:
            found.append(None)
    return found
