"""How the parts of the drawing's card stand, for every room."""

import pytest

from gdstudio.app.labs.digits.drawing_card import arranged


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.75, 2.5])
@pytest.mark.parametrize("height", range(300, 1400, 110))
@pytest.mark.parametrize("width", range(240, 1800, 120))
def test_the_canvas_fits_its_card_and_leaves_room_for_the_answer_beside_it(width, height, scale):
    is_beside, side = arranged(width, height, scale)
    assert 0 < side <= width
    if is_beside:
        assert side <= height
        assert width - side >= 200 * scale
        assert side >= int(150 * scale)


def test_the_answer_stands_below_where_the_card_is_narrow_and_high_only():
    assert arranged(900, 800, 1.0).is_beside
    assert arranged(450, 430, 1.0).is_beside
    assert not arranged(420, 820, 1.0).is_beside
    assert not arranged(300, 640, 1.0).is_beside


def test_a_larger_room_never_has_a_smaller_canvas():
    for width in range(300, 1500, 50):
        sides = [arranged(width, height, 1.0).side for height in range(460, 1200, 20)]
        assert sides == sorted(sides)
