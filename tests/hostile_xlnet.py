"""What is particular to XLNet's folders: two streams, a memory, tensors with an axis a head."""

from __future__ import annotations

from collections.abc import Iterator

from tests.spoiling import CONFIG, Case, in_config, in_header, lose, raw_config, reshape


def every_xlnet() -> Iterator[tuple[str, Case]]:
    at = "transformer.layer.1.rel_attn"
    bare = at.removeprefix("transformer.")
    count = "a whole number from 0"
    for name, spoil, told in (
        ("half of a batch backwards", in_config(bi_data=True), ("bi_data", "True", "False")),
        ("half of a batch by a word", in_config(bi_data="no"), ("bi_data", "'no'", "False")),
        ("biases that are shared by a word", in_config(untie_r="no"),
         ("untie_r", "'no'", "true or false")),
        ("biases that are shared by all layers", lose(f"{at}.r_w_bias"),
         ("has no tensor", f"{bare}.r_w_bias", "shape [3, 8]")),
        ("a way of no one", in_config(attn_type="sideways"),
         ("attn_type", "sideways", "expected bi, uni")),
        ("a way that is a list", in_config(attn_type=["bi"]), ("attn_type", "expected bi, uni")),
        ("a farthest distance below none", in_config(clamp_len=-2), ("clamp_len", "-2", count)),
        ("a farthest distance of a fraction", in_config(clamp_len=2.5),
         ("clamp_len", "2.5", count)),
        ("a farthest distance that is true", in_config(clamp_len=True),
         ("clamp_len", "True", count)),
        ("a farthest distance without end", raw_config(
            lambda raw: raw.replace(b'"clamp_len": -1', b'"clamp_len": 1e400')),
         ("clamp_len", "inf", count)),
        ("a memory below none", in_config(mem_len=-1), ("mem_len", "-1", count)),
        ("a memory without end", in_config(mem_len=10**300), ("mem_len", "1000000", count)),
        ("a memory of a text", in_config(mem_len="512"), ("mem_len", "'512'", count)),
        ("a reuse below none", in_config(reuse_len=-1), ("reuse_len", "-1", count)),
        ("as many keys by a number", in_config(same_length=1),
         ("same_length", "1", "true or false")),
        ("heads that do not share the width", in_config(d_head=None, n_head=5), ("d_model", "5")),
        ("heads of another width", in_config(d_head=6), ("[24, 3, 8]", "[24, 3, 6]")),
        ("more heads", in_config(n_head=4), ("[24, 3, 8]", "[24, 4, 8]")),
        ("a start of the query stream that is turned", reshape("transformer.mask_emb"),
         ("mask_emb", "[24, 1, 1]", "[1, 1, 24]")),
        ("no start of the query stream", lose("transformer.mask_emb"),
         ("has no tensor mask_emb", "[1, 1, 24]")),
        ("places that are turned", reshape(f"{at}.r"), (f"{bare}.r", "[8, 3, 24]", "[24, 3, 8]")),
        ("segments that are three", in_header(
            lambda header: header[f"{at}.seg_embed"].update(shape=[3, 2, 8])),
         (f"{bare}.seg_embed", "[3, 2, 8]", "[2, 3, 8]")),
        ("a bias without heads", in_header(
            lambda header: header[f"{at}.r_r_bias"].update(shape=[24])),
         (f"{bare}.r_r_bias", "[24]", "[3, 8]")),
        ("a width that is odd", in_config(d_model=23, d_head=8), ("23",)),
        ("no layers", in_config(n_layer=0), ("n_layer", "0", "a whole number from 1")),
    ):
        where = CONFIG if told[0] in _SETTINGS else ""
        yield f"XLNet: {name}", Case("XLNet", spoil, tuple(filter(None, (where, *told))))


_SETTINGS = ("bi_data", "untie_r", "attn_type", "clamp_len", "mem_len", "reuse_len", "same_length")
