"""What is scrolled to can be seen: whole where there is room for it, else from its top."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.widgets.scroll_area import ScrollArea, scroll_to

ROOM = 200


@pytest.fixture
def place(qtbot):
    """Return what holds a scroll area of some height, the area, and what is in it."""
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    within = QWidget()
    qtbot.addWidget(within)
    outer = QVBoxLayout(within)
    outer.setContentsMargins(0, 0, 0, 0)
    area = ScrollArea(content)
    outer.addWidget(area)
    for height in (500, 100, 600, 500):
        part = QWidget()
        part.setFixedHeight(height)
        column.addWidget(part)
    within.resize(300, ROOM)
    within.show()
    qtbot.waitExposed(within)
    return within, area, [column.itemAt(index).widget() for index in range(4)]


def seen_from(area, part):
    """Return how far below the top of what is seen a part begins and ends."""
    top = part.mapTo(area.viewport(), QPoint()).y()
    return top, top + part.height()


@pytest.mark.parametrize("before", [0, 2000], ids=["down", "up"])
def test_what_there_is_room_for_is_seen_whole(place, before):
    within, area, (_, low, _, _) = place
    area.verticalScrollBar().setValue(before)
    scroll_to(low, within)
    top, end = seen_from(area, low)
    assert 0 <= top < end <= area.viewport().height()


@pytest.mark.parametrize("before", [0, 2000], ids=["down", "up"])
def test_of_what_is_higher_the_top_is_seen(place, before):
    within, area, (_, _, high, _) = place
    area.verticalScrollBar().setValue(before)
    scroll_to(high, within)
    assert 0 <= seen_from(area, high)[0] < ROOM / 4


def test_what_is_seen_stays_where_it_is(place):
    within, area, (_, low, _, _) = place
    area.verticalScrollBar().setValue(450)
    scroll_to(low, within)
    assert area.verticalScrollBar().value() == 450
