"""Numbers as one adds them by hand: what is shown adds up."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gdstudio.hand_numbers import sum_texts
from gdstudio.number_text import machine_text

usual = st.floats(-1e6, 1e6).filter(lambda number: number == 0 or abs(number) > 1e-3)


def exact(text):
    return Decimal(machine_text(text))


@pytest.mark.parametrize(
    ("sums", "texts"),
    [
        ([(0.73455, -0.01350)], [("0.7346", "−0.0135", "0.7211")]),
        (
            [(0.45, -0.033), (12.0, 0.5)],
            [("0.450", "−0.033", "0.417"), ("12.000", "+0.500", "12.500")],
        ),
        (
            [(153_000.0, -12.5), (0.1879, -0.001669)],
            [("153,000.0", "−12.5", "152,987.5"), ("0.18790", "−0.00167", "0.18623")],
        ),
        (
            [(161_606.53, 28_412.345), (112.08649, 51.3)],
            [("161,607", "+28,412", "190,019"), ("112.1", "+51.3", "163.4")],
        ),
        ([(153_000.0, -0.0006)], [("153,000", "−6×10⁻⁴", "153,000")]),
        ([(1.3e-6, -2.6e-7)], [("1.300×10⁻⁶", "−0.260×10⁻⁶", "1.040×10⁻⁶")]),
        ([(0.0, 0.0)], [("0", "0", "0")]),
        ([(math.inf, 1.0)], [("∞", "+1.000", "∞")]),
    ],
)
def test_a_sum_has_one_form(sums, texts):
    assert sum_texts(sums) == texts


@given(st.lists(st.tuples(usual, usual), min_size=1, max_size=9), st.integers(2, 5))
def test_what_is_shown_adds_up_and_is_near_the_numbers(sums, figures):
    for (value, step), (first, second, total) in zip(sums, sum_texts(sums, figures), strict=True):
        if "×" not in total:
            unit = Decimal(1).scaleb(-len(total.partition(".")[2]))
            # A step that is too small to be seen beside its value has figures of its own.
            assert abs(exact(first) + exact(second) - exact(total)) <= unit / 2
            assert abs(exact(total) - Decimal(value + step)) <= 2 * unit
        if step:
            assert exact(second) != 0, "a step is never shown as none"


@given(st.floats(), st.floats())
def test_any_numbers_can_be_written(value, step):
    assert all(sum_texts([(value, step)], figures)[0][0] for figures in (2, 5))
