"""A run has a twin: the same start, one setting different, both stepped together by the bar."""

import functools

import numpy as np
import pytest
from lab_hand import LabHand
from PySide6.QtWidgets import QComboBox, QDialog, QLabel

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.experiment.points.questions import SetParameters
from gdstudio.experiment.readings import readings
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario

# A lab, what it is set to, what differs, how its line begins and goes on, and where it is drawn.
LABS = {
    "slope": (
        SlopeLab,
        "slope?function=two-valleys&learning_rate=0.01",
        ("learning_rate", "0.03", 0.03),
        ("learning rate 0.01: f(x) ", "learning rate 0.03: f(x) "),
    ),
    "surface": (
        SurfaceLab,
        "surface?function=beale&optimizer=momentum&learning_rate=0.001&start_x=3&start_y=-1",
        ("momentum", "0.5", 0.5),
        ("momentum 0.9: loss ", "momentum 0.5: loss "),
    ),
    "houses": (
        HousesLab,
        "houses?learning_rate=0.01",
        ("slope", "0.1", 0.1),
        ("b starts at 0.75: SSE ", "b starts at 0.1: SSE "),
    ),
    "points": (
        PointsLab,
        "points?dataset=moons&network=4&batch_size=20&learning_rate=0.5",
        ("network", "3, 3", "3, 3"),
        ("hidden layers 4: loss ", "hidden layers 3, 3: loss "),
    ),
    "digits": (
        DigitsLab,
        "digits?dataset=pen-digits&training_size=200&network=6&epochs=9&learning_rate=0.5",
        ("activation", "tanh", "tanh"),
        ("Sigmoid: loss ", "Tanh: loss "),
    ),
}
MACHINE = ("samples_per_second",)


class TwinHand(LabHand):
    """A hand that gives the run a twin, and has both make steps."""

    @property
    def twin(self):
        return self.latest.twin

    @property
    def line(self):
        label = self.find("twin_label", QLabel)
        return label.text() if label.isVisible() else ""

    def ask_for(self, name, text):
        """Ask for a twin in its dialog, and stay there."""
        self.click("twin_button")
        self.place = self.find("twin_dialog", QDialog)
        self.choose("twin_setting_combo", name)
        self.find("twin_value_combo", QComboBox).setEditText(text)
        self.click("twin_start_button")

    def leave_dialog(self):
        assert not self.place.isVisible(), self.text("twin_problem_label")
        self.place = self.lab

    def pair(self, name, text):
        generation = self.lab.runner.generation
        self.ask_for(name, text)
        self.leave_dialog()
        self.wait(lambda: self.lab.runner.generation > generation)
        self.settle()
        self.wait(lambda: self.twin is not None)

    def click_step(self, times):
        for _ in range(times):
            before = self.twin.snapshot.iteration
            self.click("step_button")
            self.wait(lambda before=before: self.twin.snapshot.iteration > before)

    def goes(self, steps):
        """Let both make `steps` steps, by running, and stand there."""
        self.lab.runner.step(steps - self.snapshot.iteration)
        self.wait(lambda: self.snapshot.iteration == steps)
        self.settle()


@pytest.fixture
def hand(hand_on):
    return functools.partial(hand_on, hand=TwinHand)


def _alone(scenario, steps):
    """Return the readings of an ordinary run of a scenario after some steps."""
    run = scenario.prepare()()
    run.advance(steps=steps)
    return _numbers(run.snapshot())


def _numbers(snapshot):
    return {name: one for name, one in readings(snapshot).items() if name not in MACHINE}


@pytest.mark.parametrize("key", LABS)
def test_a_twin_goes_beside_the_run_and_can_be_kept_and_taken(hand, key):
    kind, code, (name, text, value), (first, second) = LABS[key]
    hand = hand(kind)
    hand.begin(code)
    scenario = Scenario.parse(code)
    other = scenario.changed({name: value})
    hand.pair(name, text)
    assert hand.snapshot.iteration == hand.twin.snapshot.iteration == 0
    assert hand.status.endswith("starts beside the run.")

    # Each click on Step is a step of both, and the numbers are those of two ordinary runs.
    hand.click_step(2)
    hand.goes(24)
    assert hand.twin.snapshot.iteration == 24
    assert _numbers(hand.snapshot) == _alone(scenario, 24)
    twin_numbers = _alone(other, 24)
    assert _numbers(hand.twin.snapshot) == twin_numbers

    # One line says both, by their numbers; the twin is drawn in the plot of losses.
    words = hand.lab.vocabulary
    begins, goes_on = hand.line.split(" · ")
    assert begins.startswith(first)
    assert goes_on.startswith(second)
    assert words.text(words.objective, twin_numbers[words.objective]) in goes_on
    line = hand.lab.kept_plots()["loss"].twin_line()
    assert line.x[-1] in (23, 24)
    assert len(line.x) >= 24

    # Both are kept, each under its own name.
    hand.click("keep_run_button")
    hand.wait(lambda: len(hand.lab.kept_runs.runs) == 2)
    live, twin = hand.lab.kept_runs.runs.runs
    assert live.setting(name) != twin.setting(name) == value
    assert twin.readings["step"] == 24
    names = hand.lab.kept_runs.runs.names()
    assert len(set(names)) == 2
    assert all(f"“{one}”" in hand.status for one in names)

    # Reset has both at the start again.
    hand.click("reset_button")
    hand.wait(lambda: hand.snapshot.iteration == 0)
    hand.settle()
    assert hand.twin.snapshot.iteration == 0
    hand.goes(10)

    # The twin in the run's place goes on as it would alone, and is what the controls show.
    hand.click("take_twin_button")
    hand.wait(lambda: hand.latest.twin is None)
    hand.settle()
    assert hand.snapshot.iteration == 10
    assert hand.line == ""
    assert hand.lab.kept_plots()["loss"].twin_line() is None
    hand.goes(15)
    assert _numbers(hand.snapshot) == _alone(other, 15)
    assert hand.lab.named_values().get(name, value) == value


def test_the_twin_goes_with_what_is_changed_in_the_lab_and_can_be_ended(hand):
    hand = hand(HousesLab)
    hand.begin("houses?learning_rate=0.01")
    hand.pair("learning_rate", "0.02")
    hand.goes(3)

    # Another start is that of both; what is changed live is changed for both.
    hand.click("new_start_button")
    hand.wait(lambda: hand.snapshot.iteration == 0)
    hand.settle()
    line, other = hand.snapshot.settings, hand.twin.snapshot.settings
    assert line.line == other.line
    assert (line.optimizer.learning_rate, other.optimizer.learning_rate) == (0.01, 0.02)
    hand.lab.panel.set_learning_rate(0.03)
    hand.lab.send_live()
    hand.wait(lambda: hand.snapshot.settings.optimizer.learning_rate == 0.03)
    assert hand.twin.snapshot.settings.optimizer.learning_rate == 0.02

    # Other houses are those of both.
    hand.begin("houses?dataset=ames-houses&learning_rate=0.0001")
    assert len(hand.twin.snapshot.problem.x) == len(hand.snapshot.problem.x) > 1000
    hand.begin("houses?learning_rate=0.01")
    hand.goes(5)
    before = _numbers(hand.snapshot)
    hand.click("end_twin_button")
    hand.wait(lambda: hand.latest.twin is None)
    assert hand.line == ""
    assert _numbers(hand.snapshot) == before
    assert hand.lab.progress.contour.path_table()[0][0] == "point"  # one walk, not several


def test_where_one_diverges_the_line_says_so_and_the_other_goes_on(hand):
    hand = hand(SlopeLab)
    hand.begin("slope?learning_rate=3&speed=max")
    hand.pair("learning_rate", "0.1")
    hand.click("run_button")
    hand.wait(lambda: hand.latest.state is State.DIVERGED)
    begins, goes_on = hand.line.split(" · ")
    steps = hand.snapshot.iteration
    assert begins == "learning rate 3: diverged"
    rest = hand.twin.snapshot.iteration
    assert rest > steps
    assert goes_on.endswith(f"after {rest} steps")
    assert hand.twin.state is State.FINISHED

    # Where the run itself has the twin's setting there is nothing to tell apart.
    hand.begin("slope?learning_rate=0.1&speed=max")
    assert hand.latest.twin is None
    assert hand.status == "The twin has ended. Both runs would be the same."
    hand.pair("learning_rate", "3")
    hand.click("run_button")
    hand.wait(lambda: hand.latest.state is State.FINISHED)
    assert hand.line.endswith("learning rate 3: diverged")
    assert np.isfinite(hand.lab.kept_plots()["loss"].twin_line().y).all()


def test_what_is_no_twin_is_refused_in_a_sentence(hand):
    hand = hand(SurfaceLab)
    hand.begin("surface?function=bowl&learning_rate=0.1")
    hand.ask_for("learning_rate", "0.1")
    dialog = hand.place
    assert hand.text("twin_problem_label") == (
        "The run itself has learning rate 0.1; choose another value for its twin."
    )
    value = hand.find("twin_value_combo", QComboBox)
    for text, said in (("much", "must be a number"), ("0.2, 0.3", "one other value")):
        value.setEditText(text)
        hand.click("twin_start_button")
        assert dialog.isVisible()
        assert said in hand.text("twin_problem_label")
    names = hand.find("twin_setting_combo", QComboBox)
    offered = [names.itemData(place) for place in range(names.count())]
    assert {"optimizer", "start_x"} <= set(offered)
    assert not {"seed", "function", "race"} & set(offered)
    hand.click("twin_cancel_button")
    hand.leave_dialog()

    # In a race there is none, and what begins a race ends it.
    hand.pair("learning_rate", "0.05")
    hand.lab.panel.race_button.click()
    hand.wait(lambda: hand.latest.twin is None and len(hand.snapshot.walks) > 1)
    assert hand.line == ""
    hand.click("twin_button")
    assert not dialog.isVisible()
    assert "race" in hand.status.casefold()


def test_a_hand_on_the_weights_ends_the_twin(hand):
    hand = hand(PointsLab)
    hand.pair("learning_rate", "0.2")
    hand.goes(4)
    hand.lab.runner.ask(SetParameters({0: 1.5}), lambda _: None)
    hand.wait(lambda: hand.latest.twin is None and hand.line == "")
    assert hand.status == "The twin has ended. Weights were changed by hand."
    assert hand.snapshot.parameters[0] == 1.5

    # Going back is that of both.
    hand.begin("points?dataset=moons&network=3&learning_rate=0.5")
    hand.pair("learning_rate", "0.2")
    hand.goes(6)
    for step in (5, 4):
        hand.click("step_back_button")
        hand.wait(lambda step=step: hand.snapshot.iteration == step)
        assert hand.twin.snapshot.iteration == step
    other = Scenario.parse("points?dataset=moons&network=3&learning_rate=0.2")
    assert _numbers(hand.twin.snapshot) == _alone(other, 4)


def test_a_twin_that_cannot_be_built_changes_nothing(hand):
    hand = hand(PointsLab)
    hand.begin("points?dataset=moons&network=1&weights=0.1,0.2,0.3,0.4,0.5")
    hand.lab.runner.step(3)
    hand.wait(lambda: hand.snapshot.iteration == 3)
    hand.ask_for("network", "2")
    hand.leave_dialog()
    notice = hand.find("notice_label", QLabel)
    hand.wait(lambda: "starting weights were given" in notice.text())
    assert notice.text().endswith("Everything stays as it was.")
    assert hand.latest.twin is None
    assert hand.line == ""
    assert hand.snapshot.iteration == 3
    assert "twin" not in hand.status
