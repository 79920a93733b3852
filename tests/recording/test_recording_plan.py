"""What is recorded: which moments, and what is too much."""

import pickle

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.recording.plan import Recording, RecordingPlan

SLOPE = Scenario.parse("slope?start=2&speed=5")


def test_pictures_are_spread_evenly_from_the_start_to_the_last_step():
    assert RecordingPlan(SLOPE, steps=10, frames=6).moments() == [0, 2, 4, 6, 8, 10]
    assert RecordingPlan(SLOPE, steps=3, frames=60).moments() == [0, 1, 2, 3]
    many = RecordingPlan(SLOPE, steps=1_000_000, frames=60).moments()
    assert (len(many), many[0], many[-1]) == (60, 0, 1_000_000)


def test_how_the_lab_was_looked_at_is_not_in_the_code():
    fog = Scenario.parse("surface?function=beale&fog=yes&picture=both&speed=9")
    assert RecordingPlan(fog).code == "surface?function=beale"
    assert pickle.loads(pickle.dumps(RecordingPlan(fog))).code == "surface?function=beale"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"steps": 0}, "Steps must be a whole number from 1"),
        ({"frames": 1}, "Frames must be a whole number from 2"),
        ({"seconds": 0.1}, "Seconds must be a number from 0.5"),
        ({"size": (80, 450)}, "Width must be a whole number from 320"),
        ({"size": (800, 20)}, "Height must be a whole number from 180"),
        ({"frames": 600, "steps": 900, "size": (1920, 1200)}, "ask for 65 frames at most"),
    ],
)
def test_what_cannot_be_recorded_is_said(wrong, said):
    with pytest.raises(BadInput, match=said):
        RecordingPlan(SLOPE, **wrong)


def test_a_recording_says_what_it_is():
    assert Recording(bytes(3000), 60, 2000).sentence == "60 frames up to step 2,000, 3 KiB."
    ended = Recording(bytes(10), 3, 2, "It exploded.", diverged=True)
    assert ended.sentence == "3 frames up to step 2, 1 KiB. It exploded."
