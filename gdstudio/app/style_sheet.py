"""The one style sheet of all parts of the window, made from a palette and a text scale.

What the application's palette and font say already is not said again: each rule costs time for
each widget that it fits.

Widgets choose their look by the properties ``role`` (labels) and ``kind`` (frames, buttons).
"""

from gdstudio.app.palette import Palette
from gdstudio.resource_files import resource_path

SPIN_ARROWS = 14  # the width of the arrows of a spin box
GUTTER = 8  # the width of a scroll bar, and of the room that is kept for it

_TEMPLATE = """
QToolTip { background: @panel; color: @text; border: 1px solid @border; padding: 4px 6px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="heading"] { font-size: @largepx; font-weight: 600; }
QLabel[role="story"] { font-size: @storypx; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: @smallpx; }
QLabel[role="value"] { color: @text; font-weight: 600; }
QLabel[role="large"] { font-size: @largepx; font-weight: 600; }
QLabel[role="huge"] { font-size: @hugepx; font-weight: 600; color: @positive; }
QLabel[role="problem"] { color: @negative; font-size: @smallpx; }
QLabel[role="beyond"] {
  color: @predicted; background: @panel; font-size: @smallpx; font-weight: 500; padding: 0 6px;
}
QLabel[role="good"] { color: @test; font-size: @smallpx; }

QFrame[kind="card"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame[kind="rail"] { background: @panel; border: none; border-right: 1px solid @line; }
QFrame[kind="bar"] { background: @panel; border: none; border-top: 1px solid @line; }
QFrame[kind="guide"] { background: @panel; border: none; border-right: 1px solid @line; }
QFrame[kind="guide"][strip="true"] { border-right: none; border-bottom: 1px solid @line; }
QFrame[kind="notice"] {
  background: @panel; border: 1px solid @negative; border-radius: 8px;
}
QFrame[kind="notice"][info="true"] { border-color: @line; }
QFrame[kind="rule"] { background: @line; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget[kind="scrolled"] {
  background: transparent; border: none;
}

QPushButton {
  background: @panel; border: 1px solid @border; border-radius: 6px;
  padding: @bpadypx @bpadxpx; font-weight: 500; min-height: @buttonpx;
}
QPushButton:hover { border-color: @muted; }
QPushButton:pressed { background: @selection; }
QPushButton:focus { border: 2px solid @positive; padding: @bpadyfpx @bpadxfpx; }
QPushButton:checked { color: @positive; background: @selection; border-color: @positive; }
QPushButton:disabled { color: @border; border-color: @line; }
QPushButton[kind="primary"] {
  background: @positive; border-color: @positive; color: @on_accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @line; border-color: @line; color: @muted; }
QPushButton[kind="quiet"] {
  background: transparent; border: 1px solid transparent; border-radius: 4px; color: @muted;
  padding: 1px 4px; font-weight: 400; min-height: 0;
}
QPushButton[kind="quiet"][worded="true"] { border-color: @border; }
QPushButton[kind="quiet"]:hover { color: @text; background: @selection; }
QPushButton[kind="quiet"]:checked { color: @positive; background: @selection; }
QPushButton[kind="quiet"]:focus { border: 2px solid @positive; padding: 0px 3px; }
QPushButton[kind="quiet"]:disabled { color: @border; }
QPushButton[kind="quiet"]::menu-indicator { image: none; width: 0; }
QPushButton[kind="chip"] {
  border-color: @line; border-radius: @chippx; padding: 2px @chippadpx; font-weight: 400;
  min-height: @chipheightpx;
  font-size: @smallpx; background: @panel;
}
QPushButton[kind="chip"]:hover { border-color: @positive; color: @positive; }
QPushButton[kind="chip"]:focus { border: 2px solid @positive; padding: 1px @chippadfpx; }
QPushButton[kind="tab"] {
  border: none; border-bottom: 2px solid transparent; border-radius: 0; background: transparent;
  color: @muted; padding: 3px 5px; min-height: @chipheightpx; font-weight: 500;
  font-size: @smallpx;
}
QPushButton[kind="tab"]:hover { color: @text; }
QPushButton[kind="tab"]:checked { color: @positive; border-bottom-color: @positive; }
QPushButton[kind="tab"]:focus { background: @selection; }

QToolButton[kind="rail"] {
  background: transparent; border: 2px solid transparent; border-radius: 8px; color: @muted;
  font-size: @smallpx; padding: 8px 2px;
}
QToolButton[kind="rail"]:hover { background: @background; }
QToolButton[kind="rail"]:checked { background: @selection; color: @positive; font-weight: 600; }
QToolButton[kind="rail"]:focus { border-color: @positive; }

QLineEdit, QComboBox, QAbstractSpinBox {
  background: @field; border: 1px solid @line; border-radius: 6px; padding: 2px 8px;
  min-height: @fieldpx; selection-background-color: @positive; selection-color: @on_accent;
}
QLineEdit:hover, QComboBox:hover, QAbstractSpinBox:hover { border-color: @border; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid @positive; padding: 1px 7px;
}
QLineEdit[wrong="true"], QComboBox[wrong="true"], QAbstractSpinBox[wrong="true"] {
  border: 2px solid @negative; padding: 1px 7px;
}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: @muted; }
QComboBox::drop-down { border: none; width: @arrowboxpx; }
QComboBox::down-arrow { image: url(@down); width: @arrowpx; height: @arrowpx; }
QComboBox QLineEdit, QComboBox QLineEdit:focus {
  border: none; padding: 0; background: transparent; min-height: 0;
}
QComboBox QAbstractItemView {
  background: @panel; border: 1px solid @border; selection-background-color: @selection;
  selection-color: @text; outline: none; padding: 4px;
}
QAbstractSpinBox { padding-right: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {
  border: none; padding: 0; background: transparent; min-height: 0;
}
QPlainTextEdit {
  background: @field; border: 1px solid @line; border-radius: 6px; padding: 4px;
}
QPlainTextEdit:focus { border-color: @positive; }
QLineEdit { padding: 2px 6px; }
QLineEdit:focus { padding: 1px 5px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  border: none; background: transparent; width: @spinarrowspx;
}
QAbstractSpinBox::up-arrow { image: url(@up); width: @arrowpx; height: @arrowpx; }
QAbstractSpinBox::down-arrow { image: url(@down); width: @arrowpx; height: @arrowpx; }

QSlider { background: transparent; }
QSlider:horizontal { min-height: @sliderpx; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @positive; }
QSlider::handle:horizontal {
  width: 12px; height: 12px; margin: -6px 0; border-radius: 8px;
  background: @panel; border: 2px solid @positive;
}
QSlider::handle:horizontal:hover { background: @selection; }
QSlider::handle:horizontal:focus { background: @positive; }
QSlider::sub-page:horizontal:disabled { background: @border; }
QSlider::handle:horizontal:disabled { border-color: @border; }

QCheckBox { spacing: 8px; background: transparent; }
QCheckBox::indicator, QTableView::indicator {
  width: @checkpx; height: @checkpx; border: 1px solid @border; border-radius: 4px;
  background: @field;
}
QCheckBox::indicator:checked, QTableView::indicator:checked {
  background: @positive; border-color: @positive; image: url(@check);
}
QTableView::indicator:checked:disabled { background: @border; border-color: @border; }
QCheckBox::indicator:focus { border: 2px solid @positive; width: @ringpx; height: @ringpx; }
QRadioButton { background: transparent; }
QRadioButton::indicator {
  width: @checkpx; height: @checkpx; border: 1px solid @border; border-radius: @roundpx;
  background: @field;
}
QRadioButton::indicator:focus { border: 2px solid @positive; width: @ringpx; height: @ringpx; }
QRadioButton::indicator:checked { border: 5px solid @positive; width: @dotpx; height: @dotpx; }
QRadioButton::indicator:checked:focus { border-color: @text; }

QMenu { background: @panel; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @line; margin: 4px; }

QGraphicsView { border: 2px solid transparent; border-radius: 6px; background: @panel; }
QGraphicsView:focus { border-color: @positive; }
QLabel[role="readout"] {
  background: @panel; color: @text; border: 1px solid @line; border-radius: 4px;
  padding: 1px 6px; font-size: @smallpx;
}

QTableView {
  background: transparent; border: 1px solid transparent; outline: none;
  gridline-color: transparent;
  selection-background-color: @selection; selection-color: @text; font-size: @smallpx;
}
QListView[kind="rows"] { background: transparent; border: 1px solid transparent; }
QTableView:focus, QListView[kind="rows"]:focus { border-color: @positive; }
QTableView::item { border-bottom: 1px solid @grid; padding: 0 1px; }
QHeaderView { background: transparent; border: none; font-size: @smallpx; }
QHeaderView::section {
  background: transparent; color: @muted; border: none; border-bottom: 1px solid @line;
  padding: 3px 3px; font-weight: 500; font-size: @smallpx;
}
QTableCornerButton::section { background: transparent; border: none; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: @gutterpx; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @gutterpx; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 3px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @line; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: @positive; border-radius: 2px; }
QSplitter::handle { background: transparent; }
"""


def style_sheet(palette: Palette, scale: float, sizes: dict[str, int]) -> str:
    """Return the style sheet in the colours of `palette`.

    `sizes` are the pixels of each text size at a `scale` of 1; what frames text grows with it.
    """
    lengths = sizes | {
        "story": 15, "button": 20, "bpady": 5, "bpadx": 12, "chip": 10, "chippad": 10,
        "chipheight": 18, "field": 22, "spinarrows": SPIN_ARROWS, "arrow": 14, "arrowbox": 22,
        "slider": 22, "check": 16,
    }  # fmt: skip
    values = {f"{name}px": f"{round(pixels * scale)}px" for name, pixels in lengths.items()}
    # The edge of a chosen circle is thick: its middle gives way. A larger radius would be none.
    circle = round(lengths["check"] * scale)
    values["dotpx"], values["roundpx"] = f"{circle - 8}px", f"{(circle + 2) // 2}px"
    values["ringpx"] = f"{circle - 2}px"
    values["gutterpx"] = f"{GUTTER}px"
    # The handle of a slider has the same size always, and must not be cut.
    values["sliderpx"] = f"{max(18, round(lengths['slider'] * scale))}px"
    # A focus ring is one pixel thicker than the edge it replaces: the padding gives way.
    for name in ("bpady", "bpadx", "chippad"):
        values[f"{name}fpx"] = f"{round(lengths[name] * scale) - 1}px"
    for name in ("up", "down", "check"):
        variant = "dark" if palette.dark else "light"
        values[name] = resource_path("icons", f"{name}-{variant}.svg").as_posix()
    values["accent_hover"] = palette.qcolor("positive").darker(108).name()
    for name in (
        "background", "panel", "field", "line", "border", "grid", "text", "muted",
        "positive", "negative", "test", "predicted", "selection", "on_accent",
    ):  # fmt: skip
        values[name] = getattr(palette, name)
    text = _TEMPLATE
    for name in sorted(values, key=len, reverse=True):
        text = text.replace(f"@{name}", values[name])
    return text
