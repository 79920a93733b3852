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


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("surface?function=x^4+y^4&start_x=8&start_y=0", {"start_x": 1.0}),
        ("slope?function=x^4&start=30", {"start": 3.0}),
    ],
)
def test_a_rate_that_is_left_to_the_app_is_the_same_for_both(code, change):
    first, live, twin = _pair(code, change)
    twin.advance(live, steps=5)
    alone = first.changed(change).prepare()()
    alone.advance(steps=5)
    assert alone.learning_rate > live.learning_rate, "it would find another one by itself"
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


def test_a_twin_whose_kept_moment_is_an_earlier_one_makes_the_steps_that_are_missing():
    code, change = "points?dataset=circle&network=4", {"learning_rate": 0.4}
    _, live, twin = _pair(code, change)
    twin.advance(live, steps=40)
    live.branch(30)
    twin.experiment.branch(20)
    twin.branch(live, 30)
    assert live.iteration == twin.experiment.iteration == 30
    alone = Scenario.parse(code).changed(change).prepare()()
    alone.advance(steps=30)
    assert np.array_equal(alone.descent.parameters, twin.experiment.descent.parameters)


def test_going_back_brings_a_twin_to_life_that_had_exploded():
    code = "points?dataset=line&network=1&activation=identity&learning_rate=0.01"
    _, live, twin = _pair(code, {"learning_rate": 50.0})
    twin.advance(live, steps=60)
    assert twin.is_over
    assert twin.update().message
    live.branch(0)
    twin.branch(live, 0)
    assert not twin.is_over
    told = twin.update()
    assert (told.state, told.message, told.is_left) == (State.PAUSED, "", False)


def test_after_the_end_both_go_on():
    _, live, twin = _pair("points?dataset=circle&network=4&steps=20", {"learning_rate": 0.4})
    assert twin.advance(live, steps=100) == 20
    assert twin.update().state is State.FINISHED
    live.extend()
    twin.extend()
    twin.advance(live, steps=10)
    assert (live.iteration, twin.experiment.iteration) == (30, 30)


def test_without_memory_for_both_the_run_goes_on_alone(monkeypatch):
    _, live, twin = _pair("houses?learning_rate=0.01", {"learning_rate": 0.02})
    twin.advance(live, steps=5)

    def fail(**_):
        raise MemoryError

    monkeypatch.setattr(twin.experiment, "advance", fail)
    twin.advance(live, steps=5)
    assert live.iteration == 10
    assert twin.update().state is State.FAILED
    assert twin.update().message == "There is not enough memory for both runs."


class Threaded:
    """A run whose last digits depend on with how many threads it computes."""

    computing = 0

    def __init__(self, threads):
        self.threads, self.iteration, self.finished = threads, 0, False

    def take_threads(self):
        Threaded.computing = self.threads

    def follow(self, other):
        pass

    def advance(self, *, steps, seconds=0.0):
        assert Threaded.computing == self.threads
        self.iteration += steps
        return steps


def test_each_computes_with_its_own_threads():
    live, other = Threaded(2), Threaded(1)
    live.take_threads()
    twin = Twin("it", other)
    twin.advance(live, steps=10)
    assert (live.iteration, other.iteration) == (10, 10)
    assert Threaded.computing == 2, "the run itself is next"
