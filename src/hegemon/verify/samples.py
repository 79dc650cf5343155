"""Which replicas and pieces to compute again: drawn with a seed, without replacement, or all."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.planning.plan import Kind, Piece

REPLICAS = 1_000
"""Replicas drawn unless told otherwise: what spoils one row in 200 is then missed once in 150 times."""
PIECES = 4
"""Pieces drawn where only tallies are kept."""

Picks = NDArray[np.int64]
_KINDS: tuple[Kind, ...] = ("piece", "trace", "pilot", "split")  # each has a draw of its own


@dataclass(frozen=True)
class Draw:
    """What is to be computed again.

    Attributes
    ----------
    seed : int or None
        Of the draw; None where all is.
    unit : {"replicas", "pieces"}
        What was drawn.
    rows : mapping of int to array
        Rows drawn of each piece, by its number; None for the whole piece.
    drawn, population : int
        Units drawn, of how many.
    trajectories, trajectories_kept : int
        The same of replicas kept whole.
    """

    seed: int | None
    unit: Literal["replicas", "pieces"]
    rows: dict[int, Picks | None]
    drawn: int
    population: int
    trajectories: int
    trajectories_kept: int


def draw(pieces: Sequence[Piece], detail: str, count: int | None, everything: bool, seed: int | None) -> Draw:
    """Draw from the pieces that are there.

    Parameters
    ----------
    pieces : sequence of Piece
    detail : {"outcomes", "tallies"}
        Whether they keep rows.
    count : int, optional
        Replicas to draw, and as many trajectories; pieces where no rows are kept.
    everything : bool
        All instead.
    seed : int, optional
        One from the operating system where none is given.
    """
    require(count, seed)
    kept = [piece for piece in pieces if piece.kind == "piece"]
    traced = [piece for piece in pieces if piece.kind == "trace"]
    trajectories = sum(piece.replicas for piece in traced)
    if everything:
        whole: dict[int, Picks | None] = {piece.number: None for piece in pieces}
        return Draw(None, "pieces", whole, len(kept), len(kept), trajectories, trajectories)
    seed = given_or_new(seed)
    if detail == "tallies":
        least = PIECES if count is None else count
        chosen = _choose(len(kept), least, seed, "piece")
        taken: dict[int, Picks | None] = {kept[i].number: None for i in chosen.tolist()}
        drawn, population = len(chosen), len(kept)
    else:
        picked = rows(kept, REPLICAS if count is None else count, seed, "piece")
        taken = {**picked}
        drawn, population = sum(map(len, picked.values())), sum(piece.replicas for piece in kept)
    paths = rows(traced, REPLICAS if count is None else count, seed, "trace")
    unit: Literal["replicas", "pieces"] = "pieces" if detail == "tallies" else "replicas"
    return Draw(
        seed, unit, {**taken, **paths}, drawn, population, sum(map(len, paths.values())), trajectories
    )


def require(count: int | None, seed: int | None) -> None:
    """Raise RequestError where no such sample can be drawn."""
    if count is not None and count < 0:
        raise RequestError(f"--sample: {count}; must be at least 0")
    if seed is not None and seed < 0:
        raise RequestError(f"--seed: {seed}; must be at least 0")


def given_or_new(seed: int | None) -> int:
    """The seed of a sample; one from the operating system where none is given."""
    return secrets.randbits(32) if seed is None else seed


def _choose(population: int, count: int, seed: int, kind: Kind) -> Picks:
    generator = np.random.default_rng([seed, _KINDS.index(kind)])
    return np.sort(generator.choice(population, min(count, population), replace=False))


def rows(pieces: Sequence[Piece], count: int, seed: int, kind: Kind) -> dict[int, Picks]:
    """Rows drawn among all rows of pieces of a kind, by the number of the piece.

    Parameters
    ----------
    pieces : sequence of Piece
        All that there are of the kind.
    count : int
        Rows to draw; all where there are no more.
    seed : int
        Of the draw.
    kind : str
        Of the pieces.
    """
    ends = np.cumsum([piece.replicas for piece in pieces], dtype=np.int64)
    chosen = _choose(int(ends[-1]) if len(ends) else 0, count, seed, kind)
    owner = np.searchsorted(ends, chosen, side="right")
    touched, starts = np.unique(owner, return_index=True)
    parts = np.split(chosen, starts[1:]) if len(touched) else []
    return {
        pieces[i].number: part - (ends[i] - pieces[i].replicas)
        for i, part in zip(touched.tolist(), parts, strict=True)
    }
