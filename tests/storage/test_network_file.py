"""Network files come back bit for bit, and nothing in one can do harm."""

import json
import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.storage.network_file import FORMAT, NetworkFile, load_network, save_network


def some_network(seed=0, **chosen):
    settings = NetworkSettings(**({"network": "6, 5", "activation": "tanh"} | chosen))
    parameters = settings.build().initial_parameters(np.random.default_rng(seed))
    parameters += np.float32(0.25)
    return NetworkFile(settings, parameters, {"epochs": 2, "learning_rate": 0.5, "name": "Zoë"})


@pytest.fixture
def saved(tmp_path):
    """Where a good network file is."""
    path = tmp_path / "good.safetensors"
    save_network(path, some_network())
    return path


def refusal(path):
    """Return the sentence with which a file is refused."""
    with pytest.raises(BadInput) as caught:
        load_network(path)
    sentence = str(caught.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def tensors_of(kept):
    matrices = kept.settings.build().matrices(kept.parameters)
    tensors = {}
    for number, matrix in enumerate(matrices, start=1):
        tensors[f"layer{number}.weight"] = matrix[:, :-1].copy()
        tensors[f"layer{number}.bias"] = matrix[:, -1].copy()
    return tensors


def metadata_of(kept, **changes):
    described = {
        "format": FORMAT,
        "version": "1",
        "architecture": json.dumps(kept.settings.as_dict()),
        "training": "{}",
    }
    return {key: value for key, value in (described | changes).items() if value is not None}


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"network": ""},
        {"network": "20, 20", "activation": "relu", "loss": "cross-entropy"},
        {"network": "1"},
        {"network": "conv 3x5x4 stride 2, pool 2, dropout 0.3, conv 2x2x3, 7, dropout 0.5"},
    ],
)
def test_what_was_saved_comes_back_bit_for_bit(tmp_path, chosen):
    kept = some_network(**chosen)
    kept.parameters[:4] = [
        np.float32(1e-45),
        -0.0,
        np.float32(3.4e38),
        np.nextafter(np.float32(1), 2),
    ]
    path = tmp_path / "digits.safetensors"
    save_network(path, kept)
    found = load_network(path)
    assert found.settings == kept.settings
    assert found.training == kept.training
    assert found.parameters.tobytes() == kept.parameters.tobytes()
    assert found.parameters.dtype == np.float32
    assert not found.parameters.flags.writeable
    assert os.listdir(tmp_path) == ["digits.safetensors"]


def test_any_safetensors_reader_finds_weights_and_biases_by_layer(saved):
    from safetensors import safe_open

    with safe_open(saved, framework="numpy") as file:
        assert sorted(file.keys()) == sorted(tensors_of(some_network()))
        np.testing.assert_array_equal(
            file.get_tensor("layer2.bias"), tensors_of(some_network())["layer2.bias"]
        )


def test_filters_are_kept_by_filter_channel_row_and_column(tmp_path):
    from safetensors import safe_open

    kept = some_network(network="conv 3x5x4 stride 2, pool 2, conv 2x2x3, 7")
    path = tmp_path / "filters.safetensors"
    save_network(path, kept)
    network = kept.settings.build()
    with safe_open(path, framework="numpy") as file:
        # Numbered as they stand in the text; a pool has nothing to keep.
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
        assert shapes == {
            "layer1.weight": [3, 1, 5, 4],
            "layer1.bias": [3],
            "layer3.weight": [2, 3, 2, 3],
            "layer3.bias": [2],
            "layer4.weight": [7, 5 * 4 * 2],
            "layer4.bias": [7],
            "layer5.weight": [10, 7],
            "layer5.bias": [10],
        }
        weights = file.get_tensor("layer3.weight")
    # In θ a filter's numbers run by row, column, channel.
    matrix = network.matrices(kept.parameters)[1]
    np.testing.assert_array_equal(matrix[1, :-1].reshape(2, 3, 3), weights[1].transpose(1, 2, 0))


def test_saving_again_takes_the_place_of_the_old_file(saved):
    other = some_network(seed=1)
    save_network(saved, other)
    assert load_network(saved).parameters.tobytes() == other.parameters.tobytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_saved_file_is_as_readable_as_any_other(saved):
    plain = saved.parent / "plain"
    plain.touch()
    assert saved.stat().st_mode == plain.stat().st_mode


def test_a_file_cut_short_anywhere_is_refused(saved):
    whole = saved.read_bytes()
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    cut = saved.with_name("cut.safetensors")
    lengths = {0, 1, 7, 8, 9, header - 1, header, header + 1, len(whole) - 1}
    for length in sorted(lengths | set(range(10, len(whole), len(whole) // 40))):
        cut.write_bytes(whole[:length])
        refusal(cut)


def test_a_file_with_something_behind_it_is_refused(saved):
    saved.write_bytes(saved.read_bytes() + b"more")
    refusal(saved)


@pytest.mark.parametrize(
    "content",
    [
        b"hello, I am a poem and no network\n" * 10,
        b"\x80\x04\x95" + b"pickle" * 20,
        b"\0" * 1000,
        b"\xff" * 1000,
        np.random.default_rng(0).bytes(5000),
        b"PK\x03\x04" + b"\0" * 100,
    ],
)
def test_what_is_no_network_is_refused(tmp_path, content):
    path = tmp_path / "strange.safetensors"
    path.write_bytes(content)
    assert "not a network file" in refusal(path)


def hostile(header):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<Q", 2**63) + b"{}",
        struct.pack("<Q", 2**40) + b"{}" * 100,
        hostile({"a": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 2**62]}}),
        hostile({"a": {"dtype": "F32", "shape": [2**62], "data_offsets": [0, 2**64 - 1]}}),
        hostile({"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}) + b"\0" * 4,
        hostile({"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}) + b"\0" * 4,
        hostile(b'{"__metadata__": {"format": 7}}'),
        hostile(b'{"__metadata__": {"format": {"a": "b"}}}'),
        hostile(b'{"__metadata__": ["format"]}'),
        hostile(b'{"__metadata__": {"format": "a", "format": "b"}}'),
        hostile(b'{"__metadata__": {}, "__metadata__": {}}'),
        hostile(b"[]"),
        hostile(b'{"a": NaN}'.ljust(2_000_000)),
        hostile(b"[" * 100_000),
        hostile(b'{"a": ' * 100_000),
    ],
)
def test_a_hostile_header_is_refused_before_any_memory_is_given(tmp_path, content):
    path = tmp_path / "hostile.safetensors"
    path.write_bytes(content)
    assert "not a network file" in refusal(path)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "huge.safetensors"
    with path.open("wb") as file:
        file.truncate(600 * 1024 * 1024)  # A hole: no disk is used.
    assert "choose a file of at most 121 MB" in refusal(path)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": None}, "no network of this app"),
        ({"format": "keras"}, "no network of this app"),
        ({"version": "3"}, "another version"),
        ({"version": "2"}, "damaged"),
        ({"version": None}, "another version"),
        ({"version": "9" * 5000}, "another version"),
        ({"architecture": None}, "damaged"),
        ({"architecture": "{"}, "damaged"),
        ({"architecture": "[]"}, "damaged"),
        ({"architecture": "[" * 100_000}, "damaged"),
        ({"architecture": '{"network": ' + "9" * 5000 + "}"}, "damaged"),
        ({"architecture": '{"network": "0"}'}, "Hidden layer 1"),
        ({"architecture": '{"network": "1e9"}'}, "Hidden layer 1"),
        ({"architecture": '{"network": ["6", 5]}'}, "Hidden layer 1"),
        ({"architecture": '{"network": "6, 5", "activation": "magic"}'}, "Activation must be"),
        ({"architecture": '{"network": "6, 5", "loss": {}}'}, "Loss must be"),
        ({"architecture": '{"network": "6, 6"}'}, "784-6-6-10"),
        ({"architecture": '{"network": "5, 6"}'}, "do not fit"),
        ({"architecture": '{"network": "6"}'}, "do not fit"),
        ({"architecture": '{"network": "conv 6x5x5"}'}, "28×28-24×24×6-10"),
        ({"architecture": '{"network": "6, pool 2"}'}, "behind a dense layer"),
        ({"architecture": '{"network": "5000, 5000"}'}, "do not fit"),
        ({"architecture": '{"network": "6", "network": "6, 5"}'}, "damaged"),
        ({"training": "3"}, "damaged"),
        ({"training": "not JSON"}, "damaged"),
    ],
)
def test_a_false_description_is_refused(tmp_path, changes, reason):
    kept = some_network()
    path = tmp_path / "lie.safetensors"
    save_file(tensors_of(kept), path, metadata=metadata_of(kept, **changes))
    assert reason in refusal(path)


GOOD_CALIBRATION = {
    "temperature": 1.2,
    "sure_confidence": 0.9,
    "sure_strength": 4.0,
    "sure_share": 0.8,
    "right_when_sure": 0.99,
}


@pytest.mark.parametrize(
    "changes",
    [
        {"temperature": 10**400},
        {"temperature": 0},
        {"temperature": -1},
        {"temperature": float("nan")},
        {"temperature": 1e-320 * 1e-10},
        {"temperature": "1.2x"},
        {"temperature": [1.2]},
        {"temperature": None},
        {"sure_confidence": 1.5},
        {"sure_confidence": float("nan")},
        {"sure_strength": float("-inf")},
        {"sure_strength": float("nan")},
        {"sure_share": -0.1},
        {"right_when_sure": 1e300},
    ],
)
def test_a_calibration_that_cannot_be_is_refused(tmp_path, changes):
    kept = some_network()
    path = tmp_path / "sure.safetensors"
    for calibration in (GOOD_CALIBRATION, GOOD_CALIBRATION | {"sure_strength": float("inf")}):
        save_network(
            path, NetworkFile(kept.settings, kept.parameters, {"calibration": calibration})
        )
        assert load_network(path).training["calibration"] == calibration
    training = {"calibration": GOOD_CALIBRATION | changes}
    save_network(path, NetworkFile(kept.settings, kept.parameters, training))
    assert "being sure makes no sense" in refusal(path)
    save_network(path, NetworkFile(kept.settings, kept.parameters, {"calibration": [changes]}))
    assert "being sure makes no sense" in refusal(path)


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh", "identity"])
def test_weights_that_nothing_can_be_computed_with_are_refused(tmp_path, loss, activation):
    kept = some_network(loss=loss, activation=activation)
    kept.parameters[:] = np.where(np.arange(len(kept.parameters)) % 3, 3e38, -3e38)
    path = tmp_path / "large.safetensors"
    save_network(path, kept)
    assert "so large that its answers are no numbers" in refusal(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(tmp_path, value):
    kept = some_network()
    kept.parameters[-1] = value
    path = tmp_path / "nan.safetensors"
    save_network(path, kept)
    assert "not numbers" in refusal(path)


def test_numbers_of_another_kind_or_name_are_refused(tmp_path):
    kept = some_network()
    path = tmp_path / "kind.safetensors"
    good = tensors_of(kept)
    for tensors in (
        {name: tensor.astype(np.float64) for name, tensor in good.items()},
        {name: tensor.astype(np.int32) for name, tensor in good.items()},
        {name: tensor for name, tensor in good.items() if name != "layer3.bias"},
        good | {"layer4.bias": np.zeros(3, np.float32)},
        good | {"layer1.weight": np.ascontiguousarray(good["layer1.weight"].T)},
        {f"module.{name}": tensor for name, tensor in good.items()},
    ):
        save_file(tensors, path, metadata=metadata_of(kept))
        assert "do not fit" in refusal(path)


def test_someone_elses_safetensors_are_no_network_of_ours(tmp_path):
    path = tmp_path / "foreign.safetensors"
    save_file({"embedding": np.ones((4, 4), np.float32)}, path)
    assert "no network of this app" in refusal(path)


def test_a_folder_or_nothing_at_all_is_refused(tmp_path):
    folder = tmp_path / "folder.safetensors"
    folder.mkdir()
    assert "is a folder" in refusal(folder)
    assert "There is no file" in refusal(tmp_path / "none.safetensors")
    assert "There is no file" in refusal(tmp_path / "nowhere" / "none.safetensors")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe.safetensors"
    os.mkfifo(pipe)
    assert "save what comes from it in a file" in refusal(pipe)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs permissions that can be refused"
)
def test_without_permission_a_sentence_says_so(saved):
    saved.chmod(0)
    assert "may not be read" in refusal(saved)
    saved.chmod(0o600)
    saved.parent.chmod(0o500)
    try:
        with pytest.raises(BadInput, match="could not be saved"):
            save_network(saved, some_network(seed=1))
    finally:
        saved.parent.chmod(0o700)
    assert load_network(saved).parameters.tobytes() == some_network().parameters.tobytes()


def test_when_the_disk_is_full_the_old_network_survives(saved, monkeypatch):
    def full(self, data):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(BadInput, match="No space left on device"):
            save_network(saved, some_network(seed=1))
    assert load_network(saved).parameters.tobytes() == some_network().parameters.tobytes()
    assert os.listdir(saved.parent) == [saved.name]


def test_the_same_network_makes_the_same_file_byte_for_byte(tmp_path):
    settings = NetworkSettings(network="3")
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    kept = NetworkFile(settings, parameters, {"seed": 1, "dataset": "mnist"})
    contents = set()
    for number in range(8):
        path = tmp_path / f"{number}.safetensors"
        save_network(path, kept)
        contents.add(path.read_bytes())
    assert len(contents) == 1


SIGNS = {"image": (6, 5), "classes": ("cross", "line")}


def test_a_network_of_other_images_comes_back_with_their_shape_and_classes(tmp_path):
    settings = NetworkSettings(network="conv 2x3x3, 4", **SIGNS)
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    path = tmp_path / "signs.safetensors"
    save_network(path, NetworkFile(settings, parameters, {"dataset": "/home/somebody/signs"}))
    kept = load_network(path)
    assert kept.settings == settings
    np.testing.assert_array_equal(kept.parameters, parameters)
    # Where the images are on somebody's computer is not told to whom the file is given.
    assert kept.training["dataset"] == "signs"


@pytest.mark.parametrize(
    "changes",
    [
        {"image": "[6]"},
        {"image": "[6, 5.5]"},
        {"image": "[600, 500]"},
        {"image": "[7, 6]"},
        {"classes": '["one"]'},
        {"classes": '["one", "one"]'},
        {"classes": '["one", 2]'},
        {"classes": '["one", ""]'},
        {"classes": '"ab"'},
        {"classes": '["one", "two", "three"]'},
        {"classes": None},
    ],
)
def test_false_images_are_refused(tmp_path, changes):
    settings = NetworkSettings(network="conv 2x3x3, 4", **SIGNS)
    path = tmp_path / "signs.safetensors"
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    save_network(path, NetworkFile(settings, parameters))
    tensors = load_file(path)
    with safe_open(path, framework="numpy") as file:
        metadata = {k: v for k, v in (file.metadata() | changes).items() if v is not None}
    save_file(tensors, path, metadata=metadata)
    assert "is damaged" in refusal(path)
