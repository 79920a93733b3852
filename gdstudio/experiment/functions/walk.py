"""A walk on a function: when it has arrived, on what kind of ground, and what is said of it."""

import math
from collections.abc import Sequence

import numpy as np

from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.downhill import falls_for_ever
from gdstudio.experiment.functions.ground import Ground, Site, site_at
from gdstudio.experiment.walks import EXPLOSION, Walk, WalkState
from gdstudio.number_text import plain_text

# Slopes and steps this much smaller than those before are practically 0.
FLAT = 1e-9
STILL = 1e-8
# This number of steps in a row that change nothing at all is enough.
_PATIENCE = 20


def place_readings(
    variables: Sequence[str],
    step: int,
    point: Sequence[float],
    value: float,
    gradient: Sequence[float],
) -> dict[str, float]:
    """Return where a walk stands as readings, by name.

    With one variable its slope is ``slope``; with two they are ``gradient.x`` and ``gradient.y``.
    """
    names = ["slope"] if len(variables) == 1 else [f"gradient.{name}" for name in variables]
    place = dict(zip(variables, point, strict=True))
    return {"step": step, **place, "value": value, **dict(zip(names, gradient, strict=True))}


class FunctionWalk(Walk[FunctionObjective]):
    """A descent on a function from one start under one optimizer.

    It ends by itself when the ground is flat (arrived), when the steps change nothing or jump to
    and fro between two places (stuck), or when the loss explodes or is not defined (diverged).
    Where it has arrived, `site` says what kind of ground that is: no valley by necessity.
    """

    NOTES = (
        *Walk.NOTES,
        "_bottom",
        "_fell",
        "_steepest",
        "_before_last",
        "_idle",
        "_memory",
        "_cycles",
    )

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

        `scale` is a loss that is nothing unusual here. `reach` is a length that is nothing unusual,
        such as the width of the view; None takes what the walk itself spans.
        """
        super().__init__(objective, start, settings, scale=scale)
        self._scale = scale
        self._reach = reach
        self._bottom = -self.descent.limit
        self._fell = False
        self._steepest = 0.0
        self._before_last: list[float] = []
        self._forget_rest()

    def _forget_rest(self) -> None:
        self._idle = 0
        self._memory: list[tuple[bytes, tuple[float, ...]]] = []
        self._cycles = False
        self._site: Site | None = None

    def _is_lost(self, before: list[float], value: float, after: list[float]) -> bool:
        if value < self._bottom:
            if self._falls(before, after):
                self._fell = True
                return True
            self._bottom *= EXPLOSION  # a deep valley is one, too
        return False

    def _diverge(self, place: list[float], value: float) -> float:
        if not self._fell and self.objective.has_kink_at(*place):
            self.descent.parameters[:] = place
            self.state = WalkState.ARRIVED
            return self.objective.value(self.descent.parameters)
        self.stray = tuple(place)
        if self._rows and not self._fell and not self._wrong():
            # Beyond the largest numbers a function that falls for ever has no value any more.
            _, last, lowest, _, after = self._rows[-1]
            self._fell = lowest < self._rows[0][2] and self._falls(last, after)
        return super()._diverge(place, value)

    def _falls(self, before: list[float], after: list[float]) -> bool:
        """Return whether f falls for ever the way that the step from `before` to `after` goes."""
        move = np.subtract(after, before)
        return falls_for_ever(self.objective, before, move, reach=self._span(before))

    def _judge(self, before: list[float], slopes: list[float], after: list[float]) -> None:
        """See whether the walk has come to rest: slope and step practically 0, or a kink."""
        slope = max(map(abs, slopes))
        length = max([abs(a - b) for a, b in zip(after, before, strict=True)])
        self._steepest = max(self._steepest, slope)
        reach = max(map(abs, after))
        if slope <= FLAT * self._steepest and length <= STILL * (1e-3 + reach):
            self.state = WalkState.ARRIVED
        elif length == 0.0 or after == self._before_last:
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
        if self.objective.has_kink_at(*after):
            self.state = WalkState.ARRIVED  # there is no slope to follow
        self._before_last = before

    def next_step(self) -> tuple[float, FloatArray, FloatArray]:
        """Return the loss, the slopes and the step that come next, without making it.

        Where there is no slope, such as at a kink, slopes and step are NaN.
        """
        loss, slopes, step = super().next_step()
        if math.isnan(loss):
            loss = self.objective.value(self.descent.parameters)
        return loss, slopes, step

    def readings(self) -> dict[str, float]:
        """Return where the walk stands, by name; NaN where it has no slope."""
        value, slopes, _ = self.next_step()
        place = self.descent.parameters.tolist()
        names = self.objective.expression.variables
        return place_readings(names, self.iteration, place, value, slopes.tolist())

    def go_on(self) -> None:
        """Let a walk that came to rest look again; one that diverged, or is at a kink, stays."""
        stays = self.objective.has_kink_at(*self.descent.parameters.tolist())
        if self.state is not WalkState.DIVERGED and not stays:
            super().go_on()
            self._forget_rest()

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
    def grew(self) -> bool:
        """Whether the walk diverged because its steps grew."""
        return bool(self.iteration) and not self._wrong() and not self._fell

    @property
    def may_be_mended(self) -> bool:
        """Whether smaller steps might help: it grew, or a step led to where nothing is defined."""
        return self.grew or (bool(self.iteration) and bool(self._wrong()))

    def _wrong(self) -> str:
        """Return what is wrong where the walk strayed to, beside a large loss."""
        if self.stray is None or not all(map(math.isfinite, self.stray)):
            return ""
        wrong = self.objective.trouble_at(*self.stray)
        # Too large for a number is what growing steps come to.
        return "" if "too large" in wrong and self.iteration else wrong

    def _divergence(self) -> str:
        wrong = self._wrong()
        if not self.iteration:
            return f"{wrong or 'The loss is too large at the start'}; start elsewhere."
        rate = plain_text(self.rate)
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
