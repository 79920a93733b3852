"""What every test of the window needs: our look, and nothing left running behind it."""

import gc
import multiprocessing
import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from gdstudio.app.theme import current_theme


def pytest_collection_modifyitems(items):
    """Let Qt warnings fail a test, but not the one that its platform without a display utters."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("does not support propagateSizeHints"))


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Give the tests' application the look of the real one, once."""
    current_theme().apply(qapp)
    return qapp


@pytest.fixture(autouse=True)
def _usual_look(qapp):
    """Give each test the light palette and the usual text size, whatever the one before did."""
    yield
    current_theme().set_dark(False)
    current_theme().zoom_reset()


@pytest.fixture(autouse=True)
def _nothing_left_running(qapp):
    """Fail a test that leaves a thread, a child process or a running timer behind."""
    threads_before = set(threading.enumerate())
    yield
    for widget in QApplication.topLevelWidgets():
        # Hidden ones, such as menus, belong to others that delete them; twice would crash.
        if isinstance(widget, QMainWindow) or (widget.isVisible() and widget.parent() is None):
            widget.close()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [
        thread
        for thread in set(threading.enumerate()) - threads_before
        # A QThread that once ran Python code stays listed as a dummy, which is no running thread.
        if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]
    assert not left, f"threads left running: {left}"
    assert not multiprocessing.active_children(), "child processes left running"
    qt_left = []
    for thing in gc.get_objects():
        if not isinstance(thing, QObject):
            continue
        try:
            if isinstance(thing, QThread) and thing.isRunning() and thing is not qapp.thread():
                qt_left.append(thing)
            if isinstance(thing, QTimer) and thing.isActive() and not thing.isSingleShot():
                qt_left.append(thing)
        except RuntimeError:  # Qt deleted it already; only Python's shell is left
            continue
    assert not qt_left, f"left running: {qt_left}"
