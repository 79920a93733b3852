"""Amounts and conditions over readings: what they come to, and what is said of wrong ones."""

import math

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.lesson.condition import Amount, Condition

HOUSES, POINTS, SURFACE = (VOCABULARIES[key] for key in ("houses", "points", "surface"))
NOW = {
    "step": 3,
    "slope": 0.05,
    "intercept": 0.45,
    "sse": 0.6,
    "gradient.intercept": 3.3,
    "learning_rate": 0.01,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("intercept - learning_rate * gradient.intercept", 0.45 - 0.01 * 3.3),
        ("2^step", 8),
        ("abs(-slope) + 1e-2", 0.06),
        ("(324000 - 199000) / (405000 - 199000)", 125 / 206),
        ("max(step, 5)", 5),
        ("pi", math.pi),
        ("gradient.slope", math.nan),
        ("1 / (step - 3)", math.nan),
    ],
)
def test_an_amount_is_computed_from_readings(text, value):
    assert Amount.parse(text, HOUSES).value(NOW) == pytest.approx(value, nan_ok=True)


def test_a_reading_with_figures_in_its_name():
    amount = Amount.parse("2 * parameter.w1_2_1", POINTS)
    assert amount.names == ("parameter.w1_2_1",)
    assert amount.value({"parameter.w1_2_1": 0.25}) == 0.5


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("step >= 3 and slope < 0.1", True),
        ("step >= 3 and slope > 0.1", False),
        ("step > 3 or slope < 0.1", True),
        ("not step > 3", True),
        ("not (step >= 3 and slope < 0.1)", False),
        ("(step < 1 or step > 2) and not sse > 1", True),
        ("step < 1 or step > 2 and sse > 1", False),
        ("0 < slope < 0.1", True),
        ("0 < slope < 0.01", False),
        ("(step + 1) * 2 == 8", True),
        ("step != 3", False),
        ("step ≥ 3", True),
        ("gradient.slope > 0", False),
        ("not gradient.slope > 0", False),
        ("gradient.slope > 0 or step == 3", True),
    ],
)
def test_a_condition_holds_or_not(text, holds):
    assert Condition(text, HOUSES).holds(NOW) is holds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("step", "“step” is not a condition; compare it with something, as in step >= 3."),
        ("step = 3", "A single “=” compares nothing; write == for equal, or <= or >=."),
        ("step >", "A side of “step >” is missing; write it as step >= 3."),
        ("step > 3 and", "Something is missing beside and, or or not; write it as step >= 3."),
        ("(step > 3", "The brackets of this condition do not match; close each of them."),
        ("steps > 3", "The lab House prices has no reading “steps” (perhaps step); it has step, "),
        ("step > 1/0", "“1/0” divides by zero; change that part."),
        ("step + > 3", "Something is missing after “+” at the end; add a number or step."),
        ("__import__('os') > 0", "The lab House prices has no reading “__import__”"),
        ("step > 3 " * 100, "This has 900 characters; shorten it to 400 at most."),
        ("(" * 30 + "step > 3" + ")" * 30, "too many brackets inside each other"),
        ("not " * 60 + "step > 3", "There are too many “not” here; use fewer."),
    ],
)
def test_what_is_wrong_with_a_condition_is_one_sentence(text, sentence):
    with pytest.raises(BadInput) as caught:
        Condition(text, HOUSES)
    assert sentence in str(caught.value)


def test_sentences_name_readings_as_they_were_written():
    with pytest.raises(BadInput, match=r"gradient\.y"):
        Amount.parse("gradient.x + gradient.y 3", SURFACE)
