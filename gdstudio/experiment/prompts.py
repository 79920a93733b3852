"""Prompts: what a lab proposes to try, each a scenario and the sentence that it promises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gdstudio.experiment.scenario import Scenario


@dataclass(frozen=True)
class Prompt:
    """One thing to try.

    Attributes:
        key, text: its name for programs and for people.
        promise: what will be seen; one sentence or two.
        scenario: what the lab is set to, or how that follows from what it is set to now.
        runs: whether it runs at once.
    """

    key: str
    text: str
    promise: str
    scenario: Scenario | Callable[[Scenario], Scenario]
    runs: bool = False

    @property
    def is_change(self) -> bool:
        """Whether it changes what is set, instead of setting all anew."""
        return not isinstance(self.scenario, Scenario)

    def scenario_from(self, now: Scenario, kept: Mapping[str, Any]) -> Scenario:
        """Return what a lab is set to by this prompt.

        Args:
            now: what it is set to; a change begins there.
            kept: what of it stays, by name, where a prompt sets all anew and is not about that.
        """
        if isinstance(self.scenario, Scenario):
            return self.scenario.changed({**kept, **self.scenario.values})
        return self.scenario(now)
