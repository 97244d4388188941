"""What each step of the derivation is called, says, and where it is from."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from app.language import say_refusal
from core.asks.derivation import Remark, Step, StepKind
from core.errors import Refusal

_DIGITS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def number(value: float) -> str:
    """Five significant digits, as a person writes them."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    mantissa, _, power = f"{value:#.5g}".partition("e")
    mantissa = mantissa.removesuffix(".").replace("-", "−")
    return f"{mantissa} × 10{str(int(power)).translate(_DIGITS)}" if power else mantissa


def rough(value: float) -> str:
    """One digit: of what is about nothing."""
    if not math.isfinite(value):
        return number(value)
    digit, _, power = f"{value:.0e}".partition("e")
    return f"{digit} × 10{str(int(power)).translate(_DIGITS)}"


def say_remark(remark: Remark) -> str:
    """A remark in the language of the moment."""
    return say_refusal(Refusal(remark.template, **remark.values))


def step_names() -> dict[StepKind, str]:
    """What each step is called."""
    translate = QCoreApplication.translate
    return {
        "residual": translate("derivation", "Residual stream"),
        "query_key": translate("derivation", "Query and key"),
        "product": translate("derivation", "Product"),
        "scale": translate("derivation", "Scale"),
        "bias": translate("derivation", "Bias"),
        "mask": translate("derivation", "Mask"),
        "softmax": translate("derivation", "Softmax"),
        "z": translate("derivation", "Values into z"),
        "heads": translate("derivation", "Heads joined"),
        "output": translate("derivation", "Output matrix"),
        "added": translate("derivation", "Residual added"),
        "norm": translate("derivation", "Norm"),
        "mlp": translate("derivation", "Feed-forward"),
    }


def sentence_of(step: Step) -> str:
    """What happens in a step."""
    translate = QCoreApplication.translate
    without: dict[StepKind, str] = {
        "added": translate(
            "derivation", "What the heads write takes the place of what was there: nothing is "
            "added."),
        "norm": translate(
            "derivation", "Where other models have a norm, the numbers go on as they are."),
    } if step.absent else {}
    sentences: dict[StepKind, str] = {
        "residual": translate(
            "derivation", "What the query's token has gathered so far, and what attention reads "
            "of it."),
        "query_key": translate(
            "derivation", "What the query looks for, and what the key offers."),
        "product": translate(
            "derivation", "Query times key, dimension by dimension; the sum says how well they "
            "match."),
        "scale": translate(
            "derivation", "Most models scale the sum, so that wide heads don't have larger "
            "scores."),
        "bias": translate(
            "derivation", "What this kind of model adds to the score, or does to it."),
        "mask": translate(
            "derivation", "What may not be seen has −∞ added to its score."),
        "softmax": translate(
            "derivation", "The scores of the whole row become weights that sum to 1."),
        "z": translate(
            "derivation", "The values of all keys, each times its weight, summed into z: those "
            "that give most come first."),
        "heads": translate(
            "derivation", "The z of every head, one after another; this head's is lit."),
        "output": translate(
            "derivation", "The output matrix turns each head's z into what it writes to the "
            "stream."),
        "added": translate(
            "derivation", "What the heads write is added to what was there."),
        "norm": translate(
            "derivation", "Brought to one size, and given a learned gain. A layer norm takes out "
            "the mean too, and puts in a shift."),
        "mlp": translate(
            "derivation", "The feed-forward step: its units, the largest of them, what it writes, "
            "the stream after it."),
    }
    return (sentences | without)[step.kind]


def source_of(step: Step) -> str:
    """Where a step is from, and what its letters mean; nothing where the model is without it."""
    translate = QCoreApplication.translate
    attention = translate(
        "derivation", "i is the query's position, j the key's, k any key's, c a dimension, d the "
        "head's width, D the model's. Vaswani et al. 2017, “Attention Is All You Need”, section "
        "3.2.")
    norm = translate(
        "derivation", "γ is the gain, β the shift, both learned; ε keeps the root above 0. Layer "
        "norm: Ba et al. 2016; by the root mean square alone: Zhang and Sennrich 2019.")
    position = translate(
        "derivation", "T5's bias: Raffel et al. 2020, section 2.1; XLNet's terms: Yang et al. 2019 "
        "and Dai et al. 2019, section 3.3; the cap: Gemma Team 2024.")
    turn = translate("derivation", "Rotary positions: Su et al. 2021; key heads that several "
                     "queries share: Ainslie et al. 2023.")
    feed = translate(
        "derivation", "Vaswani et al. 2017, section 3.3; the gate: Shazeer 2020.")
    sources: dict[StepKind, str] = {
        "residual": norm, "query_key": f"{attention} {turn}", "product": attention,
        "scale": attention, "bias": position, "mask": attention, "softmax": attention,
        "z": attention, "heads": attention, "output": attention, "added": translate(
            "derivation", "Residual connection: He et al. 2016."), "norm": norm, "mlp": feed,
    }
    return "" if step.absent else sources[step.kind]
