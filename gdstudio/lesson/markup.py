"""The text of a step as HTML and as plain words, for whoever shows it."""

import html
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_STRONG = '<span style="font-weight: 600">'
# What a picture is in the HTML: its data and its width in pixels, or None where there is none.
Picture = Callable[[str], tuple[str, int] | None]


def to_html(markdown: str, picture: Picture) -> str:
    """Return Markdown as HTML; `picture` returns by its place the source that a picture gets.

    Nothing outside is named: HTML in the Markdown is shown as text, links go to https alone, and a
    picture is what `picture` returns or its description.
    """
    reader = _reader()

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

    # The heaviest weight that the typeface has; Qt would make a heavier one up.
    strong = {"strong_open": lambda *_: _STRONG, "strong_close": lambda *_: "</span>"}
    reader.renderer.rules.update(image=image, link_open=link, **strong)  # type: ignore[attr-defined]
    rendered: str = reader.render(markdown)
    return rendered


def to_words(markdown: str) -> str:
    """Return what Markdown says, without its signs, as it is read out."""
    said = []
    for token in _reader().parse(markdown):
        if token.type == "inline":
            said.append("".join(_word(child) for child in token.children or ()))
        elif token.type in ("fence", "code_block"):
            said.append(token.content)
    return " ".join(" ".join(said).split())


def _word(token: "Token") -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _reader() -> "MarkdownIt":
    """Return what reads the Markdown that a lesson may have; the lesson was checked by the same."""
    from markdown_it import MarkdownIt  # the window starts sooner without it

    return MarkdownIt("commonmark", {"html": False}).enable("table")
