"""The computation graph of a typed function, which differentiates itself.

Every part of a formula is one vertex, however often it is used. The slope of a vertex is a vertex,
too, made of those that are there already: so a slope costs a few times what the function costs,
where the formula written out may be a hundred times as long. The rules are those of any textbook:

    (u + v)′ = u′ + v′       (u·v)′ = u′·v + u·v′       (u/v)′ = u′/v − (u/v)·v′/v
    (u^n)′ = n·u^(n−1)·u′    (u^v)′ = v·u^(v−1)·u′ + u^v·ln(u)·v′       g(u)′ = g′(u)·u′

|u|, max and min have kinks. There a slope from the right and one from the left are found, and
there is a slope if they agree: |x| has none at 0, x·|x| has 0.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from gdstudio.engine.functions.known_functions import FUNCTIONS, SLOPE_FUNCTIONS
from gdstudio.engine.functions.tree import (
    Constant,
    Negative,
    Node,
    Number,
    Operation,
    Variable,
    children,
)

# Numbers longer than this are not worked out exactly; a number of 512 bits is still a float.
_MOST_BITS = 512
_MOST_EXPONENT = 16
# Vertices of which the slope depends on the side that one comes from.
KINKS = frozenset({"abs_slope", "max_slope", "min_slope"})


@dataclass(frozen=True, slots=True)
class Part:
    """One vertex: what it does to which others.

    Attributes:
        kind: an operator, a function's name, “number”, “constant”, “variable” or “side”.
        inputs: the indices of the vertices that it takes.
        number, name: of a number; of a constant or a variable.
    """

    kind: str
    inputs: tuple[int, ...] = ()
    number: Fraction = Fraction(0)
    name: str = ""


class Vertex:
    """A handle of one part of a graph, to calculate with as with a number."""

    __slots__ = ("graph", "index")

    def __init__(self, graph: "Graph", index: int):
        self.graph = graph
        self.index = index

    @property
    def exact(self) -> Fraction | None:
        """The number that it is, if it is one."""
        part = self.graph.parts[self.index]
        return part.number if part.kind == "number" else None

    def number(self, value: Fraction | int) -> "Vertex":
        """Return the vertex of a number, in the same graph."""
        return self.graph.add("number", number=Fraction(value))

    def call(self, name: str, *others: "Vertex") -> "Vertex":
        """Return the function `name` of this, and of others."""
        return self.graph.add(name, self, *others)

    def __neg__(self) -> "Vertex":
        if self.exact is not None:
            return self.number(-self.exact)
        part = self.graph.parts[self.index]
        if part.kind == "negative":
            return Vertex(self.graph, part.inputs[0])
        return self.graph.add("negative", self)

    def __add__(self, other: "Vertex | int") -> "Vertex":
        other = self._vertex(other)
        if self.exact == 0:
            return other
        if other.exact == 0:
            return self
        return self._folded("+", other)

    def __sub__(self, other: "Vertex | int") -> "Vertex":
        other = self._vertex(other)
        if self.exact == 0:
            return -other
        if other.exact == 0:
            return self
        return self._folded("-", other)

    def __rsub__(self, other: int) -> "Vertex":
        return self.number(other) - self

    def __mul__(self, other: "Vertex | int") -> "Vertex":
        other = self._vertex(other)
        for factor, rest in ((self, other), (other, self)):
            if factor.exact == 0:
                return factor
            if factor.exact == 1:
                return rest
            if factor.exact == -1:
                return -rest
        return self._folded("*", other)

    def __rmul__(self, other: int) -> "Vertex":
        return self.number(other) * self

    def __truediv__(self, other: "Vertex | int") -> "Vertex":
        other = self._vertex(other)
        if self.exact == 0 or other.exact == 1:
            return self
        return self._folded("/", other)

    def __rtruediv__(self, other: int) -> "Vertex":
        return self.number(other) / self

    def __pow__(self, other: "Vertex | int") -> "Vertex":
        other = self._vertex(other)
        if other.exact == 1:
            return self
        if other.exact == 0:
            return other.number(1)
        return self._folded("**", other)

    def _vertex(self, other: "Vertex | int") -> "Vertex":
        return other if isinstance(other, Vertex) else self.number(other)

    def _folded(self, sign: str, other: "Vertex") -> "Vertex":
        """Return an operation; of two numbers their result, where it is short."""
        if self.exact is not None and other.exact is not None:
            result = arithmetic(sign, self.exact, other.exact)
            if result is not None:
                return self.number(result)
        return self.graph.add(sign, self, other)


class Graph:
    """The vertices of one function, of its slopes, and of theirs.

    Attributes:
        variables: the names of the function's arguments, in order.
        parts: the vertices; each takes only those before it.
        varies: of each, whether it depends on a variable, or on the side of a kink.
        written: the part of the formula that a vertex was made for, by index.
    """

    def __init__(self, variables: tuple[str, ...]):
        self.variables = variables
        self.parts: list[Part] = []
        self.varies: list[bool] = []
        self.written: dict[int, Node] = {}
        self._known: dict[Part, int] = {}
        self._slopes: dict[str, dict[int, int]] = {}
        self._lock = threading.Lock()

    def add(
        self, kind: str, *inputs: Vertex, number: Fraction = Fraction(0), name: str = ""
    ) -> Vertex:
        """Return the vertex of this kind; the one that is there, if there is one."""
        part = Part(kind, tuple(one.index for one in inputs), number, name)
        index = self._known.setdefault(part, len(self.parts))
        if index == len(self.parts):
            self.parts.append(part)
            moving = kind in ("variable", "side")
            self.varies.append(moving or any(self.varies[one] for one in part.inputs))
        return Vertex(self, index)

    def enter(self, node: Node) -> Vertex:
        """Return the vertex of a formula, just as it is written."""
        inputs = [self.enter(child) for child in children(node)]
        vertex = self._entered(node, inputs)
        self.written.setdefault(vertex.index, node)
        return vertex

    def _entered(self, node: Node, inputs: list[Vertex]) -> Vertex:
        if isinstance(node, Number):
            return self.add("number", number=node.value)
        if isinstance(node, Constant | Variable):
            kind = "constant" if isinstance(node, Constant) else "variable"
            return self.add(kind, name=node.name)
        if isinstance(node, Negative):
            return self.add("negative", *inputs)
        if isinstance(node, Operation):
            return self.add(node.sign, *inputs)
        if node.name == "log" and len(inputs) == 2:
            return self.add("/", *(self.add("log", one) for one in inputs))
        if node.name in ("max", "min"):
            first, *others = inputs
            for other in others:
                first = self.add(node.name, first, other)
            return first
        return self.add(node.name, *inputs)

    def needed(self, *indices: int) -> list[int]:
        """Return the indices of all that those vertices are made of, in order."""
        found: set[int] = set()
        waiting = list(indices)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting.extend(self.parts[index].inputs)
        return sorted(found)

    def slope(self, vertex: Vertex, variable: str) -> Vertex:
        """Return the vertex of ∂(vertex)/∂(variable)."""
        with self._lock:  # the window asks while a walk does
            return self._found_slope(vertex, variable)

    def _found_slope(self, vertex: Vertex, variable: str) -> Vertex:
        known = self._slopes.setdefault(variable, {})
        wanted: set[int] = set()
        waiting = [vertex.index]
        while waiting:
            index = waiting.pop()
            if index not in known and index not in wanted:
                wanted.add(index)
                waiting.extend(self._followed(index))
        for index in sorted(wanted):
            known[index] = self._slope(index, variable, known).index
        return Vertex(self, known[vertex.index])

    def _followed(self, index: int) -> list[int]:
        """Return what the slope of a vertex is made of: its inputs, or all factors of a product."""
        part = self.parts[index]
        if part.kind != "*":
            return list(part.inputs)
        factors: list[int] = []
        waiting = [index]
        while waiting:
            one = waiting.pop()
            part = self.parts[one]
            if part.kind == "*":
                waiting.extend(reversed(part.inputs))
            else:
                factors.append(one)
        return factors

    def _slope(self, index: int, variable: str, known: dict[int, int]) -> Vertex:
        part, this = self.parts[index], Vertex(self, index)
        if not part.inputs:
            is_it = part.kind == "variable" and part.name == variable
            return this.number(1 if is_it else 0)
        followed = self._followed(index)
        inputs = [Vertex(self, one) for one in followed]
        slopes = [Vertex(self, known[one]) for one in followed]
        if all(one.exact == 0 for one in slopes):
            return this.number(0)
        if part.kind == "*":
            return _of_product(inputs, slopes)
        if part.kind in _RULES:
            return _RULES[part.kind](this, *inputs, *slopes)
        function = FUNCTIONS.get(part.kind) or SLOPE_FUNCTIONS[part.kind]
        return function.slope(inputs[0]) * slopes[0]  # type: ignore[no-any-return]


def _of_product(factors: list[Vertex], slopes: list[Vertex]) -> Vertex:
    """Return u′·v·w + u·v′·w + u·v·w′, with what stands before and after each factor shared."""
    one = factors[0].number(1)
    after = [one]
    for factor in factors[:0:-1]:
        after.append(factor * after[-1])
    before, total = one, one.number(0)
    for factor, slope in zip(factors, slopes, strict=True):
        total = total + before * slope * after.pop()
        before = before * factor
    return total


def _power(_: Vertex, base: Vertex, exponent: Vertex, *slopes: Vertex) -> Vertex:
    of_base, of_exponent = slopes
    along_base = exponent * base ** (exponent - 1) * of_base
    if of_exponent.exact == 0:
        return along_base
    return along_base + base.call("power_log", exponent) * of_exponent


def _power_log(_: Vertex, base: Vertex, exponent: Vertex, *slopes: Vertex) -> Vertex:
    """Return the slope of u^v·ln(u)."""
    power, logarithm = base**exponent, base.call("log")
    of_power = _power(power, base, exponent, *slopes)
    return of_power * logarithm + power * slopes[0] / base


def _side(vertex: Vertex) -> Vertex:
    return vertex.graph.add("side")


def _larger(kind: str, a: Vertex, b: Vertex, of_a: Vertex, of_b: Vertex) -> Vertex:
    if of_a.index == of_b.index:
        return of_a
    return a.call(kind, b, of_a, of_b, _side(a))


def _angle(_: Vertex, u: Vertex, v: Vertex, of_u: Vertex, of_v: Vertex) -> Vertex:
    """Return the slope of atan2(u, v), which jumps where u = 0 and v < 0."""
    squares = u**2 + v**2
    return u.call("beside_cut", v, of_u * v / squares - u * of_v / squares)


# The slopes of what has several inputs: of the vertex itself, its inputs, and their slopes.
_RULES: dict[str, Callable[..., Vertex]] = {
    "negative": lambda _, u, of_u: -of_u,
    "+": lambda _, u, v, of_u, of_v: of_u + of_v,
    "-": lambda _, u, v, of_u, of_v: of_u - of_v,
    "/": lambda this, u, v, of_u, of_v: of_u / v - this * of_v / v,
    "**": _power,
    "power_log": _power_log,
    "abs": lambda _, u, of_u: u.call("abs_slope", of_u, _side(u)),
    "max": lambda _, u, v, of_u, of_v: _larger("max_slope", u, v, of_u, of_v),
    "min": lambda _, u, v, of_u, of_v: _larger("min_slope", u, v, of_u, of_v),
    "atan2": _angle,
    # Slopes of slopes. At a kink there are none.
    "abs_slope": lambda _, u, p, s, of_u, of_p, of_s: u.call("choice", u.number(0), of_p, -of_p),
    "max_slope": lambda _, u, v, p, q, s, of_u, of_v, of_p, of_q, of_s: u.call(
        "choice", v, of_p, of_q
    ),
    "min_slope": lambda _, u, v, p, q, s, of_u, of_v, of_p, of_q, of_s: u.call(
        "choice", v, of_q, of_p
    ),
    "choice": lambda _, u, v, p, q, of_u, of_v, of_p, of_q: u.call("choice", v, of_p, of_q),
    "beside_cut": lambda _, u, v, p, of_u, of_v, of_p: u.call("beside_cut", v, of_p),
}


def arithmetic(sign: str, a: Fraction, b: Fraction) -> Fraction | None:
    """Return the exact result of an operation on two numbers; None where it is long or undefined.

    Nothing long is worked out on the way.
    """
    if max(_bits(a), _bits(b)) > _MOST_BITS:
        return None
    if sign == "**":
        whole = b.denominator == 1 and abs(b) <= _MOST_EXPONENT
        if not whole or (a == 0 and b < 0) or _bits(a) * abs(b) > _MOST_BITS:
            return None
        return a ** int(b)
    if sign == "/":
        return a / b if b else None
    return a + b if sign == "+" else a - b if sign == "-" else a * b


def _bits(number: Fraction) -> int:
    return number.numerator.bit_length() + number.denominator.bit_length()


def kinks(graph: Graph, indices: list[int]) -> Iterator[int]:
    """Yield those of `indices` whose value depends on the side that one comes from."""
    return (index for index in indices if graph.parts[index].kind in KINKS)
