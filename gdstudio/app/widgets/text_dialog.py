"""A dialog with a long text to read and to copy."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label

_WIDTH, _HEIGHT = 680, 520


class TextDialog(QDialog):
    """Shows plain text; `name` begins the names of its controls."""

    def __init__(self, title: str, introduction: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_dialog")
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(text_label(title, "heading"))
        column.addWidget(text_label(introduction, "muted", wrap=True))
        self._text = QPlainTextEdit()
        self._text.setObjectName(f"{name}_text")
        self._text.setReadOnly(True)
        self._text.setAccessibleName(title)
        self._text.setTabChangesFocus(True)
        column.addWidget(self._text, 1)
        self._status = text_label("", "muted", name=f"{name}_status_label", wrap=True)
        column.addWidget(self._status)
        self._copy = IconButton(
            "Copy",
            icon="copy",
            name=f"{name}_copy_button",
            tooltip="Copy the whole text, to be pasted elsewhere.",
        )
        self._copy.clicked.connect(self.copy)
        close = IconButton("Close", name=f"{name}_close_button", kind="primary")
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        px, room = current_theme().px, parent.window().size()
        self.resize(min(px(_WIDTH), room.width() - 32), min(px(_HEIGHT), room.height() - 32))

    def show_text(self, text: str, status: str = "") -> None:
        """Show another text, and a line below it."""
        self._text.setPlainText(text)
        self._copy.setEnabled(bool(text))
        self.say(status)

    def say(self, status: str) -> None:
        """Show a line below the text; none where it is empty."""
        self._status.setText(status)
        self._status.setVisible(bool(status))

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self.say("Copied.")
