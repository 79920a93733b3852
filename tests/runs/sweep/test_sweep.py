"""What is swept: the combinations of values and seeds, and what does not go together."""

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
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
