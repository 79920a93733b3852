"""The test images of the data sets that a lab asks for, each read once, in the background."""

from PySide6.QtCore import QObject, Signal

from gdstudio.app.running.background import Background
from gdstudio.data.catalogue import load_test_images
from gdstudio.data.dataset import ImageSet


class ImageLoader(QObject):
    """Keeps the test images of each data set that was wanted.

    Signals:
        problem(str): they could not be read.
    """

    problem = Signal(str)

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._found: dict[str, ImageSet | None] = {}  # None while they are being read

    def want(self, dataset: str) -> ImageSet | None:
        """Return the test images of `dataset`; None before they are read, which begins now."""
        if dataset not in self._found:
            self._found[dataset] = None
            self._background.submit(
                lambda: load_test_images(dataset)[0],
                lambda images: self._found.update({dataset: images}),
                lambda sentence: self._miss(dataset, sentence),
            )
        return self._found[dataset]

    def forget(self, dataset: str) -> None:
        """Read the test images of `dataset` anew when they are wanted again."""
        self._found.pop(dataset, None)

    def _miss(self, dataset: str, sentence: str) -> None:
        self._found.pop(dataset, None)  # so that they are looked for again
        self.problem.emit(sentence)
