"""A worksheet for a function of one number or two: its slopes at a point, and steps downhill."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np

from gdstudio.engine.functions.objective import FunctionObjective, slope_names
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.hand_walk import HandWalk
from gdstudio.errors import BadInput
from gdstudio.experiment.worksheets.worksheet import Task, Worksheet, steps_text, unrounded_text
from gdstudio.hand_numbers import (
    Blank,
    Line,
    Piece,
    decimals_for,
    places_of,
    rounded,
    rounding_note,
    text,
)


def function_worksheet(
    objective: FunctionObjective,
    start: Sequence[float] | Float64Array,
    optimizer: OptimizerSettings,
    *,
    steps: int = 1,
) -> Worksheet:
    """Return a worksheet of `steps` steps from `start`, ``(n,)``; nothing is remembered at first.

    Raises:
        BadInput: if the function or a slope is not defined where the walk comes by.
    """
    here = np.array(start, np.float64)
    variables = objective.expression.variables
    first_slopes = _slopes(objective, here)
    first_steps = optimizer.build(len(here), here.dtype).next_step(
        here, first_slopes, optimizer.learning_rate
    )
    walks = [
        HandWalk(name, rounded(x, places), optimizer, decimals=places)
        for name, x, places in (
            (name, float(x), places_of(float(x), float(step)))
            for name, x, step in zip(variables, here, first_steps, strict=True)
        )
    ]
    slope_places = max(decimals_for(first_slopes.tolist(), 4), 0)
    value_places = max(decimals_for([_value(objective, here)], 4), 0)
    names = ", ".join(variables)
    place = ", ".join(f"{walk.name} = {text(walk.value)}" for walk in walks)
    called = slope_names(variables)
    here = _place(walks)
    heights = [rounded(_value(objective, here), value_places)]
    tasks = []
    for number in range(1, steps + 1):
        found = _slopes(objective, here)
        lines: list[Line] = []
        if number == 1:
            lines.append((f"f({names}) = ", Blank(text(heights[0]))))
        by_hand = [rounded(float(slope), slope_places) for slope in found]
        for name, slope in zip(called, by_hand, strict=True):
            lines.append((f"{name} = ", Blank(text(slope))))
        for walk, slope in zip(walks, by_hand, strict=True):
            lines += optimizer.kind.step_by_hand(walk, slope)
        here = _place(walks)
        heights.append(rounded(_value(objective, here), value_places))
        lines.append((f"f(new {', new '.join(variables)}) = ", Blank(text(heights[-1]))))
        where = f"at {place}" if number == 1 else "where the last step ended"
        what = "the slope" if len(walks) == 1 else "both slopes"
        tasks.append(
            Task(f"Step {number}", f"Work out {what} {where}, then the step.", lines=tuple(lines))
        )
    tasks.append(_ending(heights))
    places = [("slopes", slope_places), ("f", value_places)]
    places += [(f"{walk.name} with its steps", walk.decimals) for walk in walks]
    return Worksheet(
        title="Gradient descent by hand",
        aim="Find lower ground with nothing but slopes: "
        f"{steps_text(steps)} downhill.",
        givens=(
            ("Function", f"f({names}) = {objective.expression.pretty}"),
            *(
                ("Slope", f"{name} = {slope.pretty}")
                for name, slope in zip(called, objective.slopes, strict=True)
            ),
            ("Start", place),
            *optimizer.givens(),
        ),
        tasks=tuple(tasks),
        note=rounding_note(places, figures=4 if optimizer.kind.adapts else None),
        check=_check(objective, start, optimizer, steps),
    )  # fmt: skip


def _check(
    objective: FunctionObjective,
    start: Sequence[float] | Float64Array,
    optimizer: OptimizerSettings,
    steps: int,
) -> str:
    """Say where the same steps lead when nothing is rounded."""
    here = np.array(start, np.float64)
    rule = optimizer.build(len(here), here.dtype)
    for _ in range(steps):
        rule.step(here, _slopes(objective, here), optimizer.learning_rate)
    ends = [
        *zip(objective.expression.variables, here.tolist(), strict=True),
        ("f", _value(objective, here)),
    ]
    return unrounded_text(ends)


def _place(walks: Sequence[HandWalk]) -> Float64Array:
    return np.array([float(walk.value) for walk in walks])


def _ending(heights: Sequence[Decimal]) -> Task:
    """Return the last task: to see whether the walk went down."""
    line: list[Piece] = ["f went "]
    for number, height in enumerate(heights):
        line += [" → " if number else "", Blank(text(height))]
    falls = all(after < before for before, after in pairwise(heights))
    line += [". Did every step go down? ", Blank("Yes." if falls else "No.")]
    return Task(
        "Did it help?", "Write the heights down, one after the other.", lines=(tuple(line),)
    )


def _value(objective: FunctionObjective, here: Float64Array) -> float:
    found = objective.value(here)
    _require(np.isfinite(found), objective, here)
    return found


def _slopes(objective: FunctionObjective, here: Float64Array) -> Float64Array:
    slopes = np.empty(len(here))
    value = objective.value_and_gradient(here, slopes)
    _require(np.isfinite(value) and np.isfinite(slopes).all(), objective, here)
    return slopes


def _require(defined: bool | np.bool_, objective: FunctionObjective, here: Float64Array) -> None:
    if not defined:
        place = objective.expression.place(*here.tolist())
        trouble = objective.trouble_at(*here.tolist()) or f"The function is too large at {place}"
        raise BadInput(
            f"{trouble}, where this walk comes by; choose another start, or a smaller learning "
            "rate."
        )
