"""The step that comes next, written out: value, slope, step, new value."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.colors import sign_color
from gdstudio.app.widgets.controls.buttons import worksheet_button
from gdstudio.app.widgets.labels import ElidedLabel, set_role, text_label
from gdstudio.number_text import number_text, short_text

_FIGURES = 4
_COLUMN_GAP = 8
_HEADERS = ("", "value", "slope", "step", "new value")


@dataclass(frozen=True)
class StepRow:
    """One parameter's next step: new_value = value + step.

    Attributes:
        is_weight: whether a rule that shrinks weights shrinks it; biases stay.
    """

    name: str
    value: float
    slope: float
    step: float
    new_value: float
    is_weight: bool = True


class StepCard(Card):
    """A card with a row for each parameter, the rule, the update with its numbers, a sentence.

    Signals:
        worksheet_clicked(): the user wants a worksheet of this step.
    """

    worksheet_clicked = Signal()

    def __init__(
        self,
        title: str = "Next step",
        *,
        name: str = "step_card",
        rule: str = "step = −η · slope",
        empty_text: str = "The next step appears here.",
    ) -> None:
        super().__init__(title, note="", name=name)
        self._rule = ElidedLabel(rule, "muted")
        self._rule.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.add_header_widget(self._rule)
        self._worksheet = worksheet_button()
        self._worksheet.clicked.connect(self.worksheet_clicked)
        self.add_header_widget(self._worksheet)
        self._rows: list[StepRow] = []
        self._cells: list[list[QLabel]] = []
        self._grid_holder = QWidget()
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_COLUMN_GAP)
        self._grid.setVerticalSpacing(6)
        for column, header in enumerate(_HEADERS):
            self._grid.addWidget(text_label(header, "small"), 0, column, _alignment(column))
            self._grid.setColumnStretch(column, 0 if column == 0 else 1)
        # Numbers give figures up rather than make the card wider.
        self._grid_holder.setMinimumWidth(1)
        self.add(self._grid_holder)
        self._written = text_label("", "muted", wrap=True)
        self._written.setTextFormat(Qt.TextFormat.RichText)
        self._written.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add(self._written)
        self._sentence = text_label("", "muted", wrap=True)
        self.add(self._sentence)
        self._empty = text_label(empty_text, "muted", wrap=True)
        self.add(self._empty)
        current_theme().changed.connect(self._recolor)
        self.clear()

    def set_rule(self, rule: str) -> None:
        """Caption the card with the optimizer's own rule."""
        self._rule.setText(rule)

    def offer_worksheet(self) -> None:
        """Show the button that asks for a worksheet."""
        self._worksheet.show()

    def set_steps(self, rows: Sequence[StepRow]) -> None:
        """Show the next step of each parameter."""
        self._rows = list(rows)
        while len(self._cells) < len(rows):
            self._add_row()
        self._write()
        for index, cells in enumerate(self._cells):
            for cell in cells:
                cell.setVisible(index < len(rows))
        self._recolor()
        self._empty.setVisible(not rows)
        self._grid_holder.setVisible(bool(rows))
        spoken = (
            f"{r.name}: value {number_text(r.value)}, slope {number_text(r.slope)}, "
            f"step {number_text(r.step)}, new value {number_text(r.new_value)}"
            for r in rows
        )
        self.setAccessibleDescription("; ".join(spoken))

    def set_written_out(self, lines: Sequence[str]) -> None:
        """Show the update with its numbers, a line each; <b>…</b> marks what results."""
        self._written.setText("<br>".join(lines))
        self._written.setVisible(bool(lines))

    def set_sentence(self, text: str) -> None:
        """Say in words what the numbers mean."""
        self._sentence.setText(text)
        self._sentence.setVisible(bool(text))

    def clear(self, text: str = "") -> None:
        """Show no step, and say `text` (if given) instead."""
        if text:
            self._empty.setText(text)
        self.set_steps([])
        self.set_written_out([])
        self.set_sentence("")

    def table(self) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and a row for each parameter, for a CSV."""
        headers = ["parameter", *_HEADERS[1:]]
        return headers, [[r.name, r.value, r.slope, r.step, r.new_value] for r in self._rows]

    def _write(self) -> None:
        """Write the rows with as many figures as the card has room for."""
        if not self._rows:
            return
        for figures in range(_FIGURES, 0, -1):
            texts = [_texts(row, figures) for row in self._rows]
            if self._needed(texts) <= self.inner_width():
                break
        for cells, row in zip(self._cells, texts, strict=False):
            for cell, text in zip(cells, row, strict=True):
                if cell.text() != text:
                    cell.setText(text)

    def _needed(self, texts: list[tuple[str, ...]]) -> int:
        """Return the pixels that rows of `texts` need with their headers."""
        theme = current_theme()
        small, bold = QFontMetrics(theme.font("small")), QFontMetrics(theme.font("normal", "bold"))
        widths = [
            max(small.horizontalAdvance(header), *map(bold.horizontalAdvance, column), 0)
            for header, column in zip(_HEADERS, zip(*texts, strict=True), strict=True)
        ]
        # Labels are a little wider than their text.
        return sum(widths) + len(widths) + _COLUMN_GAP * (len(widths) - 1)

    def _add_row(self) -> None:
        row = len(self._cells) + 1
        cells = []
        for column in range(len(_HEADERS)):
            label = text_label("")
            if column in (0, 4):
                set_role(label, "value")
            self._grid.addWidget(label, row, column, _alignment(column))
            cells.append(label)
        self._cells.append(cells)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Write the numbers with the figures that fit."""
        super().resizeEvent(event)
        self._write()

    @Slot()
    def _recolor(self) -> None:
        palette = current_theme().palette
        for cells, row in zip(self._cells, self._rows, strict=False):
            for cell, value in ((cells[2], row.slope), (cells[3], row.step)):
                style = f"color: {getattr(palette, sign_color(value))};"
                # Setting a style sheet is dear: only where the sign is another.
                if cell.styleSheet() != style:
                    cell.setStyleSheet(style)


def _texts(row: StepRow, figures: int) -> tuple[str, ...]:
    """Return what the cells of a row say."""
    return (
        row.name,
        _cell_text(row.value, figures),
        _cell_text(row.slope, figures, sign=True),
        _cell_text(row.step, figures, sign=True),
        _cell_text(row.new_value, figures),
    )


def _cell_text(value: float, figures: int, *, sign: bool = False) -> str:
    """Return a number for a cell; one with a power of ten gives figures up for its room."""
    if figures < _FIGURES:
        text = short_text(value, max(figures, 2), sign=sign)
        return short_text(value, figures, sign=sign) if "×" in text else text
    text = number_text(value, figures, sign=sign)
    return number_text(value, 2, sign=sign) if "×" in text else text


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
