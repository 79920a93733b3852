"""Points from a CSV file: columns found or named, classes or a number, one sentence if neither."""

import numpy as np
import pytest

from gdstudio.data.points.catalogue import PointsDataSettings, columns_of, load_points
from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput

FLOWERS = """length;width;species;note
5,1;3,5;setosa;good
4,9;3,0;setosa;
7,0;3,2;versicolor;
6,4;;versicolor;odd
6,9;3,1; ;
5,5;2,3;versicolor;good
"""


@pytest.fixture
def load(tmp_path):
    def loaded(text, **values):
        path = tmp_path / "own.csv"
        path.write_text(text, encoding="utf-8")
        return load_points(PointsDataSettings(dataset=str(path), test_share=0, **values))

    return loaded


def test_two_columns_of_numbers_and_one_of_classes_are_found(load):
    points = load(FLOWERS)
    assert points.axes == ("length", "width")
    assert points.classes == ("setosa", "versicolor")
    assert points.answers.tolist() == [0, 0, 1, 1]
    assert points.scales[0].original(float(points.places[2, 0])) == pytest.approx(7.0)
    assert "2 of 6 rows have an empty cell and are left out." in points.notes


def test_a_number_is_predicted_where_no_class_is(load):
    rows = "\n".join(f"{n % 7},{n % 5},{n / 3}" for n in range(40))
    points = load(f"a,b,price\n{rows}\n")
    assert points.is_regression
    assert points.target == "price"
    assert points.answers.mean() == pytest.approx(0, abs=1e-12)
    assert points.target_scale.original(float(points.answers[9])) == pytest.approx(3.0)


def test_few_whole_numbers_are_classes(load):
    rows = "\n".join(f"{n % 7},{n % 5},{n % 3}" for n in range(40))
    points = load(f"label,y,x\n{rows}\n".replace("label,y,x", "y,x,label"))
    assert points.classes == ("0", "1", "2")
    assert points.axes == ("x", "y")


def test_columns_can_be_named(load):
    rows = "\n".join(f"{n},{n % 5},{n * n},{'AB'[n % 2]}" for n in range(20))
    points = load(f"one,two_more,three,kind\n{rows}\n", x_column="three", y_column="Two more")
    assert points.axes == ("three", "two_more")
    assert points.classes == ("A", "B")


def test_of_very_many_rows_some_are_taken_and_that_is_said(load):
    rows = "\n".join(f"{n % 311},{n % 7},{'AB'[n % 2]}" for n in range(100_000))
    points = load(f"a,b,kind\n{rows}\n")
    assert len(points) == 5_000
    assert "Of 100,000 rows 5,000 are taken, chosen by the seed of the points." in points.notes
    assert np.unique(points.answers).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,town\nAnn,Rome\nBob,Oslo\n", "has no numbers"),
        ("a,b\n1,2\n2,3\n3,5\n", "no third column with a number to predict or a class"),
        (
            "a,b,class\n" + "".join(f"{n},{n * n % 7},kind {n}\n" for n in range(60)),
            "no third column with a number to predict or a class (classes are at most",
        ),
        ("a,b,kind\n1,2,A\n2,3,A\n3,5,A\n", "All points are of one class, A"),
        ("a,b,kind\n1,2,A\n1,2,B\n1,2,A\n", "All points are in one place"),
        ("a,b,kind\nNaN,2,A\n,3,B\n3,,A\nNaN,1,B\n2,NaN,A\n", "There are no points yet"),
        ("a,b,c\n1,2,7\n2,3,7\n3,5,7\n1,1,7\n2,2,7\n", "the same at every point"),
        ("", "is empty"),
        ("a,b,kind\n1,2,A\n1e200,3,B\n3,5,A\n", "“a” has a value too large to compute with"),
        ("a,b,kind\n" + "".join(f"{n},{n % 3},k{n % 9}\n" for n in range(40)), "9 different"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_one_sentence(load, text, sentence):
    with pytest.raises(BadInput) as refused:
        load(text)
    assert sentence in str(refused.value)
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"x_column": "species"}, "has no numbers, so it cannot be x or y"),
        ({"target_column": "colour"}, "There is no column “colour”"),
        ({"x_column": "length", "target_column": "width"}, "needs two columns of numbers"),
    ],
)
def test_columns_that_cannot_be_what_they_are_to_be_are_refused(load, values, sentence):
    with pytest.raises(BadInput, match=sentence):
        load(FLOWERS, **values)


def test_a_file_that_is_gone_stays_as_it_was_read_and_one_that_changed_is_read_again(tmp_path):
    path = tmp_path / "own.csv"
    settings = PointsDataSettings(dataset=str(path), test_share=0)
    path.write_text("a,b,kind\n1,2,A\n2,3,B\n", encoding="utf-8")
    assert len(load_points(settings)) == 2
    assert columns_of(settings) == (("a", "b"), ("kind", "a", "b"))
    path.write_text("a,b,kind\n1,2,A\n2,3,B\n3,4,B\n", encoding="utf-8")
    assert len(load_points(settings)) == 3
    path.unlink()
    assert len(load_points(settings)) == 3


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput):
        load_points(PointsDataSettings(dataset=str(tmp_path / "none.csv")))


def test_texts_are_kept_only_where_they_are_asked_for(tmp_path):
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS, encoding="utf-8")
    assert read_table(path).labels == {}
    assert "Columns that are not numbers are left out: species, note." in read_table(path).notes
    table = read_table(path, with_labels=True)
    assert set(table.labels) == {"species", "note"}
    assert table.labels["species"][4] == ""
    assert not any("not numbers" in note for note in table.notes)
