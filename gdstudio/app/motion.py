"""Whether a drawing moves to its new place, and how: quickly, and only where somebody looks.

Only the drawing moves: what is said is the new truth from the beginning. Where a program looks,
such as a test or what makes pictures, all is in its place at once, so that the same run always
gives the same picture.
"""

from collections.abc import Callable

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation, Slot

MOVE_MILLISECONDS = 250
FADE_MILLISECONDS = 700


class MotionWish:
    """Who wants motion.

    Attributes:
        is_watched: whether a person looks at the window; who opens it for one says so.
        is_less: whether the person has chosen less motion.
        system_asks: tells whether the system asks for less motion.
    """

    def __init__(self) -> None:
        self.is_watched = False
        self.is_less = False
        self.system_asks: Callable[[], bool] = lambda: False

    @property
    def is_wanted(self) -> bool:
        """Whether a person looks who has asked for no less motion, here or in the system."""
        return self.is_watched and not self.is_less and not self.system_asks()


MOTION = MotionWish()


class Glide(QVariantAnimation):
    """Moves a drawing: `draw` gets a share that grows from 0 to 1."""

    def __init__(
        self,
        draw: Callable[[float], None],
        parent: QObject,
        *,
        milliseconds: int = MOVE_MILLISECONDS,
    ) -> None:
        super().__init__(parent)
        self._draw = draw
        self._has_begun = False
        self.setDuration(milliseconds)
        self.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.valueChanged.connect(self._move)

    @property
    def is_under_way(self) -> bool:
        """Whether the drawing is not yet in its place."""
        return self.state() != QAbstractAnimation.State.Stopped

    def begin(self) -> None:
        """Move from the beginning."""
        self.stop()
        self._has_begun = False
        self.start()
        if not self._has_begun:  # Qt tells of no change where it was stopped at its beginning
            self._draw(0.0)

    def finish(self) -> None:
        """Be in the new place at once, where the way there is not over."""
        if self.is_under_way:
            self.stop()
            self._draw(1.0)

    @Slot(object)
    def _move(self, share: float) -> None:
        if self.is_under_way:
            self._has_begun = True
            self._draw(share)
