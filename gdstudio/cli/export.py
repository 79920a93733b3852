"""`gdstudio export`: a run or a network as a program of its own."""

from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import STEPS, JsonOption
from gdstudio.cli.output import print_json, say
from gdstudio.code_export.onnx_model import onnx_files
from gdstudio.code_export.program import save_files
from gdstudio.code_export.sources import take
from gdstudio.code_export.targets import TARGETS
from gdstudio.settings import Choice, Labels

ONNX = "onnx"
TARGET = Choice(
    label="The target",
    explanation="Into what it is exported; onnx is a model that needs the extra gdstudio[onnx].",
    default="numpy",
    options={**Labels(TARGETS), ONNX: "ONNX"},
)


def export(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CODE|FILE",
            help='A setup code in quotation marks, such as "houses?learning_rate=0.01", or the '
            "file of a network or of a kept run.",
        ),
    ],
    *,
    to: Annotated[
        str, typer.Option("--to", metavar="|".join(TARGET.options), help=TARGET.explanation)
    ] = TARGET.default,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder that receives it.")
    ] = Path("."),
    steps: Annotated[
        str,
        typer.Option(
            "--steps",
            metavar="N",
            help="How many steps it makes of a setup code of Slope, Surface or House prices.",
        ),
    ] = str(STEPS.default),
    dataset: Annotated[
        str,
        typer.Option(
            "--dataset", help="Whose test images a network reads; otherwise what it learned from."
        ),
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files of the same names.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a run or a network as a program that stands alone and prints the same numbers."""
    key = TARGET.parse(to)
    taken = take(what, steps=STEPS.parse(steps), dataset=dataset)
    title, needs = "A network as an ONNX model.", ["onnxruntime"]
    if key == ONNX:
        files = onnx_files(taken)
    else:
        program = TARGETS[key].program(taken)
        title, needs, files = program.title, list(program.needs), TARGETS[key].as_files(program)
    paths = save_files(out, files, replace=replace)
    if json:
        print_json(
            {"target": key, "title": title, "files": [str(path) for path in paths], "needs": needs}
        )
        return
    say(title)
    for path in paths:
        say(f"  {path}")
    say(f"It needs {' and '.join(needs)}.")
