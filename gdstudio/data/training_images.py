"""Which images a run learns from, out of all there are."""

import numpy as np

from gdstudio.data.catalogue import PEN_DIGITS, DigitsDataSettings
from gdstudio.data.dataset import DigitDataset, Images
from gdstudio.data.scribbles import NO_DIGIT, scribbles


def training_images(
    dataset: DigitDataset, settings: DigitsDataSettings, rng: np.random.Generator
) -> tuple[Images, Images]:
    """Return images ``(n, 784)`` and labels ``(n,)``: a random subset, pen digits repeated.

    Scribbles come last; in the place of a label they have `NO_DIGIT`.
    """
    training = dataset.training
    pen = dataset.training_parts.get(PEN_DIGITS)
    again = settings.pen_repeats - 1 if pen is not None else 0
    images, labels = training.images, training.labels
    count = settings.training_size or len(training)
    if again or count < len(training):
        chosen = np.sort(rng.permutation(len(training))[:count])
        if again and pen is not None:
            pens = chosen[(chosen >= pen.start) & (chosen < pen.stop)]
            chosen = np.concatenate([chosen, *[pens] * again])
        images, labels = images[chosen], labels[chosen]
    if settings.scribbles:
        others = scribbles(settings.scribbles, rng)
        images = np.concatenate([images, others])
        labels = np.concatenate([labels, np.full(len(others), NO_DIGIT, np.uint8)])
    return images, labels
