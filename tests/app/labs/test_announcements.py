"""A screen reader says steps made by hand, arrival and divergence, but nothing while it runs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gdstudio.experiment.run_update import State
from tests.app.labs.conftest import LabDriver


@pytest.fixture
def said(monkeypatch):
    """Return what a screen reader is told to say, as (sentence, whether it is urgent)."""
    sentences = []

    def listen(widget, sentence, *, urgent=False):
        if sentence and widget.isVisible():
            sentences.append((sentence, urgent))

    for module in ("gdstudio.app.labs.lab", "gdstudio.app.labs.messages"):
        monkeypatch.setattr(f"{module}.announce", listen)
    return sentences


@pytest.mark.parametrize("key", ["slope", "surface", "houses", "points"])
def test_a_step_by_hand_is_said_in_every_lab(window_of, qtbot, said, key):
    driver = LabDriver(window_of(key), key, qtbot)
    driver.click("step_button")
    driver.wait_step(1)
    driver.wait(lambda: said)
    assert said == [(f"{driver.lab.vocabulary.tell(driver.snapshot)}.", False)]


def test_steps_that_follow_quickly_are_said_once(slope, said):
    for _ in range(6):
        QTest.keyClick(slope.lab, Qt.Key.Key_Period)
    slope.wait_step(6)
    slope.wait(lambda: any("step 6" in sentence for sentence, _ in said))
    assert len(said) < 6


def test_a_run_is_said_when_it_is_paused_and_when_it_arrives(slope, said):
    slope.lab.bar.set_speed(50)
    slope.lab.runner.set_speed(50)
    slope.click("run_button")
    slope.wait(lambda: slope.snapshot.iteration >= 3)
    assert said == []
    slope.click("run_button")
    slope.wait_state(State.PAUSED)
    slope.wait(lambda: said)
    assert [sentence.partition(" ")[0] for sentence, _ in said] == ["Paused:"]
    slope.lab.runner.set_speed(None)
    slope.click("run_button")
    slope.wait_state(State.FINISHED)
    (arrival, urgent) = said[-1]
    assert arrival.startswith(slope.latest.message)
    assert slope.lab.vocabulary.tell(slope.snapshot) in arrival
    assert not urgent
    assert len(said) == 2


def test_a_divergence_is_said_at_once(slope, said):
    slope.type("learning_rate_edit", "3")
    slope.click("run_button")
    slope.wait_state(State.DIVERGED)
    ((sentence, urgent),) = said
    assert sentence.startswith(slope.latest.message)
    assert urgent


def test_a_step_in_the_fog_is_said_with_the_slope_under_the_feet(surface, said):
    surface.click("fog_button")
    surface.wait_generation()
    said.clear()
    surface.click("fog_downhill_button")
    surface.wait(lambda: said)
    ((sentence, _),) = said
    assert sentence.startswith("Step 1, loss ")
    assert "along x" in sentence


def test_problems_and_results_are_said_once(slope, said):
    slope.lab.say_problem("It cannot be read; choose another file.")
    slope.lab.say_result("Saved mine.txt.")
    slope.lab.say_note("Something to know.")
    slope.lab.say_note("Something to know.")
    assert said == [
        ("It cannot be read; choose another file.", True),
        ("Saved mine.txt.", False),
        ("Something to know.", False),
    ]
