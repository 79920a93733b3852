"""A surface in three dimensions, or a sentence where that cannot be."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.opengl_support import NO_OPENGL, shared_context
from gdstudio.app.widgets.plots.surface_mesh import SurfaceMesh, surface_mesh
from gdstudio.app.widgets.plots.walk_path import WalkPath, renewed

if TYPE_CHECKING:
    from gdstudio.app.widgets.plots.surface_scene import SurfaceScene

Floats = NDArray[np.float64]

# After a picture, this many times as long as it took passes until the next.
_REST = 8.0


class SurfaceView(QWidget):
    """The loss as a ground to look at from all sides, walks on it.

    OpenGL is asked for, and the scene made, when it is first shown.
    """

    def __init__(self, *, name: str = "surface_view") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("Loss as a surface in three dimensions")
        tooltip = "Drag to turn, wheel to zoom; the arrow keys turn too, A looks as at first."
        self.setToolTip(tooltip)
        self.setAccessibleDescription(tooltip)
        self._mesh: SurfaceMesh | None = None
        self._paths: list[WalkPath] = []
        self._labels = ("x", "y", "loss")
        self._stale_mesh = False
        self._stale_paths = False
        self._scene: SurfaceScene | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._refresh)
        self._note = text_label("The surface appears here.", "muted", wrap=True)
        self._note.setObjectName(f"{name}_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self._note)
        self.setMinimumSize(120, 64)

    @property
    def problem(self) -> str:
        """The sentence that says why there is no 3-D view; empty while there is one."""
        return self._note.text() if self._scene is None and self._note.text() == NO_OPENGL else ""

    def set_surface(self, x_axis: ArrayLike, y_axis: ArrayLike, values: ArrayLike) -> None:
        """Show `values` (rows are y, columns are x) over evenly spaced, rising axes."""
        self.set_mesh(
            surface_mesh(
                np.asarray(x_axis, float), np.asarray(y_axis, float), np.asarray(values, float)
            )
        )

    def set_mesh(self, mesh: SurfaceMesh) -> None:
        """Show a ground that was made elsewhere."""
        self._mesh, self._stale_mesh = mesh, True
        self._refresh()

    def set_paths(self, paths: Sequence[WalkPath]) -> None:
        """Show walks, with their heights; the last point of each is where it is now."""
        new, changed = renewed(self._paths, paths)
        if changed:
            self._paths, self._stale_paths = new, True
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if not self.isVisible() or self._mesh is None:
            return
        if self._scene is None and not self.problem:
            self._make_scene()
        if self._scene is None:
            return
        if self._stale_mesh:
            self._stale_mesh = False
            self._scene.set_mesh(self._mesh, self._labels)
        if self._stale_paths and not self._pause.isActive():
            self._stale_paths = False
            self._scene.set_paths(self._paths)
            # Where OpenGL is slow, walks that go on leave the window most of the time.
            self._pause.start(int(_REST * self._scene.seconds * 1000))

    def _make_scene(self) -> None:
        try:
            if shared_context() is None:
                self._give_up()
                return
            from gdstudio.app.widgets.plots.surface_scene import SurfaceScene
        except ImportError:
            self._give_up()
            return
        self._scene = SurfaceScene()
        self._scene.setToolTip(self.toolTip())
        self._scene.setAccessibleName(self.accessibleName())
        self._scene.failed.connect(self._give_up, Qt.ConnectionType.QueuedConnection)
        self._layout.addWidget(self._scene)
        self._layout.setCurrentWidget(self._scene)
        self.setFocusProxy(self._scene)

    @Slot()
    def _give_up(self) -> None:
        """Say that there is no 3-D view, for good."""
        self._note.setText(NO_OPENGL)
        self._layout.setCurrentWidget(self._note)
        if self._scene is not None:
            self.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes it
            self._scene.hide()
            self._layout.removeWidget(self._scene)
            self._scene.deleteLater()
            self._scene = None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Draw what changed while nobody looked."""
        super().showEvent(event)
        self._refresh()
