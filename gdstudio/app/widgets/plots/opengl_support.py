"""Drawing in three dimensions into pictures: one context for all, made when first asked for.

No window is drawn by OpenGL: its pictures are shown as others are. So the window stays as it is
where OpenGL comes late, is slow, or fails.
"""

import functools
import importlib
import logging
import os
import sys

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

log = logging.getLogger(__name__)

NO_OPENGL = "This computer shows no 3-D view (there is no OpenGL 2.1); the map has it all."
# Platforms of Qt that have no screen, or none with OpenGL.
_FLAT_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb")
_OLDEST = (2, 1)


def load_opengl() -> None:
    """Import what draws in 3-D; takes a tenth of a second, and any thread may do it.

    Raises:
        ImportError: if OpenGL's library is not there.
    """
    if sys.platform == "linux":
        # PyOpenGL guesses from the session which library Qt uses; Qt may have been told otherwise.
        platform = "egl" if QGuiApplication.platformName().startswith("wayland") else "glx"
        if os.environ.get("QT_XCB_GL_INTEGRATION") == "xcb_egl":
            platform = "egl"
        os.environ.setdefault("PYOPENGL_PLATFORM", platform)
    importlib.import_module("pyqtgraph.opengl")


@functools.cache
def shared_context() -> tuple[QOpenGLContext, QOffscreenSurface] | None:
    """Return the context and what to make it current on, None where there is no OpenGL.

    To be asked for in the window's thread. Nothing is drawn yet and no window is touched, so a
    driver that is broken is not put to the test.
    """
    if QGuiApplication.platformName() in _FLAT_PLATFORMS:
        return None
    try:
        # The application owns them: Python would take them apart after it is gone.
        owner = QCoreApplication.instance()
        context = QOpenGLContext(owner)
        if not context.create():
            return None
        surface = QOffscreenSurface(None, owner)
        surface.setFormat(context.format())
        surface.create()
        if not (surface.isValid() and context.makeCurrent(surface)):
            return None
        version = context.format().version()
        context.doneCurrent()
    except Exception:
        log.exception("OpenGL could not be asked for")
        return None
    return (context, surface) if context.isOpenGLES() or tuple(version) >= _OLDEST else None
