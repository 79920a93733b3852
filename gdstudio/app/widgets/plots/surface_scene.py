"""The 3-D picture of a surface and the walks on it; importing this module imports OpenGL."""

import logging
import math
import time
from collections.abc import Sequence

import numpy as np
import pyqtgraph.opengl as gl
from OpenGL import GL
from pyqtgraph.opengl.GLViewWidget import GLViewMixin
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMatrix4x4,
    QMouseEvent,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QVector3D,
    QWheelEvent,
)
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat
from PySide6.QtWidgets import QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.control_manners import takes_wheel
from gdstudio.app.widgets.labels import text_label
from gdstudio.app.widgets.plots.opengl_support import shared_context
from gdstudio.app.widgets.plots.surface_mesh import (
    HEIGHT,
    Box,
    SurfaceMesh,
    path_end,
    path_segments,
)
from gdstudio.app.widgets.plots.walk_path import WalkPath

log = logging.getLogger(__name__)

_DISTANCE, _ELEVATION, _AZIMUTH = 4.6, 34.0, -62.0
# Across, in degrees, for a view that is `_ASPECT` times as wide as high, or less.
_VIEW_ANGLE, _ASPECT = 42.0, 1.25
_NAME_GAP = 0.16
_NEAREST, _FARTHEST = 1.6, 14.0
_TURN = 6.0  # degrees at each key
_ZOOM = 0.9
_SAMPLES = 4


class SurfaceScene(GLViewMixin, QWidget):  # type: ignore[misc]
    """The ground in the colours of the map, walks on it; drag turns, then the wheel zooms.

    OpenGL draws into a picture, which is painted like any other, and again only after a change.

    Attributes:
        seconds: how long the last picture took.

    Signals:
        failed(str): it cannot be drawn here, for this reason.
    """

    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._is_stale = True
        self._buffer: QOpenGLFramebufferObject | None = None
        self._image = QImage()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 64)
        self._mesh: SurfaceMesh | None = None
        self._paths: list[WalkPath] = []
        self._ground = gl.GLMeshItem(smooth=True, computeNormals=False, glOptions="opaque")
        self._frame = gl.GLLinePlotItem(mode="lines", antialias=True, glOptions="translucent")
        self._names = [text_label("", "small") for _ in range(3)]
        for name in self._names:
            name.setParent(self)
            name.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._places: list[QVector3D] = []
        self._lines: list[gl.GLLinePlotItem] = []
        self._ends: list[gl.GLScatterPlotItem] = []
        self._ground.setVisible(False)
        for item in (self._ground, self._frame):
            self.addItem(item)
        current_theme().changed.connect(self._restyle)
        self.reset_view()
        self._restyle()

    def set_mesh(self, mesh: SurfaceMesh, names: tuple[str, str, str]) -> None:
        """Show another ground; `names` are those of its three axes."""
        self._mesh = mesh
        self._show_frame(mesh.box, names)
        self._restyle()
        self.set_paths(self._paths)

    def set_paths(self, paths: Sequence[WalkPath]) -> None:
        """Show walks on the ground, with their heights."""
        self._paths = list(paths)
        if self._mesh is None:
            return
        palette = current_theme().palette
        while len(self._lines) < len(paths):
            line = gl.GLLinePlotItem(mode="lines", antialias=True, glOptions="translucent")
            end = gl.GLScatterPlotItem(glOptions="translucent")
            line.setDepthValue(2)
            end.setDepthValue(3)
            self._lines.append(line)
            self._ends.append(end)
            self.addItem(line)
            self.addItem(end)
        for index, (line, end) in enumerate(zip(self._lines, self._ends, strict=True)):
            path = self._paths[index] if index < len(self._paths) else None
            shown = path is not None and len(path.xs) > 0
            segments = path_segments(self._mesh.box, path) if path and shown else np.empty((0, 3))
            here = path_end(self._mesh.box, path) if path and shown else np.empty((0, 3))
            line.setVisible(len(segments) > 0)
            end.setVisible(len(here) > 0)
            if path is None:
                continue
            color = palette.qcolor(path.color).getRgbF()
            if len(segments):
                line.setData(pos=segments, color=color, width=3.0)
            if len(here):
                end.setData(pos=here, color=color, size=11.0)

    def reset_view(self) -> None:
        """Look from where one looked first."""
        self._fit_view_angle()
        self.setCameraPosition(
            pos=QVector3D(0, 0, HEIGHT * 0.33),
            distance=_DISTANCE,
            elevation=_ELEVATION,
            azimuth=_AZIMUTH,
        )

    def zoom(self, factor: float) -> None:
        """Go nearer (below 1) or away."""
        self.opts["distance"] = min(max(self.opts["distance"] * factor, _NEAREST), _FARTHEST)
        self.update()

    def _show_frame(self, box: Box, names: tuple[str, str, str]) -> None:
        across, back = box.half
        corners = [(-across, -back), (across, -back), (across, back), (-across, back)]
        lines = [
            point
            for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True)
            for point in ((x0, y0, 0.0), (x1, y1, 0.0))
        ]
        lines += [(-across, -back, 0.0), (-across, -back, HEIGHT)]
        self._frame.setData(pos=np.array(lines))
        places = (
            (0.0, -back - _NAME_GAP, 0.0),
            (across + _NAME_GAP, 0.0, 0.0),
            (-across, -back, HEIGHT + _NAME_GAP / 2),
        )
        self._places = [QVector3D(*place) for place in places]
        for label, name in zip(self._names, names, strict=True):
            label.setText(name)
            label.adjustSize()
            label.show()

    def _fit_view_angle(self) -> None:
        """See the whole model, however wide or high the view is."""
        aspect = max(self.width(), 1) / max(self.height(), 1)
        wider = max(aspect / _ASPECT, 1.0) * math.tan(math.radians(_VIEW_ANGLE / 2))
        self.opts["fov"] = math.degrees(2 * math.atan(wider))

    def _move_names(self) -> None:
        """Put the names of the axes where the scene has them, but in sight."""
        rect = self.rect()
        screen = QMatrix4x4()
        screen.viewport(0.0, float(rect.height()), float(rect.width()), -float(rect.height()))
        view = (0, 0, max(rect.width(), 1), max(rect.height(), 1))
        whole = screen * self.projectionMatrix(view, view) * self.viewMatrix()
        for label, place in zip(self._names, self._places, strict=False):
            at = whole.map(place)
            left = min(max(at.x() - label.width() / 2, 0), rect.width() - label.width())
            top = min(max(at.y() - label.height() / 2, 0), rect.height() - label.height())
            if (label.x(), label.y()) != (int(left), int(top)):
                label.move(int(left), int(top))

    @Slot()
    def _restyle(self) -> None:
        palette = current_theme().palette
        self.setBackgroundColor(palette.panel)
        self._frame.setData(color=palette.qcolor("border").getRgbF(), width=1.0)
        if self._mesh is not None:
            self._ground.setMeshData(
                vertexes=self._mesh.vertices,
                faces=self._mesh.faces,
                vertexColors=self._mesh.colors(palette.ground),
            )
            self._ground.setVisible(len(self._mesh.faces) > 0)
            self.set_paths(self._paths)

    # What pyqtgraph asks of a view.

    def isValid(self) -> bool:  # noqa: N802
        """Return that items are to wait: they are prepared when they are drawn."""
        return False

    def context(self) -> QOpenGLContext | None:
        """Return the context in which it is drawn."""
        shared = shared_context()
        return None if shared is None else shared[0]

    # Both bases have one, with other arguments.
    def update(self) -> None:  # type: ignore[override]
        """Draw anew when it is painted next."""
        self._is_stale = True
        QWidget.update(self)

    # The picture.

    def _draw(self) -> None:
        """Draw the scene into the picture; a driver that cannot is found out here."""
        self._is_stale = False
        begun = time.perf_counter()
        shared = shared_context()
        if shared is None or not shared[0].makeCurrent(shared[1]):
            self.failed.emit("no context")
            return
        try:
            ratio = self.devicePixelRatioF()
            size = self.size() * ratio
            if self._buffer is None or self._buffer.size() != size:
                shape = QOpenGLFramebufferObjectFormat()
                shape.setSamples(_SAMPLES)
                shape.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
                self._buffer = QOpenGLFramebufferObject(size, shape)
            if not self._buffer.bind():
                self.failed.emit("no buffer")
                return
            GL.glViewport(0, 0, size.width(), size.height())
            self.initializeGL()
            self.paintGL()
            self._buffer.release()
            self._image = self._buffer.toImage()
            self._image.setDevicePixelRatio(ratio)
        except Exception as fault:
            log.exception("The 3-D view cannot be drawn")
            self.failed.emit(type(fault).__name__)
        finally:
            shared[0].doneCurrent()
        self.seconds = time.perf_counter() - begun

    # Qt's own.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the picture, drawn anew after a change."""
        if self._is_stale and self.width() > 1 and self.height() > 1:
            self._draw()
            self._move_names()
        with QPainter(self) as painter:
            painter.drawImage(0, 0, self._image)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """See the whole model still."""
        super().resizeEvent(event)
        self._fit_view_angle()
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Go nearer or away where the view has the focus; otherwise the page scrolls."""
        if takes_wheel(self, event):
            self.zoom(0.999 ** event.angleDelta().y())
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Look from where one looked first."""
        self.reset_view()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Turn with the arrows, zoom with + and −, A looks from the first place."""
        turns = {
            Qt.Key.Key_Left: (_TURN, 0.0),
            Qt.Key.Key_Right: (-_TURN, 0.0),
            Qt.Key.Key_Up: (0.0, -_TURN),
            Qt.Key.Key_Down: (0.0, _TURN),
        }
        key = Qt.Key(event.key())
        if key in turns:
            self.orbit(*turns[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / _ZOOM)
        elif key == Qt.Key.Key_A and not event.modifiers():
            self.reset_view()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Leave it to others."""
        event.ignore()
