"""The start of the window: whatever lies where its files are kept, it starts; signals close it."""

import json
import os
import signal
import subprocess
import sys

import pytest

# Opens the window as `gdstudio` does, and sends a signal to itself once the window is there.
START = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdstudio.app import application, opening

make = application.create_main_window

def made(*arguments):
    window = make(*arguments)
    seen.extend(visible())
    QTimer.singleShot(300, end)
    return window

def visible():
    return [one.objectName() for one in QApplication.topLevelWidgets() if one.isVisible()]

def end():
    if "splash" in visible():  # on a busy machine it takes a moment more
        QTimer.singleShot(100, end)
        return
    print(seen, visible())
    os.kill(os.getpid(), int(sys.argv[1]))

seen = []
opening.SLOW_SECONDS = float(os.environ.get("SLOW_SECONDS", "1000"))

application.create_main_window = made
from gdstudio.cli.main import run
sys.exit(run([]))
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def start(home, number, cwd=None, **more):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    environment |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", **more}
    done = subprocess.run(
        [sys.executable, "-c", START, str(int(number))],
        capture_output=True, check=False, encoding="utf-8", env=environment, cwd=cwd, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_damaged_files_of_its_own_stop_no_start_and_a_kill_closes_it_in_order(tmp_path):
    config, logs = tmp_path / ".config/gdstudio", tmp_path / ".local/state/gdstudio/log"
    config.mkdir(parents=True)
    logs.mkdir(parents=True)
    (config / "preferences.json").write_bytes(b'{"version": 1, "theme": "da')
    # Of a version before, which kept the window's place there.
    (config / "window.ini").write_text("[General]\ngeometry=@ByteArray(\\x1\\xd9\n")
    (logs / "gdstudio.log").mkdir()
    os.mkfifo(logs / "gdstudio-crash.log")
    done = start(tmp_path, signal.SIGTERM)
    assert done.returncode == 128 + signal.SIGTERM
    assert json.loads((config / "preferences.json").read_text())["version"] == 1
    assert (config / "preferences.json.damaged").exists()
    text = (logs / "gdstudio.log").read_text(encoding="utf-8")
    assert "The preferences could not be used" in text


def test_without_a_home_folder_or_a_log_it_starts_and_leaves_nothing_around(tmp_path):
    for home in ("relative", "loop"):
        (tmp_path / "loop").unlink(missing_ok=True)
        (tmp_path / "loop").symlink_to("loop")
        done = start(home if home == "relative" else tmp_path / "loop", signal.SIGHUP, tmp_path)
        assert done.returncode == 128 + signal.SIGHUP
        assert os.listdir(tmp_path) == ["loop"]


def test_a_slow_start_shows_a_panel_until_the_window_is_there(tmp_path):
    done = start(tmp_path, signal.SIGTERM, SLOW_SECONDS="0")
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stdout == "['splash'] ['main_window']\n"
    done = start(tmp_path, signal.SIGTERM)
    assert done.stdout == "[] ['main_window']\n"
