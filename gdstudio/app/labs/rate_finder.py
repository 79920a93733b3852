"""The learning rate of a walk, as far as it is the app's to find.

It is looked for while the run stands at its start, a portion at a time.
"""

import functools
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from gdstudio.app.running.latest_work import LatestQuestion
from gdstudio.app.running.runner import Runner
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.run_update import State

# One portion; a start that is dragged about must not wait longer.
_SECONDS = 0.03


class RateFinder(QObject):
    """Asks the run again and again, until it has found what it looks for.

    A run begins with the rate that was found in any case; asking lets one see it before. Where a
    remedy set a rate after a divergence, it holds for that start alone: from another one a rate is
    found anew.

    Args:
        runner: the run.
        question: returns what it is asked, to look for a number of seconds; the answer says whether
            it has found all that it looks for.
        is_wanted: returns whether, by a snapshot at the start, there is still something to be
            found.
    """

    def __init__(
        self,
        runner: Runner,
        question: Callable[[float], Question[Any, bool]],
        is_wanted: Callable[[Any], bool],
    ) -> None:
        super().__init__(runner)
        self._runner, self._question, self._is_wanted = runner, question, is_wanted
        self._latest = LatestQuestion(runner.ask)
        self._done_for = -1
        self._remedy: float | None = None

    def note_remedy(self, rate: float) -> None:
        """Note that a remedy has set this rate."""
        self._remedy = rate

    def is_remedy(self, rate: float) -> bool:
        """Return whether a remedy has set this rate, and nobody has chosen another one since."""
        return rate == self._remedy

    def forget_remedy(self) -> None:
        """Forget that a remedy has set a rate."""
        self._remedy = None

    def look(self) -> None:
        """Ask, if that is wanted and has not been done for this start."""
        latest = self._runner.latest
        if self._latest.is_busy or latest is None or latest.generation == self._done_for:
            return
        now = latest.snapshot
        if now is None or now.iteration or latest.state is State.RUNNING:
            return
        if self._is_wanted(now):
            take = functools.partial(self._take, latest.generation)
            self._latest.ask(self._question(_SECONDS), take)

    def look_again(self) -> None:
        """Ask once more, as what the rate depends on has changed."""
        self._done_for = -1
        self.look()

    def _take(self, generation: int, is_done: bool | None) -> None:
        if is_done is None:
            return
        if is_done:
            self._done_for = generation
        self.look()
