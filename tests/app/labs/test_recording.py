"""A run recorded as a moving picture: of every lab, and from the dialog in the window."""

import contextlib
import dataclasses
import functools
import io
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from lab_hand import WAIT, LabHand
from PIL import Image
from PySide6.QtCore import QPointF, QSize, QTimer
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QComboBox, QFileDialog

from gdstudio.app.labs.digits.lab import DigitsLab
from gdstudio.app.labs.digits.prompts import SEVEN
from gdstudio.app.labs.houses.lab import HousesLab
from gdstudio.app.labs.points.lab import PointsLab
from gdstudio.app.labs.recording import film
from gdstudio.app.labs.recording.film import record
from gdstudio.app.labs.recording.scene import SceneFrame, lines_of
from gdstudio.app.labs.slope.lab import SlopeLab
from gdstudio.app.labs.surface.lab import SurfaceLab
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.errors import BadInput
from gdstudio.experiment.digits import questions as digits
from gdstudio.experiment.functions.slope import SlopeExperiment
from gdstudio.experiment.points import questions as points
from gdstudio.experiment.readings import readings
from gdstudio.experiment.scenario import Scenario
from gdstudio.recording.plan import RecordingPlan

CODES = {
    SlopeLab: "slope?start=2.5&learning_rate=0.2",
    SurfaceLab: "surface?function=beale&start_x=3&start_y=-2&learning_rate=0.001&fog=yes",
    HousesLab: "houses?learning_rate=0.02",
    PointsLab: "points?dataset=circle&network=3",
    DigitsLab: "digits?dataset=pen-digits&training_size=200&network=10",
}
DRAWINGS = {DigitsLab: [np.array(stroke, float) for stroke in SEVEN]}


def plan_of(kind, **more):
    drawn = DRAWINGS.get(kind, [])
    given = {"steps": 4, "frames": 3, "size": (480, 270), "drawing": drawn} | more
    return RecordingPlan(Scenario.parse(CODES[kind]), **given)


def frames_of(made):
    picture = Image.open(io.BytesIO(made.content))
    seen = []
    for number in range(picture.n_frames):
        picture.seek(number)
        seen.append(np.asarray(picture.convert("RGB"), int))
    return seen


def ignore(done, planned):
    """Hear how far it is."""


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.key)
def test_what_is_recorded_is_the_run_of_the_setup_code(kind, qapp):
    made_labs = []

    def make():
        made_labs.append(kind.in_one_process())
        return made_labs[0]

    told = []
    theme = current_theme()
    before = theme.palette, theme.text_scale
    made = record(make, plan_of(kind), "APNG", lambda *count: told.append(count))
    assert (theme.palette, theme.text_scale) == before
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (made.frames, made.steps, made.ended, made.diverged) == (3, 4, "", False)
    run = Scenario.parse(CODES[kind]).prepare()()
    run.advance(steps=4)
    (lab,) = made_labs
    shown, expected = readings(lab.runner.latest.snapshot), readings(run.snapshot())
    name = lab.vocabulary.objective
    assert shown[name] == pytest.approx(expected[name], rel=1e-12)
    seen = frames_of(made)
    assert {frame.shape for frame in seen} == {(270, 480, 3)}
    assert (seen[0] != seen[1]).any(axis=-1).sum() > 20, "the first step is not seen"
    assert (seen[1] != seen[2]).any(axis=-1).sum() > 20, "the last step is not seen"


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.key)
def test_each_scene_shows_something(kind, qtbot):
    lab = kind.in_one_process()
    qtbot.addWidget(lab)
    lab.show()
    lab.start()
    lab.runner.step(3)
    qtbot.waitUntil(lambda: lab.has_made(3) and lab.is_settled(), timeout=WAIT)
    lab.show_drawing(DRAWINGS.get(kind, []))
    for key, scene in lab.scenes().items():
        frame = SceneFrame(scene, "a code", QSize(480, 270), lab)
        frame.show()
        qtbot.waitUntil(lab.is_settled, timeout=WAIT)
        if scene.at_the_end is not None:
            scene.at_the_end()
            qtbot.waitUntil(lab.is_settled, timeout=WAIT)
        middle = frame.picture()[40:-40]
        assert len(np.unique(middle.reshape(-1, 3), axis=0)) > 8, key
    lab.close_runner()


def test_the_page_of_the_command_line_lists_what_can_be_recorded(qtbot):
    page = Path(__file__).parents[3] / "docs" / "command-line.md"
    for kind in CODES:
        lab = kind.in_one_process()
        qtbot.addWidget(lab)
        listed = ", ".join(f"`{key}`" for key in lab.scenes())
        assert f"\n| {kind.key} | {listed} |\n" in page.read_text("utf-8")
        lab.close_runner()


@contextlib.contextmanager
def late_paths(question_type):
    """Let the window hear of the path that was walked much later than a picture could be taken."""
    ask = Runner.ask

    def ask_late(self, question, then):
        if not isinstance(question, question_type):
            return ask(self, question, then)
        return ask(self, question, lambda path: QTimer.singleShot(200, lambda: then(path)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runner, "ask", ask_late)
        yield


def walks_filmed(kind, plan, plot_of):
    """Return the recording, and of each frame the walk as the plot tells it and where it ends.

    A walk has the shape ``(n, 2)``, in units of the axes; its end is the (x, y) of a pixel.
    """
    labs, walks, ends = [], [], []

    def make():
        labs.append(kind.in_one_process())
        return labs[0]

    def note(done, planned):  # the picture has just been taken
        plot = plot_of(labs[0])
        frame = plot.parentWidget()
        assert isinstance(frame, SceneFrame)
        walks.append(np.array(plot.path_table()[1], float)[:, -2:])
        place = plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(*walks[-1][-1])))
        end = plot.viewport().mapTo(frame, place)
        ends.append((end.x(), end.y()))

    return record(make, plan, "APNG", note), walks, ends


def has_mark(picture, end):
    """Return whether the mark of where a walk is lies at the pixel `end`: a disc, not a line."""
    (x, y), color = end, current_theme().palette.qcolor("negative").getRgb()[:3]
    within = [
        picture[y + up, x + across] for across, up in ((0, 0), (3, 0), (-3, 0), (0, 3), (0, -3))
    ]
    return np.abs(np.array(within) - color).max() < 60


def assert_each_frame_marks_its_own_end(made, ends):
    """Each frame shows the walk's mark where that frame's walk ends, and at no other's end."""
    for number, picture in enumerate(frames_of(made)):
        marked = [other for other, end in enumerate(ends) if has_mark(picture, end)]
        assert marked == [number]


def test_on_each_frame_of_a_landscape_is_the_way_up_to_its_step(qapp):
    code = CODES[PointsLab] + "&learning_rate=10"
    plan = dataclasses.replace(plan_of(PointsLab, scene="landscape"), scenario=Scenario.parse(code))
    with late_paths(points.PathSoFar):
        made, walks, ends = walks_filmed(PointsLab, plan, lambda lab: lab.landscape.contour)
    run = Scenario.parse(code).prepare()()
    passed = [run.descent.parameters[:2].copy()]
    for _ in range(4):
        run.advance(steps=1)
        passed.append(run.descent.parameters[:2].copy())
    for step, walk in zip((0, 2, 4), walks, strict=True):
        # Every step that was made, and where the network is.
        np.testing.assert_allclose(walk, [*passed[: step + 1], passed[step]], rtol=1e-6)
    assert_each_frame_marks_its_own_end(made, ends)


def test_numbers_at_an_axis_are_whole_in_the_picture_in_which_they_grow(qapp):
    labs, rooms = [], []

    def make():
        labs.append(PointsLab.in_one_process())
        return labs[0]

    def note(done, planned):  # the picture has just been painted
        axis = labs[0].landscape.contour.getAxis("left")
        rooms.append((axis.width(), axis.minimumWidth()))

    code = "points?dataset=line&network=none&learning_rate=100"  # to some thousands in a step
    plan = dataclasses.replace(plan_of(PointsLab, scene="landscape"), scenario=Scenario.parse(code))
    record(make, plan, "APNG", note)
    assert rooms[-1][1] > rooms[0][1] + 10
    for given, needed in rooms:
        assert given == needed


def test_the_landscape_of_a_network_is_that_of_its_end_and_it_walks_there_from_its_start(qapp):
    def filmed():
        plan = plan_of(DigitsLab, scene="landscape", steps=20, frames=5, drawing=[])
        return walks_filmed(DigitsLab, plan, lambda lab: lab.inside.tabs.page("landscape").plot)

    with late_paths(digits.PathSoFar):
        made, walks, ends = filmed()
    assert (made.frames, made.steps, made.diverged) == (5, 20, False)
    run = Scenario.parse(CODES[DigitsLab]).prepare()()
    passed = [run.descent.parameters.astype(float)]
    for _ in range(20):
        run.advance(steps=1)
        passed.append(run.descent.parameters.astype(float))
    # The map is around the end, along the first two principal components of the path.
    distances = np.array(passed) - passed[-1]
    places = distances @ np.linalg.svd(distances)[2][:2].T
    places *= np.where(places[0] > 0, -1, 1)
    for step, walk in zip((0, 5, 10, 15, 20), walks, strict=True):
        np.testing.assert_allclose(walk, [*places[: step + 1], places[step]], atol=1e-4)
    assert_each_frame_marks_its_own_end(made, ends)
    assert filmed()[0].content == made.content


def test_a_drawing_is_seen_and_read(qapp):
    plan = plan_of(DigitsLab, scene="drawing")
    drawn, blank = (
        frames_of(record(DigitsLab.in_one_process, one, "APNG", ignore))
        for one in (plan, dataclasses.replace(plan, drawing=[]))
    )
    assert (drawn[0] != blank[0]).any(axis=-1).sum() > 500


def test_dark_colours_are_dark_and_the_window_keeps_its_own(qapp):
    before = current_theme().palette
    light, dark = (
        frames_of(record(SlopeLab.in_one_process, plan_of(SlopeLab, palette=one), "GIF", ignore))
        for one in ("light", "dark")
    )
    assert np.median(light[0]) > 200
    assert np.median(dark[0]) < 60
    assert current_theme().palette is before


def test_a_run_that_explodes_ends_the_recording(qapp):
    plan = RecordingPlan(Scenario.parse("slope?learning_rate=3"), steps=100, size=(480, 270))
    made = record(SlopeLab.in_one_process, plan, "GIF", ignore)
    assert made.diverged
    assert made.frames == len(frames_of(made)) < 60
    assert made.steps < 100
    assert "learning rate" in made.ended


def test_a_run_that_arrives_ends_it_too(qapp):
    plan = RecordingPlan(
        Scenario.parse("slope?learning_rate=0.5"), steps=400, frames=20, size=(480, 270)
    )
    made = record(SlopeLab.in_one_process, plan, "GIF", ignore)
    assert not made.diverged
    assert made.steps < 400
    assert made.ended.startswith("Arrived after ")


def test_a_scene_that_the_lab_has_not_is_refused(qapp):
    with pytest.raises(BadInput, match="it has curve, loss, both"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab, scene="plane"), "GIF", ignore)


@pytest.mark.parametrize("takes_long", [False, True], ids=["at once", "in the background"])
def test_a_setup_that_the_lab_refuses_is_said_at_once(takes_long, qapp, monkeypatch):
    def refuse(*_):
        raise BadInput("This curve has no slope.")

    monkeypatch.setattr(film, "_PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(SlopeLab, "takes_long", lambda *_: takes_long)
    monkeypatch.setattr(SlopeLab, "subject_of_scenario", refuse)
    with pytest.raises(BadInput, match=r"^This curve has no slope\.$"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab), "GIF", ignore)


def test_a_run_that_cannot_be_built_is_said_at_once(qapp, monkeypatch):
    def refuse(*_):
        raise BadInput("This run has no start.")

    monkeypatch.setattr(film, "_PATIENCE_SECONDS", 30.0)
    monkeypatch.setattr(SlopeLab, "takes_long", lambda *_: True)  # so another run is there before
    monkeypatch.setattr(SlopeExperiment, "restarted", refuse)
    with pytest.raises(BadInput, match=r"^This run has no start\.$"):
        record(SlopeLab.in_one_process, plan_of(SlopeLab), "GIF", ignore)


def test_a_long_code_takes_the_lines_that_it_may(qapp):
    metrics, code = QFontMetrics(QFont()), "&".join(f"name_{n}=1.2345" for n in range(40))
    room = 400
    lines = lines_of(code, metrics, room, 2).split("\n")
    assert len(lines) == 2
    assert all(metrics.horizontalAdvance(line) <= room for line in lines)
    assert lines[-1].endswith("…")
    assert code.startswith(lines[0])
    assert lines_of("slope?start=2", metrics, room, 2) == "slope?start=2"


class RecordingHand(LabHand):
    """A hand on the Slope lab, in the dialog that records its run to a file at `path`."""

    def __init__(self, kind, qtbot, *, path, monkeypatch):
        super().__init__(kind, qtbot)
        chosen = (str(path), "GIF (*.gif)")
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
        self.click("record_button")
        self.place = self.find("recording_dialog")
        assert self.place.isVisible()

    def wait_for(self, said):
        self.wait(lambda: said in self.text("record_label"))


@pytest.fixture
def hand(hand_on, monkeypatch):
    return functools.partial(hand_on, SlopeLab, RecordingHand, monkeypatch=monkeypatch)


def test_the_dialog_records_beside_the_window(hand, tmp_path):
    hand = hand(path=tmp_path / "walk")
    hand.choose("record_scene_combo", "both")
    hand.type("record_steps_edit", "5")
    hand.type("record_frames_edit", "3")
    hand.click("record_start_button")
    assert not hand.find("record_start_button").isEnabled()
    hand.wait_for("Saved walk.gif: 3 frames up to step 5, ")
    with Image.open(tmp_path / "walk.gif") as picture:
        assert picture.n_frames == 3
    assert hand.find("record_start_button").isEnabled()
    assert hand.snapshot.iteration == 0, "the lab's own run was moved"


def test_what_is_typed_wrong_is_said_at_its_box(hand, tmp_path):
    hand = hand(path=tmp_path / "walk.gif")
    hand.type("record_steps_edit", "many")
    hand.click("record_start_button")
    assert hand.text("record_steps_problem").startswith("Steps must be a whole number from 1")
    hand.type("record_steps_edit", "900")
    hand.type("record_frames_edit", "600")
    size = hand.find("record_size_combo", QComboBox)
    size.setCurrentText("1,280 × 720 pixels")
    hand.click("record_start_button")
    assert hand.text("record_steps_problem") == ""
    assert "ask for 162 frames at most" in hand.text("record_label")


def test_a_recording_that_is_cancelled_leaves_no_file_and_no_process(hand, tmp_path):
    hand = hand(path=tmp_path / "walk.gif")
    hand.click("record_start_button")
    hand.click("record_cancel_button")
    assert hand.text("record_label") == "Cancelled; no file was written."
    hand.lab.close_runner()
    assert not multiprocessing.active_children()
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(hand, tmp_path):
    hand = hand(path=tmp_path / "none" / "walk.gif")
    hand.click("record_start_button")
    hand.wait_for("cannot be saved (its folder does not exist)")
