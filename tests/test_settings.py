"""Settings: declared once, checked everywhere, refused in one sentence."""

from dataclasses import FrozenInstanceError, dataclass, replace

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from gdstudio.engine.network.network import NetworkSettings
from gdstudio.engine.network.training import TrainingSettings
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import ScaleSettings
from gdstudio.errors import BadInput
from gdstudio.settings import Choice, Number, Settings, Text, WholeNumber, declare


def shouting(text):
    if not text:
        raise BadInput("Say something.")
    return text.upper()


@dataclass(frozen=True)
class Kitchen(Settings):
    """A group with one setting of each kind."""

    heat: float = declare(
        Number(label="Heat", explanation="How hot.", default=0.5, minimum=0.0, maximum=2.5)
    )
    eggs: int = declare(
        WholeNumber(label="Eggs", explanation="How many.", default=3, minimum=1, maximum=12_000)
    )
    style: str = declare(
        Choice(
            label="Style",
            explanation="How done.",
            default="soft",
            options={"soft": "Soft boiled", "hard": "Hard boiled"},
        )
    )
    cry: str = declare(Text(label="Cry", explanation="A cry.", default="ho", canonical=shouting))


@pytest.mark.parametrize(
    ("name", "value", "canonical"),
    [
        ("heat", 1, 1.0),
        ("heat", "2.5", 2.5),
        ("heat", "1e-3", 0.001),
        ("heat", 0, 0.0),
        ("eggs", 7.0, 7),
        ("eggs", "7", 7),
        ("eggs", "12,000", 12_000),
        ("eggs", "1e3", 1000),
        ("style", "hard", "hard"),
        ("cry", "hey", "HEY"),
    ],
)
def test_a_value_takes_its_canonical_form(name, value, canonical):
    taken = getattr(Kitchen(**{name: value}), name)
    assert taken == canonical
    assert type(taken) is type(canonical)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("heat", "3", "Heat must be a number from 0 to 2.5, and “3” is not."),
        ("heat", -0.1, "Heat must be a number from 0 to 2.5, and “−0.1” is not."),
        ("heat", "nan", "Heat must be a number from 0 to 2.5, and “nan” is not."),
        ("heat", "-inf", "Heat must be a number from 0 to 2.5, and “−inf” is not."),
        ("heat", "warm", "Heat must be a number from 0 to 2.5, and “warm” is not."),
        ("heat", "", "Heat must be a number from 0 to 2.5, and “” is not."),
        ("heat", None, "Heat must be a number from 0 to 2.5, and “None” is not."),
        ("heat", [1], "Heat must be a number from 0 to 2.5, and “[1]” is not."),
        ("eggs", 0, "Eggs must be a whole number from 1 to 12,000, and “0” is not."),
        ("eggs", "2.5", "Eggs must be a whole number from 1 to 12,000, and “2.5” is not."),
        ("eggs", "1e9", "Eggs must be a whole number from 1 to 12,000, and “1e9” is not."),
        ("eggs", "1,5", "Eggs must be a whole number from 1 to 12,000, and “1,5” is not."),
        ("eggs", "inf", "Eggs must be a whole number from 1 to 12,000, and “inf” is not."),
        ("eggs", {}, "Eggs must be a whole number from 1 to 12,000, and “{}” is not."),
        ("style", "raw", "Style must be one of soft, hard, and “raw” is not."),
        ("style", ["soft"], "Style must be one of soft, hard, and “['soft']” is not."),
        ("cry", "", "Say something."),
    ],
)
def test_a_bad_value_is_refused_in_one_sentence(name, value, sentence):
    with pytest.raises(BadInput) as caught:
        Kitchen(**{name: value})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("0,45", "write 0.45 instead of “0,45”."),
        (",5", "write 0.5 instead of “,5”."),
        ("-1,5", "write −1.5 instead of “-1,5”."),
        ("1,5e-3", "write 1.5e−3 instead of “1,5e-3”."),
        ("1,500", "write 1.500 or 1500 instead of “1,500”."),
        ("1,234,567", "write 1234567 instead of “1,234,567”."),
        ("0,450", "write 0.450 instead of “0,450”."),
        ("3,5e9", "and “3,5e9” is not."),
        ("1,5 m", "and “1,5 m” is not."),
    ],
)
def test_a_decimal_comma_is_answered_with_the_number_to_write(text, advice):
    number = Number(label="a starts at", explanation=".", default=0, minimum=-1e6, maximum=2e6)
    with pytest.raises(BadInput) as caught:
        number.parse(text)
    beginning = "“a starts at” must be a number from −1,000,000 to 2,000,000"
    assert str(caught.value) in (f"{beginning}: {advice}", f"{beginning}, {advice}")


@pytest.mark.parametrize("name", ["heat", "eggs"])
@pytest.mark.parametrize("value", ["9" * 6000, 10**400, -(10**400), "1" + "0" * 6000])
def test_a_number_beyond_all_measure_is_quoted_in_short(name, value):
    with pytest.raises(BadInput) as caught:
        Kitchen(**{name: value})
    assert "…” is not." in str(caught.value)
    assert len(str(caught.value)) < 120


def test_what_a_person_types_may_have_spaces_around_it():
    declared = Kitchen.declared()
    assert declared["heat"].parse(" 1.5 ") == 1.5
    assert declared["eggs"].parse("\t4\n") == 4
    assert declared["style"].parse(" hard ") == "hard"
    assert declared["cry"].parse("  hey ") == "HEY"


def test_a_group_goes_to_a_mapping_and_back():
    chosen = Kitchen(heat=2.0, eggs=6, style="hard", cry="HA")
    assert chosen.as_dict() == {"heat": 2.0, "eggs": 6, "style": "hard", "cry": "HA"}
    assert Kitchen.from_mapping(chosen.as_dict() | {"spoons": 9}) == chosen
    assert Kitchen.from_mapping({"eggs": "9"}) == Kitchen(eggs=9)
    with pytest.raises(BadInput, match="Style"):
        Kitchen.from_mapping({"style": 5})


def test_a_group_cannot_be_changed_only_replaced_and_is_checked_again():
    chosen = Kitchen()
    with pytest.raises(FrozenInstanceError):
        chosen.eggs = 5
    assert replace(chosen, eggs="5").eggs == 5
    with pytest.raises(BadInput, match="Eggs"):
        replace(chosen, eggs=-5)


GROUPS = [NetworkSettings, OptimizerSettings, TrainingSettings, ScaleSettings]


@pytest.mark.parametrize("group", GROUPS)
def test_every_declaration_explains_itself_and_allows_its_default(group):
    assert group.from_mapping(group().as_dict()) == group()
    for name, setting in group.declared().items():
        assert setting.label, name
        assert setting.explanation.endswith("."), name
        assert setting.check(setting.default) == getattr(group(), name)
        if isinstance(setting, WholeNumber):
            assert list(setting.suggestions) == sorted(map(setting.check, setting.suggestions))
        if isinstance(setting, Number) and setting.slider_minimum is not None:
            assert setting.minimum <= setting.slider_minimum <= setting.default
            assert setting.default <= setting.slider_maximum <= setting.maximum


anything = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.integers(), max_size=2)
    | st.binary(max_size=4)
)


@pytest.mark.parametrize("group", GROUPS)
@profile(derandomize=True, deadline=None, max_examples=150)
@given(value=anything)
def test_whatever_is_offered_is_taken_or_refused(group, value):
    for setting in group.declared().values():
        try:
            taken = setting.check(value)
        except BadInput:
            continue
        assert setting.check(taken) == taken
