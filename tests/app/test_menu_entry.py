"""The entry in the applications menu: made, found to be right, and taken away again."""

import shlex
import shutil
import subprocess
import sys

import pytest
from PySide6.QtGui import QImage

from gdstudio.app import menu_entry
from gdstudio.cli import main

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux's menu")


@pytest.fixture
def share(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share"


def entry(share):
    lines = (share / "applications/gdstudio.desktop").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def test_the_command_makes_the_entry_and_takes_it_away(share, capsys):
    assert main.run(["--install-menu-entry"]) == 0
    assert "is in the applications menu now" in capsys.readouterr().out
    assert all(path.is_file() for path in menu_entry.places(share))
    assert main.run(["--remove-menu-entry"]) == 0
    assert "no longer" in capsys.readouterr().out
    assert not any(path.exists() for path in menu_entry.places(share))
    assert main.run(["--remove-menu-entry"]) == 0
    assert "There was no menu entry." in capsys.readouterr().out


def test_the_entry_starts_this_very_app(share):
    menu_entry.install()
    program, *rest = shlex.split(entry(share)["Exec"])
    assert rest == ["--in-window", "%f"]
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("gdstudio ")


def test_icons_have_the_size_that_their_folder_says_and_are_not_empty(share):
    menu_entry.install()
    for size in menu_entry.ICON_SIZES:
        image = QImage(str(share / f"icons/hicolor/{size}x{size}/apps/gdstudio.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 2).alpha() > 0


@pytest.mark.skipif(not shutil.which("desktop-file-validate"), reason="Debian's checker")
def test_the_desktops_own_checker_finds_nothing(share):
    menu_entry.write(share, ["/home/a b/$x/gdstudio"])
    checked = subprocess.run(
        ["desktop-file-validate", str(share / "applications/gdstudio.desktop")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (checked.returncode, checked.stdout) == (0, "")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["/usr/bin/gdstudio"], "/usr/bin/gdstudio"),
        (["/a b/gdstudio"], '"/a b/gdstudio"'),
        (["/a$b/50%/gdstudio"], r'"/a\\$b/50%%/gdstudio"'),
        (["/python", "-P", "-m", "gdstudio"], "/python -P -m gdstudio"),
    ],
)
def test_commands_are_quoted_as_the_standard_says(command, text):
    assert menu_entry.exec_text(command) == text


def test_where_it_cannot_be_written_one_sentence_says_so(share, capsys):
    share.write_text("in the way", encoding="utf-8")
    assert main.run(["--install-menu-entry"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert f"cannot be written to {share}" in line


@pytest.mark.parametrize("name", ["no-such.lesson.md", "no-such.gdstudio"])
def test_a_file_alone_is_opened_as_a_file_manager_hands_it_over(name, capsys):
    assert main.run([name]) == 2
    assert f"There is no file “{name}”" in capsys.readouterr().err


@pytest.mark.skipif(not shutil.which("update-mime-database"), reason="the desktop's own program")
def test_the_desktop_knows_lessons_and_sessions_by_their_names(share):
    menu_entry.install()
    globs = (share / "mime/globs2").read_text(encoding="utf-8").splitlines()
    assert "60:application/x-gdstudio-lesson:*.lesson.md" in globs
    assert "50:application/x-gdstudio-session:*.gdstudio" in globs
