"""Two runs against each other: what differs in the experiments, and P at the design points that both have."""

from __future__ import annotations

from hegemon.comparison.between import compare
from hegemon.comparison.differences import differences
from hegemon.comparison.matching import Side

__all__ = ["Side", "compare", "differences"]
