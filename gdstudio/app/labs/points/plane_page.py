"""The plane itself with what one paints with: the hero of the Points lab."""

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.pictures.plane_picture import PlanePicture
from gdstudio.app.widgets.pictures.point_plane import PointPlane
from gdstudio.data.points.painted import CLASSES
from gdstudio.experiment.points.problem import PointsProblem, Scores
from gdstudio.number_text import count_text, number_text, percent_text

ERASER = "eraser"
# No tooltip of the plane itself: it would lie on what one looks at.
_HELP = (
    "What a click on the plane, or a drag, does: add points of a class, or erase. The right button "
    "chooses a point to follow. With the keyboard: arrows, then Enter adds, Delete erases, P "
    "chooses."
)


class PlanePage(QWidget):
    """Shows the plane.

    Signals:
        undo_clicked(), clear_clicked(): what was painted last, or all points, are to go.
    """

    undo_clicked = Signal()
    clear_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plane = PointPlane(empty_text="Click to add points of two classes.")
        self.plane.setAccessibleDescription(_HELP)
        self.card = Card("The plane")
        self._tool = ElidedCombo()
        self._tool.setObjectName("class_combo")
        self._tool.setToolTip(_HELP)
        self._tool.setAccessibleName("Paint")
        self._tool.setAccessibleDescription(self._tool.toolTip())
        for number, name in enumerate(CLASSES):
            self._tool.addItem(name, number)
        self._tool.addItem("Eraser", ERASER)
        self._tool.setMinimumContentsLength(5)
        ControlManners(self._tool)
        self._tool.currentIndexChanged.connect(self._on_tool)
        undo = IconButton(
            "Undo",
            kind="quiet",
            name="undo_points_button",
            tooltip="Take back what was painted or erased last (Ctrl+Z).",
        )
        undo.clicked.connect(self.undo_clicked)
        clear = IconButton(
            "Clear",
            kind="quiet",
            name="clear_points_button",
            tooltip="Take all points away, to paint your own on an empty plane.",
        )
        clear.clicked.connect(self.clear_clicked)
        for widget in (self._tool, undo, clear):
            self.card.add_header_widget(widget)
        self.card.set_value("–", "test", name="test_accuracy_label")
        self.card.set_exports(self.plane, self._table, file_name="points", button_name="plane_menu")
        self.card.add(self.plane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self._problem: PointsProblem | None = None

    @property
    def label(self) -> int:
        """The class that is painted, from 0."""
        chosen = self._tool.currentData()
        return 0 if chosen == ERASER else int(chosen)

    def show_problem(self, problem: PointsProblem) -> None:
        """Show another part of the plane, as the points need it."""
        self._problem = problem
        (x0, x1), (y0, y1) = problem.limits
        points = problem.points
        scales = tuple((scale.offset, scale.unit) for scale in points.scales)
        self.plane.set_home((x0, x1, y0, y1), points.axes, (scales[0], scales[1]))

    def show_scores(self, training: Scores, test: Scores) -> None:
        """Say how many test points are answered rightly, or the loss on the test."""
        scores, which = (training, "training") if math.isnan(test.loss) else (test, "test")
        if math.isnan(scores.accuracy):
            text = f"{which} loss {number_text(scores.loss, 3)}"
        else:
            text = f"{percent_text(scores.accuracy)} of {which}"
        self.card.set_value(text, "test", name="test_accuracy_label")
        if self._problem is not None:
            points = self._problem.points
            count = count_text(len(points.training_places))
            tested = count_text(len(points.test_places))
            self.plane.setAccessibleName(
                f"The plane with {count} training points and {tested} test points; {text} right"
                if not math.isnan(scores.accuracy)
                else f"The plane with {count} training points and {tested} test points; {text}"
            )

    def show_picture(self, picture: PlanePicture | None) -> None:
        """Show what is answered everywhere."""
        self.plane.set_picture(picture)

    def _table(self) -> tuple[list[str], list[list[object]]]:
        if self._problem is None:
            return ["x", "y"], []
        points = self._problem.points
        answer = "class" if points.classes else points.target
        rows: list[list[object]] = []
        for (x, y), right, test in zip(
            points.places.tolist(), points.answers.tolist(), points.is_test.tolist(), strict=True
        ):
            said = points.classes[int(right)] if points.classes else right
            rows.append(
                [
                    points.scales[0].original(x),
                    points.scales[1].original(y),
                    said if points.classes else points.target_scale.original(right),
                    "test" if test else "training",
                ]
            )
        return [*points.axes, answer, "used for"], rows

    @Slot()
    def _on_tool(self) -> None:
        self.plane.set_erasing(self._tool.currentData() == ERASER)
