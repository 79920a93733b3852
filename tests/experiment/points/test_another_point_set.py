"""A set of points that is added to the catalogue is everywhere, and nothing else names it."""

import json

import numpy as np
import pytest

from gdstudio.cli.main import run
from gdstudio.data.points.catalogue import POINT_SETS, PointsDataSettings, drawn_source, load_points
from gdstudio.data.points.drawn import DrawnPoints
from gdstudio.experiment.points.experiment import PointsExperiment
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.points.vocabulary import POINTS


class Stripes(DrawnPoints):
    """Three stripes, the middle one of class B."""

    key = "stripes"
    label = "Stripes"
    what = "Three upright stripes of points."
    notice = "Two lines part them."
    suits = {"features": "x2", "network": ""}  # noqa: RUF012 - a dummy

    def draw(self, rng, count, noise):
        labels = np.arange(count, dtype=float) % 2
        places = rng.uniform(-2, 2, (count, 2))
        places[:, 0] = np.where(labels, rng.uniform(-0.7, 0.7, count), np.sign(places[:, 0]) * 2)
        return places, labels


@pytest.fixture(autouse=True)
def stripes(monkeypatch):
    monkeypatch.setitem(POINT_SETS, "stripes", drawn_source(Stripes()))


def test_it_is_loaded_and_learned_with_the_settings_that_suit_it():
    assert len(load_points(PointsDataSettings(dataset="stripes"))) == 300
    experiment = PointsExperiment(PointsSettings.from_choices({"dataset": "stripes"}))
    assert experiment.settings.network.features == "x2"
    experiment.advance()
    assert experiment.snapshot().test.accuracy == 1


def test_commands_and_setup_codes_have_it(capsys):
    assert run(["train", "points", "--dataset", "stripes", "--steps", "20", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["classes"] == ["A", "B"]
    assert POINTS.all["dataset"].parse("stripes") == "stripes"
    assert "network" not in POINTS.check({"dataset": "stripes", "network": ""})
