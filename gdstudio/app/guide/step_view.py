"""A step as the panel shows it: its texts with their numbers, its question, and what comes next."""

from PySide6.QtWidgets import QApplication

from gdstudio.app.guide.lesson_list import LessonList
from gdstudio.app.guide.panel import GuidePanel
from gdstudio.lesson.glossary import Glossary
from gdstudio.lesson.guide import Guide, Verdict
from gdstudio.lesson.lesson import ChoiceQuestion, Find, NumberQuestion
from gdstudio.lesson.markup import to_words
from gdstudio.visible_text import visible


class StepView:
    """Writes the step in view on the panel.

    Attributes:
        glossary: the terms that can be explained; None until they are read.
    """

    def __init__(self, panel: GuidePanel, lessons: LessonList) -> None:
        self.glossary: Glossary | None = None
        self._panel = panel
        self._lessons = lessons

    def show(self, guide: Guide) -> None:
        """Show the step in view."""
        panel, answers = self._panel, self._panel.answers
        panel.show_step(guide.index, len(guide.lesson.steps), visible(guide.step.heading))
        check = guide.check
        if isinstance(check, NumberQuestion | Find):
            answers.show_number(guide.question, guide.answer_label)
        elif isinstance(check, ChoiceQuestion):
            answers.show_choices(guide.question, [choice.text for choice in check.choices])
        elif check is not None:
            answers.show_doing(guide.question, has_hint=check.hint is not None)
        else:
            answers.show_nothing()
        if check is not None and guide.is_done:
            answers.set_done(True)
            answers.say("Done.", True)
        self.fill(guide)
        self.show_next(guide)

    def fill(self, guide: Guide) -> None:
        """Write the texts with their numbers, as far as they are known."""
        panel, file = self._panel, self._lessons.current
        folder = None if file is None else file.path.parent
        panel.show_text(guide.text, folder, self.glossary)
        asked = f"{to_words(guide.text)} {guide.question}"
        panel.show_terms([] if self.glossary is None else self.glossary.terms_in(asked))
        if guide.check is not None:
            panel.answers.set_question(guide.question)

    def show_next(self, guide: Guide) -> None:
        """Say what comes next."""
        is_due = guide.is_done or guide.was_done
        text, tooltip = ("Next", "The next step (Page Down).")
        if guide.is_last:
            text, tooltip = ("Next lesson", "The next lesson (Page Down).")
            if self._lessons.following is None:
                text, tooltip = ("Finish", "Close the guide.") if is_due else ("", "")
        elif not is_due:
            text, tooltip = ("Skip", "Go on without this task (Page Down).")
        self._panel.show_next(text, is_due=is_due, tooltip=tooltip)

    def tell(self, verdict: Verdict) -> None:
        """Say what is said to an answer; a right one ends the question, and Next has the keys."""
        panel, answers = self._panel, self._panel.answers
        answers.say(verdict.sentence, verdict.is_right)
        panel.announce(verdict.sentence)
        if verdict.is_right:
            focused = QApplication.focusWidget()
            had_focus = focused is not None and answers.isAncestorOf(focused)
            answers.set_done(True)
            if had_focus:
                panel.next_button.setFocus()
        panel.reveal_answer()

    def announce(self, guide: Guide) -> None:
        """Let a screen reader say the step."""
        count = len(guide.lesson.steps)
        said = f"Step {guide.index + 1} of {count}. {guide.step.heading}. {to_words(guide.text)}"
        self._panel.announce(f"{said} {guide.question}".strip())
