"""What is swept: the combinations of values and seeds, and what does not go together."""

import numpy as np
import pytest
from PIL import Image

from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.houses_choices import OwnTable
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.runs.sweep.computation import Computation
from gdstudio.runs.sweep.processes import ThisMachine
from gdstudio.runs.sweep.sweep import MOST_RUNS, Sweep, sweepable


def test_each_combination_has_a_run_for_each_seed():
    sweep = Sweep.parse(
        Scenario.parse("digits?epochs=2&seed=5"),
        {"learning_rate": "0.1,1", "network": "20, 20;100"},
        seeds="3",
    )
    assert sweep.count == len(sweep.runs) == 12
    assert [(dict(one.settings), one.seed) for one in sweep.runs[:4]] == [
        ({"network": "20, 20", "learning_rate": 0.1}, 5),
        ({"network": "20, 20", "learning_rate": 0.1}, 6),
        ({"network": "20, 20", "learning_rate": 0.1}, 7),
        ({"network": "20, 20", "learning_rate": 1.0}, 5),
    ]
    assert sweep.runs[6].scenario.code == "digits?network=100&learning_rate=0.1&epochs=2&seed=5"
    assert sweep.varying == ("network", "learning_rate")


def test_values_that_are_written_twice_count_once():
    sweep = Sweep.parse(Scenario("digits"), {"network": "20,20; 20, 20"}, seeds="4,4")
    assert sweep.count == 1


def test_every_setting_of_every_lab_can_be_swept():
    for lab, vocabulary in VOCABULARIES.items():
        names = set(vocabulary.all) - set(vocabulary.view) - {"seed"}
        assert set(sweepable(vocabulary)) == names, lab


@pytest.mark.parametrize(
    ("lab", "texts", "says"),
    [
        ("digits", {"learning_rates": "1"}, "perhaps learning_rate"),
        ("digits", {"seed": "1,2"}, "learning_rate"),
        ("slope", {"speed": "1,2"}, "speed"),
        ("digits", {"loss": "cross-entropy", "network": "conv 99x99x99"}, "99"),
        ("points", {"weights": "1,2,x"}, "no weight"),
    ],
)
def test_what_cannot_be_swept_gets_one_sentence(lab, texts, says):
    with pytest.raises(BadInput) as refused:
        Sweep.parse(Scenario(lab), texts)
    assert says in str(refused.value)


def test_a_million_runs_are_refused_before_any_is_made():
    with pytest.raises(BadInput, match="100 × 100 × 100 = 1,000,000 runs, and 5,000 are the most"):
        Sweep.parse(
            Scenario("houses"),
            {"learning_rate": "0.01..1 log 100", "momentum": "0..0.9 linear 100"},
            seeds="100",
        )
    assert MOST_RUNS == 5_000


def test_data_of_ones_own_are_swept_like_any_other(tmp_path):
    path = tmp_path / "mine.csv"
    rows = (f"{x},{y},{'far' if x + y > 6 else 'near'}" for x in range(8) for y in range(5))
    path.write_text("\n".join(("x,y,where", *rows)), "utf-8")
    sweep = Sweep.parse(Scenario("points"), {"dataset": f"xor, {path}", "steps": "20"})
    with Computation(sweep, ThisMachine(1), whole=True) as computation:
        results = dict(computation.results())
    assert [one.failed for _, one in sorted(results.items())] == [False, False]
    assert results[1].kept.scenario.values["dataset"] == str(path)
    with pytest.raises(BadInput, match=r"must be one of blobs.* or a CSV file"):
        Sweep.parse(Scenario("points"), {"dataset": "blobs, bobbles"})


def test_a_table_of_ones_own_goes_along(tmp_path):
    path = tmp_path / "houses.csv"
    path.write_text("size,price\n1,2\n2,3.5\n3,5\n4,7.5\n", "utf-8")
    own = OwnTable("mine", read_table(path))
    sweep = Sweep(Scenario("houses", {"dataset": own}), {"learning_rate": (0.1, 0.2)})
    with Computation(sweep, ThisMachine(1), whole=True) as computation:
        results = dict(computation.results())
    assert all(one.readings["houses"] == 4 for one in results.values())


def test_images_of_ones_own_are_read_by_the_worker(tmp_path):
    for name, dark in (("day", 250), ("night", 5)):
        (tmp_path / name).mkdir()
        for number in range(12):
            picture = np.full((28, 28), dark + number % 5, np.uint8)
            picture[number : number + 4, 4:20] = 128
            Image.fromarray(picture).save(tmp_path / name / f"{number}.png")
    texts = {"dataset": str(tmp_path), "network": "4; 5", "epochs": "1"}
    sweep = Sweep.parse(Scenario("digits"), texts)
    with Computation(sweep, ThisMachine(1), whole=True) as computation:
        results = dict(computation.results())
    assert [one.message for one in results.values() if one.failed] == []
    assert all("test_accuracy" in one.readings for one in results.values())
