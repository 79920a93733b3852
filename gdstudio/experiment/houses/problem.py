"""What is fitted to house prices: data of a table, ready for descent, and rates that suit them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np

from gdstudio.data.dataset import Table
from gdstudio.data.tables.column_pair import choose_columns
from gdstudio.engine.history import Float64Array
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import RAW, LinearRegression, ScaleSettings, Scaling
from gdstudio.errors import BadInput
from gdstudio.settings import Number, Settings, declare

# The rate of the story, for ten houses between 0 and 1.
STORY_RATE = 0.01
# No size, price or line is larger; their squares and sums of squares are still finite.
LARGEST = 1e150
# Raw numbers need a learning rate of about 1 / ΣX²; so much room is left below it.
_SPARE = 0.01
_LARGEST_RATIO, _LARGEST_RAW = 1e306, 1e100
_SMALLEST_SPREAD, _SMALLEST_SHARE = 1e-140, 1e-12


@dataclass(frozen=True)
class LineSettings(Settings):
    """Where the line starts, in the numbers that descent sees."""

    intercept: float = declare(
        Number(
            label="a starts at",
            explanation="The price where X is 0, before the first step.",
            default=0.45,
            minimum=-LARGEST,
            maximum=LARGEST,
        )
    )
    slope: float = declare(
        Number(
            label="b starts at",
            explanation="How much the price grows when X grows by 1, before the first step.",
            default=0.75,
            minimum=-LARGEST,
            maximum=LARGEST,
        )
    )


@dataclass(frozen=True)
class HousesSettings:
    """Everything a person chooses for a fit; columns are names in the table."""

    input_column: str
    target_column: str
    scale: ScaleSettings = field(default_factory=ScaleSettings)
    line: LineSettings = field(default_factory=LineSettings)
    optimizer: OptimizerSettings = field(
        default_factory=lambda: OptimizerSettings(learning_rate=STORY_RATE)
    )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings with what `values` says of them by name; it names both columns.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        return cls(
            values["input_column"],
            values["target_column"],
            ScaleSettings.from_mapping(values),
            LineSettings.from_mapping(values),
            OptimizerSettings.from_mapping({"learning_rate": STORY_RATE} | dict(values)),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, ready for JSON."""
        columns = {"input_column": self.input_column, "target_column": self.target_column}
        return columns | self.scale.as_dict() | self.line.as_dict() | self.optimizer.as_dict()


@dataclass(frozen=True)
class HousesProblem:
    """The data of a fit, ready to be drawn; never changed once made.

    Attributes:
        x, y: the houses used, in original units, shape ``(n,)``.
        scaling: from original units to those that descent sees.
        objective: SSE over the scaled data.
        notes: sentences about rows that were left out.
    """

    x: Float64Array
    y: Float64Array
    scaling: Scaling
    objective: LinearRegression
    notes: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, settings: HousesSettings) -> "HousesProblem":
        """Return the problem that `settings` choose from `table`.

        Raises:
            BadInput: if the columns cannot be used.
        """
        x, y, notes = choose_columns(table, settings.input_column, settings.target_column)
        scaling = Scaling.of(settings.scale.scale, x, y)
        _check_ratio(settings, x, y)
        if settings.scale.scale == RAW:
            _check_raw(settings, x, y)
        objective = LinearRegression(scaling.scale_x(x), scaling.scale_y(y))
        return cls(x, y, scaling, objective, tuple(notes))

    def suggested_rate(self, optimizer: OptimizerSettings) -> float:
        """Return a learning rate, to one figure, at about half the largest stable one.

        Where no stable rate is known, it is a share of the two numbers to be found, of their
        geometric mean.
        """
        stable = self.stable_rate(optimizer)
        if stable is not None:
            return _selectable(round_down(stable / 2))
        best = [abs(number) for number in self.objective.least_squares()]
        share = optimizer.kind.share_of_numbers()
        largest = max(best) or 1.0
        rate = share * largest * math.sqrt(max(min(best) / largest, 1e-12))
        return _selectable(round_down(optimizer.bounded_by_decay(rate)))

    def stable_rate(self, optimizer: OptimizerSettings) -> float | None:
        """Return the learning rate above which the steps grow; None where none is known."""
        _, curvature = self.objective.curvatures()
        return optimizer.stable_rate(curvature)


def _selectable(rate: float) -> float:
    """Return the learning rate nearest to `rate` that can be chosen."""
    declared = OptimizerSettings.declared()["learning_rate"]
    assert isinstance(declared, Number)
    return min(max(rate, declared.minimum), declared.maximum)


def _check_ratio(settings: "HousesSettings", x: Float64Array, y: Float64Array) -> None:
    """Refuse data whose line is steeper, or flatter, than any number."""
    if not 1 / _LARGEST_RATIO < float(np.ptp(y)) / float(np.ptp(x)) < _LARGEST_RATIO:
        raise BadInput(
            f"The numbers of “{settings.input_column}” and “{settings.target_column}” differ too"
            " much in size for a line; choose other columns."
        )


def _check_raw(settings: "HousesSettings", x: Float64Array, y: Float64Array) -> None:
    """Refuse raw sizes whose squares no learning rate suits, or that differ by next to nothing."""
    column = settings.input_column
    largest, spread = float(np.abs(x).max()), float(np.ptp(x))
    height = float(np.abs(y).max())
    too = ""
    if height > _LARGEST_RAW:
        column, too = settings.target_column, "large"
    elif len(x) * largest**2 * _selectable(0.0) > _SPARE:
        too = "large"
    elif largest < _SMALLEST_SPREAD or height > _LARGEST_RAW * spread:
        too = "small"
    elif spread < max(_SMALLEST_SPREAD, _SMALLEST_SHARE * largest):
        too = "close to each other"
    if too:
        raise BadInput(
            f"The raw numbers of “{column}” are too {too} to compute with; choose another scale."
        )


def suitable_rate(
    problem: HousesProblem, settings: HousesSettings, card_rates: Mapping[str, float]
) -> float:
    """Return a learning rate that suits the data and the optimizer.

    `card_rates` are those that the data's card names for plain descent, by the scale's key.
    """
    card_rate = card_rates.get(settings.scale.scale)
    if card_rate is not None and settings.optimizer.kind.follows_slope:
        return card_rate
    return problem.suggested_rate(settings.optimizer)


def round_down(number: float) -> float:
    """Return a positive number with all figures but the first cut off."""
    exponent = math.floor(math.log10(number))
    return float(f"{math.floor(number / 10.0**exponent)}e{exponent}")


def round_up(number: float) -> float:
    """Return a positive number rounded up to three figures."""
    exponent = math.floor(math.log10(number)) - 2
    return float(f"{math.ceil(number / 10.0**exponent * (1 - 1e-12))}e{exponent}")
