"""A person's way through a lesson: texts filled in, answers judged, steps gone back and forth."""

import functools
from pathlib import Path

import pytest

from gdstudio.child_process import JobProcess
from gdstudio.errors import BadInput
from gdstudio.lesson.guide import Guide, Verdict, find_step
from gdstudio.lesson.lesson import NumberQuestion
from gdstudio.lesson.library import open_lesson, shipped_lessons, shipped_paths
from gdstudio.lesson.player import start_in_file, start_of
from gdstudio.lesson.reader import parse_lesson

HEAD = '+++\ntitle = "A test"\nminutes = 5\nlanguage = "en"\n+++\n'
BODY = """
# Only read

---

# A number

```step
setup = "slope?function=x^2&start=2&learning_rate=0.1"
lit = ["step_table"]
```

The slope is {= slope : 1}.

```check
question = "What is the new x, from {= x}?"
answer = "x - learning_rate * slope"
tolerance = 0.005
hint = "Take a tenth of {= slope : 1} away."
```

---

# A choice

```check
question = "Which way?"
choices = [
    {text = "Left", right = "slope > 0"},
    {text = "Right", right = "slope < 0", reason = "The slope is {= slope : 1}."},
    {text = "Nowhere", right = false},
]
hint = "Look at the sign."
```

---

# A goal

```check
goal = "step >= 3 and slope < 3"
solve = ["step 3"]
```

---

# The end

It came to {= x : 3}.
"""
START = {"step": 0, "x": 2.0, "slope": 4.0, "learning_rate": 0.1}


@pytest.fixture
def lesson():
    found, problems = parse_lesson(HEAD + BODY)
    assert problems == []
    return found


@pytest.fixture
def guide(lesson):
    guide = Guide(lesson, 1)
    guide.begin(START)
    return guide


def test_numbers_are_those_of_the_beginning_of_the_step(lesson):
    guide = Guide(lesson, 1)
    assert guide.text == "The slope is …."
    guide.begin(START)
    assert guide.text == "The slope is 4.0."
    guide.see({**START, "step": 1, "slope": 3.2})
    assert guide.text == "The slope is 4.0."
    assert guide.question == "What is the new x, from 2.000?"


def test_a_wrong_number_gets_the_hint_and_another_try(guide):
    verdict = guide.answer_number("2.4")
    assert verdict.is_right is False
    assert verdict.sentence == "Not yet. Take a tenth of 4.0 away."
    assert not guide.is_done
    verdict = guide.answer_number("1.602")
    assert verdict.is_right
    assert verdict.sentence == "Right: 1.600."
    assert guide.is_done
    assert guide.answered[1].tries == 2
    assert guide.done == [1]


def test_a_whole_number_is_told_as_one(lesson):
    guide = Guide(lesson, 1)
    guide.begin({**START, "x": 785.0, "slope": 10.0})
    assert guide.answer_number("784").sentence == "Right: 784."


@pytest.mark.parametrize(("typed", "said"), [("", "Type a number"), ("left", "not a number")])
def test_what_is_no_number_is_no_try(guide, typed, said):
    verdict = guide.answer_number(typed)
    assert verdict.is_right is None
    assert said in verdict.sentence
    assert guide.done == []


@pytest.mark.parametrize("typed", ["1.6", "1.60", " 1.6 ", "1.6e0", "1.6 × 10⁰"])
def test_a_number_is_taken_as_it_is_written_elsewhere(guide, typed):
    assert guide.answer_number(typed).is_right


def test_nothing_is_judged_before_the_run_is_there(lesson):
    guide = Guide(lesson, 1)
    assert guide.answer_number("1.6").is_right is None
    assert guide.done == []


def test_a_choice_has_a_reason_or_the_hint_of_all(guide):
    assert not guide.go(2)  # without a setup
    guide.begin(START)
    assert guide.answer_choice(1).sentence == "The slope is 4.0."
    assert guide.answer_choice(2).sentence == "Not yet. Look at the sign."
    assert guide.answer_choice(-1).is_right is None
    assert guide.answer_choice(0).is_right


def test_a_goal_is_met_by_doing_once(guide):
    guide.go(3)
    guide.begin(START)
    assert not guide.see({**START, "step": 2, "slope": 2.5})
    assert not guide.is_done
    assert guide.see({**START, "step": 3, "slope": 2.0})
    assert guide.is_done
    assert not guide.see({**START, "step": 4, "slope": 1.6})
    assert 3 in guide.done


def test_an_answer_that_misses_a_whole_number_by_its_last_digit_is_told_as_one(guide):
    guide.go(1)
    question = guide.check
    assert isinstance(question, NumberQuestion)
    assert 10000 * (1 - 0.9473) != 527
    assert question.text(10000 * (1 - 0.9473)) == "527"
    assert question.text(526.96) == "527.0"


def test_what_is_drawn_opened_or_pointed_at_is_judged():
    setup = '```step\nsetup = "digits"\n```\n'
    checks = ('draw = "5"\nhint = "Larger."', 'draw = "any"', 'open = "network"')
    body = "\n\n---\n\n".join(f"# S\n\n{setup}\n```check\n{check}\n```" for check in checks)
    points = '# S\n\n```step\nsetup = "points"\n```\n\n```check\nfind = "neuron"\nanswer = "2"\n```'
    lesson, problems = parse_lesson(f"{HEAD}\n{body}\n\n---\n\n{points}\n")
    assert problems == []
    guide = Guide(lesson)
    guide.begin({"step": 0})
    assert guide.question == "Draw a 5 that the network reads as a 5."
    assert guide.see_drawn(3).sentence == "The network reads a 3. Larger."
    assert guide.see_opened("network") is None
    assert guide.see_drawn(5).is_right
    # It is done; what is said is of the drawing as it is now.
    assert guide.see_drawn(8) == Verdict(None, "The network reads an 8.")
    assert guide.is_done
    assert guide.answered[0].tries == 1
    assert guide.answered[0].last == "5"
    guide.go(1)
    assert guide.see_drawn(3).sentence == "The network reads a 3."
    assert guide.is_done
    assert guide.see_drawn(8) == Verdict(True, "The network reads an 8.")
    assert guide.answered[1].last == "8"
    guide.go(2)
    assert guide.see_opened("picture") is None
    assert guide.see_opened("network").is_right
    guide.go(3)
    guide.begin({"step": 0})
    assert guide.point("point", 2) is None
    assert guide.point("neuron", 1).is_right is False
    assert guide.answer_number("2").is_right


def test_a_neuron_is_meant_in_its_layer():
    check = 'find = "neuron"\nanswer = "7"\nlayer = 1\nhint = "Lower."'
    step = f'# S\n\n```step\nsetup = "digits"\n```\n\n```check\n{check}\n```'
    lesson, problems = parse_lesson(f"{HEAD}\n{step}\n")
    assert problems == []
    guide = Guide(lesson)
    guide.begin({"step": 0})
    assert guide.question.startswith("Click the neuron of layer 1 that is meant, or type")
    wrong = guide.point("neuron", 7, 2)
    assert (wrong.is_right, wrong.sentence) == (False, "That one is in layer 2; look in layer 1.")
    assert guide.point("neuron", 6, 1).sentence.endswith("Lower.")
    assert guide.point("neuron", 7, 1).is_right


def guide_to_find(lab, check):
    step = f'# S\n\n```step\nsetup = "{lab}"\n```\n\n```check\n{check}\nhint = "Lower."\n```'
    lesson, problems = parse_lesson(f"{HEAD}\n{step}\n")
    assert problems == []
    guide = Guide(lesson)
    guide.begin({"step": 0})
    return guide


def test_where_the_run_has_no_answer_to_what_is_to_be_found_nothing_is_wrong():
    guide = guide_to_find("houses", 'find = "house"\nanswer = "step / step"')
    verdict = guide.point("house", 7)
    assert (verdict.is_right, verdict.sentence) == (
        None, "The run has no answer to this; begin the step again."
    )  # fmt: skip


NEURON = 'find = "neuron"\nanswer = "7"\nlayer = 1'
HOUSE = 'find = "house"\nanswer = "7"'


@pytest.mark.parametrize(
    ("check", "text", "is_right", "sentence"),
    [
        (NEURON, "7", True, "Right."),
        (NEURON, " neuron 7 ", True, "Right."),
        (NEURON, "Neuron 7 of layer 1.", True, "Right."),
        (NEURON, "layer 1, neuron 7", True, "Right."),
        (NEURON, "7, layer 1", True, "Right."),
        (NEURON, "6", False, "Not yet. Lower."),
        (NEURON, "neuron 7 of layer 2", False, "That one is in layer 2; look in layer 1."),
        (NEURON, "", None, "Type the number of the neuron in layer 1, such as 3."),
        (
            NEURON,
            "1.7",
            None,
            "“1.7” is not the number of a neuron in layer 1; type one such as 3.",
        ),
        (
            NEURON,
            "layer 1, neuron 7 of layer 2",
            None,
            "“layer 1, neuron 7 of layer 2” is not the number of a neuron in layer 1; "
            "type one such as 3.",
        ),
        (HOUSE, "house 7", True, "Right."),
        (HOUSE, "7.0", True, "Right."),
        (HOUSE, "1,007", False, "Not yet. Lower."),
        (HOUSE, "neuron 7", None, "“neuron 7” is not the number of a house; type one such as 3."),
        (HOUSE, "7 of layer 1", None, None),
        (HOUSE, "inf", None, "“inf” is not the number of a house; type one such as 3."),
        (HOUSE, "", None, "Type the number of the house, such as 3."),
    ],
)
def test_a_number_that_is_typed_for_what_is_found_is_judged(check, text, is_right, sentence):
    guide = guide_to_find("houses" if check is HOUSE else "digits", check)
    verdict = guide.answer_number(text)
    assert verdict.is_right is is_right
    assert guide.is_done is (is_right is True)
    if sentence is not None:
        assert verdict.sentence == sentence


def test_what_is_to_be_typed_is_said_in_a_few_words():
    assert guide_to_find("digits", NEURON).answer_label == "Number in layer 1"
    assert guide_to_find("houses", HOUSE).answer_label == "Number of the house"
    elsewhere = guide_to_find("points", 'find = "neuron"\nanswer = "2"')
    assert elsewhere.answer_label == "Number of the neuron"
    assert elsewhere.answer_number("neuron 2 of layer 1").is_right  # in whichever layer


def test_the_run_goes_on_only_where_the_step_before_was_done(guide):
    assert not guide.go(2)  # an answer does nothing to the run
    assert not guide.go(3)
    assert guide.go(4)  # the goal was not met
    guide.go(3)
    guide.begin(START)
    guide.see({**START, "step": 3, "slope": 2.0})
    assert not guide.go(4)
    assert guide.go(3)  # back


def test_the_lab_of_a_step_is_the_one_that_was_set_up_last(lesson):
    guide = Guide(lesson)
    assert guide.lab == ""
    assert guide.is_first
    guide.go(3)
    assert guide.lab == "slope"
    guide.go(99)
    assert guide.is_last
    assert guide.is_finished


def test_a_step_in_the_middle_is_set_up_as_the_way_to_it_leaves_the_run(lesson):
    assert start_of(lesson, 0) is None
    assert start_of(lesson, 2).steps == 0
    start = start_of(lesson, 4)
    assert (start.scenario.code, start.steps, start.is_whole) == (
        lesson.steps[1].setup.scenario.code,
        3,
        True,
    )


def test_a_child_process_finds_the_same_start(lesson, tmp_path):
    path = tmp_path / "mine.md"
    path.write_text(HEAD + BODY, "utf-8")
    ask = functools.partial(start_in_file, path, 4, seconds=60.0)
    child = JobProcess()
    try:
        start = child.run(ask, seconds=120.0, should_stop=lambda: False)
    finally:
        child.close()
    assert start == start_of(lesson, 4)
    assert start_in_file(tmp_path / "none.md", 0, seconds=1.0) is None


def test_a_way_that_takes_too_long_is_not_gone_again(lesson):
    start = start_of(lesson, 4, seconds=0.0)
    assert not start.is_whole
    assert start.steps == 0


def test_a_step_that_was_seen_has_its_numbers_again(guide):
    guide.go(2)
    assert not guide.revisit()
    guide.begin({**START, "slope": 3.0})
    guide.go(1)
    assert guide.revisit()
    assert guide.text == "The slope is 4.0."
    assert guide.part == 1


def test_an_edited_lesson_keeps_the_step_by_its_heading(guide):
    guide.go(3)
    longer, _ = parse_lesson(HEAD + "\n# New\n\n---\n" + BODY)
    assert not guide.take_lesson(longer)
    assert (guide.index, guide.step.heading) == (4, "A goal")
    shorter, _ = parse_lesson(HEAD + BODY.split("---\n\n# A choice")[0])
    guide.take_lesson(shorter)
    assert guide.index == 1


def test_another_setup_begins_the_step_anew(guide):
    other, _ = parse_lesson(HEAD + BODY.replace("start=2", "start=3"))
    assert guide.take_lesson(other)
    assert not guide.has_begun


def test_the_nearest_of_two_equal_headings_is_kept():
    lesson, _ = parse_lesson(HEAD + "\n\n---\n\n".join(["# A", "# B", "# A", "# C"]))
    assert find_step(lesson, 3, "A") == 2
    assert find_step(lesson, 9, "nothing") == 3


def test_a_broken_lesson_is_refused_with_its_line(tmp_path: Path):
    path = tmp_path / "mine.md"
    path.write_text(HEAD + BODY.replace("{= slope : 1}", "{= slop }"), "utf-8")
    with pytest.raises(BadInput, match=r"^mine\.md, line 18: .*slop.*3 more problems"):
        open_lesson(path)
    path.write_text((HEAD + BODY).replace("minutes = 5", "minutes = 0\nlevel = 1"), "utf-8")
    with pytest.raises(BadInput, match=r"line 3: .*There is 1 more problem; "):
        open_lesson(path)
    with pytest.raises(BadInput, match=r"^There is no file .*no-such\.md”; check"):
        open_lesson(tmp_path / "no-such.md")


def test_the_chapters_come_in_the_order_of_the_story():
    names = [path.name for path in shipped_paths()]
    assert names[:2] == ["01-on-the-mountain-blindfolded.md", "02-one-number.md"]
    keys = [one.key for one in shipped_lessons()]
    assert keys == [name.removesuffix(".md") for name in names]
    assert len(set(keys)) == len(keys)
