"""Why? and Teach it, with the mouse: what the dialog says is true, and nothing changes unasked."""

import re
import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.digits.explain import misreading_dialog
from gdstudio.app.labs.digits.explain.misreading_controller import GONE
from gdstudio.app.labs.digits.explain.teaching_texts import price_text
from gdstudio.data.catalogue import load_images
from gdstudio.data.strokes.inking import to_image
from gdstudio.engine.inspect.attribution import find_evidence
from gdstudio.engine.inspect.edits import SwitchOff
from gdstudio.engine.inspect.evaluation import Evaluator
from gdstudio.experiment.digits.accuracy_change import AccuracyChange
from gdstudio.experiment.digits.misreading import nearest
from gdstudio.experiment.digits.teaching import Lesson
from gdstudio.number_text import class_text
from gdstudio.storage.network_file import load_shipped_reader


@pytest.fixture
def digits(digits):
    """Return the lab with the app's reader opened as its network, the small data set in force."""
    kept = load_shipped_reader()
    kept.training.update(dataset="pen-digits", pen_repeats=1, scribbles=0)
    digits.lab.files.take(kept)
    digits.wait_generation()
    digits.wait(lambda: digits.snapshot.settings.data.dataset == "pen-digits")
    return digits


SEVEN = ((60, 50), (130, 45), (180, 52), (150, 120), (120, 210))


def draw_seven(digits):
    digits.drag("drawing_canvas", *SEVEN)
    return to_image(digits.widget("drawing_canvas").strokes())


def idle(digits):
    digits.wait(lambda: not digits.lab.misreading.dialog.is_busy)


def ask(digits, button="why_button"):
    picture = draw_seven(digits)
    digits.click(button)
    idle(digits)
    return picture


def another(digits):
    """Return a digit that the network does not answer now."""
    return (int(digits.text("predicted_digit_label")) + 2) % 10


def say(digits, digit):
    """Say in the dialog which digit it is."""
    button = digits.lab.misreading.dialog.findChild(QWidget, f"wanted_{digit}_button")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    idle(digits)


def teach(digits, *, times=1):
    for _ in range(times):
        digits.wait(lambda: digits.widget("teach_20_button").isEnabled())
        digits.click("teach_20_button")
    idle(digits)


def test_there_is_nothing_to_explain_on_an_empty_canvas(digits):
    assert not digits.widget("why_button").isEnabled()
    assert not digits.widget("teach_button").isEnabled()
    draw_seven(digits)
    assert digits.widget("why_button").isEnabled()
    digits.click("clear_button")
    assert not digits.widget("why_button").isEnabled()
    assert digits.lab.findChild(QWidget, "misreading_dialog") is None


def test_why_shows_the_picture_its_measures_and_its_relatives(digits):
    picture = ask(digits)
    assert digits.widget("misreading_dialog").isVisible()
    given = digits.text("predicted_digit_label")
    assert f"This network answers {given}" in digits.text("misreading_heading")
    np.testing.assert_array_equal(digits.widget("received_view").image(), picture)
    assert digits.widget("drawn_view").isVisible()
    assert digits.text("measure_1_label") == "14.0 px"
    assert not digits.text("measure_1_mark")
    training = load_images("pen-digits").training
    for number, one in enumerate(nearest(picture, training), start=1):
        shown = digits.widget(f"neighbour_{number}_view").image()
        np.testing.assert_array_equal(shown, one.image)
        assert digits.text(f"neighbour_{number}_label") == str(one.label)
    assert f"the {len(training):,} training images of Pen digits" in digits.text("neighbours_label")


def test_before_it_is_told_it_compares_with_the_runner_up_and_teaches_nothing(digits):
    picture = ask(digits)
    assert digits.lab.misreading.dialog.choice.label() is None
    answer = digits.lab.reading.answerer.answer(picture)
    given, second = answer.outputs.argsort()[::-1][:2]
    sentence = digits.text("evidence_label")
    assert f"speak for {given}, orange ones for {second}, the runner-up" in sentence
    for steps in (1, 5, 20):
        assert not digits.widget(f"teach_{steps}_button").isEnabled()
    assert digits.text("teaching_about_label").startswith("Say above which digit it is")
    say(digits, 7)
    assert digits.widget("teach_1_button").isEnabled()


def test_the_evidence_is_for_the_answer_and_against_the_digit_that_was_said(digits):
    picture = ask(digits)
    kept = load_shipped_reader()
    given, wanted = int(digits.text("predicted_digit_label")), another(digits)
    say(digits, wanted)
    expected = find_evidence(kept.settings.build(), kept.parameters, picture, given, wanted)
    shown = digits.widget("evidence_view").image()
    np.testing.assert_allclose(shown.reshape(-1), expected.shares, rtol=1e-6)
    assert f"speak for {given}, orange ones for {wanted}:" in digits.text("evidence_label")
    figures = re.findall(r"[+−][0-9.]+[0-9]", digits.text("evidence_sums_label"))
    difference, total, rest = (float(figure.replace("−", "-")) for figure in figures)
    assert difference == pytest.approx(expected.difference, rel=0.01)
    assert total + rest == pytest.approx(difference, abs=0.02 * abs(total) + 0.01)


def test_what_is_said_here_is_known_everywhere_and_the_other_way_round(digits):
    ask(digits)
    say(digits, 4)
    assert digits.lab.reading.example.label == 4
    draw_seven(digits)
    assert digits.lab.reading.example.label is None, "another drawing"
    say(digits, 5)
    assert digits.lab.reading.example.label is None, "the dialog is about the one before"
    digits.click("why_button")
    idle(digits)
    assert digits.lab.misreading.dialog.choice.label() is None
    digits.lab.reading.say_class(3)
    assert digits.lab.misreading.dialog.choice.label() == 3
    assert digits.widget("teach_1_button").isEnabled()


def test_a_misread_test_image_brings_its_right_answer_and_no_drawing(digits):
    kept, test = load_shipped_reader(), load_images("pen-digits").test
    read = Evaluator(kept.settings.build(), test.images, test.labels).evaluate(kept.parameters)
    index = np.flatnonzero(read.answers != test.labels)[0]
    given, wanted = read.answers[index], test.labels[index]
    image = test.images[index].reshape(28, 28)
    digits.lab.reading.show_picture(image, "Test image", label=int(wanted))
    digits.click("why_button")
    idle(digits)
    assert not digits.widget("drawn_view").isVisible()
    assert f"answers {given}" in digits.text("misreading_heading")
    assert not digits.lab.misreading.dialog.choice.isVisible(), "its label is known"
    assert f"speak for {given}, orange ones for {wanted}:" in digits.text("evidence_label")
    assert f"read as {class_text(str(int(wanted)))}" in digits.text("teaching_about_label")


def test_a_test_image_that_is_read_right_is_not_offered_as_another_digit(digits):
    kept, test = load_shipped_reader(), load_images("pen-digits").test
    read = Evaluator(kept.settings.build(), test.images, test.labels).evaluate(kept.parameters)
    index = np.flatnonzero((read.answers == 5) & (test.labels == 5))[0]
    digits.lab.reading.show_picture(test.images[index].reshape(28, 28), "Test image", label=5)
    digits.click("teach_button")
    idle(digits)
    assert "read as a 5 already" in digits.text("teaching_about_label")
    assert "the runner-up" in digits.text("evidence_label")
    digits.click("teach_1_button")
    idle(digits)
    assert digits.text("teaching_result_label").startswith(
        "It reads this 5, as before, after 1 step. Its output for 5: "
    )


def test_teaching_flips_the_answer_and_states_the_price_and_undo_takes_it_back(digits):
    picture = ask(digits, "teach_button")
    kept = load_shipped_reader()
    given, wanted = digits.text("predicted_digit_label"), another(digits)
    say(digits, wanted)
    teach(digits, times=5)
    assert f"It reads your {wanted} now, after 100 steps." in digits.text("teaching_result_label")
    test = load_images("pen-digits").test
    evaluator = Evaluator(kept.settings.build(), test.images, test.labels)
    teaching = digits.lab.misreading.dialog.teaching
    before = evaluator.evaluate(kept.parameters).accuracy
    after = evaluator.evaluate(teaching.parameters).accuracy
    shown = [float(number) for number in re.findall(r"([0-9.]+) %", price_shown(digits))]
    assert shown == pytest.approx([100 * before, 100 * after], abs=0.0501)
    # The canvas still asks the network as it was.
    assert digits.text("predicted_digit_label") == given
    digits.click("keep_teaching_button")
    digits.wait(lambda: digits.text("predicted_digit_label") == str(wanted))
    assert digits.text("teaching_result_label").startswith("Kept")
    digits.click("undo_teaching_button")
    digits.wait(lambda: digits.text("predicted_digit_label") == given)
    assert digits.snapshot.parameters.tobytes() == kept.parameters.tobytes()
    np.testing.assert_array_equal(digits.lab.reading.picture, picture)
    assert not digits.widget("undo_teaching_button").isEnabled()
    assert not price_shown(digits)


def price_shown(digits):
    return digits.text("teaching_price_label")


def test_a_taught_network_of_the_lab_goes_on_from_what_was_kept(digits):
    digits.reset()
    ask(digits, "teach_button")
    original = digits.snapshot.parameters.copy()
    wanted = another(digits)
    say(digits, wanted)
    digits.type("teaching_rate_edit", "1")
    teach(digits, times=5)
    taught = digits.lab.misreading.dialog.teaching.parameters
    digits.click("keep_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == taught.tobytes()
    assert digits.text("predicted_digit_label") == str(wanted)
    teach(digits)
    digits.click("undo_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == original.tobytes()


def test_no_edit_becomes_part_of_what_is_taught_kept_or_undone(digits):
    page = digits.lab.inside.tabs.page("network")
    digits.click("network_page_tab")
    digits.wait(lambda: page.view is not None)
    learned = digits.snapshot.parameters.copy()
    network = digits.snapshot.settings.network.build()
    number = len(network.layers)
    edit = SwitchOff(number, 7)
    page.controller.make(edit)
    ask(digits, "teach_button")
    assert "with 1 edit, answers" in digits.text("misreading_heading")
    say(digits, 3)
    assert "below your 1 edit" in digits.text("teaching_about_label")
    teach(digits)
    taught = digits.lab.misreading.dialog.teaching.parameters
    row = [layer.matrix(part)[7] for _, layer, part in network.weighted(taught)][-1]
    before = [layer.matrix(part)[7] for _, layer, part in network.weighted(learned)][-1]
    np.testing.assert_array_equal(row, before)
    digits.click("keep_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == taught.tobytes()
    assert digits.lab.reading.answerer.edits == (edit,), "it lies over what was taught"
    digits.click("undo_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == learned.tobytes()
    page.controller.undo_all()
    np.testing.assert_array_equal(digits.lab.reading.answerer.parameters, learned)


def test_what_is_not_kept_is_not_said_to_be_kept(digits):
    ask(digits, "teach_button")
    say(digits, another(digits))
    teach(digits)
    digits.type("network_edit", "12")
    digits.reset()
    before = digits.snapshot.parameters.tobytes()
    digits.click("keep_teaching_button")
    assert digits.text("teaching_result_label") == GONE
    assert digits.widget("keep_teaching_button").isEnabled()
    # Nor into a network of the same kind that was started anew.
    ask(digits, "teach_button")
    say(digits, another(digits))
    digits.type("teaching_rate_edit", "0.001")
    teach(digits)
    digits.click("new_start_button")
    digits.click("keep_teaching_button")
    assert digits.text("teaching_result_label") == GONE
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() != before
    assert digits.snapshot.iteration == 0


def test_long_steps_are_told_and_can_be_cancelled(digits, monkeypatch):
    release = threading.Event()

    def slow(lesson, taught, digit, *, steps, learning_rate):
        yield 0.25
        release.wait(30)
        yield 0.5
        raise AssertionError("it was cancelled")

    ask(digits, "teach_button")
    say(digits, another(digits))
    monkeypatch.setattr(Lesson, "teach", slow)
    before = digits.lab.misreading.dialog.teaching.parameters
    digits.click("teach_20_button")
    digits.wait(lambda: digits.widget("cancel_teaching_button").isVisible())
    assert digits.text("teaching_result_label") == "Teaching… 25 %"
    assert not digits.widget("teach_1_button").isEnabled()
    assert not digits.widget("keep_teaching_button").isEnabled()
    digits.click("cancel_teaching_button")
    assert digits.text("teaching_result_label").startswith("Cancelled")
    assert digits.widget("teach_1_button").isEnabled()
    assert not digits.widget("cancel_teaching_button").isVisible()
    release.set()
    digits.wait(lambda: not digits.lab.misreading.dialog.teaching.background.is_busy)
    assert digits.lab.misreading.dialog.teaching.parameters is before


def test_closing_the_window_ends_a_lesson(digits):
    ask(digits, "teach_button")
    say(digits, another(digits))
    digits.lab.misreading.dialog.teaching._teach(100_000)
    digits.wait(lambda: digits.lab.misreading.dialog.teaching._steps.share > 0)
    digits.window.close()
    assert not digits.window.isVisible()


def test_of_many_questions_only_the_newest_is_looked_into(digits, monkeypatch):
    asked = []
    really = misreading_dialog.examine

    def counted(picture, dataset):
        asked.append(dataset)
        return really(picture, dataset)

    monkeypatch.setattr(misreading_dialog, "examine", counted)
    draw_seven(digits)
    for _ in range(300):
        digits.lab.misreading.explain()
    idle(digits)
    assert 1 <= len(asked) <= 3
    assert digits.text("measure_1_label") == "14.0 px"


def test_a_rate_that_is_no_number_is_said_and_teaches_nothing(digits):
    ask(digits, "teach_button")
    say(digits, another(digits))
    digits.type("teaching_rate_edit", "fast", enter=False)
    digits.click("teach_1_button")
    assert any("must be a number" in sentence for sentence in digits.problems())
    assert not digits.widget("keep_teaching_button").isEnabled()
    digits.type("teaching_rate_edit", "0.01")
    assert not any("must be a number" in sentence for sentence in digits.problems())
    digits.click("teach_1_button")
    idle(digits)
    assert digits.widget("keep_teaching_button").isEnabled()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ((290, 360), "97.1 % → 96.4 %: 70 more of 10,000 are misread."),
        ((290, 291), "97.10 % → 97.09 %: 1 more of 10,000 is misread."),
        ((290, 240), "97.1 % → 97.6 %: 50 fewer of 10,000 are misread."),
        ((290, 290), "97.1 % → 97.1 %: of 10,000 as many are misread as before."),
    ],
)
def test_the_price_in_a_sentence(wrong, sentence):
    assert price_text(AccuracyChange(10_000, *wrong)) == f"Test accuracy {sentence}"
