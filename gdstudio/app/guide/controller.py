"""Joins a lesson, its panel and the labs: sets up, lights, looks on, and remembers."""

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog

from gdstudio.app.guide.panel import GuidePanel
from gdstudio.app.guide.veil import Veil
from gdstudio.app.labs.lab import Lab
from gdstudio.app.running.background import Background
from gdstudio.app.running.runner import Runner
from gdstudio.data.files import shown_name
from gdstudio.errors import BadInput
from gdstudio.experiment.readings import readings
from gdstudio.experiment.run_update import State, Update
from gdstudio.folders import documents_folder
from gdstudio.lesson.glossary import Glossary, load_glossary
from gdstudio.lesson.guide import Guide, Verdict, find_step
from gdstudio.lesson.hand_in import hand_in_of, save_hand_in
from gdstudio.lesson.lesson import ChoiceQuestion, Find, NumberQuestion
from gdstudio.lesson.library import LessonFile, open_lesson, shipped_lessons
from gdstudio.lesson.markup import to_words
from gdstudio.lesson.player import Start, start_in_file, start_of
from gdstudio.lesson.progress import Place, Progress, save_text
from gdstudio.visible_text import visible

_NOT_GONE = (
    "This step goes on from a run that takes a while. Go back to make it, or read on without."
)
_ON_THE_WAY = "The run is brought to where this step begins…"
# The way to a step in the middle of a long run may take so long; then it is not gone again.
_WAY_SECONDS = 10.0
# An editor that saves writes more than once.
_SETTLE_MILLISECONDS = 200
_FILES = "Lessons (*.md);;All files (*)"
_ENDED = (State.FINISHED, State.DIVERGED, State.FAILED)


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
        veil: what lies over all that a step is not about.
        background: where files are read and written.
        progress: how far the user has come.
        guide: the lesson in view; None before one was opened.

    Signals:
        open_changed(bool): the guide is in sight, or not any more.
    """

    open_changed = Signal(bool)

    def __init__(self, window: _Window, panel: GuidePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self.panel = panel
        self.veil = Veil()
        self.background = Background(self)
        self.progress = Progress()
        self.guide: Guide | None = None
        self._file: LessonFile | None = None
        self._shipped: list[LessonFile] = []
        self._glossary: Glossary | None = None
        self._own: dict[str, LessonFile] = {}
        self._is_listed = False
        self._lab: Lab | None = None
        # The steps, by the version of their lesson, to which the way takes too long.
        self._long_ways: set[tuple[str, int]] = set()
        # The visit of a step; the start that is waited for, as generation and number of steps.
        self._visit = 0
        self._awaited: tuple[int, int] | None = None
        self._stamp: tuple[int, int] | None = None
        self._watcher = QFileSystemWatcher(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._look_at_file)
        self._watcher.fileChanged.connect(self._settle.start)
        self._watcher.directoryChanged.connect(self._settle.start)
        panel.hide()
        panel.lesson_chosen.connect(self.choose)
        panel.open_clicked.connect(self.ask_and_open)
        panel.back_clicked.connect(self.back)
        panel.next_clicked.connect(self.next)
        panel.again_clicked.connect(self.again)
        panel.hand_in_clicked.connect(self.ask_and_hand_in)
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
        self._list()
        self._keep()

    @Slot()
    def close(self) -> None:
        """Take the guide away; it goes on where it was left."""
        self.veil.lift()
        self.panel.hide()
        self.progress.is_open = False
        self._keep()
        self.open_changed.emit(False)
        self._window.current_lab.setFocus()

    def _list(self) -> None:
        """Read the lessons that come with the app, once; then open what was open last."""
        if self._is_listed:
            return
        self._is_listed = True
        self.background.submit(load_glossary, self._take_glossary, self.panel.show_problem)
        self.background.submit(shipped_lessons, self._take_list, self.panel.show_problem)

    def _take_glossary(self, glossary: Glossary) -> None:
        self._glossary = glossary
        if self.guide is not None:
            self._fill()

    def _take_list(self, found: list[LessonFile]) -> None:
        self._shipped = found
        self._show_list()
        if self.guide is not None:
            self._show_next()
            return
        wanted = self.progress.lesson
        known = {one.key: one for one in found}
        if wanted and wanted not in known and os.path.isabs(wanted):
            self.open_file(Path(wanted), then_first=True)
        elif found:
            self.show_lesson(known.get(wanted, found[0]))

    def _show_list(self) -> None:
        entries = []
        for one in (*self._shipped, *self._own.values()):
            is_done = self.progress.places.get(one.key, Place()).is_finished
            lesson = one.lesson
            mark = "✓ " if is_done else ""
            entries.append((one.key, f"{mark}{visible(lesson.title)} ({lesson.minutes} min)"))
        self.panel.show_lessons(entries, "" if self._file is None else self._file.key)

    @Slot(str)
    def choose(self, key: str) -> None:
        """Go on with one of the lessons in the list."""
        for one in (*self._shipped, *self._own.values()):
            if one.key == key:
                self.panel.show_problem("")
                self.show_lesson(one)

    @Slot()
    def ask_and_open(self) -> None:
        """Ask for a lesson file, and open it."""
        name, _ = QFileDialog.getOpenFileName(self.panel.window(), "Open a lesson", "", _FILES)
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path, *, then_first: bool = False) -> None:
        """Open a lesson of the user's own; where it is none, what was open stays.

        With `then_first` the first lesson is shown in its place.
        """

        def fail(sentence: str) -> None:
            if then_first and self.guide is None and self._shipped:
                self.show_lesson(self._shipped[0])
            self.panel.show_problem(sentence)

        def take(file: LessonFile) -> None:
            self.panel.show_problem("")
            self.show_lesson(file)

        self.background.submit(functools.partial(open_lesson, path), take, fail)

    def show_lesson(self, file: LessonFile) -> None:
        """Go on with a lesson where it was left; one that was finished begins anew."""
        if all(file.key != one.key for one in self._shipped):
            self._own[file.key] = file
        kept = self.progress.places.get(file.key, Place())
        index = find_step(file.lesson, kept.step, kept.heading)
        if kept.is_finished and index == len(file.lesson.steps) - 1:
            index = 0
        self._file, self.guide = file, Guide(file.lesson, index, kept.answered)
        if not self.is_open:
            self.open()
        self._watch_file()
        self._show_list()
        self._enter(sets_up=True, focus=True)

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
        following = self._following()
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

    def _following(self) -> LessonFile | None:
        keys = [one.key for one in self._shipped]
        if self._file is None or self._file.key not in keys:
            return None
        place = keys.index(self._file.key) + 1
        return self._shipped[place] if place < len(keys) else None

    def _enter(self, *, sets_up: bool, focus: bool, keeps_run: bool = False) -> None:
        """Show the step, and bring the lab to where it begins.

        With `keeps_run` the run stays as it is where the way to the step takes too long.
        """
        guide = self.guide
        assert guide is not None
        self._visit += 1
        self._awaited = None
        if self.panel.problem in (_NOT_GONE, _ON_THE_WAY):
            self.panel.show_problem("")
        self._listen(self._window.labs.get(guide.lab))
        if self._lab is not None:
            self._window.show_lab(self._lab.key)
        if self._lab is None:
            guide.begin({})
        elif not sets_up:
            if not guide.has_begun:
                self._await_run(0)
        elif guide.sets_up:
            setup = guide.step.setup
            assert setup is not None
            assert setup.scenario is not None
            self._set_up(self._visit, Start(setup.scenario))
        else:
            self._find_start(self._lab, keeps_run=keeps_run)
        self._show_step()
        if self._lab is not None:
            self._lab.enlarged.give_back()
        self._light()
        if focus:
            self._focus()
        self._note()
        if guide.has_begun:
            self._announce_step()

    def _find_start(self, lab: Lab, *, keeps_run: bool) -> None:
        """Find how the run stands where the step begins, in the background, and set the lab up."""
        guide, file, visit = self.guide, self._file, self._visit
        assert guide is not None
        assert file is not None
        setup = guide.lesson.steps[guide.part].setup
        assert setup is not None
        assert setup.scenario is not None
        part = Start(setup.scenario, is_whole=False)
        if (file.version, guide.index) in self._long_ways:
            self._set_up(visit, part, keeps_run=keeps_run)
            return
        self.panel.show_remark(_ON_THE_WAY)
        self.background.submit(
            functools.partial(start_in_file, file.path, guide.index, seconds=_WAY_SECONDS)
            if lab.runner.is_in_process
            else functools.partial(start_of, guide.lesson, guide.index),
            functools.partial(self._set_up, visit, keeps_run=keeps_run),
            lambda _: self._set_up(visit, part, keeps_run=keeps_run),
            child_seconds=2 * _WAY_SECONDS if lab.runner.is_in_process else None,
        )

    def _set_up(self, visit: int, start: Start | None, *, keeps_run: bool = False) -> None:
        """Set the lab up, whole or not at all, as a pasted setup code does."""
        lab, guide, file = self._lab, self.guide, self._file
        if visit != self._visit or lab is None or start is None:
            return
        if self.panel.problem == _ON_THE_WAY:
            self.panel.show_problem("")
        if not start.is_whole:
            if guide is not None and file is not None:
                self._long_ways.add((file.version, guide.index))
            if keeps_run:
                self._await_run(0)
                return
            self.panel.show_problem(_NOT_GONE)

        def then() -> None:
            if visit == self._visit:
                if start.steps:
                    lab.runner.step(start.steps)
                self._await_run(start.steps)

        lab.apply(start.scenario, then)

    def _await_run(self, steps: int) -> None:
        """Begin the step once the newest run is known, at this number of steps or beyond."""
        assert self._lab is not None
        self._awaited = (self._lab.runner.generation, steps)
        latest = self._lab.runner.latest
        if latest is not None:
            self._on_update(latest)

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
        guide = self.guide
        if guide is None or update.snapshot is None or update.state is State.LOADING:
            return
        if not guide.has_begun:
            if self._awaited is None:
                return
            generation, steps = self._awaited
            has_come = update.snapshot.iteration >= steps or update.state in _ENDED
            if update.generation >= generation and has_come:
                guide.begin(readings(update.snapshot))
                self._fill()
                self._announce_step()
        elif guide.lacks_numbers and update.snapshot.iteration == (self._awaited or (0, 0))[1]:
            guide.begin(readings(update.snapshot))
            self._fill()
        if guide.has_begun and guide.awaits_goal and guide.see(readings(update.snapshot)):
            self._tell(Verdict(True, "Done."))

    # What is seen of a step.

    def _show_step(self) -> None:
        guide, panel = self.guide, self.panel
        assert guide is not None
        panel.show_step(guide.index, len(guide.lesson.steps), visible(guide.step.heading))
        check, answers = guide.check, panel.answers
        if isinstance(check, NumberQuestion | Find):
            answers.show_number(guide.question)
        elif isinstance(check, ChoiceQuestion):
            answers.show_choices(guide.question, [choice.text for choice in check.choices])
        elif check is not None:
            answers.show_doing(guide.question, has_hint=check.hint is not None)
        else:
            answers.show_nothing()
        if check is not None and guide.is_done:
            answers.set_done(True)
            answers.say("Done.", True)
        self._fill()
        self._show_next()
        self.show_where()

    def _fill(self) -> None:
        """Write the texts with their numbers, as far as they are known."""
        guide = self.guide
        assert guide is not None
        folder = None if self._file is None else self._file.path.parent
        self.panel.show_text(guide.text, folder)
        asked = f"{to_words(guide.text)} {guide.question}"
        self.panel.show_terms([] if self._glossary is None else self._glossary.terms_in(asked))
        if guide.check is not None:
            self.panel.answers.set_question(guide.question)

    def _show_next(self) -> None:
        guide = self.guide
        if guide is None:
            return
        is_due = guide.is_done or guide.was_done
        text, tooltip = ("Next", "The next step (Page Down).")
        if guide.is_last:
            text, tooltip = ("Next lesson", "The next lesson (Page Down).")
            if self._following() is None:
                text, tooltip = ("Finish", "Close the guide.") if is_due else ("", "")
        elif not is_due:
            text, tooltip = ("Skip", "Go on without this task (Page Down).")
        self.panel.show_next(text, is_due=is_due, tooltip=tooltip)

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
        elif not self.is_answer_hidden:
            self.veil.lift()
        elif not lab.enlarged.holds(self.veil.names):
            lab.enlarged.give_back()
            lab.say_result("Answer the guide's question first: its answer may stand there.", "info")

    @property
    def is_answer_hidden(self) -> bool:
        """Whether what the step does not light cannot be read: a question about it is open."""
        return bool(self.veil.names) and self._asks()

    def _asks(self) -> bool:
        guide = self.guide
        if guide is None or guide.is_done:
            return False
        return isinstance(guide.check, NumberQuestion | ChoiceQuestion)

    def _light(self) -> None:
        guide = self.guide
        is_wanted = self.is_open and not self.progress.show_everything
        if guide is None or self._lab is None or not guide.lit or not is_wanted:
            self.veil.lift()
        else:
            self.veil.light(self._lab, guide.lit, hides=self._asks())

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

    def _announce_step(self) -> None:
        guide = self.guide
        assert guide is not None
        count = len(guide.lesson.steps)
        said = f"Step {guide.index + 1} of {count}. {guide.step.heading}. {to_words(guide.text)}"
        self.panel.announce(f"{said} {guide.question}".strip())

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

    @Slot(str, int)
    def _see_pointed(self, kind: str, number: int) -> None:
        self._tell_if(lambda guide: guide.point(kind, number))

    def _tell_if(self, see: Callable[[Guide], Verdict | None]) -> None:
        verdict = None if self.guide is None else see(self.guide)
        if verdict is not None:
            self._tell(verdict)

    def _tell(self, verdict: Verdict) -> None:
        """Say what is said to an answer, and go on where it was right."""
        answers = self.panel.answers
        answers.say(verdict.sentence, verdict.is_right)
        self.panel.announce(verdict.sentence)
        if verdict.is_right:
            focused = QApplication.focusWidget()
            had_focus = focused is not None and answers.isAncestorOf(focused)
            answers.set_done(True)
            self.veil.uncover()
            self._show_next()
            if had_focus:
                self.panel.next_button.setFocus()
            self._note()
        self.panel.reveal_answer()

    # What is handed in.

    @Slot()
    def ask_and_hand_in(self) -> None:
        """Ask for a nickname and a place, and write there what was answered."""
        if self.guide is None:
            return
        name, is_given = QInputDialog.getText(
            self.panel.window(),
            "Hand in",
            "Your nickname. The file holds it, your answers, and nothing else of you.",
            text=self.progress.nickname,
        )
        if not is_given:
            return
        bare = "".join(sign for sign in name if sign.isalnum() or sign in " -_").strip()
        title = "".join(
            sign if sign.isalnum() else "-" for sign in self.guide.lesson.title.casefold()
        )
        suggested = documents_folder() / f"{bare or 'me'}-{title}.json"
        place, _ = QFileDialog.getSaveFileName(
            self.panel.window(), "Hand in", str(suggested), "Handed in (*.json)"
        )
        if place:
            self.hand_in(name, Path(place))

    def hand_in(self, name: str, path: Path) -> None:
        """Write what was answered to a file, under a nickname."""
        guide, file, lab = self.guide, self._file, self._lab
        if guide is None or file is None:
            return
        scenario = None
        if lab is not None:
            with suppress(BadInput):
                scenario = lab.scenario()
        try:
            handed = hand_in_of(name, file, guide, scenario)
        except BadInput as error:
            self.panel.show_problem(str(error))
            return
        self.progress.nickname = handed.name
        self.background.submit(
            functools.partial(save_hand_in, path, handed),
            lambda _: self.panel.show_remark(f"Saved {shown_name(path)}: give it to your teacher."),
            self.panel.show_problem,
            must_finish=True,
            saying=f"Saving {path.name}",
        )
        self._keep()

    # What is kept.

    def _note(self) -> None:
        if self.guide is not None and self._file is not None:
            self.progress.note(self._file.key, self.guide)
            self._show_list()
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

    # A lesson that is being written.

    def _watch_file(self) -> None:
        """Look at the file of the lesson, and at its folder: editors put another in its place."""
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        if self._file is not None:
            path = Path(os.path.abspath(self._file.path))
            self._stamp = _stamp(path)
            self._watcher.addPaths([str(path), str(path.parent)])

    @Slot()
    def _look_at_file(self) -> None:
        """Read the lesson again, where its file is another."""
        file = self._file
        if file is None:
            return
        stamp = _stamp(file.path)
        if stamp is None or stamp == self._stamp:
            return
        self._watch_file()
        self.background.submit(
            functools.partial(open_lesson, file.path),
            functools.partial(self._take_edited, file),
            self.panel.show_problem,
        )

    def _take_edited(self, before: LessonFile, file: LessonFile) -> None:
        guide = self.guide
        if self._file is not before or guide is None:
            return
        self._file = file
        if file.key in self._own:
            self._own[file.key] = file
        self._shipped = [file if one.key == file.key else one for one in self._shipped]
        self.panel.show_problem("")
        if guide.take_lesson(file.lesson):
            self._enter(sets_up=True, focus=False)
        else:
            self._show_step()
            self._light()
        self._show_list()

    # The end.

    def give_up(self) -> None:
        """Begin to end: nothing is looked at any more."""
        self._settle.stop()
        self._listen(None)
        self.background.stop()

    def end(self) -> None:
        """Wait until what is to be kept is written."""
        self.background.close()


def _is_costly(runner: Runner) -> bool:
    """Return whether it would take a while to make a run again."""
    return runner.is_in_process or (runner.latest is not None and runner.latest.is_long)


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from what it was before; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
