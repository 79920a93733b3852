"""Who does not see the plots is told by the readings of a run where it is."""

import pytest

from gdstudio.experiment.readings import readings
from gdstudio.experiment.run_update import State
from tests.app.labs.conftest import LabDriver

HEROES = {
    "slope": ("curve_plot", "loss_plot"),
    "surface": ("contour_plot", "loss_plot"),
    "houses": ("house_plot", "loss_plot", "contour_plot"),
    "points": ("loss_plot",),
}


@pytest.mark.parametrize("key", HEROES)
def test_each_plot_says_where_the_run_is(window_of, qtbot, key):
    driver = LabDriver(window_of(key), key, qtbot)
    driver.click("step_button")
    driver.wait_step(1)
    words = driver.lab.vocabulary.tell(driver.snapshot)
    assert words.startswith("step 1, ")
    assert driver.lab.accessibleName() == driver.lab.title
    assert driver.lab.accessibleDescription() == words
    for name in HEROES[key]:
        assert driver.widget(name).accessibleDescription().startswith(f"{words}.")


def test_the_words_are_readings_with_their_labels(houses):
    houses.click("step_button")
    houses.wait_step(1)
    found = readings(houses.snapshot)
    assert houses.lab.accessibleDescription() == (
        "step 1, a 0.4170, b 0.7345, SSE 0.5527, ∂SSE/∂a 2.900, ∂SSE/∂b 1.350"
    )
    assert found["sse"] == pytest.approx(0.5527, abs=1e-4)
    assert houses.text("loss_label") == "SSE 0.553"
    plot = houses.widget("house_plot").accessibleDescription()
    assert plot.endswith("Up and down move the line, left and right turn it.")


def test_a_network_says_its_loss_and_accuracy(quick_digits):
    digits = quick_digits
    digits.click("run_button")
    digits.wait_state(State.FINISHED)
    words = digits.lab.accessibleDescription()
    assert words.startswith("step 10, epoch 1, loss 0.")
    assert ", test accuracy " in words
    assert words.endswith(" %")


def test_in_the_fog_nothing_of_the_map_is_told(surface):
    surface.click("step_button")
    surface.wait_step(1)
    assert "∂f/∂x" in surface.lab.accessibleDescription()
    surface.click("fog_button")
    surface.wait_generation()
    assert "∂f/∂x" not in surface.lab.accessibleDescription()
    assert surface.widget("contour_plot").accessibleDescription() == ""
