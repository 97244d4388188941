"""The logit lens (nostalgebraist 2020): what each layer would predict if it were the last."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.language import in_turn
from app.paint.words import isolated
from app.panels.activations_hold import hold, position_of
from app.panels.answer_page import AnswerPage
from app.panels.chooser import Chooser
from app.panels.elided import Elided
from app.panels.field_picture import Picture, Side, Spot
from app.panels.field_words import WordField
from app.panels.lens_best import Best, Scale
from app.state import View
from app.theme import Theme
from core.asks.lens import Lens, LensAsk

if TYPE_CHECKING:
    from core.frame import Frame
    from core.trace import Ask

By = Literal["probability", "rank"]


class LensPage(AnswerPage[Lens]):
    """The grid, and the likeliest tokens of the cell that is read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._by: By = "probability"
        self._pointed: int | None = None  # the position that the pointer previews
        self._bys, self._scale = Chooser(self), Scale(self)
        self._grid, self._best = WordField(self), Best(self)
        self._reading, self._answer = Elided(self), Elided(self)
        self._stack.addWidget(self._grid)
        top = QHBoxLayout()
        top.addWidget(self._bys)
        top.addStretch(1)
        top.addWidget(self._scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        for part in (self._reading, self._best, self._answer):
            column.addWidget(part)
        self._parts = (self._bys, self._scale, self._reading, self._best, self._answer)
        for moved in (self._grid.scrolled, self._grid.resized):
            moved.connect(self.wished)
        self._grid.pointed.connect(self._point)
        self._grid.clicked.connect(self._hold)
        self._bys.chosen.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._grid.setAccessibleName(self.tr("Logit lens: layer by position"))
        self._grid.setToolTip(self.tr(
            "The residual stream after each layer, read out by the model's own last norm and head "
            "as if no layer followed (nostalgebraist 2020, “interpreting GPT: the logit lens”)."))
        self._bys.offer((
            ("probability", self.tr("Probability"), self.tr(
                "Colour each cell by the probability of the token in it")),
            ("rank", self.tr("Rank of the answer"), self.tr(
                "Colour each cell by how high it ranks what the last layer predicts")),
        ), self._by)
        self._best.setAccessibleName(self.tr("Likeliest tokens of the cell"))
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        super().set_theme(theme)
        self._grid.set_theme(theme)
        self._best.set_theme(theme)
        self._draw()

    def asks(self, frame: Frame | None, view: View) -> tuple[Ask[Any], ...]:
        """The positions in view."""
        return (LensAsk(*self._grid.columns_wanted()),)

    def title(self, frame: Frame, view: View) -> str:
        """Names it."""
        if "decoder" not in frame.card.layers:
            return self.tr("Logit lens: each layer's guess at the token that stands there")
        return self.tr("Logit lens: each layer's guess at the next token")

    def badge(self, frame: Frame, view: View) -> str:
        """Ranks are not evenly coloured."""
        return self.tr("logarithmic scale") if self._by == "rank" else ""

    # -- drawing ----------------------------------------------------------------------------

    def _draw(self) -> None:
        frame, lens = self._frame, self._told
        for part in self._parts:
            part.setVisible(lens is not None)
        if frame is None or lens is None:
            self._stack.setCurrentWidget(self._hint)
            return
        self._stack.setCurrentWidget(self._grid)
        if self._by == "rank":
            last = self.tr("rank {rank}").format(rank=f"{lens.vocabulary:,}")
            self._scale.show_scale(self.theme, last, self.tr("rank {rank}").format(rank=1))
        else:
            self._scale.show_scale(self.theme, "0 %", "100 %")
        layer = self._view.shown[0] + 1 if self._view.shown else None
        position = position_of(frame, self._view)
        self._grid.light(layer, *(() if position is None else (position,)))
        self._grid.show_picture(self._picture(frame, lens))
        self._read(frame, lens)

    def _picture(self, frame: Frame, lens: Lens) -> Picture:
        """Coloured by the probability of the best, or by the rank of the last answer."""
        layers = [self.tr("layer {layer}").format(layer=at) for at in range(len(lens.ids) - 1)]
        labels = frame.queries.labels

        def words(spot: Spot) -> tuple[str, str]:
            row, column = spot[0], spot[1] - lens.first
            under = f"#{int(lens.ranks[row, column]):,}" if self._by == "rank" else (
                f"{lens.probabilities[row, column, 0] * 100:.0f} %")
            return lens.labels[int(lens.ids[row, column, 0])], under

        values = lens.probabilities[..., 0] if self._by == "probability" else _heights(lens)
        return Picture(
            values, Side(len(lens.ids), [self.tr("embedding"), *layers]),
            Side(len(labels), labels), start=lens.first, words=words)

    def _spot(self, frame: Frame, lens: Lens) -> Spot | None:
        """What is read: under the pointer, else the selection, else the last of all in view."""
        position = position_of(frame, self._view)
        last = lens.first + lens.ids.shape[1] - 1
        rows = lens.ids.shape[0]
        row = min(self._view.shown[0] + 1, rows - 1) if self._view.shown else rows - 1
        spot = self._grid.at or (row, last if position is None else position)
        return spot if lens.first <= spot[1] <= last and spot[0] < rows else None

    def _read(self, frame: Frame, lens: Lens) -> None:
        self._read_spot(frame, lens)
        said = filter(None, (self._reading.text(), self._answer.text()))
        self._grid.setAccessibleDescription(": ".join(said))

    def _read_spot(self, frame: Frame, lens: Lens) -> None:
        spot = self._spot(frame, lens)
        if spot is None or spot[1] >= len(frame.queries):
            self._reading.setText(self.tr("Point at a cell to read it."))
            self._best.show_rows(())
            self._answer.clear()
            return
        row, column = spot[0], spot[1] - lens.first
        token = isolated(frame.queries.labels[spot[1]])
        where = self.tr("After layer {layer}, at “{token}” ({i})") if row else (
            self.tr("Before all layers, at “{token}” ({i})"))
        self._reading.setText(where.format(layer=row - 1, token=token, i=spot[1]))
        if not lens.ranks[row, column]:
            self._best.show_rows(())
            self._answer.setText(self.tr("The stream holds values that are no numbers."))
            return
        ids, shares = lens.ids[row, column].tolist(), lens.probabilities[row, column].tolist()
        self._best.show_rows([
            (lens.labels[token], share) for token, share in zip(ids, shares, strict=True)])
        self._answer.setText(self._say_answer(lens, row, column))

    def _say_answer(self, lens: Lens, row: int, column: int) -> str:
        """What becomes of the last layer's answer."""
        answer = isolated(lens.labels[int(lens.ids[-1, column, 0])])
        words = self.tr("Last layer's “{answer}”: rank {rank} here, {share}").format(
            answer=answer, rank=f"{int(lens.ranks[row, column]):,}",
            share=f"{lens.answers[row, column] * 100:.1f} %")
        firsts = (at for at in range(len(lens.ids)) if (lens.ranks[at:, column] == 1).all())
        since = next(firsts, None)
        if since is None:
            return self.tr("The last layer's stream holds values that are no numbers.")
        since_when = self.tr("first from layer {layer} on") if since else (
            self.tr("first from the start"))
        return in_turn((words, since_when.format(layer=since - 1)))

    def reading(self) -> str:
        """What is said of the cell that is read."""
        return " ".join(filter(None, (self._reading.text(), self._answer.text())))

    # -- what the user does -----------------------------------------------------------------

    def _point(self, spot: Spot | None) -> None:
        if self._frame is None or self._told is None:
            return
        self._read(self._frame, self._told)
        position = None if spot is None else spot[1]
        if position != self._pointed:
            self._pointed = position
            cell = None if position is None else hold(self._frame, self._view, position)
            self.selected.emit({"cell": cell})

    def _hold(self, spot: Spot) -> None:
        if self._frame is not None:
            cell = hold(self._frame, self._view, spot[1])
            self.selected.emit({"held": None if cell == self._view.held else cell})

    def _choose(self, by: str) -> None:
        self._by = cast("By", by)
        self._draw()
        self.wished.emit()  # the badge says it


def _heights(lens: Lens) -> NDArray[np.float32]:
    """[row, column]: how high the last answer ranks, from 0 for the last to 1 for the first."""
    ranks = np.where(lens.ranks > 0, lens.ranks, np.nan).astype(np.float32)
    heights = 1 - np.log(ranks) / math.log(max(lens.vocabulary, 2))
    return heights.astype(np.float32)
