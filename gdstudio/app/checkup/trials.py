"""What is tried for a second: a window, and a training in a child process as the window has it.

The window is opened by a process of its own, so that a crash of Qt is a finding and not the end.
"""

import functools
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gdstudio import child_process
from gdstudio.app import system_check
from gdstudio.app.running.training_process import PiecewiseConnection, serve
from gdstudio.child_process import ChildDied, Stopped
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.run_loop import RunLoop
from gdstudio.number_text import plain_text

SECONDS = 1.0
# The data are read and Python starts within this time, even on a busy machine.
PATIENCE = 60.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class WindowTrial:
    """What a window of a second told.

    Attributes:
        problem: why there was none; empty where there was one.
        qt: the versions of Qt and PySide.
        platform: the name of Qt's platform plugin.
        screen: the size of the screen and how it is scaled.
        frames: how often the window was painted.
        opengl: what draws in three dimensions; empty where nothing does.
        families: how many families of fonts there are.
        has_typeface: whether the app's own is among them.
    """

    problem: str = ""
    qt: str = ""
    platform: str = ""
    screen: str = ""
    frames: int = 0
    opengl: str = ""
    families: int = 0
    has_typeface: bool = False


def try_window() -> WindowTrial:
    """Open a window for a second and tell how it was; in a process that has none yet."""
    problem = system_check.problem()
    if problem:
        return WindowTrial(problem=problem)
    import PySide6
    from PySide6.QtCore import QTimer, qVersion
    from PySide6.QtGui import QFontDatabase, QGuiApplication, QPaintEvent
    from PySide6.QtWidgets import QApplication, QLabel

    from gdstudio.app.theme import FAMILY, current_theme

    class Counting(QLabel):
        """A label that counts how often it is painted."""

        frames = 0

        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
            super().paintEvent(event)
            self.frames += 1

    application = QApplication(["gdstudio"])
    application.setDesktopFileName("gdstudio")
    current_theme().apply(application)
    label = Counting("Gradient Descent Studio checks this computer.")
    label.setWindowTitle("Gradient Descent Studio")
    label.setMargin(32)
    label.show()
    timer = QTimer(label)
    timer.timeout.connect(label.update)
    timer.start(16)
    QTimer.singleShot(int(SECONDS * 1000), application.quit)
    application.exec()
    timer.stop()
    screen = label.screen()
    families = QFontDatabase.families()
    trial = WindowTrial(
        qt=f"{qVersion()}, PySide {PySide6.__version__}",
        platform=QGuiApplication.platformName(),
        screen=f"{screen.size().width()} × {screen.size().height()}, scaled by "
        f"{plain_text(screen.devicePixelRatio())}",
        frames=label.frames,
        opengl=_opengl(),
        families=len(families),
        has_typeface=FAMILY in families,
    )
    label.close()
    return trial


def _opengl() -> str:
    """Return what OpenGL there is for the view in three dimensions; empty where none is."""
    from gdstudio.app.widgets.plots import opengl_support

    found = opengl_support.shared_context()
    if found is None:
        return ""
    try:
        opengl_support.load_opengl()
    except Exception:  # PyOpenGL looks for the system's library in ways of its own
        return ""
    context, surface = found
    context.makeCurrent(surface)
    major, minor = context.format().version()
    renderer = context.functions().glGetString(0x1F01)  # GL_RENDERER
    context.doneCurrent()
    return f"{major}.{minor}, {renderer}"


def try_training(should_stop: Callable[[], bool] = lambda: False) -> float:
    """Train the usual network for a second in a child process; return the steps in a second.

    Raises:
        OSError, RuntimeError: if no child can be had.
        ChildDied: if it ended by itself.
        TimeoutError: if it did not come to train.
        Stopped: if `should_stop` said so.
    """
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    child = child_process.new_child(
        serve,
        functools.partial(DigitsExperiment, DigitsSettings()),
        theirs,
        name="gdstudio-trial",
    )
    line = PiecewiseConnection(ours)
    try:
        child_process.start(child)
        theirs.close()
        _next(line, should_stop, lambda update: update.snapshot is not None)
        line.send((RunLoop.on_run,))
        begun = time.monotonic()
        update = _next(
            line,
            should_stop,
            lambda update: time.monotonic() > begun + SECONDS and update.snapshot.iteration > 0,
        )
        return float(update.snapshot.iteration) / (time.monotonic() - begun)
    except (EOFError, ConnectionError):
        raise ChildDied("the process that trains ended by itself") from None
    finally:
        if child.pid is not None:
            child.kill()
            child.join()
            child.close()
        line.close()


def _next(
    line: PiecewiseConnection, should_stop: Callable[[], bool], is_wanted: Callable[[Any], bool]
) -> Any:
    """Return the first update over `line` that is wanted."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if should_stop():
            raise Stopped
        if line.poll(_LOOK_SECONDS):
            update = line.recv()
            line.send((RunLoop.on_acknowledge,))
            if update.message and update.snapshot is None:
                raise RuntimeError(update.message)
            if is_wanted(update):
                return update
    raise TimeoutError("the training did not begin in time")
