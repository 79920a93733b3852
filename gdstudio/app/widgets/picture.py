"""What a saved picture shows: a widget on the panel's colour, its title and legend above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QImageWriter, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.legend import LegendEntry, legend_size, paint_legend

_MARGIN = 16
_GAP = 8


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What stands above the picture of a widget.

    Attributes:
        title: in bold; the empty string leaves the caption out.
        note: muted, beside the title.
        value: in bold at the right, in the palette's colour `value_color`.
        legend: what the colours mean.
    """

    title: str = ""
    note: str = ""
    value: str = ""
    value_color: str = "text"
    legend: Sequence[LegendEntry] = ()


def png_bytes(image: QImage) -> bytes:
    """Return an image as the bytes of a PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def picture_size(widget: QWidget, caption: Caption) -> QSize:
    """Return the size of the picture in device-independent pixels."""
    width = max(widget.width(), _title_width(caption))
    return QSize(width, widget.height() + _caption_height(caption, width)) + QSize(
        2 * _MARGIN, 2 * _MARGIN
    )


def widget_place(widget: QWidget, caption: Caption) -> QPoint:
    """Return where the upper left corner of `widget` is in the picture."""
    width = picture_size(widget, caption).width() - 2 * _MARGIN
    return QPoint(_MARGIN, _MARGIN + _caption_height(caption, width))


def paint_picture(painter: QPainter, widget: QWidget, caption: Caption) -> None:
    """Paint `widget` as it is now below its `caption`, with a margin around both."""
    paint_caption(painter, widget, caption)
    # QWidget's own: a graphics view's `render` is another function, with other arguments. No
    # window background, or what is transparent would have the window's grey behind it.
    place = widget_place(widget, caption)
    QWidget.render(widget, painter, place, QRegion(), QWidget.RenderFlag.DrawChildren)


def paint_caption(painter: QPainter, widget: QWidget, caption: Caption) -> None:
    """Paint the ground of the picture of `widget`, and the `caption` above it."""
    size = picture_size(widget, caption)
    ground = current_theme().palette.qcolor("panel")
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), ground)
    width = size.width() - 2 * _MARGIN
    height = _caption_height(caption, width)
    if height:
        painter.save()
        _paint_caption(painter, caption, QRectF(_MARGIN, _MARGIN, width, height - _GAP))
        painter.restore()


def _title_width(caption: Caption) -> int:
    theme = current_theme()
    bold, plain = QFontMetrics(theme.font("normal", "bold")), QFontMetrics(theme.font("normal"))
    words = [bold.horizontalAdvance(text) for text in (caption.title, caption.value) if text]
    if caption.note:
        words.append(plain.horizontalAdvance(caption.note))
    return sum(words) + 2 * _GAP * len(words)


def _caption_height(caption: Caption, width: int) -> int:
    if not caption.title:
        return 0
    theme = current_theme()
    plain, bold = theme.font("normal"), theme.font("normal", "bold")
    legend = legend_size(caption.legend, QFontMetrics(plain), width).height()
    return QFontMetrics(bold).height() + _GAP + (legend + _GAP if legend else 0)


def _paint_caption(painter: QPainter, caption: Caption, box: QRectF) -> None:
    theme = current_theme()
    palette = theme.palette
    plain, bold = theme.font("normal"), theme.font("normal", "bold")
    thick, thin = QFontMetrics(bold), QFontMetrics(plain)
    row = QRectF(box.left(), box.top(), box.width(), thick.height())
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(bold)
    painter.setPen(palette.qcolor("text"))
    painter.drawText(row, middle, caption.title)
    painter.setPen(palette.qcolor(caption.value_color))
    painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, caption.value)
    painter.setFont(plain)
    beside = row.adjusted(thick.horizontalAdvance(caption.title) + _GAP, 0, 0, 0)
    beside.setRight(row.right() - thick.horizontalAdvance(caption.value) - _GAP)
    painter.setPen(palette.qcolor("muted"))
    elided = thin.elidedText(caption.note, Qt.TextElideMode.ElideRight, int(beside.width()))
    painter.drawText(beside, middle, elided)
    if caption.legend:
        box.setTop(row.bottom() + _GAP)
        paint_legend(painter, caption.legend, box)
