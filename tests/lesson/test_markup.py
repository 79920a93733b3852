"""The text of a step as it is shown: nothing from outside comes in."""

import re

import pytest

from gdstudio.lesson.glossary import Glossary, Term
from gdstudio.lesson.markup import linked_term, to_html, to_paragraphs, to_words
from gdstudio.lesson.reader import read_lesson
from gdstudio.resource_files import resource_path

RATE = Term("learning rate", "How long the steps are.", ("rate",))
SLOPE = Term("slope", "How steep it is.")
GLOSSARY = Glossary({term.name: term for term in (RATE, SLOPE)})


def no_picture(place):
    return None


def test_markdown_is_shown():
    html = to_html("So *x* **must**\n\n| a | b |\n|---|---|\n| 1 | 2 |", no_picture)
    assert "<em>x</em>" in html
    assert "<table>" in html
    assert "must</span>" in html


@pytest.mark.parametrize(
    "markdown",
    [
        '<img src="https://a.b/c.png">',
        "[x](file:///etc/passwd)",
        "[x](javascript:alert)",
        "[x](http://a.b)",
        "![x](https://a.b/c.png)",
        "<script>x</script>",
    ],
)
def test_nothing_from_outside_is_named(markdown):
    html = to_html(markdown, no_picture)
    assert not re.search(r"<(?!/?(p|a|i|em|span)>)", html), html


def test_a_link_to_https_stays_a_link():
    assert '<a href="https://a.b/c?d=1&amp;e">' in to_html("[x](https://a.b/c?d=1&e)", no_picture)


def test_a_picture_is_what_it_is_given():
    html = to_html('![A "valley"](a.png)', lambda place: (f"data:{place}", 120))
    assert html.strip() == ('<p><img src="data:a.png" width="120" alt="A &quot;valley&quot;"></p>')


def test_words_are_read_out_without_signs():
    assert to_words("So *x* must\nmove **by** `0.1`:\n\n- one\n- two") == (
        "So x must move by 0.1: one two"
    )


def links(markdown):
    html = to_html(markdown, no_picture, GLOSSARY)
    found = re.findall(r'<a class="term" href="([^"]+)">([^<]*)</a>', html)
    return [(linked_term(target, GLOSSARY), text) for target, text in found]


def test_a_term_is_a_link_to_its_entry_where_it_stands_first():
    told = "The *slope* and a learning\nrate: slopes again, the **rate** again."
    assert links(told) == [(SLOPE, "slope"), (RATE, "learning\nrate")]
    assert links("`slope` is a name, [slope](https://a.b) a link of its own.") == []
    assert links("Slopes first.\n\n- the slope") == [(SLOPE, "Slopes")]


def test_without_a_glossary_there_are_no_links():
    assert "<a" not in to_html("The slope.", no_picture)


def test_only_links_to_the_glossary_lead_there():
    assert linked_term("https://slope", GLOSSARY) is None
    assert linked_term("slope", GLOSSARY) is None
    assert linked_term("term:unknown", GLOSSARY) is None
    # No lesson can write such a link itself.
    assert links("[press here](term:slope)") == []
    assert links("[rate](term:slope)") == []


def test_text_that_is_shown_stays_what_it_is():
    plain = "1 < 2 & the slope"
    assert "1 &lt; 2 &amp; the <a" in to_html(plain, no_picture, GLOSSARY)
    linked = to_html("A slope, a rate and more.", no_picture, GLOSSARY)
    assert re.sub("<[^>]+>", "", linked).strip() == "A slope, a rate and more."


@pytest.mark.parametrize(
    ("markdown", "html", "words"),
    [
        ("So $x^2$ is", "<p>So <i>x</i><sup>2</sup> is</p>", "So x² is"),
        ("$x$ is 5", "<p><i>x</i> is 5</p>", "x is 5"),  # the plugin alone would not see it
        ("**$x$** of *$y$*", None, "x of y"),
        ("$$x_1$$", '<p align="center"><i>x</i><sub>1</sub></p>', "x₁"),
        ("It is\n$$x_1$$.", "<p>It is\n<i>x</i><sub>1</sub>.</p>", "It is x₁."),
        ("$$\n\\frac{a}{b}\n$$", '<p align="center"><i>a</i>/<i>b</i></p>', "a/b"),
        ("$5, $6 or $x$", "<p>$5, $6 or <i>x</i></p>", "$5, $6 or x"),
        ("\\$x\\$", "<p>$x$</p>", "$x$"),
        ("`$x$`", "<p><code>$x$</code></p>", "$x$"),
        ("$\\foo<$ stays", "<p>$\\foo&lt;$ stays</p>", "$\\foo<$ stays"),
    ],
)
def test_a_formula_is_shown_and_said(markdown, html, words):
    if html is not None:
        assert to_html(markdown, no_picture).strip() == html
    assert to_words(markdown) == words
    assert to_paragraphs(markdown) == [words]


def test_a_formula_has_no_links_and_leaves_those_beside_it():
    assert links("$slope$ is the slope $x$") == [(SLOPE, "slope")]
    assert "<i>slope</i>" in to_html("$slope$ is the slope $x$", no_picture, GLOSSARY)


def test_in_shipped_lessons_prices_stay_prices():
    told = ""
    for path in sorted(resource_path("lessons").rglob("*.md")):
        for step in read_lesson(path)[0].steps:
            for text in filter(None, (step.text, step.notes)):
                told += to_html(text.source, lambda place: (place, 1))
    assert "Prices go from $199,000 to $405,000." in told
    # Nothing in them is taken for a formula; pictures are no text here.
    assert not re.search("<(i|sup|sub)>", told)
