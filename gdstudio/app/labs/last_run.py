"""The run that was lost to the newest one, or kept when the window closed: it can be had back."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gdstudio.app.labs.messages import Messages, Remedy
from gdstudio.app.running.background import Background
from gdstudio.app.widgets.controls.transport_bar import TransportBar
from gdstudio.folders import set_aside

log = logging.getLogger(__name__)

# What notes about it are about.
LAST_RUN = "last run"


@dataclass(frozen=True)
class RunFiles:
    """How runs of a lab are kept in files; both raise `BadInput` where that cannot be.

    Attributes:
        save: writes what a run goes on from, and in a few words what it has come to.
        load: returns what was kept.
    """

    save: Callable[[Path, Any, str], None]
    load: Callable[[Path], tuple[Any, str]]


@dataclass(frozen=True)
class Kept:
    """A run from a file: what it goes on from, and what it had come to."""

    state: Any
    summary: str


class LastRun(QObject):
    """Offers a long run back, in the bar, while there is one.

    Attributes:
        kept: the run that was kept when the window closed, until another one is offered.

    Signals:
        wanted(): the user wants it back.
    """

    wanted = Signal()

    def __init__(
        self, bar: TransportBar, messages: Messages, background: Background, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bar, self._messages, self._background = bar, messages, background
        self._files: RunFiles | None = None
        self._path: Path | None = None
        self._former = ""
        self.kept: Kept | None = None
        bar.last_run_clicked.connect(self.wanted)

    def keep_in(self, path: Path, files: RunFiles) -> None:
        """Keep long runs at `path` when the window closes, and offer what is there from last time.

        A file that cannot be used is set aside, with a word in the log.
        """
        self._path, self._files = path, files
        if os.path.lexists(path):
            self._background.submit(
                lambda: files.load(path),
                self._offer_kept,
                lambda problem: _set_aside(path, problem),
            )

    def offer(self, former: str, *, is_new: bool) -> None:
        """Offer the run back that has given way; `former` says what it had come to, "" for none.

        `is_new` tells that it has given way just now: then it is said.
        """
        if former:
            self.kept = None
            self._messages.take_back(LAST_RUN)
            if is_new:
                sentence = f"The last run can be brought back: {former}."
                self._messages.say_result(sentence, "info")
        if former != self._former:
            self._former = former
            if former or self.kept is None:
                self._bar.offer_last_run(former)

    def take(self) -> Kept | None:
        """Return the run from the file, which is offered no more; None where it is another."""
        kept, self.kept = self.kept, None
        self._messages.take_back(LAST_RUN)
        self._bar.offer_last_run("")
        return kept

    def keep(self, state: Any, summary: str) -> None:
        """Write a run that ends with the window; whatever goes wrong is told as of any saving."""
        files, path = self._files, self._path
        if files is not None and path is not None:
            self._background.submit(
                lambda: files.save(path, state, summary),
                lambda _: None,
                lambda _: None,
                must_finish=True,
                saying=f"Keeping the last run ({summary})",
            )

    def _offer_kept(self, found: tuple[Any, str]) -> None:
        if self._former:
            return  # a run of today has been lost meanwhile
        self.kept = Kept(*found)
        self._bar.offer_last_run(self.kept.summary)
        self._messages.say_note(
            f"Your last run was kept when the window closed: {self.kept.summary}. It can go on as "
            "if nothing had happened; only its earlier moments, to look back at, are gone.",
            about=LAST_RUN,
            remedy=Remedy("Bring back the last run", "Go on where it was.", self.wanted.emit),
        )


def _set_aside(path: Path, problem: str) -> None:
    """Give a file that cannot be used another name."""
    try:
        log.warning("%s It is now %s", problem, set_aside(path))
    except OSError as error:
        log.warning("%s It cannot be set aside: %s", problem, error)
