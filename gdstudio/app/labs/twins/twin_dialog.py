"""The question for a twin: which setting is to differ, and what it is for the twin."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QWidget

from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.form_dialog import FormDialog
from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.kept_run import KeptRun, setting_text
from gdstudio.runs.twins import (
    TwinChoice,
    parse_twin,
    suggested_values,
    twin_settings,
    typed_value,
)

_RATE = "learning_rate"
_INTRODUCTION = (
    "Two runs from the same start and seed, one setting different, stepped together. Both begin at "
    "the start."
)


class TwinDialog(FormDialog):
    """Asks for one setting and its other value.

    Attributes:
        choice: what was chosen, once the dialog was accepted.
    """

    def __init__(
        self, vocabulary: Vocabulary, live: Callable[[], KeptRun | None], parent: QWidget
    ) -> None:
        """Make the dialog.

        Args:
            vocabulary: the names of the lab.
            live: returns what one sees of its run; None where something typed cannot be used.
            parent: the window.
        """
        super().__init__(parent, name="twin_dialog", title=f"Twin: {vocabulary.title}")
        self._live = live
        self._declared = twin_settings(vocabulary)
        self.choice: TwinChoice | None = None
        self._setting = QComboBox()
        self._setting.setObjectName("twin_setting_combo")
        self._setting.setToolTip("The one setting that is another for the twin.")
        for name, setting in self._declared.items():
            self._setting.addItem(setting.label[:1].upper() + setting.label[1:], name)
        self._value = QComboBox()
        self._value.setObjectName("twin_value_combo")
        self._value.setEditable(True)
        self._value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._value.setAccessibleName("Its value for the twin")
        self._value.setToolTip("Type any value, or choose one that is worth trying.")
        rows = [FieldRow("Setting", self._setting), FieldRow("For the twin", self._value)]
        self._start = IconButton("Start", kind="primary", name="twin_start_button")
        self._start.clicked.connect(self._take)
        cancel = IconButton("Cancel", name="twin_cancel_button")
        cancel.clicked.connect(self.reject)
        self.add_text(_INTRODUCTION)
        for row in rows:
            self.column.addWidget(row)
            row.share_edge(rows)
        self._now = self.add_text(name="twin_now_label")
        self._problem = self.add_text(role="problem", name="twin_problem_label")
        self._problem.hide()
        self.add_buttons(cancel, self._start)
        self._setting.setCurrentIndex(max(self._setting.findData(_RATE), 0))
        self._setting.currentIndexChanged.connect(self._suggest)
        self._value.editTextChanged.connect(self._on_typed)
        edit = self._value.lineEdit()
        assert edit is not None  # it is editable
        edit.returnPressed.connect(self._take)

    def ask(self) -> None:
        """Ask anew."""
        self.choice = None
        self._problem.hide()
        self._suggest()
        self.setModal(True)
        self.show()
        self._value.setFocus()

    @Slot()
    def _suggest(self) -> None:
        """Offer values beside that of the run."""
        live, name = self._live(), self._setting.currentData()
        self._value.clear()
        if live is None:
            return
        setting, value = self._declared[name], live.setting(name)
        others = suggested_values(setting, value)
        self._value.addItems(others)
        if not others:
            self._value.setEditText(typed_value(setting, value))
        self._now.setText(f"The run itself: {setting_text(setting, value, whole=True)}.")
        self._value.setToolTip(setting.explanation)

    @Slot()
    def _on_typed(self) -> None:
        self._problem.hide()

    @Slot()
    def _take(self) -> None:
        live = self._live()
        if live is None:
            return
        try:
            self.choice = parse_twin(live, self._setting.currentData(), self._value.currentText())
        except BadInput as refused:
            self._problem.setText(str(refused))
            self._problem.show()
            self._value.setFocus()
            return
        self.accept()
