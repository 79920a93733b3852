"""Walks on a curve or a landscape in a file, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions import surface
from gdstudio.experiment.functions.rate_search import FoundRate
from gdstudio.experiment.functions.slope import SlopeExperiment, SlopeSettings
from gdstudio.experiment.functions.slope_choices import SLOPE, slope_problem
from gdstudio.experiment.functions.surface import SurfaceExperiment, SurfaceSettings
from gdstudio.experiment.functions.surface_choices import SURFACE, surface_terrain
from gdstudio.experiment.functions.terrain import OWN
from gdstudio.experiment.kept_values import count, number
from gdstudio.experiment.walk_file import read_walks, walks_to_file
from gdstudio.experiment.walks import WalksState
from gdstudio.storage.run_file import RunFile


def slope_to_file(state: WalksState, summary: str) -> RunFile:
    """Return walks on a curve as their file has them."""
    problem, settings = state.origin
    origin = {
        "function": problem.key or problem.objective.expression.text,
        "settings": settings.as_dict(),
        "found": _plain(state.found),
    }
    return walks_to_file("slope", state, summary, origin)


def slope_from_file(kept: RunFile) -> WalksState:
    """Return walks on a curve; whatever is wrong with them raises something."""
    origin = kept.values["origin"]
    function = SLOPE.settings["function"].check(origin["function"])
    problem = slope_problem({"function": function})
    settings = SlopeSettings.from_mapping(origin["settings"])
    for x in settings.starts:
        if problem.objective.trouble_at(x):
            raise ValueError("nobody can start there")
    run = SlopeExperiment(problem, settings)
    return read_walks(kept, run, _found(origin["found"]))


def surface_to_file(state: WalksState, summary: str) -> RunFile:
    """Return walks on a landscape as their file has them."""
    settings: SurfaceSettings = state.origin[0]
    terrain = settings.terrain
    origin = {
        "function": terrain.objective.expression.text if terrain.key == OWN else terrain.key,
        "start": settings.start.as_dict(),
        "rules": [rule.as_dict() for rule in (settings.optimizer, *settings.others)],
        "free_rates": sorted(settings.free_rates),
        "found": _plain(state.found),
    }
    return walks_to_file("surface", state, summary, origin)


def surface_from_file(kept: RunFile) -> WalksState:
    """Return walks on a landscape; whatever is wrong with them raises something."""
    origin = kept.values["origin"]
    function = SURFACE.settings["function"].check(origin["function"])
    terrain = surface_terrain({"function": function})
    start = surface.StartSettings.from_mapping(origin["start"])
    if terrain.trouble_at(*start.point):
        raise ValueError("nobody can start there")
    first, *others = map(OptimizerSettings.from_mapping, origin["rules"])
    keys = [rule.optimizer for rule in (first, *others)]
    if len(set(keys)) < len(keys):
        raise ValueError("a rule races against itself")
    free_rates = frozenset(origin["free_rates"])
    if not free_rates <= set(OPTIMIZERS):
        raise ValueError("no such rule")
    settings = SurfaceSettings(terrain, start, first, tuple(others), free_rates)
    return read_walks(kept, SurfaceExperiment(settings), _found(origin["found"]))


def _plain(found: Mapping[str, FoundRate]) -> dict[str, Any]:
    return {key: asdict(rate) for key, rate in found.items()}


def _found(values: Any) -> dict[str, FoundRate]:
    found = {}
    for key, rate in values.items():
        arrives, works, why = rate["arrives"], rate["works"], rate["why_not"]
        if key not in OPTIMIZERS or type(works) is not bool or not isinstance(why, str):
            raise ValueError("no such rate")
        steps = None if arrives is None else count(arrives)
        found[key] = FoundRate(number(rate["learning_rate"]), works, steps, why[:500])
    return found
