"""The images that a program of Digits learns from and is tested on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio.data.catalogue import load_images, load_test_images
from gdstudio.experiment.digits.descent import make_examples
from gdstudio.experiment.digits.settings import DigitsSettings


@dataclass(frozen=True, eq=False)
class DigitData:
    """Images and labels of a run.

    Attributes:
        arrays: by the names in the file; ``images`` and ``labels`` only where it learns.
        has_no_answers: whether there are images among them that belong to no class.
        left_out: sentences on what the app does to images that a program does not.
    """

    arrays: dict[str, npt.NDArray[Any]]
    has_no_answers: bool
    left_out: tuple[str, ...]


def digit_data(settings: DigitsSettings, *, learns: bool, augments: bool = False) -> DigitData:
    """Return the images of a run under `settings`; those to learn from only where it `learns`.

    `augments` says that the program changes images as the app does.

    Raises:
        BadInput: if they cannot be loaded.
    """
    key = settings.data.dataset
    if not learns:
        test, _ = load_test_images(key)
        return DigitData({"test_images": test.images, "test_labels": test.labels}, False, ())
    dataset = load_images(key)
    examples = make_examples(settings, dataset)
    images, labels = examples.images, examples.labels
    left_out = []
    if not augments and settings.augmentation.build(settings.network.image) is not None:
        left_out.append(
            "The app shifted, turned or changed each image a little every time it was shown; this "
            "program learns from the images as they are, and so ends elsewhere."
        )
    if examples.redrawing is not None:
        left_out.append(
            "The app drew what was drawn by pen anew every time; this program learns from the "
            "drawings as they were, without scribbles, and so ends elsewhere."
        )
        kept = labels < len(dataset.classes)
        images, labels = images[kept], labels[kept]
    return DigitData(
        {
            "images": images,
            "labels": labels,
            "test_images": dataset.test.images,
            "test_labels": dataset.test.labels,
        },
        bool(len(labels)) and int(np.max(labels)) >= len(dataset.classes),
        tuple(left_out),
    )
