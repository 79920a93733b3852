"""Numbers in the texts of lessons are as they are, however the reader has changed the run."""

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.markup import to_words


def filled(text, **readings):
    return FilledText.parse(text, 1, VOCABULARIES["slope"]).fill(readings)


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("{= x : 1}", 0.1, "0.1"),
        ("{= x : 1}", 0.25, "0.25"),
        ("{= x : 2}", 0.015, "0.015"),
        ("{= x : 0}", 3.0, "3"),
        ("{= x : 0}", -2.7, "−2.7"),
        ("{= x : 3}", 0.55342, "0.553"),
        ("{= x : 3}", -0.0004377, "−0.000438"),
        ("{= x : 0}", 141123.7, "141,124"),
        ("{= x : 2}", 0.0, "0.00"),
        ("{= x : 2}", 1.2344e-12, "1.234 × 10⁻¹²"),
        ("{= 2 * x : 1}", 0.011, "0.022"),
    ],
)
def test_a_number_has_the_decimals_asked_for_or_as_many_as_it_takes(text, value, said):
    assert filled(text, x=value) == said


def test_what_has_no_value_is_refused_or_left_open():
    text = FilledText.parse("x is {= x : 2}.", 1, VOCABULARIES["slope"])
    with pytest.raises(BadInput, match="has no value here"):
        text.fill({"x": float("inf")})
    assert text.fill_known({"x": float("nan")}) == "x is …."


def test_numbers_stand_beside_and_inside_a_formula():
    told = filled("$x = {= x : 2}$ and $x^{{= x : 1}}$, {= x : 1}.", x=-0.5)
    assert told == "$x = −0.50$ and $x^{−0.5}$, −0.5."
    assert to_words(told) == "x = −0.50 and x^(−0.5), −0.5."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"So $y = a + b \cdot x$ is a line.", 5),
        ("From $199,000 to $405,000.", 4),
        ("$$\ny = {= x}\n$$\n\nA line", 3),
    ],
)
def test_a_formula_counts_as_one_word(text, words):
    assert FilledText.parse(text, 1, VOCABULARIES["slope"]).words == words
