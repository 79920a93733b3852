"""`gdstudio descend`: every step of a walk, as JSON and as text."""

import itertools
import json
import subprocess
import sys

import pytest

from gdstudio.cli.main import run
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS


def ask(capsys, *arguments):
    code = run(["descend", *map(str, arguments), "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_the_walk_of_the_story(capsys):
    code, found, _ = ask(
        capsys, "x**4 - 3*x**2 + x", "--start", 2, "--learning-rate", 0.01, "--steps", 100
    )
    assert code == 0
    steps = found["steps"]
    assert len(steps) == 101
    assert steps[0] == {"step": 0, "x": 2.0, "value": 6.0, "slope": 21.0}
    assert steps[1]["x"] == 2 - 0.01 * 21
    for before, after in itertools.pairwise(steps):
        x = before["x"]
        assert before["value"] == pytest.approx(x**4 - 3 * x**2 + x, rel=1e-13)
        assert before["slope"] == pytest.approx(4 * x**3 - 6 * x + 1, rel=1e-12)
        assert after["x"] == x - 0.01 * before["slope"]
    assert found["derivatives"] == {"x": "4*x**3 - 6*x + 1"}
    assert not found["diverged"]


def test_a_walk_that_has_arrived_still_has_all_its_steps(capsys):
    _, found, _ = ask(capsys, "x**2", "--start", 1, "--learning-rate", 0.5, "--steps", 40)
    assert [row["step"] for row in found["steps"]] == list(range(41))
    assert found["steps"][-1]["x"] == 0


def test_two_numbers_for_a_function_of_x_and_y(capsys):
    _, found, _ = ask(
        capsys, "--start", -1, "-2", "-x**2/-2 + 1.5*y**2", "--learning-rate", 0.1, "--steps", 1
    )
    assert found["steps"][0] == {
        "step": 0,
        "x": -1.0,
        "y": -2.0,
        "value": 6.5,
        "gradient": [-1, -6],
    }
    assert found["steps"][1]["gradient"] == pytest.approx([-0.9, -4.2])
    assert ask(capsys, "x + y", "--steps", 0)[1]["steps"][0]["y"] == 1


def test_a_start_of_two_numbers_may_have_a_comma(capsys):
    for start in ("1,2", "1, 2", "1 2"):
        _, found, _ = ask(capsys, "x*y", "--start", start, "--steps", 0)
        assert found["steps"][0]["gradient"] == [2, 1]


def test_every_optimizer_walks(capsys):
    for key in OPTIMIZERS:
        code, found, _ = ask(capsys, "x**2", "--start", 3, "--optimizer", key, "--steps", 50)
        assert code == 0
        assert found["learning_rate"] == OPTIMIZERS[key].suitable_rate(0.1)
        assert found["steps"][-1]["value"] < 9


def test_a_divergence_is_exit_code_one_and_said(capsys):
    code, found, _ = ask(capsys, "x**2", "--start", 3, "--learning-rate", 1.5, "--steps", 100)
    assert code == 1
    assert found["diverged"]
    assert found["message"] == "The steps grew: the learning rate 1.5 is too large."
    assert run(["descend", "x**2", "--start", "3", "--learning-rate", "1.5"]) == 1
    assert "The steps grew" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x +"], "missing after “+”"),
        (["x*z"], "There is no “z” here; this is a function of x and y only"),
        (["x*y", "--start", "1"], "two numbers, as in --start 1 1"),
        (["1/x", "--start", "0"], "divides by zero at x = 0; start elsewhere."),
        (["(1/0)^0*x", "--start", "1"], "“1/0” divides by zero; change that part."),
        (["(-2)^x", "--start", "1"], "“(−2)^x” has values at single places only"),
        (["x+" * 300_000, "--start", "1"], "600,000 characters"),
        (["(" * 10_000 + "x" + ")" * 10_000], "20,001 characters"),
        (["__import__('os')"], "write only the function itself"),
        (["x", "--start", "a"], "“a”"),
        (["x", "--start", ""], "A start is one number"),
        (["x", "--start", "1", "2", "3"], "one number for x, or two"),
        (["x", "5"], "one number for x, or two"),
        (["x^2", "--start", "0,5"], "“0,5” can be one number or two; write 0.5, or 0 5 for"),
        (["x", "+", "1"], "quotation marks"),
        (["x", "--learning-rat", "1"], "no option --learning-rat"),
        (["x", "--steps", "-1"], "number of steps"),
        (["x", "--learning-rate", "0"], "Learning rate"),
        ([], "function"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_two(capsys, arguments, said):
    code, found, error = ask(capsys, *arguments)
    assert (code, found) == (2, None)
    assert said in error
    assert len(error.splitlines()) == 1


def test_people_get_a_table_and_the_slope(capsys):
    assert run(["descend", "x^2", "--start", "3", "--steps", "40"]) == 0
    told = capsys.readouterr().out
    assert "slope = 2·x" in told
    assert "40" in told
    assert "2.4" in told


def test_no_window_is_needed():
    script = (
        "import sys; from gdstudio.cli.main import run; code = run(['descend', 'x', '--json']); "
        "sys.exit(code or any(name.startswith('PySide6') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60, capture_output=True)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("descend", "[default: (0.1, or one that suits another optimizer)]"),
        ("descend", "[default: (1 for each)]"),
        ("fit", "[default: (one that suits the table and the optimizer)]"),
        ("train", "[default: (one that suits the data, the loss and the optimizer)]"),
    ],
)
def test_the_help_names_the_defaults_that_are_used(capsys, command, said):
    assert run([command, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert said in told
    assert "[default: (1.0)]" not in told


def test_a_walk_that_lands_on_a_kink_ends_there(capsys):
    code, found, _ = ask(capsys, "|x|", "--start", 1, "--learning-rate", 0.5, "--steps", 9)
    assert code == 0
    assert [row["step"] for row in found["steps"]] == [0, 1, 2]
    assert found["steps"][-1] == {"step": 2, "x": 0.0, "value": 0.0, "slope": None}


def test_functions_as_people_write_them(capsys):
    _, found, _ = ask(capsys, "½x² + y²", "--start", 2, 1, "--learning-rate", "0.1", "--steps", 1)
    assert found["function"] == "1/2*x**2 + y**2"
    assert found["derivatives"] == {"x": "x", "y": "2*y"}
    assert found["steps"][0]["gradient"] == [2, 2]
    assert run(["descend", "f(x) = 1/2x", "--steps", "1"]) == 0
    assert "f = (1/2)·x" in capsys.readouterr().out
