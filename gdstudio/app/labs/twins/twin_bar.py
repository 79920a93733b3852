"""The line above what is watched that says how a run and its twin stand, with two buttons."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label


class TwinBar(QFrame):
    """Says in one line how both runs stand; it is there as long as there is a twin.

    Signals:
        ended(): the user wants no twin any more.
        taken(): the user wants the twin's setting for the run.
    """

    ended = Signal()
    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.setProperty("info", True)
        self._label = text_label("", name="twin_label", wrap=True)
        take = IconButton(
            "Take the twin's setting",
            kind="quiet",
            name="take_twin_button",
            tooltip="Go on with the twin alone; the run itself can be brought back if it is long.",
        )
        end = IconButton(
            "End twin",
            kind="quiet",
            name="end_twin_button",
            tooltip="Go on without the twin; the run stays as it is.",
        )
        take.clicked.connect(self.taken)
        end.clicked.connect(self.ended)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self._label)
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        row.addWidget(take)
        row.addWidget(end)
        row.addStretch(1)
        self.hide()

    @property
    def text(self) -> str:
        """The line, or nothing."""
        return "" if self.isHidden() else self._label.text()

    def tell(self, text: str, tooltip: str = "") -> None:
        """Say how both stand; nothing takes the bar away."""
        if text and text != self._label.text():
            self._label.setText(text)
            self.setAccessibleName(text)
        if tooltip != self._label.toolTip():
            self._label.setToolTip(tooltip)
        self.setVisible(bool(text))
