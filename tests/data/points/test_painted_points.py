"""Painting points: added, erased, undone step by step, and written so that they can be read."""

import pytest

from gdstudio.data.points.catalogue import PointsDataSettings, load_points
from gdstudio.data.points.painted import (
    Painting,
    as_painted,
    canonical_points,
    numbers_of_classes,
    points_text,
    read_points,
)
from gdstudio.data.points.point_set import MOST_POINTS
from gdstudio.errors import BadInput


def test_a_drag_is_undone_as_one_deed():
    painting = Painting()
    painting.begin()
    painting.add("A", 0.5, 0.25)
    painting.begin()
    for x in (1.0, 1.1, 1.2):
        painting.add("B", x, -1)
    assert painting.text == "A 0.5 0.25, B 1 -1, B 1.1 -1, B 1.2 -1"
    assert painting.undo()
    assert painting.text == "A 0.5 0.25"
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
    assert not painting.add("A", 1.001, 1.0)
    assert not painting.add("A", float("nan"), 1.0)
    assert not painting.can_undo


def test_points_are_written_as_they_are_read():
    text = "a −1.204 0.5,  B 3 -0"
    assert canonical_points(text) == "A -1.2 0.5, B 3 0"
    assert canonical_points(canonical_points(text)) == canonical_points(text)


def test_more_points_than_can_be_shown_are_refused_and_nothing_is_lost():
    full = read_points(", ".join(f"A {n % 100} {n // 100 / 100}" for n in range(MOST_POINTS)))
    painting = Painting(full)
    with pytest.raises(BadInput, match="erase some"):
        painting.add("B", -1, -1)
    assert painting.points == full


def test_a_point_can_have_a_number_in_place_of_a_class():
    painting = Painting(read_points("0.5 0 0, -2 0.1 0"))
    painting.begin()
    assert painting.add(0.754, 1, 1)
    assert not painting.add(0.75, 1, 1), "there is the same point already"
    assert painting.add(-0.0, 2, 2)
    assert painting.text == "0.5 0 0, -2 0.1 0, 0.75 1 1, 0 2 2"
    assert canonical_points(painting.text) == painting.text
    painting.begin()
    assert painting.erase(0, 0, 0.3) == 2
    assert painting.undo()
    assert painting.text == "0.5 0 0, -2 0.1 0, 0.75 1 1, 0 2 2"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A 0 0, 0.5 1 1", "give all of them the one or the other"),
        ("0.5 1", "is no point"),
        ("101 0 0", "within 100 of 0"),
        ("nan 0 0", "within 100 of 0"),
        ("1e999 0 0", "within 100 of 0"),
        ("1 0 1e5", "too far out"),
    ],
)
def test_numbers_that_cannot_be_used_get_a_sentence(text, sentence):
    with pytest.raises(BadInput, match=r"^[^\n]+\.$") as refused:
        read_points(text)
    assert sentence in str(refused.value)


def test_points_of_any_kind_become_painted_ones_and_a_few_numbers_classes_again():
    three = load_points(PointsDataSettings(dataset="three", points=9, test_share=0))
    assert numbers_of_classes(three) == {"A": -1, "B": 0, "C": 1}
    text = points_text(as_painted(three, with_numbers=True))
    numbers = load_points(PointsDataSettings(dataset="own-numbers", own_points=text, test_share=0))
    assert numbers.is_regression
    assert numbers.answers.tolist() == [-1, 0, 1] * 3
    back = points_text(as_painted(numbers, with_numbers=False))
    assert back == points_text(as_painted(three, with_numbers=False))
    line = load_points(PointsDataSettings(dataset="line"))
    with pytest.raises(BadInput, match="more different numbers"):
        as_painted(line, with_numbers=False)
    assert points_text(as_painted(line, with_numbers=True)).count(",") == len(line) - 1
