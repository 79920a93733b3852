"""Sessions: all labs of a window in one file, saved and opened by the user, and by themselves.

What is written by itself lies in the app's own folder: ``session.gdstudio`` while a window is open.
Found at the start, it is what a crash has left; it is then called ``last-session.gdstudio``, as is
that of a window which closed with kept runs, and is offered.
"""

import functools
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from gdstudio.app.labs.lab import AUTOSAVE, LAST_SESSION, SESSION, Lab
from gdstudio.app.labs.messages import Remedy
from gdstudio.app.running.background import Background
from gdstudio.errors import BadInput
from gdstudio.experiment.run_update import BothAnswers, State, Update
from gdstudio.folders import documents_folder, make_folder
from gdstudio.runs.kept_run import AskMoment, RunMoment
from gdstudio.runs.kept_runs import KeptRuns
from gdstudio.runs.session import LabSession, Session, has_own_table, load_session, save_session
from gdstudio.runs.twins import both_runs
from gdstudio.storage.session_file import ENDING

log = logging.getLogger(__name__)

# How often a session is written, where writing takes at most this share of the time.
SAVE_SECONDS, _SHARE = 5.0, 0.03
# Earlier moments of a run, to look back at, take at most this in a session.
PAST_BYTES = 4 * 2**20
# A run that has not told by then where it is, is saved as it was kept last.
_PATIENCE_MILLISECONDS = 3000
_SOON_MILLISECONDS = 200
_KINDS = f"Session (*{ENDING})"
_WRITTEN, _LAST, _EARLIER = (
    f"{name}{ENDING}" for name in ("session", "last-session", "earlier-session")
)


class SessionController(QObject):
    """Saves what all labs are about and have come to, and brings it back.

    Signals:
        lab_wanted(str): the lab of this key is to be shown.
        lessons_opened(dict): a session says how far somebody came in lessons.
        saved(Path): a session was written, by itself or because the user asked for it.
    """

    lab_wanted = Signal(str)
    lessons_opened = Signal(object)
    saved = Signal(object)

    def __init__(
        self,
        labs: Mapping[str, Lab],
        current: Callable[[], Lab],
        parent: QWidget,
        lessons: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        """Make it for `labs`; `lessons` returns how far the user came in lessons."""
        super().__init__(parent)
        self._labs, self._current, self._window = labs, current, parent
        self._lessons = lessons
        self.background = Background(self)
        self._pending: dict[str, LabSession] = {}
        self._folder: Path | None = None
        self._lock: QLockFile | None = None
        self._is_offered = self._is_writing = False
        self._written: list[object] = []
        self._kept_written: list[object] = []
        # The last one that was written by itself, for a lab that cannot say any more where it is.
        self._newest = Session("")
        self._failure, self._due = "", 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(round(SAVE_SECONDS * 1000))
        self._timer.timeout.connect(self._write_in_time)
        # What was kept is written at once; several changes together.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MILLISECONDS)
        self._soon.timeout.connect(self.write)
        for lab in labs.values():
            lab.kept_runs.changed.connect(self._soon.start)

    # By the user.

    @Slot()
    def ask_and_save(self) -> None:
        """Ask where to, then save the session."""
        path, _ = QFileDialog.getSaveFileName(
            self._window, "Save session", str(documents_folder() / f"session{ENDING}"), _KINDS
        )
        if path:
            self.save(Path(path if Path(path).suffix else path + ENDING))

    @Slot()
    def ask_and_open(self) -> None:
        """Ask which, then open a session."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Open session", str(documents_folder()), _KINDS
        )
        if path:
            self.open(Path(path))

    def save(self, path: Path) -> None:
        """Save the session; whatever goes wrong is said in one sentence."""

        def done(left_out: tuple[str, ...]) -> None:
            lab = self._current()
            lab.say_result(f"Saved the session as {path.name}.", mends=SESSION)
            if left_out:
                lab.say_problem(" ".join(left_out), about=SESSION)
            self.saved.emit(path)

        def write(session: Session) -> None:
            self.background.submit(
                lambda: save_session(path, session),
                done,
                self._refuse,
                must_finish=True,
                saying=f"Saving {path.name}…",
            )

        self._gather(write)

    def open(self, path: Path) -> None:
        """Open a session; all stays as it is until it is read."""
        self.background.submit(
            lambda: load_session(path),
            lambda session: self.take(session, path.name),
            self._refuse,
            saying=f"Opening {path.name}…",
        )

    def take(self, session: Session, name: str) -> None:
        """Have the labs of a session: that which is shown at once, the others when they are seen.

        What was there before can be had back: a long run by the bar, kept runs by Undo.
        """
        shown = session.lab if session.lab in self._labs else self._current().key
        self._pending = {key: lab for key, lab in session.labs.items() if key in self._labs}
        self.lab_wanted.emit(shown)
        self.take_up(shown)
        if session.drawing:
            for lab in self._labs.values():
                lab.show_drawing(session.drawing)
        if session.lessons:
            self.lessons_opened.emit(session.lessons)
        lab = self._current()
        lab.say_result(f"Opened the session {name}.", mends=SESSION)
        if session.left_out:
            lab.say_problem(" ".join(session.left_out), about=SESSION)

    def take_up(self, key: str) -> None:
        """Set up the lab that is to be seen now, if a session that was opened is about it."""
        found = self._pending.pop(key, None)
        if found is None:
            return
        lab = self._labs[key]

        def look() -> None:
            lab.show_view(found.scenario.view)
            lab.kept_runs.replace(found.kept)
            if found.twin is None:
                lab.twins.end()  # that of the run before

        if found.run is None:
            lab.apply(found.scenario, look)
        else:
            # What trains may need seconds to be there; the curves are shown meanwhile.
            lab.kept_runs.show_awaited(found.run)
            lab.set_ups.go_on(found.run.scenario, found.run.state, look, twin=found.twin)

    def _refuse(self, sentence: str) -> None:
        self._current().say_problem(sentence, about=SESSION)

    def _gather(self, then: Callable[[Session], None]) -> None:
        """Ask all runs where they are, and hand `then` the session of all labs."""
        labs: dict[str, LabSession] = dict(self._pending)
        begun = {
            key: lab
            for key, lab in self._labs.items()
            if lab.runner.latest is not None and lab.runner.latest.snapshot is not None
        }
        waiting = set(begun)

        def finish() -> None:
            drawing = next((drawn for lab in begun.values() if (drawn := lab.drawing())), [])
            then(Session(self._current().key, labs, drawing, self._lessons()))

        def take(key: str, subject: Any, diverged: bool, moment: BothAnswers | None) -> None:
            if key not in waiting:
                return  # too late
            try:
                labs[key] = _lab_session(begun[key], subject, diverged, moment)
            except BadInput as refused:
                log.warning("%s is left out of the session: %s", key, refused)
            waiting.discard(key)
            if not waiting:
                finish()

        takes = {}
        for key, lab in begun.items():
            latest = lab.runner.latest
            diverged = latest is not None and latest.state is State.DIVERGED
            takes[key] = functools.partial(take, key, lab.run_subject(), diverged)
        if not begun:
            finish()
        for key, lab in begun.items():
            lab.runner.ask_both(AskMoment(PAST_BYTES), takes[key])

        def wait_no_longer() -> None:
            for key in tuple(waiting):
                log.warning("%s has not told where it is; it is saved as it was kept last", key)
                takes[key](None)

        QTimer.singleShot(_PATIENCE_MILLISECONDS, self, wait_no_longer)

    # By itself.

    def keep_in(self, folder: Path) -> None:
        """Write the session by itself in `folder`, and offer what was left there."""
        try:
            make_folder(folder, "The session is not written by itself")
        except BadInput as problem:
            self._current().say_problem(str(problem), about=AUTOSAVE)
            return
        lock = QLockFile(str(folder / "session.lock"))
        lock.setStaleLockTime(0)  # only the end of its program ends it
        if not lock.tryLock(0):
            self._current().say_note(
                "Another window of this app is open, and only its work is written by itself. Save "
                "what you do here by Save session as… in the View menu.",
                about=AUTOSAVE,
            )
            return
        self._lock, self._folder = lock, folder
        crashed = os.path.lexists(folder / _WRITTEN)
        if crashed:
            self._move(_LAST, _EARLIER)  # perhaps it was never opened
            self._move(_WRITTEN, _LAST)
        self._offer(folder / _LAST, crashed=crashed)
        self._timer.start()

    def _offer(self, path: Path, *, crashed: bool) -> None:
        if not path.is_file():
            return
        self._is_offered = True
        why = (
            "The app did not end as it should last time; your work was kept."
            if crashed
            else "The kept runs of last time are there."
        )
        self._current().say_note(
            why,
            about=LAST_SESSION,
            remedy=Remedy(
                "Open it again", "Open the session as it was last.", lambda: self._open_last(path)
            ),
        )

    def _open_last(self, path: Path) -> None:
        self._current().take_back(LAST_SESSION)
        self.open(path)

    @Slot()
    def _write_in_time(self) -> None:
        if time.monotonic() >= self._due:
            self.write()

    @Slot()
    def write(self) -> None:
        """Write the session, if anything has changed since."""
        folder, now = self._folder, self._fingerprint()
        if folder is None or self._is_writing or now == self._written:
            return
        self._is_writing = True

        def end(kept: list[object], seconds: float) -> None:
            self._is_writing = False
            self._written, self._kept_written = now, kept
            self._due = time.monotonic() + seconds * (1 / _SHARE - 1)
            if self._failure:
                self._failure = ""
                for lab in self._labs.values():
                    lab.take_back(AUTOSAVE)
            self.saved.emit(folder / _WRITTEN)

        def fail(sentence: str) -> None:
            self._is_writing = False
            self._written = now
            if sentence != self._failure:  # said once, not every few seconds
                self._failure = sentence
                self._current().say_problem(
                    f"The session is not written by itself: {sentence}", about=AUTOSAVE
                )

        def submit(session: Session) -> None:
            self._newest = session
            kept: list[object] = [
                session.labs[key].kept if key in session.labs else KeptRuns() for key in self._labs
            ]

            def job() -> float:
                begun = time.perf_counter()
                save_session(folder / _WRITTEN, session)
                return time.perf_counter() - begun

            self.background.submit(job, functools.partial(end, kept), fail, must_finish=True)

        self._gather(submit)

    def _kept_now(self) -> list[object]:
        """Return the kept runs of all labs, which are values."""
        return [lab.kept_runs.runs for lab in self._labs.values()]

    def _write_last(self, folder: Path) -> None:
        """Write what was kept when there was no time for it any more; the runs have ended."""
        labs: dict[str, LabSession] = dict(self._pending)
        for key, lab in self._labs.items():
            latest = lab.runner.latest
            if latest is None or latest.snapshot is None:
                continue
            before = self._newest.labs.get(key)
            diverged = latest.state is State.DIVERGED
            try:
                now = _lab_session(lab, lab.run_subject(), diverged, None)
            except BadInput as refused:
                log.warning("%s is left out of the session: %s", key, refused)
                continue
            if now.run is None and before is not None:
                now = replace(now, run=before.run, twin=before.twin)
            labs[key] = now
        drawing = next((drawn for lab in self._labs.values() if (drawn := lab.drawing())), [])
        session = Session(self._current().key, labs, drawing, self._lessons())
        self.background.submit(
            lambda: save_session(folder / _WRITTEN, session),
            lambda _: None,
            lambda _: None,
            must_finish=True,
            saying="Keeping the session",
        )

    def _fingerprint(self) -> list[object]:
        """Return what is another value whenever there is something to be written."""
        found: list[object] = [
            (key, latest.run, latest.snapshot.iteration, _twin_step(latest), lab.kept_runs.runs)
            for key, lab in self._labs.items()
            if (latest := lab.runner.latest) is not None
            and latest.snapshot is not None
            and (latest.snapshot.iteration or len(lab.kept_runs.runs))
        ]
        return [*found, self._lessons()] if found else found

    def give_up(self) -> None:
        """Begin nothing any more."""
        self._timer.stop()
        self._soon.stop()
        self.background.stop()

    def close(self) -> None:
        """End; the session stays to be offered where runs are kept in it."""
        self.give_up()
        is_kept = any(len(lab.kept_runs.runs) for lab in self._labs.values())
        if self._folder is not None and is_kept and self._kept_now() != self._kept_written:
            self._write_last(self._folder)
        self.background.close()
        if self._folder is None:
            return
        if is_kept:
            self._move(_WRITTEN, _LAST)
        else:
            if self._is_offered:
                self._move(_LAST, _EARLIER)
            (self._folder / _WRITTEN).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()

    def _move(self, old: str, new: str) -> None:
        assert self._folder is not None
        try:
            os.replace(self._folder / old, self._folder / new)
        except FileNotFoundError:
            return
        except OSError as error:
            log.warning("%s cannot be renamed: %s", old, error)


def _twin_step(update: Update) -> int | None:
    """Return how many steps the twin of a run has made, which may go on alone; None without one."""
    return None if update.twin is None else update.twin.snapshot.iteration


def _lab_session(lab: Lab, subject: Any, diverged: bool, both: BothAnswers | None) -> LabSession:
    """Return a lab of the session, with its run, and its twin, where it has made steps.

    Raises:
        BadInput: if no scenario says what is typed there.
    """
    run = twin = None
    if both is None:
        # Its process has died: what was kept of the run some seconds before is all that there is.
        both = _kept_answers(lab)
    if both is not None and both.live.state is not None:
        scenario_of = functools.partial(lab.scenario_of_run, subject)
        has_begun = both.live.state.iteration or both.standing is not None
        if has_begun or has_own_table(scenario_of(both.live.snapshot)):
            run, twin = both_runs(scenario_of, both, diverged=diverged)
    return LabSession(lab.scenario(), run, lab.kept_runs.runs, twin)


def _kept_answers(lab: Lab) -> BothAnswers | None:
    """Return the moments that a run and its twin were kept at last; None where they never were."""
    latest, state, beside = lab.runner.latest, lab.runner.kept, lab.runner.kept_twin
    if latest is None or latest.snapshot is None or state is None:
        return None
    seconds = state.training_seconds
    moment = RunMoment(latest.snapshot, state, latest.summary, seconds)
    if beside is None or latest.twin is None:
        return BothAnswers(moment)
    seconds = beside.state.training_seconds
    twin = RunMoment(latest.twin.snapshot, beside.state, "", seconds)
    return BothAnswers(moment, beside.standing, twin)
