"""Writing a file so that the old one survives whatever goes wrong."""

import os
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
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _make_durable(temporary)
        # mkstemp lets only the owner read; a saved file is as readable as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        os.replace(temporary, path)
    except OSError as error:
        raise BadInput(
            f"{path.name} could not be saved ({error.strerror or error}); choose another place or "
            "make room, and save again."
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _make_durable(path: Path) -> None:
    """Wait until the file's bytes are on the disk: a full disk may only show here."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
