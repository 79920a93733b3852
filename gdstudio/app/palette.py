"""The colours of the window by what they mean: light and dark, each also in high contrast.

Blue is positive, orange is negative, everywhere. Data has colour, furniture has not.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Named colours as ``#RRGGBB``.

    Attributes:
        dark: whether light text stands on a dark ground.
        background, panel, field: the window, a card on it, a box to type in on the card.
        line, border, grid: hairlines of cards, edges of controls, lines behind plots.
        text, muted: what is read first, and what is read second.
        positive, negative: the signs; positive is also the accent and the training curve.
        test: curves and figures of data the descent never sees.
        actual, predicted, error: the houses' own story.
        selection: ground of what is chosen.
        on_accent: text on a ground of `positive`.
        paper, ink: the drawing.
        is_high_contrast: whether it is for who sees little.
        walker_1 … walker_11: walks beside each other, told apart by colour-blind eyes on the panel
            and, with a rim, on the bands of a loss; the first is `negative`, as a lone walk is.
    """

    dark: bool
    background: str
    panel: str
    field: str
    line: str
    border: str
    grid: str
    text: str
    muted: str
    positive: str
    negative: str
    test: str
    actual: str
    predicted: str
    error: str
    selection: str
    on_accent: str
    paper: str
    ink: str
    walker_1: str
    walker_2: str
    walker_3: str
    walker_4: str
    walker_5: str
    walker_6: str
    walker_7: str
    walker_8: str
    walker_9: str
    walker_10: str
    walker_11: str
    is_high_contrast: bool = False

    def qcolor(self, name: str, alpha: float = 1.0) -> QColor:
        """Return the colour called `name` with an opacity of `alpha` in [0, 1]."""
        color = QColor(getattr(self, name))
        color.setAlphaF(alpha)
        return color

    @cached_property
    def diverging(self) -> NDArray[np.uint8]:
        """Colours of signed numbers, (256, 3): 0 is negative, 128 the panel, 255 positive."""
        middle = self.rgb("panel")
        below = np.linspace(self.rgb("negative"), middle, 129)[:-1]
        above = np.linspace(middle, self.rgb("positive"), 128)
        table: NDArray[np.uint8] = np.rint(np.concatenate([below, above])).astype(np.uint8)
        return table

    @cached_property
    def ramp(self) -> NDArray[np.uint8]:
        """Colours of a loss, (256, 3): 0 is the lowest loss and the strongest blue."""
        panel, blue = self.rgb("panel"), self.rgb("positive")
        return np.rint(
            np.linspace(panel + 0.62 * (blue - panel), panel + 0.07 * (blue - panel), 256)
        ).astype(np.uint8)

    @cached_property
    def ground(self) -> NDArray[np.uint8]:
        """Colours of a loss as a model, (256, 3): as `ramp`, but its heights leave the panel."""
        panel, blue = self.rgb("panel"), self.rgb("positive")
        return np.rint(
            np.linspace(panel + 0.78 * (blue - panel), panel + 0.2 * (blue - panel), 256)
        ).astype(np.uint8)

    @cached_property
    def inks(self) -> NDArray[np.uint8]:
        """Colours of grey images, (256, 3): 0 is the paper, 255 the ink."""
        return np.rint(np.linspace(self.rgb("paper"), self.rgb("ink"), 256)).astype(np.uint8)

    def rgb(self, name: str) -> NDArray[np.float64]:
        """Return the colour called `name` as (red, green, blue), 0 to 255."""
        text = getattr(self, name)
        return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], dtype=float)


LIGHT = Palette(
    dark=False,
    background="#F6F7F9",
    panel="#FFFFFF",
    field="#F6F7F9",
    line="#E2E5EA",
    border="#CBD1D9",
    grid="#ECEEF2",
    text="#1B2430",
    muted="#5F6B7A",
    positive="#2460D8",
    negative="#B45000",
    test="#0B7A5B",
    actual="#2460D8",
    predicted="#C2303D",
    error="#8A6100",
    selection="#E4ECFB",
    on_accent="#FFFFFF",
    paper="#FFFFFF",
    ink="#10141A",
    walker_1="#B45000",
    walker_2="#6B2FA0",
    walker_3="#0B7A5B",
    walker_4="#1B2430",
    walker_5="#D6277F",
    walker_6="#9A8200",
    walker_7="#66727F",
    walker_8="#5A2300",
    walker_9="#0093C4",
    walker_10="#A81CE0",
    walker_11="#10109A",
)

DARK = Palette(
    dark=True,
    background="#12151A",
    panel="#191D24",
    field="#12151A",
    line="#2A303A",
    border="#3B4350",
    grid="#242A33",
    text="#E7EAEE",
    muted="#9AA5B4",
    positive="#6FA3FF",
    negative="#FFA24D",
    test="#4FD1A5",
    actual="#6FA3FF",
    predicted="#FF7B86",
    error="#E9B949",
    selection="#1E2B45",
    on_accent="#10141A",
    paper="#0D0F13",
    ink="#F4F6F9",
    walker_1="#FFA24D",
    walker_2="#C9A2FF",
    walker_3="#2FD3A0",
    walker_4="#F4F6F9",
    walker_5="#F0427F",
    walker_6="#F0E650",
    walker_7="#8E9AAA",
    walker_8="#C4603A",
    walker_9="#B8FF9E",
    walker_10="#9460BC",
    walker_11="#27866C",
)

# Text of 7 : 1 and edges of 4.5 : 1 (WCAG 2.2, 1.4.6; 1.4.11 asks for 3 : 1).
LIGHT_CONTRAST = replace(
    LIGHT,
    background="#FFFFFF",
    field="#FFFFFF",
    line="#5F6B7A",
    border="#3A434F",
    grid="#B4BCC7",
    text="#000000",
    muted="#2E3742",
    positive="#0A3CA8",
    negative="#7D3500",
    test="#00523C",
    actual="#0A3CA8",
    predicted="#8F0F1C",
    error="#5A3F00",
    selection="#DCE7FC",
    ink="#000000",
    walker_1="#7D3500",
    walker_4="#000000",
    is_high_contrast=True,
)

DARK_CONTRAST = replace(
    DARK,
    background="#000000",
    panel="#000000",
    field="#000000",
    line="#8E9AAA",
    border="#C3CCD8",
    grid="#48515E",
    text="#FFFFFF",
    muted="#D3DAE3",
    positive="#8DB8FF",
    negative="#FFB470",
    test="#6BE8BF",
    actual="#8DB8FF",
    predicted="#FF9EA6",
    error="#F4CB68",
    selection="#1C3263",
    on_accent="#000000",
    paper="#000000",
    ink="#FFFFFF",
    walker_1="#FFB470",
    walker_4="#FFFFFF",
    is_high_contrast=True,
)

# By the names that preferences keep.
PALETTES = {
    "light": LIGHT,
    "dark": DARK,
    "light-contrast": LIGHT_CONTRAST,
    "dark-contrast": DARK_CONTRAST,
}
