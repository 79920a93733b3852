"""Teaching a network one picture: a few gradient steps on it alone, and what they cost elsewhere.

θ ← θ − η ∇C of this one example. The network soon reads it; but the same weights read all other
digits too, and nothing in these steps looks after them. So the price is measured: the share of
right answers on the test images, before and after.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gdstudio.data.dataset import ImageSet
from gdstudio.engine.calibration import Calibration
from gdstudio.engine.evaluation import Evaluator
from gdstudio.engine.losses import CrossEntropy
from gdstudio.engine.network import NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.answer import Answer, Answerer
from gdstudio.experiment.misreading import Picture
from gdstudio.settings import Number

# Between these many test images a job looks whether it is still wanted.
_PORTION = 1000

LEARNING_RATE = Number(
    label="Learning rate",
    explanation="How far each step on this one picture goes: large steps teach it at once and "
    "cost more elsewhere.",
    default=0.005,
    minimum=1e-6,
    maximum=1000.0,
    logarithmic=True,
)


def usual_rate(settings: NetworkSettings) -> float:
    """Return a learning rate that suits single steps with the network's loss.

    A misread example has a steep slope. One step at 0.05 costs the app's reader (cross-entropy) a
    quarter of its right answers on MNIST's test images, one at 0.005 some twenty of 10,000; with
    squared error a step at 1 costs a 784-20-20-10 network hundreds, one at 0.1 some ten.
    """
    return 0.005 if settings.loss == CrossEntropy.key else 0.1


class Lesson:
    """A network that is taught; the one it was copied from stays as it is.

    Attributes:
        settings: the network.
        original: θ as it was before the lesson, shape ``(size,)``, read-only.
        steps: how many steps were made since then.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        parameters: FloatArray,
        calibration: Calibration | None = None,
    ):
        self.settings = settings
        self.original: FloatArray = parameters.copy()
        self.original.flags.writeable = False
        self.steps = 0
        self._answerer = Answerer(settings, calibration)
        self._answerer.load(self.original)

    @property
    def parameters(self) -> FloatArray:
        """A copy of θ as it is now."""
        return self._answerer.parameters.copy()

    def answer(self, picture: Picture) -> Answer | None:
        """Return what it answers now; None where nothing is drawn."""
        return self._answerer.answer(picture)

    def teach(
        self, picture: Picture, digit: int, *, steps: int = 1, learning_rate: float
    ) -> Answer | None:
        """Make plain gradient steps on one picture with the right answer `digit`; return the new.

        Raises:
            BadInput: if the steps grow beyond all bounds; then nothing has changed.
        """
        network = self.settings.build()
        parameters = self.parameters
        gradient = np.empty_like(parameters)
        step = network.prepare(parameters, gradient, 1)
        inputs: FloatArray = np.ones((network.inputs + 1, 1), network.dtype)
        inputs[:-1, 0] = picture.reshape(-1) * network.dtype.type(1 / 255)
        wanted: FloatArray = np.zeros((network.classes, 1), network.dtype)
        wanted[digit] = 1
        # Overflow on the way is found at the end, and said in a sentence.
        with np.errstate(all="ignore"):
            for _ in range(steps):
                step.cost_and_gradient(inputs, wanted)
                parameters -= network.dtype.type(learning_rate) * gradient
            sound = bool(np.isfinite(step.forward(inputs)).all() and np.isfinite(parameters).all())
        if not sound:
            raise BadInput(
                f"The steps grew beyond all bounds: a learning rate of {learning_rate:g} is too "
                "large here; take a smaller one."
            )
        self._answerer.load(parameters)
        self.steps += steps
        return self.answer(picture)

    def undo(self) -> None:
        """Return to the parameters from before the lesson, bit for bit."""
        self._answerer.load(self.original)
        self.steps = 0


@dataclass(frozen=True)
class Price:
    """What a lesson cost elsewhere.

    Attributes:
        count: how many test images there are.
        wrong_before, wrong_after: how many of them were misread, and are now.
    """

    count: int
    wrong_before: int
    wrong_after: int

    @property
    def accuracy_before(self) -> float:
        """The share of right answers before, 0 to 1."""
        return 1 - self.wrong_before / self.count

    @property
    def accuracy_after(self) -> float:
        """The share of right answers now, 0 to 1."""
        return 1 - self.wrong_after / self.count


def count_wrong(
    settings: NetworkSettings,
    parameters: FloatArray,
    test: ImageSet,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Return how many test images the network misreads; less where it was `stopped`."""
    network = settings.build()
    wrong = 0
    for start in range(0, len(test), _PORTION):
        if stopped():
            break
        part = slice(start, start + _PORTION)
        labels = test.labels[part]
        answers = Evaluator(network, test.images[part], labels).evaluate(parameters).answers
        wrong += int(np.count_nonzero(answers != labels))
    return wrong
