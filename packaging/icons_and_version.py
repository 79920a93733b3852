"""What a bundle for Windows or a Mac shows of itself: icons, and what the file's properties say."""

import sys
from pathlib import Path

from PIL import Image

import gdstudio
from gdstudio.app.menu_entry import render
from gdstudio.resource_files import resource_path

ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
_LARGEST = 1024

_VERSION = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable('040904B0', [
      StringStruct('CompanyName', 'The Gradient Descent Studio authors'),
      StringStruct('FileDescription', 'Gradient Descent Studio'),
      StringStruct('FileVersion', '{version}'),
      StringStruct('InternalName', 'gdstudio'),
      StringStruct('LegalCopyright', 'MIT licence'),
      StringStruct('OriginalFilename', 'gdstudio.exe'),
      StringStruct('ProductName', 'Gradient Descent Studio'),
      StringStruct('ProductVersion', '{version}')])]),
    VarFileInfo([VarStruct('Translation', [0x0409, 1200])])
  ]
)
"""


def prepare(folder: Path, system: str = sys.platform) -> None:
    """Write into `folder` what the bundle for a system needs, named as the spec expects it."""
    large = folder / "large.png"
    render(resource_path("icons", "app.svg"), _LARGEST, large)
    with Image.open(large) as drawing:
        if system == "win32":
            sizes = [(size, size) for size in ICO_SIZES]
            drawing.save(folder / "gdstudio.ico", sizes=sizes)
            (folder / "version.txt").write_text(version_information(), encoding="utf-8")
        else:
            drawing.save(folder / "gdstudio.icns")
    large.unlink()


def version_information(version: str = gdstudio.__version__) -> str:
    """Return what Windows shows in the properties of the program, as PyInstaller reads it."""
    digits = [int("".join(filter(str.isdigit, part)) or 0) for part in version.split(".")[:4]]
    numbers = tuple((digits + [0] * 4)[:4])
    return _VERSION.format(numbers=numbers, version=version)
