"""The anatomy that all labs share: set up, watch, try and explain, and the bar below."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.code_export.code_exporter import CODE, CodeExporter
from gdstudio.app.labs.columns import Columns
from gdstudio.app.labs.enlarged_card import EnlargedCard
from gdstudio.app.labs.lab_interface import LabInterface
from gdstudio.app.labs.last_run import LAST_RUN, LastRun
from gdstudio.app.labs.messages import LineKind, Messages, Remedy, RunReport
from gdstudio.app.labs.recording.recorder import RECORDING, Recorder
from gdstudio.app.labs.run_announcer import RunAnnouncer
from gdstudio.app.labs.runs.run_keeper import RUNS, RunKeeper
from gdstudio.app.labs.setting_up import SettingUp
from gdstudio.app.labs.sweep.sweep_controller import SweepController
from gdstudio.app.labs.switching import Switching
from gdstudio.app.labs.twins.twin_controller import TWIN, TwinController
from gdstudio.app.motion import MOTION
from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.announcement import announce
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import PromptChips, SetupButtons
from gdstudio.app.widgets.controls.notice import Notice
from gdstudio.app.widgets.controls.transport_bar import TransportBar
from gdstudio.app.widgets.controls.wrong_box import show_what_is_wrong
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.scroll_area import scroll_to
from gdstudio.experiment.readings import Readings, readings, told
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario

# What problems may be about, beside what a lab finds for itself.
SAVING, READING, TYPED = "saving", "reading", "typed"
# The same of sessions: saved and opened by the user, left by the last window, written by itself.
SESSION, LAST_SESSION, AUTOSAVE = "session", "last session", "autosave"
_STAYS = (SAVING, READING, LAST_RUN, RUNS, TWIN, CODE, RECORDING, SESSION, LAST_SESSION, AUTOSAVE)
# How often, in seconds, a run that goes on is told in words.
_TELL_EVERY = 1.0


class Told(Protocol):
    """A picture that says in words what is seen on it."""

    def tell(self, text: str) -> None:
        """Say in words where the run is, to who does not see it."""


class Lab(LabInterface):
    """One lab: a runner, a bar, and three columns that a subclass fills.

    Whatever a lab is about changes in all its parts and in its run, or in none of them: each such
    change is made within `switch`. If anything is raised on the way, here or where the run is
    built, all parts show again what the run really is, and one sentence says so.

    Attributes:
        messages: what is said to the user; most say it by `say_result` and its like.
        notice: where problems are said.
        columns: the three columns; setup, watch, explain are their layouts.
        enlarged: stands in their place while one card is enlarged.
        set_ups: sets the lab up as scenarios say, and takes and hands out setup codes.
        kept_runs: keeps runs, compares them, and goes back to them.
        twins: gives the run a twin, that differs in one setting.
        sweeps: tries many values of settings, and opens any of the runs.
        code_exporter: shows the run as a program.
        recorder: saves the run as a moving picture.
        told_plots: the plots that say in words where the run is.
        glides: whether what is being shown is one step further, and drawings are to move there.
        announcer: lets a screen reader say steps made by hand, arrival and divergence.
    """

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
        self.setAccessibleName(self.title)
        self.told_plots: tuple[Told, ...] = ()
        self._told_at = -math.inf
        self.glides = False
        self._shown_iteration = -1
        self.announcer = RunAnnouncer(self.announce, self.vocabulary.tell, self)
        self.messages = Messages(self.bar, self.notice, self)
        self.background.working.connect(self.messages.say_work)
        self.chips = PromptChips([(one.key, one.text, one.promise) for one in self.prompts])
        self._switching = Switching(self, self)
        self.set_ups = SettingUp(self, self)
        self._report = RunReport(self.messages, self._apply_remedy)
        self.setup_buttons = SetupButtons()
        self.kept_runs = RunKeeper(self, self)
        self.twins = TwinController(self, self.vocabulary, self)
        self.sweeps = SweepController(self, self.vocabulary, self)
        self.code_exporter = CodeExporter(self, self)
        self.recorder = Recorder(self, self)
        self.last_run = LastRun(self.bar, self.messages, self.background, self)
        self.last_run.wanted.connect(self.bring_back)
        head = QWidget()
        lines = QVBoxLayout(head)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        self.heading = QHBoxLayout()
        lines.addLayout(self.heading)
        self.heading.addWidget(text_label(self.title, "heading"), 1)
        self.heading.addWidget(self.setup_buttons.runs_button)
        lines.addWidget(text_label(self.summary, "muted", wrap=True))
        self.below_heading = QHBoxLayout()
        lines.addLayout(self.below_heading)
        self.below_heading.setSpacing(0)
        self.below_heading.addWidget(self.setup_buttons)
        self.below_heading.addStretch(1)
        self.columns = columns = Columns(
            head, (self.chips, self.notice, self.twins.bar), explain_grows=self.explain_grows
        )
        self.setup, self.watch, self.explain = columns.setup, columns.watch, columns.explain
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(columns, 1)
        self.enlarged = EnlargedCard(columns)
        whole.addWidget(self.enlarged, 1)
        whole.addWidget(self.bar)
        current_theme().style(self.bar)

        self.bar.run_clicked.connect(self.toggle_run)
        self.bar.step_clicked.connect(self.step)
        self.bar.reset_clicked.connect(self.reset)
        self.bar.new_start_clicked.connect(self.new_start)
        self.bar.speed_changed.connect(runner.set_speed)
        self.chips.chosen.connect(self.try_prompt)
        self._set_speed({})
        self.setup_buttons.copy_button.clicked.connect(self.set_ups.copy)
        self.setup_buttons.paste_button.clicked.connect(self.set_ups.paste)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used.

        Where it cannot, the box is brought into sight and its problem is said.
        """
        if self.take_typed():
            self.take_back(TYPED)
            return True
        column = self.setup.parentWidget()
        assert column is not None
        self.columns.concentrate(None)
        if sentence := show_what_is_wrong(column):
            self.say_problem(sentence, about=TYPED)
        return False

    def named_values(self) -> dict[str, Any]:
        """Return by name all that is chosen but the view."""
        return self.values_of(self.subject())

    def run_subject(self) -> Any:
        """Return what the run is about that is shown, as it was begun; None before there is one."""
        return self._switching.run_subject()

    def scenario_of_run(self, subject: Any, snapshot: Any) -> Scenario:
        """Return all that a run obeys, which began with `subject` and has come to `snapshot`."""
        return Scenario.of(self.key, self.values_of(self.settled(subject, snapshot)))

    def scenario(self) -> Scenario:
        """Return all that the lab is set to."""
        return Scenario.of(self.key, self.named_values() | self.view_values())

    def apply(self, scenario: Scenario, then: Callable[[], object] | None = None) -> None:
        """Set the lab up, whole or not at all, and do what comes `then`.

        Where that takes a moment, all stays as it is until then.
        """
        self.set_ups.apply(scenario, then)

    @Slot(str)
    def try_prompt(self, key: str) -> None:
        """Set the lab up as a prompt proposes."""
        prompt = next(one for one in self.prompts if one.key == key)

        def then() -> None:
            self.after_prompt(prompt)
            if prompt.runs:
                self.runner.run()

        self.set_ups.propose(prompt, then)

    def tell(self, snapshot: Any, state: State) -> None:
        """Tell the bar, and who does not see the plots, where the run is.

        While it runs, words change once a second: a screen reader says them.
        """
        words, name = self.vocabulary, self.vocabulary.objective
        value = readings(snapshot).get(name)
        step = round(told(snapshot).get("step", snapshot.iteration))
        self.bar.set_progress(step, value, loss_name=words.label(name))
        now = time.monotonic()
        if state is State.RUNNING and not self.is_first_look and now < self._told_at + _TELL_EVERY:
            return
        self._told_at = now
        text = words.tell(snapshot)
        self.setAccessibleDescription(text)
        for plot in self.told_plots:
            plot.tell(text)

    def readings(self, snapshot: Any) -> Readings:
        """Return all numbers by name at the moment of `snapshot`, and what the lab itself knows."""
        return {**readings(snapshot), **self.own_readings()}

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
            self.announcer.expect_step()
            self.runner.step()

    @Slot()
    def reset(self) -> None:
        """Return to the same start; settings that waited take effect."""
        if self.commit():
            self.begin()

    @Slot()
    def new_start(self) -> None:
        """Begin from the next seed."""
        if self.commit():
            self.switch(self.begin_next)

    def begin_next(self) -> None:
        """Choose the next start, and begin there."""
        self.choose_next_start()
        self.begin()

    def begin(self, command: Callable[[], None] | None = None) -> bool:
        """Begin a run with what the controls show; within `switch` once all of that is done.

        `command` gives another command to the runner than to reset. Returns whether it was given.
        """
        if not self.is_switching:
            return self.switch(lambda: self.begin(command))
        self._switching.command(command or self._restart_run)
        return True

    def _restart_run(self) -> None:
        self.twins.reset(self.run_arguments())

    @Slot()
    def send_live(self) -> None:
        """Let the run obey the live settings that are shown, from the next step on; its twin, too.

        The twin keeps the one that differs.
        """
        self.runner.set_live(self.settings(), self.twins.live_settings())

    def switch(self, change: Callable[[], object]) -> bool:
        """Do `change`, and begin the run that it asks for, whole or not at all.

        If anything is raised, all parts show again what the run is about, and a sentence says why.
        A `switch` within a `switch` is a part of it.

        Returns:
            Whether it worked, as far as can be said here: a run that cannot be built is told later.
        """
        if not self.is_switching:
            self.set_ups.drop()
        return self._switching.switch(change)

    @property
    def is_switching(self) -> bool:
        """Whether a change is being made within `switch`."""
        return self._switching.is_switching

    def keep_subject(self) -> None:
        """Note what the lab is about at first; called once, when a lab has been made."""
        self._switching.keep_subject()

    def back_out(self, sentence: str) -> None:
        """Return to what the lab was about before: `sentence` says why the new cannot be shown."""
        self._switching.back_out(sentence)

    def stay(self, sentence: str) -> None:
        """Show everywhere what the run is about; `sentence` says why it is not something else."""
        self._switching.stay(sentence)

    @property
    def is_first_look(self) -> bool:
        """Whether a run is being shown for the first time: all of it at once, then."""
        return self._switching.is_first_look

    @property
    def is_untouched(self) -> bool:
        """Whether no step has been made yet, so that new settings lose nothing."""
        latest = self.runner.latest
        return latest is None or latest.snapshot is None or latest.snapshot.iteration == 0

    @property
    def is_diverged(self) -> bool:
        """Whether the run has stopped because its loss exploded."""
        return self.runner.latest is not None and self.runner.latest.state is State.DIVERGED

    def apply_later(self) -> None:
        """Obey settings that need a new start: at once if nothing is lost, otherwise at Reset."""
        if self.is_untouched and not self.runner.is_running:
            self.begin()
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
        self._report.forget()
        self.messages.take_back_all(but=_STAYS)

    def announce(self, sentence: str, urgent: bool = False) -> None:
        """Let a screen reader say something about the run, where the lab is in sight."""
        announce(self, sentence, urgent=urgent)

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll to where `widget` can be seen."""
        scroll_to(widget, self)

    def enlarge(self, card: Card) -> None:
        """Give `card` the room of all columns, or take it back if it has it."""
        if card.is_enlarged:
            self.enlarged.give_back()
        else:
            self.enlarged.take(card)

    def start(self) -> None:
        """Begin in the background; called when the lab is seen."""
        self.runner.start()
        # So that Space, . and R work at once.
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def bring_back(self) -> None:
        """Bring the run back that was lost to the newest one, or kept when the window closed."""
        kept = self.last_run.take()
        if kept is None:
            self.begin_to_reset()
            self.runner.bring_back()
            return

        def change() -> None:
            self.show_subject(self.subject_of(kept.state))
            self.begin(lambda: self.runner.resume(kept.state))

        self.switch(change)

    def keep_runs_in(self, folder: Path) -> None:
        """Keep a long run in `folder` when the window closes, and offer what is kept there."""
        if self.run_files is not None:
            self.last_run.keep_in(folder / f"last-{self.key}-run.safetensors", self.run_files)

    def give_up(self) -> None:
        """Tell all that runs to end soon; nobody waits for it here."""
        self._switching.stop()
        self.announcer.stop()
        self.kept_runs.close()
        self.sweeps.give_up()
        self.recorder.give_up()
        self.code_exporter.close()
        self.messages.close()
        self.runner.stop()
        self.background.stop()

    def close_runner(self) -> None:
        """Stop everything that runs, within a second; a long run is kept."""
        self.give_up()
        self.runner.close()
        latest, state = self.runner.latest, self.runner.kept
        if latest is not None and latest.is_long and state is not None:
            self.last_run.keep(state, latest.summary)
        self.sweeps.close()
        self.recorder.close()
        self.background.close()

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        self._switching.take(update, self._show_update)

    def _show_update(self, update: Update) -> None:
        self.bar.set_running(update.state is State.RUNNING)
        self.say_state(*self.describe_state(update))
        self._report.tell(update)
        self.last_run.offer(update.former, is_new=self.is_first_look)
        if update.snapshot is not None:
            self.glides = self._is_one_step(update)
            try:
                self.show_snapshot(update.snapshot, update.state)
                self.twins.show(update)
            finally:
                self.glides = False  # what is shown again is where it is already
            self.mark_waiting(update.snapshot)
            if self.is_first_look:
                self.kept_runs.look()
        self.announcer.hear(update)

    def _is_one_step(self, update: Update) -> bool:
        """Return whether a single step was made, and somebody is to see how things move."""
        before, self._shown_iteration = self._shown_iteration, update.snapshot.iteration
        is_next = not self.is_first_look and self._shown_iteration == before + 1
        return is_next and update.state is not State.RUNNING and MOTION.is_wanted

    @Slot()
    def _apply_remedy(self) -> None:
        latest = self.runner.latest
        if latest is not None and math.isfinite(latest.remedy):
            self.choose_learning_rate(latest.remedy)
            self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space runs and pauses, ``.`` steps, R resets, K keeps, where no control wants the key."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle_run()
        elif plain and event.key() == Qt.Key.Key_Period:
            self.step()
        elif plain and event.key() == Qt.Key.Key_Escape and self.enlarged.card is not None:
            self.enlarged.give_back()
        elif plain and event.key() == Qt.Key.Key_R and not event.isAutoRepeat():
            self.reset()
        elif plain and event.key() == Qt.Key.Key_K and not event.isAutoRepeat():
            self.kept_runs.keep()
        else:
            super().keyPressEvent(event)
