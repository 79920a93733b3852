"""The card with the outputs as bars, and the buttons that ask about the answer."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.pictures.prediction_bars import PredictionBars
from gdstudio.number_text import count_word


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


class OutputsCard(Card):
    """A part of another card.

    Attributes:
        bars: the outputs.
        explain: asks why, or teaches.
    """

    def __init__(self) -> None:
        super().__init__("The ten outputs", note="brightest = answer")
        self.be_part()
        self.explain = ExplainButtons()
        self.add_header_widget(self.explain)
        self.bars = PredictionBars()
        self.add(self.bars, 1)
        self.set_exports(
            self.bars, self.bars.table, file_name="ten-outputs", button_name="outputs_menu"
        )

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Show the outputs of these classes from now on."""
        self.bars.set_classes(classes)
        self.set_title(f"The {count_word(len(classes))} outputs")
