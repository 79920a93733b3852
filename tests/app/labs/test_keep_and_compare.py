"""Runs are kept, lie behind the live one, are compared in a table, and can be gone back to."""

import csv
import functools

import numpy as np
import pytest
from lab_hand import LEFT, LabHand
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.widgets import export
from gdstudio.app.widgets.tables.runs_table import RunsTable
from gdstudio.experiment.scenario import Scenario

# A lab, two scenarios of it, and the plots in which kept runs are seen.
LABS = {
    "slope": (SlopeLab, "slope?learning_rate=0.1", "slope?learning_rate=0.3", ["loss_plot"]),
    "surface": (
        SurfaceLab,
        "surface?function=beale&learning_rate=0.001&start_x=3&start_y=-1",
        "surface?function=beale&learning_rate=0.002&start_x=3&start_y=-1&race=all",
        ["loss_plot", "contour_plot"],
    ),
    "houses": (
        HousesLab,
        "houses?learning_rate=0.01",
        "houses?learning_rate=0.05",
        ["loss_plot", "contour_plot"],
    ),
    "points": (
        PointsLab,
        "points?dataset=moons&network=4&batch_size=20",
        "points?dataset=moons&network=3,3&batch_size=20",
        ["loss_plot"],
    ),
    "digits": (
        DigitsLab,
        "digits?dataset=pen-digits&training_size=200&network=6&optimizer=adam&epochs=9",
        "digits?dataset=pen-digits&training_size=200&network=9&optimizer=adam&epochs=9",
        ["loss_plot", "accuracy_plot"],
    ),
}


class KeepingHand(LabHand):
    """A hand that keeps runs, and works in the table of those that are kept."""

    def keep(self, code=None, steps=5):
        if code is not None:
            self.begin(code)
        self.step(steps)
        count = len(self.lab.kept_runs.runs)
        self.click("keep_run_button")
        self.wait(lambda: len(self.lab.kept_runs.runs) == count + 1)

    def table(self):
        self.click("runs_button")
        return self.find("runs_table", RunsTable)

    def row(self, table, row):
        place = table.visualRect(table.model().index(row, 0)).center()
        QTest.mouseClick(table.viewport(), LEFT, pos=place)

    def names(self, table):
        return [table.cell_text(row, 0) for row in range(table.row_count())]


@pytest.fixture
def hand_on(hand_on):
    return functools.partial(hand_on, hand=KeepingHand)


@pytest.fixture
def slope(hand_on):
    return hand_on(SlopeLab)


def parameters(snapshot):
    point = getattr(snapshot, "parameters", None)
    return snapshot.walks[0].point if point is None else point


@pytest.mark.parametrize("key", LABS)
def test_back_to_a_kept_run_and_on_as_if_nothing_had_been_between(key, hand_on):
    kind, first, second, plots = LABS[key]
    hand = hand_on(kind)
    hand.keep(first, steps=12)
    hand.keep(second, steps=5)
    for name in plots:
        lines = hand.find(name).kept_lines()
        assert [line.label for line in lines] == hand.lab.kept_runs.runs.names()
        assert len({line.color for line in lines}) == 2
    table = hand.table()
    hand.row(table, 0)
    hand.click("back_to_run_button")
    hand.settle()
    hand.wait(lambda: hand.latest.snapshot.iteration == 12)
    assert "Back to" in hand.status
    code = Scenario.parse(first)
    shown = hand.lab.scenario().changed({}, without=("speed",))
    for name in ("learning_rate", "network", "race", "function"):
        assert shown.values.get(name) == code.values.get(name) or name == "learning_rate"
    hand.step(8)
    original = code.prepare()()
    original.advance(steps=20)
    np.testing.assert_array_equal(parameters(hand.latest.snapshot), parameters(original.snapshot()))
    # The runs behind are those of before.
    assert len(hand.lab.kept_runs.runs) == 2


def test_nothing_is_offered_before_a_run_is_kept(slope):
    assert slope.find("runs_button").isHidden()
    slope.click("keep_run_button")
    assert "first step" in slope.status
    assert slope.find("runs_button").isHidden()
    slope.step(3)
    QTest.keyClick(slope.lab, Qt.Key.Key_K)
    slope.wait(lambda: slope.find("runs_button").isVisible())
    assert slope.find("runs_button", QAbstractButton).text() == "1 run"
    assert "Kept as" in slope.status


def test_a_kept_run_is_drawn_once_while_the_live_one_goes_on(slope):
    slope.keep("slope?learning_rate=0.1")
    plot = slope.find("loss_plot")
    slope.begin("slope?learning_rate=0.01&speed=max")
    items = plot._kept._items
    drawn = []
    items[0].sigPlotChanged.connect(lambda *_: drawn.append(1))
    slope.step(40)
    slope.lab.toggle_run()
    slope.wait(lambda: slope.latest.snapshot.iteration > 60)
    assert not drawn


def test_runs_on_another_curve_are_not_drawn_behind(slope):
    slope.keep("slope?learning_rate=0.1")
    plot = slope.find("loss_plot")
    assert len(plot.kept_lines()) == 1
    slope.begin("slope?function=two-valleys")
    slope.wait(lambda: not plot.kept_lines())
    slope.begin("slope?learning_rate=0.3")
    slope.wait(lambda: len(plot.kept_lines()) == 1)


def test_the_table_sorts_by_a_click_on_a_heading(slope):
    for rate in (0.3, 0.1, 0.2):
        slope.keep(f"slope?learning_rate={rate}")
    table = slope.table()
    assert slope.names(table) == ["rate 0.3", "rate 0.1", "rate 0.2"]
    assert table.titles()[:3] == ["run", "Learning rate", "Steps"]
    header = table.horizontalHeader()

    def click(column):
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        place = header.viewport().rect().center()
        place.setX(x)
        QTest.mouseClick(header.viewport(), LEFT, pos=place)

    click(1)
    assert slope.names(table) == ["rate 0.1", "rate 0.2", "rate 0.3"]
    click(1)
    assert slope.names(table) == ["rate 0.3", "rate 0.2", "rate 0.1"]
    slope.row(table, 2)
    assert table.chosen_place() == 1


def test_renamed_hidden_deleted_and_undone(slope):
    for rate in (0.3, 0.1):
        slope.keep(f"slope?learning_rate={rate}")
    table, plot = slope.table(), slope.find("loss_plot")
    index = table.model().index(1, 0)
    table.edit(index)
    edit = table.findChild(QLineEdit, "run_name_edit")
    edit.selectAll()
    QTest.keyClicks(edit, "slow")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    slope.wait(lambda: slope.names(table) == ["rate 0.3", "slow"])
    assert [line.label for line in plot.kept_lines()] == ["rate 0.3", "slow"]
    color = plot.kept_lines()[1].color

    table.model().setData(
        table.model().index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole
    )
    assert [line.label for line in plot.kept_lines()] == ["slow"]
    assert plot.kept_lines()[0].color == color

    slope.row(table, 1)
    slope.click("delete_run_button")
    assert slope.names(table) == ["rate 0.3"]
    assert not plot.kept_lines()
    slope.click("undo_delete_run_button")
    assert slope.names(table) == ["rate 0.3", "slow"]
    assert slope.find("undo_delete_run_button").isHidden()

    # What is changed after that stays as it is, and is there once.
    slope.row(table, 0)
    slope.click("delete_run_button")
    table.edit(table.model().index(0, 0))
    edit = table.findChildren(QLineEdit, "run_name_edit")[-1]  # the first has had its time
    edit.selectAll()
    QTest.keyClicks(edit, "small")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    slope.wait(lambda: slope.names(table) == ["small"])
    slope.click("undo_delete_run_button")
    assert slope.names(table) == ["rate 0.3", "small"]


def test_steps_are_counted_to_a_loss_that_one_types(slope):
    for rate in (0.3, 0.1):
        slope.keep(f"slope?learning_rate={rate}", steps=30)
    table = slope.table()
    edit = slope.find("runs_goal_edit", QLineEdit)
    edit.selectAll()
    QTest.keyClicks(edit, "1.5")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    column = table.titles().index("Steps to 1.5")
    runs = slope.lab.kept_runs.runs.runs
    assert [table.cell_text(row, column) for row in range(2)] == [
        f"{run.steps_to(1.5):.0f}" for run in runs
    ]
    edit.selectAll()
    QTest.keyClicks(edit, "two")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert "no loss" in slope.find("runs_goal_problem", QLabel).text()
    assert "Steps to 1.5" in table.titles()


def test_exported_as_csv_and_picture(slope, tmp_path, monkeypatch):
    for rate in (0.3, 0.1):
        slope.keep(f"slope?learning_rate={rate}")
    slope.table()
    menu = slope.find("runs_menu", QAbstractButton).menu()
    saved = {".csv": tmp_path / "runs.csv", ".png": tmp_path / "runs.png"}
    monkeypatch.setattr(
        export.QFileDialog,
        "getSaveFileName",
        lambda _parent, _title, suggested, kinds: (str(saved[suggested[-4:]]), kinds),
    )
    for action in menu.actions():
        if action.text().startswith("Save"):
            action.trigger()
    with saved[".csv"].open(encoding="utf-8", newline="") as file:
        headers, *rows = csv.reader(file)
    assert headers[:3] == ["run", "learning_rate", "step"]
    assert [row[:3] for row in rows] == [["rate 0.3", "0.3", "5"], ["rate 0.1", "0.1", "5"]]
    assert saved[".png"].read_bytes().startswith(b"\x89PNG")


def test_a_run_that_diverged_is_kept_and_named_so_in_the_table(slope):
    slope.begin("slope?learning_rate=5")
    slope.lab.runner.run()
    slope.wait(lambda: slope.lab.is_diverged)
    slope.click("keep_run_button")
    slope.wait(lambda: len(slope.lab.kept_runs.runs) == 1)
    slope.keep("slope?learning_rate=0.1")
    table = slope.table()
    column = table.titles().index("f(x)")
    assert table.cell_text(0, column) == "diverged"
    # One that exploded does not press the others flat.
    (_, _), (_, top) = slope.find("loss_plot").visible_range()
    assert top < 100


def test_a_run_whose_images_are_gone_leaves_all_as_it_was(slope, monkeypatch):
    slope.keep("slope?learning_rate=0.1")
    slope.begin("slope?learning_rate=0.3")

    def refuse(*_):
        raise OSError("no")

    monkeypatch.setattr(slope.lab, "subject_of_run", refuse)
    run = slope.lab.kept_runs.runs.runs[0]
    before, generation = slope.lab.subject(), slope.lab.runner.generation
    try:
        slope.lab.kept_runs.go_on_from(run, "it")
    finally:
        monkeypatch.undo()
    assert slope.lab.subject() == before
    assert slope.lab.runner.generation == generation


@pytest.mark.parametrize("key", LABS)
def test_a_run_that_was_just_kept_lies_on_the_live_one(hand_on, key):
    kind, code, _, plots = LABS[key]
    hand = hand_on(kind)
    hand.keep(code, steps=12)
    for name in set(plots) - {"contour_plot"}:
        headers, rows = hand.find(name).series_table()
        assert len(headers) > 2, name
        pairs = [(row[1], row[-1]) for row in rows if row[-1] != ""]
        assert pairs, name
        assert all(live == kept for live, kept in pairs), (name, headers, rows)
        steps = [row[0] for row in rows if row[-1] != ""]
        assert key not in ("slope", "surface", "houses") or steps == [
            str(step) for step in range(13)
        ]


def test_sse_has_one_value_after_each_step_also_where_it_explodes(hand_on):
    hand = hand_on(HousesLab)
    hand.begin("houses?learning_rate=5")
    hand.lab.runner.run()
    hand.wait(lambda: hand.lab.is_diverged)
    hand.settle()
    _, rows = hand.find("loss_plot").series_table()
    assert [row[0] for row in rows] == ["0", "1"]
    # a = 0.45 − 5 · 3.30010, b = 0.75 − 5 · 1.54526, and SSE there.
    assert rows[0][1] == pytest.approx(0.677345, abs=1e-6)
    assert rows[1][1] == pytest.approx(1964.136, abs=1e-3)
