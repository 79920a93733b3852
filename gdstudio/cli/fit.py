"""`gdstudio fit`: fit a line to house prices, every number printed."""

import math
import os
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.options import STEPS, JsonOption, takes
from gdstudio.cli.output import print_json_rows, print_table, say
from gdstudio.data.catalogue import HOUSE_SETS, load_houses
from gdstudio.data.dataset import NumberReading, Table
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.data.tables.notes import how_read
from gdstudio.data.tables.table import read_table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.experiment import HousesExperiment, line_readings
from gdstudio.experiment.houses.houses_choices import HOUSES
from gdstudio.experiment.houses.problem import (
    LARGEST,
    HousesProblem,
    HousesSettings,
    LineSettings,
    suitable_rate,
)
from gdstudio.experiment.houses.step_table import price_decimals, repeatable_price
from gdstudio.experiment.readings import as_row
from gdstudio.hand_numbers import decimals_for, text
from gdstudio.number_text import MINUS, fixed_text, plain_text
from gdstudio.settings import Number

SIZE = Number(
    label="The size of the new house",
    explanation="The size of a new house to price.",
    default=0.0,
    minimum=-LARGEST,
    maximum=LARGEST,
)
ROWS_SHOWN = 20
_FIGURES, _MOST_DECIMALS, _LARGEST_PLAIN = 6, 12, 1e15


@takes(
    ScaleSettings,
    OptimizerSettings,
    worked_out={"learning_rate": "one that suits the table and the optimizer"},
)
def fit(
    values: dict[str, Any],
    data: Annotated[str, typer.Argument(help=f"{', '.join(HOUSE_SETS)} or a CSV file.")],
    *,
    start: Annotated[
        tuple[str, str], typer.Option("--start", help="Where a and b start.", metavar="A B")
    ] = ("0.45", "0.75"),
    steps: Annotated[str, typer.Option("--steps", metavar="N", help=STEPS.explanation)] = str(
        STEPS.default
    ),
    input_column: Annotated[
        str, typer.Option("--input", help="The column that predicts; otherwise the best guess.")
    ] = "",
    target_column: Annotated[
        str, typer.Option("--target", help="The column to predict; otherwise the best guess.")
    ] = "",
    decimal_mark: Annotated[
        str,
        typer.Option(
            "--decimal-mark",
            metavar="point|comma",
            help="What marks the decimals in columns that leave it open, such as 1.234; otherwise "
            "the likelier one.",
        ),
    ] = "",
    predict: Annotated[
        str | None,
        typer.Option("--predict", metavar="SIZE", help=SIZE.explanation),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fit price = a + b · size by gradient descent on SSE = ½ Σ (Y − Ypred)²."""
    count = STEPS.parse(steps)
    size = None if predict is None else SIZE.parse(predict)
    table = _table(data, _mark(decimal_mark))
    for name in filter(None, (input_column, target_column)):
        _check_column(table, name)
    chosen = default_columns(table, input=input_column, target=target_column)
    declared = LineSettings.declared()
    settings = HousesSettings(
        *chosen,
        scale=ScaleSettings.from_mapping(values),
        line=LineSettings(declared["intercept"].parse(start[0]), declared["slope"].parse(start[1])),
    )
    settings = replace(settings, optimizer=_optimizer(values, table, settings))
    experiment = HousesExperiment(table, settings)
    walk = _Walk(experiment, count)
    if json:
        print_json_rows("steps", walk.rows(), lambda: _result(table, walk, size))
    else:
        _tell(table, walk, size)
    if walk.trouble:
        raise typer.Exit(1)


class _Walk:
    """The steps of a fit, each told as it is made: a million of them need no memory.

    Attributes:
        experiment: what is fitted.
        trouble: why the walk ended early; empty if it did not.
    """

    def __init__(self, experiment: HousesExperiment, count: int) -> None:
        self.experiment = experiment
        self.trouble = ""
        self._count = count

    def rows(self) -> Iterator[dict[str, Any]]:
        """Make the steps; yield the state before each and after the last."""
        experiment = self.experiment
        yield _row(experiment)
        try:
            for _ in range(self._count):
                if experiment.finished:
                    experiment.extend()
                experiment.descent.step(experiment.learning_rate)
                yield _row(experiment)
        except Diverged as divergence:
            self.trouble = experiment.explain(divergence)

    def equation(self) -> tuple[float, float]:
        """Return intercept and slope in original units, as the walk has them now."""
        parameters = self.experiment.descent.parameters.tolist()
        return self.experiment.problem.scaling.line_in_original_units(*parameters)


def _result(table: Table, walk: _Walk, size: float | None) -> dict[str, Any]:
    """Return what the JSON says beside the steps."""
    experiment = walk.experiment
    problem, settings = experiment.problem, experiment.settings
    intercept, slope = walk.equation()
    result: dict[str, Any] = {
        "diverged": bool(walk.trouble),
        "learning_rate": settings.optimizer.learning_rate,
        "stable_learning_rate": problem.stable_rate(settings.optimizer),
        "least_squares": list(problem.objective.least_squares()),
        "equation": {"intercept": intercept, "slope": slope},
        "columns": {
            "input": _column(table, settings.input_column),
            "target": _column(table, settings.target_column),
        },
        "notes": _notes(table, experiment),
    }
    if size is not None:
        result["prediction"] = intercept + slope * size
    return result | ({"message": walk.trouble} if walk.trouble else {})


def _column(table: Table, name: str) -> dict[str, Any]:
    """Return how a column was read: with which mark of decimals, and whether its cells prove it."""
    reading = table.readings.get(name, NumberReading())
    told = {"name": name, "decimal_mark": reading.decimal_mark, "certain": reading.is_proven}
    if reading.is_proven:
        return told
    example = {"cell": reading.example, "value": reading.value, "otherwise": reading.other_value}
    return told | {"example": example}


def _notes(table: Table, experiment: HousesExperiment) -> list[str]:
    """Return what was left out, and how numbers were read that could be others."""
    settings = experiment.settings
    read = (how_read(table, name) for name in (settings.input_column, settings.target_column))
    return [*table.notes, *experiment.problem.notes, *filter(None, read)]


def _table(data: str, decimal_mark: str) -> Table:
    if data in HOUSE_SETS:
        return load_houses(data)
    path = Path(data)
    # Unlike pathlib's, this takes names that no file can have. A “-” has its own sentence.
    if data != "-" and not os.path.exists(path):
        raise BadInput(
            f"There is no data set and no file “{data}”; choose {', '.join(HOUSE_SETS)} or a CSV."
        )
    return read_table(path, decimal_mark=decimal_mark)


def _mark(text: str) -> str:
    """Return the mark of decimals that `--decimal-mark` names; nothing where it is not given."""
    marks = {"": "", "point": ".", ".": ".", "comma": ",", ",": ","}
    if text not in marks:
        raise BadInput(f"--decimal-mark must be point or comma, and “{text[:40]}” is not.")
    return marks[text]


def _check_column(table: Table, name: str) -> None:
    if name not in table.columns:
        raise BadInput(
            f"There is no numeric column “{name}” in {table.name}; it has "
            f"{', '.join(table.columns)}."
        )


def _optimizer(values: dict[str, Any], table: Table, settings: HousesSettings) -> OptimizerSettings:
    """Return the optimizer as asked for, with a learning rate that suits the data if none was."""
    chosen = OptimizerSettings.from_mapping(values)
    if "learning_rate" in values:
        return chosen
    problem = HousesProblem.of(table, settings)
    card_rates = HOUSE_SETS[table.name].learning_rates if table.name in HOUSE_SETS else {}
    rate = suitable_rate(problem, replace(settings, optimizer=chosen), card_rates)
    return replace(chosen, learning_rate=rate)


def _row(experiment: HousesExperiment) -> dict[str, Any]:
    descent = experiment.descent
    gradient = descent.gradient.copy()
    sse = descent.objective.value_and_gradient(descent.parameters, gradient)
    line, slopes = descent.parameters.tolist(), gradient.tolist()
    return as_row(line_readings(descent.iteration, line, sse, slopes))


def _tell(table: Table, walk: _Walk, size: float | None) -> None:
    """Print the first and the last steps, and what they lead to."""
    experiment = walk.experiment
    first: list[dict[str, Any]] = []
    last: deque[dict[str, Any]] = deque(maxlen=ROWS_SHOWN // 2)
    decimals = _decimals(experiment)
    for row in walk.rows():
        (first if len(first) < ROWS_SHOWN // 2 else last).append(row)
    headers = [HOUSES.label(name) for name in HOUSES.told]
    print_table(headers, (_texts(row, decimals) for row in (*first, *last)))
    for note in _notes(table, experiment):
        say(note)
    problem, settings = experiment.problem, experiment.settings
    best = problem.objective.least_squares()
    stable = problem.stable_rate(settings.optimizer)
    known = "" if stable is None else f"; the largest stable one is {plain_text(stable, 4)}"
    say(
        f"Learning rate {plain_text(settings.optimizer.learning_rate)}{known}. Least squares: "
        f"a = {plain_text(best[0], 5)}, b = {plain_text(best[1], 5)}."
    )
    intercept, slope = walk.equation()
    example = float(problem.x[0]) if size is None else size
    places = price_decimals(problem)
    shown = None if places is None else repeatable_price(intercept, slope, example, places)
    sign = MINUS if slope < 0 else "+"
    if shown is None:
        a, b, price = (
            plain_text(intercept),
            plain_text(abs(slope)),
            plain_text(intercept + slope * example, 4),
        )
    else:
        a, b, price = text(shown[0]), text(abs(shown[1])), text(shown[2])
    say(f"{settings.target_column} = {a} {sign} {b} · {settings.input_column}")
    if size is not None:
        say(f"For {plain_text(size, 12)}: {price}")
    if walk.trouble:
        say(walk.trouble)


def _decimals(experiment: HousesExperiment) -> tuple[int, ...]:
    """Return the decimals of a, b, SSE and both slopes, for all steps.

    They are enough to repeat a step of plain descent: a slope times the rate is as exact as a.
    """
    snapshot = experiment.snapshot()
    power = math.ceil(math.log10(experiment.settings.optimizer.learning_rate))
    lines, slopes = [], []
    for value, step, slope in zip(
        snapshot.parameters.tolist(), snapshot.next_step.tolist(), snapshot.gradient.tolist(),
        strict=True,
    ):  # fmt: skip
        own = decimals_for([value], _FIGURES)
        lines.append(max(own, min(decimals_for([step], 3), own + 4)) if step else own)
        slopes.append(max(lines[-1] + power + 1, decimals_for([slope], 4)))
    return (*lines, decimals_for([snapshot.sse], _FIGURES), *slopes)


def _texts(row: dict[str, Any], decimals: Sequence[int]) -> list[str]:
    """Return a row of the table, each column with its decimals."""
    numbers = (row["intercept"], row["slope"], row["sse"], *row["gradient"])
    return [
        f"{row['step']:,}",
        *(_text(number, places) for number, places in zip(numbers, decimals, strict=True)),
    ]


def _text(number: float, decimals: int) -> str:
    if decimals > _MOST_DECIMALS or not abs(number) < _LARGEST_PLAIN:
        return plain_text(number, _FIGURES)
    return fixed_text(number, max(decimals, 0))
