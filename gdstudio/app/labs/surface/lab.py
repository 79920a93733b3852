"""The Surface lab: two numbers, a landscape, and the ways down."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeyEvent

from gdstudio.app.labs.function_card import LOOKING, written_out
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.messages import LineKind
from gdstudio.app.labs.rate_finder import RateFinder
from gdstudio.app.labs.recording.scene import Scene
from gdstudio.app.labs.surface.fog_controller import CLEAR, Fog, FogController
from gdstudio.app.labs.surface.landscape_controller import LandscapeController
from gdstudio.app.labs.surface.numbers import SurfaceNumbers
from gdstudio.app.labs.surface.progress import SurfaceProgress
from gdstudio.app.labs.surface.prompts import PROMPTS
from gdstudio.app.labs.surface.race_controller import RaceController
from gdstudio.app.labs.surface.setup import SurfaceSetup
from gdstudio.app.labs.worksheet_offer import Maker, offer_worksheet, shown_snapshot
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.experiment.functions.experiment import FindRates
from gdstudio.experiment.functions.fog import FogWalk
from gdstudio.experiment.functions.surface import (
    SurfaceExperiment,
    SurfaceSettings,
    SurfaceSnapshot,
)
from gdstudio.experiment.functions.surface_choices import (
    FIRST_SURFACE,
    SURFACE,
    SurfaceChoices,
    fog_walk,
    start_of,
    surface_terrain,
)
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.readings import Readings
from gdstudio.experiment.run_update import State, Update
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.walks import WalksState
from gdstudio.number_text import round_to_figures
from gdstudio.runs.run_files import RUN_FORMATS

_POSED_STEPS = 60
IN_FOG = "You walk: click near, or press the arrow keys."


@dataclass(frozen=True)
class SurfaceSubject:
    """What the Surface lab is about.

    Attributes:
        choices: the landscape, the start, the rules and who races.
        seed: where the start was drawn from, 0 for that of the landscape.
        fog: the person's own walk.
    """

    choices: SurfaceChoices
    seed: int
    fog: Fog


def _load(path: Path) -> tuple[WalksState, str]:
    """Return a kept run and what it had come to, its slopes written out."""
    state, summary = RUN_FORMATS["surface"].load(path)
    written_out(state.origin[0].terrain)
    return state, summary


class SurfaceLab(Lab):
    """Walk downhill on a landscape of two numbers."""

    vocabulary = SURFACE
    hero = "contour_plot"
    summary = "Two numbers: find the way down."
    prompts = PROMPTS
    run_files = RunFiles(RUN_FORMATS["surface"].save, _load)

    def __init__(self, *, in_process: bool = True) -> None:
        """Make the lab; many walks at full speed in a thread would make the window stutter."""
        panel = SurfaceSetup(Terrain.of_surface(SURFACES[FIRST_SURFACE]))
        make = functools.partial(SurfaceExperiment, panel.settings())
        super().__init__(Runner(make, in_process=in_process))
        self.panel = panel
        self._seed = 0
        self._looking = LatestWork(self.background, self.say_problem)
        self._rates = RateFinder(self.runner, FindRates, self._wants_rates)
        self.setup.addWidget(panel)
        self.setup.addStretch(1)
        self.progress = SurfaceProgress()
        self.watch.addWidget(self.progress, 1)
        current_theme().style(self.progress)
        self.numbers = SurfaceNumbers()
        self.told_plots = (self.progress.contour, self.numbers.loss_plot)
        self.explain.addWidget(self.numbers, 1)
        self.fog = FogController(self.progress, self.numbers)
        self.race = RaceController(panel, self.progress)
        self.landscape = LandscapeController(self.progress, self.background)
        self.landscape.missed.connect(self.back_out)
        self.landscape.problem.connect(self.say_problem)

        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self.begin)
        panel.start_changed.connect(self._start_elsewhere)
        panel.function_card.chosen.connect(self._choose_surface)
        panel.function_card.typed.connect(self._take_function)
        self.race.race_changed.connect(self.begin)
        self.race.live_changed.connect(self._apply_live)
        panel.fog_button.clicked.connect(self._set_fog)
        self.fog.lifted.connect(self._lift_fog)
        self.fog.told.connect(self.announcer.say_soon)
        self.fog.walked.connect(
            lambda steps, loss: self.bar.set_progress(
                steps, loss, loss_name=SURFACE.label(SURFACE.objective)
            )
        )
        self.fog.walked.connect(self.readings_changed)
        self.progress.clicked.connect(self._on_map_clicked)
        self.progress.view_changed.connect(self._draw_landscape)
        self._show_terrain(panel.terrain)
        self.keep_subject()
        offer_worksheet(
            self, self.numbers.step_card, self._capture_worksheet, file_name="worksheet-surface"
        )

    def _capture_worksheet(self) -> Maker:
        """Return what makes a worksheet of the explained walk's steps, from where it is."""
        from gdstudio.experiment.worksheets.function import function_worksheet

        snapshot: SurfaceSnapshot = shown_snapshot(self)
        objective, first = self.panel.terrain.objective, snapshot.walks[0]
        return functools.partial(function_worksheet, objective, first.point, first.settings)

    def start(self) -> None:
        """Begin in the background; draw the landscape."""
        super().start()
        self._draw_landscape()
        if self.runner.latest is None:
            # What walks takes a moment to come up; the start can be seen at once.
            self.show_snapshot(SurfaceExperiment(self.settings()).snapshot(), State.LOADING)

    def take_typed(self) -> bool:
        """Take what is typed; refuse a start that has no ground."""
        return self.panel.commit() and self._can_start()

    def settings(self) -> SurfaceSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def subject(self) -> SurfaceSubject:
        """Return all that is chosen, and the person's own walk."""
        return SurfaceSubject(self.panel.choices(), self._seed, self.fog.state())

    def show_subject(self, subject: SurfaceSubject) -> None:
        """Show another landscape, other walks on it, or a walk in the fog."""
        self._looking.drop()
        self._seed = subject.seed
        self.bar.set_seed(subject.seed)
        self.panel.show_choices(subject.choices)
        self.progress.set_race_shown(subject.choices.is_race)
        self._show_terrain(subject.choices.terrain)
        self._show_fog(subject.fog)
        self.race.refresh()

    def settled(self, subject: SurfaceSubject, snapshot: SurfaceSnapshot) -> SurfaceSubject:
        """Return `subject` with the settings that the walks obey now."""
        rules = dict(subject.choices.rules) | {one.key: one.settings for one in snapshot.walks}
        return replace(subject, choices=replace(subject.choices, rules=rules))

    def arguments_of(self, subject: SurfaceSubject) -> tuple[SurfaceSettings]:
        """Return the settings."""
        return (subject.choices.settings,)

    def subject_beside(self, subject: SurfaceSubject, scenario: Scenario) -> SurfaceSubject:
        """Return what another run on the same landscape is about."""
        choices = SurfaceChoices.from_mapping(subject.choices.terrain, scenario.values)
        return replace(subject, choices=choices, seed=scenario.values.get("seed", 0))

    def why_no_twin(self) -> str:
        """Say that a race, or a walk in the fog, has none."""
        if self.fog.is_on:
            return "In the fog a person walks; a twin needs the map."
        if self.panel.is_race:
            return "A race already has several runs side by side; end it for a twin."
        return ""

    def show_twin(self, snapshot: SurfaceSnapshot | None, label: str) -> None:
        """Draw the walk of the twin on the landscape."""
        walk = None if snapshot is None else snapshot.walks[0]
        self.progress.show_twin(walk, glides=self.glides)

    def choose_next_start(self) -> None:
        """Draw a place from the next seed."""
        self._seed += 1
        self._let_rate_be_found()
        self.panel.set_start(*start_of(self.panel.terrain, self._seed))
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate; in a race the others that diverged get milder ones, too."""
        self.race.make_milder()
        self.panel.choose_rate(self.settings().optimizer.optimizer, learning_rate)
        self._rates.note_remedy(self.settings().optimizer.learning_rate)

    def _wants_rates(self, snapshot: SurfaceSnapshot) -> bool:
        """Return whether rates are still to be found for some of the walks."""
        return any(
            walk.found is None and self.panel.is_rate_free(walk.key) for walk in snapshot.walks
        )

    def _let_rate_be_found(self) -> None:
        """Leave the learning rate to the app again, where it is that of a remedy."""
        rule = self.settings().optimizer
        if self._rates.is_remedy(rule.learning_rate):
            self.panel.free_rate(rule.optimizer)
        self._rates.forget_remedy()

    def show_snapshot(self, snapshot: SurfaceSnapshot, state: State) -> None:
        """Show the walks, the gradient and the numbers; in the fog nothing of them."""
        if self.fog.is_on:
            return
        for walk in snapshot.walks:
            self.panel.show_found(walk.key, walk.found)
        self._rates.look()
        first = snapshot.walks[0]
        self.tell(snapshot, state)
        self.progress.show_snapshot(snapshot, glides=self.glides)
        self.numbers.show_snapshot(snapshot, flies=self.glides)
        self.race.show_snapshot(snapshot)
        if verdict := self.fog.verdict(first):
            self.say_note(verdict)

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Say what to do in the fog, where the person walks."""
        return (IN_FOG, "info") if self.fog.is_on else super().describe_state(update)

    def begin_run(self) -> None:
        """Look at the landscape, and at the losses, as they are usually seen."""
        self.progress.begin_walk()
        self.numbers.loss_plot.reset_range()

    def values_of(self, subject: SurfaceSubject) -> dict[str, Any]:
        """Return by name the landscape, the rules and the start."""
        return subject.choices.as_dict(subject.seed)

    def kept_plots(self) -> dict[str, ThemedPlot]:
        """Return the map and the plot of losses."""
        return {"trail": self.progress.contour, "loss": self.numbers.loss_plot}

    def own_readings(self) -> Readings:
        """Return the numbers of the person's walk."""
        return self.fog.readings()

    def view_values(self) -> dict[str, Any]:
        """Return by name the speed, the fog and the picture."""
        view = {"fog": self.fog.is_on, "picture": self.progress.view}
        return super().view_values() | view

    @classmethod
    def in_one_process(cls) -> Self:
        """Return the lab with its run in a thread."""
        return cls(in_process=False)

    def scenes(self) -> dict[str, Scene]:
        """Return the map with the walks, and the losses over the steps."""
        contour, losses = self.progress.contour, self.numbers.loss_plot
        return {
            "map": Scene("The landscape from above", (contour,), contour.legend()),
            "loss": Scene("The loss, step by step", (losses,), losses.legend()),
            "both": Scene("The landscape, and the loss step by step", (contour, losses)),
        }

    def is_settled(self) -> bool:
        """Return whether the landscape is there of all that the map shows, too."""
        return super().is_settled() and self.progress.contour.is_settled

    def kept_by_prompts(self) -> dict[str, Any]:
        """Return by name the speed, the picture, and the constants of the rules."""
        chosen = self.panel.choices()
        rules = replace(chosen, chosen_rates=frozenset(), optimizer="").as_dict()
        kept = {name: value for name, value in rules.items() if "." in name}
        return super().kept_by_prompts() | kept | {"picture": self.progress.view}

    def takes_long(self, scenario: Scenario) -> bool:
        """Return whether a function of one's own is to be looked at."""
        return scenario.values.get("function", FIRST_SURFACE) not in SURFACES

    def subject_of_scenario(self, scenario: Scenario) -> SurfaceSubject:
        """Return landscape, rules, start and fog under a scenario."""
        values = scenario.values
        terrain = written_out(surface_terrain(values))
        chosen = SurfaceChoices.from_mapping(terrain, values)
        walk = fog_walk(values, chosen)
        fog = CLEAR if walk is None else Fog(walk, is_on=True)
        return SurfaceSubject(chosen, values.get("seed", 0), fog)

    def subject_of(self, state: WalksState) -> SurfaceSubject:
        """Return what a run is about that was kept when the window closed."""
        return SurfaceSubject(SurfaceChoices.of(state.origin[0]), seed=0, fog=CLEAR)

    def show_view(self, view: Mapping[str, Any]) -> None:
        """Show the map, the landscape, or both; in the fog there is neither."""
        super().show_view(view)
        self._rates.forget_remedy()  # whatever rate is shown now, no remedy has set it
        if not self.fog.is_on:
            self.progress.show_view(view.get("picture", "map"))

    def toggle_run(self) -> None:
        """Run, or pause; in the fog the person walks."""
        if not self.fog.is_on:
            super().toggle_run()

    def step(self) -> None:
        """Make one step; in the fog the person does."""
        if not self.fog.is_on:
            super().step()

    def begin(self, command: Callable[[], None] | None = None) -> bool:
        """Begin at the start that the controls show, in the fog on foot."""
        if not self.is_switching:
            return self.switch(lambda: self.begin(command))
        if self.fog.is_on:
            start = self.settings().start.point
            self._show_fog(Fog(FogWalk(self.panel.terrain, start), is_on=True))
        else:
            self._show_fog(CLEAR)
        self.race.refresh()
        return super().begin(command)

    def pose(self) -> Iterator[Callable[[], bool]]:
        """Let the rules race in a landscape of four valleys, seen on the map."""
        self._choose_surface("himmelblau")
        self.panel.race_button.setChecked(True)
        # Pictures are made off the screen, where there is no OpenGL.
        self.progress.show_view("map")
        self.runner.step(_POSED_STEPS)
        yield lambda: self.has_made(_POSED_STEPS) and not self.background.is_busy

    # What this one does.

    @Slot()
    def _apply_live(self) -> None:
        self.send_live()
        self._rates.look_again()
        self.race.refresh()

    def _can_start(self) -> bool:
        problem = self.panel.terrain.trouble_at(*self.settings().start.point)
        self.panel.set_start_problem(problem)
        return not problem

    @Slot(float, float)
    def _on_map_clicked(self, x: float, y: float) -> None:
        if self.fog.is_on:
            self.fog.go_to(x, y)
            return
        if self.panel.form.commit():
            self.panel.set_start(round_to_figures(x, 3), round_to_figures(y, 3))
            self._start_elsewhere()

    @Slot()
    def _start_elsewhere(self) -> None:
        """Begin at the start that was chosen, with a rate for it where that is free."""
        self._let_rate_be_found()
        self.reset()

    @Slot(str)
    def _choose_surface(self, key: str) -> None:
        self.switch(lambda: self._walk_on(Terrain.of_surface(SURFACES[key])))

    @Slot(str)
    def _take_function(self, text: str) -> None:
        """Work on a function of the person's own; the one before stays until it is ready."""
        self._looking.replace(
            lambda: written_out(Terrain.of_text(text)),
            lambda terrain: self.switch(lambda: self._walk_on(terrain)),
            failed=functools.partial(self.panel.function_card.refuse, text),
            saying=LOOKING,
        )

    def _walk_on(self, terrain: Terrain) -> None:
        """Walk on another landscape, from its own start."""
        fog = Fog(FogWalk(terrain, terrain.start), is_on=True) if self.fog.is_on else CLEAR
        self.show_subject(SurfaceSubject(self.panel.choices().on(terrain), 0, fog))
        self.begin()

    def _show_terrain(self, terrain: Terrain) -> None:
        self.landscape.set_terrain(terrain)
        self._draw_landscape()

    @Slot()
    def _draw_landscape(self) -> None:
        if self.isVisible():
            self.landscape.draw()

    # The fog.

    @Slot(bool)
    def _set_fog(self, on: bool) -> None:
        if on and self.commit():
            self.switch(self._walk_in_fog)
        elif on:
            self.panel.fog_button.setChecked(False)
        else:
            self._lift_fog()

    def _walk_in_fog(self) -> None:
        now = self.subject()
        walk = FogWalk(now.choices.terrain, now.choices.start.point)
        alone = replace(now.choices, is_race=False)
        self.show_subject(replace(now, choices=alone, fog=Fog(walk, is_on=True)))
        self.begin()

    @Slot()
    def _lift_fog(self) -> None:
        """Show the map, and let descent make as many steps from the same start."""
        steps = self.fog.steps
        if self.switch(self._begin_lifted) and steps:
            self.runner.step(steps)

    def _begin_lifted(self) -> None:
        self.fog.lift()
        self._allow_descent(True)
        super().begin()  # the person's walk stays in sight beside the descent's

    def _show_fog(self, fog: Fog) -> None:
        self.fog.show(fog)
        self._allow_descent(not fog.is_on)
        if fog.is_on:
            self.say_state(IN_FOG)
            self.setAccessibleDescription(IN_FOG)
            for plot in self.told_plots:
                plot.tell("")

    def _allow_descent(self, allowed: bool) -> None:
        self.panel.fog_button.setChecked(not allowed)
        for button in (self.bar.run_button, self.bar.step_button, self.panel.race_button):
            button.setEnabled(allowed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """In the fog the arrows step; all else is as in every lab."""
        if not (self.fog.is_on and self.fog.card.take_key(event.key())):
            super().keyPressEvent(event)
