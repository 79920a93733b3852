"""The `gdstudio` command: no argument opens the window; a file per headless command."""

import errno
import logging
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio import __version__
from gdstudio.cli.commands import LazyGroup
from gdstudio.cli.output import CLOSED_PIPE, OutputLost, complain, say
from gdstudio.errors import BadInput
from gdstudio.visible_text import shortened

# What was typed may be longer than anybody wants to read again.
LONGEST_SENTENCE = 1_000
_FILES = (".md", ".gdstudio")

# What the entry of the applications menu says.
IN_WINDOW = "--in-window"

app = typer.Typer(
    cls=LazyGroup,
    name="gdstudio",
    help="See, touch and understand how a neural network learns.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    licences: Annotated[
        bool, typer.Option("--licences", help="Print what the app is made of, with all licences.")
    ] = False,
    install_menu_entry: Annotated[
        bool,
        typer.Option("--install-menu-entry", help="Add the app to your applications menu (Linux)."),
    ] = False,
    remove_menu_entry: Annotated[
        bool,
        typer.Option("--remove-menu-entry", help="Take it from your applications menu again."),
    ] = False,
    in_window: Annotated[
        bool,
        typer.Option(
            IN_WINDOW,
            hidden=True,
            help="Say what is wrong with a file in the window: whoever clicked sees no terminal.",
        ),
    ] = False,
) -> None:
    """Open the window, where no command is given."""
    if version:
        say(f"gdstudio {__version__}")
        raise typer.Exit
    if install_menu_entry or remove_menu_entry:
        from gdstudio.app import menu_entry

        say(menu_entry.remove() if remove_menu_entry else menu_entry.install())
        raise typer.Exit
    if licences:
        from gdstudio.licences import as_text, parts

        for line in as_text(parts()).split("\n"):
            say(line)
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(_open_window())


@app.command("open")
def open_setup(
    context: typer.Context,
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE|FILE",
            help='A setup code in quotation marks, such as "houses?learning_rate=0.01", a lesson, '
            "such as story.md, or a session, such as mine.gdstudio.",
        ),
    ],
) -> None:
    """Open the window with a lab set up as a setup code says, with a lesson or a session."""
    is_file = code.casefold().endswith(_FILES) and "?" not in code
    if is_file and context.find_root().params.get("in_window"):
        raise typer.Exit(_open_window(file=code))
    if is_file and code.casefold().endswith(".md"):
        from gdstudio.lesson.library import open_lesson

        raise typer.Exit(_open_window(lesson=open_lesson(Path(code))))
    if is_file:
        from gdstudio.runs.session import load_session

        raise typer.Exit(_open_window(session=(load_session(Path(code)), Path(code).name)))
    from gdstudio.experiment.scenario import Scenario

    scenario = Scenario.parse(code)
    scenario.prepare()
    raise typer.Exit(_open_window(scenario=scenario))


@app.command()
def screenshots(
    directory: Annotated[Path, typer.Argument(help="The folder that receives the pictures.")],
) -> None:
    """Render every lab, light and dark, after a short real training."""
    import os

    # The pictures are the same with and without a display, and no window pops up.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _check_system()
    from gdstudio.app.screenshots import render_screenshots

    render_screenshots(directory)


def _open_window(**what: Any) -> int:
    """Open the window, with what `run_window` takes, and return its exit code."""
    began = time.monotonic()
    _check_system()
    splash = _show_splash(began)
    from gdstudio.app.application import run_window

    code: int = run_window(**what)
    del splash  # it has gone by itself
    return code


def _show_splash(began: float) -> object:
    """Show something where the window takes long; it lives as long as what is returned."""
    from gdstudio.app.opening import show_splash

    return show_splash(began)


def _check_system() -> None:
    from gdstudio.app.system_check import problem

    sentence = problem()
    if sentence:
        raise BadInput(sentence)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0 done, 1 diverged, 2 bad input.

    `doctor` has 1 for a computer on which something is wrong. Further, as other programs have it:
    70 a fault in the app, 74 output that could not be written, and 128 + n where signal n ended
    it: 130 for Ctrl+C, 141 for a pipe that was closed.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = app(_opening(given), standalone_mode=False)
    except BadInput as error:
        return _refuse(str(error))
    except OutputLost as lost:
        return _give_up(lost)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except SystemExit:
        # Rich, which prints the help, leaves so when the pipe is closed.
        return CLOSED_PIPE
    except OSError as error:
        # The help is not printed by us.
        is_output = error.filename is None and error.errno in (
            errno.EPIPE,
            errno.ENOSPC,
            errno.EIO,
        )
        return _give_up(OutputLost(error)) if is_output else _confess(error)
    except Exception as error:
        # The command line's own complaints (an unknown option, a missing argument) know their text.
        describe = getattr(error, "format_message", None)
        if describe is None:
            return _confess(error)
        sentence = describe().rstrip(".") or "A command is missing"
        return _refuse(
            f"{sentence}; `gdstudio --help` and `gdstudio COMMAND --help` list them all."
        )
    return code if isinstance(code, int) else 0


def _opening(arguments: list[str]) -> list[str]:
    """Return `arguments`; a file alone, as a file manager hands it over, is to be opened."""
    before, rest = arguments[:1], arguments[1:]
    if before != [IN_WINDOW]:
        before, rest = [], arguments
        if sys.stderr is None:  # a program of Windows that has no terminal
            before = [IN_WINDOW]
    if len(rest) == 1 and rest[0].casefold().endswith(_FILES):
        return [*before, "open", *rest]
    return arguments


def _give_up(lost: OutputLost) -> int:
    """Leave, for nobody can be told anything any more."""
    if lost.sentence:
        complain(f"gdstudio: {lost.sentence}")
    return lost.code


def _confess(error: Exception) -> int:
    """Say that the app itself is at fault, and keep the details in the log."""
    from gdstudio.app import log_file

    kept = log_file.start_logging()
    logging.getLogger("gdstudio").error("The command failed", exc_info=error)
    where = f"; the log {kept} tells more" if kept else ""
    complain(
        f"gdstudio: that did not work because of a fault in the app ({type(error).__name__}: "
        f"{error}){where}."
    )
    return 70


def _refuse(sentence: str) -> int:
    complain(f"gdstudio: {shortened(sentence, LONGEST_SENTENCE)}")
    return 2
