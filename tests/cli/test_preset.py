"""`hegemon preset`: a table of capability, and what may be wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import hegemon as hg

ROOT = Path(__file__).parents[2]
TABLE = """\
# Made up.
Year,state,value,note
1900,Alba,30,
1900,"Bor, the",50,"a note
of two lines"
# in between
1900,Cis,0,
1900,Dor,20,
1910,Alba,1e2,
1910,Dor,100,
"""


@pytest.fixture
def table(here: Path) -> Path:
    (here / "table.csv").write_text(TABLE)
    return here / "table.csv"


def test_the_states_of_a_year_make_a_system(table: Path, hegemon) -> None:
    result = hegemon("preset", "table.csv", "--year", "1900")
    assert (result.exit_code, result.stderr) == (0, "")
    spec = hg.Experiment.from_toml("table-1900.toml").spec
    system = spec.model.system
    assert (spec.name, spec.seed) == ("table-1900", 1900)
    assert (system.states, system.names, system.shares) == (3, ("Bor, the", "Alba", "Dor"), (0.5, 0.3, 0.2))
    assert "the 3 greatest of 4 states, from table.csv" in Path("table-1900.toml").read_text()
    assert hegemon("run", "table-1900.toml", "--replicas", "5", "-q").exit_code == 0


def test_the_greatest_only(table: Path, hegemon) -> None:
    words = ("preset", "table.csv", "--year", "1900", "--states", "2", "--years", "80", "-o", "two.toml")
    assert hegemon(*words).exit_code == 0
    system = hg.Experiment.from_toml("two.toml").spec.model.system
    assert (system.names, system.shares, system.years) == (("Bor, the", "Alba"), (0.625, 0.375), 80)


def test_standard_output(table: Path, hegemon) -> None:
    printed = hegemon("preset", "table.csv", "--year", "1910", "-o", "-").stdout
    assert hegemon("preset", "table.csv", "--year", "1910").exit_code == 0
    assert printed == Path("table-1910.toml").read_text()


def test_columns_of_another_table(here: Path, hegemon) -> None:
    Path("nmc.csv").write_text("\ufeffstateabb,ccode,YEAR,cinc\nAAA,2,1870,0.25\nBBB,20,1870,0.125\n")
    assert hegemon("preset", "nmc.csv", "--columns", "year,stateabb,cinc", "--year", "1870").exit_code == 0
    assert hg.Experiment.from_toml("nmc-1870.toml").spec.model.system.shares == (0.6667, 0.3333)


def test_the_table_that_comes_along(here: Path, hegemon) -> None:
    path = str(ROOT / "configs" / "capability.csv")
    for year, states in (
        (1816, 5),
        (1870, 6),
        (1890, 6),
        (1913, 8),
        (1939, 7),
        (1950, 5),
        (1992, 7),
        (2016, 7),
    ):
        assert hegemon("preset", path, "--year", str(year)).exit_code == 0
        assert hg.Experiment.from_toml(f"capability-{year}.toml").spec.model.system.states == states


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no column 'year' and no column 'state' and no column 'value'; its columns are none"),
        ("year;state;value\n", "its columns are 'year;state;value' (cells must be separated by commas)"),
        ("year,state,valu\n", "has no column 'value'; its columns are 'year', 'state', 'valu'"),
        ("year;state;value\n", "its columns are 'year;state;value'"),
        ("year,state,value\n", "holds no rows"),
        ("year,state,value\n1900,A\n", "line 2: has 2 cells; the line of names has 3"),
        ("year,state,value\nMCM,A,1\n", "line 2: the year 'MCM' must be a whole number"),
        ("year,state,value\n1900,,1\n", "line 2: has no state"),
        ("year,state,value\n1900,A,-9\n", "line 2: the value -9 of A must be a finite number, at least 0"),
        ("year,state,value\n1900,A,nan\n", "line 2: the value nan of A must be a finite number"),
        ("year,state,value\n1900,A,\n", "line 2: the value '' of A must be a number; leave out the line"),
        ("year,state,value\n\n1900,A,1\n1900,A,2\n", "line 4: A is there twice in 1900"),
        ("year,state,value\n1900,A,1\n1900,B,0\n", "has 1 states above 0 in 1900; a system has at least 2"),
        ("year,state,value\n1901,A,1\n1899,B,1\n", "no such year; the nearest are 1899 and 1901"),
        ('year,state,value\n1900,"A,1\n', "line 2: is not CSV"),
        (
            "year,state,value\n" + "".join(f"1900,S{n},1\n" for n in range(65)),
            "has 65 states in 1900; a system has at most 64: --states 8 takes the 8 greatest",
        ),
    ],
)  # fmt: skip
def test_a_table_that_is_wrong(here: Path, hegemon, text: str, told: str) -> None:
    Path("table.csv").write_text(text)
    before = sorted(here.iterdir())
    result = hegemon("preset", "table.csv", "--year", "1900")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(here.iterdir()) == before


def test_each_wrong_line_is_told(here: Path, hegemon) -> None:
    Path("table.csv").write_text("year,state,value\n" + "1900,A,x\n" * 30)
    lines = hegemon("preset", "table.csv", "--year", "1900").stderr.splitlines()
    assert [line.split(":")[1] for line in lines] == [f" line {n}" for n in range(2, 12)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["table.csv", "--year", "1900", "--states", "4"], "--states 4: table.csv has 3 states above 0 in"),
        (["table.csv", "--year", "1900", "--columns", "a,b"], "--columns a,b: must be three names"),
        (["none.csv", "--year", "1900"], "none.csv: No such file or directory"),
        ([".", "--year", "1900"], ".: Is a directory"),
        (["table.csv", "--year", "1900", "-o", "small.toml"], "small.toml: is there already"),
        (["table.csv", "--year", "1900", "-o", "none/a.toml"], "there is no directory none"),
        (["table.csv", "--year", "1900", "-o", "-", "--json"], "exclude each other"),
        (["table.csv"], "Missing option '--year'"),
    ],
)  # fmt: skip
def test_a_request_that_is_wrong(table: Path, hegemon, words: list[str], told: str) -> None:
    before = {path: path.read_bytes() for path in table.parent.iterdir()}
    result = hegemon("preset", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert {path: path.read_bytes() for path in table.parent.iterdir()} == before


def test_text_that_is_not_utf8(here: Path, hegemon) -> None:
    Path("table.csv").write_bytes(b"year,state,value\n1900,\xd6st,1\n")
    result = hegemon("preset", "table.csv", "--year", "1900")
    assert (result.exit_code, result.stderr) == (2, "table.csv: is not text in UTF-8 (byte 22)\n")


def test_a_name_that_no_state_can_have(here: Path, hegemon) -> None:
    Path("table.csv").write_text(f"year,state,value\n1900,{'x' * 200},1\n1900,B,1\n")
    result = hegemon("preset", "table.csv", "--year", "1900")
    assert result.exit_code == 2
    assert "each of 1 to 100 characters" in result.stderr
    assert not Path("table-1900.toml").exists()
