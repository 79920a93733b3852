"""What one may ask of an answer: why it is so, and to teach the right one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton


class ExplainButtons(QWidget):
    """``why_button`` and ``teach_button``; disable it where there is no answer.

    Signals:
        asked(bool): the user wants to know why, or (True) to teach the right answer.
    """

    asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for text, name, tooltip, teach in (
            ("Why?", "why_button", "See what speaks for this answer and what against.", False),
            ("Teach…", "teach_button", "Say which digit it is, and teach the network.", True),
        ):
            button = IconButton(text, kind="quiet", name=name, tooltip=tooltip)
            button.clicked.connect(lambda _=False, teach=teach: self.asked.emit(teach))
            row.addWidget(button)
        self.setEnabled(False)
