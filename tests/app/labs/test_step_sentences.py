"""Every sentence about a step is held against the numbers it speaks of, as they are shown."""

import re

import numpy as np
import pytest

from gdstudio.app.labs.slope.prediction import Prediction, answer_to, question_for
from gdstudio.app.labs.slope.texts import comparison_text, event_text
from gdstudio.app.labs.step_texts import sentence_for, written_out
from gdstudio.app.labs.surface.numbers import gradient_text, meaning_text
from gdstudio.app.widgets.tables.step_card import StepRow
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS, OptimizerSettings
from gdstudio.experiment.functions.slope import SlopeExperiment, SlopeSettings, StartSettings
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.walks import WalkState
from gdstudio.number_text import number_text, parse_number

CURVES = (
    "x**2/2",
    "abs(x)",
    "x**4 - 3*x**2 + x",
    "sin(3*x) + x**2/4",
    "1 - exp(-x**2)",
    "x**3",
    "x*abs(x)",
    "1/x",
    "-1/x**2",
    "tan(x)",
    "5",
    "-x**2",
    "1e-12*x**2",
    "1e9*x**2",
    "x**2 + 1000000",
    "exp(x) - x",
    "abs(abs(x) - 1)",
    "sqrt(abs(x))",
    "x**2 + sign(x)",
)
SURFACES = (
    "x**2 + y**2",
    "x**2 - y**2",
    "(x - 2*y)**2",
    "100*(y - x**2)**2 + (1 - x)**2",
    "x**2",
    "abs(x) + 3*abs(y)",
    "1e-12*(x**2 + y**2)",
    "sin(x)*cos(y)",
    "exp(-x**2 - y**2)",
)
WAYS = {"left": -1, "right": 1, "down": -1, "up": 1}
SIGNS = {"negative": -1, "positive": 1}


def random_settings(rng):
    return OptimizerSettings(
        str(rng.choice(list(OPTIMIZERS))),
        float(f"{10.0 ** rng.uniform(-4, 0.5):.2g}"),
        round(float(rng.uniform(0, 0.99)), 2),
        float(rng.choice([0.0, 0.01, 1.0, 5.0])),
    )


def random_start(rng, size):
    # Round numbers, 0 among them, as people take them.
    return [round(float(rng.uniform(-3, 3)), int(rng.integers(0, 3))) for _ in range(size)]


def changed(rng, settings):
    """Return the settings with another rate or momentum, as one may type them at any time."""
    return OptimizerSettings(
        settings.optimizer,
        float(f"{settings.learning_rate * 10.0 ** rng.uniform(-1, 1):.2g}"),
        settings.momentum if rng.random() < 0.5 else round(float(rng.uniform(0, 0.99)), 2),
        settings.weight_decay,
    )


def sign(number):
    return int(number > 0) - int(number < 0)


def number_of(text):
    return parse_number(text.rstrip(".,;"))


def check_rows(rows, settings, usual):
    """Hold the sentence of the step card against its rows."""
    text = sentence_for(rows, settings, usual=usual)
    by_name = {row.name: row for row in rows}
    steepest = max(abs(row.slope) for row in rows)
    assert ("practically 0" in text) == (steepest <= 1e-9 * usual), text
    for name, which, goes, way in re.findall(
        r"slope(?: along (\w))? is (positive|negative), so \w (goes|should go) (\w+)", text
    ):
        row = by_name[name or rows[0].name]
        assert sign(row.slope) == SIGNS[which] == -WAYS[way], text
        if goes == "goes" and "other way round" not in text:
            assert sign(row.step) == WAYS[way], text
            assert row.new_value != row.value, text
    for which, go, way in re.findall(
        r"Both slopes are (positive|negative), so both numbers (go|should go) (\w+)", text
    ):
        for row in rows:
            assert sign(row.slope) == SIGNS[which] == -WAYS[way], text
            if go == "go":
                assert sign(row.step) == WAYS[way], text
    if "other way round" in text:
        assert sign(rows[0].slope) == -sign(rows[1].slope) != 0, text
        if " goes " in text:
            assert all(sign(row.step) == -sign(row.slope) for row in rows), text
    if match := re.search(r"along (\w) it is 0(, so \w stays)?", text):
        row = by_name[match[1]]
        assert row.slope == 0, text
        assert bool(match[2]) == (row.step == 0), text
    for who, ways in re.findall(r"(?:But |and |^|\. )([\w ]+?) still carr(?:y|ies) ([\w ]+)", text):
        for name, way in re.findall(r"(\w) (left|right|up|down)", ways):
            assert sign(by_name[name].step) == WAYS[way], text
            assert sign(by_name[name].slope) != -WAYS[way] or steepest <= 1e-9 * usual, text
        assert settings.optimizer not in ("sgd", "adagrad", "rmsprop"), text
        assert ("speed" in who) == (settings.optimizer in ("momentum", "nesterov")), text
        assert "decay" not in who or "weight_decay" in settings.kind.uses, text
    against = [row for row in rows if sign(row.slope) * sign(row.step) > 0]
    if against and "practically 0" not in text:
        assert "But " in text, text
    if match := re.search(r"slope along (\w) is (\S+) times that along (\w)", text):
        more, less = abs(by_name[match[1]].slope), abs(by_name[match[3]].slope)
        assert number_of(match[2]) == pytest.approx(more / less, rel=0.06), text
        assert number_of(match[2]) > 1, text
    if match := re.search(r"Only (\w) matters", text):
        assert by_name[match[1]].slope != 0, text
        assert all(row.slope == 0 for row in rows if row.name != match[1]), text
    if "matter equally" in text:
        assert abs(rows[0].slope) == abs(rows[1].slope), text
    assert "left" not in text or len(rows) == 1, text


def rows_of(walk):
    _, slopes, step = walk.next_step()
    here = walk.descent.parameters
    with np.errstate(all="ignore"):
        new = here + step
    return [
        StepRow(name, *map(float, numbers))
        for name, *numbers in zip(
            walk.objective.expression.variables, here, slopes, step, new, strict=True
        )
    ]


@pytest.mark.parametrize("variables", [("x",), ("x", "y")])
def test_the_sentence_of_the_step_card_holds_in_any_state(variables):
    rng = np.random.default_rng(1)
    texts = CURVES if len(variables) == 1 else SURFACES
    objectives = [FunctionObjective(Expression.parse(text, variables)) for text in texts]
    for _ in range(150):
        objective = objectives[rng.integers(len(objectives))]
        settings = random_settings(rng)
        walk = FunctionWalk(objective, random_start(rng, len(variables)), settings)
        for _ in range(12):
            rows = rows_of(walk)
            if all(np.isfinite([row.slope, row.step]).all() for row in rows):
                check_rows(rows, settings, walk.path().steepest)
                for row in rows:
                    result = written_out(row, settings).split("<b>")[1].removesuffix("</b>")
                    size = max(abs(row.value), abs(row.new_value))
                    assert parse_number(result) == pytest.approx(row.new_value, abs=2e-3 * size)
            walk.advance()
            if walk.state is WalkState.DIVERGED:
                break
            if rng.random() < 0.2:
                settings = changed(rng, settings)
                walk.configure(settings)


def test_what_is_said_of_the_gradient_and_its_arrows_holds():
    rng = np.random.default_rng(2)
    objectives = [FunctionObjective(Expression.parse(text, ("x", "y"))) for text in SURFACES]
    for _ in range(100):
        objective = objectives[rng.integers(len(objectives))]
        settings = random_settings(rng)
        walk = FunctionWalk(objective, random_start(rng, 2), settings)
        for _ in range(10):
            _, slopes, step = walk.next_step()
            if np.isfinite(slopes).all() and np.isfinite(step).all():
                check_gradient(slopes.tolist(), step.tolist(), settings)
            walk.advance()
            if walk.state is WalkState.DIVERGED:
                break


def check_gradient(slopes, step, settings):
    text = gradient_text(*slopes)
    x, y = map(abs, slopes)
    if match := re.match(r"(\w) matters (\S+) times as much as (\w)", text):
        ratio = x / y if match[1] == "x" else y / x
        assert number_of(match[2]) == pytest.approx(ratio, rel=0.06)
        assert number_of(match[2]) > 1
    elif "equally" in text:
        assert x == pytest.approx(y, rel=0.05)
        assert "about" in text or number_text(x) == number_text(y)
    elif text.startswith("Only"):
        assert max(x, y) >= 1e4 * min(x, y)
    else:
        assert x == y == 0
        assert "is 0 here" in text
    text = meaning_text(slopes, step, settings)
    climbs = float(np.dot(slopes, step))
    if "goes uphill" in text:
        assert climbs > 0, text
    if "goes downhill" in text or "goes straight downhill" in text:
        assert climbs < 0, text
    if climbs > 0:
        assert "goes uphill" in text, text
    if "Each step goes the other way" in text:
        assert settings.optimizer == "sgd", text


def moments(rng, *, both=False):
    """Yield snapshots of walks on a curve, with rates changed on the way, and their settings."""
    problems = [SlopeProblem.typed(text) for text in CURVES]
    for _ in range(200):
        problem = problems[rng.integers(len(problems))]
        start, other = random_start(rng, 2)
        settings = SlopeSettings(StartSettings(start, other), both, random_settings(rng))
        experiment = SlopeExperiment(problem, settings)
        for _ in range(14):
            yield experiment
            if experiment.walks[0].state is WalkState.DIVERGED:
                break
            for walk in experiment.walks:
                walk.advance()
            if rng.random() < 0.2:
                live = SlopeSettings(optimizer=changed(rng, experiment.settings.optimizer))
                experiment.set_live(live)


def test_what_is_said_of_the_last_step_holds():
    rng = np.random.default_rng(3)
    seen = set()
    for experiment in moments(rng):
        snapshot = experiment.snapshot()
        text = event_text(snapshot.walks[0], snapshot.settings.optimizer)
        seen.add(check_event(text, snapshot, experiment.problem.objective))
    assert {"so", "with the learning rate", "jumped over the valley", "uphill", "too far",
            "over a hilltop", "break or a pole"} <= seen  # fmt: skip


def check_event(text, snapshot, objective):
    """Hold an event against the path; return what kind it is."""
    walk, optimizer = snapshot.walks[0], snapshot.settings.optimizer
    if not walk.iteration or walk.sentence:
        return "none"
    path = walk.path
    (x0, x1), (before, after) = path.points[-2:, 0], path.slopes[-2:, 0]
    (low, high), move = path.values[-2:], path.moves[-2, 0]
    slopes = re.search(
        r"(?:sign,|flattened|slope went) from (\S+(?: × 10\S+)?) to (.+?)(?:[,;.] |[,;.]$)", text
    )
    if slopes:
        assert number_of(slopes[1]) == pytest.approx(before, rel=1e-2), text
        assert number_of(slopes[2]) == pytest.approx(after, rel=1e-2), text
    between = objective.expression.value(np.linspace(x0, x1, 5001))
    if "jumped over the valley" in text:
        assert before * after < 0, text
        assert np.isfinite(between).all(), text
        assert between.min() <= min(low, high), text
        assert sign(before) == -sign(move), text
    if "over a hilltop" in text:
        assert between.max() >= max(low, high), text
        assert sign(before) == sign(move), text
    if "landed higher" in text or "rose" in text:
        assert high > low, text
        shown = re.search(r"from (\S+(?: × 10\S+)?) to (\S+?(?: × 10[^.: ]+)?)(?:[.:](?:\s|$)|$)",
                          text[text.index("landed" if "landed" in text else "rose"):])  # fmt: skip
        assert shown[1] != shown[2], text
    if "a smaller learning rate would help" in text:
        assert any(objective.value(np.array([x0 + move / 2**k])) < low for k in range(1, 60)), text
    if "uphill" in text:
        assert sign(before) == sign(move), text
        assert optimizer.optimizer not in ("sgd", "adagrad", "rmsprop"), text
    if "flattened" in text:
        assert abs(after) < abs(before), text
    if "steeper here" in text:
        assert abs(after) > abs(before), text
    if match := re.search(r"next step is (shorter|longer): (.+) after (.+)\.$", text):
        step, last = number_of(match[2]), number_of(match[3])
        assert (step < last) == (match[1] == "shorter"), text
        assert step != last, text
        assert step == pytest.approx(abs(walk.next_step), rel=1e-2), text
        assert last == pytest.approx(abs(move), rel=1e-2), text
        if ", so the next" in text:
            assert optimizer.optimizer == "sgd", text
            assert (abs(after) < abs(before)) == (match[1] == "shorter"), text
    if match := re.search(r"learning rate (\S+) now", text):
        assert float(match[1]) == pytest.approx(optimizer.learning_rate, rel=1e-3), text
    return next(
        (kind for kind in ("with the learning rate", "jumped over the valley", "uphill",
                           "over a hilltop", "too far", "break or a pole") if kind in text),
        "so" if ", so the next" in text else "other",
    )  # fmt: skip


def test_predictions_are_judged_by_the_numbers_that_are_shown():
    rng = np.random.default_rng(4)
    judged = 0
    asked = None
    for experiment in moments(rng):
        snapshot = experiment.snapshot()
        walk, optimizer = snapshot.walks[0], snapshot.settings.optimizer
        if asked is not None and walk.iteration == asked.iteration + 1:
            for right in (False, True):
                for far in (False, True):
                    answer = answer_to(Prediction(right, far), asked, walk, optimizer)
                    if answer is not None:
                        judged += 1
                        check_answer(answer, right, far, asked, walk)
        asked = question_for(snapshot)
    assert judged > 1000


def check_answer(answer, right, far, question, walk):
    text = answer.text
    row = walk.path.steps.tolist().index(question.iteration)
    slope, move = float(walk.path.slopes[row, 0]), float(walk.path.moves[row, 0])
    if "stays where it is" in text:
        assert move == 0
        assert ("the slope is 0" in text) == (slope == 0), text
        return
    if match := re.search(r"slope \S+(?: × 10\S+)? is (positive|negative)", text):
        assert sign(slope) == SIGNS[match[1]], text
    else:
        assert "The slope is 0" in text, text
        assert slope == 0, text
    assert f"x {'to the ' if 'carried' in text else 'went '}{'right' if move > 0 else 'left'}" in (
        text
    )
    length, limit = number_text(abs(move), 3), number_text(question.limit, 3)
    is_far = "is farther than" in text
    if is_far:
        assert number_of(length) > number_of(limit), text
    elif "is nearer than" in text:
        assert number_of(length) < number_of(limit), text
    else:
        assert length == limit, text
    hits = (right == (move > 0)) + (far == is_far)
    assert answer.hits == hits
    assert text.startswith(("Neither was right", "One of two was right", "Both right")[hits])
    if match := re.search(r"−(\S+) · \(?([^)=]+)\)? = ([^.]+\S*)\.", text):
        assert -number_of(match[1]) * slope == pytest.approx(move, rel=1e-3), text


def test_two_ends_are_compared_as_they_are_shown():
    rng = np.random.default_rng(5)
    compared = 0
    for text in ("x**4 - 3*x**2 + x", "sin(3*x) + x**2/4", "x**2/2", "abs(x)", "cos(x)"):
        problem = SlopeProblem.typed(text)
        for _ in range(6):
            low, high = problem.view
            starts = StartSettings(*rng.uniform(low, high, 2).round(2).tolist())
            settings = SlopeSettings(starts, True, OptimizerSettings("sgd", problem.plain_rate))
            experiment = SlopeExperiment(problem, settings)
            experiment.advance(steps=4000)
            first, second = experiment.snapshot().walks
            said = comparison_text(first, second, problem.width)
            places = re.findall(r"x = (\S+) \(value (.+?)\)", said)
            if not said:
                continue
            compared += 1
            if "same place" in said:
                assert first.x == pytest.approx(second.x, abs=1e-2)
            elif "lies lower" in said:
                assert places[0][0] != places[1][0]
                one, other = number_of(places[0][1]), number_of(places[1][1])
                assert (one < other) == ("The first" in said), said
                assert one != other, said
            else:
                assert places[0][1] == places[1][1], said
    assert compared > 15
