"""What a typed function is made of: numbers, names, functions and the five operations."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

CONSTANTS = ("pi", "e")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, exactly as it was typed; never negative in a tree that was parsed."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """π or e."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """One of the function's variables."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """−a."""

    of: "Node"


@dataclass(frozen=True, slots=True)
class Operation:
    """a + b, a - b, a * b, a / b or a ** b; `sign` is the operator as Python writes it."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument, the logarithm of (a, base), or max, min or atan2 of several."""

    name: str
    arguments: tuple["Node", ...]


Node = Number | Constant | Variable | Negative | Operation | Call


def children(node: Node) -> tuple[Node, ...]:
    """Return what `node` is made of."""
    if isinstance(node, Operation):
        return (node.left, node.right)
    if isinstance(node, Negative):
        return (node.of,)
    return node.arguments if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(children(one))
