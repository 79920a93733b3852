"""Whether this computer can draw in three dimensions: asked once, without drawing anything."""

import functools
import importlib
import logging
import os
import sys

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

log = logging.getLogger(__name__)

NO_OPENGL = "This computer shows no 3-D view (there is no OpenGL 2.1); the map has it all."
# Platforms of Qt that have no screen, or none with OpenGL.
_FLAT_PLATFORMS = ("offscreen", "minimal", "vnc", "linuxfb")
_OLDEST = (2, 1)


def load_opengl() -> None:
    """Import what draws in 3-D; takes a tenth of a second, and any thread may do it."""
    if sys.platform == "linux":
        # PyOpenGL guesses from the session which library Qt uses; Qt may have been told otherwise.
        platform = "egl" if QGuiApplication.platformName().startswith("wayland") else "glx"
        if os.environ.get("QT_XCB_GL_INTEGRATION") == "xcb_egl":
            platform = "egl"
        os.environ.setdefault("PYOPENGL_PLATFORM", platform)
    importlib.import_module("pyqtgraph.opengl")


@functools.cache
def has_opengl() -> bool:
    """Return whether a context can be made and is new enough; to be asked in the window's thread.

    Nothing is drawn and no window is touched, so a driver that is broken is not put to the test.
    """
    if QGuiApplication.platformName() in _FLAT_PLATFORMS:
        return False
    try:
        context = QOpenGLContext()
        if not context.create():
            return False
        surface = QOffscreenSurface()
        surface.setFormat(context.format())
        surface.create()
        if not (surface.isValid() and context.makeCurrent(surface)):
            return False
        version = context.format().version()
        context.doneCurrent()
    except Exception:
        log.exception("OpenGL could not be asked for")
        return False
    return context.isOpenGLES() or tuple(version) >= _OLDEST
