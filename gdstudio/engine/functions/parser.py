"""How the text of a function becomes a tree: a grammar of its own, so nothing typed is ever run.

    sum     = product { (+ | -) product }
    product = signed { (* | /) signed | power }      side by side is ·, from left to right
    signed  = { + | - } power
    power   = atom [ ^ signed ]                      -x^2 is -(x^2), 2^3^2 is 2^(3^2)
    atom    = number | name | function arguments | root | ( sum ) | '|' sum '|'

Where people's notation can be read in two ways, these rules decide, and what is shown tells how:

    1/2x         is (1/2)·x: side by side means · and nothing more
    x^2y         is x²·y: an exponent is one number, name or bracket
    sin 2x + 1   is sin(2·x) + 1: without brackets a function takes what stands side by side
    sin^2 x      is sin(x)², and sin^-1 x is asin(x)
    xy, xsinx    are x·y and x·sin(x); 2e is 2·e, 2e3 is 2000

What stays unclear is refused with both readings: x2, e^2x, √2x, sin x(x + 1), 1,000.
"""

import re
from fractions import Fraction
from functools import cache

from gdstudio.engine.functions.advice import missing, number_behind, unreadable, wrong_count
from gdstudio.engine.functions.known_functions import FUNCTIONS, SHORTHANDS
from gdstudio.engine.functions.notation import shown
from gdstudio.engine.functions.text import typed
from gdstudio.engine.functions.tokens import ARITIES, END, STACKED, Token, tokens_of
from gdstudio.engine.functions.tree import (
    CONSTANTS,
    Call,
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
    walk,
)
from gdstudio.errors import BadInput

# So that nothing that can be typed takes long or much memory.
LONGEST = 400
MOST_NODES = 200
DEEPEST = 40
MOST_POWERS = 8
LARGEST = 1e100

_ONE, _TWO, _MINUS_ONE = Number(Fraction(1)), Number(Fraction(2)), Negative(Number(Fraction(1)))
_ROOTS = {"√": "sqrt", "∛": "cbrt"}


def parse(text: str, variables: tuple[str, ...]) -> Node:
    """Return the tree of `text`.

    Raises:
        BadInput: for anything but a formula in `variables`, with the place and the remedy.
    """
    if len(text) > LONGEST:
        raise BadInput(
            f"This function has {len(text):,} characters; shorten it to {LONGEST} at most."
        )
    tokens = tokens_of(text, variables)
    if not tokens:
        listed = " and ".join(variables)
        example = "x^4 - 3*x^2 + x" if len(variables) == 1 else "x^2 + 3*y^2"
        raise BadInput(f"Type a function of {listed}, such as {example}.")
    tree = _Parser(tokens, variables).whole()
    if sum(1 for _ in walk(tree)) > MOST_NODES:
        raise BadInput("This function is too long; use fewer terms.")
    return tree


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, tokens: list[Token], variables: tuple[str, ...]):
        self._tokens = tokens
        self._variables = variables
        self._depth = 0
        self._powers = 0
        # Whether the innermost bracket is a “|”, which closes wherever it can.
        self._in_bars = [False]
        self._index = 0

    def whole(self) -> Node:
        node = self._sum()
        token = self._now
        if token.kind == "end":
            return node
        if token.text == ")":
            raise BadInput("There is one “)” too many; remove it, or open one before it.")
        raise unreadable(self._before, self._now)

    @property
    def _now(self) -> Token:
        return self._tokens[self._index] if self._index < len(self._tokens) else END

    @property
    def _before(self) -> Token:
        return self._tokens[self._index - 1] if self._index else END

    def _is_at(self, *signs: str) -> bool:
        return self._now.kind == "sign" and self._now.text in signs

    def _take(self, *signs: str) -> str:
        """Return the next sign and go past it if it is one of `signs`; otherwise an empty text."""
        if not self._is_at(*signs):
            return ""
        self._index += 1
        return self._before.text

    def _sum(self) -> Node:
        self._descend()
        node = self._product()
        while sign := self._take("+", "-"):
            node = Operation(sign, node, self._product())
        self._depth -= 1
        return node

    def _descend(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadInput("This function has too many brackets inside each other; use fewer.")

    def _product(self) -> Node:
        node = self._signed()
        while True:
            if sign := self._take("*", "/"):
                node = Operation(sign, node, self._signed())
            elif self._is_beside():
                node = Operation("*", node, self._power())
            else:
                return node

    def _is_beside(self) -> bool:
        """Return whether the next word begins another factor, side by side with the last."""
        now = self._now
        if now.kind in ("number", "fraction"):
            raise number_behind(self._before, now, self._variables)
        if now.kind == "name" or self._is_at("(", *_ROOTS):
            return True
        return self._is_at("|") and not self._in_bars[-1]

    def _signed(self) -> Node:
        negative = False
        while sign := self._take("+", "-"):
            negative ^= sign == "-"
        node = self._power()
        return Negative(node) if negative else node

    def _power(self) -> Node:
        base = self._atom()
        return self._raised(base)

    def _raised(self, base: Node) -> Node:
        if not self._take("**"):
            return base
        self._powers += 1
        if self._powers > MOST_POWERS:
            raise BadInput("This function has too many powers on each other; use fewer.")
        first = self._index
        exponent = self._signed()
        self._powers -= 1
        if isinstance(base, Number | Constant) and self._goes_on():
            # Who writes e^2x mostly means e^(2x).
            of, power, name = typed(base), self._said(first, self._index), self._now.said
            name = "(…)" if name == "(" else name
            raise BadInput(
                f"“{of}^{power}{name}” can be {of}^({power}*{name}) or {of}^{power}*{name}; write "
                "the one you mean."
            )
        return Operation("**", base, exponent)

    def _goes_on(self) -> bool:
        """Return whether an exponent may be meant to be longer than the number or name read."""
        before, now = self._before, self._now
        if before.kind == "number":
            return now.kind == "name" or self._is_at("(")
        single = (*self._variables, *CONSTANTS)
        return now.kind == "name" and now.glued and before.text in single and now.text in single

    def _atom(self) -> Node:
        token = self._now
        self._index += 1
        if token.kind == "number":
            return self._number(token.text)
        if token.kind == "fraction":
            return _divided(token.text)
        if token.kind == "name":
            return self._named(token.text)
        if token.text == "(":
            return self._closed(")")
        if token.text == "|":
            return Call("abs", (self._closed("|"),))
        if token.text in _ROOTS:
            return self._root(token.text)
        self._index -= 1
        raise missing(self._before, self._now, self._variables)

    def _closed(self, end: str) -> Node:
        """Return what stands up to the bracket `end`, and go past that."""
        self._in_bars.append(end == "|")
        node = self._sum()
        self._in_bars.pop()
        if self._take(end):
            return node
        if self._now.kind == "end" or self._is_at(")", "|"):
            raise BadInput(f"A bracket is not closed; add a “{end}”.")
        raise unreadable(self._before, self._now)

    def _number(self, text: str) -> Node:
        following = self._now
        number = _number(text)
        if following.kind == "fraction" and following.glued and text.isdecimal():
            # 1½ is 3/2.
            self._index += 1
            part = Fraction(following.text)
            above = int(text) * part.denominator + part.numerator
            return Operation("/", Number(Fraction(above)), Number(Fraction(part.denominator)))
        return number

    def _root(self, sign: str) -> Node:
        """Return the root of the next factor; what else stands beside it must be clear."""
        name = _ROOTS[sign]
        if self._take("("):
            return Call(name, (self._closed(")"),))
        self._descend()
        first = self._index
        inside = self._power()
        self._depth -= 1
        if self._now.kind in ("number", "name", "fraction") and self._now.text not in ARITIES:
            inner, after = self._said(first, self._index), self._now.said
            raise BadInput(
                f"It is not clear how far {sign} reaches; write {sign}({inner}*{after}) or "
                f"{sign}({inner})*{after}."
            )
        if self._is_at("("):
            raise BadInput(f"It is not clear how far {sign} reaches; put its argument in brackets.")
        return Call(name, (inside,))

    def _named(self, name: str) -> Node:
        if name in self._variables:
            return Variable(name)
        if name in CONSTANTS:
            return Constant(name)
        if name == STACKED:
            return self._stacked()
        return self._function(name)

    def _stacked(self) -> Node:
        r"""Return the quotient of LaTeX's \frac{above}{below}."""
        halves = []
        for _ in range(2):
            if not self._take("("):
                raise BadInput(r"\frac needs two parts in braces: \frac{x}{2}.")
            halves.append(self._closed(")"))
        return Operation("/", halves[0], halves[1])

    def _function(self, name: str) -> Node:
        """Return a function of what follows: of arguments in brackets, or of what is beside it."""
        base: Node | None = None
        if self._now.kind == "base":
            base = _number(self._now.text)
            self._index += 1
        exponent = self._exponent(name)
        arguments = self._arguments(name) if self._take("(") else [self._beside(name)]
        least, most = ARITIES[name]
        if not least <= len(arguments) <= most or (base and len(arguments) > 1):
            raise wrong_count(name, self._variables, found=len(arguments))
        if base is not None:
            arguments.append(base)
        if name == "log" and _is_constant(arguments[0]) and not _is_constant(arguments[-1]):
            x = self._variables[0]
            raise BadInput(
                f"The second argument of log is its base: write log({x}, 10), or ln(10)/ln({x})."
            )
        if exponent == _MINUS_ONE:
            return self._inverse(name, arguments)
        node = _called(name, arguments)
        return node if exponent is None else Operation("**", node, exponent)

    def _exponent(self, name: str) -> Node | None:
        """Return the exponent of sin^2(x) or sin^-1(x), if there is one."""
        if not self._is_at("**"):
            return None
        self._index += 1
        exponent = self._signed()
        if self._now.kind == "end" or self._is_at("+", "-", "*", "/", ")"):
            raise BadInput(f"{name} needs an argument: {name}({self._variables[0]}).")
        if exponent != _MINUS_ONE and not (
            isinstance(exponent, Number) and exponent.value.denominator == 1
        ):
            power = f"({typed(exponent)})".replace("**", "^")
            raise BadInput(f"Write such a power as {name}({self._variables[0]})^{power}.")
        return exponent

    def _inverse(self, name: str, arguments: list[Node]) -> Node:
        inverse = FUNCTIONS[name].inverse if name in FUNCTIONS else ""
        if not inverse or len(arguments) > 1:
            x = self._variables[0]
            raise BadInput(
                f"{name} to the power −1 can be read in two ways; write 1/{name}({x}) or the "
                "function that is meant."
            )
        return Call(inverse, tuple(arguments))

    def _arguments(self, name: str) -> list[Node]:
        """Return what stands in the brackets after a function's name, and go past them."""
        if self._is_at(")"):
            raise wrong_count(name, self._variables)
        self._in_bars.append(False)
        arguments = [self._sum()]
        while self._take(","):
            arguments.append(self._sum())
        self._in_bars.pop()
        if not self._take(")"):
            if self._now.kind == "end":
                raise BadInput("A bracket is not closed; add a “)”.")
            raise unreadable(self._before, self._now)
        return arguments

    def _beside(self, name: str) -> Node:
        """Return the argument of a function without brackets: all that stands side by side."""
        if self._is_at("+", "-") and self._tokens[self._index + 1 :]:
            raise BadInput(f"{name} needs its argument in brackets: {name}({self._now.text}…).")
        if self._now.kind == "end" or not (
            self._now.kind in ("number", "fraction", "name") or self._is_at("|", *_ROOTS)
        ):
            raise wrong_count(name, self._variables)
        if ARITIES[name][0] > 1:
            raise wrong_count(name, self._variables)
        self._descend()
        first = self._index
        argument = self._power()
        closes = self._in_bars[-1]
        while self._is_at(*_ROOTS) or (self._now.kind == "name" and self._now.text not in ARITIES):
            argument = Operation("*", argument, self._power())
        self._depth -= 1
        if self._is_at("(") or (self._is_at("|") and not closes):
            inside = self._said(first, self._index)
            raise BadInput(
                f"It is not clear where {name} ends; write {name}({inside}*(…)) or "
                f"{name}({inside})*(…)."
            )
        return argument

    def _said(self, first: int, end: int) -> str:
        """Return some words as they can stand in a sentence."""
        words = [token.said for token in self._tokens[first:end]]
        return shown("".join(words))


def _called(name: str, arguments: list[Node]) -> Node:
    """Return a function of arguments; what is short for a formula becomes that formula."""
    if name in SHORTHANDS:
        return _filled(_shorthand(name), dict(zip("ab", arguments, strict=False)))
    if name == "log" and len(arguments) == 2:
        for base, own in ((_number("10"), "log10"), (_TWO, "log2"), (Constant("e"), "log")):
            if arguments[1] == base:
                return Call(own, (arguments[0],))
    return Call(name, tuple(arguments))


@cache
def _shorthand(name: str) -> Node:
    return parse(SHORTHANDS[name], ("a", "b"))


def _filled(node: Node, values: dict[str, Node]) -> Node:
    """Return `node` with what its variables stand for."""
    if isinstance(node, Variable):
        return values[node.name]
    if isinstance(node, Operation):
        return Operation(node.sign, _filled(node.left, values), _filled(node.right, values))
    if isinstance(node, Negative):
        return Negative(_filled(node.of, values))
    if isinstance(node, Call):
        return Call(node.name, tuple(_filled(one, values) for one in node.arguments))
    return node


def _is_constant(node: Node) -> bool:
    return not any(isinstance(one, Variable) for one in walk(node))


def _divided(text: str) -> Node:
    above, below = text.split("/")
    return Operation("/", _number(above), _number(below))


def _number(text: str) -> Number:
    if not float(text) <= LARGEST:
        raise BadInput(f"The number {shown(text)} is too large; use a smaller one.")
    # The fraction of 1e-999999999 would fill the memory.
    if float(text) >= 1 / LARGEST:
        return Number(Fraction(text))
    if re.search("[1-9]", re.split("[eE]", text)[0]):
        raise BadInput(f"The number {shown(text)} is too small; use a larger one, or 0.")
    return Number(Fraction(0))
