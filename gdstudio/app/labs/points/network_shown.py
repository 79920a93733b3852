"""A network of the Points lab as its diagram shows it, and where its numbers stand in θ."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gdstudio.app.widgets.pictures.network_diagram import DiagramLayer, DiagramSpot
from gdstudio.engine.network.network import Network
from gdstudio.engine.network.parameter_names import unit_name
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem

# With more weights and biases than this they cannot all be written at once.
MOST_WRITTEN = 33
Texts = tuple[tuple[str, ...], ...]


def diagram_layers(
    problem: PointsProblem,
    parameters: FloatArray,
    tiles: Sequence[NDArray[np.uint8]],
    *,
    captions: Sequence[Texts] = (),
    texts: Sequence[Texts] = (),
) -> list[DiagramLayer]:
    """Return the columns of the diagram, the inputs first.

    Args:
        problem: the network, and what it learns.
        parameters: θ, shape ``(size,)``.
        tiles: colour numbers of each column, the inputs' first.
        captions: for each column, and each unit of it, the lines below the unit.
        texts: the same for what is written on the connections into it.
    """
    network = problem.network
    layers = [
        DiagramLayer(
            tuple(feature.label for feature in problem.settings.feature_list),
            tiles[0],
            captions=captions[0] if captions else (),
        )
    ]
    for place, (number, layer, part) in enumerate(network.weighted(parameters), start=1):
        matrix = layer.matrix(part)
        layers.append(
            DiagramLayer(
                tuple(unit_name(network, number, unit) for unit in range(layer.units)),
                tiles[place],
                matrix[:, :-1],
                matrix[:, -1],
                captions[place] if captions else (),
                texts[place] if texts else (),
            )
        )
    return layers


def parameter_index(network: Network, spot: DiagramSpot) -> int:
    """Return where the weight or the bias at `spot` stands in θ."""
    begin = 0
    for place, layer in enumerate((one for one in network.layers if one.size), start=1):
        if place == spot.layer:
            fan_in = layer.size // int(np.prod(layer.output_shape)) - 1
            source = fan_in if spot.source is None else spot.source
            return begin + spot.unit * (fan_in + 1) + source
        begin += layer.size
    raise IndexError(f"there is no parameter at {spot}")


def parameters_of(network: Network, spot: DiagramSpot) -> list[int]:
    """Return where the weights into a neuron, and its bias, stand in θ."""
    first = parameter_index(network, DiagramSpot(spot.layer, spot.unit, 0))
    return list(range(first, parameter_index(network, DiagramSpot(spot.layer, spot.unit)) + 1))


def output_spot(network: Network) -> DiagramSpot:
    """Return the first output."""
    return DiagramSpot(sum(1 for layer in network.layers if layer.size), 0)
