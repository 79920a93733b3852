"""The pages inside the network, as they stand in the Digits lab."""

import numpy as np

from gdstudio.app.labs.inside.tabs import PAGES
from gdstudio.app.run_loop import State
from gdstudio.engine.edits import SwitchOff


def open_page(digits, key):
    digits.click(f"{key}_page_tab")
    page = digits.lab.inside.tabs.page(key)
    digits.wait(page.isVisible)
    return page


def test_every_page_opens_and_shows_what_answers(quick_digits):
    for key, *_ in PAGES:
        assert open_page(quick_digits, key) is quick_digits.lab.inside.tabs.current
    # A page has something to look at: a test image, where nothing was drawn.
    quick_digits.wait(lambda: quick_digits.lab.reading.picture is not None)
    quick_digits.click("training_page_tab")
    assert quick_digits.widget("loss_plot").isVisible()


def test_the_next_step_is_told_and_follows_the_time_machine(quick_digits):
    digits = quick_digits
    page = open_page(digits, "step")
    digits.lab.reading.ask_own()
    digits.wait(lambda: page.card.next_step() is not None)
    assert page.card.next_step().size == 16_330
    digits.lab.runner.step(4)
    digits.wait(lambda: page.card.next_step().iteration == 4)
    digits.widget("time_slider").setValue(2)
    digits.wait(lambda: page.card.next_step().iteration == 2)


def test_edits_change_the_answer_on_every_page_and_are_undone(quick_digits):
    digits = quick_digits
    page = open_page(digits, "network")
    digits.lab.reading.ask_own()
    digits.lab.runner.step(10)
    digits.wait_step(10)
    learned = digits.snapshot.parameters
    digits.wait(lambda: page.view() is not None if callable(page.view) else page.view is not None)
    page.desk.make(SwitchOff(3, 7))
    digits.wait(lambda: "1 edit" in digits.text("network_source_button"))
    answerer = digits.lab.reading.answerer
    assert (answerer.parameters != learned).any()
    np.testing.assert_array_equal(answerer.learned, learned)
    # Another network has no such neuron: the edit does not fit, and nothing breaks.
    digits.type("network_edit", "5")
    digits.wait_generation()
    digits.type("network_edit", "20, 20")
    digits.wait_generation()
    page.desk.undo_all()
    answerer = digits.lab.reading.answerer
    np.testing.assert_array_equal(answerer.parameters, digits.snapshot.parameters)
    assert "edit" not in digits.text("network_source_button")


def test_after_an_explosion_the_network_is_not_said_to_be_of_the_last_step(quick_digits):
    digits = quick_digits
    page = open_page(digits, "network")
    digits.lab.try_preset("rate-too-high")
    digits.wait_generation()
    digits.lab.reading.ask_own()
    start = digits.snapshot.parameters
    digits.click("run_button")
    digits.wait_state(State.DIVERGED)
    digits.wait(
        lambda: page.view is not None and "before the cost exploded" in page.view.moment.source
    )
    assert digits.snapshot.iteration > 0
    np.testing.assert_array_equal(page.view.moment.parameters, start)
