"""Keeps runs of one lab: in sight behind the live one, in a table, and to go back to."""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.setting_up import SettingUp
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import SetupButtons
from gdstudio.app.widgets.plots.kept_lines import KEPT_COLORS, KeptLine
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.errors import BadInput
from gdstudio.experiment.run_update import BothAnswers, State
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import count_text
from gdstudio.runs.kept_run import AskMoment, KeptRun
from gdstudio.runs.kept_runs import KeptRuns
from gdstudio.runs.twins import both_runs

if TYPE_CHECKING:
    from gdstudio.app.labs.runs.runs_dialog import RunsDialog

# What problems with kept runs are about.
RUNS = "kept runs"
# What the curve of a run is called that is about to go on.
_AWAITED = "as saved"


class _Lab(Protocol):
    """Whose runs are kept; what each of these does is said by `Lab`."""

    @property
    def runner(self) -> Runner: ...

    @property
    def set_ups(self) -> SettingUp: ...

    @property
    def setup_buttons(self) -> SetupButtons: ...

    def run_subject(self) -> Any: ...

    def scenario_of_run(self, subject: Any, snapshot: Any) -> Scenario: ...

    def kept_plots(self) -> Mapping[str, ThemedPlot]: ...

    def kept_curve(self, name: str, run: KeptRun) -> Any: ...

    def say_result(self, sentence: str, kind: Any = "good", *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...

    def window(self) -> QWidget: ...


class RunKeeper(QObject):
    """The kept runs of a lab.

    Signals:
        changed(): others are kept, or in sight, or called otherwise.
    """

    changed = Signal()

    def __init__(self, lab: _Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._runs = KeptRuns()
        # What was deleted at once, each with its place.
        self._deleted: list[list[tuple[int, KeptRun]]] = []
        self._colors: dict[int, str] = {}
        self._awaited: KeptRun | None = None
        self._dialog: RunsDialog | None = None
        buttons = lab.setup_buttons
        buttons.keep_button.clicked.connect(self.keep)
        buttons.runs_button.clicked.connect(self.open)

    @property
    def runs(self) -> KeptRuns:
        """The kept runs."""
        return self._runs

    def set_runs(self, runs: KeptRuns) -> None:
        """Have other kept runs; who is in sight keeps its colour."""
        self._runs = runs
        sight = {id(run) for run in runs.in_sight}
        self._colors = {key: color for key, color in self._colors.items() if key in sight}
        for run in runs.in_sight:
            if id(run) not in self._colors:
                used = set(self._colors.values())
                free = (color for color in KEPT_COLORS if color not in used)
                self._colors[id(run)] = next(free, KEPT_COLORS[-1])
        self._lab.setup_buttons.show_kept(len(runs))
        self._draw()
        self.changed.emit()

    def replace(self, runs: KeptRuns) -> None:
        """Have the kept runs of a session; `undo` brings those back that were there."""
        if len(self._runs):
            self._deleted.append(list(enumerate(self._runs.runs)))
        self.set_runs(runs)

    def color(self, run: KeptRun) -> str:
        """Return the colour of a run's lines, by its name in the palette."""
        return self._colors.get(id(run), "muted")

    @Slot()
    def keep(self) -> None:
        """Keep the run as it is now, and its twin, where it has one."""
        latest = self._lab.runner.latest
        if latest is None or latest.snapshot is None:
            return
        if not latest.snapshot.iteration:
            self._lab.say_result("There is nothing to keep before the first step.", "info")
            return
        subject, diverged = self._lab.run_subject(), latest.state is State.DIVERGED
        self._lab.runner.ask_both(AskMoment(), functools.partial(self._take, subject, diverged))

    def _take(self, subject: Any, diverged: bool, both: BothAnswers | None) -> None:
        """Keep a run that has told its moment, and its twin."""
        if both is None:
            self._lab.say_problem("The run could not be kept; try again.", about=RUNS)
            return
        count, problem = 0, ""
        try:
            scenario_of = functools.partial(self._lab.scenario_of_run, subject)
            run, twin = both_runs(scenario_of, both, diverged=diverged)
            for one in (run,) if twin is None else (run, twin.run):
                self.add(one)
                count += 1
        except BadInput as refused:
            problem = str(refused)
        if count:
            told = " and ".join(f"“{name}”" for name in self._runs.names()[-count:])
            self._lab.say_result(f"Kept as {told}.", mends=RUNS)
        if problem:
            self._lab.say_problem(problem, about=RUNS)

    def add(self, run: KeptRun) -> None:
        """Keep a run, such as a point of a sweep.

        Raises:
            BadInput: if no more can be kept.
        """
        self.set_runs(self._runs.with_run(run))

    def back_to(self, place: int) -> None:
        """Go back to a kept run at its last moment, with all that it was set to."""
        self.go_on_from(self._runs.runs[place], self._runs.names()[place])

    def go_on_from(self, run: KeptRun, name: str) -> None:
        """Let the lab go on from a run, one of these or another, whole or not at all."""
        if run.state is None:
            self._lab.say_problem(f"“{name}” cannot be gone back to.", about=RUNS)
            return
        at = count_text(round(run.readings.get("step", 0)))
        said = f"Back to “{name}”, at step {at}."
        self._lab.set_ups.go_on(
            run.scenario, run.state, lambda: self._lab.say_result(said, mends=RUNS)
        )

    def rename(self, place: int, name: str) -> None:
        """Call a run otherwise; without a name it is called by what differs."""
        self._replace(place, self._runs.renamed(place, name))

    def show(self, place: int, in_sight: bool) -> None:
        """Draw a run, or hide it."""
        try:
            self._replace(place, self._runs.shown(place, in_sight=in_sight))
        except BadInput as refused:
            self._lab.say_problem(str(refused), about=RUNS)
            self.changed.emit()

    def _replace(self, place: int, runs: KeptRuns) -> None:
        """Have the same runs, of which one has changed."""
        before = self._runs.runs[place]
        if id(before) in self._colors:
            self._colors[id(runs.runs[place])] = self._colors.pop(id(before))
        self.set_runs(runs)

    def delete(self, place: int) -> None:
        """Keep a run no longer; `undo` brings it back."""
        name = self._runs.names()[place]
        self._deleted.append([(place, self._runs.runs[place])])
        self.set_runs(self._runs.without([place]))
        self._lab.say_result(f"Deleted “{name}”.", "info")

    @property
    def can_undo(self) -> bool:
        """Whether something was deleted that can come back."""
        return bool(self._deleted)

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last."""
        if not self._deleted:
            return
        runs = self._runs
        try:
            for place, run in self._deleted[-1]:
                runs = runs.with_run(run, min(place, len(runs)))
        except BadInput as refused:
            self._lab.say_problem(str(refused), about=RUNS)
            return
        self._deleted.pop()
        self.set_runs(runs)

    @Slot()
    def open(self) -> None:
        """Open the table."""
        if self._dialog is None:
            from gdstudio.app.labs.runs.runs_dialog import RunsDialog

            self._dialog = RunsDialog(self, self._lab.window())
        self._dialog.show()
        self._dialog.activateWindow()

    def close(self) -> None:
        """Close the table, with the window."""
        if self._dialog is not None:
            self._dialog.close()

    def show_awaited(self, run: KeptRun) -> None:
        """Draw how `run` went, until the lab sees the first run of all."""
        if self._lab.runner.latest is None:
            self._awaited = run
            self._draw()

    def look(self) -> None:
        """Draw only the runs that belong behind the live one; called when another run begins."""
        if len(self._runs) or self._awaited is not None:
            self._awaited = None
            self._draw()

    def _draw(self) -> None:
        """Draw the runs in sight, set once: the live run is drawn over them many times a second."""
        plots = self._lab.kept_plots()
        lines: dict[str, list[KeptLine]] = {name: [] for name in plots}
        ground = self._live_ground()
        drawn = [
            (name, self.color(run), run)
            for name, run in zip(self._runs.names(), self._runs.runs, strict=True)
            if not run.is_hidden and (ground is None or run.ground() == ground)
        ]
        if self._awaited is not None:
            drawn.append((_AWAITED, "muted", self._awaited))
        for name, color, run in drawn:
            for key in plots:
                curve = self._lab.kept_curve(key, run)
                if curve is not None and len(curve[0]):
                    x, y = curve
                    line = KeptLine(name, color, x, y, not run.diverged, key != "trail")
                    lines[key].append(line)
        for key, plot in plots.items():
            if lines[key] or plot.kept_lines():
                plot.set_kept(lines[key])

    def _live_ground(self) -> tuple[Any, ...] | None:
        """Return what the live run walks on; None where that is not known."""
        latest, subject = self._lab.runner.latest, self._lab.run_subject()
        if latest is None or latest.snapshot is None or subject is None:
            return None
        scenario = self._lab.scenario_of_run(subject, latest.snapshot)
        in_force = latest.snapshot.in_force()
        return KeptRun(scenario, in_force, {}, None, {}, None, "", 0.0).ground()
