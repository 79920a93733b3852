"""Digits beside the guide: the canvas is square and large, and its answer stands beside it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from whole_window import guided_window, rest, wait

from gdstudio.app.labs.digits.inside.tabs import TRAINING
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.pictures.tile_gallery import TileGallery

LEFT = Qt.MouseButton.LeftButton
ANSWER = ("predicted_digit_label", "network_input_view", "prediction_bars")
SEVEN = [[(80, 60), (200, 60), (120, 230)], [(90, 140), (180, 140)]]


@pytest.fixture(scope="module")
def window(qapp, keep_running, tmp_path_factory):
    kept = tmp_path_factory.mktemp("kept") / "lessons.json"
    with guided_window(kept, (1440, 900), ("digits",)) as window, keep_running(window):
        yield window


@pytest.fixture
def lab(window):
    """Return Digits, as the guide leads there; at the end the window is as before."""
    lab = window.labs["digits"]
    yield lab
    current_theme().set_scale(1.0)
    lab.inside.tabs.strip.choose(TRAINING)  # what is out of sight has the size of text before
    window.guide._set_everything(False)
    window.resize(1440, 900)
    rest()


def lead(window, chapter, step):
    """Open the guide at a step of a chapter, unless it is there already."""
    guide, place = window.guide, f"{chapter} {step}"
    if window.property("place") == place:  # to set it up takes longest
        rest()
        return
    window.setProperty("place", place)
    guide.open()
    guide.progress.places.clear()
    guide.lessons.choose(chapter)
    wait(lambda: not guide.background.is_busy and guide.guide.has_begun)
    if step:
        guide._enter(sets_up=guide.guide.go(step), focus=True)
        wait(lambda: not guide.background.is_busy and guide.guide.has_begun)
    rest()


def box(lab, name):
    """Return where what is called so is in the lab."""
    widget = lab.findChild(QWidget, name)
    assert widget.isVisible(), name
    return QRect(widget.mapTo(lab, QPoint()), widget.size())


def is_seen_whole(lab, name):
    widget = lab.findChild(QWidget, name)
    return widget.visibleRegion().boundingRect() == widget.rect()


def side(lab):
    """Return the side of the canvas, which is a square."""
    canvas = box(lab, "drawing_canvas")
    assert abs(canvas.width() - canvas.height()) <= 1
    return min(canvas.width(), canvas.height())


@pytest.mark.parametrize(
    ("size", "scale", "least"),
    [
        ((1440, 900), 1.0, 560),
        ((1366, 768), 1.0, 560),
        ((1280, 720), 1.0, 350),
        ((1920, 1080), 1.0, 880),
        ((1440, 900), 1.75, 300),
    ],
)
@pytest.mark.parametrize(("chapter", "step"), [("06-16330-numbers", 0), ("08-yours", 1)])
def test_what_a_step_of_drawing_needs_fills_the_window(
    window, lab, chapter, step, size, scale, least
):
    window.resize(*size)
    current_theme().set_scale(scale)
    lead(window, chapter, step)
    assert side(lab) >= least
    canvas = box(lab, "drawing_canvas")
    assert is_seen_whole(lab, "drawing_canvas")
    for name in ANSWER:
        answer = box(lab, name)
        assert answer.left() > canvas.right(), name
        assert answer.top() < canvas.bottom(), name
        assert is_seen_whole(lab, name) or scale > 1, name
    # Nothing is empty at the right of it.
    assert box(lab, "drawing_card").right() > lab.width() - 40


@pytest.mark.parametrize("scale", [1.0, 1.75])
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1280, 720), (1920, 1080)])
@pytest.mark.parametrize("everything", [False, True])
def test_the_canvas_is_square_also_beside_what_else_is_lit(window, lab, everything, size, scale):
    window.resize(*size)
    current_theme().set_scale(scale)
    lead(window, "06-16330-numbers", 1)
    window.guide._set_everything(everything)
    rest()
    assert side(lab) >= 230 * scale
    if size[1] >= 900 and scale == 1 and not everything:
        assert side(lab) >= 360
        assert all(is_seen_whole(lab, name) for name in ("drawing_canvas", *ANSWER))


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1920, 1080)])
def test_enlarged_beside_the_guide_all_of_the_answer_is_in_sight(window, lab, size):
    window.resize(*size)
    lead(window, "08-yours", 1)
    lab.show_one()  # with its right answer: the arithmetic of its loss stands below the bars
    wait(lambda: lab.reading.bars.loss_text() != "")
    lab.enlarged.take(lab.findChild(QWidget, "drawing_card"))
    rest()
    try:
        assert side(lab) >= 400
        for name in ("drawing_canvas", *ANSWER):
            assert is_seen_whole(lab, name), name
            assert name == "drawing_canvas" or box(lab, name).left() > side(lab)
    finally:
        lab.enlarged.give_back()
        lab.reading.clear()


def test_another_size_of_the_canvas_is_the_same_drawing(window, lab):
    lead(window, "06-16330-numbers", 0)
    reading = lab.reading
    wait(lambda: reading.answerer is not None)
    large = side(lab)
    reading.canvas.set_strokes(SEVEN)
    reading.refresh()
    before, drawn = reading.picture.copy(), reading.canvas.strokes()
    outputs = reading.bars.table()[1]
    window.guide._set_everything(True)
    rest()
    small = side(lab)
    assert small < 0.6 * large
    for one, other in zip(reading.canvas.strokes(), drawn, strict=True):
        np.testing.assert_allclose(one / small, other / large, atol=1e-9)
    reading.refresh()
    assert np.array_equal(reading.picture, before)
    assert reading.bars.table()[1] == outputs
    window.guide._set_everything(False)
    rest()
    assert side(lab) == large
    np.testing.assert_allclose(reading.canvas.strokes()[0], drawn[0], atol=1e-9)
    reading.clear()


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
@pytest.mark.parametrize("step", [0, 1])
def test_nothing_moves_while_one_draws(window, lab, size, step):
    window.resize(*size)
    lead(window, "06-16330-numbers", step)
    lab.reading.clear()
    rest()
    canvas = lab.reading.canvas
    names = ("drawing_canvas", *ANSWER, "why_button")
    before = {name: box(lab, name) for name in names}
    QTest.mousePress(canvas, LEFT, pos=QPoint(60, 60))
    for x in range(60, 180, 20):
        QTest.mouseMove(canvas, QPoint(x, x))
        rest(1)
        assert {name: box(lab, name) for name in names} == before
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(180, 180))
    rest()
    assert {name: box(lab, name) for name in names} == before
    lab.reading.clear()


@pytest.mark.parametrize(
    ("size", "factor"), [((1440, 900), 5), ((1366, 768), 4), ((1280, 720), 3), ((1920, 1080), 7)]
)
def test_the_pictures_of_the_neurons_fill_their_page(window, lab, size, factor):
    window.resize(*size)
    lead(window, "07-learning", 7)
    gallery = lab.findChild(TileGallery, "neuron_weights_grid")
    wait(lambda: gallery.shown_count() == 20)
    rest()
    # Each weight is a square of `factor` pixels a side, and all twenty are in sight.
    wait(lambda: gallery.tile_box(0).width() == 28 * factor)
    rest()
    boxes = [gallery.tile_box(tile) for tile in range(20)]
    assert {(one.width(), one.height()) for one in boxes} == {(28 * factor, 28 * factor)}
    assert is_seen_whole(lab, "neuron_weights_grid")
    assert all(gallery.rect().contains(one.toRect()) for one in boxes)
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)
    # A smaller window has smaller ones; beside the other cards they have their usual size.
    window.resize(1280, 720)
    wait(lambda: gallery.tile_box(0).width() == 28 * 3)
    window.guide._set_everything(True)
    wait(lambda: gallery.tile_box(0).width() < 28 * 2.5)
