"""`gdstudio descend`: walk down a function of x, or of x and y, every number printed."""

import math
import re
from dataclasses import replace
from typing import Annotated, Any

import typer

from gdstudio.cli.options import STEPS, JsonOption, takes
from gdstudio.cli.output import print_json, print_table, say
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope_choices import SLOPE
from gdstudio.experiment.functions.surface_choices import SURFACE
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.readings import as_row
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import plain_text
from gdstudio.settings import Number

START = Number(
    label="The start",
    explanation="Where the walk starts: one number for x, or two for x and y.",
    default=1.0,
    minimum=-1e12,
    maximum=1e12,
)
RATE = 0.1
_START = f"{plain_text(START.default)} for each"
_DECIMAL_COMMA = re.compile(r"\s*[+-]?[0-9]+,[0-9]+\s*")
VARIABLES = (("x",), ("x", "y"))
ROWS_SHOWN = 20


@takes(
    OptimizerSettings,
    worked_out={"learning_rate": f"{plain_text(RATE)}, or one that suits another optimizer"},
)
def descend(
    values: dict[str, Any],
    context: typer.Context,
    function: Annotated[
        str,
        typer.Argument(help='A function of x, or of x and y, such as "x**4 - 3*x**2 + x".'),
    ],
    *,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="X [Y]", help=START.explanation, show_default=_START),
    ] = None,
    steps: Annotated[str, typer.Option("--steps", metavar="N", help=STEPS.explanation)] = str(
        STEPS.default
    ),
    json: JsonOption = False,
) -> None:
    """Walk down a function by its exact slope."""
    count = STEPS.parse(steps)
    text, numbers = _sorted_out([function, *context.args], start)
    place = tuple(START.parse(number) for number in numbers)
    expression = _expression(text, len(place))
    if start and _DECIMAL_COMMA.fullmatch(start) and expression.uses != VARIABLES[1]:
        decimal = start.strip().replace(",", ".")
        raise BadInput(
            f"“{start.strip()}” can be one number or two; write {decimal}, or "
            f"{start.strip().replace(',', ' ')} for a function of x and y."
        )
    place = place or (START.default,) * len(expression.variables)
    optimizer = OptimizerSettings.from_mapping(values)
    if "learning_rate" not in values:
        optimizer = replace(optimizer, learning_rate=optimizer.suitable_rate(RATE))
    objective = FunctionObjective(expression)
    if trouble := objective.trouble_at(*place):
        raise BadInput(f"{trouble}; start elsewhere.")
    walk = FunctionWalk(objective, place, optimizer)
    rows = _walk(walk, count)
    diverged = walk.state is WalkState.DIVERGED
    result: dict[str, Any] = {
        "steps": rows,
        "diverged": diverged,
        "learning_rate": optimizer.learning_rate,
        "function": expression.text,
        "derivatives": {
            name: slope.text
            for name, slope in zip(expression.variables, objective.slopes, strict=True)
        },
    }
    if json:
        print_json(result | ({"message": walk.sentence} if diverged else {}))
    else:
        _tell(rows, objective, optimizer)
        if walk.sentence:
            say(walk.sentence)
    if diverged:
        raise typer.Exit(1)


def _sorted_out(positional: list[str], start: str | None) -> tuple[str, list[str]]:
    """Return the function's text and those of the start's numbers."""
    texts = [text for text in positional if not _is_number(text)] or positional[:1]
    if len(texts) > 1:
        option = next((text for text in texts if text.startswith("--")), None)
        if option is not None:
            raise BadInput(f"There is no option {option}; `gdstudio descend --help` lists them.")
        raise BadInput(
            f"“{texts[1]}” is one text too many; put the whole function in quotation marks."
        )
    numbers = [] if start is None else start.replace(",", " ").split()
    rest = list(positional)
    rest.remove(texts[0])
    is_empty = start is not None and not numbers
    if len(numbers) + len(rest) > 2 or (rest and not numbers) or is_empty:
        raise BadInput("A start is one number for x, or two for x and y, as in --start 1 1.")
    return texts[0], [*numbers, *rest]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _expression(text: str, numbers: int) -> Expression:
    """Return the function, of as many variables as the start has numbers (0: not given)."""
    if numbers == 2:
        return Expression.parse(text, VARIABLES[1])
    try:
        return Expression.parse(text, VARIABLES[0])
    except BadInput as error:
        try:
            both = Expression.parse(text, VARIABLES[1])
        except BadInput as other:
            raise (error if numbers else other) from None
        if not numbers:
            return both
        raise BadInput(
            f"{both.pretty} is a function of x and y: give two numbers, as in --start 1 1."
        ) from None


def _walk(walk: FunctionWalk, count: int) -> list[dict[str, Any]]:
    """Make `count` steps; return the state before each and after the last."""
    rows = [as_row(walk.readings())]
    for _ in range(count):
        walk.go_on()
        walk.advance()
        if walk.state is WalkState.DIVERGED or walk.iteration == rows[-1]["step"]:
            break
        rows.append(as_row(walk.readings()))
    return rows


def _tell(
    rows: list[dict[str, Any]], objective: FunctionObjective, optimizer: OptimizerSettings
) -> None:
    names = objective.expression.variables
    say(f"f = {objective.expression.pretty}")
    words = SLOPE if len(names) == 1 else SURFACE
    slopes = [words.label(f"gradient.{name}") for name in names]
    for title, slope in zip(slopes, objective.slopes, strict=True):
        say(f"{title} = {slope.pretty}")
    if len(rows) > ROWS_SHOWN:
        rows = rows[: ROWS_SHOWN // 2] + rows[-ROWS_SHOWN // 2 :]
    shown = []
    for row in rows:
        numbers = [row[name] for name in names] + [row["value"]]
        numbers += [row["slope"]] if len(names) == 1 else row["gradient"]
        texts = (plain_text(number) if math.isfinite(number) else "–" for number in numbers)
        shown.append([f"{row['step']:,}", *texts])
    print_table(["step", *names, "f", *slopes], shown)
    say(f"Learning rate {plain_text(optimizer.learning_rate)}.")
