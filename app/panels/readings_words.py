"""Each reading of a head in words: its name, what it is and whose, its numbers."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from core.asks.readings import Reading


def translate(context: str, text: str) -> str:
    """Qt's translation, by the name that its tools look for."""
    return QCoreApplication.translate(context, text)


def reading_name(reading: Reading) -> str:
    """In two words or so."""
    return {
        "previous_token": translate("readings", "previous token"),
        "self": translate("readings", "this position"),
        "next_token": translate("readings", "next token"),
        "duplicate_token": translate("readings", "same token before"),
        "induction": translate("readings", "induction"),
        "first_token": translate("readings", "first token"),
        "delimiter": translate("readings", "delimiters"),
        "distance": translate("readings", "mean distance"),
        "entropy": translate("readings", "entropy"),
        "broad": translate("readings", "broad"),
    }[reading]


def reading_meaning(reading: Reading) -> str:
    """Its definition and its source."""
    meaning = {
        "previous_token": translate(
            "readings", "The weight on the token just before, mean of the queries after the "
            "first. Clark et al. 2019; Voita et al. 2019, positional heads; Elhage et al. 2021."),
        "self": translate(
            "readings", "The weight on the query's own position, mean of the queries after the "
            "first. Kovaleva et al. 2019, diagonal heads."),
        "next_token": translate(
            "readings", "The weight on the token just after, mean of the queries after the first "
            "that have one. Clark et al. 2019; Voita et al. 2019, positional heads."),
        "duplicate_token": translate(
            "readings", "The weight on every earlier place of the query's own token, mean of the "
            "queries that have one. Wang et al. 2022, duplicate-token heads."),
        "induction": translate(
            "readings", "The weight on what followed each earlier place of the query's token, mean "
            "of the queries that have one. Elhage et al. 2021; Olsson et al. 2022, prefix "
            "matching."),
        "first_token": translate(
            "readings", "The weight on position 0, mean of the queries that see it; in "
            "self-attention those after the first. Vig and Belinkov 2019; Xiao et al. 2023, "
            "attention sinks."),
        "delimiter": translate(
            "readings", "The weight on marks such as [CLS], [SEP] and </s>, and on tokens that are "
            "punctuation alone, mean of the queries that see one; in self-attention those after "
            "the first. Clark et al. 2019."),
        "distance": translate(
            "readings", "How many tokens away a head looks: the sum of weight × |query − key|, "
            "mean of the queries that see several keys. Vig and Belinkov 2019."),
        "entropy": translate(
            "readings", "How spread the weights of a row are, in bits: − the sum of weight × log2 "
            "weight, mean of the queries that see several keys. Clark et al. 2019."),
        "broad": translate(
            "readings", "The entropy as a share of the most it could be, log2 of the keys that the "
            "query sees: 1 looks at all alike, 0 at one. Mean of the queries that see several "
            "keys. Clark et al. 2019, broad heads."),
    }
    return meaning[reading]


def reading_unit(reading: Reading) -> str:
    """What its numbers count."""
    if reading == "entropy":
        return translate("readings", "bits")
    return translate("readings", "tokens") if reading == "distance" else ""


def reading_value(reading: Reading, value: float) -> str:
    """A value in as few digits as tell it; with no unit."""
    if not math.isfinite(value):
        return "NaN"
    return f"{value:.1f}" if reading == "distance" else f"{value:.2f}"


def reading_range(reading: Reading, most: float) -> str:
    """From where to where its bars go."""
    words = translate("readings", "{name}, 0 to {most} {unit}").format(
        name=reading_name(reading), most=f"{most:.3g}", unit=reading_unit(reading))
    return words.rstrip()
