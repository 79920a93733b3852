"""The landscapes of the Surface lab: well-known functions of x and y."""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective

VARIABLES = ("x", "y")
# Where x² − 10·cos(2πx) has its minima from −3.2 to 3.2.
_EGG_CUPS = tuple(
    sign * x
    for x in (0.0, 0.9949586376523348, 1.9899122337085497, 2.984855701039481)
    for sign in ((1.0, -1.0) if x else (1.0,))
)


@dataclass(frozen=True)
class Surface:
    """A function of x and y with a view of it and a good walk on it.

    Attributes:
        key, label: its name for programs and for people.
        text: the function.
        x_view, y_view: from and to which x and y it is drawn.
        start: where a walk starts.
        learning_rate: one that suits plain gradient descent from there.
        minima: all of its minima in view, the lowest first.
        notice: one sentence: what to look out for.
    """

    key: str
    label: str
    text: str
    x_view: tuple[float, float]
    y_view: tuple[float, float]
    start: tuple[float, float]
    learning_rate: float
    minima: tuple[tuple[float, float], ...]
    notice: str

    @cached_property
    def objective(self) -> FunctionObjective:
        """The function as a loss."""
        return FunctionObjective(Expression.parse(self.text, VARIABLES))


SURFACES: dict[str, Surface] = {
    surface.key: surface
    for surface in (
        Surface(
            key="three-to-one",
            label="The (3, 1) example",
            text="3*x**2/2 + y**2/2",
            x_view=(-2.0, 2.0),
            y_view=(-2.0, 2.0),
            start=(1.0, 1.0),
            learning_rate=0.1,
            minima=((0.0, 0.0),),
            notice="At (1, 1) the gradient is (3, 1): nudging x changes the loss three times as "
            "much as nudging y.",
        ),
        Surface(
            key="bowl",
            label="Bowl",
            text="(x**2 + y**2)/2",
            x_view=(-3.0, 3.0),
            y_view=(-3.0, 3.0),
            start=(2.4, 1.6),
            learning_rate=0.2,
            minima=((0.0, 0.0),),
            notice="The bowl is round, so straight downhill leads straight to the bottom.",
        ),
        Surface(
            key="ravine",
            label="Ravine",
            text="x**2/20 + y**2",
            x_view=(-6.0, 6.0),
            y_view=(-3.0, 3.0),
            start=(-5.0, 2.0),
            learning_rate=0.9,
            minima=((0.0, 0.0),),
            notice="The steps zigzag across the ravine and hardly move along it; momentum helps.",
        ),
        Surface(
            key="saddle",
            label="Saddle",
            text="x**2/2 - y**2/2 + y**4/8",
            x_view=(-2.4, 2.4),
            y_view=(-2.4, 2.4),
            start=(2.0, 0.01),
            learning_rate=0.1,
            minima=((0.0, -1.4142135623730951), (0.0, 1.4142135623730951)),
            notice="At (0, 0) it is flat but no valley; starting beside y = 0 the way out takes "
            "many steps.",
        ),
        Surface(
            key="rosenbrock",
            label="Rosenbrock’s banana",
            text="(1 - x)**2 + 100*(y - x**2)**2",
            x_view=(-2.0, 2.0),
            y_view=(-1.0, 3.0),
            start=(-1.2, 1.0),
            learning_rate=0.001,
            minima=((1.0, 1.0),),
            notice="It is easy to find the curved valley, and slow to follow it to (1, 1).",
        ),
        Surface(
            key="himmelblau",
            label="Himmelblau’s four valleys",
            text="(x**2 + y - 11)**2 + (x + y**2 - 7)**2",
            x_view=(-5.5, 5.5),
            y_view=(-5.5, 5.5),
            start=(0.0, 0.0),
            learning_rate=0.01,
            minima=(
                (3.0, 2.0),
                (-2.8051180869527, 3.1313125182506),
                (-3.7793102533777, -3.2831859912862),
                (3.5844283403305, -1.8481265269644),
            ),
            notice="Four valleys are equally deep; the start decides which one you reach.",
        ),
        Surface(
            key="beale",
            label="Beale",
            text="(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2",
            x_view=(-4.5, 4.5),
            y_view=(-4.5, 4.5),
            start=(1.0, 1.0),
            learning_rate=0.01,
            minima=((3.0, 0.5),),
            notice="A wide flat floor with steep walls at the corners: one learning rate cannot "
            "suit both.",
        ),
        Surface(
            key="rastrigin",
            label="Rastrigin’s egg box",
            text="20 + x**2 + y**2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
            x_view=(-3.2, 3.2),
            y_view=(-3.2, 3.2),
            start=(1.7, -1.3),
            learning_rate=0.002,
            minima=tuple(
                sorted(itertools.product(_EGG_CUPS, _EGG_CUPS), key=lambda p: math.hypot(*p))
            ),
            notice="Nearly every start ends in a small valley of its own; only one is the deepest.",
        ),
    )
}
