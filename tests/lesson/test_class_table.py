"""What a class hands in: thirty files, the doubtful ones among them named."""

import base64
import csv
import io
import json
import shutil
import struct
import zlib

import pytest

from gdstudio.cli import main
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.lesson.class_table import collect, summary, to_csv, to_page
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.hand_in import (
    LARGEST_PICTURE,
    hand_in_of,
    load_hand_in,
    picture_of,
    save_hand_in,
    with_picture,
)
from gdstudio.lesson.library import open_lesson

LESSON = """+++
title = "A line"
minutes = 5
language = "en"
+++
# By hand

```step
setup = "houses"
```

```check
question = "What?"
answer = "1.6"
tolerance = 0.01
hint = "Look."
```

---

# Do

```check
goal = "step >= 1"
solve = ["step 1"]
```
"""


class Clock:
    """Goes on by what it is told."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def work(tmp_path):
    """Return what does a lesson as one pupil would, and hands it in."""
    (tmp_path / "class").mkdir()

    def done(name, seconds, *, lesson=LESSON, key="line", guess="2"):
        path = tmp_path / f"{key}.md"
        path.write_text(lesson, "utf-8")
        file, clock = open_lesson(path), Clock()
        guide = Guide(file.lesson, clock=clock)
        guide.begin({"step": 0})
        clock.now += seconds
        guide.answer_number(guess)
        clock.now += 10
        guide.answer_number("1.6")
        guide.go(1)
        guide.begin({"step": 0})
        clock.now += 2
        guide.see({"step": 1})
        hand_in = hand_in_of(name, file, guide, Scenario.parse("houses?seed=3"))
        target = tmp_path / "class" / f"{name}.json"
        save_hand_in(target, hand_in)
        return target

    return done


@pytest.fixture
def thirty(work, tmp_path):
    """Return the folder of a class: 24 good ones, and others."""
    for pupil in range(24):
        work(f"pupil {pupil:02}", 20 + pupil)
    edited = work("edited", 61)
    edited.write_text(edited.read_text().replace('"tries": 2', '"tries": 1'))
    shutil.copy(work("first", 62), tmp_path / "class" / "second.json")
    work("older", 63, lesson=LESSON.replace("What?", "What is it?"))
    work("other", 64, lesson=LESSON.replace("A line", "A valley"), key="valley")
    cut = work("cut", 65)
    cut.write_bytes(cut.read_bytes()[:300])
    return tmp_path / "class"


def test_the_doubtful_of_thirty_are_named(thirty):
    rows = collect(thirty)
    assert len(rows) == 30
    doubtful = {row.file: row.warnings for row in rows if row.warnings}
    assert doubtful == {
        "edited.json": ["It was edited after it was handed in."],
        "second.json": ["It has the same answers and times as first.json."],
        "older.json": ["It is of another version of the lesson."],
        "other.json": ["It is of another lesson, “A valley”."],
        "cut.json": ["It is cut off or damaged; ask for the file once more."],
    }


def test_one_file_is_no_class(work, tmp_path):
    place = work("only", 20)
    assert summary(collect(tmp_path / "class")) == "1 file, and nothing is doubtful."
    place.write_text("{}")
    assert summary(collect(tmp_path / "class")) == "1 file, and it is doubtful."


def test_what_is_handed_in_is_what_was_done(work):
    hand_in, is_unchanged = load_hand_in(work("Ada", 30))
    assert is_unchanged
    assert (hand_in.name, hand_in.lesson, hand_in.checks) == ("Ada", "A line", 2)
    assert (hand_in.setup, hand_in.seed) == ("houses?seed=3", 3)
    first, second = hand_in.answers
    assert (first.heading, first.kind, first.answer) == ("By hand", "number", "1.6")
    assert (first.tries, first.right, first.seconds) == (2, True, 40.0)
    assert (second.kind, second.tries, second.right, second.seconds) == ("goal", 1, True, 2.0)
    assert hand_in.steps_done == 2


def test_the_file_says_nothing_of_the_machine(work, tmp_path):
    content = work("Ada", 30).read_text()
    assert str(tmp_path) not in content
    assert "/" not in json.loads(content)["key"]


def test_the_table_opens_in_a_spreadsheet_without_formulas(work, thirty):
    work("=SUM(A1)", 70)
    table = list(csv.reader(io.StringIO(to_csv(collect(thirty)))))
    assert table[0][:4] == ["Name", "File", "Lesson", "Done"]
    assert "1 By hand" in table[0]
    assert len({len(row) for row in table}) == 1
    assert any(row[0] == "'=SUM(A1)" for row in table)
    assert not any(cell.startswith("=") for row in table for cell in row)


def test_the_page_shows_names_as_text(work, thirty):
    path = work("x", 71)
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"name": "<script>alert(1)</script>"}))
    page = to_page(collect(thirty))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "31 files, 6 of them doubtful." in page


@pytest.mark.parametrize(
    "change",
    [
        {"answers": 5},
        {"answers": [{}]},
        {"checks": -1},
        {"name": None},
        {"seed": "x"},
        {"answers": [{"step": 1e999}]},
    ],
)
def test_a_damaged_file_gets_one_sentence(work, change):
    path = work("Ada", 30)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadInput, match="damaged"):
        load_hand_in(path)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_nickname_is_needed(work, name):
    with pytest.raises(BadInput, match="nickname"):
        work(name, 3)


def test_the_command_makes_table_page_and_json(thirty, tmp_path, capsys):
    table, page = tmp_path / "class.csv", tmp_path / "class.html"
    arguments = ["collect", str(thirty), "--csv", str(table), "--page", str(page), "--json"]
    assert main.run(arguments) == 0
    pupils = json.loads(capsys.readouterr().out)["pupils"]
    assert len(pupils) == 30
    assert sum(bool(one["warnings"]) for one in pupils) == 5
    assert pupils[-1]["steps_done"] == 2
    assert len(table.read_text("utf-8-sig").splitlines()) == 31
    assert "<table>" in page.read_text()
    assert main.run(["collect", str(thirty)]) == 0
    assert "30 files, 5 of them doubtful." in capsys.readouterr().out
    assert main.run(["collect", str(tmp_path / "nothing")]) == 2
    assert "no folder" in capsys.readouterr().err


def part(kind, content):
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", 0)


def png(width=2, height=2, *more):
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0\0\0" * 2)
    parts = [part(b"IHDR", head), *more, part(b"IDAT", body), part(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def put(path, picture):
    hand_in, _ = load_hand_in(path)
    save_hand_in(path, with_picture(hand_in, picture))


def test_a_picture_is_handed_in_and_stands_on_the_page_but_in_no_table(work):
    path = work("Ada", 30)
    put(path, png())
    hand_in, is_unchanged = load_hand_in(path)
    assert is_unchanged
    assert picture_of(hand_in) == png()
    rows = collect(path.parent)
    assert (rows[0].picture, rows[0].warnings) == (png(), [])
    assert base64.b64encode(png()).decode() in to_page(rows)
    assert "png" not in to_csv(rows)


def test_a_nickname_is_no_html_beside_its_picture(work):
    path = work('"><script>', 30)
    put(path, png())
    page = to_page(collect(path.parent))
    assert "<script" not in page
    assert 'alt="What &quot;&gt;&lt;script&gt; had in view"' in page


def test_a_hand_in_of_before_there_were_pictures_is_as_good(work):
    path = work("Ada", 30)
    kept = json.loads(path.read_text("utf-8"))
    assert kept.pop("picture") == ""
    path.write_text(json.dumps(kept), "utf-8")
    hand_in, _ = load_hand_in(path)
    assert picture_of(hand_in) == b""


def test_a_picture_that_is_too_large_is_not_handed_in(work):
    path = work("Ada", 30)
    put(path, bytes(LARGEST_PICTURE + 1))
    assert load_hand_in(path)[0].picture == ""


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (base64.b64encode(png(60_000, 60_000)).decode(), "a side must have 1 to 1,000 pixels"),
        (base64.b64encode(png(0, 5)).decode(), "a side must have 1 to 1,000 pixels"),
        (base64.b64encode(bytes(LARGEST_PICTURE + 3)).decode(), "more than 60,000 bytes"),
        ("A" * 900_000, "more than 60,000 bytes"),
        (base64.b64encode(png()[:-20]).decode(), "damaged, or no plain PNG"),
        (base64.b64encode(png(2, 2, part(b"zTXt", bytes(90)))).decode(), "no plain PNG"),
        (base64.b64encode(b"GIF89a" + bytes(50)).decode(), "no plain PNG"),
        ("<script>alert(1)</script>", "no plain PNG"),
        (["x"], "no plain PNG"),
        (7, "no plain PNG"),
    ],
)
def test_a_hostile_picture_is_left_out_with_a_line_and_the_answers_stay(work, picture, said):
    path = work("Ada", 30)
    kept = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**kept, "picture": picture}), "utf-8")
    (row,) = collect(path.parent)
    assert row.hand_in.steps_done == 2
    assert row.picture == b""
    assert row.warnings[0] == "It was edited after it was handed in."
    assert said in row.warnings[1]
    assert "<img" not in to_page([row])
    assert "<script" not in to_page([row])
