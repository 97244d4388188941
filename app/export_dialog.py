"""The dialog of File > Export: what, how, and where to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from app.export_name import change_ending, is_there, offer_name, read_name
from app.export_words import about_format, format_names, theme_names
from app.exporting import ANIMATION, PICTURES, TRACE, Looks
from app.language import say_refusal
from app.notice import Notice
from app.paint.stroke import unit
from app.recording import write_gif
from app.work import Work
from core.errors import Refusal
from core.files import write_file
from core.tables import write_csv, write_npz

if TYPE_CHECKING:
    from app.exporting import Exporting

Tell = Callable[[int, int], None]


class ExportDialog(QDialog):
    """Asks once before it writes over a file; stays open until something is written."""

    ended = Signal(object)
    """What a write ended in: a Refusal, or anything else."""
    progressed = Signal(int, int)
    """How much of how much is done."""

    def __init__(self, exporting: Exporting, ending: str = "") -> None:
        super().__init__(exporting.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)  # what is exported stays on screen
        self.exporting, self._choices = exporting, exporting.window.choices
        self._work: Work | None = None
        self._asked: Path | None = None
        self._tracing = False
        self.what, self.format, self.theme = QComboBox(), QComboBox(), QComboBox()
        self.scale, self.pixels, self.under = QDoubleSpinBox(), QLabel(), QCheckBox()
        self.caption, self.path, self.browse = QPlainTextEdit(), QLineEdit(), QPushButton()
        self.notice, self.about = Notice(), QLabel()
        self._lay_out()
        self._fill(ending or self._choices.word("export_format", ".png"))
        self._connect()
        self._name_file()
        self._follow()
        self.path.setFocus()
        self.path.selectAll()

    def _lay_out(self) -> None:
        self.setWindowTitle(self.tr("Export"))
        self.caption.setReadOnly(True)
        self.caption.setTabChangesFocus(True)
        self.caption.setFixedHeight(5 * self.fontMetrics().lineSpacing())
        self.caption.setAccessibleName(self.tr("Caption"))
        self.about.setWordWrap(True)
        scale, file = QHBoxLayout(), QHBoxLayout()
        scale.addWidget(self.scale)
        scale.addWidget(self.pixels, 1)
        file.addWidget(self.path, 1)
        file.addWidget(self.browse)
        self.browse.setText(self.tr("&Browse …"))
        self.browse.setAutoDefault(False)  # Enter in the field exports
        self.under.setText(self.tr("&Caption under the picture"))
        self.rows = form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.scale_row, self.file_row = scale, file
        for words, field in (
            (self.tr("&What"), self.what), (self.tr("&Format"), self.format), ("", self.about),
            (self.tr("&Theme"), self.theme), (self.tr("&Scale"), scale), ("", self.under),
            (self.tr("Caption"), self.caption), (self.tr("F&ile"), file), ("", self.notice),
        ):
            form.addRow(words, field)
        for row, buddy in ((scale, self.scale), (file, self.path)):
            form.labelForField(row).setBuddy(buddy)  # type: ignore[attr-defined]
        self.scale.setAccessibleName(self.tr("Scale"))
        self.path.setAccessibleName(self.tr("File"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.go = buttons.addButton(
            self.tr("&Export"), QDialogButtonBox.ButtonRole.ActionRole)
        self.go.setDefault(True)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(self.tr("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch(1)
        column.addWidget(buttons)
        self.resize(round(560 * unit(self.font())), self.sizeHint().height())

    def _fill(self, ending: str) -> None:
        names = self.exporting.names()
        for part in self.exporting.parts():
            self.what.addItem(names[part], part)
        self.what.setCurrentIndex(self.what.findData(self.exporting.chosen))
        for key, words in format_names(self.exporting.recording is not None).items():
            self.format.addItem(words, key)
        self.format.setCurrentIndex(max(self.format.findData(ending), 0))
        for key, words in theme_names().items():
            self.theme.addItem(words, key)
        self.theme.setCurrentIndex(
            max(self.theme.findData(self._choices.word("export_theme", "screen")), 0))
        self.scale.setRange(0.5, 4.0)
        self.scale.setSingleStep(0.5)
        self.scale.setDecimals(1)
        self.scale.setValue(Looks().pixels)
        self.under.setChecked(self._choices.word("export_caption", "yes") == "yes")
        try:
            self.caption.setPlainText(self.exporting.caption(whole=True))
        except Refusal as refusal:
            self.notice.say(say_refusal(refusal))

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._rename)
        self.format.currentIndexChanged.connect(self._rename)
        self.scale.valueChanged.connect(self._follow)
        self.path.textEdited.connect(self._type)
        self.browse.clicked.connect(self._browse)
        self.go.clicked.connect(self.export)
        self.ended.connect(self._end)
        self.progressed.connect(self._progress)
        self.exporting.window.engine.traced.connect(self._traced)
        self.exporting.window.installEventFilter(self)

    # -- what is chosen ---------------------------------------------------------------------

    @property
    def part(self) -> str:
        """What is exported."""
        return str(self.what.currentData())

    @property
    def ending(self) -> str:
        """As what."""
        return str(self.format.currentData())

    @property
    def looks(self) -> Looks:
        """How it is drawn."""
        return Looks(str(self.theme.currentData()), self.scale.value(), self.under.isChecked())

    def choose(self, part: str, ending: str) -> None:
        """Choose a part and a format, as with the boxes."""
        self.what.setCurrentIndex(self.what.findData(part))
        self.format.setCurrentIndex(self.format.findData(ending))

    def _rename(self) -> None:
        self._name_file()
        self._follow()

    def _name_file(self) -> None:
        """Offer a name, until one is typed; then keep it and change its ending."""
        if self.path.isModified():
            known = tuple(self.format.itemData(at) for at in range(self.format.count()))
            self.path.setText(change_ending(self.path.text(), self.ending, known))
            self.path.setModified(True)
            return
        frame = self.exporting.window.picture
        model = "headlight" if frame is None else frame.card.name
        what = "trace" if self.ending == TRACE else self.part
        self.path.setText(str(self._folder() / offer_name(model, what, self.ending)))

    def _folder(self) -> Path:
        """Where the last file was written."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(self._choices.word("export_folder", documents or str(Path.home())))

    def _type(self, text: str) -> None:
        """An ending that is typed chooses its format."""
        self._asked = None
        at = self.format.findData(Path(text).suffix.lower())
        if at >= 0 and at != self.format.currentIndex():
            self.format.blockSignals(True)
            self.format.setCurrentIndex(at)
            self.format.blockSignals(False)
        self._follow()

    def _follow(self) -> None:
        """Show what can be chosen, and what comes of it."""
        ending = self.ending
        picture = ending in PICTURES
        self._asked = None
        self.go.setText(self.tr("&Export"))
        self.what.setEnabled(ending not in (TRACE, ANIMATION))
        for field, shown in (
            (self.theme, picture), (self.scale_row, ending == ".png"),
            (self.under, picture or ending == ANIMATION),
        ):
            self.rows.setRowVisible(field, shown)
        if ending == ".png":
            size = self.exporting.parts()[self.part].size() * self.scale.value()
            self.pixels.setText(self.tr("{width} × {height} pixels, without the caption").format(
                width=size.width(), height=size.height()))
        self.about.setText(about_format(ending, self.exporting.recording))
        self.rows.setRowVisible(self.about, bool(self.about.text()))

    def _browse(self) -> None:
        found, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export"), self.path.text(),
            options=QFileDialog.Option.DontConfirmOverwrite)
        if found:
            self.path.setText(found)
            self.path.setModified(True)
            self._type(found)

    # -- writing ----------------------------------------------------------------------------

    def export(self) -> None:
        """Write what is chosen; ask once where there is a file already."""
        if self._work is not None or self._tracing:
            return
        self.notice.say("")
        try:
            path = self._target()
            if path is None:
                return
            self._write(path)
        except Refusal as refusal:
            self.notice.say(say_refusal(refusal))

    def _target(self) -> Path | None:
        """Where to; None where that is to be asked first.

        Raises:
            Refusal: if it can't be a file.
        """
        path = read_name(self.path.text(), self.ending, self._folder())
        if path == self._asked or not is_there(path):
            return path
        self._asked = path
        self.notice.say(self.tr("{name} is there already. Press Replace to write over it.")
                        .format(name=path.name))
        self.go.setText(self.tr("&Replace"))
        return None

    def _write(self, path: Path) -> None:
        exporting, part, ending = self.exporting, self.part, self.ending
        self._path = path
        if ending in PICTURES:
            write_file(path, exporting.picture(part, ending, self.looks))
            self._end(None)
            return
        if ending == TRACE:
            exporting.frame()
            answer = exporting.window.answer
            assert answer is not None  # else there is no frame
            self._tracing = True
            self._wait()
            exporting.window.engine.write_trace(answer.wish, path)
            return
        make = self._maker(part, ending)

        def run(tell: Tell) -> None:
            data = make(tell)
            tell(1, 1)
            write_file(path, data)

        self._work = Work(run, self.progressed.emit, self.ended.emit)
        self._wait()
        self._work.start()

    def _maker(self, part: str, ending: str) -> Callable[[Tell], bytes]:
        """What makes the file, away from the window."""
        exporting, recording = self.exporting, self.exporting.recording
        if ending == ANIMATION:
            assert recording is not None  # else it is not offered
            comment = self.caption.toPlainText()
            shown = exporting.captioned(recording) if self.under.isChecked() else recording
            return lambda tell: write_gif(shown, comment, tell)
        tables = exporting.numbers(part)
        if ending == ".csv":
            return lambda tell: write_csv(tables)
        caption = exporting.legend(part).caption
        return lambda tell: write_npz(tables, caption)

    def _progress(self, done: int, total: int) -> None:
        if self._work is not None:
            self.notice.say(self.tr("Writing … {done} of {total}").format(done=done, total=total))

    def _wait(self) -> None:
        self.go.setEnabled(False)
        self.notice.say(self.tr("Writing …"))

    def _traced(self, outcome: object) -> None:
        if self._tracing:
            self._tracing = False
            self._end(outcome)

    def _end(self, outcome: object) -> None:
        self._work = None
        self.go.setEnabled(True)
        if isinstance(outcome, Refusal):
            self._asked = None
            self.go.setText(self.tr("&Export"))
            self.notice.say(say_refusal(outcome))
            return
        keep = self._choices.keep
        keep("export", self.part)
        keep("export_format", self.ending if self.ending != ANIMATION else ".png")
        keep("export_folder", str(self._path.parent))
        keep("export_theme", self.looks.theme)
        keep("export_caption", "yes" if self.under.isChecked() else "no")
        self.exporting.written(self._path)
        self.accept()

    def done(self, result: int) -> None:
        """What is not wanted is not waited for."""
        if self._work is not None:
            self._work.cancel()
            self._work = None
        self._tracing = False
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close with the window."""
        if event.type() == QEvent.Type.Close:
            self.reject()
        return False
