"""Twins: two runs from one start and seed that differ in one setting, stepped together."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.experiment.readings import Traced, readings
from gdstudio.experiment.run_update import BothAnswers, State, TwinStanding, TwinState, TwinUpdate
from gdstudio.experiment.scenario import NOTHING, VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import Vocabulary, YesNo
from gdstudio.number_text import count_text, plain_text
from gdstudio.runs.kept_run import KeptRun, setting_text
from gdstudio.runs.sweep.sweep import sweepable
from gdstudio.runs.sweep.value_lists import parse_values, suggested_text
from gdstudio.settings import Number, Setting

_RATE = "learning_rate"
_FIGURES = 3


@dataclass(frozen=True)
class TwinChoice:
    """In what a twin differs.

    Attributes:
        name, value: the setting, and what it is for the twin.
        number: tells twins apart that are asked for one after the other.
    """

    name: str
    value: Any
    number: int = 0


@dataclass(frozen=True, eq=False)
class TwinRun:
    """A twin as it is kept with its run.

    Attributes:
        run: all of it that is kept of any run.
        standing: how it stands beside its run; its `choice` is a `TwinChoice`.
    """

    run: KeptRun
    standing: TwinStanding

    def state(self, number: int) -> TwinState:
        """Return all that it goes on from, as the twin of this `number`."""
        choice = replace(self.standing.choice, number=number)
        return TwinState(replace(self.standing, choice=choice), self.run.state)


def both_runs(
    scenario_of: Callable[[Any], Scenario], both: BothAnswers, *, diverged: bool
) -> tuple[KeptRun, TwinRun | None]:
    """Return a run, and its twin where it has one, as both told their moment.

    `scenario_of` returns what a run is set to that has come to a snapshot, its twin's one setting
    aside; `diverged` is whether both are at an end because the run has exploded.

    Raises:
        BadInput: if no scenario says what they are set to.
    """
    standing = both.standing
    exploded = diverged or (standing is not None and standing.is_left)
    run = KeptRun.of(scenario_of(both.live.snapshot), both.live, diverged=exploded)
    if standing is None:
        return run, None
    choice = standing.choice
    scenario = scenario_of(both.twin.snapshot).changed({choice.name: choice.value})
    twin = KeptRun.of(scenario, both.twin, diverged=standing.state is State.DIVERGED)
    return run, TwinRun(twin, standing)


def twin_settings(vocabulary: Vocabulary) -> dict[str, Setting]:
    """Return the settings by name in which two runs on the same ground can differ."""
    without = vocabulary.ground | vocabulary.aside
    return {
        name: one
        for name, one in sweepable(vocabulary).items()
        if "." not in name and name not in without
    }


def parse_twin(live: KeptRun, name: str, text: str) -> TwinChoice:
    """Return the choice that a typed value is for the twin of a run.

    Raises:
        BadInput: with one sentence that says what is wrong with it, and what to do.
    """
    declared = twin_settings(live.vocabulary)
    if name not in declared:
        raise live.vocabulary.refuse(name)
    setting = declared[name]
    values = parse_values(setting, text)
    if len(values) != 1:
        raise BadInput("A twin has one other value; a sweep tries several.")
    if values[0] == live.setting(name):
        has = setting_text(setting, values[0], whole=True)
        raise BadInput(f"The run itself has {has}; choose another value for its twin.")
    twin_scenario(live.scenario, TwinChoice(name, values[0]))
    return TwinChoice(name, values[0])


def twin_scenario(scenario: Scenario, choice: TwinChoice) -> Scenario:
    """Return all that the twin of a run of `scenario` is set to.

    Raises:
        BadInput: if that does not go together, or would be the same run.
    """
    other = scenario.changed({choice.name: choice.value})
    if other == scenario:
        raise BadInput("Both runs would be the same.")
    return other


def suggested_values(setting: Setting, value: Any) -> list[str]:
    """Return values worth trying beside `value`, as one types them, the most telling first."""
    try:
        values = parse_values(setting, suggested_text(setting, value))
    except BadInput:
        return []
    others = [one for one in values if one != value]
    if isinstance(setting, Number):
        # First the next larger ones: what is too large is seen sooner than what is too small.
        others.sort(key=lambda one: (one < value, abs(one - value)))
    return [typed_value(setting, one) for one in others]


def typed_value(setting: Setting, value: Any) -> str:
    """Return a value as one types it."""
    if isinstance(setting, YesNo):
        return "yes" if value else "no"
    if isinstance(setting, Number):
        return plain_text(float(value), _FIGURES, grouped=False)
    return str(value) or NOTHING


def seen_run(scenario: Scenario, snapshot: Traced, *, diverged: bool = False) -> KeptRun:
    """Return what one sees of a run that goes on, as if it were kept."""
    declared = VOCABULARIES[scenario.lab].all
    return KeptRun(
        scenario=scenario,
        in_force={name: one for name, one in snapshot.in_force().items() if name in declared},
        curves=snapshot.curves(),
        trail=snapshot.trail(),
        readings=readings(snapshot),
        state=None,
        summary="",
        seconds=0.0,
        diverged=diverged,
    )


def twins_text(live: KeptRun, twin: KeptRun, update: TwinUpdate) -> str:
    """Return one line on both: the setting that differs, and where each has come to.

    As in ``learning rate 0.1: loss 0.52 · learning rate 0.3: loss 0.31``.
    """
    name = update.choice.name
    apart = live.readings.get("step") != twin.readings.get("step")
    return " · ".join(_run_text(run, name, (live, twin), apart=apart) for run in (live, twin))


def twin_label(twin: KeptRun, choice: TwinChoice) -> str:
    """Return what the twin is called in a plot."""
    return f"twin · {twin.setting_text(choice.name)}"


def _run_text(run: KeptRun, name: str, both: tuple[KeptRun, KeptRun], *, apart: bool) -> str:
    words, numbers = run.vocabulary, run.readings
    what = setting_text(words.all[name], run.setting(name), whole=True)
    if name != _RATE and len({one.readings.get(_RATE) for one in both}) > 1 and _RATE in numbers:
        # A rate that is left to the app suits each of the rules.
        what += f", learning rate {plain_text(numbers[_RATE], _FIGURES)}"
    steps = round(numbers.get("step", 0))
    if run.diverged:
        return f"{what}: diverged"
    told = [
        f"{words.label(one)} {words.text(one, numbers[one])}"
        for one in words.newest((words.objective, "test_accuracy"), numbers)
        if not math.isnan(numbers[one])
    ]
    after = f" after {_steps(steps)}" if apart else ""
    return f"{what}: {', '.join(told)}{after}"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count_text(count)} steps"
