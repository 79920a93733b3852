"""What is said of a run: what it is doing, and once what is wrong with it."""

import math
from collections.abc import Callable
from typing import Any

from gdstudio.app.labs.messages import LineKind, Messages, Remedy
from gdstudio.app.labs.switching import RUN
from gdstudio.experiment.run_loop import State, Update
from gdstudio.number_text import plain_text


def state_line(update: Update) -> tuple[str, LineKind]:
    """Return what the status line says of a run, and how it is meant."""
    if update.state is State.DIVERGED:
        return "Diverged.", "problem"
    if update.state is State.FAILED:
        return update.message, "problem"
    if update.state is State.FINISHED:
        return update.message, "problem" if math.isfinite(update.remedy) else "good"
    if update.state is State.RUNNING:
        return "Running.", "info"
    if update.snapshot is not None and update.snapshot.iteration == 0:
        return "Press Run, or Step for a single step.", "info"
    return "Paused.", "info"


class RunReport:
    """Says once, in the strip, why a run has ended, with a learning rate that would mend it."""

    def __init__(self, messages: Messages, use_rate: Callable[[], None]) -> None:
        """Say it by `messages`; `use_rate` takes the rate and goes back to the start."""
        self._messages = messages
        self._use_rate = use_rate
        self._told: tuple[Any, ...] = ()

    def forget(self) -> None:
        """Say it again where it is so again."""
        self._told = ()

    def tell(self, update: Update) -> None:
        """Say what is wrong with the run, or no more what was wrong with it."""
        told = (update.generation, update.state, update.message)
        if told == self._told:
            return
        self._told = told
        came_to_nothing = update.state is State.FINISHED and math.isfinite(update.remedy)
        if update.state not in (State.DIVERGED, State.FAILED) and not came_to_nothing:
            self._messages.take_back(RUN)
            return
        remedy = None
        if update.state is not State.FAILED and 0 < update.remedy < math.inf:
            rate = plain_text(update.remedy)
            tooltip = f"Set the learning rate to {rate} and go back to the start."
            remedy = Remedy(f"Use {rate} and reset", tooltip, self._use_rate)
        # The line says the state, and keeps saying it.
        self._messages.show_strip(update.message, about=RUN, kind="problem", remedy=remedy)
