"""What a small change of one weight does to the loss, beside what the gradient predicts.

    ΔC = C(θ + Δw eᵢ) − C(θ)  ≈  g · Δw,  with g = ∂C/∂wᵢ

The rest, ½ ∂²C/∂wᵢ² Δw² and smaller, shrinks with the square of Δw: so for a small nudge the
gradient is right, and for a large one it is not. Differences of losses that are almost equal need
all the figures there are; so this is computed in ``float64``, whatever the network's own type.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.inspect.averages import average_gradient, average_loss
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.example_stream import ByteArray
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray

# Differences of losses below this share of them, or of 1, are their rounding.
_ROUNDING = 1e-13


@dataclass(frozen=True)
class Nudge:
    """What a change of one component did.

    Attributes:
        index: which component of θ.
        amount: Δw.
        slope: g = ∂C/∂w before the change.
        change: ΔC, how the loss really changed.
        loss: C before the change.
    """

    index: int
    amount: float
    slope: float
    change: float
    loss: float

    @property
    def predicted(self) -> float:
        """What the gradient predicted: g · Δw."""
        return self.slope * self.amount

    @property
    def ratio(self) -> float | None:
        """ΔC / (g · Δw), 1 where the gradient was right; None where that cannot be told."""
        if self.is_lost or not self.predicted:
            return None
        return self.change / self.predicted

    @property
    def is_lost(self) -> bool:
        """Whether what was predicted and what came are both lost in the rounding of C."""
        larger = max(abs(self.change), abs(self.predicted))
        return 0 < larger < _ROUNDING * (1 + abs(self.loss))


class Nudger:
    """A network at one θ and some examples, to try changes on.

    Attributes:
        gradient: ∇C averaged over the examples, ``float64``, shape ``(size,)``.
        loss: C.
    """

    def __init__(
        self,
        network: Network,
        parameters: FloatArray,
        images: ByteArray,
        labels: ByteArray,
        gradient: FloatArray,
        loss: float,
    ):
        """Hold what `prepare_nudger` has computed; `network` and vectors are ``float64``."""
        self.gradient = gradient
        self.loss = loss
        self._network = network
        self._parameters = parameters
        self._images = images
        self._labels = labels

    def nudge(self, index: int, amount: float) -> Work[Nudge]:
        """Return what adding `amount` to component `index` of θ does."""
        kept = self._parameters[index]
        self._parameters[index] = kept + amount
        try:
            # What was really added, for a tiny amount is rounded.
            amount = float(self._parameters[index]) - float(kept)
            loss = yield from average_loss(
                self._network, self._parameters, self._images, self._labels
            )
        finally:
            self._parameters[index] = kept
        slope = float(self.gradient[index])
        return Nudge(int(index), amount, slope, loss - self.loss, self.loss)


def prepare_nudger(
    network: Network, parameters: FloatArray, images: ByteArray, labels: ByteArray
) -> Work[Nudger]:
    """Return what nudges are tried on, at θ with some examples.

    Args:
        network: the network, of any type.
        parameters: θ, shape ``(size,)``.
        images: shape ``(n, inputs)``, 0 to 255; n is at least 1.
        labels: the digit each shows, shape ``(n,)``.
    """
    exact = Network(network.layers, network.loss, dtype=np.float64)
    # Its own: nudges change it for a moment.
    theta = np.array(parameters, np.float64)
    gradient = yield from average_gradient(exact, theta, images, labels)
    loss = yield from average_loss(exact, theta, images, labels)
    return Nudger(exact, theta, images, labels, gradient, loss)
