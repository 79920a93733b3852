"""Convolutions, pools and dropout in the grammar: one normal form, shapes, reasons."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdstudio.engine.network.convolution import Convolution
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.errors import BadInput

SMALL = "conv 8x5x5 stride 2, conv 24x5x5 stride 2, 64"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (SMALL, SMALL),
        ("CONV 8 x 5×5 Stride 2,conv24X5x5stride2 ,  064", SMALL),
        ("conv 8x5x5 stride 1", "conv 8x5x5"),
        ("conv 8x3x7,pool 2", "conv 8x3x7, pool 2"),
        ("dropout .30, 20, dropout 0.5", "dropout 0.3, 20, dropout 0.5"),
        ("dropout 0.123456789", "dropout 0.123457"),
        ("conv 4x28x28", "conv 4x28x28"),
    ],
)
def test_there_is_one_normal_form(text, canonical):
    chosen = NetworkSettings(network=text)
    assert chosen.network == canonical
    assert NetworkSettings(network=canonical) == chosen


@pytest.mark.parametrize(
    ("text", "shapes", "total"),
    [
        (
            SMALL,
            "28×28 → 12×12×8 → 4×4×24 = 384 → 64 → 10",
            "5·5·1·8 + 8  +  5·5·8·24 + 24  +  384·64 + 64  +  64·10 + 10",
        ),
        # What does not fill a square is left out: 25 rows make 12.
        (
            "conv 3x4x6, pool 2",
            "28×28 → 25×23×3 → 12×11×3 = 396 → 10",
            "4·6·1·3 + 3  +  396·10 + 10",
        ),
        ("pool 4, dropout 0.5, 20", "28×28 → 7×7 = 49 → 20 → 10", "49·20 + 20  +  20·10 + 10"),
        ("20, dropout 0.5, 20", "784 → 20 → 20 → 10", "784·20 + 20  +  20·20 + 20  +  20·10 + 10"),
        ("dropout 0.2", "28×28 = 784 → 10", "784·10 + 10"),
    ],
)
def test_shapes_and_parameters_are_computed_layer_by_layer(text, shapes, total):
    network = NetworkSettings(network=text).build()
    assert network.shapes == shapes
    assert network.parameter_sum == total
    assert eval(total.replace("·", "*")) == network.size
    assert sum(matrix.size for matrix in network.matrices(np.zeros(network.size))) == network.size


@pytest.mark.parametrize(
    ("text", "layer", "reason"),
    [
        ("conv", 1, "such as “conv 8x5x5”"),
        ("conv 8x5", 1, "filters x rows x columns"),
        ("conv 8x5x5x5", 1, "filters x rows x columns"),
        ("conv 8x5x5 stride", 1, "filters x rows x columns"),
        ("conv 8x5x5 stride 2.5", 1, "filters x rows x columns"),
        ("conv 8x5x5 padding 2", 1, "filters x rows x columns"),
        ("convolve 8", 1, "filters x rows x columns"),
        ("conv 0x5x5", 1, "filters of 0; take one from 1"),
        ("conv 8x0x5", 1, "rows of 0"),
        ("conv 8x5x-5", 1, "columns of -5"),
        ("conv 8x5x5 stride 0", 1, "stride 0"),
        ("conv 8x5x5 stride -1", 1, "stride -1"),
        ("conv 8x65x5", 1, "rows of 65; take one from 1 to 64"),
        ("conv 8x29x5", 1, "does not fit: its filters are 29×5 pixels"),
        ("conv 5001x5x5", 1, "filters of 5001"),
        ("conv " + "9" * 6000 + "x5x5", 1, "filters of 9999"),
        ("20, pool", 2, "such as “pool 2”"),
        ("pool 2x2", 1, "such as “pool 2”"),
        ("pool 1", 1, "take one from 2"),
        ("pool 0", 1, "side 0"),
        ("dropout", 1, "such as “dropout 0.3”"),
        ("dropout 30%", 1, "such as “dropout 0.3”"),
        ("20, dropout 1", 2, "from 0.01 to 0.95"),
        ("20, dropout 0", 2, "from 0.01 to 0.95"),
        ("20, dropout -0.5", 2, "from 0.01 to 0.95"),
        ("20, dropout 0.9500001", 2, None),
        ("20, conv 8x5x5", 2, "behind a dense layer"),
        ("20, dropout 0.3, pool 2", 3, "behind a dense layer"),
        ("conv 8x5x5 stride 2, pool 2, conv 8x7x7", 3, "only 6×6"),
        ("conv 8x5x27, conv 8x5x3", 2, "only 24×2"),
        ("conv 8x20x20, pool 10", 2, "only 9×9"),
        ("conv 2000x1x1", 1, "numbers for every image"),
    ],
)
def test_a_layer_that_cannot_be_is_named_with_the_reason(text, layer, reason):
    if reason is None:
        # Rounded to what would be written.
        assert NetworkSettings(network=text).network == "20, dropout 0.95"
        return
    with pytest.raises(BadInput) as caught:
        NetworkSettings(network=text)
    sentence = str(caught.value)
    assert sentence.startswith(f"Hidden layer {layer} ")
    assert reason in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 220
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("conv 64x9x9, conv 256x9x9, 5000", "weights and biases"),
        ("conv 64x5x5, conv 512x5x5", "multiplications for every image"),
    ],
)
def test_a_network_that_is_too_large_is_refused_before_it_takes_memory(text, reason):
    with pytest.raises(BadInput, match=reason):
        NetworkSettings(network=text)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.lists(
        st.one_of(
            st.text("0123456789x,. -convpldrutsie", max_size=14),
            st.from_regex(r"conv [0-9]{1,2}x[0-9]x[0-9]( stride [0-3])?", fullmatch=True),
            st.from_regex(r"pool [0-9]|dropout 0\.[0-9]{1,8}|[0-9]{1,3}", fullmatch=True),
        ),
        max_size=4,
    ).map(", ".join)
)
def test_any_text_is_a_network_or_a_sentence(text):
    with suppress(BadInput):
        chosen = NetworkSettings(network=text)
        assert NetworkSettings(network=chosen.network) == chosen
        assert chosen.build().size > 0


def test_filters_and_neurons_start_as_large_as_xavier_and_he_say():
    text = "conv 40x9x9, 30"
    rng = np.random.default_rng(0)
    for activation, variances in (
        ("relu", (2 / 81, 2 / 16_000)),
        ("tanh", (2 / (81 + 40 * 81), 2 / 16_030)),
    ):
        network = NetworkSettings(network=text, activation=activation).build()
        matrices = network.matrices(network.initial_parameters(rng))
        for matrix, variance in zip(matrices, variances, strict=False):
            assert not matrix[:, -1].any()
            assert matrix[:, :-1].var() == pytest.approx(variance, rel=0.1)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("20", (20, 28, 28)),
        ("", (10, 28, 28)),
        ("dropout 0.2, 20", (20, 28, 28)),
        ("pool 2, dropout 0.2, 20", (20, 14, 14)),
        ("conv 6x3x5 stride 2, 20", (6, 3, 5)),
        ("pool 2, conv 6x3x5", (6, 3, 5)),
    ],
)
def test_what_the_first_units_look_for_are_pictures_in_theta(text, shape):
    network = NetworkSettings(network=text).build()
    parameters = np.zeros(network.size, np.float32)
    pictures = network.first_pictures(parameters)
    assert pictures.shape == shape
    pictures[...] = 7
    assert np.count_nonzero(parameters) == np.prod(shape)
    first = network.matrices(parameters)[0]
    assert (first[:, :-1] == 7).all()
    assert isinstance(network.first_weighted, Convolution) == ("conv" in text)


def test_a_batch_that_takes_too_much_memory_is_refused():
    network = NetworkSettings(network="conv 32x5x5, conv 64x5x5").build()
    network.check_batch(1000)
    with pytest.raises(BadInput, match=r"takes 8\.\d GB of memory; take batches of at most"):
        network.check_batch(10_000)
    NetworkSettings(network=SMALL).build().check_batch(10_000)
