"""A run over the plane that was kept goes on as if nothing had happened; damage is refused."""

import numpy as np
import pytest
from changed_runs import change, damage, put, put_array

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.points.experiment import PointsExperiment, PointsSettings
from gdstudio.experiment.points.run_file import load_points_run, save_points_run


def run_of(made, **values):
    experiment = PointsExperiment(PointsSettings.from_choices({"seed": 5, **values}))
    experiment.advance(steps=made)
    return experiment


def fingerprint(experiment):
    now = experiment.snapshot()
    return (
        now.parameters.tobytes(),
        now.curve.mean.tobytes(),
        now.tests.loss.tobytes(),
        now.tests.accuracy.tobytes(),
        now.next_step.tobytes(),
        now.iteration,
        now.epoch,
        now.moves,
        now.target,
        now.learning_rate,
    )


CASES = [
    pytest.param({"optimizer": key, "learning_rate": 0.01}, 25, id=key) for key in OPTIMIZERS
] + [
    pytest.param({"dataset": "xor", "batch_size": 7, "network": "8, dropout 0.3"}, 31, id="chance"),
    pytest.param({"dataset": "line"}, 12, id="numbers"),
    pytest.param({"dataset": "four", "test_share": 0}, 12, id="no test points"),
    pytest.param({"own_points": "2 1 -1, 0.5 -1 1", "dataset": "own-numbers"}, 9, id="own numbers"),
    pytest.param({"own_points": "A 1 -1, B -1 1", "dataset": "own", "steps": 9}, 40, id="ended"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "steps"), CASES)
def test_it_goes_on_bit_for_bit(tmp_path, values, steps):
    alone = run_of(steps, **values)
    path = tmp_path / "folder" / "kept.safetensors"
    save_points_run(path, alone.state(), alone.summary)
    state, summary = load_points_run(path)
    assert summary == alone.summary
    resumed = PointsExperiment(PointsSettings.from_choices({})).resumed(state)
    assert fingerprint(resumed) == fingerprint(alone)
    for experiment in (alone, resumed):
        if experiment.finished:
            experiment.extend()
        experiment.advance(steps=20)
    assert fingerprint(resumed) == fingerprint(alone)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "kept.safetensors"
    experiment = run_of(25, dataset="moons", optimizer="adam", batch_size=7)
    experiment.set_parameters({0: 1.5})
    save_points_run(path, experiment.state(), experiment.summary)
    return path


@pytest.mark.parametrize(
    "edit",
    [
        put("iteration", value=-1),
        put("position", value=True),
        put("is_shuffled", value="no"),
        put("scalars", value=[]),
        put("shuffling", value={"bit_generator": "MT19937"}),
        put("history", value=[0, 0]),
        put("settings", value={"learning_rate": -1}),
        put("target", value=0),
        put("tests_stride", value=0),
        put("training_seconds", value=float("nan")),
        put_array("parameters", lambda array: array * np.nan),
        put_array("parameters", lambda array: array.astype(np.float32)),
        put_array("parameters", lambda array: array[:-1]),
        put_array("memory0", lambda array: array[:-1]),
        put_array("tests", lambda array: array[:, :2].copy()),
    ],
)
def test_what_makes_no_sense_is_refused(kept, tmp_path, edit):
    path = tmp_path / "changed.safetensors"
    change(kept, path, edit)
    with pytest.raises(BadInput, match=r"^[^\n]+\.$"):
        load_points_run(path)


@pytest.mark.parametrize(
    "edit",
    [put("position", value=5000), lambda _values, arrays: arrays.update(
        {
            name: arrays[name][:-1].copy()
            for name in arrays
            if name.startswith(("parameters", "memory", "good"))
        }
    )],
)  # fmt: skip
def test_a_run_that_learned_from_other_points_is_refused(kept, tmp_path, edit):
    path = tmp_path / "changed.safetensors"
    change(kept, path, edit)
    state, _ = load_points_run(path)
    with pytest.raises(BadInput, match="other points"):
        PointsExperiment(PointsSettings.from_choices({})).resumed(state)


def test_damage_of_any_kind_is_refused_or_harmless(kept, tmp_path):
    first = PointsExperiment(PointsSettings.from_choices({"dataset": "moons"}))

    def use(path):
        first.resumed(load_points_run(path)[0]).snapshot()

    used = damage(kept.read_bytes(), tmp_path / "damaged.safetensors", use, tries=200)
    assert used < 100
