"""The ```check block of a step: which kind of check it is, and what that kind needs."""

import math

from gdstudio.errors import BadInput
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.lesson.condition import Amount, Condition
from gdstudio.lesson.filled_text import FilledText
from gdstudio.lesson.lesson import (
    Check,
    Choice,
    ChoiceQuestion,
    Draw,
    Find,
    Goal,
    NumberQuestion,
    Open,
)
from gdstudio.lesson.solution import Command, GiveChoice, GiveNumber, parse_command
from gdstudio.lesson.toml_block import TomlBlock

KINDS = ("goal", "question", "draw", "open", "find")
OPENED = ("table", "picture", "network")
# What can be pointed at, and in which labs.
FOUND = {"house": ("houses",), "point": ("points",), "neuron": ("points", "digits")}
MOST_CHOICES, MOST_COMMANDS = 8, 50


def read_check(block: TomlBlock, vocabulary: Vocabulary | None) -> Check | None:
    """Return the check that `block` describes; None, and problems in the block, where it does not.

    `vocabulary` is that of the lab in view; None where no step has set one up.
    """
    if block.is_broken:
        return None
    kinds = [kind for kind in KINDS if kind in block]
    if len(kinds) != 1:
        which = f"both “{kinds[0]}” and “{kinds[1]}”" if kinds else "nothing to do"
        block.complain(
            kinds[1] if kinds else "", f"This check has {which}; write one of {', '.join(KINDS)}."
        )
        return None
    kind = kinds[0]
    if vocabulary is None and kind != "open":
        block.complain(
            kind,
            "No lab is set up yet; give this step, or one before it, a setup such as "
            'setup = "houses".',
        )
        return None
    check: Check | None
    if vocabulary is None:
        hint = block.take("hint", str, "")
        check = _open(block, FilledText(hint) if hint else None)
    else:
        read = {
            "goal": _goal,
            "question": _question,
            "draw": _draw,
            "open": _open,
            "find": _find,
        }[kind]
        check = read(block, _filled(block, "hint", vocabulary), vocabulary)
    block.end("A check with this kind of task")
    return check


def _filled(block: TomlBlock, key: str, vocabulary: Vocabulary) -> FilledText | None:
    """Return the text of `key` with its blanks; None where there is none, or it is wrong."""
    text = block.take(key, str, "")
    try:
        return FilledText.parse(text, block.line_of(key), vocabulary) if text else None
    except BadInput as error:
        block.trying(key, error)
        return None


def _solve(block: TomlBlock, vocabulary: Vocabulary) -> tuple[Command, ...]:
    found = []
    for text in block.texts("solve", most=MOST_COMMANDS):
        try:
            found.append(parse_command(text, vocabulary))
        except BadInput as error:
            block.trying("solve", error)
    return tuple(found)


def _goal(block: TomlBlock, hint: FilledText | None, vocabulary: Vocabulary) -> Goal | None:
    text = block.take("goal", str, "")
    solve = _solve(block, vocabulary)
    if "solve" not in block or block.take("solve", list, []) == []:
        block.complain(
            "goal", 'There is no way to this goal; write one, such as solve = ["step 1"].'
        )
    if any(isinstance(one, GiveNumber | GiveChoice) for one in solve):
        block.complain("solve", "A goal is met by doing, not by an answer; leave the answer out.")
    if not text:
        return None
    try:
        return Goal(block.line, hint, solve, Condition(text, vocabulary))
    except BadInput as error:
        block.trying("goal", error)
    return None


def _question(block: TomlBlock, hint: FilledText | None, vocabulary: Vocabulary) -> Check | None:
    question = _filled(block, "question", vocabulary) or FilledText("")
    solve = _solve(block, vocabulary)
    if "choices" in block:
        return _choices(block, hint, vocabulary, question, solve)
    text = block.take("answer", str, "", needed='answer = "step", or choices')
    tolerance = block.take("tolerance", float, 1.0, needed="tolerance = 0.01")
    if any(not isinstance(one, GiveNumber) for one in solve):
        block.complain("solve", "A question for a number is solved by a line such as answer 0.5.")
    if not 0 < tolerance < math.inf:
        block.complain("tolerance", "“tolerance” must be larger than 0; write 0.01, say.")
    if not hint:
        block.complain("question", "Whoever is wrong is told nothing; write a hint.")
    if not text:
        return None
    try:
        answer = Amount.parse(text, vocabulary)
    except BadInput as error:
        block.trying("answer", error)
        return None
    return NumberQuestion(block.line, hint, solve, question, answer, tolerance)


def _choices(
    block: TomlBlock,
    hint: FilledText | None,
    vocabulary: Vocabulary,
    question: FilledText,
    solve: tuple[Command, ...],
) -> Check | None:
    given = block.take("choices", list, [])
    if not 2 <= len(given) <= MOST_CHOICES:
        block.complain("choices", f"“choices” must be 2 to {MOST_CHOICES} answers.")
        return None
    choices = []
    for number, one in enumerate(given, 1):
        try:
            choices.append(_choice(one, number, block.line_of("choices"), vocabulary))
        except BadInput as error:
            block.trying("choices", error)
    if any(not isinstance(one, GiveChoice) for one in solve):
        block.complain("solve", "A question with choices is solved by a line such as choose 2.")
    return ChoiceQuestion(block.line, hint, solve, question, tuple(choices))


def _choice(given: object, number: int, line: int, vocabulary: Vocabulary) -> Choice:
    form = '{text = "to the left", right = "slope > 0", reason = "The slope says where up is."}'
    if not isinstance(given, dict) or set(given) - {"text", "right", "reason"}:
        raise BadInput(f"Choice {number} must be written as {form}.")
    text, right, reason = given.get("text"), given.get("right", False), given.get("reason", "")
    if not isinstance(text, str) or not text.strip() or not isinstance(reason, str):
        raise BadInput(f"Choice {number} must be written as {form}.")
    if not isinstance(right, bool | str):
        raise BadInput(f"“right” of choice {number} must be true, false or a condition.")
    return Choice(
        text,
        right if isinstance(right, bool) else Condition(right, vocabulary),
        FilledText.parse(reason, line, vocabulary) if reason else None,
    )


def _draw(block: TomlBlock, hint: FilledText | None, vocabulary: Vocabulary) -> Draw | None:
    text = block.take("draw", str, "")
    if vocabulary.key != "digits":
        block.complain("draw", "A digit can be drawn in the lab Digits only; set that up.")
    elif text != "any" and not (len(text) == 1 and text in "0123456789"):
        block.complain("draw", '“draw” must be a digit, such as "5", or "any".')
    else:
        return Draw(block.line, hint, (), None if text == "any" else int(text))
    return None


def _open(
    block: TomlBlock, hint: FilledText | None, vocabulary: Vocabulary | None = None
) -> Open | None:
    kind = block.take("open", str, "")
    if kind in OPENED:
        return Open(block.line, hint, (), kind)
    if kind:
        block.complain("open", f"“open” must be one of {', '.join(OPENED)}.")
    return None


def _find(block: TomlBlock, hint: FilledText | None, vocabulary: Vocabulary) -> Find | None:
    kind = block.take("find", str, "")
    text = block.take("answer", str, "", needed='answer = "3"')
    if not kind or not text:
        return None
    if vocabulary.key not in FOUND.get(kind, ()):
        here = [one for one, labs in FOUND.items() if vocabulary.key in labs]
        which = f"it can be {' or '.join(here)}" if here else "nothing can be pointed at there"
        block.complain("find", f"“find” does not suit the lab {vocabulary.title}; {which}.")
        return None
    layer = block.take("layer", int, 0) if kind == "neuron" else 0
    if "layer" in block and kind == "neuron" and layer < 1:
        block.complain("layer", "“layer” is the number of a layer, 1 for the first hidden one.")
    try:
        return Find(block.line, hint, (), kind, Amount.parse(text, vocabulary), layer)
    except BadInput as error:
        block.trying("answer", error)
    return None
