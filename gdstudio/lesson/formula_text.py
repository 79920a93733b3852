r"""Formulas of lessons: a small part of TeX as rich text, and as one line of plain text.

``\frac{\partial SSE}{\partial a}`` is ∂SSE/∂a, and ``x_i^2`` is x with an index and an exponent.
What a line cannot show as TeX does is written as in running text: a fraction has a stroke, and
brackets where without them another value would be read.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import shown
from gdstudio.lesson.formula_signs import SIGNED, TIE, Item, Kind, sign_of

# In characters, and in braces inside each other.
LONGEST, DEEPEST = 500, 8
# In characters: what stands in brackets is not divided up to that.
_SHORT = 12
# A formula in a text, by the rule by which Markdown is searched for them: see `markdown_reader`.
FORMULA = re.compile(
    r"(?<!\\)\$\$(?:\\.|[^$\\])+\$\$|(?<![\d\\$])\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d)", re.DOTALL
)
_TOKEN = re.compile(
    r"\\[A-Za-z]+|\\.|[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?|\.[0-9]+"
    r"|(?<![\^_])[A-Z]{2,}|:=|\s+|.",
    re.DOTALL,
)
_K = Kind
# What multiplies what stands beside it.
_FACTORS = {
    *(_K.LETTER, _K.NAME, _K.NUMBER, _K.TEXT, _K.SIGN, _K.GROUP),
    *(_K.FRACTION, _K.ROOT, _K.PREFIX, _K.SUM, _K.FUNCTION),
}
# What stays whole as a numerator, whatever stands beside it.
_WHOLE = {_K.LETTER, _K.NAME, _K.NUMBER, _K.TEXT, _K.SIGN, _K.GROUP, _K.PREFIX}
# A + or − behind them is the sign of what follows.
_BEFORE_SIGN = {
    *(_K.OPERATOR, _K.RELATION, _K.OPEN, _K.COMMA, _K.SLASH, _K.SUM, _K.FUNCTION),
}

_FRACTIONS = ("frac", "dfrac", "tfrac")
_ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}"}
_UPRIGHT = ("text", "mathrm", "operatorname", "mathbf")
# They say how large something is, which a line does by itself.
_IGNORED = ("left", "right", "big", "Big", "displaystyle", "limits", ",", ":", ";", "!")
# Behind a backslash they stand in plain text.
_ESCAPED = tuple(f"\\{sign}" for sign in "$%#&_")
_RAISED = str.maketrans(
    "0123456789+−=()abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
)
_LOWERED = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


@dataclass(frozen=True)
class Formula:
    """A formula as it is shown.

    Attributes:
        html: as rich text, with variables in italics.
        words: as plain text in one line.
    """

    html: str
    words: str

    @classmethod
    def parse(cls, tex: str) -> Self:
        """Return what stands between the dollars.

        Raises:
            BadInput: where it cannot be read, is longer than `LONGEST` or deeper than `DEEPEST`.
        """
        if len(tex) > LONGEST:
            raise BadInput(f"A formula has {LONGEST} characters at most; make two of it.")
        items = _Parser(tex).all()
        if not items:
            raise BadInput("This formula is empty; write one, such as $x^2$.")
        rich, said = _joined(items)
        return cls(rich.replace("</i><i>", ""), said)


def with_formulas_said(text: str) -> str:
    """Return plain text, such as a heading, with its formulas as plain text."""

    def said(found: re.Match[str]) -> str:
        try:
            return Formula.parse(found[0].strip("$")).words
        except BadInput:
            return found[0]

    return FORMULA.sub(said, text)


class _Parser:
    """Reads one formula from left to right."""

    def __init__(self, tex: str) -> None:
        # TeX's way to write 1,000.
        tex = unicodedata.normalize("NFC", tex).replace("{,}", ",")
        self._tokens = _TOKEN.findall(tex)
        self._at = 0
        self._depth = 0
        self._scripts = 0

    def all(self) -> list[Item]:
        """Return the whole formula."""
        items = self._row()
        if self._at < len(self._tokens):
            raise BadInput("There is a “}” too many in this formula; remove it.")
        return items

    def _next(self) -> str:
        """Return the token that follows, behind any spaces; empty at the end."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _row(self) -> list[Item]:
        """Return what stands up to the end, or to a “}” that closes it."""
        items: list[Item] = []
        while (token := self._next()) not in ("", "}"):
            if token in ("^", "_", "'"):
                items += self._scripted([items.pop()] if items else [])
                continue
            self._at += 1
            base = self._nucleus(token)
            items += self._scripted(base) if base else []
        return items

    def _group(self) -> list[Item]:
        """Return what stands in braces, of which the first was read."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput("Braces are too deep inside each other in this formula; write plainer.")
        items = self._row()
        if self._next() != "}":
            raise BadInput("A “{” is not closed in this formula; write “}” where it ends.")
        self._at += 1
        self._depth -= 1
        return items

    def _argument(self, sign: str, example: str, *, braced: bool = False) -> list[Item]:
        """Return what `sign` is written for; it may be a single sign without braces."""
        token = self._next()
        if token in ("", "}") or (braced and token != "{"):
            raise BadInput(f"Something is missing behind “{sign}”; write {example}.")
        self._at += 1
        if token == "{":
            return self._group()
        if token in ("^", "_", "'") or (len(token) > 1 and not token.startswith("\\")):
            raise BadInput(f"Put what belongs to “{sign}” in braces; write {example}.")
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput("Signs are too deep inside each other in this formula; write plainer.")
        items = self._nucleus(token)
        self._depth -= 1
        return items

    def _nucleus(self, token: str) -> list[Item]:
        """Return what a token that was read begins, without its scripts."""
        if token == "{":
            items = self._group()
            if len(items) > 1 and self._next() in ("^", "_", "'"):
                return [_bracketed(items)]
            return items
        name = token.removeprefix("\\")
        is_command = name != token
        if is_command and name in _FRACTIONS:
            return [self._fraction(token)]
        if is_command and name == "sqrt":
            return [self._root()]
        if is_command and name in _ACCENTS:
            return [self._accented(name)]
        if is_command and name in _UPRIGHT:
            return [self._upright(name)]
        if is_command and name in _IGNORED:
            if name in ("left", "right") and self._next() == ".":
                self._at += 1
            return []
        item = sign_of(token)
        if item is None:
            raise BadInput(
                f"“{shown(token)}” is no sign that a formula can have here; take one such as "
                "\\cdot, \\le or \\sqrt{x}, or write \\$ where a dollar is meant."
            )
        return [item]

    def _scripted(self, base: list[Item]) -> list[Item]:
        """Return `base` with what follows above and below it."""
        seen: set[str] = set()
        while (token := self._next()) in ("^", "_", "'"):
            if token in seen and token != "'":
                raise BadInput(f"Two “{token}” follow each other; write braces: x{token}{{…}}.")
            seen.add(token)
            self._at += 1
            item = _closed(base[-1]) if base else Item(_K.SIGN, "", "")
            if token == "'":
                # It leans with its letter, which would touch it otherwise.
                rich = re.sub("(</i>)?$", r"′\1", item.html, count=1)
                base = [*base[:-1], replace(item, html=rich, words=f"{item.words}′")]
                continue
            self._scripts += 1
            rich, said = _joined(self._argument(token, f"x{token}{{10}}"), tight=True)
            self._scripts -= 1
            if said:
                words = _script_words(said, token)
                tag = "sup" if token == "^" else "sub"
                # Rich text knows no script of a script.
                rich = html.escape(words) if self._scripts else f"<{tag}>{rich}</{tag}>"
                item = replace(item, html=item.html + rich, words=item.words + words)
            base = [*base[:-1], item]
        return base

    def _fraction(self, command: str) -> Item:
        example = f"{command}{{a}}{{b}}"
        above = self._argument(command, example, braced=True)
        below = self._argument(command, example, braced=True)
        if not above or not below:
            raise BadInput(f"A part of “{command}” is empty; write {example}.")
        top = above if _is_numerator(above) else [_bracketed(above)]
        bottom = below if _is_denominator(below, above) else [_bracketed(below)]
        tight = self._scripts > 0
        (html_top, top_words), (html_bottom, bottom_words) = (
            _joined(top, tight=tight),
            _joined(bottom, tight=tight),
        )
        return Item(_K.FRACTION, f"{html_top}/{html_bottom}", f"{top_words}/{bottom_words}")

    def _root(self) -> Item:
        if self._next() == "[":
            raise BadInput("Only square roots can be written with “\\sqrt”; write x^{1/3}.")
        items = self._argument("\\sqrt", "\\sqrt{x}")
        if not items:
            raise BadInput("Something is missing in “\\sqrt”; write \\sqrt{x}.")
        is_bare = len(items) == 1 and items[0].kind in (_K.LETTER, _K.NAME, _K.NUMBER)
        if is_bare and "<sup>" not in items[0].html and not self._scripts:
            return Item(_K.ROOT, f"√{items[0].html}", f"√{items[0].words}")
        inner = items[0] if _is_enclosed(items) and len(items) == 1 else _bracketed(items)
        return Item(_K.GROUP, f"√{inner.html}", f"√{inner.words}")

    def _accented(self, name: str) -> Item:
        items = self._argument(f"\\{name}", f"\\{name}{{y}}")
        letter = items[0].words if len(items) == 1 else ""
        if len(letter) != 1 or not letter.isalpha():
            raise BadInput(f"“\\{name}” stands above one letter; write \\{name}{{y}}_i.")
        letter = unicodedata.normalize("NFC", letter + _ACCENTS[name])
        return Item(_K.LETTER, f"<i>{letter}</i>", letter)

    def _upright(self, name: str) -> Item:
        """Return the plain text in braces that follows."""
        example = f"\\{name}{{price}}"
        if self._next() != "{":
            raise BadInput(f"Put what belongs to “\\{name}” in braces; write {example}.")
        self._at += 1
        text = ""
        while (token := self._tokens[self._at] if self._at < len(self._tokens) else "") != "}":
            if not token:
                raise BadInput("A “{” is not closed in this formula; write “}” where it ends.")
            if token == "{" or (token.startswith("\\") and token not in _ESCAPED):
                raise BadInput(
                    f"“{shown(token)}” cannot stand in “\\{name}”; write plain text there."
                )
            text += " " if token.isspace() else token.removeprefix("\\")
            self._at += 1
        self._at += 1
        rich = html.escape(text)
        if name == "mathbf":
            rich = f'<span style="font-weight: 600">{rich}</span>'
        return Item(_K.FUNCTION if name == "operatorname" else _K.TEXT, rich, text)


def _joined(items: Sequence[Item], *, tight: bool = False) -> tuple[str, str]:
    """Return pieces beside each other, with what has to stand between them; `tight` in scripts."""
    rich, said = "", ""
    before: Item | None = None  # what was no space
    spaced = True
    whole = _short_brackets(items)
    for place, item in enumerate(items):
        if item.kind is _K.SPACE:
            if not spaced:
                rich, said, spaced = rich + TIE, f"{said} ", True
            continue
        after = next((one for one in items[place + 1 :] if one.kind is not _K.SPACE), None)
        between = item.kind in (_K.OPERATOR, _K.RELATION) and before is not None
        if item.kind is _K.OPERATOR and before is not None and before.kind in _BEFORE_SIGN:
            between = False
        one = _closed(item) if _is_crowded(item, before, after) else item
        if before is not None and not spaced:
            apart = between and not tight
            if apart or _are_apart(before, one):
                rich, said = rich + TIE, f"{said} "
        rich, said, spaced = rich + one.html, said + one.words, False
        follows = between or item.kind in (_K.RELATION, _K.COMMA)
        if follows and after is not None and not tight:
            # A line may end here.
            rich, said, spaced = rich + (TIE if place in whole else " "), f"{said} ", True
        before = one
    return rich, said


def _short_brackets(items: Sequence[Item]) -> set[int]:
    """Return the places within brackets that are short enough to stand in one line."""
    places: set[int] = set()
    begun: list[int] = []
    for place, item in enumerate(items):
        if item.kind is _K.OPEN:
            begun.append(place)
        elif item.kind is _K.CLOSE and begun:
            begin = begun.pop()
            if sum(len(one.words) for one in items[begin:place]) <= _SHORT:
                places.update(range(begin, place))
    return places


def _are_apart(before: Item, item: Item) -> bool:
    """Return whether two pieces without an operator between them have a space there."""
    left, right = before.kind, item.kind
    is_factor = right in _FACTORS or right is _K.OPEN
    if left is _K.FUNCTION:
        return right in _FACTORS or right is _K.OPERATOR
    if left is _K.SUM:
        return is_factor or right is _K.OPERATOR
    if left not in _FACTORS and left is not _K.CLOSE:
        return False
    if right in (_K.FUNCTION, _K.SUM, _K.FRACTION):
        return True
    if left is _K.PREFIX:
        return False
    if right is _K.PREFIX or left in (_K.FRACTION, _K.ROOT):
        return is_factor
    if left is _K.NUMBER and (right is _K.NUMBER or item.words == "%"):
        return True
    named = (_K.NAME, _K.LETTER, _K.NUMBER)
    return (left is _K.NAME and right in named) or (right is _K.NAME and left in named)


def _is_crowded(item: Item, before: Item | None, after: Item | None) -> bool:
    """Return whether a fraction or a root would be read otherwise beside its neighbours."""
    if item.kind not in (_K.FRACTION, _K.ROOT):
        return False
    if after is not None and (after.kind in _FACTORS or after.kind in (_K.OPEN, _K.SLASH)):
        return True
    if item.kind is _K.ROOT or before is None:
        return False
    if item.words[0] in SIGNED:  # or its sign would be taken for a difference
        return before.kind in _FACTORS or before.kind is _K.CLOSE
    return before.kind in (_K.SLASH, _K.FUNCTION, _K.PREFIX, _K.NUMBER, _K.GROUP)


def _closed(item: Item) -> Item:
    """Return a fraction or a root in brackets, and other pieces as they are."""
    return _bracketed([item]) if item.kind in (_K.FRACTION, _K.ROOT) else item


def _bracketed(items: Sequence[Item]) -> Item:
    opening, closing = Item(_K.OPEN, "(", "("), Item(_K.CLOSE, ")", ")")
    return Item(_K.GROUP, *_joined([opening, *items, closing]))


def _is_enclosed(items: Sequence[Item]) -> bool:
    """Return whether the brackets at both ends belong together."""
    if items[0].kind is not _K.OPEN or items[-1].kind is not _K.CLOSE:
        return False
    depth = 0
    for place, item in enumerate(items):
        depth += (item.kind is _K.OPEN) - (item.kind is _K.CLOSE)
        if depth == 0:
            return place == len(items) - 1
    return False


def _is_numerator(items: Sequence[Item]) -> bool:
    """Return whether these pieces can stand before a stroke without brackets."""
    if items[0].kind is _K.OPERATOR and len(items) > 1:  # its sign
        items = items[1:]
    depth = 0
    for item in items:
        depth -= item.kind is _K.CLOSE
        is_bracket = item.kind in (_K.OPEN, _K.CLOSE)
        if depth == 0 and not is_bracket and (item.kind not in _WHOLE or " " in item.words):
            return False
        depth += item.kind is _K.OPEN
    return depth == 0


def _is_denominator(items: Sequence[Item], above: Sequence[Item]) -> bool:
    """Return whether these pieces can stand behind a stroke without brackets."""
    if len(items) == 1:
        kind = items[0].kind
        return kind in _WHOLE | {_K.ROOT} and " " not in items[0].words
    is_change = items[0].kind is _K.PREFIX or (items[0].words == "d" == above[0].words[:1])
    if len(items) == 2 and is_change:
        return items[1].kind in (_K.LETTER, _K.NAME)
    return _is_enclosed(items)


def _script_words(said: str, sign: str) -> str:
    """Return a script in plain text: raised or lowered where Unicode has it so."""
    table = _RAISED if sign == "^" else _LOWERED
    if all(ord(letter) in table for letter in said):
        return said.translate(table)
    return f"{sign}({said})"
