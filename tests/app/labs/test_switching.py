"""Whatever a lab is about changes everywhere or nowhere, whatever is raised on the way.

A fault is injected at one call after another of the window's own code while a lab is switched:
afterwards everything that can be seen must be as it was, and the run, too.
"""

import contextlib
import os
import random
import sys
from pathlib import Path
from types import CodeType

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.labs.switching import AS_IT_WAS
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.labels import ElidedLabel
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.data.dataset import Table
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.experiment import DigitsExperiment, DigitsSettings
from gdstudio.experiment.functions.slope import SlopeExperiment
from gdstudio.experiment.functions.surface import SurfaceExperiment
from gdstudio.experiment.houses.experiment import HousesExperiment
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.scenario import Scenario

WAIT = 60_000
# How many calls of each switch are made to fail: a few in every test run, all of them by hand.
FAULTS = int(os.environ.get("GDSTUDIO_FAULTS", "3"))
APP = str(Path("gdstudio") / "app") + os.sep
# What shows problems must be allowed to.
SPARED = (
    "background.py",
    "lab.py",
    "messages.py",
    "notice.py",
    "run_report.py",
    "runner.py",
    "setting_up.py",
    "switching.py",
    "transport_bar.py",
)


class InjectedError(ArithmeticError):
    """The fault that a test injects."""


class Injection:
    """Lets a call of the app's own code fail while a lab is switched: the one of a number.

    Attributes:
        calls: the functions that were called, in order.
    """

    def __init__(self, fail_at=None):
        self.fail_at, self.calls, self.raised_in = fail_at, [], None
        # What was found of each function: it is asked at every call of any.
        self._counts: dict[CodeType, bool] = {}

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _trace(self, frame, event, _argument):
        code = frame.f_code
        counts = self._counts.get(code)
        if counts is None:
            counts = self._counts[code] = (
                APP in code.co_filename
                and Path(code.co_filename).name not in SPARED
                and not code.co_name.startswith("<")
            )
        if not counts or event != "call" or self.raised_in or not _is_stage(frame):
            return
        self.calls.append(f"{Path(code.co_filename).name}:{code.co_name}")
        if len(self.calls) - 1 == self.fail_at:
            self.raised_in = self.calls[-1]
            raise InjectedError(self.raised_in)


def _is_stage(frame):
    """Return whether a call is made while a lab is switched, and what it raises comes back there.

    What Qt calls (in camel case) cannot raise anything: Qt would not hand it on.
    """
    while frame is not None:
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if name in ("switch", "_on_update") and file.endswith("lab.py"):
            return True
        if name != name.lower():
            return False
        frame = frame.f_back
    return False


def seen(lab):
    """Return all that can be seen in a lab, but for what is said, as a dictionary."""
    shown = {}
    for widget in lab.findChildren(QWidget):
        # How the columns share the window depends on what is said, and so does which notes of
        # cards have room.
        if _is_said(widget) or widget.objectName().startswith("qt_") or _is_note(widget):
            continue
        name = f"{widget.objectName()} {type(widget).__name__} {id(widget)}"
        shown[f"{name} hidden"] = widget.isHidden()
        if not widget.isVisible():
            continue
        if isinstance(widget, QComboBox):
            items = [widget.itemText(i) for i in range(widget.count())]
            shown[name] = (widget.currentText(), items)
        elif isinstance(widget, QLineEdit | QLabel):
            shown[name] = widget.text()
        elif isinstance(widget, QAbstractButton):
            shown[name] = (widget.text(), widget.isChecked(), widget.isEnabled())
        elif isinstance(widget, QSpinBox | QSlider):
            shown[name] = (widget.minimum(), widget.value(), widget.maximum())
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            shown[name] = [
                model.data(model.index(row, column))
                for row in range(min(model.rowCount(), 50))
                for column in range(model.columnCount())
            ]
        elif isinstance(widget, ThemedPlot):
            for table in ("table", "series_table", "path_table"):
                if hasattr(type(widget), table):
                    shown[f"{name} {table}"] = getattr(widget, table)()
            shown[f"{name} range"] = getattr(widget, "_home", None)
    return {name: repr(value) for name, value in shown.items()}


def _is_said(widget):
    """Return whether a widget is a part of what says problems and the state."""
    while widget is not None:
        if widget.objectName() == "status_label" or widget.property("kind") == "notice":
            return True
        widget = widget.parentWidget()
    return False


def _is_note(widget):
    return isinstance(widget, ElidedLabel) and isinstance(widget.parent(), Card)


def run_of(lab):
    """Return what the run is about, and where it stands."""
    snapshot = lab.runner.latest.snapshot
    parameters = getattr(snapshot, "parameters", None)
    return (
        snapshot.iteration,
        getattr(snapshot, "settings", None),
        None if parameters is None else np.asarray(parameters).tobytes(),
        [walk.path.points.tobytes() for walk in getattr(snapshot, "walks", ())],
        [walk.path.points.tobytes() for walk in getattr(snapshot, "walks", ())],
    )


def differences(before, after):
    """Return what is shown otherwise; parts that come and go are what plots make of their size."""
    return {
        name: (before[name], after[name])
        for name in before
        if name in after and before[name] != after[name]
    }


def settle(lab, qtbot):
    """Wait until the lab has shown what was asked of it."""
    qtbot.waitUntil(
        lambda: bool(
            lab.runner.is_up_to_date and not lab.background.is_busy and not lab.runner.is_running
        ),
        timeout=WAIT,
    )


def back(lab, qtbot):
    """Bring the run back that was there before."""
    lab.runner.undo()
    settle(lab, qtbot)


def choose(name, key):
    def act(lab):
        combo = lab.findChild(QComboBox, name)
        combo.setCurrentIndex(combo.findData(key))

    return act


def type_function(text):
    return lambda lab: lab.panel.function_card.write(text)


def press(name):
    return lambda lab: QTest.mouseClick(
        lab.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton
    )


def prompt(key):
    return lambda lab: lab.try_prompt(key)


def setup_code(code):
    return lambda lab: lab.set_ups.open(Scenario.parse(code))


OWN_VALUES = {"size": np.array([1.0, 2, 4]), "price": np.array([2.0, 3, 9])}
OWN_TABLE = Table("own", ("size", "price"), OWN_VALUES, {})


def own_network(lab):
    """Return the settings and θ of a network as they come from a file."""
    settings = DigitsSettings.from_mapping(lab.settings().as_dict() | {"network": "5"})
    return settings, np.full(settings.network.build().size, 0.01, np.float32)


SWITCHES = {
    SlopeLab: {
        "function": choose("function_combo", "two-valleys"),
        "typed function": type_function("x^4 - x"),
        "optimizer": choose("optimizer_combo", "adam"),
        "new start": press("new_start_button"),
        "reset": press("reset_button"),
        "two walks": press("both_button"),
        "prompt": prompt("predict"),
        "setup code": setup_code("slope?function=kink&start=1&both=yes&predict=yes"),
    },
    SurfaceLab: {
        "function": choose("function_combo", "himmelblau"),
        "typed function": type_function("x^2 + 2*y^2 + x"),
        "optimizer": choose("optimizer_combo", "adam"),
        "new start": press("new_start_button"),
        "reset": press("reset_button"),
        "race": press("race_button"),
        "fog": press("fog_button"),
        "prompt": prompt("three_to_one"),
        "setup code": setup_code("surface?function=beale&fog=yes&speed=5"),
    },
    HousesLab: {
        "data": choose("dataset_combo", "ames-houses"),
        "scale": choose("scale_combo", "raw"),
        "optimizer": choose("optimizer_combo", "adam"),
        "new start": press("new_start_button"),
        "reset": press("reset_button"),
        "prompt": prompt("story"),
        "setup code": setup_code("houses?scale=raw&least_squares=yes&seed=2"),
        "table": lambda lab: lab.panel.add_table(OWN_TABLE, Path("own.csv")),
    },
    PointsLab: {
        "points": choose("dataset_combo", "moons"),
        "own points": choose("dataset_combo", "own"),
        "own numbers": choose("dataset_combo", "own-numbers"),
        "network": setup_code("points?network=2"),
        "new start": press("new_start_button"),
        "reset": press("reset_button"),
        "setup code": setup_code("points?dataset=iris&network=4,2&features=x,y,xy&seed=2&speed=9"),
    },
    DigitsLab: {
        "network": lambda lab: lab.files.opened.emit(*own_network(lab)),
        "new start": press("new_start_button"),
        "preset": lambda lab: lab.try_preset("tweaks"),
        "prompt": prompt("story"),
        "setup code": setup_code("digits?network=7&dataset=pen-digits&speed=100"),
    },
}


@contextlib.contextmanager
def lab_of(kind, qtbot):
    """Yield a lab whose run has made three steps."""
    lab = kind() if kind in (SlopeLab, HousesLab) else kind(in_process=False)
    qtbot.addWidget(lab)
    lab.resize(1280, 800)
    lab.setUpdatesEnabled(False)  # nobody looks: painting would take a third of the time
    lab.show()
    lab.start()
    try:
        qtbot.waitUntil(
            lambda: bool(lab.runner.latest and lab.runner.latest.snapshot), timeout=WAIT
        )
        lab.runner.step(3)
        qtbot.waitUntil(lambda: lab.runner.latest.snapshot.iteration == 3, timeout=WAIT)
        settle(lab, qtbot)
        yield lab
    finally:
        lab.close_runner()


@pytest.mark.faults
@pytest.mark.parametrize("kind", SWITCHES, ids=lambda kind: kind.key)
def test_a_fault_anywhere_on_the_way_changes_nothing(kind, qtbot, caplog):
    with lab_of(kind, qtbot) as lab:
        run = run_of(lab)
        for name, act in SWITCHES[kind].items():
            # How many stages there are; then back, which is a switch, too.
            with Injection() as counting:
                act(lab)
                settle(lab, qtbot)
            assert run_of(lab) != run, name
            back(lab, qtbot)
            assert run_of(lab) == run, name
            before = seen(lab)
            stages = range(len(counting.calls))
            chosen = random.Random(f"{kind.key} {name}").sample(stages, min(FAULTS, len(stages)))
            for stage in sorted(chosen):
                with Injection(stage) as injection, qtbot.capture_exceptions() as escaped:
                    act(lab)
                    settle(lab, qtbot)
                where = f"{name}: fault {stage} in {injection.raised_in}"
                assert not escaped, where
                if injection.raised_in is None:
                    back(lab, qtbot)
                    continue
                if AS_IT_WAS not in lab.notice.text:
                    # The new run was shown already: the fault came with a later moment of it, and
                    # perhaps another moment has been shown since.
                    assert "InjectedError" in (lab.notice.text or caplog.text), where
                    assert run_of(lab) != run, where
                    back(lab, qtbot)
                else:
                    assert "InjectedError" in lab.notice.text, where
                assert not differences(before, seen(lab)), where
                assert run_of(lab) == run, where
                lab.messages.take_back_all()
                caplog.clear()


EXPERIMENTS = [
    pytest.param(SlopeLab, SlopeExperiment, id="slope"),
    pytest.param(SurfaceLab, SurfaceExperiment, id="surface"),
    pytest.param(HousesLab, HousesExperiment, id="houses"),
    pytest.param(PointsLab, PointsExperiment, id="points"),
    pytest.param(DigitsLab, DigitsExperiment, id="digits"),
]


@pytest.mark.faults
@pytest.mark.parametrize(("kind", "experiment"), EXPERIMENTS)
def test_a_run_that_cannot_be_built_changes_nothing(kind, experiment, qtbot, monkeypatch):
    with lab_of(kind, qtbot) as lab:
        press("new_start_button")(lab)
        settle(lab, qtbot)
        back(lab, qtbot)
        before, run = seen(lab), run_of(lab)
        errors = (BadInput("Not these."), MemoryError(), InjectedError())
        for name, error in [*(("restarted", one) for one in errors), ("snapshot", InjectedError())]:
            good = getattr(experiment, name)

            def bad(self, *arguments, name=name, error=error, good=good):
                if name == "snapshot" and len(self.history):
                    return good(self, *arguments)
                raise error

            monkeypatch.setattr(experiment, name, bad)
            press("new_start_button")(lab)
            qtbot.waitUntil(lambda: AS_IT_WAS in lab.notice.text, timeout=WAIT)
            settle(lab, qtbot)
            monkeypatch.setattr(experiment, name, good)
            assert not differences(before, seen(lab)), (name, error)
            assert run_of(lab) == run, (name, error)
            lab.messages.take_back_all()
        lab.runner.step()
        qtbot.waitUntil(lambda: lab.runner.latest.snapshot.iteration == 4, timeout=WAIT)


@pytest.mark.faults
@pytest.mark.parametrize("text", ["1-exp(-10*(x^2+y^2))", "1e-12*(x^2+y^2)"])
def test_no_function_leaves_the_surface_half_switched(text, qtbot):
    with lab_of(SurfaceLab, qtbot) as lab:
        before, run = seen(lab), run_of(lab)
        type_function(text)(lab)
        settle(lab, qtbot)
        if run_of(lab) == run:
            assert lab.notice.text
            assert not differences(before, seen(lab))
            return
        assert lab.panel.terrain.key == "own"
        latest = lab.runner.latest.snapshot
        assert lab.subject().choices.rules[latest.walks[0].key] == latest.walks[0].settings
        assert tuple(latest.walks[0].point.tolist()) == lab.panel.terrain.start


@pytest.mark.faults
def test_a_table_beyond_32_bits_leaves_houses_whole(qtbot, tmp_path):
    path = tmp_path / "gdp.csv"
    path.write_text(
        "gdp,price\n" + "".join(f"{n * 10**11},{n * 1000 + n % 3}\n" for n in range(1, 9))
    )
    with lab_of(HousesLab, qtbot) as lab:
        before, run = seen(lab), run_of(lab)
        lab.open_table(path)
        settle(lab, qtbot)
        assert "Reading" not in lab.findChild(QLabel, "status_label").text()
        if run_of(lab) == run:
            assert lab.notice.text
            names = {name for name in differences(before, seen(lab)) if "dataset_combo" not in name}
            assert not names, "the list has one more, all else is as it was"
            return
        snapshot = lab.runner.latest.snapshot
        assert snapshot.problem.x.max() == 8e11
        assert lab.findChild(QComboBox, "column_combo").currentText() == "gdp"


def test_a_live_setting_that_is_refused_is_taken_back(qtbot, monkeypatch):
    with lab_of(SlopeLab, qtbot) as lab:
        before, run = seen(lab), run_of(lab)

        def refuse(self, settings):
            raise BadInput("Not this rate.")

        monkeypatch.setattr(SlopeExperiment, "set_live", refuse)
        edit = lab.findChild(QLineEdit, "learning_rate_edit")
        edit.setText("0.7")
        edit.editingFinished.emit()
        qtbot.waitUntil(lambda: AS_IT_WAS in lab.notice.text, timeout=WAIT)
        assert lab.notice.text.startswith("Not this rate.")
        assert not differences(before, seen(lab))
        assert run_of(lab) == run
