"""Works out in the background what a network answers everywhere, the newest wish alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gdstudio.app.running.background import Background
from gdstudio.app.running.latest_work import LatestWork
from gdstudio.app.widgets.pictures.plane_picture import (
    PlanePicture,
    Range,
    class_picture,
    signed_picture,
)
from gdstudio.app.widgets.pictures.point_marks import PlanePoints
from gdstudio.engine.inspect.field import Field
from gdstudio.engine.jobs import in_one_part
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.plane_network import PlaneNetworkSettings
from gdstudio.engine.objective import FloatArray
from gdstudio.experiment.points.problem import PointsProblem

_TILE = 32
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
    def of(cls, problem: PointsProblem) -> "Answers":
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
class Wish:
    """What is to be worked out.

    Attributes:
        problem, parameters: the network, and θ.
        place: the part of the plane that is in sight.
        columns, rows: of how many dots the picture is.
        chosen: the neuron to be shown in place of the answer: its layer, counted from 0 over hidden
            layers and outputs, and its number; None for the answer.
    """

    problem: PointsProblem
    parameters: FloatArray
    place: Range
    columns: int
    rows: int
    chosen: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class DrawnField:
    """What was worked out.

    Attributes:
        wish: for what.
        picture: the large one.
        tiles: the small ones, the inputs' first: colour numbers ``(units, rows, columns)`` each.
    """

    wish: Wish
    picture: PlanePicture
    tiles: tuple[NDArray[np.uint8], ...]


class FieldPainter:
    """Works out fields; its buffers are kept as long as network and place stay the same."""

    def __init__(self) -> None:
        self._large: tuple[Any, Field] | None = None
        self._small: tuple[Any, Field] | None = None

    def draw(self, wish: Wish) -> DrawnField:
        """Return what is wished for."""
        problem = wish.problem
        settings, answers = problem.settings, Answers.of(problem)
        field = self._field(settings, wish)
        values = field.compute(wish.parameters, chosen=wish.chosen)
        place = (float(field.xs[0]), float(field.xs[-1]), float(field.ys[0]), float(field.ys[-1]))
        tiles_field = self._tiles_field(settings, problem)
        seen = tiles_field.compute(wish.parameters)
        middle = float(ACTIVATIONS[settings.activation].value(np.zeros(1))[0])
        if wish.chosen is None:
            picture = answers.picture(values.outputs, place)
        else:
            layer, unit = wish.chosen
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
        return DrawnField(wish, picture, tiles)

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

    def _field(self, settings: PlaneNetworkSettings, wish: Wish) -> Field:
        x0, x1, y0, y1 = wish.place
        key = (settings, wish.place, wish.rows, wish.columns)
        if self._large is None or self._large[0] != key:
            made = Field(settings, (x0, x1), (y0, y1), rows=wish.rows, columns=wish.columns)
            self._large = (key, made)
        return self._large[1]

    def _tiles_field(self, settings: PlaneNetworkSettings, problem: PointsProblem) -> Field:
        key = (settings, problem.limits)
        if self._small is None or self._small[0] != key:
            made = Field(settings, *problem.limits, rows=_TILE, columns=_TILE, stride=1)
            self._small = (key, made)
        return self._small[1]


class FieldArtist:
    """Draws fields one at a time.

    Args:
        background: where.
        done: receives the `DrawnField`.
        failed: receives a sentence.
    """

    def __init__(
        self,
        background: Background,
        done: Callable[[DrawnField], None],
        failed: Callable[[str], None],
    ) -> None:
        self._work = LatestWork(background, failed)
        self._painter = FieldPainter()
        self._done = done

    @property
    def is_busy(self) -> bool:
        """Whether a field is being drawn."""
        return self._work.is_busy

    def draw(self, wish: Wish) -> None:
        """Draw a field; of those that are wished for meanwhile the newest is next."""
        self._work.ask(lambda: in_one_part(lambda: self._painter.draw(wish)), self._take)

    def _take(self, drawn: DrawnField | None) -> None:
        if drawn is not None:
            self._done(drawn)


def _scale(values: FloatArray, middle: float) -> float:
    """Return what has the strongest colour, so that differences between places can be seen."""
    with np.errstate(all="ignore"):
        largest = float(np.nan_to_num(np.abs(values - middle), posinf=1e30).max())
    return max(largest, _LEAST_SCALE)


def points_in_sight(problem: PointsProblem) -> PlanePoints:
    """Return the points of a problem as the plane shows them."""
    points = problem.points
    x, y = points.places.T
    if points.is_regression:
        limit = Answers.of(problem).limit
        return PlanePoints(x, y, None, points.answers / limit, points.is_test)
    return PlanePoints(x, y, points.answers.astype(np.intp), None, points.is_test)
