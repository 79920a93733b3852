"""Which images a run learns from, out of all there are."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gdstudio.data.dataset import Drawing, ImageDataset, Images
from gdstudio.data.settings import ImageDataSettings
from gdstudio.data.strokes.pen_forms import DIGIT_FORMS, form_strokes
from gdstudio.data.strokes.pen_paths import PenPaths, pen_paths
from gdstudio.data.strokes.redrawing import Redrawing
from gdstudio.data.strokes.scribbles import NO_DIGIT, scribble_drawings, scribbles

# The part of the repeated pen digits that are drawn in another form: more for digits that people
# write in several ways.
_FORM_SHARE = np.where(np.isin(np.arange(10), (1, 4, 7)), 0.4, 0.2)


@dataclass(frozen=True, eq=False)
class TrainingImages:
    """What a run learns from.

    Attributes:
        images: ``(n, pixels)`` ``uint8``.
        labels: ``(n,)`` ``uint8``; `NO_DIGIT` for a scribble.
        redrawing: what draws some of them anew each time they are shown, or None.
    """

    images: Images
    labels: Images
    redrawing: Redrawing | None


def training_images(
    dataset: ImageDataset, settings: ImageDataSettings, rng: np.random.Generator
) -> TrainingImages:
    """Return a random subset of the data set, pen digits repeated, and scribbles after them.

    Only digits have scribbles beside them, and only those that were drawn by pen are repeated.
    """
    training = dataset.training
    drawn = _drawn_part(dataset)
    pen = None if drawn is None else drawn[0]
    if not dataset.has_digits:
        settings = replace(settings, scribbles=0, pen_repeats=1)
    count_scribbles = settings.scribbles
    again = settings.pen_repeats - 1 if pen is not None else 0
    count = settings.training_size or len(training)
    chosen = np.arange(len(training))
    repeated = np.empty(0, np.intp)
    if again or count < len(training):
        chosen = np.sort(rng.permutation(len(training))[:count])
        if again and pen is not None:
            repeated = np.tile(chosen[(chosen >= pen.start) & (chosen < pen.stop)], again)
    every = np.concatenate([chosen, repeated])
    images, labels = training.images, training.labels
    if len(repeated) or len(every) < len(training):
        images, labels = images[every], labels[every]
    if settings.stroke_variation and (pen is not None or count_scribbles):
        number = np.full(len(every), -1) if pen is None else every - pen.start
        paths = pen_paths(()) if drawn is None or not (number >= 0).any() else _paths(drawn[1])
        return _varied(images, labels, number, len(repeated), paths, settings, rng)
    if count_scribbles:
        others = scribbles(count_scribbles, rng)
        images = np.concatenate([images, others])
        labels = np.concatenate([labels, np.full(len(others), NO_DIGIT, np.uint8)])
    return TrainingImages(images, labels, None)


def _drawn_part(
    dataset: ImageDataset,
) -> tuple[slice, Callable[[], tuple[Drawing, ...]]] | None:
    """Return where the images are that were drawn by pen, and what returns their strokes."""
    for source, part in dataset.training_parts.items():
        if source in dataset.strokes:
            return part, dataset.strokes[source]
    return None


@functools.lru_cache(maxsize=1)
def _paths(strokes: Callable[[], tuple[Drawing, ...]]) -> PenPaths:
    """Return the paths of a source's drawings, once: each new start would take them again."""
    return pen_paths(strokes())


def _varied(
    images: Images,
    labels: Images,
    number: npt.NDArray[np.intp],
    repeated: int,
    paths: PenPaths,
    settings: ImageDataSettings,
    rng: np.random.Generator,
) -> TrainingImages:
    """Return the images with all that was drawn by pen to be drawn anew.

    `number` is that of each image among the pen digits, negative for others; `paths` are those
    of all of these.
    """
    drawing_of = np.where(number >= 0, number, -1)
    drawings: list[Drawing] = []
    # Of the repeated pen digits some are drawn in another form of the same digit.
    tail = np.arange(len(images) - repeated, len(images))
    for index in tail[rng.random(repeated) < _FORM_SHARE[labels[tail]]]:
        drawing_of[index] = len(paths) + len(drawings)
        drawings.append(form_strokes(str(rng.choice(DIGIT_FORMS[labels[index]]))))
    others = scribble_drawings(settings.scribbles, rng)
    drawing_of = np.concatenate([drawing_of, len(paths) + len(drawings) + np.arange(len(others))])
    paths = paths.and_of(drawings + others)
    blank = np.zeros((len(others), images.shape[1]), np.uint8)
    return TrainingImages(
        np.concatenate([images, blank]),
        np.concatenate([labels, np.full(len(others), NO_DIGIT, np.uint8)]),
        Redrawing(paths, drawing_of, settings.stroke_variation / 100.0),
    )
