"""The House prices lab: a line is fitted to houses, and every number can be seen."""

import functools
from pathlib import Path

import numpy as np
from PySide6.QtCore import Slot

from gdstudio.app.labs.houses_choices import PROMPTS, spoken_name, start_of, typical_size
from gdstudio.app.labs.houses_data import HousesData
from gdstudio.app.labs.houses_numbers import HousesNumbers
from gdstudio.app.labs.houses_progress import HousesProgress
from gdstudio.app.labs.houses_setup import HousesSetup
from gdstudio.app.labs.lab import READING, Lab
from gdstudio.app.labs.new_house import NewHouse
from gdstudio.app.labs.worksheet_offer import offer_worksheet, shown_snapshot
from gdstudio.app.number_format import number_text, plain_text
from gdstudio.app.run_loop import State
from gdstudio.app.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.data.catalogue import AMES_HOUSES, TEN_HOUSES
from gdstudio.data.dataset import Table
from gdstudio.engine.regression import RAW, STANDARDISED
from gdstudio.experiment.houses import (
    HousesExperiment,
    HousesProblem,
    HousesSettings,
    HousesSnapshot,
    LineSettings,
    suitable_rate,
)
from gdstudio.experiment.worksheet_houses import houses_worksheet

STEPS_PER_SECOND = 10.0
DOLLARS = "dollars"


class HousesLab(Lab):
    """Find the line that misses the houses by the least."""

    key = "houses"
    tab_text = "Houses"
    title = "House prices"
    summary = "Find the line that misses by the least."
    prompts = PROMPTS

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
        self._problem: HousesProblem | None = None
        self._shown: tuple[Table, str] | None = None
        self._suggested = panel.settings().optimizer.learning_rate
        self.new_house = NewHouse()
        self.setup.addWidget(panel)
        self.setup.addWidget(self.new_house)
        self.setup.addStretch(1)
        self.progress = HousesProgress()
        self.watch.addWidget(self.progress, 1)
        current_theme().style(self.progress)
        self.numbers = HousesNumbers()
        self.explain.addWidget(self.numbers, 1)

        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self._apply_optimizer)
        panel.start_changed.connect(self._apply_start)
        panel.data_changed.connect(self._apply_data)
        self.data = HousesData(panel, self.background, self)
        self.data.accepted.connect(self._begin_anew)
        self.data.refused.connect(self.say_problem)
        self.data.problem.connect(lambda said: self.say_problem(said, about=READING))
        panel.open_clicked.connect(self.data.ask_and_open)
        panel.goal_button.toggled.connect(self.progress.set_goal_shown)
        panel.goal_button.toggled.connect(self._show_goal)
        panel.stable_rate_button.clicked.connect(self._show_stable_rate)
        panel.about.rate_chosen.connect(self._use_rate)
        panel.about.set_rate(lambda: self._suggested)
        self.progress.line_dragged.connect(self._start_from_line)
        self.progress.start_clicked.connect(self._start_from)
        self.new_house.size_changed.connect(self._show_price)
        offer_worksheet(
            self,
            self.numbers.step_card,
            lambda: functools.partial(houses_worksheet, shown_snapshot(self)),
            file_name="worksheet-houses",
        )
        self.bar.set_speed(STEPS_PER_SECOND)
        self.runner.set_speed(STEPS_PER_SECOND)
        self._adopt(HousesProblem.of(panel.table, panel.settings()))

    def commit(self) -> bool:
        """Take what is typed."""
        return self.panel.form.commit()

    def settings(self) -> HousesSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def reset(self) -> None:
        """Return to the same start, with the table that is chosen."""
        if self.commit():
            self.begin_to_reset()
            self._reset_runner()

    def choose_next_start(self) -> None:
        """Draw another line from the next seed."""
        self._seed += 1
        self._choose_line(self._random_line())
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate."""
        self.panel.set_learning_rate(learning_rate)

    def show_snapshot(self, snapshot: HousesSnapshot, state: State) -> None:
        """Show the line, the curves and the numbers."""
        self._problem = snapshot.problem
        self.bar.set_progress(snapshot.iteration, snapshot.sse, loss_name="SSE")
        self.progress.show_snapshot(snapshot)
        self.numbers.show_snapshot(snapshot)
        self._show_price()

    def begin_run(self) -> None:
        """Look at the landscape from where the new walk starts."""
        self.progress.forget_view()

    def try_prompt(self, key: str) -> None:
        """Do the setting of a prompt."""
        if key not in ("story", "ames") and not self.commit():
            return
        if key in ("story", "ames"):
            self.panel.form.set_values({"scale": STANDARDISED})
            self.panel.choose_optimizer("sgd")
            self._seed = 0
            self.bar.set_seed(0)
            self.panel.set_start(0.45, 0.75)
            self.panel.choose_dataset(TEN_HOUSES if key == "story" else AMES_HOUSES)
            self._apply_data()
            self.panel.set_learning_rate(self._suggested)
        elif key == "raw":
            self.panel.form.set_values({"scale": RAW})
            self._apply_data()
        elif key in ("diverge", "crawl") and self._problem is not None:
            stable = self._problem.stable_rate(self.settings().optimizer)
            if stable is None and key == "diverge":
                # Steps of a given length do not grow: that takes plain descent.
                self.panel.choose_optimizer("sgd")
                self._suggest(self._problem)
                stable = self._problem.stable_rate(self.settings().optimizer)
            self.panel.set_learning_rate(
                float(f"{stable * 1.1:.2g}")
                if key == "diverge" and stable is not None
                else self._suggested / 100
            )
        elif key == "other_start":
            self.new_start()
            self.runner.run()
            return
        self.reset()
        if key != "story":
            self.runner.run()

    def open_table(self, path: Path) -> None:
        """Open a CSV file in place of the houses."""
        self.data.open_table(path)

    def _reset_runner(self) -> None:
        self.runner.reset(self.settings(), self.panel.table)

    def _random_line(self) -> LineSettings:
        scale = self.settings().scale.scale
        return start_of(self._seed, None if scale == STANDARDISED else self._problem)

    def _choose_line(self, line: LineSettings) -> None:
        self.panel.set_start(line.intercept, line.slope)

    @Slot()
    def _apply_live(self) -> None:
        self.runner.set_live(self.settings())

    @Slot()
    def _apply_start(self) -> None:
        self.begin_to_reset()
        self._reset_runner()

    @Slot(float, float)
    def _start_from_line(self, intercept: float, slope: float) -> None:
        if self._problem is not None:
            self._start_from(*self._problem.scaling.line_in_scaled_units(intercept, slope))

    @Slot(float, float)
    def _start_from(self, a: float, b: float) -> None:
        self.panel.set_start(float(f"{a:.4g}"), float(f"{b:.4g}"))
        self._apply_start()

    @Slot()
    def _apply_data(self) -> None:
        """Begin anew with other data or another scale; what fits the old ones is adapted."""
        self.begin_to_reset()
        self.data.look()

    @Slot(object)
    def _begin_anew(self, problem: HousesProblem) -> None:
        self.take_back(READING)
        self._adopt(problem)
        self._choose_line(self._random_line())
        self._reset_runner()

    def _adopt(self, problem: HousesProblem) -> None:
        """Adapt to the data: a suitable rate, the axes' names, a typical new house."""
        before = self._suggested
        self._suggest(problem)
        if self._suggested != before:
            self.panel.set_learning_rate(self._suggested)
        self.panel.stable_rate_label.setText("")
        settings = self.settings()
        shown = (self.panel.table, settings.input_column)
        if shown != self._shown:
            self._shown = shown
            unit = self.panel.table.units.get(settings.input_column, "")
            self.new_house.choose_size(typical_size(problem), unit)
        self._problem = problem
        self.panel.keep_choice()
        self._show_labels()
        self._show_goal()
        notes = (*self.panel.table.notes, *problem.notes)
        if notes:
            self.say_note(" ".join(notes))

    def _suggest(self, problem: HousesProblem) -> None:
        """Work out a learning rate that suits data and optimizer; the slider spans it."""
        settings = self.settings()
        card_rates = self.panel.describe().learning_rates
        self._suggested = suitable_rate(problem, settings, card_rates)
        self.panel.span_learning_rates(self._suggested)

    @Slot()
    def _apply_optimizer(self) -> None:
        """Walk from the same start by another rule; a rate that the user chose stays."""
        if self._problem is None:
            return
        self.begin_to_reset()
        before = self._suggested
        self._suggest(self._problem)
        if self.settings().optimizer.learning_rate == before:
            self.panel.set_learning_rate(self._suggested)
        self._reset_runner()

    @Slot()
    def _show_goal(self) -> None:
        """Say the least-squares answer in numbers, while it is wanted."""
        if self._problem is None or not self.panel.goal_button.isChecked():
            self.panel.show_goal("")
            return
        objective = self._problem.objective
        a, b = objective.least_squares()
        sse = objective.value(np.array([a, b]))
        self.panel.show_goal(f"a = {number_text(a)}, b = {number_text(b)}, SSE {number_text(sse)}")

    @Slot()
    def _show_stable_rate(self) -> None:
        if self._problem is not None:
            stable = self._problem.stable_rate(self.settings().optimizer)
            assert stable is not None  # the button shows only then
            self.panel.stable_rate_label.setText(number_text(stable))
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
            f"{spoken_name(column)}, {units[column]}" if column in units else column
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
        price = self.new_house.show_price(intercept, slope, money=self._is_money())
        self.progress.set_new_house(self.new_house.size_chosen(), price)
