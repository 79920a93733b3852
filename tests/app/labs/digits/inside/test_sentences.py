"""What the pages say is true of the numbers they speak of, whatever the network's state."""

import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gdstudio.app.labs.digits.inside.example.error_texts import (
    components_text,
    error_lines,
    error_meaning,
    is_saturated,
    layer_idea,
    strongest_components,
)
from gdstudio.app.labs.digits.inside.example.example_loss_card import comparison_text
from gdstudio.app.labs.digits.inside.gradient.texts import (
    agreement_text,
    both_directions_text,
    nudge_text,
    spread_text,
)
from gdstudio.app.labs.digits.inside.landscape.texts import left_text
from gdstudio.app.labs.digits.inside.neurons_view import look_at_neurons, neuron_sentences
from gdstudio.engine.inspect.gradient_ranking import rank_gradient
from gdstudio.engine.inspect.nudging import Nudge
from gdstudio.engine.inspect.trace import trace_example
from gdstudio.engine.network.activations import ACTIVATIONS
from gdstudio.engine.network.losses import logarithm_text
from gdstudio.engine.network.network import NetworkSettings
from gdstudio.experiment.digits.network_moment import Moment
from gdstudio.number_text import parse_number

MANY = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number(text):
    """Return what a number in a sentence stands for: ``−1.7 × 10⁻⁸``, ``2,344``."""
    return parse_number(text.strip("()+ "))


@st.composite
def states(draw):
    """Return settings, θ and a picture: from all weights zero to far beyond saturation."""
    text = draw(st.sampled_from(["", "6", "5, 4", "dropout 0.5, 6", "conv 2x5x5 stride 4, 5"]))
    chosen = NetworkSettings(
        network=text,
        activation=draw(st.sampled_from(list(ACTIVATIONS))),
        loss=draw(st.sampled_from(["squared-error", "cross-entropy"])),
    )
    network = chosen.build()
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([0.0, 1e-6, 1.0, 30.0, 3000.0]))
    parameters = (scale * network.initial_parameters(rng)).astype(np.float32)
    for matrix in network.matrices(parameters):
        matrix[:, -1] += np.float32(scale * draw(st.sampled_from([-1.0, 0.0, 1.0])))
    picture = rng.integers(0, 256, (28, 28)) * (rng.random((28, 28)) < 0.2)
    picture = draw(st.sampled_from([picture, np.zeros((28, 28))])).astype(np.uint8)
    return chosen, parameters, picture


def traced(state, wanted):
    chosen, parameters, picture = state
    network = chosen.build()
    with np.errstate(all="ignore"):
        return trace_example(network, parameters, picture.reshape(-1) / np.float32(255), wanted)


@MANY
@given(states(), st.integers(0, 9), st.randoms(use_true_random=False))
def test_what_is_said_of_an_error_follows_from_it(state, wanted, chance):
    trace = traced(state, wanted)
    for one in trace.weighted:
        assert one.error is not None
        assert one.activation_error is not None
        place = chance.randrange(len(one.error))
        said, error = error_meaning(trace, one, place), float(one.error[place])
        activation = float(one.activations[place])
        slope = None if one.slopes is None else float(one.slopes[place])
        key, is_last = one.layer.activation.key, one is trace.layers[-1]
        claims = {
            "exploded": not math.isfinite(error),
            "far off": is_saturated(trace, one, place),
            "is too high": error > 0 and not is_saturated(trace, one, place),
            "is too low": error < 0 and not is_saturated(trace, one, place),
            "is silent": error == 0 and not is_last and key in ("relu", "gelu") and slope == 0,
            "is saturated": error == 0
            and not is_last
            and key in ("sigmoid", "tanh")
            and slope == 0,
            "is what was wanted": error == 0 and is_last and not is_saturated(trace, one, place),
            "no error comes down": error == 0 and not is_last and slope != 0,
        }
        assert [words for words in claims if words in said] == [
            words for words, holds in claims.items() if holds
        ], said
        if "is silent" in said:
            assert activation == 0
        if "is saturated" in said:
            extremes = (0, 1) if key == "sigmoid" else (-1, 1)
            assert min(abs(activation - extreme) for extreme in extremes) < 1e-3
        if "no wishes" in said:
            wishes = strongest_components(trace, one, place, 4)
            is_filter = wishes.inputs is None
            assert is_filter or not wishes.negative_gradient.any()


@MANY
@given(states(), st.integers(0, 9))
def test_the_outputs_that_are_called_flat_are_far_off_and_flat(state, wanted):
    trace = traced(state, wanted)
    last = trace.layers[-1]
    said = layer_idea(trace, last)
    found = re.search(r"Outputs? ([0-9, and]+): far off", said)
    named = [int(digit) for digit in re.findall("[0-9]", found[1])] if found else []
    flat = [place for place in range(10) if is_saturated(trace, last, place)]
    assert named == flat
    assert ("Outputs " in said) == (len(flat) > 1)
    assert said.count(" and ") <= 1 + ("orange" in said)


@MANY
@given(states(), st.integers(0, 9), st.integers(0, 9))
def test_the_error_of_an_output_can_be_worked_out_from_what_is_shown(state, wanted, place):
    trace = traced(state, wanted)
    last = trace.layers[-1]
    assert last.error is not None
    lines = error_lines(trace, last, place)
    result = number(re.search("<b>(.*)</b>", lines[1])[1])
    error = float(last.error[place])
    if not math.isfinite(error):
        return
    assert result == pytest.approx(error, rel=6e-3, abs=1e-30)
    if trace.network.loss.key == "cross-entropy":
        left = re.fullmatch(r"= (.*) − ([01]) = <b>.*</b>", lines[1])
        near = re.fullmatch(r"\(1 − (.*)\)", left[1])
        if near and left[2] == "1":
            shown = -number(near[1])
        elif near:
            shown = 1.0
        else:
            shown = number(left[1]) - float(left[2])
        assert shown == pytest.approx(error, rel=0.03, abs=1e-30)


@MANY
@given(states(), st.integers(0, 9), st.randoms(use_true_random=False))
def test_wishes_that_nothing_comes_in_for_are_counted(state, wanted, chance):
    trace = traced(state, wanted)
    for one in trace.weighted:
        place = chance.randrange(len(one.error))
        wishes = strongest_components(trace, one, place, 8)
        said = components_text(one, place, wishes)
        found = re.search(r"Through ([0-9,]+) of its ([0-9,]+) weights nothing comes in", said)
        if wishes.inputs is None:
            assert "all its places" in said
        elif found:
            assert number(found[1]) == np.count_nonzero(one.inputs == 0)
            assert number(found[2]) == one.layer.fan_in
        else:
            assert one.inputs.all()


@MANY
@given(st.floats(1e-30, 1e5))
@example(2344.0)
@example(1.654e-8)
@example(0.01)
@example(9.2)
def test_a_cost_can_be_worked_out_from_the_logarithm_that_is_shown(cost):
    said = logarithm_text(cost)
    near = re.fullmatch(r"−ln\(1 − (.*)\)", said)
    tiny = re.fullmatch(r"−ln\((?:(.*) × )?10(⁻.*)\)", said)
    if near:
        shown = -math.log1p(-number(near[1]))
    elif tiny:
        power = int(tiny[2].translate(SUPERSCRIPTS))
        shown = -math.log(float(tiny[1] or 1)) - power * math.log(10)
        assert 1 <= float(tiny[1] or 1) < 10
    else:
        shown = -math.log(number(said.removeprefix("−ln ")))
    assert shown == pytest.approx(cost, rel=6e-3)
    assert "−ln 0" not in said.replace("−ln 0.", "")


@MANY
@given(st.floats(1e-30, 1e6), st.floats(1e-30, 1e6))
@example(1e-9, 0.0)
@example(0.0, 0.0)
@example(0.0, 0.3)
def test_two_costs_are_compared_as_they_are(own, average):
    said = comparison_text(own, average)
    times = re.search(r"([^ ]+(?: × 10[^ ]+)?) times", said)
    if "Its loss is next to nothing" in said:
        assert own < 2e-6 * average
    elif said.startswith("The average is"):
        assert number(times[1]) * own == pytest.approx(average, rel=0.06)
        assert own < average
    elif times:
        assert number(times[1]) * average == pytest.approx(own, rel=0.06)
        assert own > average
    elif "as large as" in said:
        assert own == pytest.approx(average, rel=0.06)
    else:
        assert average == 0


@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_what_is_not_known_is_not_compared(unknown):
    assert comparison_text(unknown, 0.3) == comparison_text(0.3, unknown) == ""


@MANY
@given(
    st.floats(-1e3, 1e3),
    st.floats(-10, 10),
    st.floats(-3, 3),
    st.floats(0, 10),
)
def test_what_is_said_of_a_nudge_follows_from_its_numbers(slope, amount, ratio, cost):
    nudge = Nudge(0, amount, slope, ratio * slope * amount, cost)
    said = nudge_text(nudge)
    if "So small" in said:
        assert amount == 0
        return
    if "rounding" in said:
        assert max(abs(nudge.change), abs(nudge.predicted)) < 2e-13 * (1 + cost)
        assert nudge.ratio is None
        return
    if "slope is 0" in said:
        assert nudge.predicted == 0
        return
    off = abs(nudge.change / nudge.predicted - 1)
    if "Predicted" in said:
        shown = float(re.search(r"([0-9.]+) %", said)[1]) / 100
        assert off <= 1.01 * shown + 5e-5
        assert off < 0.01
    elif "Off by" in said:
        shown = float(re.search(r"([0-9.]+) %", said)[1]) / 100
        assert shown == pytest.approx(off, abs=6e-4)
    elif "the other way" in said:
        assert (nudge.change < 0) != (nudge.predicted < 0)
    else:
        assert off >= 0.2


@MANY
@given(states(), st.integers(0, 9))
def test_how_a_gradient_is_shared_out_is_counted(state, wanted):
    trace = traced(state, wanted)
    gradient = trace.gradient.astype(np.float64)
    if not np.isfinite(gradient).all():
        return
    ranking = rank_gradient(trace.network, gradient)
    shares = ranking.shares
    half = int(np.searchsorted(np.cumsum(shares), 0.5)) + 1
    silent = int(np.count_nonzero(gradient == 0))
    said = spread_text(size=len(gradient), half=half, silent=silent)
    if not gradient.any():
        assert said.startswith(f"All {len(gradient):,} components are 0")
        return
    squares = np.sort(gradient**2)[::-1]
    strongest = re.match(r"The ([0-9,]+) strongest", said)
    count = int(number(strongest[1])) if strongest else 1
    whole = squares.sum()
    if whole > 0 and math.isfinite(whole):
        assert squares[:count].sum() >= 0.499 * whole
        assert squares[: count - 1].sum() <= 0.501 * whole
    zeros = re.search(r"; ([0-9,]+) ha(?:s|ve) none", said)
    assert (int(number(zeros[1])) if zeros else 0) == silent


@MANY
@given(st.floats(-1, 1))
def test_words_of_agreement_grow_with_the_cosine(cosine):
    said = agreement_text(cosine, 100)
    order = [
        "nearly the opposite",
        "partly against",
        "little to do",
        "partly the same",
        "nearly the same",
    ]
    place = next(place for place, words in enumerate(order) if words in said)
    limits = [-1.0, -0.9, -0.3, 0.3, 0.9, 1.0]
    assert limits[place] <= cosine <= limits[place + 1]


@MANY
@given(st.one_of(st.none(), st.floats(-1e6, 1e6)), st.one_of(st.none(), st.floats(-1e6, 1e6)))
def test_what_one_and_all_wish_has_their_signs(one, many):
    said = both_directions_text(one, many, 1000)
    parts = said.split(", the average of 1,000 ") if one is not None else ["", said]
    for value, part in ((one, parts[0]), (many, parts[-1] if many is not None else "")):
        if value is None:
            continue
        word = "up (+" if value > 0 else "down (−" if value < 0 else "not at all"
        assert word in part


@MANY
@given(states(), st.randoms(use_true_random=False))
def test_a_neurons_sum_adds_up_to_its_z_and_a_silent_filter_is_called_so(state, chance):
    chosen, parameters, picture = state
    if not picture.any():
        return
    network = chosen.build()
    moment = Moment(
        settings=chosen,
        network=network,
        parameters=parameters,
        unedited=parameters,
        picture=picture,
        wanted=None,
        dataset="mnist",
        source="this network at step 0",
        step=0,
        is_now=True,
        running=False,
    )
    first = next(n for n, layer in enumerate(network.layers, start=1) if layer.size)
    view = look_at_neurons(moment, first, 0)
    tile = chance.randrange(len(view.names))
    _, said = neuron_sentences(view, tile)
    if view.pictures.kind == "filters":
        silent = not view.pictures.seen[tile].any()
        assert ("silent" in said) == silent
        return
    found = re.fullmatch(r"Sum (.*), with the bias (.*): z = (.*), and it says (.*)\.", said)
    total, bias, z, _ = (number(text) for text in found.groups())
    largest = max(abs(total), abs(bias), abs(z))
    assert total + bias == pytest.approx(z, abs=0.02 * largest + 1e-30)


@MANY
@given(st.floats(0, 1), st.floats(0, 1e6))
def test_the_time_that_is_left_is_that_of_the_share_done(share, seconds):
    said = left_text(share, seconds)
    assert float(re.match(r"([0-9.]+) %", said)[1]) == pytest.approx(100 * share, abs=0.51)
    assert ("left" in said) == (share > 0 and seconds >= 1)
