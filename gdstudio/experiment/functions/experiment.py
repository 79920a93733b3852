"""Walks on a function, and the learning rates that are found for them before they begin."""

import math
import time
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gdstudio.engine.descent import Diverged
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.experiment import Question
from gdstudio.experiment.functions.rate_search import (
    FoundRate,
    RateCache,
    RateSearch,
    typed_rate,
)
from gdstudio.experiment.functions.walk import FunctionWalk
from gdstudio.experiment.walks import WalksExperiment

FunctionT = TypeVar("FunctionT", bound="FunctionExperiment")


class FunctionExperiment(WalksExperiment[FunctionWalk]):
    """Walks on one function, each from its start by its rule.

    A learning rate that is left to the app is found before the first step: one that was walked
    with, from all the starts of that rule.

    Attributes:
        free_rates: the keys of the rules whose learning rate is left to the app.
    """

    def __init__(
        self,
        objective: FunctionObjective,
        walks: Iterable[tuple[Sequence[float], OptimizerSettings]],
        free_rates: frozenset[str],
        *,
        scale: float,
        reach: float,
        trusted: bool,
    ) -> None:
        """Prepare walks, a start and a rule each.

        Args:
            objective: the function.
            walks: the start and the rule of each.
            free_rates: see above.
            scale: a loss that is nothing unusual here.
            reach: a length that is nothing unusual here, such as the width of the view.
            trusted: whether a suitable rate is good wherever it does not fail.
        """
        super().__init__(
            [FunctionWalk(objective, *walk, scale=scale, reach=reach) for walk in walks]
        )
        self.free_rates = free_rates
        self._objective, self._trusted = objective, trusted
        self._scale, self._reach = scale, reach
        self._searches: dict[str, RateSearch] = {}
        # Shared with the runs that are restarted from this one.
        self._cache = RateCache()
        # What was found before the run that this one goes on from had made its first step.
        self._found: dict[str, FoundRate] = {}
        self._milder: FoundRate | None = None

    @abstractmethod
    def _suitable_rate(self, rule: OptimizerSettings) -> float:
        """Return a learning rate that may suit the rule here."""

    @abstractmethod
    def _note_settings(self) -> None:
        """Let the settings of the experiment say what the walks obey."""

    def advance(self, *, steps: float = math.inf, seconds: float = math.inf) -> int:
        """Make steps; before the first one the learning rates are found that are free.

        Raises:
            Diverged: when the run ends with a walk that exploded.
        """
        return super().advance(steps=steps, seconds=seconds) if self.find_rates(seconds) else 0

    def find_rates(self, seconds: float = math.inf) -> bool:
        """Look on for learning rates, for so long; return whether nothing is left to be found."""
        until = time.perf_counter() + seconds
        for walk in self.walks:
            rule = walk.settings
            key = rule.optimizer
            if key not in self.free_rates or walk.iteration or key in self._found:
                continue
            if key not in self._searches:
                guess = self._suitable_rate(rule)
                self._searches[key] = self._search(rule, guess, trusted=self._trusted)
            elif self._searches[key].found is not None:
                continue
            found = self._searches[key].work(until - time.perf_counter())
            if found is None:
                return False
            self._cache.keep(self._searches[key])
            for one in self._walks_by(key):
                one.configure(replace(one.settings, learning_rate=found.learning_rate))
            self._note_settings()
        return True

    def _walks_by(self, key: str) -> list[FunctionWalk]:
        return [walk for walk in self.walks if walk.settings.optimizer == key]

    def _search(
        self, rule: OptimizerSettings, guess: float, *, trusted: bool, below: float = math.inf
    ) -> RateSearch:
        search = RateSearch(
            self._objective,
            [walk.descent.start.tolist() for walk in self._walks_by(rule.optimizer)],
            rule,
            guess=guess,
            trusted=trusted,
            below=below,
            scale=self._scale,
            reach=self._reach,
        )
        return self._cache.recall(search)

    def found_for(self, key: str) -> FoundRate | None:
        """Return the learning rate that was found for a rule; None where it is not left to the app.

        None, too, where none has been found yet.
        """
        search = self._searches.get(key)
        found = self._found.get(key) if search is None else search.found
        return found if key in self.free_rates else None

    def _knowing(self, fresh: FunctionT) -> FunctionT:
        """Return a run made in place of this one, which need not search for the same again."""
        fresh._cache = self._cache
        return fresh

    def found_rates(self) -> dict[str, FoundRate]:
        """Return the learning rates that were found, by the key of their rule."""
        rates = ((key, self.found_for(key)) for key in self.free_rates)
        return {key: found for key, found in rates if found is not None}

    def take_found_rates(self, found: dict[str, FoundRate]) -> None:
        """Know the learning rates that were found for a run from the same start."""
        self._found = dict(found)

    def follow(self, other: "FunctionExperiment") -> None:
        """Take the learning rates that were found for another run, where both leave them open."""
        for key, found in other.found_rates().items():
            walks = self._walks_by(key) if key in self.free_rates else []
            self._searches.pop(key, None)
            self._found |= {key: found} if walks else {}
            for walk in walks:
                walk.configure(replace(walk.settings, learning_rate=found.learning_rate))
        self._note_settings()

    def _obey(self, rules: Mapping[str, OptimizerSettings], free_rates: frozenset[str]) -> None:
        """Let every walk obey the live settings that `rules` has for its rule, by key.

        A learning rate that is free stays what was found; before the first step it is found anew
        where something else has changed.
        """
        for walk in self.walks:
            key = walk.settings.optimizer
            if key not in rules:
                continue
            rule = rules[key]
            if key in free_rates:
                rule = replace(rule, learning_rate=walk.settings.learning_rate)
            same = replace(rule, learning_rate=1.0) == replace(walk.settings, learning_rate=1.0)
            if not walk.iteration and not (same and key in self.free_rates):
                self._searches.pop(key, None)
                self._found.pop(key, None)
            walk.configure(rule)
        self.free_rates = free_rates
        self._note_settings()

    def explain(self, divergence: Diverged) -> str:
        """Say how the walk ended that exploded, and what rate is a good one, if any is."""
        lost = self.lost or self.walks[0]
        sentence = self._lost_sentence(lost)
        self._milder = None
        if not lost.may_be_mended:
            return sentence
        below = min(lost.rate, lost.settings.learning_rate)
        suitable = self._suitable_rate(lost.settings)
        guess = suitable if suitable < below else typed_rate(below / 4)
        search = self._search(lost.settings, guess, trusted=True, below=below)
        self._milder = search.work()
        assert self._milder is not None
        self._cache.keep(search)
        return f"{sentence} {self._milder.promise}"

    def _lost_sentence(self, lost: FunctionWalk) -> str:
        return lost.sentence

    def remedy(self) -> float:
        """Return a smaller rate that was tried from these starts; NaN where none helps."""
        milder = self._milder
        return milder.learning_rate if milder is not None and milder.works else math.nan


@dataclass(frozen=True)
class FindRates(Question[FunctionExperiment, bool]):
    """Asks the run to look for learning rates for at most `seconds`."""

    seconds: float

    def answer(self, run: FunctionExperiment) -> bool:
        """Return whether nothing is left; the snapshot that comes with it has what was found."""
        return run.find_rates(self.seconds)
