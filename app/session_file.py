"""Session files: all that is chosen, as small JSON that no reader trusts. Without Qt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.page_names import PAGES
from app.place import PANELS, Place
from app.references import change_references, short, whole
from app.session_values import decode, encode, hints
from app.whole_file import fingerprint, read_file, too_long, write_whole
from core.catalogue import program_version
from core.errors import Refusal, translate
from core.frame import Prompt
from core.no_json import JsonError, why_no_json

VERSION = 1
"""Of the layout; a file of a newer one is refused."""
ENDING = ".headlight"
LIMIT = 2**20
"""Bytes of a session file; a larger one is not read."""
SIZES = ("rows", "columns", "left", "pages")
"""The splitters of the window."""
PAGE_SETTINGS = ("lines", "training_readings", "training_log", "beside_shown")
"""What pages keep of themselves; nothing else of a file reaches the settings."""
_SETTING = 1000
_LARGEST = 100_000  # pixels

_KEYS = {
    "recipe": "train", "playing": "play", "panels": "show", "pages": "page", "omit": "leave-out",
    "edits": "alter", "sampling": "sample", "source": "prompt", "masked": "mask",
}
"""Fields that a scene calls otherwise; the others have their own names."""
_FIELDS = {one.name: _KEYS.get(one.name, one.name) for one in fields(Place) if one.name != "prompt"}
_PROMPT_FIELDS = {one.name: _KEYS.get(one.name, one.name) for one in fields(Prompt)}
_PLACE_KEYS = {*_FIELDS.values(), *_PROMPT_FIELDS.values()}
_CHECKS: dict[str, Callable[[Any], bool]] = {
    "panels": lambda told: len(set(told) & set(PANELS)) == len(told),
    "pages": lambda told: 0 < len(told) <= 2 and len(set(told) & set(PAGES)) == len(told),
    "beside": lambda told: len(told) <= 4,
}


@dataclass(frozen=True)
class OpenFile:
    """Which file a window had open, besides what it showed."""

    file: str = ""
    """Empty if none."""
    seen: str = ""
    """The fingerprint of its content, as the window knew it."""
    changed: bool = False
    """Whether the window showed something that is in no file."""


@dataclass(frozen=True)
class SavedSession:
    """What a file keeps."""

    place: Place = field(default_factory=Place)
    size: tuple[int, int] | None = None
    """Of the window, in pixels."""
    maximised: bool = False
    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of what lies in each splitter of ``SIZES``, in pixels."""
    lecture: str = ""
    """A shipped one's name, or a folder; empty outside of lectures."""
    scene: str = ""
    """Of the lecture, by the name of its file."""
    before: Place | None = None
    """Where to go when the lecture is left."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of ``PAGE_SETTINGS``."""
    open: OpenFile | None = None
    """Of a slot; see ``app.slots``."""
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """What this version does not know, by its group and then its key; it is written as it was
    read."""
    bad: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What could not be taken as it stands, by its key; it is as usual instead."""
    seen: str = field(default="", compare=False)
    """The fingerprint of the file that it was read from."""


# -- reading ----------------------------------------------------------------------------------


def read_session(path: Path, limit: int = LIMIT) -> SavedSession:
    """What ``path`` keeps; folders that it names from its own folder are made whole paths.

    Raises:
        Refusal: if it is no session file, damaged, too large, or of a newer version.
    """
    raw = read_file(path, limit)
    try:
        told = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            translate("core", "{path} is damaged, or no session file: {reason}."),
            path=path, reason=why_no_json(error) or brief(error),
        ) from error
    version = told.get("headlight") if isinstance(told, dict) else None
    if type(version) is not int or version < 1:
        raise Refusal(translate("core", "{path} is no session file."), path=path)
    if version > VERSION:
        raise Refusal(
            translate("core", "{path} is of version {found}, and this program reads up to version "
                      "{version}; a newer Headlight opens it."),
            path=path, found=brief(version, 20), version=VERSION,
        )
    return replace(_Reader().session(told, path.parent), seen=fingerprint(raw))


def trouble(path: Path, session: SavedSession) -> Refusal | None:
    """What there is to say of a file that was read; None where all was taken as it stands."""
    keys = _list([key for group in session.unknown.values() for key in group])
    if len(session.bad) == 1:
        ((key, value),) = session.bad.items()
        return Refusal(
            translate("core", "{path}: {key} can't be {value}; it is as usual."),
            path=path, key=key, value=value)
    if session.bad:
        return Refusal(
            translate("core", "{path}: {keys} can't be as they stand there; they are as usual."),
            path=path, keys=_list(list(session.bad)))
    return Refusal(
        translate("core", "{path} says {keys}, which this version does not know; it is kept as it "
                  "is."), path=path, keys=keys) if keys else None


class _Reader:
    """Takes what fits, and notes what does not."""

    def __init__(self) -> None:
        self.bad: dict[str, str] = {}
        self.unknown: dict[str, Any] = {}

    def session(self, told: Mapping[str, Any], folder: Path) -> SavedSession:
        known = ("headlight", "program", "place", "before", "window", "lecture", "pages", "open")
        self._note("", told, known)
        window = self._group(told, "window", ("size", "maximised", *SIZES))
        lecture = self._group(told, "lecture", ("name", "scene"))
        name = self._take(str, lecture, "name", "")
        pages = self._group(told, "pages", PAGE_SETTINGS)
        sizes = {name: self._take(
            tuple[int, ...], window, name, (), lambda told: max(told, default=0) <= _LARGEST)
            for name in SIZES}
        return SavedSession(
            place=self._place(told, "place", folder),
            size=self._take(tuple[int, int], window, "size", None,
                            lambda told: 0 < min(told) <= max(told) <= _LARGEST),
            maximised=self._take(bool, window, "maximised", False),
            sizes={name: pixels for name, pixels in sizes.items() if pixels},
            lecture=whole(name, folder) if name.startswith("./") else name,
            scene=self._take(str, lecture, "scene", ""),
            before=self._place(told, "before", folder) if "before" in told else None,
            settings={name: word for name in PAGE_SETTINGS if (word := self._take(
                str, pages, name, None, lambda told: len(told) <= _SETTING)) is not None},
            open=self._take(OpenFile, told, "open", None),
            unknown=self.unknown, bad=self.bad,
        )

    def _place(self, file: Mapping[str, Any], group: str, folder: Path) -> Place:
        told = self._group(file, group, _PLACE_KEYS)
        usual, places, prompts = Place(), hints(Place), hints(Prompt)
        found = {name: self._take(places[name], told, key, getattr(usual, name), _CHECKS.get(name))
                 for name, key in _FIELDS.items()}
        found["prompt"] = Prompt(**{
            name: self._take(prompts[name], told, key, getattr(usual.prompt, name))
            for name, key in _PROMPT_FIELDS.items()})
        return change_references(Place(**found), lambda name: whole(name, folder))

    def _group(
        self, told: Mapping[str, Any], name: str, known: Collection[str]
    ) -> Mapping[str, Any]:
        group = told.get(name, {})
        if not isinstance(group, dict):
            self.bad[name] = brief(group)
            return {}
        self._note(name, group, known)
        return group

    def _note(self, group: str, told: Mapping[str, Any], known: Collection[str]) -> None:
        values = {key: value for key, value in told.items() if key not in known}
        if values:
            self.unknown[group] = values

    def _take(
        self, hint: Any, told: Mapping[str, Any], key: str, usual: Any,  # noqa: ANN401
        fits: Callable[[Any], bool] | None = None,
    ) -> Any:  # noqa: ANN401 - of the type that is hinted
        if key not in told:
            return usual
        try:
            value = decode(hint, told[key], key)
            if fits is None or value is None or fits(value):
                return value
        except (Refusal, ValueError, TypeError):
            pass
        self.bad[key] = brief(told[key])
        return usual


# -- writing ----------------------------------------------------------------------------------


def write_session(path: Path, session: SavedSession, limit: int = LIMIT) -> str:
    """Write it whole or not at all; the fingerprint of the file.

    Folders below that of the file are named from there, so that both can be moved together.

    Raises:
        Refusal: if it can't be written, or is so long that it could not be read again.
    """
    raw = session_bytes(session, path.parent)
    if len(raw) > limit:
        raise too_long(path, len(raw), limit)
    write_whole(path, raw)
    return fingerprint(raw)


def session_bytes(session: SavedSession, folder: Path | None = None) -> bytes:
    """The file's content; ``folder`` is that of the file."""
    told: dict[str, Any] = {"headlight": VERSION, "program": program()}
    told["place"] = _spell(session.place, folder)
    if session.before is not None:
        told["before"] = _spell(session.before, folder)
    sizes, kept = session.sizes, session.settings
    told["window"] = {name: list(sizes[name]) for name in SIZES if name in sizes}
    if session.size is not None:
        told["window"] |= {"size": list(session.size), "maximised": session.maximised}
    if session.lecture:
        name = session.lecture  # a shipped one's is no folder's, whatever lies beside the file
        name = short(name, folder) if Path(name).is_absolute() else name
        told["lecture"] = {"name": name, "scene": session.scene}
    told["pages"] = {name: kept[name] for name in PAGE_SETTINGS if name in kept}
    if session.open is not None:
        told["open"] = encode(session.open)
    for group, values in session.unknown.items():
        if group:
            told[group] = told.get(group, {}) | values
        else:
            told |= values
    try:
        return f"{json.dumps(told, ensure_ascii=False, indent=1, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        return f"{json.dumps(told, indent=1, allow_nan=False)}\n".encode()


def _spell(place: Place, folder: Path | None) -> dict[str, Any]:
    place = change_references(place, lambda name: short(name, folder))
    return {
        **{key: encode(getattr(place.prompt, name)) for name, key in _PROMPT_FIELDS.items()},
        **{key: encode(getattr(place, name)) for name, key in _FIELDS.items()},
    }


@lru_cache(maxsize=1)
def program() -> str:
    """The version that is installed."""
    return program_version()


# -- words ------------------------------------------------------------------------------------


def brief(value: object, most: int = 60) -> str:
    """The beginning of what stands in a file, fit for a sentence."""
    try:
        said = str(value)[: most + 1] if isinstance(value, str | Exception) else repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list without end
        said = "…"
    said = said if len(said) <= most else f"{said[:most]}…"
    return (said if said.isprintable() else repr(said)).rstrip(".")


def _list(names: list[str]) -> str:
    said = ", ".join(brief(name, 30) for name in names[:5])
    return said if len(names) <= 5 else f"{said}, …"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise JsonError(translate("core", "the key {key} is given twice"), key=brief(twice, 30))
    return values


def _no_number(name: str) -> None:
    raise JsonError(translate("core", "{name} is no JSON number"), name=name)
