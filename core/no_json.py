"""Why something is no JSON, in words that can be translated."""

from __future__ import annotations

from json import JSONDecodeError

from core.errors import Refusal, translate

WORDS = (
    translate("core", "Expecting value"),
    translate("core", "Expecting property name enclosed in double quotes"),
    translate("core", "Expecting ':' delimiter"),
    translate("core", "Expecting ',' delimiter"),
    translate("core", "Illegal trailing comma before end of object"),
    translate("core", "Illegal trailing comma before end of array"),
    translate("core", "Extra data"),
    translate("core", "Unterminated string starting at"),
    translate("core", "Invalid control character at"),
    translate("core", "Invalid \\escape"),
    translate("core", "Invalid \\uXXXX escape"),
)
"""What Python's reader says; :func:`app.language.say_refusal` translates each."""


class JsonError(ValueError):
    """Something that Python takes for JSON and this program does not."""

    def __init__(self, template: str, **values: object) -> None:
        self.why = Refusal(template, **values)
        super().__init__(str(self.why))


def why_no_json(error: Exception) -> Refusal | None:
    """What ``error`` says, as a phrase within a sentence; None where it is of another kind."""
    if isinstance(error, JsonError):
        return error.why
    if isinstance(error, JSONDecodeError):
        return Refusal(
            translate("core", "{what}: line {line} column {column} (char {at})"),
            what=error.msg, line=error.lineno, column=error.colno, at=error.pos)
    if isinstance(error, UnicodeDecodeError) and error.end == error.start + 1:
        return Refusal(
            translate("core", "'utf-8' codec can't decode byte {byte} in position {at}: {what}"),
            byte=hex(error.object[error.start]), at=error.start, what=error.reason)
    if isinstance(error, UnicodeDecodeError):
        return Refusal(
            translate("core", "'utf-8' codec can't decode bytes in position {at}-{last}: {what}"),
            at=error.start, last=error.end - 1, what=error.reason)
    if isinstance(error, RecursionError):
        return Refusal(translate("core", "its brackets are nested too deep"))
    return None
