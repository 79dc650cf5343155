"""Estimates with their errors, from exact counts and sums."""

from __future__ import annotations

from hegemon.estimates.moments import mean_and_error
from hegemon.estimates.proportions import wilson
from hegemon.estimates.survival import kaplan_meier

__all__ = ["kaplan_meier", "mean_and_error", "wilson"]
