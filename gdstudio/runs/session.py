"""A session: what every lab is set to, its run, its kept runs, and what is drawn; in one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gdstudio import __version__
from gdstudio.data.dataset import Drawing
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.houses_choices import OwnTable
from gdstudio.experiment.kept_values import count, number
from gdstudio.experiment.readings import Curve
from gdstudio.experiment.run_update import State, TwinStanding
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.runs.kept_run import KeptRun
from gdstudio.runs.kept_runs import MOST_KEPT, KeptRuns
from gdstudio.runs.run_files import RUN_FORMATS
from gdstudio.runs.twins import TwinChoice, TwinRun, twin_settings
from gdstudio.storage.run_file import RunFile, read_run, run_bytes
from gdstudio.storage.session_file import (
    SessionFile,
    damaged_session,
    load_session_file,
    save_session_file,
)
from gdstudio.visible_text import shortened, visible

_CURVE, _TRAIL = "curve.", "trail"
_OWN_TABLE = "own table"
_LONGEST_SUMMARY, _LONGEST_MESSAGE, _MOST_DRAWN = 200, 1000, 200_000
# How a twin has ended for good, so that the run goes on alone.
_ENDED = (State.DIVERGED, State.FAILED)


@dataclass(frozen=True, eq=False)
class LabSession:
    """One lab of a session.

    Attributes:
        scenario: all that it is set to, the view included.
        run: its run at its last moment; None where it has made no step.
        kept: its kept runs.
        twin: the run that is stepped together with `run`, where there is one.
    """

    scenario: Scenario
    run: KeptRun | None = None
    kept: KeptRuns = field(default_factory=KeptRuns)
    twin: TwinRun | None = None


@dataclass(frozen=True, eq=False)
class Session:
    """All labs of a window.

    Attributes:
        lab: the key of the one that is shown.
        labs: those that have been seen, by key.
        drawing: what is drawn in the Digits lab.
        lessons: how far the user came in lessons, as `Progress.as_plain` has it.
        left_out: sentences on what could not be saved, or opened.
    """

    lab: str
    labs: Mapping[str, LabSession] = field(default_factory=dict)
    drawing: Drawing = field(default_factory=list)
    lessons: Mapping[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def has_own_table(scenario: Scenario) -> bool:
    """Return whether a scenario is about a table of one's own, which is saved with its run."""
    return any(isinstance(value, OwnTable) for value in scenario.values.values())


def save_session(path: Path, session: Session) -> tuple[str, ...]:
    """Write a session, whole or not at all; return a sentence for each run that is left out.

    Raises:
        BadInput: if it cannot be written; an old file at `path` survives.
    """
    file, left_out = session_to_file(session)
    save_session_file(path, file)
    return left_out


def load_session(path: Path) -> Session:
    """Return a session; what of it cannot be used is left out, with a sentence.

    Raises:
        BadInput: if there is no session in the file, or a damaged one.
    """
    file = load_session_file(path)
    try:
        return session_from_file(file)
    except BadInput:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise damaged_session(path) from None


def session_to_file(session: Session) -> tuple[SessionFile, tuple[str, ...]]:
    """Return a session as its file has it, and a sentence for each run that is left out."""
    runs: dict[str, bytes] = {}
    left_out: list[str] = []
    labs = {}
    for key, lab in session.labs.items():

        def keep(run: KeptRun, name: str, key: str = key) -> dict[str, Any] | None:
            """Return what stands in the text of a run whose arrays are in a file of their own."""
            try:
                runs[f"{key}/{name}.safetensors"] = run_bytes(_run_file(run))
            except BadInput as refused:
                left_out.append(str(refused))
                return None
            return {"file": f"{key}/{name}.safetensors", "scenario": _plain(run.scenario)}

        kept = [keep(run, f"kept{place}") for place, run in enumerate(lab.kept.runs)]
        labs[key] = {
            "scenario": _plain(lab.scenario),
            "run": None if lab.run is None else keep(lab.run, "run"),
            "kept": [one for one in kept if one is not None],
        }
        if lab.twin is not None and labs[key]["run"] is not None:
            twin = keep(lab.twin.run, "twin")
            labs[key]["twin"] = None if twin is None else {**twin, **_standing_values(lab.twin)}
    values = {
        "app": __version__,
        "lab": session.lab,
        "labs": labs,
        "drawing": [stroke.tolist() for stroke in session.drawing],
        "lessons": dict(session.lessons),
    }
    return SessionFile(values, runs), tuple(left_out)


def session_from_file(file: SessionFile) -> Session:
    """Return a session; whatever is wrong with the whole raises something."""
    values = file.values
    left_out: list[str] = []
    labs = {}
    for key, lab in values["labs"].items():
        if key not in VOCABULARIES:
            left_out.append(f"A lab of this session, {_shown(key)}, is not in this app.")
            continue
        run, twin, kept = None, None, []
        try:
            if lab["run"] is not None:
                run = _read(key, lab["run"], file.runs)
            for one in lab["kept"][:MOST_KEPT]:
                kept.append(_read(key, one, file.runs))
            scenario = _scenario(key, lab["scenario"], run)
        except BadInput as refused:
            left_out.append(f"{VOCABULARIES[key].title}: {refused}")
            continue
        try:
            if run is not None and lab.get("twin") is not None:
                twin = _twin(key, lab["twin"], file.runs)
        except BadInput as refused:
            left_out.append(f"{VOCABULARIES[key].title}: the twin is left out. {refused}")
        labs[key] = LabSession(scenario, run, KeptRuns(tuple(kept)), twin)
    shown = values["lab"]
    if shown not in VOCABULARIES:
        raise ValueError("no such lab")
    lessons = values.get("lessons")
    return Session(
        shown,
        labs,
        _drawing(values["drawing"]),
        lessons if isinstance(lessons, dict) else {},
        tuple(left_out),
    )


def _shown(text: object) -> str:
    return f"“{shown_name(Path(str(text)[:80]))}”"


def _plain(scenario: Scenario) -> dict[str, Any]:
    """Return the values of a scenario as JSON has them; a table of one's own is in the run."""
    return {
        name: {_OWN_TABLE: value.key} if isinstance(value, OwnTable) else value
        for name, value in scenario.values.items()
    }


def _scenario(key: str, values: Mapping[str, Any], run: KeptRun | None) -> Scenario:
    """Return a scenario from its plain values; a table of one's own is that of its run."""
    return Scenario.of(key, _values(values, None if run is None else run.state))


def _values(values: Mapping[str, Any], state: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            if state is None:
                raise BadInput("its table is not in the session; open the table's own file again.")
            found[name] = OwnTable(str(value[_OWN_TABLE]), state.origin[0])
        else:
            found[name] = _from_json(value)
    return found


def _run_file(run: KeptRun) -> RunFile:
    """Return all of a kept run but its scenario as a file of a run has it."""
    kept = RUN_FORMATS[run.scenario.lab].to_file(run.state, run.summary)
    values = {
        **kept.values,
        "kept": {
            "in_force": {name: _in_json(value) for name, value in run.in_force.items()},
            "readings": dict(run.readings),
            "seconds": run.seconds,
            "diverged": run.diverged,
            "name": run.name,
            "is_hidden": run.is_hidden,
        },
    }
    arrays: dict[str, npt.NDArray[Any]] = {
        _CURVE + name: np.stack(curve) for name, curve in run.curves.items()
    }
    if run.trail is not None:
        arrays[_TRAIL] = np.stack(run.trail)
    return RunFile(kept.kind, values, {**kept.arrays, **arrays})


def _in_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read(key: str, described: Mapping[str, Any], runs: Mapping[str, bytes]) -> KeptRun:
    """Return a kept run; whatever is wrong with it raises something."""
    kept = read_run(runs[described["file"]], key)
    state = RUN_FORMATS[key].from_file(kept)
    told = kept.values["kept"]
    declared = VOCABULARIES[key].all
    in_force = {
        name: declared[name].check(_from_json(value))
        for name, value in told["in_force"].items()
        if name in declared
    }
    curves = {
        name.removeprefix(_CURVE): _curve(array)
        for name, array in kept.arrays.items()
        if name.startswith(_CURVE)
    }
    if type(told["diverged"]) is not bool or type(told["is_hidden"]) is not bool:
        raise ValueError("neither yes nor no")
    run = KeptRun(
        scenario=Scenario.of(key, _values(described["scenario"], state)),
        in_force=in_force,
        curves={name: curve for name, curve in curves.items() if len(curve[0])},
        trail=_curve(kept.arrays[_TRAIL]) if _TRAIL in kept.arrays else None,
        readings={str(name): float(number(value)) for name, value in told["readings"].items()},
        state=state,
        summary=str(kept.values["summary"])[:_LONGEST_SUMMARY],
        seconds=number(told["seconds"]),
        diverged=told["diverged"],
        is_hidden=told["is_hidden"],
    )
    return run.renamed(str(told["name"]))


def _standing_values(twin: TwinRun) -> dict[str, Any]:
    """Return what says how a twin stands beside its run, ready for JSON."""
    standing = twin.standing
    ended = standing.state if standing.state in _ENDED else State.PAUSED
    return {
        "name": standing.choice.name,
        "value": _in_json(standing.choice.value),
        "ended": ended.value,
        "message": standing.message if ended in _ENDED else "",
        # A loss that is no number has no other form in JSON.
        "exploded": standing.exploded and [standing.exploded[0], str(standing.exploded[1])],
    }


def _twin(key: str, described: Mapping[str, Any], runs: Mapping[str, bytes]) -> TwinRun:
    """Return a twin.

    Raises:
        BadInput: if it can be none; whatever else is wrong with it raises something, too.
    """
    vocabulary, name, value = VOCABULARIES[key], described["name"], described["value"]
    settings = twin_settings(vocabulary)
    if name not in settings:
        raise vocabulary.refuse(str(name))
    choice = TwinChoice(name, settings[name].check(_from_json(value)))
    run = _read(key, described, runs)
    state, exploded = State(described["ended"]), described["exploded"]
    if state is not State.PAUSED and state not in _ENDED:
        raise ValueError("no such end")
    if exploded is not None:
        step, loss = exploded
        exploded = count(step), float(str(loss))
    message = shortened(visible(str(described["message"])), _LONGEST_MESSAGE)
    return TwinRun(run, TwinStanding(choice, state, message, exploded))


def _drawing(values: Any) -> Drawing:
    strokes = [np.array(stroke, np.float64).reshape(-1, 2) for stroke in values]
    if sum(map(len, strokes)) > _MOST_DRAWN or not all(np.isfinite(one).all() for one in strokes):
        raise ValueError("no drawing")
    return strokes


def _curve(array: npt.NDArray[Any]) -> Curve:
    if array.dtype != np.float64 or array.ndim != 2 or len(array) != 2:
        raise ValueError("no curve")
    if not np.isfinite(array).all() or array.shape[1] > 100_000:
        raise ValueError("no curve")
    array.flags.writeable = False
    return array[0], array[1]
