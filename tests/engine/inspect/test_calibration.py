"""Being sure: the temperature is found again, and sure answers are as right as promised."""

import json

import numpy as np
import pytest

from gdstudio.engine.inspect.calibration import WRONG_WHEN_SURE, Calibration, calibrate


def honest_sums(count: int, *, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return weighted sums whose softmax is the true probability of each label, and the labels."""
    sums = rng.normal(0, 3, (count, 10))
    outputs = np.exp(sums - sums.max(axis=1, keepdims=True))
    outputs /= outputs.sum(axis=1, keepdims=True)
    labels = (outputs.cumsum(axis=1) > rng.uniform(size=(count, 1))).argmax(axis=1)
    return sums, labels


@pytest.mark.parametrize("exaggeration", [0.5, 1.0, 2.5])
def test_the_temperature_undoes_an_exaggeration(exaggeration):
    sums, labels = honest_sums(40_000, rng=np.random.default_rng(0))
    found = calibrate(sums * exaggeration, labels)
    assert found.temperature == pytest.approx(exaggeration, rel=0.05)


def test_sure_answers_are_right_as_promised():
    sums, labels = honest_sums(40_000, rng=np.random.default_rng(1))
    found = calibrate(sums, labels)
    sure = np.array([found.is_sure(row) for row in sums])
    right = sums.argmax(axis=1) == labels
    assert 0 < sure.mean() == pytest.approx(found.sure_share)
    assert right[sure].mean() >= 1 - 2 * WRONG_WHEN_SURE
    assert right[sure].mean() == pytest.approx(found.right_when_sure)


def test_weak_evidence_is_not_sure_however_one_sided():
    rng = np.random.default_rng(2)
    labels = rng.integers(10, size=2000)
    sums = rng.normal(0, 1, (2000, 10))
    sums[np.arange(2000), labels] += 20
    found = calibrate(sums, labels)
    assert found.is_sure(sums[0])
    assert not found.is_sure(sums[0] - 25)
    assert found.confidence(sums[0] - 25) == pytest.approx(found.confidence(sums[0]))


def test_a_calibration_survives_json_and_nonsense_is_none():
    sums, labels = honest_sums(500, rng=np.random.default_rng(3))
    found = calibrate(sums, labels)
    assert Calibration.from_mapping(json.loads(json.dumps(found.as_dict()))) == found
    for nonsense in (None, 7, {}, {"temperature": "x"}, found.as_dict() | {"sure_strength": None}):
        assert Calibration.from_mapping(nonsense) is None
