"""The left column of the Points lab: the points, the network, the descent."""

from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gdstudio.app.labs.dataset_card import DatasetCardButton
from gdstudio.app.labs.descent_cards import RuleCard
from gdstudio.app.labs.more_rows import MoreRows
from gdstudio.app.labs.parameter_count import ParameterCount
from gdstudio.app.labs.settings_form import SettingsForm
from gdstudio.app.widgets.card import Card
from gdstudio.app.widgets.controls.buttons import IconButton
from gdstudio.app.widgets.controls.elided_combo import ElidedCombo
from gdstudio.app.widgets.controls.field_row import FieldRow
from gdstudio.app.widgets.controls.setting_control import SettingControl
from gdstudio.app.widgets.flow_layout import FlowLayout
from gdstudio.data.dataset import DatasetCard
from gdstudio.data.points.catalogue import POINT_SETS, PointsDataSettings, columns_of
from gdstudio.engine.network.plane_network import FEATURES, PlaneNetworkSettings
from gdstudio.engine.optimizers.regularization import RegularizationSettings
from gdstudio.errors import BadInput
from gdstudio.experiment.points.problem import PointsProblem
from gdstudio.experiment.points.settings import GROUPS, PointsSettings
from gdstudio.settings import Setting

LATER = "applies after Reset"
# What is set rarely: behind “More…” of each card.
_RARE_DATA = ("test_share", "data_seed")
_RARE_NETWORK = ("loss", "initial_weights", "seed")
_RARE_DESCENT = ("batch_size", "steps", *RegularizationSettings.declared())
_SUM_TOOLTIP = "Per layer: inputs · neurons weights, and one bias for each neuron."


class FeatureControl(SettingControl):
    """Which features the network sees: a button for each, one at least pressed."""

    def __init__(self, setting: Setting) -> None:
        holder = QWidget()
        holder.setObjectName("features_view")
        flow = FlowLayout(holder, gap=4)
        self._buttons: dict[str, IconButton] = {}
        for key, feature in FEATURES.items():
            button = IconButton(
                feature.label,
                kind="chip",
                name=f"feature_{key.replace('-', '_')}_button",
                tooltip=f"Let the network see {feature.label} of each point, or not.\n"
                "Applies after Reset.",
            )
            button.setCheckable(True)
            button.clicked.connect(self._on_clicked)
            flow.addWidget(button)
            self._buttons[key] = button
        super().__init__(setting, holder, None)

    def _show(self, value: Any) -> None:
        chosen = value.split(", ")
        for key, button in self._buttons.items():
            button.setChecked(key in chosen)

    @Slot()
    def _on_clicked(self) -> None:
        chosen = [key for key, button in self._buttons.items() if button.isChecked()]
        if chosen:
            self._take(", ".join(chosen))
        else:
            # One stays: without any there is nothing to see.
            self._show(self._value)


class PointsSetup(QWidget):
    """Edits a `PointsSettings` and says when it changed.

    Signals:
        live_changed(): a setting that applies at the next step.
        waiting_changed(): a setting that applies after Reset.
        data_changed(): which points there are.
        dataset_chosen(str): another set of points, by its key.
        open_clicked(): the user wants to open a CSV file.
    """

    live_changed = Signal()
    waiting_changed = Signal()
    data_changed = Signal()
    dataset_chosen = Signal(str)
    open_clicked = Signal()

    def __init__(self, settings: PointsSettings) -> None:
        super().__init__()
        self._base = settings.as_dict()
        self.form = SettingsForm(*GROUPS, parent=self)
        self.form.changed.connect(self._on_changed)
        self._suggested = settings.suitable_rate()
        self._classes: tuple[str, ...] = ("A", "B")
        self._target = ""
        self._folded: dict[str, MoreRows] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._data_card())
        column.addWidget(self._network_card())
        column.addWidget(self._descent_card())
        self.set_settings(settings)

    def settings(self) -> PointsSettings:
        """Return the settings that the controls show.

        Raises:
            BadInput: if they do not go together.
        """
        chosen = self._base | self.form.values() | {"dataset": self.form_dataset()}
        return PointsSettings.from_mapping(chosen)

    def set_settings(self, settings: PointsSettings) -> None:
        """Show other settings, without a signal."""
        self._base = settings.as_dict()
        self._suggested = settings.suitable_rate()
        self.form.set_values(self._base)
        key = settings.data.dataset
        with QSignalBlocker(self._dataset):
            if self._dataset.findData(key) < 0:
                self._dataset.addItem(key.replace("\\", "/").rsplit("/", 1)[-1], key)
            self._dataset.setCurrentIndex(self._dataset.findData(key))
        self._show_used()
        self._show_size()

    def set_values(self, values: dict[str, Any]) -> None:
        """Show some other values, without a signal."""
        self.set_settings(PointsSettings.from_mapping(self.settings().as_dict() | values))

    def show_problem(self, problem: PointsProblem) -> None:
        """Show what the points that are in force ask of the network."""
        self._classes = problem.points.classes
        self._target = problem.points.target
        self._show_columns(problem)
        self._show_size()

    def mark_waiting(self, waiting: bool) -> None:
        """Say on the network's card that its settings wait for Reset."""
        self._network_box.set_note(LATER if waiting else "")

    def describe(self) -> DatasetCard:
        """Return the card of the chosen points."""
        key = self._dataset.currentData()
        source = POINT_SETS.get(key)
        if source is None:
            return DatasetCard(
                key=key,
                title=self._dataset.currentText(),
                what="A table of your own.",
                source="Your file.",
                licence="Yours.",
                size="",
                learning_rates={},
            )
        return DatasetCard(
            key=key,
            title=source.label,
            what=f"{source.what} {source.notice}",
            source=source.source or "Made by this app.",
            licence=source.licence or "None is needed.",
            size="As many points as you choose."
            if "points" in source.uses
            else "As many as there are.",
            learning_rates={},
        )

    # The cards.

    def _data_card(self) -> Card:
        box = Card("Points")
        open_button = IconButton(
            "CSV",
            icon="open",
            kind="quiet",
            name="open_csv_button",
            tooltip="Open a table of your own: a CSV file with two columns of numbers, and one "
            "with a class or a number to predict.",
            accessible="Open a CSV file",
        )
        open_button.clicked.connect(self.open_clicked)
        box.add_header_widget(open_button)
        self.about = DatasetCardButton(self.describe)
        box.add_header_widget(self.about)
        self._dataset = ElidedCombo("dataset_combo", "The points that the network learns from.")
        for key, source in POINT_SETS.items():
            self._dataset.addItem(source.label, key)
        self._dataset.currentIndexChanged.connect(self._on_dataset)
        box.add(FieldRow("Points", self._dataset))
        box.add(self.form.control("points", object_name="points_slider", kind="slider"))
        box.add(self.form.control("noise", object_name="noise_slider"))
        self._columns = {
            "x_column": ElidedCombo("x_column_combo", "The column that is x."),
            "y_column": ElidedCombo("y_column_combo", "The column that is y."),
            "target_column": ElidedCombo(
                "target_column_combo", "The column with the class, or the number to predict."
            ),
        }
        self._column_rows = {}
        for (name, combo), label in zip(
            self._columns.items(), ("x from", "y from", "Answer from"), strict=True
        ):
            self._column_rows[name] = FieldRow(label, combo)
            combo.currentIndexChanged.connect(partial(self._choose_column, name))
            box.add(self._column_rows[name])
        more = self._more(box, "points", "The share of points to test with, and their seed.")
        more.add(self.form.control("test_share", object_name="test_share_slider"))
        more.add(self.form.control("data_seed", object_name="data_seed_spin"))
        return box

    def _network_card(self) -> Card:
        self._network_box = box = Card("Network")
        self.form.add("features", FeatureControl(PlaneNetworkSettings.declared()["features"]))
        box.add(self.form["features"])
        box.add(self.form.control("network", object_name="network_edit"))
        self.form.box("network").textChanged.connect(self._show_size)
        box.add(self.form.control("activation", object_name="activation_combo"))
        more = self._more(box, "network", "The loss, and where the weights start.")
        more.add(self.form.control("loss", object_name="loss_combo"))
        more.add(self.form.control("initial_weights", object_name="initial_weights_combo"))
        more.add(self.form.control("seed", object_name="seed_spin"))
        self._count = ParameterCount(_SUM_TOOLTIP)
        box.add(self._count)
        return box

    def _descent_card(self) -> Card:
        self._rule = box = RuleCard(self.form)
        more = self._more(
            box, "descent", "Batches, the number of steps, L2 and L1, and clipping of gradients."
        )
        for name in _RARE_DESCENT:
            kind = "combo" if name in ("batch_size", "steps") else "slider"
            more.add(self.form.control(name, object_name=f"{name}_{kind}"))
        return box

    def _more(self, box: Card, name: str, tooltip: str) -> MoreRows:
        self._folded[name] = MoreRows(box, name=name, tooltip=tooltip)
        return self._folded[name]

    # What follows from the values.

    def _show_used(self) -> None:
        """Show what the chosen points and the chosen rule obey; what is in force is in sight."""
        source = POINT_SETS.get(self.form_dataset())
        uses = () if source is None else source.uses
        for name in ("points", "noise"):
            self.form[name].setVisible(name in uses)
        self._rule.show_constants()
        usual = PointsSettings.from_choices({"dataset": self.form_dataset()}).as_dict()
        for key, names in (
            ("points", _RARE_DATA),
            ("network", _RARE_NETWORK[:2]),
            ("descent", _RARE_DESCENT),
        ):
            if any(self.form[name].value() != usual[name] for name in names):
                self._folded[key].unfold()

    def form_dataset(self) -> str:
        """Return the key of the points that are chosen."""
        key: str = self._dataset.currentData()
        return key

    @Slot()
    def _show_size(self) -> None:
        """Count the weights and biases, also while the layers are typed."""
        values = self._base | self.form.values() | {"network": self.form.box("network").text()}
        chosen = {name: values[name] for name in PlaneNetworkSettings.declared()}
        try:
            if not self._classes:
                chosen["loss"] = "squared-error"
            settings = PlaneNetworkSettings(**chosen, classes=self._classes, target=self._target)
            network = settings.build()
        except BadInput:
            self._count.show_none()
            return
        parts = " + ".join(part.strip() for part in network.parameter_sum.split("  +  "))
        model = "" if settings.hidden else settings.model
        self._count.show_size(network.size, f"{parts} = {network.size}", model=model)

    def _show_columns(self, problem: PointsProblem) -> None:
        """Offer the columns of a table, if the points are from one, and show which are used."""
        settings = PointsDataSettings.from_mapping(self._base)
        places, answers = columns_of(settings)
        used = (*problem.points.axes, _answer_column(settings) if answers else "")
        for (name, combo), columns, chosen in zip(
            self._columns.items(), (places, places, answers), used, strict=True
        ):
            with QSignalBlocker(combo):
                combo.clear()
                for column in columns:
                    combo.addItem(column, column)
                combo.setCurrentIndex(combo.findData(chosen))
            self._column_rows[name].setVisible(bool(columns))

    @Slot()
    def _choose_column(self, name: str, _index: int) -> None:
        self._base[name] = self._columns[name].currentData()
        self.data_changed.emit()

    @Slot(str)
    def _on_changed(self, name: str) -> None:
        if name in ("points", "noise", "test_share", "data_seed"):
            self.data_changed.emit()
            return
        if name == "optimizer":
            self._show_used()
            self._follow_suggestion()
        if name in ("features", "loss"):
            self._show_size()
        if self.form[name].setting.live:
            self.live_changed.emit()
        else:
            self.waiting_changed.emit()

    def _follow_suggestion(self) -> None:
        """Keep to the rate that suits the rule, unless the user chose another."""
        before, self._suggested = self._suggested, self.settings().suitable_rate()
        if self.form["learning_rate"].value() == before:
            self.form["learning_rate"].set_value(self._suggested)

    @Slot()
    def _on_dataset(self) -> None:
        self.dataset_chosen.emit(self.form_dataset())


def _answer_column(settings: PointsDataSettings) -> str:
    """Return the column of a file of one's own that is the answer."""
    # Reading tables is not needed by who does not open one.
    from gdstudio.data.points.own_table import choose_columns, own_table

    names = (settings.x_column, settings.y_column, settings.target_column)
    return choose_columns(own_table(settings.dataset), *names).target
