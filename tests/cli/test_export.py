"""`hegemon export`, as it is typed."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest


def test_estimates_go_into_the_run(done: Path, hegemon) -> None:
    result = hegemon("export", str(done), "--to", "csv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{done}/estimates.csv: estimates, 6 rows, ")
    rows = list(csv.DictReader((done / "estimates.csv").read_text().splitlines()))
    assert [row["efficiency"] for row in rows] == ["0.0", "0.0", "0.5", "0.5", "1.0", "1.0"]
    assert [row["states"] for row in rows] == ["3", "4"] * 3


def test_standard_output_is_the_table_alone(done: Path, hegemon) -> None:
    result = hegemon("export", str(done), "--to", "csv", "--outcomes", "-o", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 2400
    assert {row["emerged"] for row in rows} <= {"0", "1"}
    assert {row["year"] for row in rows if row["emerged"] == "0"} == {"-1"}
    assert not (done / "outcomes.csv").exists()


def test_json(done: Path, hegemon) -> None:
    found = json.loads(hegemon("export", str(done), "-o", "a.parquet", "--survival", "--json").stdout)
    assert (found["file"], found["table"], found["format"], found["rows"]) == (
        "a.parquet", "survival", "parquet", 6 * 41,
    )  # fmt: skip
    assert found["columns"][:4] == ["point", "efficiency", "states", "year"]
    assert found["bytes"] == Path("a.parquet").stat().st_size


def test_quiet(done: Path, hegemon) -> None:
    assert hegemon("export", str(done), "-o", "a.dta", "-q").output == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--to", "xls"], "'xls' is not one of"),
        (["--outcomes", "--survival", "--to", "csv"], "exclude each other"),
        (["-o", "-", "--to", "csv", "--json"], "exclude each other"),
        ([], "--to: is not given"),
        (["-o", "small.toml", "--to", "csv"], "small.toml: is there already; --force replaces it"),
    ],
)
def test_wrong_requests(done: Path, hegemon, words: list[str], told: str) -> None:
    result = hegemon("export", str(done), *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


@pytest.mark.external
def test_ncdump_reads_what_is_exported(done: Path, hegemon) -> None:
    assert hegemon("export", str(done), "--outcomes", "-o", "rows.nc", "-q").exit_code == 0
    text = subprocess.run(["ncdump", "-h", "rows.nc"], capture_output=True, text=True, check=True).stdout
    assert "row = 2400 ;" in text
    assert 'year:units = "years" ;' in text
