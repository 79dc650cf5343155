"""Figures of a run, drawn from its labelled estimates and nothing else.

`headline` makes the figure that answers the main question; `save` writes any figure so that equal
input gives equal bytes.
"""

from hegemon.figures.figure import headline
from hegemon.figures.style import save

__all__ = ["headline", "save"]
