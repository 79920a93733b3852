"""A dialog that asks for a few things: sentences and rows below each other, buttons at its end."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import Role, text_label

# At the usual size of text.
_WIDTH, _MARGIN = 360, 24


class FormDialog(QDialog):
    """As wide as sentences want to be, and always as high as what stands in it then.

    Attributes:
        column: the layout that takes rows.
    """

    def __init__(self, parent: QWidget, *, name: str, title: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self._texts: list[QLabel] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self.column.setSpacing(8)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetFixedSize)
        current_theme().changed.connect(self._restyle)

    def add_text(self, text: str = "", role: Role = "muted", *, name: str = "") -> QLabel:
        """Put a sentence below what is there, in as many lines as it needs."""
        label = text_label(text, role, name=name, wrap=True)
        self._texts.append(label)
        self.column.addWidget(label)
        self._restyle()
        return label

    def add_buttons(self, *buttons: QPushButton) -> None:
        """Put buttons below what is there, at the right."""
        row = QHBoxLayout()
        self.column.addSpacing(8)
        self.column.addLayout(row)
        row.setSpacing(8)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)

    @Slot()
    def _restyle(self) -> None:
        for label in self._texts:
            label.setFixedWidth(current_theme().px(_WIDTH))
