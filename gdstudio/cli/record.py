"""`gdstudio record`: a run as a moving picture."""

import os
from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import JsonOption, values_text
from gdstudio.cli.output import print_json, progress_bar, say
from gdstudio.data.dataset import Drawing
from gdstudio.data.strokes.stroke_files import load_strokes
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.number_text import plain_text
from gdstudio.recording.moving_picture import format_of
from gdstudio.recording.plan import FRAMES, HEIGHT, SECONDS, STEPS, WIDTH, RecordingPlan
from gdstudio.settings import Choice
from gdstudio.storage.atomic_file import check_place, replacing

PALETTE = Choice(
    label="The colours",
    explanation="Dark lines on a light ground, or light ones on a dark ground.",
    default="light",
    options={"light": "Light", "dark": "Dark"},
)
_STEPS = typer.Option("--steps", metavar=values_text(STEPS), help=STEPS.explanation)
_FRAMES = typer.Option("--frames", metavar=values_text(FRAMES), help=FRAMES.explanation)
_SECONDS = typer.Option("--seconds", metavar=values_text(SECONDS), help=SECONDS.explanation)
_SIZE = typer.Option(
    "--size",
    metavar="WIDTHxHEIGHT",
    help=f"Its size in pixels, at most {WIDTH.maximum}x{HEIGHT.maximum}.",
)


def record(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help='A setup code in quotation marks, such as "surface?function=beale&start_x=3".',
        ),
    ],
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The file: .gif, .webp or .png (APNG).")
    ],
    steps: Annotated[str, _STEPS] = str(STEPS.default),
    frames: Annotated[str, _FRAMES] = str(FRAMES.default),
    seconds: Annotated[str, _SECONDS] = plain_text(SECONDS.default),
    size: Annotated[str, _SIZE] = f"{WIDTH.default}x{HEIGHT.default}",
    scene: Annotated[
        str,
        typer.Option(
            "--scene",
            help="What of the lab is recorded, such as loss or both; otherwise what is looked at "
            "first.",
        ),
    ] = "",
    drawing: Annotated[
        Path | None,
        typer.Option("--drawing", metavar="FILE", help="The strokes.json that Digits is to read."),
    ] = None,
    theme: Annotated[
        str, typer.Option("--theme", metavar=values_text(PALETTE), help=PALETTE.explanation)
    ] = PALETTE.default,
    json: JsonOption = False,
) -> None:
    """Record a run from its start on as a moving picture, with its setup code in the corner."""
    scenario = Scenario.parse(code)
    plan = RecordingPlan(
        scenario,
        scene,
        steps=STEPS.parse(steps),
        frames=FRAMES.parse(frames),
        seconds=SECONDS.parse(seconds),
        size=_size(size),
        palette=PALETTE.parse(theme),
        drawing=_drawing(drawing, scenario.lab),
    )
    format_ = format_of(out)
    check_place(out)
    # The pictures are the same with and without a display, and no window pops up.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gdstudio.app import import_speed  # noqa: F401 - before all others of the window
    from gdstudio.app.system_check import problem

    if sentence := problem():
        raise BadInput(sentence)
    from gdstudio.app.lab_classes import LAB_CLASSES
    from gdstudio.app.labs.recording.film import record as film

    kind = LAB_CLASSES[scenario.lab]()
    with progress_bar() as bar:
        task = bar.add_task("Recording", total=len(plan.moments()), figures="")
        made = film(
            kind.in_one_process,
            plan,
            format_,
            lambda done, planned: bar.update(task, completed=done, total=planned),
        )
    with replacing(out) as temporary:
        temporary.write_bytes(made.content)
    if json:
        told = {"file": str(out), "frames": made.frames, "steps": made.steps}
        print_json(told | {"bytes": len(made.content), "diverged": made.diverged})
    else:
        say(f"Saved {out}: {made.sentence}")
    if made.diverged:
        raise typer.Exit(1)


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.lower().replace("×", "x").partition("x")
    if not cross:
        raise BadInput(f"“{text}” is no size; write it as {WIDTH.default}x{HEIGHT.default}.")
    return WIDTH.parse(width), HEIGHT.parse(height)


def _drawing(path: Path | None, lab: str) -> Drawing:
    if path is None:
        return []
    if lab != "digits":
        raise BadInput("Only the lab Digits reads a drawing; leave --drawing out.")
    drawings = load_strokes(path)
    if not drawings or not drawings[0]:
        raise BadInput("There is no drawing in that file; draw something first.")
    return drawings[0]
