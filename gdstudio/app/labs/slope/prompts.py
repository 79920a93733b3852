"""What the Slope lab proposes to try: a curve, a start and a learning rate each."""

from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.scenario import Scenario

PROMPTS = (
    Prompt(
        "bowl",
        "Steps that shrink",
        "In a bowl the slope flattens towards the bottom: press Step, and watch the steps shrink.",
        Scenario.parse("slope?function=bowl"),
    ),
    Prompt(
        "predict",
        "Predict first",
        "Say which way and how far the next step goes, before it does.",
        Scenario.parse("slope?function=two-valleys&predict=yes"),
    ),
    Prompt(
        "overshoot",
        "Overshoot",
        "A learning rate so large that each step jumps over the valley.",
        Scenario.parse("slope?function=bowl&learning_rate=1.8"),
        runs=True,
    ),
    Prompt(
        "diverge",
        "Make it diverge",
        "A learning rate a little too large: each step lands higher than the last.",
        Scenario.parse("slope?function=bowl&learning_rate=2.2&start=0.5"),
        runs=True,
    ),
    Prompt(
        "two_starts",
        "Two starts",
        "The same curve and rule, two starts: do they end together?",
        Scenario.parse("slope?function=two-valleys&both=yes"),
        runs=True,
    ),
    Prompt(
        "plateau",
        "A plateau",
        "Nearly flat ground, far from the valley: how long is it?",
        Scenario.parse("slope?function=plateau&start=2.8"),
        runs=True,
    ),
    Prompt(
        "own",
        "Your own",
        "Type any function of x in place of x⁴ − 3x² + x; its slope is worked out for you.",
        Scenario.parse("slope?function=x^4-3*x^2%2Bx&start=2"),
    ),
)
