"""Garbage is collected in the window's thread: what Qt draws must not die in another one."""

import gc
import threading
import weakref


class Knot:
    """Something that only a collection of garbage takes away."""

    def __init__(self):
        self.itself = self


def test_what_is_garbage_goes_in_the_windows_thread_and_no_other(qtbot):
    assert not gc.isenabled()
    gone = []

    def tie_and_forget():
        for _ in range(100):
            weakref.finalize(Knot(), lambda: gone.append(threading.current_thread()))
        kept = [[] for _ in range(100_000)]  # by now Python would have collected many times
        assert kept

    worker = threading.Thread(target=tie_and_forget)
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(gone) == 100, timeout=60_000)
    assert set(gone) == {threading.main_thread()}
