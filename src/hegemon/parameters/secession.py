"""Section ``[model.secession]``: annexed states that break away again."""

from __future__ import annotations

from hegemon.parameters._section import Section, parameter

__all__ = ["Secession"]


class Secession(Section):
    """Secession of annexed states from the leader."""

    hazard: float = parameter(
        0.0,
        ge=0,
        le=1,
        symbol="hs",
        off=0.0,
        unit="1/year",
        title="Secession hazard",
        description="Yearly chance, times the leader's share, that one annexed state breaks away from the "
        "leader.",
    )
    share: float = parameter(
        0.1,
        gt=0,
        lt=1,
        symbol="qs",
        title="Seceded share",
        description="Share of the leader's resources and arms that a seceding state takes.",
    )
