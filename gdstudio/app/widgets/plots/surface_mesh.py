"""A loss over two numbers as a model: points, triangles and colours, in a box of our own units."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gdstudio.app.widgets.plots.loss_bands import BANDS, Relief, gentle_relief_of, relief_of
from gdstudio.app.widgets.plots.walk_path import WalkPath

Floats = NDArray[np.float64]

# The longer side of the ground is 2, and the highest point so high.
HEIGHT = 0.85
# Walks hover by this much, so that the ground does not hide them.
_HOVER = 0.018
_MOST_CELLS = 110
# Where the light comes from, and how dark the ground turned away from it is.
_LIGHT = np.array([-0.45, -0.35, 0.82])
_SHADE = 0.34


@dataclass(frozen=True)
class Box:
    """Where the model's box lies in units of the axes.

    Attributes:
        center: (x, y) of its middle.
        unit: so long is 1 of the box.
        half: half its width and half its depth, in its own units; the larger is 1.
        relief: how losses become heights.
    """

    center: tuple[float, float]
    unit: float
    half: tuple[float, float]
    relief: Relief

    def place(self, xs: Floats, ys: Floats, losses: Floats) -> NDArray[np.float32]:
        """Return points (n, 3) of the box; what is outside its sides is NaN."""
        across, back = (xs - self.center[0]) / self.unit, (ys - self.center[1]) / self.unit
        up = HEIGHT * self.relief.heights(losses)
        outside = (np.abs(across) > self.half[0] * 1.001) | (np.abs(back) > self.half[1] * 1.001)
        # Far outside there are places that float32 does not know.
        points = np.stack([across, back, up], axis=-1)
        points[outside] = np.nan
        return points.astype(np.float32)


@dataclass(frozen=True, eq=False)
class SurfaceMesh:
    """The model of a surface.

    Attributes:
        box: where it lies.
        vertices: (n, 3) float32.
        faces: (m, 3) uint32, without those at holes.
        shares: 0 to 1 for the colour of each vertex, (n,).
        shading: 0 to 1, how much light each vertex gets, (n,).
    """

    box: Box
    vertices: NDArray[np.float32]
    faces: NDArray[np.uint32]
    shares: Floats
    shading: Floats

    def colors(self, ramp: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return RGBA (n, 4) in the colours of `ramp` (256, 3), lit from one side."""
        colors = np.ones((len(self.vertices), 4), dtype=np.float32)
        rows = (self.shares * 255).astype(int)
        colors[:, :3] = ramp[rows] / 255 * self.shading[:, None]
        return colors


def surface_mesh(x: Floats, y: Floats, values: Floats) -> SurfaceMesh:
    """Return the model of `values` (rows are y, columns are x) over evenly spaced, rising axes."""
    columns = np.unique(np.linspace(0, len(x) - 1, min(len(x), _MOST_CELLS)).round().astype(int))
    rows = np.unique(np.linspace(0, len(y) - 1, min(len(y), _MOST_CELLS)).round().astype(int))
    x, y, values = x[columns], y[rows], values[np.ix_(rows, columns)]
    width, depth = float(x[-1] - x[0]), float(y[-1] - y[0])
    unit = max(width, depth) / 2
    box = Box(
        (float(x[0]) + width / 2, float(y[0]) + depth / 2),
        unit,
        (width / 2 / unit, depth / 2 / unit),
        gentle_relief_of(values),
    )
    xs, ys = np.meshgrid(x, y)
    vertices = box.place(xs.ravel(), ys.ravel(), values.ravel())
    heights = vertices[:, 2].reshape(values.shape)
    holes = np.isnan(heights)
    colored = relief_of(values).heights(values)
    # The steps of the map, so that one finds its bands again.
    shares = np.minimum(np.floor(np.nan_to_num(colored) * BANDS), BANDS - 1) / (BANDS - 1)
    return SurfaceMesh(
        box,
        np.nan_to_num(vertices),
        _faces(holes),
        (0.5 * shares + 0.5 * np.nan_to_num(colored)).ravel(),
        _shading(np.nan_to_num(heights), x / unit, y / unit).ravel(),
    )


def path_segments(box: Box, path: WalkPath) -> NDArray[np.float32]:
    """Return the walk as pairs of points (2n, 3): those of its steps that lie in the box."""
    points = box.place(path.xs, path.ys, path.heights)
    points[:, 2] += _HOVER
    inside: NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
    both = inside[:-1] & inside[1:]
    return np.stack([points[:-1][both], points[1:][both]], axis=1).reshape(-1, 3)


def path_end(box: Box, path: WalkPath) -> NDArray[np.float32]:
    """Return where the walk is now, (1, 3), or (0, 3) if that is outside the box."""
    points = box.place(path.xs[-1:], path.ys[-1:], path.heights[-1:])
    points[:, 2] += _HOVER
    return points[np.isfinite(points).all(axis=1)]


def _faces(holes: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Return two triangles for each cell that has no hole at a corner."""
    rows, columns = holes.shape
    corner = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, :-1], corner[1:, 1:]
    whole = ~(holes[:-1, :-1] | holes[:-1, 1:] | holes[1:, :-1] | holes[1:, 1:])
    first = np.stack([a[whole], b[whole], d[whole]], axis=-1)
    second = np.stack([a[whole], d[whole], c[whole]], axis=-1)
    return np.concatenate([first, second])


def _shading(heights: Floats, x: Floats, y: Floats) -> Floats:
    """Return how much light each point gets, by how it is turned to it."""
    slope_y, slope_x = np.gradient(heights.astype(float), y, x)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    light = _LIGHT / np.linalg.norm(_LIGHT)
    return np.asarray(1.0 - _SHADE * (1.0 - np.clip(normal @ light, 0.0, 1.0)))
