"""`gdstudio open`: the window as a code or a lesson says, or one sentence before any window."""

import sys
import types

import pytest

from gdstudio.cli import main
from gdstudio.experiment.scenario import Scenario
from gdstudio.resource_files import resource_path
from gdstudio.runs.session import LabSession, Session, save_session


@pytest.fixture
def opened(monkeypatch):
    """Return the scenarios with which the window was opened; none opens."""
    found = []
    application = types.ModuleType("gdstudio.app.application")

    def run_window(scenario=None, lesson=None, session=None, file=""):
        found.append(scenario or lesson or session or file)
        return 0

    application.run_window = run_window
    monkeypatch.setitem(sys.modules, "gdstudio.app.application", application)
    monkeypatch.setattr(main, "_check_system", lambda: None)
    monkeypatch.setattr(main, "_show_splash", lambda began: None)
    return found


@pytest.mark.parametrize(
    "code",
    [
        "houses?learning_rate=0.01&intercept=0.45&slope=0.75",
        "surface?function=beale&start_x=3&start_y=-2",
        "slope?function=x^4-3*x^2%2Bx&start=2",
        "digits?network=20,20&learning_rate=1",
        "digits",
    ],
)
def test_a_code_opens_the_window_so(code, opened):
    assert main.run(["open", code]) == 0
    assert opened == [Scenario.parse(code)]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "There is no setup code here"),
        ("lesson.txt", "“lesson.txt” is no setup code: it begins with slope"),
        ("lesson.md", "lesson.md"),
        ("houses?slop=1", "has no “slop” (perhaps slope)"),
        ("houses?slope=steep", "“b starts at” must be a number from"),
        ("slope?function=log(x)&start=-1", "start elsewhere."),
        ("surface?function=sqrt(-1-x^2-y^2)", "has no value anywhere"),
        ("digits?network=20;20", "Hidden layer 1 is “20;20”"),
        ("surface?\x1b[31m=1", "has no “\\x1b[31m”"),
    ],
)
def test_a_bad_code_gets_one_sentence_before_any_window(code, said, opened, capsys):
    assert main.run(["open", code]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gdstudio: ")
    assert line.endswith(".")
    assert said in line
    assert not opened


def test_a_lesson_file_opens_the_window_with_it(opened):
    path = resource_path("lessons", "02-one-number.md")
    assert main.run(["open", str(path)]) == 0
    assert [one.lesson.title for one in opened] == ["One number"]


def test_a_broken_lesson_file_gets_its_line_before_any_window(opened, capsys, tmp_path):
    path = tmp_path / "mine.md"
    path.write_text("nothing", "utf-8")
    assert main.run(["open", str(path)]) == 2
    assert capsys.readouterr().err.startswith("gdstudio: mine.md, line 1: A lesson begins with")
    assert not opened


def test_without_a_code_the_command_says_what_it_needs(opened, capsys):
    assert main.run(["open"]) == 2
    assert "CODE" in capsys.readouterr().err
    assert not opened


def test_a_session_opens_the_window_with_it(opened, tmp_path):
    path = tmp_path / "mine.gdstudio"
    scenario = Scenario.parse("slope?start=2")
    save_session(path, Session("slope", {"slope": LabSession(scenario)}))
    assert main.run(["open", str(path)]) == 0
    ((session, name),) = opened
    assert (name, session.labs["slope"].scenario) == ("mine.gdstudio", scenario)


def test_a_file_that_is_no_session_ends_in_one_sentence(opened, tmp_path, capsys):
    path = tmp_path / "mine.gdstudio"
    path.write_bytes(b"PK")
    assert main.run(["open", str(path)]) == 2
    assert "no session" in capsys.readouterr().err
    assert not opened


@pytest.mark.parametrize("name", ["broken.gdstudio", "gone.md"])
def test_a_file_from_the_menu_is_opened_by_the_window_whatever_is_wrong_with_it(
    name, opened, monkeypatch, tmp_path, capsys
):
    path = tmp_path / name
    assert main.run(["--in-window", str(path)]) == 0
    monkeypatch.setattr(sys, "stderr", None)  # a program of Windows that has no terminal
    assert main.run([str(path)]) == 0
    assert opened == [str(path)] * 2
    monkeypatch.undo()
    assert capsys.readouterr().err == ""


def test_the_menu_opens_the_window_without_a_file(opened):
    assert main.run(["--in-window"]) == 0
    assert len(opened) == 1
