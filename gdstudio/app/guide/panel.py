"""The guide's panel: which lesson, which step, what it says, and what it asks for."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.guide.answer_view import AnswerView
from gdstudio.app.guide.step_text import StepText
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.announcement import announce
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.control_manners import ControlManners
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.labels import repolish, set_role, text_label
from gdstudio.app.widgets.scroll_area import ScrollArea
from gdstudio.lesson.glossary import Glossary, Term

_GAP = 8


class GuidePanel(QFrame):
    """One step at a time, beside the lab or above it.

    Attributes:
        answers: what the step asks for.

    Signals:
        lesson_chosen(str): the user wants the lesson with this key.
        open_clicked(): the user wants to open a lesson of their own.
        back_clicked(), next_clicked(), again_clicked(): the user wants to go on, or once more.
        hand_in_clicked(): the user wants to save what was answered, for a teacher.
        lab_clicked(): the user wants to see the lab that the step is about.
        everything_toggled(bool): nothing is to step back, or what the step is not about is.
        closed(): the guide is to go; it goes on later where it was left.
    """

    lesson_chosen = Signal(str)
    open_clicked = Signal()
    back_clicked = Signal()
    next_clicked = Signal()
    again_clicked = Signal()
    hand_in_clicked = Signal()
    lab_clicked = Signal()
    everything_toggled = Signal(bool)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guide_panel")
        self.setProperty("kind", "guide")
        self.setAccessibleName("Guide")
        self.lessons = ElidedCombo()
        self.lessons.setObjectName("lesson_combo")
        self.lessons.setAccessibleName("Lesson")
        self.lessons.setToolTip("The lessons; ✓ marks those that are done.")
        # Once the list has closed: it gives the keys back to the box, and the step shall have them.
        self.lessons.activated.connect(self._choose, Qt.ConnectionType.QueuedConnection)
        self.lessons.setSizeAdjustPolicy(
            ElidedCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.lessons.setMinimumContentsLength(8)
        ControlManners(self.lessons)
        self._step_label = text_label("", "small", name="guide_step_label")
        self._problem = text_label("", "problem", name="guide_problem_label", wrap=True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._problem.hide()
        self._heading = text_label("", "large", name="guide_heading_label", wrap=True)
        self.text = StepText()
        self.text.term_chosen.connect(self._show_entry)
        self._terms: Sequence[Term] = ()
        self._entry: Term | None = None
        self._words_button = IconButton(
            "Words",
            kind="quiet",
            name="guide_words_button",
            tooltip="Explain the words of the field that this step uses.",
        )
        self._words_button.setCheckable(True)
        self._words_button.toggled.connect(self._show_words)
        self._words = text_label("", "muted", name="guide_words_label", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answers = AnswerView()
        self._lab_button = IconButton(
            name="guide_lab_button", kind="quiet", tooltip="Show the lab that this step is about."
        )
        self._lab_button.clicked.connect(self.lab_clicked)
        self._lab_button.hide()
        self.back_button = IconButton(
            "Back", name="guide_back_button", tooltip="The step before (Page Up)."
        )
        self.back_button.clicked.connect(self.back_clicked)
        self.next_button = IconButton(
            "Next", name="guide_next_button", tooltip="The next step (Page Down)."
        )
        self.next_button.clicked.connect(self.next_clicked)
        self._is_primary = False

        # Where the parts stand: see `arrange`.
        self._tools = self._make_tools()
        self._everything = IconButton(
            "Show everything",
            kind="quiet",
            name="guide_everything_button",
            tooltip="Let nothing in the lab step back.",
        )
        self._everything.setCheckable(True)
        self._everything.toggled.connect(self.everything_toggled)
        self._nav = QWidget()
        row = QHBoxLayout(self._nav)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        row.addWidget(self.back_button)
        row.addWidget(self.next_button, 1)
        content = QWidget()
        content.setProperty("kind", "scrolled")
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom, content)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(2 * _GAP)
        told = QVBoxLayout()
        self._body.addLayout(told, 0)
        told.setSpacing(_GAP)
        told.addWidget(self._problem)
        told.addWidget(self._heading)
        told.addWidget(self.text)
        told.addWidget(self._words_button, 0, Qt.AlignmentFlag.AlignLeft)
        told.addWidget(self._words)
        told.addStretch(0)
        asked = QVBoxLayout()
        self._body.addLayout(asked, 1)
        asked.setSpacing(_GAP)
        asked.addWidget(self._lab_button, 0, Qt.AlignmentFlag.AlignLeft)
        asked.addWidget(self.answers)
        asked.addStretch(1)
        self._scroll = ScrollArea(content)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._reveal = QTimer(self)
        self._reveal.setSingleShot(True)
        self._reveal.setInterval(0)
        self._reveal.timeout.connect(self._scroll_to)
        self._revealed: QWidget = self.answers.said
        self._grid = QGridLayout(self)
        self._grid.setSpacing(_GAP)
        self._is_strip: bool | None = None
        self.arrange(is_strip=False)

    def _make_tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._step_label)
        row.addStretch(1)
        for icon, name, tooltip, accessible, clicked in (
            (
                "open",
                "open_lesson_button",
                "Open a lesson from a file.",
                "Open a lesson…",
                self.open_clicked,
            ),
            (
                "save",
                "hand_in_button",
                "Hand in: save a file with what you have answered, for your teacher.",
                "Hand in…",
                self.hand_in_clicked,
            ),
            (
                "reset",
                "guide_again_button",
                "Begin this step again, with the lab as it was then.",
                "Begin this step again",
                self.again_clicked,
            ),
            (
                "clear",
                "guide_close_button",
                "Close the guide; Story at the left goes on where it was left.",
                "Close the guide",
                self.closed,
            ),
        ):
            button = IconButton(
                icon=icon, kind="quiet", name=name, tooltip=tooltip, accessible=accessible
            )
            button.clicked.connect(clicked)
            row.addWidget(button)
        return tools

    def arrange(self, *, is_strip: bool) -> None:
        """Be a strip above the lab, or a column beside it."""
        if is_strip == self._is_strip:
            return
        self._is_strip = is_strip
        grid = self._grid
        for part in (self.lessons, self._tools, self._everything, self._nav, self._scroll):
            grid.removeWidget(part)
        for column in range(4):
            grid.setColumnStretch(column, 0)
        direction = QBoxLayout.Direction
        if is_strip:
            grid.setContentsMargins(16, 8, 8, 8)
            grid.addWidget(self._tools, 0, 1)
            grid.addWidget(self.lessons, 0, 0)
            grid.addWidget(self._everything, 0, 2)
            grid.addWidget(self._nav, 0, 3)
            grid.addWidget(self._scroll, 1, 0, 1, 4)
            grid.setColumnStretch(0, 3)
            grid.setColumnStretch(1, 2)
            grid.setColumnStretch(3, 1)
            self._body.setDirection(direction.LeftToRight)
            self._body.setStretch(0, 3)
            self._body.setStretch(1, 2)
        else:
            grid.setContentsMargins(16, 16, 8, 16)
            grid.addWidget(self._tools, 0, 0)
            grid.addWidget(self.lessons, 1, 0)
            grid.addWidget(self._scroll, 2, 0)
            grid.addWidget(self._everything, 3, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(self._nav, 4, 0)
            self._body.setDirection(direction.TopToBottom)
            self._body.setStretch(0, 0)
            self._body.setStretch(1, 1)
        self.setProperty("strip", is_strip)
        repolish(self)

    # What is shown.

    def show_lessons(self, entries: Sequence[tuple[str, str]], current: str) -> None:
        """Offer lessons, by key and title; `current` is the key of the one in view."""
        combo = self.lessons
        if [(combo.itemData(i), combo.itemText(i)) for i in range(combo.count())] != list(entries):
            combo.clear()
            for key, title in entries:
                combo.addItem(title, key)
        combo.setCurrentIndex(combo.findData(current))

    def show_step(self, place: int, count: int, heading: str) -> None:
        """Say which step it is."""
        self._step_label.setText(f"Step {place + 1} of {count}" if count else "")
        self._heading.setText(heading)
        self._entry = None
        self._words_button.setChecked(False)
        self._scroll.verticalScrollBar().setValue(0)
        self.back_button.setEnabled(place > 0)

    def show_text(
        self, markdown: str, folder: Path | None, glossary: Glossary | None = None
    ) -> None:
        """Show the text of the step, with links to the terms of `glossary`."""
        self.text.show_markdown(markdown, folder, glossary)

    def show_terms(self, terms: Sequence[Term]) -> None:
        """Offer to explain these words of the field."""
        self._terms = terms
        self._words_button.setVisible(bool(terms))
        self._show_meanings()

    def _show_meanings(self) -> None:
        """Explain all words of the step, or the one whose link was followed, or none."""
        one = [] if self._entry is None else [self._entry]
        shown = self._terms if self._words_button.isChecked() else one
        self._words.setText("\n".join(term.sentence for term in shown))
        self._words.setVisible(bool(shown))

    @Slot(bool)
    def _show_words(self, on: bool) -> None:
        self._entry = None
        self._show_meanings()
        if on:
            self._reveal_meanings()

    @Slot(object)
    def _show_entry(self, term: Term) -> None:
        """Explain a word whose link was followed; following it once more takes that away."""
        is_shown = term == self._entry and not self._words_button.isChecked()
        self._words_button.setChecked(False)
        self._entry = None if is_shown else term
        self._show_meanings()
        if not is_shown:
            self._reveal_meanings()

    def _reveal_meanings(self) -> None:
        self.announce(self._words.text())
        self._revealed = self._words
        self._reveal.start()

    def show_next(self, text: str, *, is_due: bool, tooltip: str) -> None:
        """Say what comes next; `is_due` where the step is done."""
        self.next_button.setText(text)
        self.next_button.setAccessibleName(text)
        self.next_button.setToolTip(tooltip)
        self.next_button.setAccessibleDescription(tooltip)
        self.next_button.setEnabled(bool(text))
        if is_due != self._is_primary:
            self._is_primary = is_due
            self.next_button.setProperty("kind", "primary" if is_due else "normal")
            repolish(self.next_button)

    def show_lab_button(self, title: str) -> None:
        """Offer the way to the lab of the step; empty where it is in sight."""
        self._lab_button.setText(f"Show {title}" if title else "")
        self._lab_button.setAccessibleName(self._lab_button.text())
        self._lab_button.setVisible(bool(title))

    @property
    def problem(self) -> str:
        """What is said to be wrong; empty where nothing is."""
        return self._problem.text()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong with a lesson; empty takes it back."""
        set_role(self._problem, "problem")
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if sentence:
            self.announce(sentence)

    def show_remark(self, sentence: str) -> None:
        """Say what was done, where problems are said."""
        self.show_problem(sentence)
        set_role(self._problem, "good")

    def show_everything(self, on: bool) -> None:
        """Have *Show everything* pressed, or not."""
        self._everything.setChecked(on)

    def reveal_answer(self) -> None:
        """Scroll to what was said to an answer, once it has its place."""
        self._revealed = self.answers.said
        self._reveal.start()

    @Slot()
    def _scroll_to(self) -> None:
        if self._revealed.isVisible():
            self._scroll.ensureWidgetVisible(self._revealed, 0, 4)

    def announce(self, sentence: str) -> None:
        """Let a screen reader say something."""
        announce(self, sentence)

    @Slot(int)
    def _choose(self, place: int) -> None:
        self.lesson_chosen.emit(self.lessons.itemData(place))


class Welcome(QFrame):
    """The choice at the first start: to be led, or to play.

    Signals:
        chosen(bool): whether the user wants to be led.
    """

    chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcome_panel")
        self.setProperty("kind", "guide")
        self.setProperty("strip", True)
        text = text_label(
            "New here? The guide leads you, one small step at a time, from a walk down a hill to a "
            "network that reads your own digits. It is always there, under Story.",
            wrap=True,
        )
        lead = IconButton(
            "Lead me", kind="primary", name="lead_me_button", tooltip="Open the guide."
        )
        play = IconButton(
            "Let me play",
            name="let_me_play_button",
            tooltip="Close this; the guide is always there, under Story.",
        )
        lead.clicked.connect(lambda: self.chosen.emit(True))
        play.clicked.connect(lambda: self.chosen.emit(False))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, _GAP, 16, _GAP)
        row.setSpacing(_GAP)
        row.addWidget(text, 1)
        row.addWidget(lead)
        row.addWidget(play)
        current_theme().style(self)
        self.hide()
