"""What is chosen for a fit, by name: the values of a scenario, and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import numpy as np

from gdstudio.data.catalogue import HOUSE_SETS, TEN_HOUSES, load_houses
from gdstudio.data.dataset import Table
from gdstudio.data.settings import HousesDataSettings
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import MIN_MAX, ScaleSettings, Scaling
from gdstudio.errors import BadInput
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.houses.problem import (
    LARGEST,
    HousesProblem,
    HousesSettings,
    LineSettings,
    suitable_rate,
)
from gdstudio.experiment.readings import COMMON_READINGS, Reading
from gdstudio.experiment.vocabulary import (
    SEED,
    DataChoice,
    Vocabulary,
    YesNo,
    plain_name,
    shown,
    speed_setting,
)
from gdstudio.number_text import round_to_figures
from gdstudio.settings import Number, Text


@dataclass(frozen=True, eq=False)
class OwnTable:
    """A table that a person has opened, as a scenario holds it.

    Attributes:
        key: its name in the list of data.
        table: what was read.
    """

    key: str
    table: Table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnTable) and self.table is other.table

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class HousesChoices:
    """All that is chosen for a fit.

    Attributes:
        dataset: the key of the data in the list.
        table: what is behind it.
        settings: columns, scale, start and rule.
    """

    dataset: str
    table: Table
    settings: HousesSettings

    @classmethod
    def from_mapping(
        cls, values: Mapping[str, Any], problem: HousesProblem | None = None
    ) -> tuple[Self, HousesProblem]:
        """Return what `values` says by name, and the data ready to be fitted.

        The rest is as usual: the line starts where the story has it, at a rate that suits.
        `problem` is what the data are, where that is known.

        Raises:
            BadInput: if the data cannot be fitted so.
        """
        dataset, table = _data(values)
        columns = default_columns(
            table, input=values.get("input_column", ""), target=values.get("target_column", "")
        )
        named = dict(values) | dict(zip(("input_column", "target_column"), columns, strict=True))
        settings = HousesSettings.from_mapping(named)
        problem = HousesProblem.of(table, settings) if problem is None else problem
        line = usual_line(problem, settings.scale, values.get("seed", 0))
        settings = replace(settings, line=LineSettings.from_mapping(line.as_dict() | named))
        chosen = cls(dataset, table, settings)
        if "learning_rate" not in values:
            rate = chosen.suitable_rate(problem)
            optimizer = replace(settings.optimizer, learning_rate=rate)
            chosen = replace(chosen, settings=replace(settings, optimizer=optimizer))
        return chosen, problem

    def suitable_rate(self, problem: HousesProblem) -> float:
        """Return a learning rate that suits the data and the optimizer."""
        shipped = HOUSE_SETS.get(self.dataset)
        rates = {} if shipped is None else shipped.learning_rates
        return suitable_rate(problem, self.settings, rates)

    def as_dict(self, problem: HousesProblem, seed: int = 0) -> dict[str, Any]:
        """Return by name what is chosen, without what is as usual with the data.

        `seed` is what the start of the line was drawn from.
        """
        settings = self.settings
        values = settings.as_dict()
        usual: dict[str, Any] = dict(
            zip(("input_column", "target_column"), default_columns(self.table), strict=True)
        )
        usual |= usual_line(problem, settings.scale, seed).as_dict()
        usual["learning_rate"] = self.suitable_rate(problem)
        values = {n: value for n, value in values.items() if n not in usual or value != usual[n]}
        is_own = self.dataset not in HOUSE_SETS
        data = OwnTable(self.dataset, self.table) if is_own else self.dataset
        return {"dataset": data, "seed": seed} | values


def usual_line(problem: HousesProblem, scale: ScaleSettings, seed: int) -> LineSettings:
    """Return the line that `seed` draws, in the numbers that descent sees at this scale."""
    return start_of(seed, None if scale.scale == MIN_MAX else problem)


def start_of(seed: int, problem: HousesProblem | None = None) -> LineSettings:
    """Return the start of the line that `seed` decides; seed 0 is the start of the story.

    With `problem`, the same line among its houses, in the numbers that descent sees there.
    """
    line = LineSettings()
    if seed:
        rng = np.random.default_rng(seed)
        line = LineSettings(round(float(rng.uniform(0, 1)), 2), round(float(rng.uniform(-1, 1)), 2))
    if problem is None:
        return line
    story, here = Scaling.of(MIN_MAX, problem.x, problem.y), problem.scaling
    # Each axis by itself: prices divided by sizes may be too large a number.
    slope = line.slope * (here.x_divisor / story.x_divisor) * (story.y_divisor / here.y_divisor)
    where = (here.x_offset - story.x_offset) / story.x_divisor
    height = (line.intercept + line.slope * where) * story.y_divisor + story.y_offset
    intercept = (height - here.y_offset) / here.y_divisor
    return LineSettings(*(_within(round_to_figures(number, 4)) for number in (intercept, slope)))


def _within(number: float) -> float:
    return min(max(number, -LARGEST), LARGEST)


def _data(values: Mapping[str, Any]) -> tuple[str, Table]:
    """Return the key of the data that `values` says, and their table."""
    data = values.get("dataset", TEN_HOUSES)
    return (data.key, data.table) if isinstance(data, OwnTable) else (data, load_houses(data))


def _no_code(data: OwnTable) -> str:
    shipped = " or ".join(one.title for one in HOUSE_SETS.values())
    return (
        f"The houses are those of your own file {data.table.name}, which no setup code can hold; "
        f"choose {shipped} to copy one."
    )


def _check(values: dict[str, Any]) -> dict[str, Any]:
    """Look for the columns in the table."""
    named = [name for name in ("input_column", "target_column") if name in values]
    if not named:
        return values
    _, table = _data(values)
    columns = {plain_name(column): column for column in table.columns}
    for name in named:
        if plain_name(values[name]) not in columns:
            raise BadInput(
                f"{name} must be one of the columns {', '.join(table.columns)}, and "
                f"“{shown(values[name])}” is not."
            )
        values[name] = columns[plain_name(values[name])]
    if len(named) == 2 and values["input_column"] == values["target_column"]:
        raise BadInput("A column cannot predict itself; name two different columns.")
    return values


def _prepare(values: dict[str, Any]) -> Callable[[], Experiment]:
    choices, problem = HousesChoices.from_mapping(values)
    return partial(HousesExperiment, choices.table, choices.settings, problem=problem)


def _column(label: str, explanation: str) -> Text:
    return Text(label=label, explanation=explanation, default="", canonical=str.strip)


HOUSES = Vocabulary(
    key="houses",
    title="House prices",
    settings={
        "dataset": DataChoice.of(
            HousesDataSettings.declared()["dataset"],
            is_own=lambda value: isinstance(value, OwnTable),
            why_no_code=_no_code,
        ),
        "input_column": _column("Size from", "The column that predicts the price: X."),
        "target_column": _column("Price from", "The column that is predicted: Y."),
        **ScaleSettings.declared(),
        **OptimizerSettings.declared(),
    },
    start={"seed": SEED, **LineSettings.declared()},
    view={
        "least_squares": YesNo(
            label="least_squares", explanation="Whether the best line is shown."
        ),
        "size": Number(
            label="Size",
            explanation="The size of the new house to price.",
            default=0.0,
            minimum=-LARGEST,
            maximum=LARGEST,
        ),
        "speed": speed_setting(10),
    },
    readings={
        **COMMON_READINGS,
        "loss": Reading("The same as sse.", "SSE"),
        "sse": Reading(
            "Half the sum of the squared errors, in the numbers that descent sees.", "SSE"
        ),
        "intercept": Reading("The intercept of the line, in the numbers that descent sees.", "a"),
        "slope": Reading("The slope of the line, in the numbers that descent sees.", "b"),
        "gradient.intercept": Reading("How SSE changes with a.", "∂SSE/∂a"),
        "gradient.slope": Reading("How SSE changes with b.", "∂SSE/∂b"),
        "change.intercept": Reading("What the next step adds to a.", "step of a"),
        "change.slope": Reading("What the next step adds to b.", "step of b"),
        "equation": Reading(
            "The line in dollars and square feet: equation.intercept and equation.slope."
        ),
        "stable_learning_rate": Reading(
            "Above this learning rate the steps of the rule grow.", "largest stable rate"
        ),
        "least_squares": Reading("The best line: least_squares.intercept and least_squares.slope."),
        "houses": Reading.count("How many houses are fitted.", unit="houses"),
    },
    objective="sse",
    told=("step", "intercept", "slope", "sse", "gradient.intercept", "gradient.slope"),
    prepare=_prepare,
    depending=frozenset({"learning_rate", "size", *LineSettings.declared()}),
    ground=frozenset({"dataset", "input_column", "target_column", *ScaleSettings.declared()}),
    check=_check,
)
