"""One walk downhill on a function: a descent that remembers its way and says how it ended."""

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.history import Float64Array
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.downhill import falls_for_ever
from gdstudio.experiment.functions.ground import Ground, Site, site_at
from gdstudio.number_text import plain_text

# A cost so many times the starting cost has exploded.
EXPLOSION = 1e6
TRAIL_ROWS = 2000
# Slopes and steps this much smaller than those before are practically 0.
FLAT = 1e-9
STILL = 1e-8
# So many steps in a row that change nothing at all are enough.
_PATIENCE = 20


class WalkState(enum.Enum):
    """How a walk stands."""

    WALKING = enum.auto()
    ARRIVED = enum.auto()
    STUCK = enum.auto()
    DIVERGED = enum.auto()


@dataclass(frozen=True, eq=False)
class Trail:
    """Where a walk has been; one row per step, thinned out where it is long.

    The last row is where the walk stands, and its move the one that comes next.

    Attributes:
        steps: how many steps had been made there, shape ``(n,)``.
        points: θ there, shape ``(n, size)``.
        values: C there, shape ``(n,)``.
        slopes: ∇C there, shape ``(n, size)``.
        moves: the step made from there, shape ``(n, size)``; NaN where none can be made.
    """

    steps: Float64Array
    points: Float64Array
    values: Float64Array
    slopes: Float64Array
    moves: Float64Array

    @property
    def steepest(self) -> float:
        """The steepest slope on the way."""
        known = self.slopes[np.isfinite(self.slopes)]
        return float(np.abs(known).max()) if known.size else 0.0


_Row = tuple[int, list[float], float, list[float], list[float]]


class Walk:
    """A descent on a function from one start under one optimizer.

    It ends by itself when the ground is flat (arrived), when the steps change nothing or jump to
    and fro between two places (stuck), or when the cost explodes or is not defined (diverged).
    Where it has arrived, `site` says what kind of ground that is: no valley by necessity.

    Attributes:
        objective: the function.
        settings: the optimizer's.
        descent: what is stepped; after a divergence it holds the last good place.
        state: how the walk stands.
        stray: where the cost exploded or was not defined, for a walk that diverged; else None.
    """

    def __init__(
        self,
        objective: FunctionObjective,
        start: Sequence[float],
        settings: OptimizerSettings,
        *,
        scale: float = 1.0,
        reach: float | None = None,
    ):
        """Prepare a walk from `start`, one number per variable.

        `scale` is a cost that is nothing unusual here; the starting cost is judged by it where it
        is small. `reach` is a length that is nothing unusual, such as the width of the view; None
        takes what the walk itself spans.
        """
        self.objective = objective
        self.settings = settings
        self._scale = scale
        self._reach = reach
        point = np.array(start, np.float64)
        optimizer = settings.build(objective.size, objective.dtype)
        self.descent = Descent(objective, optimizer, point)
        self._begin()

    def _begin(self) -> None:
        cost = abs(self.objective.value(self.descent.parameters))
        # A start where the cost is 0 would make any cost an explosion.
        measure = max(cost, self._scale) if math.isfinite(cost) else self._scale
        self.descent.limit = EXPLOSION * measure
        self._bottom = -self.descent.limit
        self._start_cost = cost
        self.state = WalkState.WALKING
        self.stray: tuple[float, ...] | None = None
        self._fell = False
        self._rate = self.settings.learning_rate
        self._rows: list[_Row] = []
        self._stride = 1
        self._steepest = 0.0
        self._before_last: list[float] = []
        self._forget_rest()

    def _forget_rest(self) -> None:
        self._idle = 0
        self._memory: list[tuple[bytes, tuple[float, ...]]] = []
        self._cycles = False
        self._site: Site | None = None

    @property
    def iteration(self) -> int:
        """How many steps were made."""
        return self.descent.iteration

    @property
    def is_over(self) -> bool:
        """Whether the walk has ended by itself."""
        return self.state is not WalkState.WALKING

    def advance(self) -> float:
        """Make one step and return the cost where it was taken; a walk that is over stays.

        A divergence changes `state` and raises nothing; the cost that exploded is returned then.
        """
        descent = self.descent
        if self.is_over:
            return descent.loss
        before: list[float] = descent.parameters.tolist()
        try:
            with np.errstate(all="ignore"):
                value = descent.step(self.settings.learning_rate)
        except Diverged as divergence:
            if self.objective.has_kink_at(*before):
                descent.parameters[:] = before
                self.state = WalkState.ARRIVED
                return self.objective.value(descent.parameters)
            return self._diverge(before, divergence.loss)
        after: list[float] = descent.parameters.tolist()
        slopes: list[float] = descent.gradient.tolist()
        move = [a - b for a, b in zip(after, before, strict=True)]
        if value < self._bottom:
            if falls_for_ever(self.objective, before, move, reach=self._span(before)):
                descent.iteration -= 1
                descent.restore_last_good()
                self._fell = True
                return self._diverge(before, value)
            self._bottom *= EXPLOSION  # a deep valley is one, too
        # The steps that grew are those since the cost was last no higher than at the start.
        rate = self.settings.learning_rate
        self._rate = max(self._rate, rate) if value > self._start_cost else rate
        self._remember((descent.iteration - 1, before, value, slopes, move))
        self._judge(slopes, move, after)
        if self.objective.has_kink_at(*after):
            self.state = WalkState.ARRIVED  # there is no slope to follow
        self._before_last = before
        return value

    def _diverge(self, place: list[float], value: float) -> float:
        self.state = WalkState.DIVERGED
        self.stray = tuple(place)
        if self._rows and not self._fell and not self._wrong():
            # Beyond the largest numbers a function that falls for ever has no value any more.
            _, last, lowest, _, move = self._rows[-1]
            self._fell = lowest < self._rows[0][2] and falls_for_ever(
                self.objective, last, move, reach=self._span(last)
            )
        # The step that strayed is not the place where the walk stands.
        if self._rows and all(map(math.isfinite, [*place, value])):
            nothing = [math.nan] * len(place)
            self._rows.append((self.descent.iteration, place, value, nothing, nothing))
        return value

    def _remember(self, row: _Row) -> None:
        if row[0] % self._stride == 0:
            self._rows.append(row)
            if len(self._rows) > TRAIL_ROWS:
                del self._rows[1::2]
                self._stride *= 2

    def _judge(self, slopes: list[float], move: list[float], place: list[float]) -> None:
        """See whether the walk has come to rest: slope and step practically 0."""
        slope, length = max(map(abs, slopes)), max(map(abs, move))
        self._steepest = max(self._steepest, slope)
        reach = max(map(abs, place))
        if slope <= FLAT * self._steepest and length <= STILL * (1e-3 + reach):
            self.state = WalkState.ARRIVED
        elif length == 0.0 or place == self._before_last:
            self._idle += 1
            if self._idle >= _PATIENCE - 2:
                memory = self.descent.optimizer.state()
                rows = b"".join(row.tobytes() for row in memory.rows)
                self._memory.append((rows, memory.scalars))
            if self._idle >= _PATIENCE:
                self._cycles = self._memory[-1] == self._memory[-3]
                self.state = WalkState.STUCK
                if length == 0.0 and self.is_at_minimum:
                    self.state = WalkState.ARRIVED  # as exactly as numbers can say
        elif self._idle:
            self._forget_rest()

    def next_step(self) -> tuple[float, FloatArray, FloatArray]:
        """Return the cost, the slopes and the step that come next, without making it.

        Where there is no slope, such as at a kink, slopes and step are NaN.
        """
        with np.errstate(all="ignore"):
            cost, slopes, step = self.descent.next_step(self.settings.learning_rate)
            if math.isnan(cost):
                cost = self.objective.value(self.descent.parameters)
            return cost, slopes, step

    def trail(self, *, most: int = TRAIL_ROWS) -> Trail:
        """Return the way so far, as copies; about `most` rows of it, or fewer."""
        rows = self._rows[:: -(-max(len(self._rows), 1) // most)]
        if self.stray is None or not rows:
            value, slopes, move = self.next_step()
            here = self.descent.parameters.tolist()
            rows.append((self.iteration, here, value, slopes.tolist(), move.tolist()))
        arrays = [np.array(column, np.float64) for column in zip(*rows, strict=True)]
        for array in arrays:
            array.flags.writeable = False
        return Trail(*arrays)

    def configure(self, settings: OptimizerSettings) -> None:
        """Obey the live settings from the next step on; a walk at rest may go on."""
        self.settings = self.settings.with_live(settings)
        self.descent.optimizer.configure(self.settings)
        self.go_on()

    def go_on(self) -> None:
        """Let a walk that came to rest look again; one that diverged, or is at a kink, stays."""
        stays = self.objective.has_kink_at(*self.descent.parameters.tolist())
        if self.state is not WalkState.DIVERGED and not stays:
            self.state = WalkState.WALKING
            self._forget_rest()

    def reset(self, start: Sequence[float] | None = None) -> None:
        """Return to the start, or to a new one."""
        self.descent.reset(None if start is None else np.array(start, np.float64))
        self._begin()

    @property
    def site(self) -> Site | None:
        """What kind of ground a walk has reached that came to rest; None for any other."""
        if self.state not in (WalkState.ARRIVED, WalkState.STUCK):
            return None
        if self._site is None:
            place = self.descent.parameters
            values = [row[2] for row in self._rows]
            heights = max(values, default=0.0) - min(values, default=0.0)
            self._site = site_at(
                self.objective, place, reach=self._span(place), heights=heights or self._scale
            )
        return self._site

    @property
    def is_at_minimum(self) -> bool:
        """Whether the walk has come to rest where nothing around is lower."""
        return self.site is not None and self.site.is_minimum

    def _span(self, place: Sequence[float] | FloatArray) -> float:
        """Return a length that is nothing unusual for this walk."""
        if self._reach is not None:
            return self._reach
        points = np.array([row[1] for row in self._rows] + [list(place)])
        span = float(np.ptp(points, axis=0).max())
        return span or max(1.0, float(np.abs(points).max()))

    @property
    def sentence(self) -> str:
        """One sentence that says how the walk ended; an empty text while it walks."""
        if self.state is WalkState.DIVERGED:
            return self._divergence()
        if self.state is WalkState.STUCK:
            if self.descent.parameters.tolist() != self._before_last:
                between = f"{self._place()} and {self._place(self._before_last)}"
                # With the same memory as two steps ago, all that follows repeats itself.
                ever = ", and would for ever" if self._cycles else " again and again"
                return f"The steps jump to and fro between {between}{ever}."
            return (
                f"The steps are too small to change {self._names()}: the learning rate "
                f"{plain_text(self.settings.learning_rate)} is too small here."
            )
        if self.site is None:
            return ""
        begins = "Arrived" if self.site.is_minimum else "Came to rest"
        return f"{begins} after {self._count()} at {self._place()}: {self._ground(self.site)}"

    @property
    def rate(self) -> float:
        """The learning rate of the step that led astray, or the largest of those that grew."""
        return self._rate

    @property
    def grew(self) -> bool:
        """Whether the walk diverged because its steps grew."""
        return bool(self.iteration) and not self._wrong() and not self._fell

    @property
    def may_be_mended(self) -> bool:
        """Whether smaller steps might help: it grew, or a step led to where nothing is defined."""
        return self.grew or (bool(self.iteration) and bool(self._wrong()))

    def _wrong(self) -> str:
        """Return what is wrong where the walk strayed to, beside a large cost."""
        if self.stray is None or not all(map(math.isfinite, self.stray)):
            return ""
        wrong = self.objective.trouble_at(*self.stray)
        # Too large for a number is what growing steps come to.
        return "" if "too large" in wrong and self.iteration else wrong

    def _divergence(self) -> str:
        wrong = self._wrong()
        if not self.iteration:
            return f"{wrong or 'The cost is too large at the start'}; start elsewhere."
        rate = plain_text(self._rate)
        if wrong:
            return f"{wrong}, where a step with the learning rate {rate} led."
        if self._fell:
            return "The walk falls for ever: this function has no lowest point on this side."
        return f"The steps grew: the learning rate {rate} is too large."

    def _ground(self, site: Site) -> str:
        """Say what kind of flat ground the walk has reached."""
        slopes = "the slope is" if len(site.point) == 1 else "the slopes are"
        at_kink = self.objective.has_kink_at(*self.descent.parameters.tolist())
        flat = "here is a kink, which has no slope" if at_kink else f"{slopes} practically 0"
        if site.is_minimum and site.at_edge:
            return f"{flat}, and this is the lowest point, at the edge of the function."
        if site.ground is Ground.VALLEY:
            return f"{flat}, and this is the bottom of a valley."
        if site.ground is Ground.FLOOR:
            return f"{flat}, and nowhere around is it lower: this is the flat floor of a valley."
        if site.ground is Ground.HILLTOP:
            return f"{flat}, but this is a hilltop: a nudge to any side would roll down."
        if site.ground is Ground.SADDLE:
            return f"{flat}, but this is a saddle: it goes down on two sides."
        if site.ground is Ground.SLOPE:
            return f"{flat}, but this is no minimum: it falls on{self._towards(site)}."
        if at_kink:
            return f"{flat} to follow."
        return "the ground is practically flat, and slope alone does not say where to go."

    def _towards(self, site: Site) -> str:
        """Say which way it falls, such as “ to the left” or “ towards smaller y”."""
        fall = site.fall.tolist()
        if not any(fall):
            return ""
        if len(fall) == 1:
            return " to the right" if fall[0] > 0 else " to the left"
        largest = max(map(abs, fall))
        ways = [
            f"{'larger' if share > 0 else 'smaller'} {name}"
            for name, share in zip(self.objective.expression.variables, fall, strict=True)
            if abs(share) > largest / 4
        ]
        return f" towards {' and '.join(ways)}"

    def _names(self) -> str:
        return " and ".join(self.objective.expression.variables)

    def _count(self) -> str:
        return "1 step" if self.iteration == 1 else f"{self.iteration:,} steps"

    def _place(self, point: Sequence[float] | None = None) -> str:
        found = self.descent.parameters.tolist() if point is None else point
        # What is left of x on the way to 0 is of no interest.
        decimals = max(0, 7 - math.floor(math.log10(self._span(found))))
        place = [round(x, decimals) + 0.0 for x in found]
        return self.objective.expression.place(*place)
