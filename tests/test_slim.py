"""A model that keeps fewer tensors shows the same, in less memory, and says what it lacks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from core.catalogue import make_card
from core.checkpoint import open_checkpoint
from core.config import ModelConfig
from core.errors import Refusal
from core.frame import Frame, HeadPicture, Prompt
from core.inputs import read_prompt
from core.look import Look
from core.memory import Way
from core.session import Session, open_session
from core.trace import Sight
from tests import test_two_stream, test_two_stream_session
from tests.hostile import peak
from tests.tiny_families import SENTENCE, make_tiny

SLIM = Way(slim=True)
CPU = torch.device("cpu")


def make(family: str, folder: Path) -> Path:
    if family != "xlnet":
        return make_tiny(family, folder)
    theirs = test_two_stream.make_theirs(test_two_stream.Case(), 0)
    test_two_stream.save(theirs, folder)
    test_two_stream_session.write_tokenizer(folder)
    return folder


def both(folder: Path) -> tuple[Session, Session]:
    return open_session(str(folder)), open_session(str(folder), SLIM)


def same_head(one: HeadPicture | None, other: HeadPicture | None) -> bool:
    assert one is not None
    assert other is not None
    pairs = [(one.pattern, other.pattern), (one.scores, other.scores)]
    pairs += [(a.scores, b.scores) for a, b in zip(one.terms, other.terms, strict=True)]
    if one.turn is not None and other.turn is not None:
        pairs += [(one.turn.query_before, other.turn.query_before),
                  (one.turn.key_after, other.turn.key_after)]
    return (one.turn is None) == (other.turn is None) and one.key_head == other.key_head and all(
        np.array_equal(a, b) for a, b in pairs
    )


def same(one: Frame, other: Frame) -> bool:
    assert one.thumbnails is not None
    assert other.thumbnails is not None
    told = ("queries", "keys", "predictions", "predicted_at", "behind_mask", "continued",
            "next_sentence", "order", "finite")
    return np.array_equal(one.thumbnails, other.thumbnails) and same_head(
        one.head, other.head) and all(getattr(one, name) == getattr(other, name) for name in told)


SIGHTS = [
    Sight(head=(1, 2)),
    Sight("encoder", head=(0, 1), pixels=4, scale="log"),
    Sight("encoder", head=(1, 1), stream="query", scale="root"),
    Sight(kind="cross", head=(1, 0)),
]


@pytest.mark.parametrize("family", ["bert", "llama", "t5", "xlnet"])
def test_thumbnails_head_and_predictions_are_those_of_a_whole_trace(
    family: str, tmp_path: Path
) -> None:
    whole, slim = both(make(family, tmp_path))
    first = Prompt(SENTENCE, "katze auf der", "a dog ran", masked=(2,))
    prompts = [first, Prompt(SENTENCE, "katze auf der matte")]
    if family == "xlnet":
        text = test_two_stream_session.TEXT
        prompts = [Prompt(text, order=3, before=test_two_stream_session.BEFORE), Prompt(text)]
    for prompt in prompts:
        whole.weights_changed()  # rows that it has of the prompt before may differ in the last bit
        for sight in SIGHTS:
            assert same(whole.look(prompt, sight), slim.look(prompt, sight)), (prompt, sight)


def test_a_slim_session_writes_what_a_whole_one_writes(tmp_path: Path) -> None:
    whole, slim = both(make("t5", tmp_path))
    prompt = Prompt(SENTENCE)
    written = [list(session.generate(prompt, 6)) for session in (whole, slim)]
    assert written[0] == written[1]
    assert len(written[0]) > 1


def test_a_head_that_is_not_there_and_a_sheet_that_is_hidden_are_none(tmp_path: Path) -> None:
    for session in both(make("llama", tmp_path)):
        for head in ((3, 0), (-1, 0), (0, 8), (0, -1)):
            frame = session.look(Prompt(SENTENCE), Sight(head=head, thumbnails=False))
            assert frame.head is None
            assert frame.thumbnails is None
            assert frame.predictions


def test_what_needs_the_whole_trace_says_that_it_is_not_kept(tmp_path: Path) -> None:
    folder = make("llama", tmp_path)
    whole, slim = both(folder)
    assert (whole.card.slim, slim.card.slim) == (False, True)
    with pytest.raises(Refusal, match="to keep fewer tensors; open it again"):
        slim.trace(Prompt(SENTENCE))
    tokens, _ = read_prompt(Prompt(SENTENCE), slim.tokenizer, slim.config, slim.generation)
    seen: list[tuple[str, int]] = []

    def look(**more: object) -> Look:
        trace = slim.model(torch.tensor([tokens.ids]), **more)
        return Look(slim.model, slim.tokenizer, trace, tokens, None, "decoder", "self", "content",
                    tokens, tokens, 0)

    assert len(look().layers) == 3
    lacking = look(see=lambda stack, index, layer: seen.append((stack, index)))
    assert seen == [("decoder", 0), ("decoder", 1), ("decoder", 2)]
    with pytest.raises(Refusal, match="to keep fewer tensors"):
        _ = lacking.layers


def test_weights_that_changed_are_looked_through_anew(tmp_path: Path) -> None:
    for family in ("llama", "t5"):
        folder = make(family, tmp_path / family)
        session, fresh = open_session(str(folder)), open_session(str(folder))
        sight = Sight(head=(1, 1))
        for prompt in (Prompt(SENTENCE, "katze auf"), Prompt(SENTENCE, "katze auf der")):
            before = session.look(prompt, sight)
            with torch.no_grad():
                for one in (session, fresh):
                    for parameter in one.model.parameters():
                        parameter.mul_(1.25)
            session.weights_changed()
            fresh.weights_changed()
            after = session.look(prompt, sight)
            assert not same(before, after)
            assert same(after, fresh.look(prompt, sight))
        exact = Session(open_checkpoint(folder), fresh.card, CPU)
        with torch.no_grad():
            for parameter in exact.model.parameters():
                parameter.mul_(1.25).mul_(1.25)
        assert same(after, exact.look(prompt, sight))


# -- memory, measured -------------------------------------------------------------------------

WIDE = ModelConfig(
    vocabulary=401, width=64, heads=8, head_width=8, mlp_width=128, context=512, decoder_layers=10)


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="memory is measured as Linux tells it")
def test_peak_of_memory_is_what_was_estimated_and_smaller_without_the_trace(
    tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_slim", str(tmp_path / "wide")], check=False,
        capture_output=True, text=True, timeout=120, cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    whole, slim = told["whole"], told["slim"]
    assert abs(whole["peak"] / whole["estimate"] - 1) < 0.25, told
    assert slim["peak"] < 1.25 * slim["estimate"], told
    assert slim["peak"] < 0.35 * whole["peak"], told


def measure(folder: Path) -> None:
    """The peaks of a look in both ways, beyond what the process held before it."""
    from core.checkpoint import write_checkpoint
    from core.checkpoint.size import trace_numbers
    from core.model import Transformer
    from core.training.vocabulary import train_tokenizer
    from tests.conftest import TEXT

    torch.set_num_threads(1)
    tokenizer = train_tokenizer("byte_bpe", [TEXT], 400)
    write_checkpoint(folder, Transformer(WIDE), tokenizer)
    text, told = " a b c" * 171, {}
    for name, way, layers in (("slim", SLIM, 2), ("whole", Way(), None)):
        checkpoint = open_checkpoint(folder)
        session = Session(checkpoint, make_card(str(folder), checkpoint, CPU, way.slim), CPU)
        session.look(Prompt("a"), Sight(head=(1, 1)))
        Path("/proc/self/clear_refs").write_text("5")
        start = peak()
        frame = session.look(Prompt(text), Sight(head=(1, 1)))
        assert len(frame.queries) == WIDE.context
        numbers = trace_numbers(WIDE, WIDE.context, WIDE.context, layers, (-1, -1))
        told[name] = {"peak": peak() - start, "estimate": 4 * numbers}
    print(json.dumps(told))


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
