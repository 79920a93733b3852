"""The share of right answers over the steps."""

from numpy.typing import ArrayLike

from gdstudio.app.widgets.plots.line_plot import LinePlot
from gdstudio.app.widgets.plots.series_item import Series
from gdstudio.number_text import percent_text


class AccuracyPlot(LinePlot):
    """Test accuracy, dashed with a dot per epoch, and a thin running estimate between."""

    def __init__(
        self,
        *,
        name: str = "accuracy_plot",
        empty_text: str = "Press Run: the share of right answers appears here.",
    ) -> None:
        super().__init__(
            [
                Series(
                    key="running",
                    label="estimate",
                    color="test",
                    width=1.0,
                    alpha=0.55,
                ),
                Series(key="test", label="all test images", color="test", style="dash-dots"),
            ],
            name=name,
            empty_text=empty_text,
            y_format=percent_text,
            y_text=_percent_tick,
            y_from_zero=False,
            y_limits=(None, 1.0),
        )
        self.setAccessibleName("Accuracy over the steps")

    def set_last_step(self, step: int) -> None:
        """Let the automatic range reach to `step`, though the accuracy there is not known yet."""
        self.set_x_end(step)

    def set_test(self, steps: ArrayLike, fractions: ArrayLike) -> None:
        """Show the accuracy on all test images, a fraction in [0, 1], known at `steps`."""
        self.set_series("test", steps, fractions)

    def set_running(self, steps: ArrayLike, fractions: ArrayLike) -> None:
        """Show the estimate from some of the test images, a fraction in [0, 1], at `steps`."""
        self.set_series("running", steps, fractions)


def _percent_tick(value: float, spacing: float) -> str:
    return percent_text(value, 0 if spacing >= 0.0099 else 1)
