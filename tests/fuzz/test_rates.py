"""Suggested rates from anywhere, by every rule, on what we ship and on what people may type."""

import numpy as np

from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope import SlopeExperiment, SlopeSettings, StartSettings
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.surface import StartSettings as Place
from gdstudio.experiment.functions.surface import SurfaceExperiment, SurfaceSettings
from gdstudio.experiment.functions.terrain import Terrain
from gdstudio.experiment.walks import WalkState

USUAL = 40
STEPS = 3000
PARTS = ("x", "y", "x**2", "y**2", "x**3", "x**4", "x*y", "sin(3*x)", "cos(y)", "exp(-x**2)",
         "exp(y/2)", "log(x + 6)", "sqrt(y + 6)", "1/(x - 7)", "abs(y - 1)", "atan(x)")  # fmt: skip


def typed(chance, variables):
    """Return a sum of parts, as a person may type it."""
    usable = [part for part in PARTS if "y" in variables or "y" not in part]
    number = chance.randint(1, 4)
    return " + ".join(
        f"({chance.choice([0.001, 0.1, 0.5, 1, 2, 10, 1000])})*({chance.choice(usable)})"
        for _ in range(number)
    )


def experiment_of(chance):
    """Return an experiment whose learning rate is left to the app, and what it is about."""
    rule = OptimizerSettings(
        chance.choice(list(OPTIMIZERS)), momentum=chance.choice([0.0, 0.5, 0.9, 0.99])
    )
    if chance.random() < 0.5:
        key = chance.choice([*CURVES, "typed", "typed"])
        problem = (
            SlopeProblem.typed(typed(chance, "x"))
            if key == "typed"
            else SlopeProblem.of(CURVES[key])
        )
        low, high = problem.view
        starts = StartSettings(*(round(chance.uniform(low, high), 2) for _ in range(2)))
        both = chance.random() < 0.3
        settings = SlopeSettings(starts, both, rule, rate_is_free=True)
        if any(problem.objective.trouble_at(x) for x in settings.starts):
            return None, ""
        return SlopeExperiment(problem, settings), f"{problem.objective.expression} {settings}"
    key = chance.choice([*SURFACES, "typed", "typed"])
    terrain = (
        Terrain.of_text(typed(chance, "xy"))
        if key == "typed"
        else Terrain.of_surface(SURFACES[key])
    )
    place = terrain.random_start(np.random.default_rng(chance.randrange(2**32)))
    free = frozenset({rule.optimizer})
    settings = SurfaceSettings(terrain, Place(*place), rule, free_rates=free)
    return SurfaceExperiment(settings), f"{terrain.objective.expression} {place} {rule}"


def test_no_walk_diverges_at_a_rate_that_was_called_good(trials):
    called_good = 0
    for _, chance in trials.chances(USUAL):
        try:
            experiment, about = experiment_of(chance)
        except BadInput:
            continue  # nothing in view, or no slope
        if experiment is None:
            continue
        while not experiment.find_rates():
            pass
        found = experiment.found_for(experiment.settings.optimizer.optimizer)
        assert found is not None
        if not found.works:
            assert found.why_not.startswith("No learning rate"), about
            continue
        called_good += 1
        for walk in experiment.walks:
            assert walk.settings.learning_rate == found.learning_rate
            for _ in range(STEPS):
                if walk.is_over:
                    break
                walk.advance()
            assert walk.state is not WalkState.DIVERGED, f"{about} {found} {walk.sentence}"
    assert called_good > 0
