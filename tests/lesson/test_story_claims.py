"""The list of the article's claims: each names steps that are there, and one where one acts."""

import re
from pathlib import Path

import pytest

from gdstudio.lesson.reader import read_lesson
from gdstudio.resource_files import resource_path

LIST = Path(__file__).parents[2] / "docs" / "story-claims.md"
CHAPTERS = {path.stem: path for path in resource_path("lessons").glob("*.md")}
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in LIST.read_text("utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| claim |")
]
# A word or two of each claim that the story has to keep, by chapter.
CLAIMS = {
    "01": ("slope under one's feet", "look everywhere"),
    "02": (
        *("left or right", "shrink", "too small", "good one", "too large", "which minimum"),
        "global minimum",
    ),
    "03": ("steepest ascent", "(3, 1)", "zigzag"),
    "04": (
        *("squared", "half the sum", "scaled first", "Without scaling", "∂SSE/∂a", "∂SSE/∂b"),
        *("0.417", "0.677 to 0.553", "new house", "least squares"),
    ),
    "05": ("bias", "activation", "hidden layer", "backwards", "exclusive or"),
    "06": (
        *("28 × 28", "784 · 20 + 20", "messy", "ten squared differences", "average"),
        *("column vector", "which way", "how much", "ΔC", "Backpropagation", "smooth"),
    ),
    "07": ("accuracy grows", "93 to 95 %", "edges and loops", "98 %", "99 %", "misreads"),
    "08": ("own digits", "taught", "built-in functions"),
}


@pytest.fixture(scope="module")
def steps():
    """Return the steps of each chapter by their headings."""
    lessons = {name: read_lesson(path)[0] for name, path in CHAPTERS.items()}
    return {name: {step.heading: step for step in one.steps} for name, one in lessons.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_a_claim_has_its_steps(row, steps):
    claim, chapter, headings = row
    assert claim
    name = re.fullmatch(r"`(.+)`", chapter)[1]
    named = [steps[name][heading.strip()] for heading in headings.split("·")]
    assert any(step.check is not None for step in named)


def test_no_claim_is_left_out():
    for number, words in CLAIMS.items():
        told = [claim for claim, chapter, _ in ROWS if chapter.startswith(f"`{number}-")]
        for word in words:
            assert any(word in claim for claim in told), (number, word)
    assert {row[1].strip("`") for row in ROWS} == set(CHAPTERS)
