"""How a folder is asked for that is only read: Qt's own dialog could delete what is there."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog

READ = QFileDialog.Option.ReadOnly | QFileDialog.Option.ShowDirsOnly
