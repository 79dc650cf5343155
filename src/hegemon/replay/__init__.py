"""One system again: its trajectory, the log of every decision, and whether it is what the run recorded."""

from __future__ import annotations

from hegemon.replay.facts import Crisis, Death, End, Fact, Hegemony, Secession, Start, Succession
from hegemon.replay.points import parse, select
from hegemon.replay.recorded import Record
from hegemon.replay.replayed import Replay, replay

__all__ = [
    "Crisis",
    "Death",
    "End",
    "Fact",
    "Hegemony",
    "Record",
    "Replay",
    "Secession",
    "Start",
    "Succession",
    "parse",
    "replay",
    "select",
]
