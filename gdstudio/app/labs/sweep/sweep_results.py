"""The results at the right of a sweep: a curve, a map, a table, and the run that is chosen."""

import math
from typing import Any

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.labels import ElidedLabel, text_label
from gdstudio.app.widgets.plots.value_plot import ValueLine, ValuePlot, ValuePoint
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.heat_map import HeatCell, HeatMapView
from gdstudio.app.widgets.tables.ranked_table import RankedTable
from gdstudio.runs.sweep.charts import SweepView, run_of

_EMPTY = "Choose values at the left and press Start: what came of each run appears here."


class SweepResults(QWidget):
    """Shows what came of a sweep as far as it is; any run can be chosen.

    Attributes:
        plot, map, table: what is compared over one setting, over two, and run by run.

    Signals:
        opened(Findings, int), kept(Findings, int): the user wants this run of that sweep in the
            lab, or among the kept ones.
    """

    opened = Signal(object, int)
    kept = Signal(object, int)

    def __init__(self) -> None:
        super().__init__()
        self._view: SweepView | None = None
        self._chosen: int | None = None
        self._order: tuple[int, bool] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._tabs = TabStrip(name="sweep_tabs", accessible="How the sweep is shown")
        for key, text, tooltip in (
            ("sweep_curve", "Curve", "What runs are compared by, over one setting."),
            ("sweep_map", "Map", "The same over two settings."),
            ("sweep_table", "Runs", "Each run as a row; a click on a heading sorts them."),
        ):
            self._tabs.add_tab(key, text, tooltip)
        map_tab = self._tabs.findChild(IconButton, "sweep_map_page_tab")
        assert map_tab is not None
        self._map_tab = map_tab
        self._map_tab.hide()
        self._tabs.chosen.connect(self._turn_to)
        column.addWidget(self._tabs)
        self.plot = ValuePlot(name="sweep_plot", empty_text=_EMPTY)
        self.plot.chosen.connect(self._choose_group)
        self.plot.opened.connect(self._open_group)
        self.map = HeatMapView(name="sweep_map")
        self.map.chosen.connect(self._choose_group)
        self.map.opened.connect(self._open_group)
        self.table = RankedTable(name="sweep_table", accessible="Runs of the sweep")
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.row_chosen.connect(self._choose_run)
        self.table.doubleClicked.connect(self._on_row_opened)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)
        self._stack = QStackedWidget()
        self._cards = {}
        for key, title, widget, table in (
            ("sweep_curve", "Curve", self.plot, None),
            ("sweep_map", "Map", self.map, self.map.table),
            ("sweep_table", "Runs", self.table, self.table.table),
        ):
            card = Card(title)
            card.add(widget, 1)
            card.set_exports(widget, table, file_name=key, button_name=f"{key}_menu")
            self._cards[key] = card
            self._stack.addWidget(card)
        column.addWidget(self._stack, 1)
        self._findings = text_label("", name="sweep_findings_label", wrap=True)
        column.addWidget(self._findings)
        self._chosen_label = ElidedLabel("", "muted", name="sweep_chosen_label")
        self._open = IconButton(
            "Open as a run",
            name="sweep_open_button",
            tooltip="Have this run in the lab, where it can go on (Enter, or a double click).",
        )
        self._open.clicked.connect(self._on_open)
        self._keep = IconButton(
            "Keep",
            icon="keep",
            name="sweep_keep_button",
            tooltip="Keep this run among those of the lab, to compare it with others.",
        )
        self._keep.clicked.connect(self._on_keep)
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        row.addWidget(self._chosen_label, 1)
        row.addWidget(self._keep)
        row.addWidget(self._open)
        self._show_chosen()

    @property
    def view(self) -> SweepView | None:
        """What is shown; None before the first run is done."""
        return self._view

    def forget_choices(self) -> None:
        """Show the next sweep unsorted, with no run chosen."""
        self._order, self._chosen = None, None
        self._show_chosen()

    @Slot(str)
    def _turn_to(self, key: str) -> None:
        self._stack.setCurrentWidget(self._cards[key])
        self._show_page()

    def show_view(self, view: SweepView) -> None:
        """Show a sweep as far as it is."""
        if self._view is None or view.findings.sweep is not self._view.findings.sweep:
            self._choose(None)
        self._view = view
        self._findings.setText("\n".join(view.sentences) if view.done else "")
        if view.heat_map is None and self._stack.currentWidget() is self._cards["sweep_map"]:
            self._tabs.choose("sweep_curve")
        self._map_tab.setVisible(view.heat_map is not None)
        self._show_page()
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Offer of the chosen run what can be had of it."""
        result = None
        if self._chosen is not None and self._view is not None:
            result = self._view.findings.results[self._chosen]
        self._open.setEnabled(result is not None and not result.failed)
        self._keep.setEnabled(result is not None and result.kept is not None)

    def _show_page(self) -> None:
        """Bring the page in sight up to date; the others are, when one turns to them."""
        view = self._view
        if view is None:
            return
        key = next(key for key, card in self._cards.items() if card is self._stack.currentWidget())
        show = {
            "sweep_curve": self._show_curve,
            "sweep_map": self._show_map,
            "sweep_table": self._show_table,
        }
        show[key](view)

    def _show_curve(self, view: SweepView) -> None:
        curve = view.curve
        with self.plot.together():
            self.plot.set_axis(
                curve.label,
                curve.ticks,
                log=curve.is_logarithmic,
                log_y=curve.is_upright_logarithmic,
                is_share=curve.is_share,
            )
            lines = []
            for line in curve.lines:
                points = []
                for one in line.points:
                    spread = one.spread
                    numbers = (
                        (math.nan,) * 3
                        if spread is None
                        else (spread.median, spread.lowest, spread.highest)
                    )
                    told = view.point_text(one.group)
                    points.append(ValuePoint(one.group, one.x, *numbers, told))
                lines.append(ValueLine(line.label, tuple(points)))
            self.plot.set_lines(lines)
        reading = _heading(curve.reading)
        over = f" over {curve.label[:1].lower()}{curve.label[1:]}" if curve.label else ""
        self._cards["sweep_curve"].set_title(f"{reading}{over}")
        self.plot.setAccessibleName(f"{reading}{over}")
        self._cards["sweep_curve"].set_legend(self.plot.legend())

    def _show_map(self, view: SweepView) -> None:
        heat = view.heat_map
        if heat is None:
            return
        self._cards["sweep_map"].set_title(_heading(view.curve.reading))
        cells = [
            [HeatCell(one.group, one.text, one.share, one.told) for one in row]
            for row in heat.cells
        ]
        self.map.set_cells((heat.row_label, heat.column_label), heat.rows, heat.columns, cells)

    def _show_table(self, view: SweepView) -> None:
        table = view.table
        if not table.runs:
            self.table.set_rows([], [], title="")
            return
        order = list(range(len(table.runs)))
        if self._order is not None and self._order[0] < len(table.columns):
            column, descending = self._order
            order = table.order(column, descending=descending)
        first, *others = table.columns
        columns: list[Column | TextColumn] = []
        for one in others:
            texts = [one.texts[row] for row in order]
            if one.is_text:
                columns.append(TextColumn(one.title, texts, whole=True))
            else:
                numbers = [one.values[row] for row in order]
                known = [None if math.isnan(number) else number for number in numbers]
                columns.append(Column(one.title, known, texts=texts))
        self.table.set_rows(
            [first.texts[row] for row in order],
            columns,
            title=first.title,
            keys=[table.runs[row] for row in order],
        )
        self.table.choose(self._chosen)

    @Slot(int)
    def _sort(self, column: int) -> None:
        before = self._order
        self._order = column, before is not None and before[0] == column and not before[1]
        if self._view is not None:
            self._show_table(self._view)

    @Slot(int)
    def _choose_group(self, group: int) -> None:
        if self._view is not None:
            self._choose(run_of(self._view.findings, group))

    @Slot(object)
    def _choose_run(self, number: Any) -> None:
        self._choose(number)

    def _choose(self, number: int | None) -> None:
        self._chosen = number
        text, group = "", None
        if number is not None and self._view is not None:
            findings = self._view.findings
            message = findings.results[number].message
            text = " · ".join(filter(None, (findings.run_text(number), message)))
            groups = enumerate(findings.groups)
            group = next((place for place, one in groups if number in one.runs), None)
        self._chosen_label.setText(text)
        self.plot.choose(group)
        self.map.choose(group)
        self.table.choose(number)
        self._show_chosen()

    @Slot(int)
    def _open_group(self, group: int) -> None:
        self._choose_group(group)
        self._on_open()

    @Slot(QModelIndex)
    def _on_row_opened(self, index: QModelIndex) -> None:
        self._on_open()

    @Slot()
    def _on_open(self) -> None:
        if self._chosen is not None and self._view is not None:
            self.opened.emit(self._view.findings, self._chosen)

    @Slot()
    def _on_keep(self) -> None:
        if self._chosen is not None and self._view is not None:
            self.kept.emit(self._view.findings, self._chosen)


def _heading(reading: str) -> str:
    """Return the name of a reading as a heading; f(x) stays what it is."""
    return reading[:1].upper() + reading[1:] if reading[1:2].isalpha() else reading
