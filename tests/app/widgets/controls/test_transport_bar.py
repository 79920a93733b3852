"""The bar says what was clicked, and shows how far it got."""

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.transport_bar import TransportBar


@pytest.fixture
def bar(qtbot):
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.resize(1280, 60)
    bar.show()
    return bar


@pytest.mark.parametrize("name", ["run", "step", "reset", "new_start"])
def test_each_button_says_that_it_was_clicked(bar, qtbot, name):
    button = bar.findChild(QPushButton, f"{name}_button")
    assert button.toolTip()
    assert button.accessibleName()
    with qtbot.waitSignal(getattr(bar, f"{name}_clicked"), timeout=100):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_run_becomes_pause(bar):
    run = bar.findChild(QPushButton, "run_button")
    bar.set_running(True)
    assert run.text() == "Pause"
    assert run.accessibleName() == "Pause"
    bar.set_running(False)
    assert run.text() == "Run"


def test_the_slider_chooses_steps_a_second(bar):
    slider = bar.findChild(QSlider, "speed_slider")
    told = []
    bar.speed_changed.connect(told.append)
    assert bar.speed() is None
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert told == [1]
    assert slider.accessibleDescription() == "1 step a second"
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert told[-1] is None
    bar.set_speed(10)
    assert bar.speed() == 10
    assert len(told) == 2, "only the user's hand makes signals"


def test_progress_is_written_out(bar):
    bar.set_progress(1204, 0.31)
    assert bar.findChild(QLabel, "step_label").text() == "step 1,204"
    assert bar.findChild(QLabel, "loss_label").text() == "loss 0.310"
    bar.set_progress(0, None)
    assert bar.findChild(QLabel, "loss_label").text() == "loss –"
    bar.set_seed(3)
    assert bar.findChild(QLabel, "seed_label").text() == "seed 3"


def test_a_long_status_is_whole_in_its_tooltip(bar):
    status = bar.findChild(QLabel, "status_label")
    text = "The steps grew: the learning rate 5 is too large. " * 8
    bar.set_status(text, "problem")
    assert status.text() == text
    assert status.toolTip() == text
    bar.set_status("Done.", "good")
    assert status.toolTip() == ""


def test_the_last_run_is_offered_while_there_is_one(bar, qtbot):
    button = bar.findChild(QPushButton, "last_run_button")
    assert not button.isVisible()
    bar.offer_last_run("3 epochs, 94.1% of the test images right")
    assert button.isVisible()
    assert "3 epochs" in button.toolTip()
    assert button.accessibleName() == "Last run"
    with qtbot.waitSignal(bar.last_run_clicked, timeout=100):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.offer_last_run("")
    assert not button.isVisible()


@pytest.mark.parametrize("last_run", ["", "3 epochs"])
@pytest.mark.parametrize(
    ("width", "scale"), [(796, 1.0), (1072, 2.0), (718, 1.75), (1020, 2.5), (640, 2.5)]
)
def test_where_it_is_narrow_the_seed_gives_way_and_nothing_is_cut(qtbot, width, scale, last_run):
    current_theme().set_scale(scale)
    lab = QWidget()  # a bar that were a window could not be narrower than it likes
    qtbot.addWidget(lab)
    bar = TransportBar()
    bar.setParent(lab)
    lab.resize(width, 100)
    lab.show()
    bar.show()
    bar.offer_last_run(last_run)
    bar.set_status("All 3 epochs are done. Run trains for 3 more.")
    bar.resize(width, bar.sizeHint().height())
    bar.set_progress(180_000, 0.0419)
    QApplication.processEvents()
    shown = [w for w in bar.findChildren(QWidget) if w.isVisible() and w.parent() is bar]
    assert all(bar.rect().contains(w.geometry()) for w in shown)
    for one, other in itertools.combinations(shown, 2):
        assert not one.geometry().intersects(other.geometry())
    for name in ("step_label", "loss_label"):
        label = bar.findChild(QLabel, name)
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())
    assert bar.findChild(QPushButton, "run_button").isVisible()
    status = bar.findChild(QLabel, "status_label")
    assert status.isVisible()
    assert status.width() >= 8 * status.fontMetrics().averageCharWidth()


@pytest.mark.parametrize(("width", "scale"), [(1176, 1.0), (1176, 1.75), (1262, 1.0)])
@pytest.mark.parametrize(
    "said",
    [
        "All 10 epochs are done. Run trains for 10 more.",
        "All 20,000 steps are done. Run makes 20,000 more.",
    ],
)
def test_in_a_window_as_wide_as_a_small_screen_the_end_of_a_run_is_told_whole(
    qtbot, width, scale, said
):
    current_theme().set_scale(scale)
    lab = QWidget()
    qtbot.addWidget(lab)
    bar = TransportBar()
    bar.setParent(lab)
    lab.resize(width, 100)
    lab.show()
    bar.set_status(said, "good")
    bar.set_progress(20_000, 0.00149)
    bar.set_seed(0)
    bar.resize(width, bar.sizeHint().height())
    QApplication.processEvents()
    status = bar.findChild(QLabel, "status_label")
    assert status.text() == said
    assert status.toolTip() == "", "it would have all of a sentence that is cut"


def test_what_is_told_stands_in_one_order_however_often_the_room_changes(bar):
    names = ("status_label", "step_label", "loss_label", "seed_label")
    bar.set_status("Paused.")
    for width in (1280, 400, 620, 500, 900, 430, 560, 1280, 600, 1280):
        bar.resize(width, 100)
        QApplication.processEvents()
        shown = [bar.findChild(QLabel, name) for name in names]
        shown = [label for label in shown if label.isVisible()]
        rows = {label.y() > 50 for label in shown}
        for row in rows:
            places = [label.x() for label in shown if (label.y() > 50) is row]
            assert places == sorted(places), width
    assert len(rows) == 1


@pytest.mark.parametrize("is_alone", [False, True])
@pytest.mark.parametrize("width", [300, 400, 500, 620, 740, 900, 1280])
def test_the_same_seed_is_shown_in_the_same_room_however_often_it_comes(qtbot, width, is_alone):
    bar, holder = TransportBar(), QWidget()
    if not is_alone:
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addStretch(1)
        column.addWidget(bar)
    window = bar if is_alone else holder
    for widget in {window, holder}:
        qtbot.addWidget(widget)
    current_theme().style(window)
    window.resize(width, 300)
    window.show()
    bar.set_status("Paused.")
    seen = []
    for seed in (3, 33, 333, 3, 33, 333, 3):
        bar.set_seed(seed)
        QApplication.processEvents()
        shown = [w for w in bar.findChildren(QWidget) if w.isVisible() and w.parent() is bar]
        assert all(bar.rect().contains(w.geometry()) for w in shown)
        for one, other in itertools.combinations(shown, 2):
            assert not one.geometry().intersects(other.geometry())
        seen.append((bar.width(), [(w.objectName(), w.geometry().getRect()) for w in shown]))
    assert seen[:3] == seen[3:6]
    assert seen[0] == seen[6]


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped_at_1280(bar, scale):
    current_theme().set_scale(scale)
    bar.set_progress(123_456, 0.0456)
    bar.set_status("Running.")
    bar.resize(1281, bar.sizeHint().height())
    bar.resize(1280, bar.sizeHint().height())
    for label in ("step_label", "loss_label", "seed_label"):
        widget = bar.findChild(QLabel, label)
        assert widget.geometry().right() <= bar.width()
        assert widget.width() >= widget.sizeHint().width()
    for button in bar.findChildren(QPushButton):
        assert button.width() >= button.minimumSizeHint().width()
