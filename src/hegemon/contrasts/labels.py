"""Names, units and meanings of comparisons."""

from __future__ import annotations

from hegemon.variables import Variable, limits, registry

_P = ("pair",)


def _pair(name: str, meaning: str, dtype: str = "f8") -> Variable:
    return Variable(name, dtype, _P, "1", meaning)


CONTRASTS = registry(
    _pair("p_from", "probability that a hegemon emerges, at the first point"),
    _pair("p_to", "probability that a hegemon emerges, at the second point"),
    _pair("difference", "p_to less p_from"),
    _pair("difference_se", "standard error of difference"),
    *limits("difference", "difference", _P),
    *limits("difference_band", "difference, for all pairs of the line at once", _P),
    _pair("ratio", "p_to over p_from"),
    *limits("ratio", "ratio", _P),
    _pair("p_value", "mid-p value that both probabilities are equal, two-sided"),
    _pair("reversal_p_value", "exact p value that P does not move against the expected direction"),
    _pair("reversal_p_adjusted", "reversal_p_value, adjusted for all pairs of the line (Holm)"),
    _pair("reversal", "1 if P moves against the expected direction, significantly", "i1"),
    _pair("replicas_from", "replicates of the first point that are compared", "i8"),
    _pair("replicas_to", "replicates of the second point that are compared", "i8"),
    _pair("both", "pairs of replicates in which a hegemon emerged at both points", "i8"),
    _pair("from_only", "pairs of replicates in which one emerged at the first point only", "i8"),
    _pair("to_only", "pairs of replicates in which one emerged at the second point only", "i8"),
    _pair("neither", "pairs of replicates in which none emerged at either point", "i8"),
    _pair("correlation", "correlation of emergence in the replicates of a pair"),
    _pair("critical_value", "half-width of the band, in standard errors"),
    _pair("critical_value_se", "Monte Carlo error of critical_value"),
    _pair("variance_ratio", "variance of the difference if runs were independent, over that of these runs"),
)
"""Of two points each, along `pair`."""

LINE = Variable("line", "i8", _P, "1", "line of points that differ in one key; one family of comparisons")
FROM = Variable("from", "i8", _P, "1", "index of the first design point")
TO = Variable("to", "i8", _P, "1", "index of the second design point")

BANDS = registry(
    Variable("p_emerged", "f8", (), "1", "probability that a hegemon emerges within the horizon"),
    *limits("p_emerged", "p_emerged, by point", ()),
    *limits("band", "p_emerged, for all points of the line at once", ()),
    Variable("critical_value", "f8", (), "1", "half-width of the band, in standard errors"),
    Variable("critical_value_se", "f8", (), "1", "Monte Carlo error of critical_value"),
)
"""Of every point, along the dimensions of the design."""
