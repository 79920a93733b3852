"""Where the app keeps what is its own: the log, preferences, last runs, own symbols, progress.

Nothing else knows these places. Where no home folder is known, or only one relative to the folder
that one happens to start from, there is no place, and nothing is kept.

In portable mode, where a file `portable` lies beside the program, all of it lies in a folder beside
the program, too, and nowhere else: where that cannot be written, nothing is kept.
"""

import functools
import os
import sys
import tempfile
from pathlib import Path

import platformdirs

from gdstudio.errors import BadInput

_NAME = "gdstudio"
# The file that asks for portable mode, and the folder that holds everything then.
PORTABLE_FILE, PORTABLE_FOLDER = "portable", "gdstudio-data"
# Says where the program lies where it is no program of its own, but a package of Python's.
PROGRAM_VARIABLE = "GDSTUDIO_PROGRAM_FOLDER"


def is_bundle() -> bool:
    """Return whether the program is one folder with a Python of its own, not a package."""
    return bool(getattr(sys, "frozen", False))  # PyInstaller's programs have it


def program_folder() -> Path | None:
    """Return the folder in which the program lies; None for a package of Python's."""
    if told := os.environ.get(PROGRAM_VARIABLE):
        return Path(told)
    if not is_bundle():
        return None
    folder = Path(sys.executable).parent
    if sys.platform == "darwin" and folder.name == "MacOS":
        return folder.parents[2]  # beside the .app, not inside of it
    return folder


def is_portable() -> bool:
    """Return whether all that is kept lies beside the program."""
    folder = program_folder()
    return folder is not None and (folder / PORTABLE_FILE).exists()


def portable_problem() -> str:
    """Return one sentence on why nothing can be kept beside the program; empty where it can."""
    return _portable_problem(program_folder()) if is_portable() else ""


@functools.cache
def _portable_problem(program: Path) -> str:
    folder = program / PORTABLE_FOLDER
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return (
            f"Nothing is kept, since the folder {folder} cannot be written "
            f"({error.strerror or error}); copy the program to a place where you may write, or "
            f"delete the file “{PORTABLE_FILE}” beside it."
        )


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


def school_paths() -> list[Path]:
    """Return where a school's settings may lie: beside the program, and for the whole computer."""
    beside = program_folder()
    system = Path(platformdirs.site_config_dir(_NAME, appauthor=False))
    return [folder / "school.toml" for folder in (beside, system) if folder is not None]


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
    if is_portable():
        program = program_folder()
        assert program is not None
        path = program / PORTABLE_FOLDER / name
        return path.absolute() if not portable_problem() else None
    path = Path(folder) / name
    return path if path.is_absolute() else None
