"""What a sweep has shown is derived from its numbers, and nothing is said that they do not show."""

import csv
import io
import json

import pytest

from gdstudio.errors import BadInput
from gdstudio.experiment.scenario import Scenario
from gdstudio.runs.sweep.charts import table_of
from gdstudio.runs.sweep.computation import Computation
from gdstudio.runs.sweep.findings import Findings, Verdict
from gdstudio.runs.sweep.kept import SweepFolder, as_json, to_csv
from gdstudio.runs.sweep.run import RunResult
from gdstudio.runs.sweep.sweep import Sweep


def digits(texts, seeds="1"):
    return Sweep.parse(Scenario("digits"), texts, seeds=seeds)


def result(accuracy, loss=0.1, first=1.0, **more):
    numbers = {"test_accuracy": accuracy, "test_loss": loss, "loss": loss, "step": 100}
    return RunResult(readings=numbers, curve=((1.0, 100.0), (first, loss)), **more)


DIVERGED = RunResult(readings={"step": 3}, diverged=True)


def test_median_spread_and_the_best_over_seeds():
    sweep = digits({"learning_rate": "0.1,1"}, seeds="3")
    results = dict(enumerate(map(result, (0.5, 0.7, 0.6, 0.9, 0.95, 0.2))))
    findings = Findings(sweep, results)
    spread = findings.groups[0].readings["test_accuracy"]
    assert (spread.median, spread.lowest, spread.highest) == (0.6, 0.5, 0.7)
    assert findings.best == 4
    assert findings.best_group is findings.groups[1]
    assert (
        "Best: learning rate 1, test accuracy 90.0 % at the median of 3 seeds (20.0 % to 95.0 %)."
        in findings.sentences()
    )
    assert "The best learning rate is the largest one tried; a larger one may be better." in (
        findings.sentences()
    )


def test_the_best_says_which_others_are_as_good():
    sweep = digits({"learning_rate": "0.1,1,3,10"})
    results = dict(enumerate([result(0.8), result(0.9), result(0.9), result(0.9, loss=0.2)]))
    findings = Findings(sweep, results)
    said = findings.sentences()
    assert "Best: learning rate 1, test accuracy 90.0 %." in said
    assert "As good in every respect: learning rate 3." in said
    assert "The same test accuracy, but not as good otherwise: learning rate 10." in said
    remarks = table_of(findings).columns[-1].texts
    assert [one == "best" for one in remarks] == [False, True, True, False]


def test_the_edge_is_not_said_where_another_rate_is_as_good():
    sweep = digits({"learning_rate": "0.1,1,3"})
    findings = Findings(sweep, dict(enumerate([result(0.9), result(0.9), result(0.5)])))
    assert not [one for one in findings.sentences() if "smallest one tried" in one]
    findings = Findings(sweep, dict(enumerate([result(0.9), result(0.8), result(0.5)])))
    assert [one for one in findings.sentences() if "smallest one tried" in one]


def test_a_group_in_which_a_run_diverged_is_not_the_best_beside_a_sound_one():
    sweep = digits({"learning_rate": "0.1,1"}, seeds="2")
    results = {0: result(0.8), 1: result(0.8), 2: result(0.99), 3: DIVERGED}
    findings = Findings(sweep, results)
    assert findings.best == 2
    assert findings.best_group.settings["learning_rate"] == 0.1
    assert "1 of 4 runs diverged." in findings.sentences()
    assert findings.verdicts()[1] is Verdict.DIVERGES


def test_too_small_good_too_large_and_diverging_rates():
    sweep = digits({"learning_rate": "0.01,0.1,1,3,10,30"})
    results = {
        0: result(0.3, 0.9),
        1: result(0.6, 0.5),
        2: result(0.945, 0.12),
        3: result(0.95, 0.11),
        4: result(0.7, 0.4),
        5: DIVERGED,
    }
    findings = Findings(sweep, results)
    assert findings.verdicts() == {
        0: Verdict.TOO_SMALL,
        1: Verdict.TOO_SMALL,
        2: Verdict.GOOD,
        3: Verdict.GOOD,
        4: Verdict.TOO_LARGE,
        5: Verdict.DIVERGES,
    }
    assert (
        "Learning rates: too small 0.01, 0.1 · good 1, 3 · too large 10 · diverges 30."
        in findings.sentences()
    )


def test_a_rate_is_not_called_too_small_where_its_loss_is_no_higher():
    sweep = digits({"learning_rate": "0.1,1"})
    findings = Findings(sweep, {0: result(0.8, 0.05), 1: result(0.95, 0.1)})
    assert findings.verdicts() == {1: Verdict.GOOD}


def test_a_walk_that_arrived_elsewhere_had_no_rate_too_small():
    sweep = Sweep.parse(Scenario("slope"), {"learning_rate": "0.01,0.1"})

    def walk(loss, **more):
        return RunResult(readings={"loss": loss, "step": 50}, curve=((1.0,), (9.0,)), **more)

    rested = Findings(sweep, {0: walk(5.0, arrived=True), 1: walk(1.0, arrived=True)})
    assert rested.verdicts() == {1: Verdict.GOOD}
    under_way = Findings(sweep, {0: walk(5.0), 1: walk(1.0, arrived=True)})
    assert under_way.verdicts()[0] is Verdict.TOO_SMALL


def test_of_runs_as_good_as_each_other_the_one_with_fewest_steps_is_best():
    sweep = Sweep.parse(Scenario("houses"), {"learning_rate": "0.01,0.1,0.2"})
    results = {
        number: RunResult(readings={"sse": sse, "loss": sse, "step": steps}, curve=((1.0,), (9.0,)))
        for number, (sse, steps) in enumerate(((0.5, 1000), (0.5 + 1e-14, 336), (0.6, 10)))
    }
    assert Findings(sweep, results).best == 1


def test_nothing_is_said_of_what_is_not_there():
    sweep = digits({"learning_rate": "0.1,1"})
    nothing = Findings(sweep, {})
    assert nothing.best is None
    assert nothing.sentences() == ["0 of 2 runs are done."]
    lost = Findings(sweep, {0: DIVERGED, 1: DIVERGED})
    assert lost.best is None
    assert "All runs diverged." in lost.sentences()
    failed = Findings(sweep, {0: result(0.5), 1: RunResult.failure("No memory.")})
    assert "1 run was not made: No memory." in failed.sentences()
    assert failed.best == 0


def test_seeds_that_change_nothing_are_named(one_thread):
    scenario = Scenario.parse("slope?start=2")
    sweep = Sweep.parse(scenario, {"learning_rate": "0.1,1"}, seeds="2")
    with Computation(sweep, one_thread) as computation:
        findings = Findings(sweep, dict(computation.results()))
    assert any("nothing here depends on the seed" in one for one in findings.sentences())
    assert not any(" at the median of " in one for one in findings.sentences())


def test_the_table_is_a_row_for_each_run_and_no_formula():
    sweep = Sweep.parse(Scenario("slope"), {"function": "-x^2; x^2", "learning_rate": "0.1"})
    results = {0: DIVERGED, 1: RunResult(readings={"loss": 1.5, "learning_rate": 0.1})}
    rows = list(csv.reader(io.StringIO(to_csv(Findings(sweep, results)))))
    assert rows[0][:5] == ["run", "function", "learning_rate", "seed", "diverged"]
    assert rows[1][1] == "'-x^2"
    assert rows[1][4] == "yes"
    row = dict(zip(rows[0], rows[2], strict=True))
    assert (row["loss"], row["learning_rate (reading)"]) == ("1.5", "0.1")


def test_a_folder_keeps_each_run_as_it_comes(tmp_path, one_thread):
    scenario = Scenario.parse("digits?dataset=pen-digits&training_size=100&epochs=1")
    sweep = Sweep.parse(scenario, {"network": "5;6"})
    folder = SweepFolder(tmp_path / "kept" / "here")
    results = {}
    with Computation(sweep, one_thread, keep=True) as computation:
        for number, one in computation.results():
            results[number] = one
            folder.keep(sweep, number, one)
            assert (folder.path / f"run-{number:04}.safetensors").exists()
    folder.finish(Findings(sweep, results))
    told = json.loads((folder.path / "run-0001.json").read_text(encoding="utf-8"))
    assert told["settings"] == {"network": "6"}
    assert told["setup"].startswith("digits?")
    assert Scenario.parse(told["setup"]) == sweep.runs[1].scenario
    assert len(told["curve"]["steps"]) == len(told["curve"]["loss"]) > 1
    whole = json.loads((folder.path / "sweep.json").read_text(encoding="utf-8"))
    assert whole == json.loads(json.dumps(as_json(Findings(sweep, results))))
    assert (folder.path / "runs.csv").read_text(encoding="utf-8-sig").count("\n") == 3


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious", "utf-8")
    with pytest.raises(BadInput, match="holds files already; name a new one"):
        SweepFolder(tmp_path)
    with pytest.raises(BadInput, match="cannot be used"):
        SweepFolder(tmp_path / "mine.txt")
