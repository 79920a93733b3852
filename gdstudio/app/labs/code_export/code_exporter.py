"""Makes a program of the run that a lab shows: its text in a dialog, its files in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.controls.buttons import SetupButtons
from gdstudio.app.widgets.labels import literal_text
from gdstudio.data.files import shown_name
from gdstudio.experiment.run_update import State, Update
from gdstudio.folders import documents_folder

if TYPE_CHECKING:
    from gdstudio.app.labs.code_export.code_dialog import CodeDialog
    from gdstudio.code_export.program import Program
    from gdstudio.code_export.taken import TakenState

# What problems with the program are about.
CODE = "program"
# Steps that follow each other are waited for before the program is written anew.
_PATIENCE_MILLISECONDS = 300


class _Lab(Protocol):
    """Whose run is exported; what each of these does is said by `Lab`."""

    @property
    def runner(self) -> Runner: ...

    @property
    def background(self) -> Background: ...

    @property
    def setup_buttons(self) -> SetupButtons: ...

    def say_result(self, sentence: str, kind: Any = "good", *, mends: str = "") -> None: ...

    def say_problem(self, sentence: str, *, about: str = "") -> None: ...

    def window(self) -> QWidget: ...


class CodeExporter(QObject):
    """The program of one lab's run."""

    def __init__(self, lab: _Lab, parent: QObject) -> None:
        super().__init__(parent)
        self._lab = lab
        self._dialog: CodeDialog | None = None
        self._made: tuple[str, Program] | None = None
        # The step that is lit next is after this one, of the same start.
        self._seen: tuple[int, int] | None = None
        self._work = LatestWork(lab.background, self._refuse)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MILLISECONDS)
        self._patience.timeout.connect(self._take)
        lab.setup_buttons.code_button.clicked.connect(self.open)
        lab.runner.updated.connect(self._on_update)

    @Slot()
    def open(self) -> None:
        """Show the program of the run as it is now."""
        # Programs are loaded when one is asked for: the window opens sooner.
        from gdstudio.app.labs.code_export.code_dialog import CodeDialog

        if self._dialog is None:
            self._dialog = CodeDialog(self._lab.window())
            self._dialog.target_chosen.connect(self._take)
            self._dialog.save_wanted.connect(self._ask_where_and_save)
        self._dialog.show()
        self._dialog.activateWindow()
        self._note(self._lab.runner.latest)
        self._take()

    def close(self) -> None:
        """Close the dialog, with the window."""
        self._patience.stop()
        self._work.drop()
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def _take(self) -> None:
        """Ask the run for what a program repeats of it, once no line is lit."""
        if self._dialog is not None and self._dialog.is_lighting:
            self._patience.start()
        elif self._dialog is not None and self._dialog.isVisible():
            from gdstudio.code_export.taken import TakeState

            self._dialog.tell("Writing the program…")
            self._lab.runner.ask(TakeState(), self._write)

    def _write(self, state: "TakenState | None") -> None:
        dialog = self._dialog
        if dialog is None or not dialog.isVisible():
            return
        if state is None:
            self._refuse("The run could not be asked; try again.")
            return
        from gdstudio.code_export.targets import TARGETS

        key = dialog.target
        target = TARGETS[key]
        # The program has its text at once here, and not in the window's thread.
        self._work.replace(
            lambda: (key, _with_text(target.program(state.taken()))), self._show, saying=""
        )

    def _show(self, made: "tuple[str, Program]") -> None:
        self._made = made
        if self._dialog is not None:
            self._dialog.show_program(made[1])

    def _refuse(self, sentence: str) -> None:
        self._made = None
        if self._dialog is not None:
            self._dialog.tell(sentence, is_problem=True)

    def _note(self, update: Update | None) -> None:
        known = update is not None and update.snapshot is not None
        self._seen = (update.generation, update.snapshot.iteration) if known and update else None

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        """Light the lines of a step that was made, and write the program anew when it rests."""
        if self._dialog is None or not self._dialog.isVisible() or update.snapshot is None:
            return
        before = self._seen
        self._note(update)
        if before == self._seen or before is None or self._seen is None:
            return
        if self._seen[0] == before[0] and self._seen[1] > before[1]:
            self._dialog.light_step()
        if update.state is not State.RUNNING:
            self._patience.start()

    @Slot()
    def _ask_where_and_save(self) -> None:
        if self._made is None or self._dialog is None:
            return
        from gdstudio.code_export.program import save_files
        from gdstudio.code_export.targets import TARGETS

        key, program = self._made
        name = QFileDialog.getExistingDirectory(
            self._dialog, "Save the program in a folder", str(documents_folder())
        )
        if not name:
            return
        folder, target = Path(name), TARGETS[key]
        ending = target.ending
        there = [
            one
            for one in (f"{program.name}.{ending}", program.data_name)
            if (folder / one).exists()
        ]
        if there and not self._may_replace(" and ".join(there)):
            return
        self._lab.background.submit(
            lambda: save_files(folder, target.as_files(program), replace=bool(there)),
            lambda paths: self._lab.say_result(f"Saved {shown_name(paths[0])}.", mends=CODE),
            lambda said: self._lab.say_problem(said, about=CODE),
            must_finish=True,
            saying=f"Saving {program.name}.{ending}…",
        )

    def _may_replace(self, names: str) -> bool:
        assert self._dialog is not None
        yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
        text = f"{names} is in this folder already. Replace it?"
        return (
            QMessageBox.question(self._dialog, "Replace?", literal_text(text), yes | no, no) == yes
        )


def _with_text(program: "Program") -> "Program":
    """Return a program whose text has been put together."""
    assert program.text
    return program
