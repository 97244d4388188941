"""A progress bar that says how much has come, in the sizes that people read."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

from core.memory import readable_size

_STEPS = 1000  # a bar counts in 32 bits, files do not fit


class BytesBar(QProgressBar):
    """Bytes of a file or a folder."""

    def wait(self) -> None:
        """Something has begun, and nothing is known of its size."""
        self.setRange(0, 0)
        self.setFormat("")

    def tell(self, done: int, total: int) -> None:
        """So many bytes of so many are there; nothing changes while there are none to come."""
        if total:
            self.setRange(0, _STEPS)
            self.setValue(round(_STEPS * done / total))
            self.setFormat(self.tr("{done} of {total}").format(
                done=readable_size(done), total=readable_size(total)))
