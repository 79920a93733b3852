"""The look of the window: one palette, one typeface, three text sizes, one scale.

Built on Qt's Fusion style. What the system prefers, light or dark, is taken as a hint.
"""

import functools
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, SignalInstance, Slot
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app.palette import LIGHT, PALETTES, Palette
from gdstudio.app.style_sheet import style_sheet
from gdstudio.app.styled_parts import StyledParts
from gdstudio.resource_files import resource_path

FontSize = Literal["small", "normal", "large", "huge"]
FontWeight = Literal["regular", "medium", "bold"]

FAMILY = "Inter"
_FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf")
# Three sizes of text, and one for the single digit that is the answer.
_SIZES: dict[str, int] = {"small": 12, "normal": 13, "large": 21, "huge": 52}
_WEIGHTS = {
    "regular": QFont.Weight.Normal,
    "medium": QFont.Weight.Medium,
    "bold": QFont.Weight.DemiBold,
}
_SMALLEST, _LARGEST = 0.7, 2.5
_ZOOMS = (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5)


class Theme(QObject):
    """Palette and text size of the whole application.

    Attributes:
        palette: the colours in force.
        text_scale: how much larger than usual the user wants text to be, 0.7 to 2.5.
        magnification: how much larger still all is while one card has the whole window; 1 as usual.

        changed: its `connect` takes a method of a widget, or of what belongs to one, that is called
            when colours or sizes are other than before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.changed = StyledParts(self._style_sheet)
        self.palette: Palette = LIGHT
        self.text_scale = 1.0
        self.magnification = 1.0
        self._application: QApplication | None = None
        self._following = False
        self._sheet = ""
        self._pixmaps: dict[tuple[str, str, int], QPixmap] = {}
        self._fonts: dict[tuple[int, FontWeight], QFont] = {}

    def apply(self, application: QApplication) -> None:
        """Load the typeface and give `application` the style, once; call before making widgets."""
        if application is self._application:
            return
        self._application = application
        load_typeface()
        application.setStyle("Fusion")
        application.setWindowIcon(self.app_icon())
        self._restyle()

    def style(self, *parts: QWidget) -> None:
        """Give each of `parts` the look, with all that is in it, now and whenever it changes.

        A part is what is seen as a whole: those out of sight are styled later. What is moved from
        one widget to another is a part of its own, or it stays in its part.
        """
        for part in parts:
            self.changed.add(part)

    def prepare(self, widget: QWidget) -> None:
        """Style what will be seen when `widget` is shown: it is laid out once then, not twice."""
        self.changed.prepare(widget)

    def use(self, key: str) -> None:
        """Use one of `PALETTES`, or with ``system`` the one that the system asks for."""
        if key == "system":
            self.follow_system()
        else:
            self.set_palette(key)

    def set_dark(self, dark: bool) -> None:
        """Use the dark palette, or the light one."""
        self.set_palette("dark" if dark else "light")

    def set_palette(self, key: str) -> None:
        """Use one of `PALETTES`."""
        self._stop_following()
        self._use(PALETTES[key])

    def follow_system(self) -> None:
        """Use the palette that the system asks for, now and whenever it changes its mind."""
        self._stop_following()
        for changed in _system_wishes():
            changed.connect(self._take_hint)
        self._following = True
        self._take_hint()

    def set_scale(self, scale: float) -> None:
        """Show text `scale` times its usual size, kept within 0.7 and 2.5."""
        scale = min(max(scale, _SMALLEST), _LARGEST)
        if scale != self.text_scale:
            self.text_scale = scale
            self._restyle()

    @property
    def scale(self) -> float:
        """How much larger than usual text is shown, 0.7 to 2.5."""
        return min(self.text_scale * self.magnification, _LARGEST)

    def magnify(self, factor: float) -> None:
        """Show texts and lines `factor` times as large as the user's choice says."""
        if factor != self.magnification:
            self.magnification = factor
            self._restyle()

    def zoom_in(self) -> None:
        """Show text one notch larger."""
        self.set_scale(next((z for z in _ZOOMS if z > self.text_scale + 1e-6), _LARGEST))

    def zoom_out(self) -> None:
        """Show text one notch smaller."""
        self.set_scale(next((z for z in reversed(_ZOOMS) if z < self.text_scale - 1e-6), _SMALLEST))

    def zoom_reset(self) -> None:
        """Show text at its usual size."""
        self.set_scale(1.0)

    def px(self, pixels: float) -> int:
        """Return a length that grows with the text, in device-independent pixels."""
        return round(pixels * self.scale)

    def line(self, width: float) -> float:
        """Return how wide a line of `width` pixels is drawn."""
        return width * self.magnification

    def font(self, size: FontSize = "normal", weight: FontWeight = "regular") -> QFont:
        """Return the typeface at one of the sizes, its figures all of one width."""
        key = (self.px(_SIZES[size]), weight)
        if key not in self._fonts:
            font = QFont(FAMILY)
            font.setPixelSize(key[0])
            font.setWeight(_WEIGHTS[weight])
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = font
        return QFont(self._fonts[key])

    def icon(self, name: str, color: str = "text") -> QIcon:
        """Return the picture ``icons/<name>.svg`` in the palette's colour called `color`."""
        icon = QIcon(self.pixmap(name, color, 20))
        icon.addPixmap(self.pixmap(name, "border", 20), QIcon.Mode.Disabled)
        return icon

    def pixmap(self, name: str, color: str, side: int) -> QPixmap:
        """Return an icon as a square of `side` pixels times the text scale."""
        hue = getattr(self.palette, color)
        side = self.px(side)
        key = (name, hue, side)
        if key not in self._pixmaps:
            svg = _drawing(name)
            ratio = 2.0  # drawn at twice the size: sharp on dense screens, smooth on others
            pixmap = QPixmap(QSize(side, side) * ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            renderer = QSvgRenderer(QByteArray(svg.replace("#000000", hue).encode()))
            with QPainter(pixmap) as painter:
                renderer.render(painter, QRectF(0, 0, side * ratio, side * ratio))
            pixmap.setDevicePixelRatio(ratio)
            self._pixmaps[key] = pixmap
        return self._pixmaps[key]

    def app_icon(self) -> QIcon:
        """Return the application's own icon."""
        return QIcon(str(resource_path("icons", "app.svg")))

    def _stop_following(self) -> None:
        if self._following:
            for changed in _system_wishes():
                changed.disconnect(self._take_hint)
            self._following = False

    @Slot()
    def _take_hint(self) -> None:
        hints = QApplication.styleHints()
        key = "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"
        if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
            key += "-contrast"
        self._use(PALETTES[key])

    def _use(self, palette: Palette) -> None:
        if palette is not self.palette:
            self.palette = palette
            self._restyle()

    def _restyle(self) -> None:
        self._sheet = ""
        if self._application is not None:
            self._application.setFont(self.font())
            self._application.setPalette(_qt_palette(self.palette))
        self.changed.change()

    def _style_sheet(self) -> str:
        if not self._sheet:
            self._sheet = style_sheet(self.palette, self.scale, _SIZES)
        return self._sheet


def load_typeface() -> None:
    """Let texts be written in the app's own typeface, which no system needs to have."""
    if FAMILY not in QFontDatabase.families():
        for name in _FILES:
            QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))


def _system_wishes() -> tuple[SignalInstance, SignalInstance]:
    """Return what tells that the system asks for other colours."""
    hints = QApplication.styleHints()
    return hints.colorSchemeChanged, hints.accessibility().contrastPreferenceChanged


@functools.cache
def _drawing(name: str) -> str:
    """Return the text of an icon."""
    return resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")


def _qt_palette(colors: Palette) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, name in {
        role.Window: "background",
        role.WindowText: "text",
        role.Base: "field",
        role.AlternateBase: "panel",
        role.Text: "text",
        role.Button: "panel",
        role.ButtonText: "text",
        role.BrightText: "on_accent",
        role.ToolTipBase: "panel",
        role.ToolTipText: "text",
        role.PlaceholderText: "muted",
        role.Highlight: "positive",
        role.HighlightedText: "on_accent",
        role.Accent: "positive",
        role.Link: "positive",
        role.Light: "panel",
        role.Midlight: "line",
        role.Mid: "border",
        role.Dark: "border",
        role.Shadow: "border",
    }.items():
        palette.setColor(which, colors.qcolor(name))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, colors.qcolor("border"))
    return palette


_theme: Theme | None = None


def current_theme() -> Theme:
    """Return the one theme of this process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme
