"""Edits: what a curious hand changes in a network, kept apart from what it has learned.

An edit names what it changes and by how much. Applied to θ it gives another θ; the first stays as
it is. So edits can be taken back, in any order and bit for bit, and training can go on below them.

The features of a picture are ordered by row, column, channel, and pools, dropout and flattening
keep the channel. So what neuron or filter `unit` of a layer of `units` hands on are the inputs
unit, unit + units, unit + 2·units, … of the next layer that has weights.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.layer import WeightedLayer
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput

# σ(−100) is 0 in float32, and so is a softmax whose other sums are not all as low.
SILENT_SUM = -100.0


@dataclass(frozen=True)
class ShiftBias:
    """b → b + amount, of one neuron or filter.

    Attributes:
        layer: the layer's number, as `Network.weighted` counts.
        unit: the neuron or filter, counted from 0.
    """

    layer: int
    unit: int
    amount: float

    @property
    def target(self) -> tuple[object, ...]:
        """What it changes: another edit of the same target replaces it."""
        return ("bias", self.layer, self.unit)

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return self.amount == 0


@dataclass(frozen=True)
class ScaleWeight:
    """w → factor · w, of one incoming weight.

    Attributes:
        layer, unit: the neuron or filter that the weight belongs to.
        weight: which of its weights; those of a filter are ordered by row, column, channel.
    """

    layer: int
    unit: int
    weight: int
    factor: float

    @property
    def target(self) -> tuple[object, ...]:
        """What it changes: another edit of the same target replaces it."""
        return ("weight", self.layer, self.unit, self.weight)

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return self.factor == 1


@dataclass(frozen=True)
class ScaleWeights:
    """w → factor · w, of all incoming weights, or of those from one neuron or filter below.

    Attributes:
        layer, unit: the neuron or filter that the weights belong to.
        source: the neuron or filter of the last layer with weights below; None for all.
    """

    layer: int
    unit: int
    factor: float
    source: int | None = None

    @property
    def target(self) -> tuple[object, ...]:
        """What it changes: another edit of the same target replaces it."""
        return ("weights", self.layer, self.unit, self.source)

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return self.factor == 1


@dataclass(frozen=True)
class SwitchOff:
    """What a neuron or filter says counts as 0: all its outgoing weights are 0.

    An output has no outgoing weights. Its own weights become 0 and its bias `SILENT_SUM`, so that
    its output is 0 and it is never the answer.
    """

    layer: int
    unit: int

    @property
    def target(self) -> tuple[object, ...]:
        """What it changes: another edit of the same target replaces it."""
        return ("off", self.layer, self.unit)

    @property
    def is_neutral(self) -> bool:
        """Never: even a neuron that is silent now would have spoken for another input."""
        return False


Edit = ShiftBias | ScaleWeight | ScaleWeights | SwitchOff


def with_edit(edits: Iterable[Edit], edit: Edit) -> tuple[Edit, ...]:
    """Return `edits` with `edit` at their end, in place of one of the same target.

    One that changes nothing only takes the other away.
    """
    others = without_target(edits, edit.target)
    return others if edit.is_neutral else (*others, edit)


def without_target(edits: Iterable[Edit], target: tuple[object, ...]) -> tuple[Edit, ...]:
    """Return `edits` without the one that changes `target`."""
    return tuple(edit for edit in edits if edit.target != target)


def apply_edits(network: Network, parameters: FloatArray, edits: Iterable[Edit]) -> FloatArray:
    """Return θ with all edits made, a read-only copy of shape ``(size,)``; θ itself stays.

    Raises:
        BadInput: if an edit names a neuron or weight that the network does not have.
    """
    edited = parameters.copy()
    matrices = network.matrices(edited)
    layers = _weighted_layers(network)
    # An output that is off stays off, whatever else is done to its bias.
    for edit in sorted(edits, key=lambda edit: isinstance(edit, SwitchOff)):
        if not _fits(layers, edit):
            raise BadInput(
                "An edit is of a neuron or weight that this network does not have; undo all edits."
            )
        place = _place(layers, edit)
        matrix, unit = matrices[place], edit.unit
        if isinstance(edit, ShiftBias):
            matrix[unit, -1] += edit.amount
        elif isinstance(edit, ScaleWeight):
            matrix[unit, edit.weight] *= edit.factor
        elif isinstance(edit, ScaleWeights):
            weights = matrix[unit, :-1]
            if edit.source is not None:
                weights = weights[edit.source :: layers[place - 1][1].units]
            weights *= edit.factor
        elif place + 1 < len(layers):
            matrices[place + 1][:, :-1][:, unit :: layers[place][1].units] = 0
        else:
            matrix[unit] = 0
            matrix[unit, -1] = SILENT_SUM
    edited.flags.writeable = False
    return edited


def edit_slopes(network: Network, edits: Iterable[Edit]) -> FloatArray:
    """Return ∂(edited θ)/∂θ for each number of θ, shape ``(size,)``.

    An edit multiplies a number, or adds to it, so edited θ = slopes · θ + what is added; and the
    gradient of a loss of the edited network with respect to θ is slopes · its gradient there.

    Raises:
        BadInput: if an edit names a neuron or weight that the network does not have.
    """
    scaling = [edit for edit in edits if not isinstance(edit, ShiftBias)]
    ones: FloatArray = np.ones(network.size, network.dtype)
    added = apply_edits(network, np.zeros_like(ones), scaling)
    slopes: FloatArray = apply_edits(network, ones, scaling) - added
    return slopes


def fitting_edits(network: Network, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return those edits whose neurons and weights the network has."""
    layers = _weighted_layers(network)
    return tuple(edit for edit in edits if _fits(layers, edit))


def _weighted_layers(network: Network) -> list[tuple[int, WeightedLayer]]:
    return [
        (number, layer)
        for number, layer in enumerate(network.layers, start=1)
        if isinstance(layer, WeightedLayer)
    ]


def _place(layers: list[tuple[int, WeightedLayer]], edit: Edit) -> int:
    """Return which of `layers` the edit is of, −1 where there is no such."""
    numbers = [number for number, _ in layers]
    return numbers.index(edit.layer) if edit.layer in numbers else -1


def _fits(layers: list[tuple[int, WeightedLayer]], edit: Edit) -> bool:
    place = _place(layers, edit)
    if place < 0 or not 0 <= edit.unit < layers[place][1].units:
        return False
    if isinstance(edit, ScaleWeight):
        return 0 <= edit.weight < layers[place][1].fan_in
    if isinstance(edit, ScaleWeights) and edit.source is not None:
        return place > 0 and 0 <= edit.source < layers[place - 1][1].units
    return True
