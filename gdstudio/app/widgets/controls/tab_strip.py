"""Tabs as a row of words that flows on where it is too long for the window."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.flow_layout import FlowLayout

_LINE_HEIGHT = 16


class TabStrip(QWidget):
    """One of several words is chosen. The tabs are named ``{key}_page_tab``.

    Signals:
        chosen(str): the key of the tab that the user chose.
    """

    chosen = Signal(str)

    def __init__(self, *, name: str, accessible: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, gap=1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._on_clicked)

    def add_tab(self, key: str, text: str, tooltip: str) -> None:
        """Add a tab at the end; the first one is chosen."""
        tab = IconButton(text, kind="tab", name=f"{key}_page_tab", tooltip=tooltip)
        tab.setCheckable(True)
        tab.setProperty("key", key)
        tab.setChecked(not self._group.buttons())
        self._group.addButton(tab)
        self._flow.addWidget(tab)
        tab.show()

    def begin_group(self) -> None:
        """Part the tabs that follow from those before by a thin line."""
        line = QFrame()
        line.setProperty("kind", "rule")
        line.setFixedSize(1, _LINE_HEIGHT)
        self._flow.addWidget(line)
        line.show()

    def keys(self) -> list[str]:
        """Return the keys in order."""
        return [tab.property("key") for tab in self._group.buttons()]

    def choose(self, key: str) -> None:
        """Choose the tab `key` as if the user had."""
        for tab in self._group.buttons():
            if tab.property("key") == key:
                tab.click()

    @Slot()
    def _on_clicked(self) -> None:
        chosen = self._group.checkedButton()
        if chosen is not None:
            self.chosen.emit(chosen.property("key"))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the neighbour by the arrows."""
        step = {int(Qt.Key.Key_Left): -1, int(Qt.Key.Key_Right): 1}.get(event.key())
        chosen = self._group.checkedButton()
        if step is None or chosen is None:
            super().keyPressEvent(event)
            return
        tabs = self._group.buttons()
        tab = tabs[(tabs.index(chosen) + step) % len(tabs)]
        tab.setFocus()
        tab.click()
