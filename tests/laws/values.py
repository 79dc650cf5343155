"""Parameter sets that the laws share."""

from __future__ import annotations

from typing import Any

from model_values import defaults


def quiet(**changes: Any) -> dict[str, Any]:
    """No growth, no arms race, no balancing of any kind: only what `changes` says happens."""
    still = dict.fromkeys(["sig", "cv", "ov", "chi", "kE", "k", "am", "ze", "hs"], 0.0)
    alone = dict.fromkeys(["eta", "rb", "pr", "tb", "pB", "pJ"], 0.0)
    free = dict.fromkeys(["la", "cw", "ri", "bi", "sm", "an"], 0.0)
    return defaults(**(still | alone | free | changes))


def duel(**changes: Any) -> dict[str, Any]:
    """Two revisionists of equal arms who fight once a year, in a fair contest."""
    fair = {"N": 2, "nu": 0.5, "m": 1.0, "D": 1.0, "r": 1.0, "ph": 1.0, "wC": 0.0}
    return quiet(**(fair | changes))
