"""The network as a diagram: pointed at, walked by keys, and changed by hand."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.export import save_picture
from gdstudio.app.widgets.pictures.network_diagram import (
    DiagramLayer,
    DiagramSpot,
    NetworkDiagram,
)

LEFT = Qt.MouseButton.LeftButton


def layers(*sizes, numbers=False):
    made = []
    for place, units in enumerate(sizes):
        before = sizes[place - 1]
        weights = np.arange(units * before, dtype=float).reshape(units, before) / 10 - 0.4
        made.append(
            DiagramLayer(
                names=("x", "y")[:units] if not place else tuple(f"n{i + 1}" for i in range(units)),
                pictures=np.full((units, 4, 4), 128, np.uint8),
                weights=weights if place else None,
                biases=np.linspace(-0.2, 0.3, units) if place else None,
                captions=(("z 0.10", "a 0.20"),) * units if numbers else (),
                texts=tuple(tuple(f"{w:.2f}" for w in row) for row in weights)
                if place and numbers
                else (),
            )
        )
    return made


@pytest.fixture
def diagram(qtbot):
    diagram = NetworkDiagram(name="neuron_tiles", empty_text="The network appears here.")
    diagram.resize(320, 260)
    qtbot.addWidget(diagram)
    diagram.show()
    diagram.show_network(layers(2, 3, 1))
    return diagram


def heard(signal):
    told = []
    signal.connect(lambda *what: told.append(what))
    return told


def at(diagram, *spot):
    return diagram.position(DiagramSpot(*spot)).toPoint()


def test_pointing_finds_neurons_and_connections(diagram):
    pointed = heard(diagram.pointed)
    QTest.mouseMove(diagram, at(diagram, 1, 2))
    QTest.mouseMove(diagram, at(diagram, 2, 0, 1))
    assert pointed == [(DiagramSpot(1, 2),), (DiagramSpot(2, 0, 1),)]
    assert diagram.accessibleDescription() == "Weight from n2 to n1: −0.3000"
    assert diagram.describe(DiagramSpot(1, 2)) == "n3, bias 0.3000"
    assert diagram.describe(DiagramSpot(0, 1)) == "y"


def test_dragging_a_connection_up_makes_its_weight_larger(diagram):
    changed, released, chosen = (
        heard(diagram.changed),
        heard(diagram.released),
        heard(diagram.chosen),
    )
    begun = at(diagram, 2, 0, 1)
    QTest.mousePress(diagram, LEFT, pos=begun)
    QTest.mouseMove(diagram, begun - QPoint(0, 20))
    QTest.mouseMove(diagram, begun - QPoint(0, 50))
    QTest.mouseRelease(diagram, LEFT, pos=begun - QPoint(0, 50))
    assert [spot for spot, _ in changed] == [DiagramSpot(2, 0, 1)] * 2
    assert [value for _, value in changed] == pytest.approx([-0.3 + 0.4, -0.3 + 1.0])
    assert len(released) == 1
    assert not chosen


def test_dragging_a_neuron_down_makes_its_bias_smaller_and_inputs_have_none(diagram):
    changed = heard(diagram.changed)
    for spot in ((1, 0), (0, 0)):
        begun = at(diagram, *spot)
        QTest.mousePress(diagram, LEFT, pos=begun)
        QTest.mouseMove(diagram, begun + QPoint(0, 10))
        QTest.mouseRelease(diagram, LEFT, pos=begun + QPoint(0, 10))
    assert changed == [(DiagramSpot(1, 0), pytest.approx(-0.4))]


def test_a_click_chooses_and_changes_nothing(diagram):
    changed, chosen = heard(diagram.changed), heard(diagram.chosen)
    QTest.mouseClick(diagram, LEFT, pos=at(diagram, 1, 1))
    assert chosen == [(DiagramSpot(1, 1),)]
    assert not changed


def test_the_keys_reach_every_neuron_and_every_connection(diagram, qtbot):
    diagram.setFocus()
    qtbot.waitUntil(diagram.hasFocus)
    changed, released = heard(diagram.changed), heard(diagram.released)
    QTest.keyClick(diagram, Qt.Key.Key_Down)
    assert diagram.spot == DiagramSpot(0, 0)
    seen = {diagram.spot}
    for _ in range(2):
        QTest.keyClick(diagram, Qt.Key.Key_Right)
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            for _ in range(8):
                seen.add(diagram.spot)
                QTest.keyClick(diagram, key)
        QTest.keyClick(diagram, Qt.Key.Key_Right)
        for _ in range(4):
            QTest.keyClick(diagram, Qt.Key.Key_Up)
        for _ in range(4):
            seen.add(diagram.spot)
            QTest.keyClick(diagram, Qt.Key.Key_Down)
    assert len([one for one in seen if one.source is not None]) == 9
    assert {(1, 0), (1, 1), (1, 2), (2, 0)} <= {
        (one.layer, one.unit) for one in seen if one.source is None
    }
    QTest.keyClick(diagram, Qt.Key.Key_Minus)
    QTest.keyClick(diagram, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert [value for _, value in changed] == pytest.approx([-0.3, -0.19])
    assert len(released) == 2


def test_numbers_that_are_not_written_are_told_of_what_is_pointed_at(diagram):
    bare = diagram.grab().toImage()
    diagram.show_network(layers(2, 3, 1, numbers=True), text_name="slope", is_written=False)
    assert diagram.grab().toImage() == bare
    assert diagram.describe(DiagramSpot(2, 0, 1)) == "Weight from n2 to n1: −0.3000, slope -0.30"
    assert diagram.describe(DiagramSpot(1, 2)) == "n3, bias 0.3000; z 0.10; a 0.20"
    diagram.show_network(layers(2, 3, 1, numbers=True))
    assert diagram.grab().toImage() != bare
    assert diagram.describe(DiagramSpot(1, 2)) == "n3, bias 0.3000"


def test_numbers_stand_on_the_connections_without_covering_each_other(diagram):
    diagram.resize(500, 440)
    for sizes in ((2, 3, 1), (2, 7, 1), (2, 4, 2, 1), (2, 3, 3)):
        diagram.show_network(layers(*sizes, numbers=True))
        diagram.grab()
        places = list(diagram._arranged().text_places().values())
        boxes = [(point.x(), point.y()) for point in places]
        touching = [
            (one, other)
            for n, one in enumerate(boxes)
            for other in boxes[:n]
            if abs(one[0] - other[0]) < 30 and abs(one[1] - other[1]) < 10
        ]
        assert not touching, sizes


def test_eight_neurons_in_four_layers_fit_in_light_and_dark_and_large_text(diagram):
    diagram.show_network(layers(2, 8, 8, 8, 8, 1))
    for scale in (1.0, 1.75):
        current_theme().set_scale(scale)
        for dark in (False, True):
            current_theme().set_dark(dark)
            diagram.resize(diagram.minimumSizeHint().expandedTo(diagram.size()))
            diagram.grab()
            tiles = [tile for column in diagram._arranged().tiles for tile in column]
            assert all(diagram.rect().contains(tile.toRect()) for tile in tiles)
            for column in diagram._arranged().tiles:
                for above, below in itertools.pairwise(column):
                    assert above.bottom() < below.top()


def test_it_is_saved_as_a_picture(diagram, tmp_path):
    diagram.show_network(layers(2, 3, 1, numbers=True))
    for ending in ("png", "svg"):
        path = tmp_path / f"network.{ending}"
        save_picture(diagram, path)
        assert path.stat().st_size > 1000
