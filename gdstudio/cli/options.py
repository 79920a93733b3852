"""Command-line options made from declared settings, so that each is described in one place."""

import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

import typer

from gdstudio.data.points.catalogue import PointSetChoice
from gdstudio.data.settings import ImageSetChoice
from gdstudio.number_text import plain_text
from gdstudio.settings import Choice, Number, Setting, Settings, WholeNumber

NOTHING: Mapping[str, str] = MappingProxyType({})
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")
]
STEPS = WholeNumber(
    label="The number of steps",
    explanation="How many steps to make.",
    default=100,
    minimum=0,
    maximum=1_000_000,
)


def takes(
    *groups: type[Settings], worked_out: Mapping[str, str] = NOTHING
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command an option for every setting of `groups`.

    `worked_out` says in words, by the setting's name, what the command takes where a setting is
    not given and it does not take the declared default. The command receives those that were given
    as one dictionary, its first argument, checked by their declarations.
    """
    declared = {name: one for group in groups for name, one in group.declared().items()}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(command)
        def wrapper(**arguments: Any) -> Any:
            given = {name: arguments.pop(name) for name in declared}
            values = {
                name: declared[name].parse(text) for name, text in given.items() if text is not None
            }
            return command(values, **arguments)

        own = list(inspect.signature(command).parameters.values())[1:]
        added = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=None,
                annotation=Annotated[
                    str | None, _option(name, one, worked_out.get(name, _default(one)))
                ],
            )
            for name, one in declared.items()
        ]
        positional = [p for p in own if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        keywords = [p for p in own if p.kind is inspect.Parameter.KEYWORD_ONLY]
        # What Typer reads; functions are declared without it.
        wrapper.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [*positional, *added, *keywords]
        )
        wrapper.__annotations__ = {p.name: p.annotation for p in [*own, *added]}
        return wrapper

    return decorate


def _option(name: str, setting: Setting, default: str) -> Any:
    return typer.Option(
        f"--{name.replace('_', '-')}",
        help=setting.explanation,
        metavar=values_text(setting),
        show_default=default,
    )


def values_text(setting: Setting) -> str:
    """Return what the setting takes, as the help names it."""
    if isinstance(setting, ImageSetChoice):
        return "|".join((*setting.options, "FOLDER", "FILE"))
    if isinstance(setting, PointSetChoice):
        return "|".join((*setting.options, "FILE"))
    if isinstance(setting, Choice):
        return "|".join(setting.options)
    if isinstance(setting, Number | WholeNumber):
        zero = setting.zero if isinstance(setting, WholeNumber) else ""
        ends = f"{plain_text(setting.minimum)}…{plain_text(setting.maximum)}"
        return f"{ends}|{zero}" if zero else ends
    return "TEXT"


def _default(setting: Setting) -> str:
    zero = setting.zero if isinstance(setting, WholeNumber) else ""
    return zero if zero and not setting.default else str(setting.default)
