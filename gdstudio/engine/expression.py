"""A function that a person types: read safely, worked out fast, differentiated exactly."""

import math
from functools import cached_property

import numpy.typing as npt

from gdstudio.engine.expression_parser import parse
from gdstudio.engine.expression_text import printed, typed
from gdstudio.engine.expression_tree import (
    Node,
    Operation,
    Variable,
    children,
    is_constant,
    walk,
)
from gdstudio.engine.expression_values import (
    Values,
    compile_arrays,
    compile_numbers,
    evaluate_arrays,
    number_value,
    trouble,
)
from gdstudio.engine.history import Float64Array
from gdstudio.errors import BadInput

# Together, powers raised to powers may reach so far.
LARGEST_EXPONENT = 1000


class Expression:
    """f(x), or f(x, y): the tree of a formula, with its values and slopes.

    Where f is not defined among real numbers it is NaN; where it is too large it is infinite.

    Attributes:
        variables: the names of its arguments, in order.
        text: the formula as one types it; two functions are equal if text and variables are.
        pretty: the formula as one prints it; can be typed, too.
    """

    def __init__(self, tree: Node, variables: tuple[str, ...]):
        """Make the function of a tree; people's text comes through `parse`."""
        self._tree = tree
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
        tree = parse(text, variables)
        _refuse_undefined(tree)
        if _reach(tree) > LARGEST_EXPONENT:
            raise BadInput(
                f"An exponent is too large; powers go up to {LARGEST_EXPONENT:,} here, all in all."
            )
        return cls(tree, variables)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Expression):
            return NotImplemented
        return (self.text, self.variables) == (other.text, other.variables)

    def __hash__(self) -> int:
        return hash((self.text, self.variables))

    def __repr__(self) -> str:
        return f"Expression({self.text!r}, {self.variables!r})"

    def value(self, *arrays: npt.ArrayLike) -> Float64Array:
        """Return f for one array per variable, which broadcast together, in their common shape."""
        return evaluate_arrays(self._arrays, tuple(arrays))  # type: ignore[arg-type]

    def at(self, *point: float) -> float:
        """Return f at one point, in about a microsecond."""
        return float(self._numbers(point))

    def check_at(self, *point: float) -> str:
        """Return a sentence that says why f has no value at `point`; an empty text if it has."""
        wrong = trouble(self._tree, self.variables, point)
        return f"The function {wrong} at {self.place(*point)}; start elsewhere." if wrong else ""

    def trouble_at(self, *point: float) -> str:
        """Return what goes wrong at `point`, such as “divides by zero”; or an empty text."""
        return trouble(self._tree, self.variables, point)

    def place(self, *point: float) -> str:
        """Return `point` in words: x = 2, or x = 2, y = −1."""
        named = zip(self.variables, point, strict=True)
        return ", ".join(f"{name} = {value:.4g}".replace("-", "−") for name, value in named)

    def derivative(self, variable: str) -> "Expression":
        """Return ∂f/∂(variable), exactly; the first call imports SymPy, which takes a while.

        Raises:
            BadInput: where the derivative would be too long to write down.
        """
        from gdstudio.engine.expression_slopes import differentiate

        return Expression(differentiate(self._tree, variable), self.variables)

    @cached_property
    def _arrays(self) -> Values:
        return compile_arrays(self._tree, self.variables)

    @cached_property
    def _numbers(self) -> Values:
        return compile_numbers(self._tree, self.variables)

    @property
    def uses(self) -> tuple[str, ...]:
        """The variables that occur in it."""
        found = {one.name for one in walk(self._tree) if isinstance(one, Variable)}
        return tuple(name for name in self.variables if name in found)


def _refuse_undefined(node: Node) -> None:
    """Refuse a formula of which a part without variables has no value, such as 1/0."""
    if is_constant(node):
        if math.isfinite(number_value(node)):
            return
        shown = printed(node)
        shown = shown if len(shown) <= 24 else shown[:23] + "…"
        raise BadInput(f"“{shown}” {trouble(node, (), ())}; change that part.")
    for child in children(node):
        _refuse_undefined(child)


def _reach(node: Node) -> float:
    """Return the largest product of exponents that are raised to each other."""
    inside = max((_reach(child) for child in children(node)), default=1.0)
    if isinstance(node, Operation) and node.sign == "**" and is_constant(node.right):
        if is_constant(node.left):
            return 1.0
        return max(abs(number_value(node.right)), 1.0) * inside
    return inside
