"""Reading lessons: what is found in them, and every fault with its line and sentence."""

import io
import re

import pytest
from PIL import Image

from gdstudio.lesson.lesson import ChoiceQuestion, Draw, Find, Goal, NumberQuestion, Open
from gdstudio.lesson.player import check_lesson
from gdstudio.lesson.reader import parse_lesson, read_lesson
from gdstudio.resource_files import resource_path

HEAD = '+++\ntitle = "A test"\nminutes = 5\nlanguage = "en"\n+++\n'
SETUP = '# One\n\n```step\nsetup = "houses"\n```\n'

POINTS = SETUP.replace("houses", "points")


def problems(body, head=HEAD):
    lesson, found = parse_lesson(head + body)
    assert (lesson is None) == bool(found)
    return [(one.line, one.sentence) for one in found]


def check(*lines, setup=SETUP):
    return setup + "\n```check\n" + "\n".join(lines) + "\n```\n"


def test_a_lesson_has_its_steps_with_their_lines():
    body = """
# The first step, *by hand*

```step
setup = "houses?learning_rate=0.02"
lit = ["step_table", "step_button"]
```

The SSE is {= sse : 3}.

```check
question = "What will the new a be?"
answer = "intercept - learning_rate * gradient.intercept"
tolerance = 0.002
hint = "It is {= intercept} less a little."
```

---

# Now let the app do it

```check
goal = "step >= 1"
solve = ["step 1", "set learning_rate 0.1", "run until sse < 0.5 at most 20"]
```
"""
    lesson, found = parse_lesson(HEAD + body)
    assert found == []
    assert (lesson.title, lesson.minutes, lesson.language) == ("A test", 5, "en")
    first, second = lesson.steps
    assert first.heading == "The first step, *by hand*"
    assert (first.line, first.setup.line, first.check.line) == (7, 10, 16)
    assert first.setup.scenario.code == "houses?learning_rate=0.02"
    assert first.setup.lit == ("step_table", "step_button")
    assert first.text.source == "The SSE is {= sse : 3}."
    assert first.text.fill({"sse": 0.12345}) == "The SSE is 0.123."
    assert isinstance(first.check, NumberQuestion)
    assert first.check.is_right(0.418, 0.417)
    assert not first.check.is_right(0.42, 0.417)
    assert isinstance(second.check, Goal)
    assert len(second.check.solve) == 3


def test_a_step_opens_a_page():
    block = '# One\n\n```step\nsetup = "digits"\nlit = ["network_picture"]\npage = "{}"\n```\n'
    lesson, found = parse_lesson(HEAD + block.format("network"))
    assert found == []
    assert lesson.steps[0].setup.page == "network"
    assert any("is no name of a page" in said for _, said in problems(block.format("../x")))


def test_notes_are_for_the_teacher_and_no_text_of_the_step():
    notes = "**Answer**: {= sse : 2}, about.\n\n- *Five minutes*"
    lesson, found = parse_lesson(HEAD + SETUP + f"\nLook.\n\n```notes\n{notes}\n```\n\nGo on.\n")
    assert found == []
    (step,) = lesson.steps
    assert step.notes.source == notes
    assert step.notes.fill({"sse": 0.677}) == notes.replace("{= sse : 2}", "0.68")
    assert "Answer" not in step.text.source
    assert step.text.words == 3


def test_the_kinds_of_checks():
    digits, points = SETUP.replace("houses", "digits"), SETUP.replace("houses", "points")
    for body, kind in (
        (check('draw = "5"', setup=digits), Draw),
        (check('open = "picture"', setup="# One\n"), Open),
        (check('find = "neuron"', 'answer = "2"', setup=points), Find),
        (
            check('question = "?"', 'choices = [{text = "a", right = true}, {text = "b"}]'),
            ChoiceQuestion,
        ),
    ):
        lesson, found = parse_lesson(HEAD + body)
        assert found == []
        assert isinstance(lesson.steps[0].check, kind)


@pytest.mark.parametrize(
    ("head", "line", "sentence"),
    [
        ("# No front matter\n", 1, "A lesson begins with +++"),
        ("+++\ntitle = 3\nminutes = 5\nlanguage = 'en'\n+++\n", 2, "“title” must be a text in"),
        ("+++\nminutes = 5\nlanguage = 'en'\n+++\n", 1, "“title” is missing; write title ="),
        ("+++\ntitle = 'A'\nminutes = 0\nlanguage = 'en'\n+++\n", 3, "between 1 and 600"),
        ("+++\ntitle = 'A'\nminutes = true\nlanguage = 'en'\n+++\n", 3, "a whole number"),
        ("+++\ntitle = 'A'\nminutes = 5\nlanguage = 'English'\n+++\n", 4, "is its code"),
        ("+++\ntitle = 'A'\nminute = 5\nlanguage = 'en'\n+++\n", 3, "(perhaps minutes)"),
        ("+++\ntitle = A\n+++\n", 2, "This is no TOML"),
        ("+++\nformat = 2\n+++\n", 2, "This lesson is of format 2, and this version of the app"),
        ("+++\na = " + "[" * 2000 + "\n+++\n", 2, ""),
    ],
)
def test_a_fault_of_the_front_matter(head, line, sentence):
    found = problems("# One\n", head)
    assert any(at == line and sentence in said for at, said in found), found


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ("", 6, "A step is empty here; remove one “---”."),
        ("Text only.\n", 6, "A step begins with its heading; write one, such as # Downhill."),
        ("# One\n\nText\n---\n\n# Two\n", 8, "Leave an empty line above the line of signs"),
        ("# One\n\n---\n\n---\n\n# Two\n", 9, "A step is empty here"),
        ("# One\n\nA <b>bold</b> word\n", 8, "HTML cannot stand in a lesson"),
        ("# One\n\n<script>x</script>\n", 8, "HTML cannot stand in a lesson"),
        ("# One\n\n![x](../secret.png)\n", 8, "The picture “../secret.png” must lie beside"),
        ("# One\n\n![x](/etc/secret.png)\n", 8, "must lie beside the lesson"),
        ("# One\n\n![x](https://a.b/c.png)\n", 8, "must lie beside the lesson"),
        ("# One\n\n[x](http://a.b)\n", 8, "The link “http://a.b” must begin with https://."),
        ("# One\n\nIt is {= sse}.\n", 8, "No lab is set up yet"),
        (SETUP + "\nIt is {= sse.\n", 12, "A “{=” is not closed in its line"),
        (SETUP + "\nIt is {= cost}.\n", 12, "The lab House prices has no reading “cost”"),
        (SETUP + "\nIt is {= sse : 12}.\n", 12, "9 decimals are the most; write {= sse : 3}."),
        (SETUP.replace("houses", "houses?rate=1"), 9, "setup: The lab House prices has no “rate”"),
        (SETUP.replace("houses", "house"), 9, "setup: “house” is no setup code"),
        (SETUP.replace("setup", "setups"), 9, "A block ```step has no “setups” (perhaps setup)"),
        ('# One\n\n```step\nlit = ["Step!"]\n```\n', 9, "“Step!” is no name of a control"),
        ('# One\n\n```step\nlit = ["step_button"]\n```\n', 9, "No lab is set up yet"),
        (
            '# One\n\n```step\nsetup = "houses"\nlit = ["step_buton"]\n```\n',
            10,
            "lit: The lab House prices has no control or card “step_buton” (perhaps step_button).",
        ),
        (
            '# One\n\n```step\nsetup = "slope"\nlit = ["curve_plot",\n"house_plot"]\n```\n',
            10,
            "“house_plot”; the lab House prices has one.",
        ),
        (
            SETUP.replace("houses", "points") + '\n---\n\n# Two\n\n```step\npage = "plan"\n```\n',
            17,
            "page: The lab Points has no page “plan” (perhaps plane); it has",
        ),
        (
            '# One\n\n```step\nsetup = "slope"\npage = "plane"\n```\n',
            10,
            "page: The lab Slope has no pages; leave “page” out.",
        ),
        ("# One\n\n```step\n```\n\n```step\n```\n", 11, "has one block ```step at most"),
        (check('goal = "step >= 1"', setup="# One\n"), 9, "No lab is set up yet"),
        (check('goal = "step >= 1"'), 13, "There is no way to this goal"),
        (check('goal = "step"', 'solve = ["step 1"]'), 13, "goal: “step” is not a condition"),
        (check('goal = "step > 1"', 'solve = ["jump"]'), 14, "solve: “jump” is no way to solve"),
        (
            check('goal = "step > 1"', 'solve = ["open reader"]'),
            14,
            "solve: The reader can be opened in the lab Digits only; set that up.",
        ),
        (check('goal = "step > 1"', 'solve = ["step 1e9"]'), 14, "between 1 and 100,000"),
        (check('goal = "step > 1"', 'solve = ["set rate 1"]'), 14, "has no “rate”"),
        (check('goal = "step > 1"', 'question = "?"'), 14, "both “goal” and “question”"),
        (check('hint = "x"'), 12, "This check has nothing to do"),
        (check('question = "?"', 'hint = "x"', 'answer = "step"'), 12, "“tolerance” is missing"),
        (
            check('question = "?"', 'hint = "x"', 'answer = "step"', "tolerance = 0"),
            16,
            "“tolerance” must be larger than 0",
        ),
        (
            check('question = "?"', 'hint = "x"', 'answer = "step"', "tolerance = nan"),
            16,
            "“tolerance” must be larger than 0",
        ),
        (check('question = "?"', 'answer = "step"', "tolerance = 1"), 13, "write a hint"),
        (check('question = "?"', 'choices = [{text = "a"}]'), 14, "must be 2 to 8 answers"),
        (check('question = "?"', "choices = [1, 2]"), 14, "Choice 1 must be written as"),
        (check('draw = "5"'), 13, "A digit can be drawn in the lab Digits only"),
        (check('open = "door"'), 13, "“open” must be one of table, picture, network."),
        (
            check('find = "neuron"', 'answer = "1"', "layer = 0", setup=POINTS),
            15,
            "“layer” is the number of a layer",
        ),
        (
            check('find = "point"', 'answer = "1"', "layer = 1", setup=POINTS),
            15,
            "has no “layer”",
        ),
        (check('find = "neuron"', 'answer = "1"'), 13, "does not suit the lab House prices"),
        (SETUP + "\n```notes\n\nIt is {= cost}.\n```\n", 14, "has no reading “cost”"),
        (SETUP + "\n```notes\n\nA <b>word</b>\n```\n", 14, "HTML cannot stand in a lesson"),
        (SETUP + "\n```notes\n```\n", 12, "The notes are empty"),
        (SETUP + "\n```notes\nA\n```\n\n```notes\nA\n```\n", 16, "one block ```notes at most"),
        ("# One\n\n" + "> " * 15 + "deep\n", 8, "too deep inside each other"),
        ("# One\n\n" + "x" * 6000 + "\n", 8, "This line has 6,000 characters; 5,000 are"),
        ("# One\n\n" + "word\n" * 1500, 8, "A paragraph has 5,000 characters at most"),
        ("# One\n\n" + "![" * 2000 + "\n", 8, "A paragraph has 200 signs such as [, * or <"),
        ("# One\n" + "\n" * 30_000, 20_001, "A lesson has 20,000 lines at most"),
        ("# One\n\n" + "word\n" * 6000, 6, "A step has 20,000 characters at most"),
        ("# One\n\n---\n\n" * 301 + "# One\n", 1205, "A lesson has 300 steps at most"),
    ],
)
def test_a_fault_is_a_problem_with_its_line(body, line, sentence):
    found = problems(body)
    assert any(at == line and sentence in said for at, said in found), found


def test_a_setup_with_a_fault_is_the_only_fault():
    assert len(problems(SETUP.replace("houses", "houses?rate=1") + "\nIt is {= sse}.\n")) == 1


def test_names_are_not_looked_up_in_the_lab_before_where_a_setup_is_wrong():
    second = '\n---\n\n# Two\n\n```step\nsetup = "slopes"\nlit = ["curve_plot"]\n```\n'
    ((_, said),) = problems(SETUP + second)
    assert "“slopes” is no setup code" in said


def test_files_that_are_no_lessons(tmp_path):
    path = tmp_path / "lesson.md"
    path.write_bytes(HEAD.encode() + b"# One\n\n\xff\xfe\n")
    assert read_lesson(path)[1][0].line == 8
    path.write_bytes(b"x" * 1_000_001)
    assert "choose a file of at most 1 MB" in read_lesson(path)[1][0].sentence
    assert "is a folder" in read_lesson(tmp_path)[1][0].sentence
    assert "There is no file" in read_lesson(tmp_path / "none.md")[1][0].sentence


def test_a_picture_lies_beside_the_lesson(tmp_path):
    folder = tmp_path / "lessons"
    (folder / "pictures").mkdir(parents=True)
    path = folder / "lesson.md"
    path.write_text(HEAD + "# One\n\n![A valley](pictures/valley.png)\n", "utf-8")
    assert "There is no picture “pictures/valley.png”" in read_lesson(path)[1][0].sentence
    outside = tmp_path / "secret.png"
    outside.write_bytes(b"")
    (folder / "pictures" / "valley.png").symlink_to(outside)
    assert read_lesson(path)[0] is None
    (folder / "pictures" / "valley.png").unlink()
    (folder / "pictures" / "valley.png").write_bytes(picture("PNG"))
    assert read_lesson(path)[1] == []


def picture(kind, size=(40, 30)):
    """Return a picture as a file of some kind."""
    buffer = io.BytesIO()
    Image.effect_noise(size, 60).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (picture("PNG"), ""),
        (picture("JPEG"), ""),
        (b"", "“a.png” is no picture in PNG or JPEG; save it as one."),
        (b"Not a picture.\n", "“a.png” is no picture in PNG or JPEG; save it as one."),
        (picture("GIF"), "“a.png” is no picture in PNG or JPEG; save it as one."),
        (picture("PNG")[:-300], "The picture “a.png” is damaged; save it again as PNG or JPEG."),
        (picture("JPEG")[:-300], "The picture “a.png” is damaged; save it again as PNG or JPEG."),
        (picture("PNG")[:20], "The picture “a.png” is damaged; save it again as PNG or JPEG."),
        (bytes(5_000_000), "“a.png” is 5 MB large; choose a file of at most 4 MB."),
    ],
)
def test_a_picture_is_one_that_the_window_shows(write, content, said):
    path = write("# One\n\n![A valley](a.png)\n\n![Again](a.png)\n")
    (path.parent / "a.png").write_bytes(content)
    found = [(one.line, one.sentence) for one in check_lesson(path).problems]
    assert found == ([(8, said), (10, said)] if said else [])


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(write):
    path = write("# One\n\n![A valley](a.png)\n")
    Image.new("1", (5_000, 4_001)).save(path.parent / "a.png")
    for problems in (read_lesson(path)[1], check_lesson(path).problems):
        assert [one.sentence for one in problems] == [
            "The picture “a.png” has 20,005,000 pixels, and 20,000,000 are the most; make it "
            "smaller."
        ]


def test_many_problems_are_cut_off():
    found = problems("# One\n\n" + "<b>\n\n" * 3000)
    assert 0 < len(found) <= 100


def test_a_misspelt_name_in_any_shipped_lesson_is_found():
    count = 0
    for path in sorted(resource_path("lessons").rglob("*.md")):
        lines = path.read_text("utf-8").splitlines()
        assert read_lesson(path)[1] == []
        for at, line in enumerate(lines):
            if not line.startswith(("lit = ", "page = ")):
                continue
            name = re.findall(r'"(\w+)"', line)[-1]
            edited = [*lines[:at], line.replace(f'"{name}"', f'"{name}s"'), *lines[at + 1 :]]
            _, found = parse_lesson("\n".join(edited), folder=path.parent)
            assert [one.line for one in found] == [at + 1], (path.name, line)
            assert f"“{name}s” (perhaps " in found[0].sentence
            count += 1
    assert count > 100


BESIDE = "Leave a space between a number {= …} and the $ of a formula beside it."


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a\nb $\\foo$ c", 13, "$\\foo$: “\\foo” is no sign that a formula can have here"),
        ("$x$ {= sse}\n\n${$", 14, "${$: A “{” is not closed in this formula"),
        ("a\n\n$$\nx^\n$$", 14, "$$x^$$: Something is missing behind “^”"),
        ("$$\nx\n\nmore", 12, "A formula begins here with $$; write $$ where it ends, too."),
        ("$x^{= sse}$", 12, "$x^{= sse}$: Put what belongs to “^” in braces; write x^{10}."),
        ("$x^2 = {= sse}^2$", 12, "$x^2 = {= sse}^2$: Put {= …} in round brackets before “^”"),
        ("$a{= sse}$", 12, "$a{= sse}$: A negative number would be taken from what stands before"),
        ("{= sse}$x$", 12, BESIDE),
        ("$x${= sse}", 12, BESIDE),
        ("$x${= sse}+y$", 12, BESIDE),  # the number would be in the formula, and not beside it
        ("```notes\nSay\n$\\bar$\n```", 14, "$\\bar$: Something is missing behind “\\bar”"),
        ("a " + "$" * 201, 12, "A paragraph has 200 signs"),
        (f"${'x' * 501}$", 12, f"${'x' * 36}"),
    ],
)
def test_a_formula_that_cannot_be_read_is_told_with_its_line(text, line, sentence):
    found = problems(f"{SETUP}\n{text}\n")
    assert [at for at, _ in found] == [line]
    assert found[0][1].startswith(sentence)


def test_formulas_prices_and_numbers_stand_beside_each_other():
    text = '# What $x^2$ is\n\n```step\nsetup = "houses"\n```\n\n'
    text += "From $5 to $6: $SSE = {= sse}$, $x^{{= sse}}$, $({= sse})^2$,"
    text += r"$a - {= sse} \cdot \sqrt{{= sse}} + \frac{1}{{= sse}}$, {= sse}, `$\foo$`, \$\foo\$."
    text += "\n\n$$\nx\n$$\n"
    lesson, found = parse_lesson(HEAD + text)
    assert found == []
    assert lesson.steps[0].heading == "What x² is"
