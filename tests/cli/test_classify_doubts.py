"""`gdstudio classify` says why an answer is in doubt, and what was done to find the digit."""

import json

import pytest
from PIL import Image, ImageDraw

from gdstudio.cli.main import run
from gdstudio.resource_files import resource_path

READER = str(resource_path("networks", "reader.safetensors"))
ONE = [[0, 0], [2, 50], [3, 100]]


@pytest.fixture
def classified(capsys, tmp_path):
    """Return a function that classifies a picture or JSON value and returns the results."""

    def classify(value, name="file.json"):
        path = tmp_path / name
        if isinstance(value, Image.Image):
            value.save(path)
        else:
            path.write_text(value if isinstance(value, str) else json.dumps(value))
        assert run(["classify", READER, str(path), "--json"]) == 0
        results = json.loads(capsys.readouterr().out)["results"]
        assert run(["classify", READER, str(path)]) == 0
        return results, " ".join(capsys.readouterr().out.split())

    return classify


def seven(size=(420, 360)):
    image = Image.new("L", size, 250)
    draw = ImageDraw.Draw(image)
    draw.line([(150, 110), (250, 110), (190, 260)], 20, width=14, joint="curve")
    return image, draw


def test_a_sure_answer_has_neither_reason_nor_notes(classified):
    (result,), said = classified([ONE])
    assert (result["digit"], result["sure"]) == (1, True)
    assert "reason" not in result
    assert "notes" not in result
    assert said.endswith(": 1 (1.00)")


def test_a_frame_is_left_out_and_said(classified):
    image, draw = seven()
    draw.rectangle((90, 60, 320, 310), outline=20, width=4)
    (result,), said = classified(image, "framed.png")
    assert (result["digit"], result["sure"]) == (7, True)
    assert result["notes"] == ["The frame around it was left out."]
    assert "The frame around it was left out." in said


def test_several_digits_are_in_doubt(classified):
    drawing = [ONE, [[x + 60, y] for x, y in ONE], [[x + 130, y] for x, y in ONE]]
    for value, name in ((drawing, "drawn.json"), ({"drawings": [drawing]}, "one.json")):
        (result,), said = classified(value, name)
        assert result["sure"] is False
        assert result["reason"].startswith(
            "There are several digits here (3 pieces of ink side by side)"
        )
        assert "not sure" in said
        assert result["reason"] in said


def test_an_empty_picture_says_why(classified):
    (result,), said = classified(Image.new("L", (200, 100), 250), "blank.png")
    assert result["digit"] is None
    assert result["reason"].startswith("Nothing in it stands out from the paper")
    assert result["reason"] in said


def test_quickdraws_lines_are_read(classified):
    seven_drawn = {"word": "seven", "drawing": [[[0, 160, 60], [0, 0, 255]]]}
    one_drawn = {"word": "one", "drawing": [[[0, 4], [0, 255]]]}
    results, _ = classified(f"{json.dumps(seven_drawn)}\n{json.dumps(one_drawn)}\n", "qd.ndjson")
    assert [result["digit"] for result in results] == [7, 1]


def test_two_ways_to_read_a_file_are_said(classified):
    (result,), _ = classified([[[10, 20], [14, 120]]], "two.json")
    assert result["digit"] == 1
    assert "QuickDraw" in result["notes"][0]
