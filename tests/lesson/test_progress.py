"""How far one has come is kept, whatever the file is like."""

import json

import pytest

from gdstudio.errors import BadInput
from gdstudio.lesson.guide import Answered, Guide
from gdstudio.lesson.progress import Place, Progress, save_text
from gdstudio.lesson.reader import parse_lesson

HEAD = '+++\ntitle = "A test"\nminutes = 5\nlanguage = "en"\n+++\n'


@pytest.fixture
def lesson():
    return parse_lesson(HEAD + "# One\n\n---\n\n# Two\n")[0]


def test_a_place_is_found_again(tmp_path, lesson):
    path = tmp_path / "sub" / "lessons.json"
    progress = Progress.load(path)
    guide = Guide(lesson, answered={0: Answered(2, "7", True, 3.5)})
    progress.note("mine", guide)
    progress.is_open = progress.show_everything = True
    save_text(path, progress.text())
    again = Progress.load(path)
    assert again.places == {"mine": Place(0, "One", {0: Answered(2, "7", True, 3.5)}, False)}
    assert (again.lesson, again.is_open, again.show_everything) == ("mine", True, True)
    assert again.problem == ""


def test_a_lesson_stays_finished(lesson):
    progress, guide = Progress(), Guide(lesson, 1)
    progress.note("mine", guide)
    assert progress.places["mine"].is_finished
    guide.go(0)
    progress.note("mine", guide)
    assert progress.places["mine"].is_finished
    assert progress.places["mine"].step == 0


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 99}', "[" * 100_000, "\udcff"])
def test_a_damaged_file_is_set_aside_with_one_sentence(tmp_path, content):
    path = tmp_path / "lessons.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    progress = Progress.load(path)
    assert progress.places == {}
    assert progress.problem.startswith("How far you had come in the lessons cannot be read")
    assert "lessons.json.damaged" in progress.problem
    assert not path.exists()
    assert (tmp_path / "lessons.json.damaged").exists()


def test_values_that_cannot_be_used_are_passed_over(tmp_path):
    path = tmp_path / "lessons.json"
    bad = {
        "step": -3,
        "heading": 7,
        "answered": {"1": {"tries": "x", "is_right": True}, "-2": {}, "x": {}, "3": 5},
        "is_finished": 1,
    }
    kept = {"version": 1, "lesson": 3, "open": "yes", "lessons": {"a": bad, "b": 5}}
    path.write_text(json.dumps(kept))
    progress = Progress.load(path)
    assert progress.places == {"a": Place(0, "", {1: Answered(is_right=True)}, False)}
    assert (progress.lesson, progress.is_open, progress.problem) == ("", False, "")


def test_what_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="could not be kept"):
        save_text(tmp_path / "file" / "lessons.json", "{}")
