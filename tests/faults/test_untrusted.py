"""Files from elsewhere: whatever they were made to do, they are read within bounds or refused by name.

Their checksums are right here, as those of one who means harm would be.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hegemon as hg
from faults.trials import Whole
from faults.warm import memory
from hegemon import config
from hegemon.failures import PieceError
from hegemon.running import directory, engine, provenance
from hegemon.storage import content, datasets, manifest, pieces, vetting
from hegemon.variables import EVENTS, OUTCOMES, TRAJECTORIES

MEMORY = 1 << 30  # more than there is when a file is given
SECONDS = 20


@pytest.fixture
def copy(whole: Whole, room: Path) -> Path:
    return shutil.copytree(whole.run.path, room / "run")


def renamed(path: Path) -> pieces.PieceFile:
    """A piece whose name vouches for what is in it now."""
    stem = "-".join(path.name.split("-")[:3])
    new = path.rename(path.with_name(pieces.name_of(stem, path.read_bytes())))
    found = pieces.parse(new)
    assert found is not None
    return found


def read(piece: pieces.PieceFile, data: bytes) -> None:
    """Read everything that the program reads of a piece."""
    with vetting.opened(piece.path, data) as file:
        rows = sum(segment.count for segment in content.segments_of(piece, file))
        if piece.kind == "piece":
            content.tallies_of(piece, file)
        for name, entry in (OUTCOMES if piece.kind == "piece" else {**TRAJECTORIES, **EVENTS}).items():
            if name in file:
                shape = tuple(rows if along == "row" else None for along in entry.dims)
                vetting.take(file, name, entry.dtype, shape)


def use(folder: Path) -> None:
    """Use a run as its owner would."""
    engine.stored_totals(directory.load(folder))
    hg.open_run(folder).outcomes.compute()


def refusal(action: Callable[[], Any]) -> tuple[str, ...]:
    """Lines by which something was refused; none where it was not."""
    try:
        action()
    except PieceError as error:
        return (str(error),)
    except hg.RequestError as error:
        return error.lines
    return ()


def replace(name: str, make: Callable[[h5py.File], None]) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        del file[name]
        make(file)

    return change


SECRET = "/etc/hostname"
HOSTILE: dict[str, Callable[[h5py.File], Any]] = {
    "a vast variable that takes no room": replace(
        "wars", lambda f: f.create_dataset("wars", (1 << 40,), "i4", chunks=(1 << 20,))
    ),
    "a vast variable, compressed": replace(
        "wars",
        lambda f: f.create_dataset("wars", data=np.zeros(1 << 26, "i4"), chunks=(1 << 26,), compression=9),
    ),
    "a vast chunk": replace(
        "wars", lambda f: f.create_dataset("wars", (100,), "i4", maxshape=(None,), chunks=(1 << 28,))
    ),
    "values that were never written": replace(
        "tally_sums", lambda f: f.create_dataset("tally_sums", f["tally_valid"].shape, "i8")
    ),
    "a link to another file": replace(
        "count", lambda f: f.__setitem__("count", h5py.ExternalLink(SECRET, "/x"))
    ),
    "a link within the file": replace("count", lambda f: f.__setitem__("count", h5py.SoftLink("/first"))),
    "a link to itself": replace("count", lambda f: f.__setitem__("count", h5py.SoftLink("/count"))),
    "values kept in another file": replace(
        "count", lambda f: f.create_dataset("count", (1,), "i8", external=[(SECRET, 0, 8)])
    ),
    "values of another dataset": replace("count", lambda f: f.create_virtual_dataset("count", virtual())),
    "a group for a variable": replace("count", lambda f: f.create_group("count/count")),
    "a type with a name": replace("count", lambda f: named_type(f)),
    "a type for a variable": replace("count", lambda f: f.__setitem__("count", np.dtype("i8"))),
    "references": replace("count", lambda f: f.create_dataset("count", (1,), h5py.ref_dtype)),
    "records": replace("count", lambda f: f.create_dataset("count", (1,), [("a", "i8")])),
    "text": replace("count", lambda f: f.create_dataset("count", (1,), h5py.string_dtype())),
    "lists of any length": replace("count", lambda f: f.create_dataset("count", (1,), h5py.vlen_dtype("i8"))),
    "another filter": replace(
        "wars", lambda f: f.create_dataset("wars", data=np.zeros(99, "i4"), chunks=(99,), compression="lzf")
    ),
    "a filter that is nowhere": replace("wars", lambda f: unknown_filter(f)),
    "another shape": replace("count", lambda f: f.create_dataset("count", (1, 1, 1), "i8")),
    "another length": replace("count", lambda f: f.create_dataset("count", data=np.zeros(9, "i8"))),
    "another version as text": lambda f: f.attrs.__setitem__("format_version", "1"),
    "a version of many numbers": lambda f: f.attrs.__setitem__("format_version", np.zeros(1000)),
    "columns as numbers": lambda f: f.attrs.__setitem__("tally_columns", 7),
    "no segments": lambda f: f.__delitem__("point"),
}


def virtual() -> h5py.VirtualLayout:
    layout = h5py.VirtualLayout((1,), "i8")
    layout[:] = h5py.VirtualSource(SECRET, "x", (1,))
    return layout


def named_type(file: h5py.File) -> None:
    file["kind"] = np.dtype("i8")
    file.create_dataset("count", (1,), file["kind"])


def unknown_filter(file: h5py.File) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((9,))
    plan.set_filter(32_000, h5py.h5z.FLAG_OPTIONAL, (1,))
    h5py.h5d.create(file.id, b"wars", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((9,)), plan)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_piece(copy: Path, name: str, ledger: Callable[..., None]) -> None:
    path = next((copy / "pieces").glob("piece-*"))
    with h5py.File(path, "r+") as file:
        HOSTILE[name](file)
    piece = renamed(path)
    with pytest.raises(PieceError, match=f"{piece.path.name}: "):
        read(piece, pieces.read(piece))
    with pytest.raises(PieceError, match=f"{piece.path.name}: "):
        use(copy)
    ledger("a piece made to harm: vast, linked elsewhere, of other types or filters, ...")


def shared_text(file: h5py.File) -> None:
    """One long text in ten thousand places: a megabyte that reads as ten gigabytes."""
    kind = h5py.h5t.py_create(h5py.string_dtype(), logical=True)
    text = file.create_dataset("text", (10_000,), h5py.string_dtype(), chunks=(10_000,))
    text[0] = "x" * (1 << 20)
    raw = text.id.read_direct_chunk((0,))[1]
    text.id.write_direct_chunk((0,), raw[:16] * 10_000)
    del kind


RESULTS: dict[str, Callable[[h5py.File], Any]] = {
    "a vast variable": lambda f: f.create_dataset("more", (1 << 36,), "f8"),
    "a vast variable, compressed": lambda f: f.create_dataset(
        "more", (1 << 36,), "f8", chunks=(1 << 20,), compression=1
    ),
    "a link to another file": lambda f: f.__setitem__("more", h5py.ExternalLink(SECRET, "/x")),
    "values kept in another file": lambda f: f.create_dataset("more", (1,), "i8", external=[(SECRET, 0, 8)]),
    "a group": lambda f: f.create_group("more/more"),
    "one text in many places": shared_text,
    "another value": lambda f: f["p_emerged"].__setitem__(..., 0.5),
    "another attribute of a variable": lambda f: f["p_emerged"].attrs.__setitem__("units", "m"),
    "a variable more": lambda f: f.create_dataset("more", data=1.0),
    "a variable less": lambda f: f.__delitem__("se_wars"),
    "no digest": lambda f: f.attrs.__delitem__("digest"),
    "another version": lambda f: f.attrs.__setitem__("format_version", np.int32(2)),
}


@pytest.mark.parametrize("name", RESULTS)
def test_hostile_results(copy: Path, name: str, ledger: Callable[..., None]) -> None:
    with h5py.File(copy / "results.nc", "r+") as file:
        RESULTS[name](file)
    with pytest.raises(PieceError, match=r"results\.nc: "):
        _ = hg.open_run(copy).results
    ledger("a results.nc made to harm")


def test_names_of_pieces_are_never_paths(copy: Path) -> None:
    """What the manifest says is hashed; files are found by listing, and made under names of our own."""
    text = (copy / "manifest").read_text()
    values = json.loads(text)
    values.pop("sha256")
    values["generations"][0]["kind"] = "../../../tmp/piece"
    values["sha256"] = manifest._digest(values)
    (copy / "manifest").unlink()
    (copy / "manifest").write_text(json.dumps(values))
    with pytest.raises(PieceError, match="manifest: not a manifest"):
        directory.load(copy)


# Bytes at random


def mutated(data: bytes, random: Random, head: int) -> bytes:
    """Flip, set, copy, cut and insert; the first `head` bytes, where the structure is, more often."""
    found = bytearray(data)
    for _ in range(random.choice([1, 1, 1, 2, 4, 16])):
        at = random.randrange(len(found) if random.random() < 0.3 else min(len(found), head))
        size = random.choice([1, 2, 4, 8, 60])
        change = random.randrange(6)
        if change == 0:
            found[at] ^= 1 << random.randrange(8)
        elif change == 1:
            found[at : at + size] = random.choice([b"\xff", b"\0"]) * size
        elif change == 2:
            found[at : at + size] = random.randbytes(size)
        elif change == 3:
            other = random.randrange(len(found))
            found[at : at + size] = found[other : other + size]
        elif change == 4:
            del found[at : at + size]
        else:
            found[at:at] = random.randbytes(size)
        found = found or bytearray(1)
    return bytes(found[: random.randrange(len(found)) if random.random() < 0.05 else None])


def guarded(job: Callable[[], None]) -> int:
    """Status of a job in a child with little memory and time: HDF5 is C, and may do more than raise."""
    process = os.fork()
    if process == 0:
        memory(MEMORY)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        status = 1
        try:
            job()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(process, 0)[1]


BATCH = 50


@pytest.mark.parametrize("kind", ["piece", "trace", "results"])
@pytest.mark.parametrize(
    "seeds", [range(150), pytest.param(range(150, 2150), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_any_bytes_of_hdf5(whole: Whole, kind: str, seeds: range, ledger: Callable[..., None]) -> None:
    path = whole.run.path / "results.nc"
    if kind != "results":
        path = next((whole.run.path / "pieces").glob(f"{kind}-*"))
    data = path.read_bytes()

    def job() -> None:
        for seed in batch:
            changed = mutated(data, Random(seed), 16_000)
            piece = pieces.PieceFile(path, kind, 0, "", len(changed), "")
            load = datasets.from_bytes if kind == "results" else read
            lines = refusal(partial(load, path if kind == "results" else piece, changed))
            assert all(line.startswith(f"{path}: ") for line in lines)

    for begin in range(seeds.start, seeds.stop, BATCH):
        batch = range(begin, begin + BATCH)
        assert guarded(job) == 0, batch
        ledger(
            f"{'results.nc' if kind == 'results' else kind} of changed bytes, its checksum made right", BATCH
        )


changes = st.integers(0, 2**32).map(Random)
fuzz = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose files are changed again and again."""
    return shutil.copytree(whole.run.path, tmp_path_factory.mktemp("fuzz") / "run")


def changed(folder: Path, whole: Whole, name: str, random: Random) -> bytes:
    data = mutated((whole.run.path / name).read_bytes(), random, 4000)
    (folder / name).write_bytes(data)
    return data


@fuzz
@given(random=changes)
def test_any_bytes_of_a_manifest(
    folder: Path, whole: Whole, random: Random, ledger: Callable[..., None]
) -> None:
    data = changed(folder, whole, "manifest", random)
    try:
        values = json.loads(data)
        values.pop("sha256")
        values["sha256"] = manifest._digest(values)
        (folder / "manifest").write_text(json.dumps(values))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    lines = refusal(lambda: manifest.finished(folder, directory.load(folder).manifest))
    assert all(str(folder) in line for line in lines)
    ledger("manifest of changed bytes, its checksum made right where it can be")


@fuzz
@given(random=changes)
def test_any_bytes_of_a_record(
    folder: Path, whole: Whole, random: Random, ledger: Callable[..., None]
) -> None:
    changed(folder, whole, "provenance.json", random)
    lines = refusal(lambda: provenance.history(provenance.load(folder)))
    assert all("provenance.json" in line for line in lines)
    ledger("provenance.json of changed bytes")


@fuzz
@given(random=changes)
def test_any_bytes_of_an_experiment(
    folder: Path, whole: Whole, random: Random, ledger: Callable[..., None]
) -> None:
    changed(folder, whole, "experiment.toml", random)
    lines = refusal(lambda: config.load(folder / "experiment.toml"))
    assert all(line.startswith(str(folder)) for line in lines)
    ledger("experiment.toml of changed bytes")


@pytest.mark.parametrize(
    "text",
    [
        "x = [" + "[]," * 200_000 + "]",
        "\n".join(f"k{i} = 1" for i in range(50_000)),
        "\n".join(f"[t{i}]" for i in range(20_000)),
        '[sweep]\n"war.spoils" = { from = 0, to = 1, points = 10_000_000 }',
        '[sweep]\n"war.spoils" = [' + "2," * 50_000 + "]",
        '[sweep]\n"war.spoils" = { from = 0, to = 1, points = 20_000 }\n'
        '"war.defence" = { from = 0, to = 1, points = 20_000 }',
        '[sweep]\ndesign = "list"\nvalues = [' + "{ a = 1 }," * 50_000 + "]",
        "[experiment]\nreplicas = 999999999999999999999999",
        "[model.system]\nshares = [" + "1," * 200_000 + "]",
    ],
    ids=[
        "lists",
        "keys",
        "tables",
        "an axis",
        "wrong values",
        "a grid",
        "wrong points",
        "replicas",
        "shares",
    ],
)
def test_a_config_that_wants_all_memory(tmp_path: Path, text: str, ledger: Callable[..., None]) -> None:
    path = tmp_path / "large.toml"
    path.write_text(text)

    def job() -> None:
        lines = refusal(lambda: config.load(path))
        assert 1 <= len(lines) <= 101
        assert max(map(len, lines)) < 1000

    assert guarded(job) == 0
    ledger("a configuration that wants all memory or time")
