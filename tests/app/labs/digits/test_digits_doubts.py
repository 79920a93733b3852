"""In the Digits lab an answer in doubt says why, and an opened picture what was left out of it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gdstudio.app.labs.digits.reading import DigitsReading
from gdstudio.data.pictures.images import read_picture
from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.storage.network_file import load_shipped_reader


@pytest.fixture
def reading(qtbot: QtBot):
    """Return the right column of the lab, with the shipped reader as the lab's network."""
    kept = load_shipped_reader()
    column = DigitsReading()
    qtbot.addWidget(column)
    column.resize(420, 700)
    measured = Calibration.from_mapping(kept.training["calibration"])
    column.network.set_network(kept.settings, kept.parameters, None, measured)
    return column


def said(column, name):
    return column.findChild(QWidget, name).text()


def draw(column, *strokes):
    column.canvas.set_strokes([np.asarray(stroke, float) for stroke in strokes])
    column.refresh()


ONE = [[60, 40], [61, 120], [62, 200]]


def test_one_digit_is_sure(reading):
    draw(reading, ONE)
    assert said(reading, "predicted_digit_label") == "1"
    assert said(reading, "confidence_label").endswith("%")
    assert said(reading, "input_caption_label").startswith("What the network receives")


def test_two_digits_say_so_until_one_is_taken_back(reading):
    draw(reading, ONE, [[x + 90, y] for x, y in ONE])
    assert said(reading, "confidence_label") == "not sure"
    assert "2 pieces of ink side by side" in said(reading, "input_caption_label")
    reading.undo()
    assert said(reading, "confidence_label").endswith("%")
    assert said(reading, "input_caption_label").startswith("What the network receives")


def test_a_tiny_drawing_that_is_in_doubt_is_called_tiny(reading):
    cross = [[[100, 100], [106, 105]], [[106, 100], [100, 105]]]
    draw(reading, *cross)
    assert said(reading, "confidence_label") == "not sure"
    assert "very small" in said(reading, "input_caption_label")


def test_an_unmeasured_network_says_that_it_has_no_measure(reading):
    kept = load_shipped_reader()
    reading.network.set_network(kept.settings, kept.parameters, None)
    draw(reading, ONE)
    label = reading.findChild(QWidget, "confidence_label")
    assert label.text() == "1.00"
    assert "not known yet" in label.toolTip()


def test_a_network_that_exploded_has_no_answer(reading):
    kept = load_shipped_reader()
    draw(reading, ONE)
    exploded = np.full_like(kept.parameters, 3e38)
    exploded[::3] *= -1
    reading.network.set_network(kept.settings, exploded, None)
    assert said(reading, "predicted_digit_label") == "–"
    assert said(reading, "confidence_label") == ""
    assert "have exploded" in said(reading, "input_caption_label")
    assert not reading.findChild(QWidget, "why_button").isEnabled()
    assert reading.bars.predicted() is None


def test_a_picture_says_what_was_left_out(reading, tmp_path):
    image = Image.new("L", (420, 360), 250)
    draw_on = ImageDraw.Draw(image)
    draw_on.line([(150, 110), (250, 110), (190, 260)], 20, width=14, joint="curve")
    draw_on.rectangle((90, 60, 320, 310), outline=20, width=4)
    path = tmp_path / "seven.png"
    image.save(path)
    reading.show_file(path, read_picture(path))
    assert said(reading, "predicted_digit_label") == "7"
    caption = said(reading, "input_caption_label")
    assert caption.startswith("seven.png")
    assert "The frame around it was left out." in caption
    draw(reading, ONE)
    assert "frame" not in said(reading, "input_caption_label")
