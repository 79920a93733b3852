"""What a lab is about changes in all its parts and in its run, or in none of them."""

import contextlib
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer

from gdstudio.app.running.runner import Runner
from gdstudio.errors import BadInput, fault_sentence
from gdstudio.experiment.run_update import State, Update

log = logging.getLogger(__name__)

# What is added to the sentence that says why something was not changed.
AS_IT_WAS = "Everything stays as it was."
# What problems with a run are about.
RUN = "run"
# A start that takes longer than this is spoken of.
SLOW_MILLISECONDS = 300


class _Lab(Protocol):
    """What is switched; what each of these does is said by `Lab`."""

    @property
    def runner(self) -> Runner: ...

    def subject(self) -> Any: ...

    def show_subject(self, subject: Any) -> None: ...

    def settled(self, subject: Any, snapshot: Any) -> Any: ...

    def begin_run(self) -> None: ...

    def show_snapshot(self, snapshot: Any, state: State) -> None: ...

    def begin_to_reset(self) -> None: ...

    def say_state(self, sentence: str) -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...


class Switching(QObject):
    """Knows what each run is about, and makes every change whole or not at all.

    If anything is raised on the way, in the window or where the run is built, all parts show again
    what the run really is, and one sentence says so.

    Attributes:
        is_switching: whether a change is being made.
        is_first_look: whether a run is being shown for the first time.
    """

    def __init__(self, lab: _Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self.is_switching = self.is_first_look = False
        self._generation = 0
        self._subjects: dict[int, Any] = {}
        # The starts, by their generation: of the run that was heard of last, of the one before it,
        # and of the one whose subject is shown.
        self._run = self._former_run = self._shown_run = 0
        self._command: Callable[[], None] | None = None
        self._apology = ""
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MILLISECONDS)
        self._slow.timeout.connect(lambda: lab.say_state("Preparing the start…"))

    def keep_subject(self) -> None:
        """Note what the lab is about at first; called once, when a lab has been made."""
        self._subjects[0] = self._lab.subject()

    def run_subject(self) -> Any:
        """Return what the run is about that was heard of last, as it was begun."""
        return self._subjects.get(self._run)

    def command(self, command: Callable[[], None]) -> None:
        """Give `command` to the runner once the change that is being made is done."""
        self._command = command

    def switch(self, change: Callable[[], object]) -> bool:
        """Do `change`, then the command that it asks for, whole or not at all.

        Returns:
            Whether it worked, as far as can be said here: a run that cannot be built is told later.
        """
        if self.is_switching:
            change()
            return True
        lab = self._lab
        self.is_switching, self._command = True, None
        try:
            with _nothing_escapes():
                change()
                subject = lab.subject()
                if self._command is not None:
                    lab.begin_to_reset()
            if self._command is not None:
                self._command()
                self._subjects[lab.runner.generation] = subject
                self._shown_run = lab.runner.generation
                self._slow.start()
        except Exception as error:  # whatever it is, the lab changes as a whole or not at all
            self.stay(sentence_of(error))
            return False
        finally:
            self.is_switching = False
        return True

    def back_out(self, sentence: str) -> None:
        """Return to what the lab was about before: `sentence` says why the new cannot be shown."""
        runner = self._lab.runner
        self._apology = sentence
        self._lab.begin_to_reset()
        self._show_run_again(self._former_run if runner.is_up_to_date else self._run)
        runner.undo()

    def stay(self, sentence: str) -> None:
        """Show everywhere what the run is about; `sentence` says why it is not something else."""
        latest = self._lab.runner.latest
        self._show_run_again(0 if latest is None else latest.run)
        self._lab.say_problem(f"{sentence} {AS_IT_WAS}")

    def stop(self) -> None:
        """Wait for no start any more."""
        self._slow.stop()

    def take(self, update: Update, show: Callable[[Update], None]) -> None:
        """Let `show` show an update; before, take note of a run that is heard of the first time."""
        self._slow.stop()
        if update.refused:
            self._generation, self._apology = update.generation, ""
            self._lab.begin_to_reset()  # nothing of what was said of the new start is so
            self.stay(update.refused)
        self.is_first_look = update.generation != self._generation
        try:
            with _nothing_escapes() if self.is_first_look else contextlib.nullcontext():
                if self.is_first_look:
                    self._meet(update)
                show(update)
        except Exception as error:  # what cannot be shown is not what the lab is about
            self._miss(update, sentence_of(error))
        else:
            if self.is_first_look and self._apology:
                self._lab.say_problem(f"{self._apology} {AS_IT_WAS}")
                self._apology = ""
        finally:
            self.is_first_look = False

    def _show_run_again(self, run: int) -> None:
        """Show in all parts what the run that began so is about, and what it has come to."""
        lab = self._lab
        subject, latest = self._subjects.get(run), lab.runner.latest
        self._shown_run = run
        try:
            snapshot = None
            if latest is not None and latest.run == run:
                snapshot = latest.snapshot
            if subject is not None:
                lab.show_subject(lab.settled(subject, snapshot) if snapshot else subject)
            if latest is not None and snapshot is not None:
                self.is_first_look = True
                lab.begin_run()
                lab.show_snapshot(snapshot, latest.state)
        except Exception:  # this is the way back; there is none behind it
            log.exception("What the lab was about cannot be shown again")
        finally:
            self.is_first_look = False

    def _meet(self, update: Update) -> None:
        """Take note of a run that is heard of for the first time, or for the first time again."""
        lab = self._lab
        self._generation = update.generation
        if update.run != self._run:
            self._former_run, self._run = self._run, update.run
        if update.run not in self._subjects:
            # It goes on from a run whose child has died, or was loaded: it is about the same.
            self._subjects[update.run] = self._subjects.get(self._shown_run)
            self._shown_run = update.run
        subject = self._subjects[update.run]
        if update.run != self._shown_run and subject is not None:
            self._shown_run = update.run
            lab.show_subject(lab.settled(subject, update.snapshot) if update.snapshot else subject)
        wanted = (self._run, self._former_run, *update.lost)
        self._subjects = {
            run: kept
            for run, kept in self._subjects.items()
            if run in wanted or run > update.generation
        }
        lab.begin_run()

    def _miss(self, update: Update, sentence: str) -> None:
        """Do what can be done where an update cannot be shown."""
        if self.is_first_look and update.run == update.generation and not self._apology:
            self.back_out(sentence)
        else:
            self._apology = ""
            self._lab.say_problem(sentence, about=RUN)


def sentence_of(error: Exception) -> str:
    """Return what to say of a failure; a fault of the app goes to the log."""
    if isinstance(error, BadInput):
        return str(error)
    log.error("A lab could not be switched", exc_info=error)
    return fault_sentence(error)


@contextlib.contextmanager
def _nothing_escapes() -> Iterator[None]:
    """Raise at the end what was raised in slots meanwhile: Qt hands that to the hook alone."""
    escaped: list[BaseException] = []
    before = sys.excepthook
    sys.excepthook = lambda _kind, error, _traceback: escaped.append(error)
    try:
        yield
    finally:
        sys.excepthook = before
    if escaped:
        raise escaped[0]
