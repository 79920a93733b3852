"""`gdstudio lesson check`: what is wrong with lessons, line by line; they are played, too."""

from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import print_json, say
from gdstudio.number_text import count_text

# A step with more words is named: few read on.
LONG_STEP = 60

lesson_commands = typer.Typer(no_args_is_help=True)


@lesson_commands.callback()
def lesson() -> None:
    """Check lessons."""


@lesson_commands.command("check")
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE", help="Lessons: Markdown files; without any, those of the app."
        ),
    ] = None,
    *,
    json: JsonOption = False,
) -> None:
    """Say line by line what is wrong with lessons, and play them through without a window."""
    from gdstudio.lesson.library import shipped_paths
    from gdstudio.lesson.player import check_lesson

    reports = [(str(file), check_lesson(file)) for file in files or shipped_paths()]
    steps = sum(report.steps for _, report in reports)
    checks = sum(report.checks for _, report in reports)
    answers = sum(report.answers for _, report in reports)
    lit = max((report.lit for _, report in reports), default=0)
    words = [(file, *one) for file, report in reports for one in report.words]
    counts = [count for _, _, count in words]
    mean, most = sum(counts) / max(len(counts), 1), max(counts, default=0)
    long = [one for one in words if one[2] > LONG_STEP]
    problems = [(file, problem) for file, report in reports for problem in report.problems]
    if json:
        print_json(
            {
                "steps": steps,
                "checks": checks,
                "answers": answers,
                "words": {"mean": round(mean, 1), "most": most},
                "lit": lit,
                "long": [
                    {"file": file, "line": line, "words": count} for file, line, count in long
                ],
                "problems": [
                    {"file": file, "line": one.line, "problem": one.sentence}
                    for file, one in problems
                ],
            }
        )
    else:
        for file, one in problems:
            place = f"{file}:{one.line}" if one.line else file
            say(f"{place}: {one.sentence}")
        for file, line, count in long:
            say(f"{file}:{line}: Not wrong, but long: {count} words; {LONG_STEP} are enough.")
        if not problems:
            say(
                f"No problems: {_count(steps, 'step')}, {_count(checks, 'check')}, "
                f"{_count(answers, 'computed answer')}."
            )
            say(
                f"{_count(round(mean), 'word')} a step, {most} at most; "
                f"{_count(lit, 'control')} lit at most."
            )
    if problems:
        raise typer.Exit(2)


def _count(number: int, what: str) -> str:
    return f"{count_text(number)} {what}{'' if number == 1 else 's'}"
