"""The step table of the houses adds up as it is shown, whatever the data and the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.data.catalogue import load_houses
from gdstudio.data.dataset import Table
from gdstudio.engine.regression import ScaleSettings
from gdstudio.experiment.houses.problem import HousesProblem, HousesSettings
from gdstudio.experiment.houses.step_table import TableForm, rounded, table_numbers


def problem_of(x, y, scale="min-max"):
    table = Table("t", ("x", "y"), {"x": np.array(x, float), "y": np.array(y, float)}, {})
    return HousesProblem.of(table, HousesSettings("x", "y", scale=ScaleSettings(scale)))


def ulp(places):
    return 10.0**-places


def check_rows(problem, a, b):
    """Repeat the arithmetic of each row from its shown numbers, and compare with the true ones."""
    form = TableForm.of(problem)
    shown = table_numbers(problem, np.array([a, b]), form)
    for numbers, places in (
        (shown.x, form.x), (shown.y, form.y), (shown.predicted, form.y), (shown.error, form.y),
        (shown.slope_b, form.slope),
    ):  # fmt: skip
        np.testing.assert_allclose(np.round(numbers, places), numbers, atol=1e-12, rtol=1e-12)
        assert not np.signbit(numbers[numbers == 0]).any(), "no −0"
    half = 0.500001
    by_hand = shown.a + shown.b * shown.x
    bits = 1e-11 * np.abs(by_hand).max()
    assert np.abs(by_hand - shown.predicted).max() <= half * ulp(form.y) + bits
    np.testing.assert_allclose(
        shown.error, shown.y - shown.predicted, atol=ulp(form.y) * 1e-3 + bits
    )
    np.testing.assert_array_equal(shown.slope_a, -shown.error)
    products = -shown.error * shown.x
    bits = 1e-11 * np.abs(products).max()
    assert np.abs(products - shown.slope_b).max() <= half * ulp(form.slope) + bits
    each = problem.objective.per_house(np.array([a, b]))
    steep = 1 + abs(b)
    assert np.abs(shown.error - each.error).max() <= 1.2 * ulp(form.y) + steep * ulp(form.x)


@pytest.mark.parametrize("key", ["ten-houses", "ames-houses"])
@pytest.mark.parametrize("scale", ["min-max", "standardised", "raw"])
def test_the_shipped_houses_add_up(key, scale):
    table = load_houses(key)
    x, y = (table.values[name] for name in (table.columns[0], "price_usd"))
    problem = problem_of(x, y, scale)
    best = problem.objective.least_squares()
    for a, b in ((0.45, 0.75), best, (best[0] * 0.9, best[1] * 1.1)):
        check_rows(problem, a, b)


def test_the_story_has_three_decimals_and_its_line_four():
    table = load_houses("ten-houses")
    problem = problem_of(table.values["size_sqft"], table.values["price_usd"])
    form = TableForm.of(problem)
    assert (form.x, form.y, form.slope, form.a, form.b) == (3, 3, 3, 4, 4)
    shown = table_numbers(problem, np.array([0.45, 0.75]), form)
    assert (shown.x[1], shown.y[1], shown.predicted[1]) == (0.222, 0.223, 0.617)
    assert shown.error[1] == pytest.approx(-0.394)


def test_the_decimals_are_those_of_the_data_and_stay_for_a_whole_run():
    raw = problem_of([69.5, 180.25, 51], [169_000, 591_500, 182_500], "raw")
    form = TableForm.of(raw)
    assert (form.x, form.y) == (1, 0), "four figures of 180.25"
    assert TableForm.of(problem_of([1990, 2005, 2020], [1, 2, 4], "raw")).x == 0
    assert TableForm.of(problem_of([1990.25, 1990.5, 1991], [1, 2, 4], "raw")).x == 2
    assert TableForm.of(problem_of([1e12, 2e12, 4e12], [1, 2, 4], "raw")).x is None
    assert TableForm.of(problem_of([1e-7, 2e-7, 4e-7], [1, 2, 4], "raw")).x is None


@settings(max_examples=200, deadline=None)
@given(
    x=st.lists(st.floats(-9e5, 9e5), min_size=2, max_size=12, unique=True),
    seed=st.integers(0, 1000),
    size=st.sampled_from([1e-3, 1.0, 250.0, 4e5]),
    scale=st.sampled_from(["min-max", "standardised", "raw"]),
    line=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
)
def test_rows_add_up_for_any_data(x, seed, size, scale, line):
    y = np.random.default_rng(seed).normal(size=len(x)) * size
    if np.ptp(x) < 1e-3 or np.ptp(y) < 1e-9:
        return
    problem = problem_of(x, y, scale)
    if TableForm.of(problem).slope is not None:
        check_rows(problem, *line)


def test_halves_are_rounded_as_by_hand_and_zero_has_no_sign():
    numbers = rounded(np.array([0.0005, -0.0005, 0.6164, -0.0004, 1e300, np.inf]), 3)
    np.testing.assert_array_equal(numbers, [0.001, -0.001, 0.616, 0.0, 1e300, np.inf])
    assert not np.signbit(numbers[3])
    assert rounded(np.array([0.45 + 0.75 * 0.222]), 3)[0] == 0.617
