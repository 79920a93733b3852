"""What stands in the step card is true: the arithmetic comes out, the sentence fits the numbers."""

import re

import numpy as np
import pytest

from gdstudio.app.labs.step_texts import sentence_for, written_out
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings

MINUS = "\N{MINUS SIGN}"


def worked_out(text):
    """Return what the written arithmetic comes to, and what it says it comes to."""
    plain = re.sub("<.*?>", "", text).replace(MINUS, "-").replace(",", "")
    plain = re.sub(r"(\d) × 10", r"\1e", plain)
    plain = re.sub("10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "1e", plain)
    plain = plain.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹·", "-0123456789*"))
    _, update, result = plain.split(" = ")
    assert re.fullmatch(r"[-+*/(). \de]+", update), update
    return eval(update), float(result)


def rows_along(key, steps, *, rate=0.05, dtype=np.float64, **constants):
    """Descend a bowl with a ravine, and yield the row of each number before every step."""
    settings = OptimizerSettings(optimizer=key, learning_rate=rate, **constants)
    is_weight = np.array([0.0, 1.0], dtype)
    optimizer = settings.build(2, np.dtype(dtype), weights=is_weight)
    theta, curvature = np.array([1.7, -0.8], dtype), np.array([0.6, 7.0], dtype)
    for _ in range(steps):
        gradient = curvature * theta
        step = optimizer.next_step(theta, gradient, rate)
        for number in range(2):
            yield (
                StepRow(
                    "ab"[number],
                    *(float(v[number]) for v in (theta, gradient, step, theta + step)),
                    is_weight=bool(is_weight[number]),
                ),
                settings,
            )
        optimizer.step(theta, gradient, rate)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_written_arithmetic_comes_out_under_every_rule(key, dtype):
    constants = {"weight_decay": 0.4} if key == "adamw" else {}
    for row, settings in rows_along(key, 12, dtype=dtype, **constants):
        comes_to, said = worked_out(written_out(row, settings))
        assert said == pytest.approx(row.new_value, rel=1e-3, abs=1e-4)
        assert comes_to == pytest.approx(said, abs=3e-3 * max(abs(row.value), abs(row.step)))


@pytest.mark.parametrize(
    ("key", "last"),
    [
        # By hand: f = ½ · 0.6 a², a = 1.7; slope 1.02, step −0.051; then a = 1.649, slope 0.9894.
        ("sgd", "1.6490 − 0.05 · 0.9894"),
        ("momentum", "1.6490 + 0.9 · (−0.05100) − 0.05 · 0.9894"),
        # From 1.7 by −0.9 · 0.051 − 0.051 to 1.6031, slope 0.96186, the new speed −0.0939930.
        ("nesterov", "1.603 + 0.9 · (−0.09399) − 0.05 · 0.9619"),
        # The first step is −0.05: then slope 0.99, √(1.02² + 0.99²) = 1.4215.
        ("adagrad", "1.6500 − 0.05 · 0.9900 / 1.421"),
    ],
)
def test_every_rule_writes_its_own_terms(key, last):
    rows = [pair for pair in rows_along(key, 2) if pair[0].name == "a"]
    assert f"new a = {last} = <b>" in written_out(*rows[-1])


def test_only_weights_shrink():
    (bias, settings), (weight, _) = rows_along("adamw", 1, weight_decay=0.4)
    assert "0.4 ·" not in written_out(bias, settings)
    assert written_out(weight, settings).split(" = ")[1].endswith(" − 0.05 · 0.4 · (−0.8000)")


def test_a_rate_that_a_schedule_has_changed_is_the_one_written():
    settings = OptimizerSettings(learning_rate=1.0)
    row = StepRow("w", 0.5, 2.0, -0.2, 0.3)
    assert written_out(row, settings, learning_rate=0.1) == (
        "new w = 0.5000 − 0.1 · 2.000 = <b>0.3000</b>"
    )


def test_the_result_is_that_of_the_numbers_written_before_it():
    row = StepRow("b", 0.734547, 1.35, -0.0135, 0.721047)
    assert written_out(row, OptimizerSettings(learning_rate=0.01)) == (
        "new b = 0.7345 − 0.01 · 1.350 = <b>0.7210</b>"
    )
    small = StepRow("w", 0.1879, 0.1669, -0.001669, 0.186231)
    assert written_out(small, OptimizerSettings(learning_rate=0.01)) == (
        "new w = 0.18790 − 0.01 · 0.1669 = <b>0.18623</b>"
    ), "a small step is seen"


def test_numbers_that_are_none_are_no_trouble():
    bad = StepRow("a", float("inf"), float("nan"), float("nan"), float("nan"))
    flat = StepRow("a", 1.0, 0.0, 0.0, 1.0)
    for key in OPTIMIZERS:
        settings = OptimizerSettings(optimizer=key)
        assert "new a" in written_out(bad, settings)
        assert written_out(flat, settings).endswith("<b>1.000</b>")
        assert sentence_for([bad], settings)


@pytest.mark.parametrize(
    ("slopes", "steps", "key", "said"),
    [
        ((3.3, 1.545), (-0.033, -0.01545), "sgd", "so both numbers go down. The slope along a is "
         "2.1 times that along b: here, a matters more."),
        ((-2.0, 5.0), (0.1, -0.1), "sgd", "The slope along a is negative, so a goes up; along b "
         "it is the other way round."),
        ((3.0,), (-0.3,), "sgd", "The slope is positive, so a goes left."),
        ((3.0,), (0.1,), "momentum", "The slope is positive, so a should go left. But the speed "
         "still carries a right."),
        ((3.0, 1.0), (-0.1, -0.1), "adagrad", "so the steeper does not rule."),
        ((3.0,), (-0.1,), "adam", "What η multiplies is the mean slope divided by its usual size"),
        ((0.0,), (0.0,), "sgd", "The slope is practically 0: it is flat here."),
        ((-3.0,), (0.3,), "sgd", "The slope is negative, so a goes right."),
        ((0.0, 1e-12), (0.2, 0.0), "momentum", "The speed still carries a up."),
        ((4.0, 0.0), (-0.4, 0.0), "sgd", "Only a matters here."),
    ],
)  # fmt: skip
def test_the_sentence_fits_the_numbers(slopes, steps, key, said):
    rows = [
        StepRow(name, 1.0, slope, step, 1.0 + step)
        for name, slope, step in zip("ab", slopes, steps, strict=False)
    ]
    assert said in sentence_for(rows, OptimizerSettings(optimizer=key), usual=1.0)
