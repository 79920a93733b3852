"""CSV files as people have them: what can be read is read, the rest is said in a sentence."""

import os
from pathlib import Path

import numpy as np
import pytest

from gdstudio.data.tables.column_pair import choose_columns
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.data.tables.notes import how_read
from gdstudio.data.tables.table import read_table
from gdstudio.errors import BadInput

NAN = float("nan")


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def _write(content, name="houses.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return _write


READABLE = {
    "commas": "size,price\n1100,199000\n1400,245000\n",
    "semicolons": "size;price\n1100;199000\n1400;245000\n",
    "tabs": "size\tprice\n1100\t199000\n1400\t245000\n",
    "Windows": "size,price\r\n1100,199000\r\n1400,245000\r\n",
    "old Mac": "size,price\r1100,199000\r1400,245000",
    "UTF-8 with mark": "﻿size,price\n1100,199000\n1400,245000\n",
    "Excel's Unicode text": "size\tprice\r\n1100\t199000\r\n1400\t245000\r\n".encode("utf-16"),
    "blank lines": "\n\nsize,price\n\n1100,199000\n,\n1400,245000\n\n",
    "spaces": " size , price \n 1100 , 199000 \n 1400, 245000\n",
    "grouped": 'size,price\n"1,100","199,000"\n"1,400","245,000"\n',
    "money": 'size,price\n1100,"$199,000.00"\n1400,$245000\n',
    "currency after": "size;price\n1100;199.000,00 €\n1400;245.000,00 €\n",
    "Swiss": "size;price\n1'100;CHF 199'000\n1'400;CHF 245'000\n",
    "decimal commas": "size;price\n1100,0;199000,00\n1,4e3;245000\n",
    "semicolons and grouping commas": "size;price\n1,100;199,000.0\n1,400;245,000.0\n",
    "decimal commas in quotes": 'size,price\n"1100,0","199000,0"\n"1400,00","245000,00"\n',
    "trailing delimiters": "size,price,\n1100,199000,\n1400,245000,\n",
    "longer rows of nothing": "size,price\n1100,199000,,\n1400,245000,,\n",
    "a column of words": "street,size,price\nMain St,1100,199000\nElm St,1400,245000\n",
}


@pytest.mark.parametrize("kind", READABLE)
def test_ways_to_write_the_same_table(write, kind):
    table = read_table(write(READABLE[kind]))
    assert table.columns == ("size", "price")
    np.testing.assert_allclose(table.values["size"], (1100, 1400))
    np.testing.assert_allclose(table.values["price"], (199_000, 245_000))
    assert not table.values["size"].flags.writeable


def test_numbers_in_all_their_forms(write):
    forms = {
        "-1.5": -1.5,
        "−2": -2.0,
        "(3)": -3.0,
        "+4": 4.0,
        "5e3": 5e3,
        ".5": 0.5,
        "7 000": 7000.0,
        "7\N{NO-BREAK SPACE}500": 7500.0,
        "8\N{NARROW NO-BREAK SPACE}000 $": 8000.0,
        "-$8": -8.0,
        "$-9": -9.0,
        "10-": -10.0,
        "11+": 11.0,
        "1 200,-": 1200.0,
        "13.": 13.0,
        "＄１４": 14.0,
        "１５": 15.0,
        "١٦": 16.0,
        "~ 17": 17.0,
        "0.1875": 0.1875,
        "'19": 19.0,
        "NA": NAN,
        "": NAN,
        "n/a": NAN,
        "Haus 3": NAN,
        "3 Hauptstraße": NAN,
        "1-2": NAN,
        "1.2.3": NAN,
        "12:30": NAN,
        "10²": NAN,
        "1_2": NAN,
        "1 22": NAN,
        "--5": NAN,
        "9" * 500: NAN,
    }
    rows = "".join(f'"{form}",{number}\n' for number, form in enumerate(forms))
    table = read_table(write("value,row\n" + rows))
    np.testing.assert_array_equal(table.values["value"], list(forms.values()))


def test_columns_with_less_than_half_numbers_are_left_out_and_named(write):
    table = read_table(write("a,b,c,d,e\n1,u,1,9,\n2,3,,9,\n3,v,,8,\n4,4,2,7,\n5,w,,6,\n"))
    assert table.columns == ("a", "c", "d"), "what is missing is no word"
    assert table.notes == ("Columns that are not numbers are left out: b.",)


def test_names_missing_or_repeated_are_completed(write):
    table = read_table(write("price,,price,price (2)\n1,2,3,4\n5,6,7,8\n"))
    assert table.columns == ("price", "column 2", "price (2)", "price (2) (2)")
    np.testing.assert_array_equal(table.values["price (2)"], (3, 7))


def test_table_without_a_header(write):
    table = read_table(write("1100,199000\n1400,245000\n"))
    assert table.columns == ("column 1", "column 2")
    assert len(table) == 2
    assert default_columns(table) == ("column 1", "column 2")


def test_ragged_rows_are_counted(write):
    table = read_table(write("a,b\n1,2\n3\n4,5,6\n7,8\n"))
    np.testing.assert_array_equal(table.values["a"], (1, 3, 7))
    np.testing.assert_array_equal(table.values["b"], (2, NAN, 8))
    assert table.notes == (
        "Rows with too many cells are left out: 1.",
        "Rows with too few cells: 1; the others are missing.",
    )


def test_windows_text_and_units(write):
    table = read_table(write("Wohnfläche_m2;Preis_EUR\n80;300000\n90;350000\n".encode("cp1252")))
    assert table.columns == ("Wohnfläche_m2", "Preis_EUR")
    assert table.units == {"Wohnfläche_m2": "square metres", "Preis_EUR": "euros"}
    assert default_columns(table) == ("Wohnfläche_m2", "Preis_EUR")


UNREADABLE = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n,,\n", "is empty"),
    "header only": (b"size,price\n", "a header but no rows"),
    "one row": (b"size,price\n1,2\n", "only one row"),
    "one row without header": (b"1,2\n", "only one row"),
    "words": (b"name,street\nu,y\nz,w\n", "no numbers"),
    "ranges": (b"size,price\n50-60,1\n70-80,2\n", "“size”, “50-60” is a range"),
    "lists": (b"a,b\n1;2;3,1\n2;3;4,2\n", "“a”, “1;2;3” is a list"),
    "times": (b"when,price\n12:30,1\n13:30,2\n", "“when”, “12:30” is a date or a time"),
    "houses by name": (b"size,price\nFlat 1,1\nFlat 2,2\n", "“Flat 1” begins with words"),
    "no known unit": (b"size,price\n1 florp,1\n2 borp,2\n3 m,4", "“1 florp” is followed by words"),
    "marks anywhere": (b"size;price\n1,,2;1\n2,,3;2\n", "has its marks where none can be"),
    "JSON": (b'[{"size": 1, "price": 2}]', "is JSON"),
    "web page": (b"<!DOCTYPE html>\n<table><tr><td>1</td></tr></table>", "is a web page"),
    "PDF": (b"%PDF-1.7\n1 0 obj", "is a PDF"),
    "compressed": (b"\x1f\x8b\x08\x00", "is compressed"),
    "one column": (b"price\n1\n2\n", "only one column of numbers .“price”"),
    "one column of numbers": (b"name,price\nx,1\ny,2\n", "only one column of numbers"),
    "unquoted grouping": (b"size,price\n1,100,199,000\n1,400,245,000\n", "more cells than"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not a text file"),
    "spreadsheet": (b"PK\x03\x04" + bytes(100), "save the table as CSV"),
    "endless line": (b"1" * 3_000_000, "not a table of rows"),
    "endless quote": (b'a,b\n"' + b"1,2\n" * 100_000, "not a table in CSV form"),
    "too many columns": (b",".join([b"1"] * 1_001) + b"\n", "more than 1,000 columns"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_used_is_refused(write, kind):
    content, sentence = UNREADABLE[kind]
    with pytest.raises(BadInput, match=sentence) as refusal:
        read_table(write(content))
    assert str(refusal.value).startswith(("“houses.csv”", "The rows of “houses.csv”"))
    assert str(refusal.value).count(".") == 2  # the file's name and the sentence's end


def test_paths_that_cannot_be_opened_are_refused(tmp_path, write, monkeypatch):
    with pytest.raises(BadInput, match="There is no file"):
        read_table(tmp_path / "missing.csv")
    with pytest.raises(BadInput, match="is a folder"):
        read_table(tmp_path)
    path = write("size,price\n1,2\n3,4\n")

    def forbid(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbid)
    with pytest.raises(BadInput, match="may not be read"):
        read_table(path)


def test_rows_lacking_a_value_are_left_out_and_counted(write):
    table = read_table(write("size,price,year\n1,2,1\n,4,2\n5,,3\n7,9,4\n"))
    x, y, notes = choose_columns(table, "size", "price")
    np.testing.assert_array_equal(x, (1, 7))
    np.testing.assert_array_equal(y, (2, 9))
    assert notes == ("2 of 4 rows have no size or no price and are left out.",)


def test_complete_columns_are_passed_on_without_a_note(write):
    table = read_table(write("size,price\n1,2\n3,4\n"))
    x, y, notes = choose_columns(table, "price", "size")
    np.testing.assert_array_equal(x, (2, 4))
    np.testing.assert_array_equal(y, (1, 3))
    assert notes == ()


@pytest.mark.parametrize(
    ("input", "target", "sentence"),
    [
        ("size", "colour", "no column “colour”; choose one of size, price"),
        ("size", "size", "two different columns"),
        ("same", "price", "same value in every row"),
        ("size", "same", "same value in every row"),
        ("size", "huge", "too large"),
        ("endless", "price", "too large"),
        ("early", "late", "Fewer than two rows"),
    ],
)
def test_columns_that_cannot_be_fitted_are_refused(write, input, target, sentence):
    table = read_table(
        write(
            "size,price,same,huge,endless,early,late\n"
            "1,2,5,1e200,1,1,\n2,3,5,1,inf,2,\n3,5,5,2,3,,3\n4,6,5,2,3,,4\n"
        )
    )
    with pytest.raises(BadInput, match=sentence):
        choose_columns(table, input, target)


def test_many_rows_are_all_read(write):
    # More than one block of rows, and a missing value only far below.
    rows = [f"{n},{3 * n}.5,{n % 7}" for n in range(50_000)]
    rows[45_000] = "45000,n/a,1"
    table = read_table(write("a,b,c\n" + "\n".join(rows)))
    assert len(table) == 50_000
    np.testing.assert_array_equal(table.values["a"], np.arange(50_000))
    assert np.flatnonzero(np.isnan(table.values["b"])).tolist() == [45_000]


def test_a_column_that_is_the_same_in_every_row_is_not_chosen(tmp_path):
    path = tmp_path / "town.csv"
    path.write_text("living_area,year,rooms,price\n100,2020,3,10\n100,2020,4,20\n100,2020,5,35\n")
    assert default_columns(read_table(path)) == ("rooms", "price")


def test_the_mark_that_only_a_late_cell_proves(write):
    """The whole column is read anew with what its cells far below show."""
    rows = [
        "Fläche;Abstand",
        *(f"{n};{n % 9 + 1}.{n % 997 + 1:03}" for n in range(3000)),
        "7;1.774.500",
    ]
    table = read_table(write("\n".join(rows)))
    assert table.values["Abstand"][:3].tolist() == [1001, 2002, 3003]
    assert table.values["Abstand"][-1] == 1_774_500
    assert how_read(table, "Abstand") == ""


def test_a_mark_that_is_open_is_told_and_can_be_chosen(write):
    path = write("Fläche;Preis\n69;169.000\n180;591.500\n")
    table = read_table(path)
    assert how_read(table, "Preis") == (
        "In “Preis” the point parts thousands: “169.000” is read as 169,000, not as 169."
    )
    assert how_read(table, "Fläche") == ""
    other = read_table(path, decimal_mark={"Preis": "."})
    np.testing.assert_array_equal(other.values["Preis"], (169, 591.5))
    assert how_read(other, "Preis") == (
        "In “Preis” the point marks decimals: “169.000” is read as 169, not as 169,000."
    )
    everywhere = read_table(path, decimal_mark=",")
    np.testing.assert_array_equal(everywhere.values["Preis"], (169_000, 591_500))


def test_what_a_cell_proves_no_choice_of_a_mark_changes(write):
    table = read_table(write("a;b\n1,5;2.5\n2,25;3.75\n"), decimal_mark=",")
    np.testing.assert_array_equal(table.values["b"], (2.5, 3.75))
    table = read_table(write("a;b\n1,5;2.5\n2,25;3.75\n"), decimal_mark=".")
    np.testing.assert_array_equal(table.values["a"], (1.5, 2.25))


def test_cells_that_are_left_out_are_counted_and_one_is_quoted(write):
    rows = "size,price\n1056,$10\n2600,$20\n2100 - 2850,$30\n1 m,€40\n1440,$50\n1550,$70\n"
    table = read_table(write(rows))
    x, _, notes = choose_columns(table, "size", "price")
    np.testing.assert_array_equal(x, (1056, 2600, 1440, 1550))
    assert "1 cell of “size” could not be used: “2100 - 2850” is a range." in notes
    assert "1 cell of “price” could not be used: “€40” counts euros, not dollars." in notes


def test_areas_in_another_unit_are_converted_and_that_is_said(write):
    table = read_table(write("lot,price\n6098 sqft,1\n0.5 acres,2\n7405 sqft,3\n"))
    _, _, notes = choose_columns(table, "lot", "price")
    assert table.values["lot"][1] == pytest.approx(21_780)
    assert table.units["lot"] == "square feet"
    assert notes == ("1 cell of “lot” is converted from another unit of area.",)


@pytest.mark.parametrize(
    "cell",
    ["1" * 120_000 + "x", "1," * 60_000, "1 " * 60_000 + "m", "-" * 100_000, "$" * 100_000 + "1"],
    ids=["digits", "commas", "spaces", "minuses", "dollars"],
)
def test_a_cell_without_end_costs_no_time(write, cell):
    """Quadratic patterns took minutes for one of these."""
    table = read_table(write(f'size,price\n"{cell}",5\n50,100\n60,130\n'))
    assert table.columns == ("size", "price")
    np.testing.assert_array_equal(table.values["size"], (NAN, 50, 60))


def test_names_are_shown_without_signs_that_talk_to_terminals(write):
    table = read_table(write("\x1b[31msize\x07,pri\u202ece\n1,2\n3,4\n"))
    assert table.columns == ("[31msize", "pri ce")


def test_every_shape_of_a_cell_is_read_as_the_first_of_its_kind_was(write):
    """Cells that differ in their digits only are read by what was understood of the first."""
    cells = [
        "69 m2",
        "70 m2",
        "71 m3",
        "012 m2",
        "1.234,5 m2",
        "2.345,6 m2",
        "0.234,5 m2",
        "1e3",
        "1e4",
    ]
    rows = "".join(f"{cell};{number}\n" for number, cell in enumerate([*cells, *cells]))
    table = read_table(write("a;b\n" + rows))
    once = [69, 70, NAN, 12, 1234.5, 2345.6, NAN, 1000, 10_000]
    np.testing.assert_array_equal(table.values["a"], once + once)
