"""How a file that a person named is opened, and what is said when it cannot be."""

import os
import stat
from pathlib import Path
from typing import BinaryIO

from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text
from gdstudio.visible_text import shortened, visible

# A pipe that took the place of a file a moment ago is opened without waiting for anybody.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_file(path: str | Path, *, size_limit: int) -> BinaryIO:
    """Return `path` opened for reading bytes.

    Args:
        path: the file.
        size_limit: the largest size accepted, in bytes.

    Raises:
        BadInput: if there is no such file, it is not an ordinary file, may not be read, or is
            larger than `size_limit`.
    """
    path = Path(path)
    try:
        # Looked at before it is opened: opening a device may already do something.
        _check(path, path.stat(), size_limit)
        file = open(path, "rb", opener=lambda name, _: os.open(name, _FLAGS))  # noqa: SIM115
        try:
            _check(path, os.fstat(file.fileno()), size_limit)
        except BaseException:
            file.close()
            raise
        return file
    except FileNotFoundError:
        if str(path) == "-":
            raise BadInput(
                "Standard input is not read; save what comes from it in a file, and name that."
            ) from None
        raise BadInput(f"There is no file “{shortened(str(path), 200)}”; check its name.") from None
    except PermissionError:
        raise BadInput(
            f"“{shown_name(path)}” may not be read; change its permissions or choose another file."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        raise unreadable(path, error) from None


def read_bytes(path: str | Path, *, size_limit: int) -> bytes:
    """Return all the bytes of `path`; see `open_file` for what it raises."""
    path = Path(path)
    with open_file(path, size_limit=size_limit) as file:
        try:
            # Some files of the system have more in them than they say.
            content = file.read(size_limit + 1)
        except OSError as error:
            raise unreadable(path, error) from None
    if content is None:  # nothing there yet, as in a log of the system that one waits for
        raise _not_ordinary(path)
    if len(content) > size_limit:
        raise _too_large(path, len(content), size_limit)
    return content


def unreadable(path: Path, error: Exception) -> BadInput:
    """Return the sentence for a file that fails while it is being read."""
    if isinstance(error, BadInput):
        return error
    reason = (isinstance(error, OSError) and error.strerror) or "it is damaged"
    return BadInput(f"“{shown_name(path)}” cannot be read ({reason}); choose another file.")


def shown_name(path: Path) -> str:
    """Return the file's name for a sentence: on one line, and not longer than it should be."""
    return shortened(visible(path.name or str(path)), 80)


def _check(path: Path, status: os.stat_result, size_limit: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise BadInput(f"“{shown_name(path)}” is a folder; choose a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise _not_ordinary(path)
    if status.st_size > size_limit:
        raise _too_large(path, status.st_size, size_limit)


def _not_ordinary(path: Path) -> BadInput:
    return BadInput(
        f"“{shown_name(path)}” is not an ordinary file but a pipe or a device; save what comes "
        "from it in a file, and open that."
    )


def _too_large(path: Path, size: int, size_limit: int) -> BadInput:
    return BadInput(
        f"“{shown_name(path)}” is {fixed_text(size / 1e6, 0)} MB large; "
        f"choose a file of at most {fixed_text(size_limit / 1e6, 0)} MB."
    )
