"""The palettes can be read by everyone, and the theme reaches what is on screen."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel

from gdstudio.app.palette import DARK, PALETTES
from gdstudio.app.theme import current_theme
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.resource_files import resource_path


def luminance(color: str) -> float:
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
@pytest.mark.parametrize(
    "name", ["text", "muted", "positive", "negative", "test", "predicted", "error"]
)
def test_colours_of_text_pass_wcag_aa(palette, name):
    """All of these are written with, so all need 4.5 : 1, also where only lines use them."""
    for ground in ("panel", "background", "field"):
        assert contrast(getattr(palette, name), getattr(palette, ground)) >= 4.5, ground


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_text_on_coloured_grounds_passes_wcag_aa(palette):
    assert contrast(palette.on_accent, palette.positive) >= 4.5
    assert contrast(palette.text, palette.selection) >= 4.5
    assert contrast(palette.positive, palette.selection) >= 4.5
    assert contrast(palette.ink, palette.paper) >= 7


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_signs_differ_for_colour_blind_eyes(palette):
    """Blue against orange differs strongly along blue–yellow, which the common kinds keep."""
    table = palette.diverging.astype(int)
    low, high = table[0], table[-1]
    assert (high[2] - high[0]) - (low[2] - low[0]) > 200
    assert table.shape == (256, 3)
    panel = [int(palette.panel[i : i + 2], 16) for i in (1, 3, 5)]
    assert table[128].tolist() == panel


@pytest.mark.parametrize("key", [key for key in PALETTES if key.endswith("-contrast")])
def test_high_contrast_passes_wcag_aaa_and_shows_every_edge(key):
    palette = PALETTES[key]
    for name in ("text", "muted", "positive", "negative", "test", "predicted", "error"):
        for ground in ("panel", "background", "field"):
            assert contrast(getattr(palette, name), getattr(palette, ground)) >= 7, (name, ground)
    assert contrast(palette.on_accent, palette.positive) >= 7
    for edge in ("line", "border"):
        assert contrast(getattr(palette, edge), palette.panel) >= 4.5, edge
    assert palette.dark == key.startswith("dark")


class SystemHints:
    """What a system wishes; it never changes its mind."""

    def __init__(self, scheme, preference):
        self._scheme, self._preference = scheme, preference
        self.colorSchemeChanged = self.contrastPreferenceChanged = self

    def connect(self, slot):
        pass

    disconnect = connect

    def accessibility(self):
        return self

    def colorScheme(self):  # noqa: N802 - Qt's name
        return self._scheme

    def contrastPreference(self):  # noqa: N802 - Qt's name
        return self._preference


@pytest.mark.parametrize("key", PALETTES)
def test_the_system_asks_for_dark_and_for_contrast(qapp, monkeypatch, key):
    scheme = Qt.ColorScheme.Dark if key.startswith("dark") else Qt.ColorScheme.Light
    wishes = Qt.ContrastPreference
    preference = wishes.HighContrast if key.endswith("-contrast") else wishes.NoPreference
    hints = SystemHints(scheme, preference)
    monkeypatch.setattr(QApplication, "styleHints", lambda: hints)
    theme = current_theme()
    theme.follow_system()
    assert theme.palette is PALETTES[key]
    theme.set_dark(False)


def test_dark_and_zoom_reach_widgets_on_screen(qtbot):
    theme = current_theme()
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    before = label.fontMetrics().height()
    theme.set_dark(True)
    assert label.palette().windowText().color().name().upper() == DARK.text
    theme.zoom_in()
    theme.zoom_in()
    assert label.fontMetrics().height() > before
    for _ in range(20):
        theme.zoom_out()
    assert theme.scale == 0.7
    assert label.fontMetrics().height() < before
    theme.zoom_reset()
    assert label.fontMetrics().height() == before


def test_an_icon_takes_the_colour_of_the_theme(qtbot):
    button = IconButton(icon="run")
    qtbot.addWidget(button)
    button.show()

    def darkest() -> int:
        image = button.icon().pixmap(16, 16).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        center = image.pixelColor(image.width() // 2, image.height() // 2)
        return center.lightness()

    light = darkest()
    current_theme().set_dark(True)
    assert darkest() > light + 100


def test_every_shipped_icon_can_be_drawn(qapp):
    names = [path.stem for path in resource_path("icons").glob("*.svg")]
    assert len(names) > 15
    for name in names:
        assert not current_theme().pixmap(name, "text", 20).toImage().isNull()
        image = current_theme().pixmap(name, "text", 20).toImage()
        alphas = [
            image.pixelColor(x, y).alpha()
            for x in range(0, image.width(), 2)
            for y in range(0, image.height(), 2)
        ]
        assert max(alphas) > 100, name
