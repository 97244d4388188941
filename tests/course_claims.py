"""The numbers that the course states, each with the way it is measured."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.against import Against
from core.edits import Edit
from core.frame import Prompt
from core.sampling import Sampling
from tests.course_measures import (
    BERT,
    CAT,
    DATE,
    GPT,
    TANG,
    XLNET,
    agreement,
    bias,
    chance,
    crossed,
    divergence,
    drawn,
    follows,
    lens,
    likeness,
    loss,
    number_of,
    own,
    reading,
    seen,
    session,
    shifted,
    stream,
    summand,
    term,
    verdict,
    weight,
    written,
)

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Claim:
    """A number of a scene."""

    scene: str
    """Lecture and scene."""
    says: str
    """As the texts write it."""
    value: float
    within: float
    """Half a unit of the last digit that is written."""
    measure: Callable[[], float]
    languages: tuple[str, ...]


CLAIMS: list[Claim] = []


def say(
    scene: str, says: str, measure: Callable[[], float], *languages: str,
    about: float | None = None,
) -> None:
    """Add a claim; ``about`` is how far off a number may be that is said to be rough."""
    number = re.sub("[^0-9.-]", "", says) if "-" not in says[1:] else says.replace("-", "")
    digits = len(number.partition(".")[2])
    rough = 500 if says.endswith(",000") else 0.501 * 10**-digits
    CLAIMS.append(Claim(scene, says, float(number), rough if about is None else about, measure,
                        languages or LANGUAGES))


# -- 1: language models ----------------------------------------------------------------------------

_ = "01-language-models/01-what-follows"
_HIS, _HILL = Prompt("He shook his"), "白日依山盡"
for _label, _says in (("·head", "14.9 %"), ("·eyes", "8.2 %"), ("·hand", "7.6 %"),
                      ("·face", "5.6 %")):
    say(_, _says, partial(chance, GPT, _HIS, _label), "en")
say(_, "56.1 %", partial(chance, TANG, Prompt(_HILL), "，"), "zh")
say(_, "4.2 %", partial(chance, TANG, Prompt(_HILL[:-1]), "，"), "zh")
say(_, "96 %", partial(chance, TANG, Prompt(_HILL + "，黃河入海流"), "。"), "zh")
for _says, _sampling in (
        ("15 %", Sampling(1.0)), ("51 %", Sampling(0.5)), ("1.5 %", Sampling(2.0)),
        ("36 %", Sampling(1.0, top_k=5)), ("30 %", Sampling(1.0, top_p=0.5))):
    say("01-language-models/02-temperature", _says, partial(drawn, GPT, _HIS, "·head", _sampling))
_ = "01-language-models/03-context"
_MANY = Prompt("He had not seen her for many"), Prompt("He gave her many")
for _label, _here, _there in (
        ("·years", "11.0 %", "0.8 %"), ("·days", "4.1 %", "0.3 %"), ("·weeks", "2.4 %", "0.2 %")):
    say(_, _here, partial(shifted, GPT, *_MANY, _label, "here"))
    say(_, _there, partial(shifted, GPT, *_MANY, _label, "there"))
say(_, "0.895", partial(divergence, GPT, _MANY[0], (), Against("prompt", prompt=_MANY[1])))
_ = "01-language-models/04-perplexity"
for _text, _nats, _perplexity in (
        ("He shook his head and said that it was quite impossible.", "3.0900", "22"),
        ("He shook his head.", "2.45", "11.6"), ("He shook his wife.", "3.27", "26.4")):
    say(_, _nats, partial(loss, GPT, _text))
    say(_, _perplexity, partial(lambda text: math.exp(loss(GPT, text)), _text))

# -- 2: the Transformer ----------------------------------------------------------------------------

say("02-transformer/01-the-whole", "98 %", partial(chance, "dates", Prompt(DATE, "2026-11-2"), "4"))
say("02-transformer/02-one-step", "0.89", partial(weight, GPT, Prompt(CAT), (2, 5), (7, 1)))
_SEA = Prompt("She saw the sea and the sea saw her. She saw the sea and the sea saw")
for _row, _says in enumerate(("0.1 %", "19 %", "18 %", "28 %", "63 %", "61 %"), 1):
    say("02-transformer/03-stack", _says, partial(lens, GPT, _SEA, -1, "·her", _row))

# -- 3: the encoder --------------------------------------------------------------------------------

_ = "03-encoder/01-embed"
for _part, _says in (("token", "0.92"), ("position", "0.64"), ("segment", "0.55")):
    say(_, _says, partial(summand, BERT, 2, _part))
say(_, "0.68", partial(likeness, BERT, 1))
say(_, "0.03", partial(likeness, BERT, 10))
for _key, _says in ((2, "0.60"), (6, "0.11"), (5, "0.08"), (1, "0.07")):
    say("03-encoder/02-attend", _says, partial(weight, BERT, Prompt(CAT), (2, 2), (8, _key)))
_ = "03-encoder/04-again"
_SHOOK = Prompt("He said nothing, but shook his head.", masked=(8,))
for _row, _says in enumerate(("0.0 %", "0.1 %", "13.6 %", "30.4 %", "40.4 %")):
    say(_, _says, partial(lens, BERT, _SHOOK, 8, "head", _row))
say(_, "1.00", partial(weight, BERT, _SHOOK, (1, 1), (8, 7)))
say(_, "0.83", partial(weight, BERT, _SHOOK, (1, 2), (8, 6)))

# -- 4: the decoder --------------------------------------------------------------------------------

_ = "04-decoder/02-into-the-source"
_WHOLE = Prompt(DATE, "2026-11-24")
say(_, "0.99", partial(weight, "dates", _WHOLE, (1, 1), (6, 7), "cross"))
say(_, "0.99", partial(weight, "dates", _WHOLE, (1, 1), (3, 12), "cross"))
say("04-decoder/03-one-by-one", "98 %", partial(chance, "dates", Prompt(DATE, "2026-1"), "1"))
_ = "04-decoder/04-without"
_MONTH = Prompt(DATE, "2026-")
say(_, "98 %", partial(chance, "dates", _MONTH, "1"))
say(_, "5.5 %", partial(chance, "dates", _MONTH, "1", (crossed(1, 2),)))
for _says, _silent in (
        ("2026-01-24", [crossed(1, 2)]), ("1906-01-01", [crossed(1, head) for head in range(4)]),
        ("2066-11-24", [own(0, 3)]),
        ("24666-1444", [own(layer, head) for layer in range(2) for head in range(4)])):
    say(_, _says, partial(written, "dates", DATE, tuple(_silent)))

# -- 5: queries, keys, values ----------------------------------------------------------------------

_ = "05-attention/02-product"
_CELL, _SECOND = (Prompt(CAT), (2, 5), (7, 1)), (Prompt(CAT), (2, 5), (7, 5))
say(_, "12.4", partial(number_of, GPT, *_CELL, "product", 0))
say(_, "2.19", partial(number_of, GPT, *_CELL, "scale", 2))
say(_, "-1.14", partial(number_of, GPT, *_SECOND, "scale", 2))
say(_, "28", lambda: weight(GPT, *_CELL) / weight(GPT, *_SECOND))
say(_, "0.03", partial(weight, GPT, *_SECOND))
_UNSCALED = (Edit("scale", "decoder", "self"),)
say("05-attention/03-with-scale", "1.68", partial(reading, GPT, Prompt(CAT), "entropy", None))
for _head in (1, 3, 4, 6):
    say("05-attention/03-with-scale", "0.5",
        partial(reading, GPT, Prompt(CAT), "entropy", (1, _head)), about=0.11)
_ = "05-attention/04-without-scale"
say(_, "1.68", partial(reading, GPT, Prompt(CAT), "entropy", None))
say(_, "0.45", partial(reading, GPT, Prompt(CAT), "entropy", None, _UNSCALED))
say(_, "32 %", partial(chance, GPT, Prompt(CAT), "⏎"))
say(_, "48 %", partial(chance, GPT, Prompt(CAT), "⏎", _UNSCALED))
say("05-attention/05-values", "0.96", partial(weight, GPT, Prompt(CAT), (2, 5), (9, 1)))

# -- 6: heads --------------------------------------------------------------------------------------

_ = "06-heads/02-one-back"
say(_, "0.96", partial(reading, BERT, Prompt(CAT), "previous_token", (1, 1)))
say(_, "1.00", partial(reading, BERT, Prompt(CAT), "next_token", (1, 0)))
say(_, "0.40", partial(reading, GPT, Prompt(CAT), "previous_token", (0, 3)))
_ = "06-heads/03-induction"
_TWICE = Prompt(f"{CAT} {CAT}")
say(_, "0.98", partial(weight, GPT, _TWICE, (1, 6), (12, 2)))
for _head, _says in ((6, "0.85"), (1, "0.77"), (3, "0.75")):
    say(_, _says, partial(reading, GPT, _TWICE, "induction", (1, _head)))
say(_, "0.77", partial(reading, GPT, Prompt("Blor snipe quag. Blor snipe"), "induction", (1, 6)))
_ = "06-heads/04-silence"
_COPYING = tuple(own(1, head) for head in (6, 1, 3))
for _says, _quiet in (
        ("61 %", ()), ("33 %", _COPYING[:1]), ("11 %", _COPYING), ("20 %", (own(0, 3),))):
    say(_, _says, partial(chance, GPT, _SEA, "·her", _quiet))
say(_, "1.23", partial(divergence, GPT, _SEA, _COPYING))
say(_, "0.31", partial(divergence, GPT, _SEA, _COPYING[:1]))
say(_, "0.01", partial(weight, GPT, _SEA, (0, 3), (17, 8)))

# -- 7: positions ----------------------------------------------------------------------------------

_ = "07-positions/01-order-is-lost"
_NO_WORDS = tuple(Edit("token", "encoder", at=at) for at in range(13))
say(_, "0.99", partial(reading, BERT, Prompt(CAT), "previous_token", (1, 1), _NO_WORDS))
say(_, "1.00", partial(reading, BERT, Prompt(CAT), "next_token", (1, 0), _NO_WORDS))
_ = "07-positions/02-waves"
say(_, "0.97", partial(likeness, "dates", 1))
say(_, "0.67", partial(likeness, "dates", 10))
say(_, "6.3", lambda: 2 * math.pi)
say(_, "54,000", lambda: 2 * math.pi * 10000 ** (126 / 128))
_ = "07-positions/03-learned"
for _apart, _says in ((1, "0.73"), (10, "0.37"), (40, "-0.15")):
    say(_, _says, partial(likeness, GPT, _apart))
say(_, "0.55", partial(agreement, GPT))
say(_, "0.89", partial(summand, GPT, 2, "position"))
say(_, "0.82", partial(summand, GPT, 2, "token"))
say("07-positions/04-bias", "1.03", partial(bias, 1, -1))
say("07-positions/04-bias", "-0.65", partial(bias, 1, -2))
say("07-positions/05-relative", "6.7", partial(term, (0, 0), 1))
say("07-positions/05-relative", "5.4", partial(term, (0, 0), 0))

# -- 8: residual and norm --------------------------------------------------------------------------

for _layer, _says in enumerate(("1.2", "57", "69", "87", "104", "114", "121")):
    say("08-residual/01-stream", _says, partial(stream, GPT, _layer))
_ = "08-residual/02-norm"
for _says, _at in (("68.8", 0), ("0.057", 1), ("0.06", 1), ("21.1", 2)):
    say(_, _says, partial(number_of, GPT, *_CELL, "residual", _at))
say(_, "4.6", lambda: math.sqrt(number_of(GPT, *_CELL, "residual", 2)))
for _layer in range(5):
    say(_, "10", partial(stream, BERT, _layer), about=1.1)

# -- 9: pre-training -------------------------------------------------------------------------------

_GLAD = Prompt("My dear, said she, I am very glad to see you.", masked=(10,))
for _label, _says in (
        ("glad", "34.4 %"), ("sorry", "11.2 %"), ("willing", "4.6 %"), ("happy", "3.4 %")):
    say("09-pre-training/01-hidden-words", _says, partial(chance, BERT, _GLAD, _label))
_ = "09-pre-training/02-both-sides"
_BOY, _HERS = (Prompt(f"The boy lost {whose} hat.", masked=(2,)) for whose in ("his", "her"))
say(_, "24 %", partial(chance, BERT, _BOY, "man"))
say(_, "0.93", partial(weight, BERT, _BOY, (3, 1), (2, 4)))
for _label, _says in (("scarecrow", "6.2 %"), ("lion", "5.6 %"), ("girls", "5.2 %"),
                      ("girl", "4.2 %"), ("man", "2.9 %"), ("lady", "2.3 %")):
    say(_, _says, partial(chance, BERT, _HERS, _label))
_ = "09-pre-training/03-next-sentence"
_FIRST, _THEN = "Alice was very tired.", "She sat down and went to sleep."
for _text, _says in (
        (_THEN, "80 %"), ("The pirates came on board the ship.", "1 %"),
        ("She sat down and had a cup of tea.", "84 %"), ("It was late at night.", "23 %"),
        ("He was a man of business.", "1.5 %")):
    say(_, _says, partial(follows, _FIRST, _text))
say(_, "0.39", partial(weight, BERT, Prompt(_FIRST, second=_THEN), (2, 2), (7, 1)))

# -- 10: fine-tuning -------------------------------------------------------------------------------

_DULL = "A dull, lifeless film that never finds its heart."
_ = "10-fine-tuning/01-new-head"
say(_, "85 %", partial(verdict, 0, _DULL))
say(_, "90 %", partial(verdict, 1, "A warm and funny film with a great heart."))
for _token, _says in ((2, "62 %"), (10, "84 %"), (14, "88 %"), (5, "79 %"), (16, "82 %")):
    say("10-fine-tuning/02-which-word", _says, partial(verdict, 0, _DULL, _token))
_ = "10-fine-tuning/04-where-it-fails"
say(_, "76 %", partial(verdict, 1, "The film is not good."))
for _at, _text in ((1, "The film is good."), (0, "The film is not bad."), (0, "The film is bad.")):
    say(_, "89 %", partial(verdict, _at, _text))
say(_, "0.94", partial(weight, "sentiment", Prompt("The film is not good."), (1, 1), (7, 6)))

# -- 11: four families -----------------------------------------------------------------------------

for _name, _says in ((GPT, "11"), (BERT, "13"), (XLNET, "15"), ("dates-t5", "32")):
    say("11-four-families/01-side-by-side", _says,
        partial(lambda name: len(session(name).tokenize(Prompt(CAT))[0]), _name))
say("11-four-families/02-gpt", "0.75", partial(weight, GPT, Prompt(CAT), (4, 6), (9, 7)))
_ = "11-four-families/03-bert"
for _label, _says in (("was", "65.9 %"), ("is", "9.2 %"), ("seemed", "4.1 %"), ("looks", "2.4 %")):
    say(_, _says, partial(chance, BERT, Prompt(CAT, masked=(9,)), _label))
say(_, "0.98", partial(weight, BERT, Prompt(CAT, masked=(9,)), (2, 3), (9, 10)))
_BECAUSE = Prompt("The cat sat on the mat because it")
say(_, "50 %", partial(chance, GPT, _BECAUSE, "·was"))
say("11-four-families/05-t5", "1.00", partial(
    weight, "dates-t5", Prompt("the fifth of May, 1999", "1999-0"), (1, 1), (6, 3), "cross"))

# -- 12: consciousness -----------------------------------------------------------------------------

for _label, _says in (
        ("·sure", "19.6 %"), ("·afraid", "10.4 %"), ("·going", "9.5 %"), ("·glad", "7.6 %")):
    say("12-consciousness/01-the-question", _says, partial(chance, GPT, Prompt("I am"), _label))
_ = "12-consciousness/04-what-patterns-show"
say(_, "0.89", partial(weight, GPT, _BECAUSE, (2, 5), (7, 1)))
say(_, "0.002", partial(divergence, GPT, _BECAUSE, (own(2, 5),)))
say(_, "0.93", partial(divergence, GPT, _BECAUSE, (own(0, 3),)))

# -- what is said without a number -----------------------------------------------------------------

UNNUMBERED: dict[str, tuple[float, Callable[[], float]]] = {
    "without its first head of layer 1 the translator of dates is still right": (
        20261124, partial(written, "dates", DATE, (crossed(1, 1),))),
    "the head of the first layer looks almost always at the start symbol": (
        0.8, partial(reading, "dates", _WHOLE, "first_token", (0, 1))),
    "the classifier's first token takes half of its weight from heart": (
        0.49, partial(weight, "sentiment", Prompt(_DULL), (3, 1), (0, 14))),
    "the first token of XLNet's order sees nothing": (
        0, partial(seen, XLNET, Prompt(CAT, order=2), "query", (3, 1), 3)),
}
