"""Works out what a network answers everywhere: NumPy alone, so that a process can do it.

Nothing here may import Qt: a process that draws fields has no window.
"""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gdstudio.app.widgets.pictures.plane_picture import (
    PlanePicture,
    Range,
    class_picture,
    signed_picture,
)
from gdstudio.engine.inspect.field import Field, Limits
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.engine.objective import FloatArray

if TYPE_CHECKING:
    from gdstudio.experiment.points.problem import PointsProblem

_TILE = 32
# Fields that are kept: the small one, the fine one, and those of a run with its changing sizes.
_KEPT = 4
# Less than this is hardly a difference between places: it is shown as pale as it is.
_LEAST_SCALE = 0.25


@dataclass(frozen=True, eq=False)
class Answers:
    """How answers become colours.

    Attributes:
        classes: how many classes have an output each; 0 where one output is signed.
        limit: for numbers to predict what has the strongest colour; 0 for a class.
    """

    classes: int
    limit: float

    @classmethod
    def of(cls, problem: "PointsProblem") -> "Answers":
        """Return how the answers to this problem become colours."""
        if problem.settings.is_regression:
            return cls(0, float(np.abs(problem.points.answers).max()) or 1.0)
        outputs = len(problem.settings.outputs)
        return cls(outputs if outputs > 1 else 0, 0.0)

    def picture(self, outputs: FloatArray, place: Range) -> PlanePicture:
        """Return the picture of outputs ``(outputs, rows, columns)``."""
        if self.classes:
            return class_picture(outputs, place)
        if self.limit:
            return signed_picture(outputs[0] / np.float32(self.limit), place, boundary=False)
        return signed_picture(2 * outputs[0] - 1, place)


@dataclass(frozen=True, eq=False)
class FieldRequest:
    """What is to be worked out.

    Attributes:
        settings, answers, limits: the network, what its answers mean, and from where to where the
            small planes show it.
        parameters: θ.
        place: the part of the plane that is in sight.
        columns, rows: of how many dots the picture is.
        chosen: the neuron to be shown in place of the answer: its layer, counted from 0 over hidden
            layers and outputs, and its number; None for the answer.
        is_moving: whether another one follows soon.
    """

    settings: PlaneNetworkSettings
    answers: Answers
    limits: tuple[Limits, Limits]
    parameters: FloatArray
    place: Range
    columns: int
    rows: int
    chosen: tuple[int, int] | None = None
    is_moving: bool = False

    @classmethod
    def of(cls, problem: "PointsProblem", parameters: FloatArray, **rest: Any) -> "FieldRequest":
        """Return what asks for the network of a problem with θ; `rest` are the other fields."""
        return cls(problem.settings, Answers.of(problem), problem.limits, parameters, **rest)


@dataclass(frozen=True, eq=False)
class DrawnField:
    """What was worked out.

    Attributes:
        parameters: of which θ.
        picture: the large one.
        tiles: the small ones, the inputs' first: colour numbers ``(units, rows, columns)`` each.
        seconds: how long it took, when all was there that is kept for it.
    """

    parameters: FloatArray
    picture: PlanePicture
    tiles: tuple[NDArray[np.uint8], ...]
    seconds: float


class FieldPainter:
    """Works out fields; the buffers of the newest few sizes and networks are kept."""

    def __init__(self) -> None:
        self._fields: dict[Any, Field] = {}

    def draw(self, request: FieldRequest) -> DrawnField:
        """Return what is asked for."""
        settings, answers = request.settings, request.answers
        x0, x1, y0, y1 = request.place
        field = self._field(settings, ((x0, x1), (y0, y1)), request.rows, request.columns)
        tiles_field = self._field(settings, request.limits, _TILE, _TILE, stride=1)
        begun = time.perf_counter()
        values = field.compute(request.parameters, chosen=request.chosen)
        place = (float(field.xs[0]), float(field.xs[-1]), float(field.ys[0]), float(field.ys[-1]))
        seen = tiles_field.compute(request.parameters)
        middle = float(ACTIVATIONS[settings.activation].value(np.zeros(1))[0])
        if request.chosen is None:
            picture = answers.picture(values.outputs, place)
        else:
            layer, unit = request.chosen
            assert values.chosen is not None
            if layer < len(seen.neurons):
                scale = _scale(seen.neurons[layer][unit], middle)
                shown = (values.chosen - middle) / np.float32(scale)
                # Where ReLU begins is an edge, and no place that is passed through.
                is_crossed = bool((shown < 0).any())
                picture = signed_picture(shown, place, boundary=is_crossed)
            elif answers.limit:
                picture = answers.picture(values.chosen[np.newaxis], place)
            else:
                picture = signed_picture(2 * values.chosen - 1, place)
        tiles = self._tiles(settings, tiles_field, seen, answers, middle)
        return DrawnField(request.parameters, picture, tiles, time.perf_counter() - begun)

    def _tiles(
        self,
        settings: PlaneNetworkSettings,
        field: Field,
        seen: Any,
        answers: Answers,
        middle: float,
    ) -> tuple[NDArray[np.uint8], ...]:
        x, y = np.meshgrid(field.xs.astype(np.float32), field.ys.astype(np.float32))
        features = [feature.value(x, y) for feature in settings.feature_list]
        columns: list[list[FloatArray]] = [[one / _scale(one, 0.0) for one in features]]
        columns += [
            [(one - middle) / np.float32(_scale(one, middle)) for one in layer]
            for layer in seen.neurons
        ]
        outputs = seen.outputs
        columns.append([one / answers.limit if answers.limit else 2 * one - 1 for one in outputs])
        nowhere = (0.0, 1.0, 0.0, 1.0)
        return tuple(
            np.stack([signed_picture(one, nowhere, boundary=False).numbers for one in column])
            for column in columns
        )

    def _field(
        self,
        settings: PlaneNetworkSettings,
        limits: tuple[Limits, Limits],
        rows: int,
        columns: int,
        stride: int = 0,
    ) -> Field:
        key = (settings, limits, rows, columns, stride)
        field = self._fields.pop(key, None)
        if field is None:
            field = Field(settings, *limits, rows=rows, columns=columns, stride=stride)
        self._fields[key] = field
        while len(self._fields) > _KEPT:
            del self._fields[next(iter(self._fields))]
        return field


def _scale(values: FloatArray, middle: float) -> float:
    """Return what has the strongest colour, so that differences between places can be seen."""
    with np.errstate(all="ignore"):
        largest = float(np.nan_to_num(np.abs(values - middle), posinf=1e30).max())
    return max(largest, _LEAST_SCALE)


_painter = FieldPainter()


def draw_field(request: FieldRequest) -> DrawnField:
    """Return what is asked for, from the painter of this process."""
    return _painter.draw(request)


def get_ready() -> None:
    """Do nothing: a process that has done it has started."""
