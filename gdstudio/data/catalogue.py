"""The data sets that are shipped, by name: how to load each, and the card that describes it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from gdstudio.data.dataset import DatasetCard, DigitDataset, Images, ImageSet, Table
from gdstudio.data.idx import read_idx
from gdstudio.data.stroke_files import Drawing, read_unipen
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path
from gdstudio.settings import Choice, Number, Settings, WholeNumber, declare

MNIST = "mnist"
PEN_DIGITS = "pen-digits"
MNIST_AND_PEN_DIGITS = "mnist-and-pen-digits"
TEN_HOUSES = "ten-houses"
AMES_HOUSES = "ames-houses"

# The sources whose images each digit data set joins.
_SOURCES = {
    MNIST: (MNIST,),
    PEN_DIGITS: (PEN_DIGITS,),
    MNIST_AND_PEN_DIGITS: (MNIST, PEN_DIGITS),
}
# How many images each has, known without reading them.
TRAINING_IMAGES = {MNIST: 60_000, PEN_DIGITS: 5_996, MNIST_AND_PEN_DIGITS: 65_996}
TEST_IMAGES = {MNIST: 10_000, PEN_DIGITS: 1_498, MNIST_AND_PEN_DIGITS: 11_498}
_TEST_WRITERS = 6

Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class DigitsDataSettings(Settings):
    """Which digits a network learns from, and how many of them."""

    dataset: str = declare(
        Choice(
            label="Data set",
            explanation="The handwritten digits that the network learns from.",
            default=MNIST,
            options=MappingProxyType(
                {
                    MNIST: "MNIST",
                    PEN_DIGITS: "Pen digits",
                    MNIST_AND_PEN_DIGITS: "MNIST + pen digits",
                }
            ),
        )
    )
    training_size: int = declare(
        WholeNumber(
            label="Training images",
            explanation="How many images the network learns from, at most as many as the data set"
            " has.",
            default=0,
            minimum=100,
            maximum=max(TRAINING_IMAGES.values()),
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
            explanation="How much pen digits and scribbles are drawn otherwise each time they are"
            " shown, as if by another hand with another pen; 0 is not at all.",
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
        available = TRAINING_IMAGES[self.dataset]
        if self.training_size > available:
            raise BadInput(
                f"Training images must be a whole number from 100 to {available:,} with "
                f"{card(self.dataset).title}, and “{self.training_size:,}” is not."
            )

    @property
    def images_used(self) -> int:
        """How many images are learned from, before any are repeated."""
        return self.training_size or TRAINING_IMAGES[self.dataset]


@dataclass(frozen=True)
class HousesDataSettings(Settings):
    """Which houses the line is fitted to."""

    dataset: str = declare(
        Choice(
            label="Data set",
            explanation="The houses whose prices the line learns to predict.",
            default=TEN_HOUSES,
            options=MappingProxyType({TEN_HOUSES: "Ten houses", AMES_HOUSES: "Ames houses"}),
        )
    )


def _loaded_once(load: Callable[[str], Loaded]) -> Callable[[str], Loaded]:
    """Return `load` with a memory: threads that ask at the same time get the same data."""
    known = cache(load)
    lock = threading.Lock()

    @wraps(load)
    def ask(key: str) -> Loaded:
        with lock:
            return known(key)

    return ask


@_loaded_once
def load_digits(key: str) -> DigitDataset:
    """Return the digit data set `key`; its arrays are read-only and shared between callers.

    Raises:
        BadInput: if there is no digit data set of that name.
    """
    test, test_parts = load_digit_test_set(key)
    parts = [_training_part(source) for source in _sources(key)]
    return DigitDataset(
        key=key,
        training=_joined(parts),
        test=test,
        test_parts=test_parts,
        training_parts=_slices(_sources(key), parts),
    )


@_loaded_once
def load_digit_test_set(key: str) -> tuple[ImageSet, Mapping[str, slice]]:
    """Return the test images of `key` and where each source's are; training images stay on disk.

    Raises:
        BadInput: if there is no digit data set of that name.
    """
    sources = _sources(key)
    parts = [_test_part(source) for source in sources]
    return _joined(parts), _slices(sources, parts)


@cache
def load_houses(key: str) -> Table:
    """Return the table of houses `key`.

    Raises:
        BadInput: if there is no table of houses of that name.
    """
    # Reading tables is not needed by a window that opens on digits.
    from gdstudio.data.table import read_table

    if key not in (TEN_HOUSES, AMES_HOUSES):
        raise _unknown(key, (TEN_HOUSES, AMES_HOUSES))
    return read_table(resource_path("datasets", f"{key}.csv"), name=key)


def card(key: str) -> DatasetCard:
    """Return the card of any data set in the catalogue.

    Raises:
        BadInput: if there is no data set of that name.
    """
    if key not in _CARDS:
        raise _unknown(key, tuple(_CARDS))
    return _CARDS[key]


def _sources(key: str) -> tuple[str, ...]:
    if key not in _SOURCES:
        raise _unknown(key, tuple(_SOURCES))
    return _SOURCES[key]


def _training_part(source: str) -> ImageSet:
    return _mnist("train") if source == MNIST else _pen_digits()[0]


def _test_part(source: str) -> ImageSet:
    return _mnist("t10k") if source == MNIST else _pen_digits()[1]


@cache
def _mnist(part: str) -> ImageSet:
    images = read_idx(resource_path("datasets", f"{part}-images-idx3-ubyte.gz"))
    labels = read_idx(resource_path("datasets", f"{part}-labels-idx1-ubyte.gz"))
    return _image_set(images.reshape(len(images), -1), labels)


@cache
def pen_strokes() -> tuple[Drawing, ...]:
    """Return the strokes of the pen digits to learn from, in the order of their images."""
    digits = read_unipen(resource_path("datasets") / "pendigits-orig.tra.gz")
    last = max(digit.writer for digit in digits)
    return tuple(digit.strokes for digit in digits if digit.writer <= last - _TEST_WRITERS)


@cache
def _pen_digits() -> tuple[ImageSet, ImageSet]:
    """Return the training and the test images: the last writers' digits are the test."""
    images, labels, writers = (
        read_idx(resource_path("datasets", f"pen-digits-{name}-ubyte.gz"))
        for name in ("images-idx3", "labels-idx1", "writers-idx1")
    )
    flat = images.reshape(len(images), -1)
    is_test = writers > writers.max() - _TEST_WRITERS
    return _image_set(flat[~is_test], labels[~is_test]), _image_set(flat[is_test], labels[is_test])


def _slices(sources: tuple[str, ...], parts: list[ImageSet]) -> Mapping[str, slice]:
    """Return where each source's images are in the joined set."""
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return MappingProxyType(
        {
            source: slice(end - len(part), end)
            for source, part, end in zip(sources, parts, ends, strict=True)
        }
    )


def _joined(parts: list[ImageSet]) -> ImageSet:
    if len(parts) == 1:
        return parts[0]
    return _image_set(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _image_set(images: Images, labels: Images) -> ImageSet:
    images.flags.writeable = False
    labels.flags.writeable = False
    return ImageSet(images=images, labels=labels)


def _unknown(key: str, known: tuple[str, ...]) -> BadInput:
    shown = key if len(key) <= 40 else key[:39] + "…"
    return BadInput(f"There is no data set “{shown}”; choose one of {', '.join(known)}.")


_DIGITS_RATES = MappingProxyType({"squared-error": 1.0, "cross-entropy": 0.1})
_CARDS = {
    one.key: one
    for one in (
        DatasetCard(
            key=MNIST,
            title="MNIST",
            what="Digits that about 500 people wrote by hand on paper, scanned, made equally"
            " large and centred by their ink.",
            source="Y. LeCun, C. Cortes and C. J. C. Burges, 1998, from collections of NIST.",
            licence="CC BY-SA 3.0",
            size="60,000 images to learn from and 10,000 to test with, 28 × 28 pixels each.",
            learning_rates=_DIGITS_RATES,
        ),
        DatasetCard(
            key=PEN_DIGITS,
            title="Pen digits",
            what="Digits that 30 people wrote with a pen on a tablet, inked as your own drawings"
            " are; the last six people's are kept for the test.",
            source="E. Alpaydin and F. Alimoglu, UCI Machine Learning Repository, 1998.",
            licence="CC BY 4.0",
            size="5,996 images to learn from and 1,498 to test with, 28 × 28 pixels each.",
            learning_rates=_DIGITS_RATES,
        ),
        DatasetCard(
            key=MNIST_AND_PEN_DIGITS,
            title="MNIST + pen digits",
            what="Both together: digits written on paper and digits written on a tablet.",
            source="LeCun, Cortes and Burges, 1998; Alpaydin and Alimoglu, 1998.",
            licence="CC BY-SA 3.0 (MNIST) and CC BY 4.0 (pen digits)",
            size="65,996 images to learn from and 11,498 to test with, 28 × 28 pixels each.",
            learning_rates=_DIGITS_RATES,
        ),
        DatasetCard(
            key=TEN_HOUSES,
            title="Ten houses",
            what="The size of ten houses and what each was sold for: few enough to follow every"
            " number.",
            source="A teaching example in public use.",
            licence="Free to use",
            size="10 houses with their size in square feet and price in dollars.",
            learning_rates=MappingProxyType({"min-max": 0.01}),
        ),
        DatasetCard(
            key=AMES_HOUSES,
            title="Ames houses",
            what="Real sales of houses in Ames, Iowa, from 2006 to 2010.",
            source="D. De Cock, Journal of Statistics Education 19(3), 2011.",
            licence="Published for teaching",
            size="2,930 houses with their living area in square feet, quality from 1 to 10, year"
            " built and price in dollars.",
            # The largest stable one is 0.00065 for the area and 0.00044 for the year.
            learning_rates=MappingProxyType({"min-max": 0.0003}),
        ),
    )
}
