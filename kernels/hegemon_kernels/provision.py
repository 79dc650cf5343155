"""Private provision: what each state gives to a common defense when nobody can make it give more.

Each weighs the common defense against its other ends (Cobb and Douglas), and adds what is worth its while,
given what the others add (Olson & Zeckhauser 1966; Bergstrom, Blume & Varian 1986). Docs: docs/model.md,
"Endogenous efficiency".
"""

from __future__ import annotations

from typing import Any

from hegemon_kernels._jit import inlined, outlined
from hegemon_kernels.elementary import inverse
from hegemon_kernels.lane_ops import align_stack, any_lane, fill, select


@outlined
def provide(p: Any, means: Any, strength: Any) -> None:
    """Strength that states with these `means`, shape (N,), provide between them, into row 0 of `strength`.

    Those who would give nothing drop out one after the other; what the rest provides only grows.
    """
    align_stack()
    zero = fill(means, 0.0)
    E = zero
    rises = zero == zero
    while any_lane(rises):
        floor = (1.0 - p.ow) * E
        whole = zero
        number = zero
        for k in range(p.N):
            gives = means[k] > floor
            whole = whole + select(gives, means[k], zero)
            number = number + select(gives, 1.0, zero)
        more = whole / (p.ow + number * (1.0 - p.ow))
        rises = more > E
        E = select(rises, more, E)
    strength[0] = E


@inlined
def provided_fraction(p: Any, E: Any, means: Any) -> Any:
    """Fraction of its means that a state gives where `E` is provided in all."""
    floor = (1.0 - p.ow) * E
    fraction = (1.0 - floor * inverse(means)) * (1.0 / p.ow)
    fraction = select(fraction > 1.0, 1.0, fraction)
    return select(means > floor, fraction, 0.0)


@inlined
def provided_share(E: Any, whole: Any) -> Any:
    """What part of all their means the states provide, at most 1."""
    share = E * inverse(whole)
    return select(share > 1.0, 1.0, share)
