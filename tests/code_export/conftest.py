"""Programs are written, run as anybody would run them, and looked over by ruff."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from gdstudio.code_export.program import save_files
from gdstudio.code_export.taken import taken
from gdstudio.code_export.targets import TARGETS
from gdstudio.experiment.scenario import Scenario

_SECONDS = 300


def printed_numbers(text):
    """Return what a program printed after a name and a colon, by name; the last one counts."""
    found = re.findall(r"^([a-z' ]+): (-?[0-9][-+.e0-9]*|nan|inf)$", text, re.MULTILINE)
    return {name: float(number) for name, number in found}


class Exported:
    """A program in a folder of its own."""

    def __init__(self, target, source, folder):
        self.program = TARGETS[target].program(source)
        self.folder = folder
        save_files(folder, TARGETS[target].as_files(self.program))

    def run(self, *arguments):
        """Return the numbers that it prints, run from elsewhere, without this app."""
        path = self.folder / f"{self.program.name}.py"
        ended = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", str(path), *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            cwd=self.folder.parent,
            env=dict(os.environ, KERAS_BACKEND="torch"),
        )
        assert ended.returncode == 0, ended.stderr
        return printed_numbers(ended.stdout)


@pytest.fixture
def exported(tmp_path):
    """Return a function that exports the run of a setup code, after so many steps of its own."""

    def export(target, code, steps=0):
        run = Scenario.parse(code).prepare()()
        if steps:
            run.advance(steps=steps)
        source = taken(run)
        return run, source, Exported(target, source, tmp_path / "program")

    return export


@pytest.fixture
def assert_tidy(tmp_path):
    """Return a function that fails if ruff would write a text otherwise, or finds fault with it."""

    def look_over(text):
        ruff = Path(sysconfig.get_path("scripts")) / "ruff"
        path = tmp_path / "looked_over.py"
        path.write_text(text, encoding="utf-8")
        for command in (["format", "--diff"], ["check", "--no-cache"]):
            ended = subprocess.run(
                [str(ruff), *command, "--isolated", str(path)], capture_output=True, text=True
            )
            assert ended.returncode == 0, ended.stdout + ended.stderr

    return look_over
