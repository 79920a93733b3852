"""Being asked to stop: Ctrl+C, a polite kill, a terminal that closes, a limit that is reached.

Each would end the program wherever it is. While something of worth is made they only leave a note,
which the work looks at between two steps; so what there is can be kept first.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SENTENCES = {
    "SIGINT": "Stopped by Ctrl+C",
    "SIGBREAK": "Stopped by Ctrl+Break",
    "SIGTERM": "Stopped from outside",
    "SIGHUP": "Stopped, for the terminal was closed",
    "SIGXCPU": "Stopped, for the time that this program may compute is over",
}


class StopRequest:
    """Whether someone asked the work to stop.

    Attributes:
        number: the signal that came first, or None.
    """

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def code(self) -> int:
        """The exit code that tells the signal, as shells count: 130 for Ctrl+C."""
        return 0 if self.number is None else 128 + self.number

    @property
    def sentence(self) -> str:
        """Who asked, without a full stop."""
        return "" if self.number is None else _SENTENCES[signal.Signals(self.number).name]

    def note(self, number: int, frame: FrameType | None) -> None:
        """Take note of a signal."""
        if self.number is None:
            self.number = number


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Let signals that would end the program only leave a note, from here to the end.

    What was ignored before, as `nohup` has it, stays ignored.
    """
    request = StopRequest()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for name in _SENTENCES:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, request.note)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
