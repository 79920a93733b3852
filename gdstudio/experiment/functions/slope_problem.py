"""A function of x ready to be walked on: its slope, what part of it to look at, a good rate."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.functions.curves import Curve
from gdstudio.engine.functions.expression import Expression, Formula
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.downhill import Outlook, way_down
from gdstudio.experiment.functions.ground import site_at
from gdstudio.experiment.functions.local_minima import find_minima
from gdstudio.number_text import round_to_figures

IndexArray = npt.NDArray[np.intp]

# Where the interesting part of somebody's function is looked for, one after the other.
_SPANS = (4.0, 10.0, 100.0, 1e4)
# Beyond this a far valley is not looked for, if there is anything to see nearby.
_FARTHEST_LOOK = 10.0
_MOST_TURNS = 20
_SAMPLES = 2001
# Heights beyond this many times the usual ones are poles and walls, and cut off.
_TALLEST = 6.0
# Hills and valleys are shown with this many times their height above and below.
_ROUND_TURNS = 1.8
# A valley outside of the usual view is shown, too, up to this many times its width away.
_FARTHEST_VALLEY = 1e7
# A slope is seen where, going on like that, the curve would change by this share of its heights.
_SLOPING = 1e-2
# A good step is about this share of the view long, at most.
_STRIDE = 1 / 12


@dataclass(frozen=True, eq=False)
class SlopeProblem:
    """A function of x; never changed once made.

    Attributes:
        key: the curve's name for programs; empty for a function of the user's own.
        objective: the function and its slope.
        view: the x from and to which it is drawn.
        heights: the values from and to which it is drawn; it may go beyond.
        start, other_start: where walks start.
        plain_rate: a learning rate that suits gradient descent.
        minima: the x of the valleys that are known.
        notice: what to look out for, or nothing.
    """

    key: str
    objective: FunctionObjective
    view: tuple[float, float]
    heights: tuple[float, float]
    start: float
    other_start: float
    plain_rate: float
    minima: tuple[float, ...]
    notice: str

    @classmethod
    def of(cls, curve: Curve) -> "SlopeProblem":
        """Return the problem of a curve of the catalogue."""
        return cls(
            key=curve.key,
            objective=curve.objective,
            view=curve.view,
            heights=heights_of(
                curve.objective.expression, curve.view, (curve.start, curve.other_start)
            ),
            start=curve.start,
            other_start=curve.other_start,
            plain_rate=curve.learning_rate,
            minima=curve.minima,
            notice=curve.notice,
        )

    @classmethod
    def typed(cls, text: str) -> "SlopeProblem":
        """Return the problem of a function that somebody typed.

        Raises:
            BadInput: where it cannot be read, or has no values or no slope.
        """
        expression = Expression.parse(text)
        objective = FunctionObjective(expression)
        view = _with_valley(objective, _view_of(expression))
        x, slopes = _sampled(objective.slopes[0], view)
        if not len(x):
            raise BadInput("The slope of this function is defined nowhere; use another one.")
        sloping = _sloping(expression, view, x, slopes)
        start, other_start = (_start_at(sloping, share, objective) for share in (0.8, 0.2))
        heights = heights_of(expression, view, (start, other_start))
        minima = find_minima(objective, view, heights=heights[1] - heights[0])
        return cls(
            key="",
            objective=objective,
            view=view,
            heights=heights,
            start=start,
            other_start=other_start,
            plain_rate=_rate_of(x, slopes, view, objective.slopes[0].at(start)),
            minima=tuple(x for (x,) in minima.points),
            notice="",
        )

    @property
    def width(self) -> float:
        """How wide the view is."""
        return self.view[1] - self.view[0]

    @property
    def scale(self) -> float:
        """A loss that is nothing unusual here."""
        return self.heights[1] - self.heights[0]

    def suggested_rate(self, optimizer: OptimizerSettings) -> float:
        """Return a learning rate that suits the rule here."""
        rate = optimizer.kind.rate_on_function(self.plain_rate, self.width)
        return rate if rate == self.plain_rate else one_figure(rate)


def heights_of(
    expression: Expression, view: tuple[float, float], starts: tuple[float, ...] = ()
) -> tuple[float, float]:
    """Return the values from and to which a curve is worth drawing, those at `starts` among them.

    Poles and walls are cut off, so that valleys are not pressed flat.
    """
    x, values = _sampled(expression, view)
    if not len(values):
        return -1.0, 1.0
    bottom, top = float(values.min()), float(values.max())
    ordered = np.sort(values)
    usual = [float(ordered[round(share * (len(ordered) - 1))]) for share in (0.1, 0.9)]
    height = usual[1] - usual[0]
    if top - bottom > _TALLEST * height > 0:
        bottom, top = max(bottom, usual[0] - height), min(top, usual[1] + height)
    turns = values[_turns(x, values)]
    if len(turns) > 1:
        low, high = float(turns.min()), float(turns.max())
        bottom = max(bottom, low - _ROUND_TURNS * (high - low))
        top = min(top, high + _ROUND_TURNS * (high - low))
    known = [value for value in map(expression.at, starts) if math.isfinite(value)]
    bottom, top = min([bottom, *known]), max([top, *known])
    if top - bottom <= 1e-12 * max(abs(top), abs(bottom)):
        return bottom - 1.0, top + 1.0
    margin = 0.08 * (top - bottom)
    return bottom - margin, top + margin


def one_figure(number: float) -> float:
    """Return a positive number rounded to 1, 2 or 5 and a power of ten."""
    exponent = math.floor(math.log10(number))
    first = number / 10.0**exponent
    figure = min((1, 2, 5, 10), key=lambda one: abs(math.log(first / one)))
    return float(f"{figure}e{exponent}")


def _sampled(expression: Formula, view: tuple[float, float]) -> tuple[Float64Array, Float64Array]:
    """Return the x and the values over `view` where there are any, and not at one place only."""
    x = np.linspace(*view, _SAMPLES)
    values = expression.value(x)
    known = np.isfinite(values) & (np.abs(values) < 1e150)
    beside = np.concatenate([[False], known, [False]])
    known &= beside[:-2] | beside[2:]
    return x[known], values[known]


def _turns(x: Float64Array, values: Float64Array) -> IndexArray:
    """Return the indices of hilltops and valley floors; the two sides of a pole are none."""
    if len(x) < 5:
        return np.empty(0, np.intp)
    steps = np.diff(values)
    rising = steps > 0
    # Where nothing changes, as where numbers run out, it goes on as before.
    last = np.maximum.accumulate(np.where(steps != 0, np.arange(len(steps)), 0))
    rising = rising[last]
    found = np.flatnonzero(rising[1:] != rising[:-1]) + 1
    ordered = np.sort(values)
    steep = 0.1 * max(_quantile(ordered, 0.9) - _quantile(ordered, 0.1), 1e-300)
    gaps = np.diff(x) > 1.5 * _quantile(np.sort(np.diff(x)), 0.5)
    smooth = (np.abs(steps) < steep) & ~gaps
    kept: IndexArray = found[smooth[found] & smooth[found - 1]]
    return kept


def _quantile(ordered: Float64Array, share: float) -> float:
    """Return what `np.quantile` would, and without what it loads: `numpy.ma`, at the start."""
    place = share * (len(ordered) - 1)
    below = int(place)
    after = ordered[min(below + 1, len(ordered) - 1)]
    return float(ordered[below] + (place - below) * (after - ordered[below]))


def _view_of(expression: Expression) -> tuple[float, float]:
    """Return the x between which something happens: the valleys and hills, or the middle."""
    usual: tuple[float, float] | None = None
    for span in _SPANS:
        x, values = _sampled(expression, (-span, span))
        if len(x) < 3:
            continue
        usual = usual or (float(x[0]), float(x[-1]))
        turns = x[_turns(x, values)]
        if 0 < len(turns) <= _MOST_TURNS:
            low, high = float(turns.min()), float(turns.max())
            margin = 0.45 * (high - low) if high > low else 3.0
            # No further than the function reaches.
            around = _sampled(expression, (low - margin, high + margin))[0]
            if not len(around):
                continue
            return round(float(around[0]), 2), round(float(around[-1]), 2)
        if len(turns) or span >= _FARTHEST_LOOK:
            break
    if usual is None:
        raise BadInput("This function has no values between −10,000 and 10,000; use another one.")
    return _rounded(*usual)


def _with_valley(objective: FunctionObjective, view: tuple[float, float]) -> tuple[float, float]:
    """Return the view, or one so wide that the valley to which it goes down is in it, too."""
    low, high = view
    width = high - low
    ends = []
    for share in (0.2, 0.8):
        start = low + share * width
        way = way_down(objective, (start,), reach=width)
        x = float(way.point[0])
        if way.outlook is not Outlook.REST or abs(x - start) > _FARTHEST_VALLEY * width:
            continue
        drop = objective.expression.at(start) - objective.expression.at(x)
        if site_at(objective, way.point, reach=width, heights=drop).is_minimum:
            ends.append(x)
    if not ends or any(low < x < high for x in ends):
        return view
    nearest = min(ends, key=lambda x: abs(x - (low + high) / 2))
    low, high = min(low, nearest), max(high, nearest)
    margin = 0.2 * (high - low)
    around = _sampled(objective.expression, (low - margin, high + margin))[0]
    return _rounded(float(around[0]), float(around[-1]))


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Return a view in few figures."""
    decimals = 3 - math.floor(math.log10(high - low))
    return round(low, decimals) + 0.0, round(high, decimals) + 0.0


def _sloping(
    expression: Expression, view: tuple[float, float], x: Float64Array, slopes: Float64Array
) -> Float64Array:
    """Return those of `x` where one can see that the curve slopes; all where one never can."""
    low, high = heights_of(expression, view)
    seen = x[np.abs(slopes) * (view[1] - view[0]) > _SLOPING * (high - low)]
    return seen if len(seen) else x


def _start_at(x: Float64Array, share: float, objective: FunctionObjective) -> float:
    """Return the x that has a share of those in view to its left, in few figures.

    `x` are those where there is a slope; one can walk from what is returned.
    """
    wanted = float(x[round(share * (len(x) - 1))])
    stride = 0.1 * float(x[-1] - x[0])
    for figures in range(2, 17):
        rounded = round_to_figures(wanted, figures)
        if abs(rounded - wanted) <= stride and not objective.trouble_at(rounded):
            return rounded
    return wanted


def _rate_of(
    x: Float64Array, slopes: Float64Array, view: tuple[float, float], at_start: float
) -> float:
    """Return a rate at half of what the usual curvature bears, with steps of a usual length."""
    width = view[1] - view[0]
    with np.errstate(all="ignore"):
        curvature = float(np.quantile(np.abs(np.gradient(slopes, x)), 0.8))
    steepest = max(float(np.quantile(np.abs(slopes), 0.8)), abs(at_start))
    longest = width * _STRIDE / steepest if steepest > 0 else math.inf
    bearable = 0.5 / curvature if curvature > 0 else math.inf
    rate = min(longest, bearable)
    return one_figure(min(max(rate, 1e-25), 1e5)) if math.isfinite(rate) else 0.1
