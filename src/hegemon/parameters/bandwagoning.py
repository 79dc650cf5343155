"""Section ``[model.bandwagoning]``: joining the stronger side."""

from __future__ import annotations

from hegemon.parameters._section import Section, parameter

__all__ = ["Bandwagoning"]


class Bandwagoning(Section):
    """Bandwagoning out of weakness or for profit."""

    vulnerability: float = parameter(
        1.5,
        gt=0,
        infinite=True,
        symbol="v",
        off=float("inf"),
        title="Vulnerability",
        description="A state is vulnerable when the power projected on it exceeds this multiple of its own "
        "and the existing coalition's.",
    )
    propensity: float = parameter(
        0.3,
        ge=0,
        le=1,
        symbol="pB",
        off=0.0,
        title="Bandwagoning propensity",
        description="Chance that a vulnerable state bandwagons at a crisis.",
    )
    profit: float = parameter(
        0.1,
        ge=0,
        le=1,
        symbol="pJ",
        off=0.0,
        source="Schweller 1994",
        title="Bandwagoning for profit",
        description="Chance that a revisionist state joins a stronger side for gain.",
    )
    commitment: float | None = parameter(
        None,
        ge=0,
        le=1,
        follows="balancing.commitment",
        symbol="eB",
        off=0.0,
        source="Hausken 2006",
        title="Bandwagoning commitment",
        description="As balancing.commitment, for the attacker's side: free-riding hits both.",
    )
    tribute: float = parameter(
        0.005,
        ge=0,
        lt=1,
        symbol="tb",
        off=0.0,
        title="Tribute",
        description="Share of its resources that a client cedes at its patron's crises: the price of lost "
        "freedom of action.",
    )
    protection: float = parameter(
        0.5,
        ge=0,
        le=1,
        symbol="pr",
        off=0.0,
        title="Protection",
        description="Share of its arms with which the leader defends its own clients against a third state.",
    )
