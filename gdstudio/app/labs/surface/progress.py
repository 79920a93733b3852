"""The middle column of the Surface lab: the landscape from above and in 3-D, and the race."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.kept_lines import TWIN_COLOR
from gdstudio.app.widgets.plots.loss_bands import LossPicture
from gdstudio.app.widgets.plots.surface_mesh import SurfaceMesh
from gdstudio.app.widgets.plots.surface_view import SurfaceView
from gdstudio.app.widgets.plots.walk_path import Floats, WalkPath
from gdstudio.app.widgets.tables.race_table import RaceTable
from gdstudio.engine.optimizers.optimizer import Optimizer
from gdstudio.experiment.functions.surface import SurfaceSnapshot, SurfaceWalk
from gdstudio.experiment.functions.terrain import Terrain, TerrainGrid

View = Literal["map", "surface", "both"]
Range = tuple[float, float, float, float]

_VIEWS: tuple[tuple[View, str, str], ...] = (
    ("map", "Map", "See the landscape from above."),
    ("surface", "3-D", "See the landscape from the side; drag turns it."),
    ("both", "Both", "See the landscape from above and from the side."),
)
_MAP_TOOLTIP = "Click to start there; drag to move; then the wheel zooms, A shows everything."
_FOG_TOOLTIP = "Click to step there; farther than the dashed circle no step goes."
# The view follows a walk that leaves it, up to this many times its size.
_FARTHEST, _MARGIN = 3.0, 1.08


class SurfaceProgress(QWidget):
    """Shows walks on a landscape; receives the landscape as arrays.

    Signals:
        clicked(float, float): the user chose a point on the map.
        view_changed(): another part of the landscape, or another view of it, is shown.
    """

    clicked = Signal(float, float)
    view_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._view: View = "map"
        self._home: Range = (-1.0, 1.0, -1.0, 1.0)
        self._grown: Range = self._home
        self._terrain: Terrain | None = None
        self._your_path: WalkPath | None = None
        self._paths: list[WalkPath] = []
        self._twin: WalkPath | None = None
        self.contour = ContourPlot(
            name="contour_plot",
            x_label="x",
            y_label="y",
            empty_text="The landscape appears here.",
            equal_scales=True,
        )
        self.contour.clicked.connect(self.clicked)
        self.contour.view_settled.connect(self.view_changed)
        self.surface_view = SurfaceView()
        self.surface_view.hide()
        self.card = Card("Landscape", name="landscape_card")
        self.card.add(_Pair(self.contour, self.surface_view), 1)
        # In no group: Tab would then reach one of them only.
        self._buttons: dict[View, IconButton] = {}
        for key, text, tooltip in _VIEWS:
            button = IconButton(text, kind="quiet", name=f"{key}_button", tooltip=tooltip)
            button.setCheckable(True)
            button.setChecked(key == self._view)
            button.clicked.connect(lambda _=False, key=key: self.show_view(key))
            self._buttons[key] = button
            self.card.add_header_widget(button)
        self.card.set_exports(
            self.contour, self.contour.path_table, file_name="walks", button_name="contour_menu"
        )
        self.race_table = RaceTable()
        self.race_card = Card("Race", note="all start together", name="race_card")
        self.race_card.set_exports(
            self.race_table, self.race_table.table, file_name="race", button_name="race_menu"
        )
        self.race_card.add(self.race_table)
        self.race_card.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        # The map stays the larger one; the table scrolls where it is low.
        column.addWidget(self.card, 3)
        self.race_card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self.race_card, 2)
        current_theme().changed.connect(self._resize)
        self._resize()

    @property
    def is_3d_shown(self) -> bool:
        """Whether the landscape is to be seen from the side."""
        return self._view != "map"

    def wanted_range(self) -> Range:
        """Return (x from, x to, y from, y to) of what is to be drawn."""
        return self.contour.wanted_range() or self._home

    def solid_range(self) -> Range:
        """Return (x from, x to, y from, y to) of what the 3-D view shows."""
        return self._grown

    def pixels(self) -> tuple[int, int]:
        """Return how many pixels wide and high the map is."""
        return max(self.contour.width(), 1), max(self.contour.height(), 1)

    def set_terrain(self, terrain: Terrain) -> None:
        """Show another landscape: its usual view, its valleys; what is drawn follows."""
        self._home = self._grown = (*terrain.x_view, *terrain.y_view)
        self._terrain = terrain
        self.card.set_note(terrain.label)
        self.contour.finish_motion()
        with self.contour.together():
            self.contour.reset_range()
            self.contour.set_home(*self._home)
            self.contour.set_goals(
                terrain.minima, lowest=terrain.lowest_count, floor=terrain.lows.floor
            )

    def set_grid(self, grid: TerrainGrid, picture: LossPicture, mesh: SurfaceMesh | None) -> None:
        """Show the landscape; without a `mesh` the 3-D view stays as it is."""
        self.contour.set_surface(grid.x, grid.y, grid.values, picture=picture)
        if mesh is not None:
            self.surface_view.set_mesh(mesh)

    def forget_grid(self) -> None:
        """Show no landscape: that of another terrain would be wrong."""
        self.contour.forget_surface()

    @property
    def view(self) -> View:
        """What is shown: the map, the 3-D view, or both."""
        return self._view

    @Slot(str)
    def show_view(self, view: View) -> None:
        """Show the map, the 3-D view, or both."""
        self._view = view
        for key, button in self._buttons.items():
            button.setChecked(key == view)
        self.contour.setVisible(view != "surface")
        self.surface_view.setVisible(view != "map")
        self.view_changed.emit()

    def set_race_shown(self, shown: bool) -> None:
        """Show the table of the race, or hide it."""
        self.race_card.setVisible(shown)

    def begin_walk(self) -> None:
        """Forget how far the walk before led."""
        self._grown = self._home
        self.contour.set_home(*self._home)

    def show_snapshot(self, snapshot: SurfaceSnapshot, *, glides: bool = False) -> None:
        """Draw the walks, and the gradient where the first of them stands.

        After a single step they move to their place on the map if it `glides`.
        """
        self._paths = [
            _path(walk.settings.kind, walk.path.points, walk.path.values) for walk in snapshot.walks
        ]
        self._show_paths(glides=glides)
        first = snapshot.walks[0]
        self.show_gradient(*first.point.tolist(), *first.gradient.tolist(), glides=glides)

    def show_twin(self, walk: SurfaceWalk | None, *, glides: bool = False) -> None:
        """Draw the walk of the run's twin, which moves if it `glides`; None shows none."""
        self._twin = None
        if walk is not None:
            points, values = walk.path.points, walk.path.values
            self._twin = WalkPath("twin", points[:, 0], points[:, 1], values, TWIN_COLOR, "s")
        self._show_paths(glides=glides)

    def show_gradient(
        self, x: float, y: float, slope_x: float, slope_y: float, *, glides: bool = False
    ) -> None:
        """Show the arrows of the gradient at (x, y); they go along if the walk `glides`."""
        # Of the terrain, not of what is seen of it: an arrow means the same wherever one looks.
        usual = max(self._terrain.steepness if self._terrain else 1.0, 1e-300)
        self.contour.set_gradient(x, y, slope_x, slope_y, usual=usual, glides=glides)

    def show_your_walk(self, points: Floats, losses: Floats) -> None:
        """Show the walk of the person, points (n, 2) and losses (n,), beside the others."""
        self._your_path = WalkPath("you", points[:, 0], points[:, 1], losses, "text", "o")
        self._show_paths()

    def forget_you(self) -> None:
        """Show no walk of the person."""
        self._your_path = None
        self._show_paths()

    def set_fog(self, reach: float | None) -> None:
        """Hide the landscape but for `reach` around the person; None lifts the fog."""
        if reach is not None:
            self.show_view("map")
            self._paths = []
        for button in self._buttons.values():
            button.setEnabled(reach is None)
        self.contour.set_fog(reach)
        self.contour.setToolTip(_MAP_TOOLTIP if reach is None else _FOG_TOOLTIP)
        self._show_paths()

    def _show_paths(self, *, glides: bool = False) -> None:
        yours = [] if self._your_path is None else [self._your_path]
        twin = [] if self._twin is None else [self._twin]
        paths = [*yours, *self._paths, *twin]
        self._follow(paths)
        self.contour.set_paths(paths, glides=glides)
        self.surface_view.set_paths(paths)

    def _follow(self, paths: Sequence[WalkPath]) -> None:
        """Let the view grow where a walk leaves it, within reason."""
        x0, x1, y0, y1 = self._grown
        for path in paths:
            if len(path.xs):
                x0, x1 = min(x0, np.nanmin(path.xs)), max(x1, np.nanmax(path.xs))
                y0, y1 = min(y0, np.nanmin(path.ys)), max(y1, np.nanmax(path.ys))
        if (x0, x1, y0, y1) == self._grown:
            return
        grown = (*_within(x0, x1, *self._home[:2]), *_within(y0, y1, *self._home[2:]))
        if grown != self._grown:
            self._grown = grown
            self.contour.set_home(*grown)

    @Slot()
    def _resize(self) -> None:
        self.card.setMinimumHeight(current_theme().px(220))


class _Pair(QWidget):
    """Two pictures beside each other, or one below the other where that is roomier."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        for widget in (first, second):
            self._layout.addWidget(widget, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        wide = self.width() >= self.height()
        direction = QBoxLayout.Direction
        self._layout.setDirection(direction.LeftToRight if wide else direction.TopToBottom)


def _path(kind: type[Optimizer], points: Floats, values: Floats) -> WalkPath:
    return WalkPath(kind.key, points[:, 0], points[:, 1], values, kind.color, kind.marker)


def _within(low: float, high: float, home_low: float, home_high: float) -> tuple[float, float]:
    """Return a range around low … high that is at most `_FARTHEST` times as wide as home."""
    middle, half = (home_low + home_high) / 2, (home_high - home_low) / 2
    limit = _FARTHEST * half
    low = home_low if low >= home_low else middle - min(_MARGIN * (middle - low), limit)
    high = home_high if high <= home_high else middle + min(_MARGIN * (high - middle), limit)
    return low, high
