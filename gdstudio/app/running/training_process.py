"""The child process in which a network trains, so that the window keeps the interpreter to itself.

Measured on 2 cores, a thread beside the window loses up to half its speed at batch 10 to the
interpreter's lock; a process keeps nearly all of it. The child imports neither Qt nor the window.
"""

from collections.abc import Callable
from multiprocessing.connection import Connection

from gdstudio.app.piecewise_connection import PiecewiseConnection
from gdstudio.child_process import settle_in
from gdstudio.experiment.experiment import Experiment
from gdstudio.experiment.run_loop import RunLoop


def serve(make_experiment: Callable[[], Experiment], connection: Connection) -> None:
    """Run the loop over `connection` until the window says stop or is gone."""
    settle_in()
    channel = PiecewiseConnection(connection)
    RunLoop(make_experiment, channel, slice_seconds=0.008, keeps=True).serve()
    connection.close()
