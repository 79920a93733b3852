"""A program made of a run: sections of code with what a teacher says of each, and its numbers."""

import io
import textwrap
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.errors import BadInput
from gdstudio.folders import make_folder
from gdstudio.storage.atomic_file import check_place, replacing
from gdstudio.visible_text import shortened, visible

Arrays = Mapping[str, npt.NDArray[Any]]

# Whether a program trains the network again, and how one says so.
TRAIN_LINE = 'TRAIN = "--train" in sys.argv'
HOW_TO_TRAIN = "Start the program with --train, or write True here."

# The width of a line that `ruff format` takes where nobody says otherwise.
WIDTH = 88
_COMMENT_WIDTH = 80


class Part(Enum):
    """What a section does in a step of the descent."""

    FORWARD = "forward"
    COST = "cost"
    GRADIENT = "gradient"
    STEP = "step"


@dataclass(frozen=True)
class Section:
    """A few lines that belong together.

    Attributes:
        title: what they do, in a few words.
        text: what a teacher says of them, in sentences; may be empty.
        code: the lines, as `ruff format` has them.
        part: which part of a step they are, if any.
    """

    title: str
    text: str
    code: str
    part: Part | None = None

    @property
    def source(self) -> str:
        """The lines with the sentences above them as a comment."""
        says = f"{self.title}. {self.text}".strip()
        return f"{comment(says)}\n{self.code.strip()}" if self.title else self.code.strip()


@dataclass(frozen=True, eq=False)
class Program:
    """A program that stands alone, beside the file of its numbers.

    Attributes:
        name: what its files are called, without an ending.
        title: what it is, in one line.
        about: what it repeats of the run and what not; paragraphs.
        imports: what it imports.
        sections: its lines.
        arrays: the numbers that it loads, by name; none where it needs no file.
        needs: the packages that it needs.
    """

    name: str
    title: str
    about: tuple[str, ...]
    imports: str
    sections: tuple[Section, ...]
    arrays: Arrays = field(default_factory=dict)
    needs: tuple[str, ...] = ("numpy",)

    @cached_property
    def text(self) -> str:
        """The whole program."""
        paragraphs = [textwrap.fill(_harmless(one), _COMMENT_WIDTH) for one in self.about]
        docstring = "\n\n".join([_harmless(self.title), *paragraphs])
        end = "\n" if paragraphs else ""
        head = f'"""{docstring}{end}"""\n\n{self.imports}\n\n'
        return head + "\n\n\n".join(section.source for section in self.sections) + "\n"

    @property
    def data_name(self) -> str:
        """What the file of its numbers is called."""
        return f"{self.name}.npz"

    def lines_of(self, part: Part) -> range:
        """Return which lines of `text`, counted from 0, do that part of a step."""
        before, text = 0, self.text
        for section in self.sections:
            start = text.index(section.source, before)
            before = start + len(section.source)
            if section.part is part:
                first = text.count("\n", 0, start)
                return range(first, first + section.source.count("\n") + 1)
        return range(0)

    def files(self) -> dict[str, bytes]:
        """Return the files of the program by name: its text, and its numbers if it has some."""
        files = {f"{self.name}.py": self.text.encode()}
        return files | self.data_files()

    def data_files(self) -> dict[str, bytes]:
        """Return the file of its numbers, if it has some."""
        if not self.arrays:
            return {}
        room = io.BytesIO()
        np.savez_compressed(room, allow_pickle=False, **dict(self.arrays))
        return {self.data_name: room.getvalue()}


def save_files(folder: Path, files: Mapping[str, bytes], *, replace: bool = False) -> list[Path]:
    """Write `files` into `folder`, all of them or none, and return where they are.

    The folder is made where there is none. With `replace` files of the same names are replaced.

    Raises:
        BadInput: if one of them is there already, or cannot be written; then nothing has changed.
    """
    shown = shortened(visible(str(folder)), 200)
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{shown} is a file, and a program needs a folder; name another one.")
    paths = [folder / name for name in files]
    there = [path.name for path in paths if path.exists()]
    if there and not replace:
        raise BadInput(
            f"There is a {there[0]} in {shown} already; choose another folder, or replace it "
            "(--replace)."
        )
    is_new = not folder.exists()
    make_folder(folder, "The program could not be saved")
    before: dict[Path, bytes | None] = {}
    try:
        for path in paths:
            check_place(path)
        for path, content in zip(paths, files.values(), strict=True):
            old = path.read_bytes() if path.exists() else None
            with replacing(path) as temporary:
                temporary.write_bytes(content)
            before[path] = old
    except BadInput:
        _take_back(before)
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
    return paths


def _take_back(before: Mapping[Path, bytes | None]) -> None:
    """Let files be as they were; of a program no half is left."""
    for path, content in before.items():
        with suppress(OSError):
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)


def comment(text: str, indent: str = "") -> str:
    """Return sentences as lines of comment."""
    return textwrap.fill(
        _harmless(text),
        _COMMENT_WIDTH,
        initial_indent=f"{indent}# ",
        subsequent_indent=f"{indent}# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def block(text: str) -> str:
    """Return an indented text of several lines without its indent."""
    return textwrap.dedent(text).strip("\n")


def indented(lines: str | Iterable[str], depth: int = 1) -> str:
    """Return lines with a deeper indent, each one wrapped if it is too long."""
    each = lines.splitlines() if isinstance(lines, str) else lines
    space = "    " * depth
    return "\n".join(wrapped(f"{space}{line}") if line.strip() else "" for line in each)


def wrapped(line: str) -> str:
    """Return a line as `ruff format` has it: broken in its last brackets, if it is too long.

    Those brackets must hold what is separated by commas.
    """
    if len(line) <= WIDTH or line.lstrip().startswith("#"):
        return line
    indent = line[: len(line) - len(line.lstrip())]
    start, end = _brackets(line)
    inner = f"{indent}    {line[start + 1 : end]}"
    if len(inner) <= WIDTH:
        return f"{line[: start + 1]}\n{inner}\n{indent}{line[end:]}"
    items = [wrapped(f"{indent}    {one},") for one in _items(line[start + 1 : end])]
    return "\n".join([line[: start + 1], *items, f"{indent}{line[end:]}"])


def _brackets(line: str) -> tuple[int, int]:
    """Return where the last outermost brackets of a line begin and end."""
    depth, found = 0, (0, 0)
    start = 0
    for place, sign in enumerate(line):
        if sign in "([{":
            if not depth:
                start = place
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if not depth:
                found = start, place
    return found


def _items(inner: str) -> list[str]:
    """Return what stands between the commas, those in inner brackets left alone."""
    items, depth, begun = [], 0, 0
    for place, sign in enumerate(inner):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            items.append(inner[begun:place].strip())
            begun = place + 1
    return [one for one in (*items, inner[begun:].strip()) if one]


def import_lines(code: str, *others: str) -> str:
    """Return the imports that NumPy code needs, and `others` of packages, sorted."""
    standard = [
        line
        for line, sign in (
            ("import itertools", "itertools."),
            ("import math", "math."),
            ("import operator", "operator."),
            ("import sys", "sys."),
            ("from pathlib import Path", "Path("),
            ("from types import SimpleNamespace", "SimpleNamespace("),
        )
        if sign in code.replace("keras.ops.math.", "")
    ]
    packages = [*(["import numpy as np"] if "np." in code else []), *others]
    plain = sorted(line for line in packages if line.startswith("import"))
    named = sorted(line for line in packages if line.startswith("from"))
    return "\n\n".join("\n".join(lines) for lines in (standard, plain + named) if lines)


def plain_number(value: float) -> str:
    """Return a number as Python writes it, whole ones without a point."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def _harmless(text: str) -> str:
    """Return a text that cannot end a docstring or a comment."""
    return visible(text).replace("\\", "/").replace('"', "'")
