"""What a step is about is lit, and what may hold the answer to its question stays hidden."""

from gdstudio.app.guide.veil import Veil
from gdstudio.app.labs.lab import Lab
from gdstudio.lesson.guide import Guide
from gdstudio.lesson.lesson import ChoiceQuestion, NumberQuestion


class Lighting:
    """Lays the veil over a lab as a step wants it.

    Attributes:
        veil: what lies over all that the step is not about.
    """

    def __init__(self) -> None:
        self.veil = Veil()
        self._guide: Guide | None = None
        self._lab: Lab | None = None

    def light(self, guide: Guide | None, lab: Lab | None) -> None:
        """Let all of `lab` step back but what the step in view is about; without one nothing."""
        self._guide = guide
        self._hide_next_step(None if guide is None else lab)
        if guide is None or lab is None or not guide.lit:
            self.veil.lift()
        else:
            self.veil.light(lab, guide.lit, hides=self._asks)

    def uncover(self) -> None:
        """Let what held the answer be read: the question is answered."""
        self.veil.uncover()
        self._hide_next_step(self._lab)

    def _hide_next_step(self, lab: Lab | None) -> None:
        """Hide in `lab`, and in no other, what its next step does, while a question is open."""
        if self._lab is not None and self._lab is not lab:
            self._lab.hide_next_step(False)
        self._lab = lab
        if lab is not None:
            lab.hide_next_step(self._asks)

    @property
    def is_answer_hidden(self) -> bool:
        """Whether what the step does not light cannot be read: a question about it is open."""
        return bool(self.veil.names) and self._asks

    @property
    def _asks(self) -> bool:
        guide = self._guide
        if guide is None or guide.is_done:
            return False
        return isinstance(guide.check, NumberQuestion | ChoiceQuestion)

    def give_way(self, lab: Lab) -> None:
        """Let nothing step back from the enlarged card of `lab`, unless it may hold the answer."""
        if not self.is_answer_hidden:
            self.veil.lift()
        elif not lab.enlarged.holds(self.veil.names):
            lab.enlarged.give_back()
            lab.say_result("Answer the guide's question first: its answer may stand there.", "info")
