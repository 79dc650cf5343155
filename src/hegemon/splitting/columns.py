"""The registry of what pieces of splitting hold: one entry per variable, as in `hegemon.variables`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hegemon.splitting.stages import Counts
from hegemon.variables import Variable

LEVELS = Variable(
    "levels",
    "f8",
    ("segment", "level"),
    "1",
    "capability share of the leader at which a stage ends (NaN where there is none)",
)

_MEANINGS = {
    "started": "replicas of the stage",
    "reached": "replicas that reached the level of the stage; of the last stage, that saw a hegemon emerge",
    "passed": "replicas whose parent had reached the level already",
    "years": "years simulated",
    "entrances": "states that the stage started from",
    "ancestors": "replicas of the first stage from which those that reached the level descend",
    "ancestor_squares": "sum of squares of how many descend from each",
    "sibling_pairs": "ordered pairs of clones of one parent",
    "reached_pairs": "those of which both reached the level",
    "far_started": "clones of parents that overshot their level by more than the median",
    "far_reached": "those of them that reached the level",
    "late_started": "clones of parents that reached their level in a year after the median",
    "late_reached": "those of them that reached the level",
    "year_sum": "sum of the years in which the level was reached",
    "year_squares": "sum of the squares of these years",
    "conquerors": "hegemons that won at least half of their gain in resource share in wars",
    "gain_sum": "sum of the hegemons' gains in resource share",
    "conquest_sum": "sum of what of it they won in wars",
}
_YEARS = ("years", "year_sum")


def _entry(name: str) -> Variable:
    real = name.endswith("_sum") and name != "year_sum"
    unit = "years" if name in _YEARS else "years2" if name == "year_squares" else "1"
    return Variable(name, "f8" if real else "i8", ("row", "stage"), unit, _MEANINGS[name], packed=True)


COUNTS: Mapping[str, Variable] = MappingProxyType({name: _entry(name) for name in Counts.names()})
"""Columns of the repetitions, one row each, by stage; 0 beyond a point's own stages."""
