"""What each head does on the text at hand, in ten numbers.

Weights are means over queries, as in ``core.readings.heads``: of each query the weight on the keys
in question, summed. A query counts if it sees such a key; in self-attention position 0 never does.

| reading         | what is summed or measured                        | described by              |
|-----------------|---------------------------------------------------|---------------------------|
| previous_token, self, next_token, duplicate_token,          | ``core.readings.heads``   |
|   induction, first_token                                    |                           |
| delimiter       | weight on marks ([CLS], [SEP], </s>, ...) and on  | Clark et al. 2019         |
|                 | tokens that are punctuation alone                 |                           |
| distance        | sum over keys of weight x |query - key|           | Vig and Belinkov 2019     |
| entropy         | - sum of weight x log2(weight), in bits           | Clark et al. 2019         |
| broad           | entropy / log2(keys that the query sees), 0 to 1  | Clark et al. 2019         |

The last three count queries that see more than one key. Tokens that are left out of the pictures
are no queries and no keys here either. Rows that were cut so and not renormalised sum to less than
1: the last three, which are of distributions, are not defined then. Vig and Belinkov 2019,
"Analyzing the Structure of Attention in a Transformer Language Model".
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.asks.readings import READINGS, Reading, Readings, ReadingsAsk
from core.characters import visible as visible_text
from core.errors import Refusal, translate
from core.look import Look
from core.readings.heads import JOBS, next_token
from core.readings.kept import Kept
from core.trace import AttentionTrace, to_host

_MEASURED: tuple[Reading, ...] = ("distance", "entropy", "broad")
_ACROSS_TEXTS = ("first_token", "delimiter", "entropy", "broad")
_ACROSS = translate("core", "This counts places of one text; cross-attention looks at another.")
_BOTH_WAYS = translate("core", "Induction is defined where later tokens are hidden; an encoder "
                       "sees what follows.")
_LATER = translate("core", "A decoder does not see the next token.")
_NO_REPEAT = translate("core", "No token of this text is there twice, or none sees its like; type "
                       "a word twice.")
_LEFT_OUT = translate("core", "The tokens that this counts are left out (View menu).")
_NO_SUM = translate("core", "Tokens are left out and rows no longer sum to 1; this is defined once "
                    "they are renormalised (View menu).")
_NONE = translate("core", "No token of this text sees such a key.")
_SPACES = " \t\r\n" + visible_text(" ")
_KEPT = Kept()


def read_heads(ask: ReadingsAsk, look: Look) -> Readings:
    """The readings of every head of the attention on screen.

    Raises:
        Refusal: if the model was opened to keep fewer tensors.
    """
    where = look.stack, look.kind, look.stream, look.omit, look.renormalise
    return _KEPT.get(look.trace, where, lambda: _read(look))


def _read(look: Look) -> Readings:
    wanted, apart = wanted_keys(look), None
    if look.kind == "self":
        apart = distances(len(look.queries), len(look.keys), look.trace.source_ids.device)
    found, alike, seen = [], [], None
    for layer in look.attention:
        if seen is None or not seen.equal(layer.visible[0]):
            seen = layer.visible[0]
            even, shown = look.rest(_even(seen), seen)
            gauge = Gauge(shown, wanted, apart)
            evenly = gauge.measure(even)[0]
        found.append(gauge.measure(look.rest(_numbers(layer), seen)[0]))
        alike.append(evenly)
    values, evens = to_host(torch.stack(found).float()), to_host(torch.stack(alike).float())
    names = [*wanted, *_MEASURED[0 if apart is not None else 1 :]]
    less = any(look.without) and not look.renormalise
    there = {  # some layer has a query that can do it
        name: at for at, name in enumerate(names)
        if not np.isnan(evens[:, at]).all() and not (less and name in _MEASURED)
    }
    keys = len(look.keys) - len(look.without[1])
    return Readings(
        values={name: values[..., at] for name, at in there.items()},  # (L, H)
        alike={name: evens[:, at] for name, at in there.items()},
        most={name: _most(name, keys, values[..., at]) for name, at in there.items()},
        declined={
            name: _reason(name, look, wanted.get(name)) for name in READINGS if name not in there},
    )


class Gauge:
    """What a layer's queries see, and what is to be measured of it."""

    def __init__(
        self, visible: Tensor, wanted: Mapping[Reading, Tensor], apart: Tensor | None
    ) -> None:
        """Take [query, key] bool; of each reading that is a weight its keys; and distances."""
        self.visible, self._seen = visible, visible.sum(-1)
        self._several = self._seen > 1
        keys = torch.stack([*wanted.values()]) & visible  # (J, T, S)
        counts = keys.any(-1).sum(-1)
        columns = keys.float()
        if apart is not None:
            columns = torch.cat((columns, (apart * self._several[:, None])[None]))
            counts = torch.cat((counts, self._several.sum()[None]))
        self._columns, self._counts = columns.flatten(1).T, counts  # (T S, J), (J)

    def measure(self, pattern: Tensor) -> Tensor:
        """[head, query, key] to [head, reading]; NaN where no query counts.

        A query that sees nothing may have any weights (XLNet's are all alike).
        """
        none = self._counts == 0
        means = pattern.flatten(1) @ self._columns.to(pattern.dtype) / self._counts  # (H, J)
        nats = torch.special.entr(pattern).sum(-1)[:, self._several]  # (H, queries)
        measured = nats.mean(-1) / math.log(2), (nats / self._seen[self._several].log()).mean(-1)
        return torch.cat((means.masked_fill(none, math.nan), torch.stack(measured, -1)), dim=1)


def _even(visible: Tensor) -> Tensor:
    """[1, query, key], the pattern of a head that looks at all it sees alike."""
    return (visible / visible.sum(-1, keepdim=True).clamp_min(1))[None]


def wanted_keys(look: Look) -> Mapping[Reading, Tensor]:
    """Of each reading that is a weight and is defined here, its keys: [query, key] bool."""
    device = look.trace.source_ids.device
    marks = torch.tensor(delimiters(look), device=device)
    queries = len(look.queries)
    if look.kind == "cross":
        first = torch.zeros(queries, len(look.keys), dtype=torch.bool, device=device)
        first[:, 0] = True
        return {"first_token": first, "delimiter": marks.expand(queries, -1)}
    ids = torch.tensor(look.keys.ids, device=device)  # memory, if there is one, comes first
    jobs: dict[Reading, Tensor] = {
        "previous_token": JOBS["previous_token"](ids), "self": JOBS["self"](ids),
        "duplicate_token": JOBS["duplicate_token"](ids), "first_token": JOBS["first_token"](ids),
        "delimiter": marks.expand(len(ids), -1).clone(),
    }
    jobs["delimiter"][:1] = False
    if look.stack == "encoder":
        jobs["next_token"] = next_token(ids)
    else:
        jobs["induction"] = JOBS["induction"](ids)
    return {name: wanted[-queries:] for name, wanted in jobs.items()}


def delimiters(look: Look) -> list[bool]:
    """By key, whether it is a mark that the tokenizer drops from a text, or punctuation alone.

    A token that is hidden behind the mask is neither, nor is a word that the tokenizer lacks.
    """
    tokenizer, keys = look.tokenizer, look.keys
    hidden = tokenizer.mask_id
    marks = {
        token for token in set(keys.ids)
        if token != hidden and tokenizer.decode([token])
        and not tokenizer.inner.decode([token], skip_special_tokens=True)
    }
    found = []
    for at, token in enumerate(keys.ids):
        start, end = keys.groups[at]
        words = (keys.text[start:end] or keys.labels[at]).strip(_SPACES)
        mark = token in marks and keys.labels[at] == tokenizer.name(token)
        punctuation = all(unicodedata.category(sign)[0] == "P" for sign in words)
        found.append(mark or (token != hidden and bool(words) and punctuation))
    return found


def distances(queries: int, keys: int, device: torch.device) -> Tensor:
    """[query, key] float: how many tokens lie between; the last query is beside the last key."""
    columns = torch.arange(keys, device=device)
    return (columns[-queries:, None] - columns).abs().float()


def _numbers(layer: AttentionTrace) -> Tensor:
    pattern = layer.pattern[0]
    return pattern.float() if pattern.itemsize < 4 else pattern


def _most(name: Reading, keys: int, values: NDArray[np.float32]) -> float:
    """The end of a reading's range: what it cannot exceed, or for a distance what is there."""
    if name == "entropy":
        return math.log2(max(keys, 2))
    if name == "distance":
        return float(values[np.isfinite(values)].max(initial=0.0)) or 1.0
    return 1.0


def _reason(name: Reading, look: Look, wanted: Tensor | None) -> Refusal:
    """Why a reading has no number, of which ``wanted`` are the keys."""
    if look.kind == "cross" and name not in _ACROSS_TEXTS:
        return Refusal(_ACROSS)
    if name == "induction" and look.stack == "encoder":
        return Refusal(_BOTH_WAYS)
    if name == "next_token" and look.stack == "decoder":
        return Refusal(_LATER)
    if any(look.without):
        if name in _MEASURED and not look.renormalise:
            return Refusal(_NO_SUM)
        if wanted is not None and any((wanted & one.visible[0]).any() for one in look.attention):
            return Refusal(_LEFT_OUT)
    return Refusal(_NO_REPEAT if name in ("duplicate_token", "induction") else _NONE)
