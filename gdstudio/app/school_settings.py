"""What a school has settled for its computers: a TOML file that a teacher lays beside the program.

::

    theme = "light"                     # also system, dark, light-contrast, dark-contrast
    text_size = 1.25                    # 0.7 to 2.5 times the usual size
    labs = ["slope", "houses"]          # the labs on the rail, in place of all
    lessons = ["02-one-number"]         # the app's lessons to offer, by the names of their files
    language = "en"                     # the only one that there is
    updates = false                     # the app never looks for any

Each may be left out. Theme and size hold at every start; who sits there may change them until the
window closes.
"""

import difflib
import logging
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from gdstudio.app.palette import PALETTES
from gdstudio.data.files import read_bytes
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.lesson.library import shipped_paths
from gdstudio.visible_text import shortened, visible

log = logging.getLogger(__name__)

LANGUAGES = ("en",)
SMALLEST, LARGEST = 0.7, 2.5
_SIZE_LIMIT = 100_000


@dataclass(frozen=True)
class SchoolSettings:
    """What is settled; what is not is empty.

    Attributes:
        theme: the key of a theme.
        text_size: how much larger than usual texts are; 0 where it is not settled.
        labs: the keys of the labs that have a tab; empty for all.
        lessons: the keys of the shipped lessons that are offered; empty for all.
        language: that of the texts.
        updates: whether the app may look for newer versions, which it never does.
    """

    theme: str = ""
    text_size: float = 0.0
    labs: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    language: str = ""
    updates: bool = False

    @classmethod
    def load(cls, paths: Iterable[Path]) -> tuple["SchoolSettings", str]:
        """Return the settings of the first file that there is, and a sentence on what is wrong.

        Where anything is wrong, all is as if there were no file: half of what a school has settled
        may be the opposite of it.
        """
        path = next((path for path in paths if os.path.lexists(path)), None)
        if path is None:
            return cls(), ""
        try:
            return cls.read(path), ""
        except BadInput as error:
            return cls(), f"The settings of your school are not used: {error}"

    @classmethod
    def read(cls, path: Path) -> "SchoolSettings":
        """Return the settings in a file.

        Raises:
            BadInput: where something in it cannot be obeyed, with what to write instead.
        """
        content = read_bytes(path, size_limit=_SIZE_LIMIT)
        try:
            written = tomllib.loads(content.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            reason = shortened(visible(str(error)), 200)
            raise BadInput(
                f"{path} is not TOML in UTF-8 ({reason}); write key = value, texts in quotation "
                "marks."
            ) from None
        return cls(**{key: _checked(path, key, value) for key, value in written.items()})

    def told(self) -> str:
        """Return in one line what is settled."""
        return (
            ", ".join(
                f"{one.name} {_shown(getattr(self, one.name))}"
                for one in fields(self)
                if getattr(self, one.name)
            )
            or "nothing"
        )


def _checked(path: Path, key: str, value: Any) -> Any:
    """Return a value as the settings hold it."""
    names = [one.name for one in fields(SchoolSettings)]
    if key not in names:
        near = difflib.get_close_matches(key, names, 1, 0.6)
        perhaps = f" (perhaps {near[0]})" if near else ""
        raise BadInput(
            f"{path} has “{visible(shortened(key, 60))}”{perhaps}, which is no setting; there are "
            f"{', '.join(names)}."
        )
    if key == "theme":
        return _one_of(path, key, value, ("system", *PALETTES))
    if key == "language":
        return _one_of(path, key, value, LANGUAGES)
    if key == "labs":
        return _some_of(path, key, value, tuple(VOCABULARIES))
    if key == "lessons":
        return _some_of(path, key, value, tuple(one.stem for one in shipped_paths()))
    if key == "updates":
        if value is not False:
            raise BadInput(f"{path}: “updates” can only be false; the app never looks for any.")
        return False
    if type(value) not in (int, float) or not SMALLEST <= value <= LARGEST:
        raise BadInput(
            f"{path}: “text_size” must be a number from {SMALLEST} to {LARGEST}, such as 1.25."
        )
    return float(value)


def _one_of(path: Path, key: str, value: Any, known: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in known:
        raise BadInput(f"{path}: “{key}” must be one of {_shown(known)}, in quotation marks.")
    return value


def _some_of(path: Path, key: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise BadInput(
            f"{path}: “{key}” must be a list in square brackets with one entry or more, such as "
            f'["{known[0]}"].'
        )
    for one in value:
        if not isinstance(one, str) or one not in known:
            raise BadInput(
                f"{path}: “{key}” has {visible(shortened(repr(one), 60))}, which there is not; "
                f"there are {_shown(known)}."
            )
    return tuple(one for one in known if one in value)


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
