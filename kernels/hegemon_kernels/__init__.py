"""Numbers in, numbers out: the simulation kernels of hegemon.

Replicas ride side by side in SIMD lanes. Nothing here knows of files, of dask or of configuration.
"""

from hegemon_kernels._jit import sources_digest
from hegemon_kernels.api import MODEL_VERSION, climb, pack_point, simulate, snapshot_size, trace
from hegemon_kernels.draws import stream_key
from hegemon_kernels.layout import Point
from hegemon_kernels.outcomes import OUTCOME_DTYPE
from hegemon_kernels.tally import FIXED_POINT, TALLY_COLUMNS, Tally, tally
from hegemon_kernels.trajectory import Trajectories

__all__ = [
    "FIXED_POINT",
    "MODEL_VERSION",
    "OUTCOME_DTYPE",
    "TALLY_COLUMNS",
    "Point",
    "Tally",
    "Trajectories",
    "climb",
    "pack_point",
    "simulate",
    "snapshot_size",
    "sources_digest",
    "stream_key",
    "tally",
    "trace",
]
