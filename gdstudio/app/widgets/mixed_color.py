"""A colour laid on another, and the text that can be read on it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

# The luminance at which black and white stand out equally.
_MIDDLE = 0.179


def mixed(below: QColor, above: QColor, alpha: float) -> QColor:
    """Return `above` laid on `below` with an opacity of `alpha`."""
    return QColor.fromRgbF(
        *(
            low + alpha * (high - low)
            for low, high in zip(below.getRgbF()[:3], above.getRgbF()[:3], strict=True)
        )
    )


def readable_on(ground: QColor) -> QColor:
    """Return black or white, whichever stands out more: 4.5 to 1 at least on any colour."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in ground.getRgbF()[:3]
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return QColor(Qt.GlobalColor.black if luminance > _MIDDLE else Qt.GlobalColor.white)
