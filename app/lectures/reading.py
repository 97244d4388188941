"""Reads lectures: what is wrong in a file is told with its line, and the rest goes on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.lectures.keys import KEYS, NONE, TEXTS, Alteration, Here, Show, Wrong
from app.lectures.markup import wrong_markup
from app.lectures.scene import Lecture, Scene, Spot, Trouble
from app.lectures.source import Said, Source, read_source
from app.page_names import HEAD
from app.place import Place
from app.state import Attention
from core.against import Against
from core.catalogue import BUNDLED, DEFAULT_MODEL, RESOURCES, bundled_models
from core.edits import UNALTERED, Edit, Edits
from core.errors import Refusal, translate
from core.frame import Prompt
from core.sampling import GREEDY
from core.training.usual import USUAL

LECTURES = RESOURCES / "lectures"
LANGUAGES = ("en", "zh")
"""The first is that of files without a language in their name."""
MOST_SCENES = 1000
_SCENE = re.compile(r"\d+-.+")
_SHIPPED = re.compile(r"(\d\d)-(.+)")
_OTHER = tuple(f".{language}" for language in LANGUAGES[1:])
_SHOWN = Show(True, ("prompt", "sheet", "pages"))
_PROMPT = ("prompt", "second", "target", "mask", "order")
_ENCODERS = ("bert", "xlnet")


@dataclass(frozen=True)
class _Before:
    """What a scene goes on with where it says nothing."""

    model: str = DEFAULT_MODEL
    prompt: Prompt = field(default_factory=Prompt)
    pages: tuple[str, ...] = (HEAD,)


def shipped_lectures() -> list[Path]:
    """The folders of the course, in order."""
    return sorted(path for path in LECTURES.glob("*") if _SHIPPED.fullmatch(path.name)
                  and path.is_dir())


def find_lecture(name: str) -> Path:
    """The folder of a number, a name with or without its number, or a path.

    Raises:
        Refusal: if there is none.
    """
    for folder in shipped_lectures():
        found = _SHIPPED.fullmatch(folder.name)
        if found and (name in (folder.name, found[2]) or (
                re.fullmatch(r"\d{1,2}", name, re.ASCII) and int(name) == int(found[1]))):
            return folder
    try:
        if re.fullmatch(r"[a-z-]+", name) and (LECTURES / name / "lecture.md").is_file():
            return LECTURES / name
        folder = Path(name).expanduser()
        if name and folder.is_dir():
            return folder
    except (OSError, RuntimeError, ValueError):  # too long for a name; the home of nobody
        pass
    raise Refusal(
        translate("core", "{name} is neither a lecture's number or name nor a folder; there are "
                  "{known}."),
        name=name[:60] or "''",
        known=", ".join(folder.name for folder in shipped_lectures()) or "none")


def read_lecture(folder: Path, language: str = LANGUAGES[0]) -> Lecture:
    """Read a lecture in ``language``, one of ``LANGUAGES``.

    Raises:
        Refusal: if the folder can't be looked into, or holds no scene.
    """
    try:
        names = sorted(path.name for path in folder.iterdir() if path.suffix == ".md")
    except (OSError, ValueError) as error:
        raise Refusal(
            translate("core", "{path} can't be read: {reason}."), path=folder,
            reason=getattr(error, "strerror", None) or error) from error
    odd = [name for name in names if not name.isprintable()]  # nor could a window show it
    stems = {name.removesuffix(".md") for name in names} - {
        name.removesuffix(".md") for name in odd}
    plain = {_plain(stem) for stem in stems} - {"lecture"}
    scenes = sorted(stem for stem in plain if _SCENE.fullmatch(stem))
    if not scenes:
        raise Refusal(
            translate("core", "{path} holds no scene: a file named as 01-name.md."), path=folder)
    unread = [f"{stem}.md" for stem in sorted(stems) if _plain(stem) in plain - set(scenes)]
    troubles = [
        Trouble(1, Refusal(translate(
            "core", "This is not read: the name of a scene begins with a number and a hyphen, as "
            "01-name.md.")), name)
        for name in (*unread, *map(ascii, odd))
    ]
    if len(scenes) > MOST_SCENES:
        troubles.append(Trouble(1, Refusal(
            translate("core", "There are {found} scenes; the first {most} are read."),
            found=len(scenes), most=MOST_SCENES), f"{scenes[MOST_SCENES]}.md"))
    here = Here(folder.resolve(), tuple(bundled_models()), tuple(
        sorted(path.stem for path in (RESOURCES / "recipes").glob("*.json"))))
    before, read = _Before(), []
    for stem in scenes[:MOST_SCENES]:
        scene, before = _scene(stem, stems, here, language, before)
        read.append(scene)
    title, about, spot, own = _lecture(stems, here, language)
    return Lecture(
        here.folder.name, here.folder, title, about, tuple(read), (*own, *troubles), spot)


def _plain(stem: str) -> str:
    """Without its language."""
    for other in _OTHER:
        stem = stem.removesuffix(other)
    return stem


def _sources(
    stem: str, stems: set[str], here: Here, language: str
) -> tuple[list[Source], list[Trouble]]:
    """A file, and above it that of ``language``; and what is wrong with them so far."""
    told = [name for name in (stem, f"{stem}.{language}") if name in stems]
    told = told or [f"{stem}{other}" for other in _OTHER if f"{stem}{other}" in stems][:1]
    sources = [read_source(here.folder / f"{name}.md", here.folder) for name in told]
    troubles = [trouble for source in sources for trouble in source.troubles]
    if stem not in stems:
        troubles.insert(0, Trouble(1, Refusal(
            translate("core", "{name} is missing, which this file translates."),
            name=f"{stem}.md"), sources[0].name))
    return sources, troubles


def _worded(sources: list[Source]) -> Source:
    """The highest that has words."""
    return next((source for source in reversed(sources) if source.words), sources[0])


def _noted(sources: list[Source]) -> Source:
    """The highest that has notes."""
    return next((source for source in reversed(sources) if source.notes), sources[0])


def _lecture(
    stems: set[str], here: Here, language: str
) -> tuple[str, str, Spot, tuple[Trouble, ...]]:
    """Its title, what it is about and where that stands, and what is wrong there."""
    if not {"lecture", f"lecture.{language}"} & stems:
        missing = Refusal(translate("core", "There is no lecture.md, which says the title."))
        return here.folder.name, "", Spot(), (Trouble(1, missing, "lecture.md"),)
    sources, troubles = _sources("lecture", stems, here, language)
    title = here.folder.name
    for key, given in (one for source in sources for one in source.keys.items()):
        if key == "title":
            title = given.value or title
        else:
            troubles.append(Trouble(given.line, _unknown_key(key, ("title",)), given.file))
    source = _worded(sources)
    spot = Spot(source.name, source.words_line)
    return title, source.words, spot, (*troubles, *_wrong_words(source.words, spot, here))


def _unknown_key(key: str, known: tuple[str, ...]) -> Refusal:
    return Refusal(
        translate("core", "There is no key {key}; there are {known}."),
        key=key[:60], known=", ".join(known))


def _wrong_words(words: str, spot: Spot, here: Here) -> list[Trouble]:
    """What is wrong with their markup."""
    return [
        Trouble(spot.line + at, refusal, spot.file)
        for at, refusal in wrong_markup(words, here.folder)
    ]


def _scene(
    stem: str, stems: set[str], here: Here, language: str, before: _Before
) -> tuple[Scene, _Before]:
    sources, troubles = _sources(stem, stems, here, language)
    said: dict[str, Any] = {}
    spots: dict[str, Spot] = {}
    for key, given in (one for source in sources for one in source.keys.items()):
        try:
            said[key] = _value(key, given, here)
            spots[key] = Spot(given.file, given.line)
        except Refusal as refusal:
            troubles.append(Trouble(given.line, refusal, given.file))
    said = {key: value for key, value in said.items() if value != NONE or key in TEXTS}
    if not any("train" in source.keys for source in sources):
        troubles += [Trouble(spots[key].line, Refusal(
            translate("core", "{key} is for a run, and this scene has none; say train too."),
            key=key), spots[key].file) for key in ("data", "start") if key in said]
    worded, noted = _worded(sources), _noted(sources)
    words_at = Spot(worded.name, worded.words_line)
    notes_at = Spot(noted.name, noted.notes_line)
    troubles += _wrong_words(worded.words, words_at, here)
    troubles += _wrong_words(noted.notes, notes_at, here)
    place = _place(said, before)
    shown: Show = said.get("show", _SHOWN)
    scene = Scene(
        stem, said.get("title", stem), worded.words, noted.notes,
        replace(place, panels=shown.panels), shown.words, said.get("highlight", ()),
        tuple(sorted(troubles, key=lambda one: (one.file, one.line))), words_at, notes_at,
        said.get("data") if place.recipe else None, said.get("start", "") if place.recipe else "",
        tuple(spots.items()))
    return scene, _Before(place.model, place.prompt, place.pages)


def _value(key: str, given: Said, here: Here) -> Any:  # noqa: ANN401 - each key has its own kind
    """What a key says; ``NONE`` where it is to be as if it were not said."""
    if key not in KEYS:
        raise _unknown_key(key, tuple(KEYS))
    if key not in TEXTS and given.value in ("", NONE):
        if not given.value:
            raise Refusal(translate("core", "The key {key} has no value."), key=key)
        return NONE
    try:
        return KEYS[key](given.value, here)
    except Wrong as wrong:
        raise Refusal(wrong.template, key=key, **wrong.values) from wrong


def _place(said: dict[str, Any], before: _Before) -> Place:
    prompt = before.prompt
    if any(key in said for key in _PROMPT):
        prompt = Prompt(
            said.get("prompt", ""), said.get("target", ""), said.get("second", ""),
            said.get("mask", ()), order=said.get("order"))
    model, recipe = said.get("model", before.model), said.get("train", "")
    attention: Attention | None = said.get("attention")
    edits = UNALTERED
    if "alter" in said:
        starts = said.get("start") if recipe else None
        edits = _edits(said["alter"], attention or (
            _first_attention(starts, "") if starts else _first_attention(model, recipe)))
    against: Against | None = said.get("against", Against() if edits else None)
    if against is not None and against.other == "prompt":
        against = replace(against, prompt=replace(
            prompt, source=against.prompt.source, masked=()))
    return Place(
        model=model, recipe=recipe, playing=said.get("play", False), step=said.get("step"),
        prompt=prompt, pages=said.get("page", before.pages), attention=attention,
        stream=said.get("stream", "content"), head=said.get("head"), cell=said.get("cell"),
        quantity=said.get("quantity", "pattern"), tint=said.get("tint"),
        scale=said.get("scale", "linear"), omit=said.get("leave-out", "nothing"),
        renormalise=said.get("renormalise", False), edits=edits, against=against,
        sampling=said.get("sample", GREEDY), beside=said.get("beside", ()))


def _edits(alterations: tuple[Alteration, ...], shown: Attention) -> Edits:
    """Where they do not say of which attention they are, they are of the one on screen."""
    edits = []
    for one in alterations:
        attention = one.attention or shown
        in_encoder = attention == "encoder" or (one.part == "token" and attention == "cross")
        crosses = attention == "cross" and one.part in ("head", "scale")
        edits.append(Edit(
            one.part, "encoder" if in_encoder else "decoder", "cross" if crosses else "self",
            one.layer, one.at, one.factor))
    return UNALTERED.put(*edits)


def _first_attention(model: str, recipe: str) -> Attention:
    """The attention that a model shows first, as far as that can be told without opening it."""
    try:
        if recipe:
            recipe = USUAL.get(recipe, (recipe,))[0]
            path = Path(recipe) if recipe.endswith(".json") else (
                RESOURCES / "recipes" / f"{recipe}.json")
            told = json.loads(path.read_bytes())["model"]
            both = told.get("decoder_layers", 0)
            return "decoder" if both else "encoder"
        if model in bundled_models():
            kind = json.loads((BUNDLED / model / "config.json").read_bytes())["model_type"]
            return "encoder" if kind in _ENCODERS else "decoder"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # whoever opens it says what is wrong
    return "decoder"
