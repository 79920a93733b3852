"""What the labs learn from: sets of digit images, tables of numbers, and the card of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.float64]
# Points (x, y) in the order of the pen, y downwards, and the strokes of one drawing.
Stroke = npt.NDArray[np.float64]
Drawing = list[Stroke]

# The digits of MNIST: what they are called, and the rows and columns of their images.
DIGITS = tuple("0123456789")
DIGIT_IMAGE = (28, 28)
# The names of classes are shown below bars and beside tables.
LONGEST_CLASS_NAME = 24


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images with their right answers.

    Attributes:
        images: ``(n, pixels)`` ``uint8``, row by row from the top, ink 255 on 0; C-contiguous and
            read-only.
        labels: ``(n,)`` ``uint8``, the class of each image, such as the digit 0–9; read-only.
    """

    images: Images
    labels: Images

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Images to train with, and images kept apart to test with.

    Attributes:
        key: its name in the catalogue, such as ``mnist``.
        training: the images to learn from.
        test: the images that training never sees.
        test_parts: where in `test` the images of each source are, by the source's key; they
            cover `test` in order.
        training_parts: the same for `training`; empty where it is of one piece.
        image: the rows and columns of every image.
        classes: the name of each class, in the order of the labels.
        strokes: of each source that was drawn, what returns what its training images were drawn
            from, in their order.
    """

    key: str
    training: ImageSet
    test: ImageSet
    test_parts: Mapping[str, slice]
    training_parts: Mapping[str, slice] = field(default_factory=dict)
    image: tuple[int, int] = DIGIT_IMAGE
    classes: tuple[str, ...] = DIGITS
    strokes: Mapping[str, Callable[[], tuple[Drawing, ...]]] = field(default_factory=dict)

    @property
    def has_digits(self) -> bool:
        """Whether it shows digits in the form of MNIST's."""
        return (self.image, self.classes) == (DIGIT_IMAGE, DIGITS)


@dataclass(frozen=True)
class NumberReading:
    """How the cells of a column became numbers.

    Attributes:
        decimal_mark: what marks the decimals, "." or ",".
        is_proven: whether a cell shows that, or none has a mark; otherwise it is the likelier way.
        example: a cell that could be read otherwise, as it is written; empty where none could.
        value: what `example` was read as.
        other_value: what it would be with the other mark.
        kind: what the numbers count: money, area, rate, count, other, or nothing that is said.
        left_out: how many cells are no numbers, though not empty.
        left_out_example: the first of them.
        why: what is wrong with it, to be said after it.
        converted: how many cells were in another unit of area, and are converted.
    """

    decimal_mark: str = "."
    is_proven: bool = True
    example: str = ""
    value: float = 0.0
    other_value: float = 0.0
    kind: str = ""
    left_out: int = 0
    left_out_example: str = ""
    why: str = ""
    converted: int = 0


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of numbers, one row per house (or whatever the rows are).

    Attributes:
        name: the data set's key or the file's name.
        columns: the names of the columns, in the file's order.
        values: each column as ``(rows,)`` ``float64``, read-only; a missing value is NaN.
        units: what a column counts, such as ``square feet``; columns without a known unit are
            not in it.
        notes: sentences about what was left out on reading.
        readings: how the cells of each column became numbers; empty for tables that we ship.
        labels: columns of few different texts, one for each row and empty where a cell is; only
            where they were asked for.
    """

    name: str
    columns: tuple[str, ...]
    values: Mapping[str, Numbers]
    units: Mapping[str, str]
    notes: tuple[str, ...] = ()
    readings: Mapping[str, NumberReading] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.values.values()), ()))

    def __reduce__(self) -> tuple[Any, ...]:
        # What cannot be changed cannot be pickled.
        values = (getattr(self, one.name) for one in fields(self))
        return type(self), tuple(dict(v) if isinstance(v, Mapping) else v for v in values)


@dataclass(frozen=True)
class DatasetCard:
    """What a learner may want to know of a data set.

    Attributes:
        key: its name in the catalogue.
        title: its name for people.
        what: what it shows, in a sentence or two.
        source: who made it, when.
        licence: under what terms it is shipped.
        size: how much there is, a sentence.
        learning_rates: of houses, a learning rate that suits them by the scale's key
            (``min-max``, ``standardised``, ``raw``); only where one is known to work. Of images
            the loss knows it.
    """

    key: str
    title: str
    what: str
    source: str
    licence: str
    size: str
    learning_rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ImageEntry:
    """A set of labelled images: all that the rest of the program wants to know of it.

    Attributes:
        card: its key, its title, what it shows, whose it is.
        load_training, load_test: return its images.
        training_count, test_count: how many images these have, known without reading them.
        image: the rows and columns of every image.
        classes: the name of each class, in the order of the labels.
        joins: the keys of the sets that it joins; none where it is one by itself.
        strokes: returns what its training images were drawn from, in their order; None where
            that is not known.
    """

    card: DatasetCard
    load_training: Callable[[], ImageSet]
    load_test: Callable[[], ImageSet]
    training_count: int
    test_count: int
    image: tuple[int, int] = DIGIT_IMAGE
    classes: tuple[str, ...] = DIGITS
    joins: tuple[str, ...] = ()
    strokes: Callable[[], tuple[Drawing, ...]] | None = None

    @property
    def has_digits(self) -> bool:
        """Whether it shows digits in the form of MNIST's."""
        return (self.image, self.classes) == (DIGIT_IMAGE, DIGITS)

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the sets whose images it has, one after the other."""
        return self.joins or (self.card.key,)
