"""Optimizers, schedules, L2 and clipping on the command line."""

import json

import pytest

from gdstudio.cli.main import run
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS

SMALL = ["--dataset", "pen-digits", "--training-size", "100", "--network", "5", "--epochs", "1"]


def ask(capsys, *arguments):
    code = run([*arguments, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_without_a_learning_rate_train_takes_one_that_suits(capsys, key):
    for loss, plain in (("squared-error", 1.0), ("cross-entropy", 0.1)):
        code, found, _ = ask(capsys, "train", *SMALL, "--optimizer", key, "--loss", loss)
        assert code == 0
        assert found["settings"]["learning_rate"] == OPTIMIZERS[key].suitable_rate(plain)


def test_what_was_asked_for_is_what_it_trains_with(capsys):
    chosen = {
        "optimizer": "adamw",
        "learning_rate": 0.02,
        "momentum": 0.8,
        "weight_decay": 0.1,
        "schedule": "cosine",
        "warmup": 0.1,
        "l2": 0.001,
        "clip_norm": 2.0,
    }
    options = [
        text
        for name, value in chosen.items()
        for text in (f"--{name.replace('_', '-')}", str(value))
    ]
    code, found, _ = ask(capsys, "train", *SMALL, *options)
    assert code == 0
    assert chosen.items() <= found["settings"].items()
    _, plain, _ = ask(capsys, "train", *SMALL, *options[:8])
    assert plain["test_loss"] != found["test_loss"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--optimizer", "sgdm", "Optimizer must be one of sgd, momentum, nesterov"),
        ("--schedule", "linear", "Schedule must be one of constant, step, cosine"),
        ("--warmup", "0.9", "Warm-up must be a number from 0 to 0.5"),
        ("--l2", "-1", "L2 must be a number from 0 to 10"),
        ("--clip-norm", "wide", "Clip gradient must be a number from 0 to"),
        ("--weight-decay", "nan", "Weight decay must be a number"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(capsys, option, value, said):
    code, found, error = ask(capsys, "train", option, value)
    assert (code, found) == (2, None)
    assert said in error
    assert len(error.splitlines()) == 1


def test_fit_walks_with_every_optimizer_and_knows_where_it_knows_no_stable_rate(capsys):
    for key, rule in OPTIMIZERS.items():
        code, found, _ = ask(capsys, "fit", "ten-houses", "--optimizer", key, "--steps", "300")
        assert code == 0
        assert (found["stable_learning_rate"] is None) == rule.adapts
        assert found["steps"][-1]["sse"] < 0.2
        assert run(["fit", "ten-houses", "--optimizer", key, "--steps", "1"]) == 0
        told = capsys.readouterr().out
        assert ("stable" in told) != rule.adapts
