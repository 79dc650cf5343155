"""Section ``[model.balancing]``: how efficiently states balance, the headline of the model."""

from __future__ import annotations

from typing import Literal

from hegemon.parameters._section import Section, parameter

__all__ = ["Balancing"]


class Balancing(Section):
    """Internal, external and soft balancing."""

    internal: float = parameter(
        0.3,
        ge=0,
        le=1,
        symbol="eI",
        off=0.0,
        title="Internal balancing",
        description="Efficiency of internal balancing: share of the threat-driven build-up and effort that "
        "is realised. Not part of the headline efficiency.",
    )
    efficiency: float = parameter(
        0.5,
        ge=0,
        le=1,
        symbol="eta",
        off=0.0,
        title="Balancing efficiency",
        description="Efficiency of external balancing; sets each of speed, participation and commitment that "
        "is not given on its own.",
    )
    speed: float | None = parameter(
        None,
        ge=0,
        le=1,
        follows="balancing.efficiency",
        symbol="eS",
        off=0.0,
        title="Balancing speed",
        description='"Quickly": chance that a willing state joins in at a given crisis.',
    )
    participation: float | None = parameter(
        None,
        ge=0,
        le=1,
        follows="balancing.efficiency",
        symbol="eP",
        off=0.0,
        source="Christensen & Snyder 1990",
        title="Balancing participation",
        description="0: each state passes the buck but for its own share of the burden; 1: none does.",
    )
    commitment: float | None = parameter(
        None,
        ge=0,
        le=1,
        follows="balancing.efficiency",
        symbol="eC",
        off=0.0,
        source="Olson & Zeckhauser 1966",
        title="Balancing commitment",
        description="0: members contribute as if only their own share of the benefit counted; 1: as if the "
        "whole did.",
    )
    rule: Literal["given", "olson"] = parameter(
        "given",
        source="Olson & Zeckhauser 1966",
        title="Rule of efficiency",
        description='Where efficiencies come from: "given" by the keys, or "olson", derived by each system '
        "from the equilibrium in which every state provides for the common defense what is worth its own "
        "while. Speed, participation and commitment are derived unless given on their own, and with them "
        "what part of balancing.internal is realised; balancing.efficiency then counts for nothing.",
    )
    defense_weight: float = parameter(
        0.7,
        gt=0,
        le=1,
        symbol="ow",
        off=1.0,
        source="Olson & Zeckhauser 1966",
        title="Weight of the common defense",
        description="What the common defense weighs in each state's utility (Cobb and Douglas): the share of "
        'its means that a state gives when it stands alone, where balancing.rule is "olson". The lower, the '
        "more ride free.",
    )
    sufficiency: float = parameter(
        1.0,
        ge=0,
        infinite=True,
        symbol="om",
        off=float("inf"),
        title="Sufficiency",
        description="A coalition at least this many times as strong as the state in focus tempts the rest to "
        "pass the buck (their chance of joining is multiplied by the participation).",
    )
    cohesion: float = parameter(
        0.93,
        ge=0,
        le=1,
        symbol="co",
        off=1.0,
        unit="1/year",
        title="Cohesion",
        description="Yearly chance that an alignment holds (alliances are temporary: about 14 years).",
    )
    soft: float = parameter(
        0.03,
        ge=0,
        le=1,
        symbol="ze",
        off=0.0,
        unit="1/year",
        source="Pape 2005",
        title="Soft balancing",
        description="Yearly growth that the leader loses per unit of (its perceived aggressiveness x the "
        "capability share of the threatened who are in no coalition against it).",
    )
    rollback: float = parameter(
        0.5,
        ge=0,
        le=1,
        symbol="rb",
        off=0.0,
        title="Rollback",
        description="Share of its commitment with which the coalition against the leader supports any other "
        "state's attack on it.",
    )
    alarm: float = parameter(
        1 / 3,
        ge=0,
        le=1,
        symbol="al",
        off=1.0,
        source="Levy & Thompson 2005",
        title="Alarm",
        description="The leader's capability share above which members of the coalition against it, security "
        "seekers too, may attack it (one third).",
    )
