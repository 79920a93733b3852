"""The House prices lab: a line is fitted to houses, and every number can be seen."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Slot

from gdstudio.app.labs.houses.choices import axis_name, size_step, typical_size
from gdstudio.app.labs.houses.data import QUICK_ROWS, HousesData
from gdstudio.app.labs.houses.new_house import NewHouse
from gdstudio.app.labs.houses.numbers import HousesNumbers
from gdstudio.app.labs.houses.progress import HousesProgress
from gdstudio.app.labs.houses.prompts import PROMPTS
from gdstudio.app.labs.houses.setup import HousesSetup
from gdstudio.app.labs.lab import READING, Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.labs.switching import sentence_of
from gdstudio.app.labs.worksheet_offer import Maker, offer_worksheet, shown_snapshot
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.data.dataset import Table
from gdstudio.engine.optimizers.catalogue import CONSTANTS
from gdstudio.experiment.houses.experiment import HousesExperiment, HousesSnapshot
from gdstudio.experiment.houses.houses_choices import (
    HOUSES,
    HousesChoices,
    OwnTable,
    usual_line,
)
from gdstudio.experiment.houses.problem import HousesProblem, HousesSettings, LineSettings
from gdstudio.experiment.houses.step_table import price_decimals
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.walks import WalksState
from gdstudio.number_text import plain_text, round_to_figures
from gdstudio.runs.run_files import RUN_FORMATS

DOLLARS = "dollars"


@dataclass(frozen=True)
class HousesSubject:
    """What the House prices lab is about.

    Attributes:
        choices: the data, the start of the line, and the rule.
        problem: the data, ready to be fitted.
        suggested: the learning rate that was suggested for them.
        seed: where the line's start was drawn from, 0 for the story's.
        size: of the new house; None for a typical one.
    """

    choices: HousesChoices
    problem: HousesProblem
    suggested: float
    seed: int
    size: float | None = None


class HousesLab(Lab):
    """Find the line that misses the houses by the least."""

    vocabulary = HOUSES
    hero = "house_plot"
    tab_text = "Houses"
    summary = "Find the line that misses by the least."
    prompts = PROMPTS
    run_files = RunFiles(RUN_FORMATS["houses"].save, RUN_FORMATS["houses"].load)

    def __init__(self) -> None:
        panel = HousesSetup()
        super().__init__(
            Runner(
                functools.partial(HousesExperiment, panel.table, panel.settings()),
                in_process=False,
            )
        )
        self.panel = panel
        self._seed = 0
        self._problem = HousesProblem.of(panel.table, panel.settings())
        self._shown: tuple[Table, str] | None = None
        self._suggested = panel.settings().optimizer.learning_rate
        self.new_house = NewHouse()
        self.setup.addWidget(panel)
        self.setup.addWidget(self.new_house)
        self.setup.addStretch(1)
        self.progress = HousesProgress()
        self.watch.addWidget(self.progress, 1)
        current_theme().style(self.progress)
        self.told_plots = (self.progress.plot, self.progress.loss_plot, self.progress.contour)
        self.numbers = HousesNumbers()
        self.explain.addWidget(self.numbers, 1)

        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self._apply_optimizer)
        panel.start_changed.connect(self._apply_start)
        panel.dataset_chosen.connect(self._choose_dataset)
        panel.data_changed.connect(self._look_at_data)
        self.data = HousesData(panel, self.background, self)
        self.data.accepted.connect(self._begin_anew)
        self.data.accepted.connect(self._tell_opened)
        self.data.refused.connect(self.stay)
        self.data.problem.connect(lambda said: self.say_problem(said, about=READING))
        panel.open_clicked.connect(self.data.ask_and_open)
        for row in (panel.input_reading, panel.target_reading):
            row.mark_chosen.connect(self.data.read_again)
        panel.goal_button.toggled.connect(self.progress.set_goal_shown)
        panel.goal_button.toggled.connect(self._show_goal)
        panel.stable_rate_button.clicked.connect(self._show_stable_rate)
        panel.about.rate_chosen.connect(self._use_rate)
        panel.about.set_rate(lambda: self._suggested)
        self.progress.line_dragged.connect(self._start_from_line)
        self.progress.start_clicked.connect(self._start_from)
        self.progress.house_clicked.connect(self._point_at)
        self.new_house.size_changed.connect(self._show_price)
        offer_worksheet(
            self, self.numbers.step_card, self._capture_worksheet, file_name="worksheet-houses"
        )
        self._suggested = panel.choices().suitable_rate(self._problem)
        self.show_subject(HousesSubject(panel.choices(), self._problem, self._suggested, seed=0))
        self.keep_subject()

    def _capture_worksheet(self) -> Maker:
        """Return what makes a worksheet of the steps from here."""
        from gdstudio.experiment.worksheets.houses import houses_worksheet

        return functools.partial(houses_worksheet, shown_snapshot(self))

    def take_typed(self) -> bool:
        """Take what is typed."""
        return self.panel.form.commit()

    def settings(self) -> HousesSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def subject(self) -> HousesSubject:
        """Return the data that are in force, and all that is chosen."""
        size = self.new_house.size_chosen()
        return HousesSubject(self.panel.choices(), self._problem, self._suggested, self._seed, size)

    def show_subject(self, subject: HousesSubject) -> None:
        """Show other data, or another start or rule for the same."""
        self.data.drop()
        self._seed = subject.seed
        self.bar.set_seed(subject.seed)
        self._problem, self._suggested = subject.problem, subject.suggested
        self.panel.show_choices(subject.choices)
        self.panel.span_learning_rates(subject.suggested)
        self.panel.stable_rate_label.setText("")
        settings, problem = subject.choices.settings, subject.problem
        shown = (self.panel.table, settings.input_column)
        if shown != self._shown or subject.size not in (None, self.new_house.size_chosen()):
            self._shown = None
            unit = self.panel.table.units.get(settings.input_column, "")
            size = typical_size(problem) if subject.size is None else subject.size
            self.new_house.choose_size(size, size_step(problem), unit)
            self._shown = shown
        self._show_labels()
        self._show_goal()

    def settled(self, subject: HousesSubject, snapshot: HousesSnapshot) -> HousesSubject:
        """Return `subject` with the settings that the run obeys now."""
        return replace(subject, choices=replace(subject.choices, settings=snapshot.settings))

    def arguments_of(self, subject: HousesSubject) -> tuple[HousesSettings, Table]:
        """Return the settings and the data."""
        return subject.choices.settings, subject.choices.table

    def subject_beside(self, subject: HousesSubject, scenario: Scenario) -> HousesSubject:
        """Return what another fit to the same houses is about."""
        choices, _ = HousesChoices.from_mapping(scenario.values, subject.problem)
        return replace(subject, choices=choices)

    def show_twin(self, snapshot: HousesSnapshot | None, label: str) -> None:
        """Draw the line of the twin, and its way from above."""
        self.progress.show_twin(snapshot, label, glides=self.glides)

    def begin(self, command: Callable[[], None] | None = None) -> bool:
        """Begin with what is chosen; data that are still looked at begin by themselves."""
        return self.data.is_looking or super().begin(command)

    def choose_next_start(self) -> None:
        """Draw another line from the next seed."""
        self._seed += 1
        line = self._random_line(self._problem, self.settings())
        self.panel.set_start(line.intercept, line.slope)
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate."""
        self.panel.set_learning_rate(learning_rate)

    def show_snapshot(self, snapshot: HousesSnapshot, state: State) -> None:
        """Show the line, the curves and the numbers."""
        self.tell(snapshot, state)
        self.progress.show_snapshot(snapshot, glides=self.glides)
        self.numbers.show_snapshot(snapshot, flies=self.glides)
        self._show_price()

    def begin_run(self) -> None:
        """Look at the landscape from where the new walk starts."""
        self.progress.forget_view()

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Walk, and show the best line beside."""
        yield from super().pose()
        self.panel.goal_button.setChecked(True)

    def values_of(self, subject: HousesSubject) -> dict[str, Any]:
        """Return by name data, start and rule."""
        return subject.choices.as_dict(subject.problem, subject.seed)

    def kept_plots(self) -> dict[str, ThemedPlot]:
        """Return the walk from above, and the plot of SSE."""
        return {"trail": self.progress.contour, "loss": self.progress.loss_plot}

    def view_values(self) -> dict[str, Any]:
        """Return by name the speed, whether the goal is shown, and an unusual new house."""
        view: dict[str, Any] = {"least_squares": self.panel.goal_button.isChecked()}
        size = self.new_house.size_chosen()
        if size != typical_size(self._problem):
            view["size"] = size
        return super().view_values() | view

    def scenes(self) -> dict[str, Scene]:
        """Return the houses with the line, SSE over the steps, and the walk from above."""
        progress = self.progress
        plot, losses, contour = progress.plot, progress.loss_plot, progress.contour
        return {
            "line": Scene("Houses and the line", (plot,), plot.legend()),
            "loss": Scene("SSE, step by step", (losses,)),
            "walk": Scene("The walk from above: SSE over a and b", (contour,)),
            "both": Scene("The line, and its walk over a and b", (plot, contour)),
        }

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name the speed, the constants of the rules, and whether the goal is shown."""
        rule = self.settings().optimizer.as_dict()
        kept = {name: rule[name] for name in CONSTANTS}
        return (
            super().kept_by_prompts() | kept | {"least_squares": self.panel.goal_button.isChecked()}
        )

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether many rows are to be looked at."""
        data = scenario.values.get("dataset")
        return isinstance(data, OwnTable) and len(data.table) > QUICK_ROWS

    def subject_of_scenario(self, scenario: Scenario) -> HousesSubject:
        """Return data, start and rule under a scenario."""
        values = scenario.values
        choices, problem = HousesChoices.from_mapping(values)
        suggested = choices.suitable_rate(problem)
        seed, size = values.get("seed", 0), values.get("size")
        return HousesSubject(choices, problem, suggested, seed, size)

    def subject_of(self, state: WalksState) -> HousesSubject:
        """Return what a run is about that was kept when the window closed."""
        table, settings, problem = state.origin
        choices = HousesChoices(table.name, table, settings)
        return HousesSubject(choices, problem, choices.suitable_rate(problem), seed=0)

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Show the least-squares answer, or not."""
        super().show_view(view)
        self.panel.goal_button.setChecked(view.get("least_squares", False))

    @Slot()
    def _tell_opened(self) -> None:
        if self.panel.path() is not None:
            self.opened.emit("table")

    def open_table(self, path: Path) -> None:
        """Open a CSV file in place of the houses."""
        self.data.open_table(path)

    def _random_line(self, problem: HousesProblem, settings: HousesSettings) -> LineSettings:
        """Return the line that the seed draws, in the numbers that descent sees."""
        return usual_line(problem, settings.scale, self._seed)

    @Slot(int)
    def _point_at(self, number: int) -> None:
        self.pointed.emit("house", number, 0)

    @Slot()
    def _apply_live(self) -> None:
        self.send_live()

    @Slot()
    def _apply_start(self) -> None:
        self.begin()

    @Slot(float, float)
    def _start_from_line(self, intercept: float, slope: float) -> None:
        self._start_from(*self._problem.scaling.line_in_scaled_units(intercept, slope))

    @Slot(float, float)
    def _start_from(self, a: float, b: float) -> None:
        self.panel.set_start(round_to_figures(a, 4), round_to_figures(b, 4))
        self._apply_start()

    @Slot(str)
    def _choose_dataset(self, key: str) -> None:
        if self.switch(lambda: self.panel.choose_dataset(key)):
            self._look_at_data()

    @Slot()
    def _look_at_data(self) -> None:
        """Look at other data, or another scale, before they are used."""
        try:
            self.data.look()
        except Exception as error:
            self.stay(sentence_of(error))

    @Slot(object)
    def _begin_anew(self, problem: HousesProblem) -> None:
        """Begin with other data or another scale; what fits the old ones is adapted."""
        if not self.switch(lambda: self._fit(problem)):
            return
        self.take_back(READING)
        notes = (*self.panel.table.notes, *problem.notes)
        if notes:
            self.say_note(" ".join(notes))

    def _fit(self, problem: HousesProblem) -> None:
        chosen, before = self.panel.choices(), self._suggested
        settings = chosen.settings
        suggested = chosen.suitable_rate(problem)
        rule = settings.optimizer
        if suggested != before:
            rule = replace(rule, learning_rate=suggested)
        line = self._random_line(problem, settings)
        settings = replace(settings, line=line, optimizer=rule)
        chosen = replace(chosen, settings=settings)
        self.show_subject(HousesSubject(chosen, problem, suggested, self._seed, self._size()))
        self.begin()

    def _size(self) -> float | None:
        """Return the size of the new house while it is one of the same houses."""
        same = (self.panel.table, self.settings().input_column) == self._shown
        return self.new_house.size_chosen() if same else None

    @Slot()
    def _apply_optimizer(self) -> None:
        """Walk from the same start by another rule; a rate that the user chose stays."""
        self.switch(self._change_rule)

    def _change_rule(self) -> None:
        now = self.subject()
        settings = now.choices.settings
        suggested = now.choices.suitable_rate(now.problem)
        if settings.optimizer.learning_rate == now.suggested:
            rule = replace(settings.optimizer, learning_rate=suggested)
            settings = replace(settings, optimizer=rule)
        choices = replace(now.choices, settings=settings)
        self.show_subject(replace(now, choices=choices, suggested=suggested))
        self.begin()

    @Slot()
    def _show_goal(self) -> None:
        """Say the least-squares answer in numbers, while it is wanted."""
        if not self.panel.goal_button.isChecked():
            self.panel.show_goal("")
            return
        objective = self._problem.objective
        a, b = objective.least_squares()
        sse = objective.value(np.array([a, b]))
        found = {"intercept": a, "slope": b, "sse": sse}
        told = (f"{HOUSES.label(name)} = {HOUSES.text(name, one)}" for name, one in found.items())
        self.panel.show_goal(", ".join(told))

    @Slot()
    def _show_stable_rate(self) -> None:
        stable = self._problem.stable_rate(self.settings().optimizer)
        assert stable is not None  # the button shows only then
        self.panel.stable_rate_label.setText(HOUSES.text("stable_learning_rate", stable))
        self.panel.stable_rate_label.setToolTip(plain_text(stable))

    @Slot(float)
    def _use_rate(self, rate: float) -> None:
        self.panel.set_learning_rate(rate)
        self._apply_live()

    def _is_money(self) -> bool:
        return self.panel.table.units.get(self.settings().target_column) == DOLLARS

    def _show_labels(self) -> None:
        settings, units = self.settings(), self.panel.table.units
        labels = [
            axis_name(column, units.get(column, ""))
            for column in (settings.input_column, settings.target_column)
        ]
        self.progress.set_labels(*labels, money=self._is_money())

    @Slot()
    def _show_price(self) -> None:
        latest = self.runner.latest
        if latest is None or latest.snapshot is None:
            return
        snapshot: HousesSnapshot = latest.snapshot
        intercept, slope = snapshot.problem.scaling.line_in_original_units(
            *snapshot.parameters.tolist()
        )
        price = self.new_house.show_price(
            intercept, slope, money=self._is_money(), decimals=price_decimals(snapshot.problem)
        )
        self.progress.set_new_house(self.new_house.size_chosen(), price)
