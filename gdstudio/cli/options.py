"""Command-line options made from declared settings, so that each is described in one place."""

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from gdstudio.settings import Choice, Number, Setting, Settings, Text, WholeNumber

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")
]


def takes(
    *groups: type[Settings], defaults: Mapping[str, str] | None = None
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command an option for every setting of `groups`.

    The command receives them as one dictionary, its first argument, checked by their declarations.
    An option that was left at an empty default (see `defaults`) is not in it.

    Args:
        groups: the groups of settings whose fields become options.
        defaults: other defaults than the declared ones, as texts.
    """
    declared = {name: one for group in groups for name, one in group.declared().items()}
    texts = {name: str(one.default) for name, one in declared.items()} | dict(defaults or {})

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def wrapper(**arguments: Any) -> Any:
            given = {name: arguments.pop(name) for name in declared}
            values = {name: declared[name].parse(text) for name, text in given.items() if text}
            # A text setting may be empty on purpose, such as a network without hidden layers.
            values |= {
                name: declared[name].parse("")
                for name, text in given.items()
                if not text and isinstance(declared[name], Text)
            }
            return command(values, **arguments)

        own = list(inspect.signature(command).parameters.values())[1:]
        added = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=texts[name],
                annotation=Annotated[str, _option(name, one)],
            )
            for name, one in declared.items()
        ]
        positional = [p for p in own if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        keywords = [p for p in own if p.kind is inspect.Parameter.KEYWORD_ONLY]
        wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [*positional, *added, *keywords]
        )
        wrapper.__annotations__ = {p.name: p.annotation for p in [*own, *added]}
        return wrapper

    return decorate


def _option(name: str, setting: Setting) -> Any:
    return typer.Option(
        f"--{name.replace('_', '-')}", help=setting.explanation, metavar=_values(setting)
    )


def _values(setting: Setting) -> str:
    if isinstance(setting, Choice):
        return "|".join(setting.options)
    if isinstance(setting, Number | WholeNumber):
        return f"{setting.minimum:g}…{setting.maximum:g}"
    return "TEXT"
