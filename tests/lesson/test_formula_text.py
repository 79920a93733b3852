r"""Formulas as they are shown: as a textbook has them in a line, and no other value."""

import re
from pathlib import Path

import pytest

from gdstudio.errors import BadInput
from gdstudio.lesson.formula_text import (
    DEEPEST,
    FORMULA,
    LONGEST,
    Formula,
    with_formulas_said,
)


def rich(tex):
    """Return the rich text of a formula with its no-break spaces as ~."""
    return Formula.parse(tex).html.replace("\N{NO-BREAK SPACE}", "~")


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        (r"y = a + b \cdot x", "<i>y</i>~= <i>a</i>~+ <i>b</i>~· <i>x</i>"),
        (r"\frac{\partial SSE}{\partial a}", "∂<i>SSE</i>/∂<i>a</i>"),
        ("w_{12}", "<i>w</i><sub>12</sub>"),
        (
            "a(b + c + d + e + f + g + h)",
            "<i>a</i>(<i>b</i>~+ <i>c</i>~+ <i>d</i>~+ <i>e</i>~+ <i>f</i>~+ <i>g</i>~+ <i>h</i>)",
        ),
        ("x^2", "<i>x</i><sup>2</sup>"),
        ("x_i^2", "<i>x</i><sub><i>i</i></sub><sup>2</sup>"),
        (r"\sqrt{x}", "√<i>x</i>"),
        (
            r"\sum_i (y_i - \hat y_i)^2",
            "Σ<sub><i>i</i></sub>~(<i>y</i><sub><i>i</i></sub>~−~"
            "<i>ŷ</i><sub><i>i</i></sub>)<sup>2</sup>",
        ),
        (r"\sigma(z)", "<i>σ</i>(<i>z</i>)"),
        (r"\eta", "<i>η</i>"),
        (r"\le", "≤"),
        (r"\Delta x \to 0", "Δ<i>x</i>~→ 0"),
        ("e^{-x^2}", "<i>e</i><sup>−<i>x</i>²</sup>"),
        ("f'(x) < 3", "<i>f′</i>(<i>x</i>)~&lt; 3"),
        (r"2 \sin x", "2~sin~<i>x</i>"),
        (r"\text{price in \$} \approx 5", "price in $~≈ 5"),
        (r"\mathbf{w}", '<span style="font-weight: 600">w</span>'),
        (r"a^{(l)}_{j_k}", "<i>a</i><sup>(<i>l</i>)</sup><sub><i>j</i>ₖ</sub>"),
    ],
)
def test_variables_are_italic_and_scripts_are_raised_and_lowered(tex, html):
    assert rich(tex) == html


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"y = a + b \cdot x", "y = a + b · x"),
        (r"\frac{\partial SSE}{\partial a}", "∂SSE/∂a"),
        ("w_{12}", "w₁₂"),
        ("x^2", "x²"),
        (r"\sqrt{x} \ne \sqrt{x+1}", "√x ≠ √(x + 1)"),
        (r"\sum_{i=1}^n (y_i - \hat y_i)^2", "Σᵢ₌₁ⁿ (yᵢ − ŷᵢ)²"),
        (r"\bar x \pm \hat\beta_0", "x̄ ± β̂₀"),
        (r"w \leftarrow w - \eta \frac{\partial C}{\partial w}", "w ← w − η ∂C/∂w"),
        ("x_{n+1} = x_n - f'(x_n)", "xₙ₊₁ = xₙ − f′(xₙ)"),
        ("w_{AB}a^Tx", "w_(AB)a^(T)x"),
        ("x^{y^{z}}", "x^(yᶻ)"),
        (r"\log_2(8) = 3", "log₂(8) = 3"),
        (r"x_1, x_2, \dots, x_n", "x₁, x₂, …, xₙ"),
        (r"f: x \to \infty", "f : x → ∞"),
        ("-a + -b = -3", "−a + −b = −3"),
        ("1{,}000 + 2,500", "1,000 + 2,500"),
        (r"12 \% \ge 5", "12 % ≥ 5"),
        (r"\operatorname{softmax}(z)", "softmax(z)"),
        ("2 3", "2 3"),  # and not 23
        (r"\left(a\right)", "(a)"),
        (r"\sum\limits_i x", "Σᵢ x"),
        ("x≤−0.3 × 10⁻⁵", "x ≤ −0.3 × 10⁻⁵"),  # as a number of the run is filled in
    ],
)
def test_a_formula_is_said_in_one_line(tex, words):
    assert Formula.parse(tex).words == words


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\frac{-b}{c}", "−b/c"),
        (r"\frac{a}{2b}", "a/(2b)"),
        (r"\frac{1}{1 + e^{-z}}", "1/(1 + e⁻ᶻ)"),
        (r"\frac{dy}{dx} = \frac{\Delta y}{\Delta x}", "dy/dx = Δy/Δx"),
        (r"\frac{a}{dx}", "a/(dx)"),
        (r"\frac{1}{2} x", "(1/2)x"),
        (r"2 \frac{1}{2}", "2(1/2)"),
        (r"\frac{1}{n} \sum_i x_i", "(1/n) Σᵢ xᵢ"),
        (r"\frac{\sum_i x_i}{n}", "(Σᵢ xᵢ)/n"),
        (r"a \frac{-b}{c}", "a(−b/c)"),  # and not a minus b/c
        (r"\frac{a}{b}^2", "(a/b)²"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"a / \frac{b}{c}", "a/(b/c)"),
        (r"\frac{(a+b)}{(c+d)}", "(a + b)/(c + d)"),
        (r"\frac{1}{(a)(b)}", "1/((a)(b))"),
        (r"\frac{\sin x}{x}", "(sin x)/x"),
        (r"\frac{\text{sum of all}}{n}", "(sum of all)/n"),
        (r"\frac{\partial^2 E}{\partial x^2}", "∂²E/∂x²"),
        (r"\sin \frac{x}{2}", "sin (x/2)"),
        (r"\sqrt{x^2}", "√(x²)"),
        (r"\sqrt{x}^2", "(√x)²"),
        (r"\sqrt{x} y", "(√x)y"),
        (r"\frac{\sqrt{x}}{2}", "(√x)/2"),
        (r"\frac{1}{\sqrt{n}}", "1/√n"),
        ("{a+b}^2", "(a + b)²"),
    ],
)
def test_a_fraction_has_brackets_where_without_them_it_would_be_another(tex, words):
    assert Formula.parse(tex).words == words
    assert re.sub("<[^>]+>", "", rich(tex)).count("(") == words.count("(")


@pytest.mark.parametrize(
    ("tex", "sentence"),
    [
        (r"\foo", "“\\foo” is no sign that a formula can have here"),
        ("a & b", "“&” is no sign"),
        ("a$b", "“$” is no sign"),
        (r"a \\ b", "“\\\\” is no sign"),
        ("{a", "A “{” is not closed"),
        (r"\text{a", "A “{” is not closed"),
        ("a}", "There is a “}” too many"),
        (r"\frac{1}", "Something is missing behind “\\frac”; write \\frac{a}{b}."),
        (r"\frac12", "Something is missing behind “\\frac”"),
        (r"\frac{}{2}", "A part of “\\frac” is empty"),
        ("x^", "Something is missing behind “^”"),
        ("x^10", "Put what belongs to “^” in braces; write x^{10}."),
        ("x^2^3", "Two “^” follow each other"),
        (r"\sqrt[3]{x}", "Only square roots"),
        (r"\sqrt{}", "Something is missing in “\\sqrt”"),
        (r"\hat{SSE}", "“\\hat” stands above one letter"),
        (r"\text x", "Put what belongs to “\\text” in braces"),
        (r"\text{a{b}}", "“{” cannot stand in “\\text”"),
        ("", "This formula is empty"),
        ("x" * (LONGEST + 1), f"A formula has {LONGEST} characters at most"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tex, sentence):
    with pytest.raises(BadInput) as error:
        Formula.parse(tex)
    assert str(error.value).startswith(sentence)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "unit",
    ["{", r"\frac{", r"\sqrt", r"\hat", "x^", "x^{", "(", r"\text{", "'", "-", "\\", "/", "\0"],
)
def test_no_formula_is_too_much(unit):
    tex = (unit * LONGEST)[:LONGEST]
    try:
        said = Formula.parse(tex).words
    except BadInput as error:
        said = str(error)
    assert len(said) <= LONGEST


def test_braces_inside_each_other_end_where_it_is_said():
    deepest = "x^{" * DEEPEST + "y" + "}" * DEEPEST
    assert Formula.parse(deepest).words.startswith("x^(x^(")
    with pytest.raises(BadInput, match="too deep"):
        Formula.parse(f"x^{{{deepest}}}")


def test_html_in_a_formula_is_text():
    assert rich(r"\text{<b>}<script>") == ("&lt;b&gt;~&lt; <i>script</i>~&gt;")


def test_prices_are_no_formulas():
    for text in ("from $199,000 to $405,000", "$5 ($3) or $6", r"\$x\$", "5$x$", "$x$5", "$ x $"):
        assert FORMULA.findall(text) == [], text
    assert FORMULA.findall("$5, $x$, $$y$$ and $z$.") == ["$x$", "$$y$$", "$z$"]


def test_in_plain_text_a_formula_is_said_and_what_is_none_stays():
    assert with_formulas_said("What $x^2$ is for $5, and $$x_1$$") == "What x² is for $5, and x₁"
    assert with_formulas_said(r"What $\foo$ is") == r"What $\foo$ is"


def test_a_prime_stands_at_what_it_belongs_to():
    assert Formula.parse("'").words == "′"
    assert Formula.parse("f''(x) = w_1'").words == "f′′(x) = w₁′"


def test_the_table_of_the_page_shows_what_is_shown():
    page = (Path(__file__).parents[2] / "docs/lesson.md").read_text("utf-8")
    table = page.partition("| what you write |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+`) \| (.+) \|$", table, re.MULTILINE)
    assert len(rows) > 9
    for written, is_shown in rows:
        told = [Formula.parse(tex).words for tex in re.findall("`([^`]+)`", written)]
        assert ", ".join(told) == is_shown
    named = page.partition("All small Greek letters")[2].partition("\n\n")[0]
    for tex in re.findall(r"`(\\\w+)`", named):
        assert Formula.parse(tex).words
