"""Numbers written in any known way are read back as they are, or it is said how they were read."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdstudio.data.tables.number_column import NumberColumn, Surroundings, form_of
from gdstudio.data.tables.numbers import Unread, Written, understand

# What parts thousands, what marks decimals, and whether groups above the first are of two.
CONVENTIONS = [
    ("", ".", False),
    ("", ",", False),
    (",", ".", False),
    (".", ",", False),
    (" ", ",", False),
    (" ", ".", False),
    ("\N{NO-BREAK SPACE}", ",", False),
    ("\N{NARROW NO-BREAK SPACE}", ",", False),
    ("'", ".", False),
    ("’", ",", False),
    (",", ".", True),
]
AROUND = [
    ("", ""), ("$", ""), ("US$ ", ""), ("€ ", ""), ("", " €"), ("£", ""), ("", " zł"), ("", " kr"),
    ("R$ ", ""), ("₹ ", ""), ("CHF ", ""), ("", " Kč"), ("", " м²"), ("", " m²"), ("", "m2"),
    ("", " sqft"), ("", " ft²"),
    ("", " sq. ft."), ("ca. ", " qm"), ("~", ""), ("", " kvm"), ("", " %"), ("¥", ""), ("", "万円"),
]  # fmt: skip


def grouped(digits, group, indian):
    if len(digits) <= 3:
        return digits
    head, parts, size = digits[:-3], [digits[-3:]], 2 if indian else 3
    while head:
        parts.insert(0, head[-size:])
        head = head[:-size]
    return group.join(parts)


def written(number, decimals, convention, around=("", ""), minus="-"):
    """Return `number` with `decimals` decimals as people with this convention write it."""
    group, mark, indian = convention
    whole, _, rest = f"{abs(number):.{decimals}f}".partition(".")
    text = grouped(whole, group, indian) + (mark + rest if rest else "")
    text = around[0] + text + around[1]
    return f"({text})" if minus == "()" and number < 0 else f"{minus if number < 0 else ''}{text}"


def read(name, cells, delimiter=","):
    form = form_of(name, cells, Surroundings(delimiter))
    column = NumberColumn(form)
    values = column.read(cells)
    is_said = not form.is_proven and not column.supports and bool(column.open_example)
    return values, is_said, column


numbers = st.lists(
    st.one_of(
        st.integers(-9_999_999, 99_999_999).map(float),
        st.floats(-1e6, 1e7, allow_nan=False),
        st.floats(0, 1000),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(
    numbers=numbers,
    decimals=st.integers(0, 4),
    convention=st.sampled_from(CONVENTIONS),
    around=st.sampled_from(AROUND),
    name=st.sampled_from(["price", "Fläche", "x", "distance", "Cena"]),
    delimiter=st.sampled_from(",;\t"),
    minus=st.sampled_from(["-", "−", "–", "()"]),
)
@example([1774500.0, 182500.0], 0, (".", ",", False), ("", " €"), "Preis", ";", "-")
@example([1.234, 5.678], 3, ("", ".", False), ("", ""), "x", ",", "-")
def test_a_column_in_any_convention_is_read_back(
    numbers, decimals, convention, around, name, delimiter, minus
):
    cells = [written(number, decimals, convention, around, minus) for number in numbers]
    meant = np.array([float(f"{number:.{decimals}f}") for number in numbers])
    factor = 10_000 if around[1] == "万円" else 1
    values, is_said, column = read(name, cells, delimiter)
    assert column.left_out == column.against == 0
    if not is_said:
        np.testing.assert_allclose(values, meant * factor, rtol=1e-12)
    else:
        # The other reading, the one that a click gives, is right then if this one is not.
        other = "," if column.form.mark == "." else "."
        meant_so = [understand(cell).value(other) for cell in cells]
        assert np.allclose(values, meant * factor) or np.allclose(meant_so, meant * factor)


@settings(max_examples=200, deadline=None)
@given(
    numbers=st.lists(st.floats(0.01, 99_999), min_size=2, max_size=8),
    decimals=st.integers(1, 2),
    convention=st.sampled_from(CONVENTIONS),
)
def test_decimals_that_cannot_be_thousands_are_never_in_doubt(numbers, decimals, convention):
    cells = [written(number, decimals, convention) for number in numbers]
    values, is_said, _ = read("anything", cells)
    assert not is_said
    np.testing.assert_allclose(values, [float(f"{n:.{decimals}f}") for n in numbers], rtol=1e-12)


@settings(max_examples=300, deadline=None)
@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_as_python_writes_them(number):
    values, _, _ = read("x", [repr(number), "0.5"])
    assert values[0] == number


@settings(max_examples=500, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_understood_or_refused_with_a_reason(text):
    one = understand(text)
    if isinstance(one, Written):
        assert any(c.isdecimal() or c in "½¼¾" for c in text) or "inf" in text.lower()
        assert not math.isnan(one.value(".")) or not math.isnan(one.value(","))
    else:
        assert isinstance(one, Unread)
        assert one.why or not any(map(str.isdecimal, text))


@settings(max_examples=500, deadline=None)
@given(
    cells=st.lists(
        st.text(alphabet="0123456789.,' -€$km²%eE()½\N{NO-BREAK SPACE}", max_size=14),
        min_size=1,
        max_size=6,
    )
)
def test_a_cell_is_read_alike_alone_and_among_cells_of_its_shape(cells):
    """The recipe that a shape leaves behind gives what understanding the cell itself would."""
    for name in ("x", "price"):
        form = form_of(name, cells, Surroundings())
        together = NumberColumn(form).read([*cells, *cells, "x"])
        alone = [NumberColumn(form).read([cell, "x"])[0] for cell in [*cells, *cells]]
        np.testing.assert_array_equal(together[:-1], alone)


@pytest.mark.parametrize("text", ["１２３", "１，２３４", "－５", "￥３００"])
def test_full_width_signs_are_those_of_ascii(text):
    plain = {"１２３": 123, "１，２３４": 1234, "－５": -5, "￥３００": 300}[text]
    assert understand(text).value(".") == plain
