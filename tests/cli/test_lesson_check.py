"""`gdstudio lesson check`: problems line by line, as text and as JSON."""

import json

from gdstudio.cli.main import run
from gdstudio.resource_files import resource_path

LESSON = '+++\ntitle = "A"\nminutes = 5\nlanguage = "en"\n+++\n# One\n'


def test_shipped_lessons_have_no_problems(capsys):
    files = sorted(map(str, resource_path("lessons").glob("0[23]*.md")))
    assert run(["lesson", "check", *files]) == 0
    said = capsys.readouterr()
    assert said.out == (
        "No problems: 28 steps, 25 checks, 11 computed answers.\n"
        "31 words a step, 52 at most; 3 controls lit at most.\n"
    )
    assert run(["lesson", "check", *files, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "steps": 28,
        "checks": 25,
        "answers": 11,
        "words": {"mean": 31.5, "most": 52},
        "lit": 3,
        "long": [],
        "problems": [],
    }


def test_each_problem_is_one_line(capsys, tmp_path):
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(LESSON, "utf-8")
    bad.write_text(LESSON.replace("title", "titel") + "\n<b>x</b>\n", "utf-8")
    assert run(["lesson", "check", str(good), str(bad)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{bad}:8: HTML cannot stand in a lesson; write it in Markdown."
    assert any(line.startswith(f"{bad}:2: The front matter has no “titel”") for line in lines)
    assert run(["lesson", "check", str(bad), "--json"]) == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert problems[-1] == {
        "file": str(bad),
        "line": 8,
        "problem": "HTML cannot stand in a lesson; write it in Markdown.",
    }


def test_a_long_step_is_named_and_no_problem(capsys, tmp_path):
    path = tmp_path / "long.md"
    path.write_text(LESSON + "\n" + "word " * 61 + "\n", "utf-8")
    assert run(["lesson", "check", str(path)]) == 0
    assert f"{path}:6: Not wrong, but long: 61 words; 60 are enough.\n" in capsys.readouterr().out


def test_the_words_of_question_and_choices_count(capsys, tmp_path):
    path = tmp_path / "long.md"
    words = "word " * 20
    check = f'''```check
question = "{words}"
choices = [{{text = "{words}", right = true}}, {{text = "no"}}]
hint = "Look."
```
'''
    setup = '```step\nsetup = "slope"\n```\n'
    path.write_text(f"{LESSON}{setup}\n{words}\n\n{check}", "utf-8")
    assert run(["lesson", "check", str(path)]) == 0
    assert f"{path}:6: Not wrong, but long: 61 words; 60 are enough.\n" in capsys.readouterr().out


def test_a_missing_file_is_said_and_the_others_go_on(capsys, tmp_path):
    good = tmp_path / "good.md"
    good.write_text(LESSON, "utf-8")
    missing = tmp_path / "none.md"
    assert run(["lesson", "check", str(missing), str(good), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["steps"] == 1
    assert "There is no file" in found["problems"][0]["problem"]


def test_without_a_file_the_lessons_of_the_app_are_checked(capsys, monkeypatch):
    from gdstudio.lesson import library

    # All of them are played in `tests/lesson/test_player.py`.
    few = [path for path in library.shipped_paths() if path.name.startswith("02")]
    monkeypatch.setattr(library, "shipped_paths", lambda: few)
    assert run(["lesson", "check"]) == 0
    assert capsys.readouterr().out.startswith("No problems: 15 steps, 14 checks,")
