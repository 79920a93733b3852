"""The Network page on real networks: the sums it tells, and edits that change the answers."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QSlider, QWidget

from gdstudio.app.labs.digits.inside.network.network_page import NetworkPage
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.network_picture import NetworkPicture, Spot
from gdstudio.app.widgets.tables.sum_view import SumView
from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.edits import ShiftBias, SwitchOff, apply_edits
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.storage.network_file import load_shipped_reader

LEFT = Qt.MouseButton.LeftButton
DENSE = NetworkSettings(network="20, 20", activation="sigmoid", loss="squared-error")
FILTERS = NetworkSettings(network="conv 4x5x5, pool 2, 12", activation="relu", loss="cross-entropy")


class PageDriver:
    """A page, the network it looks at, and a hand on both; edits are applied as the lab does."""

    def __init__(self, page, settings, parameters):
        self.page, self.settings = page, settings
        self.network, self.parameters = settings.build(), parameters
        self.edits, self.picture, self.said = (), None, []
        page.edits_changed.connect(self.apply)

    def apply(self, edits):
        self.said.append(edits)
        self.edits = edits
        self.show()

    def show(self, picture=None):
        self.picture = self.picture if picture is None else picture
        self.page.show_moment(
            Moment(
                settings=self.settings,
                network=self.network,
                parameters=apply_edits(self.network, self.parameters, self.edits),
                unedited=self.parameters,
                picture=self.picture,
                wanted=None,
                dataset="mnist",
                source="this network at step 0",
                step=0,
                is_now=True,
                running=False,
            )
        )

    def point(self, column, unit, *, press=False):
        """Move the mouse to a neuron, and click it."""
        QApplication.processEvents()  # what moves by itself has done so
        picture = self.find(NetworkPicture, "network_picture")
        place = picture.position(Spot(column, unit)).toPoint()
        QTest.mouseMove(picture, place + QPoint(1, 0))
        QTest.mouseMove(picture, place)
        if press:
            QTest.mouseClick(picture, LEFT, pos=place)

    def find(self, kind, name):
        found = self.page.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def type(self, name, text):
        edit = self.find(QLineEdit, name)
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def click(self, name):
        QTest.mouseClick(self.find(QWidget, name), LEFT)

    def text(self, name):
        return self.find(QLabel, name).text()

    def sum(self):
        return self.find(SumView, "neuron_sum_view").sum()

    def outputs(self):
        return self.page.view.trace.outputs


@pytest.fixture
def driver_of(qtbot):
    pages = []

    def make(settings=DENSE, parameters=None, *, index=0):
        page = NetworkPage(lambda *_args, **_options: None)
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(560, 1000)
        page.show()
        qtbot.waitExposed(page)
        if parameters is None:
            rng = np.random.default_rng(2)
            parameters = settings.build().initial_parameters(rng)
            parameters += rng.normal(0, 0.1, parameters.size).astype(np.float32)
            parameters.flags.writeable = False
        driver = PageDriver(page, settings, parameters)
        test, _ = load_test_images("mnist")
        driver.show(test.images[index].reshape(28, 28))
        return driver

    yield make
    for page in pages:
        page.close_page()


def test_hovering_tells_the_sum_as_one_would_reckon_it(driver_of):
    driver = driver_of()
    driver.point(1, 6)
    first, second, _ = driver.network.matrices(driver.parameters.astype(float))
    ink = driver.picture.reshape(-1) / 255
    below = 1 / (1 + np.exp(-(first[:, :-1] @ ink + first[:, -1])))
    products = second[6, :-1] * below
    z = products.sum() + second[6, -1]
    shown = driver.sum()
    order = np.argsort(-np.abs(products))
    assert [line.name for line in shown.lines] == [f"neuron {n + 1}" for n in order[:6]]
    assert [line.product for line in shown.lines] == pytest.approx(products[order[:6]], rel=1e-4)
    assert (shown.others, shown.origin) == (14, "layer 1")
    assert shown.others_sum == pytest.approx(products[order[6:]].sum(), rel=1e-3)
    assert shown.bias == pytest.approx(second[6, -1])
    assert shown.total == pytest.approx(z, rel=1e-4)
    assert shown.activation == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-4)
    text = driver.find(SumView, "neuron_sum_view").text()
    assert "14 more inputs together" in text
    assert "activation σ(z) =" in text


def test_a_neuron_that_is_clicked_or_entered_is_told_by_number_and_layer(driver_of):
    driver = driver_of()
    chosen = []
    driver.page.neuron_chosen.connect(lambda *one: chosen.append(one))
    driver.point(1, 6)
    assert chosen == []
    driver.point(1, 6, press=True)
    picture = driver.find(QWidget, "network_picture")
    QTest.keyClick(picture, Qt.Key.Key_Left)  # who walks has not answered
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert [layer for _, layer in chosen] == [2, 1]
    assert chosen[0] == (7, 2)


def test_a_pixel_has_its_name_and_the_place_of_a_filter_is_told(driver_of):
    driver = driver_of(FILTERS)
    driver.page._picture.walked.emit(Spot(0, 2))
    trace = driver.page.view.trace
    maps = trace.layers[0].sums.reshape(24, 24, 4)[..., 2]
    activations = np.maximum(maps, 0)
    assert driver.sum().activation == pytest.approx(activations.max())
    row, column = np.unravel_index(activations.argmax(), (24, 24))
    assert f"row {row + 1}, column {column + 1}" in driver.page._neuron.accessibleName()
    assert driver.sum().lines[0].name.startswith("pixel row ")


def test_click_pins_and_escape_lets_go(driver_of):
    driver = driver_of()
    off = driver.find(QCheckBox, "edit_off_check")
    driver.point(0, 3, press=True)
    assert off.isVisible()
    driver.point(1, 1)
    assert driver.page._neuron.accessibleName() == "Neuron 4 of layer 1", "pinned"
    picture = driver.find(NetworkPicture, "network_picture")
    QTest.keyClick(picture, Qt.Key.Key_Down)
    assert driver.page._neuron.accessibleName() == "Neuron 5 of layer 1"
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert driver.page._neuron.accessibleName() == "Neuron 5 of layer 2"
    QTest.keyClick(picture, Qt.Key.Key_Escape)
    assert not off.isVisible()
    assert driver.sum() is None
    QTest.keyClick(picture, Qt.Key.Key_Left)
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert off.isVisible()


def test_edits_change_the_answer_and_undo_all_brings_it_back(driver_of, qtbot):
    reader = load_shipped_reader()
    driver = driver_of(reader.settings, reader.parameters)
    before = driver.outputs().tobytes()
    answer = int(driver.outputs().argmax())
    assert answer == 7
    last = len(driver.page.view.layers) - 1
    number = len(driver.network.layers)
    driver.point(last, 7, press=True)
    driver.type("edit_bias_edit", "-2.5")
    assert driver.edits == (ShiftBias(number, 7, -2.5),)
    assert driver.sum().bias == pytest.approx(
        driver.network.matrices(reader.parameters)[-1][7, -1] - 2.5, rel=1e-4
    )
    driver.find(QCheckBox, "edit_off_check").click()
    assert driver.edits[-1] == SwitchOff(number, 7)
    assert driver.outputs()[7] < 1e-6
    assert driver.outputs().argmax() != 7
    assert driver.text("edits_label").splitlines() == [
        "output 7: switched off",
        "output 7: bias −2.50",
    ]
    assert driver.text("edited_answer_label").startswith("Answer to this input: 7 (")
    qtbot.waitUntil(lambda: "points" in driver.text("edited_accuracy_label"), timeout=60_000)
    # A reader that never says 7 misses all sevens: 1,028 of 10,000, and few are lost else.
    shown = driver.text("edited_accuracy_label")
    accuracy = [float(part.split(" %")[0].split()[-1]) for part in shown.split("→")]
    assert 9 < accuracy[0] - accuracy[1] < 11
    assert shown.endswith("on 10,000 test images")
    driver.click("undo_edit_button")
    assert driver.edits == (ShiftBias(number, 7, -2.5),)
    driver.click("undo_all_edits_button")
    assert driver.edits == ()
    assert driver.outputs().tobytes() == before
    assert not driver.find(QWidget, "edits_card").isVisible()


def test_scaling_the_strongest_weight(driver_of):
    driver = driver_of()
    driver.point(1, 6, press=True)
    strongest = driver.sum().lines[0]
    driver.type("edit_scale_edit", "0")
    edit = driver.edits[0]
    assert f"neuron {edit.weight + 1}" == strongest.name
    assert strongest.name not in [line.name for line in driver.sum().lines]
    # The slider stays on that weight, though it is the strongest no longer.
    driver.type("edit_scale_edit", "2")
    assert driver.edits[0].weight == edit.weight
    assert driver.sum().lines[0].product == pytest.approx(2 * strongest.product, rel=1e-4)
    driver.type("edit_scale_edit", "1")
    assert driver.edits == ()


def test_the_edits_of_another_network_are_dropped(driver_of):
    driver = driver_of()
    driver.page.controller.make(SwitchOff(1, 19))
    driver.page.controller.make(ShiftBias(1, 2, 1.0))
    driver.settings = NetworkSettings(network="5", activation="sigmoid", loss="squared-error")
    driver.network = driver.settings.build()
    driver.parameters = driver.network.initial_parameters(np.random.default_rng(0))
    driver.edits = ()
    driver.show()
    assert driver.said[-1] == ()
    assert not driver.find(QWidget, "edits_card").isVisible()
    assert len(driver.page.view.layers) == 2


def test_the_slider_says_how_many_connections(driver_of):
    driver = driver_of()
    driver.find(QSlider, "connections_slider").setValue(0)
    assert [len(wires.strengths) for wires in driver.page.view.wires] == [0, 0, 0]
    driver.type("connections_edit", "55")
    assert [len(wires.strengths) for wires in driver.page.view.wires] == [55, 55, 55]


def test_a_wave_runs_once_and_nothing_drawn_says_what_to_do(driver_of, qtbot):
    driver = driver_of()
    picture = driver.find(NetworkPicture, "network_picture")
    qtbot.waitUntil(lambda: not picture.is_waving, timeout=10_000)
    driver.click("wave_button")
    assert picture.is_waving
    picture.grab()
    qtbot.waitUntil(lambda: not picture.is_waving, timeout=10_000)
    driver.page.show_moment(
        Moment(**{**vars(driver.page.view.moment), "picture": None, "wanted": None})
    )
    assert driver.page.view is None
    assert not driver.find(QWidget, "wave_button").isEnabled()
    assert not picture.grab().isNull()


@pytest.mark.parametrize(
    "text", ["", "300, 5000", "conv 70x5x5, 700", "5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5"]
)
def test_every_network_can_be_shown_and_walked(driver_of, qtbot, text):
    settings = NetworkSettings(network=text, activation="tanh", loss="cross-entropy")
    driver = driver_of(settings)
    qtbot.waitUntil(lambda: driver.page.view is not None, timeout=10_000)
    picture = driver.find(NetworkPicture, "network_picture")
    for dark in (True, False):
        current_theme().set_dark(dark)
        for column in range(len(driver.page.view.layers)):
            driver.page._picture.walked.emit(Spot(column, 0))
            assert not picture.grab().isNull()
    pixel = picture._arranged().image.topLeft() + QPointF(1, 1)
    assert picture.text_at(pixel) == "pixel row 1, column 1: 0 of 255 = 0.000"


@pytest.mark.filterwarnings("ignore:.*encountered in:RuntimeWarning")
@pytest.mark.parametrize("size", [1e17, np.inf, np.nan])
def test_a_network_that_exploded_is_painted_all_the_same(driver_of, qtbot, size):
    settings = NetworkSettings(network="20, 20", activation="identity", loss="cross-entropy")
    signs = np.random.default_rng(0).choice([-1, 1], settings.build().size)
    with qtbot.captureExceptions() as raised:
        driver = driver_of(settings, (size * signs).astype(np.float32))
        assert not driver.page.grab().isNull()
    assert not raised
