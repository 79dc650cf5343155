"""Survival as tables: how soon, how long, and which came first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hegemon.tables.table import Table, digits, swept

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run


def times(run: Run, found: xr.Dataset, spells: bool) -> Table:
    """A row per design point: counts, restricted mean, quantiles."""
    size = len(run.design.points)
    begun = found["at_risk"].values.reshape(size, -1)[:, 0].tolist()
    ended = found["events"].values.reshape(size, -1).sum(axis=1).tolist()
    names = ("restricted_mean", "restricted_mean_low", "restricted_mean_high")
    means = [found[name].values.ravel().tolist() for name in names]
    within = found["restricted_to"].values.ravel().tolist()
    by = found["quantile_year"].values.reshape(size, -1)[:, :3].tolist()
    low, high = (
        found[f"quantile_year_{end}"].values.reshape(size, -1)[:, 2].tolist() for end in ("low", "high")
    )
    rows = [
        (
            *swept(run, i),
            f"{begun[i]:,}",
            f"{ended[i]:,}",
            *(_years(column[i], 2) for column in means),
            str(within[i]),
            *(_years(year) for year in (*by[i], low[i], high[i])),
        )
        for i in range(size)
    ]
    header = ("spells", "ended") if spells else ("replicas", "emerged")
    columns = ("mean", "low", "high", "within", "1/10 by", "1/4 by", "1/2 by", "low", "high")
    return Table((*(label.name for label in run.design.coordinates), *header, *columns), rows)


def kinds(run: Run, found: xr.Dataset) -> Table:
    """A row per design point and cause: counts, incidence at the horizon, years lost."""
    size, names = len(run.design.points), found["cause"].values.tolist()
    counts = found["cause_events"].values.reshape(size, len(names), -1).sum(axis=2)
    last = _last(found, size)
    limits = [
        found[name].values.reshape(size, len(names), -1)
        for name in ("incidence", "incidence_low", "incidence_high")
    ]
    lost = found["years_lost"].values.reshape(size, len(names))
    places = digits(int(found["at_risk"].values.max()))
    rows = [
        (
            *swept(run, i),
            name,
            f"{counts[i, k]:,}",
            *(f"{column[i, k, last[i]]:.{places}f}" for column in limits),
            _years(float(lost[i, k]), 2),
        )
        for i in range(size)
        for k, name in enumerate(names)
    ]
    labels = (label.name for label in run.design.coordinates)
    return Table((*labels, "kind", "emerged", "P", "low", "high", "years lost"), rows)


def _last(found: xr.Dataset, size: int) -> list[int]:
    """The last year of each point of which survival is known."""
    known = found["survival"].notnull().values.reshape(size, -1)
    return [int(row.nonzero()[0][-1]) if row.any() else 0 for row in known]


def _years(years: float, places: int = 0) -> str:
    return f"{years:.{places}f}" if math.isfinite(years) else "-"
