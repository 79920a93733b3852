"""The names of the lab: what suits the points is left out, and every reading is explained."""

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.vocabulary import POINTS
from gdstudio.experiment.scenario import Scenario


def test_what_suits_the_points_is_not_named():
    values = PointsSettings.from_choices({"dataset": "spirals"}).as_dict()
    kept = POINTS.check(values)
    assert "network" not in kept
    assert "learning_rate" not in kept
    changed = POINTS.check(values | {"network": "3"})
    assert changed["network"] == "3"


def test_what_it_prepares_is_the_run():
    make = POINTS.prepare({"dataset": "xor", "seed": 4})
    run = make()
    assert isinstance(run, PointsExperiment)
    assert (
        run.settings
        == PointsExperiment(PointsSettings.from_choices({"dataset": "xor", "seed": 4})).settings
    )


def test_nothing_to_learn_from_is_found_before_the_run_begins():
    with pytest.raises(BadInput, match="no points yet"):
        POINTS.prepare({"dataset": "own"})


def test_every_reading_is_explained():
    run = PointsExperiment(PointsSettings.from_choices({"points": 20}))
    names = run.snapshot().readings()
    assert {name.split(".")[0] for name in names} == set(POINTS.readings)
    assert names["parameter.b1_2"] == run.descent.parameters[5]
    assert names["gradient.w2_1_3"] == run.snapshot().gradient[11]


def test_a_file_of_ones_own_can_be_set_up_but_is_no_part_of_a_code(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b,kind\n1,2,A\n2,3,B\n3,3,B\n0,1,A\n", encoding="utf-8")
    dataset = POINTS.all["dataset"]
    assert dataset.check(str(path)) == str(path)
    with pytest.raises(BadInput):
        dataset.parse(str(path))
    assert "own.csv, which no setup code can hold" in dataset.why_no_code(str(path))
    run = POINTS.prepare({"dataset": str(path)})()
    assert run.problem.points.axes == ("a", "b")
    assert run.settings.choices()["dataset"] == str(path)


def test_painted_points_are_in_the_setup_code_unless_they_are_too_many():
    few = Scenario.of("points", {"dataset": "own", "own_points": "A -1.2 0.5, B 1 0"})
    assert few.code == "points?dataset=own&own_points=A -1.2 0.5,B 1 0"
    assert Scenario.parse(few.code) == few
    many = ", ".join(f"A {n / 100} {n % 7}" for n in range(2000))
    held = Scenario.of("points", {"dataset": "own", "own_points": many})
    with pytest.raises(BadInput, match="leave some of it out, such as points"):
        held.code  # noqa: B018


def test_weights_that_are_given_are_in_the_setup_code():
    code = Scenario.of("points", {"dataset": "line", "weights": "0.75, −1.5"}).code
    assert code == "points?dataset=line&weights=0.75,-1.5"
    again = Scenario.parse(code).prepare()()
    assert again.descent.parameters.tolist() == [0.75, -1.5]
