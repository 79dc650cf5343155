"""Pieces of splitting: pilots, which hold levels, and repetitions, which hold counts by stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
from numpy.typing import NDArray

from hegemon.failures import PieceError
from hegemon.planning.plan import Segment
from hegemon.running.brake import Brake, Stretch
from hegemon.splitting.climbing import Kernel, Streams
from hegemon.splitting.columns import COUNTS, CUTS, DRAWN, EFFORTS, LEVELS
from hegemon.splitting.pilot import choose
from hegemon.splitting.scheme import Scheme
from hegemon.splitting.stages import Counts, repeat
from hegemon.storage import content, netcdf
from hegemon.storage.pieces import PieceFile, read
from hegemon.storage.vetting import opened, take
from hegemon.variables import Variable

if TYPE_CHECKING:
    from hegemon.running.work import Setting


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
        Of each segment the kernel's values, with `effort` and, for "split", `scheme`.
    brake
        Looked at before each stage.
    """
    if kind == "pilot":
        return pack_schemes(segments, [pilot(setting, *each) for each in zip(segments, values, strict=True)])
    stretch, parts, done = Stretch(brake, sum(segment.count for segment in segments)), [], 0
    for segment, value in zip(segments, values, strict=True):
        parts.append(_repeat(setting, segment, value, stretch, done))
        done += segment.count
    return pack_counts(segments, [value["scheme"] for value in values], parts)


def _streams(setting: Setting, segment: Segment) -> Streams:
    return Streams(setting.seed, 0 if setting.common_random_numbers else segment.identity)


def pilot(setting: Setting, segment: Segment, value: Mapping[str, Any]) -> Scheme:
    """The scheme of a point; `value` as `make` takes it."""
    climber = Kernel(value, setting.dtype)
    return choose(climber, value["H"], value["effort"], _streams(setting, segment))


def repetitions(
    setting: Setting,
    segment: Segment,
    value: Mapping[str, Any],
    numbers: Iterable[int],
    check: Callable[[int], None] = lambda done: None,
) -> Counts:
    """Counts of some repetitions of a point.

    Parameters
    ----------
    setting, segment, value
        As `make` takes them; of the segment, the point alone counts.
    numbers
        Of the repetitions.
    check : callable, optional
        Called before each stage with the number of repetitions done; may raise.
    """
    climber, streams, scheme = Kernel(value, setting.dtype), _streams(setting, segment), value["scheme"]
    parts = [
        repeat(climber, scheme, streams, number, partial(check, done)) for done, number in enumerate(numbers)
    ]
    return Counts(**{name: np.stack([getattr(part, name) for part in parts]) for name in Counts.names()})


def _repeat(
    setting: Setting, segment: Segment, value: Mapping[str, Any], stretch: Stretch, before: int
) -> Counts:
    from hegemon.running.work import Stopped

    def check(done: int) -> None:
        if stretch.stops(before + done):
            raise Stopped

    numbers = range(segment.first, segment.first + segment.count)
    return repetitions(setting, segment, value, numbers, check)


def _scheme_fields(schemes: Sequence[Scheme]) -> tuple[dict[str, int], list[netcdf.Field]]:
    """Scheme of each segment, filled up, and the lengths of its dimensions."""
    columns: dict[Variable, list[Any]] = {
        LEVELS: [scheme.levels for scheme in schemes],
        CUTS: [scheme.cuts for scheme in schemes],
        EFFORTS: [scheme.efforts for scheme in schemes],
    }
    dims, fields = {"segment": len(schemes)}, []
    for entry, values in columns.items():
        length = dims[entry.dims[1]] = max(map(len, values)) or 1
        table = np.full((len(schemes), length), np.nan if entry.dtype == "f8" else 0, entry.dtype)
        for row, own in zip(table, values, strict=True):
            row[: len(own)] = own
        fields.append(netcdf.registered(entry, table))
    drawn = np.array([scheme.beginnings for scheme in schemes], np.int64)
    return dims, [*fields, netcdf.registered(DRAWN, drawn)]


def pack_schemes(segments: Sequence[Segment], schemes: Sequence[Scheme]) -> bytes:
    """Bytes of a piece of pilots."""
    dims, fields = _scheme_fields(schemes)
    named = [*content.segment_fields(segments), *fields]
    return netcdf.build(dims, named, content.identification("levels of splitting"))


def pack_counts(segments: Sequence[Segment], schemes: Sequence[Scheme], parts: Sequence[Counts]) -> bytes:
    """Bytes of a piece of repetitions."""
    dims, fields = _scheme_fields(schemes)
    dims |= {"row": sum(segment.count for segment in segments), "stage": _stages(schemes)}
    fields = [*content.segment_fields(segments), *fields]
    for name, entry in COUNTS.items():
        room = tuple(dims[dim] for dim in entry.dims[1:])
        fields.append(netcdf.registered(entry, _stacked([getattr(part, name) for part in parts], room)))
    return netcdf.build(dims, fields, content.identification("repetitions of splitting"))


def _stages(schemes: Sequence[Scheme]) -> int:
    return max(len(scheme.levels) for scheme in schemes) + 1


def _stacked(parts: Sequence[NDArray[Any]], room: tuple[int, ...]) -> NDArray[Any]:
    """Rows of all segments, each filled up with zeros."""
    return np.concatenate(
        [
            np.pad(part, [(0, 0), *((0, most - own) for most, own in zip(room, part.shape[1:], strict=True))])
            for part in parts
        ]
    )


def require(piece: PieceFile, segments: tuple[Segment, ...]) -> None:
    """Raise PieceError unless a finished piece has the bytes and the segments that its name stands for."""
    with opened(piece.path, read(piece)) as file:
        content.require_segments(piece, file, segments)


def read_schemes(piece: PieceFile, segments: tuple[Segment, ...]) -> list[Scheme]:
    """Scheme of each segment of a finished piece, whose hash is checked.

    Raises
    ------
    PieceError
        If the file is missing, damaged, or of other work.
    """
    with opened(piece.path, read(piece)) as file:
        content.require_segments(piece, file, segments)
        return _schemes(file, len(segments))


def _schemes(file: h5py.File, segments: int) -> list[Scheme]:
    levels, cuts, efforts = (
        take(file, entry.name, entry.dtype, (segments, None)) for entry in (LEVELS, CUTS, EFFORTS)
    )
    drawn = take(file, DRAWN.name, DRAWN.dtype, (segments,))
    return [
        Scheme(
            levels=tuple(levels[row][~np.isnan(levels[row])].tolist()),
            cuts=tuple(cuts[row][~np.isnan(cuts[row])].tolist()),
            efforts=tuple(efforts[row][efforts[row] > 0].tolist()),
            beginnings=int(drawn[row]),
        )
        for row in range(segments)
    ]


def read_counts(piece: PieceFile, segments: tuple[Segment, ...], schemes: Sequence[Scheme]) -> list[Counts]:
    """Counts of each segment of a finished piece, whose hash is checked, and that it was made by `schemes`.

    Raises
    ------
    PieceError
        If the file is missing, damaged, or of other work.
    """
    sizes = {
        "row": sum(segment.count for segment in segments),
        "stratum": max(len(scheme.efforts) for scheme in schemes),
        "stage": _stages(schemes),
    }
    with opened(piece.path, read(piece)) as file:
        content.require_segments(piece, file, segments)
        if _schemes(file, len(segments)) != list(schemes):
            raise PieceError(f"{piece.path}: was made with other levels than its pilot's")
        columns = {
            name: take(file, name, entry.dtype, tuple(sizes[dim] for dim in entry.dims))
            for name, entry in COUNTS.items()
        }
    found, begin = [], 0
    for segment, scheme in zip(segments, schemes, strict=True):
        rows, own = slice(begin, begin + segment.count), (len(scheme.efforts), len(scheme.levels) + 1)
        parts = {name: column[rows, : own[0]] for name, column in columns.items()}
        found.append(
            Counts(**{name: part if part.ndim == 2 else part[..., : own[1]] for name, part in parts.items()})
        )
        begin += segment.count
    return found
