"""What the window remembers from one day to the next, as a small JSON file."""

import json
import logging
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from gdstudio.errors import BadInput
from gdstudio.storage.atomic_file import replacing

log = logging.getLogger(__name__)

VERSION = 1


def preferences_path() -> Path:
    """Return where the preferences are kept."""
    return Path(platformdirs.user_config_dir("gdstudio", appauthor=False)) / "preferences.json"


@dataclass
class Preferences:
    """Theme, text size and the lab that was open.

    Attributes:
        path: the file; None keeps nothing.
    """

    theme: str = "system"
    text_scale: float = 1.0
    lab: str = ""
    path: Path | None = field(default=None, repr=False)

    @classmethod
    def load(cls, path: Path) -> "Preferences":
        """Return what is kept at `path`; whatever cannot be used there is passed over."""
        loaded = cls(path=path)
        try:
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if kept.get("version") != VERSION:
                return loaded
        except (OSError, ValueError, AttributeError, RecursionError):
            return loaded
        if kept.get("theme") in ("system", "light", "dark"):
            loaded.theme = kept["theme"]
        scale = kept.get("text_scale")
        if isinstance(scale, float) and math.isfinite(scale):
            loaded.text_scale = scale
        if isinstance(kept.get("lab"), str):
            loaded.lab = kept["lab"]
        return loaded

    def save(self) -> None:
        """Keep them; where that is not possible, the log says so and the user is not bothered."""
        if self.path is None:
            return
        kept = {
            "version": VERSION,
            "theme": self.theme,
            "text_scale": self.text_scale,
            "lab": self.lab,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(kept, indent=2), encoding="utf-8")
        except (OSError, BadInput) as error:
            log.warning("The preferences were not kept: %s", error)
