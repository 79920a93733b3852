"""The line through the houses: the story's figures, the gradient, the largest stable rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.data.catalogue import load_houses
from gdstudio.engine.descent import Descent, Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.engine.regression import MIN_MAX, RAW, STANDARDISED, LinearRegression, Scaling

STORY = np.array([0.45, 0.75])


def houses(key="ten-houses", x="size_sqft", y="price_usd"):
    table = load_houses(key)
    return table.values[x], table.values[y]


def min_max(x, y):
    scaling = Scaling.of(MIN_MAX, x, y)
    return LinearRegression(scaling.scale_x(x), scaling.scale_y(y))


@pytest.fixture(scope="module")
def ten_houses():
    """Return the story's objective."""
    return min_max(*houses())


@pytest.fixture(scope="module")
def ames():
    """Living area against price, 2,930 houses, between 0 and 1."""
    return min_max(*houses("ames-houses", "living_area_sqft"))


def descend(objective, *, start=STORY, **chosen):
    optimizer = OptimizerSettings(**chosen).build(2, objective.dtype)
    limit = 1e6 * objective.value(np.asarray(start))
    return Descent(objective, optimizer, np.asarray(start), limit=limit)


def test_one_step_of_the_story(ten_houses):
    descent = descend(ten_houses)
    assert descent.step(0.01) == pytest.approx(0.6773, abs=5e-5)
    np.testing.assert_allclose(descent.gradient, [3.3002, 1.5453], atol=5e-5)
    np.testing.assert_allclose(descent.parameters, [0.41700, 0.73455], atol=5e-6)
    assert ten_houses.value(descent.parameters) == pytest.approx(0.5527, abs=5e-5)


def test_many_steps_arrive_at_least_squares(ten_houses):
    descent = descend(ten_houses)
    for _ in range(3000):
        descent.step(0.01)
    np.testing.assert_allclose(descent.parameters, [0.14210, 0.70146], atol=1e-5)
    np.testing.assert_allclose(descent.parameters, ten_houses.least_squares(), atol=1e-6)


@pytest.mark.parametrize("scale", [MIN_MAX, STANDARDISED, RAW])
@pytest.mark.parametrize(
    "data", [("ten-houses", "size_sqft"), ("ames-houses", "living_area_sqft")], ids=lambda d: d[0]
)
def test_least_squares_is_what_linear_algebra_says(data, scale):
    x, y = houses(*data)
    scaling = Scaling.of(scale, x, y)
    objective = LinearRegression(scaling.scale_x(x), scaling.scale_y(y))
    design = np.column_stack([np.ones_like(x), objective.x])
    expected, (squares,), *_ = np.linalg.lstsq(design, objective.y)
    best = objective.least_squares()
    np.testing.assert_allclose(best, expected, rtol=1e-8, atol=1e-14)
    assert objective.value(np.array(best)) == pytest.approx(0.5 * squares, rel=1e-8)
    gradient = np.empty(2)
    objective.value_and_gradient(np.array(best), gradient)
    np.testing.assert_allclose(gradient / np.abs(objective.hessian()).max(), 0, atol=1e-9)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    count=st.integers(2, 200),
    offset=st.floats(-100, 100),
    line=st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    seed=st.integers(0, 1000),
)
def test_sse_and_its_slopes_are_the_sums_of_the_story(count, offset, line, seed):
    rng = np.random.default_rng(seed)
    x, y = offset + rng.normal(size=count), rng.normal(size=count)
    objective = LinearRegression(x, y)
    at, gradient = np.array(line), np.empty(2)
    sse = objective.value_and_gradient(at, gradient)
    errors = y - (line[0] + line[1] * x)
    size = 1 + float(np.abs(errors).sum()) * (1 + abs(offset))
    assert sse == pytest.approx(0.5 * np.sum(errors**2), rel=1e-9, abs=1e-9)
    assert objective.value(at) == pytest.approx(sse, rel=1e-12)
    np.testing.assert_allclose(
        gradient, [-np.sum(errors), -np.sum(errors * x)], rtol=1e-9, atol=1e-12 * size
    )
    nudge = 1e-4
    for axis in (0, 1):
        step = nudge * np.eye(2)[axis]
        slope = (objective.value(at + step) - objective.value(at - step)) / (2 * nudge)
        # On a parabola central differences are exact but for rounding.
        assert gradient[axis] == pytest.approx(
            slope, rel=1e-6, abs=1e-9 * size + 1e-11 * sse / nudge
        )

    houses_sums = objective.per_house(at)
    np.testing.assert_allclose(houses_sums.predicted + houses_sums.error, y)
    assert houses_sums.slope_a.sum() == pytest.approx(gradient[0], rel=1e-9, abs=1e-12 * size)
    assert houses_sums.slope_b.sum() == pytest.approx(gradient[1], rel=1e-9, abs=1e-12 * size)
    np.testing.assert_array_equal(objective.per_house(at, slice(0, 1)).error, houses_sums.error[:1])


def test_the_landscape_is_the_cost_of_every_line(ten_houses):
    a, b = np.linspace(-1, 1, 5), np.linspace(0, 2, 4)
    landscape = ten_houses.surface(a[:, None], b)
    assert landscape.shape == (5, 4)
    for row, intercept in enumerate(a):
        for column, slope in enumerate(b):
            value = ten_houses.value(np.array([intercept, slope]))
            assert landscape[row, column] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("optimizer", [key for key, rule in OPTIMIZERS.items() if not rule.adapts])
@pytest.mark.parametrize("data", ["ten_houses", "ames"])
def test_the_largest_stable_rate_is_the_largest(data, optimizer, request):
    objective = request.getfixturevalue(data)
    _, curvature = objective.curvatures()
    rate = OptimizerSettings(optimizer=optimizer).stable_rate(curvature)

    below = descend(objective, optimizer=optimizer)
    for _ in range(6000):
        below.step(0.99 * rate)
    np.testing.assert_allclose(below.parameters, objective.least_squares(), atol=1e-6)

    above = descend(objective, optimizer=optimizer)
    with pytest.raises(Diverged), np.errstate(all="ignore"):
        _make_steps(above, 1.01 * rate, 20_000)
    assert np.isfinite(above.parameters).all()


def _make_steps(descent, rate, count):
    for _ in range(count):
        descent.step(rate)


def test_ames_diverges_above_0_00065(ames):
    _, curvature = ames.curvatures()
    assert 2 / curvature == pytest.approx(0.00065, abs=5e-6)
    np.testing.assert_allclose(ames.hessian()[0, 0], 2930)


@pytest.mark.parametrize("scale", [MIN_MAX, STANDARDISED, RAW])
def test_a_line_is_the_same_line_in_dollars_and_square_feet(scale):
    x, y = houses()
    scaling = Scaling.of(scale, x, y)
    a, b = scaling.line_in_original_units(*STORY)
    shown = scaling.scale_y(a + b * x)
    np.testing.assert_allclose(shown, STORY[0] + STORY[1] * scaling.scale_x(x), rtol=1e-12)
    np.testing.assert_allclose(scaling.line_in_scaled_units(a, b), STORY, rtol=1e-9)


def test_min_max_numbers_reach_from_0_to_1_and_raw_ones_are_left_alone():
    x, y = houses()
    scaling = Scaling.of(MIN_MAX, x, y)
    for scaled in (scaling.scale_x(x), scaling.scale_y(y)):
        assert (scaled.min(), scaled.max()) == (0.0, 1.0)
    raw = Scaling.of(RAW, x, y)
    np.testing.assert_array_equal(raw.scale_x(x), x)
    np.testing.assert_array_equal(raw.scale_y(y), y)


@pytest.mark.parametrize("size", [1.0, 1e-200, 1e100])
def test_standardised_numbers_have_mean_0_and_deviation_1(size):
    x, y = (values * size for values in houses())
    scaling = Scaling.of(STANDARDISED, x, y)
    for scaled in (scaling.scale_x(x), scaling.scale_y(y)):
        assert scaled.mean() == pytest.approx(0, abs=1e-12)
        assert scaled.std() == pytest.approx(1)


def test_a_perfect_fit_far_from_zero_costs_nothing():
    """The years of houses lie far from 0: the sums must not cancel."""
    x = 2000.0 + np.arange(20)
    objective = LinearRegression(x, 3.0 + 2.0 * x)
    np.testing.assert_allclose(objective.least_squares(), (3.0, 2.0), rtol=1e-9)
    assert objective.value(np.array([3.0, 2.0])) == pytest.approx(0.0, abs=1e-15)
