"""Which parts a bundle is made of, by the files that went into it, and their licences.

Files come from Python, from distributions installed beside the app, from this checkout, or from the
system on which the bundle is built. A file of which nobody knows whose it is ends the build.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from gdstudio.licences import Part, gather, own_parts, python_part, write

# They are in every bundle, though none of their files is named among the others.
_ALWAYS = ("pyinstaller",)


def write_licences(files: Iterable[str], folder: Path, checkout: Path) -> None:
    """Write the licences of all whose `files` are in a bundle into `folder`.

    Args:
        files: where the files were taken from.
        folder: made anew.
        checkout: the folder of this project, whose files are our own.

    Raises:
        SystemExit: if a part has no licence text, or a file belongs to nobody that is known.
    """
    shutil.rmtree(folder, ignore_errors=True)
    distributions, others = sort_files(files, checkout)
    python = python_part()
    if not python:
        raise SystemExit("Python's licence text is not installed; install all of Python.")
    system = system_parts(others)
    names = sorted({*distributions, *_ALWAYS})
    write([*own_parts(), *python, *gather(names), *system], folder)


def sort_files(files: Iterable[str], checkout: Path) -> tuple[list[str], list[Path]]:
    """Return the distributions whose files these are, and the files that are the system's.

    Python's own files and those of this checkout are left out.
    """
    owners = _owners()
    homes = {Path(sys.base_prefix).resolve(), Path(sys.base_exec_prefix).resolve()}
    found, others = set(), set()
    for file in files:
        if not file or not os.path.isabs(file):
            continue  # made by PyInstaller itself
        path = Path(os.path.realpath(file))
        owner = owners.get(str(path))
        if owner == "gdstudio":
            continue
        if owner is not None:
            found.add(owner)
        elif not any(path.is_relative_to(home) for home in (checkout.resolve(), *homes)):
            others.add(path)
    return sorted(found), sorted(others)


def system_parts(files: Iterable[Path]) -> list[Part]:
    """Return the packages of Debian that `files` belong to.

    Raises:
        SystemExit: if a file belongs to none, or a package has no text.
    """
    packages: dict[str, None] = {}
    for file in files:
        if "PyInstaller" in file.parts or _is_made_here(file):
            continue
        name = _package_of(file)
        if name is None:
            raise SystemExit(f"Nobody knows whose {file} is: it cannot go into the bundle.")
        packages[name] = None
    return [_system_part(name) for name in sorted(packages)]


def _is_made_here(file: Path) -> bool:
    """Return whether PyInstaller has made the file while it built."""
    return file.name in ("base_library.zip",) or "build" in file.parts


def _package_of(file: Path) -> str | None:
    # Debian's packages may have laid the file to /lib before /lib became a link to /usr/lib.
    for name in (str(file), str(file).removeprefix("/usr")):
        try:
            answer = subprocess.run(
                ["dpkg", "-S", name], capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return None
        if answer.returncode == 0:
            return answer.stdout.split(":", 1)[0].split(",")[0].strip()
    return None


def _system_part(package: str) -> Part:
    text = Path("/usr/share/doc") / package / "copyright"
    if not text.is_file():
        raise SystemExit(f"No licence text was found for Debian's package {package}.")
    version = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return Part(
        package,
        version,
        "as its text says, from Debian",
        text.read_text(encoding="utf-8", errors="replace"),
    )


def _owners() -> dict[str, str]:
    """Return the distribution of every file that is installed beside the app."""
    owners = {}
    for one in metadata.distributions():
        name = one.metadata["Name"]  # parsed anew each time that it is asked for
        # Links within a distribution are none of ours: one look at the folder is enough.
        home = os.path.realpath(str(one.locate_file("")))
        # Not `files`, which asks the disk for each of some ten thousand.
        for row in csv.reader((one.read_text("RECORD") or "").splitlines()):
            owners[os.path.normpath(os.path.join(home, row[0]))] = name
    return owners
