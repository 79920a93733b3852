"""The anatomy that all labs share: set up, watch, try and explain, and the bar below."""

import contextlib
import logging
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gdstudio.app.labs.columns import Columns
from gdstudio.app.labs.function_card import LOOKING
from gdstudio.app.labs.last_run import LAST_RUN, LastRun, RunFiles
from gdstudio.app.labs.messages import LineKind, Messages, Remedy
from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.notice import Notice
from gdstudio.app.widgets.controls.prompt_chips import PromptChips
from gdstudio.app.widgets.controls.setup_buttons import SetupButtons
from gdstudio.app.widgets.controls.transport_bar import TransportBar
from gdstudio.app.widgets.controls.wrong_box import (
    find_problem,
    find_wrong_box,
    problem_with,
    show_widget,
)
from gdstudio.app.widgets.labels import text_label
from gdstudio.errors import BadInput
from gdstudio.experiment.run_loop import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.number_text import plain_text
from gdstudio.visible_text import shortened

log = logging.getLogger(__name__)

# What problems may be about, beside what a lab finds for itself.
RUN, SAVING, READING, TYPED, SETUP = "run", "saving", "reading", "typed", "setup"
# Longer setup codes are not read out as a whole.
LONGEST_CODE = 120
AS_IT_WAS = "Everything stays as it was."
# The steps of a run that is worth a picture.
POSED_STEPS = 24
# A start that takes longer than this is spoken of.
SLOW_MILLISECONDS = 300


class Lab(QWidget):
    """One lab: a runner, a bar, and three columns that a subclass fills.

    A subclass names itself in the class attributes, fills the columns, says what its settings are
    and how a snapshot looks, and has one frozen value for all that it is about, its *subject*.

    Whatever a lab is about changes in all its parts and in its run, or in none of them: each such
    change is made within `switch`. If anything is raised on the way, here or where the run is
    built, all parts show again what the run really is, and one sentence says so.

    Attributes:
        vocabulary: by which names it is set up, and what its run is.
        key: its name for programs, that of the vocabulary; object names are made from it.
        tab_text: its name on the rail; the title, where it says nothing else.
        icon: the picture on the rail, ``icons/<icon>.svg``; the key, where it says nothing else.
        title, summary: its heading, that of the vocabulary, and a sentence about it.
        prompts: what to try: (key, text, tooltip) each.
        run_files: how long runs are kept when the window closes; None where they are not.
        runner: the descent that this lab shows.
        bar: the transport bar.
        messages: what is said to the user; most say it by `say_result` and its like.
        notice: where problems are said.
        setup, watch, explain: the layouts of the three columns.
    """

    vocabulary: ClassVar[Vocabulary]
    key: ClassVar[str]
    title: ClassVar[str]
    tab_text: ClassVar[str]
    icon: ClassVar[str]
    summary: ClassVar[str]
    prompts: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    run_files: ClassVar[RunFiles | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        """Take the names from the vocabulary."""
        super().__init_subclass__(**options)
        if "vocabulary" in vars(cls):
            cls.key, cls.title = cls.vocabulary.key, cls.vocabulary.title
            cls.tab_text = vars(cls).get("tab_text", cls.title)
            cls.icon = vars(cls).get("icon", cls.key)

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
        self._subjects: dict[int, Any] = {}
        # The starts, by their generation: of the run that was heard of last, of the one before it,
        # and of the one whose subject is shown.
        self._run = self._former_run = self._shown_run = 0
        self._is_switching = False
        self._command: Callable[[], None] | None = None
        self._apology = ""
        self._is_first_look = False
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MILLISECONDS)
        self._slow.timeout.connect(lambda: self.say_state("Preparing the start…"))
        self._told: tuple[Any, ...] = ()
        # What is looked into in the background.
        self._wanted_scenario: Scenario | None = None
        self.heading = QHBoxLayout()
        self.heading.addWidget(text_label(self.title, "heading"), 1)
        self.setup_buttons = SetupButtons()
        self.heading.addWidget(self.setup_buttons)
        self.last_run = LastRun(self.bar, self.messages, self.background, self)
        self.last_run.wanted.connect(self.bring_back)
        head = QWidget()
        lines = QVBoxLayout(head)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        lines.addLayout(self.heading)
        self.below_heading = QHBoxLayout()
        self.below_heading.setSpacing(0)
        self.below_heading.addWidget(text_label(self.summary, "muted", wrap=True), 1)
        lines.addLayout(self.below_heading)
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
        self._set_speed({})
        self.setup_buttons.copy_button.clicked.connect(self.copy_setup)
        self.setup_buttons.paste_button.clicked.connect(self.paste_setup)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used.

        Where it cannot, the box is brought into sight and its problem is said.
        """
        if self.take_typed():
            self.take_back(TYPED)
            return True
        column = self.setup.parentWidget()
        assert column is not None
        box = find_wrong_box(column) or find_problem(column)
        if box is not None:
            show_widget(box)
            sentence = box.text() if isinstance(box, QLabel) else problem_with(box)
            self.say_problem(sentence, about=TYPED)
        return False

    def take_typed(self) -> bool:
        """Take what is typed but not yet entered; return whether all of it can be used."""
        raise NotImplementedError

    def settings(self) -> Any:
        """Return the settings that the controls show."""
        raise NotImplementedError

    def subject(self) -> Any:
        """Return, as one frozen value, all that the controls have chosen; it has `settings`."""
        raise NotImplementedError

    def show_subject(self, subject: Any) -> None:
        """Show `subject` in all parts, without a signal; what the run has come to is shown after.

        It may be called at any time, also after a call that failed halfway.
        """
        raise NotImplementedError

    def settled(self, subject: Any, snapshot: Any) -> Any:
        """Return `subject` with what of it the run has come to obey since its start."""
        return replace(subject, settings=snapshot.settings)

    def view_values(self) -> dict[str, Any]:
        """Return by name how the lab is looked at, as `show_view` takes it."""
        return {"speed": int(self.bar.speed() or 0)}

    def named_values(self) -> dict[str, Any]:
        """Return by name all else that is chosen, in the words of the lab's scenarios.

        What is as usual may be left out.

        Raises:
            BadInput: where it is chosen from a file of one's own.
        """
        raise NotImplementedError

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name what a prompt leaves as it is, unless it is about that."""
        return {"speed": self.view_values()["speed"]}

    def subject_of_scenario(self, scenario: Scenario) -> Any:
        """Return what the lab is about under a scenario; it asks no widget.

        Raises:
            BadInput: if no run can begin so.
        """
        raise NotImplementedError

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether `subject_of_scenario` is to be asked in the background."""
        return False

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Look at the lab as the view of a scenario says; what it does not name is as usual."""
        self._set_speed(view)

    def _set_speed(self, view: Mapping[str, Any]) -> None:
        speed = float(view.get("speed", self.vocabulary.view["speed"].default)) or None
        self.bar.set_speed(speed)
        self.runner.set_speed(speed)

    def scenario(self) -> Scenario:
        """Return all that the lab is set to.

        Raises:
            BadInput: where no scenario can hold it.
        """
        return Scenario.of(self.key, self.named_values() | self.view_values())

    def apply(self, scenario: Scenario, then: Callable[[], object] | None = None) -> None:
        """Set the lab up, whole or not at all, and do what comes `then`.

        Where that takes a moment, all stays as it is until then.
        """
        if not self.takes_long(scenario):
            self._set_up(lambda: (scenario, self.subject_of_scenario(scenario)), then)
            return
        self._wanted_scenario = scenario
        self.background.submit(
            lambda: self.subject_of_scenario(scenario),
            lambda subject: self._take_scenario(scenario, subject, then),
            lambda sentence: self._refuse_scenario(scenario, sentence),
            key="scenario",
            saying=LOOKING,
        )

    def try_scenario(self, scenario: Scenario, then: Callable[[], object] | None = None) -> None:
        """Set the lab up as a prompt proposes: what it is not about stays as it is."""

        def make() -> tuple[Scenario, Any]:
            whole = scenario.changed(self.kept_by_prompts() | scenario.values)
            return whole, self.subject_of_scenario(whole)

        self._set_up(make, then)

    def _set_up(
        self, make: Callable[[], tuple[Scenario, Any]], then: Callable[[], object] | None
    ) -> None:
        """Show the scenario and the subject that `make` returns, or all as it was before."""
        before: dict[str, Any] = {}

        def change() -> None:
            scenario, subject = make()
            before.update(self.view_values())
            self.show_subject(subject)
            self.show_view(scenario.view)
            self.begin()

        if self.switch(change):
            if then is not None:
                then()
        elif before:
            try:
                self.show_view(before)
            except Exception:
                log.exception("A lab cannot be looked at as before")

    def _take_scenario(
        self, scenario: Scenario, subject: Any, then: Callable[[], object] | None
    ) -> None:
        if self._wanted_scenario is scenario:  # or something else was chosen meanwhile
            self._set_up(lambda: (scenario, subject), then)

    def _refuse_scenario(self, scenario: Scenario, sentence: str) -> None:
        if self._wanted_scenario is scenario:
            self.say_problem(f"{sentence} {AS_IT_WAS}", about=SETUP)

    @Slot()
    def copy_setup(self) -> None:
        """Copy the setup code of all that is chosen."""
        if not self.commit():
            return
        try:
            code = self.scenario().code
        except BadInput as refused:
            self.say_problem(str(refused), about=SETUP)
            return
        QGuiApplication.clipboard().setText(code)
        self.say_result(f"Copied the setup code {shortened(code, LONGEST_CODE)}", mends=SETUP)

    @Slot()
    def paste_setup(self) -> None:
        """Set the lab up, or another one, as the setup code on the clipboard says."""
        try:
            scenario = Scenario.parse(QGuiApplication.clipboard().text())
        except BadInput as refused:
            self.say_problem(str(refused), about=SETUP)
            return
        self.take_back(SETUP)
        self.setup_buttons.pasted.emit(scenario)

    def open_setup(self, scenario: Scenario) -> None:
        """Set the lab up as a person's setup code says, and say so."""
        code = shortened(scenario.code, LONGEST_CODE)
        self.apply(scenario, lambda: self.say_result(f"Set up {code}", mends=SETUP))

    def run_arguments(self) -> tuple[Any, ...]:
        """Return what the controls have chosen as arguments of the experiment's `restarted`."""
        return (self.settings(),)

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

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Make a short run that is worth a picture; yield what is to be waited for, in turn."""
        self.runner.step(POSED_STEPS)
        yield lambda: self.has_made(POSED_STEPS)

    def pose_closer(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Bring into sight in turn what is worth a picture of its own.

        Yields:
            Its name, and what is to be waited for.
        """
        yield from ()

    def has_made(self, steps: int) -> bool:
        """Return whether the run that is shown has made that many steps."""
        latest = self.runner.latest
        return (
            latest is not None
            and latest.snapshot is not None
            and (latest.snapshot.iteration >= steps)
        )

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
        if not self._is_switching:
            return self.switch(lambda: self.begin(command))
        self._command = command or self._restart_run
        return True

    def _restart_run(self) -> None:
        self.runner.reset(*self.run_arguments())

    def switch(self, change: Callable[[], object]) -> bool:
        """Do `change`, and begin the run that it asks for, whole or not at all.

        If anything is raised, all parts show again what the run is about, and a sentence says why.
        A `switch` within a `switch` is a part of it.

        Returns:
            Whether it worked, as far as can be said here: a run that cannot be built is told later.
        """
        if self._is_switching:
            change()
            return True
        self._is_switching, self._command = True, None
        self._wanted_scenario = None
        try:
            with _nothing_escapes():
                change()
                subject = self.subject()
                if self._command is not None:
                    self.begin_to_reset()
            if self._command is not None:
                self._command()
                self._subjects[self.runner.generation] = subject
                self._shown_run = self.runner.generation
                self._slow.start()
        except Exception as error:
            self.stay(self.sentence(error))
            return False
        finally:
            self._is_switching = False
        return True

    def keep_subject(self) -> None:
        """Note what the lab is about at first; called once, when a lab has been made."""
        self._subjects[0] = self.subject()

    def back_out(self, sentence: str) -> None:
        """Return to what the lab was about before: `sentence` says why the new cannot be shown."""
        self._apology, self._told = sentence, ()
        self.begin_to_reset()
        self._show_run_again(self._former_run if self.runner.is_up_to_date else self._run)
        self.runner.undo()

    def stay(self, sentence: str) -> None:
        """Show everywhere what the run is about; `sentence` says why it is not something else."""
        latest = self.runner.latest
        self._show_run_again(0 if latest is None else latest.run)
        self.say_problem(f"{sentence} {AS_IT_WAS}")

    def _show_run_again(self, run: int) -> None:
        """Show in all parts what the run that began so is about, and what it has come to."""
        subject, latest = self._subjects.get(run), self.runner.latest
        self._shown_run = run
        try:
            snapshot = None
            if latest is not None and latest.run == run:
                snapshot = latest.snapshot
            if subject is not None:
                self.show_subject(self.settled(subject, snapshot) if snapshot else subject)
            if latest is not None and snapshot is not None:
                self._is_first_look = True
                self.begin_run()
                self.show_snapshot(snapshot, latest.state)
        except Exception:
            log.exception("What the lab was about cannot be shown again")
        finally:
            self._is_first_look = False

    def sentence(self, error: Exception) -> str:
        """Return what to say of a failure; a fault of the app goes to the log."""
        if isinstance(error, BadInput):
            return str(error)
        log.error("A lab could not be switched", exc_info=error)
        return (
            f"That did not work because of a fault in the app ({type(error).__name__}); the log "
            "file, named in About, tells more."
        )

    @property
    def is_first_look(self) -> bool:
        """Whether a run is being shown for the first time: all of it at once, then."""
        return self._is_first_look

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
        self.messages.take_back_all(but=(SAVING, READING, LAST_RUN))

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
            self.runner.undo()
            return

        def change() -> None:
            self.show_subject(self.subject_of(kept.state))
            self.begin(lambda: self.runner.resume(kept.state))

        self.switch(change)

    def keep_runs_in(self, folder: Path) -> None:
        """Keep a long run in `folder` when the window closes, and offer what is kept there."""
        if self.run_files is not None:
            self.last_run.keep_in(folder / f"last-{self.key}-run.safetensors", self.run_files)

    def subject_of(self, state: Any) -> Any:
        """Return what a kept run is about; for labs that keep runs."""
        raise NotImplementedError

    def give_up(self) -> None:
        """Tell all that runs to end soon; nobody waits for it here."""
        self._slow.stop()
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
        self.background.close()

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        self._slow.stop()
        if update.refused:
            self._generation, self._told, self._apology = update.generation, (), ""
            self.begin_to_reset()  # nothing of what was said of the new start is so
            self.stay(update.refused)
        self._is_first_look = update.generation != self._generation
        try:
            with _nothing_escapes() if self._is_first_look else contextlib.nullcontext():
                self._show_update(update)
        except Exception as error:
            self._miss(update, self.sentence(error))
        else:
            if self._is_first_look and self._apology:
                self.say_problem(f"{self._apology} {AS_IT_WAS}")
                self._apology = ""
        finally:
            self._is_first_look = False

    def _show_update(self, update: Update) -> None:
        if self._is_first_look:
            self._meet(update)
        self.bar.set_running(update.state is State.RUNNING)
        self._tell_state(update)
        self.last_run.offer(update.former, is_new=self._is_first_look)
        if update.snapshot is not None:
            self.show_snapshot(update.snapshot, update.state)
            self.mark_waiting(update.snapshot)

    def _meet(self, update: Update) -> None:
        """Take note of a run that is heard of for the first time, or for the first time again."""
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
            self.show_subject(
                self.settled(subject, update.snapshot) if update.snapshot else subject
            )
        wanted = (self._run, self._former_run)
        self._subjects = {
            run: kept
            for run, kept in self._subjects.items()
            if run in wanted or run > update.generation
        }
        self.begin_run()

    def _miss(self, update: Update, sentence: str) -> None:
        """Do what can be done where an update cannot be shown."""
        if self._is_first_look and update.run == update.generation and not self._apology:
            self.back_out(sentence)
        else:
            self._apology = ""
            self.say_problem(sentence, about=RUN)

    def _tell_state(self, update: Update) -> None:
        """Say what the run is doing, and once what is wrong with it."""
        self.say_state(*self.describe_state(update))
        told = (update.generation, update.state, update.message)
        if told == self._told:
            return
        self._told = told
        came_to_nothing = update.state is State.FINISHED and math.isfinite(update.remedy)
        if update.state not in (State.DIVERGED, State.FAILED) and not came_to_nothing:
            self.take_back(RUN)
            return
        remedy = None
        if update.state is not State.FAILED and 0 < update.remedy < math.inf:
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
            return update.message, "problem" if math.isfinite(update.remedy) else "good"
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
