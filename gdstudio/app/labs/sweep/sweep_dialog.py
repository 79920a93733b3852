"""What is swept, and what it shows: a curve, a map, a table; any run of it opens in the lab."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.labs.sweep.sweep_work import SweepWork
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.labels import ElidedLabel, set_role, text_label
from gdstudio.app.widgets.plots.value_plot import ValueLine, ValuePlot, ValuePoint
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.app.widgets.tables.columns import Column, TextColumn
from gdstudio.app.widgets.tables.heat_map import HeatCell, HeatMapView
from gdstudio.app.widgets.tables.ranked_table import RankedTable
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.sweep.charts import SweepView, run_of
from gdstudio.runs.sweep.processes import processors
from gdstudio.runs.sweep.sweep import STEPS, Sweep, sweepable
from gdstudio.runs.sweep.value_lists import suggested_text

_SIZE, _EDGE, _FORM_WIDTH = QSize(980, 600), 48, 300
_WAIT_MILLISECONDS = 700
_RATE = "learning_rate"
_NOTHING = "nothing else"
_INTRODUCTION = (
    "A run for each combination of values, computed beside the lab: lists such as 0.1, 1, 10, "
    "ranges such as 0.01..10 log 7 or 1..5 linear 5; networks have semicolons between them."
)
_EMPTY = "Choose values at the left and press Start: what came of each run appears here."


class SweepDialog(QDialog):
    """Sweeps settings of a lab; it stays open while the lab is used.

    Signals:
        opened(Findings, int), kept(Findings, int): the user wants this run of that sweep in the
            lab, or among the kept ones.
        said(str): what to say of a sweep that ended while nobody looked.
    """

    opened = Signal(object, int)
    kept = Signal(object, int)
    said = Signal(str)

    def __init__(
        self,
        vocabulary: Vocabulary,
        scenario: Callable[[], Scenario | None],
        readings: Callable[[], Mapping[str, float]],
        is_running: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        """Make the dialog.

        Args:
            vocabulary: the names of the lab.
            scenario: returns what the lab is set to; None where something typed cannot be used.
            readings: returns what its run can be asked for.
            is_running: whether the run goes on.
            parent: the window.
        """
        super().__init__(parent)
        self.setObjectName("sweep_dialog")
        self.setWindowTitle(f"Sweep: {vocabulary.title}")
        self._vocabulary = vocabulary
        self._scenario, self._readings, self._is_running = scenario, readings, is_running
        self._declared = {
            name: one for name, one in sweepable(vocabulary).items() if "." not in name
        }
        self._view: SweepView | None = None
        self._chosen: int | None = None
        self._order: tuple[int, bool] | None = None
        self.work = SweepWork(self)
        self.work.estimated.connect(self._on_estimate)
        self.work.refused.connect(self._on_refused)
        self.work.came.connect(self._show)
        self.work.ended.connect(self._on_ended)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MILLISECONDS)
        self._wait.timeout.connect(self._estimate)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addWidget(text_label(_INTRODUCTION, "muted", wrap=True))
        columns = QHBoxLayout()
        outer.addLayout(columns, 1)
        columns.setSpacing(16)
        form = self._form()
        scroll = ScrollArea(form)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._form_area = scroll
        columns.addWidget(scroll)
        columns.addWidget(self._results(), 1)
        current_theme().changed.connect(self._fit_screen)
        self._fit_screen()
        self._choose_first()
        self._show_state()

    # What is swept.

    def _form(self) -> QWidget:
        form = QWidget()
        form.setProperty("kind", "scrolled")
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(8)
        self._settings = [self._combo("sweep_setting_combo"), self._combo("sweep_other_combo")]
        self._settings[1].insertItem(0, _NOTHING, None)
        self._settings[1].setCurrentIndex(0)
        self._values = [
            self._edit("sweep_values_edit", "Values"),
            self._edit("sweep_other_values_edit", "Values of the other setting"),
        ]
        self._seeds = self._edit("sweep_seeds_edit", "Seeds")
        self._seeds.setText("1")
        self._seeds.setToolTip("How many seeds, from that of the lab on, or which: 3, or 4, 7.")
        self._steps = self._edit("sweep_steps_edit", STEPS.label)
        self._steps.setText(str(STEPS.default))
        self._steps.setToolTip(STEPS.explanation)
        self._other_row = FieldRow("Values", self._values[1])
        rows = [
            FieldRow("Setting", self._settings[0]),
            FieldRow("Values", self._values[0]),
            FieldRow("And", self._settings[1]),
            self._other_row,
            FieldRow("Seeds", self._seeds),
        ]
        if not self._vocabulary.ends:
            rows.append(FieldRow("Steps at most", self._steps))
        for row in rows:
            column.addWidget(row)
            row.share_edge(rows)
        self._estimate_label = text_label("", "muted", name="sweep_estimate_label", wrap=True)
        column.addWidget(self._estimate_label)
        self._start = IconButton("Start", kind="primary", name="sweep_start_button")
        self._start.clicked.connect(self.start)
        self._cancel = IconButton(
            "Cancel", name="sweep_cancel_button", tooltip="End the sweep; what is done stays."
        )
        self._cancel.clicked.connect(self.work.cancel)
        buttons = QHBoxLayout()
        column.addLayout(buttons)
        buttons.setSpacing(8)
        buttons.addWidget(self._start, 1)
        buttons.addWidget(self._cancel, 1)
        self._progress = QProgressBar()
        self._progress.setObjectName("sweep_progress")
        self._progress.setAccessibleName("Progress of the sweep")
        self._progress.setTextVisible(False)
        column.addWidget(self._progress)
        self._progress_label = text_label("", "small", name="sweep_progress_label")
        column.addWidget(self._progress_label)
        column.addStretch(1)
        for place, combo in enumerate(self._settings):
            combo.currentIndexChanged.connect(lambda _, place=place: self._suggest(place))
        for edit in (*self._values, self._seeds, self._steps):
            edit.textChanged.connect(self._on_edited)
        return form

    def _combo(self, name: str) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        for key, setting in self._declared.items():
            combo.addItem(setting.label[:1].upper() + setting.label[1:], key)
        combo.setToolTip("The setting whose values are tried.")
        return combo

    def _edit(self, name: str, accessible: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setAccessibleName(accessible)
        edit.setToolTip("A list such as 0.1, 1, 10, or a range such as 0.01..10 log 7.")
        return edit

    def _choose_first(self) -> None:
        self._settings[0].setCurrentIndex(self._settings[0].findData(_RATE))
        self._suggest(0)
        self._suggest(1)

    def _suggest(self, place: int) -> None:
        """Propose values around what the lab is set to."""
        name = self._settings[place].currentData()
        if place:
            self._other_row.setVisible(name is not None)
        if name is None:
            self._values[place].clear()
            return
        scenario = self._scenario()
        values = {} if scenario is None else scenario.values
        setting = self._declared[name]
        value = values.get(name, self._readings().get(name, setting.default))
        self._values[place].setText(suggested_text(setting, value))

    @Slot()
    def _on_edited(self) -> None:
        self._estimate_label.setText("")
        self.work.drop_estimate()
        if self.isVisible() and not self.work.is_busy:
            self._wait.start()

    def _make(self) -> Callable[[], Sweep] | None:
        """Return what makes the sweep that is typed; it asks no widget."""
        scenario = self._scenario()
        if scenario is None:
            return None
        texts: dict[str, str] = {}
        for combo, edit in zip(self._settings, self._values, strict=True):
            name = combo.currentData()
            if name is not None:
                texts[name] = f"{texts[name]}; {edit.text()}" if name in texts else edit.text()
        seeds, steps = self._seeds.text(), self._steps.text()
        return lambda: Sweep.parse(scenario, texts, seeds=seeds, steps=STEPS.parse(steps))

    def _workers(self) -> int:
        """Return how many runs are computed at the same time: the lab's own comes first."""
        return max(processors() - self._is_running(), 1)

    @Slot()
    def _estimate(self) -> None:
        make = self._make()
        if make is not None:
            self._say("Looking what that costs…")
            self.work.estimate(make, self._workers())

    @Slot()
    def start(self) -> None:
        """Compute what is typed."""
        self._wait.stop()
        make = self._make()
        if make is None or self.work.is_busy:
            return
        self._order, self._chosen = None, None
        self._say("")
        self._progress_label.setText("Starting…")
        self.work.start(make, self._workers())
        self._show_state()

    def _say(self, sentence: str, *, is_problem: bool = False) -> None:
        self._estimate_label.setText(sentence)
        set_role(self._estimate_label, "problem" if is_problem else "muted")

    @Slot(str)
    def _on_estimate(self, sentence: str) -> None:
        self._say(sentence)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self._say(sentence, is_problem=True)

    @Slot(str)
    def _on_ended(self, sentence: str) -> None:
        view = self._view
        if view is None or (sentence and sentence != "Stopped."):
            self._say(sentence, is_problem=True)
            self._progress_label.setText("")
        if view is not None:
            done, planned = view.done, view.findings.sweep.count
            end = "" if done == planned else " Stopped."
            self._progress_label.setText(f"{done:,} of {planned:,} runs are done.{end}")
            if not self.isVisible():
                self.said.emit(f"The sweep has ended: {done:,} of {planned:,} runs are done.")
        self._show_state()

    def _show_state(self) -> None:
        busy = self.work.is_busy
        self._start.setEnabled(not busy)
        self._cancel.setEnabled(busy)
        self._progress.setVisible(busy)
        result = None
        if self._chosen is not None and self._view is not None:
            result = self._view.findings.results[self._chosen]
        self._open.setEnabled(result is not None and not result.failed)
        self._keep.setEnabled(result is not None and result.kept is not None)

    # What it shows.

    def _results(self) -> QWidget:
        results = QWidget()
        column = QVBoxLayout(results)
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
        return results

    @Slot(str)
    def _turn_to(self, key: str) -> None:
        self._stack.setCurrentWidget(self._cards[key])
        self._show_page()

    @Slot(object)
    def _show(self, view: SweepView) -> None:
        if self._view is None or view.findings.sweep is not self._view.findings.sweep:
            self._choose(None)
        self._view = view
        sweep = view.findings.sweep
        self._progress.setRange(0, sweep.count)
        self._progress.setValue(view.done)
        self._progress_label.setText(f"{view.done:,} of {sweep.count:,} runs are done.")
        self._findings.setText("\n".join(view.sentences) if view.done else "")
        if view.heat_map is None and self._stack.currentWidget() is self._cards["sweep_map"]:
            self._tabs.choose("sweep_curve")
        self._map_tab.setVisible(view.heat_map is not None)
        self._show_page()

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
        self._show_state()

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

    @Slot()
    def _fit_screen(self) -> None:
        """Be as large as the dialog needs, as far as the screen has room."""
        px = current_theme().px
        wanted = QSize(px(_SIZE.width()), px(_SIZE.height()))
        screen = self.screen().availableSize() - QSize(_EDGE, _EDGE)
        self.resize(wanted.boundedTo(screen))
        self._form_area.setFixedWidth(min(px(_FORM_WIDTH), screen.width() // 3))

    # Qt's own.

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Say what it would cost."""
        super().showEvent(event)
        if not self.work.is_busy:
            self._wait.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Look no longer what something would cost; a sweep goes on."""
        super().hideEvent(event)
        self._wait.stop()
        self.work.drop_estimate()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Keep Enter, which ends typing in a box, from closing the dialog."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


def _heading(reading: str) -> str:
    """Return the name of a reading as a heading; f(x) stays what it is."""
    return reading[:1].upper() + reading[1:] if reading[1:2].isalpha() else reading
