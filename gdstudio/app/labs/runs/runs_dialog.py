"""The table of the kept runs of a lab, beside the lab while one goes on."""

import math
from typing import Protocol

from PySide6.QtCore import QSize, SignalInstance, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.tables.runs_table import RunRow, RunsTable
from gdstudio.number_text import parse_number, plain_text
from gdstudio.runs.kept_run import KeptRun
from gdstudio.runs.kept_runs import KeptRuns, order

_SIZE = QSize(680, 380)
# The margins of the dialog and of the card beside the table.
_BESIDE = 64


class _Keeper(Protocol):
    """Whose runs are shown; what each of these does is said by `RunKeeper`."""

    changed: SignalInstance

    @property
    def runs(self) -> KeptRuns: ...

    @property
    def can_undo(self) -> bool: ...

    def color(self, run: KeptRun) -> str: ...

    def back_to(self, place: int) -> None: ...

    def rename(self, place: int, name: str) -> None: ...

    def show(self, place: int, in_sight: bool) -> None: ...

    def delete(self, place: int) -> None: ...

    def undo(self) -> None: ...


class RunsDialog(QDialog):
    """Shows, sorts, renames, hides and deletes the kept runs, and goes back to one."""

    def __init__(self, keeper: _Keeper, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runs_dialog")
        self.setWindowTitle("Kept runs")
        self._keeper = keeper
        self._sorted_by: str | None = None
        self._descending = False
        self._goal = math.nan  # until somebody types one, it follows the runs
        self.table = RunsTable()
        self.table.checked.connect(keeper.show)
        self.table.renamed.connect(keeper.rename)
        self.table.sort_wanted.connect(self._sort)
        self.table.chosen.connect(self._show_buttons)
        self.table.opened.connect(keeper.back_to)
        self.table.deleted.connect(keeper.delete)
        self._back = IconButton(
            "Back to this run",
            kind="primary",
            name="back_to_run_button",
            tooltip="Set the lab up as this run was, at its last moment; it can go on from there.",
        )
        self._back.clicked.connect(self._go_back)
        self._delete = IconButton(
            "Delete", name="delete_run_button", tooltip="Keep this run no longer (Delete)."
        )
        self._delete.clicked.connect(self._on_delete)
        self._undo = IconButton(
            "Undo",
            icon="undo",
            name="undo_delete_run_button",
            tooltip="Bring back what was deleted.",
        )
        self._undo.clicked.connect(keeper.undo)
        self._goal_edit = QLineEdit()
        self._goal_edit.setObjectName("runs_goal_edit")
        self._goal_edit.setAccessibleName("Loss to which steps are counted")
        self._goal_edit.setToolTip("After how many steps was the loss at most this?")
        self._goal_edit.editingFinished.connect(self._take_goal)
        self._goal_problem = text_label("", "problem", name="runs_goal_problem", wrap=True)
        self._goal_problem.hide()
        card = Card("Kept runs")
        card.add(self.table, 1)
        card.set_exports(
            self.table,
            lambda: self._keeper.runs.table(self._goal_in_force()),
            file_name="runs",
            button_name="runs_menu",
        )
        whole = QVBoxLayout(self)
        whole.addWidget(card, 1)
        whole.addWidget(self._goal_problem)
        row = QHBoxLayout()
        whole.addLayout(row)
        row.setSpacing(8)
        row.addWidget(text_label("Count steps to a loss of", "muted"))
        row.addWidget(self._goal_edit)
        row.addStretch(1)
        for button in (self._undo, self._delete, self._back):
            row.addWidget(button)
        keeper.changed.connect(self.refresh)
        current_theme().changed.connect(self._fit)
        self.refresh()
        self._fit()

    @Slot()
    def refresh(self) -> None:
        """Show the runs as they are kept now."""
        runs = self._keeper.runs
        columns, names = runs.columns(self._goal_in_force()), runs.names()
        keys = [column.key for column in columns]
        column = columns[keys.index(self._sorted_by)] if self._sorted_by in keys else None
        is_sorted = column is not None or self._sorted_by == "run"
        places = (
            order(column, names, descending=self._descending)
            if is_sorted
            else list(range(len(runs)))
        )
        rows = [
            RunRow(
                place,
                names[place],
                self._keeper.color(runs.runs[place]),
                not runs.runs[place].is_hidden,
                tuple(one.texts[place] for one in columns),
            )
            for place in places
        ]
        by = None if not is_sorted else 0 if column is None else 1 + keys.index(column.key)
        self.table.set_rows(
            rows,
            [(one.title, one.explanation, one.is_text) for one in columns],
            sorted_by=by,
            descending=self._descending,
        )
        if not self._goal_edit.hasFocus() or not self._goal_edit.isModified():
            goal = self._goal_in_force()
            self._goal_edit.setText("" if math.isnan(goal) else plain_text(goal))
        self._show_buttons()

    def _goal_in_force(self) -> float:
        return self._keeper.runs.usual_goal() if math.isnan(self._goal) else self._goal

    @Slot()
    def _take_goal(self) -> None:
        text = self._goal_edit.text().strip()
        try:
            # Nothing typed is what all runs have reached.
            self._goal = parse_number(text) if text else math.nan
        except ValueError:
            self._goal_problem.setText(f"“{text[:40]}” is no loss; type a number such as 0.5.")
            self._goal_problem.show()
            return
        self._goal_problem.hide()
        self._goal_edit.setModified(False)
        self.refresh()

    @Slot(int)
    def _sort(self, place: int) -> None:
        runs = self._keeper.runs
        keys = ["run", *(column.key for column in runs.columns(self._goal_in_force()))]
        key = keys[place]
        self._descending = key == self._sorted_by and not self._descending
        self._sorted_by = key
        self.refresh()

    @Slot()
    def _show_buttons(self) -> None:
        is_chosen = self.table.chosen_place() is not None
        for button in (self._back, self._delete):
            button.setEnabled(is_chosen)
        self._undo.setVisible(self._keeper.can_undo)

    @Slot()
    def _go_back(self) -> None:
        place = self.table.chosen_place()
        if place is not None:
            self._keeper.back_to(place)

    @Slot()
    def _on_delete(self) -> None:
        place = self.table.chosen_place()
        if place is not None:
            self._keeper.delete(place)

    @Slot()
    def _fit(self) -> None:
        theme = current_theme()
        self._goal_edit.setFixedWidth(theme.px(96))
        screen = self.screen().availableSize()
        wide = max(theme.px(_SIZE.width()), self.table.sizeHint().width() + theme.px(_BESIDE))
        self.resize(QSize(wide, theme.px(_SIZE.height())).boundedTo(screen * 0.95))
