"""The byte n-gram model against values by hand and a slow one written from the paper."""

from __future__ import annotations

import argparse
import inspect
import math
import optparse
from collections import Counter, defaultdict
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.training.ngram import ByteNgram

PROSE = inspect.getsource(argparse)
OTHER = inspect.getsource(optparse)


def slow_probability(documents: list[str], order: int, before: bytes, byte: int) -> Fraction:
    """Modified Kneser-Ney in dictionaries and fractions, symbol by symbol; 256 is START."""
    start = [256] * (order - 1)
    counts: list[Counter[tuple[int, ...]]] = [Counter() for _ in range(order + 1)]
    for document in documents:
        symbols = [*start, *document.encode()]
        for end in range(order, len(symbols) + 1):
            counts[order][tuple(symbols[end - order : end])] += 1
    for length in range(order - 1, 0, -1):
        for gram in counts[length + 1]:
            counts[length][gram[1:]] += 1
    history = [*start, *before]
    p = Fraction(1, 256)
    for length in range(1, order + 1):
        context = tuple(history[len(history) - length + 1 :])
        discounts = slow_discounts(counts[length])
        followers = {g[-1]: c for g, c in counts[length].items() if g[:-1] == context}
        if followers:
            total = sum(followers.values())
            rest = sum((discounts[min(c, 3)] for c in followers.values()), Fraction(0)) / total
            own = followers.get(byte, 0)
            p = (own - discounts[min(own, 3)]) / total + rest * p
    return p


def slow_discounts(counts: Counter[tuple[int, ...]]) -> list[Fraction]:
    times = defaultdict(int, Counter(counts.values()))
    found = [Fraction(0)]
    if all(times[count] for count in (1, 2, 3, 4)):
        y = Fraction(times[1], times[1] + 2 * times[2])
        found += [k - (k + 1) * y * times[k + 1] / times[k] for k in (1, 2, 3)]
        if min(found[1:]) > 0:
            return found
    return [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2)]


def test_three_letters_by_hand() -> None:
    # Grams Sa, aa, ab, once each: half is taken from each. Before a stand S and a, before b only a:
    # 1 of 3 and 1/2 of 3 stay with a and b, and half goes to all 256 bytes.
    a, b, c = 1 / 3 + 1 / 512, 1 / 6 + 1 / 512, 1 / 512
    model = ByteNgram.count(["aab"], order=2)
    start, after_a, after_b = (model.probabilities(before) for before in (b"", b"a", b"b"))
    assert start[ord("a")] == pytest.approx(1 / 2 + a / 2, rel=1e-14)
    assert start[ord("b")] == pytest.approx(b / 2, rel=1e-14)
    assert after_a[ord("a")] == pytest.approx(1 / 4 + a / 2, rel=1e-14)
    assert after_a[ord("b")] == pytest.approx(1 / 4 + b / 2, rel=1e-14)
    assert after_a[ord("c")] == pytest.approx(c / 2, rel=1e-14)
    assert after_b[[97, 98, 99]] == pytest.approx([a, b, c], rel=1e-14)
    nats = -math.log((1 / 2 + a / 2) * (1 / 4 + a / 2) * (1 / 4 + b / 2))
    assert model.nats("aab") == pytest.approx(nats, rel=1e-14)


def test_discounts_follow_from_the_counts_of_counts() -> None:
    # 8 letters once, 4 twice, 2 three times, 1 four times: Y = 8 / 16, so 1/2, 5/4 and 2 are taken.
    model = ByteNgram.count(["abcdefgh" "iijjkkll" "mmmnnn" "oooo"], order=1)
    p = model.probabilities(b"")
    rest = (8 * 0.5 + 4 * 1.25 + 2 * 2 + 1 * 2) / 26 / 256
    kept = [(1 - 0.5) / 26, (2 - 1.25) / 26, (3 - 2) / 26, (4 - 2) / 26, 0]
    assert p[[ord(letter) for letter in "aimoz"]] == pytest.approx(np.add(kept, rest), rel=1e-14)


@settings(max_examples=60, deadline=None)
@given(
    documents=st.lists(st.text("ab 好", min_size=1, max_size=40), min_size=1, max_size=4),
    order=st.integers(1, 5),
    before=st.text("abc 好", max_size=6),
    byte=st.sampled_from([*b"abc ", *"好".encode(), 0, 255]),
)
def test_probabilities_equal_those_of_the_slow_model(
    documents: list[str], order: int, before: str, byte: int
) -> None:
    exact = slow_probability(documents, order, before.encode(), byte)
    found = ByteNgram.count(documents, order).probabilities(before.encode())[byte]
    assert found == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 6, 7])
def test_the_256_probabilities_sum_to_one_after_anything(order: int) -> None:
    model = ByteNgram.count([PROSE, "short", "好" * 20], order)
    random = np.random.default_rng(order)
    seen = [PROSE[at : at + 8].encode() for at in random.integers(0, len(PROSE) - 8, 200)]
    unseen = [random.integers(0, 256, 8, dtype=np.uint8).tobytes() for _ in range(200)]
    short = [b"", b"s", b"sh", b"\0", b"\xff", "好".encode()[:2]]
    for before in [*seen, *unseen, *short]:
        p = model.probabilities(before)
        assert p.shape == (256,)
        assert p.dtype == np.float64
        assert p.min() > 0
        assert p.sum() == pytest.approx(1, abs=1e-12)


def test_nats_add_up_byte_by_byte() -> None:
    model = ByteNgram.count([PROSE], order=4)
    text = OTHER[2000:2300] + "好"
    read = text.encode()
    each = [-math.log(model.probabilities(read[:at])[read[at]]) for at in range(len(read))]
    assert model.nats(text) == pytest.approx(math.fsum(each), rel=1e-12)
    assert model.nats("") == 0


def test_no_gram_crosses_from_one_document_into_the_next() -> None:
    apart = ByteNgram.count(["ab", "ba"], order=2)
    swapped = ByteNgram.count(["ba", "ab"], order=2)
    joined = ByteNgram.count(["abba"], order=2)
    p, q, r = (model.probabilities(b"b") for model in (apart, swapped, joined))
    assert p.tolist() == q.tolist()
    assert r[ord("b")] > 10 * r[ord("c")]
    # Nothing but "a" follows "b": "b" gets its share of single bytes alone, half of that left over.
    assert p[ord("b")] == pytest.approx(apart.probabilities(b"z")[ord("b")] / 2, rel=1e-14)


def test_unseen_text_costs_less_with_each_longer_context() -> None:
    costs = [ByteNgram.count([PROSE], order).nats(OTHER) for order in range(1, 6)]
    size = len(OTHER.encode())
    assert costs[0] < size * math.log(256)
    assert costs[1] < 0.9 * costs[0]
    assert costs[2] < 0.9 * costs[1]
    assert costs[3] < costs[2]
    assert costs[4] < costs[3]


def test_what_was_counted_costs_less_than_what_was_not() -> None:
    model = ByteNgram.count([PROSE])
    assert model.order == 5
    assert model.nats(PROSE) / len(PROSE.encode()) < 0.7 * model.nats(OTHER) / len(OTHER.encode())


@pytest.mark.parametrize("order", [0, -1, 8])
def test_an_order_that_keys_cannot_hold_is_refused(order: int) -> None:
    with pytest.raises(ValueError, match=f"the order is {order}; it must be from 1 to 7"):
        ByteNgram.count(["text"], order)


@pytest.mark.parametrize("documents", [[], ["", ""]])
def test_documents_without_text_are_refused(documents: list[str]) -> None:
    with pytest.raises(ValueError, match="there is no text to count"):
        ByteNgram.count(documents)
