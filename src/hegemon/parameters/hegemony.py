"""Section ``[model.hegemony]``: what counts as a hegemon."""

from __future__ import annotations

from hegemon.parameters._section import Section, parameter

__all__ = ["Hegemony"]


class Hegemony(Section):
    """The index of capability and the test of hegemony."""

    arms_weight: float = parameter(
        1 / 3,
        ge=0,
        le=1,
        symbol="wC",
        source="Singer, Bremer & Stuckey 1972",
        title="Arms weight",
        description="Weight of military power in the capability index (CINC has 2 military parts of 6).",
    )
    threshold: float = parameter(
        0.5,
        gt=0,
        le=1,
        symbol="H",
        title="Hegemony threshold",
        description="Capability share that makes a hegemon.",
    )
    hold: int = parameter(
        5,
        ge=1,
        high_key="system.years",
        symbol="ho",
        unit="years",
        title="Hold",
        description="Consecutive years for which one state must hold that share; at most system.years.",
    )
    absorbing: bool = parameter(
        True,
        title="Absorbing",
        description="true: stop the replica at the first hegemony; false: go on, and measure how long "
        "hegemony lasts.",
    )
