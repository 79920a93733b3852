"""Lists and ranges of values, as people write them; what is wrong gets one sentence."""

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.runs.sweep.value_lists import MOST_VALUES, parse_seeds, parse_values


def values(lab, name, text):
    return parse_values(VOCABULARIES[lab].all[name], text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("learning_rate", "0.1,0.3,1,3", (0.1, 0.3, 1.0, 3.0)),
        ("learning_rate", " 0.1 ; 1e-3 ", (0.1, 0.001)),
        ("learning_rate", "1, 1.0, 2", (1.0, 2.0)),
        ("learning_rate", "0.01..10 log 7", (0.01, 0.0316, 0.1, 0.316, 1.0, 3.16, 10.0)),
        ("learning_rate", "1..5 linear 5", (1.0, 2.0, 3.0, 4.0, 5.0)),
        ("learning_rate", "0.5, 1..2 linear 3", (0.5, 1.0, 1.5, 2.0)),
        ("learning_rate", "10..0.1 log 3", (10.0, 1.0, 0.1)),
        ("learning_rate", "10⁻²..1 log 3", (0.01, 0.1, 1.0)),
        ("epochs", "1..4", (1, 2, 3, 4)),
        ("epochs", "4..1", (4, 3, 2, 1)),
        ("batch_size", "1..100 log 3", (1, 10, 100)),
        ("batch_size", "100,300", (100, 300)),
        ("training_size", "100, all", (100, 0)),
        ("network", "20, 20;100", ("20, 20", "100")),
        ("network", "none; 30", ("", "30")),
        ("activation", "Sigmoid, relu", ("sigmoid", "relu")),
        ("optimizer", "sgd;adam", ("sgd", "adam")),
    ],
)
def test_what_a_list_stands_for(name, text, expected):
    assert values("digits", name, text) == expected


def test_texts_and_choices_of_the_other_labs():
    assert values("slope", "function", "x^2; bowl; x^4 - 3x^2") == ("x^2", "bowl", "x^4-3*x^2")
    assert values("slope", "both", "yes, no") == (True, False)
    assert values("surface", "race", "sgd, adam; all")[0] == ("sgd", "adam")


def test_a_fine_range_keeps_its_values_apart():
    fine = values("digits", "learning_rate", "1..1.001 linear 100")
    assert len(fine) == 100
    assert (fine[0], fine[-1]) == (1.0, 1.001)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("learning_rate", "0.1,,1", "A value is missing in “0.1,,1”"),
        ("learning_rate", "", "A value is missing"),
        ("learning_rate", "0.1..1", "write “0.1..1 linear 5” or “0.1..1 log 5”"),
        ("learning_rate", "0..1 log 3", "must be a number from"),
        ("learning_rate", "1..2 cubic 3", "is no range of values"),
        ("learning_rate", "1..2 log 1", "must be a whole number from 2 to 1,000"),
        ("learning_rate", "1..2 log 1000000", "must be a whole number from 2 to 1,000"),
        ("learning_rate", "fast, 1", "Learning rate must be a number"),
        ("learning_rate", "a..2 log 3", "Learning rate must be a number"),
        ("epochs", "1..10000", "would have more than 1,000 values"),
        ("epochs", "1.5", "must be a whole number"),
        ("training_size", "1,000", "can be one number or two; write 1000 or 1; 000"),
        ("network", "20; many", "many"),
        ("learning_rate", "1," * 6000, "longer than 10,000 characters"),
        ("learning_rate", "1..2 linear 900, 3..4 linear 900", "more than 1,000 values"),
    ],
)
def test_what_is_no_list_gets_one_sentence(name, text, says):
    with pytest.raises(BadInput) as refused:
        values("digits", name, text)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_logarithmic_range_stays_above_0():
    with pytest.raises(BadInput, match="reaches 0 or below"):
        values("slope", "start", "-1..1 log 3")


def test_seeds_are_counted_or_named():
    assert parse_seeds("3", 0) == (0, 1, 2)
    assert parse_seeds("2", 7) == (7, 8)
    assert parse_seeds("2", 2**31 - 1) == (2**31 - 1, 0)
    assert parse_seeds("4, 7", 0) == (4, 7)
    assert parse_seeds("1..4", 0) == (1, 2, 3, 4)
    for text in ("0", "-1", "many", str(MOST_VALUES + 1)):
        with pytest.raises(BadInput, match="Seeds must be a whole number from 1 to 1,000"):
            parse_seeds(text, 0)
