"""Lesson files: the shipped ones in their order, and those of a person's own."""

import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from gdstudio.data.files import read_bytes, shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import shown
from gdstudio.lesson.lesson import Lesson
from gdstudio.lesson.reader import LARGEST_FILE, read_lesson
from gdstudio.number_text import count_text
from gdstudio.resource_files import resource_path


@dataclass(frozen=True)
class LessonFile:
    """A lesson that was read.

    Attributes:
        key: by what its progress is kept.
        path: its file.
        lesson: what stands in it.
        version: what tells this version of it from every other one.
    """

    key: str
    path: Path
    lesson: Lesson
    version: str


def open_lesson(path: Path) -> LessonFile:
    """Return the lesson in a file.

    Raises:
        BadInput: where it is none, with the line and what is wrong there.
    """
    lesson, problems = read_lesson(path)
    if lesson is None:
        first = problems[0]
        others = ""
        if len(problems) > 1:
            more = len(problems) - 1
            others = "is 1 more problem" if more == 1 else f"are {count_text(more)} more problems"
            others = f" There {others}; `gdstudio lesson check` lists them all."
        where = f"{shown_name(path)}, line {first.line}: " if first.line else ""
        raise BadInput(f"{where}{first.sentence}{others}")
    return LessonFile(_key(path), path, lesson, _version(path))


def find_lesson(name: str) -> Path:
    """Return the file of a lesson: a Markdown file, or one of the app by its key.

    Raises:
        BadInput: where there is none.
    """
    if name.casefold().endswith(".md") or os.path.exists(name):
        return Path(name)
    shipped = {path.stem: path for path in shipped_paths()}
    if name not in shipped:
        raise BadInput(
            f"There is no lesson “{shown(name)}”; name a Markdown file, or one of "
            f"{', '.join(shipped)}."
        )
    return shipped[name]


def shipped_lessons() -> list[LessonFile]:
    """Return the lessons that come with the app, in the order of the story.

    Raises:
        BadInput: where one of them is damaged.
    """
    return [open_lesson(path) for path in shipped_paths()]


def shipped_paths() -> list[Path]:
    """Return the files of the lessons that come with the app, the story's chapters first."""
    folder = resource_path("lessons")
    return sorted(
        folder.rglob("*.md"),
        key=lambda path: (path.parent != folder, not path.name[0].isdigit(), str(path)),
    )


@functools.cache
def chapter_keys() -> tuple[str, ...]:
    """Return the keys of the story's chapters, in their order."""
    folder = resource_path("lessons")
    return tuple(path.stem for path in shipped_paths() if path.parent == folder)


def _version(path: Path) -> str:
    """Return a fingerprint of a text, however its lines end."""
    content = read_bytes(path, size_limit=LARGEST_FILE).replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()[:12]


def _key(path: Path) -> str:
    """Return by what the progress in a lesson is kept: shipped ones may move with the app."""
    place = Path(os.path.abspath(path))
    folder = resource_path("lessons")
    return place.stem if place.is_relative_to(folder) else str(place)
