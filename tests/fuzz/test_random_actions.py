"""Random actions on the real window: clicks, keys, drags, texts, files, sizes, all at once.

After each, nothing was raised, warned of or logged as a fault, and the window's thread was not
held up; now and then everything comes to rest, and what is shown is what there is.
"""

import json
import multiprocessing
import os
import random
import sys

import numpy as np
import pytest
from mutations import mutated
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QComboBox, QLabel
from random_user import RandomUser

from gdstudio.app.application import create_main_window
from gdstudio.app.motion import MOTION
from gdstudio.app.theme import current_theme
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.readings import told
from gdstudio.storage.network_file import NetworkFile, save_network

# Of the processor, in the window's thread: on a machine at rest the longest takes a third of it.
LONGEST_SECONDS = 8.0
USUAL = 150
REST_EVERY = 150


@pytest.fixture
def files(tmp_path):
    """Return files of all kinds, good ones and bad ones."""
    folder = tmp_path / "files"
    folder.mkdir()
    chance = random.Random(0)
    rows = "".join(f"{x},{3 * x + x % 7},{x % 3}\n" for x in range(1, 80))
    (folder / "t.csv").write_text(f"size,price,rooms\n{rows}", encoding="utf-8")
    (folder / "large.csv").write_text("bytes,price\n3e9,1\n5e9,2\n9e9,4\n", encoding="utf-8")
    (folder / "small.csv").write_text("x,price\n1e-300,1\n2e-300,2\n3e-300,4\n", encoding="utf-8")
    (folder / "<b>h.csv").write_text("<b>size</b>,<img src=x>\n1,2\n2,3\n4,4\n", encoding="utf-8")
    settings = NetworkSettings(network="5", activation="relu", loss="cross-entropy")
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    save_network(folder / "n.safetensors", NetworkFile(settings, parameters))
    pixels = np.full((60, 40), 255, np.uint8)
    pixels[10:50, 18:23] = 0
    Image.fromarray(pixels).save(folder / "one.png")
    Image.fromarray(np.full((60, 40), 255, np.uint8)).save(folder / "blank.png")
    (folder / "s.json").write_text(json.dumps([[[0, 0], [1, 5]]]), encoding="utf-8")
    for path in list(folder.iterdir()):
        for number in range(2):
            damaged = folder / f"{number}{path.name}"
            damaged.write_bytes(mutated(path.read_bytes(), chance))
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe")
    return [*sorted(folder.iterdir()), folder, folder / "missing.csv"]


@pytest.fixture
def window(qtbot):
    opened = create_main_window()
    opened.resize(1280, 720)
    opened.show()
    qtbot.waitExposed(opened)
    yield opened
    opened.close()
    opened.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    current_theme().zoom_reset()
    current_theme().set_dark(False)
    assert not multiprocessing.active_children()


def test_anything_at_all(window, files, trials, bounded, tmp_path, monkeypatch):
    monkeypatch.setattr(MOTION, "is_watched", True)
    saved = tmp_path / "saved"
    saved.mkdir()
    user = RandomUser(window, random.Random(f"user {trials.seed}"), files, saved)
    found = {}
    with user.watching(monkeypatch):
        for number in range(1, (trials.wanted or USUAL) + 1):
            bounded()
            user.act()
            if number % REST_EVERY == 0:
                bounded()
                if not user.settle():
                    user.faults.append("it does not come to rest")
                user.faults += disagreements(window)
            if user.slowest[0] > LONGEST_SECONDS:
                user.faults.append(f"held up for {user.slowest[0]:.0f} s")
                user.slowest = (0.0, "")
            if user.faults:
                # By hand one wants to know all there is, each kind once, and at once: the next
                # action may end the program.
                if user.faults[-1][-200:] not in found:
                    print(report(user), flush=True)  # noqa: T201
                found.setdefault(user.faults[-1][-200:], report(user))
                user.faults.clear()
                assert trials.wanted, "\n".join(found.values())
                assert len(found) < 30, "\n".join(found.values())
    print(f"{len(user.told)} actions, the slowest {user.slowest}")  # noqa: T201
    assert not found, "\n".join(found.values())


def disagreements(window):
    """Return where what is shown is not what there is."""
    found = []
    for key, lab in window.labs.items():
        latest = lab.runner.latest
        if latest is None or latest.snapshot is None:
            continue
        if key == "surface" and lab.fog.is_on:
            continue  # the person walks, and the run waits
        step = lab.findChild(QLabel, "step_label")
        steps = round(told(latest.snapshot).get("step", latest.snapshot.iteration))
        if window.current_lab is lab and not step.text().startswith(f"step {steps:,}"):
            found.append(f"{key}: “{step.text()}” for step {steps}")
    houses = window.labs["houses"]
    columns = houses.findChild(QComboBox, "column_combo")
    table = houses.panel.table
    listed = [columns.itemData(index) for index in range(columns.count())]
    if listed != list(table.columns):
        found.append(f"houses: {listed} are offered of {table.columns}")
    problem = houses.runner.latest.snapshot.problem if houses.runner.latest else None
    if problem is not None and columns.currentData() not in table.columns:
        found.append(f"houses: {columns.currentData()} is no column")
    return found


def report(user):
    """Return the faults, and what was done before them."""
    before = "\n  ".join(user.told[-12:])
    faults = "\n".join(user.faults)[-3000:]
    return f"{faults}\nafter {len(user.told)} actions:\n  {before}\n"
