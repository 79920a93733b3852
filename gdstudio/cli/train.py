"""`gdstudio train`: train a network without a window."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.options import JsonOption, takes
from gdstudio.cli.output import print_json, progress_bar, say
from gdstudio.engine.descent import Diverged
from gdstudio.errors import BadInput
from gdstudio.experiment.digits import DigitsExperiment
from gdstudio.experiment.digits_settings import GROUPS, DigitsSettings
from gdstudio.experiment.presets import PRESETS, find_preset

SLICE_SECONDS = 0.1


@takes(*GROUPS)
def train(
    values: dict[str, Any],
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
    """Train a network on handwritten digits, and say how well it reads those it never saw."""
    if save is not None and not save.resolve().parent.is_dir():
        raise BadInput(f"The folder of {save} does not exist; create it or save elsewhere.")
    if save is not None and save.is_dir():
        raise BadInput(f"{save} is a folder; give the file in it a name.")
    base = find_preset(preset).settings() if preset else DigitsSettings()
    chosen = base.as_dict() | values
    settings = DigitsSettings.from_mapping(chosen)
    if not preset and "learning_rate" not in values:
        settings = DigitsSettings.from_mapping(chosen | {"learning_rate": settings.suitable_rate()})
    experiment = DigitsExperiment(settings)
    trouble, code = _advance(experiment, talk=not json)
    if save is not None:
        _save(experiment, save)
    evaluation = experiment.evaluate()
    if json:
        print_json(
            {
                "parameters": experiment.network.size,
                "test_accuracy": evaluation.accuracy,
                "test_loss": evaluation.loss,
                "samples_per_second": experiment.samples_per_second,
                "epochs": [
                    {
                        "epoch": report.epoch,
                        "train_loss": report.train_loss,
                        "test_loss": report.test_loss,
                        "test_accuracy": report.test_accuracy,
                        "test_accuracy_by_part": report.accuracy_by_part,
                    }
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
        say(
            f"{experiment.network.shape}, {experiment.network.size:,} weights and biases: "
            f"{evaluation.accuracy:.2%} of the test images right, loss {evaluation.loss:.4f}, "
            f"{experiment.samples_per_second:,.0f} samples a second."
        )
        if save is not None:
            say(f"Saved to {save}.")
    if code:
        raise typer.Exit(code)


def _advance(experiment: DigitsExperiment, *, talk: bool) -> tuple[str, int]:
    """Train to the end; return a sentence about what went wrong, if anything, and the exit code."""
    epochs = experiment.settings.training.epochs
    with progress_bar() as progress:
        task = progress.add_task("Training", total=epochs, figures="")
        said = 0
        try:
            while not experiment.finished:
                experiment.advance(seconds=SLICE_SECONDS)
                position = experiment.stream.position / len(experiment.stream)
                progress.update(
                    task,
                    completed=min(max(experiment.stream.epoch - 1 + position, 0), epochs),
                    figures=f"loss {experiment.history.recent():.4f}",
                )
                for report in experiment.epochs[said:]:
                    said = report.epoch
                    if talk:
                        say(
                            f"Epoch {report.epoch}: training loss {report.train_loss:.4f}, "
                            f"test loss {report.test_loss:.4f}, "
                            f"test accuracy {report.test_accuracy:.2%}"
                        )
        except Diverged as divergence:
            return experiment.explain(divergence), 1
        except KeyboardInterrupt:
            return "Stopped by Ctrl+C; what was learned so far is kept.", 130
    return "", 0


def _save(experiment: DigitsExperiment, path: Path) -> None:
    from gdstudio.storage.network_file import save_network

    save_network(path, experiment.network_file())
