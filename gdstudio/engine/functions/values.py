"""The values of a computation graph: as a program over plain numbers, or over NumPy arrays.

What is not defined among real numbers (x/0, the root of a negative number, the logarithm of 0) is
NaN, what is too large for a number is infinite, and nothing is raised. A program works out what
does not vary once, every other vertex once a run, and forgets what it needs no more.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gdstudio.engine.functions.graph import Graph, Part, kinks
from gdstudio.engine.functions.known_functions import FUNCTIONS, SLOPE_FUNCTIONS
from gdstudio.engine.history import Float64Array

CONSTANT_VALUES = {"pi": math.pi, "e": math.e}
# Slopes from both sides that differ by no more than rounding are one.
_SAME = 1e-12
_Instruction = Callable[[list[Any]], None]


class Program:
    """Works out some vertices of a graph.

    Attributes:
        is_two_sided: whether there are kinks in it: then it is run for the right and for the left
            side, and what differs is NaN.
    """

    def __init__(self, graph: Graph, outputs: Sequence[int], *, arrays: bool = False):
        """Prepare to work out `outputs`, indices of `graph`, from one value per variable."""
        needed = graph.needed(*outputs)
        self.is_two_sided = any(kinks(graph, needed))
        kinds = _ARRAYS if arrays else _NUMBERS
        self._inputs = len(graph.variables)
        self._start: list[Any] = [math.nan] * self._inputs + [1.0]
        places = dict(self._given(graph))
        last = {one: index for index in needed for one in graph.parts[index].inputs}
        kept = set(outputs)
        free: list[int] = []
        self._instructions: list[_Instruction] = []
        constants: dict[int, float] = {}
        for index in needed:
            part = graph.parts[index]
            if index in places:
                continue
            if not graph.varies[index]:
                constants[index] = _constant(part, constants)
                places[index] = len(self._start)
                self._start.append(constants[index])
                continue
            sources = [places[one] for one in part.inputs]
            # A result may take the place of what it is made of.
            for one in dict.fromkeys(part.inputs):
                is_last = last[one] == index and one not in kept
                if is_last and graph.varies[one] and places[one] > self._inputs:
                    free.append(places[one])
            if free:
                target = free.pop()
            else:
                target = len(self._start)
                self._start.append(math.nan)
            places[index] = target
            self._instructions.append(_instruction(part.kind, kinds, target, sources))
        self._targets = [places[index] for index in outputs]

    def _given(self, graph: Graph) -> list[tuple[int, int]]:
        """Return which vertices are given, and where they stand: the variables, then the side."""
        found = []
        for index, part in enumerate(graph.parts):
            if part.kind == "variable":
                found.append((index, graph.variables.index(part.name)))
            elif part.kind == "side":
                found.append((index, self._inputs))
        return found

    def run(self, point: Sequence[Any], side: float = 1.0) -> list[Any]:
        """Return the outputs at `point`, coming from the right (1) or the left (−1) at kinks."""
        places = self._start.copy()
        places[: self._inputs] = point
        places[self._inputs] = side
        for instruction in self._instructions:
            instruction(places)
        return [places[target] for target in self._targets]

    def at(self, point: Sequence[float]) -> list[float]:
        """Return the outputs at one point; NaN where the two sides of a kink differ."""
        right = self.run(point)
        if not self.is_two_sided:
            return right
        left = self.run(point, -1.0)
        return [a if _agree(a, b) else math.nan for a, b in zip(right, left, strict=True)]

    def over(self, arrays: Sequence[Any]) -> list[Float64Array]:
        """Return the outputs over arrays that broadcast together, as new arrays of their shape."""
        given = [np.asarray(array, np.float64) for array in arrays]
        shape = np.broadcast_shapes(*(array.shape for array in given))
        with np.errstate(all="ignore"):
            found = self.run(given)
            if self.is_two_sided:
                found = [_agreed(a, b) for a, b in zip(found, self.run(given, -1.0), strict=True)]
            results = []
            for values in found:
                result = np.empty(shape)
                result[...] = values
                results.append(result)
        return results


def values_of(graph: Graph, index: int, point: Sequence[float]) -> dict[int, float]:
    """Return the value of every vertex that `index` is made of, by its index, at one point."""
    found: dict[int, float] = {}
    for one in graph.needed(index):
        part = graph.parts[one]
        if part.kind == "variable":
            found[one] = float(point[graph.variables.index(part.name)])
        elif part.kind == "side":
            found[one] = 1.0
        else:
            found[one] = _constant(part, found)
    return found


def trouble(graph: Graph, index: int, point: Sequence[float]) -> str:
    """Return what goes wrong at `point`, such as “divides by zero”; an empty text if nothing.

    It is said of the first part that has no value although all that it is made of have one.
    """
    for one, value in (values := values_of(graph, index, point)).items():
        if not math.isfinite(value):
            part = graph.parts[one]
            return _trouble(part, [values[i] for i in part.inputs], value)
    program = Program(graph, [index])
    if program.is_two_sided and math.isnan(program.at(point)[0]):
        return "has a kink"
    return ""


def _trouble(part: Part, inputs: list[float], value: float) -> str:
    too_large = "is too large for a number"
    if math.isinf(value):
        return too_large
    if part.kind == "/":
        return "divides by zero"
    if part.kind == "**":
        return (
            "divides by zero" if inputs[0] == 0 else "takes a fractional power of a negative number"
        )
    if part.kind == "atan2":
        return "takes the angle of the point (0, 0)"
    if part.kind == "beside_cut":
        return "jumps"
    if part.kind == "choice":
        return "has a kink"
    if part.kind in ("log", "power_log"):
        return f"takes the logarithm of {'0' if inputs[0] == 0 else 'a negative number'}"
    function = FUNCTIONS.get(part.kind) or SLOPE_FUNCTIONS.get(part.kind)
    return function.outside if function else too_large


def _constant(part: Part, values: dict[int, float]) -> float:
    if part.kind == "number":
        return float(part.number)
    if part.kind == "constant":
        return CONSTANT_VALUES[part.name]
    return float(_NUMBERS[part.kind](*(values[one] for one in part.inputs)))


def _instruction(
    kind: str, kinds: dict[str, Callable[..., Any]], target: int, sources: list[int]
) -> _Instruction:
    """Return what works out one vertex; the usual ones without a detour, for they are many."""
    function = kinds[kind]
    if len(sources) == 1:
        only = sources[0]

        def one(places: list[Any]) -> None:
            places[target] = function(places[only])

        return one
    if len(sources) > 2:

        def several(places: list[Any]) -> None:
            places[target] = function(*[places[source] for source in sources])

        return several
    left, right = sources

    def add(places: list[Any]) -> None:
        places[target] = places[left] + places[right]

    def subtract(places: list[Any]) -> None:
        places[target] = places[left] - places[right]

    def multiply(places: list[Any]) -> None:
        places[target] = places[left] * places[right]

    def two(places: list[Any]) -> None:
        places[target] = function(places[left], places[right])

    return {"+": add, "-": subtract, "*": multiply}.get(kind, two)


def _agree(a: float, b: float) -> bool:
    return a == b or abs(a - b) <= _SAME * max(abs(a), abs(b))


def _agreed(a: Any, b: Any) -> Any:
    same = np.equal(a, b) | (np.abs(np.subtract(a, b)) <= _SAME * np.maximum(np.abs(a), np.abs(b)))
    return np.where(same, a, np.nan)


def _divide(a: float, b: float) -> float:
    return a / b if b else math.nan


def _raise(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except ValueError:
        return math.nan
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf


def _larger(a: float, b: float) -> float:
    return a if a > b else b if b >= a else math.nan


def _smaller(a: float, b: float) -> float:
    return a if a < b else b if b <= a else math.nan


def _angle(u: float, v: float) -> float:
    return math.atan2(u, v) if u or v else math.nan


def _choice(a: float, b: float, p: float, q: float) -> float:
    return p if a > b else q if a < b else math.nan


def _larger_slope(a: float, b: float, p: float, q: float, side: float) -> float:
    if a == b:
        return _larger(p, q) if side > 0 else _smaller(p, q)
    return _choice(a, b, p, q)


def _smaller_slope(a: float, b: float, p: float, q: float, side: float) -> float:
    return _larger_slope(a, b, q, p, -side)


def _abs_slope(u: float, p: float, side: float) -> float:
    return side * abs(p) if u == 0 else _choice(u, 0.0, p, -p)


def _beside_cut(u: float, v: float, slope: float) -> float:
    return math.nan if u == 0 and v < 0 else slope


def _divide_arrays(a: Any, b: Any) -> Any:
    return np.where(np.equal(b, 0), np.nan, np.true_divide(a, b))


def _raise_arrays(a: Any, b: Any) -> Any:
    if isinstance(b, float) and b == 2:
        return a * a
    undefined = np.equal(a, 0) & np.less(b, 0)
    return np.where(undefined, np.nan, np.power(np.asarray(a, np.float64), b))


def _angle_arrays(u: Any, v: Any) -> Any:
    return np.where(np.equal(u, 0) & np.equal(v, 0), np.nan, np.arctan2(u, v))


def _choice_arrays(a: Any, b: Any, p: Any, q: Any) -> Any:
    return np.where(np.greater(a, b), p, np.where(np.less(a, b), q, np.nan))


def _larger_slope_arrays(a: Any, b: Any, p: Any, q: Any, side: float) -> Any:
    tied = np.maximum(p, q) if side > 0 else np.minimum(p, q)
    return np.where(np.equal(a, b), tied, _choice_arrays(a, b, p, q))


def _smaller_slope_arrays(a: Any, b: Any, p: Any, q: Any, side: float) -> Any:
    return _larger_slope_arrays(a, b, q, p, -side)


def _abs_slope_arrays(u: Any, p: Any, side: float) -> Any:
    return np.where(np.equal(u, 0), side * np.abs(p), _choice_arrays(u, 0.0, p, np.negative(p)))


def _beside_cut_arrays(u: Any, v: Any, slope: Any) -> Any:
    return np.where(np.equal(u, 0) & np.less(v, 0), np.nan, slope)


def _power_log(base: float, exponent: float) -> float:
    """Return u^v·ln(u), which is 0 where u is 0 and v positive: 0^v is 0 on all sides."""
    if base > 0:
        return _raise(base, exponent) * math.log(base)
    return 0.0 if base == 0 and exponent > 0 else math.nan


def _power_log_arrays(base: Any, exponent: Any) -> Any:
    found = np.where(
        np.greater(base, 0), np.power(np.asarray(base, np.float64), exponent) * np.log(base), np.nan
    )
    return np.where(np.equal(base, 0) & np.greater(exponent, 0), 0.0, found)


def _square_or_raise(a: float, b: float) -> float:
    return a * a if b == 2 else _raise(a, b)


_ALL = FUNCTIONS | SLOPE_FUNCTIONS
_NUMBERS: dict[str, Callable[..., Any]] = {
    **{name: function.numbers for name, function in _ALL.items()},
    "negative": lambda a: -a,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "**": _square_or_raise,
    "power_log": _power_log,
    "max": _larger,
    "min": _smaller,
    "atan2": _angle,
    "choice": _choice,
    "max_slope": _larger_slope,
    "min_slope": _smaller_slope,
    "abs_slope": _abs_slope,
    "beside_cut": _beside_cut,
}
_ARRAYS: dict[str, Callable[..., Any]] = {
    **{name: function.arrays for name, function in _ALL.items()},
    "negative": np.negative,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": _divide_arrays,
    "**": _raise_arrays,
    "power_log": _power_log_arrays,
    "max": np.maximum,
    "min": np.minimum,
    "atan2": _angle_arrays,
    "choice": _choice_arrays,
    "max_slope": _larger_slope_arrays,
    "min_slope": _smaller_slope_arrays,
    "abs_slope": _abs_slope_arrays,
    "beside_cut": _beside_cut_arrays,
}
