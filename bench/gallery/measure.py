"""From declared pages to records: runs, estimates by cell, facts with their intervals."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import hegemon as hg
import hegemon_kernels as hk
from gallery.page import Fact, Page, Panel, Place
from hegemon.estimates.paired import difference_interval
from hegemon.estimates.proportions import normal_quantile, wilson

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs" / "gallery"
CONFIDENCE = 0.95
Z = normal_quantile(CONFIDENCE)
Values = NDArray[np.float64]
Ask = Callable[..., hg.Run]

# Outcomes that are made of others.
_MADE: dict[str, tuple[str, Callable[[Values], Values]]] = {
    "first": ("hegemon", lambda hegemon: (hegemon == 0).astype(float)),
    "bloc": ("peak_bloc", lambda share: (share >= 0.5).astype(float)),
}
_LABELS = {
    "emerged": "P(hegemon)",
    "first": "P(the first state becomes hegemon)",
    "bloc": "P(a bloc of half of capability)",
    "burden": "Arms per unit of resources",
    "coalition_size": "States that balance at a crisis",
    "delivered_efficiency": "Delivered efficiency",
    "final_share": "Capability share of the leader",
    "first_spell": "Years of the first spell",
    "years_bipolar": "Bipolar years",
}


def asking(folder: Path, workers: int | None, small: Sequence[str], tell: Callable[[str], None]) -> Ask:
    """A function that runs a config with keys set, in a folder of its own, or goes on with that run."""

    def ask(config: str, name: str = "", set: Sequence[str] = ()) -> hg.Run:
        slug = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-")
        experiment = hg.Experiment.from_toml(CONFIGS / f"{config}.toml", [*set, *small])
        tell(f"  {config} {name}")
        return experiment.run(folder / config / (slug or "base"), workers=workers)

    return ask


def cells(run: hg.Run, of: str = "emerged") -> xr.DataArray:
    """An outcome of every replica, along the dimensions of the design and `replica`; NaN for none."""
    column, make = _MADE.get(of, (of, lambda values: values))
    found = run.outcomes[column]
    values = make(found.values.astype(float))
    none = found.attrs.get("none_value")
    if none is not None and of == column:
        values = np.where(values == none, np.nan, values)
    dims = run.results["p_emerged"].dims
    sizes = [run.results.sizes[dim] for dim in dims]
    numbers = run.outcomes["replica"].values.reshape(*sizes, -1)
    if not (numbers == np.arange(numbers.shape[-1])).all():
        raise ValueError(f"{run.path}: rows are not in the order of points and replicas")
    coords = {dim: run.results[dim] for dim in dims}
    return xr.DataArray(values.reshape(numbers.shape), coords, (*dims, "replica"))


def estimate(values: Values) -> tuple[float, float, float]:
    """Mean and its interval: Wilson's of a share, else normal."""
    values = values[np.isfinite(values)]
    if not len(values):
        return (np.nan,) * 3
    mean = float(values.mean())
    if np.isin(values, (0.0, 1.0)).all():
        low, high = wilson(int(values.sum()), len(values), CONFIDENCE)
        return mean, float(low), float(high)
    half = Z * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return mean, mean - half, mean + half


def combination(weights: Sequence[float], parts: Sequence[Values]) -> tuple[float, float, float]:
    """Weighted sum of cells on common replicas, and its interval: Tango's of two shares, else normal."""
    count = min(map(len, parts))
    table = np.array([part[:count] for part in parts])
    table = table[:, np.isfinite(table).all(axis=0)]
    if table.shape[1] < 2:
        return (np.nan,) * 3
    if len(weights) == 2 and sorted(weights) == [-1, 1] and np.isin(table, (0.0, 1.0)).all():
        plus, minus = (table[weights.index(1.0)] > 0), (table[weights.index(-1.0)] > 0)
        more, less = int((plus & ~minus).sum()), int((minus & ~plus).sum())
        low, high = difference_interval(less, more, table.shape[1], Z)
        return (more - less) / table.shape[1], float(low), float(high)
    sums = np.asarray(weights) @ table
    half = Z * float(sums.std(ddof=1)) / np.sqrt(len(sums))
    return float(sums.mean()), float(sums.mean()) - half, float(sums.mean()) + half


def state_fact(fact: Fact, of: Callable[[Place], Values]) -> dict[str, Any]:
    """A fact as JSON values: what it is, its interval, and the estimates that it is made of."""
    parts = [of(place) for _, place in fact.terms]
    weights = [weight for weight, _ in fact.terms]
    found = estimate(parts[0]) if fact.kind == "value" else combination(weights, parts)
    each = [rounded(estimate(part)[0]) for part in parts]
    return stated(fact.kind, found, fact.sign, each)


def stated(
    kind: str, found: Sequence[float], sign: int | None = None, parts: Sequence[float] = ()
) -> dict[str, Any]:
    """The JSON form of a fact."""
    value, low, high = map(rounded, found)
    return {"kind": kind, "value": value, "low": low, "high": high, "sign": sign, "parts": list(parts)}


def rounded(value: float) -> float | None:
    """Six significant digits, so that records can be compared; None for what is not finite."""
    return float(f"{value:.6g}") if np.isfinite(value) else None


def measure(page: Page, name: str, ask: Ask) -> dict[str, Any]:
    """Run what a page declares, and give its record."""
    found: dict[str, dict[str, dict[Any, Values]]] = {}
    record: dict[str, Any] = {"title": page.title, "model_version": hk.MODEL_VERSION, "panels": []}
    for panel in page.panels:
        drawn, found[panel.key] = _panel(panel, ask)
        record["panels"].append(drawn)

    def of(place: Place) -> Values:
        panel, line, x = place
        return found[panel][line][x]

    facts = {key: state_fact(fact, of) for key, fact in page.facts.items()}
    if page.study:
        more = page.study(ask)
        facts |= more.pop("facts")
        record |= more
    return record | {"facts": facts, "said": list(page.said)}


def _panel(panel: Panel, ask: Ask) -> tuple[dict[str, Any], dict[str, dict[Any, Values]]]:
    lines, cell = [], {}
    for line in panel.lines:
        run = ask(panel.config, f"{panel.folder} {line.name}".strip(), (*panel.set, *line.set))
        values = cells(run, panel.of)
        swept = str(values.dims[0])
        by_x = {x.item(): values.sel({swept: x}).values for x in values[swept].values}
        cell[line.name] = by_x
        estimates = np.array([estimate(part) for part in by_x.values()])
        across = [*by_x]
        if panel.along:
            across = [rounded(estimate(part)[0]) for part in cells(run, panel.along).values]
        lines.append(
            {
                "name": line.name,
                "set": list(line.set),
                "grey": line.grey,
                "x": across,
                **{
                    key: [rounded(v) for v in column]
                    for key, column in zip(("p", "low", "high"), estimates.T, strict=True)
                },
            }
        )
    return {
        "key": panel.key,
        "config": panel.config,
        "title": panel.title,
        "of": panel.of,
        "set": list(panel.set),
        "label": _label(run, panel.of),
        "swept": str(run.results[swept].attrs["key"]),
        "along": panel.along and _label(run, panel.along),
        "replicas": run.spec.replicas,
        "seed": run.spec.seed,
        "lines": lines,
    }, cell


def _label(run: hg.Run, of: str) -> str:
    return _LABELS.get(of) or str(run.outcomes[of].attrs["long_name"]).capitalize()
