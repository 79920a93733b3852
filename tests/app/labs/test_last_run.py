"""A long run is never lost by a press: it can be had back, also after the window was closed."""

import functools

import numpy as np
import pytest
from lab_hand import LabHand
from PySide6.QtWidgets import QComboBox, QLineEdit

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.main_window import LABS
from gdstudio.data.points import own_table
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.experiment.digits.experiment import DigitsExperiment
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario

# A rate for each rule, so that none has to be found first.
RATES = "".join(f"&{key}.learning_rate=0.001" for key in OPTIMIZERS)


class LastRunHand(LabHand):
    """A hand that may bring the last run back."""

    @property
    def button(self):
        return self.find("last_run_button")


@pytest.fixture
def hand_on(hand_on):
    return functools.partial(hand_on, hand=LastRunHand)


@pytest.fixture
def every_run_is_long(monkeypatch):
    monkeypatch.setattr("gdstudio.experiment.run.LONG_SECONDS", 0.0)


def values_of(snapshot):
    """Return the numbers that a run has come to."""
    walks = [*getattr(snapshot, "walks", ()), *getattr(snapshot, "walks", ())]
    parameters = getattr(snapshot, "parameters", np.zeros(0))
    return (
        snapshot.iteration,
        np.asarray(parameters).tobytes(),
        [(walk.path.points.tobytes(), walk.path.values.tobytes()) for walk in walks],
    )


@pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.key)
def test_what_a_press_has_cost_is_brought_back(hand_on, every_run_is_long, kind):
    hand = hand_on(kind)
    alone = hand.lab.scenario().prepare()()
    assert not hand.button.isVisible()
    for loss in ("reset_button", "new_start_button"):
        hand.step(5)
        had, count = values_of(hand.snapshot), hand.snapshot.iteration
        hand.click(loss)
        hand.settle()
        assert hand.snapshot.iteration == 0
        assert f"{count} steps" in hand.button.toolTip()
        assert hand.status.startswith("The last run can be brought back: ")
        hand.click("last_run_button")
        hand.settle()
        assert values_of(hand.snapshot) == had
    hand.step(3)
    alone.advance(steps=13)
    assert values_of(hand.snapshot) == values_of(alone.snapshot()), "bit for bit"


@pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.key)
def test_a_short_run_is_not_offered(hand_on, kind):
    hand = hand_on(kind)
    hand.step(5)
    hand.click("reset_button")
    hand.settle()
    assert not hand.button.isVisible()


def test_a_preset_costs_nothing_and_the_settings_come_back(hand_on, every_run_is_long):
    hand = hand_on(DigitsLab)
    hand.step(4)
    had, settings = values_of(hand.snapshot), hand.snapshot.settings
    hand.lab.try_preset("rate-too-high")
    hand.settle()
    assert hand.lab.findChild(QComboBox, "activation_combo").currentData() == "identity"
    assert "Learning rate too high" in hand.lab.notice.text
    hand.click("last_run_button")
    hand.settle()
    assert values_of(hand.snapshot) == had
    assert hand.snapshot.settings == settings
    assert settings.obeys(hand.lab.settings())
    assert hand.lab.notice.text == "", "what the preset said is over"
    assert hand.lab.findChild(QLineEdit, "network_edit").text() == "20, 20"


# A lab whose runs are kept, and such a run alone.
KEPT = pytest.mark.parametrize(
    ("kind", "alone"),
    [
        pytest.param(DigitsLab, DigitsExperiment, id="digits"),
        pytest.param(PointsLab, PointsExperiment, id="points"),
    ],
)


@KEPT
def test_a_run_is_kept_on_closing_and_goes_on_bit_for_bit(
    hand_on, every_run_is_long, tmp_path, kind, alone
):
    hand = hand_on(kind, folder=tmp_path)
    edit = hand.lab.findChild(QLineEdit, "learning_rate_edit")
    edit.setText("0.7")
    edit.editingFinished.emit()
    hand.wait(lambda: hand.snapshot.settings.optimizer.learning_rate == 0.7)
    hand.step(9)
    had = values_of(hand.snapshot)
    hand.close()
    assert not hand.lab.background.lost
    again = hand_on(kind, folder=tmp_path)
    again.wait(lambda: again.button.isVisible())
    assert "9 steps" in again.lab.notice.text
    assert "kept when the window closed" in again.lab.notice.text
    again.click("remedy_button")
    again.wait(lambda: again.snapshot.iteration == 9)
    assert values_of(again.snapshot) == had
    assert again.lab.settings().optimizer.learning_rate == 0.7
    assert again.lab.notice.text == ""
    again.step(4)
    run = alone(again.snapshot.settings)
    run.advance(steps=13)
    assert again.snapshot.parameters.tobytes() == run.descent.parameters.tobytes()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (SlopeLab, "slope?function=two-valleys&start=2&optimizer=adam"),
        (SurfaceLab, f"surface?function=beale&start_x=3&start_y=-2&race=all{RATES}"),
        (HousesLab, "houses?scale=standardised&optimizer=momentum"),
    ],
    ids=["slope", "surface", "houses"],
)
def test_a_walk_is_kept_on_closing_and_goes_on_bit_for_bit(
    hand_on, every_run_is_long, tmp_path, kind, code
):
    hand = hand_on(kind, folder=tmp_path)
    generation = hand.lab.runner.generation
    hand.lab.apply(Scenario.parse(code))
    hand.wait(lambda: hand.lab.runner.generation > generation)
    hand.settle()
    hand.step(9)
    had, scenario = values_of(hand.snapshot), hand.lab.scenario()
    hand.close()
    assert not hand.lab.background.lost
    again = hand_on(kind, folder=tmp_path)
    again.wait(lambda: again.button.isVisible())
    again.click("remedy_button")
    again.wait(lambda: again.snapshot.iteration == 9)
    assert values_of(again.snapshot) == had
    assert again.lab.scenario() == scenario
    again.step(4)
    run = Scenario.parse(code).prepare()()
    run.advance(steps=13)
    assert values_of(again.snapshot) == values_of(run.snapshot())


def test_a_second_press_does_not_cost_the_run(hand_on, every_run_is_long):
    hand = hand_on(SlopeLab)
    hand.step(5)
    had = values_of(hand.snapshot)
    settings = hand.snapshot.settings
    for _ in range(2):
        hand.click("new_start_button")
        hand.settle()
    hand.click("last_run_button")
    hand.wait(lambda: hand.snapshot.iteration == 5)
    assert values_of(hand.snapshot) == had
    assert hand.lab.settings() == settings


def test_a_kept_run_of_points_from_a_file_that_is_gone_says_so(
    hand_on, every_run_is_long, tmp_path, monkeypatch
):
    path = tmp_path / "mine.csv"
    path.write_text("x,y,kind\n" + "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(40)))
    hand = hand_on(PointsLab, folder=tmp_path / "runs")
    hand.lab.open_table(path)
    hand.wait(lambda: len(hand.snapshot.problem.points) == 40)
    hand.settle()
    hand.step(3)
    had = values_of(hand.snapshot)
    hand.close()
    again = hand_on(PointsLab, folder=tmp_path / "runs")
    again.wait(lambda: again.button.isVisible())
    again.click("last_run_button")
    again.wait(lambda: again.snapshot.iteration == 3)
    assert values_of(again.snapshot) == had
    again.close()
    path.unlink()
    monkeypatch.setattr(own_table, "_READ", {})  # as in another process
    last = hand_on(PointsLab, folder=tmp_path / "runs")
    last.wait(lambda: last.button.isVisible())
    last.click("last_run_button")
    assert "mine.csv" in last.lab.notice.text
    last.step(1)


def test_a_run_that_was_left_alone_is_offered_again(hand_on, every_run_is_long, tmp_path):
    hand = hand_on(DigitsLab, folder=tmp_path)
    hand.step(6)
    hand.close()
    for _ in range(2):
        again = hand_on(DigitsLab, folder=tmp_path)
        again.wait(lambda again=again: again.button.isVisible())
        again.click("notice_close_button")
        assert again.button.isVisible()
        again.close()


def test_a_kept_run_that_is_damaged_is_set_aside(hand_on, tmp_path, caplog):
    path = tmp_path / "last-digits-run.safetensors"
    path.write_bytes(b"not a run")
    hand = hand_on(DigitsLab, folder=tmp_path)
    hand.wait(lambda: not path.exists())
    assert path.with_name(f"{path.name}.damaged").exists()
    assert "damaged" in caplog.text
    assert not hand.button.isVisible()
    hand.step(1)


@pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.key)
def test_a_folder_that_cannot_be_written_is_told(hand_on, every_run_is_long, tmp_path, kind):
    blocked = tmp_path / "file"
    blocked.write_text("")
    hand = hand_on(kind, folder=blocked / "runs")
    hand.step(2)
    hand.close()
    if kind.run_files is not None:
        (said,) = hand.lab.background.lost
        assert "could not be kept" in said


def test_a_finished_run_comes_back_finished(hand_on, every_run_is_long):
    hand = hand_on(SlopeLab)
    hand.lab.bar.set_speed(None)
    hand.lab.runner.set_speed(None)
    hand.click("run_button")
    hand.wait(lambda: hand.latest.state is State.FINISHED)
    message = hand.latest.message
    hand.click("reset_button")
    hand.settle()
    hand.click("last_run_button")
    hand.wait(lambda: hand.latest.state is State.FINISHED)
    assert hand.latest.message == message
