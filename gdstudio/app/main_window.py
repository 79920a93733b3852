"""The main window: the rail at the left, one lab at a time beside it."""

import html
import logging
import platform
import sys
from pathlib import Path
from typing import Protocol

import numpy as np
from PySide6.QtCore import QChildEvent, Qt, QTimer, Slot, qVersion
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gdstudio import __version__
from gdstudio.app import log_file, menu_entry
from gdstudio.app.checkup.dialog import check_dialog
from gdstudio.app.guide.area import GuideArea
from gdstudio.app.guide.class_dialog import ask_and_show_class
from gdstudio.app.guide.controller import GuideController
from gdstudio.app.guide.panel import GuidePanel, Welcome
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.preferences import Preferences
from gdstudio.app.running.gathered_text_dialog import GatheredTextDialog
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.app.session_controller import SessionController
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton, RailButton
from gdstudio.app.window_place import place_first, restore_place
from gdstudio.experiment.scenario import Scenario
from gdstudio.licences import as_text, parts
from gdstudio.resource_files import resource_path
from gdstudio.visible_text import visible

log = logging.getLogger(__name__)


class LabKind(Protocol):
    """The class of a lab: what is known of it before it is made, see `Lab`."""

    key: str
    tab_text: str
    icon: str
    summary: str

    def __call__(self) -> Lab:
        """Make the lab."""


# A lab is one entry here, in the order of the story.
LABS: tuple[LabKind, ...] = (
    SlopeLab,
    SurfaceLab,
    HousesLab,
    PointsLab,
    DigitsLab,
)
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
        self._tabs = QButtonGroup(self)
        panel, self._welcome = GuidePanel(), Welcome()
        self._welcome.chosen.connect(self._take_choice)
        self.guide = GuideController(self, panel, self)
        self.guide.lessons.shown = self._school.lessons
        self.guide.open_changed.connect(self._show_guide)
        rail = self._rail()
        self.sessions = SessionController(self.labs, lambda: self.current_lab, self)
        self.sessions.lab_wanted.connect(self.show_lab)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail)
        row.addWidget(GuideArea(self._stack, panel, self._welcome), 1)
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
            action = QAction(self)
            action.setObjectName(f"{kind.key}_lab_action")
            action.setShortcut(QKeySequence(f"Ctrl+{place}"))
            action.triggered.connect(tab.click)
            self.addAction(action)
            is_shown = not self._school.labs or kind.key in self._school.labs
            tab.setVisible(is_shown)
            action.setEnabled(is_shown)
        column.addStretch(1)
        self._story_tab = RailButton(
            "Story",
            "story",
            name="story_tab",
            tooltip="The guide leads step by step, and goes on where it was left (Ctrl+G).",
        )
        self._story_tab.clicked.connect(self._toggle_guide)
        column.addWidget(self._story_tab)
        self._menu_button = IconButton(
            "View",
            icon="more",
            kind="quiet",
            name="view_menu",
            tooltip="Light or dark, high contrast, size of the text, about this computer and app.",
        )
        column.addWidget(self._menu_button)
        self._rail_frame = rail
        current_theme().style(rail)
        return rail

    def _add_actions(self) -> None:
        menu = QMenu(self._menu_button)
        group = QActionGroup(self)
        for key, label in THEMES.items():
            action = QAction(label, self)
            action.setObjectName(f"{key.replace('-', '_')}_theme_action")
            action.setCheckable(True)
            action.setChecked(self._preferences.theme == key)
            action.triggered.connect(lambda _checked=False, key=key: self.set_theme(key))
            group.addAction(action)
            menu.addAction(action)
        menu.addSeparator()
        theme = current_theme()
        for label, name, slot, keys in (
            ("Larger text", "larger_text_action", theme.zoom_in, ("Ctrl++", "Ctrl+=")),
            ("Smaller text", "smaller_text_action", theme.zoom_out, ("Ctrl+-",)),
            ("Usual text size", "usual_text_action", theme.zoom_reset, ("Ctrl+0",)),
        ):
            action = QAction(label, self)
            action.setObjectName(name)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(slot)
            menu.addAction(action)
            self.addAction(action)
        for name, shortcut, do in (
            ("copy_setup_action", "Ctrl+Shift+C", lambda: self.current_lab.set_ups.copy()),
            ("paste_setup_action", "Ctrl+Shift+V", lambda: self.current_lab.set_ups.paste()),
        ):
            action = QAction(self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(shortcut))
            action.triggered.connect(do)
            self.addAction(action)
        self._guide_keys: list[QAction] = []
        for name, shortcut, slot in (
            ("guide_next_action", "PgDown", self.guide.next),
            ("guide_back_action", "PgUp", self.guide.back),
            ("guide_action", "Ctrl+G", self.guide.focus),
        ):
            action = QAction(self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(shortcut))
            action.triggered.connect(slot)
            self.addAction(action)
            if name != "guide_action":
                action.setEnabled(False)
                self._guide_keys.append(action)
        menu.addSeparator()
        enlarge = QAction("Enlarge a card", self)
        enlarge.setObjectName("enlarge_card_action")
        enlarge.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        enlarge.setToolTip("Show the card with the focus, or the largest one, in the whole window.")
        enlarge.triggered.connect(lambda: self.current_lab.enlarged.toggle())
        menu.addAction(enlarge)
        self.addAction(enlarge)
        full = QAction("Full screen", self)
        full.setObjectName("full_screen_action")
        full.setShortcut(QKeySequence("F11"))
        full.triggered.connect(self.toggle_full_screen)
        menu.addAction(full)
        self.addAction(full)
        menu.addSeparator()
        for label, name, slot, key in (
            ("Open session…", "open_session_action", self.sessions.ask_and_open, "Ctrl+Shift+O"),
            ("Save session as…", "save_session_action", self.sessions.ask_and_save, "Ctrl+Shift+S"),
        ):
            action = QAction(label, self)
            action.setObjectName(name)
            action.setShortcut(QKeySequence(key))
            action.triggered.connect(slot)
            menu.addAction(action)
            self.addAction(action)
        collected = QAction("Collect a class…", self)
        collected.setObjectName("collect_class_action")
        collected.triggered.connect(lambda: ask_and_show_class(self.guide.background, self))
        menu.addAction(collected)
        menu.addSeparator()
        check = QAction("Check this computer…", self)
        check.setObjectName("check_computer_action")
        check.triggered.connect(lambda: check_dialog(self).open())
        menu.addAction(check)
        if sys.platform.startswith("linux"):
            entry = QAction("Add to the applications menu", self)
            entry.setObjectName("menu_entry_action")
            entry.triggered.connect(self.add_menu_entry)
            menu.addAction(entry)
        about = QAction("About…", self)
        about.setObjectName("about_action")
        about.triggered.connect(self.show_about)
        menu.addAction(about)
        self._menu_button.setMenu(menu)
        self.set_theme(self._preferences.theme)

    def set_theme(self, key: str) -> None:
        """Be one of `THEMES`: light, dark or in high contrast, or as the system."""
        self._preferences.theme = key
        if key == "system":
            current_theme().follow_system()
        else:
            current_theme().set_palette(key)

    @Slot()
    def add_menu_entry(self) -> None:
        """Add the app to the applications menu of this user."""
        lab = self.current_lab
        self.guide.background.submit(menu_entry.install, lab.say_result, lab.say_problem)

    @Slot()
    def show_about(self) -> None:
        """Say what this is, which version, and where the log is."""
        text = resource_path("texts", "about.html").read_text(encoding="utf-8")
        box = QMessageBox(self)
        box.setObjectName("about_box")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle("About Gradient Descent Studio")
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setText(
            text.format(
                version=__version__,
                log=html.escape(log_file.where_sentence()),
                qt=qVersion(),
                numpy=np.__version__,
                python=platform.python_version(),
            )
        )
        licences = box.addButton("Licences…", QMessageBox.ButtonRole.ActionRole)
        licences.setObjectName("licences_button")
        licences.clicked.connect(self.show_licences)
        box.addButton(QMessageBox.StandardButton.Ok)
        box.open()

    @Slot()
    def show_licences(self) -> None:
        """Show what the app is made of, each part with the text of its licence."""
        GatheredTextDialog(
            "Licences",
            "What this app is made of, and under which licence each part may be used.",
            "licences",
            self,
            saying="Gathering …",
            gather=lambda _: (as_text(parts()), ""),
        ).open()

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
