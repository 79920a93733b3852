"""The twin of a lab's run: asked for, drawn beside it, kept with it, and ended."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.twins.twin_bar import TwinBar
from gdstudio.app.labs.twins.twin_dialog import TwinDialog
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import SetupButtons
from gdstudio.app.widgets.plots.kept_lines import TWIN_COLOR, KeptLine
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.errors import BadInput
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.kept_run import KeptRun, setting_text
from gdstudio.runs.twins import (
    TwinChoice,
    TwinRun,
    seen_run,
    twin_label,
    twin_scenario,
    twins_text,
)

# What problems with a twin are about.
TWIN = "twin"


class _Lab(Protocol):
    """Whose run has a twin; what each of these does is said by `Lab`."""

    @property
    def runner(self) -> Runner: ...

    @property
    def setup_buttons(self) -> SetupButtons: ...

    def commit(self) -> bool: ...

    def subject(self) -> Any: ...

    def run_subject(self) -> Any: ...

    def subject_beside(self, subject: Any, scenario: Scenario) -> Any: ...

    def arguments_of(self, subject: Any) -> tuple[Any, ...]: ...

    def values_of(self, subject: Any) -> dict[str, Any]: ...

    def scenario_of_run(self, subject: Any, snapshot: Any) -> Scenario: ...

    def why_no_twin(self) -> str: ...

    def why_apart(self, snapshot: Any, twin: Any) -> str: ...

    def show_subject(self, subject: Any) -> None: ...

    def show_twin(self, snapshot: Any, label: str) -> None: ...

    def begin(self, command: Callable[[], None] | None = None) -> bool: ...

    def switch(self, change: Callable[[], object]) -> bool: ...

    def kept_plots(self) -> Mapping[str, ThemedPlot]: ...

    def kept_curve(self, name: str, run: KeptRun) -> Any: ...

    def say_result(self, sentence: str, kind: Any = "good", *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...

    def window(self) -> QWidget: ...


class TwinController(QObject):
    """Gives a lab's run a twin, from the same start and seed, that differs in one setting.

    The run loop steps both together; where something else is chosen in the lab, the twin goes with
    it, and keeps its one setting.

    Attributes:
        bar: says how both stand.
        dialog: asks for the setting; None until it is first asked for.
    """

    def __init__(self, lab: _Lab, vocabulary: Vocabulary, parent: QObject) -> None:
        super().__init__(parent)
        self._lab, self._vocabulary = lab, vocabulary
        self._choice: TwinChoice | None = None
        self._number = self._gone = self._starting = self._awaited = 0
        self._is_drawn = False
        self._bare = Scenario(vocabulary.key)
        self.bar = TwinBar()
        self.bar.ended.connect(self.end)
        self.bar.taken.connect(self.take)
        self.dialog: TwinDialog | None = None
        lab.setup_buttons.twin_button.clicked.connect(self.ask)

    @property
    def choice(self) -> TwinChoice | None:
        """In what the twin differs; None where there is none."""
        return self._choice

    @Slot()
    def ask(self) -> None:
        """Ask for the setting that is to differ."""
        if refused := self._lab.why_no_twin():
            self._lab.say_result(refused, "info")
            return
        if self.live_run() is None:
            return
        if self.dialog is None:
            self.dialog = TwinDialog(self._vocabulary, self.live_run, self._lab.window())
            self.dialog.accepted.connect(self._start)
        self.dialog.ask()

    @Slot()
    def _start(self) -> None:
        assert self.dialog is not None
        if self.dialog.choice is not None:
            self.begin(self.dialog.choice)

    def begin(self, choice: TwinChoice) -> bool:
        """Begin anew, with a twin that differs so; return whether that can be."""
        before, lab = self._choice, self._lab
        if not lab.commit():
            return False
        self._number += 1
        choice = replace(choice, number=self._number)
        try:
            self._arguments(choice)
        except BadInput as refused:
            lab.say_problem(str(refused), about=TWIN)
            return False
        self._choice = choice
        if not lab.begin():
            self._choice = before
            return False
        self._starting = choice.number
        return True

    def resume(self, state: Any, twin: TwinRun | None) -> None:
        """Let the runner go on from the `state` of a kept run, and from its `twin`."""
        if twin is None:
            self._lab.runner.resume(state)
            return
        self._number += 1
        self._awaited = self._number
        beside = twin.state(self._number)
        self._choice = beside.standing.choice
        self._lab.runner.resume(state, beside)

    def reset(self, arguments: tuple[Any, ...]) -> None:
        """Let the run begin anew with `arguments`, and its twin with it."""
        runner, choice = self._lab.runner, self._choice
        if choice is not None:
            try:
                if refused := self._lab.why_no_twin():
                    raise BadInput(refused)
                runner.reset_with_twin(arguments, choice, self._arguments(choice))
            except BadInput as refused:
                self._choice = None
                self._lab.say_result(f"The twin has ended. {refused}", "info")
            else:
                return
        runner.reset(*arguments)

    def live_settings(self) -> Any:
        """Return the live settings of the twin, as the controls show all others; None for none."""
        if self._choice is None:
            return None
        try:
            return self._arguments(self._choice)[0]
        except BadInput:
            return None  # what cannot be now is not obeyed by the twin; it stays as it is

    def _arguments(self, choice: TwinChoice) -> tuple[Any, ...]:
        """Return what makes the twin's run of what the controls show.

        Raises:
            BadInput: if no run can begin so, or it would be the same.
        """
        return self._lab.arguments_of(self._subject(choice))

    def _subject(self, choice: TwinChoice) -> Any:
        lab, subject = self._lab, self._lab.subject()
        scenario = Scenario.of(self._vocabulary.key, lab.values_of(subject))
        return lab.subject_beside(subject, twin_scenario(scenario, choice))

    @Slot()
    def end(self) -> None:
        """Go on without the twin."""
        if self._choice is not None:
            self._gone, self._choice = self._choice.number, None
            self._lab.runner.end_twin()
            self._forget()

    @Slot()
    def take(self) -> None:
        """Go on with the twin alone, with its setting in the controls."""
        lab, choice = self._lab, self._choice
        if choice is None:
            return

        def change() -> None:
            lab.show_subject(self._subject(choice))
            self._choice = None
            lab.begin(lab.runner.take_twin)

        if lab.switch(change):
            name = setting_text(self._vocabulary.all[choice.name], choice.value, whole=True)
            lab.say_result(f"The run now has {name}.", mends=TWIN)
        else:
            self._choice = choice

    def show(self, update: Update) -> None:
        """Draw the twin beside the run, and say how both stand."""
        twin = update.twin
        choice = None if twin is None else twin.choice
        if choice is not None and choice.number == self._gone:
            return
        if self._choice is not None and choice is None and not update.refused:
            if self._choice.number == self._awaited:
                self._lab.say_problem("The twin could not be opened and is left out.", about=TWIN)
            else:
                self._lab.say_result("The twin has ended.", "info")
        self._awaited = 0
        self._choice = choice
        if choice is not None and choice.number == self._starting:
            self._starting = 0
            name = setting_text(self._vocabulary.all[choice.name], choice.value, whole=True)
            said = f"A twin with {name} starts beside the run."
            self._lab.say_result(said, "info", mends=TWIN)
        if twin is None or update.snapshot is None:
            self._forget()
            return
        if apart := self._lab.why_apart(update.snapshot, twin.snapshot):
            self.end()
            self._lab.say_result(f"The twin has ended. {apart}", "info")
            return
        exploded = State.DIVERGED
        live = self._seen(update.snapshot, diverged=twin.is_left or update.state is exploded)
        run = self._seen(twin.snapshot, diverged=twin.state is exploded)
        label = twin_label(run, twin.choice)
        self._is_drawn = True
        for key, plot in self._lab.kept_plots().items():
            curve = self._lab.kept_curve(key, run)
            if curve is not None and len(curve[0]) and key != "trail":
                x, y = curve
                plot.set_twin(KeptLine(label, TWIN_COLOR, x, y, not run.diverged))
        self._lab.show_twin(twin.snapshot, label)
        self.bar.tell(twins_text(live, run, twin), twin.message)

    def _forget(self) -> None:
        self.bar.tell("")
        if self._is_drawn:
            self._is_drawn = False
            for plot in self._lab.kept_plots().values():
                plot.set_twin(None)
            self._lab.show_twin(None, "")

    def live_run(self) -> KeptRun | None:
        """Return the run itself, as it is now; None where there is none yet."""
        latest, subject = self._lab.runner.latest, self._lab.run_subject()
        if latest is None or latest.snapshot is None or subject is None:
            return None
        return seen_run(self._lab.scenario_of_run(subject, latest.snapshot), latest.snapshot)

    def _seen(self, snapshot: Any, *, diverged: bool) -> KeptRun:
        """Return a run as it is to be drawn and told: what is in force says enough."""
        return seen_run(self._bare, snapshot, diverged=diverged)
