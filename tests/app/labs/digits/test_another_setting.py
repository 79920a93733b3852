"""A setting that is declared is everywhere at once: that is all the developer's page asks.

The setting here is one that nobody ships. Options, names and controls are made when the program is
imported, so it is declared in a program of its own, before all else.
"""

import subprocess
import sys
from pathlib import Path

import pytest

DECLARED = """
import pathlib, sys
from dataclasses import dataclass
from gdstudio.engine.network import training
from gdstudio.engine.optimizers import regularization
from gdstudio.settings import Number, WholeNumber, declare

@dataclass(frozen=True)
class TrainingSettings(training.TrainingSettings):
    patience: int = declare(WholeNumber(
        label="Patience", explanation="Epochs to wait.", default=0, minimum=0, maximum=9))
    wobble: float = declare(Number(
        label="Wobble", explanation="How much is shaken.", default=0.0, minimum=0.0, maximum=1.0,
        live=True))

@dataclass(frozen=True)
class RegularizationSettings(regularization.RegularizationSettings):
    blunt: float = declare(Number(
        label="Blunt", explanation="How blunt.", default=0.0, minimum=0.0, maximum=1.0, live=True))

training.TrainingSettings = TrainingSettings
regularization.RegularizationSettings = RegularizationSettings
"""
COMMANDS = """
from gdstudio.cli.main import run
from gdstudio.experiment.scenario import Scenario
from gdstudio.storage.network_file import load_network

scenario = Scenario.parse("digits?patience=3&wobble=0.5")
assert scenario.code == "digits?patience=3&wobble=0.5", scenario.code
assert Scenario.parse("digits?patience=0") == Scenario("digits")
settings = scenario.prepare()().settings
assert (settings.training.patience, settings.training.wobble) == (3, 0.5)
other = Scenario.parse("digits?wobble=0.25").prepare()().settings
assert settings.with_live(other).training.wobble == 0.25
assert settings.with_live(other).training.patience == 3, "it applies after Reset"

file = pathlib.Path(sys.argv[1])
images = ["--dataset", "pen-digits", "--training-size", "100", "--network", "5", "--epochs", "1"]
assert run(["train", *images, "--patience", "4", "--wobble", "0.125", "--save", str(file)]) == 0
assert load_network(file).training["patience"] == 4
assert load_network(file).training["wobble"] == 0.125
assert run(["train", *images, "--patience", "10"]) == 2
"""
WINDOW = """
from PySide6.QtWidgets import QApplication, QSlider, QSpinBox, QWidget
from gdstudio.app.labs.digits.setup import DigitsSetup
from gdstudio.app.theme import current_theme

from gdstudio.app.labs.points.setup import PointsSetup
from gdstudio.experiment.points.settings import PointsSettings

application = QApplication([])
current_theme().apply(application)
panel = DigitsSetup()
panel.show()
spin, slider = panel.findChild(QSpinBox, "patience_spin"), panel.findChild(QSlider, "wobble_slider")
for control, explanation in ((spin, "Epochs to wait."), (slider, "How much is shaken.")):
    assert explanation in control.toolTip(), control.toolTip()
    assert not control.isVisible(), "nothing of it is on"
said = []
panel.live_changed.connect(lambda: said.append("at once"))
panel.waiting_changed.connect(lambda: said.append("after Reset"))
for name in ("more_network_button", "more_descent_button"):
    panel.findChild(QWidget, name).click()
assert spin.isVisible() and slider.isVisible()
spin.setValue(2)
slider.setValue(slider.maximum())
assert said[0] == "after Reset" and set(said[1:]) == {"at once"}, said
assert (panel.settings().training.patience, panel.settings().training.wobble) == (2, 1.0)
other = DigitsSetup()
other.set_settings(panel.settings())
other.show()
assert other.findChild(QSpinBox, "patience_spin").isVisible(), "what is in force is seen"
assert other.findChild(QSlider, "wobble_slider").isVisible()
assert other.settings() == panel.settings()
assert panel.findChild(QSlider, "blunt_slider") is not None
points = PointsSetup(PointsSettings.from_choices({"blunt": 0.5}))
points.show()
assert points.findChild(QSlider, "blunt_slider").isVisible(), "the Points lab shares this group"
assert points.settings().regularization.blunt == 0.5
"""


@pytest.mark.parametrize("program", [COMMANDS, WINDOW], ids=["commands", "window"])
def test_a_setting_that_is_declared_is_everywhere(program, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-c", DECLARED + program, str(tmp_path / "network.safetensors")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=Path(__file__).parents[4],
    )
    assert ran.returncode == 0, ran.stderr
