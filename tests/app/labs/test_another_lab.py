"""A lab that is entered in the lists is everywhere at once: that is all the developer's page asks.

The lab here is one that nobody ships, as small as a lab can be. What stands above the tests would
be its two folders, `experiment/dummy` and `app/labs/dummy`; a fixture enters each in its list.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from whole_window import labs_in_threads

from gdstudio.app import main_window, screenshots
from gdstudio.app.application import create_main_window
from gdstudio.app.labs.lab import Lab
from gdstudio.app.labs.last_run import RunFiles
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.labs.worksheet_offer import offer_worksheet, shown_snapshot
from gdstudio.app.preferences import Preferences
from gdstudio.app.running.runner import Runner
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.app.widgets.tables.step_card import StepCard, StepRow
from gdstudio.cli import main
from gdstudio.engine.functions.expression import Expression
from gdstudio.engine.functions.objective import FunctionObjective
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.experiment.prompts import Prompt
from gdstudio.experiment.readings import COMMON_READINGS, Reading, readings
from gdstudio.experiment.scenario import VOCABULARIES, Scenario
from gdstudio.experiment.vocabulary import SEED, Vocabulary, speed_setting
from gdstudio.experiment.walk_file import read_walks, walks_to_file
from gdstudio.experiment.walks import Walk, WalksExperiment, WalkSnapshot
from gdstudio.experiment.worksheets.function import function_worksheet
from gdstudio.runs.run_files import RUN_FORMATS, RunFormat
from gdstudio.settings import Number, Settings, declare
from tests.app.labs.conftest import LabDriver

CONTROL = Qt.KeyboardModifier.ControlModifier

# What would be `experiment/dummy`.


@dataclass(frozen=True)
class StartSettings(Settings):
    """Where the walk starts."""

    start: float = declare(
        Number(label="start", explanation="Where it starts.", default=3.0, minimum=-9, maximum=9)
    )


@dataclass(frozen=True)
class DummySettings:
    """All that is chosen."""

    start: StartSettings
    optimizer: OptimizerSettings

    @classmethod
    def of(cls, values):
        rule = OptimizerSettings.from_mapping({"learning_rate": 0.1} | dict(values))
        return cls(StartSettings.from_mapping(values), rule)


@dataclass(frozen=True)
class DummySnapshot:
    """The run at one moment."""

    settings: DummySettings
    iteration: int
    walk: WalkSnapshot
    curve: object

    def readings(self) -> Mapping[str, float | None]:
        return {"step": self.iteration, "loss": self.walk.value, "x": float(self.walk.point[0])}

    def in_force(self):
        return self.settings.start.as_dict() | self.settings.optimizer.as_dict()

    def curves(self):
        return {"loss": self.walk.losses()}

    def trail(self):
        return None


class DummyWalk(Walk):
    """A walk that goes on for ever."""

    sentence = ""

    def _judge(self, before, slopes, after):
        pass


class DummyExperiment(WalksExperiment):
    """One walk on (x − 1)²."""

    def __init__(self, settings):
        objective = FunctionObjective(Expression.parse("(x-1)^2"))
        walk = DummyWalk(objective, [settings.start.start], settings.optimizer, scale=1.0)
        super().__init__([walk])
        self.settings = settings

    @property
    def origin(self):
        return (self.settings,)

    def restarted(self, settings=None):
        return DummyExperiment(settings or self.settings)

    def set_live(self, settings):
        self.settings = replace(self.settings, optimizer=settings.optimizer)
        self.walks[0].configure(settings.optimizer)

    def snapshot(self):
        walk = WalkSnapshot.of(self.walks[0])
        return DummySnapshot(self.settings, self.iteration, walk, self.history.curve())

    def explain(self, divergence):
        return "It diverged."

    def remedy(self):
        return 0.1


def dummy_to_file(state, summary):
    settings = state.origin[0]
    chosen = settings.start.as_dict() | settings.optimizer.as_dict()
    return walks_to_file("dummy", state, summary, {"settings": chosen})


def dummy_from_file(kept):
    settings = DummySettings.of(kept.values["origin"]["settings"])
    return read_walks(kept, DummyExperiment(settings))


DUMMY_RUNS = RunFormat("dummy", dummy_to_file, dummy_from_file)
DUMMY = Vocabulary(
    key="dummy",
    title="Dummy lab",
    settings=OptimizerSettings.declared(),
    start={"seed": SEED, **StartSettings.declared()},
    view={"speed": speed_setting(10)},
    readings={**COMMON_READINGS, "x": Reading("Where it stands.")},
    told=("step", "x"),
    prepare=lambda values: functools.partial(DummyExperiment, DummySettings.of(values)),
    depending=frozenset({"learning_rate"}),
)

# What would be `app/labs/dummy`.


@dataclass(frozen=True)
class DummySubject:
    """What the lab is about."""

    settings: DummySettings


class DummyLab(Lab):
    """The lab itself: three controls, a plot and a step card."""

    vocabulary = DUMMY
    tab_text = "Dummy"
    icon = "step"
    summary = "The smallest lab there is."
    prompts = (
        Prompt("far", "Start far away", "Start at −9.", lambda now: now.changed({"start": -9.0})),
    )
    run_files = RunFiles(DUMMY_RUNS.save, DUMMY_RUNS.load)

    def __init__(self):
        settings = DummySettings.of({})
        super().__init__(Runner(functools.partial(DummyExperiment, settings), in_process=False))
        self.form = SettingsForm(StartSettings, OptimizerSettings, parent=self)
        start = self.form.control("start", object_name="start_edit", kind="edit")
        rule = self.form.control("optimizer", object_name="optimizer_combo")
        rate = self.form.control("learning_rate", object_name="learning_rate_slider")
        for control in (start, rule, rate):
            self.setup.addWidget(control)
        self.form.changed.connect(lambda _name: self.begin())
        self.plot = LossPlot()
        self.watch.addWidget(self.plot)
        self.told_plots = (self.plot,)
        self.step_card = StepCard("Next step")
        self.explain.addWidget(self.step_card)
        offer_worksheet(self, self.step_card, self._capture, file_name="worksheet-dummy")
        self.show_subject(DummySubject(settings))
        self.keep_subject()

    def _capture(self):
        now = shown_snapshot(self)
        objective = FunctionObjective(Expression.parse("(x-1)^2"))
        return functools.partial(function_worksheet, objective, now.walk.point, now.walk.settings)

    def take_typed(self):
        return self.form.commit()

    def settings(self):
        return DummySettings.of(self.form.values())

    def subject(self):
        return DummySubject(self.settings())

    def show_subject(self, subject):
        values = subject.settings.start.as_dict() | subject.settings.optimizer.as_dict()
        self.form.set_values(values)

    def values_of(self, subject):
        settings = subject.settings
        return settings.start.as_dict() | settings.optimizer.as_dict()

    def named_values(self):
        return self.form.values()

    def subject_of_scenario(self, scenario):
        return DummySubject(DummySettings.of(scenario.values))

    def subject_of(self, state):
        return DummySubject(state.origin[0])

    def choose_next_start(self):
        self.form.set_values({"start": -3.0})

    def choose_learning_rate(self, learning_rate):
        self.form.set_values({"learning_rate": learning_rate})

    def show_snapshot(self, snapshot, state):
        walk = snapshot.walk
        x, slope, step = (float(n[0]) for n in (walk.point, walk.gradient, walk.next_step))
        self.tell(snapshot, state)
        self.plot.set_training(snapshot.curve.steps, snapshot.curve.mean)
        self.step_card.set_steps([StepRow("x", x, slope, step, x + step)])


@pytest.fixture(autouse=True)
def entered(monkeypatch):
    """Enter the lab in the three lists, for the time of a test."""
    monkeypatch.setitem(VOCABULARIES, "dummy", DUMMY)
    monkeypatch.setitem(RUN_FORMATS, "dummy", DUMMY_RUNS)
    monkeypatch.setattr(main_window, "LABS", (*main_window.LABS, DummyLab))


@pytest.fixture
def dummy(window_of, qtbot):
    return LabDriver(window_of(), "dummy", qtbot)


def test_the_rail_has_it_by_name_and_its_key_shows_it(dummy):
    window, tab = dummy.window, dummy.window.findChild(QWidget, "dummy_tab")
    assert window.current_lab is dummy.lab
    assert (tab.text(), tab.isChecked()) == ("Dummy", True)
    assert "The smallest lab there is." in tab.toolTip()
    assert not tab.icon().isNull()
    assert "Dummy lab" in dummy.sentences()
    assert dummy.lab.objectName() == "dummy_lab"
    QTest.keyClick(window, Qt.Key.Key_1, CONTROL)
    assert window.current_lab.key == main_window.LABS[0].key
    QTest.keyClick(window, Qt.Key.Key_0 + len(main_window.LABS), CONTROL)
    assert window.current_lab is dummy.lab
    assert tab.isChecked()


def test_it_steps_runs_and_is_reset(dummy):
    dummy.click("step_button")
    dummy.wait_step(1)
    # x − η · 2(x − 1) = 3 − 0.1 · 4.
    assert dummy.snapshot.walk.point[0] == pytest.approx(2.6)
    assert readings(dummy.snapshot)["x"] == pytest.approx(2.6)
    assert DUMMY.readings.keys() >= readings(dummy.snapshot).keys()
    assert dummy.text("loss_label").startswith("loss ")
    assert dummy.lab.accessibleDescription() == "step 1, x 2.600"
    assert dummy.lab.plot.accessibleDescription() == "step 1, x 2.600."
    dummy.reset()
    assert dummy.snapshot.walk.point[0] == 3.0
    dummy.click("prompt_far")
    dummy.wait_generation()
    assert dummy.snapshot.walk.point[0] == -9.0


def test_its_setup_code_is_copied_and_pasted(dummy):
    dummy.type("start_edit", "2.5")
    dummy.wait_generation()
    QTest.mouseClick(dummy.widget("copy_setup_button"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "dummy?learning_rate=0.1&start=2.5"
    QGuiApplication.clipboard().setText("dummy?learning_rate=0.2&start=-1&optimizer=adam")
    dummy.window.show_lab("slope")
    slope = LabDriver(dummy.window, "slope", dummy._qtbot)
    slope.click("paste_setup_button")
    assert dummy.window.current_lab is dummy.lab
    dummy.wait_generation()
    assert dummy.snapshot.settings.optimizer.optimizer == "adam"
    assert dummy.snapshot.walk.point[0] == -1.0


def test_the_command_line_opens_it(monkeypatch, capsys):
    opened = []
    monkeypatch.setattr(main, "_check_system", lambda: None)
    monkeypatch.setattr(
        "gdstudio.app.application.run_window", lambda scenario=None: opened.append(scenario) or 0
    )
    assert main.run(["open", "dummy?start=2&learning_rate=0.5"]) == 0
    assert opened == [Scenario("dummy", {"start": 2.0, "learning_rate": 0.5})]
    run = opened[0].prepare()()
    run.advance(steps=1)
    assert readings(run.snapshot())["x"] == 1.0
    assert main.run(["open", "dummy?begin=2"]) == 2
    assert "The lab Dummy lab has no “begin”" in capsys.readouterr().err
    assert main.run(["open", "nothing"]) == 2
    assert "or dummy" in capsys.readouterr().err


def test_a_long_run_is_offered_again_also_after_the_window_was_closed(
    window_of, qtbot, monkeypatch, tmp_path
):
    monkeypatch.setattr("gdstudio.experiment.run.LONG_SECONDS", 0.0)
    window = window_of()
    window.keep_runs_in(tmp_path)
    first = LabDriver(window, "dummy", qtbot)
    first.lab.runner.step(5)
    first.wait_step(5)
    first.click("reset_button")
    first.wait_step(0)
    first.click("last_run_button")
    first.wait_step(5)
    where = first.snapshot.walk.point[0]
    window.close()
    window = window_of()
    window.keep_runs_in(tmp_path)
    again = LabDriver(window, "dummy", qtbot)
    again.wait(lambda: again.widget("last_run_button").isVisible())
    again.click("last_run_button")
    again.wait_step(5)
    assert again.snapshot.walk.point[0] == where


def test_a_session_has_its_run_and_what_was_kept_of_it(window_of, qtbot, tmp_path):
    first = LabDriver(window_of(), "dummy", qtbot)
    first.lab.runner.step(5)
    first.wait_step(5)
    first.click("keep_run_button")
    first.wait(lambda: first.lab.kept_runs.runs)
    with qtbot.waitSignal(first.window.sessions.saved):
        first.window.sessions.save(tmp_path / "mine.gdstudio")
    where = first.snapshot.walk.point[0]
    first.window.close()
    again = LabDriver(window_of(), "dummy", qtbot)
    again.window.sessions.open(tmp_path / "mine.gdstudio")
    again.wait_step(5)
    assert again.snapshot.walk.point[0] == where
    assert again.lab.kept_runs.runs.names() == first.lab.kept_runs.runs.names()


def test_no_program_repeats_it_and_that_is_said(capsys, tmp_path):
    code = ["export", "dummy", "--to", "numpy", "--out", str(tmp_path / "code")]
    assert main.run(code) == 2
    assert "A run of this lab cannot be written as a program." in capsys.readouterr().err


def test_its_step_makes_a_worksheet(dummy, monkeypatch, tmp_path):
    path = tmp_path / "sheet.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    dummy.click("worksheet_button")
    dialog = dummy.window.findChild(QDialog, "worksheet_dialog")
    QTest.mouseClick(dialog.findChild(QWidget, "worksheet_save_button"), Qt.MouseButton.LeftButton)
    dummy.wait(lambda: dummy.text("status_label") == "Saved sheet.pdf.")
    assert path.read_bytes().startswith(b"%PDF")


def test_the_window_opens_on_it_where_it_was_left(qtbot, qapp):
    with labs_in_threads():
        window = create_main_window(Preferences(lab="dummy"))
    assert window.current_lab.key == "dummy"
    window.close()
    window.deleteLater()


def test_its_picture_is_rendered(monkeypatch, tmp_path):
    monkeypatch.setattr(main_window, "LABS", (DummyLab,))
    monkeypatch.setattr(screenshots, "_settle", lambda _rounds: QApplication.processEvents())
    screenshots.render_screenshots(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"dummy-{theme}{size}.png" for theme in ("light", "dark") for size in ("", "-large")
    }
    assert not QImage(str(tmp_path / "dummy-light.png")).isNull()
