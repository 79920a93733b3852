"""Predict first: what is asked before a step, and what is answered after it."""

import math
from dataclasses import dataclass

from gdstudio.app.labs.step_texts import drivers
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.functions.slope import SlopeSnapshot, SlopeWalk
from gdstudio.experiment.functions.slope_problem import one_figure
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import number_text, plain_text

# Before the first step, far is farther than this share of the view.
_FAR = 1 / 16


@dataclass(frozen=True)
class Question:
    """What is asked: left or right, and nearer or farther than `limit`.

    Attributes:
        iteration: the steps made when it is asked.
        limit: the length that tells near from far.
        is_last: whether that is the length of the last step.
    """

    iteration: int
    limit: float
    is_last: bool

    @property
    def text(self) -> str:
        """The question in words."""
        limit = number_text(self.limit, 3)
        than = f"the last step, {limit}" if self.is_last else limit
        return f"Which way does x go next? Far means farther than {than}."


@dataclass(frozen=True)
class Prediction:
    """What the learner says: right or left, far or near."""

    right: bool
    far: bool


@dataclass(frozen=True)
class Answer:
    """What came of it: how many of the two were true, and why, in words."""

    hits: int
    text: str


def question_for(snapshot: SlopeSnapshot) -> Question | None:
    """Return what to ask about the next step of the first walk; None where there is none."""
    walk = snapshot.walks[0]
    if walk.state is WalkState.DIVERGED or not math.isfinite(walk.step):
        return None
    path = walk.path
    if len(path.steps) > 1 and path.steps[-1] - path.steps[-2] == 1:
        last = abs(float(path.moves[-2, 0]))
        if last > 0:
            return Question(walk.iteration, last, True)
    return Question(walk.iteration, one_figure(snapshot.problem.width * _FAR), False)


def answer_to(
    prediction: Prediction,
    question: Question,
    walk: SlopeWalk,
    optimizer: OptimizerSettings,
) -> Answer | None:
    """Return what the step after `question` shows; None if `walk` is not just one step further."""
    path = walk.path
    rows = [row for row, step in enumerate(path.steps.tolist()) if step == question.iteration]
    if not rows or walk.iteration != question.iteration + 1:
        return None
    slope, move = float(path.slopes[rows[0], 0]), float(path.moves[rows[0], 0])
    if not math.isfinite(move):
        return None
    if move == 0.0:
        why = "the slope is 0" if slope == 0 else f"the slope {_signed(slope)} makes no step"
        return Answer(0, f"Neither: {why}, so x stays where it is.")
    # What reads the same is as long.
    same = number_text(abs(move), 3) == number_text(question.limit, 3)
    far = abs(move) > question.limit and not same
    hits = [prediction.right == (move > 0), prediction.far == far]
    verdict = ("Neither was right", "One of two was right", "Both right")[sum(hits)]
    return Answer(
        sum(hits),
        f"{verdict}. {_way(walk, rows[0], optimizer)} {_length(move, question, same=same)}",
    )


def _way(walk: SlopeWalk, row: int, optimizer: OptimizerSettings) -> str:
    path = walk.path
    x, slope, move = (float(a[row, 0]) for a in (path.points, path.slopes, path.moves))
    way = "right" if move > 0 else "left"
    steepness = _signed(slope)
    if slope == 0:
        what, _ = drivers(StepRow("x", x, slope, move, x + move), optimizer)
        return f"The slope is 0, but {what} carried x to the {way}."
    sign = "negative" if slope < 0 else "positive"
    if optimizer.kind.follows_slope:
        shown = f"({steepness})" if slope < 0 else number_text(slope, 3)
        # The rate of that step: another one may have been typed since.
        rate = plain_text(-move / slope, 4)
        step = number_text(move, 3, sign=True)
        return f"The slope {steepness} is {sign}, so x went {way}: −{rate} · {shown} = {step}."
    if (slope > 0) == (move > 0):
        what, _ = drivers(StepRow("x", x, slope, move, x + move), optimizer)
        return f"The slope {steepness} is {sign}, but {what} carried x to the {way}."
    return f"The slope {steepness} is {sign}, and x went {way} by {number_text(abs(move), 3)}."


def _length(move: float, question: Question, *, same: bool) -> str:
    length, limit = number_text(abs(move), 3), number_text(question.limit, 3)
    than = f"the last step’s {limit}" if question.is_last else limit
    if same:
        return f"It is as long as {than}, not farther: near."
    if abs(move) > question.limit:
        return f"{length} is farther than {than}."
    return f"{length} is nearer than {than}."


def _signed(slope: float) -> str:
    return number_text(slope, 3, sign=True)
