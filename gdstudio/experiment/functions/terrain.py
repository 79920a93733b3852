"""Where walks take place: a function of x and y, its valleys, and rates that suit it."""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.functions.surfaces import VARIABLES, Surface
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.downhill import Outlook, way_down
from gdstudio.experiment.functions.ground import site_at
from gdstudio.experiment.functions.local_minima import LocalMinima, find_minima
from gdstudio.experiment.functions.rate_search import LARGEST, SMALLEST
from gdstudio.number_text import plain_text, round_to_figures

OWN = "own"
OWN_VIEW = (-5.0, 5.0)
# Where a walk on a person's own function starts: the first of these that has a slope.
_STARTS = ((3.0, 2.0), (2.0, 1.0), (1.0, 1.0), (-2.0, 1.0), (0.5, 0.5), (-1.0, -2.0), (4.0, 4.0))
# Where a curvature is asked for; round numbers would hit kinks.
_TYPICAL = (-2.1, 0.1, 1.9)
_STRAIGHT = 1e-6
_LONG_STEP = 0.1
# A start slopes visibly where, going on like that, it would fall by this share of the heights.
_SLOPING = 1e-3
# A valley outside of the usual view is shown, too, up to this many times its width away.
_FARTHEST_VALLEY = 1e5
_SHORT_STEP = 0.02
# A place is looked for so often before the usual one is taken.
_TRIES = 100
_SEARCH_CELLS = 81
# Minima whose losses differ by less than this share of a usual loss are equally low.
_EQUALLY_LOW = 1e-6
_SCALE_CELLS = 25


@dataclass(frozen=True, eq=False)
class TerrainGrid:
    """The loss at the points of a grid.

    Attributes:
        x, y: evenly spaced and rising, (columns,) and (rows,).
        values: (rows, columns); NaN where the loss is undefined.
    """

    x: Float64Array
    y: Float64Array
    values: Float64Array


@dataclass(frozen=True, eq=False)
class Terrain:
    """A function of x and y, ready to be walked on; never changed once made.

    Attributes:
        key, label: its name for programs and for people; `OWN` is a person's own.
        objective: the function as a loss.
        x_view, y_view: from and to which x and y it is drawn.
        start: where a walk starts.
        learning_rate: one that suits plain gradient descent from there.
        lows: the minima in view; none where there is nothing but slopes.
        minima_are_known: whether they are from the books, or were searched for in the view.
        notice: one sentence: what to look out for.
    """

    key: str
    label: str
    objective: FunctionObjective
    x_view: tuple[float, float]
    y_view: tuple[float, float]
    start: tuple[float, float]
    learning_rate: float
    lows: LocalMinima
    minima_are_known: bool
    notice: str

    @classmethod
    def of_surface(cls, surface: Surface) -> "Terrain":
        """Return the terrain of a well-known function, at once."""
        return cls(
            key=surface.key,
            label=surface.label,
            objective=surface.objective,
            x_view=surface.x_view,
            y_view=surface.y_view,
            start=surface.start,
            learning_rate=surface.learning_rate,
            lows=LocalMinima.known(*surface.minima, size=2),
            minima_are_known=True,
            notice=surface.notice,
        )

    @classmethod
    def of_text(cls, text: str) -> "Terrain":
        """Return the terrain of a function that a person typed; takes up to a few seconds.

        Raises:
            BadInput: with one sentence, where it cannot be read, differentiated or drawn.
        """
        expression = Expression.parse(text, VARIABLES)
        objective = FunctionObjective(expression)
        x_view = y_view = OWN_VIEW
        x, y, values = _looked_at(expression, x_view, y_view)
        if not np.isfinite(values).any():
            raise BadInput(
                f"The function has no value anywhere from {plain_text(OWN_VIEW[0])} to "
                f"{plain_text(OWN_VIEW[1])}; try another one."
            )
        start = _start(objective, x, y, values)
        lows = find_minima(objective, x_view, y_view, heights=_heights(values))
        if not lows:
            x_view, y_view = _with_valley(objective, start)
            if x_view != OWN_VIEW:
                _, _, values = _looked_at(expression, x_view, y_view)
                lows = find_minima(objective, x_view, y_view, heights=_heights(values))
        terrain = cls(
            key=OWN,
            label="Your own",
            objective=objective,
            x_view=x_view,
            y_view=y_view,
            start=start,
            learning_rate=_plain_rate(objective, start),
            lows=lows,
            minima_are_known=False,
            notice="Your own function: where would a ball roll from here?",
        )
        # Worked out here, not when it is first shown.
        _ = terrain.scale, terrain.steepness, terrain.lowest_count
        return terrain

    def grid(
        self,
        x_view: tuple[float, float],
        y_view: tuple[float, float],
        *,
        columns: int,
        rows: int,
    ) -> TerrainGrid:
        """Return the loss over a view, `columns` × `rows` points."""
        x, y = np.linspace(*x_view, columns), np.linspace(*y_view, rows)
        values = self.objective.expression.value(x[None, :], y[:, None])
        return TerrainGrid(x, y, values)

    def suitable_rate(self, optimizer: str) -> float:
        """Return a learning rate, to one figure, with which the rule of that key walks well."""
        rate = OPTIMIZERS[optimizer].rate_on_function(self.learning_rate, self.width)
        return rate if rate == self.learning_rate else one_figure(rate)

    @property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """The minima that stand alone, the lowest first, (x, y) each."""
        return tuple((x, y) for x, y in self.lows.points)

    @cached_property
    def lowest_count(self) -> int:
        """How many of the minima are the lowest: those that come first."""
        losses = np.array([self.objective.value(np.array(point)) for point in self.minima])
        if not losses.size:
            return 0
        return int((losses <= losses[0] + _EQUALLY_LOW * (self.scale + abs(losses[0]))).sum())

    @property
    def width(self) -> float:
        """The shorter side of the view: a length that is nothing unusual here."""
        return min(self.x_view[1] - self.x_view[0], self.y_view[1] - self.y_view[0])

    def distance(self, point: npt.NDArray[np.floating]) -> float:
        """Return how far `point` (2,) is from the nearest minimum; NaN where there is none."""
        return self.lows.distance(np.asarray(point, np.float64)) if self.lows else math.nan

    def trouble_at(self, x: float, y: float) -> str:
        """Return one sentence that says why no walk can start at (x, y); empty if one can."""
        wrong = self.objective.trouble_at(x, y)
        return f"{wrong}; start elsewhere." if wrong else ""

    def random_start(self, rng: np.random.Generator) -> tuple[float, float]:
        """Return a place in view, to two decimals, from which a walk can start."""
        for _ in range(_TRIES):
            x, y = (round(float(rng.uniform(*view)), 2) for view in (self.x_view, self.y_view))
            if not self.trouble_at(x, y):
                return x, y
        return self.start

    @cached_property
    def _look(self) -> TerrainGrid:
        """The usual view, coarsely."""
        return self.grid(self.x_view, self.y_view, columns=_SCALE_CELLS, rows=_SCALE_CELLS)

    @cached_property
    def scale(self) -> float:
        """A loss that is nothing unusual in view."""
        values = self._look.values
        finite = np.abs(values[np.isfinite(values)])
        usual = _median(finite) if finite.size else 0.0
        return usual or float(finite.max(initial=0.0)) or 1.0

    @cached_property
    def steepness(self) -> float:
        """A slope that is nothing unusual in view; 0 for level ground."""
        with np.errstate(all="ignore"):
            slope_y, slope_x = np.gradient(self._look.values, self._look.y, self._look.x)
            steep = np.hypot(slope_x, slope_y)
        finite = steep[np.isfinite(steep)]
        return _median(finite) if finite.size else 0.0


def _median(values: Float64Array) -> float:
    """Return what `np.median` would, and without what it loads: `numpy.ma`, at the start."""
    ordered = np.sort(values)
    return float(ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2


def one_figure(number: float) -> float:
    """Return a positive number rounded to one figure, in the range of learning rates."""
    return round_to_figures(min(max(number, SMALLEST), LARGEST), 1)


def _looked_at(
    expression: Expression, x_view: tuple[float, float], y_view: tuple[float, float]
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Return a grid over a view, (columns,) and (rows,), and the values there."""
    x, y = np.linspace(*x_view, _SEARCH_CELLS), np.linspace(*y_view, _SEARCH_CELLS)
    return x, y, expression.value(x[None, :], y[:, None])


def _heights(values: Float64Array) -> float:
    """Return how high the ground usually lies above the lowest in view, poles left out."""
    finite = np.sort(values[np.isfinite(values)])
    if not finite.size:
        return 1.0
    low, middle = (float(finite[round(share * (len(finite) - 1))]) for share in (0.01, 0.5))
    height = middle - low
    return height if 0 < height < math.inf else 1.0


def _start(
    objective: FunctionObjective, x: Float64Array, y: Float64Array, values: Float64Array
) -> tuple[float, float]:
    """Return where a walk can start: where it slopes, or slopes a little, or has a value."""
    points = np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        steep = np.linalg.norm(objective.gradients(points), axis=1)
    known = np.isfinite(values.ravel()) & np.isfinite(steep)
    least = _SLOPING * _heights(values) / (x[-1] - x[0])
    # The first that slopes visibly; then the steepest; then any.
    by_slope = points[known][np.argsort(-steep[known], kind="stable")]
    others = [*by_slope[:1], *points[known][:: max(int(known.sum()) // 100, 1)]]
    places = [*_STARTS, *((round_to_figures(a, 4), round_to_figures(b, 4)) for a, b in others)]
    gradient = np.empty(2)
    best, most = places[0], -1.0
    for place in places:
        if not math.isfinite(objective.value_and_gradient(np.array(place), gradient)):
            continue
        slope = float(np.hypot(*gradient))
        if slope > least:
            return place
        if slope > most:
            best, most = place, slope
    return best


def _with_valley(
    objective: FunctionObjective, start: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return a view in which the valley lies that downhill leads to, if it is not too far off."""
    width = OWN_VIEW[1] - OWN_VIEW[0]
    way = way_down(objective, start, reach=width)
    x, y = way.point.tolist()
    if way.outlook is not Outlook.REST or max(abs(x), abs(y)) > _FARTHEST_VALLEY * width:
        return OWN_VIEW, OWN_VIEW
    drop = objective.value(np.array(start)) - objective.value(way.point)
    if not site_at(objective, way.point, reach=width, heights=drop).is_minimum:
        return OWN_VIEW, OWN_VIEW
    # As wide as high, so that the gradient stands upright on lines of equal loss.
    half = round_to_figures(0.65 * max(abs(x - start[0]), abs(y - start[1]), width / 2), 2)
    middle = [round_to_figures((a + b) / 2, 2) for a, b in zip((x, y), start, strict=True)]
    x_view, y_view = ((m - half, m + half) for m in middle)
    return x_view, y_view


def _plain_rate(objective: FunctionObjective, start: tuple[float, float]) -> float:
    """Return half of what is stable for the curvature at the start, and where it is typical."""
    curvatures = []
    with np.errstate(all="ignore"):
        for x, y in (start, *itertools.product(_TYPICAL, _TYPICAL)):
            hessian = objective.hessian(np.array([x, y]))
            if np.isfinite(hessian).all():
                curvatures.append(float(np.abs(np.linalg.eigvalsh(hessian)).max()))
    steepest = max(curvatures[0], _median(np.array(curvatures))) if curvatures else 0.0
    gradient = np.zeros(2)
    objective.value_and_gradient(np.array(start), gradient)
    slope = float(np.hypot(*gradient))
    bearable = 0.5 / steepest if steepest > 0 else math.inf
    # A step is not to be long beside the view; where slopes are straight it is to be short.
    width = OWN_VIEW[1] - OWN_VIEW[0]
    share = _LONG_STEP if steepest * width > _STRAIGHT * slope else _SHORT_STEP
    longest = share * width / slope if 0 < slope < math.inf else math.inf
    rate = min(bearable, longest)
    return one_figure(rate) if math.isfinite(rate) else 0.1
