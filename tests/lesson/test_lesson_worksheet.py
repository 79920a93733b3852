"""A lesson on paper: each question has a blank, and each answer is computed."""

import pickle

import pytest

from gdstudio.app.worksheets.html import notes_html, sheet_html
from gdstudio.errors import BadInput
from gdstudio.lesson.reader import parse_lesson
from gdstudio.lesson.worksheet import check_has_notes, paper_of, read_paper
from gdstudio.resource_files import resource_path

HEAD = '+++\ntitle = "Down"\nminutes = 10\nlanguage = "en"\nneeds = ["Up"]\n+++\n'
STEP = """# By hand
```step
setup = "slope?function=x^2&start={start}&learning_rate=0.1"
```
The slope is {{= slope : 1}}.

- Multiply it by **0.1**.

```check
question = "What is the new x?"
answer = "x - learning_rate * slope"
tolerance = 0.01
hint = "Less."
```

```notes
Most say {{= x : 0}}.
```
---
# Which way?
```check
question = "Which way is down?"
choices = [{{text = "left", right = "slope > 0"}}, {{text = "right", right = "slope < 0"}}]
hint = "Against the slope."
```
---
# Now run
```check
goal = "step >= 2"
solve = ["step 2"]
```
---
# Remember
The end.
"""


def printed(start):
    text = HEAD + STEP.format(start=start)
    lesson, problems = parse_lesson(text.replace("learning_rate * slope", "0.1 * slope"))
    assert not problems
    return paper_of(lesson)


@pytest.mark.parametrize(
    ("start", "answers"),
    [(2, ["1.600", "A", "2", "1.638"]), (-3, ["−2.400", "B", "2", "3.686"])],
)
def test_every_answer_is_computed_from_where_the_lesson_begins(start, answers):
    assert printed(start).sheet.answers() == answers


def test_the_sheet_asks_and_the_key_answers():
    paper = printed(2)
    sheet, key = (paper.sheet.text(key=key).splitlines() for key in (False, True))
    assert "Lesson: About 10 minutes. Needed before: Up." in sheet
    assert sheet.index("1. By hand") + 1 == sheet.index("The slope is 4.0.")
    assert "• Multiply it by 0.1." in sheet
    assert "What is the new x?  ____" in sheet
    assert "What is the new x?  1.600" in key
    apart = "\N{NO-BREAK SPACE}" * 3
    assert any(f"A:\N{NO-BREAK SPACE}left{apart}" in line for line in sheet)
    assert "Done in the app:  step = 2,  f(x) = 1.638" in key
    assert "1.600" not in " ".join(sheet)
    assert "4. Remember" in sheet


AGAIN = """# By hand
```step
setup = "slope?function=x^2&start=2&learning_rate=0.1"
```
At **x = {= x}** the slope is {= slope : 1}.
```check
question = "What is the new x?"
answer = "x - learning_rate * slope"
tolerance = 0.01
hint = "Less."
```
---
# Now the app
```check
goal = "step >= 1"
solve = ["step 1"]
```
---
# And again
x is {= x : 1} now, the height **{= value : 2}**, the slope {= slope : 1}, after {= step} step.
```check
question = "From {= x}, what is the next x?"
answer = "x - learning_rate * slope"
tolerance = 0.01
hint = "Less."
```
```notes
They have {= x : 1}.
```
---
# Another start
```step
setup = "slope?function=x^2&both=yes&start=2&other_start=1.28&learning_rate=0.1"
```
One stands at {= x}, the other at {= other.x}.
"""


def test_what_was_asked_for_is_not_printed_in_a_later_text_but_in_the_key_and_the_notes():
    lesson, problems = parse_lesson(HEAD + AGAIN)
    assert not problems
    paper = paper_of(lesson)
    sheet, key = (paper.sheet.text(key=key).splitlines() for key in (False, True))
    assert "At x = 2.000 the slope is 4.0." in sheet
    assert "x is ____ now, the height ____, the slope 3.2, after ____ step." in sheet
    assert "x is 1.6 now, the height 2.56, the slope 3.2, after 1 step." in key
    assert "From ____, what is the next x?  ____" in sheet
    assert "From 1.600, what is the next x?  1.280" in key
    # What is given is printed, also where it is what came out elsewhere by chance.
    assert "One stands at 2.000, the other at 1.280." in sheet
    # They are asked for once.
    assert paper.sheet.answers() == ["1.600", "1", "2.560", "1.280"]
    assert paper.notes[0].markdown == "They have 1.6."
    assert "blank within a text" in paper.sheet.note
    assert "blank within a text" not in printed(2).sheet.note
    # The first of these has a line in print, and the number in the key.
    on_paper, in_key = (sheet_html(paper.sheet, key=key) for key in (False, True))
    assert "x is ______ now" in on_paper
    assert "1.6" not in on_paper
    assert ">1.6</span> now" in in_key


def test_what_was_given_before_it_was_asked_for_is_printed_again():
    first = AGAIN.partition("---")[0]
    asked = first.replace("x - learning_rate * slope", "slope * 10 * learning_rate")
    lesson, problems = parse_lesson(HEAD + f"{asked}---\n# After\nIt is {{= slope : 1}}.\n")
    assert not problems
    paper = paper_of(lesson)
    assert paper.sheet.answers() == ["4"]
    assert "It is 4.0." in paper.sheet.text(key=False).splitlines()


def test_whole_numbers_are_written_without_decimals():
    text = '# S\n```step\nsetup = "surface?fog=yes"\n```\n```check\n'
    text += 'goal = "fog.probes >= 2"\nsolve = ["downhill 1", "downhill 0.5"]\n```\n---\n'
    lesson, problems = parse_lesson(HEAD + text + "# After\nThat were {= fog.probes}.\n")
    assert not problems
    key = paper_of(lesson).sheet.text(key=True).splitlines()
    assert "Done in the app:  fog probes = 2" in key
    assert "That were 2." in key


def test_a_neuron_is_asked_for_in_its_layer():
    check = 'find = "neuron"\nanswer = "7"\nlayer = 1'
    step = f'# S\n```step\nsetup = "digits?network=10"\n```\n```check\n{check}\n```\n'
    lesson, problems = parse_lesson(HEAD + step)
    assert not problems
    lines = paper_of(lesson).sheet.text(key=True).splitlines()
    assert "Number of the neuron in layer 1:  7" in lines


def test_numbers_of_another_walk_and_of_the_best_line_are_called_so():
    papers = [
        read_paper(resource_path("lessons", name)).sheet.text(key=True)
        for name in ("class/1-descent-by-hand.md", "04-a-line-through-ten-houses.md")
    ]
    assert "slope = 0.009508,  other slope = −0.0005465" in papers[0]
    assert (
        "a = 0.1426,  least squares a = 0.1421,  b = 0.7005,  least squares b = 0.7015"
        in (papers[1])
    )


SHORT = """+++
title = "Short"
minutes = 1
language = "en"
+++
# Both
```step
setup = "slope?both=yes&start=2"
```
```check
goal = "step >= 1 and slope > 0 and other.slope < 100"
solve = ["step 1"]
```
---
# A rate
```step
setup = "slope?learning_rate=0.1"
```
```check
goal = "step <= 0 and learning_rate >= 0.2"
solve = ["set learning_rate 0.2"]
```
---
# Draw
```step
setup = "digits?dataset=pen-digits&training_size=100&network=5"
```
```check
draw = "any"
```
---
# Draw a three
```check
draw = "3"
```
"""


def test_what_is_done_in_the_app_is_written_down_in_words_that_tell_it_apart():
    lesson, problems = parse_lesson(SHORT)
    assert not problems
    key = paper_of(lesson).sheet.text(key=True).splitlines()
    assert "Lesson: About 1 minute." in key
    # Both walks have a slope.
    assert "Done in the app:  step = 1,  slope = 1.600,  other slope = −2.400" in key
    # No step was to be made.
    assert "Done in the app:  learning rate = 0.2000" in key
    assert "The network reads:  your own" in key
    assert "The network reads:  3" in key


def test_the_notes_of_the_teacher_come_with_the_answers():
    paper = printed(2)
    (note,) = paper.notes
    assert note.heading == "1. By hand"
    assert note.markdown == "Most say 2."
    assert note.answers == ("What is the new x?  1.600",)
    # The window has a child process play the lesson.
    assert pickle.loads(pickle.dumps(paper)) == paper


def test_the_lessons_for_a_class_can_be_printed_with_their_notes():
    for path in sorted(resource_path("lessons", "class").glob("[12]*.md")):
        paper = read_paper(path)
        check_has_notes(paper)
        asked = [task for task in paper.sheet.tasks if task.lines]
        assert len(paper.sheet.answers()) >= len(asked) >= 8
        assert len(paper.notes) == len(paper.sheet.tasks)


def test_a_lesson_that_cannot_be_played_is_refused_with_its_line():
    lesson, _ = parse_lesson(HEAD + STEP.format(start=2).replace("step >= 2", "step >= 3"))
    with pytest.raises(BadInput, match=r"Line \d+ of the lesson: .*solve do not meet"):
        paper_of(lesson)


def test_notes_are_refused_where_there_are_none():
    lesson, _ = parse_lesson(HEAD + "# One\nText.\n")
    with pytest.raises(BadInput, match="has no notes"):
        check_has_notes(paper_of(lesson))


def test_formulas_are_printed_in_one_line_and_in_the_notes_as_they_are_shown():
    text = HEAD + STEP.format(start=2)
    for old, new in {
        "# By hand": "# By $x^2$",
        "The slope is": r"With $\frac{\partial f}{\partial x}$ at $x = {= x : 1}$ the slope is",
        "Most say": "Most say $x_1$ is",
        "The end.": r"At last it is $\frac{{= loss}}{2}$.",
    }.items():
        text = text.replace(old, new)
    lesson, problems = parse_lesson(text)
    assert not problems
    paper = paper_of(lesson)
    assert paper.sheet.tasks[0].heading == "1. By x²"
    assert paper.sheet.tasks[0].instruction[0] == ("With ∂f/∂x at x = 2.0 the slope is 4.0.",)
    assert "<i>x</i><sub>1</sub> is 2." in notes_html(paper)
    # What was asked for before is a blank within a formula, too.
    before, blank, after = paper.sheet.tasks[3].instruction[0]
    assert (before, blank.answer, after) == ("At last it is ", "1.638", "/2.")
