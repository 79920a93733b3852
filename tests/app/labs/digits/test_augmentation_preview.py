"""The augmentation's dialog: what its sliders say is what the pictures show and the run obeys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QSlider

from gdstudio.app.labs.digits.setup import DigitsSetup
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.data.augmentation import AugmentationSettings
from gdstudio.data.catalogue import MNIST, load_images
from gdstudio.experiment.digits.experiment import DigitsSettings


@pytest.fixture
def panel(qtbot):
    """Return the set-up panel with its augmentation dialog open."""
    panel = DigitsSetup()
    qtbot.addWidget(panel)
    panel.augmentation.set_examples(lambda: load_images(MNIST).test.images.reshape(-1, 28, 28))
    panel.show()
    panel.augmentation.click()
    return panel


def press(panel, name):
    button = panel.augmentation.preview.findChild(QPushButton, name)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def pictures(panel):
    views = panel.augmentation.preview.findChildren(PixelView)
    return np.stack([view.image() for view in views]).reshape(len(views), 784)


def test_pictures_follow_the_sliders(panel):
    plain = load_images(MNIST).test.images[:20]
    np.testing.assert_array_equal(pictures(panel), plain)
    assert panel.augmentation.text() == "Augment: off"
    heard = QSignalSpy(panel.live_changed)
    panel.augmentation.preview.findChild(QSlider, "rotation_slider").setValue(500)
    assert panel.settings().augmentation == AugmentationSettings(rotation=22.5)
    assert heard.count() == 1
    turned = pictures(panel)
    # One may have drawn next to no angle.
    assert (turned != plain).any(axis=1).sum() >= 18
    assert panel.augmentation.text() == "Augment: on"
    assert "rotation" in panel.augmentation.toolTip()
    panel.augmentation.preview.findChild(QSlider, "rotation_slider").setValue(510)
    again = pictures(panel).astype(int)
    # The same picture turned a little more, not another variant.
    assert np.abs(again - turned).mean() < np.abs(again - plain).mean() / 3
    press(panel, "other_variants_button")
    assert (pictures(panel) != again).any(axis=1).sum() >= 18
    assert heard.count() == 2


def test_an_exact_number_is_typed_and_enter_leaves_the_dialog_open(panel):
    edit = panel.augmentation.preview.findChild(QLineEdit, "shear_edit")
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, "12.5")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert panel.settings().augmentation.shear == 12.5
    assert panel.augmentation.preview.isVisible()


def test_usual_amounts_and_none(panel):
    heard = QSignalSpy(panel.live_changed)
    press(panel, "usual_augmentation_button")
    usual = panel.settings().augmentation
    assert usual.build() is not None
    press(panel, "usual_augmentation_button")
    assert heard.count() == 1
    press(panel, "no_augmentation_button")
    assert panel.settings().augmentation == AugmentationSettings()
    assert heard.count() == 2
    np.testing.assert_array_equal(pictures(panel), load_images(MNIST).test.images[:20])


def test_settings_from_elsewhere_are_shown(panel):
    values = DigitsSettings.from_mapping({"noise": 30})
    panel.set_settings(values)
    assert panel.settings().augmentation.noise == 30
    assert "noise" in panel.augmentation.toolTip()
    assert (pictures(panel)[:, :28] > 0).mean() > 0.2
