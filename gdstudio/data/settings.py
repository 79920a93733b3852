"""What can be chosen of the data: declared here, beside the catalogue that it is chosen from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gdstudio.data.catalogue import (
    HOUSE_SETS,
    IMAGE_SETS,
    MNIST,
    TEN_HOUSES,
    image_set,
    is_own,
)
from gdstudio.data.dataset import DatasetCard, ImageEntry
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Number, Settings, WholeNumber, declare

# One image per byte of 250 megabytes would be more than anybody learns from.
MOST_TRAINING_IMAGES = 1_000_000


class _Titles(Mapping[str, str]):
    """The titles of the data sets by their keys, of those that are in `catalogue` now."""

    def __init__(self, catalogue: Mapping[str, ImageEntry | DatasetCard]) -> None:
        self._catalogue = catalogue

    def __getitem__(self, key: str) -> str:
        entry = self._catalogue[key]
        return (entry.card if isinstance(entry, ImageEntry) else entry).title

    def __iter__(self) -> Iterator[str]:
        return iter(self._catalogue)

    def __len__(self) -> int:
        return len(self._catalogue)


@dataclass(frozen=True, kw_only=True)
class ImageSetChoice(Choice):
    """A set of images: one of the catalogue, or where images of the user's own are."""

    def check(self, value: Any) -> str:
        """Return the key; that of a user's own images is their whole path."""
        key = str(value)
        if key not in self.options and not is_own(key):
            known = ", ".join(self.options)
            raise self._refuse(f"must be one of {known} or a folder of your own pictures", value)
        return image_set(key).card.key


@dataclass(frozen=True)
class ImageDataSettings(Settings):
    """Which images a network learns from, and how many of them."""

    dataset: str = declare(
        ImageSetChoice(
            label="Data set",
            explanation="The images that the network learns from: handwritten digits, or your own "
            "(a folder with a subfolder of pictures for each class, an IDX file of images, or a "
            "file of symbols).",
            default=MNIST,
            options=_Titles(IMAGE_SETS),
        )
    )
    training_size: int = declare(
        WholeNumber(
            label="Training images",
            explanation="How many images the network learns from, at most as many as the data set"
            " has.",
            default=0,
            minimum=100,
            maximum=MOST_TRAINING_IMAGES,
            logarithmic=True,
            unit="images",
            suggestions=(100, 1_000, 10_000),
            zero="all",
        )
    )
    pen_repeats: int = declare(
        WholeNumber(
            label="Pen digits ×",
            explanation="How many times each pen digit stands among the training images, so that"
            " the smaller part of MNIST + pen digits weighs more.",
            default=1,
            minimum=1,
            maximum=10,
        )
    )
    scribbles: int = declare(
        WholeNumber(
            label="Scribbles",
            explanation="How many scribbles and letters stand among the training images, with no"
            " right answer, so that the network learns to doubt.",
            default=0,
            minimum=0,
            maximum=20_000,
        )
    )
    stroke_variation: float = declare(
        Number(
            label="Strokes varied",
            explanation="How much pen digits, own symbols and scribbles are drawn otherwise each"
            " time they are shown, as if by another hand with another pen; 0 is not at all.",
            default=0.0,
            minimum=0.0,
            maximum=100.0,
            unit="%",
        )
    )

    def __post_init__(self) -> None:
        """Check each value, and that the data set has as many images.

        Raises:
            BadInput: for the first value that cannot be used.
        """
        super().__post_init__()
        available = self.entry.training_count
        if self.training_size > available:
            least = self.declared()["training_size"]
            assert isinstance(least, WholeNumber)
            allowed = (
                "“all”"
                if available < least.minimum
                else f"a whole number from {least.minimum} to {available:,}"
            )
            raise BadInput(
                f"Training images must be {allowed} with {self.entry.card.title}, and "
                f"“{self.training_size:,}” is not."
            )

    @property
    def entry(self) -> ImageEntry:
        """What the catalogue says of the data set."""
        return image_set(self.dataset)

    @property
    def images_used(self) -> int:
        """How many images are learned from, before any are repeated."""
        return self.training_size or self.entry.training_count


@dataclass(frozen=True)
class HousesDataSettings(Settings):
    """Which houses the line is fitted to."""

    dataset: str = declare(
        Choice(
            label="Data set",
            explanation="The houses whose prices the line learns to predict.",
            default=TEN_HOUSES,
            options=_Titles(HOUSE_SETS),
        )
    )
