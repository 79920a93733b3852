"""Everything a person chooses for a training run on digits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from gdstudio.data.augmentation import AugmentationSettings
from gdstudio.data.settings import ImageDataSettings
from gdstudio.engine.network.initializers import InitialSettings
from gdstudio.engine.network.losses import LOSSES
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingSettings
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.engine.optimizers.schedules import ScheduleSettings
from gdstudio.settings import Settings

# In the order of the fields below; the command line's options and the window's form are theirs.
GROUPS: tuple[type[Settings], ...] = (
    ImageDataSettings,
    NetworkSettings,
    OptimizerSettings,
    TrainingSettings,
    AugmentationSettings,
    ScheduleSettings,
    RegularizationSettings,
    InitialSettings,
)


@dataclass(frozen=True)
class DigitsSettings:
    """The settings of all groups together; the network has the data's inputs and outputs."""

    data: ImageDataSettings = field(default_factory=ImageDataSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    regularization: RegularizationSettings = field(default_factory=RegularizationSettings)
    initial: InitialSettings = field(default_factory=InitialSettings)

    def __post_init__(self) -> None:
        """Let the network have the inputs and outputs that the data need.

        Raises:
            BadInput: if its layers do not fit them.
        """
        entry, network = self.data.entry, self.network
        if (network.image, network.classes) != (entry.image, entry.classes):
            network = replace(network, image=entry.image, classes=entry.classes)
            object.__setattr__(self, "network", network)

    @property
    def groups(self) -> tuple[Settings, ...]:
        """The groups, in the order of `GROUPS`."""
        return (
            self.data,
            self.network,
            self.optimizer,
            self.training,
            self.augmentation,
            self.schedule,
            self.regularization,
            self.initial,
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Return the settings from one flat mapping of names to values.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        data = ImageDataSettings.from_mapping(values)
        seen: dict[str, Any] = {"image": data.entry.image, "classes": data.entry.classes}
        chosen = {name: values[name] for name in NetworkSettings.declared() if name in values}
        groups: Any = (group.from_mapping(values) for group in GROUPS[2:])
        return cls(data, NetworkSettings(**chosen, **seen), *groups)

    @classmethod
    def from_choices(cls, values: Mapping[str, Any]) -> Self:
        """Return what `values` says by name; the rest is as usual, at a rate that suits.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        settings = cls.from_mapping(values)
        if "learning_rate" in values:
            return settings
        rate = settings.suitable_rate()
        return replace(settings, optimizer=replace(settings.optimizer, learning_rate=rate))

    def choices(self) -> dict[str, Any]:
        """Return by name what is chosen, without a learning rate that is the usual one."""
        values = self.as_dict()
        if values["learning_rate"] == self.suitable_rate():
            del values["learning_rate"]
        return values

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
        mine = self.with_live(other)
        data = replace(mine.data, training_size=other.data.training_size)
        same_images = mine.data.images_used == other.data.images_used
        return (replace(mine, data=data) if same_images else mine) == other

    def next_start(self) -> Self:
        """Return the same settings with the next seed."""
        seed = (self.training.seed + 1) % 2**31
        return replace(self, training=replace(self.training, seed=seed))

    def suitable_rate(self) -> float:
        """Return a learning rate that suits images, the loss and the optimizer."""
        return self.optimizer.suitable_rate(LOSSES[self.network.loss].suitable_rate)
