"""How the numbers of a column were read, where they could be others; the other way at a click."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.data.dataset import Table
from gdstudio.data.table_notes import how_read, plain_number


class ReadingRow(QWidget):
    """One line about a column; hidden where its cells prove how they are meant.

    Signals:
        mark_chosen(str, str): the user wants this column read with this mark of decimals.
    """

    mark_chosen = Signal(str, str)

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self._column = self._other = ""
        self._label = text_label("", "small", name=f"{name}_label", wrap=True)
        self._button = IconButton(kind="quiet", name=f"{name}_button")
        self._button.clicked.connect(self._on_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_reading(self, table: Table, column: str) -> None:
        """Say how `column` was read, if it could be read otherwise."""
        sentence = how_read(table, column)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        reading = table.readings[column]
        self._column, self._other = column, "," if reading.decimal_mark == "." else "."
        value = plain_number(reading.value)
        self._label.setText(f"{column}: “{reading.example}” is read as {value}.")
        self._label.setToolTip(sentence)
        other = plain_number(reading.other_value)
        self._button.setText(f"Read {other}")
        self._button.setAccessibleName(f"Read “{reading.example}” as {other}")
        self._button.setToolTip(
            f"Read the whole column so that “{reading.example}” is {other}: it may be meant so."
        )

    @Slot()
    def _on_clicked(self) -> None:
        self.mark_chosen.emit(self._column, self._other)
