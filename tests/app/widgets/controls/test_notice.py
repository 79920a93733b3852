"""A notice says its sentence, calmly where nothing is wrong, and offers its remedy."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.notice import Notice


@pytest.fixture
def notice(qtbot):
    notice = Notice()
    qtbot.addWidget(notice)
    notice.resize(400, 60)
    return notice


def edge(widget) -> str:
    image = widget.grab().toImage()
    return image.pixelColor(image.width() // 2, 0).name().upper()


def test_every_button_explains_itself_before_anything_happened(notice):
    for button in notice.findChildren(QPushButton):
        assert button.accessibleName()
        assert button.toolTip()


def test_a_problem_has_the_warning_colour_and_information_has_not(notice):
    notice.tell("It diverged.", remedy="Use 0.1", remedy_tooltip="Set it to 0.1.")
    assert notice.text == "It diverged."
    assert edge(notice) == current_theme().palette.negative
    notice.tell("Opened a network.", kind="info")
    assert edge(notice) == current_theme().palette.line
    notice.tell("It diverged.")
    assert edge(notice) == current_theme().palette.negative


def test_the_remedy_is_offered_only_where_there_is_one(notice, qtbot):
    notice.tell("It diverged.", remedy="Use 0.1", remedy_tooltip="Set it to 0.1.")
    button = notice.findChild(QPushButton, "remedy_button")
    assert (button.text(), button.toolTip()) == ("Use 0.1", "Set it to 0.1.")
    with qtbot.waitSignal(notice.remedy_clicked, timeout=100):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    notice.tell("Opened a network.", kind="info")
    assert not button.isVisible()
    QTest.mouseClick(
        notice.findChild(QPushButton, "notice_close_button"), Qt.MouseButton.LeftButton
    )
    assert notice.text == ""


def test_a_quiet_button_with_words_does_not_look_like_a_label(qtbot):
    worded = IconButton("Least squares", kind="quiet")
    only_icon = IconButton(icon="more", kind="quiet", accessible="More")
    late = IconButton(kind="quiet", icon="shuffle")
    for button in (worded, only_icon, late):
        qtbot.addWidget(button)
        button.show()
        button.clearFocus()
    palette = current_theme().palette
    assert edge(worded) == palette.border
    assert edge(only_icon) != palette.border
    late.setText("This network answers")
    assert edge(late) == palette.border


def test_in_a_narrow_column_the_buttons_go_below_the_sentence(notice):
    words = "The steps grew: the learning rate 5 is too large."
    notice.tell(words, remedy="Use 0.01 and reset")
    notice.show()
    label = notice.findChild(QLabel, "notice_label")
    remedy = notice.findChild(QPushButton, "remedy_button")
    for width, is_below in ((900, False), (360, True), (900, False)):
        notice.resize(width, notice.heightForWidth(width))
        QApplication.processEvents()
        assert (remedy.y() >= label.geometry().bottom()) is is_below
        assert label.height() >= label.heightForWidth(label.width())
    notice.resize(300, 200)
    notice.tell(words)
    assert not remedy.isVisible()
