"""Cards offer to save what they show; files appear whole or not at all."""

import csv
import os
import shutil
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gdstudio.app.theme import current_theme
from gdstudio.app.widgets import export
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.export import save_picture, save_table
from gdstudio.app.widgets.legend import Legend
from gdstudio.app.widgets.pictures.pixel_grid import PixelGrid
from gdstudio.app.widgets.pictures.prediction_bars import PredictionBars
from gdstudio.app.widgets.plots.contour_plot import ContourPlot
from gdstudio.app.widgets.plots.loss_plot import LossPlot
from gdstudio.app.widgets.plots.scatter_line_plot import ScatterLinePlot
from gdstudio.app.widgets.plots.themed_plot import ThemedPlot
from gdstudio.app.widgets.tables.number_table import Column, NumberTable
from gdstudio.errors import BadInput

ENTRIES = [
    ("actual price", "actual", "dot"),
    ("predicted", "predicted", "line"),
    ("error", "error", "dash"),
]


@pytest.fixture
def label(qtbot):
    label = QLabel("The loss")
    label.resize(120, 40)
    qtbot.addWidget(label)
    return label


def test_a_png_is_twice_as_fine_as_the_screen(label, tmp_path):
    save_picture(label, tmp_path / "loss.png")
    image = QImage(str(tmp_path / "loss.png"))
    margins = 2 * 16
    assert (image.width(), image.height()) == (2 * (120 + margins), 2 * (40 + margins))


def test_an_svg_needs_no_typeface_and_still_says_its_words(label, tmp_path):
    save_picture(label, tmp_path / "loss.svg")
    root = ElementTree.parse(tmp_path / "loss.svg").getroot()
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "text" not in kinds
    assert "The loss" in [e.text for e in root.iter() if e.tag.endswith("title")]


def test_a_table_is_saved_with_all_figures(tmp_path):
    save_table(["step", "loss"], [[0, 0.6773400000001], [1, ""]], tmp_path / "loss.csv")
    with open(tmp_path / "loss.csv", encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [["step", "loss"], ["0", "0.6773400000001"], ["1", ""]]


def test_an_unknown_ending_is_refused(label, tmp_path):
    with pytest.raises(BadInput, match=r"\.png or \.svg"):
        save_picture(label, tmp_path / "loss.txt")
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "loss.csv"
    path.write_text("old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="No space left on device"):
        save_table(["a"], [[1]], path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["loss.csv"]


def test_the_menu_saves_where_the_user_says(qtbot, label, tmp_path, monkeypatch):
    card = Card("Loss")
    qtbot.addWidget(card)
    card.add(label)
    card.set_exports(label, lambda: (["a"], [[1]]), file_name="loss", button_name="loss_menu")
    button = card.findChild(QPushButton, "loss_menu")
    assert button.accessibleName() == "Enlarge or save Loss"
    button.menu().aboutToShow.emit()
    # There is nothing here in which it could be enlarged.
    shown = [one for one in button.menu().actions() if one.isVisible() and not one.isSeparator()]
    picture, data = shown
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *_: (str(tmp_path / "chosen"), "SVG picture (*.svg)"),
    )
    picture.trigger()
    assert (tmp_path / "chosen.svg").exists()
    said = []
    monkeypatch.setattr(QMessageBox, "warning", lambda *args: said.append(args[-1]))
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *_: (str(tmp_path / "nowhere" / "x.csv"), "Table (*.csv)"),
    )
    data.trigger()
    assert len(said) == 1
    assert "x.csv" in said[0]


def test_a_card_shows_value_and_note(qtbot):
    card = Card("Accuracy", note="on 10,000 test images")
    qtbot.addWidget(card)
    card.set_value("94.3 %", "test", name="test_accuracy_label")
    card.set_value("95.0 %", "test")
    assert card.findChild(QLabel, "test_accuracy_label").text() == "95.0 %"
    card.show()
    note = next(w for w in card.findChildren(QLabel) if w.text() == "on 10,000 test images")
    resize(card, 340)
    assert note.isVisible()
    assert note.alignment() & Qt.AlignmentFlag.AlignVCenter
    assert note.toolTip() == "", "a note is never cut short"
    resize(card, 250)
    assert not note.isVisible()
    title = next(w for w in card.findChildren(QLabel) if w.text() == "Accuracy")
    assert title.toolTip() == "on 10,000 test images"


def test_a_note_that_could_not_be_read_gives_its_room_to_title_and_value(qtbot):
    card = Card("The walk from above", note="SSE over a, b")
    qtbot.addWidget(card)
    card.set_value("0.1349", name="sse_label")
    card.show()
    note = next(w for w in card.findChildren(QLabel) if w.text() == "SSE over a, b")
    resize(card, 400)
    assert note.isVisible()
    resize(card, 240)
    assert not note.isVisible()
    title = next(w for w in card.findChildren(QLabel) if w.text() == "The walk from above")
    assert title.toolTip() == "SSE over a, b"
    for label in (title, card.findChild(QLabel, "sse_label")):
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text())


def test_a_legend_that_does_not_fit_goes_below_and_stays_whole(qtbot):
    card = Card("Houses and the line")
    qtbot.addWidget(card)
    card.set_legend(ENTRIES)
    legend = card.findChild(Legend)
    body = QLabel("body")
    card.add(body)
    card.show()
    tops = []
    for width in (600, 340, 200):
        resize(card, width)
        tops.append(body.y())
        assert {"actual", "predicted", "error"} == colours_of(legend, "actual predicted error")
    assert tops == sorted(set(tops))
    resize(card, 600)
    assert body.y() == tops[0]


def resize(card, width):
    card.resize(width, 300)
    for _ in range(3):  # a row more is a new height, and so a new layout
        QApplication.processEvents()


def colours_of(widget, names) -> set[str]:
    """Return which of the palette's `names` a widget is painted with."""
    seen = colours(widget.grab().toImage())
    return {name for name in names.split() if getattr(current_theme().palette, name) in seen}


def colours(image) -> dict[str, int]:
    """Return how many pixels there are of each colour."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF
    return {
        f"#{c:06X}": int(n) for c, n in zip(*np.unique(pixels, return_counts=True), strict=True)
    }


def real_widgets():
    """Return one of each kind that the app offers to save, full of data."""
    loss = LossPlot()
    loss.set_training([0, 1, 2], [0.6, 0.5, 0.4], [0.5, 0.4, 0.3], [0.7, 0.6, 0.5])
    loss.set_test([2], [0.3])
    axis = np.linspace(-1, 1, 11)
    contour = ContourPlot()
    contour.set_surface(axis, axis, axis[None] ** 2 + axis[:, None] ** 2)
    contour.set_path([0.8, 0.2], [0.8, 0.1])
    scatter = ScatterLinePlot(x_label="size", y_label="price")
    scatter.set_points([0, 1, 2], [1, 3, 2])
    scatter.set_line(1.0, 0.5)
    grid = PixelGrid()
    grid.set_tiles(np.linspace(-1, 1, 3 * 784).reshape(3, 784))
    bars = PredictionBars()
    bars.set_outputs(np.eye(10)[7] * 0.9, wanted=7)
    table = NumberTable()
    table.set_columns([Column("error", [0.5, -0.25], signed=True)], {"error": 0.25})
    return {
        "loss": (loss, "positive"),
        "contour": (contour, "negative"),
        "scatter": (scatter, "predicted"),
        "grid": (grid, "panel"),
        "bars": (bars, "positive"),
        "table": (table, "text"),
    }


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.parametrize("kind", ["loss", "contour", "scatter", "grid", "bars", "table"])
def test_whatever_a_card_shows_becomes_a_picture_with_its_title_and_legend(
    qtbot, tmp_path, kind, ending
):
    widget, colour = real_widgets()[kind]
    card = Card("A title", note="a note")
    qtbot.addWidget(card)
    card.add(widget, 1)
    card.set_value("0.25", "test")
    card.set_legend(ENTRIES)
    card.set_exports(widget, None, button_name="menu")
    card.resize(420, 320)
    card.show()
    QApplication.processEvents()
    path = tmp_path / f"picture.{ending}"
    save_picture(widget, path, card.caption())
    image = shown(path)
    palette = current_theme().palette
    corners = [(0, 0), (image.width() - 1, image.height() - 1), (20, image.height() - 8)]
    assert {image.pixelColor(*at).name().upper() for at in corners} == {palette.panel}
    seen = colours(image)
    assert getattr(palette, colour) in seen
    assert palette.error in seen, "the legend is in the picture"
    grey = seen.get(palette.background, 0)
    assert grey < 0.01 * image.width() * image.height(), "nothing of the window's grey"
    if ending == "svg":
        text = path.read_text()
        for words in ("A title", "a note", "actual price", "0.25"):
            assert f">{words}<" in text


def zoomed_in(kind, qtbot):
    """Return a card of one of the plots, most of its data beyond the edges of the view."""
    widget, _ = real_widgets()[kind]
    card = Card("A title", note="a note")
    qtbot.addWidget(card)
    card.add(widget, 1)
    card.set_legend(ENTRIES)
    card.set_exports(widget, None, button_name="menu")
    card.resize(420, 320)
    card.show()
    QApplication.processEvents()
    if isinstance(widget, ThemedPlot):
        (x0, x1), (y0, y1) = widget.visible_range()
        widget.getViewBox().setRange(
            xRange=(x0 + 0.3 * (x1 - x0), x0 + 0.6 * (x1 - x0)),
            yRange=(y0 + 0.3 * (y1 - y0), y0 + 0.6 * (y1 - y0)),
            padding=0,
        )
        QApplication.processEvents()
    return card, widget


def by_qt(svg, png):
    shown(svg).save(str(png))


def by_resvg(svg, png):
    png.write_bytes(resvg_py.svg_to_bytes(svg_path=str(svg)))


def by_librsvg(svg, png):
    if shutil.which("rsvg-convert") is None:
        pytest.skip("needs rsvg-convert, of Debian's package librsvg2-bin")
    subprocess.run(["rsvg-convert", svg, "-o", png], check=True)


@pytest.mark.parametrize("render", [by_qt, by_resvg, by_librsvg])
@pytest.mark.parametrize("kind", ["loss", "contour", "scatter", "grid", "bars", "table"])
def test_an_svg_looks_like_the_png_in_independent_programs(qtbot, tmp_path, kind, render):
    card, widget = zoomed_in(kind, qtbot)
    save_picture(widget, tmp_path / "x.png", card.caption())
    save_picture(widget, tmp_path / "x.svg", card.caption())
    render(tmp_path / "x.svg", tmp_path / "again.png")
    expected, seen = (tiles_of(QImage(str(tmp_path / f"{name}.png"))) for name in ("x", "again"))
    # Antialiasing differs everywhere a little; a curve beyond its frame, a line that became a
    # slab or a sheet of markers differs much somewhere.
    difference = np.abs(expected - seen)
    assert difference.mean() < 3
    assert difference.max() < 70


def tiles_of(image) -> np.ndarray:
    """Return the mean colour of each of 40 × 30 tiles, shape (30, 40, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB32).scaled(
        40, 30, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(30, 40, 4)
    return pixels[..., :3].astype(float)


def shown(path) -> QImage:
    if path.suffix == ".png":
        return QImage(str(path))
    renderer = QSvgRenderer(str(path))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def test_a_picture_that_fails_while_painted_leaves_no_painter_behind(qtbot, tmp_path, monkeypatch):
    label = QLabel("x")
    qtbot.addWidget(label)

    def fail(*_):
        raise BadInput("No.")

    for name in ("paint_picture", "paint_caption"):
        monkeypatch.setattr(export, name, fail)
    for ending in ("png", "svg"):
        with pytest.raises(BadInput, match="No"):
            save_picture(label, tmp_path / f"x.{ending}")
    assert not list(tmp_path.iterdir())


def test_a_card_makes_room_and_comes_back_as_far_as_it_is_wanted(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    card = Card("A card")
    column.addWidget(card)
    holder.show()
    card.set_aside(True)
    assert not card.isVisible()
    card.show()
    assert not card.isVisible()
    card.set_aside(False)
    assert card.isVisible()
    card.set_aside(True)
    card.hide()  # meanwhile nobody wants it
    card.set_aside(False)
    assert not card.isVisible()
    card.setVisible(True)
    assert card.isVisible()
