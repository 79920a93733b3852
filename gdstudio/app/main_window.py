"""The main window: the rail at the left, one lab at a time beside it."""

import functools
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QChildEvent, Qt, QTimer, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QKeyEvent,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.guide.area import GuideArea
from gdstudio.app.guide.controller import GuideController
from gdstudio.app.guide.panel import GuidePanel, Welcome
from gdstudio.app.guide.story_button import StoryButton
from gdstudio.app.lab_classes import LAB_CLASSES, LabKind
from gdstudio.app.labs.lab import Lab
from gdstudio.app.motion import MOTION
from gdstudio.app.preferences import Preferences
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.app.session_controller import SessionController
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton, RailButton
from gdstudio.app.window_place import place_first, restore_place
from gdstudio.experiment.scenario import Scenario
from gdstudio.storage.session_file import ENDING
from gdstudio.visible_text import visible

log = logging.getLogger(__name__)


# The labs, in the order of the story.
LABS: tuple[LabKind, ...] = tuple(load() for load in LAB_CLASSES.values())
RAIL_WIDTH = 104
THEMES = {
    "system": "As the system",
    "light": "Light",
    "dark": "Dark",
    "light-contrast": "High contrast, light",
    "dark-contrast": "High contrast, dark",
}


class MainWindow(QMainWindow):
    """Shows the labs that work, and remembers how it was left.

    Attributes:
        labs: all labs by key; each exists from the start and begins when first seen.
        guide: leads through lessons.
        sessions: saves all labs in one file, and opens them again.
    """

    def __init__(self, preferences: Preferences, school: SchoolSettings | None = None) -> None:
        super().__init__()
        self._school = school or SchoolSettings()
        self.setWindowTitle("Gradient Descent Studio")
        self.setObjectName("main_window")
        place_first(self)
        self._preferences = preferences
        self.labs: dict[str, Lab] = {}
        self._stack = QStackedWidget()
        self._menu = QMenu(self)
        self._tabs = QButtonGroup(self)
        panel, self._welcome = GuidePanel(), Welcome()
        self._welcome.chosen.connect(self._take_choice)
        self.guide = GuideController(self, panel, self)
        self.guide.lessons.shown = self._school.lessons
        self.guide.open_changed.connect(self._show_guide)
        rail = self._rail()
        self.guide.done_changed.connect(self._story_tab.show_done)
        self.sessions = SessionController(
            self.labs, lambda: self.current_lab, self, self.guide.lessons_plain
        )
        self.sessions.lab_wanted.connect(self.show_lab)
        self.sessions.lessons_opened.connect(self.guide.take_lessons)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        self._area = GuideArea(self._stack, panel, self._welcome)
        row.addWidget(self._area, 1)
        current_theme().style(panel)
        self.setCentralWidget(content)
        self._add_actions()
        current_theme().changed.connect(self._on_theme)
        self._on_theme()
        if preferences.geometry:
            self.restore_place(preferences.geometry)
        shown = self._school.labs or tuple(self.labs)
        self.show_lab(preferences.lab if preferences.lab in shown else shown[0])
        for sentence in preferences.unsaid:
            self.current_lab.say_problem(f"When the window closed last time: {sentence}")
        preferences.unsaid = []

    def restore_place(self, geometry: bytes) -> None:
        """Be as large as last time and at the same place, if that can be and can be seen."""
        if not restore_place(self, geometry):
            log.warning("The window's last place could not be used")

    def show_lab(self, key: str) -> None:
        """Show the lab called `key`."""
        lab = self.labs[key]
        if self._stack.currentWidget() is not lab:
            self.current_lab.enlarged.give_back()
        current_theme().prepare(lab)
        self._stack.setCurrentWidget(lab)
        for button in self._tabs.buttons():
            button.setChecked(button.objectName() == f"{key}_tab")
        self._preferences.lab = key
        self.guide.show_where()
        if self.isVisible():
            lab.start()
            self.sessions.take_up(key)

    def offer_guide(self) -> None:
        """Ask once, without getting in the way, whether to be led; go on with an open guide."""
        if self.guide.progress.is_open:
            self.guide.open()
        elif not self._preferences.is_welcomed:
            self._welcome.show()

    @Slot(bool)
    def _take_choice(self, leads: bool) -> None:
        self._preferences.is_welcomed = True
        self._preferences.save()
        self._welcome.hide()
        if leads:
            self.guide.open()
        else:
            self.current_lab.setFocus()

    @Slot(bool)
    def _show_guide(self, is_open: bool) -> None:
        """Show on the rail whether the guide is there, and give it its keys while it is."""
        self._story_tab.setChecked(is_open)
        for action in self._guide_keys:
            action.setEnabled(is_open)
        if is_open:
            self._welcome.hide()
            self._preferences.is_welcomed = True

    @Slot()
    def _toggle_guide(self) -> None:
        if self.guide.is_open:
            self.guide.close()
        else:
            self.guide.open()

    @Slot(bool)
    def _show_enlarged(self, is_large: bool) -> None:
        """Leave an enlarged card all the room that there is."""
        self._rail_frame.setVisible(not is_large)
        self._area.set_enlarged(is_large)
        self.guide.show_enlarged(is_large)

    @Slot()
    def toggle_full_screen(self) -> None:
        """Fill the whole screen, or be as before."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot(object)
    def set_up(self, scenario: Scenario) -> None:
        """Show the lab of a scenario, set up so."""
        self.show_lab(scenario.lab)
        self.current_lab.enlarged.give_back()  # another page may be in sight then
        self.labs[scenario.lab].set_ups.open(scenario)

    def open_file(self, name: str) -> None:
        """Open a session or a lesson, as the system asks for after a double click on its file."""
        path = Path(name)
        if path.suffix.casefold() == ENDING:
            self.sessions.open(path)
        else:
            self.guide.open()
            self.guide.lessons.open_file(path)

    @property
    def current_lab(self) -> Lab:
        """The lab that is shown."""
        lab = self._stack.currentWidget()
        assert isinstance(lab, Lab)
        return lab

    def _rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("lab_rail")
        rail.setProperty("kind", "rail")
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        for place, kind in enumerate(LABS, 1):
            lab = kind()
            self.labs[kind.key] = lab
            self._stack.addWidget(lab)
            lab.set_ups.pasted.connect(self.set_up)
            lab.enlarged.changed.connect(self._show_enlarged)
            tab = RailButton(
                kind.tab_text,
                kind.icon,
                name=f"{kind.key}_tab",
                tooltip=f"{kind.summary} (Ctrl+{place})",
            )
            tab.setAutoExclusive(False)
            tab.clicked.connect(lambda _checked=False, key=kind.key: self.show_lab(key))
            self._tabs.addButton(tab)
            column.addWidget(tab)
            action = self._add_action(f"{kind.key}_lab_action", tab.click, f"Ctrl+{place}")
            is_shown = not self._school.labs or kind.key in self._school.labs
            tab.setVisible(is_shown)
            action.setEnabled(is_shown)
        column.addStretch(1)
        self._story_tab = StoryButton()
        self._story_tab.clicked.connect(self._toggle_guide)
        column.addWidget(self._story_tab)
        self._menu_button = IconButton(
            "View",
            icon="more",
            kind="quiet",
            name="view_menu",
            tooltip="Light or dark, contrast, text size, motion, about this computer and app.",
        )
        column.addWidget(self._menu_button)
        self._rail_frame = rail
        current_theme().style(rail)
        return rail

    def _add_actions(self) -> None:
        """Fill the menu of the rail, and give keys to what can be done from everywhere."""
        add = self._add_action
        add("copy_setup_action", lambda: self.current_lab.set_ups.copy(), "Ctrl+Shift+C")
        add("paste_setup_action", lambda: self.current_lab.set_ups.paste(), "Ctrl+Shift+V")
        add("guide_action", self.guide.focus, "Ctrl+G")
        self._guide_keys = [
            add("guide_next_action", self.guide.next, "PgDown"),
            add("guide_back_action", self.guide.back, "PgUp"),
        ]
        for action in self._guide_keys:
            action.setEnabled(False)
        menu, sessions, theme = self._menu, self.sessions, current_theme()
        themes = QActionGroup(self)
        for key, label in THEMES.items():
            name = f"{key.replace('-', '_')}_theme_action"
            action = add(name, functools.partial(self.set_theme, key), label=label)
            action.setCheckable(True)
            action.setChecked(self._preferences.theme == key)
            themes.addAction(action)
        menu.addSeparator()
        add("larger_text_action", theme.zoom_in, "Ctrl++", "Ctrl+=", label="Larger text")
        add("smaller_text_action", theme.zoom_out, "Ctrl+-", label="Smaller text")
        add("usual_text_action", theme.zoom_reset, "Ctrl+0", label="Usual text size")
        less = add("less_motion_action", self._take_less_motion, label="Less motion")
        less.setToolTip("After a step, show everything in its new place at once.")
        less.setCheckable(True)
        less.setChecked(self._preferences.less_motion)
        self._less_motion_action = less
        MOTION.is_less = self._preferences.less_motion
        menu.addSeparator()
        add(
            "enlarge_card_action",
            lambda: self.current_lab.enlarged.toggle(),
            *("Ctrl+Return", "Ctrl+Enter"),
            label="Enlarge a card",
        ).setToolTip("Show the card with the focus, or the largest one, in the whole window.")
        add("full_screen_action", self.toggle_full_screen, "F11", label="Full screen")
        menu.addSeparator()
        add("open_session_action", sessions.ask_and_open, "Ctrl+Shift+O", label="Open session…")
        add("save_session_action", sessions.ask_and_save, "Ctrl+Shift+S", label="Save session as…")
        add("print_lesson_action", self.guide.print_lesson, label="Print this lesson…")
        add("collect_class_action", self.collect_class, label="Collect a class…")
        menu.addSeparator()
        add("check_computer_action", self.check_computer, label="Check this computer…")
        if sys.platform.startswith("linux"):
            label = "Add to the applications menu"
            add("menu_entry_action", self.add_menu_entry, label=label)
        add("about_action", self.show_about, label="About…")
        self._menu_button.setMenu(menu)
        self.set_theme(self._preferences.theme)

    def _add_action(
        self, name: str, do: Callable[[], object], *keys: str, label: str = ""
    ) -> QAction:
        """Return an action of the whole window; with a label it is in the menu, too."""
        action = QAction(label, self)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda: do())
        self.addAction(action)
        if label:
            self._menu.addAction(action)
        return action

    def set_theme(self, key: str) -> None:
        """Be one of `THEMES`: light, dark or in high contrast, or as the system."""
        self._preferences.theme = key
        current_theme().use(key)

    @Slot()
    def _take_less_motion(self) -> None:
        MOTION.is_less = self._preferences.less_motion = self._less_motion_action.isChecked()

    # What these need is loaded when they are asked for: the window opens earlier.

    @Slot()
    def add_menu_entry(self) -> None:
        """Add the app to the applications menu of this user."""
        from gdstudio.app import menu_entry

        lab = self.current_lab
        self.guide.background.submit(menu_entry.install, lab.say_result, lab.say_problem)

    @Slot()
    def collect_class(self) -> None:
        """Ask for a folder of what a class has handed in, and show it as a table."""
        from gdstudio.app.guide.class_dialog import ask_and_show_class

        ask_and_show_class(self.guide.background, self)

    @Slot()
    def check_computer(self) -> None:
        """Look whether the app works on this computer, and show the report."""
        from gdstudio.app.about import check_dialog

        check_dialog(self).open()

    @Slot()
    def show_about(self) -> None:
        """Say what this is, which version, and where the log is."""
        from gdstudio.app.about import about_box

        about_box(self).open()

    @Slot()
    def _on_theme(self) -> None:
        self._rail_frame.setFixedWidth(current_theme().px(RAIL_WIDTH))
        self._preferences.text_scale = current_theme().text_scale

    def childEvent(self, event: QChildEvent) -> None:  # noqa: N802 - Qt's name
        """Style the dialogs that open, also those of others."""
        super().childEvent(event)
        child = event.child()
        if event.polished() and isinstance(child, QWidget) and child.isWindow():
            current_theme().style(child)
            current_theme().prepare(child)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Start the lab that is seen, once the window stands."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._start_current)

    @Slot()
    def _start_current(self) -> None:
        if self.isVisible():
            self.current_lab.start()

    def keep_runs_in(self, folder: Path) -> None:
        """Keep long runs in `folder` when the window closes, and offer those that are there."""
        for lab in self.labs.values():
            lab.keep_runs_in(folder)

    def keep_lessons_in(self, path: Path) -> None:
        """Keep how far the user has come in the lessons at `path`."""
        self.guide.keep_in(path)

    def keep_session_in(self, folder: Path) -> None:
        """Write the session by itself in `folder`, and offer what a crash has left there."""
        self.sessions.keep_in(folder)

    def _tell_lost(self, lost: list[str]) -> None:
        """Tell what could not be saved on closing: in the terminal and the log, and next time."""
        self._preferences.unsaid = lost
        for sentence in lost:
            log.error("%s", sentence)
            if sys.stderr is not None:  # a windowed build has none
                sys.stderr.write(f"gdstudio: {visible(sentence)}\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let Esc give an enlarged card back, also where the guide has the keys."""
        enlarged = self.current_lab.enlarged
        if event.key() == Qt.Key.Key_Escape and enlarged.card is not None:
            enlarged.give_back()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Stop all that runs and keep what is to be remembered."""
        self._preferences.geometry = bytes(self.saveGeometry().data())
        self.current_lab.enlarged.give_back()
        self.hide()  # what is still to be done need not be watched
        self.guide.give_up()
        self.sessions.give_up()
        for lab in self.labs.values():
            lab.give_up()  # all at the same time, so that nobody waits twice
        for lab in self.labs.values():
            lab.close_runner()
        self.guide.end()
        self.sessions.close()
        backgrounds = [
            *(lab.background for lab in self.labs.values()),
            self.guide.background,
            self.sessions.background,
        ]
        self._tell_lost([said for background in backgrounds for said in background.lost])
        self._preferences.save()
        super().closeEvent(event)
