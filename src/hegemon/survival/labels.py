"""Names, units and meanings of the estimates by year."""

from __future__ import annotations

from collections.abc import Mapping

from hegemon import variables
from hegemon.variables import Variable, limits

_YEAR, _CAUSE = ("year",), ("cause", "year")
SHARE = Variable("share", "f8", ("share",), "1", "share in which the event has come")
CAUSE = Variable("cause", "U1", ("cause",), "1", "kind of hegemony")


def registry(event: str, unit: str) -> Mapping[str, Variable]:
    """The variables, where time ends with `event` and what is counted are so many `unit`."""
    entries = [
        Variable("at_risk", "i8", _YEAR, "1", f"{unit} at risk in the year"),
        Variable("events", "i8", _YEAR, "1", f"{unit} with the event, {event}, in the year"),
        Variable("censored", "i8", _YEAR, "1", f"{unit} lost from sight after the events of the year"),
        Variable("survival", "f8", _YEAR, "1", f"probability that the event, {event}, comes later"),
        Variable("survival_se", "f8", _YEAR, "1", "standard error of survival (Greenwood)"),
        *limits("survival", "survival, by year", _YEAR),
        *limits("survival_band", "survival, for all years at once", _YEAR),
        Variable("hazard", "f8", _YEAR, "year-1", "chance of the event in the year for those at risk"),
        *limits("hazard", "hazard", _YEAR, "year-1"),
        Variable("restricted_to", "i8", (), "years", "years to which the mean time is restricted"),
        Variable("restricted_mean", "f8", (), "years", "mean time before the event, within restricted_to"),
        Variable("restricted_mean_se", "f8", (), "years", "standard error of restricted_mean"),
        *limits("restricted_mean", "restricted_mean", (), "years"),
        Variable(
            "quantile_year", "f8", ("share",), "years", "year by whose end the event has come in the share"
        ),
        *limits("quantile_year", "quantile_year", ("share",), "years"),
        Variable("cause_events", "i8", _CAUSE, "1", f"{unit} with the event, by its cause"),
        Variable("incidence", "f8", _CAUSE, "1", "probability that the cause has come first by the year"),
        Variable("incidence_se", "f8", _CAUSE, "1", "standard error of incidence (Aalen-Johansen)"),
        *limits("incidence", "incidence", _CAUSE),
        Variable("years_lost", "f8", ("cause",), "years", "mean years within restricted_to after the cause"),
        Variable("years_lost_se", "f8", ("cause",), "years", "standard error of years_lost"),
    ]
    return variables.registry(*entries)
