"""The anatomy that all labs share: set up, watch, try and explain, and the bar below."""

import math
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.background import Background
from gdstudio.app.labs.columns import Columns
from gdstudio.app.labs.messages import LineKind, Messages, Remedy
from gdstudio.app.number_format import plain_text
from gdstudio.app.run_loop import State, Update
from gdstudio.app.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.notice import Notice
from gdstudio.app.widgets.prompt_chips import PromptChips
from gdstudio.app.widgets.transport_bar import TransportBar

# What problems may be about, beside what a lab finds for itself.
RUN, SAVING, READING = "run", "saving", "reading"


class Lab(QWidget):
    """One lab: a runner, a bar, and three columns that a subclass fills.

    A subclass names itself in the class attributes, fills the columns, and says what its settings
    are and how a snapshot looks.

    Attributes:
        key: its name for programs; object names are made from it.
        tab_text: its name on the rail.
        title, summary: its heading, and a sentence about it.
        prompts: what to try: (key, text, tooltip) each.
        runner: the descent that this lab shows.
        bar: the transport bar.
        messages: what is said to the user; most say it by `say_result` and its like.
        notice: where problems are said.
        setup, watch, explain: the layouts of the three columns.
    """

    key: ClassVar[str]
    tab_text: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    prompts: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.setObjectName(f"{self.key}_lab")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.runner = runner
        runner.setParent(self)
        runner.updated.connect(self._on_update)
        self.background = Background(self)
        self.bar = TransportBar()
        self.notice = Notice()
        self.messages = Messages(self.bar, self.notice, self)
        self.background.working.connect(self.messages.say_work)
        self.chips = PromptChips(list(self.prompts))
        self._generation = 0
        self._told: tuple[Any, ...] = ()
        self.heading = QHBoxLayout()
        self.heading.addWidget(text_label(self.title, "heading"), 1)
        head = QWidget()
        lines = QVBoxLayout(head)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(self.heading)
        lines.addWidget(text_label(self.summary, "muted", wrap=True))
        columns = Columns(head, (self.chips, self.notice))
        self.setup, self.watch, self.explain = columns.setup, columns.watch, columns.explain
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(columns, 1)
        whole.addWidget(self.bar)
        current_theme().style(self.bar)

        self.bar.run_clicked.connect(self.toggle_run)
        self.bar.step_clicked.connect(self.step)
        self.bar.reset_clicked.connect(self.reset)
        self.bar.new_start_clicked.connect(self.new_start)
        self.bar.speed_changed.connect(runner.set_speed)
        self.chips.chosen.connect(self.try_prompt)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used."""
        raise NotImplementedError

    def settings(self) -> Any:
        """Return the settings that the controls show."""
        raise NotImplementedError

    def choose_next_start(self) -> None:
        """Let the controls show the settings of the next start."""
        raise NotImplementedError

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Let the controls show this learning rate."""
        raise NotImplementedError

    def show_snapshot(self, snapshot: Any, state: State) -> None:
        """Show the run as it is now."""
        raise NotImplementedError

    def mark_waiting(self, snapshot: Any) -> None:
        """Say whether the controls show settings that the run does not obey yet."""

    def begin_run(self) -> None:
        """Forget what belonged to the run before."""

    def try_prompt(self, key: str) -> None:
        """Do the setting of a prompt."""
        raise NotImplementedError

    @Slot()
    def toggle_run(self) -> None:
        """Run, or pause."""
        if self.runner.is_running:
            self.runner.pause()
        elif self.commit():
            self.run_on()

    def run_on(self) -> None:
        """Run; after a divergence from the start."""
        if self.is_diverged:
            self.reset()
        self.runner.run()

    @Slot()
    def step(self) -> None:
        """Make one step."""
        if self.commit():
            self.runner.step()

    @Slot()
    def reset(self) -> None:
        """Return to the same start; settings that waited take effect."""
        if self.commit():
            self.begin_to_reset()
            self.runner.reset(self.settings())

    @Slot()
    def new_start(self) -> None:
        """Reset with the next seed."""
        if self.commit():
            self.choose_next_start()
            self.begin_to_reset()
            self.runner.reset(self.settings())

    @property
    def is_untouched(self) -> bool:
        """Whether no step has been made yet, so that new settings lose nothing."""
        latest = self.runner.latest
        return latest is None or latest.snapshot is None or latest.snapshot.iteration == 0

    @property
    def is_diverged(self) -> bool:
        """Whether the run has stopped because its cost exploded."""
        return self.runner.latest is not None and self.runner.latest.state is State.DIVERGED

    def apply_later(self) -> None:
        """Obey settings that need a new start: at once if nothing is lost, otherwise at Reset."""
        if self.is_untouched and not self.runner.is_running:
            self.runner.reset(self.settings())
        else:
            self.say_result("Applies after Reset.", "info")

    def say_state(self, sentence: str, kind: LineKind = "info") -> None:
        """Say what the run is doing, where nothing weightier stands in the status line."""
        self.messages.say_state(sentence, kind)

    def say_result(self, sentence: str, kind: LineKind = "good", *, mends: str = "") -> None:
        """Say what has been done; it stands until the user acts or five seconds have passed.

        `mends` names what problems are about that are over with it, such as "save".
        """
        if mends:
            self.messages.take_back(mends)
        self.messages.say_result(sentence, kind)

    def say_problem(self, sentence: str, *, about: str = "", remedy: Remedy | None = None) -> None:
        """Say what went wrong, without getting in the way, until it is dismissed or mended.

        `about` is a word for what would mend it (`say_result`, `take_back`); a problem about
        nothing in particular is over with the next start.
        """
        self.messages.say_problem(sentence, about=about, remedy=remedy)

    def say_note(self, sentence: str, *, about: str = "", remedy: Remedy | None = None) -> None:
        """Explain something above what is watched, until it is dismissed or over."""
        self.messages.say_note(sentence, about=about, remedy=remedy)

    def take_back(self, *about: str) -> None:
        """Take away what is said about these: it is mended, or over."""
        self.messages.take_back(*about)

    def begin_to_reset(self) -> None:
        """Take away what a new start ends: all but problems with files."""
        self.messages.take_back_all(but=(SAVING, READING))

    def tell_problem(self, sentence: str) -> None:
        """Say what went wrong; `say_problem` tells what it is about, too."""
        self.say_problem(sentence)

    def start(self) -> None:
        """Begin in the background; called when the lab is seen."""
        self.runner.start()
        # So that Space, . and R work at once.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_runner(self) -> None:
        """Stop everything that runs, within a second."""
        self.messages.close()
        self.runner.close()
        self.background.close()

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        if update.refused:
            self.say_problem(update.refused)
        elif update.generation != self._generation:
            self._generation = update.generation
            self.begin_run()
        self.bar.set_running(update.state is State.RUNNING)
        self._tell_state(update)
        if update.snapshot is not None:
            self.show_snapshot(update.snapshot, update.state)
            self.mark_waiting(update.snapshot)

    def _tell_state(self, update: Update) -> None:
        """Say what the run is doing, and once what is wrong with it."""
        self.say_state(*self.describe_state(update))
        told = (update.generation, update.state, update.message)
        if told == self._told:
            return
        self._told = told
        if update.state not in (State.DIVERGED, State.FAILED):
            self.take_back(RUN)
            return
        remedy = None
        if update.state is State.DIVERGED and 0 < update.remedy < math.inf:
            rate = plain_text(update.remedy)
            tooltip = f"Set the learning rate to {rate} and go back to the start."
            remedy = Remedy(f"Use {rate} and reset", tooltip, self._apply_remedy)
        # The line says the state, and keeps saying it.
        self.messages.show_strip(update.message, about=RUN, kind="problem", remedy=remedy)

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Return what the status line says of the run, and how it is meant."""
        if update.state is State.DIVERGED:
            return "Diverged.", "problem"
        if update.state is State.FAILED:
            return update.message, "problem"
        if update.state is State.FINISHED:
            return update.message, "good"
        if update.state is State.RUNNING:
            return "Running.", "info"
        if update.snapshot is not None and update.snapshot.iteration == 0:
            return "Press Run, or Step for a single step.", "info"
        return "Paused.", "info"

    @Slot()
    def _apply_remedy(self) -> None:
        latest = self.runner.latest
        if latest is not None and math.isfinite(latest.remedy):
            self.choose_learning_rate(latest.remedy)
            self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space runs and pauses, ``.`` steps, R resets, where no control wants the key."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle_run()
        elif plain and event.key() == Qt.Key.Key_Period:
            self.step()
        elif plain and event.key() == Qt.Key.Key_R and not event.isAutoRepeat():
            self.reset()
        else:
            super().keyPressEvent(event)
