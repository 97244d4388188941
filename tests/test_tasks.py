"""Generated tasks: right by an independent oracle, never trained on what is held out, learned."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.checkpoint import open_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.model import Transformer
from core.training.alignment import align
from core.training.causal import Causal
from core.training.config import TrainConfig
from core.training.data import read_data
from core.training.following import follow
from core.training.progress import Progress
from core.training.recipe import Recipe, read_recipe
from core.training.report_task import report_task
from core.training.task_draws import summands_of
from core.training.tasks import HELD_OUT, TASKS, TRAIN, TaskName
from core.training.text import Corpus, Windows, encode_documents
from core.training.translation import Pair, PairCorpus
from core.training.vocabulary import TokenizerKind, train_tokenizer

RECIPES = Path(__file__).parents[1] / "resources" / "recipes"
PAIRS: tuple[TaskName, ...] = ("copy", "reverse", "sort", "addition", "numbers", "repeats")
DATA = {name: TASKS[name].make(0) for name in (*PAIRS, "brackets", "induction")}
pairs = pytest.mark.parametrize("name", PAIRS)
every = pytest.mark.parametrize("name", DATA)


def bundled(name: str) -> Recipe:
    return read_recipe(RECIPES / f"{name}.json")


def sources(name: TaskName) -> tuple[set[str], set[str]]:
    data = DATA[name]
    if isinstance(data, PairCorpus):
        return {a for a, _ in data.train}, {a for a, _ in data.held_out}
    assert isinstance(data, Corpus)
    return set(data.train), set(data.held_out)


# The data


def in_words(text: str) -> int:
    """The value of a number in words, by its own grammar."""
    ones = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
        "nineteen",
    ]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    total = rest = 0
    for word in re.findall(r"[a-z]+", text):
        if word in ones:
            rest += ones.index(word)
        elif word in tens:
            rest += 10 * tens.index(word) + 20
        elif word == "hundred":
            rest *= 100
        elif word == "thousand":
            total, rest = rest * 1000, 0
        else:
            assert word == "and"
    return total + rest


def go_on(text: str, letters: int) -> str:
    """By the letter that followed the last one before; as all in a period differ, it is told."""
    for _ in range(letters):
        text += text[text.index(text[-1]) + 1]
    return text[-letters:]


ORACLES = {
    "copy": lambda text: text,
    "reverse": lambda text: "".join(reversed(text)),
    "sort": lambda text: "".join(sorted(text)),
    "addition": lambda text: str(sum(int(part) for part in text.split("+"))),
    "numbers": lambda text: str(in_words(text)),
    "repeats": lambda text: go_on(text, 6),
}


@pairs
def test_each_answer_is_right(name: TaskName) -> None:
    data = DATA[name]
    assert isinstance(data, PairCorpus)
    for source, target in (*data.train, *data.held_out):
        assert target == ORACLES[name](source)


def test_a_loop_says_the_same_over_and_over() -> None:
    for text in (*DATA["induction"].train[:3000], *DATA["induction"].held_out):
        assert len(text) == 40
        assert re.fullmatch(r"([a-z]{1,10}?)\1+[a-z]{0,9}", text)
        assert any(text == (text[:size] * 40)[:40] for size in range(1, 11))


def test_induction_forms_in_a_short_run(tmp_path: Path) -> None:
    """A head of the second layer finds what followed each time before; the first layer helps."""
    recipe = bundled("induction")
    follow(replace(recipe, train=replace(recipe.train, steps=250)), None, tmp_path / "run")
    checkpoint, data = open_checkpoint(tmp_path / "run" / "model"), DATA["induction"]
    assert isinstance(data, Corpus)
    some = Corpus((), data.held_out[:60], alike=True)
    report = report_task(checkpoint, some, TASKS["induction"])
    assert report.aligned[0].layer == 1
    assert report.aligned[0].score > 2.5 * report.chance
    assert report.each > 0.8


def test_brackets_match() -> None:
    kinds = re.compile(r"\(\)|\[\]|\{\}|<>")
    for text in (*DATA["brackets"].train[:3000], *DATA["brackets"].held_out):
        assert isinstance(text, str)
        assert len(text) == 24
        while kinds.search(text):
            text = kinds.sub("", text)
        assert not text


def test_what_is_repeated_was_all_said() -> None:
    for source, target in (*DATA["repeats"].train, *DATA["repeats"].held_out):
        assert len(source) > len(set(source)) >= 3
        assert set(target) <= set(source)


@every
def test_nothing_held_out_is_trained_on_by_any_seed(name: TaskName) -> None:
    train, held_out = sources(name)
    assert len(DATA[name].train) == TRAIN
    assert len(held_out) == HELD_OUT
    other = TASKS[name].make(1)
    assert other != DATA[name] == TASKS[name].make(0)
    seen = {made if isinstance(made, str) else made[0] for made in other.train}
    assert not held_out & (train | seen)


def test_what_gives_the_answer_away_is_not_trained_on_either() -> None:
    train, held_out = sources("addition")
    assert not {summands_of(text) for text in train} & {summands_of(text) for text in held_out}
    train, held_out = sources("sort")
    assert not {*map(ORACLES["sort"], train)} & {*map(ORACLES["sort"], held_out)}


# What tells an answer


def told(name: TaskName, source: str, target: str) -> list[str]:
    tells = TASKS[name].told
    assert tells is not None
    return ["".join(source[a:b] for a, b in spans) for spans in tells(source, target)]


@pytest.mark.parametrize(("name", "pair", "expected"), [
    ("copy", ("dacb", "dacb"), ["d", "a", "c", "b"]),
    ("reverse", ("dacb", "bcad"), ["b", "c", "a", "d"]),
    ("sort", ("daca", "aacd"), ["aa", "aa", "c", "d"]),
    ("addition", ("47+85", "132"), ["48", "48", "75"]),
    ("addition", ("7+85", "92"), ["8", "75"]),
    ("addition", ("47+5", "52"), ["4", "75"]),
    ("addition", ("7+5", "12"), ["75", "75"]),
    ("numbers", ("two thousand and forty-five", "2045"), ["two", "", "forty", "five"]),
    ("numbers", ("three hundred and twelve", "312"), ["three", "twelve", "twelve"]),
    ("numbers", ("zero", "0"), ["zero"]),
    ("induction", ("abab", "abab"), ["", "", "", "b"]),
    ("induction", ("abcabcabc", "abcabcabc"), ["", "", "", "", "b", "c", "aa", "bb", "cc"]),
    ("brackets", ("([]){}", "([]){}"), ["", "", "[", "(", "", "{"]),
    ("repeats", ("abcab", "cabcab"), ["c", "aa", "bb", "c", "aa", "bb"]),
])
def test_what_tells_each_character(name: TaskName, pair: Pair, expected: list[str]) -> None:
    assert told(name, *pair) == expected


def test_the_anti_diagonal_is_where_a_reversed_letter_stands() -> None:
    spans = TASKS["reverse"].told
    assert spans is not None
    assert spans("aba", "aba") == [((2, 3),), ((1, 2),), ((0, 1),)]


# Learning


def short(name: str, steps: int) -> Recipe:
    recipe = bundled(name)
    train = replace(recipe.train, steps=steps, evaluate_every=steps // 3, warmup=steps // 6)
    return replace(recipe, train=train)


@every
def test_a_short_run_begins_to_learn_and_can_be_measured(
    name: TaskName, tmp_path: Path
) -> None:
    recipe, seen = short(name, 45), list[Progress]()
    follow(recipe, None, tmp_path / "run", report=seen.append)
    assert [progress.step for progress in seen] == [15, 30, 45]
    held_out = [progress.held_out for progress in seen]
    assert held_out[0] > held_out[1] > held_out[2]
    assert seen[0].loss > seen[2].loss


def test_the_bundled_recipes_name_their_task() -> None:
    for name, task in TASKS.items():
        recipe = bundled(name)
        assert (recipe.generated, recipe.objective) == (name, task.objective)
        assert recipe.train.window <= recipe.model["context"]


def test_a_task_of_another_objective_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "asked.json"
    text = (RECIPES / "reverse.json").read_text(encoding="utf-8")
    path.write_text(text.replace('"reverse"', '"brackets"'), encoding="utf-8")
    with pytest.raises(Refusal, match="the task brackets is for the objective causal, not trans"):
        read_recipe(path)


# Measures


@pytest.mark.parametrize("name", ["reverse", "brackets"])
def test_an_even_pattern_aligns_by_chance(name: TaskName, tmp_path: Path) -> None:
    recipe = short(name, 3)
    follow(recipe, None, tmp_path / "run")
    checkpoint = open_checkpoint(tmp_path / "run" / "model")
    for layer in checkpoint.model.decoder.layers:  # type: ignore[union-attr]
        for attention in (layer.self_attention, getattr(layer, "cross_attention", None)):
            if attention is not None:
                torch.nn.init.zeros_(attention.query.weight)
                if attention.query.bias is not None:
                    torch.nn.init.zeros_(attention.query.bias)
    data, tells = read_data(recipe, None), TASKS[name].told
    assert tells is not None
    some = [(made, made) if isinstance(made, str) else made for made in data.held_out[:20]]
    scores, chance = align(checkpoint, [(a, b, tells(a, b)) for a, b in some])
    assert scores.flatten().tolist() == pytest.approx([chance] * scores.numel(), abs=1e-6)


def test_a_task_of_texts_is_right_where_the_likeliest_bracket_closes_the_last(
    tmp_path: Path,
) -> None:
    recipe = short("brackets", 3)
    follow(recipe, None, tmp_path / "run")
    checkpoint, data = open_checkpoint(tmp_path / "run" / "model"), DATA["brackets"]
    assert isinstance(data, Corpus)
    some = Corpus((), data.held_out[:40], alike=True)
    right, whole = [], []
    for text in some.held_out:
        ids = torch.tensor([checkpoint.tokenizer.inner.encode(text).ids])
        with torch.inference_mode():
            logits = checkpoint.model(ids).logits[0]
        closing = [at for at, bracket in enumerate(text) if bracket in ")]}>"]
        said = [max(")]}>", key=lambda bracket, at=at: float(  # type: ignore[misc]
            logits[at - 1, checkpoint.tokenizer.inner.token_to_id(bracket)])) for at in closing]
        marks = [a == text[at] for a, at in zip(said, closing, strict=True)]
        right += marks
        whole.append(all(marks))
    report = report_task(checkpoint, some, TASKS["brackets"])
    assert report.texts == 40
    assert report.each == pytest.approx(sum(right) / len(right))
    assert report.exact == pytest.approx(sum(whole) / len(whole))
    assert 0.1 < report.each < 1


def test_windows_of_texts_that_are_alike_hold_one_each() -> None:
    data = DATA["brackets"]
    assert isinstance(data, Corpus)
    tokenizer = train_tokenizer("characters", data.train[:100], 300)
    stream = encode_documents(tokenizer, data.train[:50])
    window = len(data.train[0])
    drawn = Windows(stream, window, 64, 0.0, seed=0, stride=window + 1).draw()
    read = {tokenizer.decode(row[:-1]) for row in drawn.tolist()}
    assert read <= set(data.train[:50])
    assert len(read) > 20


@pytest.mark.parametrize(("kind", "window", "stride"), [
    ("letters", 40, 41), ("letters", 60, 41), ("letters", 16, 1), ("byte_bpe", 40, 1)])
def test_windows_begin_with_a_text_only_where_they_hold_one(
    kind: TokenizerKind, window: int, stride: int
) -> None:
    """All tokens that are held out are measured, whatever the window and the tokenizer."""
    data = TASKS["induction"].make(0)
    assert isinstance(data, Corpus)
    some = Corpus(data.train[:60], data.held_out[:20], alike=True)
    tokenizer = train_tokenizer(kind, some.train, 300)
    torch.manual_seed(0)
    model = Transformer(ModelConfig(
        vocabulary=tokenizer.largest_id + 1, width=8, heads=2, head_width=4, mlp_width=8,
        context=64, decoder_layers=1))
    config = TrainConfig(steps=1, batch=2, window=window, learning_rate=0.1)
    strided = Causal.of(some, tokenizer, model, config)
    assert strided.windows.stride == stride
    if stride == 1:
        plain = Causal.of(replace(some, alike=False), tokenizer, model, config)
        assert strided.held_out(model) == plain.held_out(model)


def test_letters_that_do_not_fit_are_the_rarest() -> None:
    often = [chr(0x4E00 + at) for at in range(300)]
    tokenizer = train_tokenizer("letters", ["a" + "".join(often[200:]) * 2 + "".join(often)], 257)
    known = {one for one in [*often, "a"] if tokenizer.inner.token_to_id(one) is not None}
    assert len(known) == 255
    assert known >= set(often[200:])
