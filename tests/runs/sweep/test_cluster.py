"""A sweep on a real Dask cluster: a scheduler and two workers of their own, one of which is killed.

Skipped where the extra `cluster` is not installed.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gdstudio.cli.main import run
from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.sweep.cluster import Certificates, DaskCluster
from gdstudio.runs.sweep.computation import Computation
from gdstudio.runs.sweep.processes import ThisMachine
from gdstudio.runs.sweep.sweep import Sweep


@pytest.mark.parametrize(
    ("address", "certificates", "says"),
    [
        ("somewhere", {}, "is no address of a scheduler"),
        ("tcp://127.0.0.1:99999", {}, "is no address of a scheduler"),
        ("file:///etc/passwd:1", {}, "is no address of a scheduler"),
        ("tls://127.0.0.1:8786", {}, "needs --tls-ca-file and --tls-cert"),
        ("tls://127.0.0.1:8786", {"ca_file": "ca.pem"}, "needs --tls-ca-file and --tls-cert"),
        (
            "tcp://127.0.0.1:8786",
            {"ca_file": "ca.pem"},
            "write the address as tls://127.0.0.1:8786",
        ),
        (
            "tls://127.0.0.1:8786",
            {"ca_file": "no.pem", "certificate": "no.pem"},
            "There is no file no.pem",
        ),
        (
            "tls://127.0.0.1:8786",
            {"ca_file": "ca.pem", "certificate": "ca.pem"},
            "The certificates cannot be used",
        ),
    ],
)
def test_what_is_no_address_gets_one_sentence(address, certificates, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    files = {name: Path(path) for name, path in certificates.items()}
    with pytest.raises(BadInput) as refused:
        DaskCluster.connect(address, Certificates(**files))
    assert says in str(refused.value)


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "distributed.scheduler", None)
    assert run(["sweep", "houses", "--scheduler", "tcp://127.0.0.1:8786"]) == 2
    assert 'install it with pip install "gdstudio[cluster]".' in capsys.readouterr().err


def test_options_that_do_not_go_together(capsys):
    assert run(["sweep", "houses", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2"]) == 2
    assert "leave --workers out" in capsys.readouterr().err
    assert run(["sweep", "houses", "--tls-key", "k.pem"]) == 2
    assert "name its --scheduler" in capsys.readouterr().err


def _start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture
def cluster(tmp_path):
    """Return the scheduler's address and two workers, on 127.0.0.1 alone."""
    pytest.importorskip("distributed")
    place = tmp_path / "scheduler.json"
    here = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
    here = (*here, "--scheduler-file", str(place))
    started = [_start("scheduler", "--port", "0", *here)]
    try:
        _wait(place.exists)
        _wait(lambda: place.stat().st_size > 0)
        address = json.loads(place.read_text("utf-8"))["address"]
        for _ in range(2):
            started.append(_start("worker", "--nthreads", "1", "--no-nanny", *here))
        yield address, started[1:]
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()


def _wait(reached):
    until = time.monotonic() + 120
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.05)


def _connect(address):
    """Return the cluster once both workers are there."""
    found = []

    def both():
        with contextlib.suppress(BadInput):
            found.append(DaskCluster.connect(address))
        return bool(found) and found[-1].workers == 2

    _wait(both)
    return found[-1]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody is killed so here")
def test_the_same_bits_from_a_cluster_of_which_a_worker_is_killed_in_the_middle(cluster, same):
    address, workers = cluster
    scenario = Scenario.parse("digits?dataset=pen-digits&training_size=3000&epochs=1")
    texts = {"network": "20, 20; 30", "learning_rate": "3"}
    sweep = Sweep.parse(scenario, texts, seeds="3")
    with Computation(sweep, ThisMachine(1), keep=True) as computation:
        expected = dict(computation.results())
    place = _connect(address)
    results, killed = {}, False
    with Computation(sweep, place, keep=True) as computation:
        assert "with 2 workers at tcp://127.0.0.1:" in computation.estimate().sentence
        for number, result in computation.results():
            assert number not in results
            results[number] = result
            if not killed:
                os.kill(workers[0].pid, signal.SIGKILL)
                killed = True
    assert sorted(results) == list(range(6))
    for number, theirs in expected.items():
        mine = results[number]
        assert not mine.failed, mine.message
        assert mine.network.parameters.tobytes() == theirs.network.parameters.tobytes()
        assert mine.readings == theirs.readings
        assert mine.curve == theirs.curve


def test_the_command_computes_there_and_listens_nowhere(cluster, capsys, monkeypatch):
    import socket

    address, _ = cluster
    _connect(address)
    listened = []
    monkeypatch.setattr(
        socket.socket, "listen", lambda self, *_: listened.append(self.getsockname())
    )
    code = run(["sweep", "houses", "--learning-rate", "0.01,0.1", "--scheduler", address, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [one["readings"]["step"] for one in told["runs"]] == [1000, 336]
    assert listened == []


def test_a_scheduler_that_is_gone_is_said_in_a_sentence(capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("gdstudio.runs.sweep.cluster._CONNECT_SECONDS", 1)
    assert run(["sweep", "houses", "--scheduler", "tcp://127.0.0.1:9"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "No scheduler answers at tcp://127.0.0.1:9" in line
