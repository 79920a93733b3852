"""Recordings are made in a process of their own: the window and its run go on meanwhile."""

import contextlib
import logging
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from gdstudio import child_process
from gdstudio.app.labs.recording.film import LabKind, Tell, record
from gdstudio.child_process import ChildDied, Stopped
from gdstudio.errors import BadInput, fault_sentence
from gdstudio.recording.plan import Recording, RecordingPlan

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.05
_END_SECONDS = 5.0


def record_beside(
    kind: LabKind,
    plan: RecordingPlan,
    format_: str,
    tell: Tell,
    should_stop: Callable[[], bool],
) -> Recording:
    """Return a recording that a child process has made; for any thread but the window's.

    Args:
        kind: makes the lab; it can be pickled, as a class and its methods can.
        plan: what is recorded.
        format_: of the file, such as ``GIF``.
        tell: told how many of how many pictures are made.
        should_stop: asked all the time; once it is true the child is ended.

    Raises:
        BadInput: where it cannot be made, with the reason.
        Stopped: if `should_stop` said so.
        ChildDied: if the child ended by itself.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    child = child_process.new_child(_serve, theirs, kind, plan, format_, name="gdstudio-recording")
    try:
        child_process.start(child)
        theirs.close()
        while True:
            if should_stop():
                raise Stopped
            if not ours.poll(_LOOK_SECONDS):
                continue
            what, *told = ours.recv()
            if what == "made":
                return Recording(*told)
            if what == "refused":
                raise BadInput(told[0])
            tell(*told)
    except (EOFError, OSError):
        raise ChildDied("The process that recorded has ended") from None
    finally:
        ours.close()
        if child.pid is not None:
            _end(child)


def _end(child: multiprocessing.process.BaseProcess) -> None:
    """End a child that nobody waits for any more; one that has told all may be ended, too."""
    if child.is_alive():
        child.kill()
    child.join(_END_SECONDS)


def _serve(connection: Connection, kind: LabKind, plan: RecordingPlan, format_: str) -> None:
    """Make the recording, and say over `connection` how far it is (the child's body)."""
    child_process.settle_in()
    # No window is to pop up, whatever the screen.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

    def tell(done: int, planned: int) -> None:
        connection.send(("told", done, planned))

    answer: tuple[Any, ...]
    try:
        made = record(kind, plan, format_, tell)
        answer = ("made", made.content, made.frames, made.steps, made.ended, made.diverged)
    except BadInput as refused:
        answer = ("refused", str(refused))
    except BrokenPipeError:
        os._exit(1)  # nobody waits for it any more
    except MemoryError:
        answer = ("refused", "There is not enough memory for this; choose a smaller size.")
    except Exception as error:
        log.exception("The recording failed")
        answer = ("refused", fault_sentence(error, "The recording could not be made"))
    with contextlib.suppress(OSError):
        connection.send(answer)
    connection.close()
    # Qt has no window to take apart, and nobody waits for it to do so.
    os._exit(0)
