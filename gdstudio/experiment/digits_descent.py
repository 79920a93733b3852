"""The descent of a network on digits, with all its randomness from one seed."""

import numpy as np

from gdstudio.data.dataset import DigitDataset, Images
from gdstudio.data.training_images import training_images
from gdstudio.engine.descent import Descent
from gdstudio.engine.example_stream import ExampleStream
from gdstudio.engine.network import CLASSES, Network
from gdstudio.engine.objective import FloatArray
from gdstudio.engine.training import TrainingObjective
from gdstudio.experiment.digits_settings import DigitsSettings


def make_descent(
    settings: DigitsSettings,
    network: Network,
    dataset: DigitDataset,
    *,
    start: FloatArray | None,
    examples: tuple[Images, Images] | None = None,
) -> tuple[Descent, ExampleStream]:
    """Return the descent of `network` that `settings` describe, and its stream of examples.

    It starts at `start`, shape ``(size,)``, or where the seed says; `examples` are the images and
    labels that it learns from, where they are known.
    """
    # New kinds of random numbers are added at the end, so that old seeds keep their meaning:
    # subset, weights, shuffling, dropout, augmentation.
    subset, weights, shuffling, dropout, augmentation = np.random.SeedSequence(
        settings.training.seed
    ).spawn(5)
    if examples is None:
        examples = training_images(dataset, settings.data, np.random.default_rng(subset))
    images, labels = examples
    stream = ExampleStream(
        images,
        labels,
        shuffling,
        classes=CLASSES,
        batch_size=settings.training.batch_size,
        augmentation=settings.augmentation.build(),
        augmentation_seed=augmentation,
    )
    if start is None:
        start = network.initial_parameters(np.random.default_rng(weights))
        start *= settings.initial.factor
    optimizer = settings.optimizer.build(
        network.size,
        network.dtype,
        weights=network.weight_mask() if "weight_decay" in settings.optimizer.uses else None,
    )
    return Descent(TrainingObjective(network, stream, dropout=dropout), optimizer, start), stream
