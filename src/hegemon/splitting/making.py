"""Pieces of splitting: pilots, which hold levels, and repetitions, which hold counts by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import NDArray

from hegemon import content, netcdf
from hegemon.brake import Brake, Stretch
from hegemon.failures import PieceError
from hegemon.pieces import PieceFile, read
from hegemon.plan import Segment
from hegemon.splitting.climbing import Kernel, Streams
from hegemon.splitting.columns import COUNTS, LEVELS
from hegemon.splitting.pilot import choose
from hegemon.splitting.stages import Counts, repeat
from hegemon.vetting import opened, take

if TYPE_CHECKING:
    from hegemon.work import Setting

Levels = tuple[float, ...]


def make(
    setting: Setting,
    kind: str,
    segments: Sequence[Segment],
    values: Sequence[Mapping[str, Any]],
    brake: Brake,
) -> bytes:
    """Do the work of a piece and return its bytes.

    Parameters
    ----------
    setting
        What all tasks share.
    kind : {"pilot", "split"}
        Whether levels are to be chosen, or repetitions made.
    segments
        Points; of "split", with the repetitions asked for.
    values
        Of each segment the kernel's values, with `effort` and, for "split", `levels`.
    brake
        Looked at before each stage.
    """
    if kind == "pilot":
        return pack_levels(segments, [_pilot(setting, *each) for each in zip(segments, values, strict=True)])
    stretch, parts, done = Stretch(brake, sum(segment.count for segment in segments)), [], 0
    for segment, value in zip(segments, values, strict=True):
        parts.append(_repeat(setting, segment, value, stretch, done))
        done += segment.count
    return pack_counts(segments, [value["levels"] for value in values], parts)


def _streams(setting: Setting, segment: Segment) -> Streams:
    return Streams(setting.seed, 0 if setting.common_random_numbers else segment.identity)


def _pilot(setting: Setting, segment: Segment, value: Mapping[str, Any]) -> Levels:
    climber = Kernel(value, setting.dtype)
    return choose(climber, value["H"], value["effort"], _streams(setting, segment))


def _repeat(
    setting: Setting, segment: Segment, value: Mapping[str, Any], stretch: Stretch, before: int
) -> Counts:
    from hegemon.work import Stopped

    climber, streams, levels = Kernel(value, setting.dtype), _streams(setting, segment), value["levels"]
    counts = Counts.empty(segment.count, len(levels) + 1)
    for row in range(segment.count):
        done = before + row

        def check(done: int = done) -> None:
            if stretch.stops(done):
                raise Stopped

        found = repeat(climber, levels, value["effort"], streams, segment.first + row, check)
        for name, stages in found.items():
            getattr(counts, name)[row] = stages
    return counts


def _level_field(levels: Sequence[Levels]) -> netcdf.Field:
    """Levels of each segment, filled up with NaN."""
    table = np.full((len(levels), max(map(len, levels)) or 1), np.nan)
    for row, own in zip(table, levels, strict=True):
        row[: len(own)] = own
    return netcdf.registered(LEVELS, table)


def pack_levels(segments: Sequence[Segment], levels: Sequence[Levels]) -> bytes:
    """Bytes of a piece of pilots."""
    own = _level_field(levels)
    dims = {"segment": len(segments), "level": own.values.shape[1]}
    fields = [*content.segment_fields(segments), own]
    return netcdf.build(dims, fields, content.identification("levels of splitting"))


def pack_counts(segments: Sequence[Segment], levels: Sequence[Levels], parts: Sequence[Counts]) -> bytes:
    """Bytes of a piece of repetitions."""
    own = _level_field(levels)
    rows, stages = sum(segment.count for segment in segments), max(map(len, levels)) + 1
    dims = {"segment": len(segments), "level": own.values.shape[1], "row": rows, "stage": stages}
    fields = [*content.segment_fields(segments), own]
    for name, entry in COUNTS.items():
        fields.append(netcdf.registered(entry, _stacked([getattr(part, name) for part in parts], stages)))
    return netcdf.build(dims, fields, content.identification("repetitions of splitting"))


def _stacked(parts: Sequence[NDArray[Any]], stages: int) -> NDArray[Any]:
    return np.concatenate([np.pad(part, ((0, 0), (0, stages - part.shape[1]))) for part in parts])


def read_levels(piece: PieceFile, segments: tuple[Segment, ...]) -> list[Levels]:
    """Levels of each segment of a finished piece, whose hash is checked.

    Raises
    ------
    PieceError
        If the file is missing, damaged, or of other work.
    """
    with opened(piece.path, read(piece)) as file:
        content.require_segments(piece, file, segments)
        return _levels(file, len(segments))


def _levels(file: h5py.File, segments: int) -> list[Levels]:
    table = take(file, LEVELS.name, LEVELS.dtype, (segments, None))
    return [tuple(row[~np.isnan(row)].tolist()) for row in table]


def read_counts(piece: PieceFile, segments: tuple[Segment, ...], levels: Sequence[Levels]) -> list[Counts]:
    """Counts of each segment of a finished piece, whose hash is checked, and that it was made with `levels`.

    Raises
    ------
    PieceError
        If the file is missing, damaged, or of other work.
    """
    rows, stages = sum(segment.count for segment in segments), max(map(len, levels)) + 1
    with opened(piece.path, read(piece)) as file:
        content.require_segments(piece, file, segments)
        if _levels(file, len(segments)) != list(levels):
            raise PieceError(f"{piece.path}: was made with other levels than its pilot's")
        columns = {name: take(file, name, entry.dtype, (rows, stages)) for name, entry in COUNTS.items()}
    found, begin = [], 0
    for segment, own in zip(segments, levels, strict=True):
        part = (slice(begin, begin + segment.count), slice(0, len(own) + 1))
        found.append(Counts(**{name: column[part] for name, column in columns.items()}))
        begin += segment.count
    return found
