"""How controls and plots behave towards a wheel or a key that is not meant for them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QSlider, QWidget

_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def takes_wheel(widget: QWidget, event: QWheelEvent) -> bool:
    """Return whether `widget` has the focus, so that the wheel is meant for it.

    Otherwise the event goes on to what holds the widget, and the page scrolls.
    """
    if widget.hasFocus():
        return True
    event.ignore()
    return False


class ControlManners(QObject):
    """Watches combo boxes, spin boxes and sliders.

    The wheel scrolls the page instead of changing a setting that has no focus. A letter or Space
    typed at a closed list changes nothing and goes on to the lab, where Space runs and R resets;
    the arrows still choose, F4, Alt+Down and Enter open the list, and letters find an entry there.
    """

    def __init__(self, control: QWidget) -> None:
        """Teach `control`, and what it consists of, its manners."""
        super().__init__(control)
        for one in (control, *control.findChildren(QWidget)):
            if isinstance(one, QComboBox | QAbstractSpinBox | QSlider):
                # Qt's own lets the wheel take the focus.
                one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
                one.installEventFilter(self)
            if isinstance(one, QComboBox):
                # The list was a window of its own, and had the focus.
                one.activated.connect(one.setFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let what is not meant for the control go on to its parent."""
        assert isinstance(watched, QWidget)
        if isinstance(event, QWheelEvent):
            return not takes_wheel(watched, event)
        if isinstance(event, QKeyEvent) and _is_typing(watched, event):
            event.ignore()
            return True
        return False


def _is_typing(watched: QObject, event: QKeyEvent) -> bool:
    """Return whether a character was typed at a closed list that cannot be written into."""
    return (
        isinstance(watched, QComboBox)
        and not watched.isEditable()
        and not watched.view().isVisible()
        and event.text().isprintable()
        and bool(event.text())
        and not event.modifiers() & _COMMANDS
    )
