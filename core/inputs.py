"""What a model reads of a prompt: its tokens, paired, masked, begun and gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from core.checkpoint.generation import Generation
from core.config import ModelConfig
from core.frame import Prompt
from core.tokens import Span, Tokenizer, Tokens, label_tokens, whole_characters

T = TypeVar("T")
_BYTES = 4  # at most so many tokens make one character
_BEFORE = 4  # tokens that tell how the next is spelled: with a space before it or without


def read_prompt(
    prompt: Prompt, tokenizer: Tokenizer, config: ModelConfig, generation: Generation
) -> tuple[Tokens, Tokens | None]:
    """Source tokens, and target tokens where the model has two stacks.

    A target begins with the start token and is not closed: what comes next is the question.

    Raises:
        Refusal: if the tokenizer fails on the text.
    """
    second = prompt.second if config.told_segments > 1 else ""
    source = tokenizer.encode(prompt.source, config.context, second or None)
    if mask_of(tokenizer, config) is not None:
        source = mask_tokens(source, prompt.masked, tokenizer, config)
    elif (mark := span_mark(tokenizer, config)) is not None:
        source = drop_span(source, prompt.masked, mark, tokenizer)
    if len(config.stacks) == 2:
        target = begin_target(prompt.target, tokenizer, config, generation)
        return source, write_on(target, prompt.written, tokenizer, config)
    if config.stacks == ("decoder",):
        source = write_on(source, prompt.written, tokenizer, config)
    return source, None


def read_unmasked(
    prompt: Prompt, source: Tokens, tokenizer: Tokenizer, config: ModelConfig
) -> Tokens:
    """``source`` as it is read with nothing hidden."""
    if not prompt.masked or mask_of(tokenizer, config) is None:
        return source
    second = prompt.second if config.told_segments > 1 else ""
    return tokenizer.encode(prompt.source, config.context, second or None)


def mask_of(tokenizer: Tokenizer, config: ModelConfig) -> int | None:
    """The id of the mask token, where the model says what stands behind it."""
    return tokenizer.mask_id if config.head == "masked" else None


def mask_tokens(
    tokens: Tokens, masked: Sequence[int], tokenizer: Tokenizer, config: ModelConfig
) -> Tokens:
    """Hide tokens behind the mask; spans still lead to the word that was there.

    Args:
        tokens: of the source.
        masked: positions; those that are not there, or stand for no text, stay as they are.
        tokenizer: knows the mask token.
        config: of the model.
    """
    mask = mask_of(tokenizer, config)
    hidden = {at for at in masked if 0 <= at < len(tokens) and tokens.stands_for_text(at)}
    if mask is None or not hidden:
        return tokens
    name = tokenizer.name(mask)
    return replace(
        tokens,
        ids=tuple(mask if at in hidden else token for at, token in enumerate(tokens.ids)),
        labels=tuple(name if at in hidden else label for at, label in enumerate(tokens.labels)),
    )


def span_mark(tokenizer: Tokenizer, config: ModelConfig) -> int | None:
    """The id of the sentinel that stands for a dropped span (T5: Raffel et al. 2020, section
    3.1.4); None where the model knows of none."""
    found: int | None = tokenizer.inner.token_to_id("<extra_id_0>")
    return found if len(config.stacks) == 2 else None


def drop_span(
    tokens: Tokens, masked: Sequence[int], mark: int, tokenizer: Tokenizer
) -> Tokens:
    """Let one sentinel stand for a span, from the first masked token to the last; it leads to the
    words that were there.

    Args:
        tokens: of the source.
        masked: positions; those that are not there, or stand for no text, do not count.
        mark: the sentinel.
        tokenizer: names it.
    """
    hidden = [at for at in masked if 0 <= at < len(tokens) and tokens.stands_for_text(at)]
    if not hidden:
        return tokens
    first, last = min(hidden), max(hidden)

    def part(each: tuple[T, ...], one: T) -> tuple[T, ...]:
        return (*each[:first], one, *each[last + 1:]) if each else each

    where = tokens.groups[first][0], tokens.groups[last][1]
    return replace(
        tokens, ids=part(tokens.ids, mark), spans=part(tokens.spans, where),
        groups=part(tokens.groups, where), labels=part(tokens.labels, tokenizer.name(mark)),
        segments=part(tokens.segments, 0))


def begin_target(
    text: str, tokenizer: Tokenizer, config: ModelConfig, generation: Generation
) -> Tokens:
    """The start token, then the tokens of ``text`` without the one that closes it."""
    tokens = tokenizer.encode(text, config.context - 1) if text else Tokens("")
    last = len(tokens)
    while last and tokens.ids[last - 1] in generation.ends and not (
        tokens.stands_for_text(last - 1)
    ):
        last -= 1
    start = generation.start
    return replace(
        tokens,
        ids=(start, *tokens.ids[:last]),
        spans=((0, 0), *tokens.spans[:last]),
        groups=((0, 0), *tokens.groups[:last]),
        labels=(tokenizer.name(start), *tokens.labels[:last]),
        segments=(0, *tokens.segments[:last]),
    )


def write_on(
    tokens: Tokens, written: Sequence[int], tokenizer: Tokenizer, config: ModelConfig
) -> Tokens:
    """Add tokens by their ids: a part of a character has no text that would lead back to it."""
    if tokens.cut or not all(0 <= token < config.vocabulary for token in written):
        return tokens  # there is no room, or another model wrote them
    added = tuple(written[: config.context - len(tokens)])
    if not added:
        return tokens
    text, spans = _spell(tokens, added, tokenizer)
    ids, spans = tokens.ids + added, tokens.spans + spans
    groups = whole_characters(text, spans)
    pieces = [
        "" if start < end else tokenizer.name(token)
        for (start, end), token in zip(groups, ids, strict=True)
    ]
    labels = tuple(label_tokens(text, groups, pieces))
    return replace(
        tokens, text=text, ids=ids, spans=spans, groups=tuple(groups), labels=labels,
        kept=len(text), segments=tokens.segments + (0,) * len(added), first=len(text),
    )


def _spell(
    tokens: Tokens, added: Sequence[int], tokenizer: Tokenizer
) -> tuple[str, tuple[Span, ...]]:
    """The text with ``added`` after it, and the span of each; a part of a character waits."""
    text, spans = tokens.text, []
    before, run = list(tokens.ids[-_BEFORE:]), []

    def decode(ids: Sequence[int]) -> str:
        return str(tokenizer.inner.decode(list(ids), skip_special_tokens=True))

    for token in added:
        run.append(token)
        more = decode([*before, *run]).removeprefix(decode(before))
        whole = "\ufffd" not in more
        if whole or len(run) == _BYTES:
            piece = more if whole else ""
            spans += [(len(text), len(text) + len(piece))] * len(run)
            text, before, run = text + piece, [*before, *run][-_BEFORE:], []
    return text, (*spans, *[(len(text), len(text))] * len(run))
