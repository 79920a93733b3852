"""A plane through the space of all parameters: one point of it, and two directions.

A network has thousands of parameters and a picture two axes, so one looks at the points

    θ(α, β) = θ* + α d₁ + β d₂

around the present parameters θ*. Two ways to choose the directions are those of Li, Xu, Taylor,
Studer and Goldstein, “Visualizing the Loss Landscape of Neural Nets” (2018):

- the two principal components of the path that descent walked, seen from where it ended: no other
  plane through θ* holds more of it. They have length 1, so α and β are distances in θ.
- two random directions, filter by filter as long as the network's own weights ‖d_f‖ = ‖w_f‖, with
  none for the biases: a step of 1 then is as large, measured by the network, in every filter.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gdstudio.engine.jobs import Work
from gdstudio.engine.network.network import Network
from gdstudio.engine.objective import FloatArray
from gdstudio.errors import BadInput

Float64Array = npt.NDArray[np.float64]

# How many numbers are brought to double precision at a time.
_CHUNK = 1 << 19
# A path whose second component is smaller than this part of the first is a straight line.
_STRAIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Plane:
    """The points θ* + α d₁ + β d₂.

    Attributes:
        centre, first, second: θ*, d₁ and d₂, each of shape ``(size,)``.
        principal: whether the directions are those of a path; else they are random.
    """

    centre: FloatArray
    first: FloatArray
    second: FloatArray
    principal: bool

    def point(self, alpha: float, beta: float) -> FloatArray:
        """Return θ(α, β), shape ``(size,)``."""
        point: FloatArray = self.centre + alpha * self.first + beta * self.second
        return point


@dataclass(frozen=True, eq=False)
class Shadow:
    """Points of parameter space as a plane shows them: each by the nearest point of the plane.

    Attributes:
        coordinates: α and β, shape ``(n, 2)``.
        squares: squared distances from θ*, shape ``(n,)``.
        beside: squared distances from the plane, shape ``(n,)``.
    """

    coordinates: Float64Array
    squares: Float64Array
    beside: Float64Array

    @property
    def share(self) -> float:
        """How much of the points' squared distances from θ* lies in the plane, 0 to 1.

        NaN where all of them are at θ*.
        """
        whole = float(self.squares.sum())
        return 1 - float(self.beside.sum()) / whole if whole > 0 else float("nan")


def principal_plane(
    network: Network, centre: FloatArray, path: FloatArray, rng: np.random.Generator
) -> Work[Plane]:
    """Find the plane through θ* that holds as much as possible of a path.

    With the rows D = path − θ*, its directions are the first two right singular vectors of D. They
    come from the small matrix D Dᵀ: for its eigenvectors u and eigenvalues λ, d = Dᵀ u / √λ. The
    path's first point lies on the side of negative α.

    Args:
        network: the network.
        centre: θ*, shape ``(size,)``.
        path: points of the path, shape ``(n, size)``.
        rng: for the second direction where the path is a straight line and has only one.

    Raises:
        BadInput: if the path does not leave θ*.
    """
    gram: Float64Array = np.zeros((len(path), len(path)))
    chunks = _chunks(len(path), network.size)
    for part in chunks:
        distances = _distances(centre, path, part)
        gram += distances @ distances.T
        yield 0.0
    values, vectors = np.linalg.eigh(gram) if len(path) else (np.zeros(1), np.zeros((0, 1)))
    if not values[-1] > 0:
        raise BadInput(
            "There is no path yet to take the directions from: let the network make some steps, or "
            "choose random directions."
        )
    straight = len(values) < 2 or values[-2] <= _STRAIGHT * values[-1]
    mix = vectors[:, -1:] if straight else vectors[:, [-1, -2]]
    mix = mix / np.sqrt(values[-1:] if straight else values[[-1, -2]])
    # α of the path's points is D d₁ = D Dᵀ u / √λ.
    along = gram @ mix
    mix = mix * np.where(along[0] > 0, -1.0, 1.0)
    directions: FloatArray = np.empty((2, network.size), network.dtype)
    for part in chunks:
        directions[: mix.shape[1], part] = mix.T @ _distances(centre, path, part)
        yield 0.0
    if straight:
        drawn = yield from random_direction(network, centre, rng)
        directions[1] = _across(drawn, directions[0])
    return Plane(centre, directions[0], directions[1], principal=True)


def random_plane(network: Network, centre: FloatArray, rng: np.random.Generator) -> Work[Plane]:
    """Find the plane through θ* along two random, filter-normalised directions."""
    first = yield from random_direction(network, centre, rng)
    second = yield from random_direction(network, centre, rng)
    return Plane(centre, first, second, principal=False)


def random_direction(
    network: Network, parameters: FloatArray, rng: np.random.Generator
) -> Work[FloatArray]:
    """Draw a random direction, filter by filter as long as the weights: ‖d_f‖ = ‖w_f‖.

    A filter is all that one neuron, or one filter of a convolution, has as weights; biases do not
    move.
    """
    direction: FloatArray = np.zeros(network.size, network.dtype)
    own = network.matrices(parameters)
    for matrix, weights in zip(network.matrices(direction), own, strict=True):
        for row, wanted in zip(matrix[:, :-1], weights[:, :-1], strict=True):
            row[:] = rng.standard_normal(row.size)
            row *= np.linalg.norm(wanted) / max(float(np.linalg.norm(row)), 1e-30)
            yield 0.0
    return direction


def shadow(plane: Plane, points: FloatArray) -> Work[Shadow]:
    """Find the nearest points of the plane to `points`, shape ``(n, size)``.

    With d = θ − θ* these are the α, β of least |d − α d₁ − β d₂|², from the two normal equations.
    """
    frame: Float64Array = np.zeros((2, 2))
    sides: Float64Array = np.zeros((len(points), 2))
    squares: Float64Array = np.zeros(len(points))
    for part in _chunks(len(points), plane.centre.size):
        axes = np.stack([plane.first[part], plane.second[part]]).astype(np.float64)
        distances = _distances(plane.centre, points, part)
        frame += axes @ axes.T
        sides += distances @ axes.T
        squares += np.einsum("ij,ij->i", distances, distances)
        yield 0.0
    coordinates = sides @ np.linalg.pinv(frame)
    inside = np.einsum("ij,ij->i", coordinates, sides)
    return Shadow(coordinates, squares, np.maximum(squares - inside, 0))


def _across(direction: FloatArray, axis: FloatArray) -> FloatArray:
    """Return what of `direction` is at right angles to the unit vector `axis`, with length 1."""
    exact = direction.astype(np.float64)
    exact -= np.dot(exact, axis) * axis
    length = float(np.linalg.norm(exact))
    return (exact / (length if length > 0 else 1.0)).astype(direction.dtype)


def _distances(centre: FloatArray, points: FloatArray, part: slice) -> Float64Array:
    return points[:, part].astype(np.float64) - centre[part]


def _chunks(points: int, size: int) -> list[slice]:
    """Return the parts of a vector of which `points` are worked on at a time."""
    step = max(_CHUNK // max(points, 1), 1)
    return [slice(start, min(start + step, size)) for start in range(0, size, step)]
