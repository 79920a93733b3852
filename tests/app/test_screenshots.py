"""`gdstudio screenshots` writes a picture of every lab, light and dark, in both sizes."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from gdstudio.app import screenshots
from gdstudio.app.labs.digits.inside.tabs import PAGES
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.main_window import LABS
from gdstudio.errors import BadInput


@pytest.fixture
def quick(monkeypatch):
    """Let the network train no longer than it takes to see that it does."""

    def train(lab):
        lab.panel.set_values({"dataset": "pen-digits", "training_size": 100, "epochs": 1})
        lab.reset()
        lab.runner.run()
        yield lambda: lab.runner.latest is not None and lab.bar.is_running() is False

    monkeypatch.setattr(DigitsLab, "pose", train)
    monkeypatch.setattr(screenshots, "_settle", lambda _rounds: QApplication.processEvents())
    yield
    for window in QApplication.topLevelWidgets():
        if window.objectName() == "main_window":
            window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_every_lab_light_and_dark_in_both_sizes(quick, tmp_path):
    folder = tmp_path / "new" / "pictures"
    screenshots.render_screenshots(folder)
    for lab in LABS:
        shades = {}
        for theme in ("light", "dark"):
            for suffix, size in (("", (1280, 720)), ("-large", (1920, 1080))):
                image = QImage(str(folder / f"{lab.key}-{theme}{suffix}.png"))
                assert (image.width(), image.height()) == size
                shades[theme, suffix] = image.pixelColor(4, 400).lightness()
        assert shades["light", ""] > 200 > 60 > shades["dark", ""]
    inside = {picture.stem for picture in folder.glob("digits-*-*.png")} - {
        "digits-light-large",
        "digits-dark-large",
    }
    assert len(inside) == 2 * len(PAGES)


def test_a_folder_that_cannot_be_made_is_said(tmp_path, qapp):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="file"):
        screenshots.render_screenshots(tmp_path / "file" / "pictures")


def test_a_place_that_takes_no_pictures_is_known_before_the_work(tmp_path, qapp, monkeypatch):
    monkeypatch.setattr(screenshots, "create_main_window", lambda: pytest.fail("it began"))
    (tmp_path / "slope-light.png").mkdir()
    with pytest.raises(BadInput, match="it is a folder"):
        screenshots.render_screenshots(tmp_path)
