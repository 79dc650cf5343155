"""The model in plain Python: a slow, obvious transcription of docs/model.md.

It imports nothing of the kernels, nor of the rest of hegemon. The float64 kernel agrees with it in every
recorded field, replica by replica: the tests hold them against each other, and `hegemon selftest` does so on
a user's machine.
"""

from __future__ import annotations

from hegemon.reference.model import simulate, trace
from hegemon.reference.numerics import exp, ln, philox4x32_10, sincos, stream_key

__all__ = ["exp", "ln", "philox4x32_10", "simulate", "sincos", "stream_key", "trace"]
