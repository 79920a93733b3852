"""Every lab and page at many sizes of window and text: each layout comes to rest."""

import pytest
from layout_passes import LayoutPasses
from whole_window import WholeWindow

from gdstudio.app.theme import current_theme


@pytest.fixture(scope="module")
def whole(qapp, keep_running):
    whole = WholeWindow()
    with keep_running(whole.window):
        yield whole
    whole.close()


@pytest.fixture
def passes(qapp):
    counter = LayoutPasses()
    yield counter
    counter.close()


# A column whose scroll bar came and went trembled at a few heights only, one in a hundred.
@pytest.mark.parametrize(
    ("state", "scale", "width", "heights"),
    [
        ("slope", 1.75, 1364, range(700, 760, 2)),
        ("slope, two starts", 1.5, 1280, range(640, 800, 8)),
        ("surface", 1.25, 1280, range(640, 800, 8)),
        ("surface, race", 1.0, 1150, range(600, 800, 8)),
        ("surface, fog", 1.0, 1280, range(600, 800, 8)),
        ("houses", 1.25, 1280, range(700, 800, 5)),
        ("houses", 1.5, 1920, range(800, 860, 4)),
        ("houses, raw numbers", 1.0, 1280, range(620, 700, 4)),
        ("houses, a notice", 1.75, 1280, range(640, 800, 8)),
        ("digits, training", 1.0, 1150, range(700, 720, 1)),
        ("digits, step", 1.0, 1280, range(640, 800, 8)),
        ("digits, network", 1.0, 1280, range(640, 800, 8)),
        ("digits, a neuron", 1.25, 1280, range(640, 800, 8)),
        ("digits, neurons", 1.0, 1280, range(900, 924, 2)),
        ("digits, example", 1.0, 1280, range(640, 800, 8)),
        ("digits, gradient", 1.0, 1280, range(640, 800, 8)),
        ("digits, mistakes", 1.0, 1280, range(640, 800, 8)),
        ("digits, landscape", 1.0, 1280, range(640, 800, 8)),
    ],
)
def test_no_layout_answers_itself(whole, passes, state, scale, width, heights):
    current_theme().set_scale(scale)
    whole.show(state)
    endless = {}
    for height in (*heights, *reversed(heights)):
        if too_often := passes.resize(whole.window, width, height):
            endless[height] = too_often
    assert endless == {}
