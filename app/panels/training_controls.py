"""Play, pause, steps, and what can be changed while a run goes on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)

from app.paint.words import typeset
from app.panels.training_rows import Rows
from app.theme import LIGHT, Theme
from core.drive import Drive, Training

_TENTH = 10**0.1
"""What a step of the rate's spin box multiplies by: ten of them make a power of ten."""


class FactorBox(QDoubleSpinBox):
    """A factor, a tenth of a power of ten at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0.001, 1000.0)
        self.setDecimals(3)
        self.setPrefix("× ")
        self.setValue(1.0)

    def stepBy(self, steps: int) -> None:
        """On the logarithmic scale."""
        self.setValue(self.value() * _TENTH**steps)
        self.selectAll()

    def textFromValue(self, value: float) -> str:
        """In as few digits as tell it."""
        return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


class TrainingControls(QWidget):
    """What it asks for takes hold at the next step; it shows what is wished, or what the run has.
    """

    toggled = Signal()
    """Play, or pause."""
    stepped = Signal(int)
    """So many steps."""
    saved = Signal()
    sped = Signal(float)
    """Steps a second, 0 for no limit."""
    rated = Signal(float)
    """What the schedule's rate is multiplied by."""
    batched = Signal(int)
    """Rows of a batch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._playing = False
        self.play = QPushButton()
        self.one, self.many, self.save = QToolButton(), QToolButton(), QToolButton()
        self.count, self.speed, self.batch = QSpinBox(), QSpinBox(), QSpinBox()
        self.factor, self.rate = FactorBox(), QLabel()
        self._speed, self._factor, self._batch = QLabel(), QLabel(), QLabel()
        self.count.setRange(2, 9_999)
        self.count.setValue(10)
        self.speed.setRange(0, 1000)
        self.batch.setRange(1, 9_999)
        for button in (self.one, self.many, self.save):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for box in (self.count, self.speed, self.batch, self.factor):
            box.setKeyboardTracking(False)
        self.play.clicked.connect(self.toggled)
        self.one.clicked.connect(lambda: self.stepped.emit(1))
        self.many.clicked.connect(lambda: self.stepped.emit(self.count.value()))
        self.save.clicked.connect(self.saved)
        self.speed.valueChanged.connect(lambda value: self.sped.emit(float(value)))
        self.factor.valueChanged.connect(self.rated)
        self.batch.valueChanged.connect(self.batched)
        self._settings = (
            _beside(self._factor, self.factor, self.rate), _beside(self._batch, self.batch),
            _beside(self._speed, self.speed))
        rows = Rows(
            self.play, self.one, _beside(self.many, self.count), self.save, *self._settings)
        column = QHBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(rows)
        for label, box in ((self._factor, self.factor), (self._batch, self.batch),
                           (self._speed, self.speed)):
            label.setBuddy(box)
        self.retranslate()
        self.set_theme(LIGHT)

    # -- words and colours ------------------------------------------------------------------

    def retranslate(self) -> None:
        """Say it in the language of the moment."""
        self._say_play()
        self.play.setToolTip(self.tr("Goes on until the run has all its steps, or stops (F9)"))
        self.one.setText(self.tr("One step"))
        self.one.setToolTip(self.tr("One step, then wait (F10)"))
        self.many.setText(self.tr("Take"))
        self.many.setToolTip(self.tr("So many steps, then wait (Shift+F10)"))
        self.count.setSuffix(self.tr(" steps"))
        self.count.setAccessibleName(self.tr("Steps to take at once"))
        self.save.setText(self.tr("Save now"))
        self.save.setToolTip(self.tr("Write a checkpoint into the run's folder (Ctrl+Alt+S)"))
        self._factor.setText(self.tr("Rate"))
        self.factor.setAccessibleName(self.tr("What the learning rate is multiplied by"))
        self.factor.setToolTip(self.tr(
            "Multiplies the learning rate that the schedule says, from the next step on"))
        self._batch.setText(self.tr("Batch"))
        self.batch.setAccessibleName(self.tr("Rows of a batch"))
        self.batch.setToolTip(self.tr("Rows of a batch, from the next step on"))
        self._speed.setText(self.tr("At most"))
        self.speed.setSpecialValueText(self.tr("no limit"))
        self.speed.setSuffix(self.tr(" steps/s"))
        self.speed.setAccessibleName(self.tr("Most steps a second"))
        self.speed.setToolTip(self.tr("How fast it goes at most; 0 for as fast as it can"))

    def changeEvent(self, event: QEvent) -> None:
        """Larger type, a larger sign."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_theme"):
            self._say_play()

    def _say_play(self) -> None:
        self.play.setText(self.tr("Pause") if self._playing else self.tr("Play"))
        size = self.fontMetrics().height()
        self.play.setIconSize(QSize(size, size))
        self.play.setIcon(_icon(self._playing, self._theme.surface, size))

    def set_theme(self, theme: Theme) -> None:
        """Colour it anew."""
        self._theme = theme
        self.play.setStyleSheet(
            f"QPushButton {{ background: {theme.accent}; color: {theme.surface}; border: 2px solid "
            f"{theme.accent}; border-radius: 5px; padding: 3px 14px; font-weight: 600; }}"
            f"QPushButton:focus, QPushButton:hover {{ border-color: {theme.text}; }}"
            f"QPushButton:disabled {{ background: {theme.masked}; color: {theme.muted};"
            f" border-color: {theme.line}; }}")
        self._say_play()

    # -- what it shows ----------------------------------------------------------------------

    def show_settings(self, shown: bool) -> None:
        """Also what can be changed while it goes on, or only what makes it go."""
        for part in self._settings:
            part.setVisible(shown)

    def show_run(self, training: Training, drive: Drive) -> None:
        """What is wished where the run is not told yet, else what the run has."""
        playing = training.working or drive.playing
        if playing != self._playing:
            self._playing = playing
            self._say_play()
        ended = training.ended
        self.play.setEnabled(playing or not ended)
        self.rate.setText(self.tr("= {rate}").format(rate=typeset(f"{training.rate:.3g}")))
        _set(self.factor, training.factor if drive.rate is None else drive.rate)
        _set(self.batch, training.batch if drive.batch is None else drive.batch)
        _set(self.speed, round(drive.speed))


def _set(box: QSpinBox | QDoubleSpinBox, value: float) -> None:
    """Show a value, unless another one is just being typed."""
    if box.hasFocus() and box.lineEdit().isModified():
        return
    if abs(box.value() - value) > 1e-9:
        box.blockSignals(True)
        box.setValue(value)  # type: ignore[arg-type]
        box.blockSignals(False)


def _beside(*parts: QWidget) -> QWidget:
    """Parts that stay together."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(3)
    for part in parts:
        row.addWidget(part)
        if isinstance(part, QAbstractSpinBox):
            part.setSizePolicy(part.sizePolicy().Policy.Fixed, part.sizePolicy().Policy.Fixed)
    return whole


def _icon(playing: bool, colour: str, size: int) -> QIcon:
    """Two bars to pause, a triangle to play."""
    pixmap = QPixmap(QSize(size, size) * 2)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    if playing:
        for left in (0.2, 0.58):
            painter.drawRect(QRectF(left * size, 0.15 * size, 0.22 * size, 0.7 * size))
    else:
        painter.drawPolygon(QPolygonF([
            QPointF(0.22 * size, 0.1 * size), QPointF(0.92 * size, 0.5 * size),
            QPointF(0.22 * size, 0.9 * size)]))
    painter.end()
    return QIcon(pixmap)
