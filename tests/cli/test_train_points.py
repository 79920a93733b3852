"""`gdstudio train points`: the numbers of the window's own run, one sentence for what is wrong."""

import json

import numpy as np
import pytest

from gdstudio.cli.main import run
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.readings import readings
from gdstudio.number_text import percent_text


def outcome(capsys, *arguments):
    code = run(["train", "points", *arguments])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_same_seed_gives_the_numbers_of_the_run_that_the_window_has(capsys):
    code, out, _ = outcome(
        capsys,
        *("--dataset", "xor", "--network", "4", "--seed", "3", "--batch-size", "10"),
        *("--steps", "60", "--l1", "0.001", "--json"),
    )
    told = json.loads(out)
    assert code == 0
    values = {"dataset": "xor", "network": "4", "seed": 3, "batch_size": 10, "steps": 60}
    experiment = PointsExperiment(PointsSettings.from_choices({**values, "l1": 0.001}))
    experiment.advance()
    assert told["readings"] == dict(readings(experiment.snapshot()))
    assert told["parameter_sum"] == "2·4 + 4 + 4·1 + 1 = 17"
    assert (told["training_points"], told["test_points"]) == (210, 90)
    assert not told["diverged"]
    assert PointsSettings.from_mapping(told["settings"]).as_dict() == told["settings"]


def test_people_are_told_what_it_is_and_how_good(capsys):
    code, out, _ = outcome(capsys, "--dataset", "blobs", "--steps", "200")
    assert code == 0
    assert "Logistic regression 2-1, 3 weights and biases: after 200 steps" in out
    assert "of the test points get their class." in out


def test_a_number_to_predict_has_no_accuracy(capsys):
    code, out, _ = outcome(capsys, "--dataset", "line", "--json", "--test-share", "0")
    told = json.loads(out)
    assert code == 0
    assert told["test_accuracy"] is None
    assert told["test_loss"] is None
    assert told["model"] == "linear regression"
    weight = told["readings"]["parameter.w1_1_1"]
    assert weight == pytest.approx(0.8, abs=0.1)


def test_numbers_that_were_painted_are_predicted(capsys):
    code, out, _ = outcome(
        capsys,
        *("--dataset", "own-numbers", "--own-points", "0.5 -1 0, 2 1 1, -1 0 2", "--json"),
        *("--test-share", "0"),
    )
    told = json.loads(out)
    assert code == 0
    assert (told["model"], told["classes"], told["training_points"]) == ("network", [], 3)
    assert told["settings"]["loss"] == "squared-error"
    assert told["loss"] < 0.01


def test_a_table_with_a_number_to_predict_is_regression(capsys, tmp_path):
    table = tmp_path / "prices.csv"
    rows = [(n, (7 * n) % 5, 2.5 * n + 0.37 * ((7 * n) % 5)) for n in range(1, 13)]
    table.write_text("size,rooms,price\n" + "\n".join(f"{a},{b},{c}" for a, b, c in rows))
    code, out, _ = outcome(capsys, "--dataset", str(table), "--json", "--test-share", "0")
    told = json.loads(out)
    assert code == 0
    assert (told["classes"], told["train_accuracy"]) == ([], None)
    assert told["settings"]["loss"] == "squared-error"
    assert told["loss"] < 0.05


def test_a_run_that_explodes_says_so_and_exits_1(capsys):
    code, out, _ = outcome(capsys, "--dataset", "line", "--learning-rate", "50", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["diverged"]
    assert "the learning rate 50 is too large" in told["message"]
    assert np.isfinite(told["loss"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--dataset", "donut"], "Points must be one of blobs, circle"),
        (["--dataset", "own"], "There are no points yet"),
        (["--dataset", "own-numbers"], "There are no points yet"),
        (["--dataset", "own-numbers", "--own-points", "1 0 0, A 1 1"], "the one or the other"),
        (["--dataset", "own", "--own-points", "A 0 0, A 1 1"], "All points are of one class, A"),
        (["--network", "99"], "at most 8"),
        (["--points", "100000"], "from 4 to 5,000"),
        (["--features", "z"], "“z” is none"),
        (["--weights", "1, 2"], "2 starting weights were given"),
        (["--nonsense"], "No such option"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(capsys, arguments, sentence):
    code, out, err = outcome(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert sentence in err
    assert err.count("\n") == 1


def test_a_csv_file_is_learned_from_and_a_bad_one_refused(capsys, tmp_path):
    path = tmp_path / "own.csv"
    rows = "".join(f"{n % 10},{n // 10},{'low' if n < 50 else 'high'}\n" for n in range(100))
    path.write_text(f"a,b,kind\n{rows}", encoding="utf-8")
    code, out, _ = outcome(capsys, "--dataset", str(path), "--network", "none", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["classes"] == ["low", "high"]
    assert told["model"] == "logistic regression"
    assert told["test_accuracy"] > 0.9
    path.write_text("name,town\nAnn,Rome\nBob,Oslo\n", encoding="utf-8")
    code, out, err = outcome(capsys, "--dataset", str(path))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_options_before_the_name_are_not_lost_in_silence(capsys):
    code = run(["train", "--seed", "3", "points"])
    assert code == 2
    assert "stand behind that name" in capsys.readouterr().err


def test_the_help_of_train_names_the_points(capsys):
    assert run(["train", "--help"]) == 0
    out = capsys.readouterr().out
    assert "points" in out
    assert "--preset" in out


HOPELESS = (
    *("--dataset", "spirals", "--optimizer", "adam", "--learning-rate", "100"),
    *("--network", "8", "--steps", "300"),
)


def test_a_run_that_comes_to_nothing_says_so(capsys):
    _, out, _ = outcome(capsys, *HOPELESS, "--json")
    told = json.loads(out)
    assert told["loss"] > 2 * np.log(2)
    assert told["test_loss"] > 2 * np.log(2)
    said = told["message"]
    assert said.startswith("300 steps made, but the loss, ")
    assert "is far above that of a guess, 0.693; " in said
    assert said.endswith(f"; {percent_text(told['test_accuracy'])} of the test points are right.")
    _, out, _ = outcome(capsys, *HOPELESS)
    assert said in out


def test_a_run_that_ends_a_hundred_times_above_where_it_began_is_no_success(capsys):
    code, out, _ = outcome(
        capsys, "--dataset", "line", "--learning-rate", "50", "--steps", "10", "--network", "8",
        "--optimizer", "adam", "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert (code, told["diverged"]) == (1, True)
    assert "far above that of a guess" in told["message"]
