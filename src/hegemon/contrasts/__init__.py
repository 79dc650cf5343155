"""Design points against each other, on the random numbers that they share."""

from __future__ import annotations

from hegemon.contrasts.against import PAIRS, along, between
from hegemon.contrasts.bands import bands

__all__ = ["PAIRS", "along", "bands", "between"]
