"""The Neurons page on real networks: its tiles are the weights, its sums the network's own."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from gdstudio.app.labs.digits.inside.neurons_page import NeuronsPage
from gdstudio.app.widgets.pictures.pixel_view import PixelView
from gdstudio.app.widgets.pictures.tile_gallery import TileGallery
from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import number_text
from gdstudio.storage.network_file import load_shipped_reader

LEFT = Qt.MouseButton.LeftButton
DENSE = NetworkSettings(network="20, 20", activation="sigmoid", loss="squared-error")


class PageDriver:
    """A hand on the page, and the network it looks at."""

    def __init__(self, page, settings, parameters):
        self.page, self.settings, self.network = page, settings, settings.build()
        self.parameters = parameters
        test, _ = load_test_images("mnist")
        self.picture = test.images[0].reshape(28, 28)

    def show(self, *, drawn=True):
        self.page.show_moment(
            Moment(
                settings=self.settings,
                network=self.network,
                parameters=self.parameters,
                unedited=self.parameters,
                picture=self.picture if drawn else None,
                wanted=None,
                dataset="mnist",
                source="this network at step 0",
                step=0,
                is_now=True,
                running=False,
            )
        )

    def find(self, kind, name):
        found = self.page.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def gallery(self, which="weights"):
        return self.find(TileGallery, f"neuron_{which}_grid")

    def choose_layer(self, place):
        self.find(QComboBox, "neurons_layer_combo").setCurrentIndex(place)

    def click_tile(self, tile):
        gallery = self.gallery()
        QTest.mouseClick(gallery, LEFT, pos=gallery.tile_box(tile).center().toPoint())

    def text(self, name):
        return self.find(QLabel, name).text()


@pytest.fixture
def driver_of(qtbot):
    pages = []

    def make(settings=DENSE, parameters=None, **shown):
        page = NeuronsPage(lambda *_args, **_options: None)
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(560, 900)
        page.show()
        qtbot.waitExposed(page)
        if parameters is None:
            parameters = settings.build().initial_parameters(np.random.default_rng(2))
        driver = PageDriver(page, settings, parameters)
        driver.show(**shown)
        return driver

    yield make
    for page in pages:
        page.close_page()


def test_a_clicked_tile_is_enlarged_with_its_numbers(driver_of):
    driver = driver_of()
    assert driver.gallery().count() == 20
    driver.click_tile(13)
    weights = driver.network.first_pictures(driver.parameters)[13]
    assert driver.find(PixelView, "enlarged_weights_view").image() == pytest.approx(weights)
    ink = weights * (driver.picture / 255)
    assert driver.find(PixelView, "enlarged_ink_view").image() == pytest.approx(ink, abs=1e-6)
    shown = driver.text("enlarged_sum_label")
    total = number_text(float(ink.sum()), 3, sign=True)
    assert shown.startswith(f"Sum {total}, with the bias 0: z = {total}, and it says 0.")
    row, column = np.unravel_index(weights.argmax(), (28, 28))
    assert f"at row {row + 1}, column {column + 1}; smallest" in driver.text(
        "enlarged_weights_label"
    )
    value = number_text(float(weights[4, 9]), sign=True)
    assert driver.gallery().value_text(13, 4, 9) == (
        f"neuron 14 of layer 1, row 5, column 10: weight {value}"
    )
    QTest.keyClick(driver.gallery(), Qt.Key.Key_Left)
    assert driver.gallery("ink").chosen() == 12


def test_a_neuron_that_is_clicked_or_entered_is_told_by_number_and_layer(driver_of):
    driver = driver_of()
    chosen = []
    driver.page.neuron_chosen.connect(lambda *one: chosen.append(one))
    driver.click_tile(13)
    QTest.keyClick(driver.gallery(), Qt.Key.Key_Left)
    assert chosen == [(14, 1)]  # who walks has not answered
    QTest.keyClick(driver.gallery(), Qt.Key.Key_Return)
    driver.find(QComboBox, "neurons_layer_combo").setCurrentIndex(1)
    driver.click_tile(2)
    assert chosen == [(14, 1), (13, 1), (3, 2)]


def test_deeper_layers_say_that_only_the_linear_part_is_shown(driver_of):
    driver = driver_of()
    driver.choose_layer(2)
    first, second, third = driver.network.matrices(driver.parameters)
    driver.click_tile(7)
    product = third[:, :-1] @ second[:, :-1] @ first[:, :-1]
    shown = driver.find(PixelView, "enlarged_weights_view").image()
    assert shown.reshape(-1) == pytest.approx(product[7], abs=1e-5)
    assert "linear part only" in driver.text("neurons_explanation_label")
    assert "with activations and biases z = " in driver.text("enlarged_sum_label")


def test_it_follows_the_training(driver_of):
    driver = driver_of()
    driver.click_tile(5)
    driver.parameters = driver.parameters + np.float32(0.5)
    driver.show()
    weights = driver.network.first_pictures(driver.parameters)[5]
    assert driver.find(PixelView, "enlarged_weights_view").image() == pytest.approx(weights)


def test_filters_have_kernels_and_maps(driver_of):
    reader = load_shipped_reader()
    driver = driver_of(reader.settings, reader.parameters)
    combo = driver.find(QComboBox, "neurons_layer_combo")
    for place in range(combo.count()):
        driver.choose_layer(place)
        assert driver.gallery().count() == driver.gallery("ink").count() > 0
        assert not driver.page.grab().isNull()
    settings = NetworkSettings(network="conv 6x5x5", activation="relu", loss="cross-entropy")
    driver = driver_of(settings)
    driver.click_tile(2)
    assert driver.find(PixelView, "enlarged_weights_view").image().shape == (5, 5)
    shown = driver.find(PixelView, "enlarged_ink_view").image()
    assert shown.shape == (24, 24)
    row, column = np.unravel_index(shown.argmax(), shown.shape)
    assert driver.text("enlarged_sum_label") == (
        f"Responds most, {number_text(shown.max(), 3)}, at row {row + 1}, column {column + 1}."
    )


def test_many_neurons_are_shown_in_turn_and_large_networks_in_the_background(driver_of, qtbot):
    settings = NetworkSettings(network="1500, 1500", activation="relu", loss="cross-entropy")
    driver = driver_of(settings, drawn=False)
    driver.choose_layer(1)
    qtbot.waitUntil(lambda: driver.gallery().count() == 60, timeout=10_000)
    assert driver.text("neurons_range_label") == "1–60"
    QTest.mouseClick(driver.find(QWidget, "neurons_next_button"), LEFT)
    assert driver.text("neurons_range_label") == "61–120"
    first, second, _ = driver.network.matrices(driver.parameters)
    expected = (second[60, :-1] @ first[:, :-1]).reshape(28, 28)
    view = driver.find(PixelView, "enlarged_weights_view")
    qtbot.waitUntil(lambda: np.allclose(view.image(), expected, atol=1e-5), timeout=10_000)
    chosen = []
    driver.page.neuron_chosen.connect(lambda *one: chosen.append(one))
    driver.click_tile(2)
    assert chosen == [(63, 2)]
    assert driver.gallery("ink").count() == 0
    assert not driver.find(QLabel, "enlarged_sum_label").isVisible()
