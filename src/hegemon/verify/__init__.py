"""Whether a run's directory holds what it should: complete, undamaged, and what would be computed again."""

from __future__ import annotations

from hegemon.verify.report import Check, Difference, Report
from hegemon.verify.whole import verify

__all__ = ["Check", "Difference", "Report", "verify"]
