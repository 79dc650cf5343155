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
CUTS = Variable(
    "cuts",
    "f8",
    ("segment", "cut"),
    "1",
    "capability share of the leader at the end of the first year that divides two strata (NaN for none)",
)
EFFORTS = Variable("efforts", "i8", ("segment", "stratum"), "1", "replicas a level (0 for no such stratum)")
DRAWN = Variable("drawn", "i8", ("segment",), "1", "beginnings drawn in each repetition")

_MEANINGS = {
    "beginnings": "beginnings that lie in the stratum",
    "started": "replicas of the stage",
    "reached": "replicas that reached the level of the stage; of the last stage, that saw a hegemon emerge",
    "passed": "replicas whose parent had reached the level already",
    "years": "years simulated",
    "entrances": "states that the stage started from",
    "ancestors": "beginnings from which those that reached the level descend",
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
    dims = ("row", "stratum") if name == "beginnings" else ("row", "stratum", "stage")
    return Variable(name, "f8" if real else "i8", dims, unit, _MEANINGS[name], packed=True)


COUNTS: Mapping[str, Variable] = MappingProxyType({name: _entry(name) for name in Counts.names()})
"""Columns of the repetitions, one row each; 0 beyond a point's own strata and stages."""


def _estimate(name: str, meaning: str, dtype: str = "f8", unit: str = "1", *dims: str) -> Variable:
    return Variable(name, dtype, dims, unit, meaning)


def _by_stage(name: str, meaning: str, unit: str = "1") -> Variable:
    return _estimate(name, meaning, "f8", unit, "stage")


def _by_stratum(name: str, meaning: str) -> Variable:
    return _estimate(name, meaning, "f8", "1", "stratum")


_ALL = (
    _estimate("replicas", "replicas a level in one repetition", "i8"),
    _estimate("repetitions", "independent repetitions", "i8"),
    _estimate("p_emerged", "probability that a hegemon emerges within the horizon"),
    _estimate("p_emerged_low", "lower limit of the interval of p_emerged"),
    _estimate("p_emerged_high", "upper limit of the interval of p_emerged"),
    _estimate("se_p_emerged", "standard error of p_emerged"),
    _estimate("plain_replicas", "plain replicas that would give the same standard error"),
    _estimate("years_simulated", "years simulated, without the pilot", "i8", "years"),
    _estimate("gain", "years that these plain replicas would take to the horizon, per year simulated"),
    _estimate("stages", "stages: one more than there are levels", "i8"),
    _estimate("hegemons", "replicas of the last stage in which a hegemon emerged", "i8"),
    _estimate("extinct", "share of repetitions that saw no hegemon"),
    _estimate("largest", "share of the sum of all repetitions that is due to the largest"),
    _estimate("lineages", "beginnings that the estimate rests on, by weight"),
    _estimate("inflation", "variance over repetitions, per that with levels that tell all there is to know"),
    _estimate("mean_year", "mean of the years completed when hegemony emerged", "f8", "years"),
    _estimate("mean_share_gain", "mean of the hegemon's gain in resource share until emergence"),
    _estimate("mean_conquest_gain", "mean of what of it was won in wars"),
    _estimate("conquerors", "share of hegemons that won at least half of their gain in wars"),
    _by_stage("level", "capability share of the leader at which the stage ends; NaN for emergence"),
    _by_stage("p_level", "probability to reach the level within the horizon"),
    _by_stage("p_level_low", "lower limit of the interval of p_level"),
    _by_stage("p_level_high", "upper limit of the interval of p_level"),
    _by_stage("conditional", "probability to reach the level for those that reached the one before"),
    _by_stage("mean_entry", "mean of the years in which the level was reached", "years"),
    _by_stage("sd_entry", "standard deviation of these years", "years"),
    _by_stage("spread", "variance of the conditional probability between entrance states, per mean^2"),
    _by_stage("far_ratio", "conditional probability after overshooting more than the median, per the rest"),
    _by_stage("late_ratio", "conditional probability of those that entered after the median, per others"),
    _by_stage("ancestors", "mean number of beginnings from which those at the level descend"),
    _by_stratum("cut", "least share of the leader, after a year, in the stratum; 0 for the first"),
    _by_stratum("begins", "probability that a system begins in the stratum"),
    _by_stratum("part", "share of p_emerged that is due to the stratum"),
    _by_stratum("effort", "replicas a level in one repetition"),
)  # fmt: skip
ESTIMATES: Mapping[str, Variable] = MappingProxyType({entry.name: entry for entry in _ALL})
"""Estimates of `rare.nc`, over the dimensions of the design; NaN beyond a point's own stages and strata."""
