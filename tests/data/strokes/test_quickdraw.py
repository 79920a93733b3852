"""QuickDraw's form of a drawing is told from ours by the whole file, and understood."""

import json

import pytest

from gdstudio.data.strokes.stroke_files import load_drawing_file, load_strokes, parse_strokes
from gdstudio.errors import BadInput


def points(value):
    return [[stroke.tolist() for stroke in drawing] for drawing in parse_strokes(value)]


def test_columns_are_understood():
    assert points([[[0, 5, 9], [1, 2, 3]]]) == [[[[0, 1], [5, 2], [9, 3]]]]
    assert points([[[0, 5, 9], [1, 2, 3], [0, 40, 90]]]) == [[[[0, 1], [5, 2], [9, 3]]]]
    assert points({"drawings": [[[[4], [7]]]]}) == [[[[4, 7]]]]


def test_one_stroke_decides_for_those_of_two_points():
    drawing = [[[0, 255], [10, 12]], [[3, 4, 5], [6, 7, 8]]]
    assert points(drawing) == [[[[0, 10], [255, 12]], [[3, 6], [4, 7], [5, 8]]]]
    ours = [[[0, 255], [10, 12]], [[3, 4], [6, 7], [8, 9]]]
    assert points(ours) == [ours]


def test_strokes_of_two_points_alone_are_quickdraws_where_the_numbers_are():
    tee = [[[0, 255], [0, 0]], [[128, 128], [0, 255]]]
    assert points(tee) == [[[[0, 0], [255, 0]], [[128, 0], [128, 255]]]]


def test_strokes_of_two_points_alone_are_else_points_and_said_so(tmp_path):
    path = tmp_path / "two.json"
    path.write_text(json.dumps([[[10, 20], [30, 90]]]))
    found = load_drawing_file(path)
    assert found.two_ways
    assert [stroke.tolist() for stroke in found.drawings[0]] == [[[10, 20], [30, 90]]]
    path.write_text(json.dumps([[[10, 20], [20, 90]]]))
    assert not load_drawing_file(path).two_ways, "it is the same either way"
    path.write_text(json.dumps({"drawings": [[[[10, 20], [30, 90]]]]}))
    assert not load_drawing_file(path).two_ways, "that is our own form"


def test_quickdraws_files_have_an_object_a_line(tmp_path):
    line = json.dumps({"word": "line", "drawing": [[[10, 30], [20, 90]]]})
    path = tmp_path / "lines.ndjson"
    path.write_text(line + "\n" + line + "\n")
    assert [[s.tolist() for s in drawing] for drawing in load_strokes(path)] == [
        [[[10, 20], [30, 90]]]
    ] * 2
    path.write_text(line)
    assert len(load_strokes(path)) == 1


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        {"drawings": [[[[0, 5], [1, 2]]], float("nan")]},
        {"drawings": [[[[0, 5, 9], [1, 2, 3]]], 7.0]},
        {"drawing": 7.0},
        [[[0, 5, 9], [1, 2]]],
        [[[1, 2, 3]]],
        [[[0, 5, 9], [1, 2, None]]],
        [[[0, 5, 9], [1, 2, "x"]]],
        {"drawing": 7},
        {"drawing": [[1, 2], [3, 4]]},
        {"\n": [[[[1, 2], [3, 4]]]]},
    ],
)
def test_what_has_neither_form_is_refused(value):
    with pytest.raises(BadInput, match="is not a drawing"):
        parse_strokes(value)


def test_lines_that_are_not_all_drawings_are_refused(tmp_path):
    path = tmp_path / "lines.ndjson"
    path.write_text('{"drawing": [[[1, 2], [3, 4]]]}\n{"word": "cat"}\n')
    with pytest.raises(BadInput, match="is not JSON"):
        load_strokes(path)
