"""The descent of a network on digits, with all its randomness from one seed."""

import numpy as np

from gdstudio.data.dataset import ImageDataset
from gdstudio.data.training_images import TrainingImages, training_images
from gdstudio.engine.descent import Descent
from gdstudio.engine.network.example_stream import ExampleStream
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.training import TrainingObjective
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.settings import DigitsSettings

# New kinds of random numbers are added at the end, so that old seeds keep their meaning.
_STREAMS = ("subset", "weights", "shuffling", "dropout", "augmentation", "redrawing")


def _seeds(settings: DigitsSettings) -> dict[str, np.random.SeedSequence]:
    """Return the seed of each independent stream of random numbers."""
    spawned = np.random.SeedSequence(settings.training.seed).spawn(len(_STREAMS))
    return dict(zip(_STREAMS, spawned, strict=True))


def make_examples(settings: DigitsSettings, dataset: ImageDataset) -> TrainingImages:
    """Return what a run under `settings` learns from."""
    return training_images(
        dataset, settings.data, np.random.default_rng(_seeds(settings)["subset"])
    )


def make_descent(
    settings: DigitsSettings,
    network: Network,
    examples: TrainingImages,
    *,
    start: FloatArray | None,
) -> tuple[Descent, ExampleStream]:
    """Return the descent of `network` that `settings` describe, and its stream of `examples`.

    It starts at `start`, shape ``(size,)``, or where the seed says.
    """
    seeds = _seeds(settings)
    stream = ExampleStream(
        examples.images,
        examples.labels,
        seeds["shuffling"],
        classes=network.classes,
        batch_size=settings.training.batch_size,
        augmentation=settings.augmentation.build(network.image),
        augmentation_seed=seeds["augmentation"],
        redrawing=examples.redrawing,
        redrawing_seed=seeds["redrawing"],
    )
    if start is None:
        start = network.initial_parameters(np.random.default_rng(seeds["weights"]))
        start *= settings.initial.factor
    needs_weights = any(term.weights_only for term in settings.optimizer.kind.terms)
    optimizer = settings.optimizer.build(
        network.size,
        network.dtype,
        weights=network.weight_mask() if needs_weights else None,
    )
    return Descent(
        TrainingObjective(network, stream, dropout=seeds["dropout"]), optimizer, start
    ), stream
