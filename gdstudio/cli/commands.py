"""The commands by name: each is loaded once it is asked for, so that none waits for the others."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

# In the order of the help: the module in this folder, and the function or the group in it.
COMMANDS = {
    "train": "train:training",
    "evaluate": "evaluate:evaluate",
    "classify": "classify:classify",
    "fit": "fit:fit",
    "descend": "descend:descend",
    "sweep": "sweep:sweep_commands",
    "record": "record:record",
    "export": "export:export",
    "lesson": "lesson:lesson_commands",
    "worksheet": "worksheet:worksheet",
    "collect": "collect:collect",
    "doctor": "doctor:doctor",
}
# A start of two numbers, either of which may be negative, and a function such as -x**2 do not look
# like one option with one value each: `descend` itself sorts out what is no known option.
_CONTEXTS = {"descend": {"ignore_unknown_options": True, "allow_extra_args": True}}


class LazyGroup(TyperGroup):
    """A group of `COMMANDS`, and of those that are there already."""

    def __init__(self, *, commands: Mapping[str, Any], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands(commands)  # type: ignore[assignment]  # it is only read


class _Commands(Mapping[str, Any]):
    """The commands of a program, which are made when they are looked up."""

    def __init__(self, made: Mapping[str, Any]) -> None:
        self._made = dict(made)
        self._names = list(dict.fromkeys([*COMMANDS, *made]))

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _load(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _load(name: str) -> Any:
    """Return a command, made from its module; a KeyError where there is none of that name."""
    module, attribute = COMMANDS[name].split(":")
    found = getattr(importlib.import_module(f"gdstudio.cli.{module}"), attribute)
    holder = typer.Typer(add_completion=False)
    holder.callback()(lambda: None)  # with it, a single command has its name, too
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name, context_settings=_CONTEXTS.get(name))(found)
    group: Any = get_command(holder)
    return group.commands[name]
