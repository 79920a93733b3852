"""Thousands of odd values for options and arguments: each works, or is refused in one sentence."""

import inspect
import json

import numpy as np
import pytest
from mutations import ODD_TEXTS
from typer.main import get_command

from gdstudio.cli import main, sweep, train
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.storage.network_file import NetworkFile, save_network

CODES = (0, 1, 2)


class Accepted(BaseException):
    """The command took its options, and would begin to work."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Work in a folder with a network, a table and a drawing."""
    settings = NetworkSettings(network="3")
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    save_network(tmp_path / "n.safetensors", NetworkFile(settings, parameters))
    (tmp_path / "t.csv").write_text("size,price\n1,2\n2,3\n3,5\n", encoding="utf-8")
    (tmp_path / "s.json").write_text("[[[0, 0], [1, 5]]]", encoding="utf-8")
    lesson = '+++\ntitle = "One"\nminutes = 5\nlanguage = "en"\n+++\n# Look\nA curve.\n'
    (tmp_path / "l.md").write_text(lesson, encoding="utf-8")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "one.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # A training that has begun has accepted its options.
    monkeypatch.setattr(train, "DigitsExperiment", _begin)
    monkeypatch.setattr(sweep, "_compute", _compute)
    monkeypatch.setattr("gdstudio.app.worksheets.pdf.print_lesson", _print)
    return tmp_path


def _begin(settings):
    assert settings.as_dict()
    raise Accepted


def _print(*_, **__):
    raise Accepted


def _compute(planned, *_, **__):
    assert planned.runs
    raise Accepted


REQUIRED = {
    "train": [],
    "train points": ["--steps", "1"],
    "evaluate": ["n.safetensors", "--dataset", "pen-digits"],
    "classify": ["n.safetensors", "s.json"],
    "fit": ["t.csv", "--steps", "2"],
    "descend": ["x**2", "--steps", "2"],
    "lesson check": ["l.md"],
    "worksheet": ["l.md", "--out", "w.pdf"],
    "collect": ["class"],
    "record": ["slope", "--steps", "2", "--out", "r.gif"],
    "export": ["slope", "--to", "numpy", "--out", "program", "--steps", "2"],
    **{f"sweep {lab}": [] for lab in VOCABULARIES},
}
OPEN_A_WINDOW = ("open", "screenshots", "doctor")
# They go on after a bad file, and say on stdout what is wrong with each.
GO_ON = ("classify", "lesson")


def commands():
    """Yield every command with its name, those within others, too: “train points”."""
    for name, command in get_command(main.app).commands.items():
        if getattr(command, "invoke_without_command", True):
            yield name, command
        for inner, one in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", one


def options():
    """Yield (command, option, number of values) for every option that takes a value."""
    for name, command in commands():
        for parameter in command.params if name in REQUIRED else ():
            if parameter.param_type_name != "option" or parameter.hidden:
                continue
            if not parameter.is_flag:
                for option in parameter.opts:
                    yield name, option, parameter.nargs


def arguments():
    """Yield complete commands in which one argument stands for the odd value."""
    yield ["evaluate", None]
    yield ["classify", None, "s.json"]
    yield ["classify", "n.safetensors", None]
    yield ["fit", None]
    yield ["descend", None]
    yield ["descend", "x*y", "--start", None, "1"]
    yield ["lesson", "check", None]
    yield ["lesson", "check", "l.md", None]
    yield ["worksheet", None, "--out", "w.pdf"]
    yield ["collect", None]
    yield ["export", None, "--to", "numpy", "--out", "program"]
    yield [None]
    yield [None, "t.csv"]
    yield ["fit", "t.csv", None]


def check(command, capsys):
    """Run a command as a program would, and look at how it ends."""
    if any("\0" in word for word in command):
        return  # no system hands that to a program
    try:
        code = main.run([*command, "--json"])
    except Accepted:
        capsys.readouterr()
        return
    said = capsys.readouterr()
    shown = json.dumps(command)[:300]
    assert code in CODES, (shown, code, said.err)
    assert "Traceback" not in said.err
    if code == 2 and command[0] not in GO_ON:
        (line,) = said.err.splitlines()
        assert line.startswith("gdstudio: "), shown
        assert line.endswith("."), shown
        assert len(line) < 1500, shown
    elif code == 2:
        # After “--” even “--json” is a file.
        assert said.err or "--" in command or json.loads(said.out), shown
    elif said.out and "Usage" not in said.out:
        json.loads(said.out)


def test_odd_values_of_options(folder, trials, bounded, capsys):
    every = [
        [*name.split(), *REQUIRED[name], option, *([text] * count)]
        for name, option, count in options()
        for text in ODD_TEXTS
    ]
    every += [
        [*name.split(), *REQUIRED[name], f"{option}={text}"]
        for name, option, count in options()
        for text in ODD_TEXTS
        if count == 1 and option.startswith("--")
    ]
    every += [
        [text if word is None else word for word in command]
        for command in arguments()
        for text in ODD_TEXTS
    ]
    assert len(every) > 4_000
    # All of them by hand; a part of them, another with each seed, in the daily run.
    _, chance = next(trials.chances(1))
    faults = []
    for command in every if trials.wanted else chance.sample(every, 250):
        bounded()
        try:
            check(command, capsys)
        except (AssertionError, TimeoutError, ValueError) as fault:
            faults.append(f"{json.dumps(command)[:200]}: {str(fault)[:300]}")
    assert not faults, "\n".join(faults[:50])


def test_every_command_is_tried():
    """A new command gets its odd values, too."""
    for name, command in commands():
        assert name in REQUIRED or name in OPEN_A_WINDOW, f"{name} has no arguments here"
        assert inspect.isfunction(command.callback)
