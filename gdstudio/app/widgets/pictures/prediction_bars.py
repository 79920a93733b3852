"""The outputs as bars, the brightest marked; with the right answer known, its loss in full."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.painting import painted
from gdstudio.number_text import count_word, fixed_text, number_text

_DIGITS = tuple("0123456789")
# Smaller figures, in pixels, cannot be read.
_SMALLEST_FIGURES = 8
_ROWS = ("output", "wanted", "(w−o)²")


class PredictionBars(QWidget):
    """A bar from 0 to 1 for each class; ten digits unless it is said otherwise.

    Given the right answer, each digit also has its output, the wanted value and their squared
    difference, and below stands the loss of this example: half the sum.
    """

    def __init__(self, *, name: str = "prediction_bars") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName("The outputs")
        self._classes = _DIGITS
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._outputs: NDArray[np.float64] | None = None
        self._wanted: int | None = None
        self._loss_text: str | None = None
        current_theme().changed.connect(self._on_theme)
        self._describe()

    def set_outputs(
        self,
        outputs: ArrayLike | None,
        wanted: int | None = None,
        *,
        loss_text: str | None = None,
    ) -> None:
        """Show outputs in [0, 1], and what is `wanted` (the right class) if that is known.

        None shows that there is no answer. `loss_text` tells the loss of this example where that
        is another than half the sum of squared differences.
        """
        self._loss_text = loss_text
        had = self._wanted
        self._outputs = None if outputs is None else np.array(outputs, dtype=float)
        self._wanted = None if self._outputs is None else wanted
        if (had is None) != (self._wanted is None):
            self.updateGeometry()
        self._describe()
        self.update()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Show bars of these classes from now on; what was shown of others goes."""
        if classes != self._classes:
            self._classes = classes
            self.set_outputs(None)

    def predicted(self) -> int | None:
        """Return the class of the brightest output, None if there is no answer."""
        return None if self._outputs is None else int(self._outputs.argmax())

    def loss(self) -> float | None:
        """Return half the sum of the squared differences, None if it is not known."""
        squares = self._squares()
        return None if squares is None else float(squares.sum() / 2)

    def loss_text(self) -> str:
        """Return the sentence below the bars, empty where the right answer is not known."""
        loss = self.loss()
        if loss is not None and self._loss_text is not None:
            return self._loss_text
        return "" if loss is None else f"loss of this example = ½ · Σ = {number_text(loss, 3)}"

    def table(self) -> tuple[list[str], list[list[float | int | str]]]:
        """Return headers and a row for each class, for a CSV."""
        is_digits = self._classes == _DIGITS
        headers = ["digit" if is_digits else "class", "output"]
        if self._outputs is None:
            return headers, []
        rows: list[list[float | int | str]] = [
            [i if is_digits else name, float(v)]
            for i, (name, v) in enumerate(zip(self._classes, self._outputs, strict=True))
        ]
        squares = self._squares()
        if squares is not None:
            headers += ["wanted", "squared difference"]
            for digit, row in enumerate(rows):
                row += [int(digit == self._wanted), float(squares[digit])]
        return headers, rows

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for bars of comfortable height."""
        return QSize(280, current_theme().px(96) + self._below())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for low bars."""
        return QSize(180, current_theme().px(52) + self._below())

    @painted
    def paintEvent(  # noqa: N802 - Qt's name
        self, event: QPaintEvent, painter: QPainter
    ) -> None:
        """Paint bars, digits and, if the answer is known, its arithmetic."""
        theme = current_theme()
        palette = theme.palette
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        best = self.predicted()
        left, column = self._columns()
        line = theme.px(20)
        base = self.height() - self._below() - line
        for digit in range(len(self._classes)):
            value = 0.0 if self._outputs is None else float(self._outputs[digit])
            height = max(2.0, min(max(value, 0.0), 1.0) * (base - 2))
            start = left + digit * column
            bar = QRectF(start + column * 0.12, base - height, column * 0.76, height)
            chosen = digit == best
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.qcolor("positive" if chosen else "border"))
            painter.drawRoundedRect(bar, min(2.0, height / 2), min(2.0, height / 2))
            painter.setFont(theme.font("normal", "bold" if chosen else "regular"))
            painter.setPen(palette.qcolor("positive" if chosen else "muted"))
            label = QRectF(start, base + 3, column, line - 3)
            painter.setFont(_fitting([self._classes[digit]], column - 1, painter.font()))
            name = painter.fontMetrics().elidedText(
                self._classes[digit], Qt.TextElideMode.ElideRight, int(column)
            )
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, name)
        if self._outputs is None:
            painter.setFont(theme.font("small"))
            painter.setPen(palette.qcolor("muted"))
            painter.drawText(
                QRectF(0, 0, self.width(), base - 8),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                f"{count_word(len(self._classes)).capitalize()} answers appear here as you draw.",
            )
        elif self._wanted is not None:
            self._paint_arithmetic(painter, left, column, base + line)

    def event(self, event: QEvent) -> bool:
        """Tell the numbers of the digit under the mouse."""
        if isinstance(event, QHelpEvent):
            left, column = self._columns()
            digit = int((event.pos().x() - left) // column)
            if 0 <= digit < len(self._classes) and self._outputs is not None:
                QToolTip.showText(event.globalPos(), self.value_text(digit), self)
                return True
        return super().event(event)

    def value_text(self, digit: int) -> str:
        """Return what is told of one digit."""
        if self._outputs is None:
            return ""
        text = f"{self._classes[digit]}: {number_text(float(self._outputs[digit]))}"
        squares = self._squares()
        if squares is not None:
            wanted = int(digit == self._wanted)
            text += f", wanted {wanted}, squared difference {number_text(float(squares[digit]))}"
        return text

    def _paint_arithmetic(self, painter: QPainter, left: float, column: float, top: float) -> None:
        theme = current_theme()
        squares = self._squares()
        assert squares is not None
        assert self._outputs is not None
        wanted = np.arange(len(self._classes)) == self._wanted
        line = theme.px(18)
        usual = theme.font("small")
        for row, values in enumerate((self._outputs, wanted.astype(float), squares)):
            y = top + row * line
            painter.setFont(usual)
            painter.setPen(theme.palette.qcolor("muted"))
            painter.drawText(QRectF(0, y, left, line), Qt.AlignmentFlag.AlignVCenter, _ROWS[row])
            texts = [_short(float(value), fine=values is squares) for value in values]
            font = _fitting(texts, column - 1, usual)
            if font.pixelSize() < _SMALLEST_FIGURES:
                # In little room only what matters most: the right answer, and what was answered.
                self._paint_few(painter, texts, left, column, y, line)
                continue
            painter.setFont(font)
            painter.setPen(theme.palette.qcolor("text"))
            for digit, text in enumerate(texts):
                box = QRectF(left + digit * column, y, column, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(theme.font("small", "bold"))
        box = QRectF(0, top + 3 * line + 2, self.width(), line)
        metrics = painter.fontMetrics()
        text = self.loss_text()
        if metrics.horizontalAdvance(text) > self.width():
            text = text.replace(" of this example", "")
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_few(
        self,
        painter: QPainter,
        texts: list[str],
        left: float,
        column: float,
        y: float,
        line: float,
    ) -> None:
        """Write the figures of the right answer, and of the one given where that leaves room."""
        theme = current_theme()
        painter.setPen(theme.palette.qcolor("text"))
        room = float(max(map(painter.fontMetrics().horizontalAdvance, texts))) + 4
        centers: list[float] = []
        for digit in (self._wanted, self.predicted()):
            assert digit is not None
            center = min(left + (digit + 0.5) * column, self.width() - room / 2)
            if all(abs(center - other) >= room for other in centers):
                centers.append(center)
                box = QRectF(center - room / 2, y, room, line)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, texts[digit])

    def _columns(self) -> tuple[float, float]:
        """Return where the first digit's column starts, and how wide each is."""
        left = 0.0
        if self._wanted is not None:
            left = float(self.fontMetrics().horizontalAdvance(_ROWS[-1]) + 4)
        return left, (self.width() - left) / len(self._classes)

    def _below(self) -> int:
        return current_theme().px(18 * 4 + 4) if self._wanted is not None else 0

    def _squares(self) -> NDArray[np.float64] | None:
        if self._outputs is None or self._wanted is None:
            return None
        wanted = (np.arange(len(self._classes)) == self._wanted).astype(float)
        return np.asarray(np.square(wanted - self._outputs))

    def _describe(self) -> None:
        if self._outputs is None:
            self.setAccessibleDescription("No answer yet.")
            return
        order = np.argsort(-self._outputs)
        text = ", ".join(
            f"{self._classes[digit]}: {fixed_text(float(self._outputs[digit]), 2)}"
            for digit in order
        )
        loss = self.loss_text()
        self.setAccessibleDescription(f"{text}. {loss}" if loss else text)

    @Slot()
    def _on_theme(self) -> None:
        self.updateGeometry()
        self.update()


def _fitting(texts: list[str], room: float, font: QFont) -> QFont:
    """Return `font`, or as much smaller as the widest of `texts` needs for `room` pixels."""
    widest = max(QFontMetrics(font).horizontalAdvance(text) for text in texts)
    fitting = QFont(font)
    fitting.setPixelSize(max(6, min(font.pixelSize(), int(font.pixelSize() * room / widest))))
    return fitting


def _short(value: float, *, fine: bool) -> str:
    """Return a number in [0, 1] without the zero before the point: .94, 1, 0.

    There are two decimals; small numbers that are to be told `fine` have four: .0025.
    """
    decimals = 4 if fine and abs(value) < 0.00995 else 2
    text = fixed_text(value, decimals)
    if float(text) in (0.0, 1.0):
        return text[0]
    return (text.rstrip("0") if decimals == 4 else text).lstrip("0")
