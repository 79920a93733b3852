"""`gdstudio doctor`: what this computer has, and whether the app works on it."""

import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import error_console, print_json, say


def doctor(*, json: JsonOption = False) -> None:
    """Check this computer: versions, folders, a training and a window of a second each.

    The text can be pasted into a report: it names neither you nor your folders. The exit code is 1
    where something is wrong.
    """
    from gdstudio.app.checkup.checks import check_computer

    def tell(what: str) -> None:
        if error_console.is_terminal:
            error_console.print(f"{what} …", style="dim")

    report = check_computer(tell)
    if json:
        print_json(report.as_dict())
    else:
        for line in report.text().split("\n"):
            say(line)
    if report.problems:
        raise typer.Exit(1)
