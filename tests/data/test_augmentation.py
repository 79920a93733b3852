"""Augmentation: pictures change by the amounts that were drawn, and by nothing else."""

import numpy as np
import pytest
from PIL import Image

from gdstudio.data.augmentation import Augmentation, AugmentationSettings
from gdstudio.data.catalogue import MNIST, load_images
from gdstudio.data.strokes.inking import CENTRE, centre_of_mass
from gdstudio.errors import BadInput

RIGHT, DOWN, ROTATION, WIDTH, HEIGHT, SLANT, THICKNESS, NOISE, NOISE_PLACE = range(9)
EVERYTHING = AugmentationSettings(shift=3, rotation=20, scale=20, shear=20, thickness=1.5, noise=10)


def numbers_with(count, **extremes):
    """Random numbers that ask for no change, but for some columns: 0 is −limit, 1 is +limit."""
    numbers = np.full((count, Augmentation.numbers), 0.5)
    numbers[:, NOISE] = 0.0
    for name, value in extremes.items():
        numbers[:, globals()[name.upper()]] = value
    return numbers


def changed(images, settings, numbers):
    result = images.copy()
    settings.build()(result, numbers)
    return result


@pytest.fixture(scope="module")
def digits():
    return load_images(MNIST).training.images[:100]


@pytest.fixture(scope="module")
def blob():
    """Return a soft blob without symmetry: every turn shows, and none cuts anything off."""
    y, x = np.mgrid[:28, :28] - CENTRE
    ink = np.exp(-((x / 2) ** 2 + (y / 3.5) ** 2) / 2) + np.exp(-((x - 3) ** 2 + (y - 2) ** 2) / 4)
    return np.rint(np.minimum(ink, 1) * 255).astype(np.uint8)


def test_nothing_is_built_when_nothing_is_to_be_changed():
    assert AugmentationSettings().build() is None


@pytest.mark.parametrize(
    "settings", [AugmentationSettings(shift=3), EVERYTHING], ids=["shift", "everything"]
)
def test_amounts_of_zero_leave_every_pixel_as_it_is(digits, settings):
    same = changed(digits, settings, numbers_with(len(digits)))
    np.testing.assert_array_equal(same, digits)


@pytest.mark.parametrize("rotation", [0.0, 1e-9], ids=["alone", "with the others"])
def test_a_shift_moves_the_centre_of_mass_by_the_drawn_amount(digits, rotation):
    settings = AugmentationSettings(shift=3, rotation=rotation)
    numbers = np.random.default_rng(0).random((len(digits), Augmentation.numbers))
    changes = settings.build().changes(numbers)
    moved = changed(digits, settings, numbers)
    # Ink that left the picture would move the centre too: most keep all of theirs.
    for before, after, right, down in zip(digits, moved, changes.right, changes.down, strict=True):
        walked = centre_of_mass(after.reshape(28, 28)) - centre_of_mass(before.reshape(28, 28))
        if after.sum() == before.sum():
            np.testing.assert_allclose(walked, (right, down), atol=1e-9)
    assert (moved.sum(axis=1) == digits.sum(axis=1)).mean() > 0.9
    for amounts in (changes.right, changes.down):
        assert set(amounts) == {-3, -2, -1, 0, 1, 2, 3}


@pytest.mark.parametrize("end", [0.0, 1.0])
@pytest.mark.parametrize("limit", [10, 45, 90])
def test_a_rotation_is_the_one_that_pillow_makes(blob, limit, end):
    turned = changed(
        blob.reshape(1, -1),
        AugmentationSettings(rotation=limit),
        numbers_with(1, rotation=end),
    ).reshape(28, 28)
    # Pillow counts from the pixel's corner, and turns anticlockwise too.
    expected = Image.fromarray(blob).rotate(
        limit * (2 * end - 1), Image.Resampling.BILINEAR, center=(CENTRE + 0.5, CENTRE + 0.5)
    )
    np.testing.assert_allclose(turned, np.asarray(expected, np.int16), atol=3)


def test_scale_and_slant_are_the_maps_that_pillow_makes(blob):
    settings = AugmentationSettings(scale=25, shear=20)
    result = changed(
        blob.reshape(1, -1), settings, numbers_with(1, width=1.0, height=0.0, slant=1.0)
    ).reshape(28, 28)
    lean, middle = np.tan(np.radians(20)), CENTRE + 0.5
    # From new to old: back from the slant, then back to the old size, about the middle.
    inverse = np.diag([1 / 1.25, 1 / 0.75]) @ [[1, lean], [0, 1]]
    offset = middle - inverse @ (middle, middle)
    expected = Image.fromarray(blob).transform(
        (28, 28),
        Image.Transform.AFFINE,
        (*inverse[0], offset[0], *inverse[1], offset[1]),
        Image.Resampling.BILINEAR,
    )
    np.testing.assert_allclose(result, np.asarray(expected, np.int16), atol=3)
    rows = np.flatnonzero(result.max(axis=1) > 60)
    assert len(rows) < len(np.flatnonzero(blob.max(axis=1) > 60))
    top, bottom = result[rows[0]].argmax(), result[rows[-1]].argmax()
    assert top > bottom, "a positive slant leans to the right"


@pytest.mark.parametrize(("end", "width"), [(1.0, 8), (0.75, 7), (0.5, 6), (0.25, 5), (0.0, 4)])
def test_thickness_changes_the_width_of_a_stroke_by_pixels(end, width):
    bar = np.zeros((1, 28, 28), np.uint8)
    bar[:, 4:24, 10:16] = 255
    result = changed(
        bar.reshape(1, -1), AugmentationSettings(thickness=2), numbers_with(1, thickness=end)
    ).reshape(28, 28)
    assert result[14].sum() / 255 == pytest.approx(width, abs=0.02)
    assert result[:, 13].sum() / 255 == pytest.approx(20 + width - 6, abs=0.02)


def test_thickness_is_the_same_aslant_as_straight():
    y, x = np.mgrid[:28, :28] - CENTRE
    widths = []
    for across in (x, (x + y) / np.sqrt(2)):
        bar = np.rint(np.clip(3.5 - np.abs(across), 0, 1) * 255).astype(np.uint8)
        thick = changed(
            bar.reshape(1, -1), AugmentationSettings(thickness=2), numbers_with(1, thickness=1.0)
        ).reshape(28, 28)
        inner = np.hypot(x, y) < 10
        widths.append(thick[inner].sum() / bar[inner].sum() * 6)
    assert widths == pytest.approx([8, 8], abs=0.35)


def test_noise_has_the_drawn_strength_and_stays_within_the_shades():
    grey = np.full((200, 784), 128, np.uint8)
    noisy = changed(
        grey,
        AugmentationSettings(noise=10),
        numbers_with(200, noise=1.0, noise_place=np.linspace(0, 0.99, 200)),
    )
    noise = noisy.astype(float) - 128
    assert noise.std() == pytest.approx(25.5, rel=0.05)
    assert abs(noise.mean()) < 1
    assert len(np.unique(noisy, axis=0)) == 200
    black = changed(
        np.full((50, 784), 255, np.uint8),
        AugmentationSettings(noise=100),
        numbers_with(50, noise=1),
    )
    assert black.max() == 255
    assert 0.4 < (black == 255).mean() < 0.6, "noise that would pass full ink ends there"


def test_amounts_fill_their_ranges_and_stay_within():
    numbers = np.random.default_rng(1).random((20_000, Augmentation.numbers), np.float32)
    numbers[:2] = [[0.0], [np.nextafter(np.float32(1), np.float32(0))]]
    changes = EVERYTHING.build().changes(numbers)
    for amounts, low, high in (
        (changes.right, -3, 3),
        (changes.down, -3, 3),
        (changes.rotation, -20, 20),
        (changes.width, 0.8, 1.2),
        (changes.height, 0.8, 1.2),
        (changes.slant, -20, 20),
        (changes.thickness, -1.5, 1.5),
        (changes.noise, 0, 25.5),
    ):
        assert low <= amounts.min() < low + 0.01 * (high - low)
        assert high >= amounts.max() > high - 0.01 * (high - low)
        assert amounts.mean() == pytest.approx((low + high) / 2, abs=0.02 * (high - low))
    # Every number must do for the noise's table and the shift's windows.
    augment = EVERYTHING.build()
    augment(np.zeros((2, 784), np.uint8), numbers[:2])


def test_each_picture_depends_on_its_own_numbers_alone(digits):
    """So neither the batch size nor how the work is cut changes the result."""
    numbers = np.random.default_rng(2).random((len(digits), Augmentation.numbers))
    together = changed(digits, EVERYTHING, numbers)
    assert (together != digits).any(axis=1).all()
    np.testing.assert_array_equal(changed(digits, EVERYTHING, numbers), together)
    for part in (slice(0, 1), slice(1, 45), slice(45, 100)):
        np.testing.assert_array_equal(
            changed(digits[part], EVERYTHING, numbers[part]), together[part]
        )


@pytest.mark.parametrize(
    ("name", "value"), [("shift", 9), ("shift", 1.5), ("rotation", -1), ("thickness", "nan")]
)
def test_settings_outside_their_range_are_refused(name, value):
    label = AugmentationSettings.declared()[name].label
    with pytest.raises(BadInput, match=f"^{label} must be a .*number from 0 to"):
        AugmentationSettings(**{name: value})
