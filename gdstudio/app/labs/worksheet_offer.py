"""How a lab offers its step as a worksheet: what to choose, where to, and the PDF in peace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QLocale, QObject, Qt, SignalInstance, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QWidget,
)

from gdstudio.app.labs.lab import Lab
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.form_dialog import FormDialog
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.worksheets.worksheet import MOST_STEPS, Worksheet
from gdstudio.folders import documents_folder

_ABOUT_SHEET = "worksheet"
_ABOUT = (
    "The numbers of this step on paper: a table to fill in, the step to work out, and the answers "
    "on pages of their own."
)


class Maker(Protocol):
    """Makes the worksheet; called in the background."""

    def __call__(self, *, steps: int) -> Worksheet:
        """Return a worksheet of `steps` steps.

        Raises:
            BadInput: if these numbers make none.
        """


class _Card(Protocol):
    """A step card, of whichever lab."""

    worksheet_clicked: SignalInstance

    def offer_worksheet(self) -> None: ...


def offer_worksheet(
    lab: Lab,
    card: _Card,
    capture: Callable[[], Maker],
    *,
    file_name: str,
    most_steps: int = MOST_STEPS,
) -> None:
    """Let `card` of `lab` offer worksheets; call once, when the lab is made.

    Args:
        lab: says what went wrong, and has the background in which the PDF is made.
        card: the step card with the button.
        capture: called in the window's thread when the button is clicked; takes what is shown
            then and returns what makes the worksheet. It may raise `BadInput` where there is
            nothing to make one of.
        file_name: what the file is called if the user does not mind, without an ending.
        most_steps: how many steps a sheet may have.
    """
    controller = _Printer(lab, capture, file_name, most_steps)
    card.worksheet_clicked.connect(controller.open)
    card.offer_worksheet()


def offer_network_worksheet(lab: Lab, page: Any) -> None:
    """Let the page of a network's next step offer worksheets; other pages have none.

    The slopes of a second step come from images: nobody works those out by hand.
    """
    card = page.worksheet_card
    if card is not None:
        offer_worksheet(
            lab, card, card.capture_worksheet, file_name="worksheet-network", most_steps=1
        )


def shown_snapshot(lab: Lab) -> Any:
    """Return the snapshot that `lab` shows now.

    Raises:
        BadInput: if it shows none yet.
    """
    latest = lab.runner.latest
    if latest is None or latest.snapshot is None:
        raise BadInput("There is no step yet; wait until the lab shows its start.")
    return latest.snapshot


class WorksheetDialog(FormDialog):
    """Asks how many steps, which paper, and whether with the answers.

    Of a lesson with notes it asks for these, too.
    """

    def __init__(
        self,
        window: QWidget,
        most_steps: int = 1,
        *,
        about: str = _ABOUT,
        offers_notes: bool = False,
    ) -> None:
        # What makes a PDF is loaded when one is asked for: the window opens sooner.
        from gdstudio.app.worksheets.pdf import PAPERS

        super().__init__(window, name="worksheet_dialog", title="Worksheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_text("Worksheet for a class", "heading")
        self.add_text(about)
        self._steps = _combo("worksheet_steps_combo", "How many steps the class makes.")
        for count in range(1, most_steps + 1):
            self._steps.addItem("1 step" if count == 1 else f"{count} steps", count)
        steps = FieldRow("Steps", self._steps)
        steps.setVisible(most_steps > 1)
        self._paper = _combo("worksheet_paper_combo", "The paper that it is printed on.")
        for key, (label, _) in PAPERS.items():
            self._paper.addItem(label, key)
        self._paper.setCurrentIndex(self._paper.findData(_usual_paper()))
        self._key = QCheckBox("With an answer key")
        self._key.setObjectName("worksheet_key_check")
        self._key.setToolTip("Adds all the answers, on pages of their own.")
        self._key.setAccessibleDescription(self._key.toolTip())
        self._key.setChecked(True)
        self._notes = QCheckBox("The teacher's notes, in a file of their own")
        self._notes.setObjectName("worksheet_notes_check")
        self._notes.setToolTip("Prints what the lesson tells the teacher of each step, too.")
        self._notes.setAccessibleDescription(self._notes.toolTip())
        self._notes.setVisible(offers_notes)
        for part in (steps, FieldRow("Paper", self._paper), self._key, self._notes):
            self.column.addWidget(part)
        cancel = IconButton(
            "Cancel", name="worksheet_cancel_button", tooltip="Close without a worksheet."
        )
        cancel.clicked.connect(self.reject)
        save = IconButton(
            "Save PDF…",
            kind="primary",
            name="worksheet_save_button",
            tooltip="Choose a file and write the worksheet into it.",
        )
        save.setDefault(True)
        save.clicked.connect(self.accept)
        self.add_buttons(cancel, save)

    def steps(self) -> int:
        """Return how many steps are chosen."""
        return int(self._steps.currentData())

    def paper(self) -> str:
        """Return the key of the paper that is chosen."""
        return str(self._paper.currentData())

    def with_key(self) -> bool:
        """Return whether the answers are wanted."""
        return self._key.isChecked()

    def with_notes(self) -> bool:
        """Return whether what the teacher is told is wanted."""
        return self._notes.isChecked()


class _Printer(QObject):
    """Where one lab's worksheets are made."""

    def __init__(
        self, lab: Lab, capture: Callable[[], Maker], file_name: str, most_steps: int
    ) -> None:
        super().__init__(lab)
        self._lab, self._capture = lab, capture
        self._file_name, self._most_steps = file_name, most_steps
        self._maker: Maker | None = None
        self._dialog: WorksheetDialog | None = None

    @Slot()
    def open(self) -> None:
        """Take what is shown now, and ask for the rest."""
        try:
            self._maker = self._capture()
        except BadInput as problem:
            self._lab.say_problem(str(problem), about=_ABOUT_SHEET)
            return
        self._dialog = WorksheetDialog(self._lab.window(), self._most_steps)
        self._dialog.accepted.connect(self._ask_where_and_save)
        self._dialog.open()

    @Slot()
    def _ask_where_and_save(self) -> None:
        from gdstudio.app.worksheets.pdf import save_worksheet

        dialog, maker = self._dialog, self._maker
        assert dialog is not None
        assert maker is not None
        steps, paper, with_key = dialog.steps(), dialog.paper(), dialog.with_key()
        name, _ = QFileDialog.getSaveFileName(
            self._lab.window(),
            "Save worksheet",
            str(documents_folder() / f"{self._file_name}.pdf"),
            "PDF (*.pdf)",
        )
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(f"{name}.pdf")
        self._lab.background.submit(
            lambda: save_worksheet(maker(steps=steps), path, paper=paper, with_key=with_key),
            lambda _: self._lab.say_result(f"Saved {shown_name(path)}.", mends=_ABOUT_SHEET),
            lambda said: self._lab.say_problem(said, about=_ABOUT_SHEET),
            must_finish=True,
            saying=f"Saving {shown_name(path)}…",
        )


def _combo(name: str, tooltip: str) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setToolTip(tooltip)
    combo.setAccessibleDescription(tooltip)
    return combo


def _usual_paper() -> str:
    """Return the paper of the user's country."""
    us = QLocale.MeasurementSystem.ImperialUSSystem
    return "letter" if QLocale.system().measurementSystem() == us else "a4"
