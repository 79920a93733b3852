"""Garbage is collected in the window's thread alone."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from gdstudio.app.garbage import GarbageCollector


class Part(QObject):
    """A part in a cycle that only the collector finds."""

    def __init__(self):
        super().__init__()
        self.itself = self


@pytest.fixture
def collector(qapp):
    thresholds = gc.get_threshold()
    gc.set_threshold(1000, 10, 10)
    gc.enable()
    owner = QObject()
    yield GarbageCollector(owner)
    owner.deleteLater()
    gc.set_threshold(*thresholds)
    gc.disable()


def test_a_cycle_ends_in_the_windows_thread_whoever_makes_the_objects(collector, qtbot):
    ended, is_made, is_seen = [], threading.Event(), threading.Event()

    def work():
        weakref.finalize(Part(), lambda: ended.append(threading.current_thread()))
        kept = [[number] for number in range(100_000)]
        is_made.set()
        is_seen.wait(60)
        del kept

    worker = threading.Thread(target=work)
    worker.start()
    assert is_made.wait(60)
    assert ended == [], "collected in the midst of what is done elsewhere"
    qtbot.waitUntil(lambda: bool(ended))
    is_seen.set()
    worker.join()
    assert ended == [threading.main_thread()]
