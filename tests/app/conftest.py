"""What every test of the window needs: our look, and nothing left running behind it."""

import functools
import gc
import logging
import multiprocessing
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QBoxLayout, QGridLayout, QMainWindow
from whole_window import WholeWindow

from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme


def pytest_collection_modifyitems(items):
    """Let Qt warnings fail a test, but not those of what no platform without a display can do."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore(r"plugin does not support \w+\(\)"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item, nextitem):
    """Take apart what a file's tests have left: whole windows, which the next ones look through.

    Only now nothing of the last test holds them any more.
    """
    result = yield
    is_last = nextitem is None or nextitem.path != item.path
    if is_last and Path(__file__).parent in item.path.parents:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    return result


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """Give the tests' application the look of the real one, once."""
    current_theme().apply(qapp)
    return qapp


@pytest.fixture
def qtbot(qtbot):
    """Give the widgets under test the look that they have as parts of the window."""
    add = qtbot.addWidget

    def add_styled(widget, **options):
        add(widget, **options)
        current_theme().style(widget)
        current_theme().prepare(widget)

    qtbot.addWidget = add_styled
    # On a busy machine five seconds are little; who fails waits, nobody else.
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive"):
        setattr(qtbot, name, functools.partial(getattr(qtbot, name), timeout=60_000))
    return qtbot


@pytest.fixture(scope="session", autouse=True)
def _no_symbols_of_ones_own(tmp_path_factory):
    """Leave the symbols alone that whoever runs the tests has drawn."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gdstudio.folders.symbols_path", lambda: folder / "symbols.json")
        yield


@pytest.fixture(scope="session", autouse=True)
def _layouts_are_added_empty():
    """Fail what fills a layout before it adds it to another one.

    PySide then makes wrappers for the items that Qt made, and is not told when Qt deletes one of
    them: Python takes it for what comes to lie at that address, such as another widget.
    """
    with pytest.MonkeyPatch.context() as patch:
        for kind in (QBoxLayout, QGridLayout):
            patch.setattr(kind, "addLayout", _adds_empty(kind.addLayout))
        yield


def _adds_empty(add_layout):
    def add_empty(self, layout, *others):
        assert layout.count() == 0, "add a layout first, then fill it"
        return add_layout(self, layout, *others)

    return add_empty


@pytest.fixture(autouse=True)
def _usual_look(qapp):
    """Give each test the light palette and the usual text size, whatever the one before did."""
    yield
    current_theme().set_dark(False)
    current_theme().zoom_reset()
    current_theme().magnify(1.0)


# The threads of a window that the tests of a module share, by id.
_SHARED: set[int] = set()


@pytest.fixture(scope="session")
def keep_running():
    """Return a context in which a window, and what runs for it, may outlive single tests."""

    @contextmanager
    def keep(window):
        window.setProperty("shared", True)
        _SHARED.update(id(thing) for thing in _running())
        try:
            yield
        finally:
            _SHARED.clear()
            window.setProperty("shared", False)

    return keep


@pytest.fixture(scope="module")
def whole(qapp, keep_running):
    """Return one window with everything in it, for all tests of a module."""
    whole = WholeWindow()
    with keep_running(whole.window):
        yield whole
    whole.close()


def _is_shared(thing):
    """Return whether a thread or a timer belongs to a window that several tests share."""
    if id(thing) in _SHARED:
        return True
    while thing is not None and not thing.property("shared"):
        thing = thing.parent()
    return thing is not None


def _shared_workers():
    """Return the threads that run and do jobs for the windows that several tests share."""
    found = set()
    for widget in QApplication.topLevelWidgets():
        if widget.property("shared"):
            found.update(runner._worker for runner in widget.findChildren(Runner))
            for background in widget.findChildren(Background):
                lanes = (background._work, background._keep, *background._stoppable())
                found.update(lane._worker for lane in lanes)
    return found


def _running():
    """Return the threads and the timers, single shots aside, that Qt has running."""
    kinds = _with_heirs(QThread, QTimer)
    found = []
    # By the type alone: this is asked of each of some 100,000 objects after each test.
    for thing in [one for one in gc.get_objects() if type(one) in kinds]:
        try:
            if isinstance(thing, QThread) and thing.isRunning() and not thing.isMainThread():
                found.append(thing)
            if isinstance(thing, QTimer) and thing.isActive() and not thing.isSingleShot():
                found.append(thing)
        except RuntimeError:  # Qt deleted it already; only Python's shell is left
            continue
    return found


def _with_heirs(*kinds):
    """Return classes, and all that inherit from them."""
    found = set(kinds)
    for kind in kinds:
        found |= _with_heirs(*kind.__subclasses__())
    return found


@pytest.fixture(autouse=True)
def _no_fault_is_hidden(request):
    """Fail a test in which a lab stayed as it was because of a fault, unless that is tested."""
    logged = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: logged.append(handler.format(record))
    logger = logging.getLogger("gdstudio.app.labs.lab")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if request.node.get_closest_marker("faults") is None:
        assert not logged, "\n".join(logged)


@pytest.fixture(autouse=True)
def _nothing_left_running(qapp):
    """Fail a test that leaves a thread, a child process or a running timer behind."""
    threads_before = set(threading.enumerate())
    yield
    for widget in QApplication.topLevelWidgets():
        if widget.property("shared"):
            continue
        # Hidden ones, such as menus, belong to others that delete them; twice would crash.
        if isinstance(widget, QMainWindow) or (widget.isVisible() and widget.parent() is None):
            widget.close()
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Those of a shared window come with its first run or job, and stay.
    threads_before |= _shared_workers()
    for thread in set(threading.enumerate()) - threads_before:
        # A window does not wait for a job that it cannot stop; on a busy machine it takes a while.
        if thread.name.startswith("gdstudio-"):
            thread.join(60)
    left = [
        thread
        for thread in set(threading.enumerate()) - threads_before
        # A QThread that once ran Python code stays listed as a dummy, which is no running thread.
        if thread.is_alive() and not isinstance(thread, threading._DummyThread)
    ]
    assert not left, f"threads left running: {left}"
    assert not multiprocessing.active_children(), "child processes left running"
    qt_left = [thing for thing in _running() if not _is_shared(thing)]
    assert not qt_left, f"left running: {qt_left}"
