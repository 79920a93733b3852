"""How numbers are written in the window."""

import ast
import math
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import gdstudio
from gdstudio.number_text import (
    axis_money_text,
    axis_text,
    count_text,
    fixed_text,
    in_thousands,
    machine_text,
    money_text,
    number_text,
    parse_number,
    percent_text,
    plain_text,
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
        (-0.0, "0"),
        (1e-6, "10⁻⁶"),
        (-1e12, "−10¹²"),
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
        (6.2e10, "6.2×10¹⁰"),
        (-1.25e-7, "−1.25×10⁻⁷"),
        (0, "0"),
        (math.nan, "–"),
        (math.inf, "∞"),
    ],
)
def test_numbers_for_little_room(value, text):
    assert short_text(value) == text
    assert short_text(abs(value), sign=True).lstrip("+") == short_text(abs(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01, "0.01"),
        (2.5e-7, "2.5 × 10⁻⁷"),
        (1e-30, "10⁻³⁰"),
        (1e6, "1,000,000"),
        (1234567.0, "1,234,567"),
        (-0.0, "0"),
        (-1.5, "−1.5"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_numbers_as_one_says_them_have_no_zeros_at_their_end(value, text):
    assert plain_text(value) == text
    assert plain_text(value, grouped=False) == text.replace(",", "")


def test_what_rounds_to_nothing_has_no_sign():
    assert fixed_text(-0.004, 2) == "0.00"
    assert fixed_text(0.004, 2, sign=True) == "0.00"
    assert fixed_text(0.006, 2, sign=True) == "+0.01"
    assert fixed_text(-1234.5, 1) == "−1,234.5"
    assert percent_text(-0.0001) == "0.0 %"
    assert axis_text(-400, 100_000) == "0k"
    assert in_thousands(-3, 1, 1) == "0.0k"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2 × 10⁻⁷", 1.2e-7),
        ("−1.2·10⁻⁷", -1.2e-7),
        ("1.2*10^-7", 1.2e-7),
        ("10⁻⁶", 1e-6),
        ("-10**3", -1000.0),
        ("+2x10^+2", 200.0),
        ("1.2e-7", 1.2e-7),
        ("−3", -3.0),
        ("16,330", 16330.0),
        ("1,234.5", 1234.5),
        ("−∞", -math.inf),
        (" 0.5 ", 0.5),
    ],
)
def test_numbers_are_read_as_they_are_written_here_and_by_programs(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "1,5", "12,34", "10⁻", "× 10²", "1.2 × 10", "ten", "1 2", "1−"]
)
def test_what_is_no_number_is_not_read(text):
    with pytest.raises(ValueError, match="could not convert"):
        parse_number(text)


def test_a_cell_can_be_copied_to_programs():
    assert [machine_text(text) for text in ("−1,200.50", "1.2 × 10⁻⁷", "diverged", "46.9k")] == [
        "-1200.50", "1.2e-7", "diverged", "46.9k",
    ]  # fmt: skip


_WRITERS = {
    "number_text": number_text,
    "number_text with a sign": lambda value: number_text(value, 3, sign=True),
    "short_text": short_text,
    "short_text with a sign": lambda value: short_text(value, 2, sign=True),
    "plain_text": plain_text,
    "plain_text for a box": lambda value: plain_text(value, grouped=False),
}


@pytest.mark.parametrize("writer", _WRITERS)
@given(value=st.floats(allow_nan=False))
@example(value=5e-324)
@example(value=-5e-324)
@example(value=-0.0)
@example(value=1.7976931348623157e308)
@example(value=9.9999999e-5)
@example(value=999_999_999.9)
@example(value=-999_999.5)
def test_every_number_is_written_in_one_way_and_can_be_read_again(writer, value):
    text = _WRITERS[writer](value)
    assert not re.search(r"[eE-]|[−+]0(?![.,0-9])|[−+]0[.0]*$", text), text
    if text[-1] in "kM":
        return
    tolerance = 0.06 * abs(value)
    # What is rounded up may be larger than any float.
    assert parse_number(text) == pytest.approx(value, abs=tolerance) or math.isinf(
        parse_number(text)
    ), text


@given(value=st.floats(allow_nan=False, allow_infinity=False), decimals=st.integers(0, 8))
def test_fixed_decimals_are_counted_and_never_negative_zero(value, decimals):
    text = fixed_text(value, decimals, sign=True)
    assert len(text.partition(".")[2]) == decimals
    assert abs(parse_number(text) - value) <= 0.51 * 10.0**-decimals + 1e-12 * abs(value)
    assert (text[0] in "+−") == (parse_number(text) != 0)


# Text for programs, and numbers that are rounded by their text.
_NOT_FOR_PEOPLE = (
    "app/widgets/svg_picture.py",
    "app/widgets/plots/line_plot.py",
    "data/tables/numbers.py",
    "data/points/painted.py",
    "engine/functions/forms.py",
    "engine/functions/simplifier.py",
    "engine/functions/text.py",
    "experiment/points/settings.py",
    "experiment/scenario.py",
    "hand_numbers.py",
    "number_text.py",
)


def test_no_other_module_has_a_format_of_its_own_for_decimals():
    package = Path(gdstudio.__file__).parent
    found = []
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).as_posix() in _NOT_FOR_PEOPLE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
                spec = ast.unparse(node.format_spec)[2:-1]
                if spec[-1:] in tuple("eEfFgGn%"):
                    found.append(f"{path.name}:{node.lineno}: {spec}")
    assert not found, "use gdstudio.number_text"
