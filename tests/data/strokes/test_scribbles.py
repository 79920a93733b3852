"""Scribbles: the same for the same seed, inked and centred like drawings, and many of them."""

import numpy as np

from gdstudio.data.strokes.scribbles import scribbles


def test_scribbles_are_pictures_like_those_of_the_canvas():
    pictures = scribbles(200, np.random.default_rng(0)).reshape(-1, 28, 28)
    assert pictures.dtype == np.uint8
    assert (pictures.max(axis=(1, 2)) == 255).all()
    # All dots are one picture, whatever their place.
    assert len(np.unique(pictures.reshape(200, -1), axis=0)) > 170
    rows = np.arange(28)
    ink = pictures.sum(axis=(1, 2))
    centre = (pictures.sum(axis=2) @ rows) / ink
    # Ink beyond the picture is cut off, so a few are not quite centred.
    assert np.quantile(np.abs(centre - 14), 0.9) < 0.1


def test_the_same_seed_draws_the_same():
    first, again, other = (scribbles(20, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
