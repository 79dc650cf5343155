"""What every peer takes and gives: the model's default mechanisms, replicas in, outcomes out.

A peer simulates the model of docs/model.md with the mechanisms that are on by default, in the idiom of its
own system and with its own random numbers; it agrees with the engine in distribution, not in bits. It keeps
four numbers of a replica, where the engine keeps 34. Left out by all is what the defaults switch off
(geography, offshore states, drift, overextension, misperception, ideology, ambition, optimism, secession,
going on after the first hegemon) and the keeping of resources within 2^-100 .. 2^40, which they cannot
reach in a few hundred years. `Parameters.of` refuses a model that has what was left out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from hegemon.parameters import Model, kernel_values

OFF: dict[str, Any] = {
    "layout": "none", "offshore": [], "ov": 0.0, "sp": 0.0, "wG": 0.0, "am": 0.0, "bi": 0.0, "hs": 0.0,
    "initiative": "uniform", "absorbing": True, "m": 3.0,
}  # fmt: skip
"""What peers take for granted of a model. With m = 3 they take the cube, as the engine does."""


@dataclass(frozen=True)
class Parameters:
    """The parameters that the peers use, by their symbols in docs/model.md."""

    N: int
    T: int
    ho: int
    s0: float
    sig: float
    cv: float
    chi: float
    kE: float
    wO: float
    wS: float
    wI: float
    a0: float
    gA: float
    dA: float
    th: float
    b0: float
    bm: float
    k: float
    r: float
    eI: float
    eS: float
    eP: float
    eC: float
    eB: float
    om: float
    co: float
    ze: float
    rb: float
    al: float
    v: float
    pB: float
    pJ: float
    tb: float
    pr: float
    nu: float
    ph: float
    D: float
    ta: float
    tl: float
    la: float
    cw: float
    sm: float
    ri: float
    an: float
    wC: float
    H: float

    @classmethod
    def of(cls, model: Model) -> Self:
        """Read them from a model, so that they cannot drift away from the engine's.

        Raises
        ------
        ValueError
            If the model has a mechanism that the peers do not have.
        """
        values = kernel_values(model)
        wrong = [name for name, value in OFF.items() if values[name] != value]
        wrong += ["mu"] * any(values["mu"]) + ["shares"] * (len(set(values["shares"])) > 1)
        if wrong:
            raise ValueError(f"the peers have only the default mechanisms; not at the default: {wrong}")
        return cls(**{field.name: values[field.name] for field in fields(cls)})


def usual(states: int = 8, efficiency: float = 0.5, years: int = 300) -> Model:
    """The default model with this many states, this efficiency of balancing and this horizon."""
    return Model(system={"states": states, "years": years}, balancing={"efficiency": efficiency})


@dataclass(frozen=True)
class Outcome:
    """What became of the replicas; each array of shape (replicas,).

    Attributes
    ----------
    emerged : bool array
        Whether a hegemon emerged.
    years : int array
        Years simulated: the year of emergence, or the horizon.
    wars, survivors : int arrays
        Wars, and states living at the end.
    """

    emerged: np.ndarray
    years: np.ndarray
    wars: np.ndarray
    survivors: np.ndarray

    @classmethod
    def of(cls, emerged: Any, years: Any, wars: Any, survivors: Any) -> Self:
        """Make one from anything that NumPy takes for arrays."""
        columns = (np.asarray(column) for column in (years, wars, survivors))
        return cls(np.asarray(emerged).astype(bool), *(column.astype(np.int64) for column in columns))

    def state_years(self, states: int) -> int:
        """State-years truly simulated: a replica that has its hegemon simulates no more."""
        return int(self.years.sum()) * states
