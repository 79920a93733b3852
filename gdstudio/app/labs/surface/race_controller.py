"""The race of the Surface lab: who runs, with which settings, and how far each one got."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from gdstudio.app.labs.surface.progress import SurfaceProgress
from gdstudio.app.labs.surface.setup import SurfaceSetup
from gdstudio.app.widgets.tables.race_table import RaceRow
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.rate_search import typed_rate
from gdstudio.experiment.functions.surface import SurfaceSnapshot, SurfaceWalk
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.walks import WalkState

_STATES = {
    WalkState.WALKING: ("walking", "info"),
    WalkState.ARRIVED: ("arrived", "good"),
    WalkState.STUCK: ("stuck", "problem"),
    WalkState.DIVERGED: ("diverged", "problem"),
}


class RaceController(QObject):
    """Brings the table of the race and the settings of the optimizers together.

    Signals:
        race_changed(): another set of optimizers is to start.
        live_changed(): a walk has another setting, from its next step on.
    """

    race_changed = Signal()
    live_changed = Signal()

    def __init__(self, panel: SurfaceSetup, progress: SurfaceProgress) -> None:
        super().__init__(progress)
        self._panel, self._progress = panel, progress
        self._table = progress.race_table
        self._snapshot: SurfaceSnapshot | None = None
        panel.race_button.toggled.connect(self._on_toggled)
        self._table.chosen_changed.connect(self._on_chosen)
        self._table.rate_typed.connect(self._on_rate)
        self._table.momentum_typed.connect(self._on_momentum)

    def show_snapshot(self, snapshot: SurfaceSnapshot) -> None:
        """Show how far each one got."""
        self._snapshot = snapshot
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the settings of all rules as they are now."""
        panel = self._panel
        if not panel.is_race:
            return
        self._progress.race_card.set_note(distance_note(panel.terrain))
        explained = panel.settings().optimizer.optimizer
        self._table.set_rows(race_rows(panel.rule, panel.races, explained, self._snapshot))

    def make_milder(self) -> None:
        """Give the other walks that diverged new learning rates: found anew, or smaller ones."""
        walks = () if self._snapshot is None else self._snapshot.walks[1:]
        for walk in walks:
            if walk.state is not WalkState.DIVERGED:
                continue
            if self._panel.is_rate_free(walk.key):
                rate = typed_rate(self._panel.rule(walk.key).learning_rate / 10)
                self._panel.choose_rate(walk.key, rate)
            else:
                self._panel.free_rate(walk.key)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        self._progress.set_race_shown(on)
        self.race_changed.emit()

    @Slot(str, bool)
    def _on_chosen(self, key: str, chosen: bool) -> None:
        self._panel.set_racing(key, chosen)
        self.race_changed.emit()

    @Slot(str, str)
    def _on_rate(self, key: str, text: str) -> None:
        self._take(key, "learning_rate", text)

    @Slot(str, str)
    def _on_momentum(self, key: str, text: str) -> None:
        self._take(key, "momentum", text)

    def _take(self, key: str, name: str, text: str) -> None:
        """Give a rule a setting that was typed, or say what is wrong with it."""
        try:
            value = OptimizerSettings.declared()[name].parse(text)
        except BadInput as problem:
            self._table.set_problem(str(problem))
            return
        self._table.set_problem("")
        self._panel.set_rule(replace(self._panel.rule(key), **{name: value}))
        if name == "learning_rate":
            self._panel.choose_rate(key, value)
        self.live_changed.emit()


def race_rows(
    rule_of: Callable[[str], OptimizerSettings],
    races: Callable[[str], bool],
    explained: str,
    snapshot: SurfaceSnapshot | None,
) -> list[RaceRow]:
    """Return a row for each optimizer: its settings, and how far it got if it runs."""
    walks = {} if snapshot is None else {walk.key: walk for walk in snapshot.walks}
    return [_row(rule_of(key), races(key), key == explained, walks.get(key)) for key in OPTIMIZERS]


def distance_note(terrain: Terrain) -> str:
    """Return what the distances of the table are measured to."""
    if terrain.minima_are_known:
        return "away: distance to the nearest minimum"
    if not terrain.lows:
        return "no minimum was found in view"
    if terrain.lows.is_complete:
        return "away: distance to the nearest minimum found in view"
    return f"away: distance to the nearest of {len(terrain.minima)} minima; there are more"


def _row(
    rule: OptimizerSettings, races: bool, explained: bool, walk: SurfaceWalk | None
) -> RaceRow:
    runs = races and walk is not None
    state, kind = ("", "info")
    if runs and walk is not None:
        state, kind = _STATES[walk.state]
        if walk.state is WalkState.ARRIVED and not walk.is_at_minimum:
            state, kind = "at rest", "problem"
        if walk.state is WalkState.WALKING and not walk.iteration:
            state = "ready"
    return RaceRow(
        key=rule.optimizer,
        label=rule.kind.label,
        color=rule.kind.color,
        marker=rule.kind.marker,
        chosen=races,
        fixed=explained,
        rate=rule.learning_rate,
        momentum=rule.momentum if "momentum" in rule.kind.uses else None,
        steps=walk.iteration if runs and walk else None,
        loss=walk.value if runs and walk else None,
        distance=walk.distance if runs and walk else None,
        state=state,
        state_kind=kind,
        sentence=walk.sentence if runs and walk else "",
    )
