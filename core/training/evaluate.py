"""A model's report: its loss on text it never saw, beside an n-gram's, and its plainest heads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import Checkpoint, open_checkpoint
from core.frame import NotableHead
from core.readings.heads import NAMED, HeadScore, repeated_tokens, score_heads, strongest
from core.training.causal import held_out_nats
from core.training.data import read_data
from core.training.labelled import Labelled
from core.training.ngram import ByteNgram
from core.training.recipe import Recipe
from core.training.report_guesses import GuessReport, report_permutation, report_spans
from core.training.report_labels import LabelReport, report_labels
from core.training.report_masked import MaskedReport, report_masked
from core.training.report_task import TaskReport, report_task
from core.training.report_translation import TranslationReport, report_translation
from core.training.tasks import TASKS
from core.training.text import Corpus, encode_documents

ORDER = 5
"""Of the n-gram model: it predicts a byte from the four before it."""
SEQUENCES = 16
"""Windows of text, and random sequences, that the heads are scored on."""
LONGEST = 256
"""Tokens in one of those sequences, at most."""
SHOWN = 3
"""Heads named for each job."""


@dataclass(frozen=True)
class Evaluation:
    """Losses are in nats a byte of UTF-8; heads come best first, at most ``SHOWN``."""

    model: float
    ngram: float
    """Of an n-gram model of order ``ORDER``, trained and measured on the same text."""
    train_bytes: int
    held_out_bytes: int
    previous_token: tuple[HeadScore, ...]
    """On held-out text."""
    induction: tuple[HeadScore, ...]
    """On held-out text."""
    induction_repeated: tuple[HeadScore, ...]
    """On random tokens said twice."""

    def notable(self) -> tuple[NotableHead, ...]:
        """For the card: of each job, on held-out text, the best head and its near rivals."""
        jobs = (("induction", self.induction), ("previous_token", self.previous_token))
        return tuple(
            NotableHead(role, head.layer, head.head, round(head.score, 3))
            for role, heads in jobs
            for head in heads
            if head.score >= max(heads[0].score / 2, NAMED)
        )

    def __str__(self) -> str:
        return "\n".join([
            f"trained on                            {self.train_bytes} bytes",
            f"held out                              {self.held_out_bytes} bytes",
            f"model                                 {self.model:.4f} nats a byte",
            f"byte n-gram, order {ORDER}                  {self.ngram:.4f} nats a byte",
            f"previous token, held-out text         {_named(self.previous_token)}",
            f"induction, held-out text              {_named(self.induction)}",
            f"induction, repeated random tokens     {_named(self.induction_repeated)}",
        ])


_REPORTS: Mapping[str, Callable[[Checkpoint, Corpus, int], MaskedReport | GuessReport]] = {
    "masked": report_masked, "spans": report_spans, "permutation": report_permutation,
}


def evaluate(
    folder: Path, data: Path | None, recipe: Recipe
) -> Evaluation | MaskedReport | GuessReport | TranslationReport | LabelReport | TaskReport:
    """Measure the model in ``folder`` on what ``recipe`` holds out of ``data``.

    What it is held against is counted on the rest in the same call.

    Raises:
        Refusal: if the model or the data can't be read, or do not fit.
    """
    corpus = read_data(recipe, data)
    checkpoint = open_checkpoint(folder)
    if isinstance(corpus, Labelled):
        return report_labels(checkpoint, corpus)
    if not isinstance(corpus, Corpus):
        return report_translation(checkpoint, corpus, recipe.train, recipe.generated or None)
    if data is None and recipe.generated:
        return report_task(checkpoint, corpus, TASKS[recipe.generated])
    report = _REPORTS.get(recipe.objective)
    if report is not None:
        return report(checkpoint, corpus, recipe.train.window)
    return report_causal(checkpoint, corpus)


def report_causal(checkpoint: Checkpoint, corpus: Corpus) -> Evaluation:
    """Measure a causal model; the n-gram model is counted on the text it was trained on."""
    model = checkpoint.model
    stream = encode_documents(checkpoint.tokenizer, corpus.held_out)
    size = _bytes(corpus.held_out)
    ngram = ByteNgram.count(corpus.train, ORDER)
    longest = min(checkpoint.config.context, LONGEST)
    text = score_heads(model, _spread(stream, longest))
    random = score_heads(
        model, repeated_tokens(checkpoint.config.vocabulary, longest // 2, SEQUENCES, seed=0)
    )
    # The last token of the stream ends the last document: before the first, it begins it.
    whole = torch.cat([stream[-1:], stream])
    return Evaluation(
        model=held_out_nats(model, whole, checkpoint.config.context) / size,
        ngram=sum(ngram.nats(document) for document in corpus.held_out) / size,
        train_bytes=_bytes(corpus.train),
        held_out_bytes=size,
        previous_token=strongest(text["previous_token"], SHOWN),
        induction=strongest(text["induction"], SHOWN),
        induction_repeated=strongest(random["induction"], SHOWN),
    )


def _spread(stream: Tensor, window: int) -> Tensor:
    """At most ``SEQUENCES`` windows, [window, position], evenly spaced over ``stream``."""
    window = min(window, len(stream))
    apart = max((len(stream) - window) // (SEQUENCES - 1), 1)
    return stream.unfold(0, window, apart)[:SEQUENCES]


def _bytes(documents: Sequence[str]) -> int:
    return sum(len(document.encode()) for document in documents)


def _named(heads: Sequence[HeadScore]) -> str:
    return ", ".join(f"layer {h.layer} head {h.head} ({h.score:.3f})" for h in heads) or "none"
