"""A page that is entered in the list is everywhere at once: that is all the developer's page asks.

The page here is one that nobody ships. The tests walk with it wherever pages are.
"""

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton
from whole_window import in_thread

from gdstudio.app import main_window, screenshots
from gdstudio.app.labs.digits.inside.page import InsidePage, PageKind
from gdstudio.app.labs.digits.inside.tabs import PAGES
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import text_label
from gdstudio.engine.inspect.edits import SwitchOff
from gdstudio.experiment.digits.questions import StepAfter


class DummyPage(InsidePage):
    """Says how large θ is, which digit is wanted, and what the run answers."""

    def __init__(self, ask):
        super().__init__(ask)
        card = Card("Dummy", name="dummy_card")
        self.label = text_label("", name="dummy_label", wrap=True)
        self.answer = text_label("", name="dummy_answer_label")
        off, seven = QPushButton("Off"), QPushButton("Seven")
        off.setObjectName("dummy_off_button")
        seven.setObjectName("dummy_seven_button")
        off.clicked.connect(lambda: self.edits_changed.emit((SwitchOff(3, 7),)))
        seven.clicked.connect(lambda: self.class_said.emit(7))
        for widget in (self.label, self.answer, off, seven):
            card.add(widget)
        self.column.addWidget(card)
        self.edits = None

    def show_moment(self, moment):
        self.label.setText(f"{moment.network.size} numbers, step {moment.step}, {moment.wanted}")
        self.ask(StepAfter(), self._tell)

    def _tell(self, step):
        self.answer.setText("" if step is None else f"after {step.step.iteration}")

    def take_edits(self, edits):
        self.edits = edits


@pytest.fixture(autouse=True)
def entered():
    """Enter the page in the list, for the time of a test."""
    PAGES.append(PageKind("dummy", "Dummy", "What nobody ships.", "judge", lambda: DummyPage))
    yield
    PAGES.pop()


def test_it_has_a_tab_and_shows_each_moment(quick_digits):
    digits = quick_digits
    tab = digits.widget("dummy_page_tab")
    assert (tab.text(), tab.toolTip()) == ("Dummy", "What nobody ships.")
    digits.click("dummy_page_tab")
    assert digits.widget("dummy_page").isVisible()
    assert digits.widget("dummy_page_area").accessibleName() == "Dummy"
    # It has something to look at: a test image, whose class is known.
    digits.wait(lambda: digits.text("dummy_label").startswith("16330 numbers, step 0, "))
    digits.lab.runner.step(3)
    digits.wait(lambda: "step 3" in digits.text("dummy_label"))
    digits.wait(lambda: digits.text("dummy_answer_label") == "after 3")
    # It looks back, too, as the time machine does.
    digits.widget("time_slider").setValue(1)
    digits.wait(lambda: "step 1" in digits.text("dummy_label"))


def test_what_is_done_on_it_is_done_to_the_network_and_the_drawing(quick_digits):
    digits = quick_digits
    digits.click("dummy_page_tab")
    digits.wait(lambda: digits.lab.reading.picture is not None)
    page = digits.lab.inside.tabs.page("dummy")
    assert page.edits == ()
    digits.click("dummy_off_button")
    assert digits.text("edits_bar_label") == "1 edit"
    assert digits.lab.reading.answerer.edits == (SwitchOff(3, 7),)
    digits.click("edits_bar_undo_button")
    assert page.edits == ()
    digits.click("clear_button")
    digits.drag("drawing_canvas", (60, 60), (160, 60), (110, 180))
    digits.wait(lambda: digits.text("dummy_label").endswith("None"))
    digits.click("dummy_seven_button")
    digits.wait(lambda: digits.text("dummy_label").endswith(", 7"))


def test_its_picture_is_rendered_and_it_closes_with_the_window(monkeypatch, tmp_path):
    def train(lab):
        lab.panel.set_values({"dataset": "pen-digits", "training_size": 100, "epochs": 1})
        lab.reset()
        yield lambda: lab.runner.is_up_to_date

    monkeypatch.setattr(DigitsLab, "pose", train)
    monkeypatch.setattr(screenshots, "_settle", lambda _rounds: QApplication.processEvents())
    monkeypatch.setattr(main_window, "LABS", (in_thread(DigitsLab),))
    kept = PAGES[:-1]
    PAGES[:-1] = []
    try:
        screenshots.render_screenshots(tmp_path)
    finally:
        PAGES[:0] = kept
    for theme in ("light", "dark"):
        assert not QImage(str(tmp_path / f"digits-dummy-{theme}.png")).isNull()
