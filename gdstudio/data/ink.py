"""Telling the ink from the paper in a picture.

The paper is the smooth surface that most of the border belongs to: one shade in a clean picture,
a gentle slope of shades in a photograph. It is fitted by least squares as
a + bx + cy + dx² + exy + fy², again and again without the pixels that stand out from it.

Whether the picture is clean shows on the side where no ink can be: where the paper is darker than
its surface with light ink, or lighter with dark ink. A clean picture keeps every shade of its soft
edges; in a grainy one only what stands out clearly is ink.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gdstudio.data.picture_files import Grey

# Shades of 255 by which something must stand out from the paper to be ink at all.
_LEAST_CONTRAST = 24.0
# Grain of less than this is the rounding of a smooth shading.
_CLEAN = 0.75
# In a grainy picture: how many times its grain the paper may stray from its surface, and what
# part of the ink's contrast is still paper (lines of ruled paper, the shadow of a crease).
_GRAINS = 4.0
_STILL_PAPER = 0.35
_FIT_SIDE = 96
_FIT_ROUNDS = 8
# A piece with less than this part of all ink is dust; pieces are told apart on a coarse map.
_SPECK = 0.03
_MAP_SIDE = 96


def find_ink(grey: Grey) -> Grey:
    """Return where a picture has ink: 0 (paper) to 1 (the ink at its darkest) per pixel.

    Args:
        grey: ``(height, width)`` shades from 0 (black) to 255 (white), dark ink on light paper or
            light on dark.

    Returns:
        An array of the same shape, all zeros when nothing stands out from the paper.
    """
    # From here on ink is high.
    shades = grey if _is_light_on_dark(grey) else 255.0 - grey
    contrast = shades - _paper(shades)
    below = contrast[contrast < 0.0]
    grain = float(np.sqrt(np.square(below).mean())) if len(below) else 0.0
    strongest = float(contrast.max())
    if grain < _CLEAN:
        if strongest < _LEAST_CONTRAST:
            return np.zeros_like(grey)
        # Less than half a level is the rounding of the fit.
        return np.where(contrast < 0.5, 0.0, contrast / strongest)
    # The strongest pixels of a grainy picture are chance: the ink's contrast is that of its bulk.
    strongest = float(np.quantile(contrast, 0.9995))
    full = 0.9 * float(np.median(contrast[contrast >= 0.5 * strongest]))
    if full < max(_LEAST_CONTRAST, 2.0 * _GRAINS * grain):
        return np.zeros_like(grey)
    least = max(_GRAINS * grain, _STILL_PAPER * full)
    return _without_specks(np.clip((contrast - least) / (full - least), 0.0, 1.0))


def _is_light_on_dark(grey: Grey) -> bool:
    border = np.concatenate([grey[0], grey[-1], grey[1:-1, 0], grey[1:-1, -1]])
    paper = np.median(border)
    return bool(grey.max() - paper > paper - grey.min())


def _paper(shades: Grey) -> Grey:
    """Return the paper's smooth surface: ``(height, width)`` shades."""
    height, width = shades.shape
    y, x = np.linspace(-1.0, 1.0, height), np.linspace(-1.0, 1.0, width)
    rows = slice(None, None, -(-height // _FIT_SIDE))
    columns = slice(None, None, -(-width // _FIT_SIDE))
    sample = shades[rows, columns].ravel()
    terms = np.stack([term.ravel() for term in _terms(x[columns], y[rows])], axis=1)
    is_paper = sample <= (sample.min() + sample.max()) / 2
    for _ in range(_FIT_ROUNDS):
        paper = sample[is_paper]
        if len(paper) < 2 * terms.shape[1] or np.ptp(paper) == 0.0:
            return np.full_like(shades, paper.mean())
        factors = np.linalg.lstsq(terms[is_paper], paper, rcond=None)[0]
        strays = sample - terms @ factors
        spread = 1.4826 * float(np.median(np.abs(strays[is_paper])))
        kept = strays <= max(3.0 * spread, 2.0)
        if (kept == is_paper).all() or not kept.any():
            break
        is_paper = kept
    surface = np.zeros_like(shades)
    for factor, term in zip(factors, _terms(x, y), strict=True):
        surface += factor * term
    return surface


def _terms(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Iterator[Grey]:
    """Yield 1, x, y, x², xy, y² on the grid of the given coordinates."""
    across, down = np.meshgrid(x, y)
    yield np.ones_like(across)
    yield across
    yield down
    yield across * across
    yield across * down
    yield down * down


def _without_specks(ink: Grey) -> Grey:
    """Return the ink without the small pieces that are dust."""
    side = -(-max(ink.shape) // _MAP_SIDE)
    padded = np.pad(ink, [(0, -length % side) for length in ink.shape])
    blocks = padded.reshape(len(padded) // side, side, -1, side)
    weights = blocks.sum(axis=(1, 3))
    kept = np.zeros(weights.shape, np.bool_)
    for piece in _pieces(weights > 0.0):
        index = tuple(np.array(piece).T)
        kept[index] = weights[index].sum() >= _SPECK * weights.sum()
    spread = np.kron(kept, np.ones((side, side), np.bool_))
    return np.asarray(ink * spread[: ink.shape[0], : ink.shape[1]])


def _pieces(inked: npt.NDArray[np.bool_]) -> Iterator[list[tuple[int, int]]]:
    """Yield the cells of each connected piece; cells touch at edges and corners."""
    left = {(int(row), int(column)) for row, column in np.argwhere(inked)}
    while left:
        piece = [left.pop()]
        for row, column in piece:  # grows while it is walked
            for near_row in (row - 1, row, row + 1):
                for near_column in (column - 1, column, column + 1):
                    if (near_row, near_column) in left:
                        left.remove((near_row, near_column))
                        piece.append((near_row, near_column))
        yield piece
