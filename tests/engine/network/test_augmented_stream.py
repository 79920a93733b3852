"""Examples that are changed as they are taken: in copies, and the same for the same seed."""

import numpy as np
import pytest

from gdstudio.engine.network.example_stream import ExampleStream

CLASSES = 10
COUNT = 1300


class Tint:
    """Adds to each image's second pixel the shade that its first random number asks for."""

    numbers = 2

    def __call__(self, images, numbers):
        images[:, 1] = np.floor(numbers[:, 0] * 250)


def stream_of(*, batch_size=10, augmentation=None, seed=0):
    number = np.arange(COUNT)
    images = np.stack([number % 256, np.full(COUNT, 255), number // 256], axis=1).astype(np.uint8)
    labels = (number % CLASSES).astype(np.uint8)
    for array in (images, labels):
        array.flags.writeable = False
    shuffling, augmenting = np.random.SeedSequence(seed).spawn(2)
    return ExampleStream(
        images,
        labels,
        shuffling,
        classes=CLASSES,
        batch_size=batch_size,
        augmentation=augmentation,
        augmentation_seed=augmenting,
    )


def take_epoch(stream):
    """Return the epoch's image numbers, tints and answers, in the order in which they came."""
    numbers, tints, answers = [], [], []
    while not numbers or stream.position < len(stream):
        stream.advance()
        low, tint, high, _ = np.rint(stream.inputs * 255).astype(int)
        numbers += (high * 256 + low).tolist()
        tints += tint.tolist()
        answers += stream.wanted.argmax(axis=0).tolist()
    return numbers, tints, answers


def test_only_the_images_change():
    plain, tinted = stream_of(), stream_of(augmentation=Tint())
    for _ in range(2):
        numbers, tints, answers = take_epoch(tinted)
        plain_numbers, plain_tints, plain_answers = take_epoch(plain)
        assert numbers == plain_numbers
        assert answers == plain_answers == [number % CLASSES for number in numbers]
        assert set(plain_tints) == {255}
        assert 255 not in tints
        assert len(set(tints)) > 200


def test_every_epoch_brings_other_variants_and_a_restart_the_same():
    stream = stream_of(augmentation=Tint())
    first, second = take_epoch(stream), take_epoch(stream)
    variants = [dict(zip(*epoch[:2], strict=True)) for epoch in (first, second)]
    same = sum(variants[0][number] == variants[1][number] for number in range(COUNT))
    assert same < COUNT / 50
    stream.restart()
    assert take_epoch(stream) == first
    assert take_epoch(stream_of(augmentation=Tint())) == first
    assert take_epoch(stream_of(augmentation=Tint(), seed=1))[1] != first[1]


@pytest.mark.parametrize("batch_size", [1, 7, 512, 700, 2000])
def test_the_batch_size_does_not_change_the_variants(batch_size):
    stream = stream_of(augmentation=Tint(), batch_size=batch_size)
    assert take_epoch(stream) == take_epoch(stream_of(augmentation=Tint()))


def test_augmentation_is_turned_on_and_off_while_running():
    """What comes later does not depend on what was on before."""
    always, sometimes = stream_of(augmentation=Tint()), stream_of()
    take_epoch(always)
    assert set(take_epoch(sometimes)[1]) == {255}
    sometimes.augmentation = Tint()
    assert take_epoch(sometimes) == take_epoch(always)
    sometimes.augmentation = None
    assert set(take_epoch(sometimes)[1]) == {255}
