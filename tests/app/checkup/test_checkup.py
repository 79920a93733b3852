"""The self-test: it finds what works, says one sentence for what does not, and names nobody."""

import getpass
import json
import os
import platform
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QPlainTextEdit, QWidget

from gdstudio import folders
from gdstudio.app.about import check_dialog
from gdstudio.app.checkup import checks, trials
from gdstudio.app.checkup.report import Finding, Report, private
from gdstudio.child_process import ChildDied, Stopped
from gdstudio.cli import main

GOOD = Report((Finding("python", "Python", "CPython 3.13"),))
BAD = Report(
    (
        Finding("python", "Python", "CPython 3.13"),
        Finding("window", "A window", "none", "There is no display; start it on a desktop."),
        Finding("qt", "Qt", "none", "There is no display; start it on a desktop."),
    )
)


@pytest.fixture(scope="module")
def found():
    """Return by key what is found on this computer, with no display."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        return {one.key: one for one in checks.check_computer().findings}


def test_a_training_and_a_window_of_a_second_work_here(found):
    assert "steps a second, in its own process" in found["training"].value
    assert "platform offscreen" in found["window"].value
    assert not found["window"].problem
    assert not found["training"].problem


def test_a_window_that_nobody_sees_is_no_display(found):
    assert found["display"].problem.startswith("QT_QPA_PLATFORM asks for a window that nobody sees")


def test_without_opengl_it_says_what_is_left(found):
    assert found["opengl"].value == (
        "none; Surface shows the map without the view in three dimensions"
    )
    assert not found["opengl"].problem


def test_the_apps_own_typeface_is_there(found):
    assert "with the app's own" in found["fonts"].value


def test_versions_threads_and_room_are_told(found):
    assert platform.python_version() in found["python"].value
    assert "PySide6-Essentials 6." in found["libraries"].value
    assert "threads: " in found["blas"].value
    assert "MB free" in found["room"].value


def test_a_crash_of_the_window_is_a_finding_and_not_the_end(monkeypatch):
    monkeypatch.setattr(trials, "try_window", os.abort)
    *_, finding = checks.window()
    assert finding.key == "window"
    assert finding.value == "crashed"
    assert "update the driver" in finding.problem


def test_a_training_that_ends_by_itself_is_a_finding(monkeypatch):
    def die(_):
        raise ChildDied("the process that trains ended by itself")

    monkeypatch.setattr(trials, "try_training", die)
    (finding,) = checks.training()
    assert "ended by itself" in finding.problem


def test_a_missing_display_is_said_as_the_start_says_it(monkeypatch):
    trial = trials.WindowTrial(problem="There is no display to open a window on: start it there.")
    (finding,) = checks._seen("A window", trial)
    assert finding.problem == trial.problem


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    used = [("log", "The log", tmp_path / "file" / "log"), ("data", "Runs", tmp_path / "a" / "b")]
    monkeypatch.setattr(folders, "used_folders", lambda: used)
    log, data, *_ = checks.places()
    assert log.problem.startswith(f"{tmp_path / 'file' / 'log'} cannot be written (")
    assert not data.problem
    assert not (tmp_path / "a").exists()


def test_without_a_home_folder_it_says_what_to_set(monkeypatch):
    monkeypatch.setattr(folders, "used_folders", lambda: [("log", "The log", None)])
    log, *_ = checks.places()
    assert "HOME" in log.problem or "USERPROFILE" in log.problem


def test_a_full_disk_is_a_problem(monkeypatch):
    monkeypatch.setattr(checks, "LEAST_ROOM", 10**18)
    *_, room = checks.places()
    assert room.problem.startswith("Only ")


def test_no_name_is_in_the_text(monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada.l"))
    monkeypatch.setattr(getpass, "getuser", lambda: "ada.l")
    monkeypatch.setattr(platform, "node", lambda: "engine-7")
    told = private("/home/ada.l/.config, /home/ada.lovelace, /media/ada.l/stick, engine-7:0")
    assert told == "~/.config, /home/ada.lovelace, /media/USER/stick, COMPUTER:0"


def test_a_report_ends_with_what_is_wrong_each_once():
    assert GOOD.text().endswith("All is well.")
    assert BAD.text().endswith("What is wrong:\n- There is no display; start it on a desktop.")


@pytest.mark.parametrize(("report", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_command_tells_the_report(report, code, monkeypatch, capsys):
    monkeypatch.setattr(checks, "check_computer", lambda _: report)
    assert main.run(["doctor"]) == code
    assert capsys.readouterr().out == f"{report.text()}\n"
    assert main.run(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out) == report.as_dict()


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 700)
    return parent


def test_the_dialog_shows_the_report_and_copies_it(parent, qtbot):
    dialog = check_dialog(parent, lambda should_stop: BAD)
    dialog.open()
    text = dialog.findChild(QPlainTextEdit, "check_text")
    qtbot.waitUntil(lambda: text.toPlainText() == BAD.text())
    assert dialog.findChild(QLabel, "check_status_label").text().startswith("1 thing to look at")
    dialog.findChild(QAbstractButton, "check_copy_button").click()
    assert QGuiApplication.clipboard().text() == BAD.text()
    dialog.findChild(QAbstractButton, "check_close_button").click()


def test_closing_the_dialog_gives_the_check_up(parent, qtbot):
    begun, given_up = threading.Event(), threading.Event()

    def check(should_stop):
        begun.set()
        while not should_stop():
            pass
        given_up.set()
        raise Stopped

    dialog = check_dialog(parent, check)
    dialog.open()
    qtbot.waitUntil(begun.is_set)
    dialog.close()
    qtbot.waitUntil(given_up.is_set)
