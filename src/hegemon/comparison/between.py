"""P of two runs at the design points that both have: differences with intervals, and a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon import labels
from hegemon.comparison import samples
from hegemon.comparison.matching import Side, matched, of, swept
from hegemon.estimates.proportions import normal_quantile
from hegemon.estimates.simultaneous import holm
from hegemon.toml import toml_value
from hegemon.variables import Variable, checked

Pairs = Sequence[tuple[int, int]]
_P = ("pair",)


def compare(first: Side, second: Side) -> xr.Dataset:
    """Compare P at the design points that both runs have.

    Parameters
    ----------
    first, second : Side
        The runs.

    Returns
    -------
    xarray.Dataset
        Along `pair`; the difference is that of the second run less the first. The confidence is the first
        run's.

    Raises
    ------
    hegemon.errors.RequestError
        If no design point is in both.
    hegemon.failures.PieceError
        If a piece is missing or damaged.
    """
    pairs = matched(first, second)
    one_by_one, reason = _pairing(first, second, pairs)
    confidence = first.job.spec.confidence
    flat = _estimates(first, second, pairs, one_by_one, normal_quantile(confidence))
    flat |= _sides(first, second, pairs) | {"p_adjusted": holm(flat["p_value"])}
    flat["paired"] = one_by_one.astype(np.int8)
    found = {
        name: labels.variable(_P, checked(entry, flat[name]), entry.attributes)
        for name, entry in REGISTRY.items()
    }
    notes = {
        "first": str(first.results.attrs["title"]),
        "second": str(second.results.attrs["title"]),
        "confidence": confidence,
        "pairing": reason,
        "interval": interval(confidence, one_by_one),
    }
    return xr.Dataset(found, _labels(first, second, pairs), notes)


def _pairing(first: Side, second: Side, pairs: Pairs) -> tuple[NDArray[np.bool_], str]:
    """Which pairs are compared replica by replica, and why, in words."""
    shared = samples.shared(first, second, pairs)
    rows = all(side.job.spec.detail == "outcomes" for side in (first, second))
    if not shared.any():
        why = "one seed, but random numbers of their own"
        if first.job.spec.seed != second.job.spec.seed:
            why = f"seeds {first.job.spec.seed} and {second.job.spec.seed}"
        return shared, f"none: the runs are independent ({why})"
    if not rows:
        return np.zeros(len(pairs), bool), (
            "none: both runs met the same shocks, but one keeps no row per replica to tell pairs; "
            "intervals are as for independent runs, wider than need be where replicas agree in most"
        )
    if shared.all():
        same = sum(_same(first, second, pairs))
        alike = f"; at {same} of {len(pairs)} points they simulated one model" if same else ""
        reason = "both runs met the same shocks (one seed, common random numbers)"
        return shared, f"replica by replica: {reason}{alike}"
    count = f"{int(shared.sum())} of {len(pairs)}"
    return shared, f"replica by replica at {count} points, which are one model in both runs"


def _same(first: Side, second: Side, pairs: Pairs) -> list[bool]:
    """Of each pair, whether both points are one model."""
    points, others = first.job.design.points, second.job.design.points
    return [points[a].identity == others[b].identity for a, b in pairs]


def _estimates(
    first: Side, second: Side, pairs: Pairs, one_by_one: NDArray[np.bool_], z: float
) -> dict[str, NDArray[Any]]:
    names = ("difference", "low", "high", "p_value", "replicas_first", "replicas_second")
    flat: dict[str, NDArray[Any]] = {
        name: np.zeros(len(pairs), np.int64 if name.startswith("replicas") else np.float64) for name in names
    }
    for chosen, estimate in ((one_by_one, samples.pair_by_pair), (~one_by_one, samples.independent)):
        if chosen.any():
            own = estimate(first, second, [pair for pair, use in zip(pairs, chosen, strict=True) if use], z)
            for name in names:
                flat[name][chosen] = getattr(own, name)
    flat["difference_low"], flat["difference_high"] = flat.pop("low"), flat.pop("high")
    return flat


def _sides(first: Side, second: Side, pairs: Pairs) -> dict[str, NDArray[Any]]:
    """P of each run with its own interval."""
    found = {}
    for end, (word, side) in enumerate((("first", first), ("second", second))):
        own = [pair[end] for pair in pairs]
        for name, source in (("p", "p_emerged"), ("p_low", "p_emerged_low"), ("p_high", "p_emerged_high")):
            found[f"{name}_{word}"] = side.results[source].values.ravel()[own]
    return found


def _labels(first: Side, second: Side, pairs: Pairs) -> dict[Any, Any]:
    """Indices of both points, and the values of what either run sweeps."""
    ends = np.array(pairs, np.int64)
    coords = {
        f"point_{word}": labels.variable(
            _P, ends[:, end], {"long_name": f"index of the point in the {word} run"}
        )
        for end, word in enumerate(("first", "second"))
    }
    points = first.job.design.points
    keys = swept(first, second)
    last = [key.partition(".")[2] for key in keys]
    for key, name in zip(keys, last, strict=True):
        column = labels.column([_label(of(points[one].model, key)) for one, _ in pairs])
        single = name if last.count(name) == 1 else key.replace(".", "_")
        coords[single] = labels.variable(_P, column, labels.attributes(key))
    return dict(coords)


def _label(value: Any) -> Any:
    return toml_value(value) if isinstance(value, list | tuple) else "" if value is None else value


def interval(confidence: float, one_by_one: NDArray[np.bool_]) -> str:
    """What the intervals are, in words."""
    kinds = []
    if one_by_one.any():
        kinds.append("Tango's score interval of paired proportions, p by McNemar (mid-p)")
    if not one_by_one.all():
        kinds.append("Newcombe's interval of independent proportions, p by Fisher (mid-p)")
    return f"{100 * confidence:.6g} %, by point: {'; '.join(kinds)}; adjusted p: Holm, over all points"


def _variable(name: str, meaning: str, dtype: str = "f8") -> Variable:
    return Variable(name, dtype, _P, "1", meaning)


REGISTRY = {
    entry.name: entry
    for entry in (
        _variable("p_first", "probability that a hegemon emerges, in the first run"),
        _variable("p_low_first", "lower limit of the interval of p_first"),
        _variable("p_high_first", "upper limit of the interval of p_first"),
        _variable("p_second", "probability that a hegemon emerges, in the second run"),
        _variable("p_low_second", "lower limit of the interval of p_second"),
        _variable("p_high_second", "upper limit of the interval of p_second"),
        _variable(
            "difference", "P of the second run less that of the first, on the replicas that are compared"
        ),
        _variable("difference_low", "lower limit of the interval of difference"),
        _variable("difference_high", "upper limit of the interval of difference"),
        _variable("p_value", "mid-p value that both probabilities are equal, two-sided"),
        _variable("p_adjusted", "p_value, adjusted for all points (Holm)"),
        _variable("paired", "1 if replicas are compared one by one", "i1"),
        _variable("replicas_first", "replicates of the first run that are compared", "i8"),
        _variable("replicas_second", "replicates of the second run that are compared", "i8"),
    )
}
"""What is estimated, along `pair`."""
