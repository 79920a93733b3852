"""Finding the one digit among all that is ink in a picture.

What has the form of ruling, a frame, an underline, the edge of the paper or a small mark is left
out, and remembered as such; where several signs of one size are left, that is said.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.data.grouping import find_signs
from gdstudio.data.pictures.filters import thickened
from gdstudio.data.pictures.ink import Ink
from gdstudio.data.pictures.pieces import Mask, Pieces, pieces
from gdstudio.data.pictures.straight_lines import straight_lines
from gdstudio.data.remarks import Noticed, Remark

Strength = npt.NDArray[np.float32]

# A piece with less than this part of the heaviest one's ink is dust.
_SPECK = 0.03
# A piece whose contrast is less than this part of the heaviest one's is not of the same pen.
_PALE = 0.45
# The least part of the picture's longer side that a digit takes.
_LEAST_SIDE = 0.03
_MOST_PIECES = 60
# Ruling goes across at least this part of the picture. Fewer lines than this may be a digit's own,
# unless they are as much thinner than its strokes.
_RULING = 0.62
_ALONE = 0.92
_OWN_LINES = 2
_THIN = 0.6
# This number of pieces to a line are letters in rows, not ruling.
_LETTERS = 8
# The sides of a frame go across this part of it, this far from its edge.
_FRAME_SIDE = 0.8
_FRAME_EDGE = 0.12
# What is inside of a frame takes at least this part of its height.
_INSIDE = 0.28
# An underline is this many times as wide as it is high, and as what stands on it.
_FLAT = 7.0
_BROADER = 1.25
# A disc's longer side is twice the width that its stroke would have.
_DOT = 2.9
_WIDE = 1.65
# A digit that takes this part of a picture's height or width was cut out of a larger picture, and
# one in a picture of so few pixels a side is as the network gets it.
_FILLED = 0.85
_SMALL = 64


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """The ink of the digit, and what was noticed on the way.

    Attributes:
        strength: ``(height, width)`` from 0 (paper) to 1.
        noticed: what was left out, and why this may not be one whole digit.
    """

    strength: Strength
    noticed: tuple[Noticed, ...]


def find_digit(ink: Ink) -> FoundDigit:
    """Return the ink that is the digit's."""
    if not len(ink.pieces):
        return _nothing(ink, Remark.NOTHING)
    return _Search(ink).result()


def _nothing(ink: Ink, remark: Remark, count: int = 1) -> FoundDigit:
    return FoundDigit(np.zeros_like(ink.strength), (Noticed(remark, count),))


class _Search:
    """One search: the pieces that are left, those that are chosen, what was noticed."""

    def __init__(self, ink: Ink):
        self._ink = ink
        self._noticed: list[Noticed] = []
        self._take(ink.pieces)

    def _take(self, found: Pieces) -> None:
        self._found = found
        self._weights = found.sums(self._ink.strength)
        self._contrasts = found.sums(self._ink.contrast) / found.areas
        self._sizes = np.maximum(found.heights, found.widths)
        self._chosen = self._sizes >= max(3, _LEAST_SIDE * max(found.labels.shape))
        if len(found) and not self._chosen.any():
            self._chosen = self._weights == self._weights.max()

    def result(self) -> FoundDigit:
        """Leave out what is no digit, and look at what is left."""
        lines = self._leave_out_ruling()
        if lines and not self._has_digit():
            return _nothing(self._ink, Remark.LINES, lines)
        self._leave_out_edges()
        framed = self._leave_out_frames()
        framed = self._leave_out_touching_frame() or framed
        if framed:
            self._noticed.append(Noticed(Remark.FRAME))
        self._leave_out_pale()
        self._leave_out_underlines()
        self._look()
        return FoundDigit(self._strength(), tuple(self._noticed))

    def _leave_out_ruling(self) -> int:
        """Return how many lines were left out, or are all there is."""
        before = self._found
        mask = before.labels >= 0
        lines = straight_lines(mask, least=_RULING, few=_ALONE)
        if not lines.count:
            return 0
        self._take(pieces(mask & ~lines.mask))
        if self._has_digit():
            main = int(np.where(self._chosen, self._weights, 0).argmax())
            thin = lines.thickness <= _THIN * self._stroke_width(main)
            if thin or lines.count > _OWN_LINES:
                self._noticed.append(Noticed(Remark.RULING, lines.count))
                return lines.count
        elif lines.count > _OWN_LINES and len(before) < _LETTERS * lines.count:
            return lines.count
        self._take(before)
        return 0

    def _has_digit(self) -> bool:
        side = max(self._found.labels.shape)
        return bool((self._found.heights >= 1.5 * _LEAST_SIDE * side).any())

    def _stroke_width(self, piece: int) -> float:
        """Return twice the area of a piece by the length of its edges."""
        found = self._found
        rows = slice(found.top[piece], found.bottom[piece] + 1)
        columns = slice(found.left[piece], found.right[piece] + 1)
        mask = np.pad(found.labels[rows, columns] == piece, 1)
        inner = ~thickened(~mask, 1)
        # An edge pixel has its middle inside of the edge.
        edge = mask.sum() - inner.sum()
        return float(2.0 * mask.sum() / max(edge, 1))

    def _leave_out_edges(self) -> None:
        """Leave out what runs along the edge of the picture, and what is cut off there."""
        found, chosen = self._found, self._chosen
        touching = found.touching()
        height, width = found.labels.shape
        border = np.zeros_like(found.labels, np.float64)
        border[[0, -1]] = border[:, [0, -1]] = 1
        along = found.sums(border) > 0.45 * self._sizes
        across = ((found.left == 0) & (found.right == width - 1)) | (
            (found.top == 0) & (found.bottom == height - 1)
        )
        edges = touching & (along | across)
        inside = chosen & ~edges
        if not inside.any():
            return
        standing = np.where(inside, self._weights * np.where(touching, 0.5, 1.0), 0)
        main = int(standing.argmax())
        # Edges may only go where a digit is left.
        if self._sizes[main] < 0.12 * self._sizes[chosen].max():
            return
        self._chosen = inside if touching[main] else inside & ~touching

    def _leave_out_frames(self) -> bool:
        found, any_left_out = self._found, False
        for piece in np.flatnonzero(self._chosen):
            inside = (
                self._chosen
                & (found.left > found.left[piece])
                & (found.right < found.right[piece])
                & (found.top > found.top[piece])
                & (found.bottom < found.bottom[piece])
            )
            if not inside.any():
                continue
            top, bottom = found.top[inside].min(), found.bottom[inside].max() + 1
            left, right = found.left[inside].min(), found.right[inside].max() + 1
            inner = max(bottom - top, right - left) / self._sizes[piece]
            hollow = (found.labels[top:bottom, left:right] == piece).mean() < 0.01
            # The stroke in a zero is short; a frame is filled.
            if hollow and inner >= (_INSIDE if self._is_square(int(piece)) else 0.45):
                self._chosen[piece] = False
                any_left_out = True
        return any_left_out

    def _is_square(self, piece: int) -> bool:
        """Return whether the corners of a piece's box are filled, as a circle's are not."""
        found = self._found
        rows = slice(found.top[piece], found.bottom[piece] + 1)
        columns = slice(found.left[piece], found.right[piece] + 1)
        mask = found.labels[rows, columns] == piece
        down, right = (max(side // 7, 1) for side in mask.shape)
        corners = (mask[:down, :right], mask[:down, -right:], mask[-down:, :right])
        return all(corner.any() for corner in (*corners, mask[-down:, -right:]))

    def _leave_out_touching_frame(self) -> bool:
        """Leave out the sides of a frame that the digit touches."""
        found = self._found
        piece = int(np.where(self._chosen, self._sizes, 0).argmax())
        rows = slice(found.top[piece], found.bottom[piece] + 1)
        columns = slice(found.left[piece], found.right[piece] + 1)
        mask = found.labels[rows, columns] == piece
        lines = straight_lines(mask, least=_FRAME_SIDE, few=_FRAME_SIDE, at_edges=_FRAME_EDGE)
        if lines.count < 3:
            return False
        whole = found.labels >= 0
        whole[rows, columns] &= ~lines.mask
        before = self._found, self._weights, self._contrasts, self._sizes, self._chosen
        kept = thickened(found.mask(self._chosen), 1)
        height = self._sizes[piece]
        self._take(pieces(whole & kept))
        inside = self._chosen & (self._found.heights >= _INSIDE * height)
        if inside.any():
            # What is left of the corners is flat against the frame.
            corners = (self._found.heights < 0.2 * height) & (self._found.widths < 0.2 * height)
            self._chosen &= ~corners
            return True
        self._found, self._weights, self._contrasts, self._sizes, self._chosen = before
        return False

    def _leave_out_pale(self) -> None:
        """Leave out dust, and what was not written with the same pen."""
        main = int(np.where(self._chosen, self._weights, 0).argmax())
        heavy = self._weights >= _SPECK * self._weights[main]
        dark = self._contrasts >= _PALE * self._contrasts[main]
        self._chosen &= heavy & dark

    def _leave_out_underlines(self) -> None:
        found = self._found
        flat = self._chosen & (found.widths > _FLAT * found.heights)
        rest = self._chosen & ~flat
        if not flat.any() or not rest.any():
            return
        left, right = found.left[rest].min(), found.right[rest].max()
        top, bottom = found.top[rest].min(), found.bottom[rest].max()
        broad = found.widths > _BROADER * max(right - left, 0.5 * (bottom - top))
        aside = (found.top > bottom) | (found.bottom < top)
        out = flat & broad & aside
        if out.any():
            self._chosen &= ~out
            self._noticed.append(Noticed(Remark.RULING, int(out.sum())))

    def _look(self) -> None:
        """Choose the sign that is the digit, and notice what may keep it from being one."""
        found = self._found
        index = np.flatnonzero(self._chosen)
        index = index[np.argsort(-self._weights[index])][:_MOST_PIECES]
        boxes = np.stack((found.left, found.top, found.right + 1, found.bottom + 1), axis=1)[index]
        signs = find_signs(boxes.astype(np.float64), self._weights[index])
        self._chosen = np.zeros(len(found), np.bool_)
        self._chosen[index[signs.chosen]] = True
        if signs.count > 1:
            remark = Remark.ROWS if signs.rows else Remark.SEVERAL
            self._noticed.append(Noticed(remark, signs.count))
            return
        if signs.marks:
            self._noticed.append(Noticed(Remark.MARKS, signs.marks))
        if self._is_cut_off():
            self._noticed.append(Noticed(Remark.EDGE))
        if self._chosen.sum() == 1:
            piece = int(index[signs.chosen][0])
            if self._sizes[piece] < _DOT * self._stroke_width(piece):
                self._noticed.append(Noticed(Remark.DOT))
            elif found.widths[piece] > _WIDE * found.heights[piece]:
                self._noticed.append(Noticed(Remark.WIDE))

    def _is_cut_off(self) -> bool:
        """Return whether the digit touches the edge of a picture that it does not fill."""
        found, chosen = self._found, self._chosen
        height, width = found.labels.shape
        if max(height, width) <= _SMALL or not (found.touching() & chosen).any():
            return False
        tall = found.bottom[chosen].max() + 1 - found.top[chosen].min()
        wide = found.right[chosen].max() + 1 - found.left[chosen].min()
        return bool(tall < _FILLED * height and wide < _FILLED * width)

    def _strength(self) -> Strength:
        """Return the strength of what is chosen, with its soft edge."""
        kept: Mask = self._found.mask(self._chosen)
        others: Mask = (self._ink.pieces.labels >= 0) & ~kept
        if not others.any():
            return self._ink.strength
        near = kept | (thickened(kept, 2) & ~thickened(others, 2))
        return np.where(near, self._ink.strength, np.float32(0))
