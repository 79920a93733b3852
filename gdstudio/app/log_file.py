"""The log: where it is kept, and what goes into it when something breaks.

Two small files lie in the user's log folder: `gdstudio.log`, which turns over before it grows, and
`gdstudio-crash.log`, which Python's faulthandler fills if the process dies in compiled code; the
next start moves that text into the log. Where the folder cannot be written there is no log, and
the app runs as ever: `where_sentence` says so.
"""

import contextlib
import faulthandler
import logging
import platform
import stat
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import IO

import gdstudio
from gdstudio import folders
from gdstudio.errors import BadInput
from gdstudio.visible_text import visible

_LOGGER = logging.getLogger("gdstudio")
_BYTES = 256_000
_NO_HOME = "there is no home folder."
_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"

_current: "_Log | None" = None


def start_logging() -> Path | None:
    """Open the log and have unexpected errors written to it; a second call changes nothing.

    Returns:
        The log's path, or None if it cannot be written.
    """
    global _current
    if _current is None:
        _current = _Log(folders.log_path())
    return _current.path if _current.trouble is None else None


def stop_logging() -> None:
    """Close the log and put back what `start_logging` changed."""
    global _current
    if _current is not None:
        _current.close()
        _current = None


def where_sentence() -> str:
    """Return what the About box says of the log."""
    path = folders.log_path() if _current is None else _current.path
    trouble = None if _current is None else _current.trouble
    if path is None or trouble is not None:
        return f"No log is kept: {trouble or _NO_HOME}"
    return f"The log is kept in {path}."


class _Log:
    """The open files and the hooks of one run.

    Attributes:
        path: of the log; None without a home folder.
        trouble: a sentence that says why it cannot be written, or None if it can.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.trouble: str | None = None
        self._handler: logging.Handler | None = None
        self._crash_file: IO[str] | None = None
        self._level = _LOGGER.level
        self._hooks = sys.excepthook, threading.excepthook
        if path is None:
            self.trouble = _NO_HOME
        else:
            try:
                self._open(path)
            except BadInput as error:
                self.trouble = str(error)
            except OSError as error:
                self.trouble = f"{path} cannot be written ({error.strerror or error})."
        sys.excepthook = _log_exception
        threading.excepthook = _log_thread_exception

    def close(self) -> None:
        """Write no more, and give the hooks back."""
        sys.excepthook, threading.excepthook = self._hooks
        _LOGGER.setLevel(self._level)
        if self._handler is not None:
            _LOGGER.removeHandler(self._handler)
            self._handler.close()
        if self._crash_file is not None:
            faulthandler.disable()
            self._crash_file.close()

    def _open(self, log: Path) -> None:
        folders.make_folder(log.parent, f"{log} cannot be written")
        crash = log.with_name("gdstudio-crash.log")
        for path in (log, crash):
            _set_aside_unless_ordinary(path)
        self._handler = _QuietHandler(
            log, maxBytes=_BYTES, backupCount=1, encoding="utf-8", errors="replace"
        )
        self._handler.setFormatter(_PlainFormatter(_FORMAT))
        _LOGGER.addHandler(self._handler)
        _LOGGER.setLevel(logging.INFO)
        _LOGGER.info(
            "gdstudio %s, Python %s, %s",
            gdstudio.__version__,
            platform.python_version(),
            platform.platform(),
        )
        with contextlib.suppress(OSError):  # the log itself is worth having alone
            self._open_crash_file(crash)

    def _open_crash_file(self, path: Path) -> None:
        """Move the crash of an earlier run, if there was one, to the log, and watch this run."""
        if path.exists():
            with path.open(encoding="utf-8", errors="replace") as file:
                crash = file.read(_BYTES).strip()
            if crash:
                _LOGGER.error("An earlier run ended in a crash:\n%s", crash)
                path.write_text("", encoding="utf-8")
        # Appending, so that two windows of the app do not write over each other.
        self._crash_file = path.open("a", encoding="utf-8")
        faulthandler.enable(self._crash_file)


def _set_aside_unless_ordinary(path: Path) -> None:
    """Give a pipe or a folder of that name another: opening a pipe would wait for ever.

    Whoever wants no log may let it be a link to /dev/null, and that stays.
    """
    with contextlib.suppress(FileNotFoundError):
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            folders.set_aside(path)


class _PlainFormatter(logging.Formatter):
    """A formatter that spells out what a name in a message would order a terminal to do."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).split("\n")
        return "\n".join(visible(line) for line in lines)


class _QuietHandler(RotatingFileHandler):
    """A file handler that loses a line rather than complain when, say, the disk is full."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Do nothing: the log must never be what disturbs the user."""


def _log_exception(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Log an error that nothing caught; the terminal gets one sentence."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    _LOGGER.error("Unexpected error", exc_info=(kind, error, traceback))
    _tell(kind, error)


def _log_thread_exception(args: threading.ExceptHookArgs) -> None:
    """Log an error that nothing caught in a thread."""
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread is not None else "a thread that is gone"
    _LOGGER.error(
        "Unexpected error in %s",
        name,
        exc_info=(args.exc_type, args.exc_value, args.exc_traceback),
    )
    _tell(args.exc_type, args.exc_value)


def _tell(kind: type[BaseException], error: BaseException) -> None:
    if sys.stderr is None:  # a windowed build has none
        return
    details = f"; details are in {_current.path}" if _current and _current.trouble is None else ""
    text = f"Something unexpected went wrong: {kind.__name__}: {error}{details}"
    with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
        sys.stderr.write(f"{visible(text)}\n")
