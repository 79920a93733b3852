"""The left column of the House prices lab: data, the line's start, descent, a new house."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from gdstudio.app.labs.dataset_card import DatasetCardButton
from gdstudio.app.labs.descent_cards import RuleCard, StartCard
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.labels import text_label
from gdstudio.data.catalogue import HOUSE_SETS, TEN_HOUSES, load_houses
from gdstudio.data.dataset import DatasetCard, Table
from gdstudio.data.settings import HousesDataSettings
from gdstudio.data.tables.default_columns import default_columns
from gdstudio.data.tables.notes import how_read, plain_number
from gdstudio.engine.optimizers.catalogue import OptimizerSettings
from gdstudio.engine.regression import ScaleSettings
from gdstudio.experiment.houses.houses_choices import HousesChoices
from gdstudio.experiment.houses.problem import STORY_RATE, HousesSettings, LineSettings
from gdstudio.number_text import count_text


class ReadingRow(QWidget):
    """One line about a column; hidden where its cells prove how they are meant.

    Signals:
        mark_chosen(str, str): the user wants this column read with this mark of decimals.
    """

    mark_chosen = Signal(str, str)

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self._column = self._other = ""
        self._label = text_label("", "small", name=f"{name}_label", wrap=True)
        self._button = IconButton(kind="quiet", name=f"{name}_button")
        self._button.clicked.connect(self._on_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_reading(self, table: Table, column: str) -> None:
        """Say how `column` was read, if it could be read otherwise."""
        sentence = how_read(table, column)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        reading = table.readings[column]
        self._column, self._other = column, "," if reading.decimal_mark == "." else "."
        value = plain_number(reading.value)
        self._label.setText(f"{column}: “{reading.example}” is read as {value}.")
        self._label.setToolTip(sentence)
        other = plain_number(reading.other_value)
        self._button.setText(f"Read {other}")
        self._button.setAccessibleName(f"Read “{reading.example}” as {other}")
        self._button.setToolTip(
            f"Read the whole column so that “{reading.example}” is {other}: it may be meant so."
        )

    @Slot()
    def _on_clicked(self) -> None:
        self.mark_chosen.emit(self._column, self._other)


class HousesSetup(QWidget):
    """Edits a `HousesSettings` and a choice of table, and says when they changed.

    Signals:
        live_changed(): a setting that applies at the next step.
        optimizer_changed(): the rule that makes the step.
        start_changed(): the line's start.
        dataset_chosen(str): another table of the list, by its key.
        data_changed(): the table that is chosen, a column or the scale.
        open_clicked(): the user wants to open a CSV file.
    """

    live_changed = Signal()
    optimizer_changed = Signal()
    start_changed = Signal()
    dataset_chosen = Signal(str)
    data_changed = Signal()
    open_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = SettingsForm(ScaleSettings, LineSettings, OptimizerSettings, parent=self)
        self.form.changed.connect(self._on_changed)
        self._opened: dict[str, Table] = {}
        self.table = load_houses(TEN_HOUSES)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._data_card())
        column.addWidget(self._line_card())
        column.addWidget(self._descent_card())
        self.form["learning_rate"].set_value(STORY_RATE)
        self._show_columns()
        self._show_rule()

    def settings(self) -> HousesSettings:
        """Return the settings that the controls show."""
        values = self.form.values()
        return HousesSettings(
            input_column=self._input.currentData(),
            target_column=self._target.currentData(),
            scale=ScaleSettings.from_mapping(values),
            line=LineSettings.from_mapping(values),
            optimizer=OptimizerSettings.from_mapping(values),
        )

    def describe(self) -> DatasetCard:
        """Return the card of the chosen data."""
        key = self._dataset.currentData()
        if key not in self._opened:
            return HOUSE_SETS[key]
        table = self._opened[key]
        return DatasetCard(
            key=key,
            title=table.name,
            what=" ".join(table.notes) or "A table of your own.",
            source="Your file.",
            licence="Yours.",
            size=f"{count_text(len(table))} rows with {count_text(len(table.columns))} columns of "
            "numbers.",
            learning_rates={},
        )

    def set_start(self, intercept: float, slope: float) -> None:
        """Show another start of the line, without a signal."""
        self.form.set_values({"intercept": intercept, "slope": slope})

    def set_learning_rate(self, rate: float) -> None:
        """Show another learning rate, without a signal; the slider spans what is near it."""
        slider = self.form["learning_rate"]
        slider.set_value(rate)

    def span_learning_rates(self, suggested: float) -> None:
        """Let the slider span three powers of ten below and two above a suitable rate."""
        self.form.slider("learning_rate").set_slider_range(suggested / 1e3, suggested * 1e2)

    def choices(self) -> HousesChoices:
        """Return all that is chosen here, as one value."""
        return HousesChoices(self._dataset.currentData(), self.table, self.settings())

    def show_choices(self, chosen: HousesChoices) -> None:
        """Show other choices, without a signal."""
        self.table = chosen.table
        is_new = self._dataset.findData(chosen.dataset) < 0
        if is_new:  # of a run that was kept, whose table was opened in another window
            self._dataset.addItem(Path(chosen.dataset).name, chosen.dataset)
        if is_new or chosen.dataset in self._opened:
            self._opened[chosen.dataset] = chosen.table
        _choose(self._dataset, self._dataset.findData(chosen.dataset))
        settings = chosen.settings
        self._show_columns((settings.input_column, settings.target_column))
        self.input_reading.show_reading(self.table, settings.input_column)
        self.target_reading.show_reading(self.table, settings.target_column)
        values = settings.scale.as_dict() | settings.line.as_dict() | settings.optimizer.as_dict()
        self.form.set_values(values)
        self._show_rule()

    def choose_dataset(self, key: str) -> None:
        """Show another table of the list, with the columns that suit it, without a signal."""
        self.table = self._opened.get(key) or load_houses(key)
        _choose(self._dataset, self._dataset.findData(key))
        self._show_columns()

    def add_table(self, table: Table, path: Path) -> None:
        """Offer an opened table, and choose it."""
        key = str(path)
        self._opened[key] = table
        index = self._dataset.findData(key)
        if index < 0:
            self._dataset.addItem(path.name, key)
            index = self._dataset.count() - 1
        _choose(self._dataset, index)
        self.dataset_chosen.emit(key)

    def replace_table(self, table: Table, path: Path) -> None:
        """Show a table that was read anew in place of itself, with the columns that are chosen."""
        if self.path() != path:
            return  # another one was chosen meanwhile
        chosen = (self._input.currentData(), self._target.currentData())
        self.table = self._opened[str(path)] = table
        self._show_columns(chosen if set(chosen) <= set(table.columns) else None)
        self.data_changed.emit()

    def path(self) -> Path | None:
        """Return the file of the chosen table; None for those that we ship."""
        key = self._dataset.currentData()
        return Path(key) if key in self._opened else None

    def _data_card(self) -> Card:
        box = Card("Data")
        self.about = DatasetCardButton(self.describe)
        open_button = IconButton(
            "CSV",
            icon="open",
            kind="quiet",
            name="open_csv_button",
            tooltip="Open a table of your own: a CSV file with at least two columns of numbers.",
            accessible="Open a CSV file",
        )
        open_button.clicked.connect(self.open_clicked)
        box.add_header_widget(open_button)
        box.add_header_widget(self.about)
        declared = HousesDataSettings.declared()["dataset"]
        self._dataset = ElidedCombo("dataset_combo", declared.explanation)
        for key, card in HOUSE_SETS.items():
            self._dataset.addItem(card.title, key)
        self._input = ElidedCombo("column_combo", "The column that predicts the price: X.")
        self._target = ElidedCombo("target_combo", "The column that is predicted: Y.")
        self._target_row = FieldRow("Price from", self._target)
        self.input_reading = ReadingRow(name="input_reading")
        self.target_reading = ReadingRow(name="target_reading")
        box.add(FieldRow("Houses", self._dataset))
        box.add(FieldRow("Size from", self._input))
        box.add(self.input_reading)
        box.add(self._target_row)
        box.add(self.target_reading)
        box.add(self.form.control("scale", object_name="scale_combo"))
        self._dataset.currentIndexChanged.connect(self._on_dataset)
        self._input.currentIndexChanged.connect(self._on_column)
        self._target.currentIndexChanged.connect(self._on_column)
        return box

    def _line_card(self) -> Card:
        fields = {"intercept": ("intercept_edit", "a"), "slope": ("slope_edit", "b")}
        box = StartCard(self.form, "The line starts at", fields)
        self.goal_button = IconButton(
            "Least squares",
            kind="quiet",
            name="least_squares_button",
            tooltip="Show the best line there is, worked out in closed form: the goal of descent.",
        )
        self.goal_button.setCheckable(True)
        box.add_header_widget(self.goal_button)
        self.goal_label = text_label("", "small", name="least_squares_label", wrap=True)
        self.goal_label.hide()
        box.add(self.goal_label)
        return box

    def _descent_card(self) -> Card:
        self._rule = box = RuleCard(self.form)
        self.stable_rate_button = IconButton(
            "Largest stable rate",
            kind="quiet",
            name="stable_rate_button",
            tooltip="Above this learning rate the steps grow instead of shrinking: "
            "2 / largest curvature of SSE.",
        )
        self.stable_rate_label = text_label("", "muted", name="stable_rate_label")
        row = QHBoxLayout()
        box.body.addLayout(row)
        row.addWidget(self.stable_rate_button)
        row.addWidget(self.stable_rate_label, 1)
        return box

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if self.form[name].setting.live:
            self.live_changed.emit()
        elif name == "optimizer":
            self._show_rule()
            self.optimizer_changed.emit()
        elif name in ("intercept", "slope"):
            self.start_changed.emit()
        else:
            self.data_changed.emit()

    @Slot()
    def _on_dataset(self) -> None:
        self.dataset_chosen.emit(self._dataset.currentData())

    @Slot()
    def _on_column(self) -> None:
        # One column cannot predict itself: the other combo gives way.
        if self._input.currentData() == self._target.currentData():
            other = self._target if self.sender() is self._input else self._input
            _choose(other, (other.currentIndex() + 1) % other.count())
        self.data_changed.emit()

    def show_goal(self, text: str) -> None:
        """Say the least-squares answer in numbers; nothing hides it."""
        self.goal_label.setText(text)
        self.goal_label.setVisible(bool(text))

    def _show_columns(self, chosen: tuple[str, str] | None = None) -> None:
        chosen = chosen or default_columns(self.table)
        for combo, column in zip((self._input, self._target), chosen, strict=True):
            with QSignalBlocker(combo):
                combo.clear()
                for name in self.table.columns:
                    combo.addItem(name, name)
                combo.setCurrentIndex(combo.findData(column))
        # With two columns there is nothing to choose: what does not predict is predicted.
        self._target_row.setVisible(len(self.table.columns) > 2)

    def _show_rule(self) -> None:
        """Show what the chosen optimizer obeys, and its stable rate where one is known."""
        self._rule.show_constants()
        settings = OptimizerSettings(self.form["optimizer"].value())
        for widget in (self.stable_rate_button, self.stable_rate_label):
            widget.setVisible(settings.stable_rate(1.0) is not None)
        self.stable_rate_label.setText("")


def _choose(combo: QComboBox, index: int) -> None:
    with QSignalBlocker(combo):
        combo.setCurrentIndex(index)
