"""A loss over two numbers, seen from above, with the walks over it."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QMouseEvent, QResizeEvent

from gdstudio.app.motion import Glide
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry
from gdstudio.app.widgets.plots.arrow import SlopeArrows
from gdstudio.app.widgets.plots.loss_bands import LossPicture, loss_picture
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.app.widgets.plots.walk_item import WalkItem
from gdstudio.app.widgets.plots.walk_path import WalkPath, between, renewed
from gdstudio.number_text import number_text

Floats = NDArray[np.float64]
Bounds = tuple[float, float, float, float]

_CLICK_PIXELS, _SETTLE_MILLISECONDS = 4, 120
# The marks of the lowest minima and of the others, and of a floor.
_GOAL_PIXELS, _FLOOR_PIXELS = (13, 8), 2.5
# The longest arrow, as a share of the shorter side; and a strength that has none.
_ARROW_SHARE, _LEVEL = 0.24, 1e-4
_CORNERS = 90  # of the circle that says how far one can step


class ContourPlot(ThemedPlot):
    """Bands of equal loss, lowest in the strongest blue; walks with a ring at their start.

    Hovering tells the loss; a click chooses a point.

    Args:
        name, x_label, y_label: the object name, and the names of the axes.
        empty_text: what will appear here.
        equal_scales: whether a unit is as long across as up, so that the gradient stands
            upright on the bands; the range then reaches beyond `set_home` on the longer side.

    Signals:
        clicked(float, float): a point was clicked, in units of the axes.
        view_settled(): another part is shown, and has been for a moment.
    """

    clicked = Signal(float, float)
    view_settled = Signal()

    _KEPT_HEIGHT = 3.5

    def __init__(
        self,
        *,
        name: str = "contour_plot",
        x_label: str = "a",
        y_label: str = "b",
        empty_text: str = "The loss of every pair of numbers appears here.",
        equal_scales: bool = False,
    ) -> None:
        super().__init__(name=name, x_label=x_label, y_label=y_label, empty_text=empty_text)
        self._surface: tuple[Floats, Floats, Floats] | None = None
        self._picture: LossPicture | None = None
        self._home: tuple[float, float, float, float] | None = None
        self._equal_scales = equal_scales
        self._paths: list[WalkPath] = []
        # Those of them whose last step is on its way.
        self._moving: set[WalkPath] = set()
        self._share = 1.0
        self._glide = Glide(self._move, self)
        self._goals: list[tuple[float, float]] = []
        self._lowest = 0
        self._floor: Floats = np.empty((0, 2))
        self._slope: tuple[float, float, float, float, float] | None = None
        self._slope_before: tuple[float, float, float, float, float] | None = None
        self._fog: float | None = None
        self._press: QPointF | None = None
        # The grid would be hidden below the bands.
        self._left.setGrid(False)
        self._image = pg.ImageItem(axisOrder="row-major")
        self._walks = [WalkItem(self, below=0)]
        self._goal_mark = pg.ScatterPlotItem(symbol="x")
        self._floor_mark = pg.ScatterPlotItem(size=_FLOOR_PIXELS, symbol="o")
        self._reach = _ReachCircle()
        self._arrows = SlopeArrows(self)
        items = (self._image, self._reach, self._floor_mark, self._goal_mark)
        for height, item in enumerate(items):
            item.setZValue(height)
            self.addItem(item, ignoreBounds=True)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self.view_settled)
        self._view.sigRangeChanged.connect(self._on_range)
        self.setAccessibleName(f"Loss over {x_label} and {y_label}")
        self.setToolTip(
            "Click to start there; drag to move; then the wheel zooms, A shows everything."
        )
        self._restyle()
        self._refresh()

    def set_surface(
        self,
        x_axis: ArrayLike,
        y_axis: ArrayLike,
        values: ArrayLike,
        *,
        picture: LossPicture | None = None,
    ) -> None:
        """Show `values` (rows are y, columns are x) over evenly spaced, rising axes.

        `picture` is theirs, where it has been made elsewhere; NaN is where the loss is undefined.
        """
        x, y = np.asarray(x_axis, dtype=float), np.asarray(y_axis, dtype=float)
        self._surface = (x, y, np.asarray(values, dtype=float))
        self._picture = picture
        self._image.clear()
        self._refresh()

    def forget_surface(self) -> None:
        """Show no surface; all else stays."""
        self._glide.finish()
        self._surface, self._picture = None, None
        self._refresh()

    def set_home(self, x_from: float, x_to: float, y_from: float, y_to: float) -> None:
        """Show this range unless the user chose another; without a home it is the surface's."""
        self._home = (x_from, x_to, y_from, y_to)
        self._refresh()

    def wanted_range(self) -> tuple[float, float, float, float] | None:
        """Return (x from, x to, y from, y to) of what is, or will be, shown; None if nothing is."""
        if self._is_automatic:
            return self._automatic_range()
        (x0, x1), (y0, y1) = self._view.viewRange()
        return x0, x1, y0, y1

    @property
    def is_settled(self) -> bool:
        """Whether the part that is shown has been told by `view_settled`."""
        return not self._settle.isActive()

    def set_path(self, xs: ArrayLike, ys: ArrayLike) -> None:
        """Show the walk through `xs`, `ys` (both (n,)), the last point being where it is now."""
        self.set_paths([WalkPath("path", np.asarray(xs, float), np.asarray(ys, float))])

    def set_paths(self, paths: Iterable[WalkPath], *, glides: bool = False) -> None:
        """Show walks, the first on top; points that are not finite are left out.

        Where it `glides`, those that made a step move to their place, all of them together.
        """
        new, changed = renewed(self._paths, paths)
        if not changed:
            return
        moving: set[WalkPath] = set()
        if glides and self.isVisible():
            pairs = zip(new, self._paths, strict=False)
            moving = {path for path, before in pairs if path.follows(before)}
        if moving and self._share == 0.0:
            # Others that have not yet left, such as the walk beside whose twin this is.
            moving |= self._moving.intersection(new)
        else:
            self._slope_before = None
        self._glide.stop()
        self._paths, self._moving = new, moving
        self._share = 0.0 if moving else 1.0
        self._refresh()
        if moving:
            self._glide.begin()

    def finish_motion(self) -> None:
        """Let walks that move be in their place at once."""
        self._glide.finish()

    def _move(self, share: float) -> None:
        """Draw the walks that move, and the arrows, when a share of their way is made."""
        self._share = share
        if share >= 1.0:
            self._moving, self._slope_before = set(), None
        self._draw_walks()
        self._place_arrows()

    def set_goal(self, x: float | None, y: float | None = None) -> None:
        """Mark the lowest point, or take the mark away with None."""
        self.set_goals([] if x is None or y is None else [(x, y)])

    def set_goals(
        self,
        points: Iterable[tuple[float, float]],
        *,
        lowest: int | None = None,
        floor: ArrayLike = (),
    ) -> None:
        """Mark minima: the first `lowest` of them (None: all) with a large cross.

        `floor` are points of lines and areas that are equally low throughout, (n, 2).
        """
        self._goals = [(float(x), float(y)) for x, y in points]
        self._lowest = len(self._goals) if lowest is None else lowest
        self._floor = np.asarray(floor, float).reshape(-1, 2)
        self._refresh()

    def set_gradient(
        self,
        x: float,
        y: float,
        slope_x: float,
        slope_y: float,
        *,
        usual: float,
        glides: bool = False,
    ) -> None:
        """Show the gradient at (x, y) as an arrow uphill, and its negative as one downhill.

        A gradient as steep as `usual` (above 0) has arrows half as long as the longest, one of 0
        has none. Where it `glides`, they go along with the walks that move.
        """
        slope = (x, y, slope_x, slope_y, usual)
        if slope != self._slope:
            self._slope_before = self._slope if glides and self._moving else None
            self._slope = slope
        self._place_arrows()

    def set_fog(self, reach: float | None) -> None:
        """Hide the landscape; only what lies within `reach` of the walk can be clicked to.

        None lifts the fog.
        """
        if reach != self._fog:
            self._glide.finish()
            self._fog = reach
            self._refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._glide.finish()
        self._surface, self._picture, self._home = None, None, None
        self._goals, self._paths, self._slope, self._fog = [], [], None, None
        self._floor = np.empty((0, 2))
        self._is_automatic = True
        self._refresh()

    def legend(self) -> list[LegendEntry]:
        """Return what the colours mean, for `Card.set_legend`."""
        return [("low loss", "positive", "band"), ("path", "negative", "line")]

    def path_table(self) -> tuple[list[str], list[list[object]]]:
        """Return headers and the points of the walks, for a CSV."""
        headers: list[str] = ["point", self._x_label, self._y_label]
        several = len(self._paths) > 1
        rows: list[list[object]] = [
            [*([path.label] if several else []), index, x, y]
            for path in self._paths
            for index, (x, y) in enumerate(zip(path.xs.tolist(), path.ys.tolist(), strict=True))
        ]
        return [*(["walk"] if several else []), *headers], rows

    def _draw(self) -> None:
        fogged = self._fog is not None
        self._color_fog()
        if self._surface is not None and self._image.image is None:
            if self._picture is None:
                self._picture = loss_picture(*self._surface)
            self._color_image()
        elif self._surface is None:
            self._image.clear()
        self._image.setVisible(not fogged)
        self._kept.set_visible(not fogged)
        sizes = np.where(np.arange(len(self._goals)) < self._lowest, *_GOAL_PIXELS)
        x, y = np.array(self._goals).reshape(-1, 2).T
        self._goal_mark.setData(x, y, size=sizes)
        self._floor_mark.setData(*self._floor.T)
        for mark in (self._goal_mark, self._floor_mark):
            mark.setVisible(not fogged)
        self._draw_walks()
        self._reach.show_around(self._paths, self._fog)
        self._place_arrows()

    def _draw_walks(self) -> None:
        """Draw the walks, those on their way as far as they have come."""
        while len(self._walks) < len(self._paths):
            self._walks.append(WalkItem(self, below=len(self._walks)))
        pixel, rim, beside = self._pixel(), self._fog is None, len(self._paths)
        for index, walk in enumerate(self._walks):
            path = self._paths[index] if index < beside else None
            end = None
            if path is not None and path in self._moving:
                end = path.on_the_way(self._share)
            walk.draw(path, pixel, beside=beside, rim=rim, ring=index == 0, end=end)

    def _color_image(self) -> None:
        assert self._picture is not None
        self._image.setImage(self._picture.colored(current_theme().palette.ramp), autoLevels=False)
        self._image.setRect(QRectF(*self._picture.place))

    def _color_fog(self) -> None:
        background = current_theme().palette.background
        self._view.setBackgroundColor(background if self._fog is not None else None)

    def _place_arrows(self) -> None:
        """Let the arrows stand where the walk is, along the slope as it looks on the screen."""
        if self._slope is None or not self.isVisible():
            self._arrows.hide()
            return
        x, y, slope_x, slope_y, usual = self._slope
        if self._slope_before is not None:
            # On a straight way the gradient of a quadratic loss changes just so.
            pairs = zip(self._slope_before, self._slope, strict=True)
            x, y, slope_x, slope_y, usual = (between(old, new, self._share) for old, new in pairs)
        steep = math.hypot(slope_x, slope_y)
        strength = steep / (steep + usual)
        if strength < _LEVEL:
            self._arrows.hide()
            return
        pixel_x, pixel_y = self._pixel()
        right, up = slope_x / pixel_x, slope_y / pixel_y
        if self._equal_scales:  # very long ones keep their direction
            right, up = slope_x, slope_y
        shorter = min(self._view.width(), self._view.height())
        length = _ARROW_SHARE * shorter * strength
        self._arrows.place(x, y, right, up, length)

    def _pixel(self) -> tuple[float, float]:
        """Return how large a pixel is in units of both axes."""
        (x0, x1), (y0, y1) = self._view.viewRange()
        width, height = max(self._view.width(), 1.0), max(self._view.height(), 1.0)
        return max((x1 - x0) / width, 1e-300), max((y1 - y0) / height, 1e-300)

    @Slot()
    def _on_range(self) -> None:
        self._place_arrows()
        self._settle.start()

    def _restyle_items(self) -> None:
        palette = current_theme().palette
        if self._picture is not None and self._image.image is not None:
            self._color_image()
        for walk, path in zip(self._walks, self._paths, strict=False):
            walk.restyle(path, rim=self._fog is None, force=True)
        self._goal_mark.setPen(pg.mkPen(palette.text, width=1))
        self._goal_mark.setBrush(pg.mkBrush(palette.text))
        self._floor_mark.setPen(pg.mkPen(None))
        self._floor_mark.setBrush(pg.mkBrush(palette.text))
        self._reach.restyle()
        self._arrows.restyle()
        self._color_fog()

    def _automatic_range(self) -> tuple[float, float, float, float] | None:
        bounds = self._home
        if bounds is None:
            if self._surface is None:
                return None
            x, y, _ = self._surface
            bounds = float(x[0]), float(x[-1]), float(y[0]), float(y[-1])
        if self._equal_scales:
            return _with_equal_scales(bounds, self._view.width(), self._view.height())
        return bounds

    def _read_out(self, x: float, y: float) -> tuple[float | None, str]:
        if self._surface is None:
            return None, ""
        xs, ys, values = self._surface
        text = f"{self._x_label} {number_text(x)} · {self._y_label} {number_text(y)}"
        if self._fog is None and xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]:
            loss = float(values[np.abs(ys - y).argmin(), np.abs(xs - x).argmin()])
            about = "undefined here" if np.isnan(loss) else f"about {number_text(loss, 3)}"
            text += f" · {about}"
        return None, text

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where, to tell a click from a drag."""
        self._glide.finish()  # what the hand aims at is where it is seen
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Choose the point, if this was a click inside the axes."""
        super().mouseReleaseEvent(event)
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        moved = (event.position() - self._press).manhattanLength()
        self._press = None
        scene = self.mapToScene(event.position().toPoint())
        inside = self._view.sceneBoundingRect().contains(scene)
        if inside and moved <= _CLICK_PIXELS and self._surface is not None:
            point = self._view.mapSceneToView(scene)
            self.clicked.emit(point.x(), point.y())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Return to the automatic range; the second click chooses nothing."""
        super().mouseDoubleClickEvent(event)
        self._press = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep scales equal where they are to be."""
        super().resizeEvent(event)
        # PlotWidget's own constructor resizes before ours has made what follows.
        if getattr(self, "_equal_scales", False) and self.isVisible():
            self._follow()


class _ReachCircle(pg.PlotCurveItem):  # type: ignore[misc]
    """A circle in units of the axes around the end of the first walk."""

    def __init__(self) -> None:
        super().__init__(antialias=True)

    def show_around(self, paths: Sequence[WalkPath], reach: float | None) -> None:
        """Stand around the end of the first of `paths`; no reach, or no walk, is no circle."""
        self.setVisible(reach is not None and bool(paths) and len(paths[0].xs) > 0)
        if reach is not None and self.isVisible():
            turn = np.linspace(0, 2 * np.pi, _CORNERS)
            x, y = paths[0].xs[-1], paths[0].ys[-1]
            self.setData(x + reach * np.cos(turn), y + reach * np.sin(turn))

    def restyle(self) -> None:
        """Take the colours of the theme."""
        theme = current_theme()
        self.setPen(pg.mkPen(theme.palette.muted, width=theme.line(2), style=Qt.PenStyle.DashLine))


def _with_equal_scales(bounds: Bounds, width: float, height: float) -> Bounds:
    """Return (x from, x to, y from, y to) around `bounds` for `width` × `height` pixels."""
    x0, x1, y0, y1 = bounds
    if not (width > 1 and height > 1):
        return bounds
    unit = max((x1 - x0) / width, (y1 - y0) / height)
    more_x, more_y = (unit * width - (x1 - x0)) / 2, (unit * height - (y1 - y0)) / 2
    return x0 - more_x, x1 + more_x, y0 - more_y, y1 + more_y
