"""What the app says when no window can open: one true sentence, before Qt ends the process."""

import os
import shutil
import subprocess
import sys

import pytest

from gdstudio.app import system_check
from gdstudio.app.system_check import (
    missing_libraries,
    missing_libraries_sentence,
    platforms,
    problem,
)

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux's loader")

LDD_REPORT = """/venv/PySide6/Qt/plugins/platforms/libqxcb.so:
\tlinux-vdso.so.1 (0x00007f73b7b12000)
\tlibxcb-icccm.so.4 => not found
\tlibQt6Gui.so.6 => /venv/PySide6/Qt/lib/libQt6Gui.so.6 (0x00007f73b6e00000)
\tlibEGL.so.1 => not found
/venv/PySide6/QtWidgets.abi3.so:
\tlibEGL.so.1 => not found
"""


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, []),
        ({"DISPLAY": ":0"}, ["xcb"]),
        ({"DISPLAY": ""}, []),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ["wayland", "xcb"]),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, ["offscreen"]),
        ({"QT_QPA_PLATFORM": "wayland;vnc:size=800x600"}, ["wayland", "vnc"]),
    ],
)
def test_platforms_are_those_that_qt_tries(environment, expected):
    assert platforms(environment) == expected


def test_every_missing_library_is_named_once():
    assert missing_libraries(LDD_REPORT) == ["libEGL.so.1", "libxcb-icccm.so.4"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no root")
def test_missing_libraries_come_with_the_line_that_installs_them(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    sentence = missing_libraries_sentence(["libxcb-icccm.so.4", "libEGL.so.1"])
    assert "libEGL.so.1, libxcb-icccm.so.4" in sentence
    assert sentence.endswith("sudo apt-get install libegl1 libxcb-icccm4")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "sudo" not in missing_libraries_sentence(["libEGL.so.1"])

    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "apt-get" not in missing_libraries_sentence(["libEGL.so.1"])


def test_a_library_that_we_do_not_know_is_still_named(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    sentence = missing_libraries_sentence(["libnew.so.9", "libEGL.so.1"])
    assert "apt-get install libegl1 (and whatever provides libnew.so.9)" in sentence


@on_linux
def test_no_display_is_said_with_what_to_do(no_display):
    sentence = problem()
    assert sentence is not None
    assert sentence.startswith("There is no display")
    assert "xvfb-run" in sentence
    assert "gdstudio train" in sentence


@on_linux
@pytest.mark.parametrize(
    ("variable", "value"), [("DISPLAY", ":7654"), ("WAYLAND_DISPLAY", "/nowhere/wayland-9")]
)
def test_a_display_that_does_not_answer_is_named(no_display, variable, value):
    no_display.setenv(variable, value)
    # Whether this machine has all of the platform plugin's libraries is not the question here.
    no_display.setattr(system_check, "_loading_problem", lambda name: None)
    assert f"{variable}={value} does not answer" in (problem() or "")


@on_linux
def test_a_platform_that_qt_does_not_have_is_named(no_display):
    no_display.setenv("QT_QPA_PLATFORM", "teletype")
    sentence = problem() or ""
    assert "“teletype”" in sentence
    assert "offscreen" in sentence


def test_nothing_is_said_when_all_is_well(no_display):
    no_display.setenv("QT_QPA_PLATFORM", "offscreen")
    assert problem() is None


@on_linux
def test_the_command_ends_with_code_2_and_one_line(no_display):
    ended = subprocess.run(
        [sys.executable, "-m", "gdstudio"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert "There is no display" in ended.stderr
    assert ended.stdout == ""
