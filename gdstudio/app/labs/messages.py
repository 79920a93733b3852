"""What a lab says to its user: one place, and an order of weight that decides what is seen.

There are four kinds of sentences, and two places for them: the line in the transport bar and the
strip above what is watched.

- The *state* of the run ("Running.") stands in the line whenever nothing weightier does.
- *Work* that goes on ("Reading houses.csv…") stands above the state, until it is over.
- A *result* ("Saved mine.safetensors.") stands above both, until the user acts or five seconds
  have passed, whatever the run does meanwhile.
- A *problem* stands in the strip until it is dismissed or mended, and in the line as a result does.
  A *note*, which is no problem, stands in the strip, too, below problems.

Problems and notes are *about* something, a word of the lab's choice such as "save". A new one about
the same takes the place of the old one; `take_back` takes it away once it is over.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from gdstudio.app.labs.switching import RUN
from gdstudio.app.widgets.announcement import announce
from gdstudio.app.widgets.controls.notice import Notice
from gdstudio.app.widgets.controls.transport_bar import TransportBar
from gdstudio.experiment.readings import told
from gdstudio.experiment.run_update import State, Update
from gdstudio.number_text import count_text, plain_text

RESULT_SECONDS = 5.0

LineKind = Literal["info", "good", "problem"]
StripKind = Literal["problem", "info"]

_ACTS = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.TouchBegin)


@dataclass(frozen=True)
class Remedy:
    """A button beside a problem or a note.

    Attributes:
        label, tooltip: what the button says, and what it does in one plain sentence.
        act: does it.
    """

    label: str
    tooltip: str
    act: Callable[[], None]


@dataclass(frozen=True)
class _Strip:
    about: str
    sentence: str
    kind: StripKind
    remedy: Remedy | None


class Messages(QObject):
    """Decides what the line of `bar` and the strip `notice` say."""

    def __init__(self, bar: TransportBar, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self._bar, self._notice = bar, notice
        self._state: tuple[str, LineKind] = ("", "info")
        self._work = ""
        self._result: tuple[str, LineKind] | None = None
        self._result_about = ""
        # The one that is shown last.
        self._strips: list[_Strip] = []
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._end_result)
        # What the user does now has led to the result; what is done from then on ends it.
        self._watch = QTimer(self)
        self._watch.setSingleShot(True)
        self._watch.setInterval(0)
        self._watch.timeout.connect(self._watch_user)
        notice.closed.connect(self._dismiss)
        notice.remedy_clicked.connect(self._mend)

    def say_state(self, sentence: str, kind: LineKind = "info") -> None:
        """Say what the run is doing; it is seen when nothing weightier stands in the line."""
        self._state = (sentence, kind)
        self._show_line()

    def say_work(self, sentence: str) -> None:
        """Say what is being worked on in the background; "" when it is over."""
        self._work = sentence
        self._show_line()

    def say_result(self, sentence: str, kind: LineKind = "good") -> None:
        """Say what has been done; it stands until the user acts or five seconds have passed."""
        self._say_result(sentence, kind, about="")

    def say_problem(self, sentence: str, *, about: str = "", remedy: Remedy | None = None) -> None:
        """Say what went wrong; it stands in the strip until it is dismissed or taken back."""
        self.show_strip(sentence, about=about, kind="problem", remedy=remedy)
        self._say_result(sentence, "problem", about=about)

    def say_note(self, sentence: str, *, about: str = "", remedy: Remedy | None = None) -> None:
        """Explain something in the strip, where no problem stands there."""
        self.show_strip(sentence, about=about, kind="info", remedy=remedy)

    def show_strip(
        self, sentence: str, *, about: str, kind: StripKind, remedy: Remedy | None = None
    ) -> None:
        """Show a problem or a note in the strip alone; the line stays as it is."""
        if self._notice.isHidden():
            self._strips.clear()  # whoever hid it has dismissed them
        new = _Strip(about, sentence, kind, remedy)
        if new in self._strips and not self._notice.isHidden():
            return  # it is said already, as every update of a run says it again
        if kind == "info":
            announce(self._bar, sentence)
        # One note is enough: an explanation goes when the next one comes.
        kept = [one for one in self._strips if one.about != about and one.kind == "problem"]
        if kind == "problem":
            kept = [one for one in self._strips if one.about != about]
        self._strips = sorted([*kept, new], key=lambda one: one.kind == "problem")
        self._show_strip()

    def take_back(self, *about: str) -> None:
        """Take away what is said about these: it is mended, or over."""
        if self._result is not None and self._result_about and self._result_about in about:
            self._end_result()
        kept = [one for one in self._strips if one.about not in about]
        if len(kept) != len(self._strips):
            if self._notice.isHidden():
                kept = []
            self._strips = kept
            self._show_strip()

    def take_back_all(self, *, but: tuple[str, ...] = ()) -> None:
        """Take away all that is said in the strip, but for what is about one of `but`."""
        self.take_back(*{one.about for one in self._strips} - set(but))

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems that stand, the newest last."""
        if self._notice.isHidden():
            return ()
        return tuple(one.sentence for one in self._strips if one.kind == "problem")

    def _say_result(self, sentence: str, kind: LineKind, *, about: str) -> None:
        self._result, self._result_about = (sentence, kind), about
        announce(self._bar, sentence, urgent=kind == "problem")
        self._clock.start(int(RESULT_SECONDS * 1000))
        self._watch.start()
        self._show_line()

    @Slot()
    def _end_result(self) -> None:
        self._clock.stop()
        self._watch.stop()
        self._stop_watching()
        self._result, self._result_about = None, ""
        self._show_line()

    @Slot()
    def _watch_user(self) -> None:
        application = QApplication.instance()
        if application is not None and self._result is not None:
            application.installEventFilter(self)

    def _stop_watching(self) -> None:
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def close(self) -> None:
        """Wait for nothing any more."""
        self._clock.stop()
        self._watch.stop()
        self._stop_watching()

    def _show_line(self) -> None:
        if self._result is not None:
            self._bar.set_status(*self._result)
        elif self._work:
            self._bar.set_status(self._work)
        else:
            self._bar.set_status(*self._state)

    def _show_strip(self) -> None:
        if not self._strips:
            self._notice.hide()
            return
        shown = self._strips[-1]
        remedy = shown.remedy
        self._notice.tell(
            shown.sentence,
            kind=shown.kind,
            remedy=remedy.label if remedy else "",
            remedy_tooltip=remedy.tooltip if remedy else "",
        )

    @Slot()
    def _dismiss(self) -> None:
        if self._strips:
            gone = self._strips.pop()
            if self._result is not None and self._result_about == gone.about:
                self._end_result()
        self._show_strip()

    @Slot()
    def _mend(self) -> None:
        if self._strips and (remedy := self._strips[-1].remedy) is not None:
            remedy.act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """End a result when the user presses a key or a button, wherever that is."""
        if event.type() in _ACTS and self._result is not None:
            # Afterwards: who looks at the line while the press is handled still finds it.
            self._stop_watching()
            self._clock.start(0)
        return False


def state_line(update: Update) -> tuple[str, LineKind]:
    """Return what the status line says of a run, and how it is meant."""
    if update.state is State.DIVERGED:
        return _divergence(update.snapshot), "problem"
    if update.state is State.FAILED:
        return update.message, "problem"
    if update.state is State.FINISHED:
        if math.isfinite(update.remedy):
            return "Done, but worse than a guess.", "problem"  # the strip tells the rest
        return update.message, "good"
    if update.state is State.RUNNING:
        return "Running.", "info"
    if update.snapshot is not None and update.snapshot.iteration == 0:
        return "Press Run, or Step for a single step.", "info"
    return "Paused.", "info"


def _divergence(snapshot: Any) -> str:
    """Return that a run has diverged, and when, where one sees the place before."""
    made = 0 if snapshot is None else snapshot.iteration
    if snapshot is None or told(snapshot).get("step", made) == made:
        return "Diverged."
    return f"Diverged at step {count_text(made)}; you see the place before it."


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
