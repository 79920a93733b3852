"""`gdstudio screenshots`: pictures of every lab, light and dark, after a short real training."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEventLoop
from PySide6.QtWidgets import QAbstractButton, QApplication

from gdstudio.app.application import create_main_window
from gdstudio.app.labs.digits.inside.tabs import PAGES, TRAINING
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.main_window import MainWindow
from gdstudio.app.widgets.export import write_whole
from gdstudio.errors import BadInput
from gdstudio.experiment.run_loop import State
from gdstudio.storage.atomic_file import check_place

SIZES = ((1280, 720), (1920, 1080))
MILLISECONDS = 120_000
HOUSE_STEPS = 24
SLOPE_STEPS = 7
RACE_STEPS = 60
# A seven with a bar through it, as one draws it on the continent.
SEVEN = (
    ((60, 60), (120, 48), (185, 52), (178, 90), (150, 150), (130, 215)),
    ((85, 132), (130, 128), (190, 124)),
)


def render_screenshots(directory: Path) -> None:
    """Write ``<lab>-<theme>.png`` (1280×720) and ``<lab>-<theme>-large.png`` (1920×1080).

    The pages inside the network are ``digits-<page>-<theme>.png``, in the smaller size.

    Raises:
        BadInput: if the folder cannot be written, or the training does not come to its end.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{directory} cannot be made a folder ({error.strerror}).") from None
    # Known before the work, and not after it.
    check_place(directory / f"{SlopeLab.key}-light.png")
    application = QApplication.instance() or QApplication(["gdstudio"])
    assert isinstance(application, QApplication)
    window = create_main_window()
    try:
        window.resize(*SIZES[-1])
        window.show()
        _walk_slope(window)
        _race_on_surface(window)
        _fit_houses(window)
        _train_digits(window)
        for key in window.labs:
            window.show_lab(key)
            for theme in ("light", "dark"):
                window.set_theme(theme)
                for size, suffix in zip(SIZES, ("", "-large"), strict=True):
                    window.resize(*size)
                    _settle(9)
                    _write(window, directory / f"{key}-{theme}{suffix}.png")
        _look_inside(window, directory)
    finally:
        window.close()


def _walk_slope(window: MainWindow) -> None:
    lab = window.labs["slope"]
    assert isinstance(lab, SlopeLab)
    window.show_lab(lab.key)
    lab.show_two_starts()
    lab.runner.step(SLOPE_STEPS)
    _wait(lambda: _iteration(lab) >= SLOPE_STEPS)


def _race_on_surface(window: MainWindow) -> None:
    lab = window.labs["surface"]
    assert isinstance(lab, SurfaceLab)
    window.show_lab(lab.key)
    lab.show_race()
    # Off the screen there is no OpenGL: the map alone.
    flat = lab.findChild(QAbstractButton, "map_button")
    assert flat is not None
    flat.click()
    lab.runner.step(RACE_STEPS)
    _wait(lambda: _iteration(lab) >= RACE_STEPS and not lab.background.is_busy)


def _fit_houses(window: MainWindow) -> None:
    lab = window.labs["houses"]
    assert isinstance(lab, HousesLab)
    window.show_lab(lab.key)
    lab.runner.step(HOUSE_STEPS)
    _wait(lambda: _iteration(lab) >= HOUSE_STEPS)
    lab.panel.goal_button.setChecked(True)


def _train_digits(window: MainWindow) -> None:
    lab = window.labs["digits"]
    assert isinstance(lab, DigitsLab)
    window.show_lab(lab.key)
    lab.panel.set_values({"epochs": 3})
    lab.reset()
    lab.runner.run()
    _wait(lambda: lab.runner.latest is not None and lab.runner.latest.state is State.FINISHED)
    lab.reading.canvas.set_strokes([np.array(stroke, float) for stroke in SEVEN])
    lab.reading.refresh()


def _look_inside(window: MainWindow, directory: Path) -> None:
    lab = window.labs["digits"]
    assert isinstance(lab, DigitsLab)
    window.show_lab(lab.key)
    window.resize(*SIZES[0])
    for key, *_ in PAGES:
        lab.inside.tabs.strip.choose(key)
        # The wave through the layers takes about a second.
        _settle(40 if key == "network" else 9)
        if key == "landscape":
            _compute_landscape(lab)
        for theme in ("light", "dark"):
            window.set_theme(theme)
            _settle(9)
            _write(window, directory / f"{lab.key}-{key}-{theme}.png")
    lab.inside.tabs.strip.choose(TRAINING)


def _compute_landscape(lab: DigitsLab) -> None:
    begin = lab.findChild(QAbstractButton, "landscape_button")
    cancel = lab.findChild(QAbstractButton, "landscape_cancel_button")
    assert begin is not None
    assert cancel is not None
    begin.click()
    _wait(lambda: not cancel.isEnabled())


def _iteration(lab: Lab) -> int:
    latest = lab.runner.latest
    return 0 if latest is None or latest.snapshot is None else latest.snapshot.iteration


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
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    write_whole(path, bytes(buffer.data().data()))
