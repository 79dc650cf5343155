"""Section ``[model.growth]``: how resources grow, unevenly."""

from __future__ import annotations

from hegemon.parameters import _lists
from hegemon.parameters._section import Section, parameter

__all__ = ["Growth"]


class Growth(Section):
    """Yearly growth of the logarithm of resources."""

    volatility: float = parameter(
        0.04,
        ge=0,
        le=1,
        symbol="sig",
        off=0.0,
        source="Gilpin 1981",
        title="Growth volatility",
        description="Standard deviation of the yearly shock to ln resources (uneven growth).",
    )
    drift: _lists.Drift = parameter(
        0.0,
        allowed=_lists.DRIFT,
        bounds=(-1, 1),
        symbol="mu",
        off=0.0,
        unit="1/year",
        source="Organski 1958",
        title="Growth drift",
        description="Mean yearly ln growth of each state: one number for all, or one per state (rising "
        "powers).",
    )
    convergence: float = parameter(
        0.003,
        ge=0,
        le=1,
        symbol="cv",
        off=0.0,
        unit="1/year",
        source="Gerschenkron 1962",
        title="Convergence",
        description="Yearly pull of ln resources towards the system's mean (advantages of backwardness).",
    )
    overextension: float = parameter(
        0.0,
        ge=0,
        le=1,
        symbol="ov",
        off=0.0,
        unit="1/year",
        source="Kennedy 1987",
        title="Overextension",
        description="Growth penalty per unit of resource share above 1/N.",
    )
    arms_drag: float = parameter(
        0.1,
        ge=0,
        le=2,
        symbol="chi",
        off=0.0,
        unit="1/year",
        title="Arms drag",
        description="Growth lost per unit of military burden above peacetime (guns and butter).",
    )
    effort: float = parameter(
        0.003,
        ge=0,
        le=0.2,
        symbol="kE",
        off=0.0,
        unit="1/year",
        title="Economic effort",
        description="Economic side of internal balancing: the greatest yearly growth that a fully threatened "
        "state adds.",
    )
