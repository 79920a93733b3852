"""`gdstudio worksheet`: a lesson on paper, with a key, and the teacher's notes."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import print_json, say
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput


class Paper(Enum):
    """The paper that is printed on."""

    A4 = "a4"
    LETTER = "letter"


def worksheet(
    lesson: Annotated[
        str,
        typer.Argument(
            metavar="LESSON",
            help="A lesson: a Markdown file, or the name of one of the app, such as "
            "1-descent-by-hand.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Write the worksheet here, a PDF.")],
    *,
    notes: Annotated[
        Path | None, typer.Option("--notes", help="Write the teacher's notes here, a PDF.")
    ] = None,
    key: Annotated[
        bool, typer.Option("--key/--no-key", help="Add the answers, on pages of their own.")
    ] = True,
    paper: Annotated[Paper, typer.Option("--paper", help="The paper.")] = Paper.A4,
    json: JsonOption = False,
) -> None:
    """Print a lesson as a worksheet with a key; every answer is computed for it."""
    import os

    from gdstudio.lesson.library import find_lesson
    from gdstudio.lesson.worksheet import check_has_notes, read_paper
    from gdstudio.storage.atomic_file import check_place

    places = [out] if notes is None else [out, notes]
    for place in places:
        if place.suffix.casefold() != ".pdf":
            raise BadInput(f"“{shown_name(place)}” must end in .pdf: it becomes a PDF.")
        check_place(place)
    if notes is not None and notes.absolute() == out.absolute():
        raise BadInput("The worksheet and the notes cannot be one file; name two.")
    printed = read_paper(find_lesson(lesson))
    if notes is not None:
        check_has_notes(printed)
    # No display is needed, and no window opens.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gdstudio.app.system_check import problem

    if sentence := problem():
        raise BadInput(sentence)
    from gdstudio.app.worksheets.pdf import print_lesson

    print_lesson(printed, out, notes, paper=paper.value, with_key=key)
    if json:
        print_json(
            {
                "lesson": printed.sheet.title,
                "steps": len(printed.sheet.tasks),
                "answers": printed.sheet.answers(),
                "files": [str(place) for place in places],
            }
        )
        return
    for place in places:
        say(f"Saved {shown_name(place)}.")
