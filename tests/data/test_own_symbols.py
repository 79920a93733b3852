"""Symbols that the user draws: their file, what is kept back, and what a network learns from."""

import json

import numpy as np
import pytest
from hand_drawn import CLASSES, drawing, drawings, symbol_file

from gdstudio.data.catalogue import card, image_set, load_images, refresh
from gdstudio.data.own_symbols import (
    MOST_DRAWINGS,
    Symbol,
    SymbolSet,
    as_strokes,
    class_name,
    read_symbols,
)
from gdstudio.data.settings import ImageDataSettings
from gdstudio.data.strokes.inking import to_image
from gdstudio.data.training_images import training_images
from gdstudio.errors import BadInput


def written(path, classes, **others):
    content = {"format": "gdstudio-symbols", "version": 1, "classes": classes} | others
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def one(name, count=3):
    return {"name": name, "drawings": drawings(name if name in CLASSES else "A", count, 1)}


def test_a_file_of_symbols_is_a_data_set(tmp_path):
    path = symbol_file(tmp_path / "signs.json", count=8)
    entry, dataset = image_set(str(path)), load_images(str(path))
    assert dataset.classes == entry.classes == CLASSES
    assert dataset.image == (28, 28)
    assert len(dataset.training) == entry.training_count == 2_000
    assert len(dataset.test) == entry.test_count == 8
    np.testing.assert_array_equal(np.bincount(dataset.training.labels), [500] * 4)
    np.testing.assert_array_equal(np.bincount(dataset.test.labels), [2] * 4)
    assert not dataset.training.images.flags.writeable
    shown = card(str(path))
    assert shown.title == "Own symbols: ♥, ★, △, A"
    assert "24 drawings" in shown.size
    assert "2,000 images to learn from" in shown.size
    assert "8 drawings are kept back for the test, as drawn" in shown.size
    assert "each counts for 12.5 % of the accuracy" in shown.size


def test_a_drawing_that_is_kept_back_is_never_learned_from(tmp_path):
    path = symbol_file(tmp_path / "signs.json", count=7)
    symbols, dataset = read_symbols(path), load_images(str(path))
    hearts = symbols.symbols[0]
    assert hearts.test == (hearts.drawings[1], hearts.drawings[6])
    np.testing.assert_array_equal(dataset.test.images[0], to_image(hearts.test[0]).reshape(-1))
    strokes = dataset.strokes[str(path)]()
    assert len(strokes) == len(dataset.training)
    learned = {tuple(tuple(map(tuple, stroke.tolist())) for stroke in drawn) for drawn in strokes}
    assert learned == {one for symbol in symbols.symbols for one in symbol.training}
    assert not learned & {one for symbol in symbols.symbols for one in symbol.test}


def test_what_is_kept_back_stays_so_while_more_is_drawn():
    rng = np.random.default_rng(0)
    symbols = SymbolSet().with_class("A")
    kept = []
    for _ in range(12):
        symbols = symbols.with_drawing(0, drawing("A", rng))
        kept.append(symbols.symbols[0].test)
    assert [len(test) for test in kept] == [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3]
    assert all(later[: len(test)] == test for test in kept for later in kept[-1:])


def test_every_image_is_another_and_the_drawings_themselves_are_among_them(tmp_path):
    path = symbol_file(tmp_path / "signs.json", count=3)
    symbols, dataset = read_symbols(path), load_images(str(path))
    images = dataset.training.images
    assert len(np.unique(images, axis=0)) == len(images)
    for label, symbol in enumerate(symbols.symbols):
        for number, strokes in enumerate(symbol.training):
            found = images[500 * label + number]
            np.testing.assert_array_equal(found, to_image(strokes).reshape(-1))


def test_strokes_are_varied_without_digits_or_scribbles_among_them(tmp_path):
    path = symbol_file(tmp_path / "signs.json", count=3)
    settings = ImageDataSettings(
        dataset=str(path), stroke_variation=100.0, pen_repeats=3, scribbles=50
    )
    learned = training_images(load_images(str(path)), settings, np.random.default_rng(0))
    assert len(learned.images) == 2_000
    assert set(learned.labels) == {0, 1, 2, 3}
    assert learned.redrawing is not None


def test_a_drawing_that_stands_there_twice_counts_once(tmp_path):
    twice = one("A", 3)
    twice["drawings"] += twice["drawings"]
    symbols = read_symbols(written(tmp_path / "signs.json", [twice, one("★")]))
    assert [len(symbol.drawings) for symbol in symbols.symbols] == [3, 3]


def test_drawn_anew_or_deleted_it_is_read_again(tmp_path):
    path = symbol_file(tmp_path / "signs.json", count=3)
    assert image_set(str(path)).test_count == 4
    assert not refresh(str(path))
    symbol_file(path, count=7)
    assert refresh(str(path))
    assert image_set(str(path)).test_count == 8


@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        ([], "There is no class in “signs.json” yet; name two, and draw a few of each."),
        ([one("♥")], "There is one class only in “signs.json”, “♥”; add another,"),
        ([one("♥"), one("A", 0)], "The class “A” in “signs.json” has no drawing yet; draw two"),
        ([one("♥"), one("A", 1)], "The class “A” in “signs.json” has one drawing only; draw two"),
        ([one("♥"), one("♥")], "“signs.json” cannot be used: There is a class “♥” already"),
        ([one("♥"), one(" ")], "“signs.json” cannot be used: A class needs a name"),
        ([one("♥"), one("\u200b")], "A class needs a name, such as ♥, A or star; type one."),
        ([one("♥"), one("x" * 256)], "has 256 letters; choose one of at most 24."),
        ([one("♥"), one("\x1b[31mred")], "The name “\\x1b[31mred” has characters that are no"),
        ([one("♥"), one("two\nlines")], "The name “two\\nlines” has characters that are no"),
        ([one(str(number)) for number in range(27)], "There are 26 classes, which are the most"),
        ([one("♥"), {"name": "A", "drawings": [[[["x", 1]]]]}], "One of its drawings is not a"),
        ([one("♥"), {"name": "A", "drawings": [[]]}], "There is nothing drawn yet"),
        ([one("♥"), {"name": "A", "drawings": [[[[1e999, 1]]]]}], "not a finite number"),
        ([one("♥"), {"name": 7, "drawings": []}], "“signs.json” is damaged, its classes cannot"),
        ([one("♥"), {"name": "A"}], "“signs.json” is damaged, its classes cannot be read"),
        ("many", "“signs.json” is damaged, its classes cannot be read; use another copy."),
    ],
)
def test_what_cannot_be_learned_from_is_said_in_one_sentence(tmp_path, classes, sentence):
    path = written(tmp_path / "signs.json", classes)
    with pytest.raises(BadInput) as said:
        image_set(str(path))
    assert sentence in str(said.value)
    assert "\n" not in str(said.value)


def test_other_files_are_no_symbols(tmp_path):
    path = tmp_path / "signs.json"
    for content, sentence in (
        (b"", "“signs.json” is not JSON; choose a file of symbols."),
        (b"[[[1, 2]]]", "“signs.json” is no file of symbols; choose one that was exported"),
        (b"[" * 100_000, "“signs.json” is not JSON"),
        (symbol_file(path).read_bytes()[:-40], "“signs.json” is not JSON"),
        (b'{"format": "gdstudio-symbols", "version": 2}', "by a newer version of this app"),
        (b'{"format": "gdstudio-symbols"}', "“signs.json” is damaged"),
    ):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=sentence):
            read_symbols(path)
    with pytest.raises(BadInput, match="There is no file"):
        read_symbols(tmp_path / "gone.json")


@pytest.mark.parametrize("name", ["<b>♥</b>", "A & B", "été", "مربع", "👍🏽", "a"])
def test_any_name_that_can_be_seen_is_a_name(tmp_path, name):
    path = written(tmp_path / "signs.json", [one(name), one("A")])
    assert image_set(str(path)).classes == (name, "A")


def test_a_name_is_the_same_however_its_accents_are_written():
    assert class_name(" e\u0301te\u0301 ") == "été"
    with pytest.raises(BadInput, match="There is a class “été” already"):
        SymbolSet().with_class("été").with_class("e\u0301te\u0301")


def test_changes_return_another_set_and_too_many_are_refused():
    stroke = [[(0.0, 0.0), (1.0, 1.0)]]
    symbols = SymbolSet().with_class("A").with_class("B").with_drawing(0, stroke)
    assert symbols.renamed(0, "C").names == ("C", "B")
    assert symbols.renamed(0, "A") == symbols
    assert symbols.without_class(0).names == ("B",)
    assert symbols.without_drawing(0, 0).symbols[0].drawings == ()
    with pytest.raises(BadInput, match="There is nothing drawn yet"):
        symbols.with_drawing(0, [np.empty((0, 2))])
    many = tuple(((float(i), 0.0),) for i in range(MOST_DRAWINGS))
    full = SymbolSet((Symbol("A", tuple((stroke,) for stroke in many)),))
    with pytest.raises(BadInput, match="There are 200 drawings of “A”"):
        full.with_drawing(0, stroke)
    with pytest.raises(BadInput, match="Together these would be 201 drawings of “A”"):
        full.joined(symbols)
    joined = symbols.joined(SymbolSet().with_class("D").with_class("A").with_drawing(1, stroke))
    assert joined.names == ("A", "B", "D")
    assert len(joined.symbols[0].drawings) == 1


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1.0, 1e300])
def test_a_drawing_is_the_same_in_any_unit_and_anywhere(scale):
    drawn = drawing("★", np.random.default_rng(1))
    other = [scale * stroke + (50 * scale if scale < 1e9 else 0.0) for stroke in drawn]
    one, kept = (SymbolSet().with_class("A").with_drawing(0, strokes) for strokes in (drawn, other))
    assert kept.symbols[0].drawings == one.symbols[0].drawings
    assert as_strokes(one.symbols[0].drawings[0]) == one.symbols[0].drawings[0]
    difference = to_image(one.symbols[0].drawings[0]).astype(int) - to_image(drawn)
    assert np.abs(difference).max() <= 3


def test_drawings_with_coordinates_beyond_all_measure_can_be_learned_from(tmp_path):
    far = [[[1e308, -1e308], [-1e308, 1e308]], [[0, 1e-308]]]
    dots = [[[[3, 3]]], [[[5, 5]]]]
    path = written(
        tmp_path / "signs.json",
        [{"name": "far", "drawings": [far, far[::-1]]}, {"name": "dot", "drawings": dots}],
    )
    dataset = load_images(str(path))
    assert dataset.training.images.any(axis=1).all()
    assert len(dataset.test) == 2
