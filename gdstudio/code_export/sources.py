"""What is exported: a network's file, a kept run, or a setup code."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from gdstudio.code_export.taken import USUAL_STEPS, Taken, TakenDigits, of_network, taken
from gdstudio.data.catalogue import image_set, is_known
from gdstudio.data.files import read_bytes
from gdstudio.data.settings import ImageDataSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.run_file import load_digits_run
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.run_file import load_points_run
from gdstudio.experiment.scenario import Scenario
from gdstudio.storage.network_file import NetworkFile, load_network
from gdstudio.storage.run_file import FORMAT, MAXIMUM_BYTES
from gdstudio.visible_text import shortened

ENDING = ".safetensors"


def take(what: str, *, steps: int = USUAL_STEPS, dataset: str = "") -> Taken:
    """Return what a program repeats of a setup code's run, or of what a file keeps.

    Args:
        what: the setup code, or the path of a network or of a kept run.
        steps: how many a run makes that its settings give no end.
        dataset: whose test images a network reads; empty for those that it learned from.

    Raises:
        BadInput: if there is no such thing, or it cannot be used.
    """
    if what.casefold().endswith(ENDING) and "?" not in what:
        return _from_file(Path(what), dataset)
    if dataset:
        raise BadInput(
            "A setup code names its data itself, as in digits?dataset=mnist; --dataset is for a "
            "network's file."
        )
    return taken(Scenario.parse(what).prepare()(), steps=steps)


def _from_file(path: Path, dataset: str) -> Taken:
    content = read_bytes(path, size_limit=MAXIMUM_BYTES)
    if FORMAT.encode() in content[:100_000]:
        run: Any
        try:
            digits, _ = load_digits_run(path)
            run = DigitsExperiment(digits.settings).resumed(digits)
        except BadInput:
            points, _ = load_points_run(path)
            run = PointsExperiment(points.settings).resumed(points)
        return taken(run)
    return network_taken(load_network(path), path.name, dataset)


def network_taken(kept: NetworkFile, name: str, dataset: str = "") -> TakenDigits:
    """Return what a program needs of a network; `name` is what its file is called.

    Raises:
        BadInput: if there are no test images that it could read.
    """
    known = str(kept.training.get("dataset", ""))
    key = dataset or (known if is_known(known) else "mnist")
    data = ImageDataSettings.from_mapping({"dataset": key})
    entry, settings = image_set(data.dataset), kept.settings
    if (entry.image, entry.classes) != (settings.image, settings.classes):
        rows, columns = settings.image
        raise BadInput(
            f"{name} reads images of {rows} × {columns} pixels as one of "
            f"{shortened(', '.join(settings.classes), 100)}, and {entry.card.title} has others; "
            "name the images that it learned from with --dataset."
        )
    return of_network(replace(DigitsSettings(), data=data, network=settings), kept.parameters)
