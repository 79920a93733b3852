"""A twin: a run beside another one, from the same start, step by step with it."""

import math
import time
from typing import Any, Self

from gdstudio.engine.descent import Diverged
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.run_update import State, TwinStanding, TwinState, TwinUpdate

# As long as both make this number of steps in less than that time, they make more at a turn.
_TURN_SECONDS, _MOST_STEPS = 0.0005, 64
# How one of two runs ends for good, while the other may go on.
_OVER = (State.DIVERGED, State.FAILED)


class Twin:
    """The second of two runs that are stepped together; each is what it would be alone.

    Where one of them is over, the other goes on.

    Attributes:
        choice: what the window knows it by; it is handed back with every update.
        experiment: its run.
        state: how it has ended; `State.PAUSED` as long as it can go on.
        message: what is to be said of that.
        divergence: with what the other run has exploded, while this one can go on.
    """

    def __init__(self, choice: Any, experiment: Experiment) -> None:
        self.choice, self.experiment = choice, experiment
        self.state, self.message = State.PAUSED, ""
        self.divergence: Diverged | None = None
        self._steps = 1

    @property
    def is_over(self) -> bool:
        """Whether it makes no step any more."""
        return self.state in _OVER or self.experiment.finished

    def advance(
        self, live: Experiment, *, steps: float = math.inf, seconds: float = math.inf
    ) -> int:
        """Let both make steps, as `Experiment.advance` does for one; return how many.

        Whenever this returns, both have made the same number, but for one that is over.

        Raises:
            Diverged: when the `live` run has exploded and this one is over, too.
        """
        done, begun = 0, time.perf_counter()
        while done < steps:
            now = time.perf_counter()
            left = max(seconds - (now - begun), 0.0)
            made = self._take_turns(live, min(self._steps, steps - done), left)
            if not made:
                break  # both are over, or a learning rate is still being looked for
            done += made
            took = time.perf_counter() - now
            is_short = took < _TURN_SECONDS
            self._steps = (
                min(2 * self._steps, _MOST_STEPS) if is_short else max(self._steps // 2, 1)
            )
            if now + took - begun >= seconds:
                break
        if self.divergence is not None and self.is_over:
            raise self.divergence
        return done

    def _take_turns(self, live: Experiment, steps: float, seconds: float) -> int:
        """Let the live run make steps, then this one as many; return the number."""
        made, several = 0, live.threads != self.experiment.threads
        if self.divergence is None and not live.finished:
            if several:
                live.take_threads()
            try:
                made = live.advance(steps=steps, seconds=seconds)
            except Diverged as divergence:
                self.divergence = divergence
        wanted = steps if self.divergence is not None or live.finished else made
        if several:
            self.experiment.take_threads()
        done = self.make_steps(live, wanted)
        if several:
            live.take_threads()
        return max(made, done)

    def make_steps(self, live: Experiment, steps: float) -> int:
        """Make steps, beside the `live` run; return how many. What goes wrong ends it alone."""
        if self.is_over or not steps:
            return 0
        if not self.experiment.iteration:
            self.experiment.follow(live)
        try:
            return self.experiment.advance(steps=steps)
        except Diverged as divergence:
            self.state, self.message = State.DIVERGED, self.experiment.explain(divergence)
        except MemoryError:
            self.state = State.FAILED
            self.message = "There is not enough memory for both runs."
        return 0

    def branch(self, live: Experiment, iteration: int) -> None:
        """Go back to an earlier moment, as the `live` run has, and be where it is."""
        self.state, self.message, self.divergence = State.PAUSED, "", None
        self.experiment.branch(iteration)
        self.make_steps(live, live.iteration - self.experiment.iteration)

    def extend(self) -> None:
        """Go on after the end, for as long again."""
        if self.experiment.finished and self.state is State.PAUSED:
            self.experiment.extend()

    def update(self) -> TwinUpdate:
        """Return it as it crosses to the window."""
        return TwinUpdate(**vars(self.standing), snapshot=self.experiment.snapshot())

    @property
    def standing(self) -> TwinStanding:
        """How it stands beside the other run."""
        state, message = self.state, self.message
        if state is State.PAUSED and self.experiment.finished:
            state, message = State.FINISHED, self.experiment.ending
        left = self.divergence
        exploded = None if left is None else (left.iteration, left.loss)
        return TwinStanding(self.choice, state, message, exploded)

    def kept(self) -> TwinState:
        """Return all that it can go on from, bit for bit."""
        return TwinState(self.standing, self.experiment.state())

    @classmethod
    def resumed(cls, kept: TwinState, live: Experiment) -> Self:
        """Return the twin of the `live` run that goes on from what `kept` returned of one.

        Raises:
            BadInput: as the experiment's `resumed` does.
        """
        standing = kept.standing
        twin = cls(standing.choice, live.resumed(kept.state))
        if standing.state in _OVER:
            twin.state, twin.message = standing.state, standing.message
        if standing.exploded is not None:
            twin.divergence = Diverged(*standing.exploded)
        return twin
