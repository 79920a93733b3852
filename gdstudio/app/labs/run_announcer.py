"""Tells who listens to the window of steps made by hand, of arrival and of divergence.

Nothing is said while a run goes on: what it is then stands in the descriptions of its plots. Steps
that follow each other quickly, as with the key held down, are said once they have ceased.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from gdstudio.experiment.run_update import State, Update

_PAUSE_MILLISECONDS = 250
_ENDED = (State.FINISHED, State.DIVERGED, State.FAILED)


class RunAnnouncer(QObject):
    """Hears of a run's updates, and says a few of them.

    Args:
        say: says a sentence; the second argument is whether it is urgent.
        words: returns a moment of the run in words.
        parent: the owner.
    """

    def __init__(
        self,
        say: Callable[[str, bool], None],
        words: Callable[[Any], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._say, self._words = say, words
        self._told: tuple[int, State, str] | None = None
        self._was_running = False
        self._iteration = self._due = 0
        self._next = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(self._say_next)

    def expect_step(self) -> None:
        """Say where the run is, once the step has been made that was asked for now."""
        self._due += 1

    def say_soon(self, sentence: str) -> None:
        """Say a sentence about a step, unless the next step follows at once."""
        self._next = sentence
        self._pause.start()

    def hear(self, update: Update) -> None:
        """Take in how the run stands."""
        snapshot = update.snapshot
        iteration = 0 if snapshot is None else snapshot.iteration
        made = iteration - self._iteration
        was_running, self._was_running = self._was_running, update.state is State.RUNNING
        self._iteration = iteration
        if update.state in _ENDED:
            self._due = 0
            told = (update.run, update.state, update.message)
            # A run that was opened, or is shown again, has not ended now.
            if told != self._told and (made or was_running):
                self.stop()
                moment = "" if snapshot is None else f"{self._words(snapshot)}."
                urgent = update.state is not State.FINISHED
                self._say(f"{update.message} {moment}".strip(), urgent)
            self._told = told
            return
        self._told = None
        if update.state is not State.PAUSED or snapshot is None:
            return
        if was_running and iteration:
            self.say_soon(f"Paused: {self._words(snapshot)}.")
        elif self._due and made:
            self.say_soon(f"{self._words(snapshot)}.")
        self._due = max(self._due - made, 0) if made >= 0 else 0

    def stop(self) -> None:
        """Say nothing of what has been made so far."""
        self._pause.stop()

    @Slot()
    def _say_next(self) -> None:
        self._say(self._next, False)
