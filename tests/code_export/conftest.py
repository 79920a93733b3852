"""Programs are written, run as anybody would run them, and looked over by ruff."""

import ast
import io
import os
import re
import runpy
import subprocess
import sys
import sysconfig
from contextlib import redirect_stdout
from pathlib import Path
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest

from gdstudio.code_export.program import save_files
from gdstudio.code_export.taken import taken
from gdstudio.code_export.targets import TARGETS
from gdstudio.experiment.scenario import Scenario

_SECONDS = 300


def printed_numbers(text):
    """Return the numbers that a program printed after a name and a colon: a list for each name."""
    told = {}
    for name, number in re.findall(
        r"^([a-z' ]+): (-?[0-9][-+.e0-9]*|nan|inf)$", text, re.MULTILINE
    ):
        told.setdefault(name, []).append(float(number))
    return told


def unused_names(text):
    """Return the names that a program gives a value in its outermost lines, and never uses."""
    tree = ast.parse(text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    used = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    given = {one.name for one in tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    for line in tree.body:
        if isinstance(line, ast.Assign):
            parts = [part for target in line.targets for part in ast.walk(target)]
            given |= {part.id for part in parts if isinstance(part, ast.Name)}
    return given - used


class Exported:
    """A program in a folder of its own."""

    def __init__(self, target, source, folder):
        self.program = TARGETS[target].program(source)
        self.folder = folder
        self.path = folder / f"{self.program.name}.py"
        save_files(folder, TARGETS[target].as_files(self.program))

    def run(self):
        """Return the last number that it prints after each name, run in a namespace of its own."""
        return {name: numbers[-1] for name, numbers in self.all_printed().items()}

    def all_printed(self, *arguments):
        """Return all numbers that it prints, by name, run in a namespace of its own."""
        said = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), catch_warnings():
            simplefilter("error", RuntimeWarning)
            patch.setattr(sys, "argv", [str(self.path), *arguments])
            space = runpy.run_path(str(self.path), run_name="__main__")
        for value in space.values():
            if isinstance(value, np.lib.npyio.NpzFile):
                value.close()
        self.printed = said.getvalue()
        return printed_numbers(self.printed)

    def run_alone(self):
        """Return the same of a Python of its own, started elsewhere, without this app."""
        ended = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", str(self.path)],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            cwd=self.folder.parent,
            env=dict(os.environ, KERAS_BACKEND="torch"),
        )
        assert ended.returncode == 0, ended.stderr
        return {name: numbers[-1] for name, numbers in printed_numbers(ended.stdout).items()}


@pytest.fixture
def exported(tmp_path):
    """Return a function that exports the run of a setup code, which has made `steps` steps."""

    def export(target, code, steps=0):
        run = Scenario.parse(code).prepare()()
        if steps:
            run.advance(steps=steps)
        source = taken(run)
        return run, source, Exported(target, source, tmp_path / "program")

    return export


@pytest.fixture
def assert_tidy(tmp_path):
    """Return a function that fails if a reader, or ruff, finds fault with a text."""

    def look_over(text, *, whole=True):
        assert not whole or not unused_names(text)
        ruff = Path(sysconfig.get_path("scripts")) / "ruff"
        path = tmp_path / "looked_over.py"
        path.write_text(text, encoding="utf-8")
        for command in (["format", "--diff"], ["check", "--no-cache"]):
            ended = subprocess.run(
                [str(ruff), *command, "--isolated", str(path)], capture_output=True, text=True
            )
            assert ended.returncode == 0, ended.stdout + ended.stderr

    return look_over
