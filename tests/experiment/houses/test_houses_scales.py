"""Houses of every size: bytes, GDPs, 10⁻³⁰⁰, constants, two rows, cells that are no number.

Whatever is in a table is fitted at the rate that is suggested, or refused in a sentence.
"""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdstudio.data.dataset import Table
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.regression import MIN_MAX, RAW, STANDARDISED, ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.houses.problem import (
    HousesProblem,
    HousesSettings,
    LineSettings,
    suitable_rate,
)
from gdstudio.experiment.houses.step_table import (
    TableForm,
    price_decimals,
    repeatable_price,
    table_numbers,
)
from gdstudio.experiment.worksheets.houses import houses_worksheet


def fitted(x, y, scale, *, optimizer="sgd", steps=200):
    """Return the experiment after some steps from the story's start, at the suggested rate."""
    table = Table("t", ("x", "y"), {"x": np.array(x, float), "y": np.array(y, float)}, {})
    chosen = HousesSettings(
        "x", "y", scale=ScaleSettings(scale), optimizer=OptimizerSettings(optimizer=optimizer)
    )
    problem = HousesProblem.of(table, chosen)
    rate = suitable_rate(problem, chosen, {})
    line = LineSettings(0.45, 0.75)
    if scale == RAW:
        line = LineSettings(*problem.objective.least_squares())
    chosen = HousesSettings(
        "x", "y", scale=ScaleSettings(scale), line=line,
        optimizer=OptimizerSettings(optimizer=optimizer, learning_rate=rate),
    )  # fmt: skip
    experiment = HousesExperiment(table, chosen)
    experiment.advance(steps=steps)
    return experiment


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e-9, 1.0, 1e10, 1e13, 1e100])
@pytest.mark.parametrize("scale", [MIN_MAX, STANDARDISED])
def test_the_suggested_rate_arrives_at_any_size(size, scale):
    x = np.array([1, 2, 2.5, 4, 7]) * size
    y = np.array([2, 3, 5, 4, 9]) * 1e5
    experiment = fitted(x, y, scale, steps=100_000)
    assert experiment.finished
    np.testing.assert_allclose(
        experiment.descent.parameters, experiment.problem.objective.least_squares(), atol=1e-6
    )
    a, b = experiment.problem.scaling.line_in_original_units(*experiment.descent.parameters)
    expected = np.polynomial.Polynomial.fit(x / size, y, 1).convert().coef
    np.testing.assert_allclose((a, b * size), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([1e-300, 2e-300, 4e-300], [1, 2, 3], "too small"),
        ([1e20, 2e20, 4e20], [1, 2, 3], "too large"),
        ([1e10, 1e10 + 1e-3, 1e10 + 5e-3], [1, 2, 3], "too close to each other"),
        ([1, 2, 3], [1e120, 2e120, 4e120], "“y” are too large"),
    ],
)
def test_raw_numbers_that_no_rate_suits_are_refused(x, y, said):
    with pytest.raises(BadInput, match=said):
        fitted(x, y, RAW)
    fitted(x, y, MIN_MAX)


@settings(max_examples=150, deadline=None)
@given(
    numbers=st.lists(
        st.tuples(
            st.one_of(st.floats(), st.integers(-9, 9).map(float)),
            st.one_of(st.floats(), st.integers(-9, 9).map(float)),
        ),
        min_size=1,
        max_size=8,
    ),
    scale=st.sampled_from([MIN_MAX, STANDARDISED, RAW]),
    optimizer=st.sampled_from(list(OPTIMIZERS)),
)
@example(numbers=[(0.0, 15_000.0), (1.0, 0.0)], scale=RAW, optimizer="adamw")
@example(numbers=[(0.0, 0.0), (1.0, 1.4e-139)], scale=RAW, optimizer="lion")
@example(numbers=[(0.0, 15_000.0), (1.0, 0.0)], scale=RAW, optimizer="lion")
def test_any_two_columns_are_fitted_or_refused(numbers, scale, optimizer):
    x, y = zip(*numbers, strict=True)
    try:
        experiment = fitted(x, y, scale, optimizer=optimizer, steps=50)
    except BadInput:
        return
    snapshot = experiment.snapshot()
    problem = snapshot.problem
    assert np.isfinite(snapshot.parameters).all()
    table_numbers(problem, snapshot.parameters, TableForm.of(problem))
    a, b = problem.scaling.line_in_original_units(*snapshot.parameters.tolist())
    decimals = price_decimals(problem)
    if decimals is not None:
        repeatable_price(a, b, float(problem.x[0]), decimals)
    with suppress(BadInput):
        houses_worksheet(snapshot)


@settings(max_examples=200, deadline=None)
@given(
    line=st.tuples(st.floats(-1e9, 1e9), st.floats(-1e6, 1e6)),
    size=st.one_of(st.integers(-10_000, 100_000).map(float), st.floats(-1e4, 1e5)),
    decimals=st.integers(0, 3),
)
def test_a_price_can_be_repeated_from_the_equation_that_is_shown(line, size, decimals):
    shown = repeatable_price(*line, size, decimals)
    if shown is None:
        return
    a, b, price = shown
    by_hand = a + b * type(a)(repr(size))
    assert abs(by_hand - price) <= type(a)(5).scaleb(-decimals - 1)
    assert float(price) == pytest.approx(line[0] + line[1] * size, abs=0.51 * 10.0**-decimals)


def test_the_story_s_price_is_repeated_to_the_dollar():
    shown = repeatable_price(165811.1111111111, 114.44444444444444, 2000, 0)
    assert [str(number) for number in shown] == ["165811.11", "114.44444", "394700"]
