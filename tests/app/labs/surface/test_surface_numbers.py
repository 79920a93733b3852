"""The numbers of Surface, where a lesson shows only some of them."""

from gdstudio.app.labs.surface.numbers import SurfaceNumbers


def test_the_gradient_alone_stays_as_high_as_its_text(qtbot):
    numbers = SurfaceNumbers()
    qtbot.addWidget(numbers)
    numbers.show_gradient((1.0, 1.0), 3.0, 1.0)
    numbers.step_card.hide()
    numbers.loss_card.hide()
    numbers.resize(300, 700)
    numbers.show()
    card = numbers.gradient_card
    qtbot.waitUntil(lambda: 0 < card.height() <= card.heightForWidth(card.width()))
    numbers.loss_card.show()
    qtbot.waitUntil(lambda: numbers.loss_card.geometry().bottom() >= numbers.height() - 2)
