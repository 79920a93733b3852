"""`gdstudio export`: a program in a folder, one sentence for what is wrong."""

import json
import subprocess
import sys

import pytest

from gdstudio.cli.main import run
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.run_file import save_points_run
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.kept_run import KeptRun, RunMoment
from gdstudio.runs.session import LabSession, Session, save_session


def outcome(capsys, *arguments):
    code = run(["export", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def printed_by(path):
    ended = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_setup_code_becomes_a_program_that_prints_what_fit_does(capsys, tmp_path):
    code, out, _ = outcome(
        capsys, "houses?learning_rate=0.02", "--steps", "7", "--out", tmp_path / "new", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert told["target"] == "numpy"
    assert [name.rpartition("/")[2] for name in told["files"]] == ["houses.py", "houses.npz"]
    assert run(["fit", "ten-houses", "--learning-rate", "0.02", "--steps", "7", "--json"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert f"loss: {fitted['steps'][-1]['sse']}\n" in printed_by(told["files"][0])


def test_a_network_becomes_a_program_that_prints_what_evaluate_does(capsys, tmp_path):
    network = tmp_path / "digits.safetensors"
    assert (
        run(
            [
                *("train", "--dataset", "pen-digits", "--training-size", "200"),
                *("--epochs", "1", "--save", str(network), "--json"),
            ]
        )
        == 0
    )
    assert run(["evaluate", str(network), "--dataset", "pen-digits", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out.splitlines()[-1])
    code, out, _ = outcome(capsys, network, "--out", tmp_path)
    assert code == 0
    assert "It needs numpy." in out
    assert f"test accuracy: {measured['test_accuracy']}\n" in printed_by(tmp_path / "digits.py")


def test_a_kept_run_is_exported_as_it_was(capsys, tmp_path):
    experiment = PointsExperiment(PointsSettings.from_choices({"steps": 50}))
    experiment.advance(steps=12)
    save_points_run(tmp_path / "run.safetensors", experiment.state(), "12 steps")
    code, _, _ = outcome(capsys, tmp_path / "run.safetensors", "--out", tmp_path)
    assert code == 0
    loss = experiment.snapshot().training.loss
    assert f"loss: {loss}\n" in printed_by(tmp_path / "points.py")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "is no setup code"),
        (["missing.safetensors"], "missing.safetensors"),
        (["houses", "--to", "fortran"], "The target must be one of"),
        (["houses", "--steps", "-1"], "steps"),
        (["houses", "--dataset", "mnist"], "names its data itself"),
    ],
)
def test_what_cannot_be_exported_gets_one_sentence(arguments, sentence, capsys, tmp_path):
    code, out, err = outcome(capsys, *arguments, "--out", tmp_path / "new")
    assert code == 2
    assert sentence in err
    assert out == ""
    assert not (tmp_path / "new").exists()


def test_files_that_are_there_are_replaced_only_when_it_is_said(capsys, tmp_path):
    mine = tmp_path / "slope.py"
    mine.write_text("# my own\n")
    code, _, err = outcome(capsys, "slope", "--out", tmp_path)
    assert (code, mine.read_text()) == (2, "# my own\n")
    assert "There is a slope.py" in err
    code, _, _ = outcome(capsys, "slope", "--out", tmp_path, "--replace")
    assert code == 0
    assert "def cost(theta)" in mine.read_text()


def test_of_a_program_that_cannot_be_saved_nothing_is_left(capsys, tmp_path):
    (tmp_path / "houses.npz").mkdir()
    code, _, err = outcome(capsys, "houses", "--out", tmp_path, "--replace")
    assert code == 2
    assert "could not be saved" in err or "cannot be saved" in err
    assert [path.name for path in tmp_path.iterdir()] == ["houses.npz"]


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Return the file of a session: House prices in view after 7 steps, Slope set up alone."""
    path = tmp_path_factory.mktemp("session") / "mine.gdstudio"
    houses, slope = Scenario.parse("houses?learning_rate=0.02"), Scenario.parse("slope?start=2")
    fit = houses.prepare()()
    fit.advance(steps=7)
    labs = {
        "houses": LabSession(houses, KeptRun.of(houses, RunMoment.of(fit))),
        "slope": LabSession(slope, None),
    }
    save_session(path, Session("houses", labs))
    return path


def test_the_lab_in_view_of_a_session_is_exported_or_another_one(capsys, session, tmp_path):
    code, out, _ = outcome(capsys, session, "--out", tmp_path / "view", "--json")
    assert code == 0
    (program, _) = json.loads(out)["files"]
    assert program.endswith("houses.py")
    assert run(["fit", "ten-houses", "--learning-rate", "0.02", "--steps", "7", "--json"]) == 0
    fitted = json.loads(capsys.readouterr().out)
    assert f"loss: {fitted['steps'][-1]['sse']}\n" in printed_by(program)

    code, out, _ = outcome(
        capsys, session, "--lab", "slope", "--steps", "3", "--out", tmp_path / "other", "--json"
    )
    assert code == 0
    assert json.loads(out)["files"][0].endswith("slope.py")


def test_what_a_session_does_not_have_is_one_sentence(capsys, session, tmp_path):
    for more, said in (
        (("--lab", "digits"), "mine.gdstudio has nothing of the lab Digits; it has House prices"),
        (("--lab", "moon"), "--lab must be one of slope, surface"),
        (("--dataset", "mnist"), "A session knows its data"),
    ):
        code, _, err = outcome(capsys, session, *more, "--out", tmp_path)
        assert code == 2
        assert said in " ".join(err.split())
    code, _, err = outcome(capsys, "houses", "--lab", "houses", "--out", tmp_path)
    assert code == 2
    assert "is for the file of a session" in " ".join(err.split())
    (tmp_path / "broken.gdstudio").write_bytes(b"nothing")
    code, _, err = outcome(capsys, tmp_path / "broken.gdstudio", "--out", tmp_path)
    assert code == 2
    assert "is no session of this app" in " ".join(err.split())
