"""Walks on a curve: what a typed function is looked at, two walks at once, and their ends."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope import SlopeExperiment, SlopeSettings, StartSettings
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.walks import WalkState


def experiment_on(problem, *, both=False, **optimizer):
    if isinstance(problem, str):
        problem = SlopeProblem.of(CURVES[problem])
    rule = OptimizerSettings(**{"learning_rate": problem.plain_rate} | optimizer)
    starts = StartSettings(start=problem.start, other_start=problem.other_start)
    return SlopeExperiment(problem, SlopeSettings(start=starts, both=both, optimizer=rule))


def test_two_starts_end_in_different_valleys():
    experiment = experiment_on("two-valleys", both=True)
    experiment.advance(steps=10_000)
    first, second = experiment.snapshot().walks
    assert (first.state, second.state) == (WalkState.ARRIVED, WalkState.ARRIVED)
    assert first.x == pytest.approx(1.1309011226)
    assert second.x == pytest.approx(-1.3008395660)
    assert experiment.finished
    assert "came to rest" in experiment.ending


@pytest.mark.parametrize("key", CURVES)
def test_the_suggested_rate_of_every_optimizer_gets_down_every_curve(key):
    problem = SlopeProblem.of(CURVES[key])
    for rule in OPTIMIZERS:
        rate = problem.suggested_rate(OptimizerSettings(optimizer=rule))
        experiment = experiment_on(problem, optimizer=rule, learning_rate=rate)
        experiment.advance(steps=3000)
        before, after = experiment.snapshot().walks[0].path.values[[0, -1]]
        assert after < before


def test_the_second_walk_goes_on_when_the_first_explodes():
    settings = SlopeSettings(
        start=StartSettings(start=5.0, other_start=-1.5),
        both=True,
        optimizer=OptimizerSettings(learning_rate=0.05),
    )
    experiment = SlopeExperiment(SlopeProblem.of(CURVES["two-valleys"]), settings)
    experiment.advance(steps=5)
    first, second = experiment.snapshot().walks
    assert (first.state, second.state) == (WalkState.DIVERGED, WalkState.WALKING)
    with pytest.raises(Diverged) as divergence:
        experiment.advance(steps=10_000)
    first, second = experiment.snapshot().walks
    assert second.state is WalkState.ARRIVED
    assert second.x == pytest.approx(-1.3008395660)
    assert experiment.explain(divergence.value).startswith(first.sentence)


def test_a_divergence_names_a_rate_that_does_not_diverge():
    experiment = experiment_on("bowl", learning_rate=2.5)
    with pytest.raises(Diverged) as divergence:
        experiment.advance(steps=1000)
    assert experiment.explain(divergence.value) == (
        "The steps grew: the learning rate 2.5 is too large. 0.2 is a good one."
    )
    rate = OptimizerSettings(learning_rate=experiment.remedy())
    experiment = experiment.restarted(
        SlopeSettings(start=experiment.settings.start, optimizer=rate)
    )
    experiment.advance(steps=1000)
    assert experiment.walks[0].state is WalkState.ARRIVED


def test_reset_returns_to_the_same_walk_and_live_settings_apply_at_the_next_step():
    experiment = experiment_on("bowl")
    experiment.advance(steps=5)
    before = experiment.snapshot().walks[0].path.points
    experiment = experiment.restarted()
    experiment.advance(steps=5)
    np.testing.assert_array_equal(experiment.snapshot().walks[0].path.points, before)
    live = SlopeSettings(optimizer=OptimizerSettings(learning_rate=1.0))
    experiment.set_live(live)
    experiment.advance(steps=1)
    assert experiment.snapshot().walks[0].x == 0


@pytest.mark.parametrize(
    "text",
    [
        "x**2 - 8*x",
        "log(x)",
        "1/x",
        "sqrt(x - 3)",
        "5",
        "tan(x)",
        "1e-9*x**2",
        "x**100",
        "sin(50*x)",
    ],
)
def test_a_typed_function_is_shown_where_something_happens(text):
    problem = SlopeProblem.typed(text)
    expression = problem.objective.expression
    x = np.linspace(*problem.view, 400)
    values = expression.value(x)
    shown = (values >= problem.heights[0]) & (values <= problem.heights[1])
    assert shown.mean() > 0.5
    for start in (problem.start, problem.other_start):
        assert problem.view[0] <= start <= problem.view[1]
        assert problem.heights[0] <= expression.at(start) <= problem.heights[1]
        assert not problem.objective.trouble_at(start)


@pytest.mark.parametrize("text", ["sqrt(x**2 - 9)", "log(abs(x - 2.4))", "1/(x - 2.4)"])
def test_a_typed_function_can_be_walked_on_from_where_it_is_offered(text):
    problem = SlopeProblem.typed(text)
    for start in (problem.start, problem.other_start):
        assert not problem.objective.trouble_at(start)
        assert problem.view[0] <= start <= problem.view[1]


def test_the_view_of_a_typed_function_holds_its_valleys():
    problem = SlopeProblem.typed("x**6 - 10*x**4 + x")
    assert problem.view[0] < -2.6
    assert problem.view[1] > 2.6
    assert problem.heights[1] < 1000, "walls do not press the valleys flat"
    assert SlopeProblem.typed("(x - 7)**2").view[0] < 7 < SlopeProblem.typed("(x - 7)**2").view[1]


def test_a_function_without_values_or_slopes_is_refused():
    at_places = ("(-2)^x", "(x - x - 2)^x", "(sin(x) - 2)^x", "(-1 - |x|)^x")
    for text in ("sqrt(x - 20000)", "sqrt(-1 - x**2)", "x/(x - x)", *at_places):
        with pytest.raises(BadInput):
            SlopeProblem.typed(text)


def test_sympy_is_never_needed():
    script = (
        "import sys\n"
        "import gdstudio.app.main_window\n"
        "from gdstudio.engine.functions.curves import CURVES\n"
        "from gdstudio.engine.functions.surfaces import SURFACES\n"
        "from gdstudio.experiment.functions.slope_problem import SlopeProblem\n"
        "SlopeProblem.typed('x*sin(x)').objective.slopes[0].pretty\n"
        "for curve in CURVES.values(): SlopeProblem.of(curve)\n"
        "for surface in SURFACES.values(): surface.objective\n"
        "assert 'sympy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_rate_that_was_found_is_there_at_once_after_reset_but_not_for_a_second_start():
    problem = SlopeProblem.typed("x^6 - 3x^2 + sin(5x)")
    settings = SlopeSettings(StartSettings(start=2.0, other_start=-1.5), rate_is_free=True)
    run = SlopeExperiment(problem, settings)
    assert not run.find_rates(0.0)
    assert run.find_rates()
    assert run.restarted().find_rates(0.0)
    assert not run.restarted(replace(settings, both=True)).find_rates(0.0)
    assert run.restarted(settings).snapshot().found is None  # until it is asked for
