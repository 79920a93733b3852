"""Tables of one's own in the House prices lab: good ones, bad ones, a very long one."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.widgets.tables.number_table import NumberTable
from gdstudio.data.tables import table
from gdstudio.experiment.run_update import State
from gdstudio.number_text import parse_number


@pytest.fixture
def opening(houses, monkeypatch, tmp_path):
    """Return a function that opens a file of the given text through the button and its dialog."""

    def open_text(text, name="mine.csv"):
        path = tmp_path / name
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(path), ""))
        houses.lab.notice.hide()
        houses.click("open_csv_button")
        assert houses.lab.background.is_busy
        houses.wait(lambda: not houses.lab.background.is_busy)

    return open_text


GOOD = "area_sqm,price_eur,rooms\n50,100000,2\n60,130000,3\n80,150000,3\n120,260000,5\n"


def test_a_table_of_ones_own_is_fitted(houses, opening):
    told = []
    houses.lab.opened.connect(told.append)
    opening(GOOD)
    houses.wait_generation()
    assert told == ["table"]
    assert houses.widget("dataset_combo").currentText() == "mine.csv"
    assert houses.widget("column_combo").currentData() == "area_sqm"
    assert houses.widget("target_combo").currentData() == "price_eur"
    assert houses.snapshot.problem.x.tolist() == [50, 60, 80, 120]
    assert not houses.text("predicted_price_label").startswith("$"), "not in dollars"
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.click("run_button")
    houses.wait_state(State.FINISHED)
    best = np.polynomial.Polynomial.fit([50, 60, 80, 120], [100, 130, 150, 260], 1).convert().coef
    assert houses.widget("house_plot").line() == pytest.approx(best * 1000, rel=1e-3)
    # Another column, then the same file again with other contents.
    houses.choose("column_combo", "rooms")
    houses.wait_generation()
    assert houses.snapshot.problem.x.tolist() == [2, 3, 3, 5]
    opening("size,price\n1,2\n2,4\n3,5\n")
    houses.wait_generation()
    assert houses.snapshot.problem.x.tolist() == [1, 2, 3]
    combo = houses.widget("dataset_combo")
    assert [combo.itemText(i) for i in range(combo.count())].count("mine.csv") == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("size,price\n", "no rows"),
        ("size,price\n1000,200000\n", "only one row"),
        ("size,price\nsmall,cheap\nlarge,dear\nhuge,more\n", "no numbers"),
        ("size,name\n1,a\n2,b\n3,c\n", "only one column of numbers"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00", "mine.csv"),
    ],
)
def test_a_table_that_cannot_be_read_leaves_the_old_one(houses, opening, text, said):
    houses.click("step_button")
    houses.wait_step(1)
    before = houses.latest
    opening(text)
    assert said in houses.lab.notice.text
    assert "mine.csv" in houses.lab.notice.text
    assert houses.lab.notice.text.endswith(".")
    assert houses.widget("dataset_combo").currentText() == "Ten houses"
    assert houses.latest is before
    houses.click("step_button")
    houses.wait_step(2)


def test_a_column_without_a_line_is_refused_and_the_houses_stay(houses, opening):
    before = houses.snapshot
    opening("size,price\n70,100\n70,200\n70,300\n")
    assert "“size” has the same value in every row" in houses.lab.notice.text
    assert houses.snapshot is before
    assert houses.widget("dataset_combo").currentData() == "ten-houses"
    houses.click("step_button")
    houses.wait_step(1)
    houses.reset()
    assert len(houses.snapshot.problem.x) == 10
    assert houses.state is State.PAUSED
    opening("size,price,rooms\n60,100,4\n70,200,4\n80,250,4\n", "other.csv")
    houses.wait_generation()
    assert houses.snapshot.problem.x.tolist() == [60, 70, 80]
    houses.choose("column_combo", "rooms")
    assert "“rooms” has the same value in every row" in houses.lab.notice.text
    assert houses.widget("column_combo").currentData() == "size"
    houses.click("step_button")
    houses.wait_step(1)
    assert houses.snapshot.problem.x.tolist() == [60, 70, 80]


def test_missing_values_are_left_out_and_that_is_said(houses, opening):
    opening("size,price\n50,100\n,130\n80,\n120,260\n")
    houses.wait_generation()
    assert houses.snapshot.problem.x.tolist() == [50, 120]
    assert "2 of 4 rows" in houses.lab.notice.text


def test_a_million_rows_are_all_used_and_the_window_goes_on(houses, opening, qtbot):
    x = np.tile(np.arange(1000), 1000)
    lines = [f"{size},{3 * size + size % 7}" for size in range(1000)] * 1000
    opening("size,price\n" + "\n".join(lines) + "\n")
    houses.wait(lambda: len(houses.snapshot.problem.x) == 1_000_000)
    np.testing.assert_array_equal(houses.snapshot.problem.x, x)
    numbers = houses.widget("step_table")
    assert 0 < numbers.row_count() <= 10_000
    assert len(houses.widget("house_plot").table()[1]) <= 5_000
    assert any("1,000,000" in text for text in houses.sentences())
    houses.click("run_button")
    houses.wait(lambda: houses.snapshot.iteration >= 3)
    sums = houses.snapshot.gradient
    a, b = houses.snapshot.parameters
    scaled = houses.snapshot.problem.objective
    errors = a + b * scaled.x - scaled.y
    assert sums.tolist() == pytest.approx([errors.sum(), (errors * scaled.x).sum()])


def test_a_large_table_that_was_left_again_does_not_come_back(houses, opening):
    opening("size,price\n" + "1,2\n2,3\n3,5\n" * 20_000)
    houses.wait(lambda: len(houses.snapshot.problem.x) == 60_000)
    houses.choose("scale_combo", "raw")
    assert houses.lab.background.is_busy
    houses.choose("dataset_combo", "ten-houses")
    houses.wait(lambda: not houses.lab.background.is_busy)
    houses.wait_generation()
    houses.wait(lambda: len(houses.snapshot.problem.x) == 10)
    ten = houses.snapshot
    rate = houses.text("learning_rate_edit")
    houses.reset()
    assert len(houses.snapshot.problem.x) == 10
    assert houses.snapshot.parameters.tolist() == ten.parameters.tolist()
    assert houses.text("learning_rate_edit") == rate
    assert houses.snapshot.settings.optimizer.learning_rate == parse_number(rate)
    assert houses.lab.notice.isHidden()


def test_closing_while_a_long_table_is_read_gives_it_up(houses, tmp_path, monkeypatch):
    """What is read is endless, so a window that waited for its end would never close."""
    path = tmp_path / "endless.csv"
    path.write_text("size,price\n", encoding="utf-8")

    def endless(_path):
        yield "size,price\n"
        while True:
            yield "1,2\n"

    monkeypatch.setattr(table, "text_lines", endless)
    monkeypatch.setattr(table, "_CELL_LIMIT", 10**9)
    houses.lab.open_table(path)
    houses.window.close()
    assert not houses.window.isVisible()


@pytest.mark.parametrize("code", ["houses", "houses?dataset=ames-houses"])
def test_beside_the_guide_all_columns_of_the_step_are_in_sight(hand_on, code):
    hand = hand_on(HousesLab)
    hand.lab.resize(976, 800)  # what the guide leaves of a window of 1440 × 900
    hand.begin(code)
    numbers = hand.find("step_table", NumberTable)
    header = numbers.view.horizontalHeader()
    hand.wait(lambda: numbers.isVisible() and header.count() == 6)
    hand.wait(lambda: header.length() <= numbers.room)
    hand.step(1)
    assert header.length() <= numbers.room
