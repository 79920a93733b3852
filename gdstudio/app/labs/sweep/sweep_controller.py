"""Sweeps of one lab: it owns the dialog, and opens in the lab what is chosen there."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.runs.run_keeper import RunKeeper
from gdstudio.app.labs.setting_up import SettingUp
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import SetupButtons
from gdstudio.errors import BadInput
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.number_text import count_text

if TYPE_CHECKING:
    from gdstudio.app.labs.sweep.sweep_dialog import SweepDialog
    from gdstudio.runs.sweep.findings import Findings

# What problems with a sweep are about.
SWEEP = "sweep"


class _Lab(Protocol):
    """Whose settings are swept; what each of these does is said by `Lab`."""

    kept_runs: RunKeeper

    set_ups: SettingUp

    @property
    def setup_buttons(self) -> SetupButtons: ...

    @property
    def runner(self) -> Runner: ...

    def commit(self) -> bool: ...

    def scenario(self) -> Scenario: ...

    def apply(self, scenario: Scenario, then: Callable[[], object] | None = None) -> None: ...

    def say_result(self, sentence: str, *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...

    def window(self) -> QWidget: ...


class SweepController(QObject):
    """Opens the dialog on one lab.

    Attributes:
        dialog: None until it is first asked for.
    """

    def __init__(self, lab: _Lab, vocabulary: Vocabulary, parent: QObject) -> None:
        super().__init__(parent)
        self._lab, self._vocabulary = lab, vocabulary
        lab.setup_buttons.sweep_button.clicked.connect(self.open)
        self.dialog: SweepDialog | None = None

    @Slot()
    def open(self) -> None:
        """Open the dialog."""
        if self.dialog is None:
            # Nobody should wait for it who has not asked.
            from gdstudio.app.labs.sweep.sweep_dialog import SweepDialog

            self.dialog = SweepDialog(
                self._vocabulary,
                self._scenario,
                self._readings,
                lambda: self._lab.runner.is_running,
                self._lab.window(),
            )
            self.dialog.opened.connect(self.open_run)
            self.dialog.kept.connect(self.keep_run)
            self.dialog.said.connect(self._lab.say_result)
        self.dialog.show()
        self.dialog.activateWindow()

    @Slot(object, int)
    def open_run(self, findings: "Findings", number: int) -> None:
        """Have a run of a sweep in the lab, whole or not at all.

        It stands at its last moment and can go on; one that is not there as a whole begins anew.
        """
        lab, name = self._lab, findings.run_text(number)
        kept = findings.results[number].kept
        if kept is not None and kept.state is not None:
            step = count_text(round(kept.readings.get("step", 0)))
            said = f"Opened “{name}” from the sweep, at step {step}."
            lab.set_ups.go_on(kept.scenario, kept.state, lambda: lab.say_result(said, mends=SWEEP))
            return
        try:
            run = findings.sweep.runs[number].scenario
            scenario = Scenario(run.lab, run.settings, run.start, lab.scenario().view)
        except BadInput as refused:
            lab.say_problem(str(refused), about=SWEEP)
            return

        def then() -> None:
            lab.say_result(f"Set up as “{name}”.", mends=SWEEP)
            lab.runner.run()

        lab.apply(scenario, then)

    @Slot(object, int)
    def keep_run(self, findings: "Findings", number: int) -> None:
        """Keep a run of a sweep among those of the lab."""
        lab, kept = self._lab, findings.results[number].kept
        try:
            if kept is None:
                raise BadInput("This run is not there as a whole; open it, and keep it then.")
            lab.kept_runs.add(kept)
        except BadInput as refused:
            lab.say_problem(str(refused), about=SWEEP)
            return
        lab.say_result(f"Kept as “{lab.kept_runs.runs.names()[-1]}”.", mends=SWEEP)

    def give_up(self) -> None:
        """Tell what runs in the background to end soon; nobody waits for it here."""
        if self.dialog is not None:
            self.dialog.work.give_up()

    def close(self) -> None:
        """Stop what runs in the background."""
        if self.dialog is not None:
            self.dialog.work.close()
            self.dialog.close()

    def _scenario(self) -> Scenario | None:
        try:
            return self._lab.scenario() if self._lab.commit() else None
        except BadInput as refused:
            self._lab.say_problem(str(refused), about=SWEEP)
            return None

    def _readings(self) -> Mapping[str, float]:
        latest = self._lab.runner.latest
        return {} if latest is None or latest.snapshot is None else readings(latest.snapshot)
