"""Setup codes: whatever a lab can be set to is written and read again, and nothing half-way."""

import pickle
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gdstudio.engine.functions.curves import CURVES
from gdstudio.engine.functions.surfaces import SURFACES
from gdstudio.errors import BadInput
from gdstudio.experiment.digits.settings import DigitsSettings
from gdstudio.experiment.functions.slope import SlopeSettings
from gdstudio.experiment.functions.slope_choices import (
    slope_problem,
    slope_settings,
    slope_values,
)
from gdstudio.experiment.functions.surface_choices import SurfaceChoices, surface_terrain
from gdstudio.experiment.houses.houses_choices import HousesChoices
from gdstudio.experiment.houses.problem import HousesSettings
from gdstudio.experiment.points.settings import PointsSettings
from gdstudio.experiment.presets import PRESETS
from gdstudio.experiment.scenario import (
    VOCABULARIES,
    Function,
    Scenario,
    Several,
    YesNo,
)
from gdstudio.settings import Choice, Number, WholeNumber
from tests.expression_generator import Generator
from tests.own_pictures import picture_folder

NETWORKS = ["", "20", "20, 20", "conv 8x5x5 stride 2, pool 2, dropout 0.25, 30", "dropout 0.5, 10"]
# The values of texts that are no formulas, by lab and name.
TEXTS = {
    "digits": {"network": NETWORKS},
    "points": {
        "network": ["", "3", "8, 8", "4, dropout 0.25, 2"],
        "features": ["x", "x, y", "x, y, x2, y2", "xy, sin-x"],
        "own_points": ["", "A -1.2 0.5, A 1 0.25, B 1.3 -0.4, B 0 0"],
        "weights": ["", "0.5, -1, 1e-05"],
        "x_column": ["", "petal width (cm)", "body mass (g)"],
        "y_column": ["", "petal length (cm)"],
        "target_column": ["", "species"],
    },
}
COLUMNS = {
    "ten-houses": ["size_sqft", "price_usd"],
    "ames-houses": ["living_area_sqft", "overall_quality", "year_built", "price_usd"],
}


def values_of(lab, name, setting, *, typed):
    """Return a strategy for the values of one setting."""
    if isinstance(setting, YesNo):
        return st.booleans()
    if isinstance(setting, Several):
        return st.sets(st.sampled_from(setting.options)).map(tuple)
    if isinstance(setting, Choice):
        return st.sampled_from(list(setting.options))
    if isinstance(setting, WholeNumber):
        numbers = st.integers(setting.minimum, setting.maximum)
        return numbers | st.just(0) if setting.zero else numbers
    if isinstance(setting, Number):
        few = st.sampled_from([0.5, 1.0, 2.0, 1e-5, 3e6, -1.25]).filter(
            lambda x: setting.minimum <= x <= setting.maximum
        )
        return st.floats(setting.minimum, setting.maximum) | few
    if isinstance(setting, Function):
        variables = ("x",) if lab == "slope" else ("x", "y")
        known = st.sampled_from(list(CURVES if lab == "slope" else SURFACES))
        own = st.integers(0, 10_000).map(
            lambda seed: Generator(random.Random(seed), variables).formula(3)
        )
        return known | own if typed else known
    assert name in TEXTS.get(lab, ()), f"{name} has no values here"
    return st.sampled_from(TEXTS[lab][name])


@st.composite
def scenarios(draw, labs=tuple(VOCABULARIES), *, typed=True):
    """Draw a scenario of one lab, any of its names set to any value."""
    lab = draw(st.sampled_from(labs))
    declared = VOCABULARIES[lab].all
    names = draw(st.sets(st.sampled_from(list(declared)), max_size=12))
    values = {}
    for name in [name for name in declared if name in names]:
        if lab != "houses" or not name.endswith("_column"):
            values[name] = draw(values_of(lab, name, declared[name], typed=typed))
    if lab == "houses" and names & {"input_column", "target_column"}:
        columns = draw(st.permutations(COLUMNS[values.get("dataset", "ten-houses")]))
        values |= dict(zip(("input_column", "target_column"), columns, strict=False))
    try:
        return Scenario.of(lab, values)
    except BadInput:
        assume(False)  # more images than there are, a race in the fog, a function of numbers only


@given(scenarios())
@settings(max_examples=150, deadline=None)
def test_whatever_is_set_is_written_and_read_again(scenario):
    read = Scenario.parse(scenario.code)
    assert read == scenario
    assert read.code == scenario.code
    assert hash(read) == hash(scenario)
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    # As other programs, chats and blackboards hand it on.
    assert Scenario.parse(f"  “{scenario.code.replace('_', '-')}”\n") == scenario


@given(scenarios(), scenarios())
@settings(max_examples=40, deadline=None)
def test_two_scenarios_are_equal_if_their_codes_are(first, second):
    assert (first == second) == (first.code == second.code)


def again(scenario):
    """Return what a lab that was set up so says of itself, and the same once more."""
    values = scenario.values
    if scenario.lab == "slope":
        problem = slope_problem(values)
        chosen = slope_settings(problem, values)
        told = slope_values(problem, chosen, values.get("seed", 0))
        assert slope_settings(problem, Scenario.of("slope", told).values) == chosen
    elif scenario.lab == "surface":
        terrain = surface_terrain(values)
        chosen = SurfaceChoices.from_mapping(terrain, values)
        told = chosen.as_dict(values.get("seed", 0))
        assert SurfaceChoices.from_mapping(terrain, Scenario.of("surface", told).values) == chosen
    elif scenario.lab == "houses":
        chosen, problem = HousesChoices.from_mapping(values)
        told = chosen.as_dict(problem, values.get("seed", 0))
        assert HousesChoices.from_mapping(Scenario.of("houses", told).values)[0] == chosen
    elif scenario.lab == "points":
        chosen = PointsSettings.from_choices(values)
        told = chosen.choices()
        assert PointsSettings.from_choices(Scenario.of("points", told).values) == chosen
    else:
        chosen = DigitsSettings.from_choices(values)
        told = chosen.choices()
        assert DigitsSettings.from_choices(Scenario.of("digits", told).values).as_dict() | {
            "training_size": chosen.data.training_size
        } == (chosen.as_dict())
    return Scenario.of(scenario.lab, told).changed(scenario.view)


@given(scenarios(typed=False))
@settings(max_examples=120, deadline=None)
def test_a_lab_that_is_set_up_says_the_same_of_itself(scenario):
    try:
        told = again(scenario)
    except BadInput:
        assume(False)  # no slope at that start, raw numbers too large: nothing to be said
    # What is left out is as usual there; what is said is what was set.
    assert told.values.items() <= scenario.values.items()


@pytest.mark.parametrize(
    "code",
    [
        "slope?function=x^4-3*x^2%2Bx&start=2",
        "slope?function=max(x,2)-x/3&other_start=-1.5&both=yes",
        "surface?function=x^4-3*x^2%2Bx%2By^2&start_x=1&start_y=-1.5",
        "surface?function=rosenbrock&optimizer=adam&learning_rate=0.05&race=all&sgd.learning_rate=0.002",
        "houses?dataset=ames-houses&input_column=overall_quality&scale=raw&learning_rate=1e-6",
        "houses?optimizer=momentum&momentum=0.5&seed=3",
        "digits?dataset=pen-digits&network=conv 8x5x5 stride 2,pool 2,30&activation=relu"
        "&loss=cross-entropy&shift=1&rotation=10&seed=4",
        "slope?seed=2&predict=yes&speed=max",
        "surface?function=beale&fog=yes",
        "points?dataset=xor&features=x,y,xy&network=2&activation=relu&learning_rate=0.3&seed=3",
        "points?dataset=own&own_points=A -1.2 0.5,B 1.3 -0.4&network=none&weights=0.5,-1,0",
    ],
)
def test_a_code_comes_back_as_it_was_written(code):
    scenario = Scenario.parse(code)
    assert scenario.code == code
    assert again(scenario) == scenario


def test_the_codes_of_the_design_mean_what_they_say():
    first = Scenario.parse("houses?learning_rate=0.01&intercept=0.45&slope=0.75")
    assert first.settings == {"learning_rate": 0.01}
    assert first.start == {"intercept": 0.45, "slope": 0.75}
    assert not first.view
    assert Scenario.parse("surface?function=beale&start_x=3&start_y=-2").values == {
        "function": "beale",
        "start_x": 3.0,
        "start_y": -2.0,
    }
    typed = Scenario.parse("slope?function=x^4-3*x^2%2Bx&start=2")
    assert slope_problem(typed.values).objective.expression.text == "x**4 - 3*x**2 + x"
    assert Scenario.parse("slope?function=x^4 - 3x^2 + x&start=2") == typed
    assert DigitsSettings.from_choices(
        Scenario.parse("digits?network=20,20&learning_rate=1").values
    ) == (DigitsSettings())


def test_a_learning_rate_that_is_not_named_is_one_that_suits():
    for optimizer in ("sgd", "adam"):
        scenario = Scenario.of("digits", {"optimizer": optimizer, "loss": "cross-entropy"})
        chosen = DigitsSettings.from_choices(scenario.values)
        assert chosen.optimizer.learning_rate == chosen.suitable_rate()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_is_a_scenario(preset):
    settings = preset.settings()
    assert Scenario.of("digits", settings.choices()) == preset.scenario
    assert Scenario.parse(preset.scenario.code) == preset.scenario


def test_differences_of_scenarios():
    start = Scenario.parse("slope?function=plateau&learning_rate=0.1&start=1")
    changed = start.changed({"start": 2.8, "both": True}, without=["learning_rate"])
    assert changed.code == "slope?function=plateau&start=2.8&both=yes"
    assert start.code == "slope?function=plateau&start=1&learning_rate=0.1".replace(
        "&start=1&learning_rate=0.1", "&learning_rate=0.1&start=1"
    )


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (SlopeSettings(both=True), SlopeSettings),
        (SlopeSettings.from_mapping({"start": 1, "learning_rate": 0.5}), SlopeSettings),
        (HousesSettings("a", "b"), HousesSettings),
        (DigitsSettings.from_mapping({"network": "7", "seed": 3}), DigitsSettings),
    ],
)
def test_all_settings_are_a_flat_mapping_and_back(settings, kind):
    assert kind.from_mapping(settings.as_dict()) == settings


BAD = {
    "": "There is no setup code here; it begins with",
    "  \n": "There is no setup code here; it begins with",
    "?start=1": "“?start=1” is no setup code: it begins with",
    "hello world": "“hello world” is no setup code: it begins with slope, surface, houses, points",
    "house?slope=1": "“house” is no setup code: it begins with",
    "slope?": None,
    "slope?start=1&": "missing beside an “&”",
    "slope?&start=1": "missing beside an “&”",
    "slope?start": "“start” has no “=”",
    "slope?start=": "“start=” has no value",
    "slope?=3": "“=3” has no name",
    "slope?start=1&start=2": "“start” stands twice",
    "slope?star=1": "The lab Slope has no “star” (perhaps start); it has function,",
    "slope?intercept=1": "The lab Slope has no “intercept”; it has function,",
    "slope?start=abc": "“Start at x” must be a number from" and "must be a number from −10¹² to",
    "slope?start=nan": "must be a number",
    "slope?start=1,5": "write 1.5 instead of “1,5”",
    "slope?learning_rate=-1": "Learning rate must be a number from",
    "slope?optimizer=adm": "Optimizer must be one of sgd, momentum",
    "slope?both=2": "“both” must be yes or no",
    "slope?function=bowll": "There is no function “bowll”; choose one of bowl,",
    "slope?function=x*y": "x",
    "slope?function=x^": "",
    "slope?function=x%2": "damaged at a “%”",
    "slope?function=%FF": "damaged at a “%”",
    "slope?seed=-1": "Seed must be a whole number",
    "surface?race=sgd,foo": "“race” must be “all” or some of sgd,",
    "surface?race=all&fog=yes": "In the fog nobody races",
    "surface?optimizer=adam&learning_rate=1&adam.learning_rate=2": "keep one of them",
    "surface?picture=4d": "“picture” must be one of map, surface, both",
    "houses?dataset=my.csv": "Data set must be one of ten-houses, ames-houses",
    "houses?input_column=foo": "input_column must be one of the columns size_sqft, price_usd",
    "houses?input_column=size_sqft&target_column=size_sqft": "A column cannot predict itself",
    "digits?network=0": "Hidden layer 1 has 0 neurons",
    "digits?training_size=50": "Training images must be a whole number from 100",
    "digits?dataset=pen-digits&training_size=6000": "from 100 to 5,996 with Pen digits",
    "digits?dataset=/tmp/letters": "Data set must be one of mnist,",
    "digits?epochs=1.5": "Epochs must be a whole number",
    "slope?start=" + "1" * 20_000: "too long for a setup code",
}


@pytest.mark.parametrize(("code", "said"), [(c, s) for c, s in BAD.items() if s is not None])
def test_a_bad_code_gets_one_sentence_that_says_what_is_possible(code, said):
    with pytest.raises(BadInput) as refused:
        Scenario.parse(code)
    sentence = str(refused.value)
    assert said in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 1500


def test_a_code_of_nothing_but_the_lab_is_the_lab_as_usual():
    assert Scenario.parse("slope?") == Scenario.parse("Slope") == Scenario("slope")


LABS = st.sampled_from(list(VOCABULARIES))


@given(st.text(max_size=60) | st.builds("{}?{}".format, LABS, st.text()))
@settings(max_examples=120, deadline=None)
def test_no_text_brings_anything_but_a_scenario_or_a_sentence(text):
    sentence = ""
    try:
        scenario = Scenario.parse(text)
    except BadInput as refused:
        scenario, sentence = None, str(refused)
    assert sentence.endswith(".") or Scenario.parse(scenario.code) == scenario


def test_a_start_from_which_nobody_can_walk_is_refused():
    values = Scenario.parse("slope?function=log(x)&start=-1").values
    with pytest.raises(BadInput, match="start elsewhere"):
        slope_settings(slope_problem(values), values)


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("slope?function=x^2&start=1&both=yes", 3),
        ("surface?function=bowl&optimizer=adam&race=all", 3),
        ("houses?dataset=ames-houses&input_column=year_built", 3),
    ],
)
def test_a_scenario_makes_a_run(code, steps):
    run = Scenario.parse(code).prepare()()
    run.advance(steps=steps)
    assert run.snapshot().iteration == steps


def test_images_of_ones_own_are_in_no_code_and_that_is_said(tmp_path):
    chosen = DigitsSettings.from_mapping({"dataset": str(picture_folder(tmp_path / "shapes"))})
    scenario = Scenario.of("digits", chosen.choices())
    assert scenario.changed({"batch_size": 1}).values["dataset"] == chosen.data.dataset
    with pytest.raises(BadInput, match="your own, shapes, which no setup code can hold"):
        _ = scenario.code
    with pytest.raises(BadInput, match="Data set must be one of"):
        Scenario.parse(f"digits?dataset={chosen.data.dataset}")
