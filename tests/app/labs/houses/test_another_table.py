"""A table of houses that is added to the catalogue is everywhere: a file, and its card.

What is done here for `COTTAGES` is all that a new table takes.
"""

import json

import pytest
from PySide6.QtWidgets import QDialog, QLabel

from gdstudio.cli.main import run
from gdstudio.data import catalogue
from gdstudio.data.catalogue import HOUSE_SETS, load_houses
from gdstudio.data.dataset import DatasetCard
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.run_files import RUN_FORMATS

COTTAGES = DatasetCard(
    key="cottages",
    title="Cottages",
    what="Four cottages by the sea.",
    source="A test.",
    licence="Free to use",
    size="4 cottages with their size in square feet and price in dollars.",
    learning_rates={"min-max": 0.05},
)
ROWS = "size_sqft,price_usd\n400,50000\n500,60000\n700,80000\n800,100000\n"


@pytest.fixture(autouse=True)
def cottages(monkeypatch, tmp_path):
    (tmp_path / "cottages.csv").write_text(ROWS)
    shipped = catalogue.resource_path

    def resource_path(*parts):
        is_ours = parts[-1] == "cottages.csv"
        return tmp_path / parts[-1] if is_ours else shipped(*parts)

    monkeypatch.setattr(catalogue, "resource_path", resource_path)
    monkeypatch.setitem(HOUSE_SETS, "cottages", COTTAGES)
    yield
    load_houses.cache_clear()


def test_the_lab_fits_it(houses):
    houses.choose("dataset_combo", "cottages")
    houses.wait_generation()
    assert houses.widget("dataset_combo").currentText() == "Cottages"
    assert houses.snapshot.problem.x.tolist() == [400, 500, 700, 800]
    assert houses.snapshot.settings.optimizer.learning_rate == 0.05, "the card's"
    assert houses.lab.scenario().code == "houses?dataset=cottages"
    houses.click("dataset_card_button")
    dialog = houses.lab.window().findChild(QDialog, "dataset_card_dialog")
    assert "Four cottages by the sea." in [one.text() for one in dialog.findChildren(QLabel)]
    dialog.close()


def test_its_runs_are_kept_by_its_name(tmp_path):
    experiment = Scenario.parse("houses?dataset=cottages").prepare()()
    experiment.advance(steps=3)
    runs = RUN_FORMATS["houses"]
    runs.save(tmp_path / "run", experiment.state(), experiment.summary)
    kept, summary = runs.load(tmp_path / "run")
    assert summary == "3 steps"
    assert kept.origin[0] is load_houses("cottages")


def test_commands_and_setup_codes_have_it(capsys, tmp_path):
    assert run(["fit", "cottages", "--steps", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["learning_rate"] == 0.05
    assert run(["fit", "barns"]) == 2
    assert "cottages or a CSV" in capsys.readouterr().err
    code = ["export", "houses?dataset=cottages", "--to", "numpy", "--out", str(tmp_path / "code")]
    assert run(code) == 0
    assert any("Cottages" in one.read_text() for one in (tmp_path / "code").glob("*.py"))
