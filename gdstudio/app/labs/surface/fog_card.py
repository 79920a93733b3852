"""What one has in the fog: the slope under the feet, buttons to step, the loss so far."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider

from gdstudio.app.labs.surface.arrow_keys import WAYS
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.labels import text_label
from gdstudio.number_text import count_text, number_text

_NOTCHES = 100
_FIRST = 50
# Where the buttons stand: (row, column), the way they lead, their sign and name.
_WAYS = (
    (0, 1, (0.0, 1.0), "↑", "up", "North: y grows."),
    (1, 0, (-1.0, 0.0), "←", "left", "West: x falls."),
    (1, 2, (1.0, 0.0), "→", "right", "East: x grows."),
    (1, 1, (0.0, -1.0), "↓", "down", "South: y falls."),
)


class FogCard(Card):
    """The controls of a walk in the fog.

    Signals:
        way_chosen(float, float): the person steps by (dx, dy).
        downhill_chosen(float): the person steps straight downhill, by this length.
        back_chosen(): the last step is to be taken back.
        lift_clicked(): the fog is to be lifted.
    """

    way_chosen = Signal(float, float)
    downhill_chosen = Signal(float)
    back_chosen = Signal()
    lift_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("In the fog", name="fog_card")
        self.set_value("–", "text", name="fog_cost_label")
        self._reach = 1.0
        self._told = text_label("", "muted", name="fog_label", wrap=True)
        self.add(self._told)
        both = QHBoxLayout()
        self.body.addLayout(both)
        both.setSpacing(16)
        pad = QGridLayout()
        both.addLayout(pad, 3)
        pad.setSpacing(4)
        for row, column, way, sign, name, tooltip in _WAYS:
            button = IconButton(
                sign,
                name=f"fog_{name}_button",
                tooltip=f"{tooltip} The arrow keys do the same.",
                accessible=f"Step {name}",
            )
            button.clicked.connect(lambda _=False, way=way: self.step(*way))
            pad.addWidget(button, row, column)
        beside = QGridLayout()
        both.addLayout(beside, 2)
        beside.setSpacing(4)
        downhill = IconButton(
            "Downhill",
            name="fog_downhill_button",
            tooltip="Step straight against the gradient, the way the orange arrow points.",
        )
        back = IconButton(
            "Back", icon="undo", name="fog_back_button", tooltip="Take the last step back."
        )
        downhill.clicked.connect(self._on_downhill)
        back.clicked.connect(self.back_chosen)
        beside.addWidget(downhill, 0, 0)
        beside.addWidget(back, 1, 0)
        self._length = QSlider(Qt.Orientation.Horizontal)
        self._length.setObjectName("fog_length_slider")
        self._length.setAccessibleName("Step length")
        self._length.setToolTip("How far one step goes.")
        # Drawn with the mouse it leaves the arrow keys to the steps.
        self._length.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._length.setRange(1, _NOTCHES)
        ControlManners(self._length)
        self._length.setValue(_FIRST)
        self._length.valueChanged.connect(self._show_length)
        self._length_text = text_label("", "muted")
        title = text_label("Step length", "muted")
        title.setBuddy(self._length)
        lengths = QHBoxLayout()
        self.body.addLayout(lengths)
        lengths.setSpacing(8)
        lengths.addWidget(title)
        lengths.addWidget(self._length, 1)
        lengths.addWidget(self._length_text)
        self._lift = IconButton(
            "Lift the fog",
            kind="primary",
            name="lift_fog_button",
            tooltip="See the map, your walk, and where descent went from the same start.",
        )
        self._lift.clicked.connect(self.lift_clicked)
        self.add(self._lift)
        self.body.addStretch(1)

    def begin(self, reach: float) -> None:
        """Start anew; no step is longer than `reach`."""
        self._reach = reach
        self._length.setValue(_FIRST)
        self._show_length()

    def show_walk(self, steps: int, probes: int, loss: float, problem: str = "") -> None:
        """Show how far the walk has come; `problem` is why the last step was not made.

        `probes` are the steps with those that were taken back.
        """
        self.set_value(f"loss {number_text(loss)}", "text", name="fog_cost_label")
        made = "Not a step yet" if not steps else f"{count_text(steps)} steps made"
        made = "1 step made" if steps == 1 else made
        if probes > steps:
            made += f", {count_text(probes - steps)} taken back"
        self._told.setText(
            problem
            or f"{made}. You see the slope under your feet alone: click inside the dashed circle, "
            "or use the arrows."
        )

    def length(self) -> float:
        """Return the chosen length of a step."""
        return self._reach * self._length.value() / _NOTCHES

    def step(self, right: float, up: float) -> None:
        """Step along (`right`, `up`), which is of length 1, by the chosen length."""
        self.way_chosen.emit(right * self.length(), up * self.length())

    def take_key(self, key: int) -> bool:
        """Step the way an arrow key points; return whether it was one."""
        way = WAYS.get(Qt.Key(key))
        if way is not None:
            self.step(*way)
        return way is not None

    @Slot()
    def _on_downhill(self) -> None:
        self.downhill_chosen.emit(self.length())

    @Slot()
    def _show_length(self) -> None:
        self._length_text.setText(number_text(self.length(), 2))
