"""What the commands print: one JSON object for programs, or text and progress for people.

Names and texts from files are shown as plain text: nothing in them is an order to the terminal.
"""

import errno
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any, NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from gdstudio.visible_text import UNSEEN, visible

# What a program that a closed pipe has ended exits with, and one that could not write.
CLOSED_PIPE, CANNOT_WRITE = 141, 74


class OutputLost(Exception):  # noqa: N818 - whoever reads the output may just have enough of it
    """Standard output takes nothing any more.

    Attributes:
        code: the exit code that says so.
        sentence: what to say on stderr; empty where a reader has closed the pipe.
    """

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        is_closed = error.errno in (errno.EPIPE, errno.EINVAL)  # the latter on Windows
        self.code = CLOSED_PIPE if is_closed else CANNOT_WRITE
        reason = error.strerror or str(error)
        self.sentence = "" if is_closed else f"The output could not be written ({reason})."


class _Console(Console):
    """Rich's console, that leaves it to us what follows when the pipe is closed."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class _Forgiving:
    """A stream for what may be lost: the terminal may be gone, and the work goes on."""

    def __init__(self, stream: IO[str] | None) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if self._stream is not None:
            with suppress(OSError, ValueError):
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            with suppress(OSError, ValueError):
                self._stream.flush()

    def isatty(self) -> bool:
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False


class _ErrorConsole(_Console):
    """The console on stderr; what it cannot write is lost."""

    @property
    def file(self) -> IO[str]:
        # All of a stream that Rich asks for.
        return _Forgiving(sys.stderr)  # type: ignore[return-value]

    @file.setter
    def file(self, new_file: IO[str]) -> None:
        """Stay with stderr."""


console = _Console(highlight=False, emoji=False)
# Progress goes to stderr, so that stdout can be piped.
error_console = _ErrorConsole(stderr=True, highlight=False, emoji=False)


def say(text: str) -> None:
    """Print a line of text as it is; the terminal may wrap it, a pipe may not.

    Raises:
        OutputLost: as all that prints here, if stdout takes nothing any more.
    """
    with _written():
        console.print(visible(text), markup=False, soft_wrap=True)


def complain(sentence: str) -> None:
    """Print a line on stderr."""
    stream = _Forgiving(sys.stderr)
    stream.write(f"{visible(sentence)}\n")
    stream.flush()


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of texts."""
    grid = Table()
    for header in headers:
        grid.add_column(Text(visible(header)))
    for row in rows:
        grid.add_row(*(Text(visible(cell)) for cell in row))
    with _written():
        console.print(grid)


def print_json(value: dict[str, Any]) -> None:
    """Print `value` as one JSON object; what is not a finite number becomes null."""
    with _written():
        print(_json(value), flush=True)  # noqa: T201


def print_json_rows(
    name: str, rows: Iterable[dict[str, Any]], rest: Callable[[], dict[str, Any]]
) -> None:
    """Print one JSON object whose first entry `name` is a long list, each row as it is made.

    So a million rows need no more memory than one. `rest` is asked for the other entries when all
    rows are printed.
    """
    with _written():
        sys.stdout.write(f"{{{_json(name)}: [")
        for number, row in enumerate(rows):
            sys.stdout.write(f"{', ' if number else ''}{_json(row)}")
        others = _json(rest())
        sys.stdout.write(f"], {others[1:]}\n")
        sys.stdout.flush()


def _json(value: Any) -> str:
    text = json.dumps(_finite(value), ensure_ascii=False)
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _turn_to_nothing()
        raise OutputLost(error) from None


def _turn_to_nothing() -> None:
    """Let what is still to be printed vanish, also when Python ends and empties its buffers."""
    with suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def progress_bar() -> Progress:
    """Return a progress bar that shows on a terminal only."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
        console=error_console,
        transient=True,
        disable=not error_console.is_terminal,
    )
