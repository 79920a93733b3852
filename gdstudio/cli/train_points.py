"""`gdstudio train points`: train a network of a few neurons on points in the plane."""

import math
from typing import Any

import typer

from gdstudio.cli.interruption import StopRequest, stop_requests
from gdstudio.cli.options import JsonOption, takes
from gdstudio.cli.output import print_json, progress_bar, say
from gdstudio.engine.descent import Diverged
from gdstudio.experiment.points.experiment import PointsExperiment, PointsSnapshot
from gdstudio.experiment.points.settings import GROUPS, PointsSettings
from gdstudio.experiment.readings import readings
from gdstudio.number_text import number_text, percent_text

_SLICE_SECONDS = 0.1
_SUITS = "what suits the points"


@takes(
    *GROUPS,
    worked_out={
        "learning_rate": "one that suits the points and the optimizer",
        "features": f"x, y or {_SUITS}",
        "network": f"3 or {_SUITS}",
        "loss": f"cross-entropy or {_SUITS}",
        "optimizer": f"sgd or {_SUITS}",
        "steps": f"2000 or {_SUITS}",
    },
)
def train_points(values: dict[str, Any], *, json: JsonOption = False) -> None:
    """Train a network of a few neurons on points in the plane: a set by name, or a CSV file."""
    with stop_requests() as request:
        experiment = PointsExperiment(PointsSettings.from_choices(values))
        sentence, code = _advance(experiment, request)
    snapshot = experiment.snapshot()
    if json:
        print_json(_result(snapshot) | {"diverged": code == 1, "message": sentence})
    else:
        if sentence:
            say(sentence)
        for line in _lines(snapshot):
            say(line)
    if code:
        raise typer.Exit(code)


def _advance(experiment: PointsExperiment, request: StopRequest) -> tuple[str, int]:
    """Make all steps, or as many as can be; return what went wrong, and the exit code."""
    with progress_bar() as progress:
        task = progress.add_task("Training", total=experiment.settings.training.steps, figures="")
        try:
            while not experiment.finished and not request.code:
                experiment.advance(seconds=_SLICE_SECONDS)
                progress.update(
                    task,
                    completed=experiment.descent.iteration,
                    figures=f"loss {number_text(experiment.history.recent())}",
                )
        except Diverged as divergence:
            return experiment.explain(divergence), 1
    if request.code:
        return f"{request.sentence}.", request.code
    if experiment.went_wrong:
        return experiment.ending, 1 if experiment.exploded else 0
    return "", 0


def _result(snapshot: PointsSnapshot) -> dict[str, Any]:
    known = dict(readings(snapshot))
    problem = snapshot.problem
    return {
        "parameters": len(snapshot.parameters),
        "parameter_sum": problem.parameter_sum,
        "model": problem.settings.model,
        "loss": snapshot.loss,
        "train_accuracy": known.get("train_accuracy"),
        "test_loss": known.get("test_loss"),
        "test_accuracy": known.get("test_accuracy"),
        "readings": known,
        "training_points": int((~problem.points.is_test).sum()),
        "test_points": int(problem.points.is_test.sum()),
        "classes": list(problem.points.classes),
        "notes": list(problem.points.notes),
        "settings": snapshot.settings.as_dict(),
    }


def _lines(snapshot: PointsSnapshot) -> list[str]:
    """Return what is told to people."""
    problem = snapshot.problem
    steps = "1 step" if snapshot.iteration == 1 else f"{snapshot.iteration:,} steps"
    count = len(snapshot.parameters)
    told = f"{problem.settings.model.capitalize()} {problem.network.shape}, {count:,} weights and "
    told += f"biases: after {steps} the loss is {number_text(snapshot.loss)}"
    if not math.isnan(snapshot.test.loss):
        told += f", on the test points {number_text(snapshot.test.loss)}"
    lines = [*problem.points.notes, f"{told}."]
    if not math.isnan(snapshot.training.accuracy):
        right = f"{percent_text(snapshot.training.accuracy, 1)} of the points learned from"
        if not math.isnan(snapshot.test.accuracy):
            right += f" and {percent_text(snapshot.test.accuracy, 1)} of the test points"
        lines.append(f"{right} get their class.")
    return lines
