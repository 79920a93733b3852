"""The pages inside the network, as they stand in the Digits lab."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.digits.inside.tabs import PAGES
from gdstudio.app.widgets.pictures.network_picture import Spot
from gdstudio.data.catalogue import load_test_images
from gdstudio.engine.inspect.edits import ShiftBias, SwitchOff
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.experiment.run_update import State
from gdstudio.storage.network_file import load_network, load_shipped_reader


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
    digits.wait(lambda: page.card.next_step() is not None)
    assert page.card.next_step().size == 16_330
    digits.lab.runner.step(4)
    digits.wait(lambda: page.card.next_step().iteration == 4)
    digits.widget("time_slider").setValue(2)
    digits.wait(lambda: page.card.next_step().iteration == 2)


def test_the_lab_tells_which_neuron_was_clicked(quick_digits):
    digits, pointed = quick_digits, []
    digits.lab.pointed.connect(lambda *one: pointed.append(one))
    page = open_page(digits, "network")
    digits.wait(lambda: page.view is not None)
    picture = digits.widget("network_picture")
    at = picture.position(Spot(0, 6)).toPoint()
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    assert pointed == [("neuron", 7, 1)]


def bars(digits):
    """Return what the bars over the pages and on the canvas say, where they are in sight."""
    names = ("edits_bar_label", "canvas_edits_bar_label")
    labels = [digits.widget(name) for name in names]
    return [label.text() for label in labels if label.isVisible()]


@pytest.fixture
def edited(quick_digits):
    """Return the lab after ten steps, output 7 and a bias edited on the Network page."""
    page = open_page(quick_digits, "network")
    quick_digits.lab.runner.step(5)
    quick_digits.wait_step(5)
    quick_digits.wait(lambda: page.view is not None)
    page.controller.make(SwitchOff(3, 7))
    page.controller.make(ShiftBias(1, 2, 1.5))
    return quick_digits


def test_edits_change_the_answer_on_every_page_and_are_undone(quick_digits):
    digits = quick_digits
    page = open_page(digits, "network")
    digits.lab.runner.step(10)
    digits.wait_step(10)
    learned = digits.snapshot.parameters
    digits.wait(lambda: page.view is not None)
    page.controller.make(SwitchOff(3, 7))
    assert bars(digits) == ["1 edit", "1 edit"]
    answerer = digits.lab.reading.answerer
    assert (answerer.parameters != learned).any()
    np.testing.assert_array_equal(answerer.learned, learned)
    digits.wait(lambda: page.view.moment.source == "this network at step 10, with 1 edit")
    page.controller.undo_all()
    np.testing.assert_array_equal(answerer.parameters, digits.snapshot.parameters)
    assert bars(digits) == []


def test_a_bar_says_so_on_every_page_and_undoes(edited):
    digits = edited
    for key, *_ in PAGES:
        page = open_page(digits, key)
        expected = "2 edits, not in what is trained" if page.shows_learned else "2 edits"
        assert bars(digits) == [expected, "2 edits"]
    digits.click("training_page_tab")
    assert bars(digits) == ["2 edits, not in what is trained", "2 edits"]
    digits.click("canvas_edits_bar_undo_button")
    assert digits.lab.reading.answerer.edits == (SwitchOff(3, 7),)
    digits.click("network_page_tab")
    assert bars(digits) == ["1 edit", "1 edit"]
    assert digits.text("edits_label") == "output 7: switched off"
    digits.click("edits_bar_undo_button")
    assert bars(digits) == []
    assert digits.lab.reading.answerer.edits == ()


def new_network(digits):
    digits.type("network_edit", "20, 19")


def quick_reader():
    """Return the app's reader, to be trained further on few images."""
    kept = load_shipped_reader()
    kept.training.update(dataset="pen-digits", scribbles=0)
    return kept


OTHER_NETWORKS = {
    "reset": lambda digits: digits.click("reset_button"),
    "new start": lambda digits: digits.click("new_start_button"),
    "preset": lambda digits: digits.lab.try_preset("rate-too-low"),
    "all weights zero": lambda digits: digits.lab.try_preset("all-zero"),
    "another network": lambda digits: (new_network(digits), digits.click("reset_button")),
    "opened": lambda digits: digits.lab.files.take(quick_reader()),
    "prompt": lambda digits: digits.click("prompt_story"),
}


def test_edits_go_with_the_network_they_were_made_on(edited):
    digits = edited
    desk = digits.lab.inside.tabs.page("network").controller
    for how, start in OTHER_NETWORKS.items():
        digits.click("network_page_tab")
        digits.wait(lambda: digits.lab.inside.tabs.current.view is not None)
        desk.make(SwitchOff(1, 2))
        assert bars(digits), how
        start(digits)
        digits.wait_generation()
        digits.wait(lambda: bars(digits) == [])
        answerer = digits.lab.reading.answerer
        assert answerer.edits == desk.edits == (), how
        np.testing.assert_array_equal(answerer.parameters, digits.snapshot.parameters)
        assert not digits.widget("edits_card").isVisible()
    # The edits are gone for good, also where the same network comes back.
    digits.type("network_edit", "20, 20")
    digits.reset()
    assert digits.lab.reading.answerer.edits == desk.edits == ()


def test_edits_stay_with_the_network_as_it_learns_is_looked_back_at_and_branches(edited):
    digits = edited
    edits = digits.lab.reading.answerer.edits
    digits.lab.runner.step(3)
    digits.wait_step(8)
    digits.widget("time_slider").setValue(2)
    digits.wait(lambda: digits.lab.inside.visited_step == 2)
    assert digits.lab.reading.answerer.edits == edits
    digits.click("branch_button")
    digits.wait_step(2)
    assert digits.lab.reading.answerer.edits == edits
    assert bars(digits) == ["2 edits", "2 edits"]
    learned = digits.snapshot.parameters
    np.testing.assert_array_equal(digits.lab.reading.answerer.learned, learned)


def test_a_network_is_saved_without_its_edits_and_that_is_said(edited, tmp_path):
    digits = edited
    path = tmp_path / "mine.safetensors"
    digits.lab.save_network(path)
    digits.wait(lambda: digits.text("status_label") == f"Saved {path.name}, without your 2 edits.")
    np.testing.assert_array_equal(load_network(path).parameters, digits.snapshot.parameters)


def test_edits_never_reach_the_apps_own_reader(edited):
    digits = edited
    digits.lab.reading.drawing.reader.findChild(QWidget, "network_source_button").click()
    digits.drag("drawing_canvas", (60, 50), (130, 45), (180, 52), (150, 120), (120, 210))
    digits.wait(lambda: "reader says" in digits.text("reader_answer_label"))
    reader = Answerer.of_file(load_shipped_reader())
    answer = reader.answer(digits.lab.reading.picture)
    assert digits.text("reader_answer_label").startswith(
        f"The app’s own reader says {answer.index}, "
    )
    assert answer.index == 7


def legend(digits):
    return [text for text, *_ in digits.lab.progress.loss_card.caption().legend]


def test_a_branch_right_after_reset_goes_nowhere_and_leaves_no_old_curve(quick_digits):
    digits = quick_digits
    digits.lab.runner.step(10)
    digits.wait_step(10)
    digits.widget("time_slider").setValue(4)
    digits.wait(lambda: digits.lab.inside.visited_step == 4)
    digits.click("reset_button")
    digits.click("branch_button")
    digits.wait_generation()
    digits.wait_step(0)
    assert "left" not in legend(digits)
    assert digits.lab.inside.visited_step is None
    # Nor where Reset follows the branch.
    digits.lab.runner.step(10)
    digits.wait_step(10)
    digits.widget("time_slider").setValue(4)
    digits.wait(lambda: digits.lab.inside.visited_step == 4)
    digits.click("branch_button")
    digits.click("reset_button")
    digits.wait_generation()
    digits.wait_step(0)
    assert "left" not in legend(digits)
    digits.lab.runner.step(10)
    digits.wait_step(10)
    digits.widget("time_slider").setValue(4)
    digits.wait(lambda: digits.lab.inside.visited_step == 4)
    digits.click("branch_button")
    digits.wait_step(4)
    assert "left" in legend(digits)


def test_the_pages_speak_of_the_data_that_was_learned_from(quick_digits):
    digits = quick_digits
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    card = digits.lab.progress.accuracy_card
    before = digits.text("test_accuracy_label")
    assert "on 10,000 test images" in digits.sentences()
    page = open_page(digits, "mistakes")
    digits.wait(lambda: "test images of MNIST" in digits.text("mistakes_summary_label"))
    # Chosen, but not in force before Reset: nothing that was measured is said of other images.
    digits.choose("dataset_combo", "pen-digits")
    digits.wait(lambda: not digits.lab.background.is_busy)
    digits.lab.inside.tabs.refresh()
    digits.wait(lambda: not page.background.is_busy)
    assert "test images of MNIST" in digits.text("mistakes_summary_label")
    digits.click("show_one_button")
    digits.wait(lambda: digits.lab.reading.picture is not None)
    test = load_test_images("mnist")[0]
    shown = digits.lab.reading.picture.reshape(-1)
    assert (test.images == shown).all(axis=1).any()
    digits.click("training_page_tab")
    assert digits.text("test_accuracy_label") == before
    assert "on 10,000 test images" in digits.sentences()
    digits.reset()
    digits.wait(lambda: "on 1,498 test images" in digits.sentences())
    assert digits.text("test_accuracy_label") == "–"
    assert card.isVisible()


def test_after_an_explosion_the_network_is_not_said_to_be_of_the_last_step(quick_digits):
    digits = quick_digits
    page = open_page(digits, "network")
    digits.lab.try_preset("rate-too-high")
    digits.wait_generation()
    start = digits.snapshot.parameters
    digits.click("run_button")
    digits.wait_state(State.DIVERGED)
    digits.wait(
        lambda: page.view is not None and "before the loss exploded" in page.view.moment.source
    )
    assert digits.snapshot.iteration > 0
    np.testing.assert_array_equal(page.view.moment.parameters, start)
