"""A colour laid on another, and the text that can be read on it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

# The luminance at which black and white stand out equally.
_MIDDLE = 0.179


def mixed(below: QColor, above: QColor, alpha: float) -> QColor:
    """Return `above` laid on `below` with an opacity of `alpha`."""
    red, green, blue = (
        low + alpha * (high - low) for low, high in zip(_parts(below), _parts(above), strict=True)
    )
    return QColor.fromRgbF(red, green, blue)


def readable_on(ground: QColor) -> QColor:
    """Return black or white, whichever stands out more: 4.5 to 1 at least on any colour."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _parts(ground)
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return QColor(Qt.GlobalColor.black if luminance > _MIDDLE else Qt.GlobalColor.white)


def _parts(color: QColor) -> tuple[float, float, float]:
    return color.redF(), color.greenF(), color.blueF()


def sign_color(value: float) -> str:
    """Return the palette's name for the colour of a signed number."""
    return "positive" if value > 0 else "negative" if value < 0 else "text"
