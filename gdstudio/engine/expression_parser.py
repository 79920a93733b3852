"""How the text of a function becomes a tree: a grammar of its own, so nothing typed is ever run.

    sum     = product { (+ | -) product }
    product = signed { (* | /) signed }
    signed  = { + | - } power
    power   = atom [ ** signed ]                 so -x**2 is -(x**2), and 2**3**2 is 2**(3**2)
    atom    = number | name | function ( sum ) | ( sum ) | '|' sum '|'

The signs that the window writes (− · × ÷ ² √ π |…|) mean what they look like, and ``^`` is ``**``.
"""

import re
from fractions import Fraction
from typing import NoReturn

from gdstudio.engine.expression_tree import (
    ALIASES,
    CONSTANTS,
    FUNCTIONS,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
)
from gdstudio.errors import BadInput

# So that nothing that can be typed takes long or much memory.
LONGEST = 200
MOST_NODES = 100
DEEPEST = 40
MOST_POWERS = 8
LARGEST = 1e100

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|[-+*/()|]))"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = re.compile("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LOOKALIKES = str.maketrans(
    {"−": "-", "–": "-", "·": "*", "×": "*", "∙": "*", "⋅": "*", "÷": "/", "π": " pi ", "^": "**"}
)
_END = ("end", "", -1)
Token = tuple[str, str, int]


def parse(text: str, variables: tuple[str, ...]) -> Node:
    """Return the tree of `text`.

    Raises:
        BadInput: for anything but a formula in `variables`, with the place and the remedy.
    """
    if not text.strip():
        raise BadInput(f"Type a function of {_listed(variables)}, such as {_example(variables)}.")
    if len(text) > LONGEST:
        raise BadInput(
            f"This function has {len(text):,} characters; shorten it to {LONGEST} at most."
        )
    return _Parser(text, variables).whole()


def _example(variables: tuple[str, ...]) -> str:
    return "x**4 - 3*x**2 + x" if len(variables) == 1 else "x**2 + 3*y**2"


def _listed(names: tuple[str, ...], joint: str = "and") -> str:
    *first, last = names
    return f"{', '.join(first)} {joint} {last}" if first else last


def _respelled(text: str) -> str:
    """Return `text` with the signs of print in the signs of the keyboard."""
    text = _RAISED.sub(lambda found: _power(found[0]), text)
    return text.translate(_LOOKALIKES).replace("√", " sqrt ")


def _power(raised: str) -> str:
    digits = raised.translate(_SUPERSCRIPTS)
    return f"**(-{digits[1:]})" if digits.startswith("⁻") else f"**{digits}"


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str, variables: tuple[str, ...]):
        self._text = _respelled(text)
        self._variables = variables
        self._nodes = 0
        self._depth = 0
        self._powers = 0
        self._tokens = self._split()
        self._index = 0

    def whole(self) -> Node:
        node = self._sum()
        kind, token, place = self._now
        if kind == "end":
            return node
        if token == ")":
            raise BadInput("There is one “)” too many; remove it or open one before.")
        if kind != "sign" or token in "(|":
            self._refuse_neighbours(place)
        raise BadInput(f"The function cannot be read from “{self._from(place)}” on.")

    def _split(self) -> list[Token]:
        text, place = self._text.rstrip(), 0
        tokens: list[Token] = []
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                self._refuse_character(text[place:].lstrip()[0])
            kind = str(found.lastgroup)
            tokens.append((kind, found[kind], found.start(kind)))
            place = found.end()
        return tokens

    @property
    def _now(self) -> Token:
        return self._tokens[self._index] if self._index < len(self._tokens) else _END

    def _take(self, *signs: str) -> str:
        """Return the next sign and go past it if it is one of `signs`; otherwise an empty text."""
        kind, token, _ = self._now
        if kind == "sign" and token in signs:
            self._index += 1
            return token
        return ""

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise BadInput("This function is too long; use fewer terms.")
        return node

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput("This function has too many brackets inside each other; use fewer.")
        node = self._product()
        while sign := self._take("+", "-"):
            node = self._made(Operation(sign, node, self._product()))
        self._depth -= 1
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._take("*", "/"):
            node = self._made(Operation(sign, node, self._signed()))
        return node

    def _signed(self) -> Node:
        negative = False
        while sign := self._take("+", "-"):
            negative ^= sign == "-"
        node = self._raised()
        return self._made(Negative(node)) if negative else node

    def _raised(self) -> Node:
        base = self._atom()
        if not self._take("**"):
            return base
        self._powers += 1
        if self._powers > MOST_POWERS:
            raise BadInput("This function has too many powers on each other; use fewer.")
        node = self._made(Operation("**", base, self._signed()))
        self._powers -= 1
        return node

    def _atom(self) -> Node:
        kind, token, place = self._now
        self._index += 1
        if kind == "number":
            return self._made(self._number(token))
        if kind == "name":
            return self._named(token, place)
        if token == "(":
            return self._closed(")")
        if token == "|":
            return self._made(Call("abs", self._closed("|")))
        if kind == "end":
            last = self._tokens[-1][1]
            raise BadInput(f"Something is missing after “{last}” at the end; add it.")
        before = self._tokens[self._index - 2][1] if self._index > 1 else ""
        missing = f"between “{before}” and “{token}”" if before else f"before “{token}”"
        raise BadInput(f"Something is missing {missing}; add a number or {self._variables[0]}.")

    def _closed(self, end: str) -> Node:
        node = self._sum()
        if self._take(end):
            return node
        kind, token, place = self._now
        if kind != "end" and token not in "|)":
            self._refuse_neighbours(place)
        raise BadInput(f"A bracket is not closed; add a “{end}”.")

    def _number(self, token: str) -> Number:
        if not float(token) <= LARGEST:
            raise BadInput(f"The number {_short(token)} is too large; use a smaller one.")
        # The fraction of 1e-999999999 would fill the memory.
        if float(token) >= 1 / LARGEST:
            return Number(Fraction(token))
        if re.search("[1-9]", re.split("[eE]", token)[0]):
            raise BadInput(f"The number {_short(token)} is too small; use a larger one, or 0.")
        return Number(Fraction(0))

    def _named(self, token: str, place: int) -> Node:
        name = ALIASES.get(token, token)
        if name in FUNCTIONS:
            if not self._take("("):
                raise BadInput(f"What is “{token}” taken of? Write {token}({self._variables[0]}).")
            if self._now[1] == ")":
                raise BadInput(f"Nothing stands in {token}(); write {token}({self._variables[0]}).")
            return self._made(Call(name, self._closed(")")))
        if name in self._variables:
            return self._made(Variable(name))
        if name in CONSTANTS:
            return self._made(Constant(name))
        raise self._unknown(token)

    def _unknown(self, token: str) -> BadInput:
        known = [*self._variables, *CONSTANTS, *FUNCTIONS]
        match = next((name for name in known if name == token.lower()), None)
        if match is not None:
            return BadInput(f"Write “{match}” in small letters instead of “{token}”.")
        if set(token) <= set(self._variables) and len(token) > 1:
            return BadInput(f"Write {'*'.join(token)} instead of “{_short(token)}”.")
        return BadInput(
            f"There is no “{_short(token)}” here; use {_listed(self._variables)}, numbers, pi, e "
            "and functions such as sin, exp or sqrt."
        )

    def _refuse_neighbours(self, place: int) -> NoReturn:
        """Say that an operator is missing before `place`."""
        before, after = self._tokens[self._index - 1][1], self._now[1]
        if self._now[0] == "name" and after not in self._known and after.lower() not in self._known:
            raise self._unknown(after)
        left = "(…)" if before == ")" else _short(before)
        right = "(…)" if after == "(" else _short(after)
        raise BadInput(
            f"Something is missing between “{_short(before)}” and “{_short(after)}”; to multiply, "
            f"write {left}*{right}."
        )

    def _refuse_character(self, character: str) -> NoReturn:
        if character == ",":
            raise BadInput("A comma has no meaning here; write decimals with a point, as in 0.5.")
        if character in "=<>!":
            raise BadInput(f"“{character}” has no meaning here; write only the function itself.")
        raise BadInput(f"“{character}” has no meaning here; remove it.")

    @property
    def _known(self) -> tuple[str, ...]:
        return (*self._variables, *CONSTANTS, *FUNCTIONS, *ALIASES)

    def _from(self, place: int) -> str:
        return _short(self._text[place:].strip())


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"
