"""Which inputs spoke for one answer and against another: gradient times input.

The evidence for class g against class w is what separates their weighted sums, z_g − z_w. Its
slope ∂(z_g − z_w)/∂x says how much each input would move it, and x ⊙ ∂(z_g − z_w)/∂x how much the
ink that is there did. A network of ReLU (and of maximum pools) is linear around each image, as it
is with every activation of straight pieces, z = J x + c: there the shares of the inputs add up to
z_g − z_w but for c, what the biases do on their own. With the others the rest also holds their
curvature.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.network.example_stream import ByteArray
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pixels import to_inputs
from gdstudio.engine.objective import FloatArray

Float64Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What spoke for the class `given` and against the class `wanted`.

    Attributes:
        given, wanted: the two classes.
        shares: what each input contributed, x ⊙ ∂(z_given − z_wanted)/∂x, shape ``(inputs,)``;
            positive for `given`.
        difference: z_given − z_wanted.
    """

    given: int
    wanted: int
    shares: Float64Array
    difference: float

    @property
    def total(self) -> float:
        """The sum of the shares: what the inputs contributed together."""
        return float(self.shares.sum())

    @property
    def rest(self) -> float:
        """What the biases contributed, and where the network is curved its curvature."""
        return self.difference - self.total


@np.errstate(all="ignore")  # numbers may have exploded
def input_slope(
    network: Network, parameters: FloatArray, inputs: FloatArray, direction: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the last weighted sums z and the slope ∂(direction · z)/∂x of one example.

    Nothing is dropped, for this is the network as it answers.

    Args:
        network: the network.
        parameters: θ, shape ``(size,)``.
        inputs: x, shape ``(inputs,)``.
        direction: what the sums are weighed with, shape ``(classes,)``.

    Returns:
        z, shape ``(classes,)``, and the slope, shape ``(inputs,)``.
    """
    # The passes write their weights' gradient along the way; nobody asks for it here.
    step = network.prepare(parameters, np.empty_like(parameters), 1)
    column: FloatArray = np.ones((network.inputs + 1, 1), network.dtype)
    column[:-1, 0] = inputs
    below = column
    received = []
    for layer in step.layers:
        received.append(below)
        below = layer.forward(below)
    sums = step.sums[:, 0].copy()
    step.layers[-1].delta[:, 0] = direction
    slope: FloatArray = np.empty((network.inputs, 1), network.dtype)
    targets = [slope, *(layer.delta for layer in step.layers[:-1])]
    for layer, entered, target in zip(
        reversed(step.layers), reversed(received), reversed(targets), strict=True
    ):
        layer.backward(entered, target)
    return sums, slope[:, 0]


@np.errstate(all="ignore")  # numbers may have exploded
def find_evidence(
    network: Network, parameters: FloatArray, image: ByteArray, given: int, wanted: int
) -> Evidence:
    """Return the evidence in an image of any shape, 0 to 255, for `given` against `wanted`."""
    inputs = to_inputs(image, network.dtype)
    direction: FloatArray = np.zeros(network.classes, network.dtype)
    direction[given] += 1
    direction[wanted] -= 1
    sums, slope = input_slope(network, parameters, inputs, direction)
    shares = inputs.astype(np.float64) * slope
    return Evidence(given, wanted, shares, float(sums[given]) - float(sums[wanted]))
