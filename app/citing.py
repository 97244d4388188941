"""The caption of a picture: all that is needed to make it again, in words that can be cited."""

from __future__ import annotations

from app.captions import omit_badge, scale_badge, translate
from app.language import in_turn
from app.state import View, attention_of, quantities
from core.against import Against
from core.catalogue import program_version
from core.characters import visible
from core.edits import Edit
from core.frame import Frame

_ROOM = 300  # characters of a prompt under a picture


def cite(
    frame: Frame, view: View, against: Against | None = None, room: int | None = _ROOM
) -> str:
    """What is on screen, in words.

    Args:
        frame: the picture.
        view: what is selected in it.
        against: what it is held against.
        room: the most characters of a text; None for all.
    """
    said = [_model(frame), *_prompts(frame, room), _where(frame, view), _how(frame)]
    if frame.edits:
        said.append(translate("citing", "altered: {parts}").format(
            parts=in_turn(map(_say_edit, frame.edits.all))))
    if against is not None and frame.beside is not None:
        said.append(_say_against(against, room))
    said.append(f"Headlight {program_version()}")
    return in_turn(said)


def cite_title(frame: Frame, view: View) -> str:
    """The same in a few words."""
    words = f"Headlight: {_plain(frame.card.name)}"
    if view.shown is None:
        return words
    return f"{words}, " + translate("citing", "layer {layer}, head {head}").format(
        layer=view.shown[0], head=view.shown[1])


def _model(frame: Frame) -> str:
    card = frame.card
    words = translate("citing", "{model} ({family}, {million} M parameters)").format(
        model=_plain(card.name), family=card.family, million=f"{card.parameters / 1e6:.1f}")
    if frame.step is None:
        return words
    return translate("citing", "{model}, training step {step}").format(
        model=words, step=f"{frame.step:,}")


def _prompts(frame: Frame, room: int | None) -> list[str]:
    """What the model reads of a prompt, which may hold more: it outlives the model."""
    card, prompt = frame.card, frame.prompt
    texts = (
        (translate("citing", "text before: “{text}”"), prompt.before),
        (translate("citing", "prompt: “{text}”"), prompt.source),
        (translate("citing", "second sentence: “{text}”"),
         prompt.second if card.two_sentences else ""),
        (translate("citing", "target: “{text}”"),
         prompt.target if len(card.layers) == 2 else ""),
    )
    said = [words.format(text=_short(text, room)) for words, text in texts if text]
    if prompt.masked and card.masks:
        said.append(translate("citing", "masked tokens: {tokens}").format(
            tokens=", ".join(map(str, sorted(prompt.masked)))))
    if prompt.written:
        said.append(translate("citing", "the model wrote {count} tokens more").format(
            count=len(prompt.written)))
    if prompt.order is not None and card.two_streams:
        said.append(translate("citing", "order of reading drawn with seed {seed}").format(
            seed=prompt.order))
    return said


def _plain(text: str) -> str:
    """What has no shape is spelled out, as in a token's label; a space stays one."""
    return " ".join(map(visible, text.split(" ")))


def _short(text: str, room: int | None) -> str:
    text = _plain(text)
    return text if room is None or len(text) <= room else f"{text[:room - 1]}…"


def _where(frame: Frame, view: View) -> str:
    """The attention, the head and the cell."""
    said = [{
        "encoder": translate("citing", "attention of the encoder"),
        "decoder": translate("citing", "attention of the decoder"),
        "cross": translate("citing", "cross-attention"),
    }[attention_of(frame)]]
    if frame.card.two_streams and frame.sight.stream == "query":
        said.append(translate("citing", "query stream"))
    if view.shown is not None:
        said.append(translate("citing", "layer {layer}, head {head}").format(
            layer=view.shown[0], head=view.shown[1]))
        said.append(_quantity(frame, view))
    at = view.at
    if at is not None and at[0] < len(frame.queries) and at[1] < len(frame.keys):
        said.append(translate("citing", "query “{query}” ({i}), key “{key}” ({j})").format(
            query=frame.queries.labels[at[0]], i=at[0], key=frame.keys.labels[at[1]], j=at[1]))
    return translate("citing", ", ").join(filter(None, said))


def _quantity(frame: Frame, view: View) -> str:
    """What the cells say, where they are no weights."""
    if view.quantity not in quantities(frame):
        return ""
    return {
        "pattern": "", "scores": translate("citing", "scores before softmax"),
        "content": translate("citing", "content part of the scores"),
        "bias": translate("citing", "bias part of the scores"),
        "position": translate("citing", "position part of the scores"),
        "segment": translate("citing", "segment part of the scores"),
        "difference": translate("citing", "difference of the weights"),
        "gradient": translate("citing", "gradient of the loss by the weights"),
    }[view.quantity]


def _how(frame: Frame) -> str:
    """What was done to weights on their way to colours."""
    said = filter(None, (omit_badge(frame), scale_badge(frame.sight.scale)))
    return translate("citing", ", ").join(said)


def _say_edit(edit: Edit) -> str:
    words = {
        "scale": translate("citing", "{stack}, scores not divided by √d"),
        "head": translate("citing", "{stack}, layer {layer}, head {at} × {factor}"),
        "mlp": translate("citing", "{stack}, layer {layer}, feed-forward × {factor}"),
        "token": translate("citing", "{stack}, token {at} × {factor}"),
    }[edit.part]
    stack = translate("citing", "encoder") if edit.stack == "encoder" else (
        translate("citing", "decoder"))
    if edit.kind == "cross":
        stack = translate("citing", "cross-attention")
    return words.format(stack=stack, layer=edit.layer, at=edit.at, factor=f"{edit.factor:g}")


def _say_against(against: Against, room: int | None) -> str:
    words = {
        "untouched": translate("citing", "held against the model without alterations"),
        "prompt": translate("citing", "held against the prompt “{prompt}”"),
        "head": translate("citing", "held against layer {layer}, head {head}"),
        "model": translate("citing", "held against the model {model}"),
        "step": translate("citing", "held against training step {step}"),
    }[against.other]
    return words.format(
        prompt=_short(against.prompt.source, room), layer=against.head[0], head=against.head[1],
        model=_plain(against.model), step=against.step)
