"""Own symbols are drawn, counted, deleted and kept; whatever goes wrong, nothing drawn is lost."""

import json

import pytest
from hand_drawn import CLASSES, symbol_file
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMainWindow, QWidget

from gdstudio.app.labs.digits.symbols_controller import SymbolsController
from gdstudio.app.running.background import Background

LEFT = Qt.MouseButton.LeftButton
WAIT = 60_000


class Hand:
    """A hand on the dialog; finds controls by the names that other programs may rely on."""

    def __init__(self, qtbot, path):
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.window.show()
        self.path, self._qtbot = path, qtbot
        self.background = Background(self.window)
        self.controller = SymbolsController(self.background, self.window, path)
        self.open()

    def open(self):
        self.controller.open()
        self.wait(lambda: self.dialog is not None and self.dialog.isVisible())

    @property
    def dialog(self):
        return self.controller.dialog

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=WAIT)

    def rest(self):
        """Wait until nothing is being read or written."""
        self.wait(lambda: not self.background.is_busy)

    def widget(self, name):
        found = self.dialog.findChild(QWidget, name)
        assert found is not None, f"there is no {name}"
        return found

    def click(self, name):
        QTest.mouseClick(self.widget(name), LEFT)

    def text(self, name):
        return self.widget(name).text()

    def said(self):
        return self.text("symbols_message")

    def name_class(self, name):
        self.widget("symbol_class_edit").setText(name)
        self.click("symbol_class_button")

    def draw(self, number=0, *, add=True):
        canvas = self.widget("symbol_canvas")
        QTest.mousePress(canvas, LEFT, pos=QPoint(40, 40 + number))
        QTest.mouseMove(canvas, QPoint(90 + number, 120))
        QTest.mouseRelease(canvas, LEFT, pos=QPoint(140, 60))
        if add:
            self.click("symbol_add_button")

    def delete(self, number):
        tiles = self.widget("symbol_drawings")
        QTest.mouseClick(tiles, LEFT, pos=tiles.tile_center(number).toPoint())

    def counts(self):
        """Return what the buttons of the classes say."""
        names = self.controller._editor.symbols.names
        return [self.text(f"symbol_class_{index}_button") for index in range(len(names))]

    def kept(self):
        """Return the names and the numbers of drawings in the file."""
        self.rest()
        found = json.loads(self.path.read_text("utf-8"))["classes"]
        return {one["name"]: len(one["drawings"]) for one in found}


@pytest.fixture
def hand(qtbot, tmp_path):
    made = Hand(qtbot, tmp_path / "data" / "symbols.json")
    yield made
    made.background.close()


def test_symbols_are_drawn_counted_deleted_and_kept_at_every_change(hand):
    hand.name_class("♥")
    for number in range(3):
        hand.draw(number)
    hand.name_class("A & <b>B</b>")
    hand.draw(7)
    assert hand.counts() == ["♥  3", "A && <b>B</b>  1"]
    assert hand.kept() == {"♥": 3, "A & <b>B</b>": 1}
    hand.click("symbol_class_0_button")
    assert hand.text("symbol_count_label") == "3 drawings"
    hand.delete(1)
    assert hand.counts()[0] == "♥  2"
    assert hand.kept()["♥"] == 2
    hand.click("symbol_undo_button")
    assert hand.kept()["♥"] == 3
    hand.click("symbol_remove_button")
    assert hand.kept() == {"A & <b>B</b>": 1}
    QTest.keyClick(hand.widget("symbol_canvas"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hand.kept() == {"♥": 3, "A & <b>B</b>": 1}
    hand.dialog.close()
    hand.rest()
    again = SymbolsController(hand.background, hand.window, hand.path)
    again.open()
    hand.wait(lambda: again.dialog is not None and again.dialog.isVisible())
    assert again.dialog.findChild(QWidget, "symbol_class_0_button").text() == "♥  3"


def test_undo_takes_strokes_back_before_what_was_added(hand):
    hand.name_class("♥")
    hand.draw()
    hand.draw(5, add=False)
    assert len(hand.widget("symbol_canvas").strokes()) == 1
    hand.click("symbol_undo_button")
    assert hand.widget("symbol_canvas").is_empty()
    assert hand.counts() == ["♥  1"]
    hand.click("symbol_undo_button")
    assert hand.counts() == ["♥  0"]


def test_enter_adds_the_drawing_and_a_name_that_is_only_typed_counts(hand):
    hand.widget("symbol_class_edit").setText("star")
    hand.draw(add=False)
    QTest.keyClick(hand.widget("symbol_canvas"), Qt.Key.Key_Return)
    assert hand.counts() == ["star  1"]
    assert hand.widget("symbol_canvas").is_empty()
    assert hand.dialog.isVisible()


def test_a_class_gets_another_name(hand):
    hand.name_class("hart")
    hand.name_class("star")
    hand.click("symbol_class_0_button")
    edit = hand.widget("symbol_name_edit")
    edit.setText("heart")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert hand.kept() == {"heart": 0, "star": 0}
    edit.setText("star")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert hand.said() == "There is a class “star” already; choose another name."
    assert edit.text() == "heart"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("♥", "There is a class “♥” already; choose another name."),
        ("  ", "A class needs a name, such as ♥, A or star; type one."),
        ("x" * 256, "has 256 letters; choose one of at most 24."),
        ("\x1b[31m", "has characters that are no letters or signs; type it."),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_and_the_drawing_stays(hand, name, sentence):
    hand.name_class("♥")
    hand.draw(add=False)
    hand.name_class(name)
    assert sentence in hand.said()
    assert hand.counts() == ["♥  0"]
    assert hand.text("symbol_class_edit") == name
    assert not hand.widget("symbol_canvas").is_empty()


def test_train_says_what_is_missing(hand):
    for prepare, sentence in (
        (lambda: None, "There is no class yet; name two, and draw a few of each."),
        (lambda: hand.name_class("♥"), "There is one class only, “♥”; add another,"),
        (lambda: hand.name_class("A"), "The class “♥” has no drawing yet; draw two at least"),
        (hand.draw, "The class “♥” has no drawing yet"),
    ):
        prepare()
        hand.click("symbol_train_button")
        assert sentence in hand.said()
        assert hand.dialog.isVisible()
    hand.click("symbol_class_0_button")
    hand.draw()
    hand.click("symbol_train_button")
    assert "The class “♥” has one drawing only; draw two at least" in hand.said()


def test_it_says_how_few_drawings_there_are_to_test_with(hand):
    hand.name_class("♥")
    hand.draw()
    assert hand.said() == "No drawing is kept back for a test yet."
    hand.draw(5)
    assert hand.said() == (
        "1 drawing is kept back for the test, as drawn. With so few, each counts for 100.0 % of "
        "the accuracy."
    )
    assert "kept back for the test" in hand.widget("symbol_drawings").tile_text(1)
    assert "kept back" not in hand.widget("symbol_drawings").tile_text(0)


def test_symbols_go_to_another_machine_and_join_those_that_are_there(hand, monkeypatch, tmp_path):
    symbol_file(tmp_path / "theirs.json", count=3)
    hand.name_class("★")
    hand.draw()
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "theirs.json"), "")
    )
    hand.click("symbol_import_button")
    hand.wait(lambda: hand.said() == "Added 12 drawings from theirs.json.")
    assert hand.kept() == {"★": 4, "♥": 3, "△": 3, "A": 3}
    hand.click("symbol_undo_button")
    assert hand.kept() == {"★": 1}
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    hand.click("symbol_export_button")
    hand.wait(lambda: hand.said() == "Exported to mine.json.")
    assert json.loads((tmp_path / "mine.json").read_text("utf-8"))["classes"][0]["name"] == "★"


def test_a_file_that_cannot_be_imported_changes_nothing(hand, tmp_path):
    hand.name_class("★")
    hand.draw()
    (tmp_path / "bad.json").write_text("[]")
    hand.controller.import_file(tmp_path / "bad.json")
    hand.wait(lambda: "“bad.json” is no file of symbols" in hand.said())
    assert hand.kept() == {"★": 1}


def test_a_damaged_file_is_set_aside_and_one_begins_anew(qtbot, tmp_path):
    path = tmp_path / "symbols.json"
    path.write_text("damaged")
    hand = Hand(qtbot, path)
    assert "set aside as “symbols-set-aside-1.json”" in hand.said()
    hand.name_class("♥")
    assert hand.kept() == {"♥": 0}
    assert (tmp_path / "symbols-set-aside-1.json").read_text() == "damaged"
    hand.background.close()


def test_where_nothing_can_be_kept_it_is_said_and_an_export_is_learned_from(qtbot, tmp_path):
    (tmp_path / "data").write_text("no folder")
    hand = Hand(qtbot, tmp_path / "data" / "symbols.json")
    for name in CLASSES[:2]:
        hand.name_class(name)
        hand.draw()
        hand.draw(5)
    hand.wait(lambda: "Your symbols cannot be kept in" in hand.said())
    hand.click("symbol_train_button")
    hand.rest()
    assert "export them to another place" in hand.said()
    hand.dialog.close()
    hand.open()
    assert hand.counts() == ["♥  2", "★  2"]
    hand.controller.export_file(tmp_path / "mine.json")
    hand.wait(lambda: hand.said() == "Exported to mine.json.")
    with qtbot.waitSignal(hand.controller.train_wanted, timeout=WAIT) as wanted:
        hand.click("symbol_train_button")
    assert wanted.args == [str(tmp_path / "mine.json")]
    hand.background.close()


def test_a_person_without_a_home_can_still_draw(qtbot):
    hand = Hand(qtbot, None)
    assert "There is no folder to keep your symbols in" in hand.said()
    hand.name_class("♥")
    hand.draw()
    assert hand.counts() == ["♥  1"]
    hand.background.close()
