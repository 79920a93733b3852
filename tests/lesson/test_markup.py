"""The text of a step as it is shown: nothing from outside comes in."""

import re

import pytest

from gdstudio.lesson.markup import to_html, to_words


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
