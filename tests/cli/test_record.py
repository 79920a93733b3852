"""`gdstudio record`: a file, or one sentence."""

import json

import numpy as np
import pytest
from PIL import Image

from gdstudio.app.labs.recording import film
from gdstudio.cli.main import run

SMALL = ("--steps", "4", "--frames", "3", "--size", "480x270")


def outcome(capsys, *arguments):
    code = run(["record", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_run_becomes_a_moving_picture(capsys, tmp_path, qapp):
    path = tmp_path / "walk.gif"
    code, out, err = outcome(capsys, "slope?start=2", *SMALL, "--out", path, "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told == {
        "file": str(path),
        "frames": 3,
        "steps": 4,
        "bytes": path.stat().st_size,
        "diverged": False,
    }
    with Image.open(path) as picture:
        assert (picture.n_frames, picture.size) == (3, (480, 270))
        assert picture.info["comment"] == b"slope?start=2"


def test_the_colours_are_those_of_the_theme(capsys, tmp_path, qapp):
    path = tmp_path / "walk.gif"
    code, *_ = outcome(capsys, "slope", *SMALL, "--theme", "dark", "--out", path)
    assert code == 0
    with Image.open(path) as picture:
        grey = picture.convert("L")
    assert np.median(np.asarray(grey)) < 60


def test_a_place_that_cannot_be_written_is_said_before_the_run_is_made(
    capsys, tmp_path, monkeypatch, qapp
):
    made = []
    monkeypatch.setattr(film, "record", lambda *_: made.append(True))
    code, _, err = outcome(capsys, "slope", "--out", tmp_path / "none" / "walk.gif")
    assert code == 2
    assert "its folder does not exist" in err
    assert not made


def test_a_run_that_explodes_is_said_by_the_exit_code(capsys, tmp_path, qapp):
    path = tmp_path / "walk.webp"
    code, out, _ = outcome(
        capsys, "slope?learning_rate=3", "--size", "480x270", "--frames", "8", "--out", path
    )
    assert code == 1
    assert out.startswith(f"Saved {path}: ")
    assert path.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("slope", "--out", "walk.mp4"), "“walk.mp4” must end in .gif, .webp or .png."),
        (("slope", "--out", "none/walk.gif"), "its folder does not exist"),
        (("slope?start=x", "--out", "walk.gif"), "must be a number"),
        (("slope", "--out", "walk.gif", "--size", "large"), "“large” is no size; write it as"),
        (("slope", "--out", "walk.gif", "--scene", "plane"), "it has curve, loss, both"),
        (("slope", "--out", "walk.gif", "--drawing", "x.json"), "Only the lab Digits reads"),
        (("digits", "--out", "walk.gif", "--drawing", "none.json"), "none.json"),
        (("surface?function=sqrt(x)&start_x=-1", "--out", "walk.gif"), "start"),
    ],
)
def test_what_cannot_be_recorded_is_one_sentence(
    arguments, said, capsys, tmp_path, monkeypatch, qapp
):
    monkeypatch.chdir(tmp_path)
    code, out, err = outcome(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
