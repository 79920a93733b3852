"""From a drawing to the picture that a network receives.

A drawing is strokes: a list of ``(n, 2)`` arrays of points ``(x, y)``, y downwards, in any unit
and anywhere. `to_image` draws it as the images of MNIST are: scaled so that the longer side of the
inked box is 20 of the 28 pixels, inked with a round pen of constant width, the ink's centre of
mass in the middle. The canvas, the pen digits, the tests and the command line all use it.

A pixel is inked by how far it is from the pen's path: full at the path, nothing beyond the pen's
edge, in between over one pixel. The path is taken as points close enough together for the gaps not
to show, so the distance is a minimum over ``(x − xₖ)² + (y − yₖ)²``: the two squares are computed
for 28 columns and 28 rows, and only their sums for all pixels.

For images of another size everything is scaled by their shorter side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gdstudio.errors import BadInput

Points = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]

SIDE = 28
INK_SIDE = 20.0
PEN_WIDTH = 2.6
CENTRE = 14.0

# Dots a quarter of a pixel apart leave an edge that is straight to 0.006 of a pixel.
_SPACING = 0.25
# Coordinates are rounded to this fraction of a pixel, so that the noise in the last digits of a
# drawing that was moved or enlarged cannot show in its picture.
_GRAIN = 1024.0
_CENTRE_TOLERANCE = 0.02
# Dots are compared with all pixels in blocks that stay in the processor's cache.
_BLOCK = 64
# A path with more dots than this is a scribble: its dots fall into cells, counted once each.
_MANY_DOTS = 2048
_CELLS_PER_PIXEL = 8


@dataclass(frozen=True)
class Frame:
    """How a drawing is placed in an image.

    Attributes:
        rows, columns: the size of the image.
        ink_side: the longer side of the inked box, in pixels.
        pen_width: in pixels.
        centre: where the centre of mass belongs, ``(x, y)`` in pixel indices.
    """

    rows: int
    columns: int
    ink_side: float
    pen_width: float
    centre: tuple[float, float]

    @property
    def path_side(self) -> float:
        """The longer side of the pen's path."""
        return self.ink_side - self.pen_width


@lru_cache(maxsize=16)
def frame(image: tuple[int, int] = (SIDE, SIDE)) -> Frame:
    """Return the frame for images of this shape: MNIST's, to their scale."""
    rows, columns = image
    scale = min(image) / SIDE
    # A pen of less than a pixel would leave grey alone.
    pen = max(PEN_WIDTH * scale, 1.0)
    return Frame(rows, columns, max(INK_SIDE * scale, pen), pen, (columns / 2, rows / 2))


def to_image(strokes: Sequence[npt.ArrayLike], image: tuple[int, int] = (SIDE, SIDE)) -> Picture:
    """Return the drawing as a picture of ``image`` rows and columns, ``uint8``, ink 255 on 0.

    Args:
        strokes: for each stroke ``(n, 2)`` points, y downwards. Strokes without points are
            ignored, and a drawing without any gives an empty picture; a single point is a dot.
        image: the rows and columns of the picture.

    Ink that would lie outside the 28 pixels once the centre of mass is at (14, 14) is cut off.

    Raises:
        BadInput: if a stroke is not a list of points or a coordinate is not a finite number.
    """
    points, starts = _joined(strokes)
    if not len(points):
        return np.zeros(image, np.uint8)
    into = frame(image)
    dots = _dots(_scaled(points, into.path_side), starts, into.path_side)
    centre = np.array(into.centre)
    # First in the middle of the picture, where nothing can be cut off, to weigh the ink.
    dots += np.round((centre - (dots.max(axis=0) + dots.min(axis=0)) / 2) * _GRAIN) / _GRAIN
    dots += _to_the_centre(_ink(dots, into), centre)
    picture = _ink(dots, into)
    # The pixels' raster moves the centre by some hundredths; more than that is corrected once,
    # unless ink was cut off: the centre of mass is that of all the ink.
    correction = _to_the_centre(picture, centre)
    if np.abs(correction).max() > _CENTRE_TOLERANCE and not touches_edge(picture):
        picture = _ink(dots + correction, into)
    return picture


def centre_of_mass(picture: Picture) -> Points:
    """Return the centre of mass ``(x, y)`` of the ink, in pixel indices; NaN when there is none."""
    # Whole numbers: the sums are exact on every machine.
    ink = picture.astype(np.int64)
    across, down = ink.sum(axis=0), ink.sum(axis=1)
    total = across.sum()
    if total == 0:
        return np.full(2, np.nan)
    moments = np.array([(one * np.arange(len(one))).sum() for one in (across, down)], np.float64)
    return moments / float(total)


def touches_edge(picture: Picture) -> bool:
    """Return whether a pixel at the picture's edge has ink."""
    return bool(picture[[0, -1]].any() or picture[:, [0, -1]].any())


def _to_the_centre(picture: Picture, centre: Points) -> Points:
    return np.asarray(np.round((centre - centre_of_mass(picture)) * _GRAIN) / _GRAIN)


def _joined(strokes: Sequence[npt.ArrayLike]) -> tuple[Points, npt.NDArray[np.intp]]:
    """Return all points in one array, and the index at which each stroke starts."""
    arrays: list[Points] = []
    for stroke in strokes:
        try:
            array = np.asarray(stroke, np.float64)
        except (TypeError, ValueError, OverflowError):
            raise BadInput("A stroke of the drawing is not a list of points [x, y].") from None
        if array.size == 0:
            continue
        if array.ndim != 2 or array.shape[1] != 2:
            raise BadInput("A stroke of the drawing is not a list of points [x, y].")
        arrays.append(array)
    if not arrays:
        return np.empty((0, 2)), np.empty(0, np.intp)
    points = np.concatenate(arrays) if len(arrays) > 1 else arrays[0]
    if not np.isfinite(points).all():
        raise BadInput("The drawing has a point that is not a finite number; draw it again.")
    starts = np.cumsum([0] + [len(array) for array in arrays[:-1]])
    return points, starts


def _scaled(points: Points, path_side: float) -> Points:
    """Return the points in pixels: from 0, the longer side of their box `path_side`."""
    largest = np.abs(points).max()
    if largest > 1e100:  # the box's side would overflow
        points = points / largest
    low = points.min(axis=0)
    side = (points.max(axis=0) - low).max()
    if side == 0.0:
        return np.zeros((1, 2))
    result: Points = np.round((points - low) / side * (path_side * _GRAIN)) / _GRAIN
    return result


def _dots(points: Points, starts: npt.NDArray[np.intp], path_side: float) -> Points:
    """Return points along the strokes, evenly spaced however densely they were drawn."""
    if len(points) == 1:
        return points
    steps = np.hypot(*(points[1:] - points[:-1]).T)
    steps[starts[1:] - 1] = 0.0  # the pen is up between strokes
    travelled = np.concatenate(([0.0], np.cumsum(steps)))
    count = int(np.ceil(travelled[-1] / _SPACING))
    # Both ends of every stroke belong to it, wherever the even spacing falls.
    ends = points[np.concatenate((starts, starts - 1))]
    if count + len(ends) <= _MANY_DOTS:
        return np.concatenate((ends, _along(points, travelled, np.arange(count), count)))
    cells_aside = int(path_side * _CELLS_PER_PIXEL) + 2
    inked = np.zeros((cells_aside, cells_aside), np.bool_)
    _mark(inked, ends)
    for first in range(0, count + 1, 100_000):
        block = np.arange(first, min(first + 100_000, count))
        _mark(inked, _along(points, travelled, block, count))
    return np.argwhere(inked) / _CELLS_PER_PIXEL


def _mark(inked: npt.NDArray[np.bool_], dots: Points) -> None:
    """Set the cells in which the dots lie."""
    cells = np.round(dots * _CELLS_PER_PIXEL).astype(np.intp)
    inked[cells[:, 0], cells[:, 1]] = True


def _along(points: Points, travelled: Points, numbers: npt.NDArray[np.intp], count: int) -> Points:
    """Return the dots of the given numbers, of `count` evenly spaced along the way."""
    where = numbers * (travelled[-1] / max(count, 1))
    return np.stack([np.interp(where, travelled, points[:, axis]) for axis in (0, 1)], axis=1)


def _ink(dots: Points, into: Frame) -> Picture:
    """Return the picture of a round pen that touched every dot."""
    # A row per pixel line, so that sums and minima run along contiguous memory.
    across, down = dots.T.astype(np.float32)
    squares_x = np.square(np.arange(into.columns, dtype=np.float32)[:, np.newaxis] - across)
    squares_y = np.square(np.arange(into.rows, dtype=np.float32)[:, np.newaxis] - down)
    nearest = np.full((into.rows, into.columns), np.inf, np.float32)
    for first in range(0, len(dots), _BLOCK):
        x = np.ascontiguousarray(squares_x[:, first : first + _BLOCK].T)
        y = np.ascontiguousarray(squares_y[:, first : first + _BLOCK].T)
        sums = y[:, :, np.newaxis] + x[:, np.newaxis, :]
        np.minimum(nearest, sums.min(axis=0), out=nearest)
    edge = np.float32(into.pen_width / 2 + 0.5)
    covered = np.clip(edge - np.sqrt(nearest), 0.0, 1.0)
    picture: Picture = np.rint(covered * np.float32(255.0)).astype(np.uint8)
    return picture
