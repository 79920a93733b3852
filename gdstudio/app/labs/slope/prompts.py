"""What the Slope lab proposes to try: a curve, a start and a learning rate each."""

from dataclasses import dataclass

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
        curve: the key of the curve.
        rate: the learning rate; None is the one that suits.
        start: where it starts; None is where the curve's walk starts.
        both: whether a second walk starts elsewhere.
        predict: whether the step is to be predicted.
        runs: whether it runs at once.
    """

    curve: str
    rate: float | None = None
    start: float | None = None
    both: bool = False
    predict: bool = False
    runs: bool = True


TRIALS = {
    "bowl": Trial("bowl", runs=False),
    "predict": Trial("two-valleys", predict=True, runs=False),
    "overshoot": Trial("bowl", rate=1.8),
    "diverge": Trial("bowl", rate=2.2, start=0.5),
    "two_starts": Trial("two-valleys", both=True),
    "plateau": Trial("plateau", start=2.8),
}
