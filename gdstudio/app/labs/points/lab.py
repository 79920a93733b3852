"""The Points lab: a network over the plane, small enough that every number of it is shown."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.lab import READING, Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.messages import LineKind
from gdstudio.app.labs.points.contest import Contest
from gdstudio.app.labs.points.explain import PointsExplain
from gdstudio.app.labs.points.field_artist import points_in_sight
from gdstudio.app.labs.points.field_controller import FieldController, SeenNetwork
from gdstudio.app.labs.points.hand_controller import HandController
from gdstudio.app.labs.points.moments import PointsMoments
from gdstudio.app.labs.points.pages import PointsPages
from gdstudio.app.labs.points.painting_controller import PaintingController
from gdstudio.app.labs.points.prompts import PROMPTS
from gdstudio.app.labs.points.setup import PointsSetup
from gdstudio.app.labs.points.tables import PointsTables
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.labs.worksheet_offer import Maker, offer_worksheet, shown_snapshot
from gdstudio.app.running.latest_work import LatestQuestion
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.network_diagram import DiagramSpot
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.data.points.catalogue import PAINTED, PAINTED_NUMBERS, POINT_SETS
from gdstudio.data.points.painted import numbers_of_classes
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.catalogue import CONSTANTS
from gdstudio.errors import BadInput
from gdstudio.experiment.points.calculation import nearest_point
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.problem import PointsProblem, fitting
from gdstudio.experiment.points.questions import PathSoFar
from gdstudio.experiment.points.run_file import load_points_run, save_points_run
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.snapshot import PointsSnapshot, PointsState
from gdstudio.experiment.points.vocabulary import POINTS
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import plain_text

# While a run goes on, the controls are compared with every update of this number.
_COMPARED_EVERY = 8


@dataclass(frozen=True, eq=False)
class PointsSubject:
    """What the Points lab is about.

    Attributes:
        settings: all that is chosen.
        problem: the points and the network that these describe.
    """

    settings: PointsSettings
    problem: PointsProblem


class PointsLab(Lab):
    """A few neurons learn points in the plane."""

    vocabulary = POINTS
    hero = "point_plane"
    summary = "Every number of a small network."
    prompts = PROMPTS
    run_files = RunFiles(save_points_run, load_points_run)

    def __init__(self, *, in_process: bool = True) -> None:
        """Make the lab; tests and benchmarks may ask for a thread instead of a process."""
        settings = PointsSettings.from_choices({})
        super().__init__(
            Runner(functools.partial(PointsExperiment, settings), in_process=in_process)
        )
        self._data = settings.data
        self._problem = PointsProblem.of(settings.data, settings.network)
        self._trouble = ""
        self._beat = 0
        self._paths = LatestQuestion(self.runner.ask)
        self.panel = PointsSetup(settings)
        self.setup.addWidget(self.panel)
        self.setup.addStretch(1)
        self.pages = PointsPages(self.background)
        self.page, self.numbers = self.pages.plane, self.pages.numbers
        self.landscape = self.pages.landscape
        self.moments = PointsMoments(self.runner)
        self.watch.addWidget(self.pages, 1)
        self.watch.addWidget(self.moments)
        current_theme().style(self.moments)
        self.facts = PointsExplain()
        self.explain.addWidget(self.facts, 1)
        self.told_plots = (self.page, self.facts.loss_plot)
        self.painting = PaintingController(self.page, self.runner, lambda: self._problem, self)
        self.hand = HandController(self.runner, self._shown_snapshot, self)
        self.contest = Contest(
            self.facts, self.background, self._shown_snapshot, self._begin_contest
        )

        panel, plane = self.panel, self.page.plane
        panel.live_changed.connect(self._apply_live)
        panel.waiting_changed.connect(self.apply_later)
        panel.data_changed.connect(self._change_data)
        panel.dataset_chosen.connect(self._choose_dataset)
        self.tables = PointsTables(self.background, self)
        self.tables.read.connect(self._take_table)
        self.tables.refused.connect(self._refuse_table)
        panel.open_clicked.connect(self.tables.ask_and_open)
        self.moments.seen_changed.connect(self._show_seen)
        plane.picked.connect(self._pick)
        self.painting.painted.connect(self._take_painting)
        self.painting.refused.connect(lambda said: self.say_problem(said, about="paint"))
        self.page.refused.connect(self._say_of_number)
        self.numbers.next_point_clicked.connect(self._follow_next)
        for diagram in (self.facts.tiles, self.numbers.diagram):
            self.hand.listen(diagram)
            diagram.chosen.connect(self._choose_neuron)
        self.field = FieldController(
            self.page,
            self.facts,
            self.numbers,
            self.background,
            self._seen,
            self.say_problem,
            in_process=in_process,
        )
        self.pages.page_shown.connect(self.field.draw)
        self.hand.changed.connect(self.field.draw)
        self.hand.refused.connect(lambda said: self.say_problem(said, about="hand"))
        self.contest.problem.connect(lambda said: self.say_problem(said, about="hand"))
        self.contest.won.connect(self.say_result)
        self.landscape.path_wanted.connect(self._ask_path)
        self.landscape.place_clicked.connect(
            lambda first, x, second, y: self.hand.move({first: x, second: y})
        )
        offer_worksheet(
            self, self.facts.step_card, self._capture_worksheet, file_name="worksheet-points"
        )
        self.show_subject(PointsSubject(settings, self._problem))
        self.keep_subject()

    def _capture_worksheet(self) -> Maker:
        """Return what makes a worksheet of the point that is followed."""
        from gdstudio.experiment.worksheets.points import points_worksheet

        return functools.partial(points_worksheet, shown_snapshot(self), point=self.numbers.index)

    # What every lab does.

    def bring_into_sight(self, widget: QWidget) -> None:
        """Show the page that `widget` stands on, and scroll to it."""
        self.pages.turn_to(widget)
        super().bring_into_sight(widget)

    def take_typed(self) -> bool:
        """Take what is typed and painted; refuse points from which nothing can be learned."""
        self.painting.finish(goes_on=False)
        if self._trouble:
            self.say_problem(self._trouble, about="paint")
            return False
        return self.panel.form.commit()

    def settings(self) -> PointsSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def subject(self) -> PointsSubject:
        """Return the settings, and the points in force."""
        settings = self.settings()
        return PointsSubject(settings, self._problem_of(settings))

    def show_subject(self, subject: PointsSubject) -> None:
        """Show other settings, and the points they are about."""
        self._trouble = ""
        self.take_back("paint")
        self._problem, self._data = subject.problem, subject.settings.data
        self.panel.set_settings(subject.settings)
        self.panel.show_problem(subject.problem)
        self.bar.set_seed(subject.settings.training.seed)
        self.painting.take_up(subject.settings.data)
        self._show_points(subject.problem)

    def _show_points(self, problem: PointsProblem) -> None:
        self.page.show_problem(problem)
        self.page.plane.set_points(points_in_sight(problem))
        for part in (self.numbers, self.facts, self.landscape):
            part.show_problem(problem)
        self.field.forget()
        self._follow(min(self.numbers.index, len(problem.points) - 1))

    def choose_next_start(self) -> None:
        """Show the next seed."""
        self.panel.set_settings(self.settings().next_start())
        self.bar.set_seed(self.settings().training.seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate."""
        self.panel.form["learning_rate"].set_value(learning_rate)

    def show_snapshot(self, snapshot: PointsSnapshot, state: State) -> None:
        """Show the plane, the network, the curves and the numbers."""
        if not self._is_about(snapshot):
            return
        self.tell(snapshot, state)
        self.bar.set_seed(snapshot.settings.training.seed)
        self.moments.show_snapshot(snapshot)
        self.field.draw()
        self._beat += 1
        for part in self._parts(state):
            part(snapshot)

    def _parts(self, state: State) -> list[Callable[[PointsSnapshot], None]]:
        """Return what is to be shown now; of a run that goes on, one part after the other."""
        parts: list[Callable[[PointsSnapshot], None]] = [
            self.facts.show_loss,
            self._show_scores,
            self._show_new_step,
            self._show_place,
        ]
        if state is State.RUNNING and not self.is_first_look:
            round_, place = divmod(self._beat, len(parts))
            part = parts[place]
            # The card takes longest to write, and nobody reads it more than twice a second.
            return [] if part == self._show_new_step and round_ % 4 else [part]
        return parts

    def _show_scores(self, snapshot: PointsSnapshot) -> None:
        seen = self.moments.visit or snapshot
        self.page.show_scores(seen.training, seen.test)
        self.contest.tell()

    def _show_new_step(self, snapshot: PointsSnapshot) -> None:
        self._show_step(snapshot, flies=self.glides)

    def _show_step(self, snapshot: PointsSnapshot, *, flies: bool = False) -> None:
        if self.moments.visit is None:
            self.facts.show_step(snapshot, self._parameters(snapshot), flies=flies)

    def _show_place(self, snapshot: PointsSnapshot) -> None:
        self.landscape.show_parameters(self._parameters(snapshot))

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Return what the status line says of the run, and how it is meant."""
        if self.painting.is_holding:
            return "The run waits while you paint.", "info"
        return super().describe_state(update)

    def mark_waiting(self, snapshot: PointsSnapshot) -> None:
        """Say whether the controls show settings that the run does not obey yet."""
        if self.runner.is_running and self._beat % _COMPARED_EVERY:
            return
        settings = self.settings()
        network = fitting(settings.network, snapshot.problem.points)
        self.panel.mark_waiting(not snapshot.settings.obeys(replace(settings, network=network)))

    def begin_run(self) -> None:
        """Forget what belonged to the run before."""
        self.hand.forget()
        self.contest.begin_run()
        self.moments.forget()
        if self._paths.is_busy:  # the answer would be of the run before
            self._paths.drop()
            self._ask_path()
        self.facts.loss_plot.reset_range()
        latest = self.runner.latest
        if latest is not None and latest.snapshot is not None:
            snapshot: PointsSnapshot = latest.snapshot
            self._take_problem(snapshot)

    def _take_problem(self, snapshot: PointsSnapshot) -> None:
        """Show the network that the run has, where the controls show one that waits."""
        if not snapshot.problem.is_same_as(self._problem):
            self._problem, self._data = snapshot.problem, snapshot.settings.data
            self._show_points(snapshot.problem)

    def values_of(self, subject: PointsSubject) -> dict[str, Any]:
        """Return by name all that is chosen."""
        return subject.settings.choices()

    def kept_plots(self) -> dict[str, ThemedPlot]:
        """Return the plot of losses."""
        return {"loss": self.facts.loss_plot}

    def why_apart(self, snapshot: PointsSnapshot, twin: PointsSnapshot) -> str:
        """Say that a hand has changed weights of the run, which its twin does not have."""
        return "" if snapshot.moves == twin.moves else "Weights were changed by hand."

    @classmethod
    def in_one_process(cls) -> Self:
        """Return the lab with its run in a thread."""
        return cls(in_process=False)

    def scenes(self) -> dict[str, Scene]:
        """Return the plane, the network neuron by neuron, the losses, and the landscape."""
        contour = self.landscape.contour
        plane, tiles, losses = self.page.plane, self.facts.tiles, self.facts.loss_plot
        return {
            "plane": Scene("What the network answers everywhere", (plane,)),
            "network": Scene("The network, neuron by neuron", (tiles,)),
            "loss": Scene("The loss, step by step", (losses,), losses.legend()),
            "both": Scene("The plane, and the network neuron by neuron", (plane, tiles)),
            "landscape": Scene(
                "The loss over the first two numbers of the network",
                (contour,),
                contour.legend(),
                come_into_sight=self.landscape.want_path,
            ),
        }

    def is_settled(self) -> bool:
        """Return whether the landscape is that of the moment, too, where it is seen."""
        return super().is_settled() and not self._paths.is_busy

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name the speed, and the constants of the rules."""
        rule = self.settings().optimizer.as_dict()
        return super().kept_by_prompts() | {name: rule[name] for name in CONSTANTS}

    def subject_of_scenario(self, scenario: Scenario) -> PointsSubject:
        """Return settings and points under a scenario."""
        settings = PointsSettings.from_choices(scenario.values)
        return PointsSubject(settings, self._problem_of(settings))

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether a file of one's own may have to be read."""
        return scenario.values.get("dataset", PAINTED) not in POINT_SETS

    def subject_of(self, state: PointsState) -> PointsSubject:
        """Return what a kept run is about."""
        return PointsSubject(state.settings, self._problem_of(state.settings))

    def subject_of_run(self, scenario: Scenario, state: PointsState) -> PointsSubject:
        """Return what a kept run is about."""
        return self.subject_of(state)

    def after_prompt(self, prompt: Prompt) -> None:
        """Say what will be seen."""
        self.say_note(prompt.promise)

    def give_up(self) -> None:
        """Tell all that runs to end soon."""
        self.landscape.give_up()
        super().give_up()

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Learn the circle."""
        self.runner.step(400)
        yield lambda: self.has_made(400) and not self.background.is_busy

    def pose_closer(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Show the numbers, and the landscape."""
        for key in ("numbers", "landscape"):
            self.pages.strip.choose(key)
            yield key, lambda: not self.background.is_busy
        self.pages.strip.choose("plane")

    # What this one does.

    def _snapshot(self) -> PointsSnapshot | None:
        latest = self.runner.latest
        return None if latest is None else latest.snapshot

    def _shown_snapshot(self) -> PointsSnapshot | None:
        """Return the newest snapshot, if it is of the network that is shown."""
        snapshot = self._snapshot()
        return snapshot if snapshot is not None and self._is_about(snapshot) else None

    def _problem_of(self, settings: PointsSettings) -> PointsProblem:
        """Return points and network of some settings; those in force are not made anew.

        Raises:
            BadInput: if nothing can be learned from the points.
        """
        known = self._problem
        points = known.points if settings.data == self._data else None
        problem = PointsProblem.of(settings.data, settings.network, points)
        return known if points and problem.settings == known.settings else problem

    def _is_about(self, snapshot: PointsSnapshot) -> bool:
        """Return whether a snapshot is of the network that is shown."""
        return snapshot.problem.settings == self._problem.settings

    def _parameters(self, snapshot: PointsSnapshot) -> FloatArray:
        """Return θ of the moment that is looked at, with what a hand has just changed."""
        if self.moments.visit is not None:
            return self.moments.visit.parameters
        return self.hand.parameters(snapshot.parameters)

    def _seen(self) -> SeenNetwork | None:
        """Return the network that is looked at; None where there is none, or nobody looks."""
        snapshot = self._shown_snapshot()
        if snapshot is None or self._trouble or not self.isVisible():
            return None
        return SeenNetwork(
            self._problem,
            self._parameters(snapshot),
            snapshot.next_step if self.moments.visit is None else None,
            snapshot.learning_rate,
            self.runner.is_running or self.hand.is_busy,
        )

    @Slot()
    def _apply_live(self) -> None:
        self.send_live()

    def open_table(self, path: Path) -> None:
        """Learn from the points in a CSV file; the ones before stay until they are read."""
        self.tables.open_table(path)

    @Slot(object, object)
    def _take_table(self, settings: PointsSettings, problem: PointsProblem) -> None:
        def change() -> None:
            self.show_subject(PointsSubject(settings, problem))
            self.begin()

        if self.switch(change):
            self.take_back(READING)
            self.opened.emit("table")
            if problem.points.notes:
                self.say_note(" ".join(problem.points.notes))

    @Slot(str)
    def _refuse_table(self, sentence: str) -> None:
        self.stay(sentence)
        self.say_problem(sentence, about=READING)

    @Slot(str)
    def _choose_dataset(self, key: str) -> None:
        if key not in POINT_SETS:
            self.open_table(Path(key))
            return

        def change() -> None:
            if key not in (PAINTED, PAINTED_NUMBERS):
                self._begin_with(PointsSettings.from_choices({"dataset": key}))
                return
            settings = replace(self.settings(), data=self._data)
            self._begin_with(settings.painted_from(before, with_numbers=with_numbers))

        before, with_numbers = self._problem.points, key == PAINTED_NUMBERS
        became = numbers_of_classes(before) if with_numbers else {}
        if self.switch(change) and became:
            told = ", ".join(f"{name} {plain_text(number)}" for name, number in became.items())
            self.say_note(f"Each class has become a number: {told}.")

    def _begin_with(self, settings: PointsSettings) -> None:
        """Show other settings, and begin; within `switch`."""
        self.show_subject(PointsSubject(settings, self._problem_of(settings)))
        self.begin()

    @Slot()
    def _change_data(self) -> None:
        """Begin with other points of the same kind."""
        self.switch(lambda: self._begin_with(self.settings()))

    @Slot(str, bool)
    def _take_painting(self, text: str, goes_on: bool) -> None:
        """Learn from what was painted, as soon as there is something to tell apart."""
        settings = self.settings().painted(text, with_numbers=self.page.paints_numbers)
        try:
            PointsProblem.of(settings.data, settings.network)
        except BadInput as problem:
            self._trouble = str(problem)
            if self.runner.is_running:
                self.runner.pause()
            self.page.show_picture(None)
            self.page.plane.set_chosen(None)  # the point that is followed may be gone
            self.say_note(self._trouble, about="paint")
            return
        if self.switch(lambda: self._begin_with(settings)) and goes_on:
            self.runner.run()

    @Slot(str)
    def _say_of_number(self, problem: str) -> None:
        if problem:
            self.say_problem(problem, about="painted number")
        else:
            self.take_back("painted number")

    @Slot(float, float)
    def _pick(self, x: float, y: float) -> None:
        """Follow the point nearest to a place."""
        index = nearest_point(self._problem, (x, y)).index
        self._follow(index)
        self.pointed.emit("point", index + 1, 0)

    @Slot()
    def _follow_next(self) -> None:
        self._follow((self.numbers.index + 1) % len(self._problem.points))

    def _follow(self, index: int) -> None:
        x, y = self._problem.points.places[index].tolist()
        self.page.plane.set_chosen((x, y))
        self.numbers.follow(index)

    @Slot(object)
    def _choose_neuron(self, spot: DiagramSpot) -> None:
        if spot.layer:
            self.facts.choose(spot)
            self.numbers.set_spot(spot)
            if spot.source is None:
                self.pointed.emit("neuron", spot.unit + 1, spot.layer)

    def _begin_contest(self) -> bool:
        """Go back to the start, for the hand to try; return whether what is typed can be used."""
        can_begin = self.commit()
        if can_begin:
            self.begin()
        return can_begin

    @Slot()
    def _show_seen(self) -> None:
        """Show another moment of the run."""
        visit, snapshot = self.moments.visit, self._snapshot()
        self.facts.loss_plot.set_mark(None if visit is None else visit.iteration)
        if visit is not None:
            self.facts.step_card.clear("Press Now to see the step that comes next.")
        if snapshot is not None:
            self._show_scores(snapshot)
            self._show_step(snapshot)
        self.field.draw()

    @Slot()
    def _ask_path(self) -> None:
        if self._snapshot() is not None:
            self._paths.ask(PathSoFar(), self._take_path)

    def _take_path(self, answer: tuple[Any, FloatArray] | None) -> None:
        if answer is not None:
            self.landscape.show_path(answer[1])
