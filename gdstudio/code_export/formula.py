"""A typed function and its slopes as lines of Python, which give the app's own digits.

The lines are written from the computation graph with which the app works: the same operations in
the same order. What is used more than once gets a name, and so does what would be too long a line.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gdstudio.code_export.program import plain_number
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.graph import Graph, Part, Vertex
from gdstudio.engine.functions.known_functions import FUNCTIONS, SLOPE_FUNCTIONS

_SUM, _PRODUCT, _SIGNED, _POWER, _ATOM = range(5)
_LONGEST = 48
# How often these write what they take, at most.
_COPIES = {"abs_slope": 2, "power_log": 3}
_KNOWN = FUNCTIONS | SLOPE_FUNCTIONS


@dataclass(frozen=True)
class Lines:
    """A formula as code.

    Attributes:
        lines: what gets a name first.
        results: an expression for each output.
    """

    lines: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True)
class _Piece:
    """An expression and how tightly its outermost part holds together."""

    text: str
    binding: int = _ATOM

    def within(self, least: int) -> str:
        return f"({self.text})" if self.binding < least else self.text


def value_lines(expression: Expression, *, torch: bool = False, careful: bool = False) -> Lines:
    """Return f; `careful` lines raise nothing where a part is undefined or too large."""
    vertex = expression._vertex
    return _Writer(vertex.graph, torch=torch, careful=careful).write([vertex.index])


def slope_lines(expression: Expression, *, careful: bool = False) -> Lines:
    """Return the slope of f along each variable."""
    vertex: Vertex = expression._vertex
    slopes = [vertex.graph.slope(vertex, name).index for name in expression.variables]
    return _Writer(vertex.graph, careful=careful).write(slopes)


class _Writer:
    def __init__(self, graph: Graph, *, torch: bool = False, careful: bool = False) -> None:
        self._graph, self._torch, self._careful = graph, torch, careful

    def write(self, outputs: Sequence[int]) -> Lines:
        graph = self._graph
        needed = [one for one in graph.needed(*outputs) if graph.parts[one].kind != "side"]
        uses = Counter(i for one in needed for i in graph.parts[one].inputs)
        # A square is written as a product, so that its base stands twice.
        for one in needed:
            if self._is_square(graph.parts[one]):
                uses[graph.parts[one].inputs[0]] += 1
        pieces: dict[int, _Piece] = {}
        lines: list[str] = []
        for index in needed:
            self._shorten(graph.parts[index], pieces, lines)
            piece = self._piece(graph.parts[index], pieces)
            is_atom = not graph.parts[index].inputs or _is_plain(piece.text)
            is_long = len(piece.text) > _LONGEST
            if not is_atom and index not in outputs and (uses[index] > 1 or is_long):
                name = f"u{len(lines) + 1}"
                lines.append(f"{name} = {_bare(piece.text)}")
                piece = _Piece(name)
            pieces[index] = piece
        return Lines(tuple(lines), tuple(_bare(pieces[one].text) for one in outputs))

    def _shorten(self, part: Part, pieces: dict[int, _Piece], lines: list[str]) -> None:
        """Give names to what would make too long a line of `part`."""
        while True:
            inputs = [one for one in part.inputs if one in pieces]
            copies = _COPIES.get(part.kind, 1)
            if copies * sum(len(pieces[one].text) for one in inputs) <= _LONGEST:
                return
            longest = max(inputs, key=lambda one: len(pieces[one].text))
            name = f"u{len(lines) + 1}"
            lines.append(f"{name} = {_bare(pieces[longest].text)}")
            pieces[longest] = _Piece(name)

    def _is_square(self, part: Part) -> bool:
        return (
            part.kind == "**"
            and self._graph.parts[part.inputs[1]].kind == "number"
            and self._graph.parts[part.inputs[1]].number == 2
        )

    def _piece(self, part: Part, pieces: dict[int, _Piece]) -> _Piece:
        if part.kind == "number":
            text = plain_number(float(part.number))
            return _Piece(text, _SIGNED if part.number < 0 else _ATOM)
        if part.kind == "constant":
            return _Piece(f"math.{part.name}")
        if part.kind == "variable":
            return _Piece(part.name)
        inputs = [pieces[one] for one in part.inputs if one in pieces]
        first, second = inputs[0], inputs[-1]
        if part.kind == "negative":
            return _Piece(f"-{first.within(_ATOM)}", _SIGNED)
        if part.kind in ("+", "-"):
            text = f"{first.within(_SUM)} {part.kind} {second.within(_PRODUCT)}"
            return _Piece(text, _SUM)
        if part.kind == "*":
            return _Piece(f"{first.within(_PRODUCT)} * {second.within(_SIGNED)}", _PRODUCT)
        if part.kind == "/":
            if self._careful:
                return _Piece(f"attempt(operator.truediv, {first.text}, {second.text})")
            return _Piece(f"{first.within(_PRODUCT)} / {second.within(_SIGNED)}", _PRODUCT)
        if self._is_square(part):
            base = first.within(_ATOM)
            return _Piece(f"{base} * {base}", _PRODUCT)
        if part.kind == "**":
            if self._careful:
                return _Piece(f"attempt(math.pow, {first.text}, {second.text})")
            return _Piece(_power(first, second), _POWER)
        if part.kind in _CASES:
            return _CASES[part.kind]([one.text for one in inputs], self._torch)
        if part.kind == "power_log":
            return self._power_log(first, second)
        return _Piece(self._call(part.kind, first))

    def _power_log(self, base: _Piece, exponent: _Piece) -> _Piece:
        """Return u^v · ln(u), which is 0 where u is 0."""
        if base.text == "0":
            return _Piece("0.0")
        power = f"math.pow({base.text}, {exponent.text})"
        if self._careful:
            power = f"attempt(math.pow, {base.text}, {exponent.text})"
        text = f"{power} * math.log({base.text})"
        if _is_plain(base.text):
            return _Piece(text, _PRODUCT)
        return _Piece(f"({text} if {base.text} else 0.0)")

    def _call(self, kind: str, of: _Piece) -> str:
        known = _KNOWN[kind]
        if self._torch and not _is_plain(of.text):
            return (known.torch or f"torch.{kind}({{u}})").format(u=of.text)
        code = known.code or f"math.{kind}({{u}})"
        if self._careful:
            code = re.sub(r"math\.(\w+)\(\{u\}\)", r"attempt(math.\1, {u})", code)
        inner = of.text if "({u})" in code else of.within(_ATOM)
        text = code.format(u=inner)
        return f"({text})" if " / " in text else text


def _bare(text: str) -> str:
    """Return a text without brackets around the whole of it."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            whole = sign == ")" and place == len(text) - 1 and text[0] == "("
            return text[1:-1] if whole else text
    return text


def _is_plain(text: str) -> bool:
    """Return whether a text is a number, so that PyTorch need not see it."""
    try:
        float(text)
    except ValueError:
        return text in ("math.pi", "math.e")
    return True


def _power(base: _Piece, exponent: _Piece) -> str:
    """Return a power with the spaces that `ruff format` puts into it."""
    left = base.within(_ATOM)
    right = exponent.text if _is_plain(exponent.text) else exponent.within(_ATOM)
    simple = all(
        _is_plain(one) or one.replace(".", "").replace("_", "").isalnum() for one in (left, right)
    )
    return f"{left}**{right}" if simple else f"{left} ** {right}"


def _case(condition: str, a: str, b: str, torch: bool) -> _Piece:
    if torch:
        return _Piece(f"torch.where({condition}, {a}, {b})")
    return _Piece(f"({a} if {condition} else {b})")


_Case = Callable[[list[str], bool], _Piece]
# What stands for the pieces of a function with corners; at a corner itself a walk ends.
_CASES: dict[str, _Case] = {
    "max": lambda i, torch: _Piece(f"{'torch.maximum' if torch else 'max'}({i[0]}, {i[1]})"),
    "min": lambda i, torch: _Piece(f"{'torch.minimum' if torch else 'min'}({i[0]}, {i[1]})"),
    "atan2": lambda i, torch: _Piece(f"{'torch' if torch else 'math'}.atan2({i[0]}, {i[1]})"),
    "abs_slope": lambda i, torch: _case(f"{i[0]} > 0", i[1], f"-({i[1]})", torch),
    "max_slope": lambda i, torch: _case(f"{i[0]} > {i[1]}", i[2], i[3], torch),
    "min_slope": lambda i, torch: _case(f"{i[0]} < {i[1]}", i[2], i[3], torch),
    "choice": lambda i, torch: _case(f"{i[0]} > {i[1]}", i[2], i[3], torch),
    "beside_cut": lambda i, torch: _Piece(f"({i[2]})"),
}
# What careful lines need.
ATTEMPT = '''
def attempt(function, *values):
    """Return a value; one that is too large is infinite, and an undefined one is NaN."""
    try:
        return function(*values)
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
'''


def place_of(expression: Expression) -> str:
    """Return the names of the variables as a call has them: ``x, y``."""
    return ", ".join(expression.variables)
