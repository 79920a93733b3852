"""Telling the ink from the paper in a picture.

The paper is what is left when all that is dark and narrow is painted over by what is beside it
(`closing`): so light may fall unevenly, a shadow with an edge or a dark table may lie around the
digit, and they stay paper. Ink is how much darker a pixel is than its paper, as a part of it, for
in a shadow the ink is darker too. Light ink on a dark ground is looked for in the same way, the
picture inverted.

A clean picture keeps every shade of its soft edges; in a grainy one only what stands out clearly
from the paper is ink. How strong the ink is, each connected piece says for itself: so a pencil's
digit is found beside a black frame, and pale ruling under a dark digit is not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.pictures.filters import closing, mean_of_nine, reduced, sliding, thickened
from gdstudio.data.pictures.picture_files import grey_of
from gdstudio.data.pictures.pieces import Mask, Pieces, pieces

Shades = npt.NDArray[np.float32]

# Levels of 255 by which something must stand out from the paper to be ink at all.
_LEAST_CONTRAST = 22.0
# Grain of less than this is the rounding of a smooth shading.
_CLEAN = 0.75
# What is wider than this part of the picture's longer side is no stroke.
_WIDEST = 0.3
# A picture of so few pixels a side is all digit.
_SMALL = 64
_WIDEST_IN_SMALL = 0.5
# Whether ink is dark or light is judged in a picture of this size, by strokes of these widths.
_SMALL_SIDE = 240
_WIDTHS = (0.05, 0.12, 0.3)
_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))
# The window of the second closing, in widths of the widest stroke.
_ROOM = 3.0
# Times the grain that paper may stray from its surface, and the part of the ink's contrast that is
# still paper (pale lines of ruled paper, the shadow of a crease).
_GRAINS = 4.5
_STILL_PAPER = 0.35
# In a deep shadow or on a dark table paper counts as at least this part of the lightest.
_DARKEST_PAPER = 0.3


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a picture.

    Attributes:
        strength: ``(height, width)`` from 0 (paper) to 1 (the ink at its darkest).
        contrast: ``(height, width)`` how much darker or lighter than its paper each pixel is.
        pieces: the connected pieces of what is clearly ink.
    """

    strength: Shades
    contrast: Shades
    pieces: Pieces


def find_ink(shades: npt.NDArray[np.floating]) -> Ink:
    """Return where a picture has ink.

    Args:
        shades: ``(height, width)`` from 0 (black) to 255 (white), or ``(height, width, 3)`` red,
            green and blue; dark ink on light paper or light on dark.
    """
    channels = _channels(shades)
    # Which channel, and which way, shows in a small picture, too.
    factor = min(-(-max(shades.shape[:2]) // _SMALL_SIDE), *shades.shape[:2])
    judged = [
        _Judged(reduced(channel, factor).astype(np.float32), index)
        for index, channel in enumerate(channels)
    ]
    # Grey has the least noise: another channel must show the ink clearly better.
    best = max(judged, key=lambda one: one.clearness * (1.0 if one.index else 1.4))
    return _Contrast(channels[best.index], dark=best.dark).ink()


class _Judged:
    """A small picture in one channel: whether its ink is dark or light, and how clear it is."""

    def __init__(self, shades: Shades, index: int):
        self.index = index
        windows = [max(2 * round(part * max(shades.shape) / 2) + 1, 3) for part in _WIDTHS]
        # Without the ink the paper has hardly an edge left. Paper inside of strokes looks like ink
        # of the other kind, but without it most edges are still there.
        dark, light = (
            [closing(one, window) for window in windows] for one in (shades, 255 - shades)
        )
        self.dark = sum(map(_edges, dark)) <= sum(map(_edges, light))
        if not self.dark and _is_sheet(light[-1] - (255 - shades)):
            self.dark = True
        contrast = dark[-1] - shades if self.dark else light[-1] - (255 - shades)
        self.clearness = float(np.quantile(contrast, 0.995))


def _is_sheet(contrast: Shades) -> bool:
    """Return whether what looks like light ink is a sheet of paper with something on it.

    A sheet has straight sides: its area, with what is on it, is that of the quadrilateral between
    the four of its pixels that are farthest towards the corners.
    """
    found = pieces(contrast > 0.5 * contrast.max())
    if not len(found):
        return False
    largest = int(found.areas.argmax())
    sheet = found.labels == largest
    if min(found.heights[largest], found.widths[largest]) < 0.25 * max(contrast.shape):
        return False
    around = pieces(np.pad(~sheet, 1, constant_values=True))
    holes = around.labels[1:-1, 1:-1] != around.labels[0, 0]
    filled = holes | sheet
    down, right = np.nonzero(filled)
    corners = [(sign * right + other * down).argmax() for sign, other in _CORNERS]
    x, y = right[corners], down[corners]
    quadrilateral = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    on_it = (holes & ~sheet).sum()
    box = found.heights[largest] * found.widths[largest]
    straight = 0.96 * quadrilateral < filled.sum() < 1.08 * quadrilateral
    return bool(straight and 0 < on_it < 0.22 * filled.sum() and sheet.sum() > 0.65 * box)


def _edges(shades: Shades) -> float:
    """Return the sum of the steps from pixel to pixel."""
    return float(sum(np.abs(np.diff(shades, axis=axis)).sum() for axis in (0, 1)))


def _channels(shades: npt.NDArray[np.floating]) -> list[Shades]:
    """Return the shades in which ink may show: grey, and each colour where there are any."""
    if shades.ndim == 2:
        return [shades.astype(np.float32)]
    grey = grey_of(shades).astype(np.float32)
    # A few coloured pixels, the noise of a camera, are no coloured ink.
    spread = np.ptp(_mean_of_nine_colours(shades), axis=2)
    if np.quantile(spread, 0.995) - np.median(spread) < 40.0:
        return [grey]
    return [grey, *np.moveaxis(shades.astype(np.float32), 2, 0)]


def _mean_of_nine_colours(shades: npt.NDArray[np.floating]) -> Shades:
    """Return `mean_of_nine` of each of three colours."""
    layers = [mean_of_nine(layer) for layer in np.moveaxis(shades.astype(np.float32), 2, 0)]
    return np.stack(layers, axis=2)


class _Contrast:
    """How much a picture's pixels stand out from their paper, one way.

    Attributes:
        found: whether anything does.
    """

    def __init__(self, shades: Shades, *, dark: bool):
        self._shades = shades if dark else 255 - shades
        self._dark = dark
        detail = np.abs(self._shades - mean_of_nine(self._shades))
        self._clean = float(np.median(detail)) < _CLEAN / 1.5
        self._smooth = self._shades if self._clean else mean_of_nine(self._shades)
        is_small = max(shades.shape) <= _SMALL
        widest = (_WIDEST_IN_SMALL if is_small else _WIDEST) * max(shades.shape)
        self._first_window = 2 * round(widest / 2) + 1
        self._measure(closing(self._smooth, self._first_window))
        # Again with a window that suits the strokes: the paper follows more closely.
        if self.found and not is_small:
            window = 2 * round(max(_ROOM * self._widest_stroke(), 9) / 2) + 1
            if window < 0.7 * self._first_window:
                self._measure(closing(self._smooth, window))

    def _measure(self, paper: Shades) -> None:
        contrast = paper - self._shades
        seen = paper - self._smooth
        if self._dark:
            ground = np.maximum(paper, np.float32(_DARKEST_PAPER) * paper.max()) / 255
            ground = np.maximum(ground, np.float32(1 / 255))
            contrast, seen = contrast / ground, seen / ground
        middle = float(np.median(seen))
        spread = 1.4826 * float(np.median(np.abs(seen - middle)))
        self._clean = self._clean and float(np.quantile(seen, 0.5)) < _CLEAN
        self._contrast, self._seen = contrast - middle, seen - middle
        self._grain = 0.0 if self._clean else spread
        strongest = float(self._seen.max() if self._clean else np.quantile(self._seen, 0.9995))
        least = max(_LEAST_CONTRAST, _GRAINS * self._grain)
        self._clear = self._seen >= max(0.75 * least, 0.12 * strongest)
        self.found = strongest >= least

    def _widest_stroke(self) -> int:
        """Return the side of the largest square of ink, of which there is more than one place."""
        squares = np.pad(self._seen >= 0.4 * np.quantile(self._seen, 0.999), 1)
        least = 0.001 * squares.sum()
        side = 1
        while side < self._first_window:
            for axis in (0, 1):
                squares = sliding(np.logical_and, squares, side + 1, axis)
            if squares.sum() <= least:
                break
            side *= 2
        return side

    def ink(self) -> Ink:
        """Return what was found, each piece as strong as its own strongest part."""
        if not self.found:
            nothing = np.zeros_like(self._shades)
            return Ink(nothing, nothing, pieces(nothing > 0))
        if self._clean:
            strength = np.maximum(self._contrast, 0) / self._contrast.max()
            strength[self._contrast < 0.5] = 0  # the rounding of the paper
            return Ink(strength, self._seen, pieces(strength > 0.25))
        first = pieces(self._clear)
        full = np.append(_full_contrast(first, self._seen), 1e9)
        everywhere = full[first.labels]
        least = np.maximum(_GRAINS * self._grain, _STILL_PAPER * everywhere)
        clear: Mask = self._seen > least
        # Soft edges reach a pixel or two beyond what is clear.
        near = thickened(clear, 2)
        full_near = _spread(np.where(clear, everywhere, 0), 2)
        floor = np.maximum(_GRAINS * self._grain, _STILL_PAPER * full_near)
        strength = np.clip((self._contrast - floor) / np.maximum(full_near - floor, 1), 0, 1) * near
        return Ink(strength.astype(np.float32), self._seen, pieces(clear))


def _spread(values: Shades, reach: int) -> Shades:
    padded = np.pad(values, reach)
    for axis in (0, 1):
        padded = sliding(np.maximum, padded, 2 * reach + 1, axis)
    return padded


def _full_contrast(found: Pieces, seen: Shades) -> npt.NDArray[np.float64]:
    """Return the contrast of each piece's darker half, ``(n,)``."""
    inside = found.labels >= 0
    label, contrast = found.labels[inside], seen[inside].astype(np.float64)
    order = np.lexsort((contrast, label))
    ends = np.cumsum(found.areas)
    # Of its pixels in order of contrast, one near the top: the very top may be chance.
    top = contrast[order][np.maximum(ends - 1 - found.areas // 50, ends - found.areas)]
    dark = contrast >= 0.5 * top[label]
    total = np.bincount(label[dark], contrast[dark], len(found))
    return 0.95 * total / np.maximum(np.bincount(label[dark], minlength=len(found)), 1)
