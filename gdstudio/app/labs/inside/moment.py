"""What the pages that look inside a network look at: a network and an input, at one moment."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network import Network, NetworkSettings
from gdstudio.engine.objective import FloatArray

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
        wanted: the right answer where it is known.
        dataset: the key of the data set that the lab has chosen.
        source: whose θ it is, for people: ``this network at step 1,204`` or ``the app's reader``.
        step: the steps made to come to θ; None for a network that came from elsewhere.
        is_now: whether θ is that of the newest step, and not of an earlier one.
        running: whether training goes on, so that the next moment follows soon.
    """

    settings: NetworkSettings
    network: Network
    parameters: FloatArray
    unedited: FloatArray
    picture: Picture | None
    wanted: int | None
    dataset: str
    source: str
    step: int | None
    is_now: bool
    running: bool
