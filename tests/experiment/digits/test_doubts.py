"""An answer in doubt says why, in a sentence that one can act on."""

from dataclasses import replace

import numpy as np
import pytest

from gdstudio.data.pictures.images import to_network_input
from gdstudio.data.remarks import Noticed, Remark
from gdstudio.data.strokes.drawings import read_drawing
from gdstudio.engine.inspect.edits import ShiftBias
from gdstudio.experiment.digits.answer import Answerer
from gdstudio.experiment.digits.doubts import Doubt, notes, nothing_found, reason
from gdstudio.storage.network_file import load_shipped_reader

ONE = np.array([[0.0, 0.0], [2.0, 50.0], [3.0, 100.0]])
ZERO = np.array([[30 + 30 * np.cos(a), 50 + 50 * np.sin(a)] for a in np.linspace(0, 6.3, 40)])


@pytest.fixture(scope="module")
def kept():
    return load_shipped_reader()


@pytest.fixture(scope="module")
def reader(kept):
    return Answerer.of_file(kept)


def doubt(*shares, strong=True):
    rest = (1 - sum(shares)) / (10 - len(shares))
    return Doubt(np.array([*shares, *[rest] * (10 - len(shares))]), strong)


def test_what_was_noticed_comes_before_what_the_network_says():
    several = [Noticed(Remark.MARKS, 2), Noticed(Remark.SEVERAL, 3)]
    assert reason(several, doubt(0.5, 0.4)).startswith(
        "There are several digits here (3 pieces of ink side by side)"
    )
    assert reason([Noticed(Remark.EDGE)], None).startswith("The ink touches the edge")
    assert reason([Noticed(Remark.DOT)], None).startswith("This is nearly a dot")
    assert reason([Noticed(Remark.FRAME)], None) == ""


def test_the_two_nearest_digits_are_named_with_their_shares():
    assert reason([], doubt(0.04, 0.41, 0.5)) == "It may be 2 (50 %) or 1 (41 %)."
    weak = doubt(0.5, 0.3, strong=False)
    assert reason([], weak) == "It hardly looks like a digit; nearest are 0 (50 %) and 1 (30 %)."
    assert reason([], doubt(0.999, strong=False)).endswith("nearest is 0 (100 %).")


def test_what_was_done_is_said():
    noticed = [Noticed(Remark.FRAME), Noticed(Remark.RULING, 4), Noticed(Remark.MARKS)]
    assert notes(noticed) == [
        "The frame around it was left out.",
        "4 straight lines were left out.",
        "A small mark beside it was left out.",
    ]
    assert "QuickDraw" in notes([Noticed(Remark.TWO_WAYS)])[0]


@pytest.mark.parametrize("remark", Remark)
def test_every_remark_has_a_sentence(remark):
    noticed = [Noticed(remark, 2)]
    sentences = [*notes(noticed), reason(noticed, None), nothing_found(noticed)]
    assert any(sentences)
    for sentence in filter(None, sentences):
        assert sentence.endswith(".")
        assert "{count}" not in sentence


def test_a_sure_answer_has_no_reason(reader):
    answer = reader.answer(*_read([ONE]))
    assert answer.index == 1
    assert answer.sure
    assert answer.reason == ""


def test_two_digits_are_in_doubt_whatever_the_network_says(reader):
    answer = reader.answer(*_read([ONE, ZERO + np.array([40, 0])]))
    assert answer.sure is False
    assert "2 pieces of ink side by side" in answer.reason


def test_something_else_is_in_doubt_with_candidates(reader):
    cross = [np.array([[0, 0], [100, 90]]), np.array([[100, 0], [0, 90]])]
    answer = reader.answer(*_read(cross))
    assert answer.sure is False
    assert str(answer.index) in answer.reason
    assert "%" in answer.reason


def test_without_a_measure_there_is_no_doubt_but_what_is_seen(kept):
    unmeasured = Answerer.of_file(replace(kept, training={}))
    assert unmeasured.answer(*_read([ONE])).sure is None
    assert unmeasured.answer(*_read([ONE])).reason == ""
    answer = unmeasured.answer(*_read([ONE, ZERO + np.array([40, 0])]))
    assert answer.sure is None
    assert "side by side" in answer.reason


def test_an_edited_network_was_not_measured(kept):
    edited = Answerer.of_file(kept)
    edited.edit((ShiftBias(layer=1, unit=0, amount=0.5),))
    assert edited.answer(*_read([ONE])).sure is None
    edited.edit(())
    assert edited.answer(*_read([ONE])).sure


def test_a_blank_picture_gives_no_answer(reader):
    assert reader.answer(to_network_input(np.zeros((40, 40)))) is None


def _read(strokes):
    reading = read_drawing(strokes)
    return reading.picture, reading.noticed
