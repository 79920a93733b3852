"""Licences: every part that the app is made of is listed, with its whole text."""

import pytest

from gdstudio import licences
from gdstudio.cli import main
from gdstudio.errors import BadInput


@pytest.fixture(scope="module")
def listed():
    return {part.name: part for part in licences.parts()}


def test_every_part_has_a_name_a_licence_and_a_text(listed):
    assert all(part.licence and len(part.text) > 100 for part in listed.values())


def test_the_parts_are_those_that_the_app_needs_and_no_tools_of_its_tests(listed):
    assert {"numpy", "pyqtgraph", "typer", "shellingham", "The typeface Inter"} <= set(listed)
    assert not {"pytest", "hypothesis", "ruff"} & set(listed)


def test_qt_comes_with_its_notice_and_both_licences(listed):
    for name in ("PySide6_Essentials", "shiboken6"):
        text = listed[name].text
        assert "you may put a compatible version of your own in their place" in text
        assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
        assert "GNU GENERAL PUBLIC LICENSE" in text


def test_the_app_itself_its_data_and_its_typeface_come_first(listed):
    first = list(listed.values())[:3]
    assert "Permission is hereby granted" in first[0].text
    assert "CC BY-SA 3.0" in first[1].text
    assert "SIL OPEN FONT LICENSE" in first[2].text


def test_a_part_without_a_licence_text_is_named(monkeypatch):
    monkeypatch.setattr(licences, "_TEXTS_OF_OURS", {})
    with pytest.raises(BadInput, match=r"^No licence text was found for PyOpenGL; add it"):
        licences.gather(["numpy", "PyOpenGL"])


def test_what_was_gathered_is_read_again(listed, tmp_path):
    licences.write(listed.values(), tmp_path / "gathered")
    assert licences.read(tmp_path / "gathered") == list(listed.values())


def test_the_command_prints_the_list_and_the_texts(listed, capsys):
    assert main.run(["--licences"]) == 0
    printed = capsys.readouterr().out
    assert f"numpy {listed['numpy'].version}: {listed['numpy'].licence}" in printed
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in printed
