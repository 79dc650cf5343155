"""The figures of documentation pages that come from a command or from code shown there, made anew.

    python bench/page_figures.py [FIGURE ...] [--workers N] [--runs DIR] [--to DIR]

Runs are kept in --runs, so that the same command goes on after an interruption and does nothing twice.
Where a page shows an experiment or code, that text itself is read and run, so that the figure cannot part
from it. `report` is a picture of a page in a browser: it needs playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import hegemon as hg
from hegemon.figures import save

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from documentation.pages import Block, blocks, commands  # noqa: E402

FIGURES = ROOT / "docs" / "figures"
HEADLINE = ROOT / "configs" / "waltz_mearsheimer.toml"
HEGEMON = [sys.executable, "-c", "from hegemon.cli import main; main()"]
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")


@dataclass(frozen=True)
class Place:
    """Where runs are kept, where figures go, and how many threads may work."""

    runs: Path
    to: Path
    workers: int | None
    replicas: int | None = None

    def run(self, name: str, config: Path, *changes: str, replicas: int | None = None) -> hg.Run:
        """A run that is kept under a name; the number of replicas is what is asked of all, if anything is."""
        asked = self.replicas or replicas
        settings = [*changes, *([f"experiment.replicas={asked}"] if asked else [])]
        return hg.Experiment.from_toml(config, settings).run(self.runs / name, workers=self.workers)

    def file(self, name: str) -> Path:
        """The file of a figure."""
        path = self.to / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def headline(place: Place) -> None:
    """What `hegemon run configs/waltz_mearsheimer.toml` draws."""
    save(place.run("headline", HEADLINE).plot.probability(), place.file("waltz_mearsheimer"))


def survival_routes(place: Place) -> None:
    """What `hegemon survival RUN --by route --plot` draws, of 10,000 replicas a point."""
    run = place.run("headline-10000", HEADLINE, replicas=10_000)
    hegemon("survival", run.path, "--by", "route", "--plot", place.file("survival_routes"))


def contrasts(place: Place) -> None:
    """What `hegemon contrast RUN --plot` draws, of the same run."""
    run = place.run("headline-10000", HEADLINE, replicas=10_000)
    hegemon("contrast", run.path, "--plot", place.file("contrasts"))


def sobol_design(place: Place) -> None:
    """The design that docs/designs.md shows, with 128 points and 2,000 replicas."""
    shown = next(b for b in blocks(Path("docs/designs.md")) if 'design = "sobol"' in b.text)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "sobol.toml"
        config.write_text(f'[experiment]\ntitle = "A Sobol\' design"\nseed = 1\n{shown.text}')
        run = place.run("sobol", config, "sweep.points=128", replicas=2_000)
    save(run.plot.probability(), place.file("sobol_design"))


def phase(place: Place) -> None:
    """The run and the phase diagram of docs/python.md."""
    first, *others = _python("docs/python.md")
    drawn = re.compile(r"^run\.plot\.phase\(.*probability=.*?\)", re.M)
    line = next(found[0] for block in others if (found := drawn.search(block.text)))
    code = f"{first.text}\nfrom hegemon.figures import save\nsave({line}, 'phase.png')\n"
    _in_folder([], code, {"phase.png": place.file("phase")}, place.replicas)


def tutorial(place: Place) -> None:
    """All that docs/tutorial.md types and runs; its figures."""
    console = [b for b in blocks(Path("docs/tutorial.md")) if b.language == "console"]
    typed = [line for block in console for line, _ in commands(block.text)]
    wanted = [line for line in typed if line.startswith(("hegemon init", "hegemon run"))]
    code = "\n".join(block.text for block in _python("docs/tutorial.md"))
    files = {"runs/first/figure.png": "first"} | {
        f"{name}.png": name for name in ("emergence", "system", "phase")
    }
    to = {source: place.file(f"tutorial/{name}") for source, name in files.items()}
    _in_folder(wanted, code, to, place.replicas)


def report(place: Place) -> None:
    """The charts of a report of 1,000 replicas a point, with a pointer at efficiency 0.4."""
    from playwright.sync_api import sync_playwright

    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit(f"report: needs one of {', '.join(BROWSERS)}")
    run = place.run("headline-1000", HEADLINE, replicas=1_000)
    page = place.runs / "report.html"
    hegemon("report", run.path, "-o", page, "--force")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1240, "height": 640}, device_scale_factor=1.25)
        tab.goto(page.as_uri())
        tab.evaluate(
            "document.querySelector('.u-over').closest('section').scrollIntoView({behavior: 'instant'})"
        )
        box = tab.locator(".u-over").first.bounding_box()
        assert box is not None
        tab.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.5 * box["height"])
        tab.screenshot(path=place.file("report"))
        browser.close()


ALL: dict[str, Callable[[Place], None]] = {
    "headline": headline,
    "survival_routes": survival_routes,
    "contrasts": contrasts,
    "sobol_design": sobol_design,
    "phase": phase,
    "tutorial": tutorial,
    "report": report,
}


def hegemon(*words: str | Path, folder: Path = ROOT) -> None:
    """Call the command line; its status must be 0."""
    subprocess.run([*HEGEMON, *map(str, words)], cwd=folder, check=True)


def _python(page: str) -> list[Block]:
    return [b for b in blocks(Path(page)) if b.language == "python" and b.mark != "not run"]


def _in_folder(typed: Sequence[str], code: str, files: dict[str, Path], replicas: int | None) -> None:
    """Type commands and run code in an empty folder, and keep files of what comes out."""
    if replicas:
        code = re.sub(r"\b(replicas=)\d[\d_]*", rf"\g<1>{replicas}", code)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for line in typed:
            words = line.split()[1:]
            hegemon(
                *words, *(["--replicas", str(replicas)] if replicas and "run" in words else []), folder=folder
            )
        (folder / "page.py").write_text(code)
        subprocess.run([sys.executable, "page.py"], cwd=folder, check=True)
        for source, target in files.items():
            shutil.copyfile(folder / source, target)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("figures", metavar="FIGURE", nargs="*", help=f"of {', '.join(ALL)}; all if none")
    parser.add_argument("--workers", type=int, help="threads")
    parser.add_argument("--replicas", type=int, help="in place of those of each figure, to try the program")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "reproduce", help="where runs are kept")
    parser.add_argument("--to", type=Path, default=FIGURES, help="where figures go")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.figures) - set(ALL):
        parser.error(f"no figure {', '.join(sorted(unknown))}; there are {', '.join(ALL)}")
    if asked.replicas and asked.to == FIGURES:
        parser.error("--replicas: figures of another number are no figures of the pages; say --to DIR too")
    place = Place(asked.runs.resolve(), asked.to.resolve(), asked.workers, asked.replicas)
    place.runs.mkdir(parents=True, exist_ok=True)
    for name in asked.figures or ALL:
        print(name, flush=True)
        ALL[name](place)


if __name__ == "__main__":
    main()
