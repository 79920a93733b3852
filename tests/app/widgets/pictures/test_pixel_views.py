"""Small pictures whose every pixel can be seen and read."""

import numpy as np
import pytest

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.pixel_grid import PixelGrid
from gdstudio.app.widgets.pictures.pixel_image import signed_indices
from gdstudio.app.widgets.pictures.pixel_view import PixelView


def test_pixels_are_crisp_and_can_be_read(qtbot):
    view = PixelView(name="network_input_view")
    qtbot.addWidget(view)
    view.resize(84, 84)
    view.show()
    image = np.zeros((28, 28), np.uint8)
    image[4, 9] = 255
    view.set_image(image)
    shown = view.grab().toImage()
    palette = current_theme().palette
    assert shown.pixelColor(28, 13).name().upper() == palette.ink
    assert shown.pixelColor(31, 13).name().upper() == palette.paper, "no smoothing"
    assert view.value_text(4, 9) == "row 4, column 9: 255 of 255 = 1.000"
    view.set_image(None)
    assert view.grab().toImage().pixelColor(28, 13).name().upper() == palette.paper


def test_signs_have_their_colours(qtbot):
    view = PixelView(signed=True)
    qtbot.addWidget(view)
    view.resize(84, 84)
    values = np.zeros((28, 28))
    values[4, 4], values[4, 20] = 2.0, -2.0
    view.set_image(values)
    shown = view.grab().toImage()
    palette = current_theme().palette
    assert shown.pixelColor(13, 13).name().upper() == palette.positive
    assert shown.pixelColor(61, 13).name().upper() == palette.negative
    assert shown.pixelColor(40, 40).name().upper() == palette.panel
    assert view.value_text(4, 20) == "row 4, column 20: −2.000"


def test_a_grid_shows_what_fits_and_says_what_does_not(qtbot):
    grid = PixelGrid()
    qtbot.addWidget(grid)
    grid.resize(600, 130)
    tiles = np.zeros((20, 784), np.float32)
    tiles[:, 0] = 1.0
    tiles[2, 30] = -0.5
    grid.set_tiles(tiles)
    assert (grid.count(), grid.shown_count()) == (20, 20)
    assert grid.value_text(2, 1, 2) == "neuron 3, row 1, column 2: weight −0.5000"
    grid.grab()
    grid.set_tiles(np.zeros((500, 784)))
    assert grid.count() == 500
    assert 20 <= grid.shown_count() <= 60
    grid.set_tiles(None)
    assert grid.count() == 0
    assert not grid.grab().isNull()


@pytest.mark.parametrize("scale", [0.0, 1e-320, 1e-42, 1e-30, 1.0, 1e38, float("nan")])
def test_numbers_of_any_size_have_a_colour(scale):
    values = np.array([[0, scale, -scale, 1e-40, -1e-40, 3e38, -3e38, 1]], np.float32)
    indices = signed_indices(values, scale)
    assert indices.shape == values.shape
    assert indices[0, 0] == 128
    if scale > 1e-38:
        assert indices[0, 1:3].tolist() == [255, 0]
