"""The scripts in configs/cluster, as examples to copy: ``python tests/cluster/templates.py --write``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from hegemon.cluster.scripts import TEMPLATES, Asked, Job, render

FOLDER = Path(__file__).parents[2] / "configs" / "cluster"
ASKED = Asked(
    cpus=4,
    memory="2G",
    partition="main",
    account="project",
    seconds=4 * 3600,
    setup=("# module load python/3.12",),
)
EXAMPLE = Job(
    name="spoils",
    program="/home/you/hegemon/.venv/bin/hegemon",
    python="/home/you/hegemon/.venv/bin/python",
    experiment="/home/you/spoils.toml",
    out="/home/you/runs/spoils",
    folder="/home/you/runs/spoils/jobs",
    workdir="/home/you",
    slices=64,
    array="1-64",
    again="",
    asked=ASKED,
)


def texts() -> dict[Path, str]:
    """What each file is to hold."""
    again = {"slurm": "sbatch slurm-array.sh", "pbs": "qsub pbs-array.sh"}
    return {
        FOLDER / name: render(name, replace(EXAMPLE, again=again[name.partition("-")[0]]))
        for name in TEMPLATES
    }


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    FOLDER.mkdir(exist_ok=True)
    for path, text in texts().items():
        path.write_text(text)
