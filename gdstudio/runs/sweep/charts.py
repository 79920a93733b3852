"""A sweep as it is drawn: a curve over one setting, a map over two, a table of its runs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gdstudio.number_text import fixed_text
from gdstudio.runs.sweep.findings import Findings, Group, Spread, Verdict, value_text
from gdstudio.runs.sweep.sweep import Sweep, sweepable
from gdstudio.settings import Number, WholeNumber

# An axis whose last value is this many times the first has a logarithmic scale.
_LOGARITHMIC = 10.0
# A map of values that differ by more than this has colours by their logarithms.
_WIDE = 100.0
# Where there are more lines than can be told apart, those of the best combinations are drawn.
MOST_LINES = 6


@dataclass(frozen=True)
class ChartPoint:
    """One combination of settings on a curve.

    Attributes:
        group: its place among the findings' groups.
        x: where it stands on the axis.
        spread: what it is compared by, over its seeds; None where no run came to an end.
        diverged: how many of its runs diverged.
    """

    group: int
    x: float
    spread: Spread | None
    diverged: int


@dataclass(frozen=True)
class ChartLine:
    """One line of a curve: what its points have in common, and they, from left to right."""

    label: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True)
class Curve:
    """What runs are compared by, over one setting, a line for each combination of the others.

    Attributes:
        setting: the setting along the axis; empty where none has several values.
        label: what it is called.
        ticks: what its values are called, where they are no numbers: at 0, 1, 2 and so on.
        is_logarithmic: whether the axis is.
        reading: what the upright axis is called.
        is_share: whether it is a share of right answers.
        is_upright_logarithmic: whether the upright axis is logarithmic.
        lines: the lines; of very many, some.
    """

    setting: str
    label: str
    ticks: tuple[str, ...]
    is_logarithmic: bool
    reading: str
    is_share: bool
    is_upright_logarithmic: bool
    lines: tuple[ChartLine, ...]


def curve_of(findings: Findings) -> Curve:
    """Return the curve over the setting with most values, one of numbers before all others."""
    sweep, words = findings.sweep, findings.sweep.vocabulary
    declared = sweepable(words)
    reading = words.label(findings.criterion)
    across = _across(sweep)
    if not across:
        return Curve("", "", (), False, reading, False, False, ())
    values = list(sweep.lists[across])
    is_number = isinstance(declared[across], Number | WholeNumber)
    place = {value: float(value) if is_number else float(values.index(value)) for value in values}
    series: dict[str, list[ChartPoint]] = {}
    for number, group in enumerate(findings.groups):
        others = {name: one for name, one in group.settings.items() if name != across}
        label = findings.settings_text(others, only_varying=True)
        point = ChartPoint(
            number,
            place[group.settings[across]],
            group.readings.get(findings.criterion),
            group.diverged,
        )
        series.setdefault(label, []).append(point)
    lines = [
        ChartLine(label, tuple(sorted(points, key=lambda one: one.x)))
        for label, points in series.items()
    ]
    if len(lines) > MOST_LINES:
        best = sorted(lines, key=lambda line: _best_of(line, findings))[:MOST_LINES]
        lines = [line for line in lines if line in best]
    texts = tuple(value_text(declared[across], value) for value in values)
    return Curve(
        across,
        declared[across].label,
        () if is_number else texts,
        is_number and min(values) > 0 and max(values) >= _LOGARITHMIC * min(values),
        reading,
        findings.higher_is_better,
        _differ_widely(
            [one.spread.median for line in lines for one in line.points if one.spread is not None]
        ),
        tuple(lines),
    )


def _differ_widely(values: list[float]) -> bool:
    """Return whether numbers, none below 0, are told apart by their powers of ten alone."""
    above = [value for value in values if value > 0]
    return bool(above) and min(values) >= 0 and max(above) > _WIDE * min(above)


def _across(sweep: Sweep) -> str:
    """Return the setting along the axis; empty where none has several values."""
    declared = sweepable(sweep.vocabulary)
    numbers = [n for n in sweep.varying if isinstance(declared[n], Number | WholeNumber)]
    return next(iter((*numbers, *sweep.varying)), "")


def _best_of(line: ChartLine, findings: Findings) -> float:
    sign = -1.0 if findings.higher_is_better else 1.0
    medians = [sign * one.spread.median for one in line.points if one.spread is not None]
    return min(medians, default=math.inf)


@dataclass(frozen=True)
class MapCell:
    """One cell of a map.

    Attributes:
        group: the place of the combination it stands for, the best of several; None if none is
            done.
        text: what stands in it.
        share: how good it is, from 0, the worst, to 1, the best; None where no run came to an end.
        told: the same in words.
    """

    group: int | None
    text: str
    share: float | None
    told: str


@dataclass(frozen=True)
class HeatMap:
    """What runs are compared by, over the two settings with most values.

    Attributes:
        row_label, column_label: what they are called.
        rows, columns: their values.
        cells: row by row.
    """

    row_label: str
    column_label: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[MapCell, ...], ...]


def map_of(findings: Findings) -> HeatMap | None:
    """Return the map; None where fewer than two settings have several values."""
    sweep = findings.sweep
    if len(sweep.varying) < 2:
        return None
    across = _across(sweep)
    down = next(name for name in sweep.varying if name != across)
    declared = sweepable(sweep.vocabulary)
    chosen: dict[tuple[Any, Any], tuple[int, Group]] = {}
    for number, group in enumerate(findings.groups):
        key = group.settings[down], group.settings[across]
        if key not in chosen or _is_better(findings, group, chosen[key][1]):
            chosen[key] = number, group
    shares = _shares(findings, {key: group for key, (_, group) in chosen.items()})

    def cell(row: Any, column: Any) -> MapCell:
        if (row, column) not in chosen:
            return MapCell(None, "", None, "not done yet")
        number, group = chosen[row, column]
        text = _cell_text(findings, group)
        settings = findings.settings_text(group.settings, only_varying=True)
        return MapCell(number, text, shares.get((row, column)), f"{settings}: {text}")

    return HeatMap(
        declared[down].label,
        declared[across].label,
        tuple(value_text(declared[down], one) for one in sweep.lists[down]),
        tuple(value_text(declared[across], one) for one in sweep.lists[across]),
        tuple(
            tuple(cell(row, column) for column in sweep.lists[across]) for row in sweep.lists[down]
        ),
    )


def _value(findings: Findings, group: Group) -> float:
    spread = group.readings.get(findings.criterion)
    return math.nan if spread is None else spread.median


def _is_better(findings: Findings, one: Group, other: Group) -> bool:
    mine, theirs = _value(findings, one), _value(findings, other)
    if math.isnan(mine) or math.isnan(theirs):
        return not math.isnan(mine)
    return mine > theirs if findings.higher_is_better else mine < theirs


def _shares(findings: Findings, groups: Mapping[Any, Group]) -> dict[Any, float]:
    values = {key: _value(findings, group) for key, group in groups.items()}
    values = {key: value for key, value in values.items() if math.isfinite(value)}
    if not values:
        return {}
    low, high = min(values.values()), max(values.values())
    if low > 0 and high > _WIDE * low:
        values = {key: math.log(value) for key, value in values.items()}
        low, high = math.log(low), math.log(high)
    extent = high - low
    shares = {key: (value - low) / extent if extent else 1.0 for key, value in values.items()}
    if findings.higher_is_better or not extent:
        return shares
    return {key: 1.0 - share for key, share in shares.items()}


def _cell_text(findings: Findings, group: Group) -> str:
    if group.diverged:
        return "diverges" if group.diverged == len(group.runs) else f"{group.diverged} diverged"
    if not group.good:
        return "not made"
    return findings.sweep.vocabulary.reading(findings.criterion).text(_value(findings, group), 3)


@dataclass(frozen=True)
class TableColumn:
    """A column of the table of runs.

    Attributes:
        title: its heading.
        values: what the rows are sorted by: numbers, or texts.
        texts: how they are written.
        is_text: whether they are texts.
    """

    title: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    is_text: bool = False


@dataclass(frozen=True)
class RunTable:
    """The runs that are done: their numbers in the sweep, and what the table has of each."""

    runs: tuple[int, ...]
    columns: tuple[TableColumn, ...]

    def order(self, column: int, *, descending: bool = False) -> list[int]:
        """Return the rows in the order of a column; what is not known comes last."""
        values = self.columns[column].values
        known = [row for row, value in enumerate(values) if value == value]
        known.sort(key=lambda row: values[row], reverse=descending)
        return known + [row for row, value in enumerate(values) if value != value]


def table_of(findings: Findings) -> RunTable:
    """Return the table, in the order of the sweep: what differs, then what came of it."""
    sweep, words = findings.sweep, findings.sweep.vocabulary
    declared = sweepable(words)
    runs = tuple(sorted(findings.results))
    columns = []
    for name in sweep.lists:
        if name in sweep.varying or not sweep.varying:
            values = tuple(sweep.runs[one].settings[name] for one in runs)
            texts = tuple(value_text(declared[name], value) for value in values)
            is_text = not isinstance(declared[name], Number | WholeNumber)
            columns.append(
                TableColumn(declared[name].label, texts if is_text else values, texts, is_text)
            )
    if len(sweep.seeds) > 1 or not columns:
        seeds = [sweep.runs[one].seed for one in runs]
        columns.append(TableColumn("Seed", tuple(map(float, seeds)), tuple(map(str, seeds))))
    labels: dict[str, str] = {}
    wanted = [findings.criterion, *words.judged_by, words.objective]
    for name in wanted if words.ends else [*wanted, "step"]:
        labels.setdefault(words.label(name), name)
    for label, name in labels.items():
        numbers = tuple(findings.results[one].readings.get(name, math.nan) for one in runs)
        if any(map(math.isfinite, numbers)):
            columns.append(
                TableColumn(label, numbers, tuple(words.text(name, one) for one in numbers))
            )
    seconds = tuple(findings.results[one].seconds for one in runs)
    columns.append(TableColumn("seconds", seconds, tuple(fixed_text(one, 1) for one in seconds)))
    remarks = _remarks(findings)
    texts = tuple(remarks[one] for one in runs)
    columns.append(TableColumn("", texts, texts, is_text=True))
    return RunTable(runs, tuple(columns))


def _remarks(findings: Findings) -> dict[int, str]:
    """Return what is said of each run: which are best, and what its learning rate was."""
    verdicts, found = findings.verdicts(), {}
    for place, group in enumerate(findings.groups):
        verdict = verdicts.get(place)
        for number in group.runs:
            result = findings.results[number]
            if result.failed:
                found[number] = "not made"
            elif result.diverged:
                found[number] = "diverged"
            elif number in findings.best_runs:
                found[number] = "best"
            else:
                sound = verdict is None or verdict is Verdict.DIVERGES
                found[number] = "" if sound or verdict is None else verdict.value
    return found


def run_of(findings: Findings, group: int) -> int:
    """Return the number of the run that stands for a group: the middle one by what is compared."""
    one = findings.groups[group]
    spread = one.readings.get(findings.criterion)
    if spread is None:
        return one.runs[0]

    def distance(number: int) -> float:
        result = findings.results[number]
        if result.diverged or result.failed:
            return math.inf
        return abs(result.readings[findings.criterion] - spread.median)

    return min(one.runs, key=distance)


@dataclass(frozen=True)
class SweepView:
    """All that is shown of a sweep at one moment.

    Attributes:
        findings: what its runs show.
        curve, heat_map, table: how they are drawn.
        sentences: what is said of them.
    """

    findings: Findings
    curve: Curve
    heat_map: HeatMap | None
    table: RunTable
    sentences: tuple[str, ...]

    @classmethod
    def of(cls, findings: Findings) -> "SweepView":
        """Return what is shown of `findings`."""
        return cls(
            findings,
            curve_of(findings),
            map_of(findings),
            table_of(findings),
            tuple(findings.sentences()),
        )

    @property
    def done(self) -> int:
        """How many runs are done."""
        return len(self.findings.results)

    def point_text(self, group: int) -> str:
        """Return one combination of settings in words: what it is, and what came of it."""
        findings, one = self.findings, self.findings.groups[group]
        words = findings.sweep.vocabulary
        settings = findings.settings_text(one.settings, only_varying=True) or "the run"
        spread = one.readings.get(findings.criterion)
        parts = []
        if spread is not None:
            text = (
                f"{words.label(findings.criterion)} {words.text(findings.criterion, spread.median)}"
            )
            if spread.lowest < spread.highest:
                low, high = (
                    words.text(findings.criterion, end) for end in (spread.lowest, spread.highest)
                )
                text += f" at the median ({low} to {high})"
            parts.append(text)
        if one.diverged:
            parts.append(f"{one.diverged} of {len(one.runs)} diverged")
        if one.failed:
            parts.append(f"{one.failed} of {len(one.runs)} not made")
        return f"{settings}: {', '.join(parts)}"
