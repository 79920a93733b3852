"""The rows of a race as Qt's tables ask for them; rates can be typed, racers be checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.labels import literal_text
from gdstudio.number_text import count_text, plain_text, short_text

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

NAME, RATE, MOMENTUM, STEPS, COST, DISTANCE, STATE = range(7)
TITLES = ("racer", "rate", "μ", "steps", "cost", "away", "state")
_TOOLTIPS = (
    "Who runs: check or uncheck; the walk that is explained always runs.",
    "The learning rate; double-click or F2 to type another, at any time.",
    "Momentum: the share of the last step that carries over; double-click or F2 to type another.",
    "How many steps it has made.",
    "The cost where it stands.",
    "How far it is from the nearest minimum.",
    "Whether it walks, has arrived at level ground, or has diverged.",
)


@dataclass(frozen=True)
class RaceRow:
    """One racer.

    Attributes:
        key, label: its name for programs and for people.
        color, marker: its colour's name in the palette, and the shape of its mark.
        chosen: whether it runs.
        fixed: whether it must run.
        rate: its learning rate.
        momentum: the share of the last step that carries over, None where its rule has none.
        steps, cost, distance: how far it got; None while it does not run.
        state: in a word; `state_kind` is "info", "good" or "problem".
        sentence: the same in a sentence.
    """

    key: str
    label: str
    color: str
    marker: str
    chosen: bool
    fixed: bool
    rate: float
    momentum: float | None
    steps: int | None = None
    cost: float | None = None
    distance: float | None = None
    state: str = ""
    state_kind: str = "info"
    sentence: str = ""


class RaceModel(QAbstractTableModel):
    """The rows, written cell by cell when asked.

    Signals:
        chosen_changed(str, bool): a racer was checked or unchecked.
        typed(str, int, str): a text was typed for a racer into a column.
    """

    chosen_changed = Signal(str, bool)
    typed = Signal(str, int, str)

    def __init__(self, mark: Callable[[RaceRow], Any]) -> None:
        super().__init__()
        self.rows: list[RaceRow] = []
        self._mark = mark

    def replace(self, rows: Sequence[RaceRow]) -> None:
        """Show other rows; what is selected stays where the racers are the same."""
        same = [row.key for row in rows] == [row.key for row in self.rows]
        if not same:
            self.beginResetModel()
        changed = self.rows != list(rows)
        self.rows = list(rows)
        if not same:
            self.endResetModel()
        elif changed:
            self.refresh()

    def refresh(self) -> None:
        """Let all cells be written anew."""
        if self.rows:
            last = self.index(len(self.rows) - 1, len(TITLES) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def text(self, row: int, column: int) -> str:
        """Return what a cell shows."""
        racer = self.rows[row]
        if column == NAME:
            return racer.label
        if column == RATE:
            return plain_text(racer.rate, 4, grouped=False)
        if column == MOMENTUM:
            return "" if racer.momentum is None else plain_text(racer.momentum, 4, grouped=False)
        if column == STEPS:
            return "" if racer.steps is None else count_text(racer.steps)
        if column == COST:
            return "" if racer.cost is None else _brief(racer.cost)
        if column == DISTANCE:
            return "" if racer.distance is None else _brief(racer.distance)
        return racer.state

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many racers there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        racer, column = self.rows[index.row()], index.column()
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if column == NAME and not racer.fixed:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if column == RATE or (column == MOMENTUM and racer.momentum is not None):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the text of a cell, its mark, its check, its colour and what explains it."""
        racer, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(index.row(), column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left = column in (NAME, STATE)
            side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME:
            return Qt.CheckState.Checked if racer.chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return self._mark(racer)
        if role == Qt.ItemDataRole.ForegroundRole:
            return current_theme().palette.qcolor(self._color(racer, column))
        if role == Qt.ItemDataRole.ToolTipRole:
            is_told = column == STATE and racer.sentence
            return literal_text(racer.sentence) if is_told else _TOOLTIPS[column]
        return None

    def setData(  # noqa: N802 - Qt's name
        self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tell what was checked or typed; the rows change when they are replaced."""
        racer = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and not racer.fixed:
            self.chosen_changed.emit(racer.key, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and str(value) != self.text(
            index.row(), index.column()
        ):
            self.typed.emit(racer.key, index.column(), str(value))
            return True
        return False

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a title and what explains it."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _TOOLTIPS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left = section in (NAME, STATE)
            side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _color(self, racer: RaceRow, column: int) -> str:
        if not racer.chosen:
            return "muted"
        if column == STATE:
            return {"good": "test", "problem": "negative"}.get(racer.state_kind, "muted")
        return "positive" if racer.fixed and column == NAME else "text"


def _brief(number: float) -> str:
    """Return a number with three figures, or one and a power of ten."""
    text = short_text(number, 3)
    return short_text(number, 1) if "×" in text else text
