"""How often a window is laid out before it is at rest: endlessly, if a layout answers itself."""

from collections import Counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

# A widget that is laid out so often for one change of the window answers its own answer.
MOST_TIMES = 8
MOST_ROUNDS = 15
# Where there is no end to it, it ends here, before the stack does.
_ENDLESS = 40


class LayoutPasses(QObject):
    """Counts how often each widget is resized or laid out, and in how many rounds."""

    def __init__(self):
        super().__init__()
        self._counts: Counter[tuple[int, QEvent.Type]] = Counter()
        self._widgets: dict[int, QWidget] = {}
        self._total = 0
        QApplication.instance().installEventFilter(self)

    def close(self):
        """Count no more."""
        QApplication.instance().removeEventFilter(self)

    def resize(self, window, width, height):
        """Resize `window`; return what was laid out too often: (widget, times), or nothing."""
        self._counts.clear()
        window.resize(width, height)
        for _ in range(MOST_ROUNDS):
            before = self._total
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            if self._total == before:
                break
        else:
            return "the window", MOST_ROUNDS
        (most, _), times = self._counts.most_common(1)[0] if self._counts else ((0, None), 0)
        return (_path(self._widgets[most]), times) if times > MOST_TIMES else None

    def eventFilter(self, watched, event):  # noqa: N802 - Qt's name
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            key = id(watched), event.type()
            self._counts[key] += 1
            self._total += 1
            self._widgets[key[0]] = watched
            return self._counts[key] > _ENDLESS
        return False


def _path(widget):
    """Return the names of `widget` and of what holds it."""
    names = []
    while widget is not None and len(names) < 6:
        names.append(widget.objectName() or type(widget).__name__)
        widget = widget.parent()
    return " in ".join(names)
