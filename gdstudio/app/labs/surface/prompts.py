"""What the Surface lab proposes to try: a landscape, a rule and a start each."""

from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    Prompt(
        "three_to_one",
        "The (3, 1) example",
        "The gradient is (3, 1): nudging x changes the loss three times as much as nudging y.",
        Scenario.parse("surface?function=three-to-one"),
    ),
    Prompt(
        "zigzag",
        "Zigzag",
        "In a ravine plain descent goes from wall to wall; does momentum?",
        Scenario.parse("surface?function=ravine"),
        runs=True,
    ),
    Prompt(
        "diverge",
        "Make it diverge",
        "A learning rate a tenth too large: each step lands higher than the one before.",
        # The ravine curves by 2 across: above 2/2 the steps grow.
        Scenario.parse("surface?function=ravine&learning_rate=1.1"),
        runs=True,
    ),
    Prompt(
        "valleys",
        "Which valley?",
        "Four valleys: press New start and see which one you reach.",
        Scenario.parse("surface?function=himmelblau"),
        runs=True,
    ),
    Prompt(
        "saddle",
        "On a saddle",
        "It is level there, but no valley: how long until it falls off?",
        Scenario.parse("surface?function=saddle"),
        runs=True,
    ),
    Prompt(
        "race",
        "A race",
        "All optimizers in Rosenbrock’s banana, from the same start.",
        Scenario.parse("surface?function=rosenbrock&race=all"),
        runs=True,
    ),
    Prompt(
        "fog",
        "In the fog",
        "Find the valley by the slope under your feet alone.",
        Scenario.parse("surface?function=beale&fog=yes"),
    ),
    Prompt(
        "own",
        "A function of your own",
        "x⁴ − 3x² + x + y²: two valleys, one of them deeper.",
        Scenario.parse("surface?function=x^4-3*x^2%2Bx%2By^2"),
    ),
)
