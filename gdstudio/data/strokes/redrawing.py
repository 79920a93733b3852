"""Drawn digits, drawn anew: the same strokes by another hand, with another pen, on another device.

People slant and stretch their digits, tremble, lift the pen too late, put strokes apart or let
them cross; a mouse makes corners, a finger rounds them, and some pens are thick. A network that
sees every stroke in a new variant learns what does not matter. In the order in which it happens:

1. speed: few points with straight lines between them, or the mean of neighbouring points;
2. ends: strokes end early, overshoot, or end in a hook;
3. strokes: each a little to a side of where it was;
4. tremor: a fixed noise along the path, faster or slower;
5. style: a smooth warp of the plane, a few waves;
6. pose: rotation, slant, and the ratio of width to height;
7. pen: thinner or thicker, in `gdstudio.data.strokes.pen_paths.ink_paths`.

Every amount is the product of its limit and a number from −1 to 1 of which most are small.
"""

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import Images
from gdstudio.data.strokes.inking import PEN_WIDTH
from gdstudio.data.strokes.pen_paths import DOTS, PenPaths, Points, boxed, ink_paths

Numbers = npt.NDArray[np.floating]
Amounts = npt.NDArray[np.float32]

_CHUNK = 192
# Smooth noise, the same for every run: a window into a table is as good as noise of one's own.
_TABLE = 1 << 14
_PLACES = np.arange(DOTS, dtype=np.float32)[np.newaxis]

ROTATION = 14.0  # degrees
SLANT = 22.0  # degrees
STRETCH = 0.45  # of the logarithm of width to height
WARP = 0.07  # of the longer side
TREMOR = 0.035  # of the longer side
STROKE_SHIFT = 0.06  # of the longer side
END = 0.10  # of the path's length
HOOK = 0.12  # of the longer side
PEN = 0.35  # of the logarithm of the width


class Redrawing:
    """Draws some of the training examples anew from random numbers that are handed to it.

    Attributes:
        numbers: how many random numbers a drawing takes.
        variation: the part of the limits above that is used, from 0 to 1.
    """

    numbers = 27

    def __init__(self, paths: PenPaths, drawing_of: npt.NDArray[np.intp], variation: float):
        """Draw example `i` by the path ``drawing_of[i]``; leave it as it is where that is < 0."""
        self.variation = variation
        self._paths = paths
        self._drawing_of = drawing_of
        rng = np.random.default_rng(0)
        noise = rng.standard_normal(_TABLE + 8 * DOTS)
        window = np.hanning(9)
        smooth = np.convolve(noise, window / np.sqrt(np.square(window).sum()), mode="same")
        self._noise = smooth.astype(np.float32)

    def __call__(self, images: Images, examples: npt.NDArray[np.intp], numbers: Numbers) -> None:
        """Draw those of the images ``(n, 784)`` anew that were drawn with a pen, in place.

        Args:
            images: pictures of the training examples.
            examples: ``(n,)`` which examples these are.
            numbers: ``(n, self.numbers)`` from 0 to 1.
        """
        drawn = np.flatnonzero(self._drawing_of[examples] >= 0)
        for start in range(0, len(drawn), _CHUNK):
            part = drawn[start : start + _CHUNK]
            paths = self._paths.of(self._drawing_of[examples[part]])
            dots, pen_width = self.vary(paths, numbers[part])
            images[part] = ink_paths(dots, pen_width).reshape(-1, images.shape[1])

    def vary(self, paths: PenPaths, numbers: Numbers) -> tuple[Points, Amounts]:
        """Return the dots of the paths, changed and boxed, and the width of each one's pen."""
        even = np.ascontiguousarray(np.asarray(numbers, np.float32).T)
        # From −1 to 1, most near 0, what is even from 0 to 1.
        small = 2 * even - 1
        small *= np.abs(small) * np.float32(self.variation)
        dots = _sped(paths, even[0], small[1])
        dots = _with_other_ends(dots, paths, small[2:4], small[4:6], even[6:8])
        dots = self._with_strokes_apart(dots, paths, small[8], even[9])
        dots = self._trembling(dots, small[10], even[11], even[12])
        dots = _warped(boxed(dots), even[13:19], small[19:23])
        dots = _posed(dots, *small[23:26])
        return boxed(dots), np.float32(PEN_WIDTH) * np.exp(np.float32(PEN) * small[26])

    def _with_strokes_apart(
        self, dots: Points, paths: PenPaths, amount: Amounts, place: Amounts
    ) -> Points:
        # One number of the table for each stroke, told apart by where it begins.
        start = (place * (_TABLE - 8 * DOTS)).astype(np.intp)[:, np.newaxis]
        index = start + 8 * (paths.first % 32)
        shift = np.stack((self._noise[index], self._noise[index + 4]), axis=2)
        shifted: Points = dots + shift * (np.float32(STROKE_SHIFT / 2) * amount)[:, None, None]
        return shifted

    def _trembling(self, dots: Points, amount: Amounts, pace: Amounts, place: Amounts) -> Points:
        start = (place * (_TABLE - 1)).astype(np.intp)[:, np.newaxis]
        steps = np.arange(DOTS, dtype=np.float32) * (0.15 + 1.85 * pace)[:, np.newaxis]
        index = start + steps.astype(np.intp)
        noise = np.stack((self._noise[index], self._noise[index + 3 * DOTS]), axis=2)
        trembling: Points = dots + noise * (np.float32(TREMOR / 2) * amount)[:, None, None]
        return trembling


def _sped(paths: PenPaths, kind: Amounts, amount: Amounts) -> Points:
    """Return the dots on straight lines between few points, or rounded by averaging."""
    amount = np.abs(amount)[:, np.newaxis]
    places = _PLACES
    first, last = paths.first.astype(np.float32), paths.last.astype(np.float32)
    since, ahead = places - first, last - places
    # Dots from one point to the next: up to an eighth of a typical path.
    gap = 1 + np.float32(DOTS / 8) * amount
    before = first + np.floor(since / gap) * gap
    after = np.minimum(before + gap, last)
    straight = _at(paths.dots, before)
    part = (places - before) / np.maximum(after - before, np.float32(1e-3))
    straight += (_at(paths.dots, after) - straight) * part[:, :, np.newaxis]
    reach = np.floor(np.minimum(np.float32(DOTS / 20) * amount, np.minimum(since, ahead)))
    rounded = _averaged(paths.dots, places - reach, places + reach)
    return np.where((kind < 0.5)[:, np.newaxis, np.newaxis], straight, rounded)


def _at(dots: Points, places: Amounts) -> Points:
    """Return the dots at fractional places ``(n, DOTS)``, between their neighbours."""
    low = np.clip(places.astype(np.intp), 0, DOTS - 2)
    here, there = _taken(dots, low), _taken(dots, low + 1)
    there -= here
    there *= (places - low).astype(np.float32)[:, :, np.newaxis]
    there += here
    return there


def _taken(dots: Points, index: npt.NDArray[np.intp]) -> Points:
    """Return the dots of ``(n, m)`` whole places, ``(n, m, 2)``."""
    offset = np.arange(0, dots.shape[0] * dots.shape[1], dots.shape[1])[:, np.newaxis]
    taken: Points = dots.reshape(-1, 2).take(index + offset, axis=0)
    return taken


def _averaged(dots: Points, first: Amounts, last: Amounts) -> Points:
    """Return the means of the dots from the whole places `first` to `last`, ``(n, DOTS)``."""
    sums = np.zeros((len(dots), DOTS + 1, 2), np.float32)
    np.cumsum(dots, axis=1, out=sums[:, 1:])
    low, high = first.astype(np.intp), last.astype(np.intp) + 1
    means: Points = _taken(sums, high) - _taken(sums, low)
    means /= (high - low).astype(np.float32)[:, :, np.newaxis]
    return means


def _with_other_ends(
    dots: Points, paths: PenPaths, moves: Amounts, hooks: Amounts, angles: Amounts
) -> Points:
    """Let strokes begin and end earlier, or later and straight on, or in hooks.

    Of `moves`, `hooks` and `angles` the first row is that of the beginnings, the second of the
    ends.
    """
    first, last = paths.first.astype(np.intp), paths.last.astype(np.intp)
    length = (last - first).astype(np.float32)
    # Short strokes, dots among them, stay as they are.
    long_enough = np.clip(length / np.float32(0.4 * DOTS), 0, 1)
    back = np.minimum(last - first, 6)
    for sign, tip, behind, move, hook, angle in (
        (1, first, first + back, *(rows[0] for rows in (moves, hooks, angles))),
        (-1, last, last - back, *(rows[1] for rows in (moves, hooks, angles))),
    ):
        # 1 at the tip, 0 at the other end.
        here = 1 - sign * (_PLACES - tip) / np.maximum(length, 1)
        shift = np.clip(4 * here - 3, 0, 1) * long_enough * np.float32(END * DOTS)
        shift = (shift * move[:, np.newaxis]).astype(np.float32)
        direction = _taken(dots, tip) - _taken(dots, behind)
        direction *= (np.maximum(shift, 0) / np.maximum(back, 1)).astype(np.float32)[
            ..., np.newaxis
        ]
        direction += _at(dots, _PLACES + sign * np.maximum(-shift, 0))
        curl = np.square(np.clip((here - 0.85) / 0.15, 0, 1)) * long_enough
        curl = (curl * (np.float32(HOOK) * np.abs(hook))[:, np.newaxis]).astype(np.float32)
        turn = np.float32(2 * np.pi) * angle
        dots = direction
        dots[:, :, 0] += curl * np.cos(turn)[:, np.newaxis]
        dots[:, :, 1] += curl * np.sin(turn)[:, np.newaxis]
    return dots


def _warped(dots: Points, waves: Amounts, amounts: Amounts) -> Points:
    """Move every dot by two slow waves over the plane, of up to one period each.

    `waves` has their periods along x and y, then their phases; `amounts` how far they move.
    """
    moved = dots.copy()
    for wave in (0, 1):
        across, down = (2 * waves[2 * wave + axis] - 1 for axis in (0, 1))
        angle = across[:, np.newaxis] * dots[:, :, 0] + down[:, np.newaxis] * dots[:, :, 1]
        angle += waves[4 + wave][:, np.newaxis]
        angle *= np.float32(2 * np.pi)
        height = np.sin(angle) * np.float32(WARP)
        for axis in (0, 1):
            moved[:, :, axis] += height * amounts[2 * wave + axis][:, np.newaxis]
    return moved


def _posed(dots: Points, turn: Amounts, lean: Amounts, stretch: Amounts) -> Points:
    """Stretch, slant and turn."""
    width = np.exp(np.float32(STRETCH) * stretch)
    slant = np.tan(np.float32(np.radians(SLANT)) * lean)
    angle = np.float32(np.radians(ROTATION)) * turn
    cos, sin = np.cos(angle), np.sin(angle)
    x = dots[:, :, 0] * width[:, np.newaxis] - dots[:, :, 1] * slant[:, np.newaxis]
    y = dots[:, :, 1]
    return np.stack(
        (
            cos[:, np.newaxis] * x - sin[:, np.newaxis] * y,
            sin[:, np.newaxis] * x + cos[:, np.newaxis] * y,
        ),
        axis=2,
    )
