"""The first window fits the screen it opens on, and one that was kept comes back onto a screen.

A platform has its screens from its start on: each case is a process of its own.
"""

import json
import os
import subprocess
import sys

import pytest

OPEN = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
from gdstudio.app.window_place import place_first, restore_place
application = QApplication([])
window = QWidget()
place_first(window)
kept = bytes.fromhex(sys.argv[1])
restored = restore_place(window, kept) if kept else None
window.show()
application.processEvents()
frame = window.frameGeometry()
whole = any(screen.availableGeometry().contains(frame) for screen in application.screens())
print([window.width(), window.height()], window.pos().toTuple(), whole, restored, sep="; ")
print(bytes(window.saveGeometry().data()).hex())
"""


@pytest.fixture
def open_window(tmp_path):
    """Return a function that opens a window on screens (x, width, height) and describes it."""

    def open_on(*screens, kept=""):
        config = {
            "synchronousWindowSystemEvents": False,
            "windowFrameMargins": True,
            "screens": [
                {
                    "name": f"{number}", "x": x, "y": 0, "width": width, "height": height,
                    "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1,
                }
                for number, (x, width, height) in enumerate(screens)
            ],
        }  # fmt: skip
        path = tmp_path / "screens.json"
        path.write_text(json.dumps(config))
        done = subprocess.run(
            [sys.executable, "-c", OPEN, kept],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={path}"},
        )
        described, geometry = done.stdout.splitlines()
        return described, geometry

    return open_on


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1920, 1080, [1440, 900]),
        (1366, 768, [1350, 720]),
        (1280, 720, [1264, 672]),
        (800, 600, [784, 552]),
    ],
)
def test_the_first_window_fits_its_screen(open_window, width, height, expected):
    described, _ = open_window((0, width, height))
    assert described.startswith(f"{expected}; ")
    assert "; True; " in described


def test_a_window_comes_back_where_it_was_or_where_it_can_be_seen(open_window):
    _, kept = open_window((0, 2560, 1440))
    described, _ = open_window((0, 2560, 1440), kept=kept)
    assert described.startswith("[1440, 900]; ")
    assert described.endswith("True; True")
    # The large screen is gone: the window is as large as the small one has room for.
    described, _ = open_window((0, 1366, 768), kept=kept)
    assert "; True; " in described
    # It stood on a second screen that is no more.
    _, kept = open_window((3000, 1920, 1080), (0, 10, 10))
    described, _ = open_window((0, 1366, 768), kept=kept)
    assert "; True; " in described
