"""Copy setup and Paste setup: what a lab is set to, as a text that sets up any lab."""

import pytest
from own_pictures import picture_folder
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gdstudio.app.labs.switching import AS_IT_WAS
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from tests.app.labs.conftest import LabDriver

SHIFTED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def clipboard():
    return QGuiApplication.clipboard().text()


def copied(lab):
    QGuiApplication.clipboard().setText("")
    lab.click("copy_setup_button")
    return clipboard()


def paste(lab, code):
    """Paste a code and wait until the lab that it is of shows its start."""
    QGuiApplication.clipboard().setText(code)
    lab.click("paste_setup_button")
    lab.wait_generation()


@pytest.fixture
def labs(window_of, qtbot):
    """Return a function that goes to a lab of one window."""
    window = window_of()
    return lambda key: LabDriver(window, key, qtbot)


def test_each_lab_copies_itself_and_is_set_up_so_again(labs):
    changed = {
        "slope": "slope?function=plateau&optimizer=momentum&learning_rate=0.3&momentum=0.5"
        "&start=2.5&other_start=-2&both=yes&predict=yes&speed=10",
        "surface": "surface?function=himmelblau&optimizer=adam&learning_rate=0.07"
        "&race=sgd,momentum,adam&sgd.learning_rate=0.004&start_x=-1&start_y=2.5&speed=max",
        "houses": "houses?dataset=ames-houses&input_column=year_built&scale=standardised"
        "&optimizer=nesterov&learning_rate=0.0003&momentum=0.5&intercept=0.25&slope=-0.5"
        "&least_squares=yes&size=1999",
        "digits": "digits?dataset=pen-digits&training_size=300&network=16,dropout 0.25,12"
        "&activation=relu&loss=cross-entropy&optimizer=adam&learning_rate=0.004&batch_size=32"
        "&epochs=2&shift=1&schedule=cosine&l2=0.001&seed=7&speed=100",
    }
    for key, code in changed.items():
        lab = labs(key)
        assert copied(lab) == key, "as it opens, nothing differs from the defaults"
        assert f"Copied the setup code {key}" in lab.text("status_label")
        paste(lab, code)
        assert copied(lab) == code
        paste(lab, key)
        assert copied(lab) == key


def test_what_is_set_is_what_the_run_obeys(houses):
    paste(houses, "houses?learning_rate=0.02&intercept=0.25&slope=0.5&optimizer=momentum")
    start = houses.snapshot.settings
    assert start.optimizer.learning_rate == 0.02
    assert start.optimizer.optimizer == "momentum"
    assert houses.snapshot.parameters.tolist() == [0.25, 0.5]
    assert houses.text("intercept_edit") == "0.25"
    assert houses.widget("optimizer_combo").currentData() == "momentum"


def test_a_code_of_another_lab_shows_that_lab(labs):
    slope = labs("slope")
    QGuiApplication.clipboard().setText("Houses?Intercept=0.1")
    slope.click("paste_setup_button")
    assert slope.window.current_lab.key == "houses"
    houses = labs("houses")
    houses.wait_generation()
    houses.wait(lambda: houses.text("intercept_edit") == "0.1")
    assert houses.snapshot.parameters[0] == 0.1


def test_the_keys_copy_and_paste_in_any_lab(slope):
    window = slope.window
    QTest.keyClick(window.current_lab, Qt.Key.Key_C, SHIFTED)
    assert clipboard() == "slope"
    QGuiApplication.clipboard().setText("slope?start=1.5")
    QTest.keyClick(window.current_lab, Qt.Key.Key_V, SHIFTED)
    slope.wait_generation()
    assert slope.text("start_edit") == "1.5"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "There is no setup code here"),
        ("Dear class, tomorrow we", "is no setup code: it begins with slope,"),
        ("slope?start=1&learning_rat=2", "has no “learning_rat” (perhaps learning_rate)"),
        ("slope?start=1&learning_rate=fast", "Learning rate must be a number from"),
        ("slope?function=log(x)&start=-1", "start elsewhere"),
        ("slope?function=sqrt(-1-x^2)", "This function has no values"),
    ],
)
def test_a_code_that_cannot_be_used_changes_nothing_and_gets_one_sentence(slope, code, said):
    slope.click("step_button")
    slope.wait_step(1)
    before, x = slope.lab.scenario(), slope.snapshot.walks[0].x
    QGuiApplication.clipboard().setText(code)
    slope.click("paste_setup_button")
    slope.wait(lambda: said in slope.lab.notice.text)
    assert slope.lab.scenario() == before
    assert slope.snapshot.walks[0].x == x
    assert slope.text("step_label") == "step 1"
    slope.click("step_button")
    slope.wait_step(2)


def test_a_start_that_a_code_cannot_have_leaves_all_as_it_was(labs):
    slope = labs("slope")
    QGuiApplication.clipboard().setText("slope?function=kink&start=2e20")
    slope.click("paste_setup_button")
    assert "Start at x must be a number" in slope.lab.notice.text
    QGuiApplication.clipboard().setText("houses?scale=raw&input_column=price_usd&slope=1")
    slope.click("paste_setup_button")
    houses = labs("houses")
    houses.wait(lambda: houses.latest is not None)
    assert houses.lab.scenario().values.get("slope") in (None, 1.0)


def test_a_function_of_ones_own_is_looked_at_first_and_what_is_chosen_meanwhile_stays(slope):
    QGuiApplication.clipboard().setText("slope?function=x^4-3*x^2%2Bx&start=2&learning_rate=0.02")
    slope.click("paste_setup_button")
    slope.choose("function_combo", "kink")
    slope.wait_generation()
    paste(slope, "slope?function=x^4-3*x^2%2Bx&start=1.5&learning_rate=0.02")
    slope.wait(lambda: slope.text("start_edit") == "1.5")
    assert copied(slope) == "slope?function=x^4-3*x^2%2Bx&learning_rate=0.02&start=1.5"
    slope.wait_generation()
    assert slope.snapshot.walks[0].x == 1.5


def test_the_fog_and_a_landscape_of_ones_own_are_in_the_code(surface):
    paste(surface, "surface?function=beale&fog=yes")
    assert copied(surface) == "surface?function=beale&fog=yes"
    assert not surface.widget("run_button").isEnabled()
    QGuiApplication.clipboard().setText("surface?function=x^2%2By^2%2Bx*y&start_x=1&start_y=-2")
    surface.click("paste_setup_button")
    surface.wait(lambda: surface.lab.settings().start.point == (1.0, -2.0))
    assert copied(surface) == "surface?function=x^2%2By^2%2Bx*y&start_x=1&start_y=-2"
    assert surface.widget("run_button").isEnabled()


def test_a_table_of_ones_own_is_in_no_code_and_that_is_said(houses, tmp_path, qtbot):
    path = tmp_path / "flats.csv"
    path.write_text("size,price\n50,100\n60,130\n70,150\n", encoding="utf-8")
    houses.lab.open_table(path)
    houses.wait(lambda: houses.widget("dataset_combo").currentText() == "flats.csv")
    houses.wait_generation()
    assert copied(houses) == ""
    assert "your own file flats.csv, which no setup code can hold" in houses.lab.notice.text
    houses.choose("dataset_combo", "ten-houses")
    houses.wait_generation()
    assert copied(houses) == "houses"


def test_images_of_ones_own_are_in_no_code_and_a_code_leads_back_from_them(digits, tmp_path):
    digits.lab.open_images(picture_folder(tmp_path / "signs"))
    digits.wait(lambda: digits.snapshot.settings.network.image == (12, 10))
    assert copied(digits) == ""
    assert "your own, signs, which no setup code can hold" in digits.lab.notice.text
    paste(digits, "digits?dataset=pen-digits&network=12&initial_weights=zero")
    assert digits.snapshot.settings.network.image == (28, 28)
    assert copied(digits) == "digits?dataset=pen-digits&network=12&initial_weights=zero"


def test_what_is_typed_and_wrong_is_not_copied(houses):
    houses.type("intercept_edit", "abc", enter=False)
    assert copied(houses) == ""
    assert houses.problems()


def test_a_run_goes_on_after_a_paste_as_from_any_start(houses):
    paste(houses, "houses?learning_rate=0.05")
    houses.click("run_button")
    houses.wait_state(State.RUNNING)
    paste(houses, "houses?slope=0.25")
    assert houses.state is not State.RUNNING
    assert houses.text("step_label") == "step 0"


def test_both_buttons_are_named_and_can_be_reached(slope):
    for name, said in (("copy_setup_button", "Copy setup"), ("paste_setup_button", "Paste setup")):
        button = slope.widget(name)
        assert button.accessibleName() == said
        assert button.toolTip().endswith(").")
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.isVisible()


def test_the_window_is_set_up_by_a_scenario(window_of, qtbot):
    window = window_of()
    window.set_up(Scenario.parse("surface?function=bowl&start_x=2"))
    surface = LabDriver(window, "surface", qtbot)
    surface.wait_generation()
    assert surface.lab.settings().start.point == (2.0, 1.6)
    assert window.findChild(QWidget, "surface_tab").isChecked()
    assert AS_IT_WAS not in surface.lab.notice.text
