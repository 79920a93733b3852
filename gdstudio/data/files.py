"""How a file that a person named is opened, and what is said when it cannot be."""

import stat
from pathlib import Path
from typing import BinaryIO

from gdstudio.errors import BadInput


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
        # Looked at before it is opened: opening a pipe would wait for ever.
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadInput(f"“{path.name}” is a folder; choose a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(f"“{path.name}” is not an ordinary file; choose another.")
        if status.st_size > size_limit:
            raise BadInput(
                f"“{path.name}” is {status.st_size / 1e6:,.0f} MB large; "
                f"choose a file of at most {size_limit / 1e6:,.0f} MB."
            )
        return path.open("rb")
    except FileNotFoundError:
        raise BadInput(f"There is no file “{path}”; check its name.") from None
    except PermissionError:
        raise BadInput(
            f"“{path.name}” may not be read; change its permissions or choose another file."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        raise unreadable(path, error) from None


def read_bytes(path: str | Path, *, size_limit: int) -> bytes:
    """Return all the bytes of `path`; see `open_file` for what it raises."""
    with open_file(path, size_limit=size_limit) as file:
        try:
            return file.read()
        except OSError as error:
            raise unreadable(Path(path), error) from None


def unreadable(path: Path, error: Exception) -> BadInput:
    """Return the sentence for a file that fails while it is being read."""
    if isinstance(error, BadInput):
        return error
    reason = getattr(error, "strerror", None) or "it is damaged"
    return BadInput(f"“{path.name}” cannot be read ({reason}); choose another file.")
