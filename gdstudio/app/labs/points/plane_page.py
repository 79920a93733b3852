"""The plane itself with what one paints with: the hero of the Points lab."""

import math

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.number_box import NumberBox
from gdstudio.app.widgets.pictures.plane_picture import PlanePicture
from gdstudio.app.widgets.pictures.point_plane import PointPlane
from gdstudio.data.points.painted import CLASSES, LARGEST_NUMBER
from gdstudio.experiment.points.problem import PointsProblem, Scores
from gdstudio.number_text import count_text, number_text, percent_text

ERASER, NUMBER = "eraser", "number"
# No tooltip of the plane itself: it would lie on what one looks at.
_HELP = (
    "What a click on the plane, or a drag, does: add points of a class, or erase. The right button "
    "chooses a point to follow. With the keyboard: arrows, then Enter adds, Delete erases, P "
    "chooses."
)
_NUMBER_HELP = "The number that is to be predicted at the points that a click or a drag adds."
_EMPTY = "Click to add points of two classes."
_EMPTY_NUMBERS = "Click to add points with a number, then choose another number for others."
# The number that is painted first, and how far an arrow of its box goes.
_FIRST_NUMBER, _NUMBER_STEP = 1.0, 0.25
_NUMBER_WIDTH = 62


class PlanePage(QWidget):
    """Shows the plane.

    Signals:
        undo_clicked(), clear_clicked(): what was painted last, or all points, are to go.
        refused(str): why the number that was typed cannot be painted; empty when it is mended.
    """

    undo_clicked = Signal()
    clear_clicked = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.plane = PointPlane(empty_text=_EMPTY)
        self.plane.setAccessibleDescription(_HELP)
        self.card = Card("The plane")
        self._tool = ElidedCombo("class_combo", _HELP, letters=5)
        self._tool.setAccessibleName("Paint")
        self._tool.setSizeAdjustPolicy(ElidedCombo.SizeAdjustPolicy.AdjustToContents)
        ControlManners(self._tool)
        self._paints_numbers = False
        self._offer_tools()
        self._tool.currentIndexChanged.connect(self._on_tool)
        self._number = NumberBox(largest=LARGEST_NUMBER)
        self._number.setObjectName("painted_number_spin")
        self._number.setAccessibleName("Number to paint")
        self._number.setToolTip(_NUMBER_HELP)
        self._number.setAccessibleDescription(_NUMBER_HELP)
        self._number.setSingleStep(_NUMBER_STEP)
        self._number.setValue(_FIRST_NUMBER)
        self._number.refused.connect(self.refused)
        self._number.hide()
        ControlManners(self._number)
        current_theme().changed.connect(self._restyle)
        self._restyle()
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
        for widget in (self._tool, self._number, undo, clear):
            self.card.add_header_widget(widget)
        self.card.set_value("–", "test", name="test_accuracy_label")
        self.card.set_exports(self.plane, self._table, file_name="points", button_name="plane_menu")
        self.card.add(self.plane, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        self._problem: PointsProblem | None = None

    @property
    def paints_numbers(self) -> bool:
        """Whether the points that are painted have a number to predict, not a class."""
        return self._paints_numbers

    @property
    def answer(self) -> str | float:
        """The class that is painted, or the number."""
        if self._paints_numbers:
            return self._number.value()
        chosen = self._tool.currentData()
        return CLASSES[0] if chosen == ERASER else CLASSES[int(chosen)]

    def _offer_tools(self) -> None:
        """Offer the classes to paint, or a number, and the eraser."""
        erases = self._tool.currentData() == ERASER
        with QSignalBlocker(self._tool):
            self._tool.clear()
            if self._paints_numbers:
                self._tool.addItem("Paint", NUMBER)
            else:
                for number, name in enumerate(CLASSES):
                    self._tool.addItem(name, number)
            self._tool.addItem("Eraser", ERASER)
            self._tool.setCurrentIndex(self._tool.count() - 1 if erases else 0)

    def show_problem(self, problem: PointsProblem) -> None:
        """Show another part of the plane, as the points need it."""
        self._problem = problem
        if problem.points.is_regression != self._paints_numbers:
            self._paints_numbers = problem.points.is_regression
            self._offer_tools()
            self._number.setVisible(self._paints_numbers)
            self.plane.set_empty_text(_EMPTY_NUMBERS if self._paints_numbers else _EMPTY)
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

    def tell(self, text: str) -> None:
        """Say in words where the run is, to who does not see the plane."""
        if not self.plane.hasFocus():  # then it says what is at the cursor
            self.plane.setAccessibleDescription(f"{text}. {_HELP}")

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
    def _restyle(self) -> None:
        self._number.setFixedWidth(current_theme().px(_NUMBER_WIDTH))

    @Slot()
    def _on_tool(self) -> None:
        self.plane.set_erasing(self._tool.currentData() == ERASER)
