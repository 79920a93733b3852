"""What the pages that look inside a network look at: a network and an input, at one moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.network import Network, NetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.digits.canvas_example import Origin

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Moment:
    """A network with its parameters, and what lies on the canvas.

    Attributes:
        settings: what the network is made of.
        network: the same, built; it holds no parameters.
        parameters: θ as it answers, edits and all; read-only, shape ``(size,)``.
        unedited: θ as it was learned, without edits; the same vector where there are none.
        picture: what the network receives, ``(28, 28)`` bytes; None where nothing is drawn.
        wanted: the right answer where it is known; nobody guesses it.
        dataset: the key of the data set that the network learns from.
        source: whose θ it is, for people: ``this network at step 1,204, with 2 edits``.
        step: the steps made to come to θ.
        is_now: whether θ is that of the newest step, and not of an earlier one.
        running: whether training goes on, so that the next moment follows soon.
        origin: where the picture comes from.
    """

    settings: NetworkSettings
    network: Network
    parameters: FloatArray
    unedited: FloatArray
    picture: Picture | None
    wanted: int | None
    dataset: str
    source: str
    step: int
    is_now: bool
    running: bool
    origin: Origin = Origin.DRAWING

    @property
    def drawn(self) -> Origin | None:
        """Where the picture comes from; None where there is none."""
        return None if self.picture is None else self.origin
