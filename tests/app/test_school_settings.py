"""A school's settings: obeyed as they stand, and not at all where anything in them is wrong."""

import pytest
from PySide6.QtWidgets import QAbstractButton
from whole_window import in_thread

from gdstudio.app import main_window
from gdstudio.app.application import create_main_window
from gdstudio.app.preferences import Preferences
from gdstudio.app.school_settings import SchoolSettings
from gdstudio.app.theme import current_theme

WHOLE = """\ufeff# For room 12
theme = "dark"
text_size = 1.5
labs = ["houses", "slope"]
lessons = ["2-a-line-through-the-houses", "02-one-number"]
language = "en"
updates = false
"""
WRONG = {
    'theme = "pink"': "“theme” must be one of system, light, dark",
    "theme = 3": "“theme” must be one of",
    "text_size = 9": "“text_size” must be a number from 0.7 to 2.5",
    "text_size = nan": "“text_size” must be a number",
    "text_size = true": "“text_size” must be a number",
    'labs = "slope"': "“labs” must be a list in square brackets",
    "labs = []": "with one entry or more",
    'labs = ["slop"]': "“labs” has 'slop', which there is not; there are slope, surface",
    "labs = [3]": "“labs” has 3, which there is not",
    'lessons = ["02"]': "“lessons” has '02', which there is not",
    'language = "de"': "“language” must be one of en",
    "updates = true": "“updates” can only be false",
    'themes = "dark"': "has “themes” (perhaps theme), which is no setting",
    'theme = "dark"\nx = 1': "has “x”, which is no setting; there are theme",
    "theme = dark": "is not TOML in UTF-8",
    "[" * 10_000: "is not TOML in UTF-8",
}


def write(folder, text):
    path = folder / "school.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_that_is_settled_is_read(tmp_path):
    settings, problem = SchoolSettings.load([tmp_path / "none.toml", write(tmp_path, WHOLE)])
    assert problem == ""
    assert settings == SchoolSettings(
        "dark",
        1.5,
        ("slope", "houses"),  # in the order of the rail
        ("02-one-number", "2-a-line-through-the-houses"),
        "en",
    )


def test_without_a_file_nothing_is_settled(tmp_path):
    assert SchoolSettings.load([tmp_path / "none.toml"]) == (SchoolSettings(), "")


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=range(len(WRONG)))
def test_whatever_is_wrong_is_said_in_one_sentence_and_nothing_is_obeyed(tmp_path, text, said):
    settings, problem = SchoolSettings.load([write(tmp_path, f"{text}\n")])
    assert settings == SchoolSettings()
    assert problem.startswith("The settings of your school are not used: ")
    assert said in problem
    assert "\n" not in problem


def test_a_folder_in_its_place_is_said_too(tmp_path):
    (tmp_path / "school.toml").mkdir()
    settings, problem = SchoolSettings.load([tmp_path / "school.toml"])
    assert settings == SchoolSettings()
    assert "school.toml" in problem


def test_the_window_is_as_the_school_has_settled(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "LABS", tuple(map(in_thread, main_window.LABS)))
    settings = SchoolSettings.read(write(tmp_path, WHOLE))
    window = create_main_window(Preferences(theme="light", lab="digits"), settings)
    qtbot.addWidget(window)
    window.show()
    tabs = {key: window.findChild(QAbstractButton, f"{key}_tab") for key in window.labs}
    assert [key for key, tab in tabs.items() if tab.isVisible()] == ["slope", "houses"]
    assert window.current_lab is window.labs["slope"]
    assert current_theme().palette.dark
    assert current_theme().text_scale == 1.5
    window.guide.open()
    qtbot.waitUntil(lambda: window.guide.guide is not None)
    combo = window.guide.panel.findChild(object, "lesson_combo")
    assert [combo.itemData(row) for row in range(combo.count())] == [
        "02-one-number",
        "2-a-line-through-the-houses",
    ]
    window.close()
