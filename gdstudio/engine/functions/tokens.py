"""The words of a typed function: numbers, names and signs; what its commas mean is decided here.

Letters that stand together are one name if there is one, and otherwise names side by side: xsinx is
x·sin x. A comma between two figures is a decimal mark (0,5·x) where it cannot separate arguments,
as it does in max(0, x); where both are possible, or it may group thousands, the text is refused.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from gdstudio.engine.functions.known_functions import (
    ALIASES,
    FUNCTIONS,
    SEVERAL,
    SHORTHAND_ALIASES,
    SHORTHANDS,
)
from gdstudio.engine.functions.notation import plain, shown
from gdstudio.engine.functions.tree import CONSTANTS
from gdstudio.errors import BadInput

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIGN = re.compile(r"\*\*|[-+*/()|,;√∛]")
# What names of functions may stand behind: np.sin is sin.
_MODULES = frozenset(("np", "numpy", "math", "cmath", "jnp", "torch", "tf", "sympy", "sp", "scipy"))
_MEMBER = re.compile(r"\s*\.\s*(?=[A-Za-z])")
_ALIASES = ALIASES | SHORTHAND_ALIASES
# The least and the most arguments of each function.
ARITIES = {
    **dict.fromkeys(FUNCTIONS, (1, 1)),
    **dict.fromkeys(SHORTHANDS, (1, 1)),
    **SEVERAL,
    "log": (1, 2),
    "pow": (2, 2),
    "hypot": (2, 2),
}
LOOSE_COMMA = (
    "A comma separates arguments only in functions such as max(0, x); write decimals with a point, "
    "as in 0.5."
)
# LaTeX's quotient: frac{above}{below}.
STACKED = "frac"
# Inside a word only names of three letters or more are found, and these.
_LONG = 3
_SHORT = frozenset(("ln", "lg", "tg"))
# Functions of steps, on which there is nothing to walk down.
_STEPS = frozenset(("floor", "ceil", "round", "trunc", "int", "mod", "rem"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes:
        kind: “number”, “fraction” (½), “name”, “base” (the ₂ of log₂), “sign” or “end”.
        text: as the grammar has it.
        glued: whether it follows the word before without a space.
    """

    kind: str
    text: str
    glued: bool = False

    @property
    def said(self) -> str:
        """It, as it can stand in a sentence."""
        if self.kind == "fraction":
            return f"({self.text})"
        return "^" if self.text == "**" else shown(self.text)


END = Token("end", "")


def tokens_of(text: str, variables: tuple[str, ...]) -> list[Token]:
    """Return the words of `text`, names and numbers as the grammar has them.

    Raises:
        BadInput: for a name or a character that is not known, or a comma that is not clear.
    """
    found = _Reader(plain(text, variables), variables).tokens
    return _with_clear_commas(found)


class _Reader:
    """Reads the words of a text from left to right."""

    def __init__(self, text: str, variables: tuple[str, ...]):
        self._text = text
        self._variables = variables
        self._names = {
            **{name: name for name in (*ARITIES, *CONSTANTS, STACKED)},
            **_ALIASES,
            **{name: name for name in variables},
        }

    @cached_property
    def tokens(self) -> list[Token]:
        """The words."""
        found: list[Token] = []
        place, end = 0, len(self._text)
        while place < end:
            begun = place
            while place < end and self._text[place] == " ":
                place += 1
            if place < end:
                read, place = self._next(place, found)
                glued = begun == place or self._text[begun] != " "
                found += [Token(read[0].kind, read[0].text, glued), *read[1:]] if read else []
        return found

    def _next(self, place: int, before: list[Token]) -> tuple[list[Token], int]:
        """Return the word or words at `place`, and where they end."""
        text = self._text
        if number := _NUMBER.match(text, place):
            return [Token("number", number[0])], number.end()
        if sign := _SIGN.match(text, place):
            return [Token("sign", sign[0])], sign.end()
        if text[place] == "π":
            return [Token("name", "pi")], place + 1
        for kind, read in (("<super>", self._raised), ("<sub>", self._lowered)):
            end = place
            while end < len(text) and unicodedata.decomposition(text[end]).startswith(kind):
                end += 1
            if end > place:
                return read(unicodedata.normalize("NFKC", text[place:end]), before), end
        if unicodedata.decomposition(text[place]).startswith("<fraction>"):
            return [self._fraction(text[place])], place + 1
        end = place
        while end < len(text) and _is_letter(text[end]):
            end += 1
        if end == place:
            raise BadInput(f"“{shown(text[place])}” has no meaning here; remove it.")
        word = text[place:end]
        if word.lower() in _MODULES and (member := _MEMBER.match(text, end)):
            return [], member.end()
        return self._named(word, place), end

    def _raised(self, inside: str, before: list[Token]) -> list[Token]:
        """Return the words of an exponent that was written as raised figures."""
        inner = _Reader(inside.replace("\N{MINUS SIGN}", "-"), self._variables).tokens
        opened = [] if before and before[-1].text == "**" else [Token("sign", "**", glued=True)]
        return [*opened, Token("sign", "("), *inner, Token("sign", ")")]

    def _lowered(self, inside: str, before: list[Token]) -> list[Token]:
        """Return the base of a logarithm."""
        if inside.isdecimal() and before and before[-1].text == "log":
            return [Token("base", inside)]
        raise BadInput(self._no_index())

    def _no_index(self) -> str:
        called = " or ".join(self._variables)
        return (
            f"Only log can have a small figure below it; call the variable {called}, without one."
        )

    def _fraction(self, character: str) -> Token:
        above, _, below = unicodedata.normalize("NFKC", character).partition("\N{FRACTION SLASH}")
        if not below:
            raise BadInput(f"“{character}” is half a fraction; write it with a “/”.")
        return Token("fraction", f"{above}/{below}")

    def _named(self, word: str, place: int) -> list[Token]:
        """Return the name that `word` is, or those that it is made of."""
        for spelled in (word, word.lower()):
            if spelled in self._names:
                return [Token("name", self._names[spelled])]
        for spelled in (word, word.lower()):
            if pieces := self._pieces(spelled):
                return [
                    Token("number" if one[0].isdigit() else "name", one, glued=True)
                    for one in pieces
                ]
        raise self._unknown(word, place)

    def _pieces(self, word: str) -> list[str]:
        """Return the known names, and numbers, that `word` is made of; long ones first."""
        # The pieces of the first letters, by their number: each place is looked at once.
        found: dict[int, list[str]] = {len(word): []}
        for place in range(len(word) - 1, -1, -1):
            digits = re.match("[0-9]+", word[place:])
            ends = range(len(word), place, -1)
            candidates = [place + digits.end()] if digits else [*ends]
            for end in candidates:
                name = word[place:end]
                if end in found and (digits or self._is_piece(name)):
                    found[place] = [self._names.get(name, name), *found[end]]
                    break
        return found.get(0, [])

    def _is_piece(self, name: str) -> bool:
        return name in self._names and (
            len(name) >= _LONG or name not in _ALIASES or name in _SHORT
        )

    def _unknown(self, word: str, place: int) -> BadInput:
        """Return what to say of a name, at `place`, that nobody knows."""
        listed, x = " and ".join(self._variables), self._variables[0]
        following = self._text[place + len(word) :].lstrip()[:1]
        if "_" in word and word.partition("_")[0].lower() in self._variables:
            return BadInput(self._no_index())
        if word in ("f", "g", "h") and following == "(":
            return BadInput(f"Write out what {word}({x}) is; it is not known here.")
        if word == "σ" and following == "(":
            return BadInput(f"Write sigmoid({x}) for σ({x}).")
        if word.lower() == "sinc":
            return BadInput(f"Write sinc({x}) as sin({x})/{x}.")
        letters = {one for one in word if one not in self._variables}
        if len(word) <= 4 and len(letters) == 1 and word.isalpha():
            letter = letters.pop()
            if letter in "ij":
                return BadInput(f"Complex numbers such as “{letter}” cannot be used here.")
            if not self._is_used():
                return BadInput(f"There is no “{letter}” here; call the variable {x}.")
            if letter in "xyz":
                return BadInput(
                    f"There is no “{letter}” here; this is a function of {listed} "
                    f"{'alone' if len(self._variables) == 1 else 'only'}."
                )
            return BadInput(f"“{letter}” has no value here; write a number in its place.")
        if word.lower() in _STEPS:
            return BadInput(
                f"“{word}” makes steps, on which the slope is 0 or not defined; leave it out."
            )
        known = (name for name in self._names if len(name) >= _LONG)
        close = next((name for name in known if _is_close(word.lower(), name)), None)
        if close:
            return BadInput(
                f"There is no “{shown(word)}” here; perhaps you mean {self._names[close]}."
            )
        return BadInput(
            f"There is no “{shown(word)}” here; use {listed}, numbers, pi, e and functions such "
            "as sin, exp or sqrt."
        )

    def _is_used(self) -> bool:
        """Return whether one of the variables stands somewhere in the text."""
        text = self._text.lower()
        for name in sorted((*ARITIES, *_ALIASES), key=len, reverse=True):
            text = text.replace(name, " ") if len(name) >= _LONG else text
        return any(one in text for one in self._variables)


def _is_letter(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character == "_"
    return character.isalpha() and character != "π" and not unicodedata.decomposition(character)


def _is_close(word: str, name: str) -> bool:
    """Return whether two letters of `name` are swapped, or one is missing or too many."""
    if sorted(word) == sorted(name):
        return True
    short, long = sorted((word, name), key=len)
    return len(long) - len(short) == 1 and any(
        long[:place] + long[place + 1 :] == short for place in range(len(long))
    )


@dataclass
class _Group:
    """What stands between two brackets.

    Attributes:
        function: whose arguments they are; empty for none.
        marks: where the commas and semicolons stand.
    """

    function: str = ""
    marks: list[int] = field(default_factory=list)


def _with_clear_commas(tokens: list[Token]) -> list[Token]:
    """Return `tokens` with decimal commas made points, and a comma wherever arguments part."""
    found: list[Token | None] = list(tokens)
    groups = [_Group()]
    for place, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        if token.text == "(":
            before = tokens[place - 1] if place else END
            groups.append(_Group(before.text if before.kind == "name" else ""))
        elif token.text in ",;":
            groups[-1].marks.append(place)
        elif token.text == ")" and len(groups) > 1:
            _settle(groups.pop(), found)
    for group in groups:
        _settle(group, found)
    return [token for token in found if token is not None]


def _settle(group: _Group, tokens: list[Token | None]) -> None:
    """Decide which marks of a group are decimal marks, and put the numbers together."""
    semicolons = [place for place in group.marks if _text(tokens, place) == ";"]
    commas = [place for place in group.marks if place not in semicolons]
    tight = [place for place in commas if _is_tight(tokens, place)]
    least, most = ARITIES.get(group.function, (1, 1))
    every = len(commas) + 1
    if semicolons or (most == 1 and len(tight) == len(commas)):
        decimal = commas
    elif tight and most > 1:
        decimal = _only_reading(tokens, tight, every, least, most)
    else:
        decimal = []
    loose = [place for place in decimal if place not in tight]
    if loose or (not group.function and len(group.marks) > len(decimal)):
        raise BadInput(LOOSE_COMMA)
    for place in semicolons:
        tokens[place] = Token("sign", ",")
    for chain in _chains(decimal):
        texts = [_text(tokens, place) for place in range(chain[0] - 1, chain[-1] + 2, 2)]
        first = tokens[chain[0] - 1]
        tokens[chain[0] - 1] = Token("number", _joined(texts), first is not None and first.glued)
        for place in range(chain[0], chain[-1] + 2):
            tokens[place] = None


def _only_reading(
    tokens: list[Token | None], tight: list[int], every: int, least: int, most: int
) -> list[int]:
    """Return which of the commas between two figures are decimal marks, if only one way is right.

    `every` is how many arguments there are if none is; the function takes `least` to `most`.
    """
    counts = [count for count in range(len(tight) + 1) if least <= every - count <= most]
    if counts == [len(tight)]:
        return tight
    if counts in ([], [0]):
        return []
    around = (_text(tokens, tight[0] - 1), _text(tokens, tight[0] + 1))
    raise BadInput(
        f"“{','.join(around)}” can be one number or two; write {'.'.join(around)}, or "
        f"“{', '.join(around)}” with a space."
    )


def _is_tight(tokens: list[Token | None], place: int) -> bool:
    """Return whether a comma stands right between two figures."""
    if not 0 < place < len(tokens) - 1:
        return False
    before, comma, after = tokens[place - 1 : place + 2]
    if before is None or comma is None or after is None:
        return False
    return before.kind == after.kind == "number" and comma.glued and after.glued


def _text(tokens: list[Token | None], place: int) -> str:
    token = tokens[place]
    return token.text if token else ""


def _chains(places: list[int]) -> list[list[int]]:
    """Return places that are two apart together: the commas of 1,000,000."""
    chains: list[list[int]] = []
    for place in places:
        if chains and place == chains[-1][-1] + 2:
            chains[-1].append(place)
        else:
            chains.append([place])
    return chains


def _joined(texts: list[str]) -> str:
    """Return the number that figures with commas between them are."""
    whole, *others = texts
    *middle, last = others
    groups = bool(re.fullmatch("[1-9][0-9]{0,2}", whole)) and all(
        re.fullmatch("[0-9]{3}", one) for one in middle
    )
    if groups and re.fullmatch(r"[0-9]{3}\.[0-9]*", last):
        return "".join(texts)
    if groups and re.fullmatch("[0-9]{3}", last):
        if middle:
            return "".join(texts)
        raise BadInput(
            f"“{whole},{last}” can be {whole}{last} or {whole}.{last}; write the one you mean, "
            "without a comma."
        )
    if re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", whole):
        whole = whole.replace(".", "")
    if middle or not whole.isdecimal() or not re.fullmatch("[0-9]+(?:[eE][+-]?[0-9]+)?", last):
        raise BadInput(
            f"“{shown(','.join(texts))}” is not a number; write decimals with a point, as in 0.5."
        )
    return f"{whole}.{last}"
