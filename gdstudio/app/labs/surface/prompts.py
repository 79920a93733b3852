"""What the Surface lab proposes to try: a landscape, a rule and a start each."""

from dataclasses import dataclass

from gdstudio.engine.optimizers.catalogue import OPTIMIZERS

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
    ("race", "A race", "All seven optimizers in Rosenbrock’s banana, from the same start."),
    ("fog", "In the fog", "Find the valley by the slope under your feet alone."),
    ("own", "A function of your own", "x⁴ − 3x² + x + y²: two valleys, one of them deeper."),
)


@dataclass(frozen=True)
class Trial:
    """What a prompt sets.

    Attributes:
        surface: the key of a well-known function; empty for `function`.
        function: a function in a person's words.
        optimizer: whose walk is explained.
        rate: its learning rate; None is one that suits.
        racers: who races; empty is nobody.
        fog: whether the map is hidden.
        runs: whether it runs at once.
    """

    surface: str = ""
    function: str = ""
    optimizer: str = "sgd"
    rate: float | None = None
    racers: frozenset[str] = frozenset()
    fog: bool = False
    runs: bool = False


TRIALS = {
    "three_to_one": Trial(surface="three-to-one"),
    "zigzag": Trial(surface="ravine", runs=True),
    # The ravine curves by 2 across: above 2/2 the steps grow.
    "diverge": Trial(surface="ravine", rate=1.1, runs=True),
    "valleys": Trial(surface="himmelblau", runs=True),
    "saddle": Trial(surface="saddle", runs=True),
    "race": Trial(surface="rosenbrock", racers=frozenset(OPTIMIZERS), runs=True),
    "fog": Trial(surface="beale", fog=True),
    "own": Trial(function="x^4 - 3*x^2 + x + y^2"),
}
