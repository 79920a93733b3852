"""The loss over the steps: what training sees, and what it never sees."""

from numpy.typing import ArrayLike

from gdstudio.app.widgets.plots.line_plot import LinePlot
from gdstudio.app.widgets.plots.series_item import Series


class LossPlot(LinePlot):
    """Training loss as a line in a pale band from lowest to highest, test loss dashed with dots.

    A way that was left is a thin grey line.

    `test` says whether there is a test loss at all.
    """

    def __init__(
        self,
        *,
        name: str = "loss_plot",
        x_label: str = "step",
        y_label: str = "",
        label: str = "training",
        test: bool = True,
        empty_text: str = "Press Run: the loss of each step appears here.",
    ) -> None:
        series = [
            Series(key="left", label="", color="muted", width=1.0),
            Series(key="range", label="", color="positive", style="band", alpha=0.16),
            Series(key="training", label=label, color="positive"),
        ]
        if test:
            series.append(Series(key="test", label="test", color="test", style="dash-dots"))
        super().__init__(series, name=name, x_label=x_label, y_label=y_label, empty_text=empty_text)
        self.setAccessibleName("Loss over the steps")

    def set_training(
        self,
        steps: ArrayLike,
        mean: ArrayLike,
        low: ArrayLike | None = None,
        high: ArrayLike | None = None,
    ) -> None:
        """Show the mean loss at `steps` and, if given, the band from `low` to `high` (all (n,))."""
        if low is not None and high is not None:
            self.set_band("range", steps, low, high)
        self.set_series("training", steps, mean)

    def set_left(self, steps: ArrayLike, losses: ArrayLike) -> None:
        """Show the way that was left for another (both (n,)); none where they are empty."""
        self.set_series("left", steps, losses)

    def set_test(self, steps: ArrayLike, losses: ArrayLike) -> None:
        """Show the loss of the test data, known at `steps` (both (n,))."""
        self.set_series("test", steps, losses)
