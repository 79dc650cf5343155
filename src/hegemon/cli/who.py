"""Which state became the hegemon: the share of replicas by state, for systems whose states have names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from hegemon.cli.table import Table, digits, swept

if TYPE_CHECKING:
    from hegemon.runs import Run


def by_state(run: Run) -> Table | None:
    """P of each state to become the hegemon, by design point.

    None where states have no names, or the run keeps no row per replica.
    """
    names = run.design.points[0].model.system.names
    if names is None or run.spec.detail != "outcomes":
        return None
    share = shares(run, len(names))
    places = min(4, digits(int(run.results["replicas"].max())))
    rows = [(*swept(run, i), *(f"{p:.{places}f}" for p in row)) for i, row in enumerate(share)]
    return Table((*(label.name for label in run.design.coordinates), *names), rows)


def shares(run: Run, states: int) -> NDArray[np.float64]:
    """Share of a point's replicas in which each state became the hegemon, shape (points, states)."""
    rows = run.outcomes.reset_coords()[["point", "hegemon"]].compute()
    points, hegemons = rows["point"].values, rows["hegemon"].values.astype(np.int64)
    size = len(run.design.points)
    found = hegemons >= 0
    counts = np.bincount(points[found] * states + hegemons[found], minlength=size * states)
    share: NDArray[np.float64] = (
        counts.reshape(size, states) / np.bincount(points, minlength=size)[:, np.newaxis]
    )
    return share
