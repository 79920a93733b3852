"""The four arrow keys of a lab, wherever in the window the focus is."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

WAYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}
# These need the arrows themselves while they have the focus.
_OWNERS = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractSlider, QAbstractItemView)


class ArrowKeys(QObject):
    """Takes the arrow keys while it is on and its owner is seen.

    Buttons and scroll areas would otherwise take them for themselves, so that the owner hears
    nothing of them.

    Signals:
        pressed(float, float): an arrow was pressed: (right, up), of length 1.
    """

    pressed = Signal(float, float)

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._is_on = False
        self._shortcuts = []
        for key, way in WAYS.items():
            shortcut = QShortcut(QKeySequence(key), owner)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda way=way: self.pressed.emit(*way))
            shortcut.setEnabled(False)
            self._shortcuts.append(shortcut)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    def switch(self, on: bool) -> None:
        """Take the keys, or leave them to others."""
        self._is_on = on
        self._on_focus(None, QApplication.focusWidget())

    @Slot(QWidget, QWidget)
    def _on_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        takes = self._is_on and not isinstance(now, _OWNERS)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(takes)
