"""Writing a file so that the old one survives whatever goes wrong."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gdstudio.errors import BadInput


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a new, empty file beside `path` to write into; it takes the place of `path` at the end.

    Raises:
        BadInput: if the disk is full or the place cannot be written; `path` is as it was before.
    """
    temporary: Path | None = None
    # A link stays a link: what it points to is replaced.
    path = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _make_durable(temporary)
        temporary.chmod(_mode(path))
        os.replace(temporary, path)
    except OSError as error:
        raise BadInput(
            f"{path} could not be saved ({error.strerror or error}); choose another place or "
            "make room, and save again."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Return the permissions of the old file, or those of any other new file.

    The temporary file itself may be read by its owner alone.
    """
    with suppress(FileNotFoundError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _make_durable(path: Path) -> None:
    """Wait until the file's bytes are on the disk: a full disk may only show here."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
