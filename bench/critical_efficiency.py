"""The balancing efficiency at which P(hegemon) takes a probability, at the defaults of the model.

    python bench/critical_efficiency.py [--replicas N] [--workers N] [--out DIR]

Solves for four systems and for three curves: against the number of states, decisiveness and revisionists.
The record is bench/results/critical_efficiency.json; the figure and the tables of docs/solve.md are made from
the same solutions. Runs are kept in --out, so that the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import hegemon as hg
from hegemon.figures import save, style
from hegemon.figures.solution import outside, panel
from hegemon.running.provenance import versions

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "results" / "critical_efficiency.json"
FIGURE = ROOT / "docs" / "figures" / "critical_efficiency.png"
PAGE = ROOT / "docs" / "solve.md"
BEGIN, END = "<!-- critical efficiency -->", "<!-- end of critical efficiency -->"
SEED = 5
POINTS = [(4, 0.2), (5, 0.2), (6, 0.2), (8, 0.05)]
CURVES: dict[str, dict[str, Any]] = {
    "states": {"system.states": [4, 5, 6, 7, 8, 10, 12]},
    "decisiveness": {"war.decisiveness": [0.5, 1, 2, 3, 4, 6, 8]},
    "revisionists": {"war.revisionists": {"from": 0.0, "to": 1.0, "points": 11}},
}


def solutions(replicas: int, workers: int, out: Path) -> dict[str, hg.Solution]:
    """All of them, by name."""

    def solve(name: str, probability: float, states: int | None, over: dict[str, Any]) -> hg.Solution:
        model = hg.Model() if states is None else hg.Model(system={"states": states})
        experiment = hg.Experiment(
            model, title=f"Defaults, {states} states" if states else "Defaults", replicas=replicas, seed=SEED
        )
        begin = time.perf_counter()
        found = hg.solve(experiment, probability, over=over, out=out / name, workers=workers)
        print(f"{name}: {found} in {time.perf_counter() - begin:.0f} s", flush=True)
        return found

    single = {f"states-{n}": solve(f"states-{n}", p, n, {}) for n, p in POINTS}
    return single | {
        name: solve(name, 0.2, None if name == "states" else 6, over) for name, over in CURVES.items()
    }


def record(found: dict[str, hg.Solution]) -> dict[str, Any]:
    """What was found, as JSON values."""
    return {
        "seed": SEED,
        "versions": versions(),
        "solutions": {name: _one(solution) for name, solution in found.items()},
    }


def _one(solution: hg.Solution) -> dict[str, Any]:
    columns = {
        name: [
            None if isinstance(v, float) and math.isnan(v) else v
            for v in solution.dataset[name].values.ravel().tolist()
        ]
        for name in ("value", "low", "high", "state", "method", "note")
    }
    rows = zip(solution.points, *columns.values(), strict=True)
    return {
        "key": solution.key,
        "probability": solution.probability,
        "confidence": solution.confidence,
        "replicas": solution.replicas,
        "evaluations": solution.dataset.sizes["evaluation"],
        "values": [{"point": point, **dict(zip(columns, row, strict=True))} for point, *row in rows],
    }


def draw(found: dict[str, hg.Solution]) -> None:
    """The three curves, one panel each."""
    with style.applied():
        figure = style.new_figure(11.4, 3.7)
        axes = figure.subplots(1, len(CURVES), sharey=True)
        for ax, name in zip(axes, CURVES, strict=True):
            panel(ax, found[name].dataset, name)
            ax.set_title("At the defaults" if name == "states" else "At the defaults, 6 states")
            ax.set_ylim(0, 1)
        axes[0].set_ylabel("Balancing efficiency at which P = 0.2")
        for ax in axes[1:]:
            ax.set_ylabel("")
        note = f"Bands: 95 %, pointwise. Arrows: {outside(found['states'].dataset)}."
        figure.supxlabel(note, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444")
    save(figure, FIGURE)


def table(values: dict[str, Any]) -> str:
    """The record as Markdown."""
    lines = [
        "| states | P(hegemon) | efficiency | 95 % interval | replicas in all |",
        "|---|---|---|---|---|",
    ]
    for states, probability in POINTS:
        one = values["solutions"][f"states-{states}"]
        found = one["values"][0]
        limits = f"{found['low']:.4f} to {found['high']:.4f}" if found["value"] is not None else found["note"]
        value = f"{found['value']:.4f}" if found["value"] is not None else "none"
        total = one["evaluations"] * one["replicas"]
        lines.append(f"| {states} | {probability} | {value} | {limits} | {total:,} |")
    for name in CURVES:
        one = values["solutions"][name]
        key = next(iter(CURVES[name]))
        title = {"states": "defaults", "decisiveness": "6 states", "revisionists": "6 states"}[name]
        lines += ["", f"| `{key}` ({title}) | efficiency at which P = 0.2 | 95 % interval |", "|---|---|---|"]
        for row in one["values"]:
            value = "none" if row["value"] is None else f"{row['value']:.3f}"
            limits = row["note"] if row["value"] is None else f"{row['low']:.3f} to {row['high']:.3f}"
            lines.append(f"| {row['point'][key]:g} | {value} | {limits} |")
    return "\n".join(lines)


def put(page: str, text: str) -> str:
    """The page with what stands between the marks replaced."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicas", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "critical-efficiency")
    asked = parser.parse_args()
    found = solutions(asked.replicas, asked.workers, asked.out)
    values = record(found)
    RECORD.write_text(json.dumps(values, indent=1) + "\n")
    draw(found)
    if PAGE.exists():
        PAGE.write_text(put(PAGE.read_text(), table(values)))


if __name__ == "__main__":
    main()
