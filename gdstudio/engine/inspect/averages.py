"""The loss and the gradient averaged over many examples, some at a time.

    C = 1/n Σ Cᵢ  and so  ∇C = 1/n Σ ∇Cᵢ

Each is `Work`: between its parts it can be stopped. Nothing is dropped.
"""

import numpy as np

from gdstudio.engine.inspect.portions import portion_size, portions
from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.pixels import ByteArray
from gdstudio.engine.objective import FloatArray

# What one part may take: about this number of multiplications forwards (half a second there and
# back), or numbers held at once.
_MULTIPLICATIONS = 1_000_000_000
_NUMBERS = 16_000_000
_MOST_ROWS = 500


def average_loss(
    network: Network, parameters: FloatArray, images: ByteArray, labels: ByteArray
) -> Work[float]:
    """Return the loss averaged over examples.

    Args:
        network: the network.
        parameters: θ, shape ``(size,)``, of the network's type.
        images: shape ``(n, inputs)``, 0 to 255; n is at least 1.
        labels: the digit each shows, shape ``(n,)``; beyond the classes nothing is wanted.
    """
    total, done = 0.0, 0
    for portion in portions(network, parameters, images, labels, size=_size(network)):
        with np.errstate(all="ignore"):  # numbers may have exploded
            total += portion.step.average_loss(portion.inputs, portion.wanted) * portion.count
        done += portion.count
        yield done / len(labels)
    return total / len(labels)


def average_gradient(
    network: Network, parameters: FloatArray, images: ByteArray, labels: ByteArray
) -> Work[FloatArray]:
    """Return ∇C averaged over examples, shape ``(size,)``; the arguments are `average_loss`'s."""
    part: FloatArray = np.empty(network.size, network.dtype)
    total: FloatArray = np.zeros(network.size, network.dtype)
    done = 0
    size = _size(network)
    for portion in portions(network, parameters, images, labels, size=size, gradient=part):
        with np.errstate(all="ignore"):  # as above
            portion.step.loss_and_gradient(portion.inputs, portion.wanted)
            np.multiply(part, portion.count / len(labels), out=part)
            np.add(total, part, out=total)
        done += portion.count
        yield done / len(labels)
    return total


def _size(network: Network) -> int:
    return portion_size(
        network, most=_MOST_ROWS, multiplications=_MULTIPLICATIONS, numbers=_NUMBERS
    )
