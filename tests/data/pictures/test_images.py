"""Pictures of digits, of every kind and damage, become what a network receives."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gdstudio.data.catalogue import load_test_images
from gdstudio.data.pictures.images import load_image
from gdstudio.data.pictures.picture_files import read_grey
from gdstudio.data.strokes.inking import centre_of_mass
from gdstudio.errors import BadInput


@pytest.fixture(scope="module")
def digits():
    images = load_test_images("mnist")[0].images
    return images[:40].reshape(-1, 28, 28)


@pytest.fixture
def save(tmp_path):
    """Save a picture under a new name and return its path."""

    def _save(image, name="picture.png", **options) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return _save


def seven(mode="L", ink=0, paper=255, size=(300, 200)):
    """Draw a 7 off the middle of a picture."""
    image = Image.new(mode, size, paper)
    ImageDraw.Draw(image).line([(150, 40), (230, 40), (180, 160)], ink, width=14, joint="curve")
    return image


def difference(one, other):
    return np.abs(one.astype(int) - other.astype(int)).mean()


def centred_exactly(digit):
    """Move a digit of MNIST, which is centred to whole pixels, by the rest of the way."""
    moved = digit.astype(float)
    for axis, shift in zip((1, 0), 14.0 - centre_of_mass(digit), strict=True):
        neighbour = np.roll(moved, int(np.sign(shift)), axis)
        moved = (1 - abs(shift)) * moved + abs(shift) * neighbour
    return moved * (255.0 / moved.max())


def largest_shift(picture):
    return np.abs(centre_of_mass(picture) - 14.0).max()


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    path = tmp_path_factory.mktemp("seven") / "seven.png"
    seven().save(path)
    return load_image(path)


def test_reference_has_the_form_of_mnist(reference):
    ink = reference / 255.0
    assert reference.dtype == np.uint8
    assert reference.shape == (28, 28)
    assert reference.max() == 255
    assert max(ink.max(axis=0).sum(), ink.max(axis=1).sum()) == pytest.approx(20.0, abs=0.5)
    assert largest_shift(reference) < 0.05


@pytest.mark.parametrize("inverted", [False, True])
def test_mnist_image_comes_back_as_it_was(save, digits, inverted):
    for digit in digits:
        shades = 255 - digit if inverted else digit
        assert difference(load_image(save(Image.fromarray(shades))), digit) < 0.5


@pytest.mark.parametrize(
    ("resampling", "tolerance"), [(Image.Resampling.BOX, 1.0), (Image.Resampling.BICUBIC, 5.0)]
)
def test_enlarged_mnist_image_differs_by_its_centring_alone(save, digits, resampling, tolerance):
    for digit in digits:
        picture = load_image(save(Image.fromarray(255 - digit).resize((280, 280), resampling)))
        assert largest_shift(picture) < 0.05
        assert difference(picture, centred_exactly(digit)) < tolerance


def transparent(ink, mode="RGBA"):
    return seven("RGBA", (ink, ink, ink, 255), (90, 90, 90, 0)).convert(mode)


def cut_out_paper():
    """Draw paper with a digit, standing in a transparent margin."""
    image = Image.new("RGBA", (500, 400), (0, 0, 0, 0))
    image.paste(seven("RGBA", (0, 0, 0, 255), (250, 250, 250, 255)), (100, 100))
    return image


SAME_SEVEN = {
    "light on dark": lambda: seven(ink=255, paper=0),
    "grey on grey": lambda: seven(ink=60, paper=150),
    "colour": lambda: seven("RGB", (10, 20, 120), (255, 250, 230)),
    "one bit": lambda: seven("1", 0, 1),
    "palette": lambda: seven("RGB", (10, 20, 120), (255, 250, 230)).convert("P"),
    "dark ink on nothing": lambda: transparent(20),
    "light ink on nothing": lambda: transparent(240),
    "transparent grey": lambda: transparent(20, "LA"),
    "sixteen bits": lambda: Image.fromarray(np.asarray(seven()).astype(np.uint16) * 257),
    "paper cut out": cut_out_paper,
}


@pytest.mark.parametrize("kind", [kind for kind in SAME_SEVEN if kind != "paper cut out"])
def test_the_kind_of_picture_does_not_matter(save, reference, kind):
    assert difference(load_image(save(SAME_SEVEN[kind]())), reference) < 1.0


def test_paper_cut_out_is_laid_on_paper(save):
    grey = read_grey(save(cut_out_paper()))
    assert grey[0, 0] == 255.0
    assert grey[140, 300] == 0.0


def test_other_formats(save, reference):
    cmyk = seven("RGB", (0, 0, 0), (255, 255, 255)).convert("CMYK")
    assert difference(load_image(save(cmyk, "cmyk.tif")), reference) < 1.0
    assert difference(load_image(save(seven(), "lossy.jpg", quality=70)), reference) < 4.0
    frames = [seven(paper=200), Image.new("L", (300, 200), 0)]
    animated = save(frames[0], "two.gif", save_all=True, append_images=frames[1:])
    assert difference(load_image(animated), reference) < 1.0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photograph_is_turned_upright(save, reference, orientation):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = seven().transpose(undo[orientation]) if orientation > 1 else seven()
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert difference(load_image(save(stored, "turned.png", exif=exif)), reference) < 1.0


def test_photograph_with_shading_grain_and_dust(save, digits):
    rng = np.random.default_rng(3)
    y, x = np.mgrid[-1:1:600j, -1:1:800j]
    paper = 170 + 40 * x - 25 * y - 30 * (x * x + y * y)
    for digit in digits[:10]:
        ink = np.zeros((600, 800))
        enlarged = Image.fromarray(digit).resize((400, 400), Image.Resampling.BICUBIC)
        ink[100:500, 200:600] = np.asarray(enlarged) / 255.0
        ink[20:26, 30:36] = ink[550:555, 700:704] = 1.0
        shades = paper * (1 - 0.7 * ink) + rng.normal(0, 4, ink.shape)
        photograph = Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))
        picture = load_image(save(photograph, "photograph.jpg", quality=85))
        assert largest_shift(picture) < 0.05
        assert difference(picture, centred_exactly(digit)) < 8.0
        assert (picture == 0).mean() > 0.5


def test_blank_pictures_are_empty_drawings(save):
    rng = np.random.default_rng(5)
    grainy = np.clip(rng.normal(200, 4, (300, 300)), 0, 255).astype(np.uint8)
    blanks = [
        Image.new("L", (1, 1), 0),
        Image.new("RGB", (400, 300), (255, 255, 255)),
        Image.new("RGBA", (50, 50), (255, 255, 255, 0)),
        Image.fromarray(grainy),
    ]
    for blank in blanks:
        assert not load_image(save(blank)).any()


@pytest.mark.parametrize("size", [(1, 40), (2, 2), (3, 900), (28, 28)])
def test_odd_shapes_give_a_picture(save, size):
    image = Image.new("L", size, 255)
    image.putpixel((size[0] - 1, size[1] // 2), 0)
    assert load_image(save(image)).max() in (0, 255)


def test_huge_picture(save, reference):
    huge = seven().resize((10_000, 6_667), Image.Resampling.NEAREST)
    picture = load_image(save(huge, compress_level=1))
    assert difference(picture, reference) < 3.0


def test_picture_beyond_the_limit_is_refused_before_it_is_unpacked(save):
    path = save(Image.new("1", (16_000, 16_000)))
    with pytest.raises(BadInput, match="250 million pixels"):
        load_image(path)


def test_what_is_no_picture_is_refused(tmp_path, save):
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    empty = tmp_path / "empty.png"
    empty.touch()
    with pytest.raises(BadInput, match="not a picture"):
        load_image(text)
    with pytest.raises(BadInput, match="not a picture"):
        load_image(empty)
    with pytest.raises(BadInput, match="is a folder"):
        load_image(tmp_path)
    with pytest.raises(BadInput, match="There is no file"):
        load_image(tmp_path / "missing.png")
    rng = np.random.default_rng(1)
    noise = Image.fromarray(rng.integers(0, 255, (200, 200), dtype=np.uint8))
    for name in ("cut.png", "cut.jpg"):
        whole = save(noise, name)
        whole.write_bytes(whole.read_bytes()[:3000])
        with pytest.raises(BadInput, match="damaged"):
            load_image(whole)
