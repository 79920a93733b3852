"""Two runs from one start, stepped together: each is, bit for bit, what it would be alone."""

import contextlib

import numpy as np
import pytest

from gdstudio.engine.descent import Diverged
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.twin import Twin

# What each lab is set to, what is another there, and how many steps both make.
PAIRS = [
    ("slope?function=two-valleys&start=2&learning_rate=0.001", {"learning_rate": 0.002}, 60),
    ("slope?start=3&both=yes&learning_rate=0.01", {"momentum": 0.5, "optimizer": "momentum"}, 40),
    ("surface?function=beale&learning_rate=0.001", {"learning_rate": 0.002}, 80),
    ("surface?function=bowl", {"start_x": 0.5}, 50),
    ("houses?dataset=ten-houses&learning_rate=0.01", {"learning_rate": 0.02}, 60),
    ("points?dataset=circle&network=4&batch_size=10", {"learning_rate": 0.3}, 120),
    ("points?dataset=circle&network=4", {"network": "6, 3"}, 90),
    (
        "digits?dataset=pen-digits&training_size=600&network=12&batch_size=10&dropout=0",
        {"learning_rate": 3.0},
        150,
    ),
    ("digits?dataset=pen-digits&training_size=400&network=12", {"batch_size": 25}, 70),
]


def _arguments(run):
    """Return what makes the same run of another one by `restarted`."""
    if hasattr(run, "walks"):
        return {
            "SlopeExperiment": lambda: (run.settings, run.problem),
            "SurfaceExperiment": lambda: (run.settings,),
            "HousesExperiment": lambda: (run.settings, run.origin[0]),
        }[type(run).__name__]()
    return (run.settings,)


def _known(code):
    """Return a code without the names that its lab does not have."""
    return code.replace("&dropout=0", "")


def _pair(code, change):
    first = Scenario.parse(_known(code))
    live = first.prepare()()
    twin = Twin("it", live.restarted(*_arguments(first.changed(change).prepare()())))
    return first, live, twin


def _is_same(one, other):
    mine, its = one.history.curve(), other.history.curve()
    return (
        one.iteration == other.iteration
        and np.array_equal(one.descent.parameters, other.descent.parameters)
        and np.array_equal(mine.steps, its.steps)
        and np.array_equal(mine.mean, its.mean)
    )


@pytest.mark.parametrize(("code", "change", "steps"), PAIRS)
def test_both_are_what_they_would_be_alone(code, change, steps):
    first, live, twin = _pair(code, change)
    for part in (1, 2, steps // 2):
        twin.advance(live, steps=part)
        assert live.iteration == twin.experiment.iteration
    twin.advance(live, steps=steps - live.iteration)

    alone, other = first.prepare()(), first.changed(change).prepare()()
    alone.advance(steps=steps)
    other.advance(steps=steps)
    assert _is_same(live, alone)
    if "learning_rate" in first.changed(change).values or first.lab in ("points", "digits"):
        assert _is_same(twin.experiment, other)
    mine, its = live.descent.parameters, twin.experiment.descent.parameters
    assert not np.array_equal(mine, its)


def test_a_rate_that_is_left_to_the_app_is_the_same_for_both():
    _, live, twin = _pair("surface?function=bowl", {"start_x": 0.5})
    twin.advance(live, steps=5)
    assert twin.experiment.learning_rate == live.learning_rate


@pytest.mark.parametrize(
    ("rate", "other", "which"), [(0.01, 5.0, "twin"), (5.0, 0.01, "live"), (5.0, 6.0, "both")]
)
def test_where_one_explodes_the_other_goes_on(rate, other, which):
    first, live, twin = _pair(f"houses?learning_rate={rate}", {"learning_rate": other})
    exploded = None
    try:
        twin.advance(live, steps=200)
    except Diverged as divergence:
        exploded = divergence
    assert (exploded is not None) == (which == "both")
    assert (twin.state is State.DIVERGED) == (which != "live")
    assert (twin.divergence is not None) == (which != "twin")
    rest = {"twin": live, "live": twin.experiment}.get(which)
    if rest is not None:
        alone = (first if which == "twin" else first.changed({"learning_rate": other})).prepare()()
        with contextlib.suppress(Diverged):
            alone.advance(steps=200)
        assert _is_same(rest, alone)
        assert rest.iteration == 200
    if twin.state is State.DIVERGED:
        assert "too large" in twin.update().message


@pytest.mark.parametrize(
    "code",
    [
        "points?dataset=circle&network=4",
        "digits?dataset=pen-digits&training_size=400&network=12&batch_size=10",
    ],
)
def test_both_go_back_to_the_same_step(code):
    _, live, twin = _pair(code, {"learning_rate": 0.4, "network": "7"})
    twin.advance(live, steps=70)
    live.branch(41)
    twin.branch(live, 41)
    assert live.iteration == twin.experiment.iteration <= 41
    twin.advance(live, steps=20)
    alone = Scenario.parse(code).changed({"learning_rate": 0.4, "network": "7"}).prepare()()
    alone.advance(steps=live.iteration)
    assert np.array_equal(alone.descent.parameters, twin.experiment.descent.parameters)
