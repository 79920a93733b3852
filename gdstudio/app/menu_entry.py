"""An entry in the applications menu of a Linux desktop, with icons in all sizes and file types.

pip, pipx and uv make none. The same files are laid for one user, and by a package for all.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from gdstudio import folders
from gdstudio.errors import BadInput
from gdstudio.resource_files import resource_path

ICON_SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
_NAME = "gdstudio"
# What tells the desktop of files that have come or gone, and of which folder.
_NEWS = (
    (("update-desktop-database", "-q"), "applications"),
    (("update-mime-database",), "mime"),
    (("gtk-update-icon-cache", "-q", "-t", "-f"), "icons/hicolor"),
)


def install() -> str:
    """Make the entry for this user; return a sentence on where it is.

    Raises:
        BadInput: where that cannot be.
    """
    share = _share()
    program = own_command()
    try:
        write(share, program)
    except OSError as error:
        raise BadInput(
            f"The menu entry cannot be written to {share} ({error.strerror or error}); allow it, "
            "or start the app without an entry."
        ) from None
    _tell_desktop(share)
    return f"Gradient Descent Studio is in the applications menu now ({share / 'applications'})."


def remove() -> str:
    """Take the entry of this user away; return a sentence.

    Raises:
        BadInput: where that cannot be.
    """
    share = _share()
    found = [path for path in places(share) if path.exists()]
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise BadInput(
            f"The menu entry cannot be removed from {share} ({error.strerror or error}); delete "
            f"{found[0]} and its icons by hand."
        ) from None
    if not found:
        return "There was no menu entry."
    _tell_desktop(share)
    return "Gradient Descent Studio is no longer in the applications menu."


def places(share: Path) -> list[Path]:
    """Return all the files of the entry below a folder such as ``~/.local/share``."""
    icons = share / "icons" / "hicolor"
    return [
        share / "applications" / f"{_NAME}.desktop",
        share / "mime" / "packages" / f"{_NAME}.xml",
        icons / "scalable" / "apps" / f"{_NAME}.svg",
        *(icons / f"{size}x{size}" / "apps" / f"{_NAME}.png" for size in ICON_SIZES),
    ]


def write(share: Path, command: Sequence[str]) -> None:
    """Write all the files of the entry; `command` starts the app.

    Raises:
        OSError: if one cannot be written.
    """
    entry, types, drawing, *icons = places(share)
    for path in (entry, types, drawing, *icons):
        path.parent.mkdir(parents=True, exist_ok=True)
    text = resource_path("desktop", "gdstudio.desktop").read_text(encoding="utf-8")
    text = text.replace("@command@", exec_text(command)).replace("@program@", command[0])
    entry.write_text(text, encoding="utf-8")
    shutil.copyfile(resource_path("desktop", "gdstudio.xml"), types)
    svg = resource_path("icons", "app.svg")
    shutil.copyfile(svg, drawing)
    for size, path in zip(ICON_SIZES, icons, strict=True):
        render(svg, size, path)


def render(svg: Path, size: int, path: Path) -> None:
    """Draw an SVG file into a square PNG file of `size` pixels; it needs no display.

    Raises:
        OSError: if it cannot be written.
    """
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, size, size))
    # PySide declares the format as bytes, and takes nothing but text.
    if not image.save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError(f"{path} cannot be written")


def exec_text(command: Sequence[str]) -> str:
    """Return a command as the key Exec of a desktop file wants it."""
    quoted = (
        part
        if re.fullmatch(r"[\w@+=:,./-]+", part)
        else '"' + re.sub(r'(["`$\\])', r"\\\1", part) + '"'
        for part in command
    )
    # Once more as any text of such a file; a percent sign alone would be a file to open.
    return " ".join(quoted).replace("\\", "\\\\").replace("%", "%%")


def own_command() -> list[str]:
    """Return what starts this very app."""
    if folders.is_bundle():
        return [sys.executable]
    script = Path(sys.executable).parent / _NAME
    if script.is_file():
        return [str(script)]
    found = shutil.which(_NAME)
    return [found] if found else [sys.executable, "-P", "-m", _NAME]


def _share() -> Path:
    """Return the folder of this user's shared files."""
    if not sys.platform.startswith("linux"):
        raise BadInput(
            "A menu entry is made on Linux only; on Windows right-click the program and choose "
            "“Pin to Start”, on a Mac drag it to the Dock."
        )
    told = os.environ.get("XDG_DATA_HOME", "")
    share = Path(told) if told else Path(os.path.expanduser("~/.local/share"))
    if not share.is_absolute():
        raise BadInput("There is no home folder to make a menu entry in; set the variable HOME.")
    return share


def _tell_desktop(share: Path) -> None:
    """Have the desktop look again, as far as it has the programs for that."""
    for command, folder in _NEWS:
        if shutil.which(command[0]) and (share / folder).is_dir():
            subprocess.run([*command, str(share / folder)], capture_output=True, check=False)
