"""Moving pictures: what Pillow reads from the file is what was put in."""

import io

import numpy as np
import pytest
from PIL import Image

from gdstudio.errors import BadInput
from gdstudio.recording.moving_picture import encode, format_of

GROUND, INK = (246, 247, 249), (37, 99, 235)


def frames(count=5, height=60, width=80):
    """Return pictures in which a square moves to the right."""
    made = []
    for number in range(count):
        picture = np.full((height, width, 3), GROUND, np.uint8)
        picture[20:30, 10 * number : 10 * number + 10] = INK
        made.append(picture)
    return made


def read(content):
    picture = Image.open(io.BytesIO(content))
    seen, durations = [], []
    for number in range(picture.n_frames):
        picture.seek(number)
        seen.append(np.asarray(picture.convert("RGB")))
        durations.append(picture.info["duration"])
    return picture, seen, durations


@pytest.mark.parametrize("kind", ["GIF", "WebP", "APNG"])
def test_every_frame_is_in_the_file_as_it_was(kind):
    given = frames()
    picture, seen, durations = read(encode(given, kind, seconds=3.0, comment="slope?start=2"))
    assert picture.n_frames == 5
    assert picture.info.get("loop", 0) == 0
    for one, other in zip(given, seen, strict=True):
        np.testing.assert_array_equal(other, one)
    # Four frames share two seconds, and the last one rests.
    assert durations == [500, 500, 500, 500, 1000]


def test_a_short_one_rests_shortly_and_none_is_too_fast_to_be_shown():
    *_, durations = read(encode(frames(3), "APNG", seconds=0.6, comment=""))
    assert durations == [200, 200, 200]
    *_, durations = read(encode(frames(3), "APNG", seconds=0.03, comment=""))
    assert durations == [20, 20, 20]


def test_the_setup_code_travels_in_the_file():
    given, code = frames(2), "slope?start=2"
    gif, *_ = read(encode(given, "GIF", seconds=1, comment=code))
    assert gif.info["comment"] == code.encode()
    png, *_ = read(encode(given, "APNG", seconds=1, comment=code))
    assert png.text["Comment"] == code
    webp, *_ = read(encode(given, "WebP", seconds=1, comment=code))
    assert webp.getexif()[0x010E] == code


def test_what_does_not_move_takes_no_room():
    still = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8) // 64 * 64
    moved = still.copy()
    moved[:4, :4] = 0
    alone = len(encode([still], "GIF", seconds=1, comment=""))
    several = len(encode([still, moved] * 10, "GIF", seconds=1, comment=""))
    assert several < alone + 19 * 300


def test_many_shades_are_near_to_what_they_were():
    shades = np.indices((64, 64)).sum(axis=0)[..., None] * np.array([2, 1, 1])
    given = shades.astype(np.uint8)
    _, (seen, _), _ = read(encode([given, 255 - given], "APNG", seconds=1, comment=""))
    assert np.abs(seen.astype(int) - given).max() <= 8


def test_the_ground_is_just_as_it_was_among_many_shades():
    shades = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    shades[:20] = GROUND
    _, (seen, _), _ = read(encode([shades, 255 - shades], "APNG", seconds=1, comment=""))
    assert (seen[:20] == GROUND).all()


@pytest.mark.parametrize("name", ["walk.mp4", "walk", "walk.gif.txt"])
def test_another_ending_is_refused_in_a_sentence(name):
    with pytest.raises(BadInput, match=r"must end in \.gif, \.webp or \.png\."):
        format_of(name)
