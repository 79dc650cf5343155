"""The pages of the gallery, in the order of the documentation."""

from __future__ import annotations

from importlib import import_module

from gallery.page import Page

ORDER = (
    "efficiency",
    "components",
    "buck_passing",
    "group_size",
    "bandwagoning",
    "threat",
    "security_dilemma",
    "types",
    "misperception",
    "offense_defense",
    "soft_balancing",
    "durability",
    "rising_powers",
    "offshore",
    "ideology",
    "states",
    "definitions",
    "speed_map",
    "delivered",
    "revisionism",
    "reversals",
    "one_third",
    "sensitivity",
    "history",
    "moments",
)


def page(name: str) -> Page:
    """The page of that name."""
    found: Page = import_module(f"gallery.pages.{name}").PAGE
    return found
