"""The colours of the numbers of a `PlanePicture`, in the palette that is in force."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from gdstudio.app.palette import Palette
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.plane_picture import COLORS

# The field is paler than the points on it.
_STRENGTH = 0.56


def colored_image(numbers: NDArray[np.uint8], classes: int) -> QImage:
    """Return colour numbers, shape ``(rows, columns)``, as an image in the colours of the theme."""
    rows, columns = numbers.shape
    data = np.ascontiguousarray(numbers)
    image = QImage(data.data, columns, rows, columns, QImage.Format.Format_Indexed8)
    image.setColorTable(_color_table(current_theme().palette, classes))
    return image.convertToFormat(QImage.Format.Format_RGB32)


@lru_cache(maxsize=32)
def _color_table(palette: Palette, classes: int) -> list[int]:
    colors = plane_colors(palette, classes).astype(np.uint32)
    rgb: list[int] = ((255 << 24) | (colors @ np.array([1 << 16, 1 << 8, 1], np.uint32))).tolist()
    return rgb


@lru_cache(maxsize=32)
def plane_colors(palette: Palette, classes: int) -> NDArray[np.uint8]:
    """Return the colours of the numbers of a picture, shape ``(256, 3)``."""
    panel = np.array(palette.rgb("panel"))
    if not classes:
        return np.rint(panel + _STRENGTH * (palette.diverging - panel)).astype(np.uint8)
    shades = COLORS // classes
    table = np.tile(panel, (COLORS, 1))
    for one in range(classes):
        color = np.array(palette.rgb(class_color(one)))
        share = np.linspace(0.06, _STRENGTH, shades)[:, None]
        table[one * shades : (one + 1) * shades] = panel + share * (color - panel)
    return np.rint(table).astype(np.uint8)


# Told apart by colour-blind eyes in both palettes; marks differ in shape, too.
_CLASS_COLORS = ("negative", "positive", "walker_5", "walker_3", "walker_2", "walker_6")


def class_color(number: int) -> str:
    """Return the palette's name for the colour of a class, the first orange, then blue."""
    return _CLASS_COLORS[number % len(_CLASS_COLORS)]
