"""`gdstudio classify`: read digits from pictures and from drawn strokes."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.options import JsonOption
from gdstudio.cli.output import complain, print_json, say
from gdstudio.data.remarks import Noticed, Reading, Remark
from gdstudio.data.strokes.drawings import read_drawing
from gdstudio.data.strokes.stroke_files import load_drawing_file
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.answer import Answerer, read_picture_for
from gdstudio.experiment.digits.doubts import nothing_found
from gdstudio.number_text import fixed_text
from gdstudio.storage.network_file import load_network
from gdstudio.visible_text import shortened


def classify(
    network: Annotated[Path, typer.Argument(help="A network file that this app saved.")],
    files: Annotated[list[Path], typer.Argument(help="Pictures (PNG, JPEG, …) or strokes (JSON).")],
    *,
    json: JsonOption = False,
) -> None:
    """Say what each picture or drawing shows; a file that cannot be read stops no other."""
    kept = load_network(network)
    answerer = Answerer.of_file(kept)
    results: list[dict[str, Any]] = []
    for file in files:
        try:
            readings = _readings(file, kept.settings)
            results += [
                {"file": str(file)}
                | ({"drawing": index} if len(readings) > 1 else {})
                | _answer(answerer, reading)
                for index, reading in enumerate(readings)
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


def _readings(file: Path, settings: NetworkSettings) -> list[Reading]:
    """Return what the network receives of each drawing in the file, and what was noticed."""
    if file.suffix.lower() not in (".json", ".ndjson"):
        return [read_picture_for(settings, file)]
    drawings, two_ways = load_drawing_file(file)
    readings = [read_drawing(drawing, image=settings.image) for drawing in drawings]
    if two_ways:
        doubled = Noticed(Remark.TWO_WAYS)
        return [Reading(one.picture, (*one.noticed, doubled)) for one in readings]
    return readings


def _answer(answerer: Answerer, reading: Reading) -> dict[str, Any]:
    """Return the answer as in JSON: with a reason where it is in doubt, and notes where any are."""
    answer = answerer.answer(reading.picture, reading.noticed)
    has_digits = answerer.settings.has_digits
    if answer is None:
        why = nothing_found(reading.noticed)
        nothing: dict[str, Any] = {"digit": None} if has_digits else {}
        return nothing | {"label": None, "outputs": None} | ({"reason": why} if why else {})
    outputs = [float(output) for output in answer.outputs]
    if not all(map(math.isfinite, outputs)):
        raise BadInput(
            "The network's weights are so large that its answer is no number; train it again with "
            "a smaller learning rate."
        )
    found: dict[str, Any] = {"digit": answer.index} if has_digits else {}
    found |= {"label": answer.label, "outputs": outputs}
    if answer.sure is not None:
        found |= {"confidence": answer.confidence, "sure": answer.sure}
    if answer.reason:
        found["reason"] = answer.reason
    if answer.notes:
        found["notes"] = list(answer.notes)
    return found


def _tell(result: dict[str, Any]) -> None:
    if "error" in result:
        return
    place = result["file"] + (f" ({result['drawing'] + 1})" if "drawing" in result else "")
    if result["label"] is None:
        say(f"{place}: {result.get('reason') or 'nothing is drawn'}")
    else:
        doubt = "" if result.get("sure", True) else ", not sure"
        more = " ".join([result.get("reason", ""), *result.get("notes", [])]).strip()
        said = f"{place}: {result['label']} ({fixed_text(max(result['outputs']), 2)}{doubt})"
        say(f"{said}. {more}" if more else said)
