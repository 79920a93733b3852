"""The Surface lab: two numbers, a landscape, and the ways down."""

import functools
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent

from gdstudio.app.labs.fog_desk import FogDesk
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.landscape_artist import LandscapeArtist
from gdstudio.app.labs.race_rows import distance_note, race_rows
from gdstudio.app.labs.surface_numbers import SurfaceNumbers
from gdstudio.app.labs.surface_progress import SurfaceProgress
from gdstudio.app.labs.surface_prompts import PROMPTS, TRIALS
from gdstudio.app.labs.surface_setup import SurfaceSetup
from gdstudio.app.run_loop import State
from gdstudio.app.runner import Runner
from gdstudio.engine.optimizers import OptimizerSettings
from gdstudio.engine.surfaces import SURFACES
from gdstudio.errors import BadInput
from gdstudio.experiment.surface import (
    SurfaceExperiment,
    SurfaceSettings,
    SurfaceSnapshot,
    milder_rate,
)
from gdstudio.experiment.terrain import Terrain
from gdstudio.experiment.walk import WalkState

STEPS_PER_SECOND = 10.0
FIRST_SURFACE = "three-to-one"
IN_FOG = "You walk: click near, or press the arrow keys."
# A start is looked for so often before the usual one is taken.
_TRIES = 100


class SurfaceLab(Lab):
    """Walk downhill on a landscape of two numbers."""

    key = "surface"
    tab_text = "Surface"
    title = "Surface"
    summary = "Two numbers: find the way down."
    prompts = PROMPTS

    def __init__(self) -> None:
        panel = SurfaceSetup(Terrain.of_surface(SURFACES[FIRST_SURFACE]))
        super().__init__(
            Runner(functools.partial(SurfaceExperiment, panel.settings()), in_process=False)
        )
        self.panel = panel
        self._seed = 0
        self._wanted_text = ""
        self.setup.addWidget(panel)
        self.setup.addStretch(1)
        self.progress = SurfaceProgress()
        self.watch.addWidget(self.progress, 1)
        self.numbers = SurfaceNumbers()
        self.explain.addWidget(self.numbers, 1)
        self.fog = FogDesk(self.progress, self.numbers)
        self._artist = LandscapeArtist(self.background, self.progress.set_grid, self.tell_problem)

        panel.live_changed.connect(self._apply_live)
        panel.optimizer_changed.connect(self._restart)
        panel.start_changed.connect(self._apply_start)
        panel.function_card.chosen.connect(self._choose_surface)
        panel.function_card.typed.connect(self._take_function)
        panel.race_button.toggled.connect(self._set_race)
        panel.fog_button.clicked.connect(self._set_fog)
        self.fog.lifted.connect(self._lift_fog)
        self.fog.walked.connect(
            lambda steps, cost: self.bar.set_progress(steps, cost, loss_name="cost")
        )
        self.progress.clicked.connect(self._on_map_clicked)
        self.progress.view_changed.connect(self._draw_landscape)
        table = self.progress.race_table
        table.chosen_changed.connect(self._set_racing)
        table.rate_typed.connect(lambda key, text: self._type_rule(key, "learning_rate", text))
        table.momentum_typed.connect(lambda key, text: self._type_rule(key, "momentum", text))
        self.bar.set_speed(STEPS_PER_SECOND)
        self.runner.set_speed(STEPS_PER_SECOND)
        self.progress.set_terrain(panel.terrain)
        self._show_race()

    # What every lab says.

    def start(self) -> None:
        """Begin in the background; draw the landscape."""
        super().start()
        self._draw_landscape()

    def commit(self) -> bool:
        """Take what is typed; refuse a start that has no ground."""
        return self.panel.commit() and self._can_start()

    def settings(self) -> SurfaceSettings:
        """Return the settings that the controls show."""
        return self.panel.settings()

    def choose_next_start(self) -> None:
        """Draw a place from the next seed."""
        self._seed += 1
        self.panel.set_start(*self._random_start())
        self.bar.set_seed(self._seed)

    def choose_learning_rate(self, learning_rate: float) -> None:
        """Show this learning rate; in a race the others that diverged get milder ones, too."""
        latest = self.runner.latest
        walkers = () if latest is None or latest.snapshot is None else latest.snapshot.walkers
        for walker in walkers[1:]:
            if walker.state is WalkState.DIVERGED:
                rule = self.panel.rule(walker.key)
                rate = milder_rate(self.panel.terrain, rule)
                self.panel.set_rule(replace(rule, learning_rate=rate))
        rule = self.settings().optimizer
        self.panel.set_rule(replace(rule, learning_rate=learning_rate))

    def show_snapshot(self, snapshot: SurfaceSnapshot, state: State) -> None:
        """Show the walks, the gradient and the numbers; in the fog nothing of them."""
        if self.fog.is_on:
            self.bar.set_status(IN_FOG)
            return
        first = snapshot.walkers[0]
        self.bar.set_progress(snapshot.iteration, first.cost, loss_name="cost")
        self.progress.show_snapshot(snapshot)
        self.numbers.show_snapshot(snapshot)
        self._show_race()
        verdict = self.fog.verdict(first)
        if verdict:
            self.notice.tell(verdict, kind="info")

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
        self._show_race_button(bool(trial.racers))
        terrain = Terrain.of_surface(SURFACES[trial.surface])
        self._adopt(terrain)
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

    # What this one does.

    @Slot()
    def _restart(self) -> None:
        """Begin at the start, under the settings that the controls show."""
        self.notice.hide()
        self.runner.reset(self.settings())
        if self.fog.is_on:
            self._begin_fog()
        else:
            self.fog.forget()
        self._show_race()

    @Slot()
    def _apply_live(self) -> None:
        self.runner.set_live(self.settings())
        self._show_race()

    @Slot()
    def _apply_start(self) -> None:
        if self._can_start():
            self._restart()

    def _can_start(self) -> bool:
        problem = self.panel.terrain.trouble_at(*self.settings().start.point)
        self.panel.set_start_problem(problem)
        return not problem

    def _random_start(self) -> tuple[float, float]:
        terrain = self.panel.terrain
        rng = np.random.default_rng(self._seed)
        for _ in range(_TRIES):
            x, y = (
                round(float(rng.uniform(*view)), 2) for view in (terrain.x_view, terrain.y_view)
            )
            if not terrain.trouble_at(x, y):
                return x, y
        return terrain.start

    @Slot(float, float)
    def _on_map_clicked(self, x: float, y: float) -> None:
        if self.fog.is_on:
            self.fog.go_to(x, y)
            return
        if self.panel.form.commit():
            self.panel.set_start(float(f"{x:.3g}"), float(f"{y:.3g}"))
            self._apply_start()

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
            lambda terrain: self._take_terrain(terrain, text),
            lambda sentence: self._refuse_function(sentence, text),
        )

    def _take_terrain(self, terrain: Terrain, text: str) -> None:
        if text == self._wanted_text:
            self._adopt(terrain)

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

    # The race.

    def _show_race_button(self, on: bool) -> None:
        blocked = self.panel.race_button.blockSignals(True)
        self.panel.race_button.setChecked(on)
        self.panel.race_button.blockSignals(blocked)
        self.progress.set_race_shown(on)

    @Slot(bool)
    def _set_race(self, on: bool) -> None:
        self.progress.set_race_shown(on)
        self._restart()

    @Slot(str, bool)
    def _set_racing(self, key: str, racing: bool) -> None:
        self.panel.set_racing(key, racing)
        self._restart()

    def _type_rule(self, key: str, name: str, text: str) -> None:
        """Give a racer a setting that was typed, from its next step on."""
        table = self.progress.race_table
        try:
            value = OptimizerSettings.declared()[name].parse(text)
        except BadInput as problem:
            table.set_problem(str(problem))
            return
        table.set_problem("")
        self.panel.set_rule(replace(self.panel.rule(key), **{name: value}))
        self._apply_live()

    def _show_race(self) -> None:
        if not self.panel.is_race:
            return
        latest = self.runner.latest
        self.progress.race_card.set_note(distance_note(self.panel.terrain))
        self.progress.race_table.set_rows(
            race_rows(
                self.panel.rule,
                self.panel.races,
                self.panel.settings().optimizer.optimizer,
                None if latest is None else latest.snapshot,
            )
        )

    # The fog.

    @Slot(bool)
    def _set_fog(self, on: bool) -> None:
        if on and self.commit():
            self.panel.fog_button.setChecked(True)
            self._show_race_button(False)
            self.runner.reset(self.settings())
            self.notice.hide()
            self._begin_fog()
        elif on:
            self.panel.fog_button.setChecked(False)
        else:
            self._lift_fog()

    def _begin_fog(self) -> None:
        self.fog.begin(self.panel.terrain, self.settings().start.point)
        self._allow_descent(False)
        self.bar.set_status(IN_FOG)

    @Slot()
    def _lift_fog(self) -> None:
        """Show the map, and let descent make as many steps from the same start."""
        steps = self.fog.steps
        self._leave_fog(forget=False)
        self.runner.reset(self.settings())
        if steps:
            self.runner.step(steps)

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
        ways = {
            Qt.Key.Key_Left: (-1.0, 0.0),
            Qt.Key.Key_Right: (1.0, 0.0),
            Qt.Key.Key_Up: (0.0, 1.0),
            Qt.Key.Key_Down: (0.0, -1.0),
        }
        key = Qt.Key(event.key())
        if self.fog.is_on and key in ways:
            self.fog.card.step(*ways[key])
        else:
            super().keyPressEvent(event)
