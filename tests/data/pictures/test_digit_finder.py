"""One digit is found on photographed paper, and what keeps a picture from being one is noticed."""

import numpy as np
import paper_scenes as paper
import pytest
from PIL import Image, ImageDraw

from gdstudio.data.pictures.images import read_picture
from gdstudio.data.remarks import Remark


@pytest.fixture
def read(tmp_path):
    """Save a picture and read it: the 28 × 28 pixels, and how many of each remark."""

    def _read(image, name="picture.jpg"):
        path = tmp_path / name
        image.save(path, **({"quality": 85} if name.endswith("jpg") else {}))
        reading = read_picture(path)
        return reading.picture.astype(int), {one.remark: one.count for one in reading.noticed}

    return _read


@pytest.fixture
def clean(read):
    return read(paper.with_seven(), "clean.png")[0]


def framed(image, *, box=(90, 60, 320, 310), width=4):
    ImageDraw.Draw(image).rectangle(box, outline=(30, 30, 30), width=width)
    return image


def circled(image):
    ImageDraw.Draw(image).ellipse((70, 40, 340, 330), outline=(30, 30, 30), width=5)
    return image


def underlined(image):
    ImageDraw.Draw(image).line([(100, 295), (310, 297)], (30, 30, 30), 6)
    return image


def speckled(image):
    draw = ImageDraw.Draw(image)
    for x, y in ((60, 60), (360, 280)):
        draw.ellipse((x, y, x + 16, y + 16), (40, 40, 40))
    return image


def photo(image):
    return paper.lit(image, paper.even(image))


def in_shadow(image):
    return paper.lit(image, paper.shadow(image))


DARK = (40, 45, 60)
SCENES = {
    "even light": (lambda: photo(paper.with_seven()), None),
    "a shadow with an edge": (lambda: in_shadow(paper.with_seven()), None),
    "a frame": (lambda: photo(framed(paper.with_seven())), Remark.FRAME),
    "a frame that the digit touches": (
        lambda: photo(framed(paper.with_seven(), box=(90, 60, 320, 262))),
        Remark.FRAME,
    ),
    "a circle": (lambda: photo(circled(paper.with_seven())), Remark.FRAME),
    "a table": (lambda: photo(paper.on_table(paper.with_seven())), None),
    "pale ruling": (lambda: photo(paper.ruled(paper.with_seven())), None),
    "dark ruling": (lambda: photo(paper.ruled(paper.with_seven(), ink=DARK)), Remark.RULING),
    "dark squares": (
        lambda: photo(paper.ruled(paper.with_seven(), ink=DARK, squared=True)),
        Remark.RULING,
    ),
    "an underline": (lambda: photo(underlined(paper.with_seven())), Remark.RULING),
    "small marks": (lambda: photo(speckled(paper.with_seven())), Remark.MARKS),
    "a yellow pen": (lambda: photo(paper.with_seven(ink=(250, 225, 40))), None),
    "a red pen on ruled paper": (
        lambda: photo(paper.ruled(paper.with_seven(ink=(210, 40, 40)))),
        Remark.RULING,
    ),
    "a pale pencil": (lambda: photo(paper.with_seven(width=14, ink=(190, 190, 192))), None),
    "chalk": (
        lambda: photo(Image.fromarray(255 - np.asarray(paper.with_seven()))),
        None,
    ),
}


@pytest.mark.parametrize("scene", SCENES)
def test_the_digit_is_found(read, clean, scene):
    make, remark = SCENES[scene]
    picture, noticed = read(make())
    assert np.abs(picture - clean).mean() < 9.0
    assert set(noticed) == ({remark} if remark else set())


def test_a_clean_scan_loses_no_soft_edge_to_a_frame(read, clean):
    picture, noticed = read(framed(paper.with_seven()), "framed.png")
    assert np.abs(picture - clean).mean() < 1.0
    assert Remark.FRAME in noticed


def row(count, gap=130):
    image, draw = paper.blank((120 + gap * count, 360))
    for number in range(count):
        (paper.seven if number % 2 else paper.five)(draw, at=(gap * number - 100, 0))
    return image


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("taken", [lambda image: image, photo, in_shadow])
def test_a_row_is_counted(read, count, taken):
    assert read(taken(row(count)))[1] == {Remark.SEVERAL: count}


def test_rows_above_each_other_are_counted(read):
    image, draw = paper.blank((420, 560))
    for x in (-100, 60):
        for y in (-60, 190):
            paper.five(draw, at=(x, y))
    assert read(photo(image))[1] == {Remark.ROWS: 4}


def test_a_row_in_a_frame_is_a_row(read):
    image = framed(row(3), box=(20, 60, 480, 300))
    assert read(image, "row.png")[1] == {Remark.FRAME: 1, Remark.SEVERAL: 3}


def test_what_is_cut_off_touches_the_edge(read):
    assert Remark.EDGE in read(photo(paper.with_seven(at=(0, 180))))[1]


def test_a_blot_is_nearly_a_dot(read):
    image, draw = paper.blank()
    draw.ellipse((200, 170, 222, 192), (20, 20, 20))
    assert Remark.DOT in read(photo(image))[1]


@pytest.mark.parametrize("squared", [False, True])
def test_ruled_paper_without_a_digit_is_lines(read, squared):
    image, _ = paper.blank()
    picture, noticed = read(photo(paper.ruled(image, ink=DARK, squared=squared)))
    assert not picture.any()
    assert set(noticed) == {Remark.LINES}


@pytest.mark.parametrize("taken", [photo, in_shadow])
def test_empty_paper_has_nothing(read, taken):
    picture, noticed = read(taken(paper.blank()[0]))
    assert not picture.any()
    assert set(noticed) == {Remark.NOTHING}


def test_a_one_as_high_as_its_picture_is_no_ruling(read):
    image, draw = paper.blank((60, 200))
    draw.line([(32, 4), (28, 195)], (20, 20, 20), 12)
    picture, noticed = read(image, "one.png")
    assert picture.any()
    assert Remark.RULING not in noticed


def test_a_zero_with_a_stroke_in_it_is_no_frame(read):
    image, draw = paper.blank()
    draw.ellipse((120, 60, 290, 300), outline=(20, 20, 20), width=14)
    draw.line([(190, 200), (220, 150)], (20, 20, 20), 12)
    picture, noticed = read(photo(image))
    assert noticed == {}
    assert (picture[:, 4:9] > 128).any()


def test_a_digit_cut_out_tightly_does_not_count_as_cut_off(read):
    image = paper.with_seven().crop((146, 104, 256, 266))
    picture, noticed = read(image, "tight.png")
    assert picture.any()
    assert noticed == {}


def test_a_page_of_writing_is_rows(read):
    image, draw = paper.blank((600, 500))
    for row in range(9):
        for letter in range(28):
            x, y = 20 + 20 * letter, 30 + 50 * row
            draw.line([(x, y + 20), (x + 6, y), (x + 12, y + 20)], (20, 20, 20), 4)
    assert set(read(photo(image))[1]) == {Remark.ROWS}
