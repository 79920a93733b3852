"""`gdstudio screenshots`: pictures of every lab, light and dark, after a short real training."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from gdstudio.app.application import create_main_window
from gdstudio.app.labs.lab import Lab
from gdstudio.app.main_window import LABS, MainWindow
from gdstudio.app.widgets.export import write_whole
from gdstudio.app.widgets.picture import png_bytes
from gdstudio.errors import BadInput
from gdstudio.storage.atomic_file import check_place

SIZES = ((1280, 720), (1920, 1080))
MILLISECONDS = 120_000


def render_screenshots(directory: Path) -> None:
    """Write ``<lab>-<theme>.png`` (1280×720) and ``<lab>-<theme>-large.png`` (1920×1080).

    What a lab shows closer, such as the pages inside the network, is
    ``<lab>-<name>-<theme>.png``, in the smaller size.

    Raises:
        BadInput: if the folder cannot be written, or the training does not come to its end.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{directory} cannot be made a folder ({error.strerror}).") from None
    # Known before the work, and not after it.
    check_place(directory / f"{LABS[0].key}-light.png")
    application = QApplication.instance() or QApplication(["gdstudio"])
    assert isinstance(application, QApplication)
    window = create_main_window()
    try:
        window.resize(*SIZES[-1])
        window.show()
        for lab in window.labs.values():
            window.show_lab(lab.key)
            for reached in lab.pose():
                _wait(reached)
        for key in window.labs:
            window.show_lab(key)
            for theme in ("light", "dark"):
                window.set_theme(theme)
                for size, suffix in zip(SIZES, ("", "-large"), strict=True):
                    window.resize(*size)
                    _settle(9)
                    _write(window, directory / f"{key}-{theme}{suffix}.png")
        for lab in window.labs.values():
            _look_closer(window, lab, directory)
    finally:
        window.close()


def _look_closer(window: MainWindow, lab: Lab, directory: Path) -> None:
    window.show_lab(lab.key)
    window.resize(*SIZES[0])
    for name, reached in lab.pose_closer():
        _settle(9)
        _wait(reached)
        for theme in ("light", "dark"):
            window.set_theme(theme)
            _settle(9)
            _write(window, directory / f"{lab.key}-{name}-{theme}.png")


def _wait(reached: Callable[[], bool]) -> None:
    clock = QElapsedTimer()
    clock.start()
    while not reached():
        if clock.elapsed() > MILLISECONDS:
            raise BadInput("The training took too long for pictures; try again when it is quiet.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def _settle(rounds: int) -> None:
    """Let layouts and plots that follow a new size or theme come to rest."""
    for _ in range(rounds):
        clock = QElapsedTimer()
        clock.start()
        while clock.elapsed() < 40:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)


def _write(window: MainWindow, path: Path) -> None:
    write_whole(path, png_bytes(window.grab().toImage()))
