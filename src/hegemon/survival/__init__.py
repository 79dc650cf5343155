"""How soon a hegemon emerges, by which route, and how long hegemony lasts: estimates by year."""

from __future__ import annotations

from hegemon.survival.causes import CAUSES
from hegemon.survival.dataset import durability, survival

__all__ = ["CAUSES", "durability", "survival"]
