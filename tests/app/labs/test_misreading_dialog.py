"""Why? and Teach it, with the mouse: what the dialog says is true, and nothing changes unasked."""

import re

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.teaching_panel import price_text
from gdstudio.data.catalogue import load_digits
from gdstudio.data.strokes import to_image
from gdstudio.engine.attribution import find_evidence
from gdstudio.engine.evaluation import Evaluator
from gdstudio.experiment.misreading import nearest
from gdstudio.experiment.teaching import Price
from gdstudio.storage.shipped_reader import load_shipped_reader


@pytest.fixture
def digits(digits):
    """Return the lab on the small data set, the app's reader answering."""
    digits.choose("dataset_combo", "pen-digits")
    digits.wait(lambda: not digits.lab.background.is_busy)
    return digits


def draw_seven(digits):
    digits.drag("drawing_canvas", (60, 50), (130, 45), (180, 52), (150, 120), (120, 210))
    return to_image(digits.widget("drawing_canvas").strokes())


def idle(digits):
    digits.wait(lambda: not digits.lab.background.is_busy)


def ask(digits, button="why_button"):
    picture = draw_seven(digits)
    digits.click(button)
    idle(digits)
    return picture


def another(digits):
    """Return a digit that the network does not answer now."""
    return (int(digits.text("predicted_digit_label")) + 2) % 10


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
    assert f"reader answers {given}" in digits.text("misreading_heading")
    np.testing.assert_array_equal(digits.widget("received_view").image(), picture)
    assert digits.widget("drawn_view").isVisible()
    assert digits.text("measure_1_label") == "14.0 px"
    assert not digits.text("measure_1_mark")
    training = load_digits("pen-digits").training
    for number, one in enumerate(nearest(picture, training), start=1):
        shown = digits.widget(f"neighbour_{number}_view").image()
        np.testing.assert_array_equal(shown, one.image)
        assert digits.text(f"neighbour_{number}_label") == str(one.label)
    assert f"the {len(training):,} training images of Pen digits" in digits.text("neighbours_label")


def test_the_evidence_is_for_the_answer_and_against_the_digit_chosen(digits):
    picture = ask(digits)
    kept = load_shipped_reader()
    given, wanted = int(digits.text("predicted_digit_label")), another(digits)
    digits.click(f"wanted_{wanted}_button")
    expected = find_evidence(kept.settings.build(), kept.parameters, picture, given, wanted)
    shown = digits.widget("evidence_view").image()
    np.testing.assert_allclose(shown.reshape(-1), expected.shares, rtol=1e-6)
    assert f"speak for {given}, orange ones for {wanted}" in digits.text("evidence_label")
    figures = re.findall(r"[+−][0-9.]+[0-9]", digits.text("evidence_sums_label"))
    difference, total, rest = (float(figure.replace("−", "-")) for figure in figures)
    assert difference == pytest.approx(expected.difference, rel=0.01)
    assert total + rest == pytest.approx(difference, abs=0.02 * abs(total) + 0.01)


def test_a_misread_test_image_brings_its_right_answer_and_no_drawing(digits):
    kept, test = load_shipped_reader(), load_digits("pen-digits").test
    read = Evaluator(kept.settings.build(), test.images, test.labels).evaluate(kept.parameters)
    index = np.flatnonzero(read.answers != test.labels)[0]
    given, wanted = read.answers[index], test.labels[index]
    image = test.images[index].reshape(28, 28)
    digits.lab.reading.show_picture(image, "Test image", wanted=int(wanted))
    digits.click("why_button")
    idle(digits)
    assert not digits.widget("drawn_view").isVisible()
    assert f"answers {given}" in digits.text("misreading_heading")
    assert digits.widget("wanted").digit() == wanted
    assert f"speak for {given}, orange ones for {wanted}" in digits.text("evidence_label")


def test_teaching_flips_the_answer_and_states_the_price_and_undo_takes_it_back(digits):
    picture = ask(digits, "teach_button")
    kept = load_shipped_reader()
    given, wanted = digits.text("predicted_digit_label"), another(digits)
    digits.click(f"wanted_{wanted}_button")
    for _ in range(5):
        digits.click("teach_20_button")
    assert f"It reads your {wanted} now, after 100 steps." in digits.text("teaching_result_label")
    idle(digits)
    test = load_digits("pen-digits").test
    evaluator = Evaluator(kept.settings.build(), test.images, test.labels)
    teaching = digits.lab.desk.dialog.teaching
    before = evaluator.evaluate(kept.parameters).accuracy
    after = evaluator.evaluate(teaching.parameters).accuracy
    shown = [float(number) for number in re.findall(r"([0-9.]+) %", price_shown(digits))]
    assert shown == pytest.approx([100 * before, 100 * after], abs=0.0501)
    # The canvas still asks the reader as it was.
    assert digits.text("predicted_digit_label") == given
    digits.click("keep_teaching_button")
    assert digits.text("predicted_digit_label") == str(wanted)
    assert "until the app closes" in digits.text("teaching_result_label")
    digits.click("undo_teaching_button")
    assert digits.text("predicted_digit_label") == given
    question = digits.lab.reading.question()
    assert question.parameters.tobytes() == kept.parameters.tobytes()
    np.testing.assert_array_equal(question.picture, picture)
    assert not digits.widget("undo_teaching_button").isEnabled()
    assert not price_shown(digits)


def price_shown(digits):
    return digits.text("teaching_price_label")


def test_a_taught_network_of_the_lab_goes_on_from_what_was_kept(digits):
    digits.reset()
    ask(digits, "teach_button")
    assert digits.text("misreading_heading").startswith("This network answers")
    original = digits.snapshot.parameters.copy()
    wanted = another(digits)
    digits.click(f"wanted_{wanted}_button")
    digits.type("teaching_rate_edit", "1")
    for _ in range(5):
        digits.click("teach_20_button")
    taught = digits.lab.desk.dialog.teaching.parameters
    digits.click("keep_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == taught.tobytes()
    assert digits.text("predicted_digit_label") == str(wanted)
    digits.click("teach_1_button")
    digits.click("undo_teaching_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() == original.tobytes()
    idle(digits)


def test_a_rate_that_is_no_number_is_said_and_teaches_nothing(digits):
    ask(digits, "teach_button")
    digits.type("teaching_rate_edit", "fast", enter=False)
    digits.click("teach_1_button")
    assert any("must be a number" in sentence for sentence in digits.problems())
    assert not digits.widget("keep_teaching_button").isEnabled()
    digits.type("teaching_rate_edit", "0.01")
    assert not any("must be a number" in sentence for sentence in digits.problems())
    digits.click("teach_1_button")
    assert digits.widget("keep_teaching_button").isEnabled()
    idle(digits)


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
    assert price_text(Price(10_000, *wrong)) == f"Test accuracy {sentence}"
