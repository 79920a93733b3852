"""The start of the window.

1. `opening.show_splash` makes the application, before any of this is loaded, and shows a panel
   where that is slow.
2. `create_main_window` gives the application its look and makes the window with all its labs.
3. `run_window` also reads the preferences, shows the window and enters the event loop. The lab that
   is seen starts its run in the background; files are read when needed.
"""

import gc
import logging
import signal
import sys
import warnings

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from threadpoolctl import threadpool_limits

from gdstudio.app import import_speed  # noqa: F401 - before all that is imported below
from gdstudio.app.garbage import GarbageCollector
from gdstudio.app.main_window import MainWindow
from gdstudio.app.motion import MOTION
from gdstudio.app.opening import make_application, paint_in_one_thread
from gdstudio.app.preferences import Preferences
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.app.system_motion import system_motion
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
    paint_in_one_thread()
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
    file: str = "",
) -> int:
    """Open the window, run until it is closed, and return the exit code.

    With a `scenario` the window opens on its lab, set up so; with a `lesson` the guide leads
    through it; with a `session` and the name of its file all labs are as they were. A `file` is
    read once the window is there, which then says what is wrong with it.
    """
    application = make_application()
    # What overflows in a run that diverges is said in the window, not in the terminal.
    warnings.filterwarnings("ignore", ".*encountered in", RuntimeWarning)
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
    elif file:
        QTimer.singleShot(0, window, lambda: window.open_file(file))
    else:
        QTimer.singleShot(0, window, window.offer_guide)
    application.hand_files_to(window.open_file)
    ended_by = _close_when_asked(application)
    GarbageCollector(window)
    heartbeat = QTimer(window)
    heartbeat.start(250)
    heartbeat.timeout.connect(lambda: None)
    QTimer.singleShot(SETTLE_MILLISECONDS, settle_memory)
    MOTION.system_asks = system_motion(window)
    MOTION.is_watched = True
    code = application.exec()
    MOTION.is_watched = False
    heartbeat.stop()
    return 128 + ended_by[0] if ended_by else code
