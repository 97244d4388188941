"""Maximum flow through layers of nodes, by pushing preflows (Goldberg and Tarjan 1988).

Layer L holds the source, layer 0 the sinks; an edge leads from each node to each of the layer
below. The flows to several sinks are computed side by side: B sinks, n nodes a layer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Heights = NDArray[np.int32]
_TINY = 1e-12  # what is less does not flow
_FAR = np.int32(1 << 30)  # the height of a node from which nothing reaches the sink
_TOGETHER = 16  # sinks; their arrays stay in the processor's cache


def maximum_flows(capacities: Floats, source: int, sinks: Ints) -> Floats:
    """The largest flow from a node of the uppermost layer to each of some of the lowest.

    Args:
        capacities: [layer, from, to] of the edges into each layer but the uppermost, the lowest
            first; 0 where there is no edge.
        source: a node of the uppermost layer.
        sinks: [sink] nodes of the lowest layer.

    Returns:
        [sink], exact to about 1e-12 a node.
    """
    found = np.zeros(len(sinks))
    for start in range(0, len(sinks), _TOGETHER):
        some = np.arange(start, min(start + _TOGETHER, len(sinks)))
        nodes = _between(capacities, source, sinks[some])
        some = some[np.isin(sinks[some], nodes)]
        if len(some):
            found[some] = _flows(
                capacities[:, nodes][:, :, nodes], int(np.searchsorted(nodes, source)),
                np.searchsorted(nodes, sinks[some]))
    return found


def _between(capacities: Floats, source: int, sinks: Ints) -> Ints:
    """The positions that some path from the source to a sink may pass."""
    down, up = np.zeros((2, capacities.shape[1]), bool)
    down[source], up[sinks] = True, True
    for each in capacities[::-1]:
        down |= (each[down] > 0).any(0)
    for each in capacities:
        up |= (each[:, up] > 0).any(1)
    return np.flatnonzero(down & up)


def _flows(capacities: Floats, source: int, sinks: Ints) -> Floats:
    """Let all that the source can give flow down; what is stuck goes up and takes another way,
    until nothing that is left reaches the sink."""
    inner = capacities[:-1]
    excess = np.zeros((len(capacities), len(sinks), capacities.shape[1]))  # (L, B, n)
    excess[-1] = capacities[-1, source]
    flow = _start(inner, excess, sinks)  # (L - 1, B, n, n)
    found, left = np.zeros(len(sinks)), np.arange(len(sinks))
    while True:
        heights = _heights(inner, flow, sinks)
        active = ((excess > _TINY) & (heights < _FAR))[1:].any((0, 2))
        found[left[~active]] = excess[0, ~active, sinks[~active]]
        if not active.any():
            return found
        if not active.all():
            left, sinks = left[active], sinks[active]
            flow, excess, heights = flow[:, active], excess[:, active], heights[:, active]
        for at in reversed(range(len(inner))):  # down
            if not (excess[at + 1] > _TINY).any():
                continue
            step = heights[at + 1][:, :, None] == heights[at][:, None, :] + 1
            push = _push(np.where(step, inner[at] - flow[at], 0), excess[at + 1][:, :, None], 2)
            _move(push, flow[at], excess[at + 1], excess[at])
        for at in range(1, len(inner)):  # up
            if not (excess[at] > _TINY).any():
                continue
            step = heights[at][:, None, :] == heights[at + 1][:, :, None] + 1
            push = _push(np.where(step, flow[at], 0), excess[at][:, None, :], 1)
            _move(-push, flow[at], excess[at + 1], excess[at])


def _start(inner: Floats, excess: Floats, sinks: Ints) -> Floats:
    """A first flow that gives no node more than it can hand on, as far as one layer tells.

    Any would do; this one leaves little to be sent back.
    """
    reach = np.zeros(excess.shape)
    reach[0, np.arange(len(sinks)), sinks] = np.inf
    for at, each in enumerate(inner):
        reach[at + 1] = np.minimum(each, reach[at][:, None, :]).sum(-1)
    flow = np.zeros((len(inner), len(sinks), *inner.shape[1:]))
    for at in reversed(range(len(inner))):
        for _ in range(3):
            room = np.minimum(inner[at] - flow[at], (reach[at] - excess[at])[:, None, :])
            np.maximum(room, 0, out=room)
            room *= _share(excess[at + 1], room.sum(-1))[:, :, None]
            room *= _share(reach[at] - excess[at], room.sum(1))[:, None, :]
            _move(room, flow[at], excess[at + 1], excess[at])
    return flow


def _share(there: Floats, wanted: Floats) -> Floats:
    return np.clip(there / np.maximum(wanted, _TINY), 0, 1)


def _heights(inner: Floats, flow: Floats, sinks: Ints) -> Heights:
    """[L, B, n], edges from each node to its sink along which more can flow, or flow back."""
    heights = np.full((len(inner) + 1, *flow.shape[1:3]), _FAR, np.int32)
    heights[0, np.arange(len(sinks)), sinks] = 0
    down, up = inner[:, None] - flow > _TINY, flow > _TINY
    while True:
        before = heights.copy()
        for at in range(len(inner)):
            through = np.where(down[at], heights[at][:, None, :], _FAR).min(2) + 1
            np.minimum(heights[at + 1], through, out=heights[at + 1])
        for at in reversed(range(len(inner))):
            through = np.where(up[at], heights[at + 1][:, :, None], _FAR).min(1) + 1
            np.minimum(heights[at], through, out=heights[at])
        if (heights == before).all():
            return heights


def _push(room: Floats, excess: Floats, axis: int) -> Floats:
    """Fill one edge after the other, as long as there is something to push."""
    room[room <= _TINY] = 0
    return np.diff(np.minimum(room.cumsum(axis), excess), axis=axis, prepend=0)


def _move(push: Floats, flow: Floats, above: Floats, below: Floats) -> None:
    flow += push
    above -= push.sum(2)
    below += push.sum(1)
    np.maximum(above, 0, out=above)  # what rounding left
    np.maximum(below, 0, out=below)
