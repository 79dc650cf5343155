"""The parameters of the model by symbol, as the kernel and the reference take them."""

from __future__ import annotations

import math
from typing import Any

DEFAULTS: dict[str, Any] = {
    "N": 6, "T": 300, "s0": 0.5, "offshore": [], "layout": "none", "distances": None, "ell": math.inf,
    "sig": 0.04, "cv": 0.003, "ov": 0.0, "chi": 0.1, "kE": 0.003,
    "wO": 0.5, "wS": 0.5, "wI": 0.8, "a0": 0.1, "gA": 0.5, "dA": 0.05, "th": 0.5, "sp": 0.0, "wG": 0.0,
    "b0": 0.04, "bm": 0.16, "k": 1.0, "r": 0.25, "am": 0.0,
    "eI": 0.3, "om": 1.0, "co": 0.93, "ze": 0.03, "rb": 0.5, "al": 1 / 3,
    "v": 1.5, "pB": 0.3, "pJ": 0.1, "tb": 0.005, "pr": 0.5,
    "nu": 0.15, "initiative": "uniform", "ph": 0.3, "m": 3.0, "D": 1.5, "ta": 0.4, "tl": 0.1, "la": 0.15,
    "cw": 0.05, "bi": 0.0, "sm": 0.3, "ri": 0.03, "an": 0.005, "hs": 0.0, "qs": 0.1,
    "wC": 1 / 3, "H": 0.5, "ho": 5, "absorbing": True, "rule": "given", "ow": 0.7,
}  # fmt: skip
EFFICIENCY = 0.5


def defaults(**changes: Any) -> dict[str, Any]:
    """The default parameters with changes by symbol; `eta` sets those of eS, eP, eC not given, eB follows eC.

    `shares` defaults to equal ones and `mu` to none, both of the right length; a number for `mu` is repeated.
    """
    eta = changes.pop("eta", EFFICIENCY)
    values = DEFAULTS | {"eS": eta, "eP": eta, "eC": eta} | changes
    unknown = set(values) - set(DEFAULTS) - {"eS", "eP", "eC", "eB", "shares", "mu", "types"}
    if unknown:
        raise KeyError(f"no such symbol: {sorted(unknown)}")
    values.setdefault("eB", values["eC"])
    values.setdefault("types", ["drawn"] * values["N"])
    values.setdefault("shares", [1.0] * values["N"])
    mu = values.setdefault("mu", 0.0)
    if isinstance(mu, int | float):
        values["mu"] = [float(mu)] * values["N"]
    return values
