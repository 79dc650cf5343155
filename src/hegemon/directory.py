"""A run's directory: made ready for an experiment, continued, extended, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hegemon import config, manifest, pieces, plan, provenance, results
from hegemon.design import Design, build
from hegemon.engine import Job
from hegemon.errors import RequestError
from hegemon.manifest import Manifest
from hegemon.parameters import all_parameters
from hegemon.slices import Slice, members

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec

EXPERIMENT = "experiment.toml"
_FIXED = ("seed", "common_random_numbers", "dtype", "detail")
_GROWING = ("replicas", "trajectories")
_SHOWN = 5  # values named of a key that differs


def prepare(folder: Path, spec: ExperimentSpec, design: Design) -> Job:
    """Plan an experiment into a directory, which may hold a part of it already. Nothing is written.

    Raises
    ------
    RequestError
        If the directory holds another experiment (with a line for each key that differs), a run of another
        version, or files that are not of a run.
    """
    if folder.exists() and not folder.is_dir():
        raise RequestError(f"{folder}: is a file, not a directory")
    held = manifest.load(folder)
    if held is None:
        _refuse_foreign(folder)
        held = Manifest(manifest.common(spec), plan.Plan(()))
    else:
        _refuse_other(folder, held, spec, design)
    return Job(folder, spec, design, Manifest(held.common, plan.extend(held.plan, spec, design)))


def write(job: Job) -> None:
    """Write what a directory holds before its work begins: the manifest, then the experiment.

    Estimates of a smaller run are taken away first: they would contradict the experiment beside them.
    """
    try:
        job.pieces.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"{error.filename}: cannot be written ({error.strerror})") from error
    for folder in (job.folder, job.pieces):
        pieces.sweep(folder)
    (job.folder / results.NAME).unlink(missing_ok=True)
    manifest.save(job.folder, job.manifest)
    pieces.write(job.folder / EXPERIMENT, config.dump(job.spec).encode())


def is_complete(job: Job, part: Slice | None = None) -> bool:
    """Whether the directory holds all of the experiment as it is asked, estimates included; or all pieces of
    a slice of it.
    """
    path = job.folder / EXPERIMENT
    if not (path.exists() and (part is not None or (job.folder / results.NAME).exists())):
        return False
    if path.read_text(encoding="utf-8") != config.dump(job.spec):
        return False
    found = manifest.finished(job.folder, job.manifest)
    if part is not None:
        return members(job.manifest.plan, part) <= found.keys()
    return len(found) == len(job.manifest.plan)


def require(folder: Path) -> None:
    """Raise RequestError unless the directory holds a run."""
    for name in (manifest.NAME, EXPERIMENT):
        if not (folder / name).is_file():
            raise RequestError(f"{folder}: holds no run (there is no {name})")


def load(folder: Path) -> Job:
    """The run that a directory holds.

    Raises
    ------
    RequestError
        If it holds none.
    PieceError
        If its manifest cannot be read.
    """
    require(folder)
    spec = config.load(folder / EXPERIMENT)
    held = manifest.load(folder) or Manifest(manifest.common(spec), plan.Plan(()))
    return Job(folder, spec, build(spec), held)


def _refuse_foreign(folder: Path) -> None:
    names = (EXPERIMENT, manifest.PIECES, results.NAME, provenance.NAME)
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise RequestError(
            f"{folder}: holds {', '.join(there)} but no {manifest.NAME}; choose another directory"
        )


def _refuse_other(folder: Path, held: Manifest, spec: ExperimentSpec, design: Design) -> None:
    wanted = manifest.common(spec)
    lines = [
        f"{folder}: made with {name} {held.common.get(name)}, this program has {wanted[name]}"
        for name in ("format_version", "model_version")
        if held.common.get(name) != wanted[name]
    ]
    if lines:
        raise RequestError(*lines)
    before = config.load(folder / EXPERIMENT)
    lines += [_differs(folder, f"experiment.{name}", getattr(before, name), getattr(spec, name))
              for name in _FIXED if getattr(before, name) != getattr(spec, name)]  # fmt: skip
    lines += [
        f"{folder}: experiment.{name}: holds {getattr(before, name)}, asked {getattr(spec, name)}; "
        "more can be added, fewer need another directory"
        for name in _GROWING
        if getattr(spec, name) < getattr(before, name)
    ]
    asked = {point.identity for point in design.points}
    if not asked.issuperset(held.plan.covered("piece")):
        lines += _different_keys(folder, build(before), design)
    if lines:
        raise RequestError(*lines)


def _differs(folder: Path, key: str, held: Any, asked: Any) -> str:
    return f"{folder}: {key}: holds {held}, asked {asked}; it is another experiment, choose another directory"


def _different_keys(folder: Path, held: Design, asked: Design) -> Iterator[str]:
    """A line for each key that has values there which are not asked for."""
    found = False
    for info in all_parameters():
        if info.key == "system.names":
            continue
        there, here = (_values(design, info.key) for design in (held, asked))
        if not set(here).issuperset(there):
            found = True
            yield _differs(folder, f"model.{info.key}", _short(there), _short(here))
    if not found:
        yield f"{folder}: holds design points that are not asked for; choose another directory"


def _values(design: Design, key: str) -> dict[str, None]:
    """Values of a key as they are given: one that follows another key does not differ by itself."""
    section, _, name = key.partition(".")
    given = (getattr(getattr(point.model, section), name) for point in design.points)
    return dict.fromkeys("nothing" if value is None else config.toml_value(value) for value in given)


def _short(values: Iterable[str]) -> str:
    values = list(values)
    text = ", ".join(values[:_SHOWN])
    return text if len(values) <= _SHOWN else f"{text}, ... ({len(values)} values)"
