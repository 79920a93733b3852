"""Which function is walked on: a well-known one, or a person's own."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QLineEdit

from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import repolish, text_label
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective, slope_names
from gdstudio.engine.functions.surfaces import SURFACES, VARIABLES
from gdstudio.errors import BadInput
from gdstudio.experiment.functions.slope_problem import SlopeProblem
from gdstudio.experiment.functions.terrain import OWN, Terrain

Problem = TypeVar("Problem", SlopeProblem, Terrain)
# What is said while a lab looks for a typed function's valleys, and for a rate that suits it.
LOOKING = "Looking for the valleys of this function…"
_OWN_LABEL = "Your own"
_ABOUT_SLOPES = "How steep the function is, found exactly."
_ABOUT_HEAVISIDE = "heaviside(u) is 1 where u is positive, 0 where it is negative"
# A text that is read just as it stands, but for these, needs no reading beside it.
_ALIKE = str.maketrans({"*": "·", "-": "−", " ": None})
# A longer slope would push all else out of the column; its tooltip has more of it.
_LONGEST_SLOPE = 200
_LONGEST_TOOLTIP = 1500
# Words longer than this may be broken after a sign.
_LONGEST_WORD = 24
_BREAK = "\N{ZERO WIDTH SPACE}"


class FunctionCard(Card):
    """The list of functions, a box to type one in, and its slopes.

    Signals:
        chosen(str): the key of a well-known function.
        typed(str): the text of a function of the person's own, which can be read.
    """

    chosen = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        options: Mapping[str, str] | None = None,
        *,
        variables: tuple[str, ...] = VARIABLES,
        label: str = "Landscape",
        example: str = "x^2 + sin(3*y)",
    ) -> None:
        """Offer `options` (keys to labels), called `label`, or a function of `variables`.

        Without `options` they are the well-known landscapes.
        """
        if options is None:
            options = {key: surface.label for key, surface in SURFACES.items()}
        self._about = f"f({', '.join(variables)})"
        super().__init__("Function", note=self._about)
        self._variables = variables
        self._in_force = ""
        self._refused: dict[str, str] = {}
        self._combo = ElidedCombo(
            "function_combo", "What to walk on: well-known functions, or your own."
        )
        for key, name in options.items():
            self._combo.addItem(name, key)
        self._combo.addItem(_OWN_LABEL, OWN)
        self._combo.currentIndexChanged.connect(self._on_chosen)
        self._combo.setAccessibleName(label)
        options_row = FieldRow("", self._combo)  # the title of the card says enough
        options_row.label.hide()
        self.add(options_row)
        self._edit = QLineEdit()
        self._edit.setObjectName("function_edit")
        self._edit.setAccessibleName(self._about)
        named = " and ".join(variables)
        tooltip = f"A function of {named}, such as {example}; press Enter to walk on it."
        self._edit.setToolTip(tooltip)
        self._edit.setAccessibleDescription(tooltip)
        self._edit.setPlaceholderText(example)
        self._edit.textEdited.connect(self._judge)
        self._edit.returnPressed.connect(self._take)
        self._edit.editingFinished.connect(self._take)
        self._row = FieldRow("f =", self._edit, message_name="reading_label")
        self._row.keep_label_narrow()
        self.add(self._row)
        self._slopes = text_label("", "small", name="slopes_label", wrap=True)
        self._slopes.setToolTip(_ABOUT_SLOPES)
        self.add(self._slopes)
        self._notice = text_label("", "muted", name="function_notice", wrap=True)
        self.add(self._notice)

    def show_terrain(self, terrain: Terrain) -> None:
        """Show the function in force, without a signal."""
        self.show_function(terrain.key, terrain.objective, terrain.notice)

    def show_function(self, key: str, objective: FunctionObjective, notice: str) -> None:
        """Show a function with its slopes and what to notice, without a signal.

        `key` is that of an option, or `OWN`.
        """
        self._in_force = objective.expression.pretty
        self._refused = {}
        self._choose(key)
        self._edit.setText(self._in_force)
        self._edit.setCursorPosition(0)
        self._row.set_hint("")
        self.set_problem("")
        self._show_slopes([slope.pretty for slope in objective.slopes])
        self._notice.setText(notice)
        self._notice.setVisible(bool(notice))

    def _show_slopes(self, slopes: Sequence[str]) -> None:
        names = slope_names(self._variables)
        lines = list(map(" = ".join, zip(names, slopes, strict=True)))
        if any("heaviside" in line for line in lines):
            lines.append(_ABOUT_HEAVISIDE)
        self._slopes.setText("\n".join(map(_fitted, lines)))
        whole = "\n".join(line[:_LONGEST_TOOLTIP] for line in lines if len(line) > _LONGEST_SLOPE)
        self._slopes.setToolTip(_breakable(whole) or _ABOUT_SLOPES)

    def set_problem(self, sentence: str) -> None:
        """Say under the box what is wrong with the text in it; "" takes it back."""
        if bool(sentence) != bool(self._edit.property("wrong")):
            self._edit.setProperty("wrong", bool(sentence))
            repolish(self._edit)
        self._row.set_problem(sentence)

    def refuse(self, text: str, sentence: str) -> None:
        """Say why the function `text` cannot be walked on; the one before stays in force."""
        self._refused = {text: sentence}
        if self._edit.text().strip() == text:
            self.set_problem(sentence)

    def commit(self) -> bool:
        """Take what is typed but not yet entered; return whether the function can be used."""
        self._take()
        return not self._edit.property("wrong")

    def write(self, text: str) -> None:
        """Write a function into the box and take it, as if the person had."""
        self._edit.setText(text)
        self._take()

    def ask_for_own(self) -> None:
        """Put the cursor into the box, all of its text chosen."""
        self._choose(OWN)
        self._edit.setFocus()
        self._edit.selectAll()

    def _choose(self, key: str) -> None:
        with QSignalBlocker(self._combo):
            self._combo.setCurrentIndex(self._combo.findData(key))

    @Slot()
    def _on_chosen(self) -> None:
        key = self._combo.currentData()
        if key == OWN:
            self.ask_for_own()
        else:
            self.chosen.emit(key)

    @Slot(str)
    def _judge(self, text: str) -> None:
        """Say how it is read, or what is wrong, while it is typed; nothing is taken yet."""
        try:
            read = Expression.parse(text, self._variables)
        except BadInput as problem:
            self._row.set_hint("")
            self.set_problem(self._better_place(text) or str(problem))
        else:
            self.set_problem("")
            as_it_stands = _plain(text) in (_plain(read.text), _plain(read.pretty))
            self._row.set_hint("" if as_it_stands else f"Read as {_fitted(read.pretty)}")

    def _better_place(self, text: str) -> str:
        """Say where a function of x and y can be walked on, where only x is known."""
        if len(self._variables) > 1:
            return ""
        try:
            Expression.parse(text, VARIABLES)
        except BadInput:
            return ""
        return "This is a function of x and y: walk on it in the Surface lab."

    @Slot()
    def _take(self) -> None:
        text = self._edit.text().strip()
        if text in (self._in_force, *self._refused):
            self.set_problem(self._refused.get(text, ""))
            return
        self._judge(text)
        if not self._edit.property("wrong"):
            self._in_force = text
            self._choose(OWN)
            self.typed.emit(text)


def written_out(problem: Problem) -> Problem:
    """Return `problem` with its slopes written out, which is too slow for the window's thread."""
    for slope in problem.objective.slopes:
        assert slope.pretty
    return problem


def _plain(text: str) -> str:
    """Return `text` without what makes no difference between a function and its reading."""
    return text.replace("**", "^").translate(_ALIKE)


def _fitted(line: str) -> str:
    """Return the text of a slope as it fits into the card."""
    return _breakable(line if len(line) <= _LONGEST_SLOPE else f"{line[: _LONGEST_SLOPE - 1]}…")


def _breakable(text: str) -> str:
    """Return `text` with places in its long words where a line may end."""
    return re.sub(
        rf"\S{{{_LONGEST_WORD},}}", lambda word: re.sub("([·/(])", rf"\1{_BREAK}", word[0]), text
    )
