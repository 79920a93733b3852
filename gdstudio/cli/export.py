"""`gdstudio export`: a run or a network as a program of its own."""

from pathlib import Path
from typing import Annotated

import typer

from gdstudio.cli.options import STEPS, JsonOption
from gdstudio.cli.output import print_json, say
from gdstudio.code_export.onnx_model import onnx_files
from gdstudio.code_export.program import save_files
from gdstudio.code_export.sources import take
from gdstudio.code_export.taken import Taken
from gdstudio.code_export.taken import taken as taken_of
from gdstudio.code_export.targets import TARGETS
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.experiment.vocabulary import shown
from gdstudio.runs.session import load_session
from gdstudio.settings import Choice, Labels
from gdstudio.storage.session_file import ENDING

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
            "file of a network, of a kept run or of a session.",
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
    lab: Annotated[
        str,
        typer.Option(
            "--lab",
            metavar="|".join(VOCABULARIES),
            help="Which lab of a session; otherwise the one in view.",
        ),
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace files of the same names.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Write a run or a network as a program that stands alone and prints the same numbers."""
    key = TARGET.parse(to)
    is_session = what.casefold().endswith(ENDING) and "?" not in what
    if lab and not is_session:
        raise BadInput(f"--lab is for the file of a session (*{ENDING}); leave it out.")
    if is_session:
        if dataset:
            raise BadInput("A session knows its data; --dataset is for a network's file.")
        taken = _of_session(Path(what), lab, STEPS.parse(steps))
    else:
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


def _of_session(path: Path, key: str, steps: int) -> Taken:
    """Return what a program repeats of the run of a lab in a session; the one in view without key.

    Raises:
        BadInput: if there is no such session, or no such lab in it.
    """
    if key and key not in VOCABULARIES:
        raise BadInput(f"--lab must be one of {', '.join(VOCABULARIES)}, not “{shown(key)}”.")
    session = load_session(path)
    wanted = key or session.lab
    found = session.labs.get(wanted)
    if found is None:
        labs = " and ".join(VOCABULARIES[one].title for one in session.labs) or "no lab"
        said = " ".join(session.left_out)
        raise BadInput(
            f"{shown_name(path)} has nothing of the lab {VOCABULARIES[wanted].title}; it has "
            f"{labs}. {said}".rstrip()
        )
    if found.run is None:
        return taken_of(found.scenario.prepare()(), steps=steps)
    return taken_of(found.run.scenario.prepare()().resumed(found.run.state), steps=steps)
