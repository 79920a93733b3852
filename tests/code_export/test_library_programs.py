"""Programs in PyTorch, scikit-learn and Keras, and notebooks, print the window's numbers.

A library that is not there is not asked: the sentences, and how the programs are laid out, are
looked at without it.
"""

import importlib.util
import json

import pytest

from gdstudio.code_export.layer_code import WRITERS
from gdstudio.code_export.network_models import KERAS, TORCH
from gdstudio.code_export.taken import taken
from gdstudio.code_export.targets import TARGETS
from gdstudio.engine.network.grammar import PARTS
from gdstudio.errors import BadInput
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario

_PACKAGES = {"torch": ("torch",), "sklearn": ("sklearn",), "keras": ("keras", "torch")}
DENSE = "digits?dataset=pen-digits&training_size=300&epochs=1&batch_size=30"
CONVOLUTION = (
    f"{DENSE}&network=conv 4x5x5 stride 2,pool 2,dropout 0.2,12&activation=relu"
    "&loss=cross-entropy&optimizer=adamw&schedule=cosine&warmup=0.1&l2=0.001&l1=0.0001&clip_norm=2"
)
ADAM = f"{DENSE}&loss=cross-entropy&activation=tanh&optimizer=adam&l2=0.01"
POINTS = "points?network=4,3&batch_size=10&steps=40&l2=0.01"
LINE = "points?dataset=line&steps=40"

CASES = [
    ("torch", DENSE),
    ("torch", CONVOLUTION),
    ("torch", POINTS),
    ("torch", LINE),
    ("torch", "houses?optimizer=adam"),
    ("torch", "slope?function=exp(x)%2Babs(x)*cbrt(x)"),
    ("torch", "surface?function=beale&optimizer=nesterov"),
    ("sklearn", DENSE),
    ("sklearn", ADAM),
    ("sklearn", POINTS.replace("l2", "momentum")),
    ("sklearn", LINE),
    ("sklearn", "houses"),
    ("keras", DENSE),
    ("keras", CONVOLUTION),
    ("keras", POINTS),
    ("keras", "houses"),
]


@pytest.mark.parametrize(("target", "code"), CASES)
def test_the_program_prints_the_numbers_of_the_window(target, code, exported, assert_tidy):
    run, _, program = exported(target, code, 40)
    assert_tidy(program.program.text)
    for package in _PACKAGES[target]:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    told = program.run_alone()
    if code.startswith("digits"):
        measured = run.evaluate()
        assert told["test accuracy"] == measured.accuracy
        if target != "sklearn":
            assert told["test loss"] == pytest.approx(measured.loss, rel=1e-4)
        return
    shown = readings(run.snapshot())
    for name, reading in (
        ("loss", "loss"),
        ("test loss", "test_loss"),
        ("training accuracy", "train_accuracy"),
        ("test accuracy", "test_accuracy"),
    ):
        if name in told:
            assert told[name] == pytest.approx(shown[reading], rel=1e-6)
    assert told


@pytest.mark.parametrize("target", ["torch", "keras"])
def test_a_library_that_draws_dropout_itself_is_given_no_seed_for_it(target, assert_tidy):
    code = "points?network=6,dropout 0.3,3&activation=relu&steps=40"
    text = TARGETS[target].program(taken(Scenario.parse(code).prepare()())).text
    assert "ropout(0.3)" in text
    assert "SEED" not in text
    assert_tidy(text)


@pytest.mark.parametrize(
    ("target", "code", "sentence"),
    [
        ("torch", "slope?optimizer=lion", "PyTorch has no Lion; export this run to numpy"),
        ("sklearn", "slope", "export this walk to numpy or torch"),
        ("keras", "surface", "export this walk to numpy or torch"),
        ("sklearn", CONVOLUTION, "export this network to torch or keras"),
        ("sklearn", f"{ADAM.replace('tanh', 'gelu')}", "has no GELU"),
        ("sklearn", DENSE, "so it cannot train this network; export it to numpy or torch"),
    ],
)
def test_what_a_library_cannot_say_gets_a_sentence_with_one_that_can(target, code, sentence):
    with pytest.raises(BadInput) as refused:
        TARGETS[target].program(taken(Scenario.parse(code).prepare()()))
    assert sentence in str(refused.value)


@pytest.mark.parametrize("code", ["slope", "houses", POINTS, DENSE])
def test_a_notebook_has_the_cells_of_the_program(code, exported):
    _, _, program = exported("notebook", code, 5)
    names = sorted(path.name for path in program.folder.iterdir())
    name = program.program.name
    data = [f"{name}.npz"] if program.program.arrays else []
    assert names == sorted([f"{name}.ipynb", *data])
    notebook = json.loads((program.folder / f"{name}.ipynb").read_text())
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) == len(program.program.sections) + 1
    if importlib.util.find_spec("nbformat") is not None:
        import nbformat

        nbformat.validate(nbformat.from_dict(notebook))


def test_a_notebook_prints_the_numbers_of_the_window(exported, monkeypatch, capsys):
    run, _, program = exported("notebook", POINTS, 40)
    notebook = json.loads((program.folder / "points.ipynb").read_text())
    monkeypatch.chdir(program.folder)
    space = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    space["points"].close()
    printed = capsys.readouterr().out
    assert f"loss: {run.snapshot().training.loss}\n" in printed


def test_every_layer_has_a_writer_for_each_library():
    shape = {"conv": "conv 4x3x3", "pool": "pool 2", "dropout": "dropout 0.5"}
    written = ["20", *shape.values()]
    assert len(written) == len(PARTS) + 1
    network = Scenario.parse(f"digits?network={','.join([*shape.values(), '20'])}")
    layers = network.prepare()().network.layers
    for kind in {type(layer) for layer in layers}:
        assert kind in WRITERS
        assert kind in TORCH.writers
        assert kind in KERAS.writers
