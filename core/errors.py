"""The one exception whose sentence is meant for the person at the screen."""

from __future__ import annotations

import errno
from functools import partial
from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the program
    """Bad input, in one sentence that says what was wrong and what to do.

    The sentence is kept as a template and its values, so that a window can show it in the
    language of its user. Every template is marked with :func:`translate` where it is raised.
    """

    def __init__(self, template: str, **values: Any) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process, which may know no exception that is named as a reason."""
        plain = {
            name: str(value) if isinstance(value, BaseException) and not isinstance(value, Refusal)
            else value for name, value in self.values.items()}
        return partial(type(self), self.template, **plain), ()


class TooLarge(Refusal):
    """A model that memory does not hold.

    ``values["offers"]`` holds the ways in which it would fit: for each ``core.memory.Way``, what it
    needs, as a person reads it.
    """


class NotYet(Refusal):
    """Something is not there that another program is still to write."""


class Cancelled(Exception):  # noqa: N818 - it is a wish, not a fault
    """Raised by who watches the progress of a task, to end it."""


def translate(context: str, template: str) -> str:
    """Mark ``template`` for Qt's translation tools, which look for this name; return it."""
    return template


NOT_KEPT = translate(
    "core", "This needs the whole trace, and the model was opened to keep fewer tensors; open it "
    "again when more memory is free.")
"""What a model says that was opened to keep fewer tensors."""
SAID_BY_THE_SYSTEM = {
    errno.ENOENT: translate("core", "No such file or directory"),
    errno.EACCES: translate("core", "Permission denied"),
    errno.EEXIST: translate("core", "File exists"),
    errno.ENOTDIR: translate("core", "Not a directory"),
    errno.EISDIR: translate("core", "Is a directory"),
    errno.ENAMETOOLONG: translate("core", "File name too long"),
    errno.ENOSPC: translate("core", "No space left on device"),
    errno.EROFS: translate("core", "Read-only file system"),
}
"""Reasons in a refusal's values as Linux says them, so that they are translated too."""
