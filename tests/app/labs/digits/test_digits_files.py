"""The Digits lab and the command line: one engine, the same files, the same answers."""

import json

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from gdstudio.cli.main import run
from gdstudio.experiment.run_update import State
from gdstudio.storage.network_file import load_network


@pytest.fixture
def dialogs(monkeypatch):
    """Return a function that says which file the next dialogs answer; "" is Cancel."""

    def answer(path):
        chosen = (str(path), "")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: chosen)
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: chosen)

    return answer


@pytest.fixture
def trained(tmp_path, capsys):
    """Return a small network that the command line trained."""
    path = tmp_path / "trained.safetensors"
    arguments = ["--training-size", "300", "--epochs", "2", "--network", "8"]
    code = run(["train", "--dataset", "pen-digits", *arguments, "--save", str(path), "--json"])
    assert code == 0
    capsys.readouterr()
    return path


def draw_seven(digits):
    canvas = digits.widget("drawing_canvas")
    left, top = canvas.width() // 2 - 60, 40
    digits.drag("drawing_canvas", *((left + x, top) for x in range(0, 121, 12)))
    digits.drag("drawing_canvas", *((left + 120 - x, top + 2 * x) for x in range(0, 81, 8)))
    digits.drag("drawing_canvas", (left + 60, top + 90), (left + 85, top + 91))


def shown_outputs(digits):
    headers, rows = digits.widget("prediction_bars").table()
    assert headers[:2] == ["digit", "output"]
    return [row[1] for row in rows]


def test_window_and_command_line_train_the_same_parameters(
    process_digits, dialogs, tmp_path, capsys
):
    digits = process_digits
    digits.choose("dataset_combo", "pen-digits")
    digits.type("training_size_edit", "500")
    digits.type("epochs_spin", "2")
    digits.type("seed_spin", "7")
    digits.type("network_edit", "12, 9")
    for optimizer, rate, batch in (("sgd", "0.7", "10"), ("momentum", "0.2", "32")):
        digits.choose("optimizer_combo", optimizer)
        digits.type("learning_rate_edit", rate)
        digits.type("batch_size_combo", batch)
        digits.reset()
        digits.click("run_button")
        digits.wait_state(State.FINISHED)
        by_window, by_command = tmp_path / f"{optimizer}-w.safetensors", tmp_path / "c.safetensors"
        dialogs(by_window)
        digits.click("save_button")
        digits.wait(lambda by_window=by_window: digits.text("status_label").startswith("Saved"))
        code = run(
            [
                "train", "--dataset", "pen-digits", "--training-size", "500", "--epochs", "2",
                "--seed", "7", "--network", "12, 9", "--optimizer", optimizer, "--json",
                "--learning-rate", rate, "--batch-size", batch, "--save", str(by_command),
            ]
        )  # fmt: skip
        assert code == 0
        ours, theirs = load_network(by_window), load_network(by_command)
        assert ours.parameters.tobytes() == theirs.parameters.tobytes()
        assert ours.settings == theirs.settings
        assert ours.training == theirs.training
        epochs = json.loads(capsys.readouterr().out)["epochs"]
        shown = [epoch.test_accuracy for epoch in digits.snapshot.epochs]
        assert [epoch["test_accuracy"] for epoch in epochs] == shown


def test_drawn_digits_get_the_answers_of_the_command_line(
    digits, trained, dialogs, tmp_path, capsys
):
    dialogs(trained)
    digits.click("open_button")
    digits.wait(lambda: "Opened a network" in digits.lab.notice.text)
    digits.wait_generation()
    draw_seven(digits)
    drawing = [stroke.tolist() for stroke in digits.widget("drawing_canvas").strokes()]
    assert len(drawing) == 3
    path = tmp_path / "strokes.json"
    path.write_text(json.dumps(drawing), encoding="utf-8")
    assert run(["classify", str(trained), str(path), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert shown_outputs(digits) == result["outputs"]
    assert digits.text("predicted_digit_label") == str(result["digit"])


def test_an_opened_network_answers_and_is_trained_on(digits, trained, dialogs):
    kept = load_network(trained)
    draw_seven(digits)
    digits.wait(lambda: digits.text("predicted_digit_label") != "–")
    before = shown_outputs(digits)
    dialogs(trained)
    digits.click("open_button")
    digits.wait(lambda: "Opened a network" in digits.lab.notice.text)
    digits.wait_generation()
    assert digits.text("network_edit") == "8"
    assert digits.text("parameter_count_label") == f"{len(kept.parameters):,}"
    assert digits.snapshot.parameters.tobytes() == kept.parameters.tobytes()
    assert shown_outputs(digits) != before
    digits.click("step_button")
    digits.wait_step(1)
    digits.reset()
    assert digits.snapshot.parameters.tobytes() == kept.parameters.tobytes(), "back to the file"
    digits.click("new_start_button")
    digits.wait_generation()
    assert digits.snapshot.parameters.tobytes() != kept.parameters.tobytes()


def test_files_that_cannot_be_used_are_said_and_nothing_is_lost(
    quick_digits, trained, dialogs, tmp_path
):
    digits = quick_digits
    draw_seven(digits)
    digits.click("step_button")
    digits.wait_step(1)
    outputs, latest = shown_outputs(digits), digits.latest
    truncated = tmp_path / "truncated.safetensors"
    truncated.write_bytes(trained.read_bytes()[:500])
    text = tmp_path / "text.png"
    text.write_text("no picture", encoding="utf-8")
    for button, path in (
        ("open_button", truncated),
        ("open_button", tmp_path / "missing.safetensors"),
        ("open_picture_button", text),
        ("open_picture_button", tmp_path),
    ):
        dialogs(path)
        digits.lab.notice.hide()
        digits.click(button)
        digits.wait(lambda: digits.lab.notice.text)
        assert path.name in digits.lab.notice.text
        assert digits.lab.notice.text.endswith(".")
    dialogs("")
    digits.lab.notice.hide()
    for button in ("open_button", "open_picture_button", "save_button"):
        digits.click(button)
    assert not digits.lab.background.is_busy
    assert digits.lab.notice.isHidden()
    # The same run at the same step; it may have been measured on all test images meanwhile.
    assert digits.latest.generation == latest.generation
    assert digits.snapshot.iteration == latest.snapshot.iteration == 1
    assert shown_outputs(digits) == outputs
    assert digits.text("network_edit") == "20, 20"


def test_a_place_that_cannot_be_written_is_said(quick_digits, dialogs, tmp_path):
    dialogs(tmp_path / "no such folder" / "digits")
    quick_digits.click("save_button")
    quick_digits.wait(lambda: quick_digits.lab.notice.text)
    assert "digits.safetensors could not be saved" in quick_digits.lab.notice.text
    assert quick_digits.lab.notice.text.endswith(".")


def test_saving_adds_the_ending(quick_digits, dialogs, tmp_path):
    dialogs(tmp_path / "mine")
    quick_digits.click("save_button")
    quick_digits.wait(lambda: quick_digits.text("status_label") == "Saved mine.safetensors.")
    kept = load_network(tmp_path / "mine.safetensors")
    assert kept.parameters.tobytes() == quick_digits.snapshot.parameters.tobytes()


def test_a_picture_is_read_in_place_of_a_drawing(digits, trained, dialogs, tmp_path, capsys):
    from PIL import Image

    dialogs(trained)
    digits.click("open_button")
    digits.wait(lambda: "Opened a network" in digits.lab.notice.text)
    digits.wait_generation()
    pixels = np.full((90, 60), 240, np.uint8)
    pixels[15:75, 25:36] = 20
    path = tmp_path / "one.png"
    Image.fromarray(pixels).save(path)
    draw_seven(digits)
    dialogs(path)
    digits.click("open_picture_button")
    digits.wait(lambda: digits.widget("drawing_canvas").shown_image() is not None)
    assert digits.widget("drawing_canvas").strokes() == []
    assert run(["classify", str(trained), str(path), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["results"]
    assert shown_outputs(digits) == result["outputs"]
    draw_seven(digits)
    assert digits.widget("drawing_canvas").shown_image() is None
    assert shown_outputs(digits) != result["outputs"]
