"""Which texts in a window are cut off, as far as widgets can tell."""

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
)

from gdstudio.app.widgets.labels import ElidedLabel


def inside(parent, *kinds):
    """Return the visible widgets of these kinds, without those that are parts of others."""
    found = []
    for kind in kinds:
        for widget in parent.findChildren(kind):
            owner = widget.parent()
            part = isinstance(widget, QScrollBar) or isinstance(
                owner, QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit
            )
            if widget.isVisible() and not part:
                found.append(widget)
    return found


def cut_texts(window):
    """Return (what, text, room, needed) of each text that has less room than it needs."""
    cut = []
    for label in inside(window, QLabel):
        if not label.text():
            continue
        if isinstance(label, ElidedLabel):
            # What says all of it in a tooltip is cut.
            if label.toolTip() == label.text():
                cut.append(("elided", label.text(), label.width(), label.sizeHint().width()))
            continue
        needs = label.heightForWidth(label.width()) if label.wordWrap() else 0
        width = label.sizeHint().width()
        if label.minimumWidth() == label.maximumWidth():
            # A label of a fixed width remembers that of before as its hint.
            width = label.fontMetrics().horizontalAdvance(label.text())
        if not label.wordWrap() and label.width() < width:
            cut.append(("label", label.text(), label.width(), width))
        if needs > label.height():
            cut.append(("lines", label.text(), label.height(), needs))
    for button in inside(window, QAbstractButton):
        if button.width() < button.minimumSizeHint().width():
            cut.append(("button", button.text(), button.width(), button.minimumSizeHint().width()))
        elif button.text() and button.height() < button.fontMetrics().height():
            cut.append(("button", button.text(), button.height(), button.fontMetrics().height()))
    for combo in inside(window, QComboBox):
        room = combo.lineEdit() or combo
        needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
        arrow = 0 if combo.lineEdit() else 34
        if room.width() - arrow < needed:
            cut.append(("combo", combo.currentText(), room.width() - arrow, needed))
    for header in window.findChildren(QHeaderView):
        if not header.isVisible():
            continue
        for section in range(header.count()):
            text = str(header.model().headerData(section, header.orientation()))
            needed = header.fontMetrics().horizontalAdvance(text)
            if header.sectionSize(section) < needed:
                cut.append(("header", text, header.sectionSize(section), needed))
    return cut
