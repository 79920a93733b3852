"""The log: errors that nothing caught end in it; a folder that is read-only stops nothing."""

import faulthandler
import logging
import os
import subprocess
import sys
import threading

import platformdirs
import pytest

from gdstudio.app import log_file


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give the log a folder of its own, and leave pytest's own faulthandler alone."""
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda *_, **__: str(tmp_path / "log"))
    monkeypatch.setattr(faulthandler, "enable", lambda *_: None)
    monkeypatch.setattr(faulthandler, "disable", lambda: None)
    log_file.stop_logging()
    yield tmp_path / "log"
    log_file.stop_logging()


def test_an_error_that_nothing_caught_is_logged_and_told_in_one_line(folder, capsys):
    path = log_file.start_logging()
    assert path == folder / "gdstudio.log"
    error = ZeroDivisionError("a house without walls")
    sys.excepthook(type(error), error, None)

    assert "ZeroDivisionError: a house without walls" in path.read_text(encoding="utf-8")
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    assert str(path) in told
    assert str(path) in log_file.where_sentence()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_in_a_thread_is_logged_with_its_traceback(folder):
    path = log_file.start_logging()

    def fail() -> None:
        raise RuntimeError("lost in the worker")

    thread = threading.Thread(target=fail, name="worker-7")
    thread.start()
    thread.join()
    text = path.read_text(encoding="utf-8")
    assert "RuntimeError: lost in the worker" in text
    assert "worker-7" in text
    assert "in fail" in text


def test_the_log_stays_small(folder):
    path = log_file.start_logging()
    for _ in range(100):
        logging.getLogger("gdstudio.test").info("x" * 10_000)
    sizes = [file.stat().st_size for file in folder.glob("gdstudio.log*")]
    assert len(sizes) == 2
    assert sum(sizes) < 600_000
    assert path.exists()


def test_a_place_that_cannot_be_written_stops_nothing_and_is_said(folder):
    folder.write_text("a file stands where the folder should be", encoding="utf-8")
    assert log_file.start_logging() is None
    assert log_file.where_sentence().startswith("No log is kept")
    assert str(folder / "gdstudio.log") in log_file.where_sentence()
    assert log_file.where_sentence().endswith(").")


def test_without_a_home_folder_there_is_no_log_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(platformdirs, "user_log_dir", lambda *_, **__: "log")
    monkeypatch.setattr(faulthandler, "enable", lambda *_: pytest.fail("no file is open"))
    log_file.stop_logging()
    try:
        assert log_file.start_logging() is None
        assert log_file.where_sentence() == "No log is kept: there is no home folder."
    finally:
        log_file.stop_logging()
    assert os.listdir(tmp_path) == []


def test_names_in_the_log_give_no_orders_to_a_terminal(folder):
    path = log_file.start_logging()
    logging.getLogger("gdstudio.test").warning("%s was not read", "a\x1b[31mb\u202e")
    text = path.read_text(encoding="utf-8")
    assert r"a\x1b[31mb\u202e was not read" in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_is_no_file_where_the_log_should_be_is_set_aside(folder):
    folder.mkdir()
    os.mkfifo(folder / "gdstudio.log")
    (folder / "gdstudio-crash.log").mkdir()
    assert log_file.start_logging() == folder / "gdstudio.log"
    assert (folder / "gdstudio.log").is_file()
    assert sorted(path.name for path in folder.glob("*.damaged")) == [
        "gdstudio-crash.log.damaged",
        "gdstudio.log.damaged",
    ]


def test_hooks_are_given_back(folder):
    before = sys.excepthook, threading.excepthook
    log_file.start_logging()
    log_file.stop_logging()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_crash_is_in_the_log_of_the_next_start(tmp_path):
    start = (
        "import platformdirs, sys; platformdirs.user_log_dir = lambda *_, **__: sys.argv[1]\n"
        "from gdstudio.app.log_file import start_logging; start_logging()\n"
    )
    crash = "import faulthandler; faulthandler._sigsegv()"
    died = subprocess.run([sys.executable, "-c", start + crash, tmp_path], check=False)
    assert died.returncode != 0
    subprocess.run([sys.executable, "-c", start, tmp_path], check=True)
    subprocess.run([sys.executable, "-c", start, tmp_path], check=True)
    text = (tmp_path / "gdstudio.log").read_text(encoding="utf-8")
    assert text.count("An earlier run ended in a crash") == 1
    assert "Segmentation fault" in text or "access violation" in text
