"""Joins a lesson, its panel and the labs: goes from step to step, lights, looks, remembers."""

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton

from gdstudio.app.guide.handing_in import HandingIn
from gdstudio.app.guide.lesson_list import LessonList
from gdstudio.app.guide.lighting import Lighting
from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.guide.step_start import StepStart
from gdstudio.app.guide.step_view import StepView
from gdstudio.app.labs.columns import PAGE_TAB
from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.experiment.run_update import State, Update
from gdstudio.lesson.glossary import Glossary, load_glossary
from gdstudio.lesson.guide import Guide, Verdict, find_step
from gdstudio.lesson.library import LessonFile, chapter_keys
from gdstudio.lesson.progress import Place, Progress, save_text

if TYPE_CHECKING:
    from gdstudio.app.guide.printing import LessonPrinting


class _Window(Protocol):
    """The window with the labs."""

    @property
    def labs(self) -> Mapping[str, Lab]: ...

    @property
    def current_lab(self) -> Lab: ...

    def show_lab(self, key: str) -> None: ...


class GuideController(QObject):
    """Leads through lessons in one window.

    Attributes:
        panel: where it is shown.
        lighting: what lets all step back that a step is not about.
        background: where files are read and written.
        progress: how far the user has come.
        lessons: which lessons there are.
        guide: the lesson in view; None before one was opened.

    Signals:
        open_changed(bool): the guide is in sight, or not any more.
        done_changed(tuple): of each chapter of the story, whether it is done.
    """

    open_changed = Signal(bool)
    done_changed = Signal(tuple)

    def __init__(self, window: _Window, panel: GuidePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self.panel = panel
        self.lighting = Lighting()
        self.background = Background(self)
        self.progress = Progress()
        self.guide: Guide | None = None
        self.lessons = LessonList(panel, self.background, self)
        self._view = StepView(panel, self.lessons)
        self._start = StepStart(panel, self.background, self)
        self._handing_in = HandingIn(panel, self.background)
        self._printing: LessonPrinting | None = None
        self._has_read = False
        self._lab: Lab | None = None
        panel.hide()
        self.lessons.read.connect(self._take_list)
        self.lessons.chosen.connect(self.show_lesson)
        self.lessons.edited.connect(self._take_edited)
        self._start.awaited.connect(self._on_update)
        panel.back_clicked.connect(self.back)
        panel.next_clicked.connect(self.next)
        panel.again_clicked.connect(self.again)
        panel.hand_in_clicked.connect(self.hand_in)
        panel.lab_clicked.connect(self._show_lab)
        panel.everything_toggled.connect(self._set_everything)
        panel.closed.connect(self.close)
        panel.answers.number_given.connect(self._answer_number)
        panel.answers.choice_given.connect(self._answer_choice)
        panel.answers.hint_wanted.connect(self._give_hint)

    # Opening and closing.

    @property
    def is_open(self) -> bool:
        """Whether the guide is in sight."""
        return not self.panel.isHidden()

    def keep_in(self, path: Path) -> None:
        """Keep how far the user has come at `path`, and go on from what is kept there."""
        self.progress = Progress.load(path)
        self.panel.show_everything(self.progress.show_everything)
        self._tell_done()

    @Slot()
    def open(self) -> None:
        """Show the guide, where it was left."""
        if self.is_open:
            return
        self.panel.show()
        self.progress.is_open = True
        if self.progress.problem:
            self.panel.show_problem(self.progress.problem)
            self.progress.problem = ""
        self.open_changed.emit(True)
        if self.guide is not None:
            self._show_step()
            self._light()
        self._read()
        self._keep()

    @Slot()
    def close(self) -> None:
        """Take the guide away; it goes on where it was left."""
        self.lighting.light(None, None)
        self.panel.hide()
        self.progress.is_open = False
        self._keep()
        self.open_changed.emit(False)
        self._window.current_lab.setFocus()

    def _read(self) -> None:
        """Read the lessons that come with the app, once; then open what was open last."""
        if not self._has_read:
            self._has_read = True
            self.background.submit(load_glossary, self._take_glossary, self.panel.show_problem)
            self.lessons.read_shipped()

    def _take_glossary(self, glossary: Glossary) -> None:
        self._view.glossary = glossary
        if self.guide is not None:
            self._view.fill(self.guide)

    @Slot()
    def _take_list(self) -> None:
        self._show_progress()
        if self.guide is None:
            self.lessons.choose_last(self.progress.lesson)
        else:
            self._view.show_next(self.guide)

    @Slot(object)
    def show_lesson(self, file: LessonFile) -> None:
        """Go on with a lesson where it was left; one that was finished begins anew."""
        kept = self.progress.places.get(file.key, Place())
        index = find_step(file.lesson, kept.step, kept.heading)
        if kept.is_finished and index == len(file.lesson.steps) - 1:
            index = 0
        self.lessons.view(file)
        self.guide = Guide(file.lesson, index, kept.answered)
        if not self.is_open:
            self.open()
        self._show_progress()
        self._enter(sets_up=True, focus=True)

    @Slot(object)
    def _take_edited(self, file: LessonFile) -> None:
        """Go on in a lesson whose file was edited."""
        guide = self.guide
        assert guide is not None
        if guide.take_lesson(file.lesson):
            self._enter(sets_up=True, focus=False)
        else:
            self._show_step()
            self._light()
        self._show_progress()

    # From step to step.

    @Slot()
    def next(self) -> None:
        """Go to the next step, or to the next lesson."""
        guide = self.guide
        if guide is None or not self.is_open:
            return
        if not guide.is_last:
            self._go(guide.index + 1)
            return
        following = self.lessons.following
        if following is not None:
            self.show_lesson(following)
        elif guide.is_done or guide.was_done:
            self.close()

    @Slot()
    def back(self) -> None:
        """Go to the step before."""
        if self.guide is not None and self.is_open and not self.guide.is_first:
            self._go(self.guide.index - 1)

    def _go(self, index: int) -> None:
        """Go to a neighbour; a long run stays where both steps are about it."""
        guide = self.guide
        assert guide is not None
        runner = None if self._lab is None else self._lab.runner
        before, part = guide.index, guide.part
        sets_up = guide.go(index)
        stays = guide.part == part and runner is not None and _is_costly(runner)
        if stays and (guide.revisit() or index < before):
            sets_up = False
        self._enter(sets_up=sets_up, focus=True, keeps_run=stays and index > before)

    @Slot()
    def again(self) -> None:
        """Begin the step again, with the lab as it was then."""
        if self.guide is not None:
            self.guide.again()
            self._enter(sets_up=True, focus=True)

    def _enter(self, *, sets_up: bool, focus: bool, keeps_run: bool = False) -> None:
        """Show the step, and bring the lab to where it begins.

        With `keeps_run` the run stays as it is where the way to the step takes too long.
        """
        guide, file = self.guide, self.lessons.current
        assert guide is not None
        assert file is not None
        self._start.leave()
        self._listen(self._window.labs.get(guide.lab))
        lab = self._lab
        if lab is None:
            guide.begin({})
        else:
            self._window.show_lab(lab.key)
            if sets_up:
                self._start.set_up(lab, file, guide, keeps_run=keeps_run)
            elif not guide.has_begun:
                self._start.await_run(lab, 0)
        self._show_step()
        if lab is not None:
            lab.enlarged.give_back()
            _open_page(lab, guide.page)
        self._light()
        if focus:
            self._focus()
        self._note()
        if guide.has_begun:
            self._view.announce(guide)

    def _listen(self, lab: Lab | None) -> None:
        """Look at one lab, and at no other."""
        before = self._lab
        if before is lab:
            return
        self._lab = lab
        for one, connect in ((before, False), (lab, True)):
            if one is None:
                continue
            for signal, slot in (
                (one.runner.updated, self._on_update),
                (one.drawn, self._see_drawn),
                (one.readings_changed, self._look_again),
                (one.opened, self._see_opened),
                (one.pointed, self._see_pointed),
            ):
                if connect:
                    signal.connect(slot)
                else:
                    signal.disconnect(slot)

    @Slot(object)
    def _on_update(self, update: Update) -> None:
        """Begin the step with the run as it is now, or look whether its goal is met."""
        guide, lab = self.guide, self._lab
        if guide is None or lab is None:
            return
        had_begun = guide.has_begun
        if self._start.see(guide, lab, update):
            self._view.fill(guide)
            if not had_begun:
                self._view.announce(guide)
        if update.snapshot is None or update.state is State.LOADING:
            return
        if guide.has_begun and guide.awaits_goal and guide.see(lab.readings(update.snapshot)):
            self._tell(Verdict(True, "Done."))

    @Slot()
    def _look_again(self) -> None:
        """Look whether the goal is met by what the lab knows beside the run."""
        latest = None if self._lab is None else self._lab.runner.latest
        if latest is not None:
            self._on_update(latest)

    # What is seen of a step.

    def _show_step(self) -> None:
        assert self.guide is not None
        self._view.show(self.guide)
        self.show_where()

    @Slot()
    def show_where(self) -> None:
        """Offer the way to the lab of the step, where another one is in sight."""
        lab = self._lab
        is_away = lab is not None and self.guide is not None and self._window.current_lab is not lab
        self.panel.show_lab_button(lab.tab_text if is_away and lab is not None else "")

    @Slot()
    def _show_lab(self) -> None:
        if self._lab is not None:
            self._window.show_lab(self._lab.key)
            self._lab.setFocus()

    def show_enlarged(self, is_large: bool) -> None:
        """Let nothing step back from an enlarged card; an open question's answer stays hidden."""
        lab = self._lab
        if not is_large or lab is None or lab.enlarged.card is None:
            self._light()
        else:
            self.lighting.give_way(lab)

    def _light(self) -> None:
        is_wanted = self.is_open and not self.progress.show_everything
        self.lighting.light(self.guide if is_wanted else None, self._lab)

    @Slot(bool)
    def _set_everything(self, on: bool) -> None:
        if on != self.progress.show_everything:
            self.progress.show_everything = on
            self._light()
            self._keep()

    def focus(self) -> None:
        """Open the guide, and bring the keys to it."""
        self.open()
        control = self.panel.answers.first_control()
        if control is None or not control.isEnabled():
            control = self.panel.next_button
        control.setFocus()

    def _focus(self) -> None:
        """Bring the keys to where the step is done: to its answer, or to the lab."""
        control = self.panel.answers.first_control()
        if control is not None:
            control.setFocus()
        elif self._lab is not None:
            self._lab.setFocus()

    # What the user does.

    @Slot(str)
    def _answer_number(self, text: str) -> None:
        if self.guide is not None:
            self._tell(self.guide.answer_number(text))

    @Slot(int)
    def _answer_choice(self, place: int) -> None:
        if self.guide is not None:
            self._tell(self.guide.answer_choice(place))

    @Slot()
    def _give_hint(self) -> None:
        if self.guide is not None:
            self._tell(Verdict(None, self.guide.hint))

    @Slot(int)
    def _see_drawn(self, digit: int) -> None:
        self._tell_if(lambda guide: guide.see_drawn(digit))

    @Slot(str)
    def _see_opened(self, kind: str) -> None:
        self._tell_if(lambda guide: guide.see_opened(kind))

    @Slot(str, int, int)
    def _see_pointed(self, kind: str, number: int, layer: int) -> None:
        self._tell_if(lambda guide: guide.point(kind, number, layer))

    def _tell_if(self, see: Callable[[Guide], Verdict | None]) -> None:
        verdict = None if self.guide is None else see(self.guide)
        if verdict is not None:
            self._tell(verdict)

    def _tell(self, verdict: Verdict) -> None:
        """Say what is said to an answer, and go on where it was right."""
        if verdict.is_right and self.guide is not None:
            self.lighting.uncover()
            self._view.show_next(self.guide)
        self._view.tell(verdict)
        if verdict.is_right:
            self._note()

    # What is handed in.

    @Slot()
    def hand_in(self) -> None:
        """Ask for a nickname and a place, and write there what was answered."""
        guide, file = self.guide, self.lessons.current
        if guide is None or file is None:
            return
        asked = self._handing_in.ask(guide.lesson.title, self.progress.nickname)
        if asked is None:
            return
        name = self._handing_in.save(*asked, file, guide, self._lab)
        if name:
            self.progress.nickname = name
            self._keep()

    @Slot()
    def print_lesson(self) -> None:
        """Ask what is to be printed of the lesson in view, and print it."""
        self.open()
        file = self.lessons.current
        if file is None:
            self.panel.show_problem("There is no lesson in view yet; choose one, and print it.")
            return
        if self._printing is None:
            # Most people never print: the window opens earlier without it.
            from gdstudio.app.guide.printing import LessonPrinting

            self._printing = LessonPrinting(self.panel, self.background, self)
        self._printing.open(file)

    # What is kept.

    def lessons_plain(self) -> dict[str, Any]:
        """Return how far the user has come in lessons, as a session has it."""
        return self.progress.as_plain()

    @Slot(object)
    def take_lessons(self, plain: Mapping[str, Any]) -> None:
        """Take from a session where lessons were left, where that is further than here."""
        self.progress.take_further(plain)
        self._show_progress()
        self._keep()

    def _show_progress(self) -> None:
        self.lessons.show(self.progress.places)
        self._tell_done()

    def _tell_done(self) -> None:
        places, offered = self.progress.places, self.lessons.shown
        chapters = [key for key in chapter_keys() if not offered or key in offered]
        done = tuple(key in places and places[key].is_finished for key in chapters)
        self.done_changed.emit(done)

    def _note(self) -> None:
        file = self.lessons.current
        if self.guide is not None and file is not None:
            self.progress.note(file.key, self.guide)
            self._show_progress()
            self._keep()

    def _keep(self) -> None:
        path = self.progress.path
        if path is not None:
            self.background.submit(
                functools.partial(save_text, path, self.progress.text()),
                lambda _: None,
                self.panel.show_problem,
                must_finish=True,
                saying="Keeping how far you are in the lessons",
            )

    # The end.

    def give_up(self) -> None:
        """Begin to end: nothing is looked at any more."""
        self.lessons.stop()
        self._listen(None)
        self.background.stop()

    def end(self) -> None:
        """Wait until what is to be kept is written."""
        self.background.close()


def _open_page(lab: Lab, page: str) -> None:
    """Open a page of a lab by its name; nothing happens where there is none of that name."""
    tab = lab.findChild(QAbstractButton, f"{page}{PAGE_TAB}") if page else None
    if tab is not None and not tab.isChecked():
        tab.click()


def _is_costly(runner: Runner) -> bool:
    """Return whether it would take a while to make a run again."""
    return runner.is_in_process or (runner.latest is not None and runner.latest.is_long)
