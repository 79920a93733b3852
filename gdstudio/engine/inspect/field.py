"""The field: what a network over the plane answers everywhere, and what each neuron does.

It is computed row by row of places, in single precision and in buffers made once, some thousand
places at a time, so that everything stays in the processor's cache.
"""

from dataclasses import dataclass

import numpy as np

from gdstudio.engine.network.network import NetworkPass
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.engine.objective import FloatArray

# Places that are computed at a time. Of more than about 3,600, times 8 neurons and 9 numbers, the
# products are shared among BLAS threads, which wait for each other longer than they compute.
_BLOCK = 2048
Limits = tuple[float, float]


@dataclass(frozen=True, eq=False)
class FieldValues:
    """A field for one θ. The arrays are the field's own: the next `compute` writes over them.

    Attributes:
        outputs: shape ``(outputs, rows, columns)``; row 0 is the lowest y.
        neurons: the activations of each hidden layer, shape ``(neurons, small rows, small
            columns)``, from the same pass at every `stride`-th place; empty where not wanted.
        chosen: the activation, or output, of the one neuron asked for at every place, shape
            ``(rows, columns)``; None where none was.
    """

    outputs: FloatArray
    neurons: tuple[FloatArray, ...]
    chosen: FloatArray | None


class Field:
    """A network over a part of the plane, at `rows` × `columns` places.

    Args:
        settings: the network.
        x, y: from where to where the places lie; they are the middles of as many equal cells.
        stride: for neurons every how many places in both directions there is a value; 0 is never.
    """

    def __init__(
        self,
        settings: PlaneNetworkSettings,
        x: Limits,
        y: Limits,
        *,
        rows: int,
        columns: int,
        stride: int = 0,
    ):
        self.rows, self.columns, self.stride = rows, columns, stride
        self.x, self.y = x, y
        self.network = settings.build(dtype=np.float32)
        self._parameters = np.zeros(self.network.size, np.float32)
        across = np.stack(np.broadcast_arrays(self.xs[None, :], self.ys[:, None]), axis=-1)
        inputs = settings.inputs(across.reshape(-1, 2), dtype=np.float32)
        # Whole rows of places at a time, each block of them contiguous.
        self._rows_at_once = max(_BLOCK // columns, 1)
        starts = range(0, rows, self._rows_at_once)
        self._blocks = [
            (start, np.ascontiguousarray(inputs[:, start * columns : end * columns]))
            for start in starts
            if (end := min(start + self._rows_at_once, rows))
        ]
        self._passes: dict[int, NetworkPass] = {}
        for _, block in self._blocks:
            size = block.shape[1]
            if size not in self._passes:
                self._passes[size] = self.network.prepare(self._parameters, None, size)
        self._outputs = np.empty((self.network.classes, rows, columns), np.float32)
        self._chosen = np.empty((rows, columns), np.float32)
        hidden = self.network.weighted(self._parameters)[:-1]
        self._hidden = [number - 1 for number, _, _ in hidden]
        small = (-(-rows // stride), -(-columns // stride)) if stride else (0, 0)
        self._neurons = tuple(
            np.empty((layer.units, *small), np.float32) for _, layer, _ in hidden if stride
        )

    @property
    def xs(self) -> FloatArray:
        """The x of every column, shape ``(columns,)``."""
        return _middles(self.x, self.columns)

    @property
    def ys(self) -> FloatArray:
        """The y of every row, rising, shape ``(rows,)``."""
        return _middles(self.y, self.rows)

    def compute(
        self, parameters: FloatArray, *, chosen: tuple[int, int] | None = None
    ) -> FieldValues:
        """Return the field for θ, shape ``(size,)``.

        Args:
            parameters: θ.
            chosen: a neuron that is wanted at every place: its layer, counted from 0 over hidden
                layers and the outputs, and its number there, from 0.
        """
        with np.errstate(all="ignore"):  # numbers may have exploded
            np.copyto(self._parameters, parameters, casting="same_kind")
            for start, inputs in self._blocks:
                self._compute_block(start, inputs, chosen)
        return FieldValues(self._outputs, self._neurons, None if chosen is None else self._chosen)

    def _compute_block(
        self, start: int, inputs: FloatArray, chosen: tuple[int, int] | None
    ) -> None:
        columns, stride = self.columns, self.stride
        size = inputs.shape[1]
        count = size // columns
        step = self._passes[size]
        outputs = step.forward(inputs)
        here = slice(start, start + count)
        self._outputs[:, here] = outputs.reshape(-1, count, columns)
        if stride:
            first = -start % stride
            for index, small in zip(self._hidden, self._neurons, strict=True):
                seen = step.layers[index].activations.reshape(-1, count, columns)
                row = (start + first) // stride
                picked = seen[:, first::stride, ::stride]
                small[:, row : row + picked.shape[1]] = picked
        if chosen is not None:
            layer, unit = chosen
            values = (
                outputs
                if layer >= len(self._hidden)
                else step.layers[self._hidden[layer]].activations
            )
            self._chosen[here] = values[unit].reshape(count, columns)


def _middles(limits: Limits, count: int) -> FloatArray:
    low, high = limits
    middles: FloatArray = low + (high - low) * (np.arange(count) + 0.5) / count
    return middles
