"""A network over the plane learns points: every number of it is a number on the screen.

`PointsExperiment(settings)` is the run, an `Experiment` like those of the other labs: it advances
in slices, goes back to any earlier step (`branch`, `visit`), can be kept and resumed (`state`,
`resumed`) and ends after a number of steps. `snapshot()` returns a `PointsSnapshot` with all that
one sees of it. A hand may change a weight (`set_parameters`); the window asks so with
`questions.SetParameters`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.training import TrainingObjective
from gdstudio.engine.network.vector_stream import VectorStream
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.regularization import Regularizer
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.mishap import (
    explosion_sentence,
    far_above_sentence,
    is_far_above,
    milder_rate,
)
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import (
    Hand,
    PointsMoment,
    PointsPast,
    PointsSnapshot,
    PointsState,
    PointsVisit,
    TestLog,
)
from gdstudio.experiment.time_machine import Iterations, TimeMachine
from gdstudio.number_text import percent_text, plain_text

__all__ = ["PointsExperiment", "PointsSettings", "PointsSnapshot", "PointsState", "PointsVisit"]

# A run stops at a loss a million times that at the start; one that ends at a hundred times that has
# exploded, too.
EXPLOSION, _EXPLODED = 1e6, 100.0
_LARGEST = 1e6
# To be at a step that was not kept, at most this number is made again from one that was.
_MOST_REPEATED = 5_000


class PointsExperiment(Experiment):
    """Trains a network of a few neurons on points in the plane.

    One seed gives independent random streams for the first weights, the order of the points and
    dropout; so the same settings give the same numbers, bit for bit, on one machine with one NumPy.

    Attributes:
        settings: those in force.
        problem: points and network.
        moves: how many changes were made by hand since the start.
    """

    settings: PointsSettings
    problem: PointsProblem

    def __init__(self, settings: PointsSettings, *, like: "PointsExperiment | None" = None) -> None:
        """Prepare a run; of a run `like` it the points are used again if they are the same.

        Raises:
            BadInput: if the points cannot be used, or there are not as many starting weights as the
                network has.
        """
        super().__init__()
        # A file of the user's own may have changed; who reads it knows.
        same = (
            like is not None
            and like.settings.data == settings.data
            and settings.data.source is not None
        )
        self.problem = PointsProblem.of(
            settings.data,
            settings.network,
            like.problem.points if like is not None and same else None,
        )
        self.settings = replace(settings, network=self.problem.settings)
        network, training = self.problem.network, settings.training
        weights, shuffling, dropout = np.random.SeedSequence(training.seed).spawn(3)
        start = settings.start.parameters
        if start is None:
            start = network.initial_parameters(np.random.default_rng(weights))
            start *= settings.initial.factor
        elif len(start) != network.size:
            raise BadInput(
                f"{len(start):,} starting weights were given, and this network has "
                f"{self.problem.parameter_sum}; give as many, or none."
            )
        self._stream = VectorStream(
            self.problem.inputs, self.problem.wanted, shuffling, batch_size=training.batch_size
        )
        objective = TrainingObjective(network, self._stream, dropout=dropout)
        needs_weights = any(term.weights_only for term in settings.optimizer.kind.terms)
        optimizer = settings.optimizer.build(
            network.size, network.dtype, weights=network.weight_mask() if needs_weights else None
        )
        self._guess, first = self.problem.guess_loss, self.problem.loss(start)
        self._first = first
        self._measure = max(self._guess, first) if math.isfinite(first) else self._guess
        self.descent = Descent(objective, optimizer, start, limit=EXPLOSION * self._measure)
        self._regularizer = Regularizer(settings.regularization, weights=network.weight_mask)
        self._set_course()
        self.moves = 0
        self._target = training.steps
        self._tests = TestLog()
        self._test()
        rows = 5 + optimizer.remembers
        self._past: TimeMachine[PointsMoment] = TimeMachine(
            moment_bytes=rows * self.descent.parameters.nbytes + 50_000
        )
        self._past.keep(0, self._moment)
        # What was changed on the way, and after which step, so that the way can be walked again.
        self._changes: list[tuple[int, PointsSettings]] = [(0, self.settings)]
        self._hands: list[Hand] = []

    def _set_course(self) -> None:
        regularizer = self._regularizer
        self.descent.regularizer = regularizer if regularizer.active else None
        self.descent.optimizer.configure(self.settings.optimizer)

    def _test(self) -> None:
        self._tests.add(
            self.descent.iteration, self.problem.scores(self.descent.parameters, test=True)
        )

    @property
    def learning_rate(self) -> float:
        """η of the step that comes next."""
        return self.settings.optimizer.learning_rate

    @property
    def finished(self) -> bool:
        """Whether as many steps are made as were asked for."""
        return self.descent.iteration >= self._target

    @property
    def planned_steps(self) -> float:
        """How many steps were asked for, counted from the start."""
        return float(self._target)

    @property
    def ending(self) -> str:
        """Say how far it came, or that it came to nothing."""
        if not self.went_wrong:
            # Short: two lines of the status; how good it is stands beside the plane.
            made = self.descent.iteration
            done = "The step is done" if made == 1 else f"All {made:,} steps are done"
            return f"{done}. Run makes {self.settings.training.steps:,} more."
        loss = self.problem.loss(self.descent.parameters)
        text = far_above_sentence(f"{super().summary} made", loss, self._guess)
        accuracy = self.problem.scores(self.descent.parameters, test=True).accuracy
        if math.isnan(accuracy):
            return f"{text}."
        return f"{text}; {percent_text(accuracy)} of the test points are right."

    @property
    def went_wrong(self) -> bool:
        """Whether the loss at the end, also on the test points, is far above that of a guess.

        From weights that were given it may have begun there: then it has not gone wrong on the way.
        """
        losses = self._losses
        return self.finished and min(losses) > self._first and is_far_above(losses, self._guess)

    @property
    def exploded(self) -> bool:
        """Whether the loss at the end is beyond all measure, though it stayed a number."""
        return self.finished and min(self._losses) > _EXPLODED * self._measure

    @property
    def _losses(self) -> list[float]:
        """The losses on the points learned from and, where there are such, on the test points."""
        parameters, problem = self.descent.parameters, self.problem
        losses = [problem.loss(parameters), problem.scores(parameters, test=True).loss]
        return [loss for loss in losses if not math.isnan(loss)]

    @property
    def summary(self) -> str:
        """Say how many steps were made and what came of them."""
        test = self.problem.scores(self.descent.parameters, test=True)
        if math.isnan(test.accuracy):
            loss = self.problem.loss(self.descent.parameters)
            return f"{super().summary}, loss {plain_text(loss, 3)}"
        return f"{super().summary}, {percent_text(test.accuracy)} of the test points right"

    def extend(self) -> None:
        """Let the run go on for as many steps again, counted from where it is."""
        self._target = self.descent.iteration + self.settings.training.steps

    def after_step(self) -> None:
        """Test now and then, and keep the moment if one is due."""
        iteration = self.descent.iteration
        if iteration % self._tests.stride == 0:
            self._test()
        if iteration >= self._past.next_due:
            self._past.keep(iteration, self._moment)

    def set_parameters(self, changes: Mapping[int, float], *, is_move: bool = True) -> None:
        """Change numbers of θ by hand; what the optimizer carried over is forgotten.

        Args:
            changes: the new values, by where they stand in θ.
            is_move: whether it counts as a move: of a drag only one change does.

        Raises:
            BadInput: if there is no such number, or a value is none that can be.
        """
        size = self.descent.parameters.size
        for index, value in changes.items():
            if not 0 <= index < size:
                raise BadInput(f"This network has {size:,} weights and biases, none is {index}.")
            if not abs(value) <= _LARGEST:
                raise BadInput("A weight must be a number within a million of 0.")
        # What is kept of this step is how it is now.
        iteration = self.descent.iteration
        self._put(changes)
        self.moves += is_move
        last = self._hands.pop() if self._hands and self._hands[-1].iteration == iteration else None
        before = {} if last is None else last.changes
        self._hands.append(Hand(iteration, {**before, **changes}, self.moves))
        self._past.forget_after(iteration - 1)
        self._past.next_due = iteration
        self._past.keep(iteration, self._moment)

    def _put(self, changes: Mapping[int, float]) -> None:
        for index, value in changes.items():
            self.descent.parameters[index] = value
        self.descent.optimizer.reset()

    def restarted(self, settings: PointsSettings | None = None) -> "PointsExperiment":
        """Return a run from the same start; new settings take effect.

        Raises:
            BadInput: if nothing can be learned under the new settings.
        """
        return PointsExperiment(settings or self.settings, like=self)

    def set_live(self, settings: PointsSettings) -> None:
        """Obey the live settings from the next step on; the rest waits."""
        self._obey(self.settings.with_live(settings))
        self._note_settings()

    def _obey(self, settings: PointsSettings) -> None:
        self.settings = settings
        self._regularizer.configure(settings.regularization)
        self._set_course()
        self._stream.batch_size = settings.training.batch_size

    def _note_settings(self) -> None:
        """Note the settings in force from the next step on."""
        iteration = self.descent.iteration
        self._changes = [one for one in self._changes if one[0] < iteration]
        self._changes.append((iteration, self.settings))

    def state(self, *, past_bytes: int = 0) -> PointsState:
        """Return all that the run can go on from, and earlier moments as far as they fit."""
        moments = tuple(self._past.kept_within(past_bytes))
        past = PointsPast(moments, tuple(self._changes), tuple(self._hands)) if moments else None
        return PointsState(
            self.settings,
            self._moment(),
            self._target,
            self.training_seconds,
            self.descent.last_good(),
            past,
        )

    def resumed(self, state: PointsState) -> "PointsExperiment":
        """Return a run that goes on from `state`, bit for bit.

        Raises:
            BadInput: if its points cannot be had any more.
        """
        run = PointsExperiment(state.settings, like=self)
        descent = state.moment.descent
        fits = run.descent.parameters.shape == descent.parameters.shape
        earlier = () if state.past is None else state.past.moments
        places = [one.descent.examples[0].position for one in (state.moment, *earlier)]
        if not fits or max(places) > len(run._stream):
            raise BadInput("The kept run learned from other points than there are; begin anew.")
        run._go_on_from(state.moment, state.good)
        run._target, run.training_seconds = state.target, state.training_seconds
        run._past.take_back({one.descent.iteration: one for one in earlier})
        run._past.next_due = min(run._past.next_due, state.iteration)
        run._past.keep(state.iteration, run._moment)
        if state.past is not None:
            run._changes, run._hands = list(state.past.settings), list(state.past.hands)
        run._note_settings()
        return run

    def _moment(self) -> PointsMoment:
        return PointsMoment(
            self.descent.state(), self.history.copy(), replace(self._tests), self.moves
        )

    def _go_on_from(self, moment: PointsMoment, good: FloatArray | None = None) -> None:
        self.descent.restore(moment.descent, good=good)
        self.history = moment.history.copy()
        self._tests, self.moves = replace(moment.tests), moment.moves

    def _at(self, iteration: int) -> PointsMoment:
        """Return the moment after `iteration` steps, the first one kept if it is before that.

        From the kept one before it the way is walked again, step by step the same. Of a very long
        run, which keeps few, it is that kept one.
        """
        kept = self._past.at(iteration)
        begun, now = kept.descent.iteration, self.descent.iteration
        if begun == iteration or iteration - begun > _MOST_REPEATED:
            return kept
        here, settings = self._moment(), self.settings
        if iteration >= now:
            return here
        try:
            self._go_on_from(kept)
            with np.errstate(all="ignore"):
                for done in range(begun, iteration):
                    self._obey([one for since, one in self._changes if since <= done][-1])
                    self.history.append(self.step())
                    if (done + 1) % self._tests.stride == 0:
                        self._test()
                    for hand in (one for one in self._hands if one.iteration == done + 1):
                        self._put(hand.changes)
                        self.moves = hand.moves
            return self._moment()
        finally:
            self._obey(settings)
            self._go_on_from(here)

    def branch(self, iteration: int) -> None:
        """Go on from where the run was after `iteration` steps, under the settings in force now.

        A very long run goes on from the last moment before that it keeps.
        """
        moment = self._at(iteration)
        arrived = moment.descent.iteration
        self._go_on_from(moment)
        self._past.forget_after(arrived)
        self._past.keep(arrived, self._moment)
        self._hands = [one for one in self._hands if one.iteration <= arrived]
        self._note_settings()

    def visit(self, iteration: int) -> PointsVisit:
        """Return what one sees after `iteration` steps."""
        descent = self._at(iteration).descent
        return PointsVisit(
            descent.iteration,
            descent.parameters,
            self.problem.scores(descent.parameters),
            self.problem.scores(descent.parameters, test=True),
        )

    def path(self, most: int = 240) -> tuple[Iterations, FloatArray]:
        """Return the way walked: the kept steps ``(n,)``, now the last, and θ ``(n, size)``."""
        moments = [moment.descent for moment in self._past.spread(most)]
        if moments[-1].iteration < self.descent.iteration:
            moments.append(self.descent.state())
        steps = np.array([moment.iteration for moment in moments], np.int64)
        return steps, np.stack([moment.parameters for moment in moments])

    def snapshot(self) -> PointsSnapshot:
        """Return the state of the run, with copies."""
        parameters = self.descent.parameters.copy()
        parameters.flags.writeable = False
        with np.errstate(all="ignore"):
            next_loss, gradient, next_step = self.descent.next_step(self.learning_rate)
        return PointsSnapshot(
            settings=self.settings,
            problem=self.problem,
            iteration=self.descent.iteration,
            epoch=self._stream.epoch,
            training=self.problem.scores(parameters),
            test=self.problem.scores(parameters, test=True),
            penalty=self._regularizer.penalty(parameters),
            curve=self.history.curve(),
            tests=self._tests.curve(),
            parameters=parameters,
            gradient=gradient,
            next_step=next_step,
            next_loss=next_loss,
            learning_rate=self.learning_rate,
            moves=self.moves,
            target=self._target,
            kept=self._past.iterations,
        )

    def explain(self, divergence: Diverged) -> str:
        """Say that the steps grew, and what to do."""
        return explosion_sentence(divergence.iteration, self.learning_rate, self.remedy())

    def remedy(self) -> float:
        """Return a rate that suits the points, or a tenth of this one where that is smaller."""
        return milder_rate(self.settings, self.learning_rate)


@dataclass(frozen=True)
class DescentEnd:
    """Where descent ends, which a hand is to beat.

    Attributes:
        loss: the loss there; of a run that explodes, where it last was.
        steps: after how many steps.
        exploded: whether it ends so because it explodes.
    """

    loss: float
    steps: int
    exploded: bool


def descent_reaches(settings: PointsSettings) -> Work[DescentEnd]:
    """Find where descent ends under `settings`, in as many steps as they say.

    Raises:
        BadInput: if no run can begin so.
    """
    run, exploded = PointsExperiment(replace(settings)), False
    while not run.finished and not exploded:
        try:
            run.advance(seconds=0.02)
        except Diverged:
            exploded = True
        yield run.descent.iteration / settings.training.steps
    loss = run.problem.loss(run.descent.parameters)
    return DescentEnd(loss, run.descent.iteration, exploded)
