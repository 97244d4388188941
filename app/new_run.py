"""A new run: what is learnt, from what, how large; what it would take is said before it begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.language import say_refusal
from app.new_run_check import Checking, Question
from app.new_run_data import DataPart
from app.new_run_folder import FolderPart
from app.new_run_size import SizePart
from app.new_run_words import say_estimate
from app.notice import Notice
from app.panels.narrow import Narrow
from core.drive import Begin
from core.errors import Refusal
from core.training.beginning import starting_folder
from core.training.offers import Offer, objective_of, offers
from core.training.survey import default_columns

if TYPE_CHECKING:
    from core.frame import ModelCard
    from core.training.estimate import Estimate
    from core.training.recipe import Recipe
    from core.training.survey import Survey

FIRST = "reverse"
"""What is chosen at first: its answer is seen soonest."""
_WIDTH, _HEIGHT = 150, 44  # letters and lines of the dialog
_OFFER = Qt.ItemDataRole.UserRole


class NewRunDialog(QDialog):
    """Every field has a beginning that works: choose a task, press Enter."""

    begun = Signal(object, object)
    """The run's folder, and the Begin that it begins with."""

    def __init__(
        self, parent: QWidget, models: list[str], further: ModelCard | None = None
    ) -> None:
        """Offer ``models`` to start from; ``further`` is the one that is to go on learning."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("New run"))
        self._models, self._further = models, further
        self._pending = self._filling = False
        self.checking = Checking(self)
        self.checking.surveyed.connect(self._show_survey)
        self.checking.estimated.connect(self._show_estimate)
        self._build()
        self._list_offers()
        metrics, room = self.fontMetrics(), self.screen().availableSize()
        wanted = QSize(metrics.averageCharWidth() * _WIDTH, metrics.height() * _HEIGHT)
        self.resize(wanted.boundedTo(room * 0.95))
        whole = self.what.sizeHintForColumn(0) + 2 * self.what.frameWidth() + 24
        self.what.setFixedWidth(min(whole, self.width() * 2 // 5))

    # -- what it is made of -----------------------------------------------------------------

    def _build(self) -> None:
        self.what = QListWidget()
        self.what.setAccessibleName(self.tr("What to learn"))
        self.what.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.what.setSpacing(2)
        self.what.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.what.currentItemChanged.connect(self._choose)
        self.name = QLabel()
        self.name.setObjectName("title")
        self.look = QLabel(wordWrap=True)
        self.recipes, self.init = Narrow(), Narrow()
        self.recipes.currentIndexChanged.connect(self._follow_recipe)
        self.init.setEditable(True)
        self.init.setInsertPolicy(Narrow.InsertPolicy.NoInsert)
        told = self.init.lineEdit()
        assert told is not None  # it is editable
        told.setPlaceholderText(self.tr("nothing: random weights"))
        self.init.currentTextChanged.connect(self._change)
        self.init_notice = Notice()
        self.data, self.size_, self.folder = DataPart(), SizePart(), FolderPart()
        for part in (self.data, self.size_, self.folder):
            part.changed.connect(self._change)
        self.estimate = QLabel(wordWrap=True)
        self.estimate.setAccessibleName(self.tr("What it would take"))
        self.begin_button = QPushButton(self.tr("&Begin"), default=True)
        self.begin_button.clicked.connect(self.begin)
        cancel = QPushButton(self.tr("Cancel"), autoDefault=False)
        cancel.clicked.connect(self.reject)
        rows, labels = QGridLayout(), [*self.data.labels, self.folder.label]
        for row, (words, field) in enumerate((
            (self.tr("Rec&ipe"), self.recipes), (self.tr("S&tart from"), self.init),
        )):
            label = QLabel(words)
            label.setBuddy(field)
            labels.append(label)
            rows.addWidget(label, row, 0)
            rows.addWidget(field, row, 1)
        rows.addWidget(self.init_notice, 2, 1)
        rows.setColumnStretch(1, 1)
        rows.setHorizontalSpacing(self.data.SPACE)
        self.folder.grid.setHorizontalSpacing(self.data.SPACE)
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:  # all fields begin at one line
            label.setFixedWidth(widest)
        form = QWidget()
        fields = QVBoxLayout(form)
        fields.setContentsMargins(0, 0, 8, 0)
        fields.setSpacing(10)
        fields.addWidget(self.data)
        fields.addLayout(rows)
        fields.addWidget(self.size_)
        fields.addWidget(self.folder)
        fields.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields scroll it
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(form)
        right = QVBoxLayout()
        for above, stretch in ((self.name, 0), (self.look, 0), (scroll, 1)):
            right.addWidget(above, stretch)
        upper = QHBoxLayout()
        upper.setSpacing(14)
        upper.addWidget(self.what)
        upper.addLayout(right, 1)
        lower = QHBoxLayout()
        lower.addWidget(self.estimate, 1)
        lower.addWidget(self.begin_button)
        lower.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.addLayout(upper, 1)
        layout.addLayout(lower)

    def _list_offers(self) -> None:
        there, bold = offers(), self.what.font()
        bold.setBold(True)
        for title, part in (
            (self.tr("Small tasks"), [one for one in there if one.generated]),
            (self.tr("On your own text"), [one for one in there if not one.generated]),
        ):
            head = QListWidgetItem(title, self.what)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setFont(bold)
            for offer in part:
                item = QListWidgetItem(f"   {_core(offer.title)}", self.what)
                item.setData(_OFFER, offer)
                item.setToolTip(_core(offer.look))
        first = FIRST if self._further is None else objective_of(self._further)
        self.choose(first)
        self.what.setFocus()

    # -- what is chosen ---------------------------------------------------------------------

    @property
    def offer(self) -> Offer:
        """What is to be learnt."""
        offer: Offer = self.what.currentItem().data(_OFFER)
        return offer

    @property
    def start(self) -> str | None:
        """The model that it starts from, if there is one."""
        return self.init.currentText().strip() or None

    def choose(self, name: str) -> None:
        """Learn this task, or by this objective."""
        for row in range(self.what.count()):
            offer = self.what.item(row).data(_OFFER)
            if offer is not None and offer.name == name:
                self.what.setCurrentRow(row)

    def _choose(self, item: QListWidgetItem | None) -> None:
        """Show all that belongs to it."""
        if item is None or item.data(_OFFER) is None:
            return
        offer = self.offer
        self._filling = True
        self.name.setText(_core(offer.title))
        self.look.setText(_core(offer.look))
        self.data.setVisible(not offer.generated)
        self.data.expect(default_columns(offer.name), self._column_titles(offer.name))
        self.recipes.clear()
        self.recipes.addItems(list(offer.recipes))
        self.recipes.setEnabled(len(offer.recipes) > 1)
        self.init.clear()
        self.init.addItems(["", *self._models])
        further = self._further
        self.init.setCurrentText(offer.init if further is None else further.reference)
        self._filling = False
        self._follow_recipe()

    def _column_titles(self, objective: str) -> tuple[str, ...]:
        return {
            "translation": (self.tr("From"), self.tr("To")),
            "classification": (self.tr("Text"), self.tr("Label")),
        }.get(objective, (self.tr("Text"),))

    def _follow_recipe(self) -> None:
        """Its numbers, and a folder by its name."""
        if self._filling or not self.recipes.currentText():
            return
        self._filling = True
        self.size_.show_recipe(self.offer.recipes[self.recipes.currentText()])
        if self._further is not None:
            self.size_.fit(self._further.context)
        self.folder.propose(self.offer.name)
        self._filling = False
        self._change()

    def recipe(self) -> Recipe:
        """As it stands on screen.

        Raises:
            Refusal: if no such run can be.
        """
        return self.size_.apply(self._reads())

    def _reads(self) -> Recipe:
        """How its data are read; its numbers are not looked at."""
        recipe = self.offer.recipes[self.recipes.currentText()]
        return recipe if self.offer.generated else self.data.apply(recipe)

    # -- what is said of it -----------------------------------------------------------------

    def _change(self) -> None:
        """Another run is meant: what was said of the one before is no longer true."""
        if self._filling:
            return
        self._await_data(False)
        self.size_.show_start(self.start is not None)
        self.init_notice.say("")
        recipe = None
        try:
            if self.start is not None:
                starting_folder(self.start)
        except Refusal as refusal:
            self.init_notice.say(say_refusal(refusal))
        try:
            recipe = self.recipe()
            self.size_.complain("")
        except Refusal as refusal:
            self.size_.complain(say_refusal(refusal))
        data = None if self.offer.generated else self.data.chosen
        self.estimate.setText("" if recipe is None else self.tr("Measuring …"))
        self.checking.ask(Question(
            recipe, self._reads(), data, None if data is None else self.data.hold_out, self.start))
        if self.checking.survey is None:
            self.data.show_survey(None)

    def _show_survey(self, survey: Survey | None) -> None:
        columns = self._reads().columns
        self.data.show_survey(survey)
        if self._reads().columns != columns:  # a table: its header was not known before
            self._change()
        elif self._pending:
            self.begin()

    def _show_estimate(self, outcome: Estimate | Refusal | None) -> None:
        self.estimate.setText("")
        if isinstance(outcome, Refusal):
            self._await_data(False)  # if they could not be surveyed, they never come
            blame = self.size_.complain if self.start is None else self.init_notice.say
            blame(say_refusal(outcome))
        elif outcome is not None:
            self.size_.show_sizes(outcome.sizes)
            self.estimate.setText(say_estimate(outcome, self.size_.steps.value()))

    def complain(self, refusal: Refusal) -> None:
        """Why the run that it asked for could not begin; all is as it was left."""
        blame = self.init_notice.say if self.start is not None else self.size_.complain
        blame(say_refusal(refusal))

    # -- beginning --------------------------------------------------------------------------

    def begin(self) -> None:
        """Ask for the run, unless something is wrong; then the field in question has the focus."""
        self._await_data(False)
        data = None if self.offer.generated else self.data.chosen
        survey = self.checking.survey
        if self.folder.refusal is not None:
            self.folder.path.setFocus()
            return
        try:
            recipe = self.recipe()
        except Refusal:
            self.size_.layers.setFocus()
            return
        if not self.offer.generated:
            if data is None:
                self.data.complain(self.tr("Name a file or a folder to learn from."))
                self.data.path.setFocus()
                return
            if survey is None:  # it goes on when they are read
                self._await_data(True)
                return
            if survey.refusal is not None:
                self.data.path.setFocus()
                return
            recipe = replace(recipe, hold_out_lines=survey.hold_out)
        self.checking.cancel()
        self.begun.emit(self.folder.chosen, Begin(recipe, data, self.start))

    def _await_data(self, pending: bool) -> None:
        self._pending = pending
        self.begin_button.setEnabled(not pending)

    def showEvent(self, event: QShowEvent) -> None:
        """A folder that was free may be there by now."""
        super().showEvent(event)
        self.folder.propose(self.offer.name)
        self._change()

    def reject(self) -> None:
        """Esc."""
        self.checking.cancel()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is measured for a closed dialog."""
        self.checking.cancel()
        super().closeEvent(event)


def _core(words: str) -> str:
    return QCoreApplication.translate("core", words)
