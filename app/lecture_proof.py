"""Holds a lecture's scenes against its models: what a scene names must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.lecture_runs import begin_of
from app.lectures.scene import Lecture, Scene, Trouble
from core.catalogue import find_model
from core.config import AttentionKind, StackName
from core.edits import Edit
from core.errors import Refusal, translate
from core.frame import Frame, ModelCard
from core.session import Session, open_session
from core.trace import Sight
from core.training.beginning import starting_folder
from core.training.estimate import estimate
from core.training.survey import survey

Wrong = tuple[str, Refusal]
"""A key, and what is wrong with its value."""


def prove(lecture: Lecture) -> tuple[Trouble, ...]:
    """Open the models of ``lecture``, and tell of heads, tokens and cells that they have not."""
    sessions: dict[str, Session | Refusal] = {}
    found = []
    for scene in lecture.scenes:
        for key, refusal in _wrong(scene, sessions):
            spot = scene.spot(key)
            found.append(Trouble(spot.line, refusal, spot.file))
    return tuple(found)


def _wrong(scene: Scene, sessions: dict[str, Session | Refusal]) -> Iterator[Wrong]:
    place = scene.place
    yield from _unopened("beside", place.beside)
    if place.against is not None and place.against.other == "model":
        yield from _unopened("against", (place.against.model,))
    if place.recipe:  # what it makes is known when it has run
        yield from _untrained(scene)
        return
    if place.model not in sessions:
        try:
            sessions[place.model] = open_session(place.model)
        except Refusal as refusal:
            sessions[place.model] = refusal
    session = sessions[place.model]
    if isinstance(session, Refusal):
        yield "model", session
        return
    yield from _unused(scene, session.card)
    try:
        frame = session.look(place.prompt, _sight(scene))
    except Refusal as refusal:
        yield "prompt", refusal
        return
    yield from _absent(scene, session, frame)


def _untrained(scene: Scene) -> Iterator[Wrong]:
    """What a run of this scene could not begin with."""
    try:
        begin = begin_of(scene.place.recipe, scene.data, scene.start)
    except Refusal as refusal:
        yield "train", refusal
        return
    if begin.data is None:
        return
    recipe = replace(begin.recipe, hold_out=()) if begin.share else begin.recipe
    found = survey(recipe, begin.data, None if begin.share else recipe.hold_out_lines)
    if found.refusal is not None:
        yield "data", found.refusal
        return
    try:
        init = starting_folder(scene.start) if scene.start else None
        estimate(replace(recipe, hold_out_lines=found.hold_out), init, found.data)
    except Refusal as refusal:
        yield "start" if scene.start else "data", refusal


def _unopened(key: str, models: tuple[str, ...]) -> Iterator[Wrong]:
    for model in models:
        try:
            find_model(model)
        except Refusal as refusal:
            yield key, refusal


def _sight(scene: Scene) -> Sight:
    attention = scene.place.attention
    stack: StackName = "encoder" if attention == "encoder" else "decoder"
    kind: AttentionKind = "cross" if attention == "cross" else "self"
    return Sight(stack, kind, stream=scene.place.stream)


def _unused(scene: Scene, card: ModelCard) -> Iterator[Wrong]:
    """What is said in this scene and means nothing to its model."""
    place, said = scene.place, dict(scene.keys_at)
    stacks = tuple(card.layers)
    for key, known in (
        ("target", len(stacks) == 2), ("second", card.two_sentences), ("mask", card.masks),
        ("order", card.two_streams), ("stream", card.two_streams or place.stream == "content"),
        ("attention", {"encoder": "encoder" in stacks, "decoder": "decoder" in stacks,
                       "cross": len(stacks) == 2}.get(place.attention or "", True)),
    ):
        if key in said and not known:
            yield key, Refusal(
                translate("core", "{model} has no use for {option}; leave it out."),
                model=card.name, option=key)


def _absent(scene: Scene, session: Session, frame: Frame) -> Iterator[Wrong]:
    """Heads, tokens and cells that the model or the text has not."""
    place, card = scene.place, session.card
    source, target = session.tokenize(place.prompt)
    stack = frame.sight.stack if frame.sight.stack in card.layers else tuple(card.layers)[-1]
    if any(tokens is not None and tokens.cut for tokens in (source, target)):
        yield "prompt", Refusal(
            translate("core", "{model} reads {count} tokens: the end of the text is left out."),
            model=card.name, count=card.context)
    heads = [("head", place.head)] if place.head else []
    heads += [("highlight", mark.pair) for mark in scene.marks if mark.kind == "head"]
    if place.against is not None and place.against.other == "head":
        heads.append(("against", place.against.head))
    for key, (layer, head) in heads:
        yield from _no_head(key, card, card.layers[stack], layer, head)
    pairs = [("cell", place.cell)] if place.cell else []
    pairs += [("highlight", mark.pair) for mark in scene.marks if mark.kind == "cell"]
    for key, (query, at) in pairs:
        yield from _no_token(key, query, len(frame.queries))
        yield from _no_token(key, at, len(frame.keys))
    for mark in scene.marks:
        if mark.kind == "token":
            yield from _no_token(
                "highlight", int(mark.at[0]), max(len(frame.queries), len(frame.keys)))
    for at in place.prompt.masked:
        yield from _no_token("mask", at, len(source))
    for edit in place.edits.all:
        tokens = source if target is None or edit.stack == "encoder" else target
        yield from _no_part(edit, card, len(tokens))


def _no_part(edit: Edit, card: ModelCard, tokens: int) -> Iterator[Wrong]:
    layers = card.layers.get(edit.stack, 0)
    if not layers or (edit.kind == "cross" and len(card.layers) < 2):
        yield "alter", Refusal(
            translate("core", "{key}: {model} has no such attention."), key="alter",
            model=card.name)
    elif edit.part == "token":
        yield from _no_token("alter", edit.at, tokens)
    elif edit.part != "scale":
        yield from _no_head("alter", card, layers, edit.layer, edit.at)


def _no_head(key: str, card: ModelCard, layers: int, layer: int, head: int) -> Iterator[Wrong]:
    if layer >= layers or head >= card.heads:
        yield key, Refusal(
            translate("core", "{key}: {model} has {layers} layers of {heads} heads, counted from "
                      "0."),
            key=key, model=card.name, layers=layers, heads=card.heads)


def _no_token(key: str, at: int, count: int) -> Iterator[Wrong]:
    if at >= count:
        yield key, Refusal(
            translate("core", "{key}: there is no token {at}; the text has {count}, counted from "
                      "0."),
            key=key, at=at, count=count)
