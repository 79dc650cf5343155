"""Whether the leader's share serves as level function: what speaks against an estimate, in words.

Splitting is unbiased with any levels, but where hegemony turns on something else than the share (the type of
the leader, the time that is left, one war that decides all) few of the many clones carry the estimate. Then
repetitions differ by orders of magnitude, most are too small, and an interval from them is too narrow.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from hegemon.splitting.looks import Asked

MOST_INFLATION = 20.0
LEAST_LINEAGES = 50.0
MOST_SPREAD = 4.0
MOST_LARGEST = 0.25
MOST_EXTINCT = 0.5
MOST_WIDTH = 1.0
"""Width of the interval per estimate beyond which an estimate is told to be rough."""


def warnings(results: xr.Dataset) -> list[str]:
    """What speaks against trusting the estimates of a dataset of `rare`, a line each."""
    dims = [str(dim) for dim in results.p_emerged.dims]
    if not dims:
        return of_point(results)
    found = []
    for place in np.ndindex(*results.p_emerged.shape):
        here = dict(zip(dims, place, strict=True))
        point = results.isel(here)
        label = ", ".join(f"{name}={_text(point[name].values[()])}" for name in _labels(point))
        found += [f"{label}: {line}" for line in of_point(point)]
    return found


def _labels(point: xr.Dataset) -> list[str]:
    names = [str(name) for name in point.coords if name not in ("stage", "stratum")]
    return [name for name in names if name != "point"] or names


def _text(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def of_point(point: xr.Dataset) -> list[str]:
    """What speaks against one estimate."""
    p = float(point.p_emerged)
    if p == 0.0:
        return [
            f"no hegemon in {int(point.repetitions)} repetitions: the upper limit is that of the last level "
            "reached"
        ]
    lines = [
        _about_inflation(point),
        _about_lineages(point),
        _about_repetitions(point),
        *_about_stages(point),
        _about_precision(point),
    ]
    width = float((point.p_emerged_high - point.p_emerged_low) / p)
    if width > MOST_WIDTH:
        lines.append(f"rough: the interval is {width:.2g} times as wide as the estimate")
    return [line for line in lines if line]


def _about_inflation(point: xr.Dataset) -> str:
    inflation = float(point.inflation)
    if not inflation > MOST_INFLATION:
        return ""
    return (
        f"repetitions vary {inflation:.0f} times as much as if the leader's share told all there is to know: "
        "it is a poor level function here"
    )


def _about_lineages(point: xr.Dataset) -> str:
    lineages = float(point.lineages)
    if not lineages < LEAST_LINEAGES:
        return ""
    return f"the estimate rests on about {lineages:.0f} beginnings; more repetitions are needed"


def _about_repetitions(point: xr.Dataset) -> str:
    extinct, largest = float(point.extinct), float(point.largest)
    if extinct > MOST_EXTINCT:
        return f"{100 * extinct:.0f} % of the repetitions saw no hegemon: more replicas a level are needed"
    if largest > MOST_LARGEST and int(point.repetitions) >= 1 / MOST_LARGEST**2:
        return (
            f"one repetition makes up {100 * largest:.0f} % of the estimate: the interval may be too narrow"
        )
    return ""


def _about_precision(point: xr.Dataset) -> str:
    """Whether repetitions ended before the interval was as narrow as asked."""
    asked = Asked.from_attributes(point.attrs)
    wanted = {} if asked is None else asked.attributes
    p, half = float(point.p_emerged), float(point.p_emerged_high - point.p_emerged_low) / 2
    have = {"relative_precision": half / p, "precision": half}
    lines = [
        f"{name} is {have[name]:.2g}, asked {most:g}" for name, most in wanted.items() if have[name] > most
    ]
    if not lines:
        return ""
    return (
        f"{', '.join(lines)}, after {int(point.repetitions):,} repetitions: give more replicas a level, or a "
        "number of repetitions"
    )


def _about_stages(point: xr.Dataset) -> list[str]:
    """The stage at whose beginning states differ most in what becomes of them."""
    spread = np.nan_to_num(point.spread.values)
    worst = int(spread.argmax())
    if not spread[worst] > MOST_SPREAD:
        return []
    level = float(point.level.values[worst - 1]) if worst else float("nan")
    return [
        f"at a share of {level:.3g} chances to go on differ by {np.sqrt(spread[worst]):.1f} times their "
        f"mean (standard deviation){_why(point, worst)}: something else than the share decides"
    ]


def _why(point: xr.Dataset, stage: int) -> str:
    """What it is that states at a level differ in, as far as that is known."""
    far, late = float(point.far_ratio.values[stage]), float(point.late_ratio.values[stage])
    words = []
    if far > 2:
        words.append(f"those that leapt over it have {far:.1f} times the chance of the others")
    if late < 0.5:
        words.append(f"those that came late have {late:.2f} times that of the others")
    return f"; {', '.join(words)}" if words else ""


def routes(point: xr.Dataset) -> str:
    """How hegemons rose, in a sentence; empty where there are none."""
    if not float(point.p_emerged) > 0:
        return ""
    gain, won = float(point.mean_share_gain), float(point.mean_conquest_gain)
    return (
        f"hegemons gained {gain:.2f} of resources, {won:.2f} of it in wars; "
        f"{100 * float(point.conquerors):.0f} % of them won at least half of their gain in wars"
    )
