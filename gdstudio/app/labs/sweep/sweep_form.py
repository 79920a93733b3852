"""The form at the left of a sweep: which values are tried, what that costs, how far it is."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import set_role, text_label
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.sweep.sweep import STEPS, Sweep, sweepable
from gdstudio.runs.sweep.value_lists import suggested_text

_RATE = "learning_rate"
_NOTHING = "nothing else"


class SweepForm(QWidget):
    """What is swept, typed.

    Signals:
        edited(): something else is typed.
        start_clicked(), cancel_clicked(): the user wants a sweep, or no more of it.
    """

    edited = Signal()
    start_clicked = Signal()
    cancel_clicked = Signal()

    def __init__(
        self,
        vocabulary: Vocabulary,
        scenario: Callable[[], Scenario | None],
        readings: Callable[[], Mapping[str, float]],
    ) -> None:
        """Make the form.

        Args:
            vocabulary: the names of the lab.
            scenario: returns what the lab is set to; None where something typed cannot be used.
            readings: returns what its run can be asked for.
        """
        super().__init__()
        self.setProperty("kind", "scrolled")
        self._scenario, self._readings = scenario, readings
        self._declared = {
            name: one for name, one in sweepable(vocabulary).items() if "." not in name
        }
        column = QVBoxLayout(self)
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
        if not vocabulary.ends:
            rows.append(FieldRow("Steps at most", self._steps))
        for row in rows:
            column.addWidget(row)
            row.share_edge(rows)
        self._estimate_label = text_label("", "muted", name="sweep_estimate_label", wrap=True)
        column.addWidget(self._estimate_label)
        self._start = IconButton("Start", kind="primary", name="sweep_start_button")
        self._start.clicked.connect(self.start_clicked)
        self._cancel = IconButton(
            "Cancel", name="sweep_cancel_button", tooltip="End the sweep; what is done stays."
        )
        self._cancel.clicked.connect(self.cancel_clicked)
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
        self._choose_first()
        self.show_busy(False)

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
        self.say("")
        self.edited.emit()

    def make(self) -> Callable[[], Sweep] | None:
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

    def say(self, sentence: str, *, is_problem: bool = False) -> None:
        """Say what it would cost, or why it cannot be computed."""
        self._estimate_label.setText(sentence)
        set_role(self._estimate_label, "problem" if is_problem else "muted")

    def show_busy(self, busy: bool) -> None:
        """Show whether a sweep is being computed."""
        self._start.setEnabled(not busy)
        self._cancel.setEnabled(busy)
        self._progress.setVisible(busy)

    def show_progress(self, done: int, planned: int) -> None:
        """Show how many of the planned runs are done."""
        self._progress.setRange(0, planned)
        self._progress.setValue(done)

    def say_progress(self, text: str) -> None:
        """Say how far it is."""
        self._progress_label.setText(text)
