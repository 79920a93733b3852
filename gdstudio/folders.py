"""Where the app keeps what is its own: the log, preferences, last runs, own symbols, progress.

Nothing else knows these places. Where no home folder is known, or only one relative to the folder
that one happens to start from, there is no place, and nothing is kept.
"""

import os
from pathlib import Path

import platformdirs

from gdstudio.errors import BadInput

_NAME = "gdstudio"


def log_path() -> Path | None:
    """Return where the log is; None where no home is known."""
    return _within(platformdirs.user_log_dir(_NAME, appauthor=False), "gdstudio.log")


def preferences_path() -> Path | None:
    """Return where the preferences are kept; None where no home is known."""
    return _within(platformdirs.user_config_dir(_NAME, appauthor=False), "preferences.json")


def runs_folder() -> Path | None:
    """Return where long runs are kept when the window closes; None where no home is known."""
    return _within(platformdirs.user_data_dir(_NAME, appauthor=False), "runs")


def lessons_path() -> Path | None:
    """Return where the progress in lessons is kept; None where no home is known."""
    return _within(platformdirs.user_data_dir(_NAME, appauthor=False), "lessons.json")


def symbols_path() -> Path | None:
    """Return where the user's own symbols are kept; None where no home is known."""
    return _within(platformdirs.user_data_dir(_NAME, appauthor=False), "symbols.json")


def documents_folder() -> Path:
    """Return where the user is asked first to save a file; the current folder without a home."""
    folder = Path(platformdirs.user_documents_dir())
    return folder if folder.is_absolute() else Path()


def used_folders() -> list[tuple[str, str, Path | None]]:
    """Return each folder that the app writes to: its key, its name and where it is; None without.

    The user's documents are where files are saved only if the user says so.
    """
    paths = {
        ("log", "Folder of the log"): log_path(),
        ("preferences", "Folder of the preferences"): preferences_path(),
        ("data", "Folder of runs and progress"): lessons_path(),
    }
    folders = [(*name, None if path is None else path.parent) for name, path in paths.items()]
    return [*folders, ("documents", "Folder of documents", documents_folder().absolute())]


def make_folder(folder: Path, failed: str, advice: str = "") -> None:
    """Make a folder of the app's own, where there is none.

    Args:
        folder: its place.
        failed: what a sentence begins with that says why that could not be.
        advice: what it ends with, where there is something that one can do.

    Raises:
        BadInput: if it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        advice = f"; {advice}" if advice else ""
        raise BadInput(f"{failed} ({error.strerror or error}){advice}.") from None


def set_aside(path: Path) -> Path:
    """Give a file that cannot be used another name, so that a new one can take its place.

    Returns:
        Where it is now.

    Raises:
        OSError: if it cannot be moved.
    """
    other = path.with_name(f"{path.name}.damaged")
    os.replace(path, other)
    return other


def _within(folder: str, name: str) -> Path | None:
    path = Path(folder) / name
    return path if path.is_absolute() else None
