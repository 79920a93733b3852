"""A function that a person types: read safely, worked out fast, differentiated exactly."""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy.typing as npt

from gdstudio.engine.functions.forms import TooLong
from gdstudio.engine.functions.graph import Graph, Vertex
from gdstudio.engine.functions.parser import LONGEST, parse
from gdstudio.engine.functions.simplifier import simplified
from gdstudio.engine.functions.text import printed, typed
from gdstudio.engine.functions.tree import Call, Node, Number, Variable, walk
from gdstudio.engine.functions.values import Program, trouble, values_of
from gdstudio.engine.history import Float64Array
from gdstudio.errors import BadInput
from gdstudio.number_text import plain_text

# Together, powers raised to powers may reach this far.
LARGEST_EXPONENT = 1000
_TOO_LONG = "(too long to write down)"


class Formula:
    """What a vertex of a computation graph is worth: a function, or one of its slopes.

    Where it is not defined among real numbers it is NaN; where it is too large it is infinite.

    Attributes:
        variables: the names of its arguments, in order.
        text: the formula as one types it.
        pretty: the formula as one prints it; can be typed, too.
    """

    variables: tuple[str, ...]
    text: str
    pretty: str
    _vertex: Vertex

    def value(self, *arrays: npt.ArrayLike) -> Float64Array:
        """Return it for one array per variable, which broadcast together, in their common shape."""
        return self._arrays.over(arrays)[0]

    def at(self, *point: float) -> float:
        """Return it at one point, in about a microsecond."""
        return self._numbers.at(point)[0]

    def check_at(self, *point: float) -> str:
        """Return a sentence that says why there is no value at `point`; an empty text if it has."""
        wrong = self.trouble_at(*point)
        return f"The function {wrong} at {self.place(*point)}; start elsewhere." if wrong else ""

    def trouble_at(self, *point: float) -> str:
        """Return what goes wrong at `point`, such as “divides by zero”; or an empty text."""
        return trouble(self._vertex.graph, self._vertex.index, point)

    def place(self, *point: float) -> str:
        """Return `point` in words: x = 2, or x = 2, y = −1.5 × 10⁻⁷."""
        named = zip(self.variables, point, strict=True)
        return ", ".join(f"{name} = {plain_text(value, 4)}" for name, value in named)

    def derivative(self, variable: str) -> "Derivative":
        """Return ∂/∂(variable), exactly."""
        return Derivative(self, variable)

    @cached_property
    def _numbers(self) -> Program:
        return Program(self._vertex.graph, [self._vertex.index])

    @cached_property
    def _arrays(self) -> Program:
        return Program(self._vertex.graph, [self._vertex.index], arrays=True)


class Expression(Formula):
    """f(x), or f(x, y), as a person typed it; two are equal if text and variables are."""

    def __init__(self, tree: Node, variables: tuple[str, ...]):
        """Make the function of a tree; people's text comes through `parse`."""
        self.tree = tree
        self.variables = variables
        self.text = typed(tree)
        self.pretty = printed(tree)

    @classmethod
    def parse(cls, text: str, variables: tuple[str, ...] = ("x",)) -> "Expression":
        """Return the function that `text` says.

        Raises:
            BadInput: with one sentence: where it cannot be read, which name is unknown, or which
                part of it has no value anywhere.
        """
        read = cls(parse(text, variables), variables)
        if len(read.pretty) > LONGEST:
            raise BadInput("This function is too long; use fewer terms.")
        read._refuse_parts()
        return read

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return (self.text, self.variables) == (other.text, other.variables)

    def __hash__(self) -> int:
        return hash((self.text, self.variables))

    def __repr__(self) -> str:
        return f"Expression({self.text!r}, {self.variables!r})"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Expression, (self.tree, self.variables)

    def with_slopes(self, point: Sequence[float]) -> list[float]:
        """Return f at `point`, and its slope along every variable, in order."""
        return self._with_slopes.at(point)

    def second_slopes(self, point: Sequence[float]) -> list[float]:
        """Return ∂²f/∂a∂b at `point` for all pairs of variables, row by row."""
        return self._second_slopes.at(point)

    @property
    def uses(self) -> tuple[str, ...]:
        """The variables that occur in it."""
        found = {one.name for one in walk(self.tree) if isinstance(one, Variable)}
        return tuple(name for name in self.variables if name in found)

    @property
    def has_decimals(self) -> bool:
        """Whether it was written with decimals, such as 0.5."""
        return any(
            isinstance(one, Number) and one.value.denominator != 1 for one in walk(self.tree)
        )

    @cached_property
    def may_have_kinks(self) -> bool:
        """Whether a part of it may have slopes that differ from side to side."""
        kinds = {"abs", "max", "min", "sign", "heaviside", "atan2"}
        return any(isinstance(one, Call) and one.name in kinds for one in walk(self.tree))

    @cached_property
    def _vertex(self) -> Vertex:  # type: ignore[override]
        return Graph(self.variables).enter(self.tree)

    @cached_property
    def _with_slopes(self) -> Program:
        vertex = self._vertex
        slopes = [vertex.graph.slope(vertex, name).index for name in self.variables]
        return Program(vertex.graph, [vertex.index, *slopes])

    @cached_property
    def _second_slopes(self) -> Program:
        vertex, names = self._vertex, self.variables
        graph = vertex.graph
        firsts = [graph.slope(vertex, name) for name in names]
        # The order does not matter; taking each pair once spares a half of the work.
        found = {
            (a, b): graph.slope(firsts[min(a, b)], names[max(a, b)]).index
            for a in range(len(names))
            for b in range(len(names))
        }
        return Program(graph, list(found.values()))

    def _refuse_parts(self) -> None:
        """Refuse what has no value anywhere, such as 1/0, or at single places only, as (−2)^x."""
        graph = self._vertex.graph
        nowhere = [math.nan] * len(self.variables)
        values = values_of(graph, self._vertex.index, nowhere)
        reach: dict[int, float] = {}
        for index, value in values.items():
            part, inputs = graph.parts[index], graph.parts[index].inputs
            reach[index] = max((reach[one] for one in inputs), default=1.0)
            if not graph.varies[index]:
                if not math.isfinite(value):
                    node = graph.written.get(index, self.tree)
                    wrong = trouble(graph, index, nowhere)
                    raise BadInput(f"“{_short(node)}” {wrong}; change that part.")
            elif part.kind == "**" and not graph.varies[inputs[1]]:
                reach[index] *= max(abs(values[inputs[1]]), 1.0)
            elif part.kind == "**" and values[inputs[0]] < 0:
                raise BadInput(
                    f"“{_short(graph.written[index])}” has values at single places only, since "
                    "powers of a negative number need whole exponents; change its base."
                )
        if max(reach.values()) > LARGEST_EXPONENT:
            raise BadInput(
                f"An exponent is too large; powers go up to {LARGEST_EXPONENT:,} here, all in all."
            )


class Derivative(Formula):
    """∂f/∂x, found from the computation graph of f; where f has no slope it is NaN.

    Where it would be too long to be read, `text` is empty and `pretty` says so.
    """

    def __init__(self, formula: Formula, variable: str):
        """Find the slope of `formula` along `variable`."""
        vertex = formula._vertex
        self.variables = formula.variables
        self._decimals = getattr(formula, "has_decimals", getattr(formula, "_decimals", False))
        self._vertex = vertex.graph.slope(vertex, variable)

    @cached_property
    def text(self) -> str:  # type: ignore[override]
        """The formula as one types it; an empty text where it is too long."""
        return typed(self._tree) if self._tree else ""

    @cached_property
    def pretty(self) -> str:  # type: ignore[override]
        """The formula as one prints it."""
        return printed(self._tree) if self._tree else _TOO_LONG

    @cached_property
    def _tree(self) -> Node | None:
        vertex = self._vertex
        try:
            return simplified(vertex.graph, vertex.index, decimals=self._decimals)
        except TooLong:
            return None


def _short(node: Node) -> str:
    text = printed(node)
    return text if len(text) <= 24 else text[:23] + "…"
