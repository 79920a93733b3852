"""The one machine of Slope, Surface and House prices, on a problem of three parameters."""

import math
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.objective import Objective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.readings import readings, told
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.walks import PATH_ROWS, Walk, WalksExperiment, WalkSnapshot, WalkState

CURVATURES = np.array([1.0, 2.0, 4.0])
START = (8.0, 4.0, 2.0)


class Bowl(Objective):
    """C = ½ Σ cᵢθᵢ²."""

    size, dtype = 3, np.dtype(np.float64)

    def value(self, parameters):
        return float(CURVATURES @ parameters**2) / 2

    def value_and_gradient(self, parameters, gradient):
        gradient[:] = CURVATURES * parameters
        return self.value(parameters)


class BowlWalk(Walk):
    """A walk that has arrived where all parameters are below 0.01."""

    sentence = "There."

    def __init__(self, settings):
        super().__init__(Bowl(), START, settings, scale=1.0)

    def _judge(self, before, slopes, after):
        if max(map(abs, after)) < 0.01:
            self.state = WalkState.ARRIVED


class BowlExperiment(WalksExperiment):
    """Walks by several rules from one start."""

    def __init__(self, *rules):
        super().__init__([BowlWalk(rule) for rule in rules])

    @property
    def origin(self):
        return tuple(walk.settings for walk in self.walks)

    def restarted(self):
        return BowlExperiment(*(walk.settings for walk in self.walks))

    def set_live(self, settings):
        self.walks[0].configure(settings)

    def snapshot(self):
        return tuple(WalkSnapshot.of(walk) for walk in self.walks)

    def explain(self, divergence):
        return "It grew."

    def remedy(self):
        return math.nan


def plain(rate):
    return OptimizerSettings(learning_rate=rate)


def test_a_path_is_what_one_calculates_by_hand():
    experiment = BowlExperiment(plain(0.25))
    experiment.advance(steps=2)
    (walk,) = experiment.snapshot()
    # θ ← θ − ¼ cθ: the first shrinks to ¾, the second to ½, the third to 0.
    assert walk.path.points.tolist() == [[8, 4, 2], [6, 2, 0], [4.5, 1, 0]]
    assert walk.path.steps.tolist() == [0, 1, 2]
    assert walk.path.values.tolist() == [56, 22, 11.125]
    assert walk.path.slopes[0].tolist() == [8, 8, 8]
    assert walk.path.moves[0].tolist() == [-2, -2, -2]
    assert walk.path.moves[-1].tolist() == walk.next_step.tolist() == [-1.125, -0.5, 0]
    assert (walk.iteration, walk.value, walk.sentence) == (2, 11.125, "There.")
    assert experiment.history.curve().mean.tolist() == [56, 22]
    assert isinstance(experiment.descent, Descent)


def test_walks_end_one_by_one_and_the_run_with_the_last():
    experiment = BowlExperiment(plain(0.25), plain(0.05), plain(2.0))
    experiment.advance(steps=30)
    assert [walk.state for walk in experiment.walks] == [
        WalkState.ARRIVED,
        WalkState.WALKING,
        WalkState.DIVERGED,
    ]
    assert not experiment.finished
    experiment.advance()
    assert experiment.finished
    first, second, third = (walk.iteration for walk in experiment.walks)
    assert third < first < second == experiment.iteration
    experiment.extend()
    assert not experiment.finished, "what has arrived looks again"


def test_where_all_diverge_the_last_good_parameters_are_kept():
    experiment = BowlExperiment(plain(2.0), plain(3.0))
    with pytest.raises(Diverged):
        experiment.advance(steps=1000)
    assert experiment.lost is experiment.walks[0]
    for walk in experiment.snapshot():
        assert walk.state is WalkState.DIVERGED
        assert walk.path.values[-1] > 1e6 * walk.path.values[0] >= walk.value
        assert np.isnan(walk.path.moves[-1]).all()
    again = experiment.restarted()
    assert [walk.state for walk in again.walks] == [WalkState.WALKING] * 2


def test_a_long_path_is_thinned_from_its_start_to_where_it_stands():
    experiment = BowlExperiment(plain(1e-6))
    experiment.advance(steps=3 * PATH_ROWS)
    (walk,) = experiment.snapshot()
    assert PATH_ROWS / 2 <= len(walk.path.steps) <= PATH_ROWS + 1
    assert walk.path.points[0].tolist() == list(START)
    assert walk.path.points[-1].tolist() == walk.point.tolist()
    assert (np.diff(walk.path.steps) > 0).all()


def test_live_settings_are_obeyed_from_the_next_step_on_and_a_kept_run_goes_on_bit_for_bit():
    momentum = OptimizerSettings(optimizer="momentum", learning_rate=0.01)
    experiment = BowlExperiment(momentum, plain(0.01))
    experiment.advance(steps=5)
    kept = experiment.state()
    assert kept.iteration == 5
    there = experiment.resumed(kept)
    for run in (experiment, there):
        run.set_live(replace(momentum, learning_rate=0.02))
        run.advance(steps=5)
    for here, twin in zip(experiment.snapshot(), there.snapshot(), strict=True):
        assert here.path.points.tobytes() == twin.path.points.tobytes()
        assert here.next_step.tobytes() == twin.next_step.tobytes()
    assert [walk.settings.learning_rate for walk in there.walks] == [0.02, 0.01]


@pytest.mark.parametrize(
    "code",
    ["houses?learning_rate=5", "surface?function=bowl&learning_rate=5", "surface?learning_rate=3"],
)
def test_after_a_divergence_the_step_is_that_of_the_place(code):
    scenario = Scenario.parse(code)
    run = scenario.prepare()()
    with pytest.raises(Diverged):
        run.advance(steps=500)
    known, step = readings(run.snapshot()), told(run.snapshot())["step"]
    before = scenario.prepare()()
    before.advance(steps=step)
    there = readings(before.snapshot())
    assert run.snapshot().iteration == step + 1
    for name in ("loss", "gradient.x", "gradient.intercept", "intercept", "x"):
        assert known.get(name) == there.get(name)
    # In words, too.
    words = VOCABULARIES[scenario.lab]
    assert words.tell(run.snapshot()) == words.tell(before.snapshot())
