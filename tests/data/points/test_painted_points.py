"""Painting points: added, erased, undone step by step, and written so that they can be read."""

import pytest

from gdstudio.data.points.painted import Painting, canonical_points, read_points
from gdstudio.data.points.point_set import MOST_POINTS
from gdstudio.errors import BadInput


def test_a_drag_is_undone_and_done_again_as_one_deed():
    painting = Painting()
    painting.begin()
    painting.add(0, 0.5, 0.25)
    painting.begin()
    for x in (1.0, 1.1, 1.2):
        painting.add(1, x, -1)
    assert painting.text == "A 0.5 0.25, B 1 -1, B 1.1 -1, B 1.2 -1"
    assert painting.undo()
    assert painting.text == "A 0.5 0.25"
    assert painting.can_redo
    assert painting.redo()
    assert len(painting.points) == 4
    assert painting.undo()
    assert painting.undo()
    assert not painting.can_undo
    assert not painting.undo()
    assert painting.points == ()


def test_the_eraser_takes_what_is_near_and_undo_brings_it_back():
    painting = Painting(read_points("A 0 0, B 0.1 0, A 2 2"))
    painting.begin()
    assert painting.erase(0, 0, 0.3) == 2
    assert painting.text == "A 2 2"
    assert painting.erase(0, 0, 0.3) == 0
    assert painting.undo()
    assert painting.text == "A 0 0, B 0.1 0, A 2 2"


def test_clear_and_replace_are_deeds():
    painting = Painting(read_points("A 0 0"))
    painting.clear()
    assert painting.points == ()
    painting.replace(read_points("B 1 1"))
    assert painting.undo()
    assert painting.undo()
    assert painting.text == "A 0 0"


def test_a_click_that_adds_nothing_is_nothing_to_undo():
    painting = Painting(read_points("A 1 1"))
    painting.begin()
    assert not painting.add(0, 1.001, 1.0)
    assert not painting.add(0, float("nan"), 1.0)
    assert not painting.can_undo


def test_points_are_written_as_they_are_read():
    text = "a −1.204 0.5,  B 3 -0"
    assert canonical_points(text) == "A -1.2 0.5, B 3 0"
    assert canonical_points(canonical_points(text)) == canonical_points(text)


def test_more_points_than_can_be_shown_are_refused_and_nothing_is_lost():
    full = read_points(", ".join(f"A {n % 100} {n // 100 / 100}" for n in range(MOST_POINTS)))
    painting = Painting(full)
    with pytest.raises(BadInput, match="erase some"):
        painting.add(1, -1, -1)
    assert painting.points == full
