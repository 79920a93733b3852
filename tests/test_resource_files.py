"""Shipped files are found from a checkout and from an installed wheel alike."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gdstudio
from gdstudio.resource_files import resource_path


def test_a_shipped_file_is_found():
    assert resource_path("datasets", "ten-houses.csv").read_text().count("\n") >= 10
    assert resource_path("fonts").is_dir()


def test_a_missing_file_says_what_to_do():
    with pytest.raises(FileNotFoundError, match=r"fonts/none\.otf is missing .* install gdstudio"):
        resource_path("fonts", "none.otf")


def test_an_installed_package_finds_its_own_files_first(tmp_path):
    """As in a wheel: `resources` within the package, whatever stands beside it."""
    source = Path(gdstudio.__file__).parent
    package = tmp_path / "gdstudio"
    package.mkdir()
    for name in ("__init__.py", "resource_files.py"):
        shutil.copy(source / name, package / name)
    for root, text in ((package, "ours"), (tmp_path, "another's")):
        (root / "resources" / "texts").mkdir(parents=True)
        (root / "resources" / "texts" / "hello.txt").write_text(text)
    read = (
        "from gdstudio.resource_files import resource_path;"
        "print(resource_path('texts', 'hello.txt').read_text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", read],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,  # else the checkout comes first
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "ours"
