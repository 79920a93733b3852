"""The Surface lab: two numbers, a landscape, and the ways down."""

import functools
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QKeyEvent

from gdstudio.app.labs.fog_desk import FogDesk
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.landscape_artist import LandscapeArtist
from gdstudio.app.labs.messages import LineKind
from gdstudio.app.labs.race_desk import RaceDesk
from gdstudio.app.labs.surface_numbers import SurfaceNumbers
from gdstudio.app.labs.surface_progress import SurfaceProgress
from gdstudio.app.labs.surface_prompts import PROMPTS, TRIALS
from gdstudio.app.labs.surface_setup import SurfaceSetup
from gdstudio.app.labs.worksheet_offer import Maker, offer_worksheet, shown_snapshot
from gdstudio.app.run_loop import State, Update
from gdstudio.app.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.engine.surfaces import SURFACES
from gdstudio.experiment.surface import (
    SurfaceExperiment,
    SurfaceSettings,
    SurfaceSnapshot,
)
from gdstudio.experiment.terrain import Terrain
from gdstudio.experiment.worksheet_function import function_worksheet

STEPS_PER_SECOND = 10.0
FIRST_SURFACE = "three-to-one"
IN_FOG = "You walk: click near, or press the arrow keys."


class SurfaceLab(Lab):
    """Walk downhill on a landscape of two numbers."""

    key = "surface"
    tab_text = "Surface"
    title = "Surface"
    summary = "Two numbers: find the way down."
    prompts = PROMPTS

    def __init__(self, *, in_process: bool = True) -> None:
        """Make the lab; seven walks at full speed in a thread would make the window stutter."""
        panel = SurfaceSetup(Terrain.of_surface(SURFACES[FIRST_SURFACE]))
        make = functools.partial(SurfaceExperiment, panel.settings())
        super().__init__(Runner(make, in_process=in_process))
        self.panel = panel
        self._seed = 0
        self._wanted_text = ""
        self.setup.addWidget(panel)
        self.setup.addStretch(1)
        self.progress = SurfaceProgress()
        self.watch.addWidget(self.progress, 1)
        current_theme().style(self.progress)
        self.numbers = SurfaceNumbers()
        self.explain.addWidget(self.numbers, 1)
        self.fog = FogDesk(self.progress, self.numbers)
        self.race = RaceDesk(panel, self.progress)
        self._artist = LandscapeArtist(self.background, self.progress.set_grid, self.say_problem)

        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self._restart)
        panel.start_changed.connect(self.reset)
        panel.function_card.chosen.connect(self._choose_surface)
        panel.function_card.typed.connect(self._take_function)
        self.race.racers_changed.connect(self._restart)
        self.race.live_changed.connect(self._apply_live)
        panel.fog_button.clicked.connect(self._set_fog)
        self.fog.lifted.connect(self._lift_fog)
        self.fog.walked.connect(
            lambda steps, cost: self.bar.set_progress(steps, cost, loss_name="cost")
        )
        self.progress.clicked.connect(self._on_map_clicked)
        self.progress.view_changed.connect(self._draw_landscape)
        self.bar.set_speed(STEPS_PER_SECOND)
        self.runner.set_speed(STEPS_PER_SECOND)
        self.progress.set_terrain(panel.terrain)
        offer_worksheet(
            self, self.numbers.step_card, self._capture_worksheet, file_name="worksheet-surface"
        )

    def _capture_worksheet(self) -> Maker:
        """Return what makes a worksheet of the explained walk's steps, from where it is."""
        snapshot: SurfaceSnapshot = shown_snapshot(self)
        objective, first = self.panel.terrain.objective, snapshot.walkers[0]
        return functools.partial(function_worksheet, objective, first.point, first.settings)

    def start(self) -> None:
        """Begin in the background; draw the landscape."""
        super().start()
        self._draw_landscape()
        if self.runner.latest is None:
            # What walks takes a moment to come up; the start can be seen at once.
            self.show_snapshot(SurfaceExperiment(self.settings()).snapshot(), State.LOADING)

    def commit(self) -> bool:
        """Take what is typed; refuse a start that has no ground."""
        return self.panel.commit() and self._can_start()

    def settings(self) -> SurfaceSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def choose_next_start(self) -> None:
        """Draw a place from the next seed."""
        self._seed += 1
        rng = np.random.default_rng(self._seed)
        self.panel.set_start(*self.panel.terrain.random_start(rng))
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate; in a race the others that diverged get milder ones, too."""
        self.race.make_milder()
        rule = self.settings().optimizer
        self.panel.set_rule(replace(rule, learning_rate=learning_rate))

    def show_snapshot(self, snapshot: SurfaceSnapshot, state: State) -> None:
        """Show the walks, the gradient and the numbers; in the fog nothing of them."""
        if self.fog.is_on:
            return
        first = snapshot.walkers[0]
        self.bar.set_progress(snapshot.iteration, first.cost, loss_name="cost")
        self.progress.show_snapshot(snapshot)
        self.numbers.show_snapshot(snapshot)
        self.race.show_snapshot(snapshot)
        if verdict := self.fog.verdict(first):
            self.say_note(verdict)

    def describe_state(self, update: Update) -> tuple[str, LineKind]:
        """Say what to do in the fog, where the person walks."""
        return (IN_FOG, "info") if self.fog.is_on else super().describe_state(update)

    def begin_run(self) -> None:
        """Look at the landscape as it is usually seen."""
        self.progress.begin_walk()

    def try_prompt(self, key: str) -> None:
        """Do the setting of a prompt."""
        trial = TRIALS[key]
        self._leave_fog()
        if trial.function:
            self.panel.function_card.write(trial.function)
            return
        self.panel.choose_optimizer(trial.optimizer)
        if trial.racers:
            self.panel.set_racers(set(trial.racers))
        self.race.switch(bool(trial.racers))
        self._choose_surface(trial.surface)
        if trial.rate is not None:
            self.choose_learning_rate(trial.rate)
            self.reset()
        if trial.fog:
            self._set_fog(True)
        elif trial.runs:
            self.runner.run()

    def toggle_run(self) -> None:
        """Run, or pause; in the fog the person walks."""
        if not self.fog.is_on:
            super().toggle_run()

    def step(self) -> None:
        """Make one step; in the fog the person does."""
        if not self.fog.is_on:
            super().step()

    def reset(self) -> None:
        """Return to the same start."""
        if self.commit():
            self._restart()

    def new_start(self) -> None:
        """Return to the start of the next seed."""
        if self.commit():
            self.choose_next_start()
            self._restart()

    def show_race(self) -> None:
        """Show what this lab has to show: a race in a landscape of four valleys, from two sides."""
        self._choose_surface("himmelblau")
        self.panel.race_button.setChecked(True)
        self.progress.show_view("both")

    # What this one does.

    @Slot()
    def _restart(self) -> None:
        """Begin at the start, under the settings that the controls show."""
        self.begin_to_reset()
        self.runner.reset(self.settings())
        if self.fog.is_on:
            self._begin_fog()
        else:
            self.fog.forget()
        self.race.refresh()

    @Slot()
    def _apply_live(self) -> None:
        self.runner.set_live(self.settings())
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
            self.panel.set_start(float(f"{x:.3g}"), float(f"{y:.3g}"))
            self.reset()

    @Slot(str)
    def _choose_surface(self, key: str) -> None:
        self._adopt(Terrain.of_surface(SURFACES[key]))

    @Slot(str)
    def _take_function(self, text: str) -> None:
        """Work on a function of the person's own; the one before stays until it is ready."""
        self._wanted_text = text
        self.panel.function_card.set_busy(True)
        self.background.submit(
            lambda: Terrain.of_text(text),
            lambda terrain: self._adopt(terrain) if text == self._wanted_text else None,
            lambda sentence: self._refuse_function(sentence, text),
        )

    def _refuse_function(self, sentence: str, text: str) -> None:
        if text == self._wanted_text:
            self._wanted_text = ""
            self.panel.function_card.set_busy(False)
            self.panel.function_card.refuse(text, sentence)

    def _adopt(self, terrain: Terrain) -> None:
        """Walk on another landscape, from its own start."""
        self._wanted_text = ""
        self._seed = 0
        self.bar.set_seed(0)
        self.panel.function_card.set_busy(False)
        self.panel.show_terrain(terrain)
        self.progress.set_terrain(terrain)
        self._draw_landscape()
        self._restart()

    @Slot()
    def _draw_landscape(self) -> None:
        progress = self.progress
        if self.isVisible():
            self._artist.draw(
                self.panel.terrain,
                progress.wanted_range(),
                progress.pixels(),
                solid=progress.solid_range() if progress.is_3d_shown else None,
            )

    # The fog.

    @Slot(bool)
    def _set_fog(self, on: bool) -> None:
        if on and self.commit():
            self.panel.fog_button.setChecked(True)
            self.race.switch(False)
            self.begin_to_reset()
            self.runner.reset(self.settings())
            self._begin_fog()
        elif on:
            self.panel.fog_button.setChecked(False)
        else:
            self._lift_fog()

    def _begin_fog(self) -> None:
        self.fog.begin(self.panel.terrain, self.settings().start.point)
        self._allow_descent(False)
        self.say_state(IN_FOG)

    @Slot()
    def _lift_fog(self) -> None:
        """Show the map, and let descent make as many steps from the same start."""
        self._leave_fog(forget=False)
        self.runner.reset(self.settings())
        if self.fog.steps:
            self.runner.step(self.fog.steps)

    def _leave_fog(self, *, forget: bool = True) -> None:
        self.panel.fog_button.setChecked(False)
        self.fog.end()
        if forget:
            self.fog.forget()
        self._allow_descent(True)

    def _allow_descent(self, allowed: bool) -> None:
        for button in (self.bar.run_button, self.bar.step_button, self.panel.race_button):
            button.setEnabled(allowed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """In the fog the arrows step; all else is as in every lab."""
        if not (self.fog.is_on and self.fog.card.take_key(event.key())):
            super().keyPressEvent(event)
