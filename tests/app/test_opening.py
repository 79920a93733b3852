"""What is seen first: a panel that takes nothing from anybody; files that are handed over."""

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app.opening import Splash
from gdstudio.app.preferences import Preferences
from gdstudio.app.theme import current_theme


def test_the_panel_takes_no_focus_and_goes_when_a_window_is_there(qtbot):
    left = []
    QApplication.instance().lastWindowClosed.connect(lambda: left.append(True))
    splash = Splash(Preferences())
    qtbot.addWidget(splash)
    splash.show()
    qtbot.waitUntil(lambda: splash.is_painted)
    assert splash.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert splash.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not splash.isVisible())
    assert window.isVisible()
    assert left == []


@pytest.mark.parametrize("key", ["light", "dark"])
def test_the_panel_has_the_colours_of_the_window_to_come(key, qtbot):
    splash = Splash(Preferences(theme=key, text_scale=1.5))
    qtbot.addWidget(splash)
    palette = current_theme().palette
    assert palette.dark == (key == "dark")
    picture = splash.grab().toImage()
    assert picture.pixelColor(10, 10) == palette.qcolor("panel")
    assert splash.width() == 540


def test_the_panel_is_where_the_window_was(qtbot):
    before = QWidget()
    qtbot.addWidget(before)
    before.setGeometry(40, 60, 400, 300)
    splash = Splash(Preferences(geometry=bytes(before.saveGeometry().data())))
    qtbot.addWidget(splash)
    assert (splash.geometry().center() - before.frameGeometry().center()).manhattanLength() <= 2
    splash = Splash(Preferences(geometry=b"nonsense"))
    qtbot.addWidget(splash)
    middle = QApplication.primaryScreen().availableGeometry().center()
    assert (splash.geometry().center() - middle).manhattanLength() <= 2


# Hands a file to the application before anybody can open it, and another one afterwards.
FILES = """
import json
from PySide6.QtGui import QFileOpenEvent
from gdstudio.app.opening import make_application

application, opened = make_application(), []
application.sendEvent(application, QFileOpenEvent("first.gdstudio"))
application.hand_files_to(opened.append)
application.processEvents()
application.sendEvent(application, QFileOpenEvent("second.md"))
assert make_application() is application
print(json.dumps(opened))
"""


def test_files_that_the_system_hands_over_are_opened_also_the_one_that_started_the_app(tmp_path):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", FILES],
        check=True, capture_output=True, encoding="utf-8", env=environment, timeout=120,
    )  # fmt: skip
    assert json.loads(done.stdout) == ["first.gdstudio", "second.md"]
