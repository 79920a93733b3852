"""How far a person has come in each lesson, kept in a small JSON file."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.folders import make_folder, set_aside
from gdstudio.lesson.guide import Answered, Guide
from gdstudio.storage.atomic_file import replacing

log = logging.getLogger(__name__)

VERSION = 1
_SIZE_LIMIT = 1_000_000
_MOST_LESSONS, _MOST_STEPS, _LONGEST = 500, 1_000, 1_000


@dataclass(frozen=True)
class Place:
    """Where a lesson was left.

    Attributes:
        step: the place of the step, counted from 0.
        heading: what the step is called.
        answered: by the places of the steps, what was done about their checks.
        is_finished: whether the lesson was gone to its end.
    """

    step: int = 0
    heading: str = ""
    answered: Mapping[int, Answered] = field(default_factory=dict)
    is_finished: bool = False

    @property
    def far(self) -> tuple[bool, int, int]:
        """How far that is, as it can be compared."""
        return self.is_finished, sum(one.is_right for one in self.answered.values()), self.step


@dataclass
class Progress:
    """The places of all lessons.

    Attributes:
        path: the file; None keeps nothing.
        places: by the key of a lesson, where it was left.
        lesson: the key of the one that was open last.
        is_open: whether the guide was open when the window closed.
        show_everything: whether nothing is to step back while the guide leads.
        nickname: by which the user has handed in last.
        problem: what was wrong with the file, in one sentence; empty where nothing was.
    """

    path: Path | None = None
    places: dict[str, Place] = field(default_factory=dict)
    lesson: str = ""
    is_open: bool = False
    show_everything: bool = False
    nickname: str = ""
    problem: str = ""

    @classmethod
    def load(cls, path: Path | None) -> "Progress":
        """Return what is kept at `path`; a file that cannot be used is set aside."""
        found = cls(path)
        if path is None or not os.path.lexists(path):
            return found
        try:
            kept = json.loads(read_bytes(path, size_limit=_SIZE_LIMIT))
            if not isinstance(kept, dict) or kept.get("version") != VERSION:
                raise ValueError(f"it is not of version {VERSION}")
            found._take(kept)
        except (BadInput, ValueError, RecursionError) as error:
            return cls(path, problem=_set_aside(path, error))
        return found

    def as_plain(self) -> dict[str, Any]:
        """Return where the lessons were left, ready for JSON: no name, nothing of the window."""
        return {key: asdict(one) for key, one in list(self.places.items())[-_MOST_LESSONS:]}

    def take_further(self, plain: Mapping[str, Any]) -> None:
        """Take what `as_plain` has returned somewhere, where one had come further there."""
        for key, one in list(plain.items())[:_MOST_LESSONS]:
            if not isinstance(one, dict):
                continue
            found = _place({**one, "answered": _by_text(one.get("answered"))})
            if found.far > self.places.get(key, Place()).far:
                self.places[key] = found

    def _take(self, kept: dict[str, Any]) -> None:
        places = kept.get("lessons")
        for key, one in list((places if isinstance(places, dict) else {}).items())[-_MOST_LESSONS:]:
            if isinstance(one, dict):
                self.places[key] = _place(one)
        if isinstance(kept.get("lesson"), str):
            self.lesson = kept["lesson"]
        if isinstance(kept.get("nickname"), str):
            self.nickname = kept["nickname"][:_LONGEST]
        self.is_open = kept.get("open") is True
        self.show_everything = kept.get("show_everything") is True

    def note(self, key: str, guide: Guide) -> None:
        """Note where a lesson is now."""
        before = self.places.pop(key, Place())
        self.lesson = key
        self.places[key] = Place(
            guide.index,
            guide.step.heading[:_LONGEST],
            {place: replace(one) for place, one in guide.answered.items()},
            before.is_finished or guide.is_finished,
        )

    def text(self) -> str:
        """Return all of it as it is written into the file."""
        kept: Mapping[str, Any] = {
            "version": VERSION,
            "lesson": self.lesson,
            "nickname": self.nickname,
            "open": self.is_open,
            "show_everything": self.show_everything,
            "lessons": {
                key: asdict(one) for key, one in list(self.places.items())[-_MOST_LESSONS:]
            },
        }
        return json.dumps(kept, indent=1)


def save_text(path: Path, text: str) -> None:
    """Write what `Progress.text` has returned.

    Raises:
        BadInput: where it cannot be written; the old file stays.
    """
    failed = "How far you have come in the lessons could not be kept"
    make_folder(path.parent, failed)
    try:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{failed} ({error.strerror or error}).") from None


def _place(one: dict[str, Any]) -> Place:
    """Return a place, with what is usual where a value cannot be used."""
    step, heading, answered = one.get("step"), one.get("heading"), one.get("answered")
    known = answered if isinstance(answered, dict) else {}
    return Place(
        step if type(step) is int and 0 <= step < _MOST_STEPS else 0,
        heading[:_LONGEST] if isinstance(heading, str) else "",
        {
            int(place): _answered(value)
            for place, value in list(known.items())[:_MOST_STEPS]
            if place.isascii() and place.isdecimal() and len(place) < 5 and isinstance(value, dict)
        },
        one.get("is_finished") is True,
    )


def _by_text(answered: Any) -> Any:
    """Return answers by the places of their steps, which are texts in JSON."""
    return {str(key): one for key, one in answered.items()} if isinstance(answered, dict) else {}


def _answered(one: dict[str, Any]) -> Answered:
    tries, last, seconds = one.get("tries"), one.get("last"), one.get("seconds")
    return Answered(
        tries if type(tries) is int and 0 <= tries < 1_000_000 else 0,
        last[:_LONGEST] if isinstance(last, str) else "",
        one.get("is_right") is True,
        seconds if type(seconds) is float and 0 <= seconds < 1e9 else 0.0,
    )


def _set_aside(path: Path, error: Exception) -> str:
    """Give a file that cannot be used another name; return what to say of it."""
    failed = "How far you had come in the lessons cannot be read"
    try:
        other = set_aside(path)
    except OSError as trouble:
        log.warning("The progress cannot be used (%s) nor set aside (%s)", error, trouble)
        return f"{failed}; it begins anew."
    log.warning("The progress could not be used (%s) and is now in %s", error, other)
    return f"{failed}; it begins anew, and the damaged file is now {other.name}."
