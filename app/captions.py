"""What the window says about a frame: titles, badges, notices, the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.language import say_refusal
from app.paint.words import isolated, typeset
from app.state import Head, View, attention_of, quantities, signed_sheet
from core.broken import say_broken
from core.frame import Frame

if TYPE_CHECKING:
    from core.tokens import Tokens
    from core.trace import Scale


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def scale_badge(scale: Scale) -> str:
    """Says when colours do not rise evenly with the weight."""
    if scale == "root":
        return translate("captions", "square-root scale")
    return translate("captions", "logarithmic scale") if scale == "log" else ""


def sheet_badge(frame: Frame, view: View) -> str:
    """Says what was done to the thumbnails."""
    small = frame.thumbnails is not None and frame.thumbnails.shape[-1] < len(frame.keys)
    gap = signed_sheet(frame, view)
    if gap is not None:
        words = translate("captions", "difference, −{most} (blue) to {most} (red)")
        if view.quantity == "gradient":
            words = translate("captions", "gradient of the loss, −{most} (blue) to {most} (red)")
        elif not gap.most:
            words = translate("captions", "no difference")
        words = words.format(most=typeset(f"{gap.most:.3g}"))
        large = translate("captions", "each pixel: the cell farthest from 0 that it covers")
        return " · ".join(filter(None, (
            altered_badge(frame), omit_badge(frame), words, large if small else "")))
    words = translate("captions", "each pixel: the largest weight it covers") if small else ""
    badges = altered_badge(frame), omit_badge(frame), words, scale_badge(frame.sight.scale)
    return " · ".join(filter(None, badges))


def omit_badge(frame: Frame) -> str:
    """Says which tokens are left out, and what became of the rest."""
    omit = frame.sight.omit
    if omit == "nothing":
        return ""
    words = translate("captions", "special tokens left out") if omit == "special" else (
        translate("captions", "special tokens and the first left out"))
    again = translate("captions", "rows renormalised") if frame.sight.renormalise else ""
    return " · ".join(filter(None, (words, again)))


def altered_badge(frame: Frame) -> str:
    """Says that the model is not as it was opened."""
    return translate("captions", "altered model") if frame.edits else ""


def matrix_badge(frame: Frame, view: View) -> str:
    """Says how the large matrix is coloured."""
    if view.shown is None or frame.head is None:
        return ""
    plain = view.quantity == "pattern" or view.quantity not in quantities(frame)
    scale = scale_badge(frame.sight.scale) if plain else ""
    return " · ".join(filter(None, (altered_badge(frame), omit_badge(frame), scale)))


def head_title(frame: Frame, shown: Head | None) -> str:
    """Names the head that is drawn large, and what it is known for."""
    if shown is None:
        return translate("captions", "No head is pinned")
    title = translate("captions", "Layer {layer}, head {head}")
    title = title.format(layer=shown[0], head=shown[1])
    if frame.card.key_heads:
        group = frame.card.heads // frame.card.key_heads
        reads = translate("captions", "reads key head {head}")
        title += " · " + reads.format(head=shown[1] // group)
    roles = {
        "previous_token": translate("captions", "previous-token head ({score})"),
        "induction": translate("captions", "induction head ({score})"),
        "alignment": translate("captions", "alignment head ({score})"),
    }
    crosses = attention_of(frame) == "cross"  # where a head aligns, and does nothing else
    for known in frame.card.notable:
        fits = known.role in roles and crosses == (known.role == "alignment")
        if (known.layer, known.head) == shown and fits:
            title += " · " + roles[known.role].format(score=f"{known.score:.2f}")
    return title


def predictions_title(frame: Frame) -> str:
    """Names the token that the predictions follow, or the one that they stand in place of."""
    if frame.card.labels:
        return translate("captions", "No token is predicted")
    at, writes = frame.predicted_at, "decoder" in frame.card.layers
    if at is None:
        return translate("captions", "Next token") if writes else (
            translate("captions", "In place of a token")
        )
    tokens = frame.predicted_in or frame.queries
    if frame.behind_mask:
        if at not in frame.prompt.masked:  # it was typed as a mask, and hides nothing
            return translate("captions", "Behind the mask at token {i}").format(i=at)
        return translate("captions", "Behind the mask at token {i}, which hides “{token}”").format(
            i=at, token=isolated(tokens.text[slice(*tokens.groups[at])]))
    label = isolated(tokens.labels[at])
    title = translate("captions", "Next token, after “{token}”") if writes else (
        translate("captions", "In place of “{token}”")
    )
    return title.format(token=label)


def status_line(frame: Frame, milliseconds: float | None) -> str:
    """Device, model, tokens, step, and what the last key took."""
    card = frame.card
    parts = [
        translate("captions", "{name} ({million} M parameters)").format(
            name=card.name, million=f"{card.parameters / 1e6:.1f}"
        ),
        card.device.upper(),
        translate("captions", "{tokens} of {context} tokens").format(
            tokens=len(frame.queries), context=card.context
        ),
    ]
    if card.labels:
        parts.append(translate("captions", "classifier of {count} labels").format(
            count=len(card.labels)))
    if card.dtype != "float32":
        parts.append(card.dtype)
    if card.slim:
        parts.append(translate("captions", "fewer tensors kept"))
    if frame.edits:
        parts.append(altered_badge(frame))
    if frame.step is not None:
        parts.append(translate("captions", "step {step}").format(step=frame.step))
    if milliseconds is not None:
        parts.append(translate("captions", "{ms} ms from key to picture").format(
            ms=round(milliseconds)
        ))
    return "   ·   ".join(parts)


def notice(frame: Frame, pictured: bool) -> str:
    """What the user should know of the picture as a whole; mostly nothing.

    Args:
        frame: the last answer.
        pictured: whether an earlier picture is on screen.
    """
    if not frame.queries.ids and pictured:
        return translate("captions", "The prompt is empty; the picture is that of the last text.")
    said = [] if frame.broken is None else [
        say_refusal(one) for one in say_broken(frame.broken, frame.card.not_finite)]
    if frame.queries.cut:
        said.append(_cut(frame.queries, frame.card.context))
    return " ".join(said)


def _cut(tokens: Tokens, context: int) -> str:
    return translate(
        "captions",
        "The model reads {context} tokens: the first {kept} of {total} characters are shown.",
    ).format(context=context, kept=f"{tokens.kept:,}", total=f"{len(tokens.text):,}")
