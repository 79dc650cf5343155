"""Try all faults (tests/faults, the long suite too) and write what was tried and lost into docs/faults.md.

python bench/try_faults.py          try them, in a quarter of an hour; as root, on small file systems too
python bench/try_faults.py --table  only write the table of the last record anew
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "bench" / "results" / "faults.json"
PAGE = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- table: made by bench/try_faults.py -->\n", "<!-- end of the table -->\n"


def measure() -> dict[str, Any]:
    """Run the suite; its tests fail where anything is lost."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "timeout=3000", "tests/faults"]
        subprocess.run(
            [sys.executable, *words], cwd=ROOT, env={**os.environ, "HEGEMON_FAULTS": str(counts)}, check=True
        )
        found = json.loads(counts.read_text())
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "root": os.geteuid() == 0,
        "seconds": round(time.monotonic() - begin),
        "faults": found,
    }


def table(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    faults = record["faults"]
    rows = [f"| {name} | {item['tried']:,} | {item['lost']:,} |" for name, item in faults.items()]
    tried, lost = (sum(item[key] for item in faults.values()) for key in ("tried", "lost"))
    head = ["| fault | tried | lost |", "|---|---:|---:|"]
    return "\n".join([*head, *rows, f"| all | {tried:,} | {lost:,} |"]) + "\n"


def page(text: str, record: dict[str, Any]) -> str:
    """The page with the table of a record in it."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}{table(record)}{END}{after}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--table", action="store_true", help="only write the table anew")
    if not asked.parse_args().table:
        RECORD.write_text(json.dumps(measure(), indent=1) + "\n")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), json.loads(RECORD.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
