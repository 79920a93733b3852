"""Teaching a network one picture: a few gradient steps on it alone, and what they cost elsewhere.

θ ← θ − η ∇C of this one example. The network soon reads it; but the same weights read all other
digits too, and nothing in these steps looks after them. So the price is measured: the share of
right answers on the test images, before and after.

Where the network is edited by hand, the edits lie over what it has learned, before the lesson and
after it: C is the loss of the edited network, θ is what was learned, and stays free of edits.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.inspect.calibration import Calibration
from gdstudio.engine.inspect.edits import Edit, edit_slopes
from gdstudio.engine.inspect.evaluation import read_only
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.pixels import to_inputs
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.answer import Answer, Answerer
from gdstudio.experiment.digits.canvas_example import Picture
from gdstudio.number_text import plain_text
from gdstudio.settings import Number

LEARNING_RATE = Number(
    label="Learning rate",
    explanation="How far each step on this one picture goes: large steps teach it at once and "
    "cost more elsewhere.",
    default=0.005,
    minimum=1e-6,
    maximum=1000.0,
    logarithmic=True,
)


@dataclass(frozen=True, eq=False)
class Taught:
    """A network at one moment of a lesson.

    Attributes:
        parameters: θ as it was learned and taught, without edits; read-only, shape ``(size,)``.
        edited: θ as it answers, edits and all; read-only.
        steps: how many steps were made since the lesson began.
        answer: what it says of the picture; None where nothing is drawn.
    """

    parameters: FloatArray
    edited: FloatArray
    steps: int
    answer: Answer | None


@dataclass(frozen=True, eq=False)
class Lesson:
    """What is taught: one picture, to one network. It changes nothing; each step is a new `Taught`.

    Attributes:
        settings: the network.
        picture: ``(28, 28)`` bytes.
        calibration: what is known of the network's sureness.
        edits: those in force, laid over θ.
    """

    settings: NetworkSettings
    picture: Picture
    calibration: Calibration | None = None
    edits: tuple[Edit, ...] = ()

    def begin(self, parameters: FloatArray, *, steps: int = 0) -> Taught:
        """Return the network with θ, a copy unless it is read-only, and its answer."""
        learned = read_only(parameters)
        answerer = Answerer(self.settings, self.calibration)
        answerer.load(learned)
        answerer.edit(self.edits)
        return Taught(learned, answerer.parameters, steps, answerer.answer(self.picture))

    def teach(
        self, taught: Taught, label: int, *, steps: int = 1, learning_rate: float
    ) -> Work[Taught]:
        """Make plain gradient steps on the picture with the right answer `digit`.

        Raises:
            BadInput: if the steps grow beyond all bounds.
        """
        network = self.settings.build()
        learned = taught.parameters.copy()
        # The network answers with its edits; without any the two are one vector.
        edited = taught.edited.copy() if self.edits else learned
        slopes = edit_slopes(network, self.edits) if self.edits else None
        move = np.empty_like(learned)
        step = network.prepare(edited, move, 1)
        inputs: FloatArray = np.ones((network.inputs + 1, 1), network.dtype)
        inputs[:-1, 0] = to_inputs(self.picture, network.dtype)
        wanted: FloatArray = np.zeros((network.classes, 1), network.dtype)
        wanted[label] = 1
        rate = network.dtype.type(learning_rate)
        for number in range(steps):
            # Overflow on the way is found at the end, and said in a sentence.
            with np.errstate(all="ignore"):
                step.loss_and_gradient(inputs, wanted)
                move *= rate
                if slopes is not None:
                    move *= slopes
                    learned -= move
                    move *= slopes
                edited -= move
            yield (number + 1) / steps
        with np.errstate(all="ignore"):
            sound = bool(np.isfinite(step.forward(inputs)).all() and np.isfinite(learned).all())
        if not sound:
            raise BadInput(
                "The steps grew beyond all bounds: a learning rate of "
                f"{plain_text(learning_rate)} is too large here; take a smaller one."
            )
        learned.flags.writeable = False
        return self.begin(learned, steps=taught.steps + steps)
