"""Readings: the numbers of a run by name, the same ones that the command line prints."""

import json
import math
from pathlib import Path

import pytest

from gdstudio.cli.main import run
from gdstudio.experiment.points.vocabulary import POINTS
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import VOCABULARIES, Scenario

DECLARED = {**VOCABULARIES, "points": POINTS}


def read(code, steps):
    """Return the readings of the run that a setup code makes, after some steps."""
    experiment = Scenario.parse(code).prepare()()
    experiment.advance(steps=steps)
    return readings(experiment.snapshot())


def printed(capsys, *arguments):
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_curve_is_read_as_the_command_line_prints_it(capsys):
    found = read("slope?function=x^4-3*x^2%2Bx&start=2&learning_rate=0.01", 2)
    row = printed(
        capsys,
        *["descend", "x**4-3*x**2+x", "--start", "2", "--learning-rate", "0.01", "--steps", "2"],
    )["steps"][-1]
    assert {name: found[name] for name in row} == row
    assert found["loss"] == row["value"]
    assert found["gradient.x"] == row["slope"]
    assert found["change.x"] == -0.01 * row["slope"]


def test_a_landscape_is_read_as_the_command_line_prints_it(capsys):
    code = "surface?function=beale&start_x=3&start_y=-2&learning_rate=0.0001"
    found = read(f"{code}&race=sgd,adam", 3)
    text = "(1.5-x+x*y)**2 + (2.25-x+x*y**2)**2 + (2.625-x+x*y**3)**2"
    arguments = ["descend", text, "--start", "3", "-2", "--learning-rate", "0.0001", "--steps", "3"]
    row = printed(capsys, *arguments)["steps"][-1]
    gradient = row.pop("gradient")
    assert {name: found[name] for name in row} == pytest.approx(row)
    assert [found["gradient.x"], found["gradient.y"]] == pytest.approx(gradient)
    assert found["distance"] == pytest.approx(math.hypot(found["x"] - 3, found["y"] - 0.5))
    assert found["adam.step"] == 3
    assert found["adam.value"] != found["value"]


def test_the_line_is_read_as_the_command_line_prints_it(capsys):
    found = read("houses?learning_rate=0.01&intercept=0.45&slope=0.75", 1)
    arguments = [
        "fit",
        "ten-houses",
        "--start",
        "0.45",
        "0.75",
        "--learning-rate",
        "0.01",
        "--steps",
        "1",
    ]
    result = printed(capsys, *arguments)
    row = result["steps"][-1]
    gradient = row.pop("gradient")
    assert {name: found[name] for name in row} == row
    assert [found["gradient.intercept"], found["gradient.slope"]] == gradient
    assert found["learning_rate"] == result["learning_rate"]
    assert found["stable_learning_rate"] == result["stable_learning_rate"]
    for name in ("intercept", "slope"):
        assert found[f"equation.{name}"] == result["equation"][name]
    best = [found["least_squares.intercept"], found["least_squares.slope"]]
    assert best == result["least_squares"]
    # The answer that a lesson asks for is an expression over readings.
    start = read("houses?learning_rate=0.01&intercept=0.45&slope=0.75", 0)
    new = start["intercept"] - start["learning_rate"] * start["gradient.intercept"]
    assert found["intercept"] == pytest.approx(new)


def test_a_training_is_read_as_the_command_line_prints_it(capsys):
    code = "digits?dataset=pen-digits&training_size=200&network=8&epochs=2&seed=3"
    found = read(code, math.inf)
    arguments = "train --dataset pen-digits --training-size 200 --network 8 --epochs 2 --seed 3"
    result = printed(capsys, *arguments.split())
    last = result["epochs"][-1]
    for name in ("train_loss", "test_loss", "test_accuracy", "epoch"):
        assert found[name] == last[name]
    assert found["parameters"] == result["parameters"]
    assert found["step"] == 40


def test_the_first_step_of_a_training_is_foretold():
    code = "digits?dataset=pen-digits&training_size=100&network=8&batch_size=20&epochs=1"
    run = Scenario.parse(code).prepare()()
    found = readings(run.snapshot())
    assert found["next.change"] == pytest.approx(-found["learning_rate"] * found["next.slope"])
    start = run.descent.parameters.copy()
    run.advance(steps=1)
    moved = run.descent.parameters - start
    steepest = abs(moved).argmax()
    assert moved[steepest] == pytest.approx(found["next.change"], rel=1e-4)
    assert start[steepest] == found["next.value"]
    assert run.descent.loss == pytest.approx(found["next.loss"], rel=1e-5)
    assert not any(name.startswith("next.") for name in readings(run.snapshot()))
    many = Scenario.parse(code.replace("batch_size=20", "batch_size=128")).prepare()()
    assert "next.loss" not in readings(many.snapshot())


def test_what_is_not_known_yet_is_left_out():
    found = read("digits?dataset=pen-digits&training_size=100", 0)
    assert found["step"] == 0
    assert not {"loss", "test_accuracy", "test_loss", "samples_per_second"} & set(found)
    assert "other.x" not in read("slope", 1)
    assert read("slope?both=yes&other_start=-2", 0)["other.x"] == -2
    assert "stable_learning_rate" not in read("houses?optimizer=adam", 0)


@pytest.mark.parametrize(
    "code",
    [
        "slope?both=yes",
        "surface?race=all",
        "houses",
        "digits?dataset=pen-digits&training_size=100&network=4&epochs=1",
    ],
)
def test_each_reading_is_explained_and_can_be_said(code):
    vocabulary = VOCABULARIES[Scenario.parse(code).lab]
    experiment = Scenario.parse(code).prepare()()
    experiment.advance(steps=30)
    found = readings(experiment.snapshot())
    for name, value in found.items():
        assert vocabulary.reading(name).meaning.endswith("."), name
        assert isinstance(value, float | int)
        assert not math.isnan(value)
    assert vocabulary.objective in found
    said = vocabulary.tell(experiment.snapshot())
    for name in vocabulary.told:
        if name in found:
            assert f"{vocabulary.label(name)} {vocabulary.reading(name).text(found[name])}" in said
    known = {name.split(".")[0] for name in found}
    unasked = {
        "test_loss",
        "test_accuracy",
        "estimated_accuracy",
        "train_loss",
        "epoch",
        "stable_learning_rate",
        "next",
        "fog",
    }
    for name in vocabulary.readings:
        assert name in found or name in known or name in unasked, name


def test_labels_and_numbers_are_those_of_the_window():
    houses, digits = VOCABULARIES["houses"], VOCABULARIES["digits"]
    assert [houses.label(name) for name in ("step", "sse", "gradient.slope")] == [
        "step", "SSE", "∂SSE/∂b",
    ]  # fmt: skip
    assert houses.reading("sse").text(1.2e-7) == "1.2 × 10⁻⁷"
    assert houses.reading("step").text(12_000) == "12,000"
    assert digits.reading("test_accuracy").text(0.9434) == "94.3 %"
    assert digits.reading("loss").text(None) == "–"
    assert VOCABULARIES["surface"].label("adam.value") == "adam f(x, y)"
    with pytest.raises(KeyError):
        houses.reading("price")


def readings_table(vocabulary):
    """Return the table of a lab's readings as its page has it."""
    lines = [f"**{vocabulary.title}**", "", "| name | called | what it is |", "|---|---|---|"]
    for name, reading in vocabulary.readings.items():
        is_said = reading.unit.startswith(reading.label or name)
        unit = "" if is_said or not reading.unit else f" ({reading.unit})"
        lines.append(f"| `{name}` | {reading.label or name}{unit} | {reading.meaning} |")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("key", DECLARED)
def test_the_page_has_all_readings(key):
    text = (Path(__file__).parents[2] / "docs/readings.md").read_text(encoding="utf-8") + "\n"
    table = readings_table(DECLARED[key])
    assert f"\n{table}\n" in text, f"the table of docs/readings.md is to be this:\n\n{table}"
