"""The keys of a scene's header, and how the value of each is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from app.lectures.scene import Mark
from app.lectures.source import holds_files, inside, is_plain_file
from app.page_names import PAGES
from app.place import PANELS
from app.state import Attention, Quantity
from core.against import Against
from core.asks.readings import READINGS
from core.cache import cached_folder, is_hub_id
from core.errors import translate
from core.frame import Prompt
from core.sampling import Sampling
from core.trace import Omit, Scale, Stream
from core.training.usual import USUAL

MOST_HEADS = 9_999
"""No layer or head has a larger number."""
MOST_TOKENS = 99_999
MOST_STEPS = 1_000_000_000
MOST_SEEDS = 1_000_000
MOST_BESIDE = 4
NONE = "none"
"""The value of a key that is to be as if it were not said."""
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
T = TypeVar("T")


class Wrong(Exception):  # noqa: N818 - it becomes a Refusal once the key is known
    """A value that can't be read; the sentence still wants its ``key``."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.template, self.values = template, values


@dataclass(frozen=True)
class Here:
    """Where a lecture stands, and what it can name."""

    folder: Path
    models: tuple[str, ...]
    """Those that ship."""
    recipes: tuple[str, ...]
    """Likewise."""


@dataclass(frozen=True)
class Alteration:
    """An edit that leaves it to the model or the scene which stack is meant."""

    part: Literal["head", "mlp", "token", "scale"]
    factor: float = 0.0
    layer: int = 0
    at: int = 0
    attention: Attention | None = None
    """None is the one on screen."""


@dataclass(frozen=True)
class Show:
    """What is on screen."""

    words: bool
    panels: tuple[str, ...]


# -- pieces of values ------------------------------------------------------------------------------


def _wrong(found: str, expected: str) -> Wrong:
    return Wrong(
        translate("core", "{key}: {found} is given; it must be {expected}."),
        found=_brief(found), expected=expected)


def _unknown(found: str, known: tuple[str, ...]) -> Wrong:
    return Wrong(
        translate("core", "{key}: {found} is not known; known are {known}."),
        found=_brief(found), known=", ".join(known))


def _brief(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _whole(text: str, most: int) -> int:
    """A whole number from 0 to ``most``."""
    if _NUMBER.fullmatch(text) and int(text) <= most:
        return int(text)
    raise Wrong(
        translate("core", "{key}: {found} is given; it must be a whole number from 0 to {most}."),
        found=_brief(text), most=most)


def _decimal(text: str, least: float, most: float) -> float:
    if _DECIMAL.fullmatch(text) and least <= float(text) <= most:
        return float(text)
    raise Wrong(
        translate("core", "{key}: {found} is given; it must be a number from {least} to {most}."),
        found=_brief(text), least=least, most=most)


def _pair(text: str, most: int) -> tuple[int, int]:
    first, dot, second = text.partition(".")
    if not dot or not _NUMBER.fullmatch(first) or not _NUMBER.fullmatch(second):
        raise _wrong(text, translate("core", "two whole numbers with a point between, as 2.3"))
    return _whole(first, most), _whole(second, most)


def _one_of(known: tuple[T, ...]) -> Callable[[str, Here], T]:
    def read(text: str, here: Here) -> T:
        if text not in known:
            raise _unknown(text, tuple(map(str, known)))
        return known[known.index(text)]

    return read


def _parts(text: str) -> list[list[str]]:
    """Words of what stands between bars."""
    parts = [part.split() for part in text.split("|")]
    if not all(parts):
        raise _wrong(text, translate("core", "a list with something on both sides of each bar"))
    return parts


# -- values ----------------------------------------------------------------------------------------


def _text(text: str, here: Here) -> str:
    return text


def _yes(text: str, here: Here) -> bool:
    return _one_of(("no", "yes"))(text, here) == "yes"


def _model(text: str, here: Here) -> str:
    """A name as it is, a folder by its whole path; neither is opened."""
    if text in here.models:
        return text
    try:
        path = here.folder / Path(text).expanduser()
        there = path.is_dir()
    except (OSError, RuntimeError, ValueError):  # too long for a name; the home of nobody
        there = False
    if there:
        return str(path.resolve())
    if is_hub_id(text) and ("/" in text or cached_folder(text) is not None):
        return text
    raise Wrong(
        translate("core", "{model} is neither a folder, nor a model downloaded from the hub, nor a "
                  "bundled one; bundled are {known}."),
        model=_brief(text), known=", ".join(here.models))


def _recipe(text: str, here: Here) -> str:
    if text in here.recipes or text in USUAL:
        return text
    path = here.folder / text
    if text.endswith(".json") and inside(path, here.folder) and is_plain_file(path):
        return str(path.resolve())
    raise Wrong(
        translate("core", "{key}: {found} is none of the objectives {objectives}, no bundled "
                  "recipe ({known}) and no .json file in the lecture's folder."),
        found=_brief(text), objectives=", ".join(USUAL), known=", ".join(here.recipes))


def _data(text: str, here: Here) -> Path:
    path = here.folder / text
    if holds_files(path, here.folder):
        return path.resolve()
    raise Wrong(
        translate("core", "{key}: {found} is neither a file nor a folder of files within the "
                  "lecture's folder."), found=_brief(text))


def _step(text: str, here: Here) -> int | None:
    return None if text == "newest" else _whole(text, MOST_STEPS)


def _masked(text: str, here: Here) -> tuple[int, ...]:
    return tuple(sorted({_whole(word, MOST_TOKENS) for word in text.split()}))


def _order(text: str, here: Here) -> int:
    return _whole(text, MOST_SEEDS)


def _show(text: str, here: Here) -> Show:
    words = text.split()
    for word in words:
        if word != "words" and word not in PANELS:
            raise _unknown(word, ("words", *PANELS))
    return Show("words" in words, tuple(name for name in PANELS if name in words))


def _pages(text: str, here: Here) -> tuple[str, ...]:
    pages = tuple(text.split())
    for page in pages:
        if page not in PAGES:
            raise _unknown(page, PAGES)
    if len(pages) > 2 or len(set(pages)) < len(pages):
        raise _wrong(text, translate("core", "one page, or two different ones"))
    return pages


def _head(text: str, here: Here) -> tuple[int, int]:
    return _pair(text, MOST_HEADS)


def _cell(text: str, here: Here) -> tuple[int, int]:
    return _pair(text, MOST_TOKENS)


def _alter(text: str, here: Here) -> tuple[Alteration, ...]:
    return tuple(_alteration(words) for words in _parts(text))


def _alteration(words: list[str]) -> Alteration:
    """``silence head L.H`` and so on, with encoder, decoder or cross after the verb."""
    verb, *rest = words
    attention: Attention | None = None
    for name in get_args(Attention):
        if rest and rest[0] == name:
            attention = name
            rest = rest[1:]
            break
    if verb == "unscaled" and not rest:
        return Alteration("scale", attention=attention)
    due = {"silence": 2, "scale": 3}.get(verb)
    if len(rest) != due or rest[0] not in ("head", "mlp", "token"):
        raise _wrong(" ".join(words), translate(
            "core", "as “silence head 2.3”, “scale head 2.3 0.5”, “silence mlp 1”, “silence token "
            "4” or “unscaled”"))
    factor = 0.0 if verb == "silence" else _decimal(rest[2], 0, 2)
    if rest[0] == "head":
        return Alteration("head", factor, *_pair(rest[1], MOST_HEADS), attention)
    if rest[0] == "mlp":
        return Alteration("mlp", factor, _whole(rest[1], MOST_HEADS), 0, attention)
    return Alteration("token", factor, 0, _whole(rest[1], MOST_TOKENS), attention)


def _against(text: str, here: Here) -> Against:
    """A prompt's other parts are those of the scene."""
    other, _, rest = text.partition(" ")
    rest = rest.strip()
    if other == "untouched" and not rest:
        return Against()
    if other == "model" and rest:
        return Against("model", model=_model(rest, here))
    if other == "prompt" and rest:
        return Against("prompt", prompt=Prompt(rest))
    if other == "head" and rest:
        return Against("head", head=_pair(rest, MOST_HEADS))
    if other == "step" and rest:
        return Against("step", step=_whole(rest, MOST_STEPS))
    raise _wrong(text, translate(
        "core", "“untouched”, or “model”, “prompt”, “head” or “step” and which"))


def _sample(text: str, here: Here) -> Sampling:
    said: dict[str, Any] = {}
    for words in _parts(text):
        name, value = words[0].replace("-", "_"), words[-1]
        if len(words) != 2 or name not in ("temperature", "top_k", "top_p", "seed"):
            raise _wrong(" ".join(words), translate(
                "core", "“temperature”, “top-k”, “top-p” or “seed” and a number"))
        if name == "temperature":
            said[name] = _decimal(value, 0, 5)
        elif name == "top_p":
            said[name] = _decimal(value, 0.01, 1)
        else:
            said[name] = _whole(value, MOST_SEEDS)
    return Sampling(**{"temperature": 1.0} | said)


def _beside(text: str, here: Here) -> tuple[str, ...]:
    names = [name.strip() for name in text.split("|")] if "|" in text else text.split()
    if len(names) > MOST_BESIDE or not all(names):
        raise _wrong(text, translate("core", "one to four models"))
    return tuple(_model(name, here) for name in names)


def _highlight(text: str, here: Here) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    for kind, *named in _parts(text):
        if kind not in ("heads", "tokens", "cells", "panel") or not named:
            raise _wrong(" ".join((kind, *named)), translate(
                "core", "“heads”, “tokens”, “cells” or “panel” and which"))
        for one in named:
            if kind == "heads":
                marks.append(Mark("head", _pair(one, MOST_HEADS)))
            elif kind == "cells":
                marks.append(Mark("cell", _pair(one, MOST_TOKENS)))
            elif kind == "tokens":
                marks.append(Mark("token", (_whole(one, MOST_TOKENS),)))
            elif one in (*PANELS, *PAGES):
                marks.append(Mark("panel", one))
            else:
                raise _unknown(one, (*PANELS, *PAGES))
    return tuple(dict.fromkeys(marks))


KEYS: Mapping[str, Callable[[str, Here], Any]] = {
    "title": _text,
    "model": _model,
    "train": _recipe,
    "data": _data,
    "start": lambda text, here: _one_of(here.models)(text, here),
    "play": _yes,
    "step": _step,
    "prompt": _text,
    "second": _text,
    "target": _text,
    "mask": _masked,
    "order": _order,
    "show": _show,
    "page": _pages,
    "attention": _one_of(get_args(Attention)),
    "stream": _one_of(get_args(Stream)),
    "head": _head,
    "cell": _cell,
    "quantity": _one_of(get_args(Quantity)),
    "tint": _one_of(READINGS),
    "scale": _one_of(get_args(Scale)),
    "leave-out": _one_of(get_args(Omit)),
    "renormalise": _yes,
    "alter": _alter,
    "against": _against,
    "sample": _sample,
    "beside": _beside,
    "highlight": _highlight,
}
"""Each raises Wrong for a value that it can't read."""
TEXTS = ("prompt", "second", "target")
"""Those whose value may be empty, and may be the word ``none``."""
