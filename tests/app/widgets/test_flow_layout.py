"""Items that flow like words."""

from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from gdstudio.app.widgets.flow_layout import FlowLayout


def test_of_a_widget_that_has_gone_no_item_is_left(qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    flow = FlowLayout(host)
    labels = [QLabel(text) for text in ("one", "two")]
    for label in labels:
        flow.addWidget(label)
    host.show()
    item = flow.itemAt(0)
    assert item.widget() is labels[0]
    assert labels[0].isVisible()
    labels[0].setParent(None)
    assert flow.count() == 1
    assert not isValid(item), "else Python takes it for what comes to lie at its address"
    assert flow.itemAt(0).widget() is labels[1]
