"""`gdstudio fit` on tables as people have them: how they were read is said, numbers add up."""

import json
import re
import tracemalloc
from itertools import pairwise

import pytest

from gdstudio.cli.main import run
from gdstudio.number_text import parse_number

GERMAN = "Wohnfläche;Kaufpreis\n69;169.000\n180;591.500\n51;182.500\n100;378.500\n"


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table and returns its path."""

    def write(text):
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def fit(capsys):
    """Return a function that runs the command: its exit code, its JSON or its text."""

    def run_it(*arguments, as_json=True):
        code = run(["fit", *map(str, arguments), *(["--json"] if as_json else [])])
        out = capsys.readouterr().out
        return code, json.loads(out) if as_json else out

    return run_it


def test_a_number_that_may_have_been_misread_says_how_it_was_read(fit, table):
    path = table(GERMAN)
    _, found = fit(path, "--steps", 0)
    said = "In “Kaufpreis” the point parts thousands: “169.000” is read as 169,000, not as 169."
    assert said in found["notes"]
    assert found["columns"] == {
        "input": {"name": "Wohnfläche", "decimal_mark": ".", "certain": True},
        "target": {
            "name": "Kaufpreis",
            "decimal_mark": ",",
            "certain": False,
            "example": {"cell": "169.000", "value": 169_000.0, "otherwise": 169.0},
        },
    }
    assert said in fit(path, "--steps", 0, as_json=False)[1]


@pytest.mark.parametrize("mark", ["point", "."])
def test_the_other_reading_can_be_asked_for(fit, table, mark):
    path = table(GERMAN)
    _, found = fit(path, "--steps", 3000, "--decimal-mark", mark)
    assert found["columns"]["target"]["decimal_mark"] == "."
    line = found["equation"]
    assert 150 < line["intercept"] + line["slope"] * 51 < 250
    _, usual = fit(path, "--steps", 3000, "--decimal-mark", "comma")
    assert usual["equation"]["slope"] == pytest.approx(1000 * line["slope"])


def test_no_other_mark_is_taken(capsys, table):
    assert run(["fit", table(GERMAN), "--decimal-mark", "dot"]) == 2
    assert "--decimal-mark must be point or comma, and “dot” is not." in capsys.readouterr().err


def test_the_other_column_goes_with_the_one_that_is_given(fit, table):
    path = table("price,rooms,size,id\n100,2,50,7\n200,3,90,3\n260,5,120,9\n300,5,160,1\n")
    _, found = fit(path, "--steps", 0, "--input", "price")
    assert found["columns"]["target"]["name"] != "price"
    _, found = fit(path, "--steps", 0, "--target", "size")
    assert found["columns"]["input"]["name"] == "price"


@pytest.mark.parametrize("scale", ["min-max", "standardised", "raw"])
def test_each_scale_by_its_name_arrives_at_the_same_line(fit, scale):
    _, found = fit("ten-houses", "--scale", scale, "--steps", 0)
    rate = found["learning_rate"]
    assert rate < found["stable_learning_rate"]
    best = found["least_squares"]
    _, found = fit("ten-houses", "--scale", scale, "--start", *best, "--steps", 1)
    line = found["equation"]
    assert line["slope"] == pytest.approx(107.035, rel=1e-4)
    assert line["intercept"] == pytest.approx(110_533, rel=1e-4)
    if scale != "raw":  # whose valley is too narrow
        _, found = fit("ten-houses", "--scale", scale, "--steps", 3000)
        assert found["equation"]["slope"] == pytest.approx(107.035, rel=1e-4)
    if scale == "standardised":
        assert found["least_squares"][0] == pytest.approx(0, abs=1e-12)


def test_each_row_of_the_steps_can_be_repeated_from_what_is_shown(fit):
    _, text = fit("ten-houses", "--learning-rate", 0.01, "--steps", 5, as_json=False)
    rows = [re.findall(r"−?[\d.,]+", line) for line in text.splitlines() if line.startswith("│")]
    assert len(rows) == 6
    for cell in range(6):
        assert len({len(row[cell].partition(".")[2]) for row in rows}) == 1, "decimals of a column"
    for before, after in pairwise(rows):
        for value, slope in ((1, 4), (2, 5)):
            by_hand = parse_number(before[value]) - 0.01 * parse_number(before[slope])
            assert by_hand == pytest.approx(parse_number(after[value]), abs=1.1e-6)


@pytest.mark.parametrize("size", ["2000", "3.5", "1e5", "-40"])
def test_the_prediction_can_be_repeated_from_the_equation(fit, size):
    _, text = fit("ten-houses", "--steps", 7, "--predict", size, as_json=False)
    a, sign, b = re.search(r"price_usd = (−?[\d,.]+) ([+−]) ([\d,.]+) · size_sqft", text).groups()
    price = parse_number(re.search(r"For [−\d.,]+: (−?[\d,]+)", text)[1])
    slope = parse_number(b) * (-1 if sign == "−" else 1)
    assert round(parse_number(a) + slope * float(size)) == price


def test_many_steps_take_no_memory(monkeypatch):
    """A million rows took a gigabyte; now each is written as it is made."""

    class Sink:
        encoding = "utf-8"
        written = 0

        def write(self, text):
            self.written += len(text)
            return len(text)

        def flush(self):
            pass

        def isatty(self):
            return False

    sink = Sink()
    monkeypatch.setattr("sys.stdout", sink)
    tracemalloc.start()
    try:
        assert run(["fit", "ten-houses", "--steps", "20000", "--json"]) == 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sink.written > 2_000_000
    assert peak < 4_000_000
