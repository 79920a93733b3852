"""The window always closes, whatever is under way, and what could not be saved is told.

The real program is closed in a process of its own: only so it is seen whether that ends.
"""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from gdstudio.app.preferences import Preferences
from gdstudio.storage.network_file import load_network

DRIVE = """
    import os, sys, threading
    from pathlib import Path
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    from gdstudio.app import application as start
    from gdstudio.app.preferences import Preferences
    from gdstudio.errors import BadInput

    folder = Path(sys.argv[1])
    application = QApplication([])
    window = start.create_main_window(Preferences.load(folder / "preferences.json"))
    window.keep_runs_in(folder / "runs")
    window.show()
    labs = window.labs

    def when(ready, act):
        timer = QTimer(window, interval=20)
        def look():
            if ready():
                timer.stop()
                act()
        timer.timeout.connect(look)
        timer.start()
"""

STUCK = """
    from gdstudio.experiment.functions.slope import SlopeExperiment

    started = {name: threading.Event() for name in ("busy", "blocked", "saving", "page", "run")}

    def busy():
        started["busy"].set()
        while True:
            pass

    def blocked(name):
        def job():
            started[name].set()
            os.read(os.pipe()[0], 1)
        return job

    def walk(self, **_):
        blocked("run")()

    SlopeExperiment.advance = walk
    labs["houses"].background.submit(busy, print, print)
    labs["surface"].background.submit(blocked("blocked"), print, print)
    labs["houses"].background.submit(
        blocked("saving"), print, print, must_finish=True, saying="Saving mine.csv…"
    )
    window.show_lab("digits")
    digits = labs["digits"]
    digits.inside.tabs.show_page("gradient")
    labs["slope"].start()
    labs["slope"].runner.step()
    digits.runner.run()
    when(
        lambda: digits.runner.is_running
        and all(started[name].is_set() for name in ("busy", "blocked", "saving", "run")),
        window.close,
    )
    sys.exit(application.exec())
"""

SAVING = """
    from gdstudio.app.running import background
    background._KEEP_SECONDS = 60.0  # on a busy machine a second is short
    window.show_lab("digits")
    digits = labs["digits"]

    def save():
        digits.save_network(folder / "mine.safetensors")
        digits.save_network(folder / "nowhere" / "mine.safetensors")
        window.close()

    when(lambda: digits.runner.latest and digits.runner.latest.snapshot, save)
    sys.exit(application.exec())
"""

LOOK = """
    print(window.current_lab.notice.text)
    window.close()
"""


def drive(folder, *parts):
    """Run a window in a process of its own until it is closed and the process has ended."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(DRIVE) + "".join(map(textwrap.dedent, parts)),
            folder,
        ],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
def test_it_closes_behind_jobs_and_runs_that_never_end(tmp_path):
    done = drive(tmp_path, STUCK)
    said = (
        "Saving mine.csv was not finished when the window closed; check the file before you rely "
        "on it."
    )
    assert f"gdstudio: {said}" in done.stderr
    assert Preferences.load(tmp_path / "preferences.json").unsaid == [said]
    again = drive(tmp_path, LOOK)
    assert again.stdout.strip() == f"When the window closed last time: {said}"
    assert json.loads((tmp_path / "preferences.json").read_text())["unsaid"] == [], "said once"


def test_what_is_saved_at_the_last_moment_is_saved_or_told(tmp_path):
    done = drive(tmp_path, SAVING)
    assert load_network(tmp_path / "mine.safetensors").parameters.size == 16330
    assert "could not be saved" in done.stderr
    assert "nowhere" in done.stderr
