"""Portable mode: all is kept beside the program, or nothing where that cannot be written."""

import sys

import pytest

from gdstudio import folders

PLACES = (
    folders.log_path,
    folders.preferences_path,
    folders.runs_folder,
    folders.lessons_path,
    folders.symbols_path,
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a folder in which the program lies, with the file that asks for portable mode."""
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "portable").touch()
    monkeypatch.setenv(folders.PROGRAM_VARIABLE, str(folder))
    folders._portable_problem.cache_clear()
    yield folder
    folders._portable_problem.cache_clear()


def test_everything_is_kept_in_one_folder_beside_the_program(program):
    assert folders.is_portable()
    assert folders.portable_problem() == ""
    found = [place() for place in PLACES]
    assert {path.parent for path in found} == {program / "gdstudio-data"}
    assert len(set(found)) == len(found)


def test_without_the_file_it_is_kept_where_the_system_keeps_such_things(program):
    (program / "portable").unlink()
    assert not folders.is_portable()
    assert not any(place().is_relative_to(program) for place in PLACES)


def test_a_place_that_cannot_be_written_is_said_once_and_nothing_is_kept(program):
    (program / "gdstudio-data").write_text("in the way", encoding="utf-8")
    sentence = folders.portable_problem()
    assert sentence.startswith(f"Nothing is kept, since the folder {program / 'gdstudio-data'}")
    assert "copy the program to a place where you may write" in sentence
    assert [place() for place in PLACES] == [None] * len(PLACES)


def test_a_frozen_program_lies_where_its_executable_does(tmp_path, monkeypatch):
    monkeypatch.delenv(folders.PROGRAM_VARIABLE, raising=False)
    assert folders.program_folder() is None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gdstudio"))
    assert folders.program_folder() == tmp_path


def test_on_a_mac_it_lies_beside_the_bundle(tmp_path, monkeypatch):
    monkeypatch.delenv(folders.PROGRAM_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    inside = tmp_path / "Gradient Descent Studio.app" / "Contents" / "MacOS" / "gdstudio"
    monkeypatch.setattr(sys, "executable", str(inside))
    assert folders.program_folder() == tmp_path


def test_the_schools_file_beside_the_program_comes_first(program):
    first, *others = folders.school_paths()
    assert first == program / "school.toml"
    assert others
    assert not (program / "gdstudio-data").exists()
