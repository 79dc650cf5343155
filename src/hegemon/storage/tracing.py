"""Pieces of whole trajectories: replicas 0 to K - 1 of each point, with the log of their crises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import hegemon_kernels as hk
from hegemon.planning.plan import Segment
from hegemon.storage import content, netcdf
from hegemon.variables import EVENTS, TRAJECTORIES, YEAR, Variable

_KERNEL_NAMES = {"years_completed": "years"}  # a sweep over the horizon has a coordinate `years`


def pack(segments: Sequence[Segment], traces: Sequence[hk.Trajectories], years: int, states: int) -> bytes:
    """Bytes of a piece; shorter horizons and smaller systems are filled up to `years` and `states`."""
    rows = sum(segment.count for segment in segments)
    events = {entry.name: _events(entry, segments, traces) for entry in EVENTS.values()}
    lengths = {"row": rows, "year": years + 1, "state": states}
    dims = {"segment": len(segments), **lengths, "event": len(events["event_row"])}
    fields = [
        *content.segment_fields(segments),
        netcdf.registered(YEAR, np.arange(years + 1, dtype=np.int32)),
    ]
    fields += [
        netcdf.registered(TRAJECTORIES[name], whole) for name, whole in arrays(traces, lengths).items()
    ]
    fields += [netcdf.registered(EVENTS[name], column) for name, column in events.items()]
    return netcdf.build(dims, fields, content.identification("trajectories"))


def arrays(traces: Sequence[hk.Trajectories], lengths: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """The variables of whole trajectories, by name, filled up to the lengths of their dimensions."""
    found = {}
    for name, entry in TRAJECTORIES.items():
        parts = [getattr(trace, _KERNEL_NAMES.get(name, name)) for trace in traces]
        found[name] = stack(entry, parts, lengths)
    return found


def stack(entry: Variable, parts: Sequence[NDArray[Any]], lengths: Mapping[str, int]) -> NDArray[Any]:
    """Arrays below each other, filled with what stands for "none" up to the common lengths."""
    fill = {"f": np.nan, "u": 0, "i": entry.missing if entry.missing is not None else 0}
    whole = np.full([lengths[name] for name in entry.dims], fill[np.dtype(entry.dtype).kind], entry.dtype)
    begin = 0
    for part in parts:
        whole[(slice(begin, begin + len(part)), *(slice(0, size) for size in part.shape[1:]))] = part
        begin += len(part)
    return whole


def _events(entry: Variable, segments: Sequence[Segment], traces: Sequence[hk.Trajectories]) -> NDArray[Any]:
    name = entry.name.removeprefix("event_")
    if name != "row":
        return np.concatenate([trace.events[name] for trace in traces]).astype(entry.dtype)
    parts, begin = [], 0
    for segment, trace in zip(segments, traces, strict=True):
        parts.append(trace.events["replica"] - segment.first + begin)
        begin += segment.count
    return np.concatenate(parts).astype(entry.dtype)
