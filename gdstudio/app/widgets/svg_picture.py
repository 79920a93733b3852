"""An SVG that looks the same in every program that opens it.

Qt's generator writes what other programs, Qt's own reader among them, pass over or lack: text in
our own typeface, lines that keep their width while the data are scaled (``vector-effect``; without
it a thin line becomes a slab), clipping, and that in the wrong place for a widget within another.
So each widget is written by itself, and everything is then put into the coordinates of the picture:
text as outlines, shapes and images cut where the plot ends.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.picture import png_bytes

Element = ElementTree.Element

_SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PIXELS_PER_INCH = 96  # as CSS has them: a pixel of the picture is one of the page
_NUMBER = re.compile(r"-?[\d.]+(?:e[-+]?\d+)?")
_PATH_TOKEN = re.compile(r"([MLCZ])|(-?[\d.]+(?:e[-+]?\d+)?)")
_COMMANDS = {
    QPainterPath.ElementType.MoveToElement: "M",
    QPainterPath.ElementType.LineToElement: "L",
    QPainterPath.ElementType.CurveToElement: "C",
    QPainterPath.ElementType.CurveToDataElement: "",
}


def svg_picture(
    size: QSize, title: str, paint: Callable[[QPainter], None], widget: QWidget, at: QPoint
) -> bytes:
    """Return an SVG file.

    Args:
        size: of the picture, in device-independent pixels.
        title: what a screen reader says of it.
        paint: paints what is around the widget.
        widget: what is in the picture, as it is now.
        at: where its upper left corner goes.
    """
    root = Element(
        f"{{{_SVG}}}svg",
        {
            "width": str(size.width()),
            "height": str(size.height()),
            "viewBox": f"0 0 {size.width()} {size.height()}",
            "version": "1.1",
        },
    )
    ElementTree.SubElement(root, f"{{{_SVG}}}title").text = title
    whole = QRectF(0, 0, size.width(), size.height())
    root.extend(_Part(QPoint(), whole).groups(_written(size, paint)))
    with _plots_in_export_mode(widget):
        for each, part in _parts(widget, at, whole):
            root.extend(part.groups(_written(each.size(), _render_alone(each))))
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _HREF[1 : _HREF.index("}")])
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


@contextmanager
def _plots_in_export_mode(widget: QWidget) -> Iterator[None]:
    """Let pyqtgraph draw its markers one by one, not as pieces of one large image."""
    views = [widget] if isinstance(widget, QGraphicsView) else []
    views += widget.findChildren(QGraphicsView)
    items = [
        item for view in views for item in view.scene().items() if hasattr(item, "setExportMode")
    ]
    for item in items:
        item.setExportMode(True)
    try:
        yield
    finally:
        for item in items:
            item.setExportMode(False)


def _parts(widget: QWidget, at: QPoint, clip: QRectF) -> "Iterator[tuple[QWidget, _Part]]":
    """Yield `widget` and all that is seen in it, from back to front, and where each goes."""
    clip = clip.intersected(QRectF(QRect(at, widget.size())))
    yield widget, _Part(at, clip)
    for child in widget.children():
        if isinstance(child, QWidget) and child.isVisibleTo(widget) and not child.isWindow():
            yield from _parts(child, at + child.pos(), clip)


def _render_alone(widget: QWidget) -> Callable[[QPainter], None]:
    # QWidget's own: a graphics view's `render` is another function, with other arguments.
    return lambda painter: QWidget.render(
        widget, painter, QPoint(), QRegion(), QWidget.RenderFlag(0)
    )


def _written(size: QSize, paint: Callable[[QPainter], None]) -> Element:
    """Return what Qt's generator writes of what `paint` paints."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The older profile, SVG Tiny, knows no clipping.
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(_PIXELS_PER_INCH)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(), size))
    painter = QPainter(generator)
    try:
        paint(painter)
    finally:
        # A painter that outlives its device takes the app with it.
        painter.end()
    return ElementTree.fromstring(bytes(buffer.data().data()))


@dataclass(frozen=True)
class _Part:
    """Where a part of the picture goes: its upper left corner, and what is seen of it."""

    at: QPoint
    clip: QRectF

    def groups(self, written: Element) -> Iterator[Element]:
        """Yield the groups of shapes that Qt has `written`, in coordinates of the picture."""
        clips = {
            path.get("id"): _painter_path(path[0]) for path in written.iter(f"{{{_SVG}}}clipPath")
        }
        for outer in written.iterfind(f"{{{_SVG}}}g/{{{_SVG}}}g"):
            name = outer.get("clip-path", "").removeprefix("url(#").removesuffix(")")
            clip = self.clip
            if name:
                box = clips[name]
                clip = clip.intersected(
                    box.boundingRect().translated(QPointF(self.at)) if box else QRectF()
                )
            group = outer[0] if name else outer
            shapes = list(self._shapes(group, clip))
            if shapes:
                looks = {
                    key: value
                    for key, value in group.attrib.items()
                    if key.startswith(("fill", "stroke", "opacity"))
                }
                moved = Element(f"{{{_SVG}}}g", looks)
                moved.extend(shapes)
                yield moved

    def _shapes(self, group: Element, clip: QRectF) -> Iterator[Element]:
        transform = QTransform(*map(float, _NUMBER.findall(group.get("transform", "1 0 0 1 0 0"))))
        transform *= QTransform.fromTranslate(self.at.x(), self.at.y())
        for element in group:
            kind = element.tag.removeprefix(f"{{{_SVG}}}")
            if kind == "image":
                yield from _image(element, transform, clip)
                continue
            looks = {
                key: value
                for key, value in element.attrib.items()
                if key.startswith(("fill", "stroke"))
            }
            words = ""
            if kind == "text":
                words = "".join(element.itertext()).strip()
                path: QPainterPath | None = _outlines(element, group, words)
                looks["stroke"] = "none"
                looks["fill-rule"] = "nonzero"
            else:
                path = _painter_path(element)
            if path is None:
                continue
            if element.get("vector-effect") != "non-scaling-stroke":
                width = float(looks.get("stroke-width", group.get("stroke-width", "1")))
                scale = abs(transform.determinant()) ** 0.5
                looks["stroke-width"] = f"{width * scale:g}"
            stroke = looks.get("stroke", group.get("stroke")) != "none"
            fill = looks.get("fill", group.get("fill")) != "none"
            for shape in _cut(transform.map(path), looks, clip, fill=fill, stroke=stroke):
                if words:
                    ElementTree.SubElement(shape, f"{{{_SVG}}}title").text = words
                yield shape


def _cut(
    path: QPainterPath, looks: dict[str, str], clip: QRectF, *, fill: bool, stroke: bool
) -> Iterator[Element]:
    """Yield what is seen of a shape within `clip`."""
    # A flat path has an empty box, which lies within nothing.
    box = path.boundingRect().adjusted(-1e-9, -1e-9, 1e-9, 1e-9)
    if not clip.intersects(box):
        return
    if clip.contains(box):
        yield _path_element(path, looks)
        return
    if fill:
        frame = QPainterPath()
        frame.addRect(clip)
        area = path.intersected(frame)
        if not area.isEmpty():
            yield _path_element(area, looks | {"stroke": "none"})
    if stroke:
        line = QPainterPath()
        for polygon in path.toSubpathPolygons():
            _add_inside(line, polygon, clip)
        if not line.isEmpty():
            yield _path_element(line, looks | {"fill": "none"})


def _add_inside(line: QPainterPath, polygon: QPolygonF, clip: QRectF) -> None:
    """Add to `line` the pieces of a polygon's outline that lie within `clip`."""
    points = polygon.toList()
    for start, end in pairwise(points):
        piece = _inside(start, end, clip)
        if piece is None:
            continue
        first, last = piece
        if line.isEmpty() or line.currentPosition() != first:
            line.moveTo(first)
        line.lineTo(last)


def _inside(start: QPointF, end: QPointF, clip: QRectF) -> tuple[QPointF, QPointF] | None:
    """Return the piece of a line that lies within a box (Liang and Barsky, 1984)."""
    enter, leave = 0.0, 1.0
    step = end - start
    for slope, low, high in (
        (step.x(), clip.left() - start.x(), clip.right() - start.x()),
        (step.y(), clip.top() - start.y(), clip.bottom() - start.y()),
    ):
        if slope == 0.0:
            if low > 0.0 or high < 0.0:
                return None
            continue
        near, far = sorted((low / slope, high / slope))
        enter, leave = max(enter, near), min(leave, far)
    if enter > leave:
        return None
    return (
        start if enter == 0.0 else start + step * enter,
        end if leave == 1.0 else start + step * leave,
    )


def _image(element: Element, transform: QTransform, clip: QRectF) -> Iterator[Element]:
    """Yield what is seen of an image within `clip`, to a whole pixel of the image."""
    x, y, width, height = (float(element.get(key, "0")) for key in ("x", "y", "width", "height"))
    box = QRectF(x, y, width, height)
    shown = transform.mapRect(box)
    upright = transform.m12() == transform.m21() == 0.0
    kept = dict(element.attrib)
    if upright and not clip.contains(shown):
        seen = transform.inverted()[0].mapRect(shown.intersected(clip))
        if seen.isEmpty():
            return
        image = QImage.fromData(
            QByteArray.fromBase64(element.get(_HREF, "").partition(",")[2].encode())
        )
        across, down = image.width() / width, image.height() / height
        pixels = QRectF(
            (seen.x() - x) * across, (seen.y() - y) * down,
            seen.width() * across, seen.height() * down,
        ).toAlignedRect()  # fmt: skip
        kept[_HREF] = f"data:image/png;base64,{_png_text(image.copy(pixels))}"
        box = QRectF(
            x + pixels.x() / across, y + pixels.y() / down,
            pixels.width() / across, pixels.height() / down,
        )  # fmt: skip
    kept |= dict(
        zip(
            ("x", "y", "width", "height"),
            _texts((box.x(), box.y(), box.width(), box.height())),
            strict=True,
        )
    )
    t = transform
    matrix = ",".join(_texts((t.m11(), t.m12(), t.m21(), t.m22(), t.dx(), t.dy())))
    yield Element(element.tag, kept | {"transform": f"matrix({matrix})"})


def _png_text(image: QImage) -> str:
    return base64.b64encode(png_bytes(image)).decode()


def _outlines(text: Element, group: Element, words: str) -> QPainterPath:
    """Return the shapes of the letters, in their typeface and weight, or else their group's."""

    def look(key: str, default: str) -> str:
        return text.get(key) or group.get(key) or default

    font = current_theme().font()
    font.setFamily(look("font-family", font.family()))
    font.setPixelSize(max(round(float(look("font-size", "13").removesuffix("px"))), 1))
    font.setWeight(font.Weight(int(look("font-weight", "400"))))
    font.setItalic(look("font-style", "normal") != "normal")
    path = QPainterPath()
    path.addText(float(text.get("x", "0")), float(text.get("y", "0")), font, words)
    return path


def _painter_path(element: Element) -> QPainterPath | None:
    """Return the outline of a shape in its own coordinates, None if it is none that Qt writes."""
    path = QPainterPath()

    def number(name: str) -> float:
        return float(element.get(name, "0"))

    kind = element.tag.removeprefix(f"{{{_SVG}}}")
    if kind in ("polyline", "polygon"):
        flat = [float(text) for text in _NUMBER.findall(element.get("points", ""))]
        for i, point in enumerate(zip(flat[::2], flat[1::2], strict=True)):
            (path.lineTo if i else path.moveTo)(*point)
        if kind == "polygon":
            path.closeSubpath()
    elif kind == "line":
        path.moveTo(number("x1"), number("y1"))
        path.lineTo(number("x2"), number("y2"))
    elif kind == "rect":
        box = (number("x"), number("y"), number("width"), number("height"))
        path.addRoundedRect(*box, number("rx"), number("ry"))
    elif kind in ("circle", "ellipse"):
        across, down = number("r") or number("rx"), number("r") or number("ry")
        path.addEllipse(QPointF(number("cx"), number("cy")), across, down)
    elif kind == "path":
        _follow(path, element.get("d", ""))
    else:
        return None
    return path


def _follow(path: QPainterPath, data: str) -> None:
    """Add to `path` what `data` says; Qt writes only M, L, C and Z, each with its numbers."""
    draw: dict[str, tuple[int, Callable[..., None]]] = {
        "M": (2, path.moveTo),
        "L": (2, path.lineTo),
        "C": (6, path.cubicTo),
    }
    command = ""
    numbers: list[float] = []
    for letter, text in _PATH_TOKEN.findall(data):
        if letter == "Z":
            path.closeSubpath()
        elif letter:
            command, numbers = letter, []
        else:
            numbers.append(float(text))
            count, line = draw[command]
            if len(numbers) == count:
                line(*numbers)
                numbers = []


def _path_element(path: QPainterPath, looks: dict[str, str]) -> Element:
    """Return a shape, its points to a hundredth of a pixel."""
    points = [path.elementAt(i) for i in range(path.elementCount())]
    data = " ".join(f"{_COMMANDS[p.type]}{p.x:.2f},{p.y:.2f}" for p in points)
    return Element(f"{{{_SVG}}}path", looks | {"d": data})


def _texts(numbers: Iterable[float]) -> list[str]:
    return [f"{number:.6g}" for number in numbers]
