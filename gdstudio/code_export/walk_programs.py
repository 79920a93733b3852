"""Walks on a function as programs: plain NumPy, and PyTorch, which finds the slopes by itself."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from gdstudio.code_export.common import (
    assignments,
    constants,
    descent_section,
    library_name,
    optimizer_section,
    repeats_text,
    reported_every,
    step_count,
)
from gdstudio.code_export.formula import (
    ATTEMPT,
    Lines,
    place_of,
    slope_lines,
    value_lines,
)
from gdstudio.code_export.program import (
    Part,
    Program,
    Section,
    block,
    import_lines,
    indented,
)
from gdstudio.code_export.taken import TakenWalk
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.functions.walk import FunctionWalk

_LAB_TITLES = {"slope": "A walk down a curve", "surface": "A walk down a landscape"}


def numpy_walk(walk: TakenWalk) -> Program:
    """Return the walk in NumPy: the digits of the app, all of them."""
    kind = OPTIMIZERS[walk.optimizer.optimizer]
    value, slopes, careful = _lines(walk)
    settings = constants(walk.optimizer) | {"STEPS": walk.steps, "START": list(walk.start)}
    if "IS_WEIGHT" in kind.source.numpy:
        settings["IS_WEIGHT"] = 1.0
    names = walk.expression.variables
    place = ", ".join(f"{name} = {{theta[{i}]}}" for i, name in enumerate(names))
    sections = [
        Section("The settings of the run", "", assignments(settings)),
        Section(
            "The loss",
            f"What descent makes smaller: f = {walk.expression.pretty}",
            (ATTEMPT.strip() + "\n\n\n" if careful else "")
            + _function("cost", "f", walk.expression, value, unpack=True),
            Part.COST,
        ),
        Section(
            "The gradient",
            "How the loss changes with each number: the slope along it.",
            _function("gradient", "the slopes of f", walk.expression, slopes, unpack=True),
            Part.GRADIENT,
        ),
        optimizer_section(kind),
        descent_section(walk.steps, place, "cost", "gradient"),
    ]
    return Program(
        walk.lab,
        f"{_LAB_TITLES[walk.lab]} by {kind.label}, in NumPy.",
        _about(walk),
        import_lines("\n".join(one.code for one in sections)),
        tuple(sections),
    )


def torch_walk(walk: TakenWalk) -> Program:
    """Return the walk in PyTorch.

    Raises:
        BadInput: if PyTorch has no such optimizer.
    """
    kind = OPTIMIZERS[walk.optimizer.optimizer]
    source = library_name("PyTorch", kind.source.torch)
    value = value_lines(walk.expression, torch=True)
    settings = constants(walk.optimizer) | {"STEPS": walk.steps, "START": list(walk.start)}
    names = [*walk.expression.variables]
    groups = "groups = [theta]"
    if "weight_decay" in kind.uses:
        groups = 'groups = [{"params": [theta], "weight_decay": WEIGHT_DECAY}]'
    target = ", ".join(names) + ("," if len(names) == 1 else "")
    target = f"({target})" if len(names) == 1 else target
    shown = ", ".join(f"{name} = {{{name}}}" for name in names)
    every = reported_every(walk.steps)
    sections = [
        Section("The settings of the run", "", assignments(settings)),
        Section(
            "The loss",
            f"What descent makes smaller: f = {walk.expression.pretty}",
            _function("cost", "f", walk.expression, value, unpack=False),
            Part.COST,
        ),
        Section(
            "What is stepped",
            "PyTorch keeps the gradient beside the numbers, and has the rule built in.",
            "theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)\n"
            f"{groups}\n" + indented(f"optimizer = {source}", 0),
        ),
        Section(
            "The descent",
            "backward() finds the slopes, step() follows them.",
            block(
                f"""
                for number in range(STEPS):
                    loss = cost(theta)
                    if number % {every} == 0:
                        {target} = theta.tolist()
                        print(f"step {{number}}: {shown}, loss {{loss.item()}}")
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()

                {target} = theta.tolist()
                print(f"step {{STEPS}}: {shown}")
                print(f"loss: {{cost(theta).item()}}")
                """
            ),
        ),
    ]
    about = (
        *_about(walk),
        "PyTorch finds the slopes by itself and adds in another order: after many steps the last "
        "digits may differ from the app's.",
    )
    title = f"{_LAB_TITLES[walk.lab]} by {kind.label}, in PyTorch."
    imports = import_lines("\n".join(one.code for one in sections), "import torch")
    return Program(walk.lab, title, about, imports, tuple(sections), needs=("torch",))


def _about(walk: TakenWalk) -> tuple[str, ...]:
    place = walk.expression.place(*walk.start)
    said = [
        f"It walks on f = {walk.expression.pretty} from {place}, {step_count(walk.steps)}.",
        repeats_text(walk.repeats),
    ]
    if walk.others:
        said.append("Others walked beside it; this is the one that the window explains.")
    return tuple(said)


def _lines(walk: TakenWalk) -> tuple[Lines, Lines, bool]:
    """Return f and its slopes, careful ones only where plain lines would fail on the way."""
    for careful in (False, True):
        value = value_lines(walk.expression, careful=careful)
        slopes = slope_lines(walk.expression, careful=careful)
        if careful or _works(walk, value, slopes):
            break
    return value, slopes, careful


def _works(walk: TakenWalk, value: Lines, slopes: Lines) -> bool:
    """Return whether the lines can be worked out wherever the walk comes by."""
    text = "\n\n\n".join(
        _function(name, "", walk.expression, lines, unpack=True)
        for name, lines in (("cost", value), ("gradient", slopes))
    )
    space: dict[str, Any] = {"math": math, "np": np}
    exec(compile(text, "<program>", "exec"), space)
    again = FunctionWalk(FunctionObjective(walk.expression), walk.start, walk.optimizer)
    for _ in range(min(walk.steps, 5_000) + 1):
        place = again.descent.parameters
        try:
            space["cost"](place)
            space["gradient"](place)
        except (ArithmeticError, ValueError):
            return False
        again.go_on()
        again.advance()
    return True


def _function(name: str, what: str, expression: Expression, lines: Lines, *, unpack: bool) -> str:
    """Return the function of θ that these lines work out."""
    names = place_of(expression)
    target = f"({names},)" if len(expression.variables) == 1 else names
    source = "theta.tolist()" if unpack else "theta"
    results: Sequence[str] = lines.results
    is_gradient = name == "gradient"
    result = f"np.array([{', '.join(results)}])" if is_gradient else results[0]
    body = [f'"""Return {what} where θ stands."""', f"{target} = {source}", *lines.lines]
    if is_gradient and len(result) > 70:
        for variable, one in zip(expression.variables, results, strict=True):
            body.append(f"slope_{variable} = {one}")
        slopes = ", ".join(f"slope_{variable}" for variable in expression.variables)
        result = f"np.array([{slopes}])"
    return f"def {name}(theta):\n" + indented([*body, f"return {result}"])
