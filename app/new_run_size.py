"""How large a new model is, and how it is trained: numbers with sensible beginnings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.new_run_grid import FieldGrid
from app.notice import Notice
from app.panels.narrow import Narrow
from core.training.sizing import Sizes, resize, sizes_of

if TYPE_CHECKING:
    from core.training.recipe import Recipe


class SizePart(QWidget):
    """Fields of a recipe; what is not on screen stays as the recipe has it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.layers, self.heads = _whole(1, 64), _whole(1, 128)
        self.width_, self.context = _whole(2, 8192), _whole(4, 8192)
        self.steps, self.batch = _whole(1, 10_000_000), _whole(1, 4096)
        self.warmup, self.seed = _whole(0, 1_000_000), _whole(0, 2**31 - 1)
        self.rate = _fraction(0.0, 10.0, 6)
        self.optimizer, self.schedule = Narrow(letters=6), Narrow(letters=6)
        self.optimizer.addItem("AdamW", "adamw")
        self.optimizer.addItem("Adam", "adam")
        for words, name in (
            (self.tr("cosine"), "cosine"), (self.tr("linear"), "linear"),
            (self.tr("constant"), "constant"), (self.tr("inverse square root"), "inverse_sqrt"),
        ):
            self.schedule.addItem(words, name)
        self.decay, self.dropout = _fraction(0.0, 1.0, 3), _fraction(0.0, 0.9, 2)
        self.accumulate, self.vocabulary = _whole(1, 1024), _whole(257, 200_000)
        self.measure, self.keep = _whole(1, 1_000_000), _whole(1, 1_000_000)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(FieldGrid((
            (self.tr("Layers"), self.layers), (self.tr("Heads"), self.heads),
            (self.tr("Width"), self.width_), (self.tr("Context"), self.context),
            (self.tr("Steps"), self.steps), (self.tr("Batch"), self.batch),
            (self.tr("Learning rate"), self.rate), (self.tr("Warm-up"), self.warmup),
        )))
        self.notice = Notice()
        layout.addWidget(self.notice)
        self.more = QToolButton()
        self.more.setText(self.tr("&More"))
        self.more.setCheckable(True)
        self.more.setAutoRaise(True)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.toggled.connect(self._unfold)
        layout.addWidget(self.more)
        self.rest = FieldGrid((
            (self.tr("Optimizer"), self.optimizer), (self.tr("Schedule"), self.schedule),
            (self.tr("Weight decay"), self.decay), (self.tr("Dropout"), self.dropout),
            (self.tr("Batches a step"), self.accumulate),
            (self.tr("Tokens known"), self.vocabulary),
            (self.tr("Measure every"), self.measure), (self.tr("Keep every"), self.keep),
            (self.tr("Seed"), self.seed),
        ))
        layout.addWidget(self.rest)
        self._unfold(False)
        self._recipe: Recipe | None = None
        self._given = False  # whether it starts from another model, and has its shape
        for field in self.findChildren(QAbstractSpinBox):
            field.valueChanged.connect(lambda: self.changed.emit())  # type: ignore[attr-defined]
        for choice in (self.optimizer, self.schedule):
            choice.currentIndexChanged.connect(lambda: self.changed.emit())

    def show_recipe(self, recipe: Recipe) -> None:
        """Begin with its numbers."""
        self._recipe = recipe
        sizes, train = sizes_of(recipe), recipe.train
        self.blockSignals(True)
        for field, value in (
            (self.layers, sizes.layers), (self.heads, sizes.heads), (self.width_, sizes.width),
            (self.context, sizes.context), (self.steps, train.steps), (self.batch, train.batch),
            (self.warmup, train.warmup), (self.seed, train.seed),
            (self.accumulate, train.accumulate), (self.vocabulary, recipe.tokenizer.vocabulary),
            (self.measure, train.evaluate_every), (self.keep, train.keep_every),
        ):
            field.setValue(value)
        self.rate.setValue(train.learning_rate)
        self.decay.setValue(train.weight_decay)
        self.dropout.setValue(recipe.model.get("dropout", 0.0))
        self.optimizer.setCurrentIndex(self.optimizer.findData(train.optimizer))
        self.schedule.setCurrentIndex(self.schedule.findData(train.schedule))
        self.blockSignals(False)
        self.changed.emit()

    def show_start(self, given: bool) -> None:
        """Whether the model's shape and tokens are those of another."""
        if self._given and not given and self._recipe is not None:
            self._show_sizes(sizes_of(self._recipe))
        self._given = given
        for field in (self.layers, self.heads, self.width_, self.vocabulary):
            field.setEnabled(not given)

    def show_sizes(self, sizes: Sizes) -> None:
        """Of the model that it starts from."""
        if self._given:
            self._show_sizes(sizes)

    def _show_sizes(self, sizes: Sizes) -> None:
        self.blockSignals(True)
        for field, value in (
            (self.layers, sizes.layers), (self.heads, sizes.heads), (self.width_, sizes.width),
        ):
            field.setValue(value)
        self.blockSignals(False)

    def fit(self, context: int) -> None:
        """The model that it starts from reads no more tokens."""
        self.context.setValue(min(self.context.value(), context))

    def apply(self, recipe: Recipe) -> Recipe:
        """The recipe with the numbers on screen.

        Raises:
            Refusal: if no such model can be.
        """
        train = replace(
            recipe.train, steps=self.steps.value(), batch=self.batch.value(),
            learning_rate=self.rate.value(), warmup=self.warmup.value(), seed=self.seed.value(),
            optimizer=self.optimizer.currentData(), schedule=self.schedule.currentData(),
            weight_decay=self.decay.value(), accumulate=self.accumulate.value(),
            evaluate_every=self.measure.value(), keep_every=self.keep.value(),
        )
        tokenizer = replace(recipe.tokenizer, vocabulary=self.vocabulary.value())
        dropout = self.dropout.value()
        model = dict(recipe.model) | ({"dropout": dropout} if dropout else {})
        if not dropout:
            model.pop("dropout", None)
        return resize(
            replace(recipe, train=train, tokenizer=tokenizer, model=model), self._sizes(recipe))

    def _sizes(self, recipe: Recipe) -> Sizes:
        if self._given:
            return replace(sizes_of(recipe), context=self.context.value())
        return Sizes(self.layers.value(), self.heads.value(), self.width_.value(),
                     self.context.value())

    def complain(self, words: str) -> None:
        """Say what is wrong with them."""
        self.notice.say(words)

    def _unfold(self, shown: bool) -> None:
        self.rest.setVisible(shown)
        self.more.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)


class _Fraction(QDoubleSpinBox):
    """Shows no zeros at the end."""

    def textFromValue(self, value: float) -> str:
        return f"{value:.{self.decimals()}f}".rstrip("0").rstrip(".") or "0"


def _whole(least: int, most: int) -> QSpinBox:
    field = QSpinBox(minimum=least, maximum=most)
    field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    return field


def _fraction(least: float, most: float, decimals: int) -> QDoubleSpinBox:
    field = _Fraction(decimals=decimals, minimum=least, maximum=most)
    field.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
    return field
