"""The lessons that can be chosen: those that come with the app, and those opened from files."""

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.guide.lesson_watch import LessonWatch
from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.running.background import Background
from gdstudio.lesson.library import LessonFile, open_lesson, shipped_lessons
from gdstudio.lesson.progress import Place
from gdstudio.visible_text import visible

_FILES = "Lessons (*.md);;All files (*)"


class LessonList(QObject):
    """Reads lessons in the background and offers them at the head of the panel.

    Attributes:
        current: the one in view; None before one was.
        shown: the keys of the shipped lessons to offer; empty for all.

    Signals:
        read(): the lessons that come with the app are known.
        chosen(object): this LessonFile is to be shown.
        edited(object): the one in view was edited, and is this LessonFile now.
    """

    read = Signal()
    chosen = Signal(object)
    edited = Signal(object)

    def __init__(self, panel: GuidePanel, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self.current: LessonFile | None = None
        self.shown: tuple[str, ...] = ()
        self._panel = panel
        self._background = background
        self._shipped: list[LessonFile] = []
        self._own: dict[str, LessonFile] = {}
        self._watch = LessonWatch(self)
        self._watch.edited.connect(self._read_again)
        panel.lesson_chosen.connect(self.choose)
        panel.open_clicked.connect(self.ask_and_open)

    def read_shipped(self) -> None:
        """Read the lessons that come with the app."""
        self._background.submit(shipped_lessons, self._take_shipped, self._panel.show_problem)

    def _take_shipped(self, found: list[LessonFile]) -> None:
        self._shipped = [one for one in found if not self.shown or one.key in self.shown]
        self.read.emit()

    def show(self, places: Mapping[str, Place]) -> None:
        """Offer them, with a mark where a lesson was finished."""
        entries = []
        for one in (*self._shipped, *self._own.values()):
            mark = "✓ " if places.get(one.key, Place()).is_finished else ""
            lesson = one.lesson
            entries.append((one.key, f"{mark}{visible(lesson.title)} ({lesson.minutes} min)"))
        self._panel.show_lessons(entries, "" if self.current is None else self.current.key)

    def choose_last(self, key: str) -> None:
        """Go on with the lesson that was open last, or else with the first one of the app."""
        first = self._shipped[0] if self._shipped else None
        last = next((one for one in self._shipped if one.key == key), None)

        def choose(file: LessonFile | None) -> None:
            if file is not None and self.current is None:
                self.chosen.emit(file)

        if last is None and os.path.isabs(key):
            self.open_file(Path(key), otherwise=lambda: choose(first))
        else:
            choose(last or first)

    @property
    def following(self) -> LessonFile | None:
        """The lesson after the one in view; None after the last one, and after one's own."""
        keys = [one.key for one in self._shipped]
        if self.current is None or self.current.key not in keys:
            return None
        place = keys.index(self.current.key) + 1
        return self._shipped[place] if place < len(keys) else None

    @Slot(str)
    def choose(self, key: str) -> None:
        """Go on with one of the lessons in the list."""
        for one in (*self._shipped, *self._own.values()):
            if one.key == key:
                self._panel.show_problem("")
                self.chosen.emit(one)

    @Slot()
    def ask_and_open(self) -> None:
        """Ask for a lesson file, and open it."""
        name, _ = QFileDialog.getOpenFileName(self._panel.window(), "Open a lesson", "", _FILES)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path, *, otherwise: Callable[[], None] | None = None) -> None:
        """Open a lesson of the user's own; where it is none, what was open stays.

        Before that is said, `otherwise` is called.
        """

        def fail(sentence: str) -> None:
            if otherwise is not None:
                otherwise()
            self._panel.show_problem(sentence)

        def take(file: LessonFile) -> None:
            self._panel.show_problem("")
            self.chosen.emit(file)

        self._background.submit(functools.partial(open_lesson, path), take, fail)

    def view(self, file: LessonFile) -> None:
        """Have `file` in view, in the list and watched."""
        if all(file.key != one.key for one in self._shipped):
            self._own[file.key] = file
        self.current = file
        self._watch.watch(file.path)

    @Slot()
    def _read_again(self) -> None:
        file = self.current
        assert file is not None
        self._background.submit(
            functools.partial(open_lesson, file.path),
            functools.partial(self._take_edited, file),
            self._panel.show_problem,
        )

    def _take_edited(self, before: LessonFile, file: LessonFile) -> None:
        if self.current is not before:
            return
        self.current = file
        if file.key in self._own:
            self._own[file.key] = file
        self._shipped = [file if one.key == file.key else one for one in self._shipped]
        self._panel.show_problem("")
        self.edited.emit(file)

    def stop(self) -> None:
        """Look at no file any more."""
        self._watch.stop()
