"""`gdstudio sweep`: a lab's run for each of many values of its settings, and for several seeds."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from gdstudio.cli.interruption import StopRequest, stop_requests
from gdstudio.cli.options import JsonOption, values_text
from gdstudio.cli.output import complain, print_json, print_table, progress_bar, say
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.runs.sweep.cluster import Certificates, DaskCluster
from gdstudio.runs.sweep.computation import Computation, Place
from gdstudio.runs.sweep.findings import Findings, Group, value_text
from gdstudio.runs.sweep.kept import SweepFolder, as_json
from gdstudio.runs.sweep.processes import ThisMachine, processors
from gdstudio.runs.sweep.run import RunResult
from gdstudio.runs.sweep.sweep import STEPS, Sweep, sweepable
from gdstudio.settings import Setting, Text, WholeNumber

# More are told as a table of those that differ in more than their seeds.
ROWS_SHOWN = 40
_WORKERS = WholeNumber(
    label="Workers",
    explanation="How many runs are computed at the same time.",
    default=0,
    minimum=1,
    maximum=256,
)
_LISTS = "numbers 0.1,0.3,1 or a range “0.01..10 log 7” or “1..5 linear 5”; networks “20, 20; 100”"

sweep_commands = typer.Typer(
    help=f"Make a run for each of many values, side by side, and compare them. Lists are {_LISTS}.",
    no_args_is_help=True,
)


def _command(vocabulary: Vocabulary) -> Callable[..., None]:
    """Return the command that sweeps a lab, with an option for each of its settings."""
    declared = sweepable(vocabulary)
    # A parameter's name has no point in it.
    names = {name.replace(".", "__"): name for name in declared}

    def command(**arguments: Any) -> None:
        given = {name: arguments.pop(parameter) for parameter, name in names.items()}
        texts = {name: text for name, text in given.items() if text is not None}
        _sweep(vocabulary, texts, **arguments)

    parameters = [
        _parameter(parameter, str | None, None, _option(name, declared[name]))
        for parameter, name in names.items()
    ]
    parameters += [
        _parameter(
            "seeds",
            str,
            "1",
            typer.Option(
                "--seeds",
                metavar="N|LIST",
                help="How many seeds, from 0 on, or which ones: 3, or 4,7, or 1..5.",
            ),
        )
    ]
    if not vocabulary.ends:
        steps = typer.Option("--steps", metavar=values_text(STEPS), help=STEPS.explanation)
        parameters.append(_parameter("steps", str, str(STEPS.default), steps))
    workers = typer.Option(
        "--workers", metavar="N", help=_WORKERS.explanation, show_default="one for each processor"
    )
    scheduler = typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Compute on a Dask cluster whose scheduler listens there, such as "
        "tcp://127.0.0.1:8786.",
    )
    save = typer.Option(
        "--save", help="A new folder that keeps each run as it comes, and runs.csv, the table."
    )
    parameters += [
        _parameter("workers", str | None, None, workers),
        _parameter("scheduler", str | None, None, scheduler),
        *(_parameter(name, Path | None, None, one) for name, one in _certificate_options().items()),
        _parameter("save", Path | None, None, save),
        inspect.Parameter(
            "json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption
        ),
    ]
    # What Typer reads; functions are declared without it.
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    command.__doc__ = (
        f"Sweep settings of the lab {vocabulary.title}: a run for each combination of values and "
        f"each seed. Lists are {_LISTS}."
    )
    return command


def _certificate_options() -> dict[str, Any]:
    about = {
        "tls_ca_file": "The certificate of the authority, for a scheduler at tls://….",
        "tls_cert": "The certificate of this machine, for a scheduler that asks for one.",
        "tls_key": "The key of that certificate.",
    }
    return {
        name: typer.Option(f"--{name.replace('_', '-')}", metavar="FILE", help=text)
        for name, text in about.items()
    }


def _parameter(name: str, kind: Any, default: Any, option: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, option],
    )


def _option(name: str, setting: Setting) -> Any:
    apart = ";" if isinstance(setting, Text) else ","
    return typer.Option(
        f"--{name.replace('_', '-')}",
        help=setting.explanation,
        metavar=f"{values_text(setting)}[{apart}…]",
        hidden="." in name,
    )


for _vocabulary in VOCABULARIES.values():
    sweep_commands.command(_vocabulary.key)(_command(_vocabulary))


def _sweep(
    vocabulary: Vocabulary,
    texts: dict[str, str],
    *,
    seeds: str,
    steps: str = str(STEPS.default),
    workers: str | None,
    scheduler: str | None,
    tls_ca_file: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    save: Path | None,
    json: bool,
) -> None:
    sweep = Sweep.parse(Scenario(vocabulary.key), texts, seeds=seeds, steps=STEPS.parse(steps))
    place = _place(workers, scheduler, Certificates(tls_ca_file, tls_cert, tls_key))
    folder = None if save is None else SweepFolder(save)
    results: dict[int, RunResult] = {}
    trouble = ""
    with stop_requests() as request:
        try:
            _compute(sweep, place, request, results, folder, talk=not json)
        except BadInput as refused:
            trouble = str(refused)
        findings = Findings(sweep, results)
        if folder is not None:
            folder.finish(findings)
    if trouble and not results:
        raise BadInput(trouble)
    if request.code:
        kept = "" if folder is None else f", and kept in {folder.path}"
        trouble = f"{request.sentence}; {len(results):,} of {sweep.count:,} runs are done{kept}."
    failed = [one.message for one in results.values() if one.failed]
    if results and len(failed) == len(results):
        raise BadInput(failed[0])
    if json:
        print_json(as_json(findings) | {"message": trouble})
    else:
        _tell(findings)
        if trouble:
            say(trouble)
        if folder is not None:
            say(f"Kept in {folder.path}.")
    code = request.code or (1 if trouble or failed or findings.best is None else 0)
    if code:
        raise typer.Exit(code)


def _place(workers: str | None, scheduler: str | None, certificates: Certificates) -> Place:
    """Return where to compute."""
    if scheduler is None:
        if certificates.are_given:
            raise BadInput("Certificates are for a cluster; name its --scheduler, too.")
        return ThisMachine(processors() if workers is None else _WORKERS.parse(workers))
    if workers is not None:
        raise BadInput("The workers of a cluster are started there; leave --workers out.")
    return DaskCluster.connect(scheduler, certificates)


def _compute(
    sweep: Sweep,
    place: Place,
    request: StopRequest,
    results: dict[int, RunResult],
    folder: SweepFolder | None,
    *,
    talk: bool,
) -> None:
    """Compute all runs, or as many as can be, into `results`, and keep each as it comes."""

    def should_stop() -> bool:
        return bool(request.code)

    computation = Computation(sweep, place, keep=folder is not None, should_stop=should_stop)
    with computation, progress_bar() as progress:
        estimate = computation.estimate(goes_on=True)
        if talk and not request.code:
            complain(estimate.sentence)
        task = progress.add_task("Sweeping", total=sweep.count, figures="")
        for number, result in computation.results():
            results[number] = result
            if folder is not None:
                folder.keep(sweep, number, result)
            progress.update(task, advance=1, figures=f"{len(results):,} of {sweep.count:,} runs")


def _tell(findings: Findings) -> None:
    """Print what came of a sweep: a row for each combination, and what it shows."""
    sweep, words = findings.sweep, findings.sweep.vocabulary
    declared = sweepable(words)
    verdicts = findings.verdicts()
    names = list(sweep.varying) or list(sweep.lists)
    names = [name for name in sweep.lists if name in names]
    shown = [name for name in _shown_readings(findings) if name not in names]
    rows = []
    for place, group in enumerate(findings.groups):
        cells = [value_text(declared[name], group.settings[name]) for name in names]
        cells += [_spread_text(findings, group, name) for name in shown]
        remarks = [verdicts[place].value] if place in verdicts else []
        if group.diverged:
            remarks = [f"{group.diverged} of {len(group.runs)} diverged"]
        if group.failed:
            remarks.append(f"{group.failed} of {len(group.runs)} not made")
        if group is findings.best_group:
            remarks.append("best")
        rows.append([*cells, ", ".join(remarks)])
    if len(rows) > ROWS_SHOWN:
        rows = rows[: ROWS_SHOWN // 2] + rows[-ROWS_SHOWN // 2 :]
        say(f"Of {len(findings.groups):,} rows the first and the last {ROWS_SHOWN // 2}:")
    heads = [*(declared[name].label for name in names), *map(words.label, shown), ""]
    print_table(heads, rows)
    if len(sweep.seeds) > 1:
        say(f"Each row is {len(sweep.seeds)} seeds: the median, and in brackets lowest to highest.")
    for sentence in findings.sentences():
        say(sentence)


def _spread_text(findings: Findings, group: Group, name: str) -> str:
    """Return a reading of a group; of what runs are compared by, how far it spreads, too."""
    words, spread = findings.sweep.vocabulary, group.readings.get(name)
    if spread is None:
        return "–"
    text = words.text(name, spread.median)
    if name != findings.criterion or not spread.lowest < spread.highest:
        return text
    return f"{text} ({words.text(name, spread.lowest)} to {words.text(name, spread.highest)})"


def _shown_readings(findings: Findings) -> list[str]:
    """Return the readings that the table has: by which runs are compared, loss and steps."""
    words = findings.sweep.vocabulary
    wanted = [findings.criterion, *words.judged_by, words.objective]
    wanted += [] if words.ends else ["step"]
    known = {name for group in findings.groups for name in group.readings}
    labels: dict[str, str] = {}
    for name in wanted:
        if name in known:
            labels.setdefault(words.label(name), name)
    return list(labels.values())
