"""The kept runs of one lab: what they are called, in which order they lie, what a table has."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Self

from gdstudio.errors import BadInput
from gdstudio.number_text import count_text, machine_text, number_text, plain_text, round_to_figures
from gdstudio.runs.kept_run import KeptRun

# This number of runs is in sight at most, and this number is kept.
MOST_IN_SIGHT, MOST_KEPT = 12, 100
# A name says at most this many differences; the table has all of them.
_MOST_NAMED = 3
_RATE = "learning_rate"


@dataclass(frozen=True)
class RunColumn:
    """A column of the table of runs.

    Attributes:
        key: its name for programs: a setting's, a reading's, or ``steps_to_loss``, ``seconds``.
        title: its heading.
        explanation: what the heading tells, in a sentence.
        values: a text or a number for each run; NaN where it is not known.
        texts: how they are written.
    """

    key: str
    title: str
    explanation: str
    values: tuple[str | float, ...]
    texts: tuple[str, ...]

    @property
    def is_text(self) -> bool:
        """Whether its values are texts."""
        return any(isinstance(value, str) for value in self.values)


@dataclass(frozen=True)
class KeptRuns:
    """The kept runs of one lab, in the order in which they were kept; each change is a new value.

    Attributes:
        runs: the runs.
    """

    runs: tuple[KeptRun, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    @property
    def in_sight(self) -> tuple[KeptRun, ...]:
        """Those that are not hidden."""
        return tuple(run for run in self.runs if not run.is_hidden)

    def with_run(self, run: KeptRun, place: int | None = None) -> Self:
        """Return them with another run, the last one or at a `place`.

        Where many are in sight, the oldest of them is hidden.

        Raises:
            BadInput: if more are kept than can be.
        """
        if len(self.runs) >= MOST_KEPT:
            raise BadInput(f"{MOST_KEPT} runs are kept, and no more can be; delete some of them.")
        runs = list(self.runs)
        if not run.is_hidden and len(self.in_sight) >= MOST_IN_SIGHT:
            oldest = next(number for number, one in enumerate(runs) if not one.is_hidden)
            runs[oldest] = replace(runs[oldest], is_hidden=True)
        runs.insert(len(runs) if place is None else place, run)
        return type(self)(tuple(runs))

    def without(self, places: Iterable[int]) -> Self:
        """Return them without those at some places."""
        gone = set(places)
        return type(self)(tuple(run for place, run in enumerate(self.runs) if place not in gone))

    def renamed(self, place: int, name: str) -> Self:
        """Return them with another name for one; without a name it is named by what differs."""
        return self._changed(place, self.runs[place].renamed(name))

    def shown(self, place: int, *, in_sight: bool) -> Self:
        """Return them with one of them in sight, or hidden.

        Raises:
            BadInput: if as many are in sight as can be told apart.
        """
        if in_sight and self.runs[place].is_hidden and len(self.in_sight) >= MOST_IN_SIGHT:
            raise BadInput(
                f"{MOST_IN_SIGHT} runs are in sight, as many as can be told apart; hide another "
                "one first."
            )
        return self._changed(place, replace(self.runs[place], is_hidden=not in_sight))

    def _changed(self, place: int, run: KeptRun) -> Self:
        runs = list(self.runs)
        runs[place] = run
        return type(self)(tuple(runs))

    def differing(self) -> list[str]:
        """Return the names of the settings that are not the same in all runs, the seed last."""
        if not self.runs:
            return []
        names = [
            name
            for vocabulary in (self.runs[0].vocabulary,)
            for name in {**vocabulary.settings, **vocabulary.start}
            if any(run.setting(name) != self.runs[0].setting(name) for run in self.runs[1:])
        ]
        return sorted(names, key=lambda name: name == "seed")

    def names(self) -> list[str]:
        """Return what each run is called: as a person wants, or by what differs from the others."""
        differing = self.differing()
        names = [run.name or self._name(run, differing) for run in self.runs]
        for tell in (lambda run, _: _steps_text(run), lambda _, place: f"run {place + 1}"):
            names = self._told_apart(names, tell)
        return names

    def _name(self, run: KeptRun, differing: list[str]) -> str:
        parts = [run.setting_text(name) for name in differing]
        if not parts:
            parts = [run.setting_text(_RATE)] if _RATE in run.vocabulary.all else ["run"]
        more = " …" if len(parts) > _MOST_NAMED else ""
        return " · ".join(parts[:_MOST_NAMED]) + more

    def _told_apart(self, names: list[str], tell: Callable[[KeptRun, int], str]) -> list[str]:
        """Return the names, with what `tell` says of it beside each that several runs have."""
        times = Counter(names)
        return [
            name if times[name] == 1 or run.name else f"{name} · {tell(run, place)}"
            for place, (name, run) in enumerate(zip(names, self.runs, strict=True))
        ]

    def usual_goal(self) -> float:
        """Return a loss that all runs have reached that did not diverge; NaN without such a run."""
        lowest = [
            float(run.curves["loss"][1].min())
            for run in self.runs
            if not run.diverged and "loss" in run.curves
        ]
        if not lowest:
            return math.nan
        highest = max(lowest)
        if not highest:
            return 0.0
        # Rounded up to two figures, so that all have reached it.
        unit = 10.0 ** (math.floor(math.log10(abs(highest))) - 1)
        return round_to_figures(math.ceil(highest / unit) * unit, 3)

    def columns(self, goal: float) -> list[RunColumn]:
        """Return the table: what differs first, then the readings.

        `goal` is the loss to which steps are counted.
        """
        if not self.runs:
            return []
        return [*map(self._setting_column, self.differing()), *self._reading_columns(goal)]

    def _setting_column(self, name: str) -> RunColumn:
        setting = self.runs[0].vocabulary.all[name]
        values = tuple(run.setting(name) for run in self.runs)
        texts = tuple(run.setting_text(name) for run in self.runs)
        if all(isinstance(value, int | float) and value is not True for value in values):
            if all(isinstance(value, int) for value in values):
                written = tuple(map(count_text, values))
            else:
                written = tuple(plain_text(float(value)) for value in values)
            return RunColumn(
                name, setting.label, setting.explanation, tuple(map(float, values)), written
            )
        return RunColumn(name, setting.label, setting.explanation, texts, texts)

    def _reading_columns(self, goal: float) -> list[RunColumn]:
        words = self.runs[0].vocabulary
        columns = [self._column("step", "Steps", words.readings["step"].meaning, count_text)]
        if math.isfinite(goal):
            columns.append(
                self._column(
                    "steps_to_loss",
                    f"Steps to {plain_text(goal, 3)}",
                    f"After how many steps the loss was at most {number_text(goal, 3)}.",
                    count_text,
                    lambda run: run.steps_to(goal),
                )
            )
        objective = words.objective
        columns.append(
            self._column(
                objective,
                _title(words.label(objective)),
                words.readings[objective].meaning,
                lambda value: "diverged" if math.isinf(value) else words.text(objective, value),
                lambda run: run.final_loss,
            )
        )
        for name in ("test_loss", "train_accuracy", "test_accuracy"):
            if any(name in run.readings for run in self.runs):
                columns.append(
                    self._column(
                        name,
                        _title(words.label(name)),
                        words.readings[name].meaning,
                        lambda value, name=name: words.text(name, value),
                    )
                )
        return [
            *columns,
            self._column(
                "seconds",
                "Seconds",
                "How long it has computed.",
                lambda value: number_text(value, 3) if value < 100 else count_text(round(value)),
                lambda run: run.seconds,
            ),
        ]

    def _column(
        self,
        key: str,
        title: str,
        explanation: str,
        write: Callable[..., str],
        value: Callable[[KeptRun], float] | None = None,
    ) -> RunColumn:
        values = [
            (value or (lambda run: run.readings.get(key, math.nan)))(run) for run in self.runs
        ]
        whole = write is count_text
        texts = tuple(
            "–" if math.isnan(one) else write(round(one) if whole else one) for one in values
        )
        return RunColumn(key, title, explanation, tuple(values), texts)

    def table(self, goal: float) -> tuple[list[str], list[list[str | float]]]:
        """Return headers and a row for each run with all figures, for a CSV."""
        columns = self.columns(goal)
        headers = ["run", *(_header(column, goal) for column in columns)]
        rows = [
            [name, *(_cell(column.values[place]) for column in columns)]
            for place, name in enumerate(self.names())
        ]
        return headers, rows


def order(column: RunColumn | None, names: list[str], *, descending: bool) -> list[int]:
    """Return the places of the runs sorted by a column, None by name; what is not known is last."""
    values: tuple[str | float, ...] = tuple(names) if column is None else column.values
    known = [n for n, one in enumerate(values) if isinstance(one, str) or not math.isnan(one)]
    rest = [place for place in range(len(values)) if place not in known]
    ordered = sorted(known, key=lambda place: values[place], reverse=descending)
    return ordered + rest


def _steps_text(run: KeptRun) -> str:
    steps = round(run.readings.get("step", 0))
    return "1 step" if steps == 1 else f"{count_text(steps)} steps"


def _title(label: str) -> str:
    return label[:1].upper() + label[1:] if label[1:2].islower() else label


def _header(column: RunColumn, goal: float) -> str:
    steps = f"steps to loss {machine_text(plain_text(goal, 3))}"
    return steps if column.key == "steps_to_loss" else column.key


def _cell(value: str | float) -> str | float:
    return "" if isinstance(value, float) and math.isnan(value) else value
