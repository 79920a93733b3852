"""Arrays of numbers as small images, through a table of 256 colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

# Less than this is nothing to be seen.
_LEAST_SCALE = 1e-300


def gray_image(values: NDArray[np.uint8], colors: NDArray[np.uint8]) -> QImage:
    """Return (rows, columns) uint8 through `colors` (256, 3) as an image of its own memory."""
    return colored_image(colors[values])


def signed_image(values: NDArray[np.floating], colors: NDArray[np.uint8], scale: float) -> QImage:
    """Return (rows, columns) signed numbers through `colors`, −scale to +scale over all 256."""
    return colored_image(colors[signed_indices(values, scale)])


def signed_indices(values: NDArray[np.floating], scale: float) -> NDArray[np.uint8]:
    """Return 128 for zero, 0 for −scale and below, 255 for +scale and above."""
    if not scale > _LEAST_SCALE:
        return np.full(np.shape(values), 128, np.uint8)
    # Bounded first and in double precision: what is small or large beyond all measure stays finite.
    shares = np.clip(np.nan_to_num(values), -scale, scale).astype(np.float64) * (128.0 / scale)
    indices: NDArray[np.uint8] = (np.clip(shares, -128, 127) + 128.5).astype(np.uint8)
    return indices


def colored_image(pixels: NDArray[np.uint8]) -> QImage:
    """Return (rows, columns, 3) as an image of its own memory."""
    rows, columns, _ = pixels.shape
    data = np.ascontiguousarray(pixels)
    image = QImage(data.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
    return image.copy()


def within(box: QRectF, image: QImage) -> QRectF:
    """Return the largest place in the middle of `box` with the proportions of `image`."""
    scale = min(box.width() / image.width(), box.height() / image.height())
    place = QRectF(0, 0, image.width() * scale, image.height() * scale)
    place.moveCenter(box.center())
    return place


def draw_part(painter: QPainter, box: QRectF, strip: QImage, part: QRect) -> None:
    """Draw a part of an image into `box`.

    WORKAROUND: Qt's SVG generator passes over the part that ``drawImage`` is told, and writes all.
    """
    painter.drawImage(box, strip.copy(part))
