"""Section ``[model.system]``: how many states, for how long, how unequal at the start."""

from __future__ import annotations

from hegemon.parameters import _lists
from hegemon.parameters._section import Section, parameter

__all__ = ["System"]


class System(Section):
    """The states of the system and the horizon."""

    states: int = parameter(
        6, ge=2, le=64, symbol="N", title="Number of states", description="Number of states."
    )
    years: int = parameter(
        300,
        ge=1,
        le=65535,
        symbol="T",
        unit="years",
        title="Horizon",
        description="Horizon of a replica, in years.",
    )
    shares: _lists.Shares = parameter(
        "equal",
        allowed=_lists.SHARES,
        title="Initial shares",
        description='Relative initial resources: "equal", or one positive number per state.',
    )
    dispersion: float = parameter(
        0.5,
        ge=0,
        le=3,
        symbol="s0",
        off=0.0,
        title="Initial dispersion",
        description="Standard deviation of ln initial resources around `shares`, drawn per replica.",
    )
    offshore: _lists.Indices = parameter(
        (),
        allowed=_lists.INDICES,
        off=(),
        source="Mearsheimer 2001",
        title="Offshore balancers",
        description="Offshore balancers, by index counted from 0: they join coalitions, are never in focus, "
        "never attacked, and do not count in the region's power (regional hegemony). At least two states are "
        "not offshore.",
    )
    names: _lists.Names | None = parameter(
        None,
        allowed=_lists.NAMES,
        title="Names of the states",
        description="Names of the states, one per state, used only in output; S1, S2, ... where not given.",
    )
