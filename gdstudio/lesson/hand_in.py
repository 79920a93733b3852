"""What a pupil hands in: one file with the answers to a lesson, and how it is read again.

It holds a nickname, what was done in the lesson and a small picture of what was in view, nothing
else of the person or the machine. Its checksum tells careless edits; it is no seal against somebody
who wants to forge one.
"""

import base64
import hashlib
import json
import math
import struct
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gdstudio import __version__
from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.lesson import Check, ChoiceQuestion, Draw, Find, Goal, NumberQuestion
from gdstudio.lesson.library import LessonFile
from gdstudio.storage.atomic_file import replacing
from gdstudio.visible_text import shortened, visible

KIND, VERSION = "gdstudio hand-in", 1
LARGEST_FILE = 1_000_000
LONGEST_NAME = 60
_MOST_ANSWERS, _LONGEST = 300, 1_000
# A picture in bytes, and its longer side in pixels.
LARGEST_PICTURE, LONGEST_SIDE = 60_000, 1_000
_PNG = b"\x89PNG\r\n\x1a\n"
# What a plain picture is made of; other parts may hold anything, also what is huge when unpacked.
_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"IDAT", b"IEND"}


@dataclass(frozen=True)
class Answer:
    """What was done about the check of one step.

    Attributes:
        step: its number, from 1.
        heading: what it is called.
        kind: what it asks for: number, choice, goal, draw, find or open.
        answer: the last answer, as it was given.
        tries: how many there were.
        right: whether it was right in the end.
        seconds: how long it took, with all tries.
    """

    step: int
    heading: str
    kind: str
    answer: str
    tries: int
    right: bool
    seconds: float


@dataclass(frozen=True)
class HandIn:
    """What one pupil has done in one lesson.

    Attributes:
        name: a nickname.
        lesson, key, lesson_version: the title of the lesson, its key, and which version it was.
        checks: how many of its steps ask for something.
        app_version: the version of the app.
        handed_in: when, as ISO 8601 in UTC.
        setup: the setup code of the lab as it was then; empty where none can say it.
        seed: the seed of that; None where it has none.
        answers: what was done, step by step.
        picture: what was in view, a PNG in base64, as it stands in the file; empty without one. See
            `picture_of`.
    """

    name: str
    lesson: str
    key: str
    lesson_version: str
    checks: int
    app_version: str
    handed_in: str
    setup: str
    seed: int | None
    answers: tuple[Answer, ...]
    picture: str = ""

    @property
    def steps_done(self) -> int:
        """How many steps that ask for something are done."""
        return sum(one.right for one in self.answers)


def hand_in_of(name: str, file: LessonFile, guide: Guide, scenario: Scenario | None) -> HandIn:
    """Return what is handed in under a nickname.

    Raises:
        BadInput: where there is no name, or it is too long.
    """
    name = " ".join(name.split())
    if not name:
        raise BadInput("Type a nickname, so that your teacher can tell the files apart.")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"A nickname has {LONGEST_NAME} letters at most; choose a shorter one.")
    setup, seed = "", None
    if scenario is not None:
        value = scenario.values.get("seed")
        seed = value if isinstance(value, int) else None
        try:
            setup = scenario.code
        except BadInput:  # data of one's own are in no code
            setup = scenario.lab
    steps = guide.lesson.steps
    answers = tuple(
        Answer(
            place + 1,
            shortened(steps[place].heading, _LONGEST),
            _kind(steps[place].check),
            shortened(one.last, _LONGEST),
            one.tries,
            one.is_right,
            round(one.seconds, 1),
        )
        for place, one in sorted(guide.answered.items())
    )
    return HandIn(
        name=visible(name),
        lesson=guide.lesson.title,
        # Where a person keeps the file is nobody's business.
        key=Path(file.key).stem,
        lesson_version=file.version,
        checks=sum(step.check is not None for step in steps),
        app_version=__version__,
        handed_in=datetime.now(UTC).isoformat(timespec="seconds"),
        setup=setup,
        seed=seed,
        answers=answers,
    )


def with_picture(hand_in: HandIn, png: bytes) -> HandIn:
    """Return the hand-in with a picture; one that is too large is left out."""
    small = base64.b64encode(png).decode() if len(png) <= LARGEST_PICTURE else ""
    return replace(hand_in, picture=small)


def picture_of(hand_in: HandIn) -> bytes:
    """Return the PNG of a hand-in, its bounds checked and nothing of it unpacked; empty without.

    Raises:
        BadInput: where it is none that this app has written.
    """
    if not hand_in.picture:
        return b""
    if len(hand_in.picture) > LARGEST_PICTURE * 4 // 3:
        raise BadInput(f"Its picture is left out: it has more than {LARGEST_PICTURE:,} bytes.")
    try:
        content = base64.b64decode(hand_in.picture, validate=True)
    except ValueError:
        content = b""
    if not _is_plain_png(content):
        raise BadInput("Its picture is left out: it is damaged, or no plain PNG.")
    if not all(1 <= side <= LONGEST_SIDE for side in struct.unpack(">II", content[16:24])):
        raise BadInput(f"Its picture is left out: a side must have 1 to {LONGEST_SIDE:,} pixels.")
    return content


def _is_plain_png(content: bytes) -> bool:
    """Return whether these are the parts of a PNG, one after the other and none cut off."""
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return False
    at, kind = len(_PNG), b""
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        if kind not in _PARTS:
            return False
        at += 12 + length
    return at == len(content) and kind == b"IEND"


def save_hand_in(path: Path, hand_in: HandIn) -> None:
    """Write the file.

    Raises:
        BadInput: where it cannot be written.
    """
    content = {"kind": KIND, "version": VERSION, **asdict(hand_in)}
    content["checksum"] = _checksum(content)
    with replacing(path) as temporary:
        text = json.dumps(content, indent=1, ensure_ascii=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def load_hand_in(path: Path) -> tuple[HandIn, bool]:
    """Return what is in a file, and whether it is as it was written.

    Raises:
        BadInput: where it is no such file, or cut off.
    """
    content = read_bytes(path, size_limit=LARGEST_FILE)
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        begins = content.lstrip()[:1] == b"{" and KIND.encode() in content[:200]
        if begins:
            raise BadInput("It is cut off or damaged; ask for the file once more.") from None
        raise BadInput("It is not a file that was handed in.") from None
    if not isinstance(kept, dict) or kept.get("kind") != KIND:
        raise BadInput("It is not a file that was handed in.")
    if kept.get("version") != VERSION:
        raise BadInput("It was written by another version of the app; take that version.")
    try:
        hand_in = _hand_in(kept)
    except (KeyError, TypeError, ValueError):
        raise BadInput("It is damaged; ask for the file once more.") from None
    checksum = kept.pop("checksum", "")
    return hand_in, checksum == _checksum(kept)


def _hand_in(kept: dict[str, Any]) -> HandIn:
    def text(values: dict[str, Any], key: str) -> str:
        if not isinstance(values[key], str):
            raise TypeError
        return shortened(visible(values[key]), _LONGEST)

    def count(values: dict[str, Any], key: str) -> int:
        number = values[key]
        if type(number) is not int or not 0 <= number < 1_000_000_000:
            raise ValueError
        return number

    def answer(one: dict[str, Any]) -> Answer:
        seconds = float(one["seconds"])
        if not math.isfinite(seconds) or type(one["right"]) is not bool:
            raise ValueError
        return Answer(
            count(one, "step"),
            text(one, "heading"),
            text(one, "kind"),
            text(one, "answer"),
            count(one, "tries"),
            one["right"],
            seconds,
        )

    answers = kept["answers"]
    if not isinstance(answers, list) or len(answers) > _MOST_ANSWERS:
        raise TypeError
    return HandIn(
        name=text(kept, "name"),
        lesson=text(kept, "lesson"),
        key=text(kept, "key"),
        lesson_version=text(kept, "lesson_version"),
        checks=count(kept, "checks"),
        app_version=text(kept, "app_version"),
        handed_in=text(kept, "handed_in"),
        setup=text(kept, "setup"),
        seed=None if kept["seed"] is None else count(kept, "seed"),
        answers=tuple(map(answer, answers)),
        picture=_picture_text(kept.get("picture", "")),
    )


def _picture_text(kept: object) -> str:
    """Return a picture as it is kept; what is none is told later, and costs nobody the answers."""
    return kept if isinstance(kept, str) else "?"


def _checksum(content: dict[str, Any]) -> str:
    """Return what changes with any value."""
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{KIND}\n{plain}".encode()).hexdigest()


def _kind(check: Check | None) -> str:
    kinds = {NumberQuestion: "number", ChoiceQuestion: "choice", Goal: "goal", Draw: "draw"}
    return {**kinds, Find: "find"}.get(type(check), "open")
