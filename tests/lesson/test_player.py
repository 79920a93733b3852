"""Playing lessons without a window: setups, goals, answers; and the shipped ones, whole."""

import re
from pathlib import Path

import pytest

from gdstudio.cli.lesson import LONG_STEP
from gdstudio.lesson.player import check_lesson
from gdstudio.lesson.reader import read_lesson
from gdstudio.resource_files import resource_path

SLOPE = '# One\n\n```step\nsetup = "slope?function=x^2&start=2&learning_rate=0.1"\n```\n'
HOUSES = '# One\n\n```step\nsetup = "houses"\n```\n'
TINY_DIGITS = "digits?dataset=pen-digits&training_size=100&"
# Steps, checks and computed answers of each shipped lesson.
SHIPPED = {
    "01-on-the-mountain-blindfolded": (7, 4, 0),
    "02-one-number": (15, 14, 6),
    "03-two-numbers": (13, 11, 5),
    "04-a-line-through-ten-houses": (18, 17, 10),
    "05-a-dozen-numbers": (13, 10, 5),
    "06-16330-numbers": (23, 22, 7),
    "07-learning": (17, 16, 3),
    "08-yours": (10, 8, 0),
    "class/1-descent-by-hand": (9, 9, 6),
    "class/2-a-line-through-the-houses": (9, 9, 3),
    "class/3-how-a-network-reads-a-digit": (10, 10, 2),
    "challenge/1-golf-fog-and-few-weights": (10, 10, 0),
}


@pytest.fixture
def play(write):
    """Return what plays a lesson of one step, and returns its problems and its report."""

    def played(*lines, setup=SLOPE):
        report = check_lesson(write(setup + "\n```check\n" + "\n".join(lines) + "\n```\n"))
        return [(one.line, one.sentence) for one in report.problems], report

    return played


def goal(condition, *solve):
    return f'goal = "{condition}"', f"solve = {list(solve)}"


@pytest.mark.parametrize(
    "lines",
    [
        goal("step == 3", "step 3"),
        goal("slope < 0.1", "run until slope < 0.1 at most 2000"),
        goal("x == 0 and step == 2", "step 1", "set learning_rate 0.5", "step 1"),
        goal("x == 3 and slope == 6", "step 5", "set start 3"),
        goal("learning_rate == 0.3 and step == 0", "step 1", "set learning_rate 0.3", "reset"),
        goal("value > 1e5", "set learning_rate 2", "run until value > 1e5 at most 50"),
    ],
)
def test_a_goal_is_met_by_its_solution(play, lines):
    problems, report = play(*lines)
    assert problems == []
    assert (report.steps, report.checks) == (1, 1)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (goal("step >= 0", "step 1"), "This goal is met before anything is done; ask for more."),
        (goal("step >= 3", "step 2"), "The lines of solve do not meet this goal: step = 2."),
        (
            goal("slope < 0", "run until slope < 0 at most 7"),
            "“slope < 0” is not so after 7 steps; allow more.",
        ),
        (goal("other.x > 3", "step 1"), "do not meet this goal: other.x is not known."),
    ],
)
def test_a_goal_that_cannot_be_met_so(play, lines, sentence):
    problems, _ = play(*lines)
    assert [line for line, _ in problems] == [12]
    assert sentence in problems[0][1]


def question(answer, tolerance, *more):
    return 'question = "?"', f'answer = "{answer}"', f"tolerance = {tolerance}", 'hint = "x"', *more


def test_an_answer_is_computed_and_compared(play):
    problems, report = play(*question("x - learning_rate * slope", 0.01, 'solve = ["answer 1.6"]'))
    assert problems == []
    assert report.answers == 1
    problems, report = play(*question("3", 0.01))
    assert (problems, report.answers) == ([], 0)
    problems, _ = play(*question("x - learning_rate * slope", 0.01, 'solve = ["answer 1.7"]'))
    assert "The answer 1.7 of solve is not right: it is 1.6." in problems[0][1]
    problems, _ = play(*question("x - learning_rate * slope", 2))
    assert "With the tolerance 2 the answer 0 would do for 1.6, too" in problems[0][1]
    problems, _ = play(*question("1 / (x - 2)", 0.01))
    assert "The answer “1 / (x - 2)” has no value at this step." in problems[0][1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("10", None),
        ("11", "There is no house 11: the houses have the numbers 1 to 10."),
        ("-3", "The answer −3 must be a whole number, 1 or more."),
        ("2.5", "The answer 2.5 must be a whole number, 1 or more."),
    ],
)
def test_what_is_to_be_found_is_there(play, answer, said):
    problems, _ = play('find = "house"', f'answer = "{answer}"', setup=HOUSES)
    assert [sentence for _, sentence in problems] == ([] if said is None else [said])


@pytest.mark.parametrize(
    ("setup", "lines", "said"),
    [
        ("points?points=50", ['find = "point"', 'answer = "50"'], ""),
        (
            "points?points=50",
            ['find = "point"', 'answer = "51"'],
            "There is no point 51: the points have the numbers 1 to 50.",
        ),
        ("points?network=3", ['find = "neuron"', 'answer = "3"', "layer = 1"], ""),
        ("points?network=3", ['find = "neuron"', 'answer = "3"'], ""),
        (
            "points?network=3",
            ['find = "neuron"', 'answer = "2"', "layer = 2"],
            "There is no neuron 2 in layer 2: its neurons have the numbers 1 to 1.",
        ),
        (
            "points?network=3",
            ['find = "neuron"', 'answer = "4"'],
            "There is no neuron 4: no layer of this network has more than 3.",
        ),
        (
            "points?network=3",
            ['find = "neuron"', 'answer = "1"', "layer = 3"],
            "There are no neurons in layer 3 of this network; they are in layers 1 and 2.",
        ),
        (
            f"{TINY_DIGITS}network=5",
            ['find = "neuron"', 'answer = "6"', "layer = 1"],
            "There is no neuron 6 in layer 1: its neurons have the numbers 1 to 5.",
        ),
        (f"{TINY_DIGITS}network=5", ['find = "neuron"', 'answer = "10"', "layer = 2"], ""),
        (
            f"{TINY_DIGITS}network=conv 2x5x5,pool 2,5",
            ['find = "neuron"', 'answer = "1"', "layer = 2"],
            "There are no neurons in layer 2 of this network; they are in layers 1, 3 and 4.",
        ),
    ],
)
def test_a_point_or_neuron_to_be_found_is_there(play, setup, lines, said):
    code = setup.replace(" ", "%20")
    problems, report = play(*lines, setup=f'# One\n\n```step\nsetup = "{code}"\n```\n')
    assert problems == ([(12, said)] if said else [])
    assert report.answers == 1


def test_one_choice_is_right(play):
    left = '{text = "left", right = "slope > 0", reason = "x"}'
    right = '{text = "right", right = "slope < 0", reason = "x"}'
    problems, report = play('question = "?"', f"choices = [{left}, {right}]", 'solve=["choose 1"]')
    assert problems == []
    assert report.answers == 1
    problems, _ = play('question = "?"', f"choices = [{left}, {left}]")
    assert "One choice must be right; here it is 1, 2." in problems[0][1]
    problems, _ = play('question = "?"', f"choices = [{left}, {right}]", 'solve=["choose 2"]')
    assert "Choice 2 of solve is not the right one: it is 1." in problems[0][1]
    problems, _ = play('question = "?"', f'choices = [{left}, {{text = "right"}}]')
    assert "Choice 2 is wrong here; write a reason, or a hint." in problems[0][1]


def test_a_setup_that_cannot_begin_and_a_number_that_is_not_known(write):
    setup = SLOPE.replace("x^2&start=2", "1/x&start=0")
    report = check_lesson(write(setup))
    assert [one.line for one in report.problems] == [9]
    assert "start elsewhere" in report.problems[0].sentence
    report = check_lesson(write(SLOPE + "\nIt is {= other.x}.\n"))
    assert [(one.line, one.sentence[:9]) for one in report.problems] == [(12, "“other.x”")]


@pytest.mark.parametrize(
    ("setup", "lines"),
    [
        ("surface", goal("distance < 0.1", "run until distance < 0.1 at most 1000")),
        ("points", goal("train_accuracy > 0.9", "run until train_accuracy > 0.9 at most 2000")),
        (
            "digits?dataset=pen-digits&training_size=100&network=4&batch_size=20&epochs=1",
            goal("epoch >= 1 and test_accuracy > 0", "step 5"),
        ),
        (
            "digits?dataset=pen-digits&training_size=100&network=4",
            goal("test_accuracy > 0.98", "open reader"),
        ),
    ],
)
def test_every_lab_can_be_played(play, setup, lines):
    body = f'# One\n\n```step\nsetup = "{setup}"\n```\n'
    assert play(*lines, setup=body)[0] == []


def test_every_shipped_lesson_is_counted():
    folder = resource_path("lessons")
    found = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")}
    assert found == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_lesson_is_played(name):
    report = check_lesson(resource_path("lessons", f"{name}.md"))
    assert report.problems == ()
    assert (report.steps, report.checks, report.answers) == SHIPPED[name]


@pytest.mark.parametrize("name", SHIPPED)
def test_the_steps_of_a_shipped_lesson_are_short(name):
    lesson, _ = read_lesson(resource_path("lessons", f"{name}.md"))
    titles = [read_lesson(resource_path("lessons", f"{one}.md"))[0].title for one in SHIPPED]
    assert set(lesson.needs) <= set(titles)
    for step in lesson.steps:
        assert step.words <= LONG_STEP, step.heading
        assert 1 <= len(step.lit) <= 3, step.heading
        assert not re.search(r"[*_]{2}[^*]*\n[^*]*[*_]{2}", step.text.source), step.heading


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.startswith("class/")])
def test_a_lesson_for_a_class_tells_the_teacher_what_it_is_for(name):
    lesson, _ = read_lesson(resource_path("lessons", f"{name}.md"))
    assert lesson.minutes == 45
    assert all(step.notes for step in lesson.steps)
    first = lesson.steps[0].notes.source
    for what in ("**Aims.**", "**Needed.**", "**Plan.**"):
        assert what in first
    plan = re.search(r"\*\*Plan\.\*\*(.+?)\n\n", first, re.DOTALL)[1]
    assert sum(map(int, re.findall(r"\b(\d+)(?= minutes:|:)", plan))) == 45
    assert sum("**Pupils usually" in step.notes.source for step in lesson.steps) >= 3
    # What takes its time says so, and all of it fits in.
    rest = [re.match(r"(\d+) minutes", step.notes.source) for step in lesson.steps[1:]]
    assert 38 <= sum(int(found[1]) for found in rest if found) <= 45


def test_the_example_of_the_page_is_a_lesson(tmp_path):
    page = (Path(__file__).parents[2] / "docs/lesson.md").read_text("utf-8")
    example = re.search(
        r"<!-- lesson:begin -->\n````markdown\n(.*)\n````\n<!-- lesson:end -->", page, re.DOTALL
    )
    path = tmp_path / "lesson.md"
    path.write_text(example[1], "utf-8")
    report = check_lesson(path)
    assert report.problems == ()
    assert (report.steps, report.checks, report.answers) == (2, 2, 1)
    lines = re.search(r"^\$ gdstudio lesson check resources/(\S+)\n(.+)\n(.+)$", page, re.MULTILINE)
    steps, checks, answers = SHIPPED[Path(lines[1]).stem]
    said = f"No problems: {steps} steps, {checks} checks, {answers} computed answers."
    assert lines[2] == said
    steps = read_lesson(resource_path(lines[1]))[0].steps
    words = [step.words for step in steps]
    lit = max(len(step.lit) for step in steps)
    mean = round(sum(words) / len(words))
    assert lines[3] == f"{mean} words a step, {max(words)} at most; {lit} controls lit at most."


FOG = """# Fog

```step
setup = "surface?fog=yes"
```

```check
goal = "step >= 2"
solve = [{}"step 2"]
```
"""


def test_steps_of_the_run_are_impossible_in_the_fog_and_possible_once_it_is_lifted(write):
    (problem,) = check_lesson(write(FOG.format(""))).problems
    assert "In the fog only the person walks" in problem.sentence
    assert (
        problem.line == write(FOG.format("")).read_text("utf-8").split("\n").index("```check") + 1
    )
    assert check_lesson(write(FOG.format('"set fog no", '))).problems == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (goal("fog.step == 2 and fog.loss < 0.8", "downhill 0.8", "downhill 0.4"), ""),
        (goal("fog.probes == 1", "downhill 0.8", "reset", "downhill 0.8"), ""),
        (goal("fog.step == 1 and step == 2", "downhill 0.8", "set fog no", "step 2"), ""),
        (goal("fog.probes <= 1", "downhill 0.8"), "This goal is met before anything is done"),
        (goal("fog.step == 1", "set fog no", "downhill 1"), "There is no fog to go downhill in"),
        (goal("fog.step == 1", "downhill far"), "“far” is not a number; write downhill 1.5."),
        (goal("fog.step == 1", "downhill 0"), "“0” is no length of a step; write downhill 1.5."),
        (goal("fog.step == 1", "downhill -1"), "“-1” is no length of a step; write downhill 1.5."),
    ],
)
def test_a_person_walks_in_the_fog(play, lines, said):
    setup = FOG.partition("```check")[0]
    problems, _ = play(*lines, setup=setup)
    assert [said in sentence for _, sentence in problems] == ([True] if said else [])


def test_only_surface_has_fog(play):
    problems, _ = play(*goal("step == 1", "downhill 1", "step 1"))
    assert "There is fog in the lab Surface only" in problems[0][1]
