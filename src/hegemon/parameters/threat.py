"""Section ``[model.threat]``: what makes a state threatening to another."""

from __future__ import annotations

from hegemon.parameters._section import Section, parameter

__all__ = ["Threat"]


class Threat(Section):
    """Threat perception and reputation."""

    offensive_weight: float = parameter(
        0.5,
        ge=0,
        lt=1,
        symbol="wO",
        off=0.0,
        source="Walt 1987",
        title="Offensive weight",
        description="Weight of military (offensive) against aggregate power in the threat index.",
    )
    share_weight: float = parameter(
        0.5,
        ge=0,
        le=1,
        symbol="wS",
        off=0.0,
        source="Levy & Thompson 2005",
        title="Share weight",
        description="How far threat is the power of the state in focus relative to the average of the "
        "others, rather than to one's own: makes balancing turn on the approach to hegemony.",
    )
    intentions_weight: float = parameter(
        0.8,
        ge=0,
        le=1,
        symbol="wI",
        off=0.0,
        source="Walt 1987",
        title="Intentions weight",
        description="How far threat depends on perceived intentions rather than on power alone.",
    )
    prior: float = parameter(
        0.1,
        ge=0,
        le=1,
        symbol="a0",
        title="Prior reputation",
        description="Reputation for aggression that a peaceful state has.",
    )
    reputation_gain: float = parameter(
        0.5,
        ge=0,
        le=1,
        symbol="gA",
        off=0.0,
        title="Reputation gain",
        description="Share of the way to 1 that one attack moves a reputation.",
    )
    reputation_decay: float = parameter(
        0.05,
        ge=0,
        le=1,
        symbol="dA",
        off=1.0,
        unit="1/year",
        title="Reputation decay",
        description="Share of its distance to the prior that a reputation loses in a year.",
    )
    threshold: float = parameter(
        0.5,
        ge=0,
        symbol="th",
        title="Threat threshold",
        description="Relative threat at which a state responds.",
    )
    misperception: float = parameter(
        0.0,
        ge=0,
        le=2,
        symbol="sp",
        off=0.0,
        source="Jervis 1976",
        title="Misperception",
        description="Standard deviation of the log error with which each observer sees the state in focus, "
        "drawn per observer and crisis.",
    )
    ideology_weight: float = parameter(
        0.0,
        ge=0,
        le=1,
        symbol="wG",
        off=0.0,
        title="Ideology weight",
        description="How far shared ideology lowers a threat.",
    )
