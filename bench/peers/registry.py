"""The peers, by name: what there is, what it needs, how to call it."""

from __future__ import annotations

import importlib
import importlib.util
import io
import shutil
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peers.interface import Outcome, Parameters

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """One system in one precision.

    Attributes
    ----------
    name
        As `python -m peers` takes it, e.g. ``"jax float32"``.
    module
        Name below `peers` of the module with its `simulate`.
    dtype
        ``"float64"`` or ``"float32"``.
    suits
        Replicas that one call needs for its steady speed, and that take a second or a few.
    sources
        What a user writes, relative to this folder.
    packages
        What must be installed beside the engine's own packages.
    program
        What must be on the path.
    """

    name: str
    module: str
    dtype: str
    suits: int
    sources: tuple[str, ...]
    packages: tuple[str, ...] = ()
    program: str = ""

    @property
    def there(self) -> bool:
        """Whether it can run here."""
        found = all(importlib.util.find_spec(package) for package in self.packages)
        return found and (not self.program or shutil.which(self.program) is not None)

    def simulate(self, parameters: Parameters, replicas: int, seed: int) -> Outcome:
        """Simulate that many replicas, on one core.

        The first call in a process imports the system and compiles what it compiles. A call with other
        `replicas` or another `parameters.N` may compile again; one with other numbers does not.
        """
        module = importlib.import_module(f"peers.{self.module}")
        return module.simulate(parameters, replicas, seed, self.dtype)

    def lines(self) -> int:
        """Lines that a user writes: those with code, without comments and docstrings."""
        return sum(code_lines(HERE / source) for source in self.sources)


PEERS: tuple[Peer, ...] = (
    Peer("c float64", "c", "float64", 10_000, ("c/__init__.py", "c/model.c"), program="gcc"),
    Peer("c float32", "c", "float32", 10_000, ("c/__init__.py", "c/model.c"), program="gcc"),
    Peer("numba float64", "scalar", "float64", 5_000, ("scalar.py",)),
    Peer("numpy float64", "replicas", "float64", 8_000, ("replicas.py",)),
    Peer("numpy float32", "replicas", "float32", 8_000, ("replicas.py",)),
    Peer("jax float64", "jax_vmap", "float64", 5_120, ("jax_vmap.py",), ("jax",)),
    Peer("jax float32", "jax_vmap", "float32", 5_120, ("jax_vmap.py",), ("jax",)),
    Peer("taichi float64", "taichi_lanes", "float64", 5_000, ("taichi_lanes.py",), ("taichi",)),
    Peer("taichi float32", "taichi_lanes", "float32", 5_000, ("taichi_lanes.py",), ("taichi",)),
    Peer("mesa float64", "mesa_agents", "float64", 40, ("objects.py", "mesa_agents.py"), ("mesa",)),
    Peer(
        "agentpy float64", "agentpy_agents", "float64", 40, ("objects.py", "agentpy_agents.py"), ("agentpy",)
    ),
)


def peer(name: str) -> Peer:
    """Find the peer of this name.

    Raises
    ------
    KeyError
        If there is none.
    """
    return {peer.name: peer for peer in PEERS}[name]


def code_lines(path: Path) -> int:
    """Lines of a file with code on them."""
    text = path.read_text()
    if path.suffix == ".py":
        return len(set(_python_lines(text)))
    return sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("/*"))


def _python_lines(text: str) -> Iterator[int]:
    nothing = (
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    )
    fresh = True  # whether a statement begins here: a string there is a docstring
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in nothing:
            fresh = fresh or token.type == tokenize.NEWLINE
        elif not (fresh and token.type == tokenize.STRING):
            fresh = False
            yield from range(token.start[0], token.end[0] + 1)
