"""A notice: one sentence that deserves attention, and a button that does what it offers."""

from typing import Literal

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import literal_text, repolish, text_label

_GAP = 8
# A sentence in a column of fewer letters is hard to read.
_FEWEST_LETTERS = 36


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
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(16, _GAP, _GAP, _GAP)
        row.setSpacing(_GAP)
        row.addWidget(self._text, 1)
        buttons = QHBoxLayout()
        row.addLayout(buttons)
        buttons.setSpacing(_GAP)
        buttons.addStretch(1)
        buttons.addWidget(self._remedy)
        buttons.addWidget(self._close)
        self._remedy.clicked.connect(self.remedy_clicked)
        self._close.clicked.connect(self._on_close)
        self.hide()

    @Slot()
    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    def _arrange(self) -> None:
        """Put the buttons below the sentence where they would leave it little room."""
        shown = [button for button in (self._remedy, self._close) if not button.isHidden()]
        taken = sum(button.sizeHint().width() + _GAP for button in shown)
        fewest = self._text.fontMetrics().averageCharWidth() * _FEWEST_LETTERS
        is_narrow = self.contentsRect().width() - taken < fewest
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the width that is needed with the buttons below."""
        buttons = self._remedy.sizeHint().width() if not self._remedy.isHidden() else 0
        width = buttons + self._close.sizeHint().width() + 5 * _GAP
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Give the buttons their place anew."""
        super().resizeEvent(event)
        self._arrange()

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
        self._arrange()
        self.show()
