"""Another data set goes with everything: one entry in the catalogue, or a folder of one's own.

What is done here for `TINY` is all that a new data set takes.
"""

import io
import json
from contextlib import redirect_stdout

import numpy as np
import pytest
from own_pictures import picture_folder
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from gdstudio.cli import main
from gdstudio.data.catalogue import IMAGE_SETS
from gdstudio.data.dataset import DatasetCard, ImageEntry, ImageSet
from gdstudio.experiment.run_update import State
from gdstudio.storage.network_file import load_network


def images(count):
    """Return pictures of 6 × 5 pixels, inked above or below."""
    rng = np.random.default_rng(count)
    labels = (np.arange(count) % 2).astype(np.uint8)
    pictures = rng.integers(0, 60, (count, 6, 5)).astype(np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        picture[3 * label : 3 * label + 3] += 190
    return ImageSet(pictures.reshape(count, -1), labels)


TINY = ImageEntry(
    DatasetCard(
        key="tiny",
        title="Tiny",
        what="Pictures that are inked above or below.",
        source="A test.",
        licence="Free to use",
        size="60 images to learn from and 20 to test with, 6 × 5 pixels each.",
        learning_rates={"squared-error": 1.0, "cross-entropy": 0.1},
    ),
    load_training=lambda: images(60),
    load_test=lambda: images(20),
    training_count=60,
    test_count=20,
    image=(6, 5),
    classes=("above", "below"),
)


@pytest.fixture(params=["entry", "folder"])
def chosen(request, tmp_path, monkeypatch):
    """Return the key of the data set, its shape, its classes, and how it is chosen in a lab."""
    if request.param == "entry":
        monkeypatch.setitem(IMAGE_SETS, "tiny", TINY)
        return "tiny", (6, 5), TINY.classes, lambda lab: lab.choose("dataset_combo", "tiny")
    folder = picture_folder(tmp_path / "signs", classes=("cross", "line"), size=(9, 12))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))

    def choose(lab):
        combo = lab.widget("dataset_combo")
        combo.setCurrentIndex(combo.findText("Own images: a folder…"))
        assert combo.currentText() == "MNIST"  # until all of them are read

    return str(folder), (9, 12), ("cross", "line"), choose


def asked(*arguments):
    out = io.StringIO()
    with redirect_stdout(out):
        assert main.run([*map(str, arguments), "--json"]) == 0
    return json.loads(out.getvalue())


@pytest.fixture
def lab(chosen, digits):
    """Return the lab with the data set chosen: a run of its own has begun."""
    key, shape, classes, choose = chosen
    digits.type("network_edit", "conv 2x5x5, 4")
    digits.type("epochs_spin", "3")
    choose(digits)
    digits.wait(lambda: digits.snapshot.settings.data.dataset == key)
    assert digits.snapshot.settings.network.image == shape
    assert digits.snapshot.settings.network.classes == classes
    return digits


def test_the_lab_learns_it_and_every_page_shows_it(lab, chosen, tmp_path):
    key, shape, classes, _ = chosen
    lab.click("run_button")
    lab.wait(lambda: lab.state is State.FINISHED)
    tests = load_tests(key)
    assert f"on {len(tests)} test images" in lab.sentences()
    lab.wait(lambda: lab.lab._test_images.want(key) is not None)
    lab.click("show_one_button")
    lab.wait(lambda: lab.text("predicted_digit_label") in classes)
    assert "The two outputs" in lab.sentences()
    assert lab.lab.reading.canvas.shown_image().shape == shape
    assert len(lab.lab.reading.bars.table()[1]) == 2
    for tab in lab.lab.inside.tabs.findChildren(QAbstractButton):
        if tab.objectName().endswith("_page_tab"):
            tab.click()
            lab.wait(lambda: lab.lab.isVisible())
    table = lab.widget("example_table")
    lab.wait(lambda: table.table()[1])
    assert [row[0] for row in table.table()[1]] == list(classes)
    lab.wait(lambda: lab.widget("confusion_grid").counts() is not None)
    assert lab.widget("confusion_grid").counts().sum() == len(tests)
    # A drawing becomes an image of that shape.
    lab.click("clear_button")
    lab.drag("drawing_canvas", (60, 60), (120, 120), (160, 60))
    lab.wait(lambda: lab.text("predicted_digit_label") in classes)
    assert lab.widget("network_input_view").image().shape == shape
    path = tmp_path / "kept.safetensors"
    lab.lab.save_network(path)
    lab.wait(path.exists)
    kept = load_network(path)
    assert (kept.settings.image, kept.settings.classes) == (shape, classes)
    parameters = lab.snapshot.parameters
    np.testing.assert_array_equal(kept.parameters, parameters)
    told = asked("evaluate", path, "--dataset", key)
    assert np.shape(told["confusion"]) == (2, 2)
    # Back to digits, and the network of the file with its data again.
    lab.choose("dataset_combo", "pen-digits")
    lab.reset()
    assert lab.snapshot.settings.network.image == (28, 28)
    lab.lab.open_network(path)
    lab.wait(lambda: lab.snapshot.settings.data.dataset == key)
    np.testing.assert_array_equal(lab.snapshot.parameters, parameters)


def test_the_command_line_learns_it(chosen, tmp_path):
    key, _, _, _ = chosen
    path = tmp_path / "network.safetensors"
    told = asked(
        *("train", "--dataset", key, "--network", "5", "--epochs", 30),
        *("--loss", "cross-entropy", "--learning-rate", "0.5", "--save", path),
    )
    assert told["test_accuracy"] > 0.7
    assert asked("evaluate", path, "--dataset", key)["test_accuracy"] == told["test_accuracy"]


def load_tests(key):
    from gdstudio.data.catalogue import load_test_images

    return load_test_images(key)[0]
