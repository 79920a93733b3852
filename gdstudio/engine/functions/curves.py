"""The curves of the Slope lab: functions of x, each with something to notice."""

from dataclasses import dataclass
from functools import cached_property

from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective


@dataclass(frozen=True)
class Curve:
    """A function of x with a view of it and a good walk on it.

    Attributes:
        key, label: its name for programs and for people.
        text: the function.
        view: the x from and to which it is drawn.
        start, other_start: where walks start; the other shows something that the first does not.
        learning_rate: one that suits plain gradient descent from there.
        minima: the x of its valleys in view.
        notice: one sentence: what to look out for.
    """

    key: str
    label: str
    text: str
    view: tuple[float, float]
    start: float
    other_start: float
    learning_rate: float
    minima: tuple[float, ...]
    notice: str

    @cached_property
    def objective(self) -> FunctionObjective:
        """The function as a loss."""
        return FunctionObjective(Expression.parse(self.text))


CURVES: dict[str, Curve] = {
    curve.key: curve
    for curve in (
        Curve(
            key="bowl",
            label="Bowl",
            text="x**2/2",
            view=(-4.0, 4.0),
            start=3.0,
            other_start=-3.0,
            learning_rate=0.2,
            minima=(0.0,),
            notice="The slope at x is x itself: as it flattens, the steps shrink.",
        ),
        Curve(
            key="two-valleys",
            label="Two valleys",
            text="x**4 - 3*x**2 + x",
            view=(-2.2, 2.2),
            start=2.0,
            other_start=-2.0,
            learning_rate=0.01,
            minima=(-1.3008395659415772, 1.1309011226299859),
            notice="Which valley you reach depends on the start, and only one is the deepest.",
        ),
        Curve(
            key="many-valleys",
            label="Many valleys",
            text="sin(3*x) + x**2/4",
            view=(-6.0, 6.0),
            start=4.6,
            other_start=-1.6,
            learning_rate=0.02,
            minima=(
                -4.435103065314657,
                -2.4761891128674884,
                -0.4960111185575348,
                1.4872981697248024,
                3.460290751479147,
                5.38786885165277,
            ),
            notice="Descent stops in the nearest valley and cannot know of a deeper one.",
        ),
        Curve(
            key="plateau",
            label="Plateau",
            text="1 - exp(-x**2)",
            view=(-4.0, 4.0),
            start=2.4,
            other_start=-1.0,
            learning_rate=0.4,
            minima=(0.0,),
            notice="Where the ground is nearly flat the steps are tiny, far from the valley too.",
        ),
        Curve(
            key="steep-wall",
            label="Steep wall",
            text="exp(3*x)/20 - x",
            view=(-2.5, 1.9),
            start=1.6,
            other_start=-2.0,
            learning_rate=0.02,
            minima=(0.6323733282952938,),
            notice="On the wall one step can throw you far out; on the slope behind it the same "
            "learning rate crawls.",
        ),
        Curve(
            key="kink",
            label="Kink",
            text="abs(x)",
            view=(-3.0, 3.0),
            start=2.25,
            other_start=-1.5,
            learning_rate=0.1,
            minima=(0.0,),
            notice="The slope is 1 or −1 however close you are, so the steps never shrink: they "
            "jump to and fro.",
        ),
        Curve(
            key="saddle-point",
            label="Step in the slope",
            text="x**4/4 - x**3/3",
            view=(-1.2, 1.7),
            start=-1.0,
            other_start=1.6,
            learning_rate=0.15,
            minima=(1.0,),
            notice="At x = 0 it is flat without being a valley: from the left, descent nearly "
            "stops there.",
        ),
    )
}
