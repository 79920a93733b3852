"""What the Slope lab proposes to try: a curve, a start and a learning rate each."""

from dataclasses import dataclass
from typing import Self

from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    (
        "bowl",
        "Steps that shrink",
        "In a bowl the slope flattens towards the bottom: press Step, and watch the steps shrink.",
    ),
    ("predict", "Predict first", "Say which way and how far the next step goes, before it does."),
    ("overshoot", "Overshoot", "A learning rate so large that each step jumps over the valley."),
    (
        "diverge",
        "Make it diverge",
        "A learning rate a little too large: each step lands higher than the last.",
    ),
    ("two_starts", "Two starts", "The same curve and rule, two starts: do they end together?"),
    ("plateau", "A plateau", "Nearly flat ground, far from the valley: how long is it?"),
    ("own", "Your own", "Type any function of x; its slope is worked out for you."),
)


@dataclass(frozen=True)
class Trial:
    """What a prompt sets.

    Attributes:
        scenario: the curve, the start and the rate, where it is not the one that suits.
        runs: whether it runs at once.
    """

    scenario: Scenario
    runs: bool = True

    @classmethod
    def of(cls, code: str, *, runs: bool = True) -> Self:
        """Return the trial of a setup code."""
        return cls(Scenario.parse(code), runs)


TRIALS = {
    "bowl": Trial.of("slope?function=bowl", runs=False),
    "predict": Trial.of("slope?function=two-valleys&predict=yes", runs=False),
    "overshoot": Trial.of("slope?function=bowl&learning_rate=1.8"),
    "diverge": Trial.of("slope?function=bowl&learning_rate=2.2&start=0.5"),
    "two_starts": Trial.of("slope?function=two-valleys&both=yes"),
    "plateau": Trial.of("slope?function=plateau&start=2.8"),
}
