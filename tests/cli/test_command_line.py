"""The command line's contract: names, JSON, exit codes, one sentence for what is wrong."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from gdstudio import __version__
from gdstudio.cli import classify, evaluate
from gdstudio.cli.commands import COMMANDS
from gdstudio.cli.main import run
from gdstudio.data.strokes.inking import to_image
from gdstudio.engine.inspect.evaluation import Reader
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.number_text import percent_text
from gdstudio.storage.network_file import NetworkFile, load_network

SMALL = ["--dataset", "pen-digits", "--training-size", "300", "--network", "8"]


@pytest.fixture
def answer(capsys):
    """Return a function that runs a command with --json and returns (code, object, stderr)."""

    def ask(*arguments):
        code = run([*map(str, arguments), "--json"])
        said = capsys.readouterr()
        assert len(said.out.splitlines()) == (1 if said.out else 0), "one object, nothing else"
        return code, json.loads(said.out) if said.out else None, said.err

    return ask


@pytest.fixture
def refused(answer):
    """Return a function that runs a command and returns the one sentence that refuses it."""

    def ask(*arguments):
        code, found, said = answer(*arguments)
        assert code == 2
        assert found is None
        (line,) = said.splitlines()
        assert line.startswith("gdstudio: ")
        assert line.endswith(".")
        return line

    return ask


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("networks") / "small.safetensors"
    assert run(["train", *SMALL, "--epochs", "2", "--save", str(path), "--json"]) == 0
    return path


def strokes_file(path, value):
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_version(capsys):
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"gdstudio {__version__}\n"


def test_train_answers_what_programs_rely_on(answer, tmp_path):
    path = tmp_path / "n.safetensors"
    code, found, said = answer("train", *SMALL, "--epochs", 2, "--seed", 3, "--save", path)
    assert (code, said) == (0, "")
    assert found["parameters"] == 785 * 8 + 9 * 10 == len(load_network(path).parameters)
    assert [epoch["epoch"] for epoch in found["epochs"]] == [1, 2]
    assert found["test_accuracy"] == found["epochs"][-1]["test_accuracy"]
    assert found["test_loss"] == found["epochs"][-1]["test_loss"]
    assert found["epochs"][1]["train_loss"] < found["epochs"][0]["train_loss"]
    assert found["samples_per_second"] > 0
    code, again, _ = answer("train", *SMALL, "--epochs", 2, "--seed", 3)
    assert again["epochs"] == found["epochs"], "same seed, same result"
    _, other, _ = answer("train", *SMALL, "--epochs", 2, "--seed", 4)
    assert other["epochs"] != found["epochs"]


EXPLODES = ("train", "--network", "8,8", "--activation", "relu", "--loss", "cross-entropy",
            "--learning-rate", "1000", "--epochs", "1", "--training-size", "2000")  # fmt: skip


def test_a_run_that_comes_to_nothing_is_no_success(answer):
    code, found, _ = answer(*EXPLODES)
    assert code == 1
    assert found["diverged"] is True
    assert found["epochs"][-1]["train_loss"] > 1000
    said = found["message"]
    assert "far above that of a guess, 2.3:" in said
    assert "the learning rate 1,000 is too large" in said


def test_a_run_that_ends_far_above_a_guess_without_an_explosion_says_so(answer):
    code, found, _ = answer(
        "train", "--network", "8", "--activation", "relu", "--loss", "cross-entropy",
        "--initial-weights", "huge", "--learning-rate", "0.000001", "--epochs", "1",
        "--training-size", "500",
    )  # fmt: skip
    assert (code, found["diverged"]) == (0, False)
    assert "far above that of a guess" in found["message"]
    right = found["epochs"][-1]["test_accuracy"]
    assert found["message"].endswith(f"; {percent_text(right)} of the test images are read right.")


def test_a_run_that_diverges_exits_with_1_and_says_so(answer):
    code, found, _ = answer(
        "train", *SMALL, "--network", "20, 20", "--epochs", 1, "--activation", "identity",
        "--loss", "cross-entropy", "--learning-rate", 1e6,
    )  # fmt: skip
    assert code == 1
    assert found["diverged"] is True
    assert "too large" in found["message"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--network", "0", "at least 1"),
        ("--network", "-3", "at least 1"),
        ("--network", "20,,20", "no size"),
        ("--network", "1e9", "1e9"),
        ("--activation", "magic", "magic"),
        ("--loss", "mine", "mine"),
        ("--optimizer", "luck", "luck"),
        ("--learning-rate", "0", "“0”"),
        ("--learning-rate", "nan", "nan"),
        ("--batch-size", "0", "“0”"),
        ("--epochs", "two", "two"),
        ("--seed", "-1", "−1"),
        ("--training-size", "5", "“5”"),
        ("--training-size", "6000", "from 100 to 5,996 with Pen digits"),
        ("--dataset", "letters", "letters"),
        ("--save", "/no/such/folder/n.safetensors", "/no/such/folder"),
        ("--colour", "red", "--colour"),
    ],
)
def test_train_refuses_what_cannot_be(refused, option, value, said):
    assert said in refused("train", *SMALL, option, value)


def test_evaluate(answer, network):
    code, found, said = answer("evaluate", network, "--dataset", "pen-digits")
    assert (code, said) == (0, "")
    confusion = np.array(found["confusion"])
    assert confusion.shape == (10, 10)
    assert np.trace(confusion) / confusion.sum() == pytest.approx(found["test_accuracy"])
    assert found["test_loss"] > 0


def test_classify_strokes_pictures_and_nothing(answer, network, tmp_path):
    from PIL import Image

    drawing = [[[10, 10], [60, 10], [30, 90]], [[25, 50], [55, 50]]]
    one = strokes_file(tmp_path / "one.json", drawing)
    many = strokes_file(tmp_path / "many.json", {"drawings": [drawing, [], [[[5, 5]]]]})
    picture, blank = tmp_path / "picture.png", tmp_path / "blank.png"
    pixels = np.full((50, 40), 255, np.uint8)
    pixels[8:42, 18:23] = 0
    Image.fromarray(pixels).save(picture)
    Image.fromarray(np.full((30, 30), 255, np.uint8)).save(blank)
    code, found, said = answer("classify", network, one, many, picture, blank)
    assert (code, said) == (0, "")
    results = found["results"]
    assert [r["file"] for r in results] == [str(p) for p in (one, many, many, many, picture, blank)]
    assert [r["digit"] is None for r in results] == [False, False, True, False, False, True]
    kept = load_network(network)
    reader = Reader(kept.settings.build())
    reader.load(kept.parameters)
    expected = reader.read(to_image([np.array(stroke, float) for stroke in drawing]))
    assert results[0]["outputs"] == results[1]["outputs"] == [float(o) for o in expected]
    assert results[0]["digit"] == int(np.argmax(expected))


def test_a_bad_file_stops_no_other(answer, network, tmp_path):
    good = strokes_file(tmp_path / "good.json", [[[0, 0], [0, 9]]])
    text = tmp_path / "text.png"
    text.write_text("no picture", encoding="utf-8")
    bad = [
        text,
        tmp_path / "missing.png",
        strokes_file(tmp_path / "points.json", [[1, 2], [3, 4]]),
        strokes_file(tmp_path / "words.json", "seven"),
        tmp_path,
    ]
    code, found, said = answer("classify", network, *bad, good)
    assert code == 2
    *errors, last = found["results"]
    assert last["digit"] in range(10)
    assert [error["file"] for error in errors] == [str(path) for path in bad]
    assert all(error["error"].endswith(".") for error in errors)
    assert said.splitlines() == [error["error"] for error in errors]


@pytest.mark.parametrize("command", ["evaluate", "classify"])
def test_a_network_file_that_is_none_is_refused(refused, network, tmp_path, command):
    files = {
        "truncated": network.read_bytes()[:300],
        "empty": b"",
        "text": b"hello",
        "pickle": b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.",
        "hostile": b"\xff" * 8 + b"{}",
    }
    more = [tmp_path / "some.png"] if command == "classify" else []
    for name, content in files.items():
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(content)
        assert path.name in refused(command, path, *more)
    assert "missing" in refused(command, tmp_path / "missing", *more)


def test_fit_is_the_story(answer):
    code, found, said = answer(
        "fit", "ten-houses", "--start", 0.45, 0.75, "--learning-rate", 0.01, "--steps", 1,
        "--predict", 2000,
    )  # fmt: skip
    assert (code, said) == (0, "")
    before, after = found["steps"]
    assert (before["step"], before["intercept"], before["slope"]) == (0, 0.45, 0.75)
    assert before["sse"] == pytest.approx(0.67734, abs=1e-5)
    assert before["gradient"] == pytest.approx([3.3002, 1.5453], abs=1e-4)
    assert after["sse"] == pytest.approx(0.5527, abs=1e-4)
    assert after["intercept"] == pytest.approx(0.41700, abs=1e-5)
    assert after["slope"] == pytest.approx(0.73455, abs=1e-5)
    line = found["equation"]
    assert found["prediction"] == pytest.approx(line["intercept"] + 2000 * line["slope"])
    _, found, _ = answer("fit", "ten-houses", "--learning-rate", 0.1, "--steps", 3000)
    last = found["steps"][-1]
    assert (last["intercept"], last["slope"]) == pytest.approx((0.14210, 0.70146), abs=1e-4)
    assert found["least_squares"] == pytest.approx([0.14210, 0.70146], abs=1e-4)


def test_fit_that_diverges_exits_with_1(answer):
    code, found, _ = answer("fit", "ten-houses", "--learning-rate", 5, "--steps", 1000)
    assert code == 1
    assert "too large" in found["message"]
    assert np.isfinite([row["sse"] for row in found["steps"]]).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("size,price\n", "no rows"),
        ("size,price\n1,2\n", "only one row"),
        ("size,price\na,b\nc,d\n", "no numbers"),
        ("size,price\n5,1\n5,2\n5,3\n", "same value"),
        ("size,price\n5,\n6,\n,3\n,4\n", "two rows"),
    ],
)
def test_fit_refuses_tables_without_a_line(refused, tmp_path, text, said):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    assert said in refused("fit", path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["castles"], "castles"),
        (["ten-houses", "--steps", "-1"], "−1"),
        (["ten-houses", "--start", "a", "b"], "“a”"),
        (["ten-houses", "--input", "colour"], "colour"),
        (["ten-houses", "--scale", "sideways"], "sideways"),
        (["ten-houses", "--predict", "big"], "“big”"),
        ([], "DATA"),
    ],
)
def test_fit_refuses_what_cannot_be(refused, arguments, said):
    assert said.lower() in refused("fit", *arguments).lower()


def test_a_command_that_does_not_exist_is_refused(refused):
    assert "fly" in refused("fly")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["fit", "ten-houses", "--steps", "1", "--json"], 0),
        (["fit", "ten-houses", "--learning-rate", "5", "--steps", "500", "--json"], 1),
        (["fit", "castles", "--json"], 2),
    ],
)
def test_the_program_itself_exits_so(arguments, code):
    done = subprocess.run(
        [sys.executable, "-m", "gdstudio", *arguments],
        capture_output=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == (1 if code == 2 else 0)
    if code < 2:
        assert json.loads(done.stdout)["steps"]
    else:
        assert done.stdout == ""


@pytest.mark.parametrize("name", ["n" * 256, "n" * 5_000, "loop"])
def test_names_that_no_file_can_have_are_refused(refused, network, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    if name == "loop":
        (tmp_path / "loop").symlink_to("loop")
    for command in (
        ["fit", name],
        ["evaluate", name],
        ["classify", name, "some.png"],
        ["train", "--save", name],
        ["fit", "ten-houses", "--input", name],
        [name],
    ):
        assert len(refused(*command)) < 1_100


def test_standard_input_is_refused_with_what_to_do(refused, answer, network):
    for command in (["evaluate", "-"], ["classify", "-", "some.png"], ["fit", "-"]):
        assert "save what comes from it in a file" in refused(*command)
    _, found, _ = answer("classify", network, "-")
    assert "save what comes from it in a file" in found["results"][0]["error"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["pipe", "/dev/zero", "/dev/stdin"])
def test_pipes_and_devices_are_refused_at_once(refused, answer, network, tmp_path, name):
    if name == "pipe":
        name = tmp_path / "pipe"
        os.mkfifo(name)
    if name == "/dev/stdin" and os.path.isfile(name):
        pytest.skip("it is a file here")
    for command in (["evaluate", name], ["classify", name, "some.png"], ["fit", name]):
        assert "not an ordinary file" in refused(*command)
    code, found, said = answer("classify", network, name)
    assert code == 2
    assert "not an ordinary file" in found["results"][0]["error"] == said.strip()


@pytest.mark.filterwarnings("error")
def test_a_network_whose_answers_are_no_numbers_is_told(refused, answer, tmp_path, monkeypatch):
    """The loader tries two pictures only; others may still be too much for the weights."""
    settings = NetworkSettings(network="3", activation="relu", loss="cross-entropy")
    parameters = np.full(settings.build().size, 3e38, np.float32)
    kept = NetworkFile(settings, parameters)
    monkeypatch.setattr(classify, "load_network", lambda _: kept)
    monkeypatch.setattr(evaluate, "load_network", lambda _: kept)
    drawing = strokes_file(tmp_path / "one.json", [[[0, 0], [0, 9]]])
    code, found, said = answer("classify", "large.safetensors", drawing)
    assert code == 2
    assert "is no number" in found["results"][0]["error"] == said.strip()
    said = refused("evaluate", "large.safetensors", "--dataset", "pen-digits")
    assert "large.safetensors" in said
    assert "no numbers" in said


def test_the_help_lists_every_command_in_the_order_of_the_work(capsys):
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    names = [*COMMANDS, "open", "screenshots"]
    places = [said.index(f"│ {name} ") for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [*COMMANDS, "open", "screenshots"])
def test_every_command_has_a_help_of_its_own(name, capsys):
    assert run([name, "--help"]) == 0
    assert f" {name} [OPTIONS]" in capsys.readouterr().out.splitlines()[1]


def test_a_misspelt_command_is_guessed(capsys):
    assert run(["swep"]) == 2
    assert "No such command 'swep'. Did you mean 'sweep'?" in capsys.readouterr().err


def test_a_group_without_a_command_says_so_below_its_help(capsys):
    assert run(["lesson"]) == 2
    said = capsys.readouterr()
    assert "check" in said.out
    assert said.err.startswith("gdstudio: A command is missing; ")
