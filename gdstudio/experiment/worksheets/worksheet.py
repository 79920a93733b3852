"""What a worksheet for a class says: givens, tasks with blanks, and the answers that fill them.

The sheet and its key are one thing: every blank carries its answer, so both always agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from gdstudio.hand_numbers import Blank, Line, Piece, Repeated, text, to_figures

MOST_STEPS = 3


@dataclass(frozen=True)
class Grid:
    """A table to fill in.

    Attributes:
        headers: the columns' names.
        rows: a cell for each column.
        sums: the last row, if there is one.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Piece, ...], ...]
    sums: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Task:
    """One thing to do: an instruction, perhaps a table, and lines with blanks.

    Attributes:
        heading: what it is called.
        instruction: what is to be done, in paragraphs: lines of text, or pieces with blanks.
        grid: the table, if there is one.
        lines: what is asked for.
    """

    heading: str
    instruction: str | tuple[Line, ...]
    grid: Grid | None = None
    lines: tuple[Line, ...] = ()

    @property
    def paragraphs(self) -> tuple[Line, ...]:
        """The instruction, paragraph by paragraph."""
        if isinstance(self.instruction, str):
            return tuple((part,) for part in self.instruction.split("\n"))
        return self.instruction


@dataclass(frozen=True)
class Worksheet:
    """A sheet for a class.

    Attributes:
        title: what it is about.
        aim: one sentence: what one does, and why.
        givens: what is known at first, as (name, text).
        tasks: in the order in which they are done.
        note: how to round.
        check: for the key, what comes out when nothing is rounded.
    """

    title: str
    aim: str
    givens: tuple[tuple[str, str], ...]
    tasks: tuple[Task, ...]
    note: str
    check: str = ""

    def answers(self) -> list[str]:
        """Return all answers, in the order in which they are found."""
        found = [piece for piece in self._pieces() if isinstance(piece, Blank)]
        return [piece.answer for piece in found if not isinstance(piece, Repeated)]

    def text(self, *, key: bool) -> str:
        """Return the whole sheet as plain text, the blanks filled in for the `key`."""

        def written(pieces: Iterable[Piece]) -> list[str]:
            return [
                piece if isinstance(piece, str) else piece.answer if key else "____"
                for piece in pieces
            ]

        lines = [self.title, self.aim, *(f"{name}: {text}" for name, text in self.givens)]
        for task in self.tasks:
            lines += [task.heading, *("".join(written(line)) for line in task.paragraphs)]
            if task.grid is not None:
                rows = (task.grid.headers, *task.grid.rows, task.grid.sums)
                lines += ["\t".join(written(row)) for row in rows if row]
            lines += ["".join(written(line)) for line in task.lines]
        return "\n".join([*lines, self.note, *([self.check] if key and self.check else [])])

    def _pieces(self) -> Iterable[Piece]:
        for task in self.tasks:
            if task.grid is not None:
                for row in (*task.grid.rows, task.grid.sums):
                    yield from row
            for line in task.lines:
                yield from line


def steps_text(steps: int) -> str:
    """Return how many steps are made, in words where it is one."""
    return "one step" if steps == 1 else f"{steps} steps"


def change_line(name: str, first: Decimal, last: Decimal) -> Line:
    """Return the line that ends a sheet: by how much the loss, called `name`, became smaller."""
    return (
        f"{name} changed by ",
        Blank(text(last)),
        " − ",
        Blank(text(first)),
        " = ",
        Blank(text(last - first)),
        ". Did it become smaller? ",
        Blank("Yes." if last < first else "No."),
    )


def unrounded_text(ends: Iterable[tuple[str, float]]) -> str:
    """Say, for the key, where the same steps lead when nothing is rounded: name by name."""
    told = ", ".join(f"{name} = {text(to_figures(number, 6))}" for name, number in ends)
    return f"With nothing rounded: {told}."
