"""A sweep as JSON, as a table, and as a folder of files that grows while it is computed."""

import csv
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.runs.sweep.findings import Findings
from gdstudio.runs.sweep.run import RunResult
from gdstudio.runs.sweep.sweep import SEED, Sweep
from gdstudio.storage.atomic_file import check_place, replacing
from gdstudio.storage.network_file import save_network
from gdstudio.visible_text import shortened, visible

# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(findings: Findings) -> dict[str, Any]:
    """Return all runs that are done and the best of them, ready for JSON.

    ``best`` is the place of the best run in ``runs``; None where there is none.
    """
    order = sorted(findings.results)
    verdicts = findings.verdicts()
    return {
        "runs": [_run_json(findings.sweep, number, findings.results[number]) for number in order],
        "best": None if findings.best is None else order.index(findings.best),
        "criterion": findings.criterion,
        "groups": [
            {
                "settings": _plain(group.settings),
                "runs": [order.index(number) for number in group.runs],
                "diverged": group.diverged,
                "median": {name: one.median for name, one in group.readings.items()},
                "lowest": {name: one.lowest for name, one in group.readings.items()},
                "highest": {name: one.highest for name, one in group.readings.items()},
                "verdict": verdicts[place].value if place in verdicts else None,
            }
            for place, group in enumerate(findings.groups)
        ],
        "planned": findings.sweep.count,
        "findings": findings.sentences(),
    }


def _run_json(sweep: Sweep, number: int, result: RunResult) -> dict[str, Any]:
    run = sweep.runs[number]
    return {
        "settings": _plain(run.settings),
        "seed": run.seed,
        "readings": dict(result.readings),
        "diverged": result.diverged,
        "failed": result.failed,
        "message": result.message,
        "setup": _code(sweep, number),
        "seconds": result.seconds,
    }


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float | tuple) else str(value)
        for name, value in settings.items()
    }


def _code(sweep: Sweep, number: int) -> str | None:
    """Return the setup code of a run; None where the data are a person's own."""
    try:
        return sweep.runs[number].scenario.code
    except BadInput:
        return None


def to_csv(findings: Findings) -> str:
    """Return a row for each run that is done, for a spreadsheet."""
    sweep, results = findings.sweep, findings.results
    readings = list(dict.fromkeys(name for one in results.values() for name in one.readings))
    names = list(sweep.lists)
    # A setting and a reading may have the same name: the rate that was set, and that of a step.
    heads = [f"{name} (reading)" if name in names else name for name in readings]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["run", *names, SEED, "diverged", *heads, "seconds", "message"])
    for number in sorted(results):
        run, result = sweep.runs[number], results[number]
        cells = [
            number,
            *_plain(run.settings).values(),
            run.seed,
            "yes" if result.diverged else "no",
        ]
        cells += [result.readings.get(name, "") for name in readings]
        writer.writerow([_cell(one) for one in (*cells, round(result.seconds, 3), result.message)])
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


class SweepFolder:
    """A folder that keeps a sweep: each run as it comes, and the table of all.

    ``run-0003.json`` has a run's settings, setup code, readings and curve; of a network
    ``run-0003.safetensors`` keeps the weights. ``runs.csv`` and ``sweep.json`` are the whole.

    Raises:
        BadInput: if the folder cannot be written, or holds files already.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        shown = shortened(visible(str(path)), 200)
        try:
            path.mkdir(parents=True, exist_ok=True)
            is_empty = next(path.iterdir(), None) is None
        except (OSError, ValueError) as error:
            reason = (isinstance(error, OSError) and error.strerror) or error
            raise BadInput(f"The folder {shown} cannot be used ({reason}); name another.") from None
        if not is_empty:
            raise BadInput(f"The folder {shown} holds files already; name a new one.")
        check_place(path / "runs.csv")

    def keep(self, sweep: Sweep, number: int, result: RunResult) -> None:
        """Keep one run.

        Raises:
            BadInput: if it cannot be written.
        """
        name = f"run-{number:04}"
        steps, losses = result.curve
        told = _run_json(sweep, number, result) | {"curve": {"steps": steps, "loss": losses}}
        self._write(f"{name}.json", _json_text(told))
        if result.network is not None:
            save_network(self.path / f"{name}.safetensors", result.network)

    def finish(self, findings: Findings) -> None:
        """Keep the table of all runs that are done.

        Raises:
            BadInput: if it cannot be written.
        """
        self._write("runs.csv", to_csv(findings))
        self._write("sweep.json", _json_text(as_json(findings)))

    def _write(self, name: str, text: str) -> None:
        with replacing(self.path / name) as temporary:
            # A spreadsheet takes the mark at the beginning for UTF-8.
            temporary.write_text(text, "utf-8-sig" if name.endswith(".csv") else "utf-8")


def _json_text(value: Any) -> str:
    return json.dumps(finite(value), ensure_ascii=False, indent=1) + "\n"


def finite(value: Any) -> Any:
    """Return `value` as JSON can hold it: what is no finite number becomes null."""
    if isinstance(value, Mapping):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
