"""What lies in the folder that one starts from is never run."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gdstudio import import_path

# Names of Python's own modules, of what is installed, and of what others look for and do not find.
HOSTILE = (
    "multiprocessing", "struct", "socket", "random", "signal", "queue", "logging", "typing",
    "numpy", "sympy", "gmpy2", "PIL", "usercustomize", "sitecustomize", "threading", "tempfile",
    "dataclasses", "threadpoolctl", "pickle", "platform", "json", "copy", "html",
)  # fmt: skip

TRAIN_IN_A_WINDOW = """
    import time
    from PySide6.QtWidgets import QApplication
    from gdstudio.app.application import create_main_window

    application = QApplication([])
    window = create_main_window()
    window.show()
    window.show_lab("digits")
    runner = window.labs["digits"].runner
    runner.step()
    end = time.monotonic() + 60
    while time.monotonic() < end and (
        runner.latest is None
        or runner.latest.snapshot is None
        or runner.latest.snapshot.iteration < 1
    ):
        application.processEvents()
        time.sleep(0.01)
    assert runner.latest.snapshot.iteration == 1, runner.latest
    window.close()
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder full of modules that leave a mark if they are run."""
    for name in HOSTILE:
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'mark')!r}, 'a').write({name!r} + '\\n')\n"
            f"raise RuntimeError({name!r})\n"
        )
    return tmp_path


def run(folder, *arguments, **environment):
    done = subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"}
        | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert not (folder / "mark").exists(), (folder / "mark").read_text()
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("environment", [{}, {"PYTHONPATH": os.pathsep}])
def test_a_module_started_there_is_the_app_and_nothing_else(folder, environment):
    fit = ("fit", "ten-houses", "--steps", "1", "--json")
    if not environment:  # there, Python itself has run the folder's modules before any of ours
        assert '"steps"' in run(folder, sys.executable, "-m", "gdstudio", *fit)
    script = Path(sys.executable).with_name("gdstudio")
    assert '"steps"' in run(folder, script, *fit)


def test_the_child_that_trains_runs_nothing_from_there(folder):
    # As the command does, but that the window is driven.
    program = folder / "inner" / "drive.py"
    program.parent.mkdir()
    program.write_text(textwrap.dedent(TRAIN_IN_A_WINDOW))
    run(folder, sys.executable, program)


def test_only_the_current_folder_leaves_the_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    library = os.path.dirname(os.__file__)
    entries = ["", "/elsewhere", str(tmp_path), ".", library]
    assert import_path.safe_entries(entries) == ["/elsewhere", library]
    monkeypatch.chdir(library)
    assert library in import_path.safe_entries(entries), "Python's own folder stays"


def test_a_checkout_is_found_after_all_else(monkeypatch):
    checkout = str(Path(import_path.__file__).resolve().parent.parent)
    monkeypatch.chdir(checkout)
    assert import_path.safe_entries(["", "/elsewhere"]) == ["/elsewhere", checkout]


def test_children_inherit_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "/elsewhere"]))
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    import_path.protect()
    assert "" not in sys.path
    assert os.environ["PYTHONPATH"] == "/elsewhere"
    assert os.environ["PYTHONSAFEPATH"] == "1"
    monkeypatch.setenv("PYTHONPATH", "")
    import_path.protect()
    assert "PYTHONPATH" not in os.environ
