"""What a sweep has shown: median and spread over seeds, the best, and what each rate was.

Everything here is derived from the numbers of the runs, and only what they show is said.
"""

import enum
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gdstudio.number_text import plain_text
from gdstudio.runs.sweep.run import RunResult
from gdstudio.runs.sweep.sweep import Sweep, sweepable
from gdstudio.settings import Choice, Number, Setting, WholeNumber

RATE = "learning_rate"
# Losses that differ by less than this share of what was gained by descent are the same.
_SAME = 1e-9
# A rate is good with which descent gains at least this share of what it gains with the best one, or
# whose share of right answers is at most this much lower.
_GOOD_SHARE, _GOOD_ACCURACY = 0.95, 0.03
# At most this number of combinations that are as good as the best one is named.
_MOST_TIES = 3


@dataclass(frozen=True)
class Spread:
    """One number of several runs that differ in their seeds alone."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> "Spread":
        """Return that of some numbers; of none, NaN."""
        if not numbers:
            return cls(math.nan, math.nan, math.nan)
        return cls(statistics.median(numbers), min(numbers), max(numbers))


@dataclass(frozen=True)
class Group:
    """The runs that are set to the same and differ in their seeds alone.

    Attributes:
        settings: their values of the settings that have lists.
        runs: their numbers in the sweep, of those that are done.
        diverged: how many of them diverged.
        failed: how many could not be made.
        readings: of the others, each reading that all of them know.
        is_whole: whether all of its runs are done.
    """

    settings: Mapping[str, Any]
    runs: tuple[int, ...]
    diverged: int
    failed: int
    readings: Mapping[str, Spread]
    is_whole: bool

    @property
    def good(self) -> int:
        """How many of its runs came to an end without diverging."""
        return len(self.runs) - self.diverged - self.failed


class Verdict(enum.Enum):
    """What a learning rate was, as far as the runs show it."""

    TOO_SMALL = "too small"
    GOOD = "good"
    TOO_LARGE = "too large"
    DIVERGES = "diverges"


class Findings:
    """What the runs of a sweep that are done show together.

    Args:
        sweep: what was to be computed.
        results: what became of its runs, by number; of those that are done.
    """

    def __init__(self, sweep: Sweep, results: Mapping[int, RunResult]) -> None:
        self.sweep = sweep
        self.results = dict(results)

    @cached_property
    def criterion(self) -> str:
        """The reading by which runs are compared."""
        words = self.sweep.vocabulary
        ends = self._ends
        for name in words.judged_by:
            if ends and all(name in result.readings for result in ends):
                return name
        return words.judged_by[-1] if words.judged_by else words.objective

    @property
    def _ends(self) -> list[RunResult]:
        """The results of runs that came to an end without diverging."""
        return [one for one in self.results.values() if _is_good(one)]

    @cached_property
    def higher_is_better(self) -> bool:
        """Whether a larger value of the criterion is better."""
        return self.sweep.vocabulary.reading(self.criterion).higher_is_better

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The combinations of settings of which some run is done, in the order of the sweep."""
        numbers: dict[int, list[int]] = {}
        each = len(self.sweep.seeds)
        for number in sorted(self.results):
            numbers.setdefault(number // each, []).append(number)
        return tuple(self._group(runs) for runs in numbers.values())

    def _group(self, numbers: list[int]) -> Group:
        results = [self.results[number] for number in numbers]
        good = [one for one in results if _is_good(one)]
        names = list(good[0].readings) if good else []
        return Group(
            settings=self.sweep.runs[numbers[0]].settings,
            runs=tuple(numbers),
            diverged=sum(one.diverged for one in results),
            failed=sum(one.failed for one in results),
            readings={
                name: Spread.of([one.readings[name] for one in good])
                for name in names
                if all(name in one.readings for one in good)
            },
            is_whole=len(numbers) == len(self.sweep.seeds),
        )

    @cached_property
    def best(self) -> int | None:
        """The number of the best run; None where none came to an end without diverging.

        Of runs that are as good as each other, the one that took fewest steps, then the first.
        """
        numbers = [number for number in sorted(self.results) if _is_good(self.results[number])]
        return min(numbers, key=lambda one: self._rank(self.results[one].readings), default=None)

    @cached_property
    def best_runs(self) -> frozenset[int]:
        """The numbers of the best run and of those that are as good in every respect."""
        if self.best is None:
            return frozenset()
        best = self._rank(self.results[self.best].readings)
        good = (number for number, one in self.results.items() if _is_good(one))
        return frozenset(one for one in good if self._rank(self.results[one].readings) == best)

    @cached_property
    def best_group(self) -> Group | None:
        """The best combination of settings: best at the median, with fewest runs that diverged."""
        groups = (group for group in self.groups if group.good)
        return min(groups, key=self._group_rank, default=None)

    @cached_property
    def _as_good(self) -> list[Group]:
        """The combinations that are as good as the best one in every respect, it among them."""
        best = self.best_group
        if best is None:
            return []
        rank = self._group_rank(best)
        return [group for group in self.groups if group.good and self._group_rank(group) == rank]

    def _group_rank(self, group: Group) -> tuple[float, ...]:
        medians = {name: spread.median for name, spread in group.readings.items()}
        return (group.diverged + group.failed, *self._rank(medians))

    def _rank(self, readings: Mapping[str, float]) -> tuple[float, ...]:
        """Return what orders runs, the best one first."""
        words = self.sweep.vocabulary
        ranks = []
        begins = words.judged_by.index(self.criterion) if words.judged_by else 0
        for name in words.judged_by[begins:] or (words.objective,):
            value = readings.get(name, math.inf)
            if words.reading(name).higher_is_better:
                ranks.append(-value)
            else:
                ranks.append(round(value / self._same) if math.isfinite(value) else math.inf)
        return (*ranks, readings.get("step", 0))

    @cached_property
    def _same(self) -> float:
        """The difference below which losses are the same."""
        gains = [one.first_loss - one.readings.get("loss", math.nan) for one in self._ends]
        largest = max((gain for gain in gains if gain > 0), default=0.0)
        return _SAME * largest or 1e-300

    def verdicts(self) -> dict[int, Verdict]:
        """Return what the learning rate of each group was, by the group's place; some have none.

        Groups are compared that differ in their learning rate alone. A rate is *good* that comes
        close to the best one, *too small* or *too large* on either side of the good ones where the
        loss is higher, and it *diverges* where some run did.
        """
        if RATE not in self.sweep.varying:
            return {}
        series: dict[tuple[Any, ...], list[int]] = {}
        for place, group in enumerate(self.groups):
            others = tuple(value for name, value in group.settings.items() if name != RATE)
            series.setdefault(others, []).append(place)
        found: dict[int, Verdict] = {}
        for places in series.values():
            found |= self._verdicts_of(places)
        return found

    def _verdicts_of(self, places: list[int]) -> dict[int, Verdict]:
        groups = self.groups
        found = {one: Verdict.DIVERGES for one in places if groups[one].diverged}
        ends = [one for one in places if one not in found and groups[one].good]
        value = {
            one: groups[one].readings[self.criterion].median
            for one in ends
            if self.criterion in groups[one].readings
        }
        if not value:
            return found
        good = {one for one in value if self._is_close(value, one)}
        found |= dict.fromkeys(good, Verdict.GOOD)
        rates = {one: groups[one].settings[RATE] for one in places}
        low, high = min(rates[one] for one in good), max(rates[one] for one in good)
        worst = max(self._loss(one) for one in good)
        for one in value:
            if one in good or not self._loss(one) > worst:
                continue
            if rates[one] < low and not self._arrived(one):
                found[one] = Verdict.TOO_SMALL
            elif rates[one] > high:
                found[one] = Verdict.TOO_LARGE
        return found

    def _is_close(self, value: Mapping[int, float], one: int) -> bool:
        """Return whether a group comes close to the best one of those that are compared."""
        if self.higher_is_better:
            return value[one] >= max(value.values()) - _GOOD_ACCURACY
        lowest = min(value.values())
        starts = [self.results[number].first_loss for number in self.groups[one].runs]
        start = statistics.median(starts)
        if math.isnan(start) or not start > lowest:
            return value[one] <= lowest
        return value[one] <= lowest + (1 - _GOOD_SHARE) * (start - lowest)

    def _loss(self, place: int) -> float:
        spread = self.groups[place].readings.get("loss")
        return math.inf if spread is None else spread.median

    def _arrived(self, place: int) -> bool:
        return any(self.results[number].arrived for number in self.groups[place].runs)

    def sentences(self) -> list[str]:
        """Return what the runs show, a sentence each."""
        said = []
        done, count = len(self.results), self.sweep.count
        if done < count:
            said.append(f"{done:,} of {count:,} runs are done.")
        if sentence := self._best_sentence():
            said += [sentence, *self._tie_sentences()]
        said += self._rate_sentences()
        diverged = sum(one.diverged for one in self.results.values())
        if diverged:
            said.append(
                "All runs diverged."
                if diverged == done
                else f"{diverged:,} of {done:,} runs diverged."
            )
        if sentence := self._edge_sentence():
            said.append(sentence)
        if sentence := self._seed_sentence():
            said.append(sentence)
        failed = {one.message for one in self.results.values() if one.failed}
        for message in sorted(failed)[:3]:
            number = sum(one.failed and one.message == message for one in self.results.values())
            runs = "1 run was" if number == 1 else f"{number:,} runs were"
            said.append(f"{runs} not made: {message}")
        return said

    def _best_sentence(self) -> str:
        group = self.best_group
        if group is None or len(self.results) < 2:
            return ""
        words, spread = self.sweep.vocabulary, group.readings.get(self.criterion)
        if spread is None:
            return ""
        what = self.settings_text(group.settings, only_varying=True)
        value = words.text(self.criterion, spread.median)
        told = f"{words.label(self.criterion)} {value}"
        if group.good > 1 and spread.lowest < spread.highest:
            low, high = (words.text(self.criterion, one) for one in (spread.lowest, spread.highest))
            told += f" at the median of {group.good} seeds ({low} to {high})"
        steps = group.readings.get("step")
        if not words.ends and steps is not None:
            count = round(steps.median)
            told += f" after {count:,} step{'' if count == 1 else 's'}"
        return f"Best: {what}, {told}." if what else f"Best: {told}."

    def _tie_sentences(self) -> list[str]:
        """Say which combinations are as good as the best one, or come to the same another way."""
        best = self.best_group
        assert best is not None
        label = self.sweep.vocabulary.label(self.criterion)
        # Runs that diverged, and what runs are compared by, before all that only breaks a tie.
        wanted = self._group_rank(best)[:2]
        same = [one for one in self.groups if one.good and self._group_rank(one)[:2] == wanted]
        equal = [one for one in self._as_good if one is not best]
        rest = [one for one in same if one is not best and one not in equal]
        said = []
        if equal:
            said.append(f"As good in every respect: {self._groups_text(equal)}.")
        if rest:
            said.append(f"The same {label}, but not as good otherwise: {self._groups_text(rest)}.")
        return said

    def _groups_text(self, groups: Sequence[Group]) -> str:
        texts = [self.settings_text(one.settings, only_varying=True) for one in groups]
        more = f"; and {len(texts) - _MOST_TIES:,} more" if len(texts) > _MOST_TIES else ""
        return "; ".join(texts[:_MOST_TIES]) + more

    def _rate_sentences(self) -> list[str]:
        """Return which rates were too small, good, too large, and which diverge."""
        verdicts = self.verdicts()
        if not verdicts:
            return []
        series: dict[str, dict[Verdict, list[float]]] = {}
        for place, verdict in verdicts.items():
            settings = self.groups[place].settings
            others = {name: one for name, one in settings.items() if name != RATE}
            key = self.settings_text(others, only_varying=True)
            series.setdefault(key, {}).setdefault(verdict, []).append(settings[RATE])
        said = []
        for key, by_verdict in series.items():
            parts = [
                f"{verdict.value} {self._rates_text(by_verdict[verdict])}"
                for verdict in Verdict
                if verdict in by_verdict
            ]
            begins = f"Learning rates with {key}" if key else "Learning rates"
            said.append(f"{begins}: {' · '.join(parts)}.")
        return said if len(said) <= 4 else []

    def _rates_text(self, rates: Sequence[float]) -> str:
        """Return rates in words: as a range where they are neighbours among those tried."""
        tried, chosen = sorted(self.sweep.lists[RATE]), sorted(rates)
        begins = tried.index(chosen[0])
        if len(chosen) > 2 and tried[begins : begins + len(chosen)] == chosen:
            return f"{plain_text(chosen[0])} to {plain_text(chosen[-1])}"
        return ", ".join(map(plain_text, chosen))

    def _edge_sentence(self) -> str:
        """Say where the best learning rate stands at an end of those that were tried."""
        group = self.best_group
        if group is None or RATE not in self.sweep.varying or len(self.results) < self.sweep.count:
            return ""
        rates = self.sweep.lists[RATE]
        best = {one.settings[RATE] for one in self._as_good}
        if best == {max(rates)}:
            return "The best learning rate is the largest one tried; a larger one may be better."
        if best == {min(rates)}:
            return "The best learning rate is the smallest one tried; a smaller one may be better."
        return ""

    def _seed_sentence(self) -> str:
        """Say where all seeds gave the same."""
        whole = [group for group in self.groups if len(group.runs) > 1]
        if not whole:
            return ""
        same = all(
            len({tuple(self.results[one].readings.items()) for one in group.runs}) == 1
            for group in whole
        )
        return "All seeds gave the same numbers: nothing here depends on the seed." if same else ""

    def run_text(self, number: int) -> str:
        """Return what a run was set to, in words."""
        run = self.sweep.runs[number]
        settings = self.settings_text(run.settings, only_varying=True)
        seed = f"seed {run.seed}" if len(self.sweep.seeds) > 1 else ""
        return ", ".join(filter(None, (settings, seed))) or "the run"

    def settings_text(self, settings: Mapping[str, Any], *, only_varying: bool = False) -> str:
        """Return settings in words, such as ``learning rate 0.3, network 20, 20``."""
        declared = sweepable(self.sweep.vocabulary)
        return ", ".join(
            f"{label_text(declared[name])} {value_text(declared[name], value)}"
            for name, value in settings.items()
            if name in self.sweep.varying or not only_varying
        )


def _is_good(result: RunResult) -> bool:
    return not (result.diverged or result.failed)


def label_text(setting: Setting) -> str:
    """Return the name of a setting within a sentence."""
    label = setting.label
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def value_text(setting: Setting, value: Any) -> str:
    """Return the value of a setting as people read it."""
    if isinstance(setting, Number):
        return plain_text(value)
    if isinstance(setting, WholeNumber):
        return setting.text(value)
    if isinstance(setting, Choice):
        return str(setting.options.get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value) or "none"
