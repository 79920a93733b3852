"""Makes a recording: a lab without a window makes its steps, and a picture is taken of each.

It belongs into a process of its own, or into a command: nothing else can be done meanwhile.
"""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gdstudio.app import import_speed  # noqa: F401 - before all that is imported below
from gdstudio.app.garbage import not_collected
from gdstudio.app.labs.messages import Messages
from gdstudio.app.labs.recording.scene import Scene, SceneFrame
from gdstudio.app.labs.switching import AS_IT_WAS
from gdstudio.app.palette import PALETTES
from gdstudio.app.running.runner import Runner
from gdstudio.app.theme import current_theme
from gdstudio.data.dataset import Drawing
from gdstudio.errors import BadInput
from gdstudio.experiment.run_update import State
from gdstudio.experiment.scenario import Scenario
from gdstudio.experiment.vocabulary import Vocabulary
from gdstudio.recording.moving_picture import Frame, encode
from gdstudio.recording.plan import WIDTH, Recording, RecordingPlan

Tell = Callable[[int, int], None]

# Each of them is waited for as long as this, at most.
_PATIENCE_SECONDS = 300.0
# Text grows with the recording, within what the theme allows.
_LARGEST_TEXT = 2.0
_LAB_SIZE = QSize(1000, 720)


class _Lab(Protocol):
    """The lab that is recorded; what each of these does is said by `Lab`."""

    @property
    def title(self) -> str: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def runner(self) -> Runner: ...

    @property
    def columns(self) -> QWidget: ...

    @property
    def messages(self) -> Messages: ...

    def scenes(self) -> Mapping[str, Scene]: ...

    def is_settled(self) -> bool: ...

    def apply(self, scenario: Scenario, then: Callable[[], object] | None = None) -> None: ...

    def start(self) -> None: ...

    def reset(self) -> None: ...

    def show_drawing(self, drawing: Drawing) -> None: ...

    def setParent(self, parent: QWidget) -> None: ...  # noqa: N802 - Qt's name

    def resize(self, size: QSize) -> None: ...

    def show(self) -> None: ...

    def close_runner(self) -> None: ...


LabKind = Callable[[], _Lab]


def record(kind: LabKind, plan: RecordingPlan, format_: str, tell: Tell) -> Recording:
    """Return a recording of the run of a scenario, from its start.

    Args:
        kind: the class of the scenario's lab.
        plan: what is recorded.
        format_: of the file, such as ``GIF``.
        tell: told how many of how many pictures are made.

    Raises:
        BadInput: where the lab cannot be set up so, or has no such scene.
    """
    plan.bare_scenario().prepare()
    application = QApplication.instance() or QApplication(["gdstudio"])
    assert isinstance(application, QApplication)
    theme = current_theme()
    before = next(key for key, one in PALETTES.items() if one is theme.palette), theme.text_scale
    theme.apply(application)
    theme.set_palette(plan.palette)
    theme.set_scale(min(max(plan.size[0] / WIDTH.default, 1.0), _LARGEST_TEXT))
    lab = kind()
    film = _Film(lab, plan)
    try:
        with not_collected():
            return film.made(format_, tell)
    finally:
        lab.close_runner()
        film.close()
        theme.set_palette(before[0])
        theme.set_scale(before[1])


class _Film:
    """The pictures of one run."""

    def __init__(self, lab: _Lab, plan: RecordingPlan) -> None:
        self._lab, self._plan = lab, plan
        # In no window of their own: neither lab nor scene asks the screen for its size.
        self._place = QWidget()
        self._place.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._frames: list[Frame] = []
        self._ended, self._diverged = "", False
        # The step of the last picture, and that which the run was asked for.
        self._at = self._asked = 0

    def made(self, format_: str, tell: Tell) -> Recording:
        """Return the recording."""
        plan, lab = self._plan, self._lab
        scenes = lab.scenes()
        first = "drawing" if plan.drawing and "drawing" in scenes else next(iter(scenes))
        scene = scenes.get(plan.scene or first)
        if scene is None:
            raise BadInput(
                f"The lab {lab.title} has no “{plan.scene}” to record; it has {', '.join(scenes)}."
            )
        self._begin()
        frame = SceneFrame(scene, plan.code, QSize(*plan.size), self._place)
        try:
            frame.show()
            _let_pass()
            if plan.drawing:
                lab.show_drawing(plan.drawing)
            moments = plan.moments()
            if scene.at_the_end is not None:
                self._look_ahead(moments[-1], scene.at_the_end)
            for moment, after in zip(moments, (*moments[1:], moments[-1]), strict=True):
                self._go_to(moment)
                latest = lab.runner.latest
                assert latest is not None
                if self._frames and latest.snapshot.iteration == self._at:
                    break  # there is nothing new to be seen
                self._at = latest.snapshot.iteration
                frame.tell(lab.vocabulary.tell(latest.snapshot))
                _let_pass()
                frame.make_room()
                _let_pass()
                if not self._ended:
                    self._ask_for(after)  # it is computed while this one is drawn
                self._frames.append(frame.picture())
                tell(len(self._frames), len(moments))
                if self._ended:
                    break
        finally:
            frame.hide()
        content = encode(self._frames, format_, seconds=self._seconds(moments), comment=plan.code)
        return Recording(content, len(self._frames), self._at, self._ended, self._diverged)

    def close(self) -> None:
        """Take down what was built for it."""
        self._place.close()
        self._place.deleteLater()

    def _seconds(self, moments: list[int]) -> float:
        """Return how long it takes: one that ends sooner is as fast."""
        return max(self._plan.seconds * len(self._frames) / len(moments), 0.1)

    def _begin(self) -> None:
        """Set the lab up, and wait until its run can be seen."""
        lab, ready = self._lab, []
        # A picture is waited for, not a beat of the clock.
        lab.runner.look_every(1)
        lab.columns.hide()
        lab.setParent(self._place)
        lab.resize(_LAB_SIZE)
        lab.show()
        self._place.show()
        lab.apply(self._plan.bare_scenario(), lambda: ready.append(True))
        lab.start()

        def has_begun() -> bool:
            return bool(ready) and lab.runner.is_up_to_date and self._is_seen()

        self._wait(lambda: bool(self._refusal()) or has_begun())
        if refusal := self._refusal():
            raise BadInput(refusal)
        latest = lab.runner.latest
        if latest is not None and latest.state is State.FAILED:
            raise BadInput(latest.message or "This run could not be begun.")

    def _refusal(self) -> str:
        """Return why the lab could not be set up so; empty where nothing was refused."""
        problems = self._lab.messages.problems
        said = next((one for one in problems if one.endswith(AS_IT_WAS)), "")
        return said.removesuffix(AS_IT_WAS).rstrip()

    def _look_ahead(self, moment: int, look: Callable[[], None]) -> None:
        """Let the run come to its end, and `look` there; then return to its start."""
        lab = self._lab
        self._go_to(moment)
        look()
        self._wait(lab.is_settled)
        lab.reset()
        self._wait(lambda: lab.runner.is_up_to_date and self._is_seen())
        self._ended, self._diverged, self._asked = "", False, 0

    def _is_seen(self) -> bool:
        latest = self._lab.runner.latest
        return latest is not None and (
            latest.state is State.FAILED or (latest.snapshot is not None and self._lab.is_settled())
        )

    def _ask_for(self, moment: int) -> None:
        """Let the run make steps until `moment`."""
        if moment > self._asked:
            self._lab.runner.step(moment - self._asked)
            self._asked = moment

    def _go_to(self, moment: int) -> None:
        """Make steps until `moment`, or until the run ends before it; wait until it is seen."""
        lab = self._lab
        self._ask_for(moment)
        over = (State.FINISHED, State.DIVERGED, State.FAILED)

        def has_come() -> bool:
            latest = lab.runner.latest
            assert latest is not None
            return latest.snapshot.iteration >= moment or (moment > 0 and latest.state in over)

        self._wait(has_come)
        self._wait(lab.is_settled)
        latest = lab.runner.latest
        assert latest is not None
        self._diverged = latest.state is State.DIVERGED
        if self._diverged or latest.state is State.FAILED or latest.snapshot.iteration < moment:
            self._ended = latest.message or f"The run ended after step {latest.snapshot.iteration}."

    @staticmethod
    def _wait(reached: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not reached():
            if time.monotonic() > until:
                raise BadInput("The run took too long to be recorded; ask for fewer steps.")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            if not reached():
                time.sleep(0.0005)


def _let_pass() -> None:
    """Let layouts and plots follow."""
    for _ in range(2):
        QApplication.sendPostedEvents()
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
