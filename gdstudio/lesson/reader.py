"""Reads a lesson: Markdown with TOML front matter, every fault a problem with its line.

A lesson is data. It names settings, readings and controls; nothing in it is run, no HTML is taken,
and pictures lie beside it or in a folder below.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import Vocabulary, shown
from gdstudio.lesson.check_block import read_check
from gdstudio.lesson.control_names import check_control, check_page
from gdstudio.lesson.filled_text import BLANK, UNCLOSED, Blank, FilledText
from gdstudio.lesson.formula_text import Formula, with_formulas_said
from gdstudio.lesson.lesson import Check, Lesson, Problem, Setup, Step
from gdstudio.lesson.markdown import FORMULAS, markdown_reader
from gdstudio.lesson.picture_check import check_picture
from gdstudio.lesson.toml_block import TomlBlock

if TYPE_CHECKING:
    from markdown_it.token import Token

FORMAT = 1
LARGEST_FILE = 1_000_000
MOST_STEPS, MOST_LINES, DEEPEST = 300, 20_000, 12
# In characters. What stands in one paragraph takes the square of the number of its signs.
LONGEST_LINE, LONGEST_PARAGRAPH, LONGEST_STEP = 5_000, 5_000, 20_000
MOST_SIGNS = 200
MOST_LIT, MOST_NEEDS, LONGEST_MINUTES = 12, 20, 600
MOST_PROBLEMS = 100
_FENCE = "+++"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_CONTROL = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SIGNS = re.compile(r"[\[\]*_`<&\\$]")
# What stands for a blank while it is not filled.
_NUMBER = "7.0625"
_RAISED_BLANK = re.compile(rf"{BLANK.pattern}\s*\^")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# The blocks that are no text of a step.
BLOCKS = ("step", "check", "notes")
_HEAD = '+++, title = "…", minutes = 20 and language = "en", and +++ again, each on its line'


def read_lesson(path: str | Path, *, decodes: bool = False) -> tuple[Lesson | None, list[Problem]]:
    """Return the lesson in a file, and what is wrong with it; see `parse_lesson`."""
    path = Path(path)
    try:
        content = read_bytes(path, size_limit=LARGEST_FILE)
    except BadInput as error:
        return None, [Problem(0, str(error))]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Problem(line, "This is no text in UTF-8; save the file as UTF-8.")]
    return parse_lesson(text, folder=path.parent, decodes=decodes)


def parse_lesson(
    text: str, *, folder: Path | None = None, decodes: bool = False
) -> tuple[Lesson | None, list[Problem]]:
    """Return the lesson that `text` is, and its problems in the order of their lines.

    There is no lesson where there are problems. Pictures are looked for in `folder`, if it is
    given; with `decodes` all of each is read, to find those that are damaged.
    """
    reader = _Reader(text.replace("\r\n", "\n").replace("\r", "\n"), folder, decodes=decodes)
    lesson = reader.lesson()
    problems = sorted(set(reader.problems))[:MOST_PROBLEMS]
    return (None if problems else lesson), problems


@dataclass
class _Draft:
    """A step while it is read.

    Attributes:
        begin, end: its first line and the one after its last, counted from 0.
        tokens: its blocks.
    """

    begin: int
    end: int
    tokens: "list[Token]" = field(default_factory=list)


class _Reader:
    """Reads one text from top to bottom."""

    def __init__(self, text: str, folder: Path | None, *, decodes: bool) -> None:
        self.problems: list[Problem] = []
        self._lines = text.split("\n")
        self._folder, self._decodes = folder, decodes
        # What is wrong with each picture; nothing where that is "".
        self._pictures: dict[str, str] = {}
        self._vocabulary: Vocabulary | None = None
        # HTML is told apart, so that it can be refused. Paragraphs are read once they are known to
        # be short enough.
        self._markdown = markdown_reader(html=True).disable("inline")
        self._references: dict[str, Any] = {}

    def lesson(self) -> Lesson | None:
        """Return the lesson as far as it can be read."""
        lines = self._lines
        if not self._is_bounded():
            return None
        marks = [at for at, line in enumerate(lines) if line.strip() == _FENCE][:2]
        if len(marks) < 2 or any(line.strip() for line in lines[: marks[0]]):
            self._complain(0, f"A lesson begins with {_HEAD}.")
            return None
        head = TomlBlock("\n".join(lines[marks[0] + 1 : marks[1]]), marks[0] + 1, self.problems)
        version = head.take("format", int, FORMAT)
        if version != FORMAT:
            head.complain(
                "format",
                f"This lesson is of format {version}, and this version of the app reads format "
                f"{FORMAT}; take the version of the app that it was written for.",
            )
            return None
        title = head.take("title", str, "", needed='title = "Two numbers"')
        minutes = head.take("minutes", int, 1, needed="minutes = 20")
        if not 1 <= minutes <= LONGEST_MINUTES:
            head.complain("minutes", f"“minutes” must be between 1 and {LONGEST_MINUTES}.")
        language = head.take("language", str, "en", needed='language = "en"')
        if not _LANGUAGE.fullmatch(language):
            head.complain("language", 'A language is its code, such as language = "en".')
        needs = head.texts("needs", most=MOST_NEEDS)
        head.end("The front matter")
        steps = []
        for draft in self._drafts(marks[1] + 1):
            step = self._step(draft)
            if step is not None:
                steps.append(step)
            if len(self.problems) > MOST_PROBLEMS:
                break
        return Lesson(title, minutes, language, needs, tuple(steps))

    def _is_bounded(self) -> bool:
        """Return whether the text is one that can be read quickly."""
        lines = self._lines
        longest = max(range(len(lines)), key=lambda at: len(lines[at]))
        null = next((at for at, line in enumerate(lines) if "\0" in line), None)
        if len(lines[longest]) > LONGEST_LINE:
            self._complain(
                longest,
                f"This line has {len(lines[longest]):,} characters; {LONGEST_LINE:,} are the most.",
            )
        elif len(lines) > MOST_LINES:
            self._complain(
                MOST_LINES, f"A lesson has {MOST_LINES:,} lines at most; make two of it."
            )
        elif null is not None:
            self._complain(null, "There is a NUL character here; this is no text.")
        return not self.problems

    def _complain(self, line: int, sentence: str) -> None:
        """Add a problem at a line, counted from 0."""
        self.problems.append(Problem(line + 1, sentence))

    def _drafts(self, begin: int) -> list[_Draft]:
        """Return the steps of the body, which begins at line `begin`."""
        body = "\n".join(self._lines[begin:])
        tokens = self._markdown.parse(body, self._references)
        drafts = [_Draft(begin, len(self._lines))]
        for token in tokens:
            if token.map is not None:
                token.map = [token.map[0] + begin, token.map[1] + begin]
            if token.type == "hr" and token.level == 0 and token.markup.startswith("-"):
                assert token.map is not None
                drafts[-1].end = token.map[0]
                drafts.append(_Draft(token.map[1], len(self._lines)))
            else:
                drafts[-1].tokens.append(token)
        if len(drafts) > MOST_STEPS:
            self._complain(
                drafts[MOST_STEPS].begin,
                f"A lesson has {MOST_STEPS} steps at most; make two of this one.",
            )
            return []
        return drafts

    def _step(self, draft: _Draft) -> Step | None:
        tokens = draft.tokens
        first = next((at for at in range(draft.begin, draft.end) if self._lines[at].strip()), None)
        if first is None:
            self._complain(
                min(draft.begin, len(self._lines) - 1), "A step is empty here; remove one “---”."
            )
            return None
        if sum(len(line) for line in self._lines[draft.begin : draft.end]) > LONGEST_STEP:
            self._complain(first, f"A step has {LONGEST_STEP:,} characters at most; shorten it.")
            return None
        if not self._read_paragraphs(tokens, first):
            return None
        self._refuse_forms(tokens)
        self._check_formulas(tokens, first)
        headings = [at for at, token in enumerate(tokens) if token.type == "heading_open"]
        if not headings or headings[0] != 0:
            self._complain(first, "A step begins with its heading; write one, such as # Downhill.")
            return None
        heading = with_formulas_said(tokens[1].content)
        setup, check, notes = self._blocks(tokens, first)
        hidden = {*range(*(tokens[0].map or (0, 0)))}
        for token in tokens:
            if token.type == "fence" and token.info.strip() in BLOCKS:
                hidden |= {*range(*(token.map or (0, 0)))}
        text = self._text([at for at in range(first, draft.end) if at not in hidden])
        if not heading.strip():
            self._complain(first, "This heading is empty; write one, such as # Downhill.")
        return Step(first + 1, heading, text, setup, check, notes)

    def _read_paragraphs(self, tokens: "list[Token]", first: int) -> bool:
        """Read what stands in paragraphs; return whether all are short enough for that."""
        for token in tokens:
            if token.type == "inline" and len(token.content) > LONGEST_PARAGRAPH:
                self._complain(
                    token.map[0] if token.map else first,
                    f"A paragraph has {LONGEST_PARAGRAPH:,} characters at most; shorten it.",
                )
                return False
            if token.type == "inline" and len(_SIGNS.findall(token.content)) > MOST_SIGNS:
                self._complain(
                    token.map[0] if token.map else first,
                    f"A paragraph has {MOST_SIGNS} signs such as [, * or < at most; write plainer.",
                )
                return False
        for token in tokens:
            if token.type == "inline":
                token.children = []
                self._markdown.inline.parse(
                    token.content, self._markdown, self._references, token.children
                )
        return True

    def _blocks(
        self, tokens: "list[Token]", first: int
    ) -> tuple[Setup | None, Check | None, FilledText | None]:
        """Return what the ```step, ```check and ```notes blocks of a step say."""
        found: dict[str, tuple[Token, int]] = {}
        for token in tokens:
            info = token.info.strip() if token.type == "fence" else ""
            if info not in BLOCKS:
                continue
            at = (token.map or [first])[0]
            if token.level:
                self._complain(at, f"Write the block ```{info} at the beginning of its line.")
            elif info in found:
                self._complain(at, f"A step has one block ```{info} at most; make two steps.")
            else:
                found[info] = (token, at)
        setup, check, notes = None, None, None
        if "step" in found:
            token, at = found["step"]
            setup = self._setup(TomlBlock(token.content, at + 1, self.problems))
        if "check" in found:
            token, at = found["check"]
            check = read_check(TomlBlock(token.content, at + 1, self.problems), self._vocabulary)
        if "notes" in found:
            token, at = found["notes"]
            notes = self._notes(token.content, at + 1)
        return setup, check, notes

    def _notes(self, content: str, begin: int) -> FilledText | None:
        """Return what the teacher is told, Markdown that begins at line `begin`."""
        if not content.strip():
            self._complain(begin - 1, "The notes are empty; write them, or leave the block out.")
            return None
        tokens = self._markdown.parse(content, self._references)
        for token in tokens:
            if token.map is not None:
                token.map = [token.map[0] + begin, token.map[1] + begin]
        if not self._read_paragraphs(tokens, begin):
            return None
        self._refuse_forms(tokens)
        self._check_formulas(tokens, begin)
        return self._text([*range(begin, begin + content.count("\n"))])

    def _setup(self, block: TomlBlock) -> Setup:
        scenario = None
        code = block.take("setup", str, "")
        if code:
            lab = code.partition("?")[0].strip()
            try:
                scenario = Scenario.parse(code)
                lab = scenario.lab
            except BadInput as error:
                block.trying("setup", error)
            # What follows is read with the words of the lab that was meant.
            self._vocabulary = VOCABULARIES.get(lab, self._vocabulary)
        # Where the setup is wrong, it is not known which names there are.
        vocabulary = self._vocabulary if scenario is not None or not code else None
        lit = block.texts("lit", most=MOST_LIT)
        for name in lit:
            if not _CONTROL.fullmatch(name):
                block.complain(
                    "lit",
                    f"“{shown(name)}” is no name of a control; write one such as step_button.",
                )
            elif vocabulary is not None:
                _try(check_control, name, vocabulary, block, "lit")
        page = block.take("page", str, "")
        if page and not _CONTROL.fullmatch(page):
            block.complain("page", f"“{shown(page)}” is no name of a page; write one such as step.")
        elif page and vocabulary is not None:
            _try(check_page, page, vocabulary, block, "page")
        for key in ("lit", "page"):
            if key in block and not code and vocabulary is None:
                block.complain(
                    key,
                    f"No lab is set up yet, so that “{key}” has no meaning here; write a setup, "
                    'such as setup = "houses".',
                )
        if not block.is_broken:
            block.end("A block ```step")
        return Setup(block.line_of("setup"), scenario, lit, page)

    def _text(self, places: list[int]) -> FilledText:
        """Return the text of a step, which stands at these lines, with its blanks."""
        blanks = []
        for at in places:
            line = self._lines[at]
            found = list(BLANK.finditer(line))
            if line.count("{=") != len(found):
                self._complain(at, UNCLOSED)
            for one in found:
                if self._vocabulary is None:
                    self._complain(at, "No lab is set up yet, so that no number is known here.")
                    continue
                try:
                    blanks.append((at + 1, Blank.parse(one[1], self._vocabulary)))
                except BadInput as error:
                    self._complain(at, f"{shown(one[0])}: {error}")
        return FilledText("\n".join(self._lines[at] for at in places).strip(), tuple(blanks))

    def _refuse_forms(self, tokens: "list[Token]") -> None:
        """Complain of HTML, of places outside, and of what Markdown takes otherwise than meant."""
        at = 0
        for token in _all(tokens):
            at = token.map[0] if token.map else at
            if token.level > DEEPEST:
                self._complain(at, "Lists and quotations are too deep inside each other here.")
                return
            if token.type in ("html_block", "html_inline"):
                self._complain(at, "HTML cannot stand in a lesson; write it in Markdown.")
            elif token.type == "heading_open" and token.markup in ("-", "="):
                self._complain(
                    at, "Leave an empty line above the line of signs: it makes a heading of this."
                )
            elif token.type == "image":
                self._check_picture(at, str(token.attrs.get("src", "")))
            elif token.type == "link_open":
                target = str(token.attrs.get("href", ""))
                if not target.startswith("https://"):
                    self._complain(at, f"The link “{shown(target)}” must begin with https://.")

    def _check_formulas(self, tokens: "list[Token]", first: int) -> None:
        """Complain of formulas that cannot be read as they stand once their blanks are filled."""
        for token in tokens:
            at = token.map[0] if token.map else first
            if token.type == "math_block":
                self._check_formula(at, token.markup, token.content)
            if token.type != "inline" or "$" not in token.content:
                continue
            text = BLANK.sub(_NUMBER, token.content)
            children: list[Token] = []
            self._markdown.inline.parse(text, self._markdown, self._references, children)
            written = [one for one in token.children or () if one.type in FORMULAS]
            filled = [one for one in children if one.type in FORMULAS]
            sources = [BLANK.sub(_NUMBER, one.content) for one in written]
            if sources != [one.content for one in filled]:
                self._complain(
                    at, "Leave a space between a number {= …} and the $ of a formula beside it."
                )
                continue
            if text.startswith("$$") and children[0].type not in FORMULAS:
                self._complain(at, "A formula begins here with $$; write $$ where it ends, too.")
            begin = 0
            for one, source in zip(filled, written, strict=True):
                begin = text.find(f"{one.markup}{one.content}{one.markup}", begin)
                line = at + text.count("\n", 0, max(begin, 0))
                self._check_formula(line, one.markup, source.content)
                begin = max(begin, 0) + 1

    def _check_formula(self, at: int, mark: str, source: str) -> None:
        """Complain of one formula, as the author has written it between two of `mark`."""
        try:
            Formula.parse(BLANK.sub(_NUMBER, source))
            # The number may be another one when the step begins.
            negative = Formula.parse(BLANK.sub(f"−{_NUMBER}", source))
            if f"− {_NUMBER}" in negative.words:
                raise BadInput(
                    "A negative number would be taken from what stands before it; write \\cdot in "
                    "front of {= …}."
                )
            if _RAISED_BLANK.search(source):
                raise BadInput("Put {= …} in round brackets before “^”; it may be negative.")
        except BadInput as error:
            self._complain(at, f"{shown(mark + source.strip() + mark)}: {error}")

    def _check_picture(self, at: int, place: str) -> None:
        path = PurePosixPath(place)
        is_outside = path.is_absolute() or ".." in path.parts or "\\" in place or "%" in place
        if not place or is_outside or _SCHEME.match(place):
            self._complain(
                at,
                f"The picture “{shown(place)}” must lie beside the lesson or in a folder below; "
                "write its place so, such as pictures/valley.png.",
            )
        elif self._folder is not None and not _is_inside(self._folder, path):
            self._complain(at, f"There is no picture “{shown(place)}” beside the lesson.")
        elif self._folder is not None:
            if place not in self._pictures:
                self._pictures[place] = ""
                try:
                    check_picture(self._folder / path, shown(place), decodes=self._decodes)
                except BadInput as error:
                    self._pictures[place] = str(error)
            if self._pictures[place]:
                self._complain(at, self._pictures[place])


def _try(
    check: Callable[[str, Vocabulary], None],
    name: str,
    vocabulary: Vocabulary,
    block: TomlBlock,
    key: str,
) -> None:
    """Add what is wrong with a name that stands under `key`."""
    try:
        check(name, vocabulary)
    except BadInput as error:
        block.trying(key, error)


def _is_inside(folder: Path, path: PurePosixPath) -> bool:
    """Return whether there is such a file, and no link leads out of the folder to it."""
    try:
        place = (folder / path).resolve()
        return place.is_file() and place.is_relative_to(folder.resolve())
    except (OSError, ValueError):
        return False


def _all(tokens: "list[Token]") -> "Iterator[Token]":
    for token in tokens:
        yield token
        yield from token.children or ()
