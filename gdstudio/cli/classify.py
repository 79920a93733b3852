"""`gdstudio classify`: read digits from pictures and from drawn strokes."""

import math
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import complain, print_json, say
from gdstudio.data.images import load_image
from gdstudio.data.stroke_files import load_strokes
from gdstudio.data.strokes import to_image
from gdstudio.errors import BadInput
from gdstudio.experiment.answer import Answerer
from gdstudio.storage.network_file import load_network
from gdstudio.visible_text import shortened


def classify(
    network: Annotated[Path, typer.Argument(help="A network file that this app saved.")],
    files: Annotated[list[Path], typer.Argument(help="Pictures (PNG, JPEG, …) or strokes (JSON).")],
    *,
    json: JsonOption = False,
) -> None:
    """Read the digit in each picture or drawing; a file that cannot be read stops no other."""
    kept = load_network(network)
    answerer = Answerer.of_file(kept)
    results: list[dict[str, Any]] = []
    for file in files:
        try:
            drawings = _pictures(file)
            results += [
                {"file": str(file)}
                | ({"drawing": index} if len(drawings) > 1 else {})
                | _answer(answerer, picture)
                for index, picture in enumerate(drawings)
            ]
        except BadInput as error:
            results.append({"file": str(file), "error": str(error)})
    if json:
        print_json({"results": results})
    else:
        for result in results:
            _tell(result)
    failed = [result["error"] for result in results if "error" in result]
    for sentence in failed:
        complain(shortened(sentence, 1_000))
    if failed:
        raise typer.Exit(2)


def _pictures(file: Path) -> list[npt.NDArray[np.uint8]]:
    """Return the network's input, (28, 28), for each drawing in the file."""
    if file.suffix.lower() == ".json":
        return [to_image(drawing) for drawing in load_strokes(file)]
    return [load_image(file)]


def _answer(answerer: Answerer, picture: npt.NDArray[np.uint8]) -> dict[str, Any]:
    answer = answerer.answer(picture)
    if answer is None:
        return {"digit": None, "outputs": None}
    outputs = [float(output) for output in answer.outputs]
    if not all(map(math.isfinite, outputs)):
        raise BadInput(
            "The network's weights are so large that its answer is no number; train it anew with "
            "a smaller learning rate."
        )
    found: dict[str, Any] = {"digit": answer.digit, "outputs": outputs}
    if answer.sure is not None:
        found |= {"confidence": answer.confidence, "sure": answer.sure}
    return found


def _tell(result: dict[str, Any]) -> None:
    if "error" in result:
        return
    place = result["file"] + (f" ({result['drawing'] + 1})" if "drawing" in result else "")
    if result["digit"] is None:
        say(f"{place}: nothing is drawn")
    else:
        digit = result["digit"]
        doubt = "" if result.get("sure", True) else ", not sure"
        say(f"{place}: {digit} ({result['outputs'][digit]:.2f}{doubt})")
