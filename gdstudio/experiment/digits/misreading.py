"""Why a picture was read as it was: its measures and its nearest relatives in the training data.

A network answers well where it has seen the like. So a picture is laid beside the images that the
network could learn from: where its ink lies, how large and how thick it is, against the range of
90 % of them; and which of them resemble it most, pixel by pixel.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import card, load_images
from gdstudio.data.dataset import ImageSet
from gdstudio.data.strokes.inking import Points
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.inspect.edits import Edit
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.answer import Answer
from gdstudio.experiment.digits.canvas_example import Origin, Picture

Pictures = npt.NDArray[np.uint8]
Float64Array = npt.NDArray[np.float64]

NEIGHBOURS = 8
# The range of the measures is taken from this number of training images, evenly chosen among all.
_MEASURED = 10_000
_CHUNK = 2048
_LOW, _HIGH = 5, 95
# Part of a pixel: as much may come from where the strokes fall on the raster. It decides on a
# whole pixel more or less, too.
_NOTICEABLE = 0.15
# Fainter than this is the soft edge of a stroke and not counted for the size.
_INKED = 64


@dataclass(frozen=True, eq=False)
class Question:
    """A picture, and the network that was asked to read it, as both were at that moment.

    Attributes:
        picture: what the network received, ``(rows, columns)``.
        strokes: what was drawn, each stroke ``(n, 2)`` points; none where it was no drawing.
        paper: the width and height of what it was drawn on, in the strokes' unit.
        settings, calibration: the network.
        learned: θ as it was learned, read-only, shape ``(size,)``.
        edits: those that were in force: the answer is that of θ with them.
        answer: what the network said.
        origin: where the picture comes from.
        wanted: the right answer where it is known.
    """

    picture: Picture
    strokes: tuple[Points, ...]
    paper: tuple[float, float]
    settings: NetworkSettings
    learned: FloatArray
    calibration: Calibration | None
    answer: Answer
    edits: tuple[Edit, ...] = ()
    origin: Origin = Origin.DRAWING
    wanted: int | None = None


@dataclass(frozen=True)
class Measure:
    """One measure of a picture against the training images.

    Attributes:
        label: its name.
        value, low, high: in pixels; 90 % of the training images lie from `low` to `high`.
        whole: whether whole pixels are counted.
        smaller, larger: what one says of a picture below or above that range.
    """

    label: str
    value: float
    low: float
    high: float
    whole: bool
    smaller: str
    larger: str

    @property
    def mark(self) -> str:
        """How the picture stands out; empty where it does not, or by less than one could see."""
        seen = 1.0 if self.whole else _NOTICEABLE
        if self.value < self.low - seen:
            return self.smaller
        return self.larger if self.value > self.high + seen else ""


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A training image that resembles the picture.

    Attributes:
        image: ``(rows, columns)``.
        label: the digit it shows.
        index: its number among the training images.
        distance: the squared differences of all pixels added up, ink counted from 0 to 1.
    """

    image: Picture
    label: int
    index: int
    distance: float


@dataclass(frozen=True, eq=False)
class Examination:
    """A picture against the training images.

    Attributes:
        measures: its place, size and stroke width.
        neighbours: the nearest training images, the nearest first.
        count: how many training images there are.
        title: what their data set is called.
    """

    measures: tuple[Measure, ...]
    neighbours: tuple[Neighbour, ...]
    count: int
    title: str


# What is measured, in the order of `measure`'s columns; whether in whole pixels.
_MEASURES = (
    ("Centre, from the left", False, "further left than most", "further right than most"),
    ("Centre, from the top", False, "higher than most", "lower than most"),
    ("Width of the ink", True, "narrower than most", "wider than most"),
    ("Height of the ink", True, "less tall than most", "taller than most"),
    ("Stroke width", False, "thinner than most", "thicker than most"),
)


def examine(picture: Picture, dataset: str) -> Examination:
    """Return how a picture with ink compares with the training images of `dataset`.

    It takes some tenths of a second, more the first time.

    Raises:
        BadInput: if there is no such data set.
    """
    training = load_images(dataset).training
    values = measure(picture[np.newaxis])[0]
    measures = tuple(
        Measure(label, float(value), float(low), float(high), whole, smaller, larger)
        for (label, whole, smaller, larger), value, low, high in zip(
            _MEASURES, values, *_ranges(dataset), strict=True
        )
    )
    return Examination(measures, nearest(picture, training), len(training), card(dataset).title)


def measure(pictures: Pictures) -> Float64Array:
    """Return the measures of pictures ``(n, rows, columns)`` with ink, in pixels, shape ``(n, 5)``.

    They are the centre of mass across and down, as pixel indices; the width and the height of the
    inked box; and the width of the strokes. That is the width of a pen that would leave as much
    ink (A) and as much edge (P) on its way of length L, A = wL + πw²/4 and P = 2L + πw, so it
    is found without following the strokes.
    """
    floats = pictures.astype(np.float32) / 255
    area = floats.sum(axis=(1, 2), dtype=np.float64)
    rows, columns = (np.arange(side) for side in pictures.shape[1:])
    x = floats.sum(axis=1, dtype=np.float64) @ columns / area
    y = floats.sum(axis=2, dtype=np.float64) @ rows / area
    inked = pictures >= np.minimum(pictures.max(axis=(1, 2), keepdims=True), _INKED)
    width, height = _extent(inked.any(axis=1)), _extent(inked.any(axis=2))
    padded = np.pad(floats, ((0, 0), (1, 1), (1, 1)))
    # The slope between four pixels, by their two diagonals.
    falling = padded[:, 1:, 1:] - padded[:, :-1, :-1]
    rising = padded[:, 1:, :-1] - padded[:, :-1, 1:]
    slope = np.sqrt((np.square(falling) + np.square(rising)) / 2)
    edge = slope.sum(axis=(1, 2), dtype=np.float64)
    round_part = np.maximum(np.square(edge) / 4 - np.pi * area, 0)
    pen = (edge / 2 - np.sqrt(round_part)) * 2 / np.pi
    return np.stack([x, y, width, height, pen], axis=1)


def nearest(picture: Picture, training: ImageSet, count: int = NEIGHBOURS) -> tuple[Neighbour, ...]:
    """Return the `count` training images with the least squared distance to a picture."""
    images = training.images
    query = picture.reshape(-1).astype(np.float32)
    # |x − q|² = |x|² − 2 x·q + |q|², and |q|² is the same for all.
    rough = np.empty(len(images), np.float32)
    for start in range(0, len(images), _CHUNK):
        chunk = images[start : start + _CHUNK].astype(np.float32)
        rough[start : start + _CHUNK] = np.einsum("ij,ij->i", chunk, chunk) - 2 * (chunk @ query)
    # Single precision finds the candidates; whole numbers rank them.
    candidates = np.argsort(rough, kind="stable")[: 4 * count]
    gaps = images[candidates].astype(np.int64) - picture.reshape(-1).astype(np.int64)
    distances = np.square(gaps).sum(axis=1)
    order = np.lexsort((candidates, distances))[:count]
    return tuple(
        Neighbour(
            image=images[candidates[place]].reshape(picture.shape),
            label=int(training.labels[candidates[place]]),
            index=int(candidates[place]),
            distance=float(distances[place]) / 255**2,
        )
        for place in order
    )


def _extent(inked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return from the first to the last inked column (or row) of each picture."""
    last = inked.shape[1] - inked[:, ::-1].argmax(axis=1)
    return np.asarray(last - inked.argmax(axis=1))


@lru_cache(maxsize=4)
def _ranges(dataset: str) -> tuple[Float64Array, Float64Array]:
    """Return what 5 % and 95 % of the training images stay below, for each measure."""
    whole = load_images(dataset)
    images = whole.training.images
    chosen = images[:: max(len(images) // _MEASURED, 1)].reshape(-1, *whole.image)
    chosen = chosen[chosen.any(axis=(1, 2))]
    values = np.concatenate(
        [measure(chosen[start : start + _CHUNK]) for start in range(0, len(chosen), _CHUNK)]
    )
    low, high = np.percentile(values, [_LOW, _HIGH], axis=0)
    return low, high
