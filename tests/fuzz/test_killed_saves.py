"""The app is killed while it saves: no file is damaged, and nothing of it is left running."""

import json
import os
import subprocess
import sys
import time
import uuid

import pytest

from gdstudio.app.preferences import Preferences
from gdstudio.storage.network_file import load_network, save_network

pytestmark = pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs a system that tells what runs"
)

SAVE = """
import pathlib, sys
import numpy as np
from gdstudio.app.preferences import Preferences
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.storage.network_file import NetworkFile, save_network

folder = pathlib.Path(sys.argv[1])
settings = NetworkSettings(network="300")
parameters = settings.build().initial_parameters(np.random.default_rng(0))
print("begun", flush=True)
number = 0
while True:
    number += 1
    kept = NetworkFile(settings, parameters, {"number": number})
    save_network(folder / "n.safetensors", kept)
    Preferences("dark", 1.0 + number, "x" * 5000, folder / "preferences.json").save()
"""

# The window, its training in a child, and the network saved again and again while it trains.
WINDOW = """
import pathlib, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gdstudio.app.application import create_main_window

folder = pathlib.Path(sys.argv[1])
application = QApplication([])
window = create_main_window()
window.show()
window.show_lab("digits")
digits = window.labs["digits"]
runner = digits.runner

def look():
    if runner.latest is None or runner.latest.snapshot is None:
        return
    if not runner.is_running:
        runner.run()
        return
    if runner.latest.snapshot.iteration > 20 and not digits.background.is_busy:
        digits.files.save_network(folder / "n.safetensors")
        print("begun", flush=True)

timer = QTimer()
timer.timeout.connect(look)
timer.start(5)
application.exec()
"""


def killed(script, folder, mark, delay):
    """Start a script, kill it `delay` seconds after it has begun to save."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "GDSTUDIO_MARK": mark}
    said = folder / "stderr"
    with said.open("wb") as stderr, subprocess.Popen(
        [sys.executable, "-c", script, folder],
        stdout=subprocess.PIPE, stderr=stderr, env=environment,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"begun\n", said.read_text()
        time.sleep(delay)  # the moment of the kill is what is tried
        process.kill()


def running(mark):
    """Return the processes that the marked program has left behind."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if mark.encode() in file.read():
                        found.append(int(entry))
            except OSError:
                continue
    return found


def shared_memory():
    try:
        return {name for name in os.listdir("/dev/shm") if name.startswith("psm_")}
    except OSError:
        return set()


def leftovers(folder):
    return [name for name in os.listdir(folder) if name.startswith(".")]


def test_killed_while_it_saves(tmp_path, trials):
    for _, chance in trials.chances(6):
        killed(SAVE, tmp_path, uuid.uuid4().hex, chance.uniform(0, 0.3))
        if (tmp_path / "n.safetensors").exists():
            kept = load_network(tmp_path / "n.safetensors")
            assert kept.training["number"] > 0
        if (tmp_path / "preferences.json").exists():
            assert json.loads((tmp_path / "preferences.json").read_text())["theme"] == "dark"
        assert len(leftovers(tmp_path)) <= 2
    Preferences(path=tmp_path / "preferences.json").save()
    assert leftovers(tmp_path) == []


def test_the_window_killed_while_it_trains_and_saves(tmp_path, trials, qtbot):
    before = shared_memory()
    for _, chance in trials.chances(1):
        mark = uuid.uuid4().hex
        killed(WINDOW, tmp_path, mark, chance.uniform(0, 0.5))
        if (tmp_path / "n.safetensors").exists():
            save_network(tmp_path / "again", load_network(tmp_path / "n.safetensors"))
            assert leftovers(tmp_path) == []
        qtbot.waitUntil(lambda mark=mark: not running(mark), timeout=60_000)
        qtbot.waitUntil(lambda: shared_memory() <= before, timeout=60_000)
