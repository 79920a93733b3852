"""Pages of which one is in sight, as low as the lowest of them may be."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget


class PageStack(QStackedWidget):
    """It takes what room is left: what a page would like to have makes nothing around it scroll."""

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Return that it has none: a page that had would make its usual height the least."""
        return False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the least that works."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())
