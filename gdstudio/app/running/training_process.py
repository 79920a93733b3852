"""The child process in which a network trains, so that the window keeps the interpreter to itself.

Measured on 2 cores, a thread beside the window loses up to half its speed at batch 10 to the
interpreter's lock; a process keeps nearly all of it. The child imports neither Qt nor the window.
"""

import pickle
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.child_process import settle_in
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.run_loop import RunLoop

_PIECE = 2**18  # bytes
# Smaller arrays travel with the message that they belong to.
_LARGE = 2**18


class PiecewiseConnection:
    """A connection whose objects are pickled, their large arrays apart and piece by piece.

    As one message an array would be read and unpacked in one go, in which Python's lock is held:
    100 MB keep the window's thread waiting for some 40 milliseconds, a piece a fraction of one.

    Both ends must be such; each is used by one thread that sends and one that receives.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def poll(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds; return whether an object has come."""
        return self._connection.poll(timeout)

    def send(self, thing: Any) -> None:
        """Send an object that can be pickled.

        Raises:
            OSError: if the other end is gone.
        """
        arrays: list[memoryview] = []

        def keep_apart(buffer: pickle.PickleBuffer) -> bool:
            raw = buffer.raw()
            is_small = raw.nbytes < _LARGE
            if not is_small:
                arrays.append(raw)
            return is_small

        message = pickle.dumps(thing, protocol=5, buffer_callback=keep_apart)
        sizes = [array.nbytes for array in arrays]
        self._connection.send((message, sizes))
        for array in arrays:
            for start in range(0, array.nbytes, _PIECE):
                self._connection.send_bytes(array[start : start + _PIECE])

    def recv(self) -> Any:
        """Return the next object; its large arrays are nobody else's, and can be written to.

        Raises:
            EOFError, OSError: if the other end is gone.
        """
        message, sizes = self._connection.recv()
        arrays: list[npt.NDArray[np.uint8]] = []
        for size in sizes:
            array = np.empty(size, np.uint8)
            done = 0
            while done < size:
                done += self._connection.recv_bytes_into(array, done)
            arrays.append(array)
        return pickle.loads(message, buffers=arrays)

    def close(self) -> None:
        """Close this end."""
        self._connection.close()


def serve(make_experiment: Callable[[], Experiment], connection: Connection) -> None:
    """Run the loop over `connection` until the window says stop or is gone."""
    settle_in()
    channel = PiecewiseConnection(connection)
    RunLoop(make_experiment, channel, slice_seconds=0.008, keeps=True).serve()
    connection.close()
