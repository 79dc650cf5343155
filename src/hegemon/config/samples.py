"""Points in the unit cube, of Latin hypercubes and of Sobol' sequences, the same bits everywhere.

The random words are those of NumPy's Philox, a stream that NumPy promises not to change; what it makes of
words (permutations, uniform numbers) may change from one version to the next and is not used. Each key has a
stream of its own, named by the key, and the order of dimensions is that of the names of the keys: so a design
does not depend on the order of keys in a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hegemon.config.spec import Span

__all__ = ["DRAWN", "draw", "latin_hypercube", "sobol", "words"]

DRAWN = ("lhs", "sobol")
_BITS = 30  # of a coordinate of the Sobol' sequence: scipy's own number, for up to 10^9 points


def draw(design: str, spans: Sequence[Span], count: int, seed: int) -> list[dict[str, Any]]:
    """Return the points of a design, each a mapping of keys to values.

    Parameters
    ----------
    design
        One of `DRAWN`.
    spans
        What each key, or each group of keys that move together, ranges over.
    count
        Number of points.
    seed
        Of the experiment.
    """
    order = sorted(range(len(spans)), key=lambda place: min(spans[place].keys))
    names = [min(spans[place].keys) for place in order]
    cube = (sobol if design == "sobol" else latin_hypercube)(names, count, seed)
    columns: list[list[dict[str, Any]]] = [[] for _ in spans]
    for place, column in zip(order, cube.T.tolist(), strict=True):
        columns[place] = [spans[place].row(value) for value in column]
    return [
        {key: value for part in parts for key, value in part.items()} for parts in zip(*columns, strict=True)
    ]


def sobol(names: Sequence[str], count: int, seed: int) -> NDArray[np.float64]:
    """Return the first points of a Sobol' sequence with a random digital shift, shape (count, names).

    The sequence is that of Joe and Kuo (2008), as scipy has it, without scipy's scrambling; the bits of each
    dimension are exchanged by one random word (Cranley-Patterson in base 2: Owen 1995, L'Ecuyer and Lemieux
    2002), which keeps a net a net and makes each point uniform. More points begin with the same points.
    """
    from scipy.stats import qmc  # half a second, for those who ask for it

    size = max(count - 1, 0).bit_length()
    net = qmc.Sobol(len(names), scramble=False, bits=_BITS).random_base2(size)[:count]
    shift = np.array([words("sobol", seed, name, 1)[0] >> np.uint64(64 - _BITS) for name in names])
    bits = (net * 2.0**_BITS).astype(np.uint64) ^ shift
    cube: NDArray[np.float64] = (bits.astype(np.float64) + 0.5) * 2.0**-_BITS
    return cube


def latin_hypercube(names: Sequence[str], count: int, seed: int) -> NDArray[np.float64]:
    """Return a Latin hypercube (McKay, Beckman and Conover 1979), shape (count, names).

    Each of the `count` equal parts of each dimension holds one point, at a random place in it. Another number
    of points is another design.
    """
    columns = []
    for name in names:
        drawn = words("lhs", seed, name, 2 * count)
        ranks = np.argsort(drawn[:count], kind="stable")
        inner = (drawn[count:] >> np.uint64(11)).astype(np.float64) * 2.0**-53
        columns.append((ranks + inner) / count)
    return np.stack(columns, axis=1)


def words(purpose: str, seed: int, name: str, count: int) -> NDArray[np.uint64]:
    """Return random words that belong to a purpose, a seed and a name."""
    digest = hashlib.sha256(f"{purpose} {seed} {name}".encode()).digest()
    drawn: NDArray[np.uint64] = np.random.Philox(key=int.from_bytes(digest[:16], "big")).random_raw(count)
    return drawn
