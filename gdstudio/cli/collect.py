"""`gdstudio collect`: what a class has handed in, as one table."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import print_json, say


def collect(
    folder: Annotated[Path, typer.Argument(help="The folder with the files of the class.")],
    *,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the table as CSV here.")] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="Write the table as an HTML page here.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make one table of what a class has handed in, and name what is doubtful."""
    from gdstudio.lesson import class_table
    from gdstudio.storage.atomic_file import replacing

    rows = class_table.collect(folder)
    for place, make in ((csv, class_table.to_csv), (page, class_table.to_page)):
        if place is not None:
            with replacing(place) as temporary:
                # A spreadsheet takes the mark at the beginning for UTF-8.
                encoding = "utf-8-sig" if place is csv else "utf-8"
                temporary.write_text(make(rows), encoding=encoding)
    if json:
        pupils = []
        for row in rows:
            one = row.hand_in
            pupils.append(
                {
                    "name": row.name,
                    "file": row.file,
                    "lesson": None if one is None else one.lesson,
                    "steps_done": 0 if one is None else one.steps_done,
                    "checks": 0 if one is None else one.checks,
                    "answers": [] if one is None else [asdict(answer) for answer in one.answers],
                    "has_picture": bool(row.picture),
                    "warnings": row.warnings,
                }
            )
        print_json({"pupils": pupils})
        return
    for row in rows:
        one = row.hand_in
        done = "" if one is None else f": {one.steps_done} of {one.checks}"
        remarks = "".join(f" {warning}" for warning in row.warnings)
        say(f"{row.name}{done}{f' ({row.file}):{remarks}' if remarks else ''}")
    say(class_table.summary(rows))
