"""What a bundle is made from: its spec, its licences, its installer.

The bundle itself takes minutes: `.ci/bundle` builds and tries it.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gdstudio import licences
from gdstudio.errors import BadInput

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
SPEC = (PACKAGING / "gdstudio.spec").read_text(encoding="utf-8")
LINUX = PACKAGING / "linux"


@pytest.fixture
def inside(monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))
    import inside

    return inside


def test_nothing_is_left_out_that_the_app_needs():
    block = re.search(r"LEFT_OUT_MODULES = \[(.*?)\n\]", SPEC, re.DOTALL)[1]
    left_out = set(re.findall(r'"([\w.]+)"', block))
    needed = set(licences.requirements())
    whole = {
        module
        for module, owners in metadata.packages_distributions().items()
        if {owner.lower().replace("_", "-") for owner in owners} & needed
    }
    assert not left_out & whole


def test_nothing_is_left_out_that_a_module_begins_with():
    block = re.search(r"LEFT_OUT_MODULES = \[(.*?)\n\]", SPEC, re.DOTALL)[1]
    left_out = set(re.findall(r'"([\w.]+)"', block))
    for path in (ROOT / "gdstudio").rglob("*.py"):
        for line in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [one.name for one in line.names] if isinstance(line, ast.Import) else []
            if isinstance(line, ast.ImportFrom):
                names = [f"{line.module}.{one.name}" for one in line.names]
            parts = {name.rsplit(".", count)[0] for name in names for count in range(3)}
            assert not parts & left_out, path


def test_the_same_folders_are_shipped_as_in_the_wheel():
    block = re.search(r"SHIPPED = \((.*?)\)", SPEC, re.DOTALL)[1]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wheel = re.findall(r'"resources/(\w+)" = ', project)
    assert sorted(re.findall(r'"(\w+)"', block)) == sorted(wheel)


def test_files_are_told_apart_by_whose_they_are(inside):
    import numpy

    found, others = inside.sort_files(
        [numpy.__file__, str(ROOT / "gdstudio/__init__.py"), os.__file__, "", "/bin/sh"], ROOT
    )
    assert found == ["numpy"]
    assert others == [Path(os.path.realpath("/bin/sh"))]


def test_a_part_without_a_licence_text_ends_the_build(inside, tmp_path, monkeypatch):
    import OpenGL

    monkeypatch.setattr(licences, "_TEXTS_OF_OURS", {})
    monkeypatch.setattr(inside, "_ALWAYS", ())
    with pytest.raises(BadInput, match="No licence text was found for PyOpenGL"):
        inside.write_licences([OpenGL.__file__], tmp_path / "licences", ROOT)


@pytest.mark.skipif(not shutil.which("dpkg"), reason="asks Debian's packages")
def test_a_file_that_is_nobodys_ends_the_build(inside, tmp_path):
    with pytest.raises(SystemExit, match="Nobody knows whose"):
        inside.system_parts([tmp_path / "libmystery.so"])


@pytest.mark.skipif(not shutil.which("dpkg"), reason="asks Debian's packages")
def test_a_file_of_the_system_comes_with_its_packages_licence(inside):
    (part,) = inside.system_parts([Path(os.path.realpath("/bin/sh"))])
    assert part.name == "dash"
    assert len(part.text) > 100


def test_metadata_for_software_centres_is_xml_and_names_the_menu_entry():
    root = ElementTree.parse(LINUX / "metainfo.xml").getroot()
    assert root.findtext("launchable") == "gdstudio.desktop"
    types = [one.text for one in root.findall("provides/mediatype")]
    entry = (ROOT / "resources/desktop/gdstudio.desktop").read_text(encoding="utf-8")
    assert re.search("^MimeType=(.*);$", entry, re.MULTILINE)[1].split(";") == types
    described = ElementTree.parse(ROOT / "resources/desktop/gdstudio.xml").getroot()
    assert [one.get("type") for one in described.findall("{*}mime-type")] == types


@pytest.mark.skipif(not shutil.which("appstreamcli"), reason="Debian's checker")
def test_the_software_centres_own_checker_finds_no_fault(tmp_path):
    path = tmp_path / "io.github.gdstudio.gdstudio.metainfo.xml"
    text = (LINUX / "metainfo.xml").read_text(encoding="utf-8")
    path.write_text(text.replace("@version@", "1.0").replace("@date@", "2026-11-01"))
    subprocess.run(["appstreamcli", "validate", "--no-net", str(path)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix")
def test_the_installer_installs_for_one_user_and_the_uninstaller_leaves_nothing(tmp_path):
    archive, home = tmp_path / "archive", tmp_path / "home of mine"
    (archive / "gdstudio/_internal").mkdir(parents=True)
    home.mkdir()
    program = archive / "gdstudio/gdstudio"
    program.write_text('#!/bin/sh\necho "$XDG_DATA_HOME $1" >> "$HOME/told"\n', encoding="utf-8")
    program.chmod(0o755)
    for name in ("install.sh", "uninstall.sh"):
        shutil.copy(LINUX / name, archive / name)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    installed = home / ".local/opt/gdstudio"
    for _ in range(2):  # over an older one, too
        subprocess.run([archive / "install.sh"], check=True, env=environment, capture_output=True)
    assert os.path.realpath(home / ".local/bin/gdstudio") == str(installed / "gdstudio")
    subprocess.run([installed / "uninstall.sh"], check=True, env=environment, capture_output=True)
    left = [path for path in home.rglob("*") if not path.is_dir()]
    assert left == [home / "told"]
    told = (home / "told").read_text(encoding="utf-8").splitlines()
    share = home / ".local/share"
    assert told == [f"{share} --install-menu-entry"] * 2 + [f"{share} --remove-menu-entry"]


@pytest.mark.parametrize(
    ("system", "icon"), [("win32", "gdstudio.ico"), ("darwin", "gdstudio.icns")]
)
def test_icons_for_windows_and_macs_are_made(system, icon, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))
    import icons_and_version
    from PIL import Image

    icons_and_version.prepare(tmp_path, system)
    with Image.open(tmp_path / icon) as image:
        assert max(image.info["sizes"])[0] >= 256
    assert (tmp_path / "version.txt").exists() == (system == "win32")


def test_version_information_has_four_numbers(monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))
    import icons_and_version

    assert "filevers=(1, 2, 0, 0)" in icons_and_version.version_information("1.2.0")
