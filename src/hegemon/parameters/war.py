"""Section ``[model.war]``: crises, the decision to attack, and what wars do."""

from __future__ import annotations

from typing import Literal

from hegemon.parameters import _lists
from hegemon.parameters._section import Section, parameter

__all__ = ["War"]


class War(Section):
    """Crises and wars."""

    opportunities: float = parameter(
        0.15,
        ge=0,
        le=4,
        symbol="nu",
        off=0.0,
        unit="1/year",
        title="Opportunities",
        description="Crises per state and year; a year has floor(opportunities x N + u) of them, u uniform "
        "in 0..1.",
    )
    initiative: Literal["uniform", "capability"] = parameter(
        "uniform",
        title="Initiative",
        description="How the state in focus of a crisis is drawn: uniformly, or in proportion to capability.",
    )
    revisionists: float = parameter(
        0.3,
        ge=0,
        le=1,
        symbol="ph",
        off=0.0,
        title="Share of revisionists",
        description="Chance that a state is a power maximiser; the rest are security seekers, who attack "
        "nobody but an alarming leader (offensive and defensive realism).",
    )
    types: _lists.Types = parameter(
        "drawn",
        allowed=_lists.TYPES,
        title="Types of the states",
        description='"drawn": every state is a revisionist with the chance war.revisionists. A list says of '
        'each state whether it is "drawn", always a "revisionist", or always content with "security".',
    )
    decisiveness: float = parameter(
        3.0,
        gt=0,
        le=50,
        symbol="m",
        source="Tullock 1980; Hirshleifer 1989",
        title="Decisiveness",
        description="Exponent of the contest success function.",
    )
    defense_advantage: float = parameter(
        1.5,
        gt=0,
        symbol="D",
        off=1.0,
        source="Jervis 1978",
        title="Defense advantage",
        description="Multiplier on the defender's own arms (offense-defense balance).",
    )
    spoils: float = parameter(
        0.4,
        ge=0,
        le=1,
        symbol="ta",
        title="Spoils",
        description="Share of the loser's resources and arms that the winning attackers take.",
    )
    indemnity: float = parameter(
        0.1,
        ge=0,
        lt=1,
        symbol="tl",
        off=0.0,
        title="Indemnity",
        description="Share of its resources that a beaten attacker cedes to the defenders.",
    )
    attrition: float = parameter(
        0.15,
        ge=0,
        le=1,
        symbol="la",
        off=0.0,
        title="Attrition",
        description="Share of committed arms destroyed in a war.",
    )
    cost: float = parameter(
        0.05,
        ge=0,
        lt=1,
        symbol="cw",
        off=0.0,
        title="Cost of war",
        description="Share of resources that attacker and target each lose.",
    )
    optimism: float = parameter(
        0.0,
        ge=-3,
        le=3,
        symbol="bi",
        off=0.0,
        title="Optimism",
        description="Mean log error of an attacker's view of its own strength.",
    )
    misjudgment: float = parameter(
        0.3,
        ge=0,
        le=2,
        symbol="sm",
        off=0.0,
        title="Misjudgment",
        description="Standard deviation of the log error of an attacker's view of its own strength.",
    )
    caution: float = parameter(
        0.03,
        ge=0,
        le=1,
        symbol="ri",
        off=0.0,
        title="Caution",
        description="Expected gain, as a share of its own resources, below which a state does not attack.",
    )
    annexation: float = parameter(
        0.005,
        ge=0,
        le=1,
        symbol="an",
        off=0.0,
        title="Annexation",
        description="A beaten target left with less than this share of the system's resources is annexed "
        "whole.",
    )
