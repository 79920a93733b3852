"""What the window remembers, and what it makes of a file that someone else wrote."""

import json
import os
import sys

import platformdirs
import pytest

from gdstudio.app.preferences import Preferences
from gdstudio.folders import preferences_path


def test_what_is_kept_comes_back(tmp_path):
    path = tmp_path / "new folder" / "preferences.json"
    chosen = Preferences("dark", 1.5, "digits", path, is_welcomed=True, less_motion=True)
    chosen.save()
    assert Preferences.load(path) == chosen


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


def test_what_cannot_be_used_is_set_aside_with_a_word_in_the_log(tmp_path, caplog):
    path = tmp_path / "preferences.json"
    Preferences("dark", 1.5, "digits", path, bytes(range(66))).save()
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        caplog.clear()
        assert Preferences.load(path) == Preferences(path=path)
        assert "could not be used" in caplog.text
        assert not path.exists()
        assert path.with_name("preferences.json.damaged").read_bytes() == whole[:length]
    Preferences("dark", path=path).save()
    assert Preferences.load(path).theme == "dark"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "huge"])
def test_what_is_no_file_there_does_not_stop_the_start(tmp_path, caplog, kind):
    path = tmp_path / "preferences.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
    else:
        with path.open("wb") as file:
            file.truncate(10**12)
    assert Preferences.load(path) == Preferences(path=path)
    assert "set aside" in caplog.text or "are now in" in caplog.text
    Preferences("dark", path=path).save()
    assert Preferences.load(path).theme == "dark"


@pytest.mark.parametrize("home", ["", "relative", "."])
def test_without_a_home_folder_nothing_is_kept(tmp_path, monkeypatch, home):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: f"{home}/x"[not home :])
    assert preferences_path() is None
    Preferences.load(preferences_path()).save()
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path, caplog):
    (tmp_path / "file").write_text("", encoding="utf-8")
    Preferences("dark", path=tmp_path / "file" / "preferences.json").save()
    assert "not kept" in caplog.text
    Preferences("dark").save()
