"""What is swept: a scenario with lists of values, and seeds."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.number_text import count_text
from gdstudio.runs.sweep.value_lists import distinct, parse_seeds, parse_values
from gdstudio.settings import Setting, WholeNumber

# More runs are nothing that anybody waits for, or looks through.
MOST_RUNS = 5_000
SEED = "seed"
STEPS = WholeNumber(
    label="Steps",
    explanation="After how many steps a run ends that has not come to rest before.",
    default=1_000,
    minimum=1,
    maximum=1_000_000,
    logarithmic=True,
)


def sweepable(vocabulary: Vocabulary) -> dict[str, Setting]:
    """Return the settings of a lab that can have a list of values, by name; seeds are apart."""
    declared = {**vocabulary.settings, **vocabulary.start}
    return {name: one for name, one in declared.items() if name != SEED}


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep.

    Attributes:
        settings: its values of the settings that have lists, by name.
        seed: what its randomness, or its start, comes from.
        base: all else that it is set to.
    """

    settings: Mapping[str, Any]
    seed: int
    base: Scenario

    @property
    def scenario(self) -> Scenario:
        """All that it is set to."""
        return self.base.changed({SEED: self.seed})

    @property
    def values(self) -> dict[str, Any]:
        """The same by name, without how it is looked at."""
        return {**self.base.settings, **self.base.start, SEED: self.seed}


@dataclass(frozen=True)
class Sweep:
    """A scenario with lists of values: a run for each of their combinations and each seed.

    Attributes:
        scenario: what is as it is in all runs.
        lists: the values of each setting that has some, by name, in the order of the lab's names.
        seeds: the seeds.
        steps: after how many steps a run ends, in a lab where no setting says so.

    Raises:
        BadInput: on construction, for the first name or value that cannot be used, for a
            combination that does not go together, and for more than `MOST_RUNS` runs.
    """

    scenario: Scenario
    lists: Mapping[str, Sequence[Any]]
    seeds: Sequence[int] = (0,)
    steps: int = STEPS.default

    def __post_init__(self) -> None:
        declared = sweepable(self.vocabulary)
        for name in self.lists:
            if name not in declared:
                raise self._refuse(name)
        lists = {
            name: distinct(one, self.lists[name])
            for name, one in declared.items()
            if self.lists.get(name)
        }
        seeds = tuple(dict.fromkeys(self.vocabulary.start[SEED].check(one) for one in self.seeds))
        if not seeds:
            raise BadInput("A sweep needs a seed; give at least one.")
        object.__setattr__(self, "lists", MappingProxyType(lists))
        object.__setattr__(self, "seeds", seeds)
        object.__setattr__(self, "steps", STEPS.check(self.steps))
        if self.count > MOST_RUNS:
            factors = [*map(len, lists.values()), len(seeds)]
            product = " × ".join(count_text(factor) for factor in factors if factor > 1)
            raise BadInput(
                f"This sweep would have {product} = {count_text(self.count)} runs, and "
                f"{count_text(MOST_RUNS)} are the most; give fewer values or seeds."
            )
        object.__setattr__(self, "_runs", tuple(self._built()))

    @classmethod
    def parse(
        cls, scenario: Scenario, texts: Mapping[str, str], *, seeds: str = "1", steps: int = 0
    ) -> "Sweep":
        """Return the sweep that lists and ranges describe, as `parse_values` reads them.

        Seeds are counted from that of the scenario on; `steps` 0 is the usual number.

        Raises:
            BadInput: with one sentence that says what is wrong, and what to do.
        """
        vocabulary = VOCABULARIES[scenario.lab]
        declared = sweepable(vocabulary)
        lists = {}
        for name, text in texts.items():
            if name not in declared:
                raise vocabulary.refuse(name)
            lists[name] = parse_values(declared[name], text)
        first = scenario.values.get(SEED, vocabulary.start[SEED].default)
        return cls(scenario, lists, parse_seeds(seeds, first), steps or STEPS.default)

    @property
    def vocabulary(self) -> Vocabulary:
        """The names of the lab."""
        return VOCABULARIES[self.scenario.lab]

    @property
    def count(self) -> int:
        """How many runs there are."""
        return math.prod(map(len, self.lists.values())) * len(self.seeds)

    @property
    def varying(self) -> tuple[str, ...]:
        """The settings that have more than one value, those with most values first."""
        names = [name for name, values in self.lists.items() if len(values) > 1]
        return tuple(sorted(names, key=lambda name: -len(self.lists[name])))

    @property
    def runs(self) -> tuple[SweepRun, ...]:
        """All runs: the first setting changes slowest, the seed fastest."""
        found: tuple[SweepRun, ...] = vars(self)["_runs"]
        return found

    def _built(self) -> list[SweepRun]:
        runs = []
        for values in itertools.product(*self.lists.values()):
            settings = MappingProxyType(dict(zip(self.lists, values, strict=True)))
            base = self.scenario.changed(settings)
            runs += [SweepRun(settings, seed, base) for seed in self.seeds]
        return runs

    def _refuse(self, name: str) -> BadInput:
        vocabulary = self.vocabulary
        if name == SEED:
            return BadInput("Seeds have a list of their own; leave seed out of the settings.")
        if name in vocabulary.view:
            return BadInput(
                f"{name} is how the lab {vocabulary.title} is looked at, which changes no run; "
                "leave it out."
            )
        return vocabulary.refuse(name)
