"""A run that was kept goes on as if nothing had happened; a damaged file is refused."""

import numpy as np
import pytest
from changed_runs import change, damage, put, put_array

from gdstudio.data.catalogue import load_images
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.experiment.digits.run_file import load_digits_run, save_digits_run


@pytest.fixture(scope="module")
def dataset():
    return load_images("mnist")


def settings_of(**values):
    small = {"network": "6", "training_size": 120, "epochs": 3, "batch_size": 7, "seed": 5}
    return DigitsSettings.from_mapping(DigitsSettings().as_dict() | small | values)


def run_of(dataset, steps, **values):
    experiment = DigitsExperiment(settings_of(**values), dataset)
    experiment.advance(steps=steps)
    return experiment


def fingerprint(experiment):
    now = experiment.snapshot()
    return (
        now.parameters.tobytes(),
        now.curve.mean.tobytes(),
        now.curve.minimum.tobytes(),
        [array.tobytes() for array in now.running],
        now.epochs,
        now.accuracy,
        now.iteration,
        now.epoch,
        now.target_epochs,
        now.learning_rate,
    )


CASES = [
    pytest.param({"optimizer": key, "learning_rate": 0.01}, 25, id=key) for key in OPTIMIZERS
] + [
    pytest.param(
        {"network": "12, dropout 0.3", "loss": "cross-entropy", "schedule": "cosine",
         "shift": 1, "rotation": 10.0, "batch_size": 10},
        31,
        id="chance",
    ),
    pytest.param({"epochs": 1}, 40, id="finished"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "steps"), CASES)
def test_it_goes_on_bit_for_bit(dataset, tmp_path, values, steps):
    alone = run_of(dataset, steps, **values)
    path = tmp_path / "folder" / "kept.safetensors"
    save_digits_run(path, alone.state(), alone.summary)
    state, summary = load_digits_run(path)
    assert summary == alone.summary
    resumed = DigitsExperiment(DigitsSettings(), dataset).resumed(state)
    assert fingerprint(resumed) == fingerprint(alone)
    for experiment in (alone, resumed):
        if experiment.finished:
            experiment.extend()
        experiment.advance(steps=20)
    assert fingerprint(resumed) == fingerprint(alone)
    back = [experiment.restarted() for experiment in (alone, resumed)]
    for experiment in back:
        experiment.advance(steps=5)
    assert fingerprint(back[0]) == fingerprint(back[1]), "Reset returns to the same start"


def test_an_opened_network_is_returned_to(dataset, tmp_path):
    theta = np.linspace(-1, 1, DigitsExperiment(settings_of(), dataset).network.size)
    theta = theta.astype(np.float32)
    alone = DigitsExperiment(settings_of(), dataset).opened(settings_of(), theta)
    alone.advance(steps=9)
    path = tmp_path / "kept.safetensors"
    save_digits_run(path, alone.state(), "9 steps")
    resumed = DigitsExperiment(settings_of(), dataset).resumed(load_digits_run(path)[0])
    assert resumed.restarted().descent.parameters.tobytes() == theta.tobytes()


def test_a_failed_write_leaves_what_was_kept(dataset, tmp_path):
    path = tmp_path / "kept.safetensors"
    state = run_of(dataset, 3).state()
    save_digits_run(path, state, "3 steps")
    path.chmod(0o400)
    with pytest.raises(BadInput):
        save_digits_run(path, run_of(dataset, 4).state(), "4 steps")
    assert load_digits_run(path)[0].iteration == 3
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput):
        save_digits_run(tmp_path / "file" / "kept", state, "")


@pytest.fixture(scope="module")
def kept(dataset, tmp_path_factory):
    path = tmp_path_factory.mktemp("kept") / "kept.safetensors"
    experiment = run_of(dataset, 25, optimizer="adam", learning_rate=0.01)
    save_digits_run(path, experiment.state(), experiment.summary)
    return path


@pytest.mark.parametrize(
    "edit",
    [
        put("iteration", value=-1),
        put("iteration", value="many"),
        put("iteration", value=10**400),
        put("position", value=True),
        put("scalars", value=[]),
        put("shuffling", value={"bit_generator": "MT19937"}),
        put("dropout", value=None),
        put("history", value=[0, 0]),
        put("history", value=[10**12, 1]),
        put("settings", value={"learning_rate": -1}),
        put("settings", "network", value="99999999"),
        put("log", "target_epochs", value=0),
        put("log", "epochs", value=[{}]),
        put("log", "epoch_loss", value=float("nan")),
        put("training_seconds", value=None),
        put_array("parameters", lambda array: array[:-1]),
        put_array("parameters", lambda array: array * np.float32("nan")),
        put_array("parameters", lambda array: array.astype(np.float64)),
        put_array("memory0", lambda array: array[:5]),
        put_array("buckets", lambda array: array.T.copy()),
        put_array("running", lambda array: array[:, :1].copy()),
    ],
)
def test_what_makes_no_sense_is_refused(kept, tmp_path, edit):
    path = tmp_path / "changed.safetensors"
    change(kept, path, edit)
    with pytest.raises(BadInput, match=r"^[^\n]+\.$"):
        load_digits_run(path)


def test_damage_of_any_kind_is_refused_or_harmless(kept, tmp_path, dataset):
    first = DigitsExperiment(settings_of(optimizer="adam", learning_rate=0.01), dataset)

    def use(path):
        first.resumed(load_digits_run(path)[0]).snapshot()

    used = damage(kept.read_bytes(), tmp_path / "damaged.safetensors", use, tries=300)
    assert used < 150


def test_other_images_than_there_are_are_refused(kept, tmp_path, dataset):
    path = tmp_path / "changed.safetensors"
    change(kept, path, put("position", value=5000))
    state, _ = load_digits_run(path)
    with pytest.raises(BadInput, match="other images"):
        DigitsExperiment(settings_of(), dataset).resumed(state)
