"""ONNX models answer as the network does, worked out by onnx's own reference evaluator."""

import importlib.util
import sys

import numpy as np
import pytest

from gdstudio.code_export.onnx_model import onnx_files
from gdstudio.code_export.taken import taken
from gdstudio.engine.inspect.evaluation import Reader
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario

needs_onnx = pytest.mark.skipif(
    importlib.util.find_spec("onnx") is None, reason="onnx is not installed"
)
CONVOLUTION = "network=conv 4x5x5 stride 2,dropout 0.1,pool 2,dropout 0.2,12&loss=cross-entropy"


def answers(files, inputs):
    import onnx
    from onnx.reference import ReferenceEvaluator

    (content,) = files.values()
    (outputs,) = ReferenceEvaluator(onnx.load_from_string(content)).run(None, {"inputs": inputs})
    return outputs


@needs_onnx
@pytest.mark.parametrize(
    "code", ["", CONVOLUTION, *(f"network=9&activation={key}" for key in ACTIVATIONS)]
)
def test_a_model_of_images_answers_as_the_network_does(code):
    run = Scenario.parse(f"digits?training_size=100&{code}".rstrip("&")).prepare()()
    run.advance(steps=5)
    images = run.dataset.test.images[:20]
    reader = Reader(run.network)
    reader.load(run.descent.parameters.copy())
    expected = np.stack([reader.read(image) for image in images])
    found = answers(onnx_files(taken(run)), images.astype(np.float32))
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@needs_onnx
@pytest.mark.parametrize("code", ["points?network=4,3&steps=20", "points?dataset=iris&steps=20"])
def test_a_model_of_points_answers_as_the_network_does(code):
    run = Scenario.parse(code).prepare()()
    run.advance()
    problem = run.problem
    expected = problem.outputs(run.descent.parameters, problem.points.test_places).T
    found = answers(onnx_files(taken(run)), problem.test_inputs[:-1].T)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_without_onnx_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    run = Scenario.parse("points?steps=3").prepare()()
    with pytest.raises(BadInput, match=r"gdstudio\[onnx\]"):
        onnx_files(taken(run))


def test_a_network_that_has_learned_nothing_is_no_model():
    with pytest.raises(BadInput, match="has learned nothing yet"):
        onnx_files(taken(Scenario.parse("digits?training_size=100").prepare()()))


def test_a_walk_is_no_network():
    with pytest.raises(BadInput, match="export it to numpy or torch"):
        onnx_files(taken(Scenario.parse("slope").prepare()()))
