"""Where a window goes and how large it is: on a screen, as a whole."""

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

SMALLEST = QSize(900, 560)
USUAL = QSize(1440, 900)
# The bar with its title and the edges, which are not known before the window is shown.
_TITLE, _EDGE = 40, 8
_FRAME = QPoint(_EDGE, _TITLE)
# A window of which less than this can be seen, in pixels each way, is not found again.
_SEEN = 100


def place_first(window: QWidget) -> None:
    """Make `window` as large as usual, or as large as its screen has room for."""
    room = _room(_screens()[0])
    window.setMinimumSize(SMALLEST.boundedTo(room.size()))
    window.resize(USUAL.boundedTo(room.size()))
    if window.size() != USUAL:
        # In the middle of what there is; else the window manager knows better.
        window.move(room.center() - window.rect().center() - _FRAME)


def restore_place(window: QWidget, geometry: bytes) -> bool:
    """Give `window` the size and the place of `geometry`, as Qt saved them; return whether it can.

    What can be seen only in part, as after a screen was taken away, is moved into sight as a whole.
    """
    if not window.restoreGeometry(QByteArray(geometry)):
        return False
    frame = window.frameGeometry()
    seen = [screen.intersected(frame) for screen in _screens()]
    widest = max(seen, key=lambda part: max(part.width(), 0) * max(part.height(), 0))
    if min(widest.width(), widest.height()) < _SEEN:
        window.setWindowState(Qt.WindowState.WindowNoState)
        place_first(window)
        return False
    whole = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
    screen = _screens()[seen.index(widest)]
    if not window.windowState() & whole and not screen.contains(frame):
        room = _room(screen)
        window.setMinimumSize(SMALLEST.boundedTo(room.size()))
        window.resize(window.size().boundedTo(room.size()))
        inside = QRect(window.geometry().topLeft(), window.size())
        inside.moveRight(min(inside.right(), room.right()))
        inside.moveBottom(min(inside.bottom(), room.bottom()))
        inside.moveLeft(max(inside.left(), room.left()))
        inside.moveTop(max(inside.top(), room.top()))
        window.move(inside.topLeft() - _FRAME)
    return True


def _screens() -> list[QRect]:
    """Return what windows may take of each screen, the first one first."""
    first = QGuiApplication.primaryScreen()
    screens = sorted(QGuiApplication.screens(), key=lambda screen: screen is not first)
    return [screen.availableGeometry() for screen in screens]


def _room(screen: QRect) -> QRect:
    """Return where the inside of a window goes on a screen."""
    return screen.adjusted(_EDGE, _TITLE, -_EDGE, -_EDGE)
