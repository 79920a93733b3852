"""The glossary: it explains what the lessons introduce, plainly, and each term once."""

import re

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.lesson.glossary import load_glossary
from gdstudio.lesson.reader import read_lesson
from gdstudio.resource_files import resource_path

# A term is emphasised where a lesson introduces it; so are buttons, which begin with a capital.
EMPHASISED = re.compile(r"(?<![*\w])\*([^*\n]+)\*(?![*\w])")
CAPITALS = {"SSE", "ReLU"}
LESSONS = sorted(resource_path("lessons").rglob("*.md"))


@pytest.fixture(scope="module")
def glossary():
    return load_glossary()


def introduced(path):
    texts = [step.text.source for step in read_lesson(path)[0].steps]
    found = [term for text in texts for term in EMPHASISED.findall(text)]
    return [term for term in found if term[0].islower() or term in CAPITALS]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_term_that_a_lesson_introduces_is_explained(path, glossary):
    assert [term for term in introduced(path) if term not in glossary] == []


def test_the_story_introduces_a_term_before_it_uses_it(glossary):
    told, first = "", {}
    for path in sorted(resource_path("lessons").glob("*.md")):
        for step in read_lesson(path)[0].steps:
            text = f"{step.heading}\n{step.text.source}"
            for term in EMPHASISED.findall(step.text.source):
                if term[0].islower() or term in CAPITALS:
                    first.setdefault(glossary[term].name, told)
            told += f"{text}\n"
    # What the ground under one's feet does needs no word of the field, and has given its name to
    # gradient descent.
    for name in first.keys() - {"slope", "gradient"}:
        term = glossary[name]
        forms = "|".join(re.escape(one) for one in (name, *term.also) if len(one) > 2)
        found = re.search(rf"(?<!\w)(?:{forms})(?!\w)", first[name], re.IGNORECASE)
        assert found is None, first[name][max(found.start() - 60, 0) : found.end() + 20]


# In the fog it stands on the card that the second step is about; until then all steps back.
@pytest.mark.parametrize(
    ("name", "place"), [("01-on-the-mountain-blindfolded", 1), ("03-two-numbers", 0)]
)
def test_a_chapter_says_what_the_loss_is_where_its_lab_first_shows_it(name, place):
    steps = read_lesson(resource_path("lessons", f"{name}.md"))[0].steps
    assert VOCABULARIES[steps[0].setup.scenario.lab].label("loss") == "loss"
    assert "loss" in EMPHASISED.findall(steps[place].text.source)


def test_terms_are_introduced_at_all():
    assert len({term for path in LESSONS for term in introduced(path)}) > 25


def test_what_every_lab_shows_is_explained(glossary):
    for vocabulary in VOCABULARIES.values():
        for name in ("learning_rate", "optimizer", "momentum", "seed"):
            assert vocabulary.all[name].label in glossary
    for sign in ("η", "θ", "f′", "∂", "tangent"):
        assert sign in glossary


def test_an_explanation_is_one_or_two_plain_sentences(glossary):
    assert len(glossary) > 50
    for term in glossary.values():
        assert term.meaning.endswith(".")
        assert len(re.findall(r"[.?!](?:\s|$)", term.meaning)) <= 2, term.name
        assert len(term.meaning.split()) <= 40, term.name


def test_any_form_of_a_term_is_found(glossary):
    term = glossary["learning rate"]
    assert glossary["η"] is glossary["Learning  rate"] is term
    assert "rates of exchange" not in glossary
    assert list(glossary) == sorted(glossary, key=str.casefold)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[a]\nmeaning = "x"\nalso = ["B"]\n[b]\nmeaning = "y"\n', "“b” is explained twice"),
        ("[a]\n", "The term “a” of the glossary must have meaning"),
        ('[a]\nmeaning = "x"\nalso = "b"\n', "must be a list of texts"),
        ('[a]\nmeaning = "x"\nsee = "b"\n', "nothing else"),
        ('a = "x"\n', "The term “a” of the glossary must have meaning"),
        ("[a\n", "The glossary is no TOML"),
    ],
)
def test_a_glossary_that_is_damaged_is_said(tmp_path, text, sentence):
    path = tmp_path / "glossary.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        load_glossary(path)
    assert sentence in str(caught.value)


def test_the_words_of_a_text_are_found_in_any_form():
    terms = load_glossary().terms_in("The Learning Rate η times the slopes; no slope, no gradient.")
    assert [term.name for term in terms] == ["learning rate", "slope", "gradient"]
    assert load_glossary().terms_in("Sloping ingredients.") == []
