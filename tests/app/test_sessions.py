"""A session is saved and opened, written by itself, and offered after a crash."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QStackedWidget, QWidget
from whole_window import in_thread, labs_in_threads

from gdstudio.app import session_controller
from gdstudio.app.application import create_main_window
from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.session_controller import SessionController
from gdstudio.experiment.readings import readings
from gdstudio.experiment.run import Run
from gdstudio.experiment.run_update import TwinStanding, TwinState
from gdstudio.experiment.scenario import Scenario
from gdstudio.lesson.guide import Answered
from gdstudio.lesson.progress import Place, Progress
from gdstudio.runs.kept_run import AskMoment, KeptRun, RunMoment
from gdstudio.runs.session import LabSession, Session, load_session, save_session
from gdstudio.runs.twins import TwinChoice, TwinRun

STROKES = [np.array([[10.0, 10.0], [60.0, 80.0]])]
CODE = "houses?learning_rate=0.01"


class Window(QStackedWidget):
    """Some labs in a stack, and their sessions: what a window has of them."""

    def __init__(self, kinds):
        super().__init__()
        self.labs = {kind.key: in_thread(kind)() for kind in kinds}
        for lab in self.labs.values():
            self.addWidget(lab)
        self.sessions = SessionController(self.labs, lambda: self.current_lab, self)
        self.sessions.lab_wanted.connect(self.show_lab)

    @property
    def current_lab(self):
        return self.currentWidget()

    def show_lab(self, key):
        self.setCurrentWidget(self.labs[key])
        self.labs[key].start()
        self.sessions.take_up(key)

    def closeEvent(self, event):  # noqa: N802 - Qt's name
        self.sessions.give_up()
        for lab in self.labs.values():
            lab.close_runner()
        self.sessions.close()
        super().closeEvent(event)


class Hand:
    """Labs that compute in threads, and a hand on them."""

    def __init__(self, qtbot, window):
        self._qtbot, self.window = qtbot, window
        qtbot.addWidget(self.window)
        self.window.resize(1280, 720)
        self.window.show()
        qtbot.waitExposed(self.window)

    def wait(self, reached):
        self._qtbot.waitUntil(lambda: bool(reached()), timeout=60_000)

    def lab(self, key):
        self.window.show_lab(key)
        lab = self.window.labs[key]
        self.wait(lambda: lab.runner.latest and lab.runner.latest.snapshot)
        return lab

    def step(self, lab, count):
        before = lab.runner.latest.snapshot.iteration
        lab.runner.step(count)
        self.wait(lambda: lab.runner.latest.snapshot.iteration == before + count)

    def keep(self, lab):
        count = len(lab.kept_runs.runs)
        lab.findChild(QAbstractButton, "keep_run_button").click()
        self.wait(lambda: len(lab.kept_runs.runs) == count + 1)

    def status(self):
        return self.window.current_lab.findChild(QLabel, "status_label").text()

    def said(self):
        """Return what stands in the strips of the lab that is seen."""
        return self.said_by(self.window.current_lab)

    def said_by(self, lab):
        return " ".join(label.text() for label in lab.notice.findChildren(QLabel))

    def close(self):
        self.window.close()


@pytest.fixture
def open_hand(qtbot):
    hands = []

    def make(kinds=(SlopeLab, HousesLab)):
        hands.append(Hand(qtbot, Window(kinds)))
        return hands[-1]

    yield make
    for hand in hands:
        hand.close()


@pytest.fixture
def asked_for(monkeypatch, tmp_path):
    """Let the file dialogs answer with this path."""
    path = tmp_path / "mine.gdstudio"
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_, path=path: (str(path), ""))
    return path


def test_saved_and_opened_and_on_as_if_nothing_had_been_between(open_hand, asked_for):
    hand = open_hand()
    slope = hand.lab("slope")
    hand.step(slope, 4)
    houses = hand.lab("houses")
    houses.apply(Scenario.parse(CODE))
    hand.wait(lambda: houses.runner.is_up_to_date)
    hand.step(houses, 7)
    hand.keep(houses)
    hand.step(houses, 5)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    assert "Saved the session as mine.gdstudio." in hand.status()
    hand.close()

    other = open_hand()
    other.window.sessions.ask_and_open()
    other.wait(lambda: other.window.current_lab.key == "houses")
    houses = other.window.current_lab
    other.wait(lambda: houses.runner.latest and houses.runner.latest.snapshot)
    other.wait(lambda: houses.runner.latest.snapshot.iteration == 12)
    assert "Opened the session" in other.status()
    assert houses.kept_runs.runs.names() == ["rate 0.01"]
    assert [line.label for line in houses.findChild(QWidget, "loss_plot").kept_lines()] == [
        "rate 0.01"
    ]
    other.step(houses, 8)
    original = Scenario.parse(CODE).prepare()()
    original.advance(steps=20)
    np.testing.assert_array_equal(
        houses.runner.latest.snapshot.parameters, original.descent.parameters
    )
    # The others are as they were once they are seen.
    slope = other.lab("slope")
    other.wait(lambda: slope.runner.latest.snapshot.iteration == 4)


# Each lab, what it is set to, what differs for its twin, and for how many steps both go on.
TWINS = {
    "slope": (SlopeLab, "slope?function=two-valleys&learning_rate=0.001", ("learning_rate", 0.002)),
    "surface": (
        SurfaceLab,
        "surface?function=beale&optimizer=momentum&learning_rate=0.001&start_x=3&start_y=-1",
        ("momentum", 0.5),
    ),
    "houses": (HousesLab, "houses?learning_rate=0.01", ("slope", 0.1)),
    "points": (
        PointsLab,
        "points?dataset=moons&network=4&batch_size=20&learning_rate=0.5",
        ("network", "3, 3"),
    ),
    "digits": (
        DigitsLab,
        "digits?dataset=pen-digits&training_size=200&network=6&epochs=9&learning_rate=0.5",
        ("activation", "tanh"),
    ),
}


def twin_numbers(lab):
    """Return the readings of the run and of its twin, but for those of the machine."""
    update = lab.runner.latest
    return [
        {name: str(one) for name, one in readings(snapshot).items() if "per_second" not in name}
        for snapshot in (update.snapshot, update.twin.snapshot)
    ]


def with_twin(hand, code, name, value, steps):
    """Have a lab with a run and its twin that have made some steps; return the lab."""
    lab = hand.lab(code.partition("?")[0])
    lab.apply(Scenario.parse(code))
    hand.wait(lambda: lab.runner.is_up_to_date and lab.runner.latest.snapshot)
    assert lab.twins.begin(TwinChoice(name, value))
    hand.wait(lambda: lab.runner.is_up_to_date and lab.runner.latest.twin is not None)
    twin_steps(hand, lab, steps)
    return lab


def twin_steps(hand, lab, count):
    """Let both make steps."""
    wanted = lab.runner.latest.twin.snapshot.iteration + count
    lab.runner.step(count)
    hand.wait(lambda: lab.runner.latest.twin.snapshot.iteration == wanted)
    # The line and the controls show what was heard of last.
    hand.wait(lambda: not lab.background.is_busy)


@pytest.mark.parametrize("key", TWINS)
def test_a_run_and_its_twin_go_on_as_if_nothing_had_been_between(open_hand, asked_for, key):
    kind, code, (name, value) = TWINS[key]
    hand = open_hand((kind,))
    lab = with_twin(hand, code, name, value, 23)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    assert "Saved the session as mine.gdstudio." in hand.status()
    saved, line = twin_numbers(lab), lab.findChild(QLabel, "twin_label").text()
    twin_steps(hand, lab, 40)
    later = twin_numbers(lab)
    hand.close()

    other = open_hand((kind,))
    lab = other.lab(key)
    other.window.sessions.ask_and_open()
    other.wait(lambda: lab.runner.latest.twin is not None)
    other.wait(lambda: lab.findChild(QLabel, "twin_label").isVisible())
    assert "Opened the session" in other.status()
    assert twin_numbers(lab) == saved
    assert lab.findChild(QLabel, "twin_label").text() == line
    twin_steps(other, lab, 40)
    assert twin_numbers(lab) == later

    # It is a twin like any other: Reset has both begin anew, and it keeps its setting.
    lab.reset()
    other.wait(lambda: lab.runner.is_up_to_date and not lab.runner.latest.snapshot.iteration)
    twin_steps(other, lab, 23)
    assert twin_numbers(lab) == saved


@pytest.mark.parametrize(("rate", "beside"), [(5.0, 0.01), (0.01, 5.0), (5.0, 6.0)])
def test_where_one_has_exploded_the_session_has_both_as_they_are(
    open_hand, asked_for, rate, beside
):
    hand = open_hand((HousesLab,))
    houses = with_twin(hand, f"houses?learning_rate={rate}", "learning_rate", beside, 1)
    houses.runner.step(400)
    hand.wait(lambda: "diverged" in houses.findChild(QLabel, "twin_label").text())
    if beside == 0.01:
        hand.wait(lambda: houses.runner.latest.twin.snapshot.iteration == 401)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    in_file = load_session(asked_for).labs["houses"]
    assert (in_file.run.diverged, in_file.twin.run.diverged) == (rate > 1, beside > 1)
    before, saved = houses.runner.latest.twin, twin_numbers(houses)
    line = houses.findChild(QLabel, "twin_label").text()

    other = open_hand((HousesLab,))
    houses = other.lab("houses")
    other.window.sessions.ask_and_open()
    other.wait(lambda: houses.runner.latest.twin is not None)
    twin = houses.runner.latest.twin
    assert twin_numbers(houses) == saved
    assert (twin.state, twin.message, twin.exploded) == (
        before.state,
        before.message,
        before.exploded,
    )
    assert houses.findChild(QLabel, "twin_label").text() == line
    if rate == beside - 1:
        return
    going, over = (0, 1) if rate == 0.01 else (1, 0)
    steps = [round(float(one["step"])) for one in saved]
    houses.runner.step(3)
    other.wait(lambda: float(twin_numbers(houses)[going]["step"]) == steps[going] + 3)
    assert twin_numbers(houses)[over] == saved[over]


@pytest.mark.parametrize("steps", [0, 5])
def test_a_session_without_a_twin_has_none_of_what_was_there_before(open_hand, steps):
    hand = open_hand((HousesLab,))
    houses = with_twin(hand, CODE, "slope", 0.1, 3)
    scenario = Scenario.parse("houses?learning_rate=0.02")
    run = scenario.prepare()()
    run.advance(steps=steps)
    kept = KeptRun.of(scenario, RunMoment.of(run)) if steps else None
    session = Session("houses", {"houses": LabSession(scenario, kept)})
    generation = houses.runner.generation
    hand.window.sessions.take(session, "mine")
    hand.wait(lambda: houses.runner.generation > generation and houses.runner.is_up_to_date)
    hand.wait(lambda: houses.runner.latest.twin is None)
    assert houses.runner.latest.snapshot.iteration == steps
    assert not houses.findChild(QLabel, "twin_label").isVisible()
    hand.step(houses, 2)
    assert houses.runner.latest.twin is None


def test_the_twin_is_written_by_itself_also_where_the_run_stands(open_hand, tmp_path):
    hand = open_hand((HousesLab,))
    hand.lab("houses")
    hand.window.sessions.keep_in(tmp_path)
    houses = with_twin(hand, "houses?learning_rate=5", "learning_rate", 0.01, 300)
    path = tmp_path / "session.gdstudio"
    for steps in (300, 310):
        with hand._qtbot.waitSignal(hand.window.sessions.saved):
            hand.window.sessions.write()
        assert load_session(path).labs["houses"].twin.run.readings["step"] == steps
        twin_steps(hand, houses, 10)


def test_a_twin_before_the_first_step_is_in_the_session(open_hand, asked_for):
    hand = open_hand((HousesLab,))
    with_twin(hand, CODE, "slope", 0.1, 0)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    lab = load_session(asked_for).labs["houses"]
    assert lab.twin.run.readings["step"] == lab.run.readings["step"] == 0


def test_a_window_that_closes_writes_the_twin_as_it_was_last(open_hand, tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "is_long", True)
    hand = open_hand((HousesLab,))
    houses = with_twin(hand, CODE, "slope", 0.1, 3)
    hand.window.sessions.keep_in(tmp_path)
    houses.findChild(QAbstractButton, "keep_run_button").click()
    hand.wait(lambda: len(houses.kept_runs.runs) == 2)
    twin_steps(hand, houses, 4)
    hand.close()
    lab = load_session(tmp_path / "last-session.gdstudio").labs["houses"]
    assert lab.twin.run.readings["step"] == lab.run.readings["step"] == 7


def test_a_twin_that_was_opened_ends_as_any_other(open_hand, asked_for):
    hand = open_hand((HousesLab,))
    houses = with_twin(hand, CODE, "slope", 0.1, 3)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    hand.window.sessions.ask_and_open()
    hand.wait(lambda: "Opened the session" in hand.status() and houses.runner.is_up_to_date)
    run = load_session(asked_for).labs["houses"].run
    houses.set_ups.go_on(run.scenario, run.state)
    hand.wait(lambda: houses.runner.is_up_to_date and houses.runner.latest.twin is None)
    assert "The twin has ended." in hand.status()
    assert "could not be opened" not in hand.said()


def test_a_twin_that_cannot_go_on_is_left_out_with_a_word(open_hand):
    scenario = Scenario.parse(TWINS["points"][1])
    run, other = scenario.prepare()(), scenario.changed({"network": "3"}).prepare()()
    run.advance(steps=5)
    other.advance(steps=5)
    kept, beside = (KeptRun.of(scenario, RunMoment.of(one)) for one in (run, other))
    wrong = replace(beside.state, settings=kept.state.settings)  # for another network
    twin = TwinRun(replace(beside, state=wrong), TwinStanding(TwinChoice("network", "3")))
    hand = open_hand((PointsLab,))
    points = hand.lab("points")
    session = Session("points", {"points": LabSession(scenario, kept, twin=twin)})
    hand.window.sessions.take(session, "mine")
    hand.wait(lambda: points.runner.latest.snapshot.iteration == 5)
    assert points.runner.latest.twin is None
    assert "The twin could not be opened and is left out." in hand.said()
    hand.step(points, 2)


def test_of_a_process_that_has_died_the_twin_is_saved_too(open_hand, asked_for, monkeypatch):
    hand = open_hand((SlopeLab,))
    slope = with_twin(hand, *TWINS["slope"][1:2], *TWINS["slope"][2], 6)
    runner, answers = slope.runner, []
    runner.ask_both(AskMoment(), answers.append)
    hand.wait(lambda: answers)
    both = answers[0]
    kept = (runner.latest.run, both.live.state, TwinState(both.standing, both.twin.state))
    monkeypatch.setattr(runner, "_kept", kept)
    monkeypatch.setattr(runner, "ask_both", lambda _question, then: then(None))
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    lab = load_session(asked_for).labs["slope"]
    assert lab.run.state.iteration == lab.twin.run.state.iteration == 6
    assert lab.twin.run.setting("learning_rate") == 0.002


def test_the_saved_curve_is_there_before_what_computes(open_hand):
    scenario = Scenario.parse(CODE)
    run = scenario.prepare()()
    run.advance(steps=12)
    kept = KeptRun.of(scenario, RunMoment.of(run))
    hand = open_hand()
    houses = hand.window.labs["houses"]
    hand.window.sessions.take(Session("houses", {"houses": LabSession(scenario, kept)}), "mine")
    assert houses.runner.latest is None
    plot = houses.findChild(QWidget, "loss_plot")
    (line,) = plot.kept_lines()
    assert line.label == "as saved"
    assert len(line.x) == 13
    hand.wait(lambda: houses.runner.latest and houses.runner.latest.snapshot)
    hand.wait(lambda: houses.runner.latest.snapshot.iteration == 12)
    assert list(plot.kept_lines()) == []


def test_a_drawing_comes_back(open_hand, asked_for):
    hand = open_hand((SlopeLab, DigitsLab))
    digits = hand.lab("digits")
    digits.show_drawing(STROKES)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    digits.reading.canvas.clear()
    hand.window.sessions.ask_and_open()
    hand.wait(lambda: digits.drawing())
    (stroke,) = digits.drawing()
    assert stroke.shape == (2, 2)
    assert (np.sign(stroke[1] - stroke[0]) == 1).all()
    hand.lab("slope")
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    hand.close()
    # Also where its lab is not seen yet.
    other = open_hand((SlopeLab, DigitsLab))
    other.window.sessions.ask_and_open()
    digits = other.window.labs["digits"]
    other.wait(lambda: digits.drawing())
    assert digits.runner.latest is None
    other.lab("digits")
    assert len(digits.drawing()) == 1


def test_a_file_that_is_no_session_is_one_sentence_and_changes_nothing(open_hand, asked_for):
    asked_for.write_bytes(b"nothing")
    hand = open_hand()
    slope = hand.lab("slope")
    hand.step(slope, 3)
    hand.window.sessions.ask_and_open()
    hand.wait(lambda: "no session" in hand.said())
    assert slope.runner.latest.snapshot.iteration == 3


def test_written_by_itself_and_offered_after_a_crash(open_hand, tmp_path):
    hand = open_hand()
    hand.window.sessions.keep_in(tmp_path)
    sessions = hand.window.sessions
    slope = hand.lab("slope")
    hand.step(slope, 6)
    with hand._qtbot.waitSignal(sessions.saved):
        sessions._timer.timeout.emit()
    assert load_session(tmp_path / "session.gdstudio").labs["slope"].run.readings["step"] == 6
    # Nothing is written where nothing has changed.
    before = (tmp_path / "session.gdstudio").stat().st_mtime_ns
    sessions._timer.timeout.emit()
    assert not sessions.background.is_busy
    assert (tmp_path / "session.gdstudio").stat().st_mtime_ns == before

    # A second window says that it does not write.
    second = open_hand()
    second.window.sessions.keep_in(tmp_path)
    second.wait(lambda: "Another window" in second.said())
    second.close()
    assert (tmp_path / "session.gdstudio").exists()

    # As a crash leaves it.
    content = (tmp_path / "session.gdstudio").read_bytes()
    hand.close()
    assert not (tmp_path / "session.gdstudio").exists()
    (tmp_path / "session.gdstudio").write_bytes(content)
    third = open_hand()
    third.window.sessions.keep_in(tmp_path)
    third.wait(lambda: "did not end" in third.said())
    lab = third.window.current_lab
    button = next(
        one for one in lab.notice.findChildren(QAbstractButton) if one.text() == "Open it again"
    )
    button.click()
    slope = third.window.labs["slope"]
    third.wait(lambda: third.window.current_lab is slope)
    third.wait(lambda: slope.runner.latest and slope.runner.latest.snapshot)
    third.wait(lambda: slope.runner.latest.snapshot.iteration == 6)


def test_a_run_whose_process_has_died_is_saved_as_it_was_kept(open_hand, asked_for, monkeypatch):
    hand = open_hand((SlopeLab,))
    slope = hand.lab("slope")
    hand.step(slope, 6)
    runner, answers = slope.runner, []
    runner.ask(AskMoment(), answers.append)
    hand.wait(lambda: answers)
    monkeypatch.setattr(runner, "_kept", (runner.latest.run, answers[0].state, None))
    monkeypatch.setattr(runner, "ask_both", lambda _question, then: then(None))
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    assert load_session(asked_for).labs["slope"].run.state.iteration == 6


def test_a_run_that_never_answers_is_saved_as_it_was_kept_and_holds_up_nobody(
    open_hand, asked_for, monkeypatch
):
    monkeypatch.setattr(session_controller, "_PATIENCE_MILLISECONDS", 50)
    hand = open_hand()
    slope, houses = hand.lab("slope"), hand.lab("houses")
    hand.step(slope, 6)
    hand.step(houses, 2)
    late = []
    monkeypatch.setattr(slope.runner, "ask_both", lambda _question, then: late.append(then))
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.window.sessions.ask_and_save()
    assert load_session(asked_for).labs["houses"].run.state.iteration == 2
    before = asked_for.read_bytes()
    late[0](None)  # at last, and too late
    assert not hand.window.sessions.background.is_busy
    assert asked_for.read_bytes() == before


def test_what_a_crash_left_stays_offered_after_a_reset_and_survives_another_crash(
    open_hand, tmp_path
):
    (tmp_path / "session.gdstudio").write_bytes(b"the work of yesterday")
    hand = open_hand()
    hand.window.sessions.keep_in(tmp_path)
    slope = hand.lab("slope")
    hand.step(slope, 2)
    slope.findChild(QAbstractButton, "reset_button").click()
    hand.wait(lambda: slope.runner.latest.snapshot.iteration == 0)
    assert "did not end" in hand.said_by(hand.window.labs["slope"])
    assert not (tmp_path / "session.gdstudio").exists()  # nothing was done that is worth it
    hand.close()
    (tmp_path / "last-session.gdstudio").write_bytes(b"the work of yesterday")
    (tmp_path / "session.gdstudio").write_bytes(b"the work of today")
    open_hand().window.sessions.keep_in(tmp_path)
    assert (tmp_path / "last-session.gdstudio").read_bytes() == b"the work of today"
    assert (tmp_path / "earlier-session.gdstudio").read_bytes() == b"the work of yesterday"


def test_a_full_disk_is_said_once_until_there_is_room_again(open_hand, tmp_path, monkeypatch):
    hand = open_hand((SlopeLab,))
    sessions = hand.window.sessions
    slope = hand.lab("slope")
    sessions.keep_in(tmp_path)
    told = []
    monkeypatch.setattr(slope, "say_problem", lambda text, about="", **_: told.append(text))

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("os.fsync", full)
        for count in (1, 2):
            hand.step(slope, 1)
            sessions.write()
            hand.wait(lambda: not sessions._is_writing)
            assert len(told) == 1, count
    taken_back = []
    monkeypatch.setattr(slope, "take_back", lambda *about: taken_back.extend(about))
    hand.step(slope, 1)
    with hand._qtbot.waitSignal(sessions.saved):
        sessions.write()
    assert taken_back
    assert "make room" in told[0]


def test_kept_runs_are_offered_again_also_after_a_proper_end(open_hand, tmp_path):
    hand = open_hand()
    hand.window.sessions.keep_in(tmp_path)
    slope = hand.lab("slope")
    hand.step(slope, 6)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.keep(slope)
    hand.close()
    other = open_hand()
    other.window.sessions.keep_in(tmp_path)
    other.wait(lambda: "kept runs of last time" in other.said())


def test_what_is_kept_just_before_the_end_is_in_the_file(open_hand, tmp_path):
    hand = open_hand()
    hand.window.sessions.keep_in(tmp_path)
    slope, houses = hand.lab("slope"), hand.lab("houses")
    hand.step(slope, 6)
    with hand._qtbot.waitSignal(hand.window.sessions.saved):
        hand.keep(slope)
    hand.step(houses, 3)
    hand.keep(houses)
    hand.close()  # before the time has come in which it would be written by itself

    session = load_session(tmp_path / "last-session.gdstudio")
    assert len(session.labs["houses"].kept) == len(session.labs["slope"].kept) == 1
    assert session.labs["houses"].kept.runs[0].readings["step"] == 3
    assert session.labs["slope"].run.readings["step"] == 6


def test_lessons_come_back_where_one_had_come_further(tmp_path):
    there, here = Progress(), Progress()
    there.places = {
        "one": Place(4, "Further", {2: Answered(tries=1, is_right=True)}),
        "two": Place(1, "Not as far"),
    }
    here.places = {"two": Place(5, "Far"), "three": Place(2, "Only here")}
    path = tmp_path / "mine.gdstudio"
    save_session(path, Session("slope", lessons=there.as_plain()))
    here.take_further(load_session(path).lessons)
    assert here.places["one"] == there.places["one"]
    assert here.places["two"].step == 5
    assert here.places["three"].heading == "Only here"
    here.take_further({"one": "nonsense", "four": {"step": "x", "answered": 7}})
    assert here.places["one"] == there.places["one"]


def test_a_folder_that_cannot_be_written_is_one_sentence(open_hand, tmp_path):
    (tmp_path / "file").write_text("")
    hand = open_hand()
    hand.window.sessions.keep_in(tmp_path / "file" / "runs")
    hand.wait(lambda: "not written by itself" in hand.said())


def test_the_menu_of_the_window_saves_and_opens(asked_for, qtbot):
    with labs_in_threads():
        window = create_main_window()
    qtbot.addWidget(window)
    window.show()
    lab = window.current_lab
    qtbot.waitUntil(lambda: lab.runner.latest and lab.runner.latest.snapshot)
    with qtbot.waitSignal(window.sessions.saved):
        window.findChild(QAction, "save_session_action").trigger()
    assert load_session(asked_for).lab == lab.key
    window.findChild(QAction, "open_session_action").trigger()
    label = lab.findChild(QLabel, "status_label")
    qtbot.waitUntil(lambda: "Opened the session" in label.text())
    # What a file manager hands over is opened, too, or the window says what is wrong with it.
    asked_for.write_bytes(b"nothing")
    window.open_file(str(asked_for))
    notice = lab.findChild(QLabel, "notice_label")
    qtbot.waitUntil(lambda: "no session" in notice.text())
    window.open_file(str(asked_for.with_name("gone.md")))
    qtbot.waitUntil(lambda: "gone.md" in window.guide.panel.problem)
    assert window.guide.is_open
    window.close()
