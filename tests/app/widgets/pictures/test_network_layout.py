"""Every neuron has its own place in the picture, and is found there again."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from gdstudio.app.widgets.pictures.network_layout import arrange

ROOM = QRectF(6, 6, 440, 300)


@pytest.mark.parametrize(
    "layers",
    [
        [(10, False)],
        [(20, False), (20, False), (10, False)],
        [(8, True), (64, False), (10, False)],
        [(1000, False), (5000, False), (10, False)],
        [(32, True), (700, True), (512, False), (10, False)],
        [(30, False)] * 12 + [(10, False)],
    ],
)
def test_places_do_not_overlap_and_lead_back_to_the_neuron(layers):
    layout = arrange(ROOM, layers)
    left = layout.image.right()
    for number, (column, (units, maps)) in enumerate(zip(layout.columns, layers, strict=True)):
        assert column.left >= left
        assert ROOM.adjusted(-1, -1, 1, 1).contains(column.frame)
        left = column.frame.right()
        assert column.shown == units or maps or units > 1000
        for unit in range(0, column.shown, max(column.shown // 50, 1)):
            assert layout.unit_at(column.box(unit).center()) == (number, unit)
        right, middle = column.points(np.array([column.shown - 1]), 1)[0]
        box = column.box(column.shown - 1)
        assert (right, middle) == pytest.approx((box.right(), box.center().y()))
    assert layout.unit_at(layout.image.center()) is None


def test_twenty_neurons_stand_in_one_column():
    for height in (190, 300, 700):
        layout = arrange(QRectF(0, 0, 440, height), [(20, False), (10, False)])
        assert [column.across for column in layout.columns] == [1, 1]


def test_the_arrows_lead_to_a_neighbour():
    layout = arrange(ROOM, [(20, False), (40, False), (10, False)])
    assert layout.next_to(0, 3, down=1, across=0) == (0, 4)
    assert layout.next_to(0, 0, down=-1, across=0) == (0, 0)
    assert layout.next_to(2, 9, down=0, across=1) == (2, 9)
    column, unit = layout.next_to(0, 10, down=0, across=1)
    heights = [layout.columns[n].box(k).center().y() for n, k in ((0, 10), (column, unit))]
    assert column == 1
    assert heights[0] == pytest.approx(heights[1], abs=layout.columns[1].pitch)
