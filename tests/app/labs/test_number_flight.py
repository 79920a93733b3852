"""After a single step what was the new value flies to where it is the value now."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.motion import MOTION
from gdstudio.app.widgets.tables.number_flight import NumberFlight
from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow

LABS = {
    "slope": (SlopeLab, "slope?function=x^2&start=2&learning_rate=0.8"),
    "houses": (HousesLab, "houses?learning_rate=0.05&intercept=0.45&slope=0.75"),
    "surface": (SurfaceLab, "surface?function=x^2+y^2&start_x=1&start_y=-2"),
    "points": (PointsLab, "points?dataset=circle&network=2"),
}


@pytest.fixture
def _watched(monkeypatch):
    monkeypatch.setattr(MOTION, "is_watched", True)


@pytest.fixture
def hand_on_lab(hand_on):
    """Set up the lab of a name, and return a hand on it."""

    def make(name):
        kind, code = LABS[name]
        hand = hand_on(kind)
        hand.begin(code)
        return hand

    return make


@pytest.fixture
def slope(hand_on_lab):
    return hand_on_lab("slope")


def flight_to(hand, name):
    """Return the flight of numbers to the table of this name."""
    over = hand.lab.numbers if name == "step_table" else hand.find("step_card")
    return over.findChild(NumberFlight, options=Qt.FindChildOption.FindDirectChildrenOnly)


def hold_flight(hand, name, milliseconds):
    """Hold the flight to a table at a moment of it; return the numbers that fly, and where."""
    flight = flight_to(hand, name)
    assert flight._glide.is_under_way
    flight._glide.pause()
    flight._glide.setCurrentTime(milliseconds)
    return dict(flight.places())


def box_of(hand, name, row, column, within):
    """Return where a cell of a table is in the pixels of `within`."""
    view = hand.find(name).view
    box = view.visualRect(view.model().index(row, column))
    return box.translated(view.viewport().mapTo(within, QPoint(0, 0)))


def is_painted_empty(hand, name, row, column):
    """Return whether nothing but its ground is painted in a cell."""
    view = hand.find(name).view
    box = view.visualRect(view.model().index(row, column))
    image = view.viewport().grab(box.adjusted(2, 2, -2, -2)).toImage()
    pixels = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
    return len(pixels) == 1


def step(hand):
    before = hand.snapshot.iteration
    hand.lab.step()
    hand.wait(lambda: hand.snapshot.iteration == before + 1)


@pytest.mark.usefixtures("_watched")
def test_the_new_number_flies_into_the_tables_which_say_it_at_once(slope):
    slope.step(1)
    column = slope.lab.numbers
    left = box_of(slope, "step_card_table", 0, 4, column)
    step(slope)
    # 2 − 0.8 · 4 = −1.2, and −1.2 + 0.8 · 2.4 = 0.72.
    assert slope.find("step_card_table").cell_text(0, 4) == "−0.43200"
    flying = hold_flight(slope, "step_table", 125)
    reached = box_of(slope, "step_table", 0, 1, column)
    assert list(flying) == ["0.720"]
    assert flying["0.720"].right() == pytest.approx((left.right() + reached.right()) / 2, abs=1)
    assert flying["0.720"].top() == pytest.approx((left.top() + reached.top()) / 2, abs=1)
    beside = hold_flight(slope, "step_card_table", 125)
    assert list(beside) == ["0.72000"]
    for name, text in (("step_table", "0.720"), ("step_card_table", "0.72000")):
        assert slope.find(name).cell_text(0, 1) == text
        assert is_painted_empty(slope, name, 0, 1)
    for name in ("step_table", "step_card_table"):
        flight_to(slope, name)._glide.resume()
    for name in ("step_table", "step_card_table"):
        slope.wait(flight_to(slope, name).isHidden)
    for name in ("step_table", "step_card_table"):
        assert not is_painted_empty(slope, name, 0, 1)


@pytest.mark.usefixtures("_watched")
def test_what_flies_takes_no_click(slope):
    step(slope)
    (box,) = hold_flight(slope, "step_table", 250 - 1).values()
    at = flight_to(slope, "step_table").mapTo(slope.lab, box.center())
    assert slope.lab.childAt(at) is slope.find("step_table").view.viewport()


@pytest.mark.usefixtures("_watched")
@pytest.mark.parametrize(
    "what_comes",
    [
        pytest.param(lambda slope: slope.click("reset_button"), id="reset"),
        pytest.param(lambda slope: slope.lab.runner.step(3), id="more steps"),
    ],
)
def test_numbers_land_at_once_where_something_else_comes(slope, what_comes):
    step(slope)
    flights = [flight_to(slope, name) for name in ("step_table", "step_card_table")]
    for name in ("step_table", "step_card_table"):
        hold_flight(slope, name, 100)
    fades = [slope.find(name)._fade for name in ("step_table", "step_card_table")]
    for fade in fades:
        fade.pause()
    what_comes(slope)
    slope.wait(lambda: all(flight.isHidden() for flight in flights))
    for name in ("step_table", "step_card_table"):
        assert not is_painted_empty(slope, name, 0, 1)
        assert slope.find(name)._cell.newness == 0


@pytest.mark.usefixtures("_watched")
@pytest.mark.parametrize(
    ("lab", "names"), [("houses", "ab"), ("surface", "xy"), ("points", ("w 1", "w 2", "b"))]
)
def test_each_new_value_flies_to_where_it_is_the_value(hand_on_lab, lab, names):
    hand = hand_on_lab(lab)
    table = hand.find("step_card_table")
    assert [table.cell_text(row, 0) for row in range(table.row_count())] == list(names)
    new = [table.table()[1][row][4] for row in range(len(names))]
    step(hand)
    flying = hold_flight(hand, "step_card_table", 200)
    assert list(flying) == [table.cell_text(row, 1) for row in range(len(names))]
    assert [table.table()[1][row][1] for row in range(len(names))] == pytest.approx(new)


@pytest.mark.usefixtures("_watched")
@pytest.mark.parametrize(("width", "is_turned"), [(400, False), (260, True)])
def test_only_a_number_that_came_true_flies(qtbot, width, is_turned):
    card = StepCard()
    qtbot.addWidget(card)
    card.resize(width, 240)
    card.show()
    qtbot.waitExposed(card)
    b = StepRow("b", -0.5, 2.25, -0.0225, -0.5225)
    card.set_steps([StepRow("a", 0.1879, 0.1669, -0.001669, 0.186231), b])
    QApplication.processEvents()
    card.set_steps([StepRow("a", 0.186231, 0.15, -0.0015, 0.184731), b], flies=True)
    flight = card.findChild(NumberFlight)
    ((text, _),) = flight.places()
    table = card.findChild(NumberTable, "step_card_table")
    assert text == table.cell_text(0, 1)
    assert (table.cell_text(0, 0) == "value") == is_turned
    assert text.startswith("0.1862")
    card.set_steps([StepRow("a", 0.184731, 0.15, -0.0015, 0.183231), b])
    assert flight.isHidden()


def test_numbers_land_where_the_card_becomes_so_narrow_that_it_is_turned(qtbot):
    card = StepCard()
    qtbot.addWidget(card)
    card.resize(400, 240)
    card.show()
    qtbot.waitExposed(card)
    card.set_steps([StepRow("a", 0.1879, 0.1669, -0.001669, 0.186231)])
    QApplication.processEvents()
    card.set_steps([StepRow("a", 0.186231, 0.15, -0.0015, 0.184731)], flies=True)
    flight = card.findChild(NumberFlight)
    flight._glide.pause()
    assert not flight.isHidden()
    card.resize(200, 240)
    QApplication.processEvents()
    assert card.findChild(NumberTable, "step_card_table").cell_text(0, 0) == "value"
    assert flight.isHidden()


def test_no_number_flies_where_a_program_looks(slope):
    step(slope)
    assert flight_to(slope, "step_table").isHidden()
    assert not is_painted_empty(slope, "step_table", 0, 1)
