"""Writing a file so that the old one survives whatever goes wrong.

What is new is written into a file beside its place and takes that place at the end. Only an
ordinary file is ever replaced: a device or a pipe of that name would be gone for good. Where a
program dies while it saves, its unfinished file stays behind; the next save in that folder takes
away those that nobody is writing any more.
"""

import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gdstudio.errors import BadInput
from gdstudio.visible_text import shortened, visible

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NO_ROOM = "make room or choose another place, and save again"
_ADVICE = {
    errno.ENOSPC: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _NO_ROOM,
    errno.ENAMETOOLONG: "choose a shorter name, and save again",
}
# How an unfinished file of this app is known.
_ENDING = ".gdstudio-part"
# Letters of the name that an unfinished file carries; the rest would make it too long for the disk.
_KEPT_LETTERS = 30
# Where a file cannot be locked, what is this old belongs to a program that is gone.
_OLD_SECONDS = 24 * 60 * 60.0


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a new, empty file beside `path` to write into; it takes the place of `path` at the end.

    Raises:
        BadInput: if `path` is no place for a file, or the disk is full; `path` is as it was before.
    """
    failed = f"{_shown(path)} could not be saved"
    target, old = _place(path, failed)
    with _reported(failed):
        _remove_abandoned(target.parent)
        handle, temporary = _unfinished(target)
        try:
            yield temporary
            _make_durable(temporary)
            _take_over(temporary, old)
            if fcntl is None:  # Windows moves no open file
                handle = _closed(handle)
            os.replace(temporary, target)
        finally:
            _closed(handle)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def check_place(path: Path) -> None:
    """Find out whether `path` can be saved to, before the work whose result is to be kept there.

    Raises:
        BadInput: if it is a folder, a device or a pipe, is read-only or too long a name, or if
            nothing can be written in its folder. Nothing is left there, and an old file stays.
    """
    failed = f"{_shown(path)} cannot be saved"
    target, old = _place(path, failed)
    with _reported(failed):
        handle, temporary = _unfinished(target)
        try:
            os.write(handle, bytes(4096))
            os.fsync(handle)
            if old is None:
                # The disk may take no such name. One that is there by now is left alone.
                with suppress(FileExistsError):
                    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                    target.unlink()
        finally:
            _closed(handle)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _place(path: Path, failed: str) -> tuple[Path, os.stat_result | None]:
    """Return the file that `path` names, behind all links, and its status if it exists."""
    status = None
    if "\0" in str(path):
        raise BadInput(f"{failed} (no name has a NUL character in it); rename it.")
    with _reported(failed), suppress(FileNotFoundError):
        status = path.stat()
    if status is not None:
        if stat.S_ISDIR(status.st_mode):
            raise BadInput(f"{failed} (it is a folder); give the file in it a name.")
        if not stat.S_ISREG(status.st_mode):
            raise BadInput(
                f"{failed} (it is a device or a pipe, no ordinary file); save elsewhere."
            )
        # The owner of a machine may write anything; what is marked as read-only is meant to stay.
        if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
            raise BadInput(
                f"{failed} (it is read-only); make it writable, or save under another name."
            )
    # A link stays a link: what it points to is replaced.
    with _reported(failed):  # the current folder may be gone
        target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise BadInput(f"{failed} (its folder does not exist); create it, or save elsewhere.")
    return target, status


@contextmanager
def _reported(failed: str) -> Iterator[None]:
    """Turn what the system reports into one sentence that begins with `failed`."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, "choose another place, and save again")
        raise BadInput(f"{failed} ({error.strerror or error}); {advice}.") from error


def _shown(path: Path) -> str:
    """Return the path, shortened where it is longer than any sentence should be."""
    return shortened(visible(str(path)), 200)


def _unfinished(target: Path) -> tuple[int, Path]:
    """Return a new file beside `target`, locked while it is open, and its handle."""
    while True:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name[:_KEPT_LETTERS]}.", suffix=_ENDING, dir=target.parent
        )
        path = Path(name)
        if _lock(handle) is not False and path.exists():
            return handle, path
        # Between its making and its lock another save took it for abandoned.
        _closed(handle)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _lock(handle: int) -> bool | None:
    """Lock an open file for this process; None where there are no locks, False if it has one."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove_abandoned(folder: Path) -> None:
    """Delete the unfinished files of programs that died; whatever cannot be read is left."""
    with suppress(OSError), os.scandir(folder) as entries:
        found = [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(".") and entry.name.endswith(_ENDING)
        ]
        for path in found:
            with suppress(OSError):
                if not path.is_symlink() and path.is_file():
                    _remove_if_abandoned(path)


def _remove_if_abandoned(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        locked = _lock(handle)
        if locked is None:
            handle = _closed(handle)  # Windows deletes no open file
            locked = time.time() - path.stat().st_mtime > _OLD_SECONDS
        if locked:
            # While the lock is held: who has just made the file sees that it is taken, or gone.
            path.unlink()
    finally:
        _closed(handle)


def _take_over(temporary: Path, old: os.stat_result | None) -> None:
    """Give the new file the permissions and the owner of the old, or those of any new file.

    The temporary file itself may be read by its owner alone.
    """
    if old is None:
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        return
    if hasattr(os, "chown"):
        with suppress(OSError):  # only the owner of a machine can give files away
            os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))


def _make_durable(path: Path) -> None:
    """Wait until the file's bytes are on the disk: a full disk may only show here."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _closed(handle: int) -> int:
    """Close the file if it is open, and return the handle of none."""
    if handle >= 0:
        with suppress(OSError):
            os.close(handle)
    return -1
