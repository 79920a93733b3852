"""What a program repeats of a run: plain values that can be sent from process to process.

`taken` looks at a run at one moment. Whether the run can be repeated from its settings alone is
found by walking again: a learning rate that was changed on the way, or a weight that was moved by
hand, is nowhere in the settings.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from gdstudio.data.catalogue import HOUSE_SETS
from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.history import Float64Array
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.experiment import Experiment, Question
from gdstudio.experiment.functions.slope import SlopeExperiment
from gdstudio.experiment.functions.surface import SurfaceExperiment
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import PointsState
from gdstudio.experiment.walks import Walk, WalksExperiment, WalksState, WalkState

# A run that has made no step yet is repeated for as many, if it does not end before.
USUAL_STEPS = 100
# Longer runs are not walked again to see whether they can be: that would take a second and more.
_MOST_REPEATED = 20_000


@dataclass(frozen=True, eq=False)
class TakenWalk:
    """A walk on a function.

    Attributes:
        lab: the key of the lab.
        expression: the function.
        optimizer: the rule.
        start, end: where it began and where it stands, one number for each variable.
        steps: how many steps lie between.
        repeats: whether these settings lead from `start` to `end`.
        others: how many walk beside it.
    """

    lab: str
    expression: Expression
    optimizer: OptimizerSettings
    start: tuple[float, ...]
    end: tuple[float, ...]
    steps: int
    repeats: bool
    others: int


@dataclass(frozen=True, eq=False)
class TakenLine:
    """A line that was fitted.

    Attributes:
        title: what the data are called.
        columns: what X and Y are called.
        x, y: the data, in original units, shape ``(n,)``.
        scaling: offset and divisor of x, then of y.
        scale: the key of that scale.
        optimizer: the rule.
        start, end: (a, b) as descent sees them.
        steps, repeats: as in `TakenWalk`.
    """

    title: str
    columns: tuple[str, str]
    x: Float64Array
    y: Float64Array
    scaling: tuple[float, float, float, float]
    scale: str
    optimizer: OptimizerSettings
    start: tuple[float, float]
    end: tuple[float, float]
    steps: int
    repeats: bool


@dataclass(frozen=True, eq=False)
class TakenPoints:
    """A network over the plane.

    Attributes:
        settings: those in force.
        problem: the points and the network.
        start, end: θ at the start and now, shape ``(size,)``.
        steps, repeats: as in `TakenWalk`.
    """

    settings: PointsSettings
    problem: PointsProblem
    start: FloatArray
    end: FloatArray
    steps: int
    repeats: bool


@dataclass(frozen=True, eq=False)
class TakenDigits:
    """A network that reads images.

    Attributes:
        settings: those in force; of a network from a file only the network and the data are used.
        start: θ at the start, shape ``(size,)``; None where only the answers are wanted.
        end: θ now; None where no step was made.
        steps: how many steps lie between; 0 where the run is still to be made.
        epochs: over how many epochs the schedule spreads.
    """

    settings: DigitsSettings
    start: FloatArray | None
    end: FloatArray | None
    steps: int
    epochs: int


Taken = TakenWalk | TakenLine | TakenPoints | TakenDigits


def taken(run: Experiment, *, steps: int = USUAL_STEPS) -> Taken:
    """Return what a program repeats of `run` as it is now.

    Of a run that has not begun it is the next steps: `steps` of a walk, of training as many as the
    settings say.

    Raises:
        BadInput: if it is the run of a lab that no program repeats.
    """
    if isinstance(run, DigitsExperiment):
        return _of_digits(run)
    if isinstance(run, PointsExperiment):
        return _of_points(run)
    if isinstance(run, HousesExperiment):
        return _of_houses(run, steps)
    if isinstance(run, SlopeExperiment | SurfaceExperiment):
        return _of_function(run, steps)
    raise BadInput("A run of this lab cannot be written as a program.")


@dataclass(frozen=True, eq=False)
class TakenState:
    """What a run is asked for, in no time; `taken` then finds out what a program repeats.

    Attributes:
        found: what a program repeats, where that is known at once.
        kind, state: otherwise the type of the run and its own state.
    """

    found: Taken | None = None
    kind: type[WalksExperiment[Any]] | None = None
    state: PointsState | WalksState | None = None

    def taken(self) -> Taken:
        """Return what a program repeats of the run; it may take a moment.

        Raises:
            BadInput: if its points cannot be had any more.
        """
        if self.found is not None:
            return self.found
        if isinstance(self.state, PointsState):
            return taken(PointsExperiment(self.state.settings).resumed(self.state))
        assert self.state is not None
        assert self.kind is not None
        return taken(self.kind(*self.state.origin).resumed(self.state))


@dataclass(frozen=True)
class TakeState(Question[Experiment, TakenState]):
    """Asks a run for what is needed to make a program of it."""

    def answer(self, run: Experiment) -> TakenState:
        """Return it; the run goes on."""
        if isinstance(run, DigitsExperiment):
            return TakenState(taken(run))
        kind = type(run) if isinstance(run, WalksExperiment) else None
        return TakenState(kind=kind, state=run.state())


def of_network(settings: DigitsSettings, parameters: FloatArray) -> TakenDigits:
    """Return what a program needs of a network whose training nobody knows."""
    return TakenDigits(settings, None, parameters, 0, settings.training.epochs)


def _begun(run: Any, steps: int) -> tuple[Any, bool]:
    """Return `run`, or where it has not begun a copy of it that has; and whether it is known.

    What has just been made can be made again.
    """
    if run.descent.iteration:
        return run, False
    run = run.restarted()
    try:
        while run.descent.iteration < steps and not run.finished:
            if not run.advance(steps=steps - run.descent.iteration):
                break
    except Diverged:
        return run, False
    return run, True


def _of_function(run: SlopeExperiment | SurfaceExperiment, steps: int) -> TakenWalk:
    lab = "slope" if isinstance(run, SlopeExperiment) else "surface"
    run, is_known = _begun(run, steps)
    walk = run.walks[0]
    descent = walk.descent
    again = FunctionWalk(walk.objective, descent.start.tolist(), walk.settings)
    made = _made(again, descent, is_known=is_known and walk.state is not WalkState.DIVERGED)
    return TakenWalk(
        lab,
        walk.objective.expression,
        walk.settings,
        tuple(descent.start.tolist()),
        tuple(descent.parameters.tolist()),
        descent.iteration if made is None else made,
        made is not None,
        len(run.walks) - 1,
    )


def _of_houses(run: HousesExperiment, steps: int) -> TakenLine:
    run, is_known = _begun(run, steps)
    walk, problem, settings = run.walks[0], run.problem, run.settings
    descent = walk.descent
    again = HousesExperiment(run._table, settings, problem=problem).walks[0]
    made = _made(again, descent, is_known=is_known)
    name = run._table.name
    scaling = problem.scaling
    return TakenLine(
        HOUSE_SETS[name].title if name in HOUSE_SETS else name,
        (settings.input_column, settings.target_column),
        problem.x,
        problem.y,
        (scaling.x_offset, scaling.x_divisor, scaling.y_offset, scaling.y_divisor),
        settings.scale.scale,
        walk.settings,
        (float(descent.start[0]), float(descent.start[1])),
        (float(descent.parameters[0]), float(descent.parameters[1])),
        descent.iteration if made is None else made,
        made is not None,
    )


def _of_points(run: PointsExperiment) -> TakenPoints:
    run, is_known = _begun(run, run.settings.training.steps)
    descent = run.descent
    again = PointsExperiment(run.settings, like=run)
    made = None
    if np.array_equal(again.descent.start, descent.start):
        made = _made(again, descent, is_known=is_known)
    return TakenPoints(
        run.settings,
        run.problem,
        descent.start.copy(),
        descent.parameters.copy(),
        descent.iteration if made is None else made,
        made is not None,
    )


def _made(again: Walk[Any] | PointsExperiment, descent: Descent, *, is_known: bool) -> int | None:
    """Return after how many steps from the start `descent` is where it is; None for never."""
    if is_known:
        return descent.iteration
    return _steps_to(again, descent.parameters, descent.iteration)


def _steps_to(again: Walk[Any] | PointsExperiment, end: FloatArray, count: int) -> int | None:
    """Return after how many steps `again`, which is at the start, is at `end`; None for never.

    A run that has exploded went back by a step without counting it.
    """
    if count > _MOST_REPEATED:
        return None
    with np.errstate(all="ignore"):
        for made in range(count + 1):
            if made >= count - 1 and np.array_equal(again.descent.parameters, end):
                return made
            if made == count:
                break
            try:
                if isinstance(again, PointsExperiment):
                    again.step()
                else:
                    again.go_on()
                    again.step()
            except Diverged:
                break
            if again.descent.iteration <= made:
                break
    return None


def _of_digits(run: DigitsExperiment) -> TakenDigits:
    descent = run.descent
    end = descent.parameters.copy() if descent.iteration or run.is_opened else None
    return TakenDigits(
        run.settings, descent.start.copy(), end, descent.iteration, run.settings.training.epochs
    )
