"""Training, testing and asking networks on images of the user's own, on the command line."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

import numpy as np
import pytest
from own_pictures import CLASSES, idx_pairs, picture_folder

from gdstudio.cli import main
from gdstudio.storage.network_file import load_network

X = [[[0, 0], [10, 10]], [[10, 0], [0, 10]]]


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    exit_code: int
    stdout: str
    stderr: str


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main.run([str(one) for one in arguments])
    return Result(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return picture_folder(tmp_path_factory.mktemp("own") / "signs", count=20, size=(12, 10))


@pytest.fixture(scope="module")
def trained(folder, tmp_path_factory):
    """Train a network on the signs; return it and what the command printed."""
    path = tmp_path_factory.mktemp("network") / "signs.safetensors"
    result = run(
        *("train", "--dataset", folder, "--network", "8", "--epochs", 40),
        *("--loss", "cross-entropy", "--learning-rate", 0.5, "--save", path, "--json"),
    )
    assert result.exit_code == 0, result
    return path, json.loads(result.stdout)


def test_a_network_learns_a_folder(trained, folder):
    path, told = trained
    assert told["parameters"] == 120 * 8 + 8 + 8 * 3 + 3
    assert told["test_accuracy"] > 0.8
    kept = load_network(path)
    assert kept.settings.image == (12, 10)
    assert kept.settings.classes == CLASSES
    # Where the images are is nobody's business who is given the file.
    assert kept.training["dataset"] == "signs"
    assert str(folder.parent).encode() not in path.read_bytes()


def test_it_is_evaluated_on_the_test_images(trained, folder):
    path, told = trained
    result = run("evaluate", path, "--dataset", folder, "--json")
    found = json.loads(result.stdout)
    assert found["test_accuracy"] == told["test_accuracy"]
    assert np.shape(found["confusion"]) == (3, 3)
    assert np.sum(found["confusion"]) == 12
    table = run("evaluate", path, "--dataset", folder).stdout
    assert all(name in table for name in CLASSES)


def test_other_images_are_refused(trained):
    result = run("evaluate", trained[0], "--dataset", "pen-digits")
    assert result.exit_code == 2
    assert "signs.safetensors reads images of 12 × 10 pixels as one of circle" in result.stderr


def test_it_names_the_class_of_pictures_and_drawings(trained, folder, tmp_path):
    drawing = tmp_path / "drawing.json"
    drawing.write_text(json.dumps({"drawings": [X, []]}))
    pictures = [folder / name / "1.png" for name in CLASSES]
    result = run("classify", trained[0], *pictures, drawing, "--json")
    found = json.loads(result.stdout)["results"]
    assert [one["label"] for one in found] == [*CLASSES, "cross", None]
    assert all("digit" not in one for one in found)
    assert len(found[0]["outputs"]) == 3
    said = run("classify", trained[0], pictures[1]).stdout
    assert ": cross (" in said


@pytest.mark.parametrize(
    "network", ["", "conv 3x3x3, pool 2, 6", "conv 4x3x2 stride 2, dropout 0.2"]
)
def test_layers_take_the_shape_of_the_images(tmp_path, network):
    pairs = idx_pairs(tmp_path / "pairs", size=(9, 7))
    result = run(
        *("train", "--dataset", pairs / "train-images-idx3-ubyte", "--network", network),
        *("--shift", 1, "--rotation", 10, "--noise", 5, "--thickness", 0.5, "--epochs", 1),
    )
    assert result.exit_code == 0, result
    assert ("9×7-" in result.stdout) or ("63-3" in result.stdout)


def test_layers_that_do_not_fit_the_images_are_refused(folder):
    result = run("train", "--dataset", folder, "--network", "conv 4x13x3")
    assert result.exit_code == 2
    assert "the picture that reaches it has only 12×10" in result.stderr


def test_digits_have_their_label_beside_the_digit(tmp_path):
    path = tmp_path / "digits.safetensors"
    trained = run(
        *("train", "--dataset", "pen-digits", "--training-size", 200, "--network", "5"),
        *("--epochs", 1, "--save", path),
    )
    assert trained.exit_code == 0
    assert b'"classes"' not in path.read_bytes()
    drawing = tmp_path / "drawing.json"
    drawing.write_text(json.dumps(X))
    (found,) = json.loads(run("classify", path, drawing, "--json").stdout)["results"]
    assert found["label"] == str(found["digit"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--scribbles", "10"), "Scribbles stand beside digits"),
        (("--training-size", "100"), "Training images must be “all” with signs"),
    ],
)
def test_what_goes_with_digits_alone_is_said(folder, arguments, sentence):
    result = run("train", "--dataset", folder, *arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_names_that_are_no_data_set_are_refused(tmp_path):
    result = run("train", "--dataset", "letters")
    assert result.exit_code == 2
    assert "must be one of mnist, pen-digits, mnist-and-pen-digits or a folder" in result.stderr
    result = run("train", "--dataset", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "There is no file or folder “nowhere”" in result.stderr
