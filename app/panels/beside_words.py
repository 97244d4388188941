"""What is said of a model that stands beside others: how it attends, and what it predicts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.paint.words import isolated
from core.beside import word_at
from core.characters import visible
from core.frame import Frame, ModelCard

PREDICTED = 3
"""Of the likeliest tokens."""
_FAMILIES = {
    "gpt2": "GPT-2", "bert": "BERT", "xlnet": "XLNet", "t5": "T5", "marian": "Marian",
    "roberta": "RoBERTa", "xlm-roberta": "XLM-RoBERTa", "distilbert": "DistilBERT", "bart": "BART",
    "llama": "Llama", "mistral": "Mistral", "qwen2": "Qwen 2", "qwen3": "Qwen 3",
    "gemma": "Gemma", "gemma2": "Gemma 2", "gpt_neox": "GPT-NeoX",
}


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def say_kind(card: ModelCard, drawn: bool) -> str:
    """Family and attention, in a phrase.

    Args:
        card: of the model.
        drawn: whether it reads in an order that was drawn.
    """
    if len(card.layers) == 2:
        words = translate("beside", "encoder and decoder")
    elif "decoder" in card.layers:
        words = translate("beside", "causal: looks back only")
    elif not card.two_streams:
        words = translate("beside", "looks both ways")
    elif drawn:
        words = translate("beside", "a drawn order, two streams")
    else:
        words = translate("beside", "looks both ways, two streams")
    return f"{_FAMILIES.get(card.family, card.family)} · {words}"


def say_predictions(frame: Frame) -> str:
    """The likeliest tokens and what they are predictions of; or a classifier's labels."""
    if frame.labels:
        return _listed(list(zip(frame.card.labels, frame.labels, strict=True)))
    if not frame.finite and not frame.predictions:
        return translate("beside", "The predictions are no numbers.")
    if not frame.predictions:
        return translate("beside", "It predicts no token.")
    best = [(one.label, one.probability) for one in frame.predictions[:PREDICTED]]
    return f"{_place(frame)} {_listed(best)}"


def _listed(chances: list[tuple[str, float]]) -> str:
    return ", ".join(f"{_quoted(label)} {chance * 100:.0f} %" for label, chance in chances)


def _quoted(label: str) -> str:
    """In quotes where it is no word, and would be lost among numbers and signs."""
    return isolated(label) if any(map(str.isalpha, label)) else f"“{isolated(label)}”"


def _place(frame: Frame) -> str:
    """Where the predicted token stands."""
    tokens, at = frame.predicted_in or frame.queries, frame.predicted_at
    assert at is not None  # there are predictions
    if "decoder" in frame.card.layers:
        if len(frame.card.layers) == 2 and frame.prompt.masked and frame.prompt.written:
            return translate("beside", "In the span:")
        if at == len(tokens) - 1:
            return translate("beside", "Next:")
        return translate("beside", "After “{token}”:").format(token=isolated(tokens.labels[at]))
    if frame.behind_mask:
        return translate("beside", "Behind the mask:")
    span = word_at(tokens, at)
    word = isolated(tokens.labels[at] if span is None else visible(tokens.text[slice(*span)]))
    if at in frame.prompt.masked and frame.order:
        return translate("beside", "“{token}”, read last:").format(token=word)
    return translate("beside", "In place of “{token}”:").format(token=word)
