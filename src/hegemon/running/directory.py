"""A run's directory: made ready for an experiment, continued, extended, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hegemon import config
from hegemon.config.spec import PRECISIONS
from hegemon.errors import RequestError
from hegemon.failures import MENDING, PieceError, WorkFailed
from hegemon.outputs import results
from hegemon.parameters import all_parameters
from hegemon.planning import plan
from hegemon.planning.design import Design, build
from hegemon.planning.looks import Target, weaker
from hegemon.planning.slices import Slice, members
from hegemon.running import provenance
from hegemon.storage import files, manifest, pieces
from hegemon.storage.job import Job
from hegemon.storage.manifest import Manifest
from hegemon.toml import toml_value

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.config import ExperimentSpec
    from hegemon.outputs.totals import Totals

EXPERIMENT = "experiment.toml"
SPLITTING = "splitting"
"""What the manifest of `hegemon rare` has for the detail of a run."""
RARE = "rare.nc"
"""The estimates of `hegemon rare`."""
_FIXED = ("seed", "common_random_numbers", "dtype", "detail")
_GROWING = ("replicas", "trajectories")
_OTHER = "it is another experiment, choose another directory"
_DRAWN = "sweep.points"
_HYPERCUBE = (
    "a Latin hypercube of another size has other points (those of sobol stay), choose another directory"
)
_FEWER = "more can be added, fewer need another directory"
_FINER = "a finer one can be had, a coarser one needs another directory"
_GREATER = "a greater one can be had, a smaller one needs another directory"
_WHY = dict.fromkeys(PRECISIONS, _FINER) | {"confidence": _GREATER, "max_replicas": _FEWER}
_WHY |= dict.fromkeys(_GROWING, _FEWER)
_SHOWN = 5  # values named of a key that differs


def prepare(folder: Path, spec: ExperimentSpec, design: Design) -> Job:
    """Plan an experiment into a directory, which may hold a part of it already. Nothing is written.

    Raises
    ------
    RequestError
        If the directory holds another experiment (with a line for each key that differs), a run of another
        version, or files that are not of a run.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise RequestError(f"{folder}: is a file, not a directory")
    except OSError as error:
        raise RequestError(f"{folder}: cannot be used ({error.strerror})") from error
    held = manifest.load(folder)
    if held is None:
        refuse_foreign(folder)
        held = Manifest(manifest.common(spec), plan.Plan(()))
    elif held.common.get("detail") == SPLITTING:
        raise RequestError(f"{folder}: holds what hegemon rare has left; choose another directory")
    elif held.experiment != config.dump(spec):
        refuse_other(load(folder), spec, design)
    else:
        refuse_version(folder, held)
    return Job(folder, spec, design, replace(held, plan=plan.extend(held.plan, spec, design)))


def write(job: Job, again: Callable[[Job], Job] | None = None) -> Job:
    """Write what a directory holds before its work begins: the manifest, then the experiment.

    Estimates of a smaller run are taken away: they would contradict the experiment beside them. Where the
    directory holds all of this already nothing is touched: another process may be at work on it.

    Parameters
    ----------
    job : Job
        From `prepare`.
    again : callable, optional
        Plans the job anew, where the directory has changed meanwhile; `prepare`, if not given.

    Returns
    -------
    Job
        As it was written: another process may have extended the directory meanwhile.

    Raises
    ------
    RequestError
        If the directory cannot be written, or holds another experiment by now.
    """
    sessions, text = job.folder / manifest.SESSIONS, config.dump(job.spec)
    if len(text.encode()) > config.LARGEST:
        raise RequestError(f"{job.folder / EXPERIMENT}: would be larger than {config.LARGEST >> 20} MiB")
    try:
        for folder in (job.pieces, sessions):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.is_symlink():  # to wherever whoever made the directory likes
                raise RequestError(f"{folder}: is a link; link the whole directory instead")
    except OSError as error:
        raise RequestError(f"{error.filename}: cannot be written ({error.strerror})") from error
    for folder in (job.folder, job.pieces, sessions):
        pieces.sweep(folder)
    while (held := _held(job, text)) is None:
        job = prepare(job.folder, job.spec, job.design) if again is None else again(job)
    path = job.folder / EXPERIMENT
    if not path.exists() or files.read(path, config.LARGEST) != text.encode():
        pieces.write(path, text.encode())
    return replace(job, manifest=held)


def _held(job: Job, text: str) -> Manifest | None:
    """The manifest of a job, written where it asks for more; None where the directory has changed."""
    held = manifest.load(job.folder)
    if held is not None and held.state == job.manifest.state and held.experiment == text:
        more = len(job.manifest.plan.generations) > len(held.plan.generations)
        if not more:
            manifest.restore(job.folder)
            return held
    try:
        for name in (results.NAME, RARE):
            (job.folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise RequestError(f"{error.filename}: cannot be replaced ({error.strerror})") from error
    return manifest.save(job.folder, replace(job.manifest, experiment=text))


def grow(job: Job, totals: Totals) -> Job | None:
    """Plan and write the next replicas of points that have not the precision that is asked, by their totals.

    Returns
    -------
    Job or None
        None where no point needs more.

    Raises
    ------
    WorkFailed
        If another process asks more of the directory by now.
    """
    if not job.spec.to_precision:
        return None
    stops = Target.of(job.spec).stops(totals.index, totals.emerged, totals.replicas)
    further = plan.grow(job.manifest.plan, stops, job.spec, job.design)
    if further is job.manifest.plan:
        return None
    held = manifest.load(job.folder)
    if held is None or held.state == job.manifest.state:
        return write(replace(job, manifest=replace(job.manifest, plan=further)))
    if held.experiment != config.dump(job.spec):
        require_current(job)
    return write(prepare(job.folder, job.spec, job.design))  # another process has planned that already


def require_current(job: Job) -> None:
    """Raise WorkFailed unless a directory is still to hold what the job asks, and nothing more."""
    held = manifest.load(job.folder)
    if held is None or held.state != job.manifest.state:
        raise WorkFailed(
            f"{job.folder}: was extended by another process meanwhile; all pieces are kept, "
            "and the estimates are left to that process"
        )


def estimates(folder: Path) -> xr.Dataset:
    """`results.nc` of a directory, in memory.

    Raises
    ------
    PieceError
        If it is missing, damaged, or of other work than the manifest plans.
    """
    found, held = results.load(folder), manifest.load(folder)
    for name, value in held.common.items() if held is not None else ():
        if name in found.attrs and found.attrs[name] != value:
            there = f"its {name} is {found.attrs[name]}, the manifest's {value}"
            raise PieceError(f"{folder / results.NAME}: is of another run ({there}); {MENDING}")
    return found


def is_complete(job: Job, part: Slice | None = None) -> bool:
    """Whether the directory holds all of the experiment as it is asked, estimates included; or all pieces of
    a slice of it.
    """
    if part is None and not (job.folder / results.NAME).exists():
        return False
    if not _is_run(job.folder) or job.manifest.experiment != config.dump(job.spec):
        return False
    found = manifest.finished(job.folder, job.manifest)
    if part is not None:
        return members(job.manifest.plan, part) <= found.keys()
    return len(found) == len(job.manifest.plan)


def _is_run(folder: Path) -> bool:
    return all((folder / name).exists() for name in (manifest.NAME, EXPERIMENT))


def require(folder: Path) -> None:
    """Raise RequestError unless the directory holds a run."""
    for name in (manifest.NAME, EXPERIMENT):
        if not (folder / name).is_file():
            raise RequestError(f"{folder}: holds no run (there is no {name})")


def refuse_slices(folder: Path) -> None:
    """Raise RequestError where a directory holds slices still to be merged, or what hegemon rare has left."""
    _refuse_splitting(folder, manifest.load(folder))
    if any(made.get("slice") for made in provenance.load(folder)["sessions"]):
        raise RequestError(
            f"{folder}: holds slices and no estimates yet; join them with: hegemon merge {folder} "
            "(or hegemon merge OUT RUN... where each has its directory)"
        )


def load(folder: Path) -> Job:
    """The run that a directory holds.

    Raises
    ------
    RequestError
        If it holds none.
    PieceError
        If its manifest cannot be read.
    """
    held = manifest.load(folder)
    if held is None:
        require(folder)
        raise RequestError(f"{folder}: holds no run (there is no {manifest.NAME})")
    _refuse_splitting(folder, held)
    spec = experiment(folder, held)
    return Job(folder, spec, build(spec), held)


def _refuse_splitting(folder: Path, held: Manifest | None) -> None:
    if held is not None and held.common.get("detail") == SPLITTING:
        raise RequestError(
            f"{folder}: holds no run of plain replicas but what hegemon rare has left; that command, given "
            "again, prints it, and hegemon verify checks it"
        )


def experiment(folder: Path, held: Manifest) -> ExperimentSpec:
    """The experiment of a directory, from its manifest: that and the file are not written in one step."""
    if not held.experiment:
        return config.load(folder / EXPERIMENT)
    return config.loads(held.experiment, f"{folder / manifest.NAME}: experiment")


def refuse_foreign(folder: Path) -> None:
    """Raise RequestError where a directory without a manifest holds what only runs do."""
    names = (EXPERIMENT, manifest.PIECES, results.NAME, provenance.NAME)
    there = [name for name in names if (folder / name).exists()]
    if there == [manifest.PIECES] and not any((folder / manifest.PIECES).iterdir()):
        return  # a process that was stopped had got no further
    if there:
        raise RequestError(
            f"{folder}: holds {', '.join(there)} but no {manifest.NAME}; choose another directory"
        )


def refuse_version(folder: Path, held: Manifest) -> None:
    """Raise RequestError where a directory was made by a version whose work cannot be joined with ours."""
    ours = manifest.versions()
    lines = [
        f"{folder}: made with {name} {held.common.get(name)}, this program has {ours[name]}"
        for name in ours
        if held.common.get(name) != ours[name]
    ]
    if lines:
        raise RequestError(*lines)


def refuse_other(held: Job, spec: ExperimentSpec, design: Design) -> None:
    """Raise RequestError, with a line for each key that differs, unless `spec` asks for all that is held."""
    refuse_version(held.folder, held.manifest)
    lines = []
    for key, there, here in differences(held, spec, design):
        why = _WHY.get(key.removeprefix("experiment."), _OTHER)
        if key == _DRAWN:
            why = _FEWER if spec.sweep.design == "sobol" else _HYPERCUBE
        lines.append(f"{held.folder}: {key}: holds {there}, asked {here}; {why}")
    if lines:
        raise RequestError(*lines)


def differences(held: Job, spec: ExperimentSpec, design: Design) -> list[tuple[str, str, str]]:
    """Each key by which `spec` does not ask for all that a directory holds: what is there, what is asked."""
    before = held.spec
    growing = ("trajectories",) if spec.to_precision or before.to_precision else _GROWING
    found = [
        (f"experiment.{name}", str(getattr(before, name)), str(getattr(spec, name)))
        for name in (*_FIXED, *growing)
        if getattr(before, name) != getattr(spec, name)
        and (name in _FIXED or getattr(spec, name) < getattr(before, name))
    ]
    found += weaker(before, spec)
    asked = {point.identity for point in design.points}
    if not asked.issuperset(held.manifest.plan.covered("piece")):
        there, here = before.sweep, spec.sweep
        if there.spans and (there.design, there.spans) == (here.design, here.spans) and not found:
            return [(_DRAWN, str(there.size), str(here.size))]
        found += different_keys(held.design, design)
    return found


def different_keys(held: Design, asked: Design) -> list[tuple[str, str, str]]:
    """Keys that have values there which are not asked for."""
    found = []
    for info in all_parameters():
        there, here = (_values(design, info.key) for design in (held, asked))
        if info.key != "system.names" and not set(here).issuperset(there):
            found.append((f"model.{info.key}", _short(there), _short(here)))
    return found or [("sweep", "design points that are not asked for", "others")]


def _values(design: Design, key: str) -> dict[str, None]:
    """Values of a key as they are given: one that follows another key does not differ by itself."""
    section, _, name = key.partition(".")
    given = (getattr(getattr(point.model, section), name) for point in design.points)
    return dict.fromkeys("nothing" if value is None else toml_value(value) for value in given)


def _short(values: Iterable[str]) -> str:
    values = list(values)
    text = ", ".join(values[:_SHOWN])
    return text if len(values) <= _SHOWN else f"{text}, ... ({len(values)} values)"
