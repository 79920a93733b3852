"""A sweep in the window: chosen, computed beside the lab, shown, and any run of it opened."""

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from lab_hand import LEFT, LabHand
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.labs.sweep import sweep_work
from gdstudio.app.widgets.plots.value_plot import ValuePlot
from gdstudio.app.widgets.tables.heat_map import HeatMapView
from gdstudio.app.widgets.tables.ranked_table import RankedTable


@dataclass
class OneThread:
    """A place to compute at that needs no second Python."""

    workers: int = 1
    gentle: bool = False
    lost: tuple = ()
    described: str = "one thread"

    def open(self):
        return ThreadPoolExecutor(1)


class SweepHand(LabHand):
    """A hand on a lab, and then in the dialog of its sweep."""

    def open(self):
        self.click("sweep_button")
        self.dialog = self.place = self.find("sweep_dialog")
        assert self.dialog.isVisible()

    def sweep(self):
        self.click("sweep_start_button")
        self.wait(lambda: not self.dialog.work.is_busy)

    def turn_to(self, key):
        self.click(f"{key}_page_tab")


@pytest.fixture
def one_thread(monkeypatch):
    monkeypatch.setattr(sweep_work, "ThisMachine", lambda *_, **__: OneThread())


@pytest.fixture
def hand(hand_on, one_thread):
    return functools.partial(hand_on, hand=SweepHand)


def test_a_curve_over_the_learning_rate_and_what_it_shows(hand):
    houses = hand(HousesLab)
    houses.open()
    assert houses.find("sweep_setting_combo", QComboBox).currentData() == "learning_rate"
    assert houses.find("sweep_values_edit", QLineEdit).text() == "0.001..0.1 log 5"
    houses.type("sweep_values_edit", "0.01, 0.1, 5")
    houses.type("sweep_seeds_edit", "2")
    houses.sweep()
    assert houses.text("sweep_progress_label") == "6 of 6 runs are done."
    said = houses.text("sweep_findings_label")
    assert "Best: learning rate 0.1, SSE 0.1318" in said
    assert "Learning rates: good 0.01, 0.1 · diverges 5." in said
    assert "2 of 6 runs diverged." in said
    assert not houses.find("sweep_map_page_tab").isVisible()


def test_the_cost_is_said_before_the_start_and_what_is_wrong(hand):
    houses = hand(HousesLab)
    houses.open()
    houses.wait(lambda: houses.text("sweep_estimate_label").startswith("5 runs, about "))
    houses.type("sweep_values_edit", "0.1, fast")
    houses.wait(lambda: "must be a number" in houses.text("sweep_estimate_label"))
    houses.type("sweep_values_edit", "0.01..1 log 100")
    houses.type("sweep_seeds_edit", "1000")
    houses.sweep()
    assert "100 × 1,000 = 100,000 runs, and 5,000 are the most" in houses.text(
        "sweep_estimate_label"
    )
    assert houses.text("sweep_findings_label") == ""


def test_a_point_of_the_curve_opens_as_the_run_at_its_end(hand):
    houses = hand(HousesLab)
    houses.open()
    houses.type("sweep_values_edit", "0.01, 0.1, 5")
    houses.sweep()
    plot = houses.find("sweep_plot", ValuePlot)
    keep, opens = (houses.find(f"sweep_{one}_button", QAbstractButton) for one in ("keep", "open"))
    assert not keep.isEnabled()
    assert not opens.isEnabled()
    QTest.mouseClick(plot.viewport(), LEFT, pos=plot.point_at(1).toPoint())
    assert houses.text("sweep_chosen_label").startswith("learning rate 0.1")
    houses.click("sweep_keep_button")
    (kept,) = houses.lab.kept_runs.runs.runs
    assert kept.scenario.values["learning_rate"] == 0.1
    houses.click("sweep_open_button")
    houses.wait(lambda: houses.snapshot.iteration == 336)
    assert houses.lab.scenario().values["learning_rate"] == 0.1
    assert houses.snapshot.sse == kept.readings["sse"]
    assert "Opened “learning rate 0.1” from the sweep, at step 336." in (houses.status)


def test_keys_choose_and_open_a_point_also_one_that_diverged(hand):
    slope = hand(SlopeLab)
    slope.open()
    slope.type("sweep_values_edit", "0.1, 30")
    slope.type("sweep_steps_edit", "20")
    slope.sweep()
    plot = slope.find("sweep_plot", ValuePlot)
    plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
    assert "learning rate 30 · Diverged at step" in slope.text("sweep_chosen_label")
    assert "1 of 1 diverged" in plot.accessibleDescription()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Return)
    slope.wait(lambda: slope.snapshot.iteration == 20)
    assert slope.lab.scenario().values["learning_rate"] == 0.1


def test_a_map_over_two_settings_and_its_cells(hand):
    surface = hand(SurfaceLab)
    surface.open()
    surface.type("sweep_values_edit", "0.01, 0.1, 5")
    surface.choose("sweep_other_combo", "optimizer")
    surface.type("sweep_other_values_edit", "sgd, adam")
    surface.type("sweep_steps_edit", "60")
    surface.sweep()
    surface.turn_to("sweep_map")
    heat = surface.find("sweep_map", HeatMapView)
    assert heat.text_at(0, 2) == "diverges"
    QTest.mouseClick(heat, LEFT, pos=heat.cell_rect(1, 1).center().toPoint())
    assert surface.text("sweep_chosen_label").startswith("optimizer Adam, learning rate 0.1")
    QTest.keyClick(heat, Qt.Key.Key_Left)
    assert surface.text("sweep_chosen_label").startswith("optimizer Adam, learning rate 0.01")
    heads, rows = heat.table()
    assert heads[1:] == ["0.01", "0.1", "5"]
    assert [row[0] for row in rows] == ["Gradient descent", "Adam"]
    QTest.mouseDClick(heat, LEFT, pos=heat.cell_rect(1, 1).center().toPoint())
    surface.wait(lambda: surface.snapshot.iteration == 60)
    assert surface.lab.scenario().values["optimizer"] == "adam"


def test_the_table_of_runs_sorts_and_opens(hand):
    points = hand(PointsLab)
    points.begin("points?dataset=blobs&steps=30&network=2")
    points.open()
    points.type("sweep_values_edit", "0.01, 1, 0.1")
    points.choose("sweep_other_combo", "network")
    points.type("sweep_other_values_edit", "2; 3, 3")
    points.sweep()
    points.turn_to("sweep_table")
    table = points.find("sweep_table", RankedTable)
    assert table.row_count() == 6
    header = table.horizontalHeader()
    heads = [table.model().headerData(i, Qt.Orientation.Horizontal) for i in range(header.count())]
    column = heads.index("loss")
    place = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
    QTest.mouseClick(
        header.viewport(), LEFT, pos=header.viewport().rect().center().__class__(place, 5)
    )
    losses = [float(table.cell_text(row, column)) for row in range(6)]
    assert losses == sorted(losses)
    QTest.mouseClick(
        header.viewport(), LEFT, pos=header.viewport().rect().center().__class__(place, 5)
    )
    assert [float(table.cell_text(row, column)) for row in range(6)] == losses[::-1]
    table.selectRow(0)
    worst = table.cell_text(0, 0), table.cell_text(0, 1)
    points.click("sweep_open_button")
    points.wait(lambda: points.snapshot.iteration == 30)
    values = points.lab.scenario().values
    assert (values.get("network", "2"), f"{values['learning_rate']:g}") == worst


def test_cancel_keeps_what_is_done(hand):
    points = hand(PointsLab)
    points.open()
    points.choose("sweep_setting_combo", "steps")
    points.type("sweep_values_edit", "3, 4")
    points.type("sweep_seeds_edit", "400")
    points.click("sweep_start_button")
    assert not points.find("sweep_start_button").isEnabled()
    points.wait(lambda: not points.text("sweep_progress_label").startswith(("0", "Start")))
    points.click("sweep_cancel_button")
    points.wait(lambda: not points.dialog.work.is_busy)
    done, planned = points.text("sweep_progress_label").split(" runs")[0].split(" of ")
    assert 0 < int(done) < int(planned) == 800
    assert "Stopped." in points.text("sweep_progress_label")
    assert points.text("sweep_findings_label").startswith(f"{done} of 800 runs are done.")


def test_networks_of_images_are_computed_in_processes_of_their_own(hand_on):
    digits = hand_on(DigitsLab, SweepHand)
    digits.begin("digits?dataset=pen-digits&training_size=100&epochs=1&network=5")
    digits.open()
    digits.type("sweep_values_edit", "0.5, 2")
    digits.sweep()
    assert digits.text("sweep_progress_label") == "2 of 2 runs are done."
    plot = digits.find("sweep_plot", ValuePlot)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Right)
    digits.click("sweep_open_button")
    digits.wait(lambda: digits.snapshot.iteration == 10)
    assert digits.snapshot.settings.optimizer.learning_rate == 0.5
    assert len(digits.snapshot.epochs) == 1


def test_closing_ends_a_sweep_that_goes_on(hand_on):
    points = hand_on(PointsLab, SweepHand)
    points.open()
    points.choose("sweep_setting_combo", "steps")
    points.type("sweep_values_edit", "1000000")
    points.click("sweep_start_button")
    points.wait(lambda: points.text("sweep_progress_label").startswith("0 of 1"))
    points.close()
    # The fixture of all tests sees that no thread, no child and no timer is left.
