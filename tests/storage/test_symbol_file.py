"""Symbols in the user's data folder: kept whole, and never lost to a file that is damaged."""

import json

import pytest
from hand_drawn import symbol_file

from gdstudio.data.own_symbols import SymbolSet, read_symbols
from gdstudio.errors import BadInput
from gdstudio.storage.symbol_file import kept_symbols, save_symbols


def test_what_is_saved_is_read_again_point_by_point(tmp_path):
    symbols = read_symbols(symbol_file(tmp_path / "signs.json"))
    save_symbols(tmp_path / "new" / "kept.json", symbols)
    assert kept_symbols(tmp_path / "new" / "kept.json") == (symbols, "")
    assert "♥" in (tmp_path / "new" / "kept.json").read_text("utf-8")


def test_incomplete_symbols_are_kept_too(tmp_path):
    symbols = SymbolSet().with_class("♥")
    save_symbols(tmp_path / "kept.json", symbols)
    assert kept_symbols(tmp_path / "kept.json") == (symbols, "")
    assert kept_symbols(tmp_path / "none.json") == (SymbolSet(), "")


def test_a_damaged_file_is_set_aside_and_never_overwritten(tmp_path):
    path = tmp_path / "kept.json"
    for number in (1, 2):
        path.write_text(f"damaged {number}")
        found, said = kept_symbols(path)
        assert found == SymbolSet()
        assert said == (
            "The symbols in “kept.json” could not be read, so you begin anew; the file was set "
            f"aside as “kept-set-aside-{number}.json”."
        )
        assert (tmp_path / f"kept-set-aside-{number}.json").read_text() == f"damaged {number}"
        assert not path.exists()


def test_where_nothing_can_be_written_what_was_there_stays(tmp_path):
    path = symbol_file(tmp_path / "kept.json")
    before = path.read_bytes()
    path.chmod(0o400)
    with pytest.raises(BadInput, match="it is read-only"):
        save_symbols(path, SymbolSet())
    assert path.read_bytes() == before
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="Your symbols cannot be kept in"):
        save_symbols(tmp_path / "file" / "inside" / "kept.json", SymbolSet())


def test_the_form_of_the_file_is_plain(tmp_path):
    symbols = SymbolSet().with_class("♥").with_drawing(0, [[(1, 2), (3.456, 4)], [(5, 6)]])
    save_symbols(tmp_path / "kept.json", symbols)
    assert json.loads((tmp_path / "kept.json").read_text("utf-8")) == {
        "format": "gdstudio-symbols",
        "version": 1,
        "classes": [{"name": "♥", "drawings": [[[[0, 0], [614, 500]], [[1000, 1000]]]]}],
    }
