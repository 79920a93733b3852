"""A list of choices whose closed box ends a long text in … instead of cutting it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

_MARGIN = 4  # what styles leave free beside the text


class ElidedCombo(QComboBox):
    """A combo box that is not written into; the open list shows all of its texts.

    Args:
        name: the object name.
        tooltip: what is chosen; a screen reader says it, too.
        letters: for how many there is room in any case; a longer text does not widen the panel.
    """

    def __init__(self, name: str = "", tooltip: str = "", *, letters: int = 6) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setToolTip(tooltip)
        self.setAccessibleDescription(tooltip)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the box with as much of the text as there is room for."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width() - _MARGIN
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, elide, room)
        painter.drawComplexControl(control, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        """Open the list, wide enough for its texts."""
        metrics = self.fontMetrics()
        texts = (metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count()))
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        widest = min(max(texts, default=0) + bar + 24, self.window().width() * 2 // 3)
        self.view().setMinimumWidth(max(widest, self.width()))
        super().showPopup()
