"""The start of a step: the lab is set up, and its run brought to where the step begins."""

import functools

from PySide6.QtCore import QObject, Signal

from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.experiment.run_update import State, Update
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.library import LessonFile
from gdstudio.lesson.player import Start, start_in_file, start_of

_NOT_GONE = (
    "This step goes on from a run that takes a while. Go back to make it, or read on without."
)
_ON_THE_WAY = "The run is brought to where this step begins…"
# The way to a step in the middle of a long run may take so long; then it is not gone again.
_WAY_SECONDS = 10.0
_ENDED = (State.FINISHED, State.DIVERGED, State.FAILED)


class StepStart(QObject):
    """Brings a lab to where a step begins, and begins the step when it is there.

    Signals:
        awaited(object): a run was found in which the step may begin, with this newest update.
    """

    awaited = Signal(object)

    def __init__(self, panel: GuidePanel, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._background = background
        # The steps, by the version of their lesson, to which the way takes too long.
        self._long_ways: set[tuple[str, int]] = set()
        # The visit of a step; the start that is waited for, as generation and number of steps.
        self._visit = 0
        self._awaited: tuple[int, int] | None = None

    def leave(self) -> None:
        """Leave the step before: what was still to be set up for it is not wanted any more."""
        self._visit += 1
        self._awaited = None
        if self._panel.problem in (_NOT_GONE, _ON_THE_WAY):
            self._panel.show_problem("")

    def set_up(self, lab: Lab, file: LessonFile, guide: Guide, *, keeps_run: bool) -> None:
        """Set the lab up for the step in view.

        With `keeps_run` the run stays as it is where the way to the step takes too long.
        """
        setup = guide.lesson.steps[guide.part].setup
        assert setup is not None
        assert setup.scenario is not None
        take = functools.partial(self._take, self._visit, lab, (file.version, guide.index))
        if guide.sets_up:
            take(Start(setup.scenario))
            return
        part = Start(setup.scenario, is_whole=False)
        if (file.version, guide.index) in self._long_ways:
            take(part, keeps_run=keeps_run)
            return
        self._panel.show_remark(_ON_THE_WAY)
        self._background.submit(
            functools.partial(start_in_file, file.path, guide.index, seconds=_WAY_SECONDS)
            if lab.runner.is_in_process
            else functools.partial(start_of, guide.lesson, guide.index),
            functools.partial(take, keeps_run=keeps_run),
            lambda _: take(part, keeps_run=keeps_run),
            child_seconds=2 * _WAY_SECONDS if lab.runner.is_in_process else None,
        )

    def _take(
        self,
        visit: int,
        lab: Lab,
        step: tuple[str, int],
        start: Start | None,
        *,
        keeps_run: bool = False,
    ) -> None:
        """Set the lab up, whole or not at all, as a pasted setup code does."""
        if visit != self._visit or start is None:
            return
        if self._panel.problem == _ON_THE_WAY:
            self._panel.show_problem("")
        if not start.is_whole:
            self._long_ways.add(step)
            if keeps_run:
                self.await_run(lab, 0)
                return
            self._panel.show_problem(_NOT_GONE)

        def then() -> None:
            if visit == self._visit:
                if start.steps:
                    lab.runner.step(start.steps)
                self.await_run(lab, start.steps)

        lab.twins.end()  # no step is about another run beside it
        lab.apply(start.scenario, then)

    def await_run(self, lab: Lab, steps: int) -> None:
        """Begin the step once the newest run is known, at this number of steps or beyond."""
        self._awaited = (lab.runner.generation, steps)
        latest = lab.runner.latest
        if latest is not None:
            self.awaited.emit(latest)

    def see(self, guide: Guide, lab: Lab, update: Update) -> bool:
        """Begin the step with the run as it is now, where it is waited for; say whether it was.

        A step that has begun takes in numbers that were not known then, until the run moves on.
        """
        if update.snapshot is None or update.state is State.LOADING:
            return False
        if not guide.has_begun:
            if self._awaited is None:
                return False
            generation, steps = self._awaited
            has_come = update.snapshot.iteration >= steps or update.state in _ENDED
            begins = update.generation >= generation and has_come
        else:
            steps = 0 if self._awaited is None else self._awaited[1]
            begins = guide.lacks_numbers and update.snapshot.iteration == steps
        if begins:
            guide.begin(lab.readings(update.snapshot))
        return begins
