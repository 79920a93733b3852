"""Worksheets: what a class works out by hand is what the engine computes, and the key agrees."""

import itertools
import re
from decimal import Decimal

import numpy as np
import pytest

from gdstudio.data.catalogue import load_houses
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.engine.regression import ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.next_step import rank_next_step
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.houses.problem import HousesSettings, LineSettings
from gdstudio.experiment.worksheets.digits import digits_worksheet
from gdstudio.experiment.worksheets.function import function_worksheet
from gdstudio.experiment.worksheets.houses import houses_worksheet
from gdstudio.hand_numbers import Blank, place_text, plain, rounded, rounding_note, text
from gdstudio.number_text import parse_number

WEIGHTS = np.array([0.0, 1.0])


def number(written):
    return float(written.strip("()").replace("−", "-").replace(",", ""))


def found(sheet, start):
    """Return the last answer of every line that begins so."""
    lines = (line for task in sheet.tasks for line in task.lines if line[0].startswith(start))
    return [[p for p in line if isinstance(p, Blank)][-1].answer for line in lines]


def houses(key="ten-houses", *, scale="min-max", line=None, **optimizer):
    table = load_houses(key)
    settings = HousesSettings(
        *default_columns(table),
        scale=ScaleSettings(scale=scale),
        line=line or LineSettings(),
        optimizer=OptimizerSettings(**({"learning_rate": 0.01} | optimizer)),
    )
    return HousesExperiment(table, settings)


def test_the_first_step_of_the_story_by_hand():
    sheet = houses_worksheet(houses().snapshot())
    assert dict(sheet.givens)["Line"] == "Ypred = a + b · X, with a = 0.4500 and b = 0.7500"
    assert dict(sheet.givens)["Learning rate"] == "η = 0.01"
    grid = sheet.tasks[0].grid
    assert grid.headers[1:5] == ("X", "Y", "Ypred = a + b · X", "error = Y − Ypred")
    assert len(grid.rows) == 10
    # The second house, from its given numbers: 0.45 + 0.75 · 0.222 = 0.6165, half up 0.617.
    assert grid.rows[1] == ("2", "0.222", "0.223", *map(Blank, ("0.617", "−0.394", "0.394",
                            "0.087", "0.1552")))  # fmt: skip
    assert [cell.answer for cell in grid.sums[5:]] == ["3.301", "1.544", "1.3550"]
    assert found(sheet, "SSE =") == ["0.6775"]
    assert found(sheet, "new a") == ["0.4170"]
    assert found(sheet, "new b") == ["0.7346"]
    assert found(sheet, "new SSE") == ["0.5528"]
    assert found(sheet, "SSE changed by") == ["Yes."]
    assert sheet.check == "With nothing rounded: a = 0.416998, b = 0.734547, SSE = 0.552675."


def test_every_sum_of_the_key_is_the_sum_of_its_rounded_cells():
    for task in houses_worksheet(houses().snapshot(), steps=3).tasks:
        if task.grid is None:
            continue
        for column, total in enumerate(task.grid.sums):
            if isinstance(total, Blank):
                cells = [Decimal(row[column].answer.replace("−", "-")) for row in task.grid.rows]
                assert text(sum(cells)) == total.answer


@pytest.mark.parametrize("key", OPTIMIZERS)
@pytest.mark.parametrize("steps", [1, 3])
def test_the_houses_key_is_the_engines_way_to_three_figures(key, steps):
    experiment = houses(optimizer=key, learning_rate=0.02, weight_decay=0.5)
    sheet = houses_worksheet(experiment.snapshot(), steps=steps)
    experiment.advance(steps=steps)
    a, b = experiment.descent.parameters
    assert number(found(sheet, "new a")[-1]) == pytest.approx(a, abs=3e-3)
    assert number(found(sheet, "new b")[-1]) == pytest.approx(b, abs=3e-3)
    sse = experiment.snapshot().sse
    assert number(found(sheet, "new SSE")[-1]) == pytest.approx(sse, abs=5e-3)
    unrounded = re.findall(r"[-−\d.]+\d", sheet.check)
    assert [number(n) for n in unrounded] == pytest.approx([a, b, sse], rel=1e-5)


def test_raw_dollars_stay_numbers_that_one_can_write():
    experiment = houses(scale="raw", line=LineSettings(50_000, 120), learning_rate=5e-8)
    sheet = houses_worksheet(experiment.snapshot())
    first = sheet.tasks[0].grid.rows[0]
    assert first[1:5] == ("1,100", "199,000", Blank("182,000"), Blank("17,000"))
    experiment.advance(steps=1)
    assert number(found(sheet, "new b")[0]) == pytest.approx(
        experiment.descent.parameters[1], rel=1e-3
    )


def test_of_many_houses_ten_are_taken_with_a_rate_that_suits_them():
    sheet = houses_worksheet(houses("ames-houses", learning_rate=0.0003).snapshot(), steps=2)
    assert "10 of 2,930 houses" in dict(sheet.givens)["Data"]
    heights = [number(answer) for answer in (*found(sheet, "SSE ="), *found(sheet, "new SSE"))]
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] < heights[0] / 3


def test_a_line_that_is_lost_makes_no_sheet():
    experiment = houses()
    experiment.descent.parameters[:] = np.inf
    with pytest.raises(BadInput, match="press Reset"):
        houses_worksheet(experiment.snapshot())


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_with_many_figures_the_hand_rules_are_the_engines(key):
    settings = OptimizerSettings(optimizer=key, learning_rate=0.05, weight_decay=0.4)
    optimizer = settings.build(1, np.dtype(np.float64))
    theta = np.array([1.7])
    walk = HandWalk("x", Decimal("1.7"), settings, decimals=15, figures=20)
    for _ in range(6):
        slope = 0.6 * theta
        settings.kind.step_by_hand(walk, Decimal(float(slope[0])))
        optimizer.step(theta, slope, settings.learning_rate)
        # The engine's ε is left out by hand.
        assert float(walk.value) == pytest.approx(theta[0], abs=1e-6)


def sheet_of(text, start, *, steps=2, **optimizer):
    variables = ("x", "y") if len(start) > 1 else ("x",)
    objective = FunctionObjective(Expression.parse(text, variables))
    return function_worksheet(objective, start, OptimizerSettings(**optimizer), steps=steps)


def test_a_curve_by_hand():
    sheet = sheet_of("x**4 - 3*x**2 + x", [2.0], learning_rate=0.01)
    assert dict(sheet.givens)["Function"] == "f(x) = x⁴ − 3·x² + x"
    assert found(sheet, "f(x)") == ["6.000"]
    assert found(sheet, "f′(x)") == ["21.00", "13.20"]
    assert found(sheet, "step of x") == ["−0.210", "−0.132"]
    assert found(sheet, "new x") == ["1.790", "1.658"]
    # 1.79⁴ − 3 · 1.79² + 1.79 = 2.44395…; at 1.658: 0.96785….
    assert found(sheet, "f(new x)") == ["2.444", "0.968"]
    assert found(sheet, "f went") == ["Yes."]
    key, sheet_text = sheet.text(key=True), sheet.text(key=False)
    assert "new x = 2.000 + (−0.210) = 1.790" in key
    assert "new x = 2.000 + ____ = ____" in sheet_text
    assert "1.790" not in sheet_text
    assert "With nothing rounded" not in sheet_text


def test_a_landscape_by_hand():
    sheet = sheet_of("1.5*x**2 + 0.5*y**2", [1.0, 1.0], optimizer="momentum", learning_rate=0.1)
    assert found(sheet, "∂f/∂x") == ["3.000", "2.100"]
    assert found(sheet, "∂f/∂y") == ["1.000", "0.900"]
    # 0.9 · (−0.3) − 0.1 · 2.1 = −0.48, so 0.7 − 0.48 = 0.22; along y −0.18, so 0.72.
    assert [number(n) for n in found(sheet, "new x")] == [0.7, 0.22]
    assert [number(n) for n in found(sheet, "new y")] == [0.9, 0.72]


def test_where_a_function_ends_there_is_a_sentence():
    with pytest.raises(BadInput, match="where this walk comes by; choose another start"):
        sheet_of("sqrt(x)", [1.0], learning_rate=6.0)


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_the_steepest_of_a_network_by_hand_under_every_rule(key):
    rng = np.random.default_rng(0)
    settings = OptimizerSettings(optimizer=key, learning_rate=0.02, weight_decay=0.3)
    theta = rng.normal(size=300).astype(np.float32)
    optimizer = settings.build(300, theta.dtype)
    for _ in range(4):
        gradient = rng.normal(size=300).astype(np.float32)
        optimizer.step(theta, gradient, settings.learning_rate)
    step = optimizer.next_step(theta, gradient, settings.learning_rate)
    ranked = rank_next_step(None, theta, gradient, step, iteration=4, loss=0.5)
    sheet = digits_worksheet(ranked, settings, "w{}".format)
    grid = sheet.tasks[0].grid
    assert len(grid.rows) == 10
    for row, place in zip(grid.rows, ranked.order, strict=False):
        assert row[1] == f"w{place}"
        steps, new, change = (number(cell.answer) for cell in row[-3:])
        assert steps == pytest.approx(step[place], rel=2e-2, abs=1e-4)
        assert new == pytest.approx(theta[place] + step[place], abs=3e-3)
        assert change == pytest.approx(gradient[place] * step[place], rel=3e-2, abs=2e-3)
    total = sum(gradient[p] * step[p] for p in ranked.order[:10])
    assert number(grid.sums[-1].answer) == pytest.approx(total, rel=2e-2)


def test_a_network_that_is_lost_makes_no_sheet():
    lost = rank_next_step(None, *np.full((3, 20), np.nan), iteration=0, loss=1.0)
    with pytest.raises(BadInput, match="press Reset"):
        digits_worksheet(lost, OptimizerSettings(), str)


def test_numbers_are_rounded_and_written_as_in_school():
    assert [text(rounded(n, 2)) for n in (0.125, -0.125, 2.675, -0.004)] == [
        "0.13", "−0.13", "2.68", "0.00",
    ]  # fmt: skip
    assert text(rounded(1_234_567, -3)) == "1,235,000"
    assert [plain(n) for n in (0.01, 1.0, 5e-8, 100.0)] == ["0.01", "1", "5 × 10⁻⁸", "100"]
    assert [place_text(n) for n in (3, 1, 0, -3)] == [
        "3 decimals", "1 decimal", "whole numbers", "thousands",
    ]  # fmt: skip
    assert rounding_note([("x", 3), ("y", 2), ("z", 3)]) == (
        "Round x and z to 3 decimals; y to 2 decimals. A 5 rounds up. Go on with the rounded "
        "numbers."
    )


def test_a_walk_that_explodes_makes_no_sheet_and_says_why():
    objective = FunctionObjective(Expression.parse("x**4 - 3*x**2 + x"))
    rule = OptimizerSettings(learning_rate=10.0)
    with pytest.raises(BadInput, match="too long to be worked out by hand"):
        function_worksheet(objective, (2.0,), rule, steps=3)
    assert function_worksheet(objective, (2.0,), rule, steps=1).answers()


def test_any_function_start_and_rule_makes_a_true_sheet_or_a_sentence():
    rng = np.random.default_rng(11)
    one = [FunctionObjective(Expression.parse(text)) for text in (
        "x**2", "x**4 - 3*x**2 + x", "exp(3*x)", "1/x", "log(x)", "x**100", "1e-12*x**2", "abs(x)",
        "tan(x)", "1e9*x**2", "5", "sqrt(x)",
    )]  # fmt: skip
    two = [FunctionObjective(Expression.parse(text, ("x", "y"))) for text in (
        "x**2 + y**2", "exp(x*y)", "100*(y - x**2)**2 + (1 - x)**2", "x/y", "1e-9*x + 1e9*y",
    )]  # fmt: skip
    sheets = 0
    for _ in range(400):
        objective = (one + two)[rng.integers(len(one) + len(two))]
        start = rng.uniform(-3, 3, objective.size).round(int(rng.integers(0, 6)))
        rule = OptimizerSettings(
            str(rng.choice(list(OPTIMIZERS))), float(f"{10.0 ** rng.uniform(-12, 6):.1g}")
        )
        try:
            sheet = function_worksheet(objective, start, rule, steps=int(rng.integers(1, 4)))
        except BadInput:
            continue
        sheets += 1
        *heights, answer = [piece.answer for piece in sheet.tasks[-1].lines[0]
                            if isinstance(piece, Blank)]  # fmt: skip
        shown = list(map(written_number, heights))
        falls = all(after < before for before, after in itertools.pairwise(shown))
        assert answer == ("Yes." if falls else "No.")
        assert not any(re.search(r"[−-]0(\.0+)?$", found) for found in sheet.answers())
    assert sheets > 200


def written_number(said):
    return parse_number(said.strip("()"))
