"""What the documentation publishes that a command makes: one entry for each command.

A figure, a generated part of a page (between comments `begin NAME` and `end NAME`) or a record of
bench/results belongs to exactly one entry; a test finds any that belongs to none. `reproduce.py` runs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gallery import pages

ROOT = Path(__file__).parents[1]

SAME = {
    "bits": "the same digits on any machine; figures to what they show",
    "versions": "the same digits with the same versions of numpy and scipy",
    "machine": "times and counts of this machine",
}

_IMAGE = re.compile(r"!\[[^\]]*\]\(([^)#]+\.(?:png|svg|jpg))\)|^```\{(?:figure|image)\} (\S+)", re.M)
_END = re.compile(r"<!-- end (?:of )?(?:the )?(?P<name>[\w -]+?) -->")


@dataclass(frozen=True)
class Entry:
    """A command, what it makes, and how long that took.

    Attributes
    ----------
    name : str
        What it is called by.
    commands : tuple of tuple of str
        A script of bench/ and its words, for each command; in their order.
    makes : tuple of str
        Files, and `PAGE#NAME` for the generated part NAME of a page.
    same : str
        What comes out the same: a key of `SAME`.
    seed : str
        Of what is drawn; empty where nothing is.
    seconds : float, optional
        Measured, as `docs/reproduce.md` tells; None if never.
    reads : tuple of str
        Pages whose code is run.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    makes: tuple[str, ...]
    same: str
    seed: str
    seconds: float | None = None
    reads: tuple[str, ...] = ()


def parts(page: str, *names: str) -> tuple[str, ...]:
    """Generated parts of a page of docs/."""
    return tuple(f"docs/{page}.md#{name}" for name in names)


def _figure(name: str, seed: str, seconds: float, *files: str, reads: tuple[str, ...] = ()) -> Entry:
    makes = tuple(f"docs/figures/{file}.png" for file in files or (name,))
    return Entry(name, (("page_figures.py", name),), makes, "bits", seed, seconds, reads)


def _coverage(part: str, page: str, seconds: float, *names: str, same: str = "versions") -> Entry:
    makes = (f"bench/results/coverage/{part}.json", *parts(page, *names))
    return Entry(f"coverage-{part}", (("cover.py", part),), makes, same, "1", seconds)


def _gallery() -> Entry:
    figures = (f"docs/figures/gallery/{name}.png" for name in pages.ORDER)
    texts = (part for name in pages.ORDER for part in parts(f"gallery/{name}", "found", "table"))
    makes = ("bench/results/gallery.json", *parts("gallery/index", "summary"), *figures, *texts)
    return Entry("gallery", (("make_gallery.py",),), makes, "bits", "on each page", 390)


# What is short first, what measures time last: an interruption costs least so.
ENTRIES = (
    Entry("table", (("reproduce.py", "--table"),), parts("reproduce", "published"), "bits", "", 2),
    _figure("phase", "1", 5, reads=("docs/python.md",)),
    _figure(
        "tutorial",
        "1",
        11,
        *(f"tutorial/{name}" for name in ("first", "emergence", "system", "phase")),
        reads=("docs/tutorial.md",),
    ),
    _figure("sobol_design", "1", 9, reads=("docs/designs.md",)),
    _figure("report", "20260101", 8),
    _figure("contrasts", "20260101", 18),
    _figure("survival_routes", "20260101", 4),
    _figure("headline", "20260101", 78, "waltz_mearsheimer"),
    _gallery(),
    _coverage("survival", "survival", 27, "survival-coverage"),
    _coverage("precision", "precision", 34, "coverage"),
    _coverage("rare", "rare", 164, "rare-coverage"),
    _coverage("sensitivity", "sensitivity", 166, "coverage"),
    _coverage("solve", "solve", 613, "solve-coverage"),
    _coverage("contrasts", "contrasts", 855, "contrasts-pairs", "contrasts-sweeps"),
    Entry(
        "critical_efficiency",
        (("critical_efficiency.py",),),
        (
            "bench/results/critical_efficiency.json",
            "docs/figures/critical_efficiency.png",
            *parts("solve", "critical efficiency"),
        ),
        "versions",
        "5",
        654,
    ),
    Entry(
        "top_keys",
        (("top_keys.py",),),
        (
            "bench/results/top_keys.json",
            "docs/figures/top_keys.png",
            "docs/figures/screening.png",
            *parts("sensitivity", "top keys"),
        ),
        "versions",
        "20260101",
        277,
    ),
    Entry(
        "faults",
        (("try_faults.py",),),
        ("bench/results/faults.json", *parts("faults", "table")),
        "machine",
        "",
        346,
    ),
    Entry(
        "rare_gain",
        (("rare_gain.py",), ("cover.py", "rare", "--draw")),
        ("bench/results/rare_gain.json", *parts("rare", "rare-agreement", "rare-gain")),
        "machine",
        "1, 2",
        425,
    ),
    Entry(
        "exports",
        (("exports.py",),),
        ("bench/results/exports.json", *parts("export", "exports")),
        "machine",
        "7",
    ),
    Entry("durability", (("durability.py",),), ("bench/results/durability.json",), "machine", "1"),
    Entry("store", (("store.py",),), ("bench/results/store.json",), "machine", ""),
    Entry(
        "benchmarks",
        (("run.py",),),
        (
            "bench/results/latest.json",
            "docs/figures/benchmarks.png",
            "docs/figures/scaling.png",
            *parts(
                "benchmarks",
                *("session", "aims", "contest", "ratios", "kernels", "bound", "million", "starts"),
                *("replicas", "states", "years", "crises", "points", "workers"),
            ),
        ),
        "machine",
        "1",
        1173,
    ),
)


def texts(root: Path = ROOT) -> list[Path]:
    """README and all pages of the documentation."""
    return sorted([root / "README.md", *(root / "docs").rglob("*.md")])


def shown(root: Path = ROOT) -> Iterator[str]:
    """Every image that a page shows and every generated part of one, as entries name them."""
    for path in texts(root):
        yield from shown_by(path, root)


def shown_by(page: Path, root: Path = ROOT) -> Iterator[str]:
    """The images and generated parts of one page."""
    text = page.read_text(encoding="utf-8")
    for found in _IMAGE.finditer(text):
        image = (page.parent / (found[1] or found[2])).resolve()
        yield image.relative_to(root.resolve()).as_posix()
    for found in _END.finditer(text):
        yield f"{page.relative_to(root).as_posix()}#{found['name']}"


def content(make: str, root: Path = ROOT) -> bytes:
    """What is published now under one of the names in `Entry.makes`; empty where there is nothing."""
    file, _, name = make.partition("#")
    path = root / file
    if not path.exists():
        return b""
    if not name:
        return path.read_bytes()
    found = re.search(
        rf"<!-- (?:begin )?{re.escape(name)}\b[^>]*-->(.*?)<!-- end (?:of )?(?:the )?{re.escape(name)} -->",
        path.read_text(encoding="utf-8"),
        re.S,
    )
    return found[1].encode() if found else b""
