"""What Digits says of answers, lessons, edits and accuracies is true of their numbers."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.app.labs.digits.answer_texts import reader_text
from gdstudio.app.labs.digits.edits_bar import edits_text
from gdstudio.app.labs.digits.explain.misreading_dialog import heading_text
from gdstudio.app.labs.digits.explain.teaching_texts import (
    UNSAID,
    about_text,
    price_text,
    result_text,
)
from gdstudio.app.labs.digits.inside.network.edits_card import edit_text
from gdstudio.app.labs.digits.progress import accuracy_texts, parts_text
from gdstudio.engine.inspect.edits import ScaleWeight, ScaleWeights, ShiftBias, SwitchOff
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.accuracy_change import AccuracyChange
from gdstudio.experiment.digits.answer import Answer
from gdstudio.experiment.digits.canvas_example import Origin
from gdstudio.experiment.digits.misreading import Question
from gdstudio.experiment.digits.snapshot import EpochReport, MeasuredAccuracy
from gdstudio.number_text import class_text

MANY = settings(max_examples=100, deadline=None, derandomize=True, database=None)


@st.composite
def answers(draw):
    outputs = np.array(draw(st.lists(st.floats(0, 1), min_size=10, max_size=10)))
    sure = draw(st.sampled_from([None, True, False]))
    return Answer(int(outputs.argmax()), outputs, float(outputs.max()), sure, outputs)


@MANY
@given(answers())
def test_the_reader_is_called_the_apps_own_and_says_how_sure_it_is(answer):
    said = reader_text(answer)
    assert said.startswith(f"The app’s own reader says {answer.index}, ")
    assert ("is not sure" in said) == (answer.sure is False)
    if answer.sure:
        shown = float(re.search(r"([0-9]+) %", said)[1])
        assert shown == pytest.approx(100 * answer.confidence, abs=0.51)
    assert "another network" in reader_text(None)


@MANY
@given(answers(), st.integers(0, 3))
def test_the_heading_says_who_answers_what(answer, count):
    edits = tuple(SwitchOff(1, unit) for unit in range(count))
    network = NetworkSettings(network="5")
    question = Question(
        picture=np.full((28, 28), 9, np.uint8),
        strokes=(),
        paper=(1, 1),
        settings=network,
        learned=np.zeros(network.build().size, np.float32),
        calibration=None,
        answer=answer,
        edits=edits,
    )
    said = heading_text(question)
    edited = f", with {edits_text(count)}," if count else ""
    assert said.startswith(f"This network{edited} answers {answer.index} (")
    assert ("not sure" in said) == (answer.sure is False)


@MANY
@given(answers(), answers(), st.integers(0, 9), st.integers(1, 2000), st.sampled_from(Origin))
def test_the_result_of_a_lesson_follows_from_both_answers(before, after, digit, steps, origin):
    said = result_text(digit, before, after, steps, origin)
    claims = {
        "as before": before.index == after.index == digit,
        f"{digit} now": before.index != digit == after.index,
        f"still answers {after.index}": before.index == after.index != digit,
        f"answers {after.index} now": digit != after.index != before.index,
    }
    assert [words for words in claims if words in said] == [
        words for words, holds in claims.items() if holds
    ]
    assert f"after {steps:,} step{'s' if steps > 1 else ''}." in said
    assert ("your" in said) == (origin is Origin.DRAWING and after.index == digit)
    outputs = re.search(r"Its output for ([0-9]): ([0-9.]+) → ([0-9.]+)\.", said)
    assert int(outputs[1]) == digit
    assert float(outputs[2]) == pytest.approx(before.outputs[digit], abs=0.0051)
    assert float(outputs[3]) == pytest.approx(after.outputs[digit], abs=0.0051)


@MANY
@given(st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 9), st.integers(0, 4))
def test_a_lesson_says_what_it_is_about(digit, answered, edits):
    said = about_text(digit, answered, edits=edits)
    if digit is None:
        assert said == UNSAID
        return
    assert class_text(str(digit)) in said
    assert ("already" in said) == (digit == answered)
    assert (edits_text(edits) in said) == bool(edits)


@MANY
@given(st.integers(1, 20_000), st.data())
def test_the_price_adds_up(images, data):
    before, after = (data.draw(st.integers(0, images)) for _ in range(2))
    said = price_text(AccuracyChange(images, before, after))
    shown = re.match(r"Test accuracy ([0-9.]+) % → ([0-9.]+) %: ", said)
    for share, wrong in zip(shown.groups(), (before, after), strict=True):
        assert float(share) == pytest.approx(100 * (1 - wrong / images), abs=0.0501)
    more = after - before
    if more == 0:
        assert f"of {images:,} as many are misread as before" in said
    else:
        word, verb = ("more" if more > 0 else "fewer"), ("is" if abs(more) == 1 else "are")
        assert f"{abs(more):,} {word} of {images:,} {verb} misread." in said


@MANY
@given(st.floats(0, 1), st.integers(1, 11_498), st.integers(0, 1))
def test_an_accuracy_is_said_of_as_many_images_as_were_tried(share, images, exact):
    measured = MeasuredAccuracy(share, images, images if exact else 11_498, 70)
    value, note = accuracy_texts(measured, "mnist-and-pen-digits", step=70)
    _, later = accuracy_texts(measured, "mnist-and-pen-digits", step=71)
    assert later == f"{note} at step 70"
    assert value.startswith("≈ ") == (images != measured.all_images)
    numbers = [int(text.replace(",", "")) for text in re.findall("[0-9,]+", note)]
    assert numbers[0] == images
    assert numbers[-1] == measured.all_images


def test_without_an_accuracy_the_images_of_the_run_are_told():
    assert accuracy_texts(None, "pen-digits", step=5) == ("–", "on 1,498 test images")


def test_the_parts_of_an_accuracy_are_those_of_the_last_epoch():
    report = EpochReport(3, 900, 0.1, 0.2, 0.97, {"mnist": 0.98, "pen-digits": 0.9})
    assert parts_text(report) == "At the end of epoch 3: MNIST 98.0 %, Pen digits 90.0 %."
    assert parts_text(EpochReport(3, 900, 0.1, 0.2, 0.97, {"mnist": 0.98})) == ""


def test_edits_are_called_by_what_they_change():
    network = NetworkSettings(network="conv 3x5x5, pool 2, 6").build()
    texts = [
        edit_text(network, edit)
        for edit in (
            ShiftBias(3, 2, -0.5),
            SwitchOff(4, 8),
            ScaleWeights(3, 1, 0.0, source=2),
            ScaleWeight(1, 0, 12, -1.0),
        )
    ]
    assert texts == [
        "neuron 3 of layer 3: bias −0.500",
        "output 8: switched off",
        "neuron 2 of layer 3: all weights from filter 3 of layer 1 × 0",
        "filter 1 of layer 1: weight 13 of its filter × −1.00",
    ]
