"""The start of the window.

1. `create_main_window` gives the application its look and makes the window with all its labs.
2. `run_window` also opens the log, reads the preferences, shows the window and enters the event
   loop. The lab that is seen starts its run in the background; files are read when needed.
"""

import gc
import logging
import os
import signal
import sys
import warnings

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

from gdstudio.app import log_file
from gdstudio.app.main_window import MainWindow
from gdstudio.app.preferences import Preferences
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.app.theme import current_theme
from gdstudio.experiment.scenario import Scenario
from gdstudio.folders import (
    lessons_path,
    portable_problem,
    preferences_path,
    runs_folder,
    school_paths,
)
from gdstudio.lesson.library import LessonFile
from gdstudio.runs.session import Session

log = logging.getLogger(__name__)

# A thread that computes in pure Python gives way to the window after this long.
SWITCH_SECONDS = 0.0005
SETTLE_MILLISECONDS = 1500


def create_main_window(
    preferences: Preferences | None = None, school: SchoolSettings | None = None
) -> MainWindow:
    """Return the window, given a `QApplication`.

    Without preferences nothing is remembered. What a school has settled goes before them.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("Make a QApplication first.")
    sys.setswitchinterval(SWITCH_SECONDS)
    # Qt divides an image among threads and waits for all of them: where a network trains on the
    # other cores, a picture of 2 ms is then late by 20. Read by Qt once, with the first image.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    # The window reads single images; more BLAS threads would only stand in its way.
    threadpool_limits(1, user_api="blas")
    preferences = preferences or Preferences()
    school = school or SchoolSettings()
    preferences.theme = school.theme or preferences.theme
    preferences.text_scale = school.text_size or preferences.text_scale
    theme = current_theme()
    theme.apply(application)
    theme.set_scale(preferences.text_scale)
    window = MainWindow(preferences, school)
    theme.prepare(window)
    return window


def settle_memory() -> None:
    """Spare what the start has made from the garbage collector, whose full rounds cost a frame."""
    gc.collect()
    gc.freeze()


def _close_when_asked(application: QApplication) -> list[int]:
    """Let Ctrl+C in the terminal, a polite kill and the end of the session close the window.

    Returns:
        A list that will hold the signals that came. Python sees them only between its own steps.
    """
    came: list[int] = []

    def close(number: int, _: object) -> None:
        came.append(number)
        application.closeAllWindows()

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, close)
    return came


def run_window(
    scenario: Scenario | None = None,
    lesson: LessonFile | None = None,
    session: tuple[Session, str] | None = None,
) -> int:
    """Open the window, run until it is closed, and return the exit code.

    With a `scenario` the window opens on its lab, set up so; with a `lesson` the guide leads
    through it; with a `session` and the name of its file all labs are as they were.
    """
    log_file.start_logging()
    # What overflows in a run that diverges is said in the window, not in the terminal.
    warnings.filterwarnings("ignore", ".*encountered in", RuntimeWarning)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Gradient Descent Studio")
    application.setOrganizationName("gdstudio")
    application.setDesktopFileName("gdstudio")
    school, problem = SchoolSettings.load(school_paths())
    window = create_main_window(Preferences.load(preferences_path()), school)
    for sentence in (portable_problem(), problem):
        if sentence:
            log.warning("%s", sentence)
            window.current_lab.say_problem(sentence)
    if (folder := runs_folder()) is not None:
        window.keep_runs_in(folder)
        window.keep_session_in(folder)
    if (progress := lessons_path()) is not None:
        window.keep_lessons_in(progress)
    window.show()
    # Once the lab that is seen has started.
    if scenario is not None:
        QTimer.singleShot(0, window, lambda: window.set_up(scenario))
    elif lesson is not None:
        QTimer.singleShot(0, window, lambda: window.guide.show_lesson(lesson))
    elif session is not None:
        QTimer.singleShot(0, window, lambda: window.sessions.take(*session))
    else:
        QTimer.singleShot(0, window, window.offer_guide)
    ended_by = _close_when_asked(application)
    heartbeat = QTimer(window)
    heartbeat.start(250)
    heartbeat.timeout.connect(lambda: None)
    QTimer.singleShot(SETTLE_MILLISECONDS, settle_memory)
    code = application.exec()
    heartbeat.stop()
    return 128 + ended_by[0] if ended_by else code
