"""The app's own places: none without a home folder, one sentence where a folder cannot be made."""

import platformdirs
import pytest

from gdstudio import folders
from gdstudio.errors import BadInput

PLACES = (
    folders.log_path, folders.preferences_path, folders.runs_folder, folders.symbols_path
)  # fmt: skip
KINDS = ("user_log_dir", "user_config_dir", "user_data_dir", "user_documents_dir")


def live_in(home, monkeypatch):
    for kind in KINDS:
        monkeypatch.setattr(platformdirs, kind, lambda *_, kind=kind, **__: f"{home}{kind}")


def test_all_lie_in_the_home_folder_and_no_two_are_the_same(tmp_path, monkeypatch):
    live_in(f"{tmp_path}/", monkeypatch)
    found = [place() for place in PLACES]
    assert all(path.is_relative_to(tmp_path) for path in found)
    assert len(set(found)) == len(found)
    assert folders.documents_folder().is_relative_to(tmp_path)


@pytest.mark.parametrize("home", ["", "relative/", "./"])
def test_without_a_home_folder_there_are_none(home, monkeypatch):
    live_in(home, monkeypatch)
    assert [place() for place in PLACES] == [None] * len(PLACES)
    assert str(folders.documents_folder() / "walk.csv") == "walk.csv"


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = tmp_path / "file" / "deep" / "down"
    with pytest.raises(BadInput, match=r"^It cannot be kept \(.+\); export it\.$"):
        folders.make_folder(folder, "It cannot be kept", "export it")
    with pytest.raises(BadInput, match=r"^It cannot be kept \(.+\)\.$"):
        folders.make_folder(folder, "It cannot be kept")
    folders.make_folder(tmp_path / "deep" / "down", "It cannot be kept")
    folders.make_folder(tmp_path / "deep" / "down", "It cannot be kept")
    assert (tmp_path / "deep" / "down").is_dir()


def test_what_is_set_aside_makes_room(tmp_path):
    path = tmp_path / "kept.json"
    for content in ("first", "second"):
        path.write_text(content, encoding="utf-8")
        assert folders.set_aside(path).read_text(encoding="utf-8") == content
        assert not path.exists()
