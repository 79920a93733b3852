"""The middle of the Points lab: the pages of the plane, the numbers and the landscape."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.points.landscape_page import PointsLandscapePage
from gdstudio.app.labs.points.numbers_page import NumbersPage
from gdstudio.app.labs.points.plane_page import PlanePage
from gdstudio.app.running.background import Background
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.tab_strip import TabStrip
from gdstudio.app.widgets.page_stack import PageStack
from gdstudio.app.widgets.scroll_area import ScrollArea


class PointsPages(QWidget):
    """A strip of tabs, and the page that is chosen.

    Attributes:
        strip: the tabs, by the keys ``plane``, ``numbers`` and ``landscape``.
        plane: what the network answers everywhere.
        numbers: every number of one point.
        landscape: the loss over two of the weights.

    Signals:
        page_shown(): another page came into sight.
    """

    page_shown = Signal()

    def __init__(self, background: Background) -> None:
        super().__init__()
        self.plane = PlanePage()
        self.numbers = NumbersPage()
        self.landscape = PointsLandscapePage(background)
        self.strip = TabStrip(name="points_pages", accessible="What is watched")
        self._areas: dict[str, QWidget] = {}
        self._stack = PageStack()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.strip)
        column.addWidget(self._stack, 1)
        # The plane itself takes any size.
        self._add(
            "plane", "Plane", self.plane, "What the network answers everywhere, and the points."
        )
        self._add(
            "numbers",
            "Numbers",
            ScrollArea(self.numbers),
            "Every weight, sum, activation, error and slope of one point.",
        )
        self._add(
            "landscape",
            "Landscape",
            ScrollArea(self.landscape),
            "The loss over any two of the weights.",
        )
        self.strip.chosen.connect(self._show_page)
        current_theme().style(self.strip)

    def turn_to(self, widget: QWidget) -> None:
        """Show the page that `widget` stands on, if it stands on one."""
        for key, area in self._areas.items():
            if area.isAncestorOf(widget):
                self.strip.choose(key)

    def _add(self, key: str, title: str, area: QWidget, tooltip: str) -> None:
        self.strip.add_tab(key, title, tooltip)
        area.setObjectName(f"{key}_page_area")
        area.setAccessibleName(title)
        self._areas[key] = area
        self._stack.addWidget(area)
        current_theme().style(area)

    @Slot(str)
    def _show_page(self, key: str) -> None:
        page = self._areas[key]
        current_theme().prepare(page)
        self._stack.setCurrentWidget(page)
        self.page_shown.emit()
