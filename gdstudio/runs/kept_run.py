"""A run that is kept: what it was set to, how it went, and all that it can go on from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from gdstudio.experiment.experiment import Experiment, Question
from gdstudio.experiment.readings import Curve, Readings, Traced, readings
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import Several, Vocabulary, YesNo
from gdstudio.number_text import count_text, plain_text
from gdstudio.settings import Choice, Number, Setting, WholeNumber
from gdstudio.visible_text import shortened, visible

LONGEST_NAME = 60
_LONGEST_VALUE = 24


@dataclass(frozen=True, eq=False)
class RunMoment:
    """A run at the moment at which it is kept.

    Attributes:
        snapshot: what one sees of it.
        state: all that it can go on from; None where its lab keeps none.
        summary: what it has come to, in a few words.
        seconds: how long it has computed.
    """

    snapshot: Traced
    state: Any
    summary: str
    seconds: float

    @classmethod
    def of(cls, run: Experiment, *, past_bytes: int = 0) -> Self:
        """Return `run` as it is now; it can go on, and changes nothing of this.

        Earlier moments that it keeps are in its state as far as they fit in `past_bytes`.
        """
        state = run.state(past_bytes=past_bytes)
        return cls(run.snapshot(), state, run.summary, run.training_seconds)


@dataclass(frozen=True)
class AskMoment(Question[Experiment, RunMoment]):
    """Asks a run for its moment, to be kept, with earlier ones in at most `past_bytes`."""

    past_bytes: int = 0

    def answer(self, run: Experiment) -> RunMoment:
        """Return the run as it is between two slices."""
        return RunMoment.of(run, past_bytes=self.past_bytes)


@dataclass(frozen=True, eq=False)
class KeptRun:
    """A run that is kept. It can be pickled.

    Attributes:
        scenario: all that it was set to, without the view.
        in_force: settings by name that it obeyed, at least those whose default depends.
        curves: readings by name over the steps, each two arrays ``(n,)``; ``loss`` among them.
        trail: where it has been, as its lab draws it; None where it draws no way.
        readings: its numbers at its last moment, by name.
        state: all that it can go on from; None where its lab keeps none.
        summary: what it has come to, in a few words.
        seconds: how long it has computed.
        diverged: whether it has stopped because its loss exploded.
        name: what a person calls it; empty where it is named by what differs.
        is_hidden: whether it is out of sight in the plots.
    """

    scenario: Scenario
    in_force: Mapping[str, Any]
    curves: Mapping[str, Curve]
    trail: Curve | None
    readings: Readings
    state: Any
    summary: str
    seconds: float
    diverged: bool = False
    name: str = ""
    is_hidden: bool = field(default=False, kw_only=True)

    @classmethod
    def of(cls, scenario: Scenario, moment: RunMoment, *, diverged: bool = False) -> Self:
        """Return the run of `scenario` as it is at a moment."""
        curves = {name: _known(curve) for name, curve in moment.snapshot.curves().items()}
        trail, declared = moment.snapshot.trail(), VOCABULARIES[scenario.lab].all
        return cls(
            scenario=replace(scenario, view={}),
            in_force={n: one for n, one in moment.snapshot.in_force().items() if n in declared},
            curves={name: curve for name, curve in curves.items() if len(curve[0])},
            trail=None if trail is None else _known(trail),
            # Parts of a thing, such as each of a thousand slopes, are in the state.
            readings={n: one for n, one in readings(moment.snapshot).items() if "." not in n},
            state=moment.state,
            summary=moment.summary,
            seconds=moment.seconds,
            diverged=diverged,
        )

    @property
    def vocabulary(self) -> Vocabulary:
        """The names of its lab."""
        return VOCABULARIES[self.scenario.lab]

    @property
    def seed(self) -> int:
        """The number that its start was drawn from."""
        return int(self.setting("seed"))

    @property
    def final_loss(self) -> float:
        """The loss that descent makes smaller, where it stands; infinite where it diverged."""
        if self.diverged:
            return math.inf
        return self.readings.get(self.vocabulary.objective, math.nan)

    def setting(self, name: str) -> Any:
        """Return the value of a setting; where nobody chose it, what was in force."""
        known = {**self.scenario.values, **self.in_force}
        return known[name] if name in known else self.vocabulary.all[name].default

    def setting_text(self, name: str) -> str:
        """Return the value of a setting as short as a name of the run has it: ``rate 0.1``."""
        owner, point, _ = name.rpartition(".")
        text = setting_text(self.vocabulary.all[name], self.setting(name))
        return f"{owner} {text}" if point else text

    def ground(self) -> tuple[Any, ...]:
        """Return what it walked on: ways are drawn in one picture where this is the same."""
        names = self.vocabulary.all
        return tuple(self.setting(name) for name in names if name in self.vocabulary.ground)

    def steps_to(self, loss: float) -> float:
        """Return after how many steps its loss was at most `loss`; NaN where it never was."""
        steps, values = self.curves.get("loss", (np.empty(0), np.empty(0)))
        reached = np.flatnonzero(values <= loss)
        return float(steps[reached[0]]) if reached.size else math.nan

    def renamed(self, name: str) -> Self:
        """Return it under another name; without one it is named by what differs."""
        return replace(self, name=shortened(visible(" ".join(name.split())), LONGEST_NAME))


def _known(curve: Curve) -> Curve:
    """Return the points of a curve that are numbers, as copies that nobody can change."""
    x, y = (np.array(part, np.float64) for part in curve)
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    x.flags.writeable = y.flags.writeable = False
    return x, y


def setting_text(setting: Setting, value: Any, *, whole: bool = False) -> str:
    """Return a setting and its value, such as ``rate 0.1``; `whole`, ``learning rate 0.1``."""
    label = setting.label
    if label[1:2].islower() or label[1:2] == " ":  # L2 stays what it is
        label = label[:1].lower() + label[1:]
    label = label if whole else label.removeprefix("learning ")
    if isinstance(setting, YesNo):
        return label if value else f"no {label}"
    if isinstance(setting, Several):
        return ", ".join(value) if value else f"no {label}"
    if isinstance(setting, Choice):
        # Data of a person's own are known by their key.
        key = value if isinstance(value, str) else str(getattr(value, "key", value))
        text = setting.options.get(key, key.replace("\\", "/").rpartition("/")[2])
    elif isinstance(setting, WholeNumber):
        text = f"{label} {setting.zero if setting.zero and not value else count_text(value)}"
    elif isinstance(setting, Number):
        text = f"{label} {plain_text(float(value))}"
    else:
        text = str(value) or f"no {label}"
        text = f"{label} {text}" if whole and value else text
    return shortened(visible(text), max(_LONGEST_VALUE, len(label) + 12))
