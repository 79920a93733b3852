"""What programs of several labs have in common."""

import json
from collections.abc import Mapping
from typing import Any

from gdstudio.code_export.program import Part, Section, block, indented
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.optimizer import Optimizer
from gdstudio.engine.source_code import Lacks
from gdstudio.errors import BadInput

# A program prints where the run is about 10 times on the way.
_REPORTS = 10


def constants(optimizer: OptimizerSettings) -> dict[str, Any]:
    """Return the constants of the rule as a program names them."""
    names = ("learning_rate", *optimizer.kind.uses)
    return {name.upper(): getattr(optimizer, name) for name in names}


def reported_every(steps: int) -> int:
    """Return after how many steps a program prints where it is."""
    every = max(steps // _REPORTS, 1)
    figure = int(10 ** (len(str(every)) - 1))
    return max(every // figure, 1) * figure


def library_name(library: str, said: str | Lacks) -> str:
    """Return what a library calls a kind.

    Raises:
        BadInput: if it has none; the sentence names a target that has it.
    """
    if isinstance(said, Lacks):
        raise BadInput(f"{library} {said.sentence}; export this run to numpy, which has it.")
    return said


def descent_section(steps: int, place: str, loss: str, gradient: str) -> Section:
    """Return the loop of a descent in NumPy, and what it prints.

    Args:
        steps: how many steps it makes.
        place: what is printed of θ, as part of an f-string.
        loss: the function of θ that returns the loss.
        gradient: the function of θ that returns the slopes.
    """
    every = reported_every(steps)
    said = ["report(number)"]
    if every > 1:
        said = [f"if number % {every} == 0:", "    report(number)"]
    loop = [*said, f"theta = theta + step(theta, {gradient}(theta), LEARNING_RATE)"]
    code = block(
        f"""
        theta = np.array(START)


        def report(number):
            print(f"step {{number}}: {place}, loss {{{loss}(theta)}}")


        for number in range(STEPS):
        """
    )
    end = f'report(STEPS)\nprint(f"loss: {{{loss}(theta)}}")'
    return Section(
        "The descent",
        "Where it stands, the slopes there, a step, and all over again.",
        f"{code}\n{indented(loop)}\n\n{end}",
    )


def optimizer_section(kind: type[Optimizer]) -> Section:
    """Return the function that turns a gradient into a step, in NumPy."""
    source = kind.source
    body = [f'"""Return what is added to θ: {kind.rule}."""', *source.numpy.splitlines()]
    text = f"{kind.label}: {kind.rule}."
    code = "def step(theta, gradient, rate):\n" + indented(body)
    if source.memory:
        remembered = ", ".join(f"{name}=0.0" for name in source.memory)
        code = indented(f"memory = SimpleNamespace({remembered})", 0) + f"\n\n\n{code}"
        text += " What it remembers from step to step is 0 at first."
    return Section("The step", text, code, Part.STEP)


def assignments(settings: Mapping[str, Any]) -> str:
    """Return settings as lines of a program, each a name in capitals."""
    return indented([f"{name} = {_written(value)}" for name, value in settings.items()], 0)


def _written(value: Any) -> str:
    """Return a value as Python writes it, texts in the quotes that `ruff format` takes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def step_count(steps: int) -> str:
    """Return how many steps those are, in words."""
    return "1 step" if steps == 1 else f"{steps:,} steps"


def repeats_text(repeats: bool) -> str:
    """Return whether a program makes the very steps of the app, in sentences."""
    if repeats:
        return (
            "It makes the very steps of Gradient Descent Studio, and prints the numbers that its "
            "window shows."
        )
    return (
        "In Gradient Descent Studio something was changed on the way, or the steps were too many "
        "to look. This program goes from the start on with the last settings, and so may end "
        "elsewhere."
    )
