"""Build the gallery: run its experiments, and make its figures and the numbers of its pages anew.

    python bench/make_gallery.py [PAGE ...] [--list] [--draw] [--workers N] [--runs DIR]

Runs are kept in runs/gallery, so that the same command goes on after an interruption and does nothing twice.
What is found goes to bench/results/gallery.json, and from there into docs/gallery and docs/figures/gallery;
`--draw` makes these from the record without a run. A fact whose sign is not the one that its page relies on
is told at the end, with status 1. `make gallery` builds all pages; how one is added: see
bench/gallery/__init__.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import markers
from gallery import drawing, measure, pages, words

from hegemon.figures import save
from hegemon.running.provenance import versions

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "results" / "gallery.json"
PAGES = ROOT / "docs" / "gallery"
FIGURES = ROOT / "docs" / "figures" / "gallery"


def records(path: Path = RECORD) -> dict[str, Any]:
    """What was found, by page."""
    return json.loads(path.read_text()) if path.exists() else {}


def write(name: str, record: Mapping[str, Any], path: Path = RECORD) -> None:
    """Keep the record of a page beside those of the others, in the order of the gallery."""
    found = records(path) | {name: record}
    ordered = {page: found[page] for page in pages.ORDER if page in found}
    path.write_text(json.dumps(ordered, indent=1, allow_nan=False) + "\n")


def render(name: str, text: str, record: Mapping[str, Any]) -> str:
    """A page with its generated parts made from its record."""
    return markers.fill(text, words.parts(record))


def render_index(text: str, found: Mapping[str, Any]) -> str:
    """The front page of the gallery with its table made from the records."""
    return markers.fill(text, {"summary": words.summary(found)})


def draw(name: str, record: Mapping[str, Any]) -> None:
    """Make the figure and the generated parts of a page."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    save((pages.page(name).draw or drawing.figure)(dict(record)), FIGURES / f"{name}.png")
    path = PAGES / f"{name}.md"
    path.write_text(render(name, path.read_text(), record))
    index = PAGES / "index.md"
    index.write_text(render_index(index.read_text(), records()))


def reversed_facts(record: Mapping[str, Any]) -> list[str]:
    """Facts whose interval does not bear out the sign that the text relies on."""
    return [name for name, fact in record["facts"].items() if not _borne_out(fact)]


def _borne_out(fact: Mapping[str, Any]) -> bool:
    if fact["sign"] is None:
        return True
    seen: int = (fact["low"] > 0) - (fact["high"] < 0)
    return seen == fact["sign"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pages", metavar="PAGE", nargs="*", help="all if none is named")
    parser.add_argument("--list", action="store_true", help="name all pages")
    parser.add_argument("--draw", action="store_true", help="run nothing")
    parser.add_argument("--workers", type=int, help="threads")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "gallery", help="where runs are kept")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.pages) - set(pages.ORDER):
        parser.error(f"no page {', '.join(sorted(unknown))}; there are {', '.join(pages.ORDER)}")
    if asked.list:
        print("\n".join(f"{name:<20}{pages.page(name).title}" for name in pages.ORDER))
        return 0
    wrong = [fact for name in asked.pages or pages.ORDER for fact in _build(name, asked)]
    for each in wrong:
        print(f"not as its page says: {each}", file=sys.stderr)
    return 1 if wrong else 0


def _build(name: str, asked: argparse.Namespace) -> list[str]:
    begin = time.perf_counter()

    def tell(text: str) -> None:
        print(f"[{time.perf_counter() - begin:5.0f} s] {text}", flush=True)

    if not asked.draw:
        tell(name)
        ask = measure.asking(asked.runs, asked.workers, (), tell)
        write(name, measure.measure(pages.page(name), name, ask) | {"versions": versions()})
    record = records()[name]
    draw(name, record)
    return [f"{name}: {fact}" for fact in reversed_facts(record)]


if __name__ == "__main__":
    sys.exit(main())
