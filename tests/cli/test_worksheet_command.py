"""`gdstudio worksheet`: a lesson becomes a PDF, with a key, and its notes another."""

import json
import re

import pytest

from gdstudio.cli.main import run

pytestmark = pytest.mark.usefixtures("qapp")
LESSON = """+++
title = "Add"
minutes = 5
language = "en"
+++
# One
```step
setup = "slope?function=x^2&start=2"
```
```check
question = "What is x + 1?"
answer = "x + 1"
tolerance = 0.1
hint = "More."
```
"""


def pages(path):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))


def test_a_lesson_of_the_app_is_printed_with_its_notes(tmp_path, capsys):
    sheet, notes = tmp_path / "sheet.pdf", tmp_path / "notes.pdf"
    name = "2-a-line-through-the-houses"
    arguments = ["worksheet", name, "--out", str(sheet), "--notes", str(notes), "--json"]
    assert run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["steps"] == 9
    assert "0.4170" in said["answers"]
    assert said["files"] == [str(sheet), str(notes)]
    assert pages(sheet) >= 2
    assert pages(notes) >= 1


def test_the_key_and_the_paper_are_chosen(tmp_path, capsys):
    lesson, out = tmp_path / "add.md", tmp_path / "out.pdf"
    lesson.write_text(LESSON, "utf-8")
    assert run(["worksheet", str(lesson), "--out", str(out)]) == 0
    assert pages(out) == 2
    assert capsys.readouterr().out == f"Saved {out.name}.\n"
    assert run(["worksheet", str(lesson), "--out", str(out), "--no-key", "--paper", "letter"]) == 0
    assert pages(out) == 1
    assert b"612" in out.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing", "--out", "a.pdf"], "There is no lesson “nothing”; name a Markdown file"),
        (["lost.md", "--out", "a.pdf"], "lost.md"),
        (["add.md", "--out", "a.txt"], "“a.txt” must end in .pdf"),
        (["add.md", "--out", "a.pdf", "--notes", "a.pdf"], "cannot be one file"),
        (["add.md", "--out", "a.pdf", "--notes", "b.pdf"], "“Add” has no notes"),
        (["add.md", "--out", "no/a.pdf"], "a.pdf"),
    ],
)
def test_what_cannot_be_printed_is_told_in_one_sentence(
    arguments, said, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "add.md").write_text(LESSON, "utf-8")
    assert run(["worksheet", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
    assert not (tmp_path / "a.pdf").exists()
