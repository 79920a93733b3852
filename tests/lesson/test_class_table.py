"""What a class hands in: thirty files, the doubtful ones among them named."""

import csv
import io
import json
import shutil

import pytest

from gdstudio.cli import main
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.lesson.class_table import collect, to_csv, to_page
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.hand_in import hand_in_of, load_hand_in, save_hand_in
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
