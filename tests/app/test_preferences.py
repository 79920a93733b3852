"""What the window remembers, and what it makes of a file that someone else wrote."""

import json

import pytest

from gdstudio.app.preferences import Preferences


def test_what_is_kept_comes_back(tmp_path):
    path = tmp_path / "new folder" / "preferences.json"
    Preferences("dark", 1.5, "digits", path).save()
    assert Preferences.load(path) == Preferences("dark", 1.5, "digits", path)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '"dark"', "\x00", '{"version": 2, "theme": "dark"}', "[" * 100_000],
)
def test_a_file_that_cannot_be_used_is_passed_over(tmp_path, content):
    path = tmp_path / "preferences.json"
    path.write_text(content, encoding="utf-8")
    assert Preferences.load(path) == Preferences(path=path)


def test_values_that_cannot_be_are_passed_over_one_by_one(tmp_path):
    path = tmp_path / "preferences.json"
    kept = {"version": 1, "theme": "pink", "text_scale": "large", "lab": "digits"}
    path.write_text(json.dumps(kept), encoding="utf-8")
    assert Preferences.load(path) == Preferences(lab="digits", path=path)
    path.write_text('{"version": 1, "text_scale": NaN, "lab": 3}', encoding="utf-8")
    assert Preferences.load(path) == Preferences(path=path)


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("", encoding="utf-8")
    Preferences("dark", path=tmp_path / "file" / "preferences.json").save()
    assert "not kept" in caplog.text
    Preferences("dark").save()
