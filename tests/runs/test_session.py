"""A session in one file: all of it comes back, bit for bit, and nobody's file breaks the app."""

import contextlib
import json
import math
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from gdstudio.data.tables.table import read_table
from gdstudio.engine.descent import Diverged
from gdstudio.engine.optimizers.catalogue import OPTIMIZERS
from gdstudio.errors import BadInput
from gdstudio.experiment.houses.houses_choices import OwnTable
from gdstudio.experiment.run_update import State, TwinStanding
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.twin import Twin
from gdstudio.runs.kept_run import KeptRun, RunMoment
from gdstudio.runs.kept_runs import KeptRuns
from gdstudio.runs.session import LabSession, Session, load_session, save_session
from gdstudio.runs.twins import TwinChoice, TwinRun
from gdstudio.storage.session_file import load_session_file

# A rate for each rule, so that none has to be found first.
RATES = "".join(f"&{key}.learning_rate=0.001" for key in OPTIMIZERS)
CODES = (
    "slope?function=two-valleys&start=2&both=yes",
    "slope?function=x^4-3*x^2%2Bx&start=2&optimizer=adam",
    f"surface?function=beale&start_x=3&start_y=-2&race=all{RATES}",
    "surface?function=(x-1)^2%2B3*y^2&start_x=3&start_y=-2",
    "houses?optimizer=momentum&scale=standardised",
    "points?dataset=spirals&network=4,4&batch_size=10&optimizer=adam",
    "digits?dataset=pen-digits&training_size=300&network=8&optimizer=adam&epochs=2",
)
STROKES = [np.array([[1.0, 2.0], [3.5, 4.25]]), np.array([[9.0, 9.0]])]


def run_of(scenario, steps):
    run = scenario.prepare()()
    with contextlib.suppress(Diverged):
        run.advance(steps=steps)
    return run


def kept(scenario, steps=20, **changes):
    return replace(KeptRun.of(scenario, RunMoment.of(run_of(scenario, steps))), **changes)


def session_and_run(code):
    """Return a session of a lab with two kept runs, and the run, which can go on from step 20."""
    scenario = Scenario.parse(code)
    run, moments = scenario.prepare()(), []
    for count in (5, 3, 12):
        run.advance(steps=count)
        moments.append(KeptRun.of(scenario, RunMoment.of(run)))
    first, second, last = moments
    runs = KeptRuns((replace(first, name="the <first> one"), replace(second, is_hidden=True)))
    return Session(scenario.lab, {scenario.lab: LabSession(scenario, last, runs)}, STROKES), run


def twin_of(code, name, value, **standing):
    """Return the twin of the run of a session that `session_of` returns."""
    scenario = Scenario.parse(code).changed({name: value})
    return TwinRun(kept(scenario), TwinStanding(TwinChoice(name, value), **standing))


def session_of(code):
    return session_and_run(code)[0]


def same(one, other):
    return np.asarray(one).tobytes() == np.asarray(other).tobytes()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Return the file of a small session."""
    path = tmp_path_factory.mktemp("session") / "small.gdstudio"
    session = session_of(CODES[0])
    slope = replace(session.labs["slope"], twin=twin_of(CODES[0], "start", 1.5))
    save_session(path, replace(session, labs={"slope": slope}))
    return path


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.partition("&")[0])
def test_all_comes_back_and_goes_on_bit_for_bit(code, tmp_path):
    path = tmp_path / "mine.gdstudio"
    before, original = session_and_run(code)
    assert save_session(path, before) == ()
    after = load_session(path)
    assert after.left_out == ()
    (key,) = after.labs
    assert after.lab == key == before.lab
    assert all(map(same, after.drawing, STROKES))
    one, other = before.labs[key], after.labs[key]
    assert other.scenario == one.scenario
    for run, again in zip((one.run, *one.kept.runs), (other.run, *other.kept.runs), strict=True):
        assert again.scenario == run.scenario
        assert again.in_force == run.in_force
        assert dict(again.readings) == dict(run.readings)
        assert (again.name, again.is_hidden, again.summary) == (
            run.name,
            run.is_hidden,
            run.summary,
        )
        assert again.curves.keys() == run.curves.keys()
        assert all(same(again.curves[name], curve) for name, curve in run.curves.items())
        assert (again.trail is None) == (run.trail is None)
        assert same(again.trail, run.trail) or run.trail is None
    assert other.kept.names() == one.kept.names()

    resumed = one.scenario.prepare()().resumed(other.run.state)
    for run in (original, resumed):
        run.advance(steps=30)
    assert same(resumed.descent.parameters, original.descent.parameters)
    assert same(resumed.history.curve().mean, original.history.curve().mean)
    assert dict(resumed.snapshot().curves()).keys() == dict(original.snapshot().curves()).keys()
    for name, curve in original.snapshot().curves().items():
        assert same(resumed.snapshot().curves()[name], curve), name


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("slope?function=two-valleys", "start", 1.5),
        ("surface?function=beale", "momentum", 0.5),
        ("houses?learning_rate=0.01", "learning_rate", 0.02),
        ("points?dataset=spirals&network=4,4&learning_rate=0.1", "network", "3, 2"),
        ("digits?dataset=pen-digits&training_size=300&network=8", "activation", "tanh"),
    ],
)
@pytest.mark.parametrize(
    "standing",
    [
        {},
        {"exploded": (7, math.inf)},
        {"exploded": (0, 1e300)},
        {"state": State.DIVERGED, "message": "It is <b>over</b>."},
    ],
)
def test_the_twin_comes_back_as_it_stood(code, name, value, standing, tmp_path):
    path = tmp_path / "mine.gdstudio"
    scenario, twin = Scenario.parse(code), twin_of(code, name, value, **standing)
    lab = LabSession(scenario, kept(scenario), twin=twin)
    assert save_session(path, Session(scenario.lab, {scenario.lab: lab})) == ()
    session = load_session(path)
    assert session.left_out == ()
    again = session.labs[scenario.lab].twin
    assert again.standing == twin.standing
    assert again.run.scenario == twin.run.scenario
    assert again.run.setting(name) == value
    live = scenario.prepare()()
    both = [Twin.resumed(one.state(1), live).experiment for one in (twin, again)]
    alone = run_of(scenario.changed({name: value}), 35)
    for run in both:
        run.advance(steps=15)
        assert same(run.descent.parameters, alone.descent.parameters)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "function"}, "Slope: the twin is left out."),
        ({"name": "start", "value": "far away"}, "Slope: the twin is left out."),
        ({"name": "nothing"}, "Slope: the twin is left out."),
        ({"ended": "running"}, None),
        ({"exploded": [1]}, None),
        ({"exploded": [-1, "inf"]}, None),
        ({"file": "slope/nothing.safetensors"}, None),
    ],
)
def test_a_twin_that_makes_no_sense_is_left_out_or_the_file_refused(change, said, small, tmp_path):
    path = tmp_path / "other.gdstudio"

    def changed(values):
        values["labs"]["slope"]["twin"] |= change
        return values

    rewrite(small, path, changed)
    if said is None:
        with pytest.raises(BadInput, match="no session"):
            load_session(path)
        return
    session = load_session(path)
    (sentence,) = session.left_out
    assert sentence.startswith(said)
    assert session.labs["slope"].run is not None
    assert session.labs["slope"].twin is None


def test_a_file_from_before_there_were_twins_in_it_opens(small, tmp_path):
    path = tmp_path / "old.gdstudio"

    def old(values):
        del values["labs"]["slope"]["twin"]
        return values

    rewrite(small, path, old)
    session = load_session(path)
    assert session.left_out == ()
    assert session.labs["slope"].run.readings["step"] == 20
    assert session.labs["slope"].twin is None


@pytest.mark.parametrize(
    "code",
    ["slope?learning_rate=5", "surface?function=beale&learning_rate=1", "houses?learning_rate=9"],
)
def test_a_run_that_diverged_comes_back_as_it_ended(code, tmp_path):
    scenario = Scenario.parse(code)
    run = kept(scenario, 500, diverged=True)
    path = tmp_path / "mine.gdstudio"
    save_session(path, Session(scenario.lab, {scenario.lab: LabSession(scenario, run)}))
    again = load_session(path).labs[scenario.lab].run
    assert again.diverged
    one, other = (scenario.prepare()().resumed(r.state).snapshot() for r in (run, again))
    assert one.readings().keys() == other.readings().keys()
    assert [str(v) for v in one.readings().values()] == [str(v) for v in other.readings().values()]


def test_a_table_of_ones_own_is_in_the_session(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("size,price\n1,2\n2,3\n3,5\n4,4\n", encoding="utf-8")
    own = OwnTable(str(table), read_table(table))
    scenario = Scenario.of("houses", {"dataset": own})
    path = tmp_path / "mine.gdstudio"
    save_session(path, Session("houses", {"houses": LabSession(scenario, kept(scenario))}))
    table.unlink()
    lab = load_session(path).labs["houses"]
    read = lab.scenario.values["dataset"].table
    assert read.columns == ("size", "price")
    assert read.values["price"].tolist() == [2, 3, 5, 4]
    resumed = lab.scenario.prepare()().resumed(lab.run.state)
    assert same(resumed.descent.parameters, run_of(scenario, 20).descent.parameters)


def test_the_same_session_is_the_same_file_but_for_the_time_it_took(tmp_path, small):
    again = tmp_path / "again.gdstudio"
    save_session(again, load_session(small))
    one, other = load_session_file(small), load_session_file(again)
    assert one.values == other.values
    assert one.runs.keys() == other.runs.keys()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "newer version"),
        ({"format": "gdstudio-network"}, "no session"),
        ({"lab": "kitchen"}, "no session"),
        ({"labs": []}, "no session"),
        ({"labs": {"slope": {}}}, "no session"),
        ({"drawing": [[["a", 1]]]}, "no session"),
        ({"drawing": [[[1]]]}, "no session"),
        ({"drawing": [[[1, 1e999]]]}, "no session"),
    ],
)
def test_a_text_that_makes_no_sense_is_refused_in_one_sentence(change, said, small, tmp_path):
    path = tmp_path / "other.gdstudio"
    rewrite(small, path, lambda values: values | change)
    with pytest.raises(BadInput, match=said):
        load_session(path)


def rewrite(source, target, change, **options):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", **options) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "session.json":
                content = json.dumps(change(json.loads(content))).encode()
            new.writestr(name, content)


def test_what_cannot_be_used_of_one_lab_leaves_the_others(small, tmp_path):
    path = tmp_path / "other.gdstudio"

    def change(values):
        labs = values["labs"]
        labs["kitchen"] = labs["slope"]
        labs["houses"] = {"scenario": {"dataset": "castles"}, "run": None, "kept": []}
        return values | {"labs": labs}

    rewrite(small, path, change)
    session = load_session(path)
    assert list(session.labs) == ["slope"]
    assert len(session.left_out) == 2
    assert "kitchen" in session.left_out[0]
    assert "castles" in session.left_out[1]


def test_what_is_compressed_or_not_ours_is_not_even_read(small, tmp_path):
    packed = tmp_path / "packed.gdstudio"
    rewrite(small, packed, dict, compression=zipfile.ZIP_DEFLATED)
    stranger = tmp_path / "stranger.gdstudio"
    rewrite(small, stranger, dict)
    with zipfile.ZipFile(stranger, "a") as whole:
        whole.writestr("../../evil.py", "print(1)")
    for path in (packed, stranger):
        with pytest.raises(BadInput, match="no session"):
            load_session(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18)])
def test_files_of_other_kinds_are_refused(content, tmp_path):
    path = tmp_path / "other.gdstudio"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="no session"):
        load_session(path)
    with pytest.raises(BadInput, match="no file"):
        load_session(tmp_path / "nothing.gdstudio")


def opened(path):
    """Return the session, or None where it is refused in a sentence."""
    try:
        return load_session(path)
    except BadInput as problem:
        if not str(problem).endswith("."):
            raise
        return None


def test_damage_anywhere_is_refused_or_harmless(small, tmp_path):
    """Flip, cut and repeat bytes at random places: one sentence, or a session that opens."""
    rng = random.Random(7)
    content = small.read_bytes()
    path = tmp_path / "damaged.gdstudio"
    refused = 0
    times = int(os.environ.get("GDSTUDIO_FUZZ", "150"))
    for _ in range(times):
        damaged = bytearray(content)
        for _ in range(rng.choice((1, 1, 2, 8))):
            place = rng.randrange(len(damaged))
            kind = rng.randrange(4)
            if kind == 0:
                damaged[place] ^= 1 << rng.randrange(8)
            elif kind == 1:
                del damaged[place : place + rng.randrange(1, 2000)]
            elif kind == 2:
                damaged[place:place] = damaged[place : place + 50]
            else:
                damaged[place : place + 4] = rng.randbytes(4)
            if not damaged:
                damaged = bytearray(b"x")
        path.write_bytes(damaged)
        refused += opened(path) is None
    assert refused > times // 2


def test_numbers_in_the_text_that_make_no_sense_are_refused_or_harmless(small, tmp_path):
    """Put odd values at every place of the text, and of the runs' own."""
    rng = random.Random(3)
    file = load_session_file(small)
    path = tmp_path / "odd.gdstudio"
    odd = (None, -1, 1e308, "x", [], {}, True, [[]], 2**70, "NaN", "\0", -0.5)

    def spoil(thing):
        """Return `thing` with one value, somewhere in it, changed."""
        if isinstance(thing, dict) and thing and rng.random() < 0.9:
            key = rng.choice(list(thing))
            return {**thing, key: spoil(thing[key])}
        if isinstance(thing, list) and thing and rng.random() < 0.9:
            place = rng.randrange(len(thing))
            return [*thing[:place], spoil(thing[place]), *thing[place + 1 :]]
        return rng.choice(odd)

    for _ in range(int(os.environ.get("GDSTUDIO_FUZZ", "150"))):
        runs = dict(file.runs)
        values = dict(file.values)
        if rng.random() < 0.4:
            values = spoil(values)
        else:
            name = rng.choice(list(runs))
            content = runs[name]
            length = int.from_bytes(content[:8], "little")
            header = json.loads(content[8 : 8 + length])
            inner = spoil(json.loads(header["__metadata__"]["values"]))
            header["__metadata__"]["values"] = json.dumps(inner)
            text = json.dumps(header).encode()
            text += b" " * (-len(text) % 8)
            runs[name] = len(text).to_bytes(8, "little") + text + content[8 + length :]
        with zipfile.ZipFile(path, "w") as whole:
            whole.writestr("session.json", json.dumps(values))
            for name, content in runs.items():
                whole.writestr(name, content)
        session = opened(path)
        for lab in () if session is None else session.labs.values():
            twin = None if lab.twin is None else lab.twin.run
            for one in filter(None, (lab.run, twin, *lab.kept.runs)):
                run = lab.scenario.prepare()().resumed(one.state)
                run.snapshot()
                run.advance(steps=3)


# Its copies save without an end; a new one is made for each line that it is sent.
WRITER = """
    import os, sys
    from pathlib import Path
    from gdstudio.runs.session import load_session, save_session
    path = Path(sys.argv[1])
    sessions = [load_session(Path(name)) for name in sys.argv[2:]]
    for _ in sys.stdin:
        copy = os.fork()
        while not copy:
            for session in sessions:
                save_session(path, session)
        print(copy, flush=True)
        os.waitpid(copy, 0)
        print("ended", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no program can be copied here")
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(small, tmp_path):
    """Kill the writer at random moments; `GDSTUDIO_KILLS=500` does it more often."""
    other = tmp_path / "other.gdstudio"
    save_session(other, session_of(CODES[4]))
    wanted = {"slope", "houses"}
    path = tmp_path / "session.gdstudio"
    save_session(path, load_session(small))
    rng = random.Random(11)
    seen = set()
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), path, small, other],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        kills, least = 0, int(os.environ.get("GDSTUDIO_KILLS", "25"))
        # On a busy machine it takes longer until one of them has saved both.
        while kills < least or (seen != wanted and kills < 20 * least):
            kills += 1
            print("again", file=writer.stdin, flush=True)
            copy = int(writer.stdout.readline())
            longest = 0.05 * max(kills / least, 1)
            time.sleep(rng.uniform(0, longest))  # the moment of the kill is what is tried
            os.kill(copy, signal.SIGKILL)
            assert writer.stdout.readline().strip() == "ended"
            session = load_session(path)
            assert session.left_out == ()
            seen.add(session.lab)
    assert seen == wanted
    # What the killed ones left behind is gone with the next save.
    save_session(path, load_session(other))
    assert [found.name for found in tmp_path.glob(".*part")] == []


def test_a_full_disk_or_a_read_only_folder_is_one_sentence_and_the_old_stays(
    small, tmp_path, monkeypatch
):
    path = tmp_path / "session.gdstudio"
    session = load_session(small)
    save_session(path, session)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BadInput, match="make room"):
        save_session(path, session)
    monkeypatch.undo()
    path.chmod(0o444)
    with pytest.raises(BadInput, match="read-only"):
        save_session(path, session)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "code",
    [
        "points?dataset=moons&network=5&batch_size=10&optimizer=adam",
        "digits?dataset=pen-digits&training_size=300&network=8&batch_size=10&epochs=9",
    ],
)
def test_earlier_moments_come_back_as_far_as_they_fit(code, tmp_path):
    scenario = Scenario.parse(code)
    run = scenario.prepare()()
    run.advance(steps=90)
    run.set_live(Scenario.parse(f"{code}&learning_rate=0.05").prepare()().settings)
    run.advance(steps=60)
    path, sizes = tmp_path / "mine.gdstudio", {}
    for room in (0, 200_000, 10**8):
        moment = RunMoment.of(run, past_bytes=room)
        whole = KeptRun.of(scenario, moment)
        save_session(path, Session(scenario.lab, {scenario.lab: LabSession(scenario, whole)}))
        sizes[room] = path.stat().st_size
        state = load_session(path).labs[scenario.lab].run.state
        again = scenario.prepare()().resumed(state)
        kept = again.snapshot().kept.tolist()
        assert kept[-1] == 150
        assert set(kept) <= {*run.snapshot().kept.tolist(), 150}
    assert sizes[0] < sizes[200_000] < sizes[10**8]
    assert set(kept) == {*run.snapshot().kept.tolist(), 150}
    # One can look at them, go on from them, and from between them, as before.
    for step in (40, 120):
        assert same(again.visit(step).parameters, run.visit(step).parameters)
    for one in (run, again):
        one.branch(57)
        one.advance(steps=20)
    assert again.iteration == run.iteration
    assert same(again.descent.parameters, run.descent.parameters)
    assert same(again.history.curve().mean, run.history.curve().mean)


@pytest.mark.parametrize(
    "code",
    [
        "points?dataset=moons&network=5&learning_rate=0.1",
        "digits?dataset=pen-digits&training_size=300&network=8&activation=relu"
        "&loss=cross-entropy&epochs=9&learning_rate=0.1",
    ],
)
def test_a_divergence_after_coming_back_returns_to_the_last_good_place(code, tmp_path):
    scenario = Scenario.parse(code)
    run = scenario.prepare()()
    run.advance(steps=70)
    # A place from which nothing good comes: the next step finds it out.
    run.descent.parameters[:] = 1e30
    whole = KeptRun.of(scenario, RunMoment.of(run))
    session = Session(scenario.lab, {scenario.lab: LabSession(scenario, whole)})
    save_session(tmp_path / "mine.gdstudio", session)
    state = load_session(tmp_path / "mine.gdstudio").labs[scenario.lab].run.state
    again = scenario.prepare()().resumed(state)
    for one in (run, again):
        with pytest.raises(Diverged):
            one.advance(steps=1)
    assert np.abs(again.descent.parameters).max() < 1e3
    assert same(again.descent.parameters, run.descent.parameters)


def test_how_far_one_came_in_lessons_is_in_the_session(tmp_path):
    lessons = {"story": {"step": 3, "heading": "Down", "answered": {}, "is_finished": False}}
    path = tmp_path / "mine.gdstudio"
    save_session(path, Session("slope", lessons=lessons))
    assert load_session(path).lessons == lessons
