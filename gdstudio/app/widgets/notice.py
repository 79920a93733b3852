"""A notice: one sentence that deserves attention, and a button that does what it offers."""

from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout

from gdstudio.app.widgets.buttons import IconButton
from gdstudio.app.widgets.labels import literal_text, repolish, text_label


class Notice(QFrame):
    """A strip that appears with a sentence and goes when it is dismissed or mended.

    Signals:
        remedy_clicked(): the user wants what the button offers.
        closed(): the user has dismissed the sentence.
    """

    remedy_clicked = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._text = text_label("", wrap=True, name="notice_label")
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._remedy = IconButton(
            name="remedy_button",
            tooltip="Mends what this notice is about.",
            accessible="Mend it",
        )
        self._close = IconButton(
            "Close", kind="quiet", name="notice_close_button", tooltip="Hide this notice."
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        row.addWidget(self._remedy)
        row.addWidget(self._close)
        self._remedy.clicked.connect(self.remedy_clicked)
        self._close.clicked.connect(self._on_close)
        self.hide()

    @Slot()
    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    @property
    def text(self) -> str:
        """The sentence shown, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def tell(
        self,
        sentence: str,
        *,
        kind: Literal["problem", "info"] = "problem",
        remedy: str = "",
        remedy_tooltip: str = "",
    ) -> None:
        """Show `sentence`, with a button called `remedy` if one is given.

        A "problem" has an edge in the warning colour; what is no problem is "info".
        """
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        if self.property("info") != (kind == "info"):
            self.setProperty("info", kind == "info")
            repolish(self)
        if remedy:
            self._remedy.setText(remedy)
            self._remedy.setAccessibleName(remedy)
            self._remedy.setToolTip(literal_text(remedy_tooltip or remedy))
            self._remedy.setAccessibleDescription(remedy_tooltip)
        self._remedy.setVisible(bool(remedy))
        self.show()
