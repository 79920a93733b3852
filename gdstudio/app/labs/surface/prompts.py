"""What the Surface lab proposes to try: a landscape, a rule and a start each."""

from dataclasses import dataclass
from typing import Self

from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    (
        "three_to_one",
        "The (3, 1) example",
        "The gradient is (3, 1): nudging x changes the cost three times as much as nudging y.",
    ),
    ("zigzag", "Zigzag", "In a ravine plain descent goes from wall to wall; does momentum?"),
    (
        "diverge",
        "Make it diverge",
        "A learning rate a tenth too large: each step lands higher than the one before.",
    ),
    ("valleys", "Which valley?", "Four valleys: press New start and see which one you reach."),
    ("saddle", "On a saddle", "It is level there, but no valley: how long until it falls off?"),
    ("race", "A race", "All optimizers in Rosenbrock’s banana, from the same start."),
    ("fog", "In the fog", "Find the valley by the slope under your feet alone."),
    ("own", "A function of your own", "x⁴ − 3x² + x + y²: two valleys, one of them deeper."),
)


@dataclass(frozen=True)
class Trial:
    """What a prompt sets.

    Attributes:
        scenario: the landscape, the rules and who races.
        runs: whether it runs at once.
    """

    scenario: Scenario
    runs: bool = False

    @classmethod
    def of(cls, code: str, *, runs: bool = False) -> Self:
        """Return the trial of a setup code."""
        return cls(Scenario.parse(code), runs)


# What the last of them types.
OWN_FUNCTION = "x^4 - 3*x^2 + x + y^2"
TRIALS = {
    "three_to_one": Trial.of("surface?function=three-to-one"),
    "zigzag": Trial.of("surface?function=ravine", runs=True),
    # The ravine curves by 2 across: above 2/2 the steps grow.
    "diverge": Trial.of("surface?function=ravine&learning_rate=1.1", runs=True),
    "valleys": Trial.of("surface?function=himmelblau", runs=True),
    "saddle": Trial.of("surface?function=saddle", runs=True),
    "race": Trial.of("surface?function=rosenbrock&race=all", runs=True),
    "fog": Trial.of("surface?function=beale&fog=yes"),
}
