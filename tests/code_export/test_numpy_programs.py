"""NumPy programs print the numbers of the window, those in float64 to the last digit."""

from dataclasses import replace

import numpy as np
import pytest

from gdstudio.code_export.program import Part
from gdstudio.code_export.taken import of_network, taken
from gdstudio.code_export.targets import TARGETS
from gdstudio.engine.descent import Diverged
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario

WALKS = (
    "slope",
    "slope?function=x^4-3*x^2%2Bx&optimizer=adam",
    "slope?function=1/(1%2Bexp(-x))%2Babs(x)*x&optimizer=nesterov",
    "slope?function=min(exp(x),x^2)&start=900&learning_rate=0.01",
    "slope?function=x*tanh(x)%2Bmax(x,sin(x))-log(x^2%2B1)%2B2^x%2Babs(x)^x&optimizer=adadelta",
    "slope?function=(x%2B1)^0.5/(x-5)^3%2B0.1*x^-2&start=2&learning_rate=0.001",
    "surface",
    "surface?function=beale&optimizer=lion",
    "surface?function=himmelblau&optimizer=adamw&race=sgd,adam",
    "houses",
    "houses?dataset=ames-houses&scale=standardised&optimizer=adamw",
    "houses?scale=raw&optimizer=momentum",
)


@pytest.mark.parametrize("code", WALKS)
def test_a_walk_is_repeated_to_the_last_digit(code, exported, assert_tidy):
    run, source, program = exported("numpy", code, 73)
    assert source.repeats
    shown = dict(readings(run.snapshot()))
    # Of a walk that has exploded the window shows that place; the program ends before.
    assert program.run()["loss"] == shown["loss"]
    assert_tidy(program.program.text)


@pytest.mark.parametrize("scale", ["min-max", "raw"])
def test_the_sums_over_all_houses_say_the_same_as_the_digits_of_the_app(scale, exported):
    run, _, program = exported("numpy", f"houses?scale={scale}", 1)
    before, made = (run.restarted().snapshot(), run.snapshot())
    told = program.run()
    assert told["loss"] == made.sse
    assert told["loss house by house"] == pytest.approx(made.sse, rel=1e-12)
    assert told["sse of all houses"] == pytest.approx(before.sse, rel=1e-12)
    # One house after the other, as on paper.
    rows = [line.split() for line in program.printed.splitlines()[1:11]]
    assert sum(float(row[3]) ** 2 for row in rows) / 2 == pytest.approx(before.sse, rel=1e-4)


def test_a_run_that_has_not_begun_is_made_with_as_many_steps_as_usual(exported):
    run, source, program = exported("numpy", "houses")
    assert run.descent.iteration == 0
    assert source.steps == 100
    run.advance(steps=100)
    assert program.run()["loss"] == run.snapshot().sse


def test_a_walk_that_explodes_ends_where_the_app_went_back_to(exported):

    run = Scenario.parse("houses?learning_rate=3").prepare()()
    with pytest.raises(Diverged):
        run.advance()
    source = taken(run)
    assert source.repeats
    _, _, program = exported("numpy", "houses?learning_rate=3")
    assert program.run()["loss"] == run.snapshot().sse


def test_a_rate_that_was_changed_on_the_way_is_said():

    run = Scenario.parse("houses").prepare()()
    run.advance(steps=5)
    faster = replace(run.settings.optimizer, learning_rate=0.05)
    run.set_live(replace(run.settings, optimizer=faster))
    run.advance(steps=5)
    source = taken(run)
    assert not source.repeats
    text = TARGETS["numpy"].program(source).text
    assert "something was changed on the way" in text
    assert "the very steps" not in text


@pytest.mark.parametrize(
    "code",
    [
        "slope?optimizer=adam",
        "surface?function=beale",
        "houses",
        "points?network=4,3&batch_size=10&steps=60",
        "digits?dataset=pen-digits&training_size=200&epochs=1",
    ],
)
def test_a_program_stands_alone(code, exported):
    _, _, program = exported("numpy", code, 40)
    assert program.run_alone() == program.run()


POINTS = (
    "points?steps=60",
    "points?network=4,3&batch_size=10&steps=60&features=x,y,x2,sin_y",
    "points?network=8,8&activation=gelu&optimizer=adamw&l2=0.01&l1=0.001&clip_norm=0.5"
    "&batch_size=7&steps=60",
    "points?network=6,dropout 0.3,3&activation=relu&steps=60",
    "points?dataset=line&steps=60&test_share=0",
    "points?dataset=blobs&network=none&steps=40",
    "points?loss=squared-error&activation=leaky-relu&optimizer=rmsprop&steps=40",
    "points?dataset=iris&loss=squared-error&activation=identity&optimizer=adagrad&steps=40",
)


@pytest.mark.parametrize("code", POINTS)
def test_points_are_learned_to_the_last_digit(code, exported, assert_tidy):
    run, source, program = exported("numpy", code, 1000)
    assert source.repeats
    told = program.run()
    snapshot = run.snapshot()
    assert told["loss"] == snapshot.training.loss
    assert told["farthest from the app's weights"] == 0.0
    if not np.isnan(snapshot.test.loss):
        assert told["test loss"] == snapshot.test.loss
    if not np.isnan(snapshot.training.accuracy):
        assert told["training accuracy"] == snapshot.training.accuracy
    if not np.isnan(snapshot.test.accuracy):
        assert told["test accuracy"] == snapshot.test.accuracy
    assert_tidy(program.program.text)


def test_a_weight_that_a_hand_moved_is_said():

    run = Scenario.parse("points?steps=20").prepare()()
    run.advance(steps=5)
    run.set_parameters({0: 2.0})
    run.advance(steps=5)
    source = taken(run)
    assert not source.repeats
    assert "something was changed on the way" in TARGETS["numpy"].program(source).text


DIGITS = (
    "digits?dataset=pen-digits&training_size=500&epochs=1",
    "digits?dataset=pen-digits&training_size=300&epochs=1"
    "&network=conv 4x5x5 stride 2,pool 2,dropout 0.2,12&activation=relu"
    "&optimizer=adam&loss=cross-entropy&schedule=cosine&warmup=0.1&l2=0.001"
    "&scribbles=50&batch_size=32",
)


@pytest.mark.parametrize("code", DIGITS)
def test_digits_are_read_and_learned_as_in_the_window(code, exported, assert_tidy):
    run, _, program = exported("numpy", code, 1000)
    measured = run.evaluate()
    told = program.all_printed("--train")
    assert told["test accuracy"][0] == measured.accuracy
    assert told["test loss"][0] == pytest.approx(measured.loss, rel=1e-5)
    # From the first weights on, with the same images in the same order.
    assert told["test accuracy"][-1] == pytest.approx(measured.accuracy, abs=0.002)
    assert told["test loss"][-1] == pytest.approx(measured.loss, rel=1e-3)
    assert len(told["test loss"]) == 2
    assert_tidy(program.program.text)


@pytest.mark.parametrize("target", ["numpy", "torch", "keras"])
def test_a_network_whose_training_nobody_knows_is_told_without_it(target, assert_tidy):
    run = Scenario.parse(DIGITS[1]).prepare()()
    source = of_network(run.settings, run.descent.parameters)
    text = TARGETS[target].program(source).text
    assert "def train" not in text
    assert "--train" not in text
    assert "dropped" not in text
    assert_tidy(text)


def test_a_training_that_has_not_begun_is_made(exported):
    run, source, program = exported("numpy", "digits?dataset=pen-digits&training_size=200&epochs=1")
    assert source.end is None
    told = program.run()
    run.advance()
    assert told["test accuracy"] == pytest.approx(run.evaluate().accuracy, abs=0.002)


def test_what_the_app_does_to_images_and_the_program_does_not_is_said(exported):
    _, _, program = exported(
        "numpy", "digits?dataset=pen-digits&training_size=100&epochs=1&shift=2"
    )
    assert "this program learns from the images as they are" in " ".join(
        program.program.text.split()
    )


@pytest.mark.parametrize(
    ("changes", "layers", "said"),
    [
        (
            "shift=2&rotation=10",
            ["RandomTranslation(2 / 28, 2 / 28", "RandomRotation(10 / 360"],
            "by amounts that Keras draws",
        ),
        (
            "scale=20&shear=45&noise=50&thickness=1",
            ["RandomZoom(0.2, 0.2", "RandomShear(x_factor=1", "GaussianNoise(0.25)"],
            "thicker or thinner: that is left out",
        ),
        ("thickness=1", [], "this program learns from the images as they are"),
    ],
)
def test_what_keras_has_of_the_changes_is_in_its_program(exported, changes, layers, said):
    code = f"digits?dataset=pen-digits&training_size=100&epochs=1&{changes}"
    text = exported("keras", code)[2].program.text
    assert all(f"keras.layers.{layer}" in text for layer in layers)
    assert ("learner.fit(" in text) == bool(layers)
    assert said in " ".join(text.split())
    assert ("as they are" in " ".join(text.split())) == (not layers)


def test_the_lines_of_each_part_of_a_step_are_known(exported):
    _, _, program = exported("numpy", "points?steps=20")
    lines = program.program.text.splitlines()
    for part, beginning in (
        (Part.FORWARD, "def forward("),
        (Part.COST, "def cost("),
        (Part.GRADIENT, "def backward("),
        (Part.STEP, "def step("),
    ):
        found = [lines[number] for number in program.program.lines_of(part)]
        assert any(line.startswith(beginning) for line in found)
