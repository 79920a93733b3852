"""Symbols that somebody drew, on the command line: trained on, tested, read by their names."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest
from hand_drawn import CLASSES, drawings, symbol_file

from gdstudio.cli import main


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main.run([str(one) for one in arguments])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Train a network on eight drawings of each; return it, the symbols and what was printed."""
    folder = tmp_path_factory.mktemp("symbols")
    symbols, network = symbol_file(folder / "signs.json"), folder / "signs.safetensors"
    code, out, _ = run("train", "--dataset", symbols, "--save", network, "--epochs", 4, "--json")
    assert code == 0
    return network, symbols, json.loads(out)


def test_a_handful_of_drawings_is_enough_to_read_new_ones(trained, tmp_path):
    network, _, told = trained
    assert told["test_images"] == 8
    assert told["test_accuracy"] >= 0.75
    files = []
    for number, name in enumerate(CLASSES):
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps({"drawings": drawings(name, 50, seed=99)}))
    code, out, _ = run("classify", network, *files, "--json")
    assert code == 0
    results = json.loads(out)["results"]
    wanted = np.repeat(CLASSES, 50)
    assert np.mean([one["label"] for one in results] == wanted) > 0.95
    assert "digit" not in results[0]
    assert "sure" not in results[0], "eight drawings are too few to measure that"


def test_it_is_tested_on_what_was_kept_back_by_the_names_of_the_classes(trained):
    network, symbols, told = trained
    code, out, _ = run("evaluate", network, "--dataset", symbols, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["classes"] == list(CLASSES)
    assert found["test_images"] == 8
    assert found["test_accuracy"] == told["test_accuracy"]
    np.testing.assert_array_equal(np.sum(found["confusion"], axis=1), [2, 2, 2, 2])


def test_it_is_said_how_few_test_images_there_are(trained):
    _, symbols, _ = trained
    code, out, _ = run("train", "--dataset", symbols, "--network", 3, "--epochs", 1)
    assert code == 0
    assert " % of only 8 test images right" in out


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_bad_symbols_are_refused_in_one_sentence(trained, command, tmp_path):
    path = symbol_file(tmp_path / "one.json", classes=("♥",))
    arguments = ["evaluate", trained[0]] if command == "evaluate" else ["train"]
    code, out, err = run(*arguments, "--dataset", path)
    assert (code, out) == (2, "")
    assert " ".join(err.split()).endswith(
        "There is one class only in “one.json”, “♥”; add another, so that there is something to "
        "tell apart."
    )
