"""Who is compared: this engine's kernels, and the peers, behind one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import kernel_speed
import numpy as np
from peers.interface import Parameters, usual
from peers.registry import PEERS, Peer, code_lines, peer

import hegemon_kernels as hk
from hegemon.parameters import Model, kernel_values

BENCH = Path(__file__).parents[1]
ENGINE, TWIN = "hegemon", "scalar Numba, same rows"
LABELS = {
    "c": "plain C", "numba": "scalar Numba", "numpy": "NumPy", "jax": "JAX", "taichi": "Taichi",
    "mesa": "Mesa", "agentpy": "agentpy",
}  # fmt: skip


@dataclass(frozen=True)
class Contestant:
    """One row of the comparison.

    Attributes
    ----------
    name : str
    system : str
        "hegemon", or the system that a peer is written for.
    precision : str
        "float64" or "float32".
    mechanisms : str
        "default", or "all" where every mechanism is on.
    lines : int
        Lines that a user writes: of the experiment for the engine, which has the model; of the model and its
        runs for a peer. Neither blank lines nor comments nor docstrings.
    suits : int
        Replicas of one measurement; 0 where any number will do that takes long enough.
    missing : str
        What it needs and does not have here.
    """

    name: str
    system: str
    precision: str
    mechanisms: str
    lines: int
    suits: int = 0
    missing: str = ""

    def describe(self) -> dict[str, Any]:
        """As JSON values, of what does not depend on where it runs."""
        found = asdict(self)
        return {name: found[name] for name in ("name", "system", "precision", "mechanisms", "lines")}


USER = """\
import hegemon as hg

model = hg.Model(system={"states": 8, "years": 300}, balancing={"efficiency": 0.4})
run = hg.Experiment(model, replicas=1_000_000, seed=1).run("runs/first")
print(run.results.p_emerged)
"""
"""What a user of the engine writes for what is compared."""


def engine() -> list[Contestant]:
    """The rows whose model is the engine's own: its kernels, and the scalar twin that fills the same rows."""
    lines = {
        ENGINE: sum(1 for line in USER.splitlines() if line.strip()),
        TWIN: _code(BENCH / "scalar_numba"),
    }
    return [
        Contestant(f"{system} {precision}{suffix}", system, precision, mechanisms, lines[system])
        for mechanisms, suffix in (("default", ""), ("all", ", all mechanisms"))
        for system, precision in ((ENGINE, "float64"), (ENGINE, "float32"), (TWIN, "float64"))
    ]


def kernel_lines() -> int:
    """Lines of the kernels, which the engine's user does not write."""
    return _code(Path(hk.__file__).parent)


def _code(folder: Path) -> int:
    return sum(code_lines(path) for path in folder.glob("*.py"))


class Rows:
    """The kernels, called as the engine calls them, or their scalar twin: rows in blocks, tallied."""

    BLOCK = 4096

    def __init__(self, contestant: Contestant) -> None:
        kind = "scalar" if contestant.system == TWIN else "vector"
        self.kernel = next(k for k in kernel_speed.KERNELS if k.name == f"{kind} {contestant.precision}")
        self.everything = kernel_speed.EVERYTHING if contestant.mechanisms == "all" else {}
        self.rows = np.zeros(self.BLOCK, hk.OUTCOME_DTYPE)

    def simulate(
        self, replicas: int, states: int, efficiency: float, years: int, seed: int
    ) -> dict[str, float]:
        """Simulate; gives replicas, how many of them emerged, and state-years truly simulated."""
        system = self.everything.get("system", {}) | {"states": states, "years": years}
        changes = {"system": system, "balancing": {"efficiency": efficiency}}
        values = kernel_values(Model(**self.everything | changes))
        point, key = self.kernel.pack(values), hk.stream_key(seed, 0)
        emerged = state_years = 0
        for first in range(0, replicas, self.BLOCK):
            rows = self.rows[: min(self.BLOCK, replicas - first)]
            self.kernel.simulate(point, key, first, rows)
            emerged += hk.tally(rows, years).emerged
            state_years += kernel_speed.state_years(values, rows)
        return {"replicas": replicas, "emerged": emerged, "state_years": state_years}


class OfPeer:
    """A peer, behind the same call."""

    def __init__(self, found: Peer) -> None:
        self.peer = found

    def simulate(
        self, replicas: int, states: int, efficiency: float, years: int, seed: int
    ) -> dict[str, float]:
        """Simulate; gives replicas, how many of them emerged, and state-years truly simulated."""
        parameters = Parameters.of(usual(states, efficiency, years))
        found = self.peer.simulate(parameters, replicas, seed)
        return {
            "replicas": replicas,
            "emerged": int(found.emerged.sum()),
            "state_years": found.state_years(states),
        }


def peers() -> list[Contestant]:
    """The rows of other systems."""
    return [_of_peer(found) for found in PEERS]


def _of_peer(found: Peer) -> Contestant:
    kind = found.name.rpartition(" ")[0]
    needs = ", ".join([*found.packages, *filter(None, [found.program])])
    return Contestant(
        f"{LABELS.get(kind, kind)} {found.dtype}",
        LABELS.get(kind, kind),
        found.dtype,
        "default",
        found.lines(),
        found.suits,
        "" if found.there else f"needs {needs}",
    )


def all_contestants(names: Sequence[str] | None = None) -> list[Contestant]:
    """The rows of the comparison, all or those that are named."""
    found = [*engine(), *peers()]
    unknown = set(names or ()) - {one.name for one in found}
    if unknown:
        raise SystemExit(f"no such contestant: {sorted(unknown)}; there are {[one.name for one in found]}")
    return [one for one in found if names is None or one.name in names]


def load(name: str) -> Rows | OfPeer:
    """What simulates the contestant of this name."""
    (contestant,) = all_contestants([name])
    if contestant.system in (ENGINE, TWIN):
        return Rows(contestant)
    kinds = {label: kind for kind, label in LABELS.items()}
    kind = kinds.get(contestant.system, contestant.system)
    return OfPeer(peer(f"{kind} {contestant.precision}"))
