"""From two residual streams to the weight of one cell: q, k, their product, bias, mask, softmax."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.asks.derivation import Line, Part, Remark, Step
from core.errors import translate
from core.positions import distance_waves
from core.readings.derivation_site import NO_NORMS, Site, bars, gap, length, norm_parts

_SCORE = r"s_{ij}"


def residual(site: Site) -> Step:
    """The stream of the query as attention finds it, and what it reads of it."""
    x = site.before
    parts: list[Part] = [
        *_query_altered(site), bars(r"\mathbf{x}_i", x), length(r"\| \mathbf{x}_i \|", x)]
    if site.norm_first:
        parts += norm_parts(site.norm, x, r"\mathbf{x}", r"\mathbf{h}_i")
    else:
        parts += [bars(r"\mathbf{h}_i = \mathbf{x}_i", x), Remark(translate(
            "core", "The stream is read as it is: this model norms after each sublayer.")
            if site.norms else NO_NORMS)]
    return Step("residual", tuple(parts), absent=not site.norms)


def query_key(site: Site) -> Step:
    """The query and the key of the head; before and after norm and rotation where there are."""
    seen, attention = site.seen, site.attention
    raw = _projected(attention.query, site.head, site.read, attention.head_width)
    raw_key = None if site.key_read is None else _projected(
        attention.key, site.key_head, site.key_read, attention.head_width)
    biased = attention.query.bias is not None
    made = r"W^Q\,\mathbf{h}_i" + biased * r" + \mathbf{b}^Q"
    made_key = r"W^K\,\mathbf{h}_j" + biased * r" + \mathbf{b}^K"
    q, k = _query(site), _key(site)
    parts: list[Part] = _key_altered(site)
    if site.look.kind == "cross":
        parts.append(Remark(translate(
            "core", "h of the key is what leaves the encoder at its token.")))
    if site.group > 1:
        first = site.key_head * site.group
        parts.append(Remark(translate(
            "core", "Heads {first} to {last} share key head {key_head}."),
            {"first": first, "last": first + site.group - 1, "key_head": site.key_head}))
    if getattr(attention, "query_norm", None) is not None:
        assert raw_key is not None  # nothing is remembered
        parts += [
            bars(made, raw, group="raw"), bars(made_key, raw_key, group="raw", token=site.key),
            Remark(translate(
                "core", "Queries and keys are normed by head before they are compared.")),
        ]
        raw, raw_key = attention.query_norm(raw), attention.key_norm(raw_key)
        made, made_key = rf"\mathrm{{norm}}({made})", rf"\mathrm{{norm}}({made_key})"
    if seen.q_flat is None or seen.k_flat is None:
        flat, flat_key = q, k
        parts += [
            bars(rf"\mathbf{{q}}_i = {made}", q, group="q"),
            bars(rf"\mathbf{{k}}_j = {made_key}", k, group="k", token=site.key),
        ]
    else:
        flat = seen.q_flat[0, site.head, site.query]
        flat_key = seen.k_flat[0, site.key_head, site.key]
        parts += [
            bars(rf"\mathbf{{q}} = {made}", flat, group="q"),
            bars(r"\mathbf{q}_i = R_i\,\mathbf{q}", q, group="q"),
            bars(rf"\mathbf{{k}} = {made_key}", flat_key, group="k", token=site.key),
            bars(r"\mathbf{k}_j = R_j\,\mathbf{k}", k, group="k", token=site.key),
            Remark(translate(
                "core", "The rotation R turns pairs of dimensions by an angle that grows with the "
                "position; lengths stay.")),
        ]
    parts += [length(r"\| \mathbf{q}_i \|", q), length(r"\| \mathbf{k}_j \|", k)]
    keys = () if raw_key is None else ((raw_key, flat_key),)
    return Step("query_key", tuple(parts), gap((raw, flat), *keys))


def product(site: Site) -> Step:
    """q and k, dimension by dimension, and the sum."""
    q, k = _query(site), _key(site)
    if not site.two_streams:
        return Step("product", (
            bars(r"q_{ic}", q, group="q"), bars(r"k_{jc}", k, group="k", token=site.key),
            bars(r"q_{ic}\,k_{jc}", q.double() * k.double()),
            Line(r"\mathbf{q}_i \cdot \mathbf{k}_j = \sum_c q_{ic}\,k_{jc}", _dot(q, k)),
        ))
    u = site.attention.content_bias[site.head]
    moved = q.double() + u.double()
    return Step("product", (
        bars(r"\mathbf{u}", u, group="q"), bars(r"\mathbf{q}_i + \mathbf{u}", moved, group="q"),
        bars(r"\mathbf{k}_j", k, group="k", token=site.key),
        bars(r"(q_{ic} + u_c)\,k_{jc}", moved * k.double()),
        Line(r"(\mathbf{q}_i + \mathbf{u}) \cdot \mathbf{k}_j", _dot(moved, k)),
        Remark(translate("core", "u is a vector of the head, learned: what it looks for whatever "
                         "the query is.")),
    ))


def scale(site: Site) -> Step:
    """The product times the family's own scale."""
    q, attention = _query(site).double(), site.attention
    vectors, made = r"\mathbf{q}_i \cdot \mathbf{k}_j", r"a_{ij}" if _further(site) else _SCORE
    if site.two_streams:
        q = q + attention.content_bias[site.head].double()
        vectors, made = r"(\mathbf{q}_i + \mathbf{u}) \cdot \mathbf{k}_j", r"a_{ij}"
    raw, ours = _dot(q, _key(site)), _dot(q, _key(site)) * site.scale
    theirs = _compared(site)
    value, width = ours if theirs is None else theirs, attention.head_width
    parts: list[Part] = [Line(vectors, raw)]
    if site.unscaled:
        parts += [Line(rf"{made} = {vectors}", value), Remark(translate(
            "core", "The model is altered: the product is not divided by √d."))]
    elif attention.scale == 1.0 and width != 1:
        parts += [Line(rf"{made} = {vectors}", value), Remark(translate(
            "core", "This model does not scale the product."))]
    elif abs(attention.scale - width**-0.5) < 1e-9:
        parts += [Line("d", width, whole=True),
                  Line(rf"{made} = \frac{{{vectors}}}{{\sqrt{{d}}}}", value)]
    else:
        parts += [Line(r"\alpha", float(attention.scale)),
                  Line(rf"{made} = \alpha\,{vectors}", value)]
    return Step("scale", tuple(parts), None if theirs is None else abs(theirs - ours))


def bias(site: Site) -> Step:
    """What the family adds to scores, or does to them."""
    seen, cell = site.seen, (0, site.head, site.query, site.key)
    if site.two_streams:
        return _terms(site)
    parts: list[Part] = []
    score, theirs = _dot(_query(site), _key(site)) * site.scale, _compared(site)
    content = score if theirs is None else theirs
    if _further(site):
        parts.append(Line(r"a_{ij}", content))
    if seen.bias is not None:
        added = seen.bias[0, site.head, site.query]
        score += float(added[site.key])
        made = r"b_{ij}" if site.attention.cap else _SCORE
        held = None if site.masked or site.attention.cap else float(seen.scores[cell])
        parts += [
            bars(r"b_{ik}", added, "key", lit=(site.key, site.key + 1)),
            Line(r"b_{j-i}", float(added[site.key])),
            Line(rf"{made} = a_{{ij}} + b_{{j-i}}", score if held is None else held),
            Remark(translate("core", "A bias learned by head for each bucket of distance, the same "
                             "in every layer.")),
        ]
    if site.attention.cap:
        cap = site.attention.cap
        score = float(cap * torch.tanh(torch.tensor(score / cap, dtype=torch.float64)))
        parts += [
            Line("c", cap), Line(
                rf"{_SCORE} = c\,\tanh\frac{{a_{{ij}}}}{{c}}",
                score if site.masked else float(seen.scores[cell])),
            Remark(translate("core", "Scores are capped: no score is beyond c.")),
        ]
    if not parts:
        where = translate("core", "This attention adds nothing to the score.")
        return Step("bias", (Line(_SCORE, content), Remark(where)))
    theirs = None if site.masked else float(seen.scores[cell])
    return Step("bias", tuple(parts), None if theirs is None else abs(score - theirs))


def mask(site: Site) -> Step:
    """Which keys the query may see."""
    seen = site.seen
    scores = seen.scores[0, site.head, site.query]
    visible = seen.visible[0, site.query]
    parts: list[Part] = [
        bars(r"s_{ik} + m_{ik}", scores, "key", lit=(site.key, site.key + 1)),
        Line(r"m_{ij}", float("-inf") if site.masked else 0.0, whole=not site.masked),
        Line(r"s_{ij} + m_{ij}", float(scores[site.key])),
        Remark(_rule(site), {"window": getattr(site.attention, "window", 0)}),
        Remark(translate("core", "This query sees {seen} of {all} keys."),
               {"seen": int(visible.sum()), "all": len(visible)}),
    ]
    if site.masked:
        weight = float(seen.pattern[0, site.head, site.query, site.key])
        parts.append(Line(r"A_{ij}", weight))
        parts.append(Remark(translate(
            "core", "The key is masked: its weight is 0, and nothing of it is read. The steps end "
            "here.") if visible.any() else translate(
            "core", "The query sees no key at all; the model then reads every key alike, as it "
            "was trained to. The steps end here.")))
    return Step("mask", tuple(parts))


def softmax(site: Site) -> Step:
    """From the scores of the whole row to its weights."""
    scores = site.seen.scores[0, site.head, site.query].double()
    pattern = site.seen.pattern[0, site.head, site.query]
    most, lit = scores.max(), (site.key, site.key + 1)
    powers = (scores - most).exp()
    total = powers.sum()
    return Step("softmax", (
        Line(r"\hat{s}_i = \max_k s_{ik}", float(most)),
        bars(r"e^{s_{ik} - \hat{s}_i}", powers, "key", lit=lit),
        Line(r"e^{s_{ij} - \hat{s}_i}", float(powers[site.key])),
        Line(r"Z_i = \sum_k e^{s_{ik} - \hat{s}_i}", float(total)),
        bars(r"A_{ik} = \frac{e^{s_{ik} - \hat{s}_i}}{Z_i}", pattern, "key", lit=lit),
        Line(r"A_{ij}", float(pattern[site.key])),
        Line(r"\sum_k A_{ik}", float(pattern.double().sum())),
    ), gap((powers / total, pattern)))


# -- parts --------------------------------------------------------------------------------------


def _projected(linear: nn.Linear, head: int, x: Tensor, width: int) -> Tensor:
    """[d], the rows of one head alone."""
    rows = slice(head * width, (head + 1) * width)
    return F.linear(x, linear.weight[rows], None if linear.bias is None else linear.bias[rows])


def _query_altered(site: Site) -> list[Part]:
    """Whether the query's token enters the model times a factor."""
    own = site.look.stream == "content" or not site.two_streams
    factor = site.token_factor(site.look.stack, site.query) if own else 1.0
    return [] if factor == 1 else [Remark(translate(
        "core", "The model is altered: the embedding of the query's token entered it times "
        "{factor}."), {"factor": f"{factor:g}"})]


def _key_altered(site: Site) -> list[Part]:
    """Whether the key's token does."""
    stack = "encoder" if site.look.kind == "cross" else site.look.stack
    factor = site.token_factor(stack, site.key - site.columns)
    return [] if factor == 1 else [Remark(translate(
        "core", "The model is altered: the embedding of the key's token entered it times "
        "{factor}."), {"factor": f"{factor:g}"})]


def _query(site: Site) -> Tensor:
    return site.seen.q[0, site.head, site.query]


def _key(site: Site) -> Tensor:
    return site.seen.k[0, site.key_head, site.key]


def _dot(left: Tensor, right: Tensor) -> float:
    return float((left.double() * right.double()).sum())


def _further(site: Site) -> bool:
    """Whether anything comes between the scaled product and the score."""
    return site.two_streams or site.seen.bias is not None or bool(site.attention.cap)


def _compared(site: Site) -> float | None:
    """The scaled product as the trace holds it; None where it does not."""
    cell = (0, site.head, site.query, site.key)
    if site.seen.content is not None:
        return float(site.seen.content[cell])
    return None if site.masked or site.attention.cap else float(site.seen.scores[cell])


def _terms(site: Site) -> Step:
    """XLNet: content + position + segment (Yang et al. 2019; Dai et al. 2019, section 3.3)."""
    seen, attention, cell = site.seen, site.attention, (0, site.head, site.query, site.key)
    assert seen.content is not None
    assert seen.position is not None
    q, root = _query(site).double(), site.scale
    v, r = attention.position_bias[site.head].double(), _place(site)
    content, place = float(seen.content[cell]), float(seen.position[cell])
    ours = _dot(q + attention.content_bias[site.head].double(), _key(site)) * root
    ours += _dot(q + v, r) * root
    parts: list[Part] = [
        Line(r"a_{ij}", content),
        bars(r"\mathbf{q}_i + \mathbf{v}", q + v, group="q"),
        bars(r"\mathbf{r}_{i-j} = W^R\,\mathbf{p}_{i-j}", r, group="r"),
        bars(r"(q_{ic} + v_c)\,r_{i-j,c}", (q + v) * r.double()),
        Line(_divided(site, "b", r"(\mathbf{q}_i + \mathbf{v}) \cdot \mathbf{r}_{i-j}"), place),
    ]
    total = r"a_{ij} + b_{ij}"
    if seen.segment is not None:
        w, g = attention.segment_bias[site.head].double(), _segment(site)
        total += r" + g_{ij}"
        ours += _dot(q + w, g) * root
        parts += [
            bars(r"\mathbf{q}_i + \mathbf{w}", q + w, group="q"),
            bars(r"\mathbf{g}", g, group="r"),
            Line(_divided(site, "g", r"(\mathbf{q}_i + \mathbf{w}) \cdot \mathbf{g}"),
                 float(seen.segment[cell])),
            Remark(_same_segment(site)),
        ]
    terms = (seen.content, seen.position, seen.segment)
    score = float(sum(term[cell] for term in terms if term is not None))
    parts.append(Line(rf"{_SCORE} = {total}", score if site.masked else float(seen.scores[cell])))
    return Step("bias", tuple(parts), abs(score - ours))


def _divided(site: Site, term: str, product: str) -> str:
    """The formula of one of XLNet's terms."""
    made = product if site.unscaled else rf"\frac{{{product}}}{{\sqrt{{d}}}}"
    return rf"{term}_{{ij}} = {made}"


def _place(site: Site) -> Tensor:
    """[d], the key of the distance from the query back to the key."""
    attention = site.attention
    distance = torch.tensor([site.columns + site.query - site.key], device=site.read.device)
    farthest = getattr(site.look.model.config, "farthest", 0)
    if farthest:
        distance = distance.clamp(-farthest, farthest)
    wave = distance_waves(distance, site.read.shape[-1]).to(site.read)
    width = attention.head_width
    return F.linear(wave[0], attention.place.weight[site.head * width : (site.head + 1) * width])


def _other(site: Site) -> int:
    """1 where the key is of another segment than the query."""
    queries, keys = site.look.queries.segments, site.look.keys.segments
    return int(queries[site.query] != keys[site.key])


def _segment(site: Site) -> Tensor:
    return site.attention.segment[_other(site), site.head]  # type: ignore[no-any-return]


def _same_segment(site: Site) -> str:
    if _other(site):
        return translate("core", "g is learned: for a key of another segment.")
    return translate("core", "g is learned: for a key of the same segment.")


def _rule(site: Site) -> str:
    """Why keys are masked in this attention."""
    if site.look.kind == "cross":
        return translate("core", "Cross-attention sees every token of the source.")
    if site.two_streams:
        if bool(site.seen.visible.all()):
            return translate("core", "No order is drawn: every token sees every other.")
        if site.look.stream == "query":
            return translate("core", "The query stream sees what is read before its own token.")
        return translate("core", "A token sees itself and what is read before it.")
    if site.look.stack == "encoder":
        return translate("core", "An encoder masks nothing.")
    if site.attention.window:
        return translate(
            "core", "A token sees no later one, and of those before it the last {window}, itself "
            "among them.")
    return translate("core", "A decoder masks what comes after: a token sees no later one.")
