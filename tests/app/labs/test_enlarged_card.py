"""One card in the whole window, and back at its place, in every lab."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from whole_window import rest, wait

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import ElidedLabel


@pytest.fixture(autouse=True)
def _small_again(whole):
    yield
    whole.window.current_lab.enlarged.give_back()


def cards(lab):
    """Return the cards in sight, from the largest to the smallest."""
    seen = [card for card in lab.columns.findChildren(Card) if card.isVisible()]
    return sorted(seen, key=lambda card: -card.width() * card.height())


def head(card):
    """Return the title of a card, where one double-clicks."""
    return next(one for one in card.findChildren(ElidedLabel) if one.isVisible())


def places(lab):
    """Return where all cards in sight are."""
    return {id(card): (card.mapTo(lab, QPoint()), card.size()) for card in cards(lab)}


@pytest.mark.parametrize(
    "state", ["slope", "surface", "houses", "points", "digits, training", "digits, example"]
)
def test_a_card_enlarges_by_a_double_click_on_its_head_and_returns_to_its_place(whole, state):
    whole.window.resize(1280, 720)
    whole.show(state)
    lab = whole.window.current_lab
    before = places(lab)
    assert before
    for card in (*cards(lab)[:2], *cards(lab)[-2:]):
        QTest.mouseDClick(head(card), Qt.MouseButton.LeftButton)
        assert lab.enlarged.card is card
        rest()
        # All of the window but the bar of the lab.
        assert card.visibleRegion().boundingRect().width() > 0.9 * whole.window.width()
        assert not lab.columns.isVisible()
        assert current_theme().scale >= current_theme().text_scale
        QTest.keyClick(whole.window.focusWidget(), Qt.Key.Key_Escape)
        assert lab.enlarged.card is None
        rest()
    assert places(lab) == before
    assert current_theme().scale == current_theme().text_scale == 1


def test_its_texts_and_lines_are_larger_and_the_choice_of_the_user_stays(whole):
    whole.show("slope")
    lab = whole.window.current_lab
    height = head(lab.progress.curve_card).font().pixelSize()
    width = lab.progress.plot._curve_item.opts["pen"].widthF()
    lab.enlarged.toggle()
    rest()
    assert lab.enlarged.card is lab.progress.curve_card
    assert head(lab.progress.curve_card).font().pixelSize() > height
    assert lab.progress.plot._curve_item.opts["pen"].widthF() > width
    assert whole.window._preferences.text_scale == 1
    # Larger text is still the user's to choose.
    current_theme().zoom_in()
    assert whole.window._preferences.text_scale == 1.1
    current_theme().zoom_reset()
    lab.enlarged.give_back()
    assert lab.progress.plot._curve_item.opts["pen"].widthF() == width


def test_labs_out_of_sight_are_left_alone(whole):
    whole.show("slope")
    arranged = []
    others = [lab for key, lab in whole.window.labs.items() if key != "slope"]
    for lab in others:
        lab.columns.height_changed.connect(arranged.append)
    whole.window.current_lab.enlarged.toggle()
    assert current_theme().magnification > 1
    whole.window.current_lab.enlarged.give_back()
    assert arranged == []
    for lab in others:
        lab.columns.height_changed.disconnect(arranged.append)


def test_it_goes_on_living_while_it_is_large(whole):
    whole.show("slope")
    lab = whole.window.current_lab
    QTest.keyClick(lab, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: lab.enlarged.card is not None)
    step = lab.runner.latest.snapshot.iteration
    # The bar of the lab is in reach, and so are its keys.
    assert lab.bar.run_button.isVisible()
    QTest.keyClick(lab, Qt.Key.Key_Period)
    wait(lambda: lab.runner.latest.snapshot.iteration == step + 1)
    button = lab.enlarged.findChild(QPushButton, "enlarged_back_button") or lab.enlarged.findChild(
        QToolButton, "enlarged_back_button"
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert lab.enlarged.card is None
    assert lab.columns.isVisible()


@pytest.mark.parametrize("page", ["plane", "numbers", "landscape"])
def test_a_page_of_points_is_drawn_on_while_its_card_is_large(whole, page):
    whole.show({"plane": "points"}.get(page, f"points, {page}"))
    lab = whole.window.current_lab
    card = {"plane": lab.page, "numbers": lab.numbers, "landscape": lab.landscape}[page].card
    lab.enlarge(card)
    rest()
    before = card.grab().toImage()
    for _ in range(10):
        step = lab.runner.latest.snapshot.iteration
        lab.step()
        wait(lambda step=step: lab.runner.latest.snapshot.iteration == step + 1)
    wait(lambda: not lab.background.is_busy)
    wait(lambda: card.grab().toImage() != before)
    assert card.is_enlarged


def test_a_drawing_stays_on_its_paper(whole):
    whole.show("digits, training")
    lab = whole.window.current_lab
    canvas = lab.findChild(QWidget, "drawing_canvas")
    canvas.set_strokes([[(30, 20), (30, 200), (90, 110)]])
    before, size = canvas.strokes()[0], canvas.size()
    lab.enlarged.toggle()
    rest()
    assert lab.enlarged.card.isAncestorOf(canvas)
    assert canvas.height() > size.height()
    large = canvas.strokes()[0]
    assert large.min() >= 0
    assert large[:, 0].max() <= canvas.width()
    assert np.ptp(large[:, 1]) > np.ptp(before[:, 1])
    lab.enlarged.give_back()
    rest()
    assert canvas.size() == size
    np.testing.assert_allclose(canvas.strokes()[0], before, atol=1e-6)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (1920, 1080), (900, 1000)])
def test_an_enlarged_canvas_is_a_square_with_its_answer_beside_it(whole, size):
    whole.show("digits, training")
    lab = whole.window.current_lab
    usual = whole.window.size()
    canvas, answer, bars = (
        lab.findChild(QWidget, name)
        for name in ("drawing_canvas", "predicted_digit_label", "prediction_bars")
    )
    lab.enlarged.take(lab.findChild(Card, "drawing_card"))
    try:
        # It follows the window, from a larger one, too.
        for now in ((1920, 1080), size):
            whole.window.resize(*now)
            rest()
        assert abs(canvas.width() - canvas.height()) <= 1
        assert canvas.height() > 0.4 * min(size)
        right = canvas.mapTo(lab, canvas.rect().topRight()).x()
        for widget in (canvas, answer, bars):
            assert widget.visibleRegion().boundingRect() == widget.rect()
            assert widget is canvas or widget.mapTo(lab, QPoint()).x() > right
    finally:
        lab.enlarged.give_back()
        whole.window.resize(usual)


def test_another_lab_or_page_takes_it_back(whole):
    whole.show("digits, network")
    lab = whole.window.current_lab
    lab.enlarged.toggle()
    assert not whole.window.findChild(QWidget, "lab_rail").isVisible()
    whole.window.show_lab("slope")
    assert lab.enlarged.card is None
    assert whole.window.findChild(QWidget, "lab_rail").isVisible()
    assert current_theme().magnification == 1


def test_a_setup_code_takes_it_back(whole):
    whole.show("points")
    lab = whole.window.current_lab
    lab.enlarged.toggle()
    assert lab.enlarged.card is not None
    whole.window.set_up(lab.scenario())
    assert lab.enlarged.card is None


def test_a_card_that_its_lab_hides_is_given_back(whole):
    whole.show("surface, fog")
    lab = whole.window.current_lab
    fog = next(card for card in cards(lab) if card.objectName() == "fog_card")
    lab.enlarge(fog)
    assert fog.is_enlarged
    whole.click(lab, "lift_fog_button")
    wait(lambda: lab.enlarged.card is None)
    assert lab.columns.isVisible()
    assert not fog.isVisible()


def test_the_menu_of_a_card_offers_it_first(whole):
    whole.show("slope")
    lab = whole.window.current_lab
    menu = lab.progress.curve_card._menu_button.menu()
    menu.aboutToShow.emit()
    action = menu.actions()[0]
    assert action.text() == "Enlarge"
    action.trigger()
    assert lab.progress.curve_card.is_enlarged
    menu.aboutToShow.emit()
    assert action.text() == "Back to its place"
    action.trigger()
    assert lab.enlarged.card is None
