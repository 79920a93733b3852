"""Numbers in the House prices lab: read as they are meant, of any size, adding up as shown."""

from decimal import Decimal

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from gdstudio.app.labs.digits.network_buttons import ask_for_picture
from gdstudio.experiment.run_update import State

GERMAN = "Wohnfläche;Kaufpreis\n69;169.000\n180;591.500\n51;182.500\n100;378.500\n"
SHARES = "share,score\n0.1,0.52\n0.35,0.61\n0.5,0.77\n0.8,0.69\n1.0,0.93\n"
NATIONS = "bytes,gdp_usd\n" + "".join(
    f"{n}00000000000,{g}0000000000\n" for n, g in ((14, 1770), (33, 2330), (8, 426), (2, 161))
)
TINY = "x,y\n1e-300,1\n2e-300,2.5\n3e-300,2.75\n5e-300,7\n"


@pytest.fixture
def opened(houses, tmp_path):
    """Return a function that opens a table of the given text and waits until it is fitted."""

    def open_text(text):
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        houses.lab.open_table(path)
        houses.wait(lambda: not houses.lab.background.is_busy)
        houses.wait_generation()

    return open_text


def number(text):
    """Return a shown number."""
    return Decimal(text.replace("−", "-").replace("+", "").replace(",", "").replace("$", ""))


def test_a_doubtful_reading_is_said_and_the_other_is_a_click_away(houses, opened):
    assert (
        houses.widget("input_reading_label").isHidden()
        or not houses.widget("input_reading_label").isVisible()
    )
    opened(GERMAN)
    assert houses.snapshot.problem.y.tolist() == [169_000, 591_500, 182_500, 378_500]
    assert houses.text("target_reading_label") == "Kaufpreis: “169.000” is read as 169,000."
    assert houses.widget("target_reading_label").isVisible()
    assert not houses.widget("input_reading_label").isVisible()
    for button, said, y in (
        ("Read 169", "Kaufpreis: “169.000” is read as 169.", [169, 591.5, 182.5, 378.5]),
        (
            "Read 169,000",
            "Kaufpreis: “169.000” is read as 169,000.",
            [169_000, 591_500, 182_500, 378_500],
        ),
    ):
        assert houses.text("target_reading_button") == button
        houses.click("target_reading_button")
        houses.wait(lambda: not houses.lab.background.is_busy)
        houses.wait(lambda y=y: houses.snapshot.problem.y.tolist() == y)
        assert houses.text("target_reading_label") == said
    houses.choose("dataset_combo", "ten-houses")
    houses.wait_generation()
    assert not houses.widget("target_reading_label").isVisible()


def test_a_file_that_is_gone_when_it_is_to_be_read_again(houses, opened, tmp_path):
    opened(GERMAN)
    (tmp_path / "mine.csv").unlink()
    houses.click("target_reading_button")
    houses.wait(lambda: not houses.lab.background.is_busy)
    assert "There is no file" in houses.lab.notice.text
    assert houses.text("target_reading_label") == "Kaufpreis: “169.000” is read as 169,000."
    assert houses.snapshot.problem.y.tolist() == [169_000, 591_500, 182_500, 378_500]


@pytest.mark.parametrize(
    ("typed", "size"),
    [("3.5", 3.5), ("1e5", 1e5), ("0.25", 0.25), ("-40", -40.0), ("2,750", 2750.0), ("3,5", 3.5)],
)
def test_a_size_is_the_number_that_was_typed(houses, typed, size):
    houses.type("house_size_spin", typed)
    assert houses.widget("house_size_spin").value() == size
    line = houses.widget("house_plot").line()
    price = number(houses.text("predicted_price_label"))
    assert float(price) == pytest.approx(line[0] + line[1] * size, abs=0.51)


def test_a_size_that_is_no_number_is_refused_and_the_last_one_stays(houses):
    houses.type("house_size_spin", "1500")
    price = houses.text("predicted_price_label")
    for text in ("abc", "1..2", "1e400"):
        houses.type("house_size_spin", text)
        assert any("is no number" in sentence for sentence in houses.problems())
        assert houses.widget("house_size_spin").value() == 1500
        assert houses.text("predicted_price_label") == price
    houses.type("house_size_spin", "1600")
    assert houses.problems() == []


def test_sizes_between_0_and_1_can_be_asked_for(houses, opened):
    opened(SHARES)
    box = houses.widget("house_size_spin")
    assert 0 < box.value() < 1
    before = box.value()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert 0 < box.value() - before < 0.1
    houses.type("house_size_spin", "0.35")
    assert box.value() == 0.35
    assert 0.5 < number(houses.text("predicted_price_label")) < 1


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_price_can_be_repeated_from_the_equation(houses, steps):
    for size in ("2000", "1437", "1825.5"):
        houses.type("house_size_spin", size)
        for _ in range(steps):
            houses.click("step_button")
        houses.wait(lambda: houses.text("step_label") != "step 0" or not steps)
        intercept, sign, slope, _, shown_size = houses.text("equation_label").split()
        assert number(shown_size) == Decimal(size)
        slope = number(slope) * (1 if sign == "+" else -1)
        by_hand = number(intercept) + slope * Decimal(size)
        price = number(houses.text("predicted_price_label"))
        assert abs(by_hand - price) <= Decimal("0.5")
        houses.reset()


def test_a_table_far_beyond_whole_numbers_of_32_bits_is_fitted(houses, opened):
    opened(NATIONS)
    assert houses.snapshot.problem.x.max() == 3.3e12
    assert houses.widget("house_size_spin").value() == pytest.approx(1.1e12, rel=0.2)
    assert "10¹³" in houses.text("predicted_price_label")
    houses.click("step_button")
    houses.wait_step(1)
    houses.choose("scale_combo", "raw")
    houses.wait_generation()
    assert np.isfinite(houses.snapshot.parameters).all()


def test_a_table_of_next_to_nothing_is_fitted_and_its_raw_numbers_refused(houses, opened):
    opened(TINY)
    houses.click("step_button")
    houses.wait_step(1)
    houses.choose("scale_combo", "raw")
    assert "The raw numbers of “x” are too small" in houses.lab.notice.text
    assert houses.widget("scale_combo").currentData() == "min-max"
    houses.click("step_button")
    houses.wait_step(2)


def test_each_scale_has_its_own_name_and_arrives(houses):
    combo = houses.widget("scale_combo")
    assert [combo.itemText(i) for i in range(combo.count())] == [
        "Min–max: 0 to 1",
        "Standardised: mean 0",
        "Raw numbers",
    ]
    houses.choose("scale_combo", "standardised")
    houses.wait_generation()
    objective = houses.snapshot.problem.objective
    for values in (objective.x, objective.y):
        assert values.mean() == pytest.approx(0, abs=1e-12)
        assert values.std() == pytest.approx(1)
    before = houses.widget("house_plot").line()
    assert before == pytest.approx((165_811, 114.44), rel=1e-3), "that of the story"
    houses.widget("speed_slider").setValue(houses.widget("speed_slider").maximum())
    houses.click("run_button")
    houses.wait_state(State.FINISHED)
    assert houses.widget("house_plot").line() == pytest.approx((110_533, 107.035), rel=1e-4)
    houses.click("prompt_story")
    houses.wait_generation()
    assert combo.currentData() == "min-max"
    assert houses.snapshot.parameters.tolist() == [0.45, 0.75]


def shown_rows(houses):
    """Return the cells of the step table as numbers, and the line above it."""
    table = houses.widget("step_table")
    rows = [[table.cell_text(r, c) for c in range(6)] for r in range(table.row_count())]
    text = houses.text("table_line_label")
    a, sign, b = text.removeprefix("Ypred = ").removesuffix(" · X").split()
    return rows, number(a), number(b) * (1 if sign == "+" else -1)


@pytest.mark.parametrize("scale", ["min-max", "standardised", "raw"])
def test_each_row_of_the_step_table_can_be_repeated_from_what_it_shows(houses, scale):
    houses.choose("scale_combo", scale)
    houses.wait_generation()
    decimals = None
    for step in range(4):
        houses.wait_step(step)
        rows, a, b = shown_rows(houses)
        now = [{len(row[c].partition(".")[2]) for row in rows} for c in range(6)]
        assert all(len(one) == 1 for one in now), "one number of decimals in a column"
        assert decimals in (None, now), "the same for the whole run"
        decimals = now
        for row in rows:
            assert not [cell for cell in row if cell[0] in "+−" and not number(cell)], "−0, +0"
            x, y, predicted, error, slope_a, slope_b = map(number, row)
            half = Decimal(5).scaleb(predicted.as_tuple().exponent - 1)
            assert abs(a + b * x - predicted) <= half
            assert y - predicted == error
            assert slope_a == -error
            half = Decimal(5).scaleb(slope_b.as_tuple().exponent - 1)
            assert abs(-error * x - slope_b) <= half
        houses.click("step_button")


def test_a_heading_that_looks_like_html_is_shown_as_text(houses, opened, tmp_path):
    picture = tmp_path / "x.png"
    opened(f"<img src='{picture}'>,<b>price</b>,rooms\n50,100,2\n60,130,3\n80,150,3\n120,260,5\n")
    assert houses.widget("target_combo").currentText() == "<b>price</b>"
    labels = houses.window.findChildren(QLabel)
    assert [label.text() for label in labels if label.textFormat() == Qt.TextFormat.AutoText] == []
    houses.choose("column_combo", "rooms")
    houses.wait_generation()
    assert houses.lab.notice.isHidden()


def test_all_files_can_be_chosen_in_the_dialogs(houses, monkeypatch):
    kinds = []

    def ask(_parent, _title, _folder, kind, *_rest):
        kinds.append(kind)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    houses.click("open_csv_button")
    ask_for_picture(houses.lab)
    assert len(kinds) == 2
    assert all(kind.endswith(";;All files (*)") for kind in kinds)
