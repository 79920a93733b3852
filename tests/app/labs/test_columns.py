"""The columns of a lab give way to large text and small windows, and nothing scrolls sideways."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QScrollArea, QWidget

from gdstudio.app.labs.columns import Columns, share_out
from gdstudio.app.theme import current_theme


@pytest.fixture
def columns(qtbot):
    head, chips = QLabel("Digits"), QLabel("Try")
    columns = Columns(head, [chips])
    qtbot.addWidget(columns)
    for layout, name in (
        (columns.setup, "setup"),
        (columns.watch, "watch"),
        (columns.explain, "explain"),
    ):
        content = QLineEdit(name)
        content.setObjectName(name)
        content.setMinimumHeight(300)
        layout.addWidget(content)
    columns.resize(1176, 600)
    columns.show()
    QApplication.processEvents()
    return columns


def places(columns) -> dict[str, tuple[int, int]]:
    names = ("setup", "watch", "explain")
    points = {name: columns.findChild(QLineEdit, name) for name in names}
    return {
        name: (w.mapTo(columns, w.rect().topLeft()).x(), w.mapTo(columns, w.rect().topLeft()).y())
        for name, w in points.items()
    }


def resize(columns, width, height, scale):
    current_theme().set_scale(scale)
    columns.resize(width, height)
    for _ in range(3):
        QApplication.processEvents()


def test_where_there_is_room_the_columns_stand_side_by_side(columns):
    at = places(columns)
    assert at["setup"][0] < at["watch"][0] < at["explain"][0]
    assert columns.findChild(QLineEdit, "watch").width() > 400


@pytest.mark.parametrize(
    ("window", "scale"), [((1280, 720), 1.5), ((1920, 1080), 2.0), ((900, 560), 1.0)]
)
def test_with_large_text_what_is_set_up_goes_below_and_the_rest_stays_in_sight(
    columns, window, scale
):
    # The rail at the left and the bar below are not the columns'.
    width, height = window[0] - round(104 * scale), window[1] - round(60 * scale)
    resize(columns, width, height, scale)
    at = places(columns)
    assert at["watch"][0] == at["setup"][0]
    assert at["watch"][1] < at["setup"][1]
    explain = columns.findChild(QLineEdit, "explain")
    assert columns.rect().contains(explain.geometry().translated(at["explain"][0], 0))
    assert at["explain"][0] + explain.width() <= width
    assert not any(a.horizontalScrollBar().maximum() for a in columns.findChildren(QScrollArea))
    resize(columns, 1440, height, 1.0)
    at = places(columns)
    assert at["setup"][0] < at["watch"][0] < at["explain"][0]


def test_what_is_being_typed_into_keeps_the_focus(columns):
    edit = columns.findChild(QLineEdit, "setup")
    edit.setFocus()
    for width in (700, 1400):
        resize(columns, width, 600, 1.0)
        assert edit.hasFocus()
        assert edit.isVisible()


def test_the_head_and_the_prompts_are_always_on_top(columns):
    for width in (700, 1400):
        resize(columns, width, 600, 1.0)
        tops = [
            w.mapTo(columns, w.rect().topLeft()).y()
            for w in columns.findChildren(QLabel)
            if w.text() in ("Digits", "Try")
        ]
        assert len(tops) == 2
        assert max(tops) < 60


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.5, 2.0, 2.5])
@pytest.mark.parametrize("width", [796, 1176, 1816])
def test_the_shares_never_take_more_than_there_is_unless_they_are_as_small_as_can_be(width, scale):
    shares = share_out(width, scale)
    taken = (shares.setup or 0) + shares.watch + shares.explain
    assert taken <= width or (shares.setup is None and shares.watch == int(230 * scale))
    assert shares.watch >= 230 * min(scale, 0.8)


@pytest.mark.parametrize("width", [1176, 1262, 1336, 1816, 2400])
def test_a_column_that_grows_has_half_of_what_is_left_over(width):
    usual, grown = share_out(width, 1.0), share_out(width, 1.0, explain_grows=True)
    assert (grown.setup, grown.watch) == (usual.setup, usual.watch)
    # What `watch` has is what the others leave; both grow.
    left_over = width - (usual.setup or 0) - usual.explain - 40
    assert left_over - (grown.explain - usual.explain) >= 480
    assert usual.explain <= grown.explain <= 560
    assert (grown.explain >= 392) == (width >= 1336)


def test_every_content_is_a_widget_of_the_columns(columns):
    resize(columns, 700, 600, 1.0)
    assert {w.objectName() for w in columns.findChildren(QWidget)} >= {"setup", "watch", "explain"}


class Flowing(QWidget):
    """What is higher where it is narrower, as words that flow are."""

    def hasHeightForWidth(self):  # noqa: N802 - Qt's name
        return True

    def heightForWidth(self, width):  # noqa: N802 - Qt's name
        return 260_000 // max(width, 1)

    def minimumSizeHint(self):  # noqa: N802 - Qt's name
        return QSize(50, self.heightForWidth(self.width()))

    def resizeEvent(self, event):  # noqa: N802 - Qt's name
        self.setMinimumHeight(self.heightForWidth(self.width()))


def test_what_scrolls_has_one_width_whether_it_scrolls_or_not(columns):
    flowing = Flowing()
    columns.explain.addWidget(flowing)
    widths = set()
    for height in range(600, 1100, 4):
        resize(columns, 1176, height, 1.0)
        widths.add(flowing.width())
    assert len(widths) == 1
    explain = columns.findChild(QLineEdit, "explain")
    assert flowing.width() == explain.width()
