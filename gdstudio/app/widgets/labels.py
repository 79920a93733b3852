"""Labels by the role they play; the style sheet decides how a role looks."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

Role = Literal[
    "normal", "title", "heading", "muted", "small", "value", "large", "huge", "problem", "good"
]


def text_label(
    text: str = "", role: Role = "normal", *, name: str = "", wrap: bool = False
) -> QLabel:
    """Return a label that plays `role`; `name` is its object name."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def set_role(label: QLabel, role: Role) -> None:
    """Let `label` play another role from now on."""
    if label.property("role") != role:
        label.setProperty("role", role)
        repolish(label)


def repolish(widget: QWidget) -> None:
    """Let the style sheet look at the properties of `widget` again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def separator() -> QFrame:
    """Return a thin horizontal line."""
    line = QFrame()
    line.setProperty("kind", "rule")
    line.setFixedHeight(1)
    return line


class ElidedLabel(QLabel):
    """One line of text that ends in … where the room ends; the tooltip then has all of it."""

    def __init__(self, text: str = "", role: Role = "normal", *, name: str = "") -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show `text`."""
        super().setText(text)
        self._update_tooltip()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the tooltip true."""
        super().resizeEvent(event)
        self._update_tooltip()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint as much as there is room for."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, self.alignment() | Qt.TextFlag.TextSingleLine, text)

    def _update_tooltip(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self.text() if cut else "")
