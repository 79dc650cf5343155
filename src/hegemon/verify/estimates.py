"""results.nc against the estimates that the tallies of all pieces give, a few points at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.bits import differing
from hegemon.failures import PieceError
from hegemon.outputs import results
from hegemon.outputs.totals import Totals
from hegemon.storage import datasets, vetting
from hegemon.verify.report import SHOWN, Check, Difference

if TYPE_CHECKING:
    from hegemon.storage.job import Job

_FREE = {"history", "source", "versions", "digest"}  # of times, of versions, and of the variables themselves
_NAMED = 5  # variables named in one line


@dataclass
class Comparison:
    """Estimates of a file against those that are computed here.

    Attributes
    ----------
    file : str
        Name of the file.
    names : dict of str to None
        What differs: variables, and attributes by that word, in the order in which they are found.
    differences : list of Difference
        The first values that differ, of `count`.
    """

    file: str
    names: dict[str, None] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    count: int = 0

    def check(self, variables: int) -> Check:
        """What was found in all, in a file of so many variables."""
        if not self.names:
            text = f"{variables} variables computed again from the pieces"
            return Check(self.file, "equal", text)
        names, more = list(self.names)[:_NAMED], len(self.names) - _NAMED
        text = ", ".join(names) + (f" and {more} more" if more > 0 else "")
        return Check(self.file, "differs", f"not what the pieces give: {text}")

    def datasets(self, recorded: xr.Dataset, computed: xr.Dataset) -> None:
        """Compare all variables of two datasets, and the attributes that depend on the experiment."""
        for name in sorted(map(str, {*recorded.variables, *computed.variables})):
            if self.comparable(name, recorded, computed):
                self.values(name, recorded.variables[name].values, computed.variables[name].values)
        self.attributes(recorded, computed)

    def comparable(self, name: str, recorded: xr.Dataset, computed: xr.Dataset) -> bool:
        """Whether a variable is in both, with the same dimensions, shape and type; if not, that differs."""
        ours, theirs = (found.variables.get(name) for found in (recorded, computed))
        if ours is None or theirs is None:
            there, made = ("there" if one is not None else None for one in (ours, theirs))
            self._add(Difference(self.file, None, None, name, there, made))
            return False
        what = "type and shape", *(f"{one.dtype} {one.shape}" for one in (ours, theirs))
        if what[1] == what[2] and ours.dims != theirs.dims:
            what = "dimensions", *(", ".join(map(str, one.dims)) for one in (ours, theirs))
        if what[1] != what[2]:
            self._add(Difference(self.file, None, None, f"{name} ({what[0]})", *what[1:]))
        return what[1] == what[2]

    def values(
        self,
        name: str,
        ours: NDArray[Any],
        theirs: NDArray[Any],
        shape: tuple[int, ...] | None = None,
        first: int = 0,
    ) -> None:
        """Compare values; those of some points, from the first of a variable of the given shape on."""
        places = differing(ours, theirs)
        if not len(places):
            return
        self.names[name] = None
        self.count += len(places)
        width = math.prod(ours.shape[1:])
        for at in map(tuple, places[: SHOWN - len(self.differences)].tolist()):
            place = at
            if shape is not None:
                flat = first * width + int(np.ravel_multi_index(at, ours.shape))
                place = tuple(map(int, np.unravel_index(flat, shape)))
            column = f"{name}{list(place)}" if place else name
            pair = ours.item(*at), theirs.item(*at)
            self.differences.append(Difference(self.file, None, None, column, *pair))

    def attributes(self, recorded: xr.Dataset, computed: xr.Dataset) -> None:
        """Compare attributes that depend on the experiment; what tells of versions and times may differ."""
        for name in sorted({*map(str, recorded.attrs), *map(str, computed.attrs)} - _FREE):
            if str(recorded.attrs.get(name)) != str(computed.attrs.get(name)):
                self.names[f"attribute {name}"] = None

    def _add(self, found: Difference) -> None:
        self.names[found.column.partition(" ")[0]] = None
        self.count += 1
        if len(self.differences) < SHOWN:
            self.differences.append(found)


def absent(claims_all: bool) -> Check:
    """What is said where the pieces are not whole; `claims_all` where there are estimates all the same."""
    if claims_all:
        return Check("results.nc", "skipped", "cannot be computed again from what is there")
    return Check("results.nc", "missing", "not there, as in a run that is not finished or a slice")


def compare(job: Job, totals: Totals) -> tuple[Check, Comparison]:
    """The estimates, computed again from the tallies of all pieces."""
    found, path = Comparison(results.NAME), job.folder / results.NAME
    if not path.exists():
        text = f"not there, though all pieces are: `hegemon merge {job.folder}` makes it"
        return Check(results.NAME, "missing", text), found
    try:
        recorded = results.load(job.folder)
        blank, blocks = results.by_blocks(job.spec, job.design, totals)
        _compare(found, recorded, blank, blocks, path)
    except PieceError as error:
        return Check(results.NAME, "differs", str(error)), found
    return found.check(len(recorded.variables)), found


def _compare(
    found: Comparison,
    recorded: xr.Dataset,
    blank: xr.Dataset,
    blocks: Iterable[Mapping[str, NDArray[Any]]],
    path: Path,
) -> None:
    """Labels, and then what lies in the file, some points after the other.

    The file is open only while it is read: what fails while we estimate is no damage of it.
    """
    names = sorted(map(str, blank.data_vars))
    labels = blank.drop_vars(names)
    read = datasets.from_bytes(Path(results.NAME), datasets.to_bytes(labels))  # as the other was
    found.datasets(recorded.drop_vars(names, errors="ignore"), read)
    alike = [name for name in names if found.comparable(name, recorded, blank)]
    begin = 0
    for block in blocks:
        end = begin + len(next(iter(block.values())))
        for name, ours in _read(path, {name: block[name] for name in alike}, recorded, begin, end).items():
            found.values(name, ours, block[name], recorded.variables[name].shape, begin)
        begin = end


def _read(
    path: Path, like: Mapping[str, NDArray[Any]], recorded: xr.Dataset, begin: int, end: int
) -> dict[str, NDArray[Any]]:
    """Values of the points from `begin` to `end` in the file, of the same shapes as these."""
    found = {}
    with vetting.opened(path, None) as file:
        for name, values in like.items():
            shape = recorded.variables[name].shape
            along = shape[: len(shape) - values.ndim + 1]
            parts = [file[name][box].reshape(-1, *values.shape[1:]) for box in boxes(along, begin, end)]
            found[name] = np.concatenate(parts)
    return found


def boxes(shape: tuple[int, ...], begin: int, end: int) -> Iterator[tuple[int | slice, ...]]:
    """Parts of a grid that make up its points from `begin` to `end`, the last dimension fastest."""
    if not shape:
        yield ()
        return
    each = math.prod(shape[1:])
    first, last = -(-begin // each), end // each  # rows that are whole
    if first > last:
        row = begin // each
        yield from ((row, *rest) for rest in boxes(shape[1:], begin - row * each, end - row * each))
        return
    if begin % each:
        yield from ((first - 1, *rest) for rest in boxes(shape[1:], begin % each, each))
    if first < last:
        yield (slice(first, last),)
    if end % each:
        yield from ((last, *rest) for rest in boxes(shape[1:], 0, end % each))
