"""The text of a step as HTML and as plain words, for whoever shows it."""

import html
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from gdstudio.errors import BadInput
from gdstudio.lesson.formula_text import Formula
from gdstudio.lesson.glossary import Glossary, Term
from gdstudio.lesson.markdown import FORMULAS, markdown_reader

if TYPE_CHECKING:
    from markdown_it.token import Token

_STRONG = '<span style="font-weight: 600">'
# What a picture is in the HTML: its data and its width in pixels, or None where there is none.
Picture = Callable[[str], tuple[str, int] | None]
# How the target of a link to the glossary begins; no lesson can write such a link itself.
_TERM = "term:"


def to_html(markdown: str, picture: Picture, glossary: Glossary | None = None) -> str:
    """Return Markdown as HTML; `picture` returns by its place the source that a picture gets.

    Nothing outside is named: HTML in the Markdown is shown as text, links go to https alone, and a
    picture is what `picture` returns or its description. Where a term of `glossary` stands first,
    it is a link of the class ``term``; see `linked_term`.
    """
    reader = markdown_reader(html=False)

    def image(tokens: "Sequence[Token]", at: int, *_: Any) -> str:
        token = tokens[at]
        found = picture(str(token.attrs.get("src", "")))
        if found is None:
            return f"<i>{html.escape(token.content)}</i>"
        source, width = html.escape(found[0]), found[1]
        return f'<img src="{source}" width="{width}" alt="{html.escape(token.content)}">'

    def link(tokens: "Sequence[Token]", at: int, *_: Any) -> str:
        target = str(tokens[at].attrs.get("href", ""))
        return f'<a href="{html.escape(target)}">' if target.startswith("https://") else "<a>"

    def formula(tokens: "Sequence[Token]", at: int, *_: Any) -> str:
        rich = _formula(tokens[at]).html
        if tokens[at].type != "math_block":
            return rich
        return f'<p align="center">{rich}</p>\n'

    def term(tokens: "Sequence[Token]", at: int, *_: Any) -> str:
        return f'<a class="term" href="{_TERM}{quote(tokens[at].content)}">'

    reader.renderer.rules.update(  # type: ignore[attr-defined]  # it is declared without them
        image=image,
        link_open=link,
        term_open=term,
        term_close=lambda *_: "</a>",
        **dict.fromkeys(FORMULAS, formula),
        # The heaviest weight that the typeface has; Qt would make a heavier one up.
        strong_open=lambda *_: _STRONG,
        strong_close=lambda *_: "</span>",
    )
    tokens = reader.parse(markdown)
    if glossary is not None:
        seen: set[str] = set()
        for token in tokens:
            if token.type == "inline":
                token.children = _with_terms(token.children or [], glossary, seen)
    rendered: str = reader.renderer.render(tokens, reader.options, {})
    return rendered


def linked_term(target: str, glossary: Glossary) -> Term | None:
    """Return the term that a link of `to_html` leads to; None where it leads elsewhere."""
    name = unquote(target.removeprefix(_TERM))
    return glossary[name] if target.startswith(_TERM) and name in glossary else None


def to_words(markdown: str) -> str:
    """Return what Markdown says, without its signs, as it is read out."""
    said = []
    for token in markdown_reader(html=False).parse(markdown):
        if token.type == "inline":
            said.append("".join(_word(child) for child in token.children or ()))
        elif token.type == "math_block":
            said.append(_word(token))
        elif token.type in ("fence", "code_block"):
            said.append(token.content)
    return " ".join(" ".join(said).split())


def to_paragraphs(markdown: str) -> list[str]:
    """Return the paragraphs of Markdown as they are printed, without its signs.

    An entry of a list, a row of a table and a line of code are paragraphs of their own.
    """
    said: list[str] = []
    row: list[str] | None = None
    mark = ""
    for token in markdown_reader(html=False).parse(markdown):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            said.append(" | ".join(row))
            row = None
        elif token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "• "
        elif token.type in ("inline", "math_block"):
            parts = [token] if token.type == "math_block" else token.children or ()
            words = " ".join("".join(map(_word, parts)).split())
            if row is not None:
                row.append(words)
            else:
                said.append(f"{mark}{words}")
                mark = ""
        elif token.type in ("fence", "code_block"):
            said += token.content.splitlines()
    return said


def _with_terms(children: "Sequence[Token]", glossary: Glossary, seen: set[str]) -> "list[Token]":
    """Return what stands in a paragraph with links where a term stands that is not in `seen`."""
    from markdown_it.token import Token

    found: list[Token] = []
    links = 0
    for token in _joined(children):
        links += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or links:
            found.append(token)
            continue
        text, done = token.content, 0
        for begin, end, term in glossary.occurrences(text):
            if term.name in seen:
                continue
            seen.add(term.name)
            found += [
                Token("text", "", 0, content=text[done:begin]),
                Token("term_open", "a", 1, content=term.name),
                Token("text", "", 0, content=text[begin:end]),
                Token("term_close", "a", -1),
            ]
            done = end
        found.append(Token("text", "", 0, content=text[done:]))
    return found


def _joined(children: "Sequence[Token]") -> "Iterator[Token]":
    """Yield what stands in a paragraph; a text goes on over the ends of its lines."""
    from markdown_it.token import Token

    text = ""
    for token in children:
        if token.type in ("text", "softbreak"):
            text += "\n" if token.type == "softbreak" else token.content
            continue
        if text:
            yield Token("text", "", 0, content=text)
        text = ""
        yield token
    if text:
        yield Token("text", "", 0, content=text)


def _word(token: "Token") -> str:
    if token.type in FORMULAS:
        return _formula(token).words
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _formula(token: "Token") -> Formula:
    """Return a formula as it is shown: as it was written where it cannot be read."""
    try:
        return Formula.parse(token.content)
    except BadInput:
        written = f"{token.markup}{token.content}{token.markup}"
        return Formula(html.escape(written), written)
