"""The registry of everything a run writes: outcome columns, estimates, tallies, trajectories.

One entry per variable says its type, dimensions, unit, meaning and the value that stands for "none".
Files, labelled datasets and the documentation take their attributes from here, and nothing is written that
is not registered (`checked`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

FORMAT_VERSION = 1
"""Version of the files (`docs/format.md`); raised when a reader of the old ones would misread the new."""


@dataclass(frozen=True)
class Variable:
    """One variable of a file or dataset.

    Attributes
    ----------
    name : str
        Its name in files and datasets.
    dtype : str
        NumPy type, as ``"i4"``.
    dims : tuple of str
        Its dimensions; estimates have the dimensions of the design before these.
    unit : str
        ``"1"`` for a pure number.
    meaning : str
        One sentence, written as ``long_name``.
    missing : int or None
        The value that stands for "none" in a row.
    lasting : bool
        Kept only where the run goes on after the first hegemony (``hegemony.absorbing = false``).
    packed : bool
        Worth compressing: an integer, or a float that is mostly constant.
    """

    name: str
    dtype: str
    dims: tuple[str, ...]
    unit: str
    meaning: str
    missing: int | None = None
    lasting: bool = False
    packed: bool = False

    @property
    def attributes(self) -> dict[str, Any]:
        """Attributes of the variable in a file: ``long_name``, ``units`` and, for a row, ``none_value``."""
        found: dict[str, Any] = {"long_name": self.meaning, "units": self.unit}
        if self.missing is not None:
            # Not `_FillValue`: readers would turn integers into floats to hide it.
            found["none_value"] = np.array(self.missing, self.dtype)[()]
        return found


def checked(variable: Variable, values: NDArray[Any]) -> NDArray[Any]:
    """Return `values` if they have the type and number of dimensions registered, else raise ValueError."""
    if values.dtype != np.dtype(variable.dtype):
        raise ValueError(f"{variable.name}: type {values.dtype}, registered as {np.dtype(variable.dtype)}")
    if values.ndim < len(variable.dims):
        raise ValueError(f"{variable.name}: {values.ndim} dimensions, registered are {variable.dims}")
    return values


def limits(name: str, what: str, dims: tuple[str, ...], unit: str = "1") -> list[Variable]:
    """Both limits of the interval of an estimate: ``name_low`` and ``name_high``."""
    return [
        Variable(f"{name}_{end}", "f8", dims, unit, f"{word} limit of the interval of {what}")
        for end, word in (("low", "lower"), ("high", "upper"))
    ]


def registry(*variables: Variable) -> Mapping[str, Variable]:
    """Variables by their names."""
    return MappingProxyType({variable.name: variable for variable in variables})


def _column(
    name: str,
    dtype: str,
    unit: str,
    meaning: str,
    *,
    missing: int | None = -1,
    lasting: bool = False,
    packed: bool | None = None,
) -> Variable:
    whole = np.dtype(dtype).kind in "iu"
    return Variable(
        name, dtype, ("row",), unit, meaning, missing, lasting, whole if packed is None else packed
    )


OUTCOMES = registry(
    _column("replica", "i8", "1", "number of the replicate within its design point", missing=None),
    _column("emerged", "u1", "1", "1 if a hegemon emerged within the horizon, else 0", missing=None),
    _column("year", "i4", "years", "years completed when hegemony emerged"),
    _column("hegemon", "i2", "1", "index of the hegemon, 0 for the first state"),
    _column("initial_rank", "i2", "1", "rank of the hegemon in initial capability, 1 for the greatest"),
    _column("revisionist", "i1", "1", "1 if the hegemon was a revisionist, 0 if a security seeker"),
    _column("share_gain", "f8", "1", "hegemon's gain in resource share until emergence", packed=True),
    _column("conquest_gain", "f8", "1", "part of that gain that was won in wars", packed=True),
    _column("wars", "i4", "1", "wars", missing=None),
    _column("coalition_wars", "i4", "1", "wars in which a coalition stood by the target", missing=None),
    _column("deterred", "i4", "1", "bids that the coalition deterred", missing=None),
    _column("leader_wins", "i4", "1", "wars won by the leader as attacker", missing=None),
    _column("leader_losses", "i4", "1", "wars lost by the leader as attacker", missing=None),
    _column("survivors", "i4", "1", "states alive at the end, offshore ones included", missing=None),
    _column("peak_share", "f8", "1", "greatest capability share that a leader held", missing=None),
    _column("peak_resources", "f8", "1", "greatest resource share that a leader held", missing=None),
    _column("peak_arms", "f8", "1", "greatest share of arms that a leader held", missing=None),
    _column("peak_bloc", "f8", "1", "greatest capability share of a leader with its clients", missing=None),
    _column("average_share", "f8", "1", "capability share of the leader, mean over the years"),
    _column("final_share", "f8", "1", "capability share of the leader at the end"),
    _column(
        "concentration", "f8", "1", "concentration of capability (Ray and Singer's CON), mean over years"
    ),
    _column("final_concentration", "f8", "1", "concentration of capability (CON) at the end"),
    _column("burden", "f8", "1", "arms per unit of resources, mean over the years"),
    _column("coalition_size", "f8", "1", "states that balance at a crisis, mean over crises"),
    _column(
        "delivered_efficiency", "f8", "1", "balancing power delivered per unit available, mean over crises"
    ),
    _column("leader_changes", "i4", "1", "years in which the leader changed", missing=None),
    _column(
        "years_unbalanceable",
        "i4",
        "years",
        "years in which all others could not match the leader",
        missing=None,
    ),
    _column(
        "years_unipolar", "i4", "years", "years in which one state held half of capability", missing=None
    ),
    _column(
        "years_bipolar",
        "i4",
        "years",
        "years in which two held a quarter each and half together",
        missing=None,
    ),
    _column("years_multipolar", "i4", "years", "years neither unipolar nor bipolar", missing=None),
    _column("spells", "i4", "1", "spells of hegemony", missing=None, lasting=True),
    _column("years_hegemony", "i4", "years", "years of hegemony", missing=None, lasting=True),
    _column("first_spell", "i4", "years", "length of the first spell of hegemony", lasting=True),
    _column(
        "first_spell_censored",
        "u1",
        "1",
        "1 if the first spell was running at the end",
        missing=None,
        lasting=True,
    ),
)
"""Outcome columns, one row per replica, in the order of the kernel's `OUTCOME_DTYPE`."""

ESTIMATES = registry(
    Variable("replicas", "i8", (), "1", "replicates simulated"),
    Variable("emerged", "i8", (), "1", "replicates in which a hegemon emerged"),
    Variable("p_emerged", "f8", (), "1", "probability that a hegemon emerges within the horizon"),
    Variable("p_emerged_low", "f8", (), "1", "lower limit of the interval of p_emerged"),
    Variable("p_emerged_high", "f8", (), "1", "upper limit of the interval of p_emerged"),
    Variable(
        "precision_reached", "i1", (), "1", "1 if the interval is as narrow as asked, 0 at max_replicas"
    ),
    Variable(
        "survival", "f8", ("year",), "1", "probability that no hegemon has emerged by the end of the year"
    ),
    Variable("survival_low", "f8", ("year",), "1", "lower limit of the interval of survival"),
    Variable("survival_high", "f8", ("year",), "1", "upper limit of the interval of survival"),
)
"""Estimates of `results.nc`; the means of columns are added by `mean_of` and `error_of`."""

YEAR = Variable("year", "i4", ("year",), "years", "years since the start")
ELAPSED = Variable("elapsed", "i4", ("elapsed",), "years", "years since the start")  # `year` is a column


def mean_of(column: str) -> Variable:
    """Entry of ``mean_X``: the mean of an outcome column over the replicates that have a value."""
    source = OUTCOMES[column]
    return Variable(
        f"mean_{column}", "f8", (), source.unit, f"mean of: {source.meaning}", lasting=source.lasting
    )


def error_of(column: str) -> Variable:
    """Entry of ``se_X``: the standard error of ``mean_X``."""
    source = OUTCOMES[column]
    meaning = f"standard error of mean_{column}"
    return Variable(f"se_{column}", "f8", (), source.unit, meaning, lasting=source.lasting)


SEGMENTS = registry(
    Variable("point", "u8", ("segment",), "1", "identity of the design point", packed=True),
    Variable("first", "i8", ("segment",), "1", "number of the first replicate", packed=True),
    Variable("count", "i8", ("segment",), "1", "replicates", packed=True),
)
"""Table at the head of every piece: which replicates of which points it holds."""

TALLIES = registry(
    Variable("tally_emerged", "i8", ("segment",), "1", "replicates in which a hegemon emerged", packed=True),
    Variable(
        "tally_years", "i8", ("segment", "elapsed"), "1", "replicates that emerged in each year", packed=True
    ),
    Variable("tally_valid", "i8", ("segment", "column"), "1", "rows that have a value", packed=True),
    Variable("tally_sums", "i8", ("segment", "column"), "1", "sums (floats as round(x 2^30))", packed=True),
    Variable(
        "tally_squares_high", "i8", ("segment", "column"), "1", "sums of squares, 2^32 words", packed=True
    ),
    Variable(
        "tally_squares_low", "i8", ("segment", "column"), "1", "sums of squares, below 2^32", packed=True
    ),
)
"""Exact integer sums over each segment of a piece."""

TRAJECTORIES = registry(
    Variable("resources", "f8", ("row", "year", "state"), "1", "resources"),
    Variable("arms", "f8", ("row", "year", "state"), "1", "arms"),
    Variable("capability", "f8", ("row", "year", "state"), "1", "capability share"),
    Variable(
        "against",
        "u8",
        ("row", "year", "state"),
        "1",
        "who balances against the state (bit set)",
        packed=True,
    ),
    Variable("clients", "u8", ("row", "year", "state"), "1", "the state's clients (bit set)", packed=True),
    Variable("leader", "i2", ("row", "year"), "1", "index of the leader", -1, packed=True),
    Variable("years_completed", "i4", ("row",), "years", "years completed", packed=True),
)
"""Whole trajectories of chosen replicates; NaN, 0 and -1 after a replicate's end."""


def _event(name: str, dtype: str, meaning: str, missing: int | None = None, unit: str = "1") -> Variable:
    packed = np.dtype(dtype).kind in "iu"
    return Variable(f"event_{name}", dtype, ("event",), unit, meaning, missing, packed=packed)


EVENTS = registry(
    _event("row", "i8", "row of the trajectory"),
    _event("replica", "i8", "number of the replicate"),
    _event("year", "i4", "year of the crisis, 1 for the first", unit="years"),
    _event("order", "i4", "number of the crisis within its year"),
    _event("focus", "i2", "state in focus"),
    _event("coalition", "u8", "states that balance against it (bit set)"),
    _event("clients", "u8", "states that bandwagon with it (bit set)"),
    _event("threatened", "u8", "states that it threatens enough to respond (bit set)"),
    _event("coalition_strength", "f8", "strength of the coalition"),
    _event("attack_strength", "f8", "strength of the state in focus with its clients"),
    _event("decided", "u1", "1 if the state in focus had the choice to attack"),
    _event("target", "i2", "state attacked", -1),
    _event("expected_gain", "f8", "expected gain of the attack"),
    _event("deterred", "u1", "1 if the coalition deterred a bid"),
    _event("won", "i1", "1 if the attacker won, 0 if it lost", -1),
    _event("annexed", "u1", "1 if the target was annexed whole"),
)
"""Crises of the trajectories, one row each."""


def outcome_columns(lasting: bool) -> tuple[Variable, ...]:
    """Outcome columns that a run keeps; those of lasting hegemony only where `lasting` is true."""
    return tuple(column for column in OUTCOMES.values() if lasting or not column.lasting)


def estimate(name: str) -> Variable:
    """Entry of an estimate by its name (``p_emerged``, ``mean_wars``, ``se_wars``); KeyError if unknown."""
    head, _, column = name.partition("_")
    if name in ESTIMATES:
        return ESTIMATES[name]
    return {"mean": mean_of, "se": error_of}[head](column)
