"""`gdstudio evaluate`: how well a saved network reads test images."""

import math
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from gdstudio.cli.options import JsonOption, values_text
from gdstudio.cli.output import print_json, print_table, say
from gdstudio.data.catalogue import image_set, load_test_images
from gdstudio.data.settings import ImageDataSettings
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.errors import BadInput
from gdstudio.number_text import fixed_text, percent_text
from gdstudio.storage.network_file import load_network
from gdstudio.visible_text import shortened


def evaluate(
    network: Annotated[Path, typer.Argument(help="A network file that this app saved.")],
    *,
    dataset: Annotated[
        str,
        typer.Option(
            "--dataset",
            metavar=values_text(ImageDataSettings.declared()["dataset"]),
            help="The data set whose test images are read; your own, too.",
        ),
    ] = "mnist",
    json: JsonOption = False,
) -> None:
    """Say how well a saved network reads the test images of a data set, and what it mixes up."""
    key = ImageDataSettings.from_mapping({"dataset": dataset}).dataset
    kept = load_network(network)
    entry, settings = image_set(key), kept.settings
    if (entry.image, entry.classes) != (settings.image, settings.classes):
        rows, columns = settings.image
        raise BadInput(
            f"{network.name} reads images of {rows} × {columns} pixels as one of "
            f"{shortened(', '.join(settings.classes), 100)}, and {entry.card.title} has others; "
            "name the images that it learned from with --dataset."
        )
    test, parts = load_test_images(key)
    evaluator = Evaluator(kept.settings.build(), test.images, test.labels)
    with np.errstate(all="ignore"):  # what overflows is said in a sentence
        evaluation = evaluator.evaluate(kept.parameters)
    if math.isnan(evaluation.loss):
        raise BadInput(
            f"The weights in {network.name} are so large that its answers are no numbers; train it "
            "anew with a smaller learning rate."
        )
    right = evaluation.answers == test.labels
    confusion = evaluation.confusion(test.labels)
    result: dict[str, Any] = {
        "test_accuracy": evaluation.accuracy,
        "test_loss": evaluation.loss,
        "test_images": len(test),
        "classes": list(settings.classes),
        "test_accuracy_by_part": {name: float(right[part].mean()) for name, part in parts.items()},
        "confusion": confusion.tolist(),
    }
    if json:
        print_json(result)
        return
    say(
        f"{percent_text(evaluation.accuracy, 2)} of {len(test):,} test images right, "
        f"loss {fixed_text(evaluation.loss, 4)}."
    )
    for name, accuracy in result["test_accuracy_by_part"].items() if len(parts) > 1 else ():
        say(f"  {name}: {percent_text(accuracy, 2)}")
    print_table(
        ["is \\ read as", *settings.classes],
        [
            [name, *map(str, row)]
            for name, row in zip(settings.classes, confusion.tolist(), strict=True)
        ],
    )
