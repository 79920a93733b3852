"""Images of the user's own in the Digits lab: read whole or not at all, and let go again."""

import numpy as np
import pytest
from own_pictures import picture_folder

from gdstudio.engine.network.network import NetworkSettings
from gdstudio.storage.network_file import NetworkFile, save_network


def test_a_folder_that_cannot_be_used_changes_nothing(digits, tmp_path):
    folder = picture_folder(tmp_path / "signs")
    (folder / "line" / "3.png").write_bytes(b"no picture")
    digits.lab.open_images(folder)
    digits.wait(
        lambda: any("“line/3.png” in “signs” cannot be read" in s for s in digits.sentences())
    )
    assert digits.widget("dataset_combo").currentText() == "MNIST"
    assert digits.lab.settings().data.dataset == "mnist"


def test_layers_that_do_not_fit_become_the_usual_ones_and_others_are_refused(digits, tmp_path):
    digits.type("network_edit", "conv 8x5x5, pool 2, pool 2, 10")
    digits.lab.open_images(picture_folder(tmp_path / "signs", size=(8, 6)))
    digits.wait(lambda: digits.snapshot.settings.network.image == (8, 6))
    assert digits.text("network_edit") == "20, 20"
    digits.type("network_edit", "conv 8x7x7", enter=False)
    (sentence,) = digits.problems()
    assert "the picture that reaches it has only 8×6" in sentence
    digits.type("network_edit", "5")


def test_a_network_whose_images_are_not_known_is_refused(digits, tmp_path):
    settings = NetworkSettings(network="4", image=(11, 13), classes=("left", "right"))
    parameters = settings.build().initial_parameters(np.random.default_rng(0))
    save_network(tmp_path / "far.safetensors", NetworkFile(settings, parameters, {}))
    digits.lab.open_network(tmp_path / "far.safetensors")
    digits.wait(
        lambda: any("11 × 13 pixels as one of left, right" in s for s in digits.sentences())
    )
    assert digits.snapshot.settings.network.image == (28, 28)


@pytest.mark.parametrize("first", ["drawing", "test image"])
def test_what_lies_on_the_canvas_goes_along_or_goes(digits, tmp_path, first):
    if first == "drawing":
        digits.drag("drawing_canvas", (60, 60), (120, 120), (160, 60))
    else:
        digits.wait(lambda: digits.lab._test_images.want("mnist") is not None)
        digits.click("show_one_button")
    digits.lab.open_images(picture_folder(tmp_path / "signs", size=(12, 10)))
    digits.wait(lambda: digits.snapshot.settings.network.image == (12, 10))
    if first == "drawing":
        digits.wait(lambda: digits.text("predicted_digit_label") in ("circle", "cross", "line"))
        assert digits.widget("network_input_view").image().shape == (12, 10)
    else:
        digits.wait(lambda: digits.text("predicted_digit_label") == "–")
        assert digits.lab.reading.picture is None
