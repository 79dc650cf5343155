"""Section ``[model.arms]``: military burdens and how they answer threats."""

from __future__ import annotations

from hegemon.parameters._section import Section, parameter

__all__ = ["Arms"]


class Arms(Section):
    """Military stocks in peace and under threat."""

    peacetime_burden: float = parameter(
        0.04,
        gt=0,
        lt=1,
        symbol="b0",
        title="Peacetime burden",
        description="Military stock kept per unit of resources in peace.",
    )
    max_burden: float = parameter(
        0.16,
        gt=0,
        le=1,
        low_key="arms.peacetime_burden",
        symbol="bm",
        title="Greatest burden",
        description="Domestic ceiling on the military stock per unit of resources.",
    )
    response: float = parameter(
        1.0,
        ge=0,
        le=20,
        symbol="k",
        off=0.0,
        source="Richardson 1960",
        title="Arms response",
        description="Build-up per unit of relative threat above the threshold; gives the security dilemma.",
    )
    adjustment: float = parameter(
        0.25,
        gt=0,
        le=1,
        symbol="r",
        unit="1/year",
        title="Arms adjustment",
        description="Share of the gap to the wanted stock that is closed in a year.",
    )
    ambition: float = parameter(
        0.0,
        ge=0,
        le=3,
        symbol="am",
        off=0.0,
        title="Ambition",
        description="Extra peacetime burden of a revisionist state, as a share of the peacetime burden "
        "(offensive realism).",
    )
