"""How numbers are written in the window."""

import math

import pytest

from gdstudio.number_text import (
    axis_money_text,
    axis_text,
    count_text,
    money_text,
    number_text,
    percent_text,
    short_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.417, "0.4170"),
        (-0.031, "−0.03100"),
        (16330, "16,330"),
        (16330.4, "16,330"),
        (9.99999, "10.00"),
        (0, "0"),
        (-1.2e-7, "−1.2 × 10⁻⁷"),
        (3e12, "3 × 10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_numbers_have_four_figures_and_a_true_minus(value, text):
    assert number_text(value) == text


def test_a_sign_can_be_asked_for():
    assert number_text(0.71, 3, sign=True) == "+0.710"
    assert number_text(-0.71, 3, sign=True) == "−0.710"
    assert number_text(0, 3, sign=True) == "0"


def test_counts_money_and_percentages():
    assert count_text(60000) == "60,000"
    assert money_text(337120.4) == "$337,120"
    assert money_text(-1200) == "−$1,200"
    assert money_text(-0.4) == "$0"
    assert percent_text(0.9432) == "94.3 %"


@pytest.mark.parametrize(
    ("value", "spacing", "text"),
    [
        (5000, 5000, "5,000"),
        (200_000, 100_000, "200k"),
        (1_500_000, 500_000, "1.5M"),
        (0.1, 0.1, "0.1"),
        (0.30000000000000004, 0.1, "0.3"),
        (1e-17, 0.1, "0"),
        (-0.25, 0.05, "−0.25"),
    ],
)
def test_ticks_are_short(value, spacing, text):
    assert axis_text(value, spacing) == text


def test_ticks_of_dollars():
    assert axis_money_text(200_000, 100_000) == "$200k"
    assert axis_money_text(-50_000, 50_000) == "−$50k"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.417, "0.417"),
        (-45883.0, "−45.9k"),
        (9876, "9,876"),
        (999_700, "1.00M"),
        (50_471_300, "50.5M"),
        (6.2e10, "6.2e10"),
        (-1.25e-7, "−1.25e−7"),
        (0, "0"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_numbers_for_little_room(value, text):
    assert short_text(value) == text
    assert short_text(abs(value), sign=True).lstrip("+") == short_text(abs(value))
