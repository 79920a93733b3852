"""Printing a lesson: what to print is asked for, and the PDFs are written in the background."""

import functools
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.labs.worksheet_offer import WorksheetDialog
from gdstudio.app.running.background import Background
from gdstudio.data.files import shown_name
from gdstudio.folders import documents_folder
from gdstudio.lesson.library import LessonFile
from gdstudio.lesson.worksheet import LessonPaper, read_paper

_ABOUT = (
    "This lesson on paper: each step with a blank for its answer, and the answers on pages of "
    "their own. The app plays the lesson to compute them."
)
_PLAYING = "The lesson is played for its answers…"
# The whole of a lesson in which a network learns for a while.
_SECONDS = 600.0
_TOO_LONG = "To play this lesson takes too long; print it with `gdstudio worksheet` instead."


class LessonPrinting(QObject):
    """Asks what is wanted of a lesson, and says on the panel what came of it."""

    def __init__(self, panel: GuidePanel, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._background = background
        self._file: LessonFile | None = None
        self._dialog: WorksheetDialog | None = None

    def open(self, file: LessonFile) -> None:
        """Ask what is to be printed of a lesson."""
        self._file = file
        has_notes = any(step.notes is not None for step in file.lesson.steps)
        self._dialog = WorksheetDialog(self._panel.window(), about=_ABOUT, offers_notes=has_notes)
        self._dialog.accepted.connect(self._ask_where_and_save)
        self._dialog.open()

    @Slot()
    def _ask_where_and_save(self) -> None:
        file, dialog = self._file, self._dialog
        assert file is not None
        assert dialog is not None
        paper, with_key, with_notes = dialog.paper(), dialog.with_key(), dialog.with_notes()
        stem = file.path.name.split(".")[0]
        sheet = self._ask("Save worksheet", f"{stem}.pdf")
        notes = self._ask("Save the teacher's notes", f"{stem}-notes.pdf") if with_notes else None
        if sheet is None or (with_notes and notes is None):
            return
        if sheet == notes:
            self._panel.show_problem("The worksheet and the notes cannot be one file; name two.")
            return
        self._panel.show_remark(_PLAYING)
        self._background.submit(
            functools.partial(read_paper, file.path),
            lambda printed: self._print(printed, sheet, notes, paper, with_key),
            self._panel.show_problem,
            child_seconds=_SECONDS,
            child="print",
            too_long=_TOO_LONG,
        )

    def _ask(self, title: str, name: str) -> Path | None:
        """Ask for a place; None where the user has thought better of it."""
        place, _ = QFileDialog.getSaveFileName(
            self._panel.window(), title, str(documents_folder() / name), "PDF (*.pdf)"
        )
        if not place:
            return None
        return Path(place) if Path(place).suffix else Path(f"{place}.pdf")

    def _print(
        self, printed: LessonPaper, sheet: Path, notes: Path | None, paper: str, with_key: bool
    ) -> None:
        # What lays text out is loaded when it is asked for: the window opens earlier.
        from gdstudio.app.worksheets.pdf import print_lesson

        both = "" if notes is None else f" and {shown_name(notes)}"
        self._background.submit(
            lambda: print_lesson(printed, sheet, notes, paper=paper, with_key=with_key),
            lambda _: self._panel.show_remark(f"Saved {shown_name(sheet)}{both}."),
            self._panel.show_problem,
            must_finish=True,
            saying=f"Saving {shown_name(sheet)}",
        )
