"""Labels by the role they play; the style sheet decides how a role looks.

Text is plain unless a label is told otherwise: Qt takes whatever looks like HTML for HTML, and a
name or a heading from a file would be obeyed.
"""

import html
from typing import Literal

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, Qt, QTextLayout
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from gdstudio.app.widgets.painting import painted

Role = Literal[
    "normal", "title", "heading", "muted", "small", "value", "large", "huge", "problem", "good"
]


def text_label(
    text: str = "", role: Role = "normal", *, name: str = "", wrap: bool = False
) -> QLabel:
    """Return a label of plain text that plays `role`; `name` is its object name."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def literal_text(text: str) -> str:
    """Return what a tooltip or a message box has to get so that it shows `text` as it is."""
    if not Qt.mightBeRichText(text):
        return text
    return f"<qt>{html.escape(text)}</qt>".replace("\n", "<br>")


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
    """Text that ends in … where its `lines` of room end; the tooltip then has all of it."""

    def __init__(
        self, text: str = "", role: Role = "normal", *, name: str = "", lines: int = 1
    ) -> None:
        super().__init__(text)
        self._lines = lines
        self.setObjectName(name)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Show `text`."""
        super().setText(text)
        self._update_tooltip()

    def set_lines(self, lines: int) -> None:
        """Have room for `lines` lines from now on."""
        self._lines = lines
        self.updateGeometry()
        self._update_tooltip()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the text would like, whatever it has."""
        metrics = self.fontMetrics()
        # Lines end between words, so that none is filled to its end.
        spare = 2 if self._lines == 1 else metrics.averageCharWidth() * 8
        width = metrics.horizontalAdvance(self.text()) // self._lines + spare
        return QSize(width, metrics.lineSpacing() * self._lines)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for a few letters."""
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(self.text()) + 2
        return QSize(
            min(metrics.averageCharWidth() * 6, whole), metrics.lineSpacing() * self._lines
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the tooltip true."""
        super().resizeEvent(event)
        self._update_tooltip()

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint as much as there is room for."""
        painter.setPen(self.palette().color(self.foregroundRole()))
        box = self.contentsRect()
        text = "\n".join(self._split(box.width()))
        painter.drawText(box, self.alignment(), text)

    def _split(self, width: int) -> list[str]:
        """Return the lines that fit, the last one elided."""
        metrics, rest = self.fontMetrics(), self.text()
        lines: list[str] = []
        while rest and len(lines) < self._lines - 1:
            layout = QTextLayout(rest, self.font())
            layout.beginLayout()
            line = layout.createLine()
            line.setLineWidth(max(width, 1))
            layout.endLayout()
            lines.append(rest[: line.textLength()].rstrip())
            rest = rest[line.textLength() :]
        if rest:
            lines.append(metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width))
        return lines

    def _update_tooltip(self) -> None:
        whole = " ".join(self._split(self.contentsRect().width())).split() == self.text().split()
        self.setToolTip("" if whole else literal_text(self.text()))
