"""Run as a file, in a process of its own: does a tokenizer open and read, or does it not end?

It reads a ``tokenizer.json`` from standard input and answers on standard output: nothing if all
went well, else the reason. It imports nothing of this program, so that it starts at once.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator

PROSE = (
    "", " ", "The cat sat on the mat, because it was tired.\r\n\n\tShe's 12,000.50 <b>[x]</b>!",
    "Naïve cafe\u0301 好奇的貓。 👨‍👩‍👧‍👦 🇩🇪 שלום مرحبا हिन्दी 한국어 "
    "\0\x7f\u200d\ufeff\ufffd\U0010ffff",
)
RUN = 48  # of one character; a pattern that back-tracks without end does so long before
LONGEST = 400  # code points of a probe taken from the tokenizer itself
MOST = 200  # such probes, and tokens that are spelled


def main(memory: int) -> None:
    """Try a tokenizer with at most ``memory`` bytes."""
    _limit(memory)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_str(sys.stdin.buffer.read().decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for probe in probes(tokenizer):
        tokenizer.encode(probe)
        tokenizer.encode(probe, probe)
    ids = sorted(tokenizer.get_vocab(with_added_tokens=True).values())
    for token in ids[:: max(len(ids) // MOST, 1)]:
        tokenizer.decode([token], skip_special_tokens=False)
    tokenizer.decode(ids[:MOST], skip_special_tokens=False)


def probes(tokenizer: object) -> Iterator[str]:
    """Texts that show what a tokenizer does with anything, and with what its rules wait for."""
    yield from PROSE
    rules = list(_rules(tokenizer))
    letters = {chr(point) for point in range(32, 127)} | set("".join(rules))
    for letter in sorted(letters, key=lambda one: (one not in "a0 ", one))[:MOST]:
        yield letter * RUN
        yield letter * RUN + ("!" if letter != "!" else "?")
    for rule in rules[:MOST]:
        yield rule
        yield rule * 3


def _rules(tokenizer: object) -> Iterator[str]:
    """Every text that the parts around the vocabulary match or put in."""
    for name in ("normalizer", "pre_tokenizer", "decoder"):
        part = getattr(tokenizer, name)
        if part is not None:
            yield from _texts(json.loads(part.__getstate__()))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        # Characters that are escaped, classes and counts, as far as they are texts too.
        yield re.sub(r"\\.|[\[\](){}*+?|^$]", "", value)[:LONGEST]
        yield value[:LONGEST]
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("type", "precompiled_charsmap"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value[:MOST]:
            yield from _texts(inner)


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the time alone is limited
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]))
    except BaseException as error:  # a panic of the library is no Exception
        print((str(error) or type(error).__name__).splitlines()[0][:200])
