"""Schedules: pure functions of the progress that multiply the learning rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdstudio.engine.optimizers.schedules import SCHEDULES, ScheduleSettings
from gdstudio.errors import BadInput


def factors(progresses, **chosen):
    settings = ScheduleSettings(**chosen)
    return [settings.factor(progress) for progress in progresses]


def test_a_constant_rate_stays():
    assert factors([0, 0.3, 1]) == [1, 1, 1]
    assert ScheduleSettings().is_constant


def test_steps_come_at_half_and_at_three_quarters():
    places = [0, 0.49, 0.5, 0.74, 0.75, 1]
    assert factors(places, schedule="step") == [1, 1, 0.1, 0.1, 0.01, 0.01]


def test_the_cosine_falls_from_one_to_nothing():
    expected = [1, 0.5 * (1 + math.sqrt(0.5)), 0.5, 0.5 * (1 - math.sqrt(0.5)), 0]
    places = [0, 0.25, 0.5, 0.75, 1]
    assert factors(places, schedule="cosine") == pytest.approx(expected, abs=1e-15)


def test_a_warm_up_grows_evenly_and_the_schedule_has_the_rest():
    assert factors([0, 0.05, 0.1, 0.2, 0.9], warmup=0.2) == [0, 0.25, 0.5, 1, 1]
    # Half of what is left after 0.2 is at 0.6.
    places = [0.1, 0.2, 0.6, 1]
    assert factors(places, warmup=0.2, schedule="cosine") == pytest.approx([0.5, 1, 0.5, 0])
    assert factors([0.599, 0.601], warmup=0.2, schedule="step") == [1, 0.1]
    assert not ScheduleSettings(warmup=0.2).is_constant


@given(
    schedule=st.sampled_from(list(SCHEDULES)),
    warmup=st.floats(0, 0.5),
    progress=st.floats(0, 1),
    later=st.floats(0, 1),
)
def test_the_rate_is_never_above_the_chosen_one_and_only_falls_after_the_warm_up(
    schedule, warmup, progress, later
):
    settings = ScheduleSettings(schedule=schedule, warmup=warmup)
    first, second = sorted((max(progress, warmup), max(later, warmup)))
    assert 0 <= settings.factor(progress) <= 1
    assert settings.factor(second) <= settings.factor(first)


@pytest.mark.parametrize("chosen", [{"schedule": "linear"}, {"warmup": 0.6}, {"warmup": -0.1}])
def test_what_cannot_be_is_refused(chosen):
    with pytest.raises(BadInput):
        ScheduleSettings(**chosen)
