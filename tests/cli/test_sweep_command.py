"""`gdstudio sweep`: the runs as JSON, a table for people, what is kept, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from gdstudio.cli.main import run
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import VOCABULARIES
from gdstudio.runs.sweep.sweep import sweepable
from gdstudio.storage.network_file import load_network


def outcome(capsys, *arguments):
    code = run(["sweep", *arguments, "--workers", "1"])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_one_json_object_with_all_runs_and_the_best_of_them(capsys):
    code, out, err = outcome(
        capsys, "houses", "--learning-rate", "0.01,0.1,5", "--seeds", "2", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert err == ""
    assert [one["settings"] for one in told["runs"]] == [
        {"learning_rate": rate} for rate in (0.01, 0.01, 0.1, 0.1, 5.0, 5.0)
    ]
    assert [one["seed"] for one in told["runs"]] == [0, 1] * 3
    assert [one["diverged"] for one in told["runs"]] == [False] * 4 + [True] * 2
    best = told["runs"][told["best"]]
    assert best["settings"] == {"learning_rate": 0.1}
    assert best["readings"]["sse"] == pytest.approx(0.13178, abs=1e-5)
    assert "learning_rate=0.1" in best["setup"]
    assert [one["verdict"] for one in told["groups"]] == ["good", "good", "diverges"]


def test_people_get_a_table_the_cost_and_what_it_shows(capsys):
    code, out, err = outcome(capsys, "slope", "--learning-rate", "0.1,1,30", "--steps", "50")
    assert code == 0
    assert "3 runs, about a second with 1 worker." in err
    assert "Learning rates: good 0.1, 1 · diverges 30." in out
    assert "Best: learning rate 1, f(x) 0 after 2 steps." in out
    assert "1 of 3 runs diverged." in out


def test_every_lab_has_an_option_for_each_of_its_settings(capsys):
    for lab, vocabulary in VOCABULARIES.items():
        assert run(["sweep", lab, "--help"]) == 0
        told = "".join(capsys.readouterr().out.split())
        for name in sweepable(vocabulary):
            if "." not in name and len(name) < 16:
                assert f"--{name.replace('_', '-')}" in told, name
        assert ("--steps" in told) == (lab != "digits")


def test_a_rule_of_a_race_can_be_swept(capsys):
    code, out, _ = outcome(
        capsys, "surface", "--race", "sgd,adam", "--adam.learning-rate", "0.1,0.2", "--steps", "5",
        "--json",
    )  # fmt: skip
    assert code == 0
    assert [one["settings"]["adam.learning_rate"] for one in json.loads(out)["runs"]] == [0.1, 0.2]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("houses", "--learning-rate", "0.1,fast"), "must be a number"),
        (("houses", "--learning-rate", "0.1..1 log 1000", "--seeds", "1000"), "= 1,000,000 runs"),
        (("digits", "--network", "20, many"), "many"),
        (("slope", "--function", "log(x)", "--start", "-1"), "start elsewhere"),
        (("houses", "--seeds", "0"), "Seeds must be a whole number from 1"),
        (("houses", "--steps", "0"), "Steps must be a whole number"),
        (("attic",), "attic"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(capsys, arguments, says):
    code, out, err = outcome(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert says in err
    assert len([line for line in err.splitlines() if line.startswith("gdstudio: ")]) == 1


def test_workers_are_a_number(capsys):
    assert run(["sweep", "houses", "--workers", "0"]) == 2
    assert "Workers must be a whole number from 1 to 256" in capsys.readouterr().err


def test_where_all_runs_diverge_the_exit_code_is_1(capsys):
    code, out, _ = outcome(capsys, "houses", "--learning-rate", "5,50", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["best"] is None
    assert "All runs diverged." in told["findings"]


def test_a_folder_keeps_networks_that_can_be_opened(capsys, tmp_path):
    folder = tmp_path / "kept"
    code, out, _ = outcome(
        capsys,
        *("digits", "--dataset", "pen-digits", "--training-size", "100", "--epochs", "1"),
        *("--network", "5; 6", "--save", str(folder)),
    )
    assert code == 0
    assert f"Kept in {folder}." in out
    networks = [load_network(folder / f"run-000{n}.safetensors").settings.network for n in (0, 1)]
    assert networks == ["5", "6"]
    assert (folder / "runs.csv").exists()
    code, _, err = outcome(capsys, "houses", "--save", str(folder))
    assert code == 2
    assert "holds files already" in err


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_ctrl_c_keeps_what_is_done(tmp_path):
    folder = tmp_path / "kept"
    process = subprocess.Popen(
        [
            *(sys.executable, "-P", "-m", "gdstudio", "sweep", "points"),
            *("--steps", "10, 1000000", "--workers", "1", "--json", "--save", str(folder)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        while not (folder / "run-0000.json").exists():
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    told = json.loads(out)
    assert process.returncode == 130
    assert err == ""
    assert len(told["runs"]) == 1
    assert "Stopped by Ctrl+C; 1 of 2 runs are done" in told["message"]
    assert (folder / "runs.csv").exists()


def test_what_is_done_is_told_where_the_workers_die_all_the_time(capsys, monkeypatch):
    from gdstudio.runs.sweep.computation import Computation
    from gdstudio.runs.sweep.run import RunResult

    def breaks(self):
        yield 0, RunResult(readings={"sse": 1.0, "loss": 1.0, "step": 3})
        raise BadInput("The workers have died.")

    monkeypatch.setattr(Computation, "results", breaks)
    code, out, _ = outcome(capsys, "houses", "--learning-rate", "0.1,0.2", "--json")
    told = json.loads(out)
    assert code == 1
    assert told["message"] == "The workers have died."
    assert (len(told["runs"]), told["planned"], told["best"]) == (1, 2, 0)
