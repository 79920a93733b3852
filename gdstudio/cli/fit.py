"""`gdstudio fit`: fit a line to house prices, every number printed."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.options import JsonOption, takes
from gdstudio.cli.output import print_json, print_table, say
from gdstudio.data.catalogue import HousesDataSettings, card, load_houses
from gdstudio.data.dataset import Table
from gdstudio.data.default_columns import default_columns
from gdstudio.data.table import read_table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers import OptimizerSettings
from gdstudio.engine.regression import ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.houses import (
    HousesExperiment,
    HousesProblem,
    HousesSettings,
    LineSettings,
    suitable_rate,
)
from gdstudio.settings import Number, WholeNumber

STEPS = WholeNumber(
    label="The number of steps",
    explanation="How many steps to make.",
    default=100,
    minimum=0,
    maximum=1_000_000,
)
SIZE = Number(
    label="The size of the new house",
    explanation="The size of a new house to price.",
    default=0.0,
    minimum=-1e15,
    maximum=1e15,
)
ROWS_SHOWN = 20
_SHIPPED = HousesDataSettings.declared()["dataset"].options  # type: ignore[attr-defined]


@takes(
    ScaleSettings,
    OptimizerSettings,
    worked_out={"learning_rate": "one that suits the table and the optimizer"},
)
def fit(
    values: dict[str, Any],
    data: Annotated[str, typer.Argument(help="ten-houses, ames-houses or a CSV file.")],
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
    predict: Annotated[
        str | None,
        typer.Option("--predict", metavar="SIZE", help=SIZE.explanation),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Fit price = a + b · size by gradient descent on SSE = ½ Σ (Y − Ypred)²."""
    count = STEPS.parse(steps)
    size = None if predict is None else SIZE.parse(predict)
    table = _table(data)
    guessed_input, guessed_target = default_columns(table)
    declared = LineSettings.declared()
    settings = HousesSettings(
        input_column=_column(table, input_column or guessed_input),
        target_column=_column(table, target_column or guessed_target),
        scale=ScaleSettings.from_mapping(values),
        line=LineSettings(declared["intercept"].parse(start[0]), declared["slope"].parse(start[1])),
    )
    settings = replace(settings, optimizer=_optimizer(values, table, settings))
    experiment = HousesExperiment(table, settings)
    rows, trouble = _walk(experiment, count)
    parameters = experiment.descent.parameters.tolist()
    intercept, slope = experiment.problem.scaling.line_in_original_units(*parameters)
    result: dict[str, Any] = {
        "steps": rows,
        "diverged": bool(trouble),
        "learning_rate": settings.optimizer.learning_rate,
        "stable_learning_rate": experiment.problem.stable_rate(settings.optimizer),
        "least_squares": list(experiment.problem.objective.least_squares()),
        "equation": {"intercept": intercept, "slope": slope},
        "notes": [*table.notes, *experiment.problem.notes],
    }
    if size is not None:
        result["prediction"] = intercept + slope * size
    if json:
        print_json(result | ({"message": trouble} if trouble else {}))
    else:
        _tell(result, settings, size)
        if trouble:
            say(trouble)
    if trouble:
        raise typer.Exit(1)


def _table(data: str) -> Table:
    if data in _SHIPPED:
        return load_houses(data)
    path = Path(data)
    # Unlike pathlib's, this takes names that no file can have. A “-” has its own sentence.
    if data != "-" and not os.path.exists(path):
        raise BadInput(
            f"There is no data set and no file “{data}”; choose {', '.join(_SHIPPED)} or a CSV."
        )
    return read_table(path)


def _column(table: Table, name: str) -> str:
    if name not in table.columns:
        raise BadInput(
            f"There is no numeric column “{name}” in {table.name}; it has "
            f"{', '.join(table.columns)}."
        )
    return name


def _optimizer(values: dict[str, Any], table: Table, settings: HousesSettings) -> OptimizerSettings:
    """Return the optimizer as asked for, with a learning rate that suits the data if none was."""
    chosen = OptimizerSettings.from_mapping(values)
    if "learning_rate" in values:
        return chosen
    problem = HousesProblem.of(table, settings)
    card_rates = card(table.name).learning_rates if table.name in _SHIPPED else {}
    rate = suitable_rate(problem, replace(settings, optimizer=chosen), card_rates)
    return replace(chosen, learning_rate=rate)


def _walk(experiment: HousesExperiment, count: int) -> tuple[list[dict[str, Any]], str]:
    """Make `count` steps; return the state before each and after the last, and any trouble."""
    rows = [_row(experiment)]
    try:
        for _ in range(count):
            if experiment.finished:
                experiment.extend()
            experiment.descent.step()
            rows.append(_row(experiment))
    except Diverged as divergence:
        return rows, experiment.explain(divergence)
    return rows, ""


def _row(experiment: HousesExperiment) -> dict[str, Any]:
    descent = experiment.descent
    gradient = descent.gradient.copy()
    sse = descent.objective.value_and_gradient(descent.parameters, gradient)
    intercept, slope = descent.parameters.tolist()
    return {
        "step": descent.iteration,
        "intercept": intercept,
        "slope": slope,
        "sse": sse,
        "gradient": gradient.tolist(),
    }


def _tell(result: dict[str, Any], settings: HousesSettings, size: float | None) -> None:
    rows = result["steps"]
    if len(rows) > ROWS_SHOWN:
        rows = rows[: ROWS_SHOWN // 2] + rows[-ROWS_SHOWN // 2 :]
    texts = []
    for row in rows:
        numbers = (row["intercept"], row["slope"], row["sse"], *row["gradient"])
        texts.append([f"{row['step']:,}", *(f"{number:.6g}" for number in numbers)])
    print_table(["step", "a", "b", "SSE", "∂SSE/∂a", "∂SSE/∂b"], texts)
    for note in result["notes"]:
        say(note)
    best = result["least_squares"]
    stable = result["stable_learning_rate"]
    known = "" if stable is None else f"; the largest stable one is {stable:.4g}"
    say(
        f"Learning rate {result['learning_rate']:g}{known}. Least squares: a = {best[0]:.5g}, "
        f"b = {best[1]:.5g}."
    )
    line = result["equation"]
    say(
        f"{settings.target_column} = {line['intercept']:,.6g} + {line['slope']:,.6g} · "
        f"{settings.input_column}",
    )
    if size is not None:
        say(f"For {size:,g}: {result['prediction']:,.2f}")
