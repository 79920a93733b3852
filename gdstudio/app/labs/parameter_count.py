"""How many weights and biases a network has, and how that comes about."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.widgets.labels import separator, text_label
from gdstudio.number_text import count_text


class ParameterCount(QWidget):
    """The number below a line, and the sum that makes it."""

    def __init__(self, tooltip: str) -> None:
        """Show no network yet; `tooltip` explains the sum."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(separator())
        row = QHBoxLayout()
        column.addLayout(row)
        row.setSpacing(8)
        self._count = text_label("", "large", name="parameter_count_label")
        self._count.setToolTip("How many numbers the training has to find.")
        row.addWidget(self._count)
        self._words = text_label("weights and biases", "muted", wrap=True)
        row.addWidget(self._words, 1)
        self._sum = text_label("", "small", name="parameter_sum_label", wrap=True)
        self._sum.setToolTip(tooltip)
        column.addWidget(self._sum)
        self._tooltip = tooltip

    def show_size(self, size: int, parts: str, *, model: str = "", more: str = "") -> None:
        """Show the number of parameters and the sum that makes it.

        Args:
            size: how many there are.
            parts: the sum, layer by layer.
            model: what a network without hidden layers is called.
            more: what else the sum's tooltip says.
        """
        words = f"{count_text(size)} weights and biases"
        self._count.setText(count_text(size))
        self._count.setAccessibleName(words)
        self._words.setText(f"weights and biases: {model}" if model else "weights and biases")
        self._sum.setText(parts)
        self._sum.setToolTip(f"{self._tooltip}\n{more}".strip())

    def show_none(self) -> None:
        """Show that what is typed is no network."""
        self._count.setText("–")
        self._count.setAccessibleName("No network")
        self._words.setText("weights and biases")
        self._sum.setText("")
        self._sum.setToolTip(self._tooltip)
