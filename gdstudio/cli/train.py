"""`gdstudio train`: train a network without a window."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.interruption import StopRequest, stop_requests
from gdstudio.cli.options import JsonOption, takes
from gdstudio.cli.output import complain, print_json, progress_bar, say
from gdstudio.cli.train_points import train_points
from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.digits.settings import GROUPS, DigitsSettings
from gdstudio.experiment.digits.snapshot import EpochReport
from gdstudio.experiment.digits.vocabulary import DIGITS
from gdstudio.experiment.presets import PRESETS, find_preset
from gdstudio.number_text import fixed_text, number_text, percent_text
from gdstudio.storage.atomic_file import check_place
from gdstudio.storage.network_file import save_network

SLICE_SECONDS = 0.1
# Of a share, two decimals: an epoch late in a training brings little.
_FIGURES = 5
# Of fewer test images it is said how many there are: their share of right answers tells little.
FEW_IMAGES = 100


@takes(*GROUPS, worked_out={"learning_rate": "one that suits the data, the loss and the optimizer"})
def train(
    values: dict[str, Any],
    context: typer.Context,
    *,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="|".join(PRESETS),
            help="Settings worth trying; options that are given beside it change them.",
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Where to keep the trained network.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Train a network on handwritten digits or your own images, and test it on others.

    Or on points in the plane: `gdstudio train points`.
    """
    if context.invoked_subcommand is not None:
        if values or preset or save or json:
            raise BadInput(
                f"Options of “train {context.invoked_subcommand}” stand behind that name, such as "
                f"“gdstudio train {context.invoked_subcommand} --json”."
            )
        return
    if save is not None:
        check_place(save)
    base = find_preset(preset).settings() if preset else DigitsSettings()
    chosen = base.as_dict() | values
    settings = DigitsSettings.from_mapping(chosen)
    if not preset and "learning_rate" not in values:
        settings = DigitsSettings.from_mapping(chosen | {"learning_rate": settings.suitable_rate()})
    if values.get("scribbles") and not settings.data.entry.has_digits:
        raise BadInput(
            f"Scribbles stand beside digits, and {settings.data.entry.card.title} has other "
            "images; leave --scribbles out."
        )
    with stop_requests() as request:
        experiment = DigitsExperiment(settings)
        ending = _advance(experiment, request, talk=not json)
        is_saved = save is not None and (experiment.descent.iteration > 0 or not request.code)
        if save is not None and is_saved:
            _save(experiment, save)
    if ending.error is not None:
        if is_saved:
            complain(f"What was learned so far is saved to {save}.")
        raise ending.error
    trouble, code = ending.sentence, ending.code
    if code > 1 and save is not None:
        learned = "what was learned so far is saved" if is_saved else "nothing was learned yet"
        trouble = f"{trouble}; {learned}"
    trouble += "." if code > 1 else ""
    evaluation = experiment.evaluate()
    if json:
        print_json(
            {
                "parameters": experiment.network.size,
                "test_accuracy": evaluation.accuracy,
                "test_loss": evaluation.loss,
                "test_images": len(experiment.dataset.test),
                "samples_per_second": experiment.samples_per_second,
                "epochs": [
                    report.readings() | {"test_accuracy_by_part": report.accuracy_by_part}
                    for report in experiment.epochs
                ],
                "diverged": code == 1,
                "message": trouble,
                "settings": experiment.settings.as_dict(),
            }
        )
    else:
        if trouble:
            say(trouble)
        tested = len(experiment.dataset.test)
        count = f"only {tested}" if tested < FEW_IMAGES else "the"
        say(
            f"{experiment.network.shape}, {experiment.network.size:,} weights and biases: "
            f"{percent_text(evaluation.accuracy, 2)} of {count} test images right, "
            f"loss {_loss(evaluation.loss)}, "
            f"{fixed_text(experiment.samples_per_second, 0)} images a second."
        )
        if is_saved:
            say(f"Saved to {save}.")
    if code:
        raise typer.Exit(code)


@dataclass(frozen=True)
class _Ending:
    """How a training came to its end.

    Attributes:
        sentence: what went wrong, if anything.
        code: the exit code.
        error: what is to be raised once the network is saved: lost output, or a fault of the app.
    """

    sentence: str = ""
    code: int = 0
    error: Exception | None = None


def _advance(experiment: DigitsExperiment, request: StopRequest, *, talk: bool) -> _Ending:
    """Train to the end, or until something ends it: whatever that is, it is returned."""
    epochs = experiment.settings.training.epochs
    with progress_bar() as progress:
        task = progress.add_task("Training", total=epochs, figures="")
        said = 0
        try:
            while not experiment.finished and not request.code:
                experiment.advance(seconds=SLICE_SECONDS)
                position = experiment.stream.position / len(experiment.stream)
                progress.update(
                    task,
                    completed=min(max(experiment.stream.epoch - 1 + position, 0), epochs),
                    figures=f"loss {_loss(experiment.history.recent())}",
                )
                for report in experiment.epochs[said:]:
                    said = report.epoch
                    if talk:
                        say(f"Epoch {report.epoch}: {_told(report)}")
        except Diverged as divergence:
            return _Ending(experiment.explain(divergence), 1)
        except Exception as error:
            return _Ending(error=error)
    if not experiment.finished:
        return _Ending(request.sentence, request.code)
    if experiment.went_wrong:
        # It came to its end, but what exploded on the way is a run that diverged.
        return _Ending(experiment.ending, 1 if experiment.exploded else 0)
    return _Ending()


def _told(report: EpochReport) -> str:
    """Return what an epoch brought, in words."""
    found = report.readings()
    names = [name for name in found if name != "epoch"]
    return ", ".join(
        f"{DIGITS.label(name)} {DIGITS.reading(name).text(found[name], _FIGURES)}" for name in names
    )


def _save(experiment: DigitsExperiment, path: Path) -> None:
    """Keep the network; where its place has become unusable meanwhile, in another."""
    kept = experiment.network_file()
    try:
        save_network(path, kept)
    except BadInput as problem:
        other = Path(tempfile.gettempdir()) / f"gdstudio-network-{os.getpid()}.safetensors"
        try:
            save_network(other, kept)
        except BadInput:
            raise problem from None
        raise BadInput(f"{problem} The network was saved to {other} instead.") from None


def _loss(loss: float) -> str:
    """Return a loss with four decimals, one that is beyond all measure with four figures."""
    return fixed_text(loss, 4) if loss < 1000 else number_text(loss)


training = typer.Typer()
training.callback(invoke_without_command=True)(train)
training.command("points")(train_points)
