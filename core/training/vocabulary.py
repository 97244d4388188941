"""Tokenizers made from text: by bytes, by characters, by pieces of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.errors import Refusal, translate
from core.tokens import Tokenizer

if TYPE_CHECKING:
    import tokenizers

END = "<|endoftext|>"
"""Stands between documents, as in GPT-2."""
PAD, STOP = "<pad>", "</s>"
"""Where a translation starts, and what fills a batch; where it ends."""
UNKNOWN, FIRST, BREAK, MASK = "[UNK]", "[CLS]", "[SEP]", "[MASK]"
"""BERT's marks: a word that can't be spelled, the start, the end of a sentence, a hidden word."""
UNSPELLED, SEPARATOR, CLOSE, HIDDEN = "<unk>", "<sep>", "<cls>", "<mask>"
"""XLNet's marks: a character that has no token, the end of a text, the end of all, a hidden word;
T5 has the first of them."""
SENTINELS = 32
"""Marks of T5 that stand for dropped spans: enough for windows of 600 tokens."""

TokenizerKind = Literal[
    "byte_bpe", "characters", "digit_bpe", "pair_characters", "letters", "wordpiece",
    "spans_bpe", "permutation_bpe",
]

Told = Callable[[int, int], None]
"""Told how many characters were read, of how many; after the last, pieces are merged."""

LEAST_VOCABULARY = 257
"""Every byte and one mark: what it takes to spell any text."""


_SPACE = "\u2581"  # how SentencePiece writes one
_ALPHABET = 1000  # characters that can be spelled where bytes are not
_SILENCE = 2**16  # characters that are read before a word is said of it


@dataclass(frozen=True)
class TokenizerConfig:
    """How a tokenizer is made from text; see :func:`train_tokenizer`."""

    kind: TokenizerKind
    vocabulary: int


def train_tokenizer(
    kind: TokenizerKind, documents: Sequence[str], vocabulary: int,
    told: Told = lambda read, size: None,
) -> Tokenizer:
    """Make a tokenizer from text; the first four can spell any text there is.

    Args:
        kind: ``byte_bpe`` merges frequent pairs of bytes (Radford et al. 2019); ``characters``
            keeps the most frequent characters whole and spells others in bytes; ``digit_bpe`` is
            ``byte_bpe`` for translation, each digit a token, with an end; ``pair_characters`` is
            ``characters`` for it, likewise; ``letters`` knows the most frequent characters that it
            was made from and no others: the fewer tokens, the sooner a small model learns;
            ``wordpiece`` is BERT's, in small letters (Devlin et al. 2019); ``spans_bpe`` merges
            characters into pieces that begin with a space where a word does, with T5's end and
            sentinels (Raffel et al. 2020); ``permutation_bpe`` is the same with the marks of XLNet
            (Yang et al. 2019).
        documents: the text.
        vocabulary: the most tokens it may have.
        told: the progress; what it raises ends the training.

    Raises:
        Refusal: if ``vocabulary`` has no room for every byte.
    """
    if vocabulary < LEAST_VOCABULARY:
        raise Refusal(
            translate("core", "A vocabulary of {vocabulary} tokens can't spell every text; it "
                      "needs at least {least}."),
            vocabulary=vocabulary, least=LEAST_VOCABULARY,
        )
    return Tokenizer(_KINDS[kind](_lines(documents, told), vocabulary))


def _lines(documents: Sequence[str], told: Told) -> Iterable[str]:
    """Each with its end."""
    size, read, said = sum(map(len, documents)), 0, 0
    for document in documents:
        for line in document.splitlines(keepends=True):
            read += len(line)
            if read - said >= _SILENCE or read == size:
                said = read
                told(read, size)
            yield line


def _train_byte_bpe(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import pre_tokenizers, processors

    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner = _merge_bytes(lines, vocabulary, split, [END])
    inner.post_processor = processors.ByteLevel(trim_offsets=False)
    return inner


def _train_digit_bpe(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import pre_tokenizers

    split = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])
    return _with_stop(_merge_bytes(lines, vocabulary, split, [PAD, STOP]))


def _merge_bytes(
    lines: Iterable[str], vocabulary: int, split: tokenizers.pre_tokenizers.PreTokenizer,
    marks: list[str],
) -> tokenizers.Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models, pre_tokenizers, trainers

    inner = Inner(models.BPE())
    inner.pre_tokenizer = split
    inner.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=marks, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    inner.train_from_iterator(lines, trainer)
    return inner


def _train_wordpiece(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers

    marks = ["[PAD]", UNKNOWN, FIRST, BREAK, MASK]
    normalizer = normalizers.BertNormalizer(lowercase=True)
    lines = [normalizer.normalize_str(line) for line in lines]
    seen = Counter(character for line in lines for character in line if not character.isspace())
    alphabet = sorted(character for character, _ in seen.most_common(_ALPHABET))
    # Letters inside words would get ids in the order of a hash: named first, they have ours.
    inside = [f"##{character}" for character in alphabet]
    learner = Inner(models.WordPiece(unk_token=UNKNOWN))
    learner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    learner.train_from_iterator(lines, trainers.WordPieceTrainer(
        vocab_size=vocabulary, special_tokens=[*marks, *inside], show_progress=False,
        min_frequency=2, limit_alphabet=_ALPHABET,
    ))
    # In a tokenizer of their own, they are no longer special.
    pieces = learner.get_vocab(with_added_tokens=False)
    inner = Inner(models.WordPiece(vocab=pieces, unk_token=UNKNOWN))
    inner.normalizer = normalizer
    inner.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    inner.decoder = decoders.WordPiece()
    inner.add_special_tokens(marks)
    inner.post_processor = processors.TemplateProcessing(
        single=f"{FIRST} $A {BREAK}", pair=f"{FIRST} $A {BREAK} $B:1 {BREAK}:1",
        special_tokens=[(mark, inner.token_to_id(mark)) for mark in (FIRST, BREAK)],
    )
    return inner


def _train_spans_bpe(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import AddedToken, processors

    inner = _merge_characters(lines, vocabulary - SENTINELS, [PAD, STOP, UNSPELLED])
    # The first has the highest id, as in T5; the space before one is no token of its own.
    inner.add_special_tokens(
        [AddedToken(sentinel(number), lstrip=True) for number in reversed(range(SENTINELS))]
    )
    inner.post_processor = processors.TemplateProcessing(
        single=f"$A {STOP}", pair=f"$A {STOP} $B {STOP}",
        special_tokens=[(STOP, inner.token_to_id(STOP))],
    )
    return inner


def _train_permutation_bpe(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import processors

    marks = [PAD, UNSPELLED, CLOSE, SEPARATOR, HIDDEN]
    inner = _merge_characters(lines, vocabulary, marks)
    inner.post_processor = processors.TemplateProcessing(
        single=f"$A:0 {SEPARATOR}:0 {CLOSE}:2",
        pair=f"$A:0 {SEPARATOR}:0 $B:1 {SEPARATOR}:1 {CLOSE}:2",
        special_tokens=[(mark, inner.token_to_id(mark)) for mark in (SEPARATOR, CLOSE)],
    )
    return inner


def _merge_characters(
    lines: Iterable[str], vocabulary: int, marks: list[str]
) -> tokenizers.Tokenizer:
    """Pieces of words, each word with the space before it; punctuation stands alone."""
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models, pre_tokenizers, trainers

    lines = [inside for line in lines for inside in line.splitlines()]
    seen = Counter(character for line in lines for character in line if not character.isspace())
    frequent = seen.most_common(min(_ALPHABET, vocabulary // 2))
    alphabet = sorted({_SPACE, *(character for character, _ in frequent)})
    inner = Inner(models.BPE(unk_token=UNSPELLED))
    inner.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="first"),
        pre_tokenizers.Punctuation(),
    ])
    inner.decoder = decoders.Metaspace(replacement=_SPACE, prepend_scheme="first")
    inner.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=marks, show_progress=False,
        initial_alphabet=alphabet, limit_alphabet=len(alphabet),
    ))
    return inner


def _train_characters(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    return _keep_characters(lines, vocabulary, [END])


def _train_letters(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models

    marks = [END, UNSPELLED]
    counts = Counter(character for line in lines for character in line)
    frequent = counts.most_common(vocabulary - len(marks))
    names = [*marks, *sorted(character for character, _ in frequent)]
    inner = Inner(models.BPE(
        vocab={name: index for index, name in enumerate(names)}, merges=[],
        unk_token=UNSPELLED,
    ))
    inner.decoder = decoders.Fuse()
    inner.add_special_tokens(marks)
    return inner


def _train_pair_characters(lines: Iterable[str], vocabulary: int) -> tokenizers.Tokenizer:
    return _with_stop(_keep_characters(lines, vocabulary, [PAD, STOP]))


def _keep_characters(
    lines: Iterable[str], vocabulary: int, marks: list[str]
) -> tokenizers.Tokenizer:
    from tokenizers import Tokenizer as Inner
    from tokenizers import decoders, models

    spelled = [*marks, *(f"<0x{byte:02X}>" for byte in range(256))]
    counts = Counter(character for line in lines for character in line)
    frequent = sorted(counts, key=lambda character: (-counts[character], character))
    names = spelled + frequent[: max(vocabulary - len(spelled), 0)]
    inner = Inner(models.BPE(
        vocab={name: index for index, name in enumerate(names)}, merges=[], byte_fallback=True
    ))
    inner.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    inner.add_special_tokens(marks)
    return inner


def _with_stop(inner: tokenizers.Tokenizer) -> tokenizers.Tokenizer:
    """A text ends with ``STOP``."""
    from tokenizers import processors

    inner.post_processor = processors.TemplateProcessing(
        single=f"$A {STOP}", special_tokens=[(STOP, inner.token_to_id(STOP))]
    )
    return inner


_KINDS = {
    "byte_bpe": _train_byte_bpe, "characters": _train_characters,
    "digit_bpe": _train_digit_bpe, "pair_characters": _train_pair_characters,
    "letters": _train_letters,
    "wordpiece": _train_wordpiece,
    "spans_bpe": _train_spans_bpe, "permutation_bpe": _train_permutation_bpe,
}


def sentinel(number: int) -> str:
    """What stands for a dropped span, counted from 0."""
    return f"<extra_id_{number}>"


def mark_id(tokenizer: Tokenizer, name: str) -> int:
    """The id of one of the marks above.

    Raises:
        Refusal: if the tokenizer has no such token.
    """
    token: int | None = tokenizer.inner.token_to_id(name)
    if token is None:
        raise Refusal(
            translate("core", "The tokenizer has no {name}, which this objective needs."),
            name=name,
        )
    return token
