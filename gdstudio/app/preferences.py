"""What the window remembers from one day to the next, as a small JSON file."""

import base64
import json
import logging
import math
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gdstudio.app.palette import PALETTES
from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.folders import make_folder, set_aside
from gdstudio.storage.atomic_file import replacing

log = logging.getLogger(__name__)

VERSION = 1
_SIZE_LIMIT = 100_000


@dataclass
class Preferences:
    """Theme, text size, the lab that was open, and where on the screen the window was.

    Attributes:
        less_motion: whether nothing is to move to its place, but to be there at once.
        is_welcomed: whether the user was asked at the first start whether to be led.
        unsaid: what went wrong when the window closed, to be said when it opens again.
        geometry: as Qt's `saveGeometry` gives it; empty where nothing is known.
        path: the file; None keeps nothing.
    """

    theme: str = "system"
    text_scale: float = 1.0
    lab: str = ""
    path: Path | None = field(default=None, repr=False)
    geometry: bytes = b""
    unsaid: list[str] = field(default_factory=list)
    is_welcomed: bool = False
    less_motion: bool = False

    @classmethod
    def load(cls, path: Path | None) -> "Preferences":
        """Return what is kept at `path`.

        A file that cannot be used is set aside, with a word in the log; a single value that cannot
        be used is passed over.
        """
        loaded = cls(path=path)
        if path is None or not os.path.lexists(path):
            return loaded
        try:
            kept = json.loads(read_bytes(path, size_limit=_SIZE_LIMIT))
            if not isinstance(kept, dict) or kept.get("version") != VERSION:
                raise ValueError(f"it is not of version {VERSION}")
        except (BadInput, ValueError, RecursionError) as error:
            _set_aside(path, error)
            return loaded
        loaded._take(kept)
        return loaded

    def _take(self, kept: dict[str, Any]) -> None:
        """Take over each value that can be used."""
        if kept.get("theme") in ("system", *PALETTES):
            self.theme = kept["theme"]
        scale = kept.get("text_scale")
        if isinstance(scale, float) and math.isfinite(scale):
            self.text_scale = scale
        if isinstance(kept.get("lab"), str):
            self.lab = kept["lab"]
        self.is_welcomed = kept.get("is_welcomed") is True
        self.less_motion = kept.get("less_motion") is True
        unsaid = kept.get("unsaid")
        if isinstance(unsaid, list):
            self.unsaid = [text for text in unsaid[:10] if isinstance(text, str)]
        if isinstance(kept.get("geometry"), str):
            with suppress(ValueError):
                self.geometry = base64.b64decode(kept["geometry"], validate=True)

    def save(self) -> None:
        """Keep them; where that is not possible, the log says so and the user is not bothered."""
        if self.path is None:
            return
        kept = {
            "version": VERSION,
            "theme": self.theme,
            "text_scale": self.text_scale,
            "lab": self.lab,
            "is_welcomed": self.is_welcomed,
            "less_motion": self.less_motion,
            "geometry": base64.b64encode(self.geometry).decode(),
            "unsaid": [text[:1000] for text in self.unsaid],
        }
        try:
            make_folder(self.path.parent, "The folder for them cannot be made")
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        except (OSError, BadInput) as error:
            log.warning("The preferences were not kept: %s", error)


def _set_aside(path: Path, error: Exception) -> None:
    """Give a file that cannot be used another name, so that the next one can take its place."""
    try:
        other = set_aside(path)
        log.warning("The preferences could not be used (%s) and are now in %s", error, other)
    except OSError as trouble:
        log.warning("The preferences cannot be used (%s) nor set aside (%s)", error, trouble)
