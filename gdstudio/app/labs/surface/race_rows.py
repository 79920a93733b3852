"""The race of the Surface lab as rows of its table."""

from collections.abc import Callable

from gdstudio.app.widgets.tables.race_table import RaceRow
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.surface import SurfaceSnapshot, SurfaceWalk
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.walks import WalkState

_STATES = {
    WalkState.WALKING: ("walking", "info"),
    WalkState.ARRIVED: ("arrived", "good"),
    WalkState.STUCK: ("stuck", "problem"),
    WalkState.DIVERGED: ("diverged", "problem"),
}


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
        cost=walk.value if runs and walk else None,
        distance=walk.distance if runs and walk else None,
        state=state,
        state_kind=kind,
        sentence=walk.sentence if runs and walk else "",
    )
