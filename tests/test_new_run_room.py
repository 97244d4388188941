"""A new run in large type on a small screen: nothing is cut off, nothing scrolls sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from app.new_run import NewRunDialog
from core.training.offers import offers
from tests.conftest import wait_until
from tests.test_new_run import Open, settled

SMALL = 1024 * 95 // 100
"""Pixels that the dialog has on the smallest screen."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_in_large_type_nothing_is_cut_off_whatever_is_to_be_learnt(
    language: str, open_window: Open, application: QApplication, tmp_path: Path
) -> None:
    window = open_window()
    window.dress.set_language(language)
    window.dress.zoom_text(8)
    window.beginning.new_run()
    wait_until(lambda: window.beginning.dialog is not None)
    dialog = window.beginning.dialog
    assert dialog is not None
    dialog.size_.more.setChecked(True)
    for offer in offers():
        dialog.choose(offer.name)
        dialog.resize(SMALL, 700)
        assert fits(dialog, application), offer.name
    table = tmp_path / "table.csv"
    table.write_text("the sentence as it was spoken,the sentence in the other language\n"
                     + "the cat,die Katze\n" * 40, encoding="utf-8")
    dialog.choose("translation")
    dialog.data.path.setText(str(table))
    settled(dialog)
    wait_until(lambda: dialog.data.columns[1].isVisible())
    assert fits(dialog, application)


def test_fields_stand_two_in_a_row_where_four_would_be_cut_off(
    open_window: Open, application: QApplication
) -> None:
    window = open_window()
    window.dress.zoom_text(8)
    window.beginning.new_run()
    wait_until(lambda: window.beginning.dialog is not None)
    dialog = window.beginning.dialog
    assert dialog is not None
    dialog.size_.more.setChecked(True)
    for width, columns in ((760, 2), (2000, 4), (760, 2)):
        dialog.resize(width, 700)
        assert fits(dialog, application)
        assert dialog.size_.rest.columns == columns
        rows = {field.y() for field in (dialog.size_.measure, dialog.size_.keep)}
        assert len(rows) == 1
    window.dress.zoom_text(0)  # as it was
    dialog.resize(1000, 700)
    assert fits(dialog, application)
    assert dialog.size_.rest.columns == 4


def fits(dialog: NewRunDialog, application: QApplication) -> bool:
    """Whether it scrolls at most up and down, and each word has the room it needs."""
    for _ in range(4):  # layouts settle
        application.processEvents()
    scroll = dialog.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    words = [label for label in scroll.findChildren(QLabel)
             if label.isVisible() and not label.wordWrap()]
    assert words
    return scroll.horizontalScrollBar().maximum() == 0 and all(
        label.width() >= label.sizeHint().width() for label in words)
