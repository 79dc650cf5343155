"""Which state became the hegemon: the share of replicas by state, for systems whose states have names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hegemon.tables.table import Table, digits, swept

if TYPE_CHECKING:
    from hegemon.runs import Run


def by_state(run: Run) -> Table | None:
    """P of each state to become the hegemon, by design point.

    None where states have no names, or others at one point than at another, or the run keeps no row per
    replica.
    """
    named = {point.model.system.names for point in run.design.points}
    names = named.pop()
    if named or names is None or run.spec.detail != "outcomes":
        return None
    share = shares(run, len(names))
    places = min(4, digits(int(run.results["replicas"].max())))
    rows = [(*swept(run, i), *(f"{p:.{places}f}" for p in row)) for i, row in enumerate(share)]
    return Table((*(label.name for label in run.design.coordinates), *names), rows)


def shares(run: Run, states: int) -> NDArray[np.float64]:
    """Share of a point's replicas in which each state became the hegemon, shape (points, states)."""
    from hegemon.storage import reading

    size = len(run.design.points)
    counts, replicas = np.zeros(size * states, np.int64), np.zeros(size, np.int64)
    for part in reading.stretches(run._job, "piece"):  # memory holds the rows of one piece
        points = np.repeat(np.array(part.points, np.int64), part.counts)
        hegemons = reading.read_rows(part, "hegemon")
        found = hegemons >= 0
        places = points[found] * states + hegemons[found]
        np.add.at(replicas, list(part.points), part.counts)
        counts[: 1 + places.max(initial=-1)] += np.bincount(places)
    share: NDArray[np.float64] = counts.reshape(size, states) / replicas[:, np.newaxis]
    return share
