"""The first moments of the window: the application, and what is seen until all the rest is loaded.

Nothing here loads more than Qt and the look. Where that alone takes long, as at the first start of
the day or on a slow disk, the rest takes several times as long: a quiet panel with the name of the
app is then shown at once. It takes no focus, and goes when the window is there.
"""

import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QFileOpenEvent, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app import import_speed, log_file  # noqa: F401 - the first before all others
from gdstudio.app.preferences import Preferences
from gdstudio.app.theme import current_theme, load_typeface
from gdstudio.app.widgets.painting import painted
from gdstudio.folders import preferences_path
from gdstudio.resource_files import resource_path

# Where Qt and the look are there sooner than this, in seconds, so is the window: a panel would only
# flash.
SLOW_SECONDS = 0.3
# How long is waited for the panel to be on the screen, in seconds.
_SHOWN_SECONDS = 0.3
_LOOK_MILLISECONDS = 20
_WIDTH, _HEIGHT, _ICON = 360, 224, 96


class StudioApplication(QApplication):
    """The application of a window, which the system may ask to open files, as macOS does."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._asked: list[str] = []
        self._open: Callable[[str], None] | None = None
        self.setApplicationName("Gradient Descent Studio")
        self.setOrganizationName("gdstudio")
        self.setDesktopFileName("gdstudio")

    def hand_files_to(self, open_file: Callable[[str], None]) -> None:
        """Have files opened so; also the one that was double-clicked to start the app."""
        self._open = open_file
        if self._asked:
            QTimer.singleShot(0, self, lambda: open_file(self._asked[-1]))

    def event(self, event: QEvent) -> bool:
        """Take the file that the system hands over."""
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return super().event(event)
        if self._open is None:
            self._asked.append(event.file())
        else:
            self._open(event.file())
        return True


def make_application() -> StudioApplication:
    """Open the log, and make the application, or return the one that is there."""
    log_file.start_logging()
    paint_in_one_thread()
    there = QApplication.instance()
    return there if isinstance(there, StudioApplication) else StudioApplication(sys.argv[:1])


def paint_in_one_thread() -> None:
    """Keep Qt from dividing an image among threads; it asks for this once, with the first image.

    It waits for all of them: where a network trains on the other cores, a picture of 2 ms is then
    late by 20.
    """
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")


def show_splash(began: float) -> "Splash | None":
    """Make the application, and show the panel if it has taken long to come here.

    Args:
        began: when the start of the window began, by `time.monotonic`.
    """
    if QApplication.instance() is not None:
        return None
    make_application()
    if time.monotonic() - began < SLOW_SECONDS:
        return None
    splash = Splash(Preferences.load(preferences_path()))
    splash.show()
    end = time.monotonic() + _SHOWN_SECONDS
    while not splash.is_painted and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)
    QApplication.processEvents()
    return splash


class Splash(QWidget):
    """The icon and the name of the app, in the colours and at the place of the window to come.

    Attributes:
        is_painted: whether it has been on the screen.
    """

    def __init__(self, preferences: Preferences) -> None:
        super().__init__(
            None,
            Qt.WindowType.SplashScreen
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowDoesNotAcceptFocus,
        )
        self.setObjectName("splash")
        self.setWindowTitle("Opening Gradient Descent Studio")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        # It is no window that the app would live on for.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.is_painted = False
        load_typeface()
        theme = current_theme()
        theme.use(preferences.theme)
        theme.set_scale(preferences.text_scale)
        self.resize(theme.px(_WIDTH), theme.px(_HEIGHT))
        self.move(_middle(preferences.geometry) - self.rect().center())
        self._drawing = QSvgRenderer(str(resource_path("icons", "app.svg")), self)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._leave_when_due)
        self._timer.start(_LOOK_MILLISECONDS)

    @Slot()
    def _leave_when_due(self) -> None:
        """Go as soon as another window of the app is on the screen."""
        for widget in QApplication.topLevelWidgets():
            handle = widget.windowHandle()
            if widget is not self and handle is not None and handle.isExposed():
                self._timer.stop()
                self.close()
                return

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, _: QPaintEvent, painter: QPainter
    ) -> None:
        """Draw the icon above the name."""
        theme = current_theme()
        painter.fillRect(self.rect(), theme.palette.qcolor("panel"))
        painter.setPen(theme.palette.qcolor("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        side = theme.px(_ICON)
        left, top = (self.width() - side) / 2, theme.px(36)
        self._drawing.render(painter, QRectF(left, top, side, side))
        painter.setPen(theme.palette.qcolor("text"))
        painter.setFont(theme.font("large", "medium"))
        below = QRect(0, top + side, self.width(), self.height() - top - side)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "Gradient Descent Studio")
        self.is_painted = True


def _middle(geometry: bytes) -> QPoint:
    """Return the middle of the window as it was last, or else of the screen."""
    place = QWidget()
    if geometry and place.restoreGeometry(QByteArray(geometry)):
        middle = place.frameGeometry().center()
        if QApplication.screenAt(middle) is not None:
            return middle
    return QApplication.primaryScreen().availableGeometry().center()
