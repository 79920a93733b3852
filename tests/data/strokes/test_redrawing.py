"""Pen strokes drawn anew: like the canvas draws them, varied as wished, the same for a seed."""

import numpy as np
import pytest

from gdstudio.data.catalogue import load_images, pen_strokes
from gdstudio.data.settings import ImageDataSettings
from gdstudio.data.strokes.inking import PEN_WIDTH, centre_of_mass, to_image
from gdstudio.data.strokes.pen_forms import DIGIT_FORMS, SIGNS, form_strokes
from gdstudio.data.strokes.pen_paths import ink_paths, pen_paths
from gdstudio.data.strokes.redrawing import Redrawing
from gdstudio.data.strokes.scribbles import NO_DIGIT
from gdstudio.data.training_images import training_images


@pytest.fixture(scope="module")
def drawings():
    return pen_strokes()[:60]


@pytest.fixture(scope="module")
def paths(drawings):
    return pen_paths(drawings)


def numbers(count, seed=0):
    return np.random.default_rng(seed).random((count, Redrawing.numbers), np.float32)


def test_many_drawings_are_inked_like_one(drawings, paths):
    inked = ink_paths(paths.dots, np.full(len(drawings), PEN_WIDTH, np.float32))
    exact = np.stack([to_image(strokes) for strokes in drawings])
    pairs = zip(inked, exact, strict=True)
    shift = np.array([centre_of_mass(one) - centre_of_mass(other) for one, other in pairs])
    assert np.abs(shift).mean() < 0.4
    assert np.abs(inked.astype(int) - exact).mean() < 8.0


def test_without_variation_the_numbers_do_not_matter(paths):
    redrawing = Redrawing(paths, np.arange(60), 0.0)
    images = [np.zeros((60, 784), np.uint8) for _ in range(2)]
    for image, seed in zip(images, (1, 2), strict=True):
        redrawing(image, np.arange(60), numbers(60, seed))
    # Rounding alone: a dot may fall on the next sixteenth of a pixel.
    assert (images[0] != images[1]).mean() < 0.001
    plain = ink_paths(paths.dots, np.full(60, PEN_WIDTH, np.float32)).reshape(60, -1)
    assert np.abs(images[0].astype(int) - plain).max() <= 64


def test_variation_changes_every_picture_and_keeps_it_in_the_frame(paths):
    redrawing = Redrawing(paths, np.arange(60), 1.0)
    first, second = (np.zeros((60, 784), np.uint8) for _ in range(2))
    redrawing(first, np.arange(60), numbers(60, 1))
    redrawing(second, np.arange(60), numbers(60, 2))
    assert (first != second).any(axis=1).all()
    pictures = first.reshape(-1, 28, 28)
    assert (pictures.max(axis=(1, 2)) == 255).all()
    sides = [np.ptp(np.argwhere(one > 127), axis=0).max() + 1 for one in pictures]
    assert min(sides) >= 18
    assert max(sides) <= 22


def test_a_picture_depends_on_its_own_numbers_alone(paths):
    redrawing = Redrawing(paths, np.arange(60), 1.0)
    together = np.zeros((60, 784), np.uint8)
    drawn_by = numbers(60)
    redrawing(together, np.arange(60), drawn_by)
    for which in (0, 7, 59):
        alone = np.zeros((1, 784), np.uint8)
        redrawing(alone, np.array([which]), drawn_by[which : which + 1])
        np.testing.assert_array_equal(alone[0], together[which])


def test_what_was_not_drawn_with_a_pen_stays(paths):
    redrawing = Redrawing(paths, np.array([-1, 3, -1]), 1.0)
    images = np.full((3, 784), 9, np.uint8)
    redrawing(images, np.arange(3), numbers(3))
    assert (images[[0, 2]] == 9).all()
    assert (images[1] != 9).any()


def test_every_form_is_strokes_on_the_square():
    assert len(DIGIT_FORMS) == 10
    for form in (*SIGNS, *(form for forms in DIGIT_FORMS for form in forms)):
        for stroke in form_strokes(form):
            assert len(stroke) >= 2
            assert stroke.min() > -1.5
            assert stroke.max() < 10.5


def test_training_images_say_which_are_drawn_anew():
    settings = ImageDataSettings(
        dataset="pen-digits", training_size=200, pen_repeats=2, scribbles=30, stroke_variation=50.0
    )
    dataset = load_images("pen-digits")
    learned = training_images(dataset, settings, np.random.default_rng(3))
    assert len(learned.images) == len(learned.labels) == 430
    assert (learned.labels[-30:] == NO_DIGIT).all()
    np.testing.assert_array_equal(learned.labels[:200], learned.labels[200:400])
    images = learned.images.copy()
    learned.redrawing(images, np.arange(430), numbers(430))
    assert (images != learned.images).any(axis=1).all()
    again = training_images(dataset, settings, np.random.default_rng(3))
    repeated = again.images.copy()
    again.redrawing(repeated, np.arange(430), numbers(430))
    np.testing.assert_array_equal(images, repeated)


def test_who_is_repeated_is_drawn_as_it_was_or_in_another_form_of_its_digit():
    settings = ImageDataSettings(
        dataset="pen-digits", training_size=200, pen_repeats=2, scribbles=30, stroke_variation=50.0
    )
    learned = training_images(load_images("pen-digits"), settings, np.random.default_rng(3))
    drawn, quiet = learned.images.copy(), np.full((430, Redrawing.numbers), 0.5)
    learned.redrawing(drawn, np.arange(430), quiet)
    in_another_form = 0
    for first, repeated, digit in zip(drawn[:200], drawn[200:400], learned.labels, strict=False):
        if (first == repeated).all():
            continue
        in_another_form += 1
        paths = pen_paths([form_strokes(form) for form in DIGIT_FORMS[digit]])
        forms = np.zeros((len(paths), 784), np.uint8)
        Redrawing(paths, np.arange(len(paths)), 0.5)(forms, np.arange(len(paths)), quiet)
        assert (forms == repeated).all(axis=1).any(), f"no {digit}"
    assert 20 < in_another_form < 100


def test_without_variation_the_shipped_pictures_are_learned_from():
    settings = ImageDataSettings(dataset="pen-digits", training_size=200, pen_repeats=2)
    learned = training_images(load_images("pen-digits"), settings, np.random.default_rng(3))
    assert learned.redrawing is None
    assert len(learned.images) == 400
