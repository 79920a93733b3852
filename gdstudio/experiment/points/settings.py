"""Everything a person chooses for a network over the plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from gdstudio.data.points.catalogue import (
    PAINTED,
    PAINTED_NUMBERS,
    POINT_SETS,
    PointsDataSettings,
)
from gdstudio.data.points.painted import as_painted, points_text
from gdstudio.data.points.point_set import PointSet
from gdstudio.engine.network.initializers import InitialSettings
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.errors import BadInput
from gdstudio.number_text import MINUS
from gdstudio.settings import Settings, Text, WholeNumber, declare

_PLAIN_RATE, _ADAPTIVE_FACTOR, _LARGEST_RATE = 0.5, 20.0, 0.3
# What a file holds is not known before it is read: with this rate numbers are learned, too.
_FILE_SUITS: Mapping[str, Any] = MappingProxyType({"learning_rate": 0.1})


@dataclass(frozen=True)
class PointsTrainingSettings(Settings):
    """How long to train, in what portions, and from which random numbers."""

    batch_size: int = declare(
        WholeNumber(
            label="Batch size",
            explanation="How many points one step looks at: all give the one gradient, few give "
            "quick, noisy steps.",
            default=0,
            live=True,
            minimum=1,
            maximum=5_000,
            suggestions=(1, 10, 30),
            zero="all",
        )
    )
    steps: int = declare(
        WholeNumber(
            label="Steps",
            explanation="After how many steps the run ends; Run goes on for as many again.",
            default=2_000,
            minimum=1,
            maximum=1_000_000,
            logarithmic=True,
            suggestions=(100, 1_000, 10_000),
        )
    )
    seed: int = declare(
        WholeNumber(
            label="Seed",
            explanation="The number that the first weights and the order of the points come from: "
            "the same seed gives the same result.",
            default=0,
            minimum=0,
            maximum=2**31 - 1,
        )
    )


def canonical_weights(text: str) -> str:
    """Return the normal form of a list of numbers, with commas between them; empty for none.

    Raises:
        BadInput: if one of them is no number.
    """
    numbers = []
    for part in text.replace(MINUS, "-").split(","):
        if not part.strip():
            continue
        try:
            number = float(part)
        except ValueError:
            number = float("nan")
        if not abs(number) <= 1e6:
            raise BadInput(
                f"“{part.strip()[:20]}” is no weight; write numbers within a million of 0, with "
                "commas between them."
            )
        numbers.append(number)
    return ", ".join(f"{n:g}" if float(f"{n:g}") == n else repr(n) for n in numbers)


@dataclass(frozen=True)
class PointsStartSettings(Settings):
    """Where the descent starts, if not where the seed says."""

    weights: str = declare(
        Text(
            label="Starting weights",
            explanation="All weights and biases to start from, neuron by neuron with the bias "
            "last; otherwise the seed draws them.",
            default="",
            example="0.5, -1, 0",
            canonical=canonical_weights,
        )
    )

    @property
    def parameters(self) -> FloatArray | None:
        """θ, shape ``(size,)``; None where the seed decides."""
        if not self.weights:
            return None
        return np.array([float(part) for part in self.weights.split(",")], np.float64)


# In the order of the fields below; the command line's options and the window's form are theirs.
GROUPS: tuple[type[Settings], ...] = (
    PointsDataSettings,
    PlaneNetworkSettings,
    OptimizerSettings,
    PointsTrainingSettings,
    RegularizationSettings,
    InitialSettings,
    PointsStartSettings,
)


@dataclass(frozen=True)
class PointsSettings:
    """The settings of all groups together.

    The network's outputs are those that the data need; the experiment sees to it, for of a file of
    the user's own they are known once it is read.

    `from_choices` and `choices` are for the window, setup codes and the command line: what is not
    chosen suits the points. `from_mapping` and `as_dict` name all values.
    """

    data: PointsDataSettings = field(default_factory=PointsDataSettings)
    network: PlaneNetworkSettings = field(default_factory=PlaneNetworkSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    training: PointsTrainingSettings = field(default_factory=PointsTrainingSettings)
    regularization: RegularizationSettings = field(default_factory=RegularizationSettings)
    initial: InitialSettings = field(default_factory=InitialSettings)
    start: PointsStartSettings = field(default_factory=PointsStartSettings)

    @property
    def groups(self) -> tuple[Settings, ...]:
        """The groups, in the order of `GROUPS`."""
        return (
            self.data,
            self.network,
            self.optimizer,
            self.training,
            self.regularization,
            self.initial,
            self.start,
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings from one flat mapping of names to values; others are the declared.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        groups: Any = (group.from_mapping(values) for group in GROUPS)
        return cls(*groups)

    @classmethod
    def from_choices(cls, values: Mapping[str, Any]) -> Self:
        """Return what `values` says by name; the rest suits the points, and the rate the rule.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        data = PointsDataSettings.from_mapping(values)
        settings = cls.from_mapping({**suits(data.dataset), **values})
        if "learning_rate" in values:
            return settings
        rate = settings.suitable_rate()
        return replace(settings, optimizer=replace(settings.optimizer, learning_rate=rate))

    def choices(self) -> dict[str, Any]:
        """Return by name what differs from what suits the points."""
        usual = self.from_choices({"dataset": self.data.dataset}).as_dict()
        usual["learning_rate"] = self.suitable_rate()
        return {
            name: value
            for name, value in self.as_dict().items()
            if name == "dataset" or value != usual[name]
        }

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, ready for JSON."""
        return {name: value for group in self.groups for name, value in group.as_dict().items()}

    def with_live(self, other: Self) -> Self:
        """Return these settings with those of `other` that apply at the next step."""
        pairs = zip(self.groups, other.groups, strict=True)
        groups: Any = (mine.with_live(theirs) for mine, theirs in pairs)
        return type(self)(*groups)

    def obeys(self, other: Self) -> bool:
        """Return whether a run under these settings need not be reset to obey `other`."""
        return self.with_live(other) == other

    def painted(self, text: str, *, with_numbers: bool) -> Self:
        """Return these settings with painted points, as `points_text` writes them."""
        dataset = PAINTED_NUMBERS if with_numbers else PAINTED
        return replace(self, data=replace(self.data, dataset=dataset, own_points=text))

    def painted_from(self, points: PointSet, *, with_numbers: bool) -> Self:
        """Return these settings with painted points in the place of `points`.

        Where classes become numbers or numbers classes, all else is what suits that task.

        Raises:
            BadInput: where these points cannot be painted.
        """
        text = points_text(as_painted(points, with_numbers=with_numbers))
        settings = self.painted(text, with_numbers=with_numbers)
        if points.is_regression != with_numbers:
            settings = self.from_choices(settings.data.as_dict())
        return settings

    def next_start(self) -> Self:
        """Return the same settings with the next seed; weights that were given do not stay."""
        seed = (self.training.seed + 1) % 2**31
        training = replace(self.training, seed=seed)
        return replace(self, training=training, start=PointsStartSettings())

    def suitable_rate(self) -> float:
        """Return a learning rate that suits the points and the optimizer."""
        suited = suits(self.data.dataset)
        usual = suited.get("optimizer", OptimizerSettings().optimizer)
        if "learning_rate" in suited and self.optimizer.optimizer == usual:
            return float(suited["learning_rate"])
        rate = self.optimizer.suitable_rate(_PLAIN_RATE)
        # A rule that does not look at the size of slopes has the same rate for any; for such small
        # networks it may be larger.
        if rate == self.optimizer.suitable_rate(2 * _PLAIN_RATE):
            larger = max(min(_ADAPTIVE_FACTOR * rate, _LARGEST_RATE), rate)
            return self.optimizer.bounded_by_decay(larger)
        return rate


def suits(dataset: str) -> Mapping[str, Any]:
    """Return the settings that suit the points `dataset`, by name, where the usual ones do not."""
    return POINT_SETS[dataset].suits if dataset in POINT_SETS else _FILE_SUITS
