"""From a picture of a digit to the picture that a network receives.

A scan or photograph, dark on light or light on dark, is brought into the form of the images of
MNIST: the ink is told from the paper, the digit found in it, cropped, its longer side averaged to
20 of the 28 pixels, and placed so that its centre of mass is in the middle.

Averaging by area is a product with two matrices: ``rows @ ink @ columns.T``. Row j of a matrix says
how much of each source pixel lies in target pixel j, so it places at any fraction of a pixel.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from gdstudio.data.pictures.digit_finder import find_digit
from gdstudio.data.pictures.filters import reduced
from gdstudio.data.pictures.ink import find_ink
from gdstudio.data.pictures.picture_files import Grey, read_shades
from gdstudio.data.remarks import Reading
from gdstudio.data.strokes.inking import (
    CENTRE,
    INK_SIDE,
    SIDE,
    Picture,
    centre_of_mass,
    touches_edge,
)

# Fainter ink than this part of the darkest is a soft edge, and does not count for the size.
_FRINGE = 0.25
# Within this of the middle, a picture of 28 × 28 pixels was centred to whole pixels.
_WHOLE_PIXEL = 0.6
# Digits are found in pictures of at most this number of pixels a side: enough for a pencil's line
# in a photograph, and quick.
_FINDING_SIDE = 640


def read_picture(path: str | Path) -> Reading:
    """Return the digit in the picture file `path`, and what was noticed on the way.

    A blank picture gives an empty one. A picture that already has the form of MNIST's is taken as
    it is.

    Raises:
        BadInput: if the file cannot be read, is no picture, is damaged, or is too large.
    """
    found = find_digit(find_ink(_small_enough(read_shades(path))))
    return Reading(to_network_input(found.strength.astype(np.float64)), found.noticed)


def load_image(path: str | Path) -> Picture:
    """Return the digit in the picture file `path` as a network receives it: ``(28, 28)`` ``uint8``.

    Raises:
        BadInput: as `read_picture` does.
    """
    return read_picture(path).picture


def _small_enough(shades: Grey) -> Grey:
    """Return the picture reduced by a whole factor to the side at which digits are found."""
    factor = min(-(-max(shades.shape[:2]) // _FINDING_SIDE), *shades.shape[:2])
    return np.asarray(reduced(shades, factor), np.float64)


def to_network_input(ink: Grey) -> Picture:
    """Return ink, 0 to 1 per pixel of a picture of any size, as ``(28, 28)`` ``uint8``."""
    rows, columns = (np.flatnonzero((ink > _FRINGE).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return np.zeros((SIDE, SIDE), np.uint8)
    longer = int(max(np.ptp(rows), np.ptp(columns))) + 1
    if ink.shape == (SIDE, SIDE) and longer == INK_SIDE:
        picture = _in_levels(ink)
        if np.abs(centre_of_mass(picture) - CENTRE).max() <= _WHOLE_PIXEL:
            return picture
    scale = INK_SIDE / longer
    ink = ink[_with_margin(rows, longer // 10), _with_margin(columns, longer // 10)]
    down, across = ink.sum(axis=1), ink.sum(axis=0)
    middle = np.array([across @ _centres(len(across)), down @ _centres(len(down))]) / ink.sum()
    # Pixel indices count from the pixels' centres, half a pixel into them.
    corner = CENTRE + 0.5 - scale * middle
    picture = _in_levels(_placed(ink, scale, corner))
    if touches_edge(picture):  # some may be cut off, and the centre is that of all the ink
        return picture
    # The target's pixels weigh each source pixel where their own centres are: corrected once.
    corner += CENTRE - centre_of_mass(picture)
    return _in_levels(_placed(ink, scale, corner))


def _with_margin(inked: npt.NDArray[np.intp], margin: int) -> slice:
    """Return the range of the inked rows or columns, wide enough for the ink's soft edge."""
    return slice(max(int(inked[0]) - margin, 0), int(inked[-1]) + 1 + margin)


def _placed(ink: Grey, scale: float, corner: npt.NDArray[np.float64]) -> Grey:
    """Return the ink scaled, its upper left corner at `corner` (x, y), made as dark as ink is."""
    rows = _area_weights(len(ink), scale, corner[1])
    columns = _area_weights(ink.shape[1], scale, corner[0])
    placed = rows @ ink @ columns.T
    return np.asarray(placed / placed.max())


def _area_weights(count: int, scale: float, start: np.float64) -> npt.NDArray[np.float64]:
    """Return ``(28, count)``: how much of source pixel i lies in target pixel j."""
    edges = start + scale * np.arange(count + 1)
    pixels = np.arange(SIDE)[:, np.newaxis]
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.asarray(np.maximum(overlap, 0.0))


def _centres(count: int) -> npt.NDArray[np.float64]:
    return np.arange(count, dtype=np.float64) + 0.5


def _in_levels(ink: Grey) -> Picture:
    return np.asarray(np.rint(ink * 255.0).astype(np.uint8))
