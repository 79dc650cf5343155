"""Experiment files: read, checked as a whole, written back resolved, described by a JSON schema."""

from __future__ import annotations

from hegemon.config.loading import load, loads, parse
from hegemon.config.reading import LARGEST
from hegemon.config.schema import json_schema
from hegemon.config.spec import MOST_POINTS, Axis, ExperimentSpec, Span, Sweep
from hegemon.config.writing import dump

__all__ = [
    "LARGEST",
    "MOST_POINTS",
    "Axis",
    "ExperimentSpec",
    "Span",
    "Sweep",
    "dump",
    "json_schema",
    "load",
    "loads",
    "parse",
]
