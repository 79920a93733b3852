"""Numbers in rows: the step table, the step card, and the prompts beside them."""

from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from gdstudio.app.style_sheet import GUTTER
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import PromptChips
from gdstudio.app.widgets.tables.columns import BarColumn, Column, TextColumn
from gdstudio.app.widgets.tables.number_cell import CELL_MARGIN
from gdstudio.app.widgets.tables.number_model import NumberModel
from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.app.widgets.tables.ranked_table import RankedTable
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.app.widgets.tables.sum_view import SumLine, SumView, WeightedSum
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.number_text import parse_number


def make_table(qtbot, columns, sums=None):
    table = NumberTable(name="step_table")
    qtbot.addWidget(table)
    table.resize(320, 300)
    table.show()
    table.set_columns(columns, sums)
    return table


def test_cells_of_a_column_have_the_same_decimals(qtbot):
    table = make_table(
        qtbot,
        [Column("X", [0, 1800, 2450.4]), Column("∂SSE/∂a", [0.2351, -0.04, 0.0], signed=True)],
    )
    assert [table.cell_text(row, 0) for row in range(3)] == ["0", "1,800", "2,450"]
    assert [table.cell_text(row, 1) for row in range(3)] == ["+0.235", "−0.040", "0.000"]


def test_no_cell_is_cut_short(qtbot):
    columns = [
        Column(title, np.linspace(-0.5, 0.5, 10), signed=signed)
        for title, signed in (
            ("X", False), ("Y", False), ("Ypred", False), ("error", True),
            ("∂SSE/∂a", True), ("∂SSE/∂b", True),
        )
    ]  # fmt: skip
    table = make_table(qtbot, columns, {"∂SSE/∂a": -0.71, "∂SSE/∂b": 0.28})
    metrics = table.view.fontMetrics()
    header = table.view.horizontalHeader()
    for column in range(6):
        widest = max(metrics.horizontalAdvance(table.cell_text(r, column)) for r in range(10))
        assert header.sectionSize(column) >= widest + 2


SIZES = np.array([1100, 1400, 1425, 1550, 1600, 1700, 1700, 1875, 2350, 2450.0])
PRICES = np.array([199, 245, 319, 240, 312, 279, 310, 308, 405, 324]) * 1000.0


def step_columns(sizes, prices, intercept, slope):
    error = prices - intercept - slope * sizes
    columns = [
        Column("X", sizes),
        Column("Y", prices),
        Column("Ypred", prices - error),
        Column("error", error, signed=True),
        Column("∂SSE/∂a", -error, signed=True),
        Column("∂SSE/∂b", -error * sizes, signed=True),
    ]
    return columns, {"∂SSE/∂a": -error.sum(), "∂SSE/∂b": -(error * sizes).sum()}


def min_max(values):
    return (values - values.min()) / np.ptp(values)


def test_numbers_are_written_more_briefly_before_anything_scrolls_sideways(qtbot):
    raw = step_columns(SIZES, PRICES, 153_000.0, 83.53)
    small = step_columns(min_max(SIZES), min_max(PRICES), 0.45, 0.75)
    grown = step_columns(min_max(SIZES), min_max(PRICES), 1e15, 1e14)
    table = make_table(qtbot, *small)
    # The inside of a card, and the room of the scroll bar in the card's edge.
    table.resize(304 + GUTTER, table.sizeHint().height())
    for columns, sums in (small, raw, grown, raw, small):
        table.set_columns(columns, sums)
        QApplication.processEvents()
        view, header = table.view, table.view.horizontalHeader()
        assert not view.horizontalScrollBar().isVisible()
        assert view.verticalScrollBar().maximum() == 0
        assert sum(header.sectionSize(i) for i in range(6)) == view.viewport().width()
        last = view.visualRect(view.model().index(9, 5))
        assert view.viewport().rect().contains(last)
    assert table.cell_text(0, 4) == "+0.450"
    table.set_columns(*raw)
    assert [table.cell_text(0, i) for i in range(5)] == [
        "1,100",
        "199k",
        "245k",
        "−45.9k",
        "+45.9k",
    ]
    assert table.table()[1][0][3] == pytest.approx(-45883), "a CSV has all figures"


def test_no_cell_is_cut_where_the_room_is_just_enough(qtbot):
    values = np.array([1.8437e-8, -2.03e-10, 6.9531, 21.0])
    table = make_table(qtbot, [Column("slope", values, signed=True, each=True) for _ in range(4)])
    view, metrics = table.view, QFontMetricsF(current_theme().font("small"))
    for width in range(300, 380):
        table.resize(width, 200)
        QApplication.processEvents()
        for row in range(len(values)):
            index = view.model().index(row, 0)
            needed = metrics.horizontalAdvance(index.data())
            assert needed <= view.visualRect(index).width() - CELL_MARGIN, (width, index.data())


def test_where_even_the_briefest_does_not_fit_the_sums_move_with_their_columns(qtbot):
    table = make_table(qtbot, *step_columns(SIZES, PRICES, 153_000.0, 83.53))
    table.resize(180, 300)
    QApplication.processEvents()
    bar = table.view.horizontalScrollBar()
    assert bar.isVisible()
    bar.setValue(bar.maximum())
    assert abs(end_of_ink(table, 60, 200) - end_of_ink(table, 278, 300)) <= 1
    table.resize(400, 300)
    QApplication.processEvents()
    assert not bar.isVisible()
    assert abs(end_of_ink(table, 60, 200) - end_of_ink(table, 278, 300)) <= 1


def end_of_ink(table, top, bottom) -> int:
    """Return where the last column's figures end between two heights."""
    image = table.grab().toImage()
    ink = {current_theme().palette.positive, current_theme().palette.negative}
    room = table.view.viewport().geometry().right() - 1
    return max(
        x
        for x in range(room)
        for y in range(top, bottom)
        if image.pixelColor(x, y).name().upper() in ink
    )


def test_a_sum_far_smaller_than_its_summands_keeps_its_figures(qtbot):
    table = make_table(qtbot, [Column("e", [0.5, -0.4999], signed=True)], {"e": 0.0001})
    model = table.view.model()
    assert model.total(0.0001, 0) == "+0.000100"


def test_where_decimals_are_fixed_long_sums_lose_theirs_before_anything_scrolls_sideways(qtbot):
    titles = ("X", "Y", "Ypred", "error", "∂SSE/∂a", "∂SSE/∂b")
    columns = [
        Column(title, [0.249, 0.637], decimals=3, signed=place > 2)
        for place, title in enumerate(titles)
    ]
    sums = {"∂SSE/∂a": 1137.858, "∂SSE/∂b": 248.571}
    table = make_table(qtbot, columns, sums)
    view, model = table.view, table.view.model()
    rows = [[table.cell_text(row, column) for column in range(6)] for row in range(2)]
    for room, shown in ((330, ["+1,137.858", "+248.571"]), (286, ["+1,138", "+248.6"])):
        table.resize(table.width() + room - table.room, 200)
        QApplication.processEvents()
        assert table.room == room
        assert view.horizontalScrollBar().maximum() == 0
        assert [model.total(sums[titles[i]], i) for i in (4, 5)] == shown
        assert rows == [[table.cell_text(row, i) for i in range(6)] for row in range(2)]
    for total, text in ((3.3, "+3.300"), (0.0, "0.000"), (-99_999.7, "−100,000")):
        assert model.total(total, 4) == text


def test_a_million_rows_stay_quick_and_selected(qtbot):
    values = np.arange(1_000_000.0)
    table = make_table(qtbot, [Column("X", values)])
    table.view.selectRow(3)
    table.view.scrollTo(table.view.model().index(500_000, 0))
    scrolled = table.view.verticalScrollBar().value()
    table.set_columns([Column("X", values + 1)])
    assert table.row_count() == 1_000_000
    assert table.cell_text(999_999, 0) == "1,000,000"
    assert table.view.verticalScrollBar().value() == scrolled > 0
    assert [i.row() for i in table.view.selectedIndexes()] == [3]


def test_what_is_selected_can_be_copied(qtbot):
    table = make_table(qtbot, [Column("X", [1000, 2000]), Column("e", [-0.5, 0.25], signed=True)])
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "1000\t-0.500\n2000\t+0.250"


def test_the_table_is_saved_with_all_figures(qtbot):
    table = make_table(qtbot, [Column("X", [1 / 3])], {"X": 1 / 3})
    assert table.table() == (["X"], [[1 / 3]])
    empty = make_table(qtbot, [])
    assert empty.table() == ([], [])


def test_signs_are_coloured(qtbot):
    table = make_table(qtbot, [Column("e", [0.5, -0.5, 0.0], signed=True)])
    model = table.view.model()
    role = Qt.ItemDataRole.ForegroundRole
    colors = [model.data(model.index(r, 0), role).name().upper() for r in range(3)]
    palette = current_theme().palette
    assert colors == [palette.positive, palette.negative, palette.text]


@pytest.fixture
def step_card(qtbot):
    card = StepCard()
    qtbot.addWidget(card)
    card.resize(320, 300)
    card.show()
    return card


def step_cells(card):
    """Return the texts of the table on a step card, row by row, below its headings."""
    view = card.findChild(NumberTable, "step_card_table").view
    model, role = view.model(), Qt.ItemDataRole.DisplayRole
    columns = range(model.columnCount())
    heads = [model.headerData(column, Qt.Orientation.Horizontal, role) for column in columns]
    rows = range(model.rowCount())
    return [heads, *([model.data(model.index(r, c), role) for c in columns] for r in rows)]


def said_on(card):
    return {w.text() for w in card.findChildren(QLabel) if w.isVisible()}


def test_the_next_step_is_written_out(step_card):
    card = step_card
    card.set_rule("step = −η · slope")
    card.set_steps(
        [StepRow("a", 0.45, 3.3002, -0.033, 0.417), StepRow("b", 0.75, 1.5, -0.015, 0.735)]
    )
    card.set_written_out(["new a = 0.45 − 0.01 · 3.300 = <b>0.4170</b>"])
    assert step_cells(card) == [
        ["", "value", "slope", "step", "new value"],
        ["a", "0.45000", "+3.300", "−0.03300", "0.41700"],
        ["b", "0.75000", "+1.500", "−0.01500", "0.73500"],
    ]
    assert "step = −η · slope" in said_on(card)
    assert card.table()[1][1] == ["b", 0.75, 1.5, -0.015, 0.735]
    card.set_steps([StepRow("x", 2.0, 21.0, -0.21, 1.79)])
    assert step_cells(card)[1:] == [["x", "2.0000", "+21.00", "−0.2100", "1.7900"]]
    card.clear("Press Reset.")
    assert "Press Reset." in said_on(card)
    assert not card.findChild(NumberTable, "step_card_table").isVisible()


def test_cells_of_the_next_step_are_chosen_by_keys_and_copied(step_card):
    step_card.set_steps([StepRow("x", 2.0, 21.0, -0.21, 1.79), StepRow("y", 1, 1, -0.1, 0.9)])
    view = step_card.findChild(NumberTable, "step_card_table").view
    view.setCurrentIndex(view.model().index(0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "-0.1000"
    step_card.set_steps([StepRow("x", 1.79, 20.0, -0.2, 1.59), StepRow("y", 0.9, 1, -0.1, 0.8)])
    assert view.currentIndex().row() == 1, "what is chosen stays when the run goes on"


@pytest.mark.parametrize("scale", [1.0, 1.75])
def test_a_narrow_step_card_turns_its_table_before_it_gives_figures_up(step_card, scale):
    current_theme().set_scale(scale)
    rows = [
        StepRow("a", 0.1879, 0.1669, -0.001669, 0.186231),
        StepRow("b", -0.5, 2.25, -0.0225, -0.5225),
    ]
    table = step_card.findChild(NumberTable, "step_card_table")
    seen = {}
    for width in (400, 260, 150, 400):
        step_card.resize(round(width * scale), 240)
        step_card.set_steps(rows)
        QApplication.processEvents()
        texts = step_cells(step_card)
        seen[width] = texts
        assert table.view.verticalScrollBar().maximum() == 0
        if width > 150:
            assert table.view.horizontalScrollBar().maximum() == 0
    assert seen[400][1] == ["a", "0.18790", "+0.1669", "−0.00167", "0.18623"]
    assert seen[260][0] == ["", "a", "b"], "turned"
    assert [row[0] for row in seen[260][1:]] == ["value", "slope", "step", "new value"]
    assert [row[1] for row in seen[260][1:]] == seen[400][1][1:], "with all figures"
    assert len(seen[150][1][1]) < len("0.18790"), "at last with fewer"


def test_the_first_step_of_a_narrow_card_is_turned_too(step_card):
    step_card.resize(260, 240)
    QApplication.processEvents()
    step_card.set_steps(
        [
            StepRow("a", 0.1879, 0.1669, -0.001669, 0.186231),
            StepRow("b", -0.5, 2.25, -0.0225, -0.5225),
        ]
    )
    QApplication.processEvents()
    assert step_cells(step_card)[0] == ["", "a", "b"]
    table = step_card.findChild(NumberTable, "step_card_table")
    assert table.view.horizontalScrollBar().maximum() == 0
    assert table.view.verticalScrollBar().maximum() == 0


def test_all_rows_of_the_next_step_are_seen_when_text_becomes_larger(step_card):
    step_card.resize(560, 400)
    step_card.set_steps([StepRow("x", 2.0, 21.0, -0.21, 1.79), StepRow("y", 1, 1, -0.1, 0.9)])
    QApplication.processEvents()
    table = step_card.findChild(NumberTable, "step_card_table")
    low = table.height()
    current_theme().set_scale(1.75)
    QApplication.processEvents()
    assert table.height() > 1.5 * low
    assert table.view.verticalScrollBar().maximum() == 0
    assert table.view.horizontalScrollBar().maximum() == 0


def test_prompts_tell_which_was_chosen_and_wrap(qtbot):
    prompts = [(f"idea{i}", f"an idea to try {i}", "What it does.") for i in range(5)]
    chips = PromptChips(prompts)
    qtbot.addWidget(chips)
    chips.resize(320, 200)
    chips.show()
    buttons = [chips.findChild(QPushButton, f"prompt_idea{i}") for i in range(5)]
    assert all(button.geometry().right() < 320 for button in buttons)
    assert len({button.y() for button in buttons}) > 1
    with qtbot.waitSignal(chips.chosen, timeout=100) as signal:
        QTest.mouseClick(buttons[3], Qt.MouseButton.LeftButton)
    assert signal.args == ["idea3"]
    assert chips.heightForWidth(200) > chips.heightForWidth(1000)


def test_a_table_of_names_and_numbers_is_one_table_for_copies_and_files(qtbot):
    table = RankedTable(name="ranked_table", accessible="The largest")
    qtbot.addWidget(table)
    table.resize(420, 200)
    table.show()
    slopes = np.array([-1234.5, 2.5e-7, 0.25])
    table.set_rows(["bias 1", "weight −2", "bias 3"], [Column("slope", slopes)], title="number")
    assert [table.cell_text(row, 0) for row in range(3)] == ["bias 1", "weight −2", "bias 3"]
    chosen = []
    table.row_chosen.connect(chosen.append)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert chosen[-1] == "weight −2"
    table.choose("bias 1")
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    name, number = QGuiApplication.clipboard().text().split("\t")
    assert (name, float(number)) == ("bias 1", -1234.0)
    assert table.table() == (
        ["number", "slope"],
        [["bias 1", -1234.5], ["weight −2", 2.5e-7], ["bias 3", 0.25]],
    )


def test_cells_may_be_empty_checked_typed_into_or_written_otherwise(qapp):
    model = NumberModel()
    told = []
    model.checked.connect(lambda *what: told.append(what))
    model.typed.connect(lambda *what: told.append(what))
    model.replace(
        [
            TextColumn("who", ["a", "b"], checks=[True, False], fixed=[True, False]),
            Column("rate", [0.5, None], editable=[True, False], tooltip="Type another."),
            Column("share", [0.25, 0.75], texts=["25 %", "75 %"]),
            BarColumn("", [-1.0, 2.0]),
        ]
    )
    assert [model.text(0, column) for column in range(4)] == ["a", "0.500", "25 %", ""]
    assert model.text(1, 1) == ""
    assert model.table()[1][1] == ["b", "", 0.75, 2.0]
    assert (model.share(0, 3), model.share(1, 3)) == (-0.5, 1.0)
    check, edit = Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.EditRole
    assert not model.setData(model.index(0, 0), Qt.CheckState.Unchecked, check)
    assert model.setData(model.index(1, 0), Qt.CheckState.Checked, check)
    assert model.setData(model.index(0, 1), "0.7", edit)
    assert not model.setData(model.index(0, 1), "0.500", edit), "it is as it was"
    assert not model.setData(model.index(1, 1), "0.7", edit)
    assert told == [(1, True), (0, 1, "0.7")]
    tooltip = model.data(model.index(0, 1), Qt.ItemDataRole.ToolTipRole)
    assert "rate: 0.5" in tooltip
    assert "Type another." in tooltip


def test_a_weighted_sum_is_a_table_that_can_be_copied(qtbot):
    view = SumView(name="sum", empty_text="Point at a neuron.")
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    assert view.text() == "Point at a neuron."
    lines = tuple(
        SumLine(f"neuron {n}", 0.5, weight, 0.5 * weight) for n, weight in ((1, 2.0), (2, -1.0))
    )
    view.show_sum(WeightedSum("layer 1", lines, 3, 0.25, -0.125, 0.625, "σ(z)", 0.65))
    model = view.view.model()
    rows = [[model.text(row, column) for column in range(4)] for row in range(model.rowCount())]
    assert rows == [
        ["neuron 1", "0.500", "2.00", "+1.00"],
        ["neuron 2", "0.500", "−1.00", "−0.500"],
        ["3 more inputs together", "", "", "+0.250"],
        ["+ bias", "", "", "−0.125"],
        ["= z", "", "", "+0.625"],
        ["activation σ(z) =", "", "", "0.650"],
    ]
    assert [model.share(row, 4) for row in range(6)] == [1.0, -0.5, 0.25, -0.125, 0.625, None]
    view.view.setCurrentIndex(model.index(0, 3))
    QTest.keyClick(view.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "+1.00"
    assert "neuron 2: 0.500 × −1.00 = −0.500" in view.view.accessibleDescription()


@pytest.mark.parametrize(
    ("slopes", "least"),
    [
        ((0.005326, -0.001954, 0.001863, 0.0122, -0.000444), 3),
        ((0.001660, -0.000954, 0.000363, 0.0022, -0.000144), 3),
        ((0.000166, -0.000095, 0.000236, 0.0002, -0.000014), 2),
        ((-0.264, 0.048, 0.311, -0.4, 0.02), 3),
    ],
)
def test_small_steps_keep_figures_in_the_narrowest_column(step_card, slopes, least):
    values = (-4.9788, 2.9871, 0.9541, -1.1973, 0.1095)
    names = ("w 1", "w 2", "w 3", "w 4", "b")
    rows = [
        StepRow(name, value, slope, -0.5 * slope, value - 0.5 * slope)
        for name, value, slope in zip(names, values, slopes, strict=True)
    ]
    # The table has 300 pixels, as in a window of 1280 × 720.
    step_card.resize(344, 300)
    for _ in range(2):  # once the table has its room, it is written again, as by each step
        step_card.set_steps(rows)
        QApplication.processEvents()
    heads, *cells = step_cells(step_card)
    assert heads == ["", "value", "slope", "step", "new value"]
    numbers = [[cell.replace("−", "-") for cell in row[1:]] for row in cells]
    assert all(Decimal(v) + Decimal(step) == Decimal(new) for v, _, step, new in numbers)
    largest = max((step for _, _, step, _ in numbers), key=lambda text: abs(Decimal(text)))
    assert len(Decimal(largest).as_tuple().digits) >= least
    # Who multiplies what is shown by the learning rate finds the step that is shown.
    for _, slope, step, _ in numbers:
        unit = 10.0 ** Decimal(step).as_tuple().exponent
        assert abs(float(step) + parse_number(slope) / 2) <= unit


@pytest.mark.parametrize("rule", [kind.rule for kind in OPTIMIZERS.values()])
def test_no_rule_makes_the_card_wider(qtbot, rule):
    card = StepCard()
    qtbot.addWidget(card)
    width = card.minimumSizeHint().width()
    card.set_rule(rule)
    assert card.minimumSizeHint().width() == width
    card.resize(width, 300)
    card.show()
    texts = [label for label in card.findChildren(QLabel) if label.text() == rule]
    assert texts[0].toolTip() in ("", rule), "all of it can be read"
