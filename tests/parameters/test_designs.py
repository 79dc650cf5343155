"""Designs that are drawn, read from a file, or whose keys move together."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hegemon import config
from hegemon.config.samples import latin_hypercube, sobol
from hegemon.config.spec import Span
from hegemon.errors import RequestError
from hegemon.planning import design

VALIDATOR = jsonschema.Draft202012Validator(config.json_schema())
RANGES = {"war.spoils": {"from": 0, "to": 1}, "war.decisiveness": {"from": 0.5, "to": 32, "scale": "log"}}


def spec_of(table: dict[str, Any], seed: int = 1, **model: Any) -> config.ExperimentSpec:
    tables = {"experiment": {"seed": seed}, "sweep": table, "model": model}
    VALIDATOR.validate(tables)
    return config.parse(tables, source="F")


def rows_of(table: dict[str, Any], seed: int = 1) -> list[dict[str, Any]]:
    return list(spec_of(table, seed).sweep.rows())


def refused(tables: dict[str, Any]) -> list[str]:
    with pytest.raises(RequestError, match=r"^F: ") as caught:
        config.parse(tables, source="F")
    return list(caught.value.lines)


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_each_part_of_a_range_has_its_point(kind: str) -> None:
    rows = rows_of({"design": kind, "points": 64, **RANGES})
    spoils = np.array([row["war.spoils"] for row in rows])
    logs = np.log([row["war.decisiveness"] for row in rows])
    for places in (spoils, (logs - math.log(0.5)) / math.log(64)):
        assert sorted((places * 64).astype(int).tolist()) == list(range(64))


def test_sobol_fills_the_square_better_than_chance() -> None:
    names = ["a", "b"]
    assert (
        stats.qmc.discrepancy(sobol(names, 256, 1))
        < stats.qmc.discrepancy(latin_hypercube(names, 256, 1)) / 2
    )


def test_sobol_goes_on_with_the_same_points_and_a_hypercube_does_not() -> None:
    assert rows_of({"design": "sobol", "points": 40, **RANGES})[:25] == rows_of(
        {"design": "sobol", "points": 25, **RANGES}
    )
    few, many = (rows_of({"design": "lhs", "points": n, **RANGES}) for n in (8, 16))
    assert many[:8] != few


@pytest.mark.parametrize("kind", ["lhs", "sobol"])
def test_points_follow_from_the_seed_and_not_from_the_order_of_keys(kind: str) -> None:
    table = {"design": kind, "points": 16, **RANGES}
    assert rows_of(table, seed=1) != rows_of(table, seed=2)
    again = rows_of({**dict(reversed(RANGES.items())), "points": 16, "design": kind})
    assert again == rows_of(table)
    identities = [{p.identity for p in design.build(spec_of(t)).points} for t in (table, {**RANGES, **table})]
    assert identities[0] == identities[1]


def test_the_bits_are_those_that_they_were() -> None:
    """Whatever NumPy and scipy are installed: an experiment goes on where it stopped."""
    assert sobol(["a", "b"], 3, 7).tolist() == SOBOL
    assert latin_hypercube(["a", "b"], 3, 7).tolist() == LHS


def test_whole_numbers_words_and_values_are_equally_likely() -> None:
    table = {
        "system.states": {"from": 4, "to": 7},
        "system.years": {"from": 10, "to": 99, "scale": "log"},
        "war.initiative": ["uniform", "capability"],
        "hegemony.absorbing": [True, False],
        "war.spoils": [0.1, 0.2, 0.4, 0.8],
        "system.dispersion": {"from": 0.5, "to": 0.1},
    }
    rows = rows_of({"design": "sobol", "points": 1024, **table})
    for key, values in (
        ("system.states", [4, 5, 6, 7]),
        ("war.initiative", ["capability", "uniform"]),
        ("hegemony.absorbing", [False, True]),
        ("war.spoils", [0.1, 0.2, 0.4, 0.8]),
    ):
        found, counts = np.unique([row[key] for row in rows], return_counts=True)
        assert found.tolist() == values
        assert set(counts) == {1024 // len(values)}
    years = np.array([row["system.years"] for row in rows])
    assert years.min() == 10
    assert years.max() == 99
    assert abs(int((years < 32).sum()) - 512) < 16  # half of the logarithms: 10 to 31.6
    assert all(type(row["system.years"]) is int for row in rows)
    dispersion = np.array([row["system.dispersion"] for row in rows])
    assert 0.1 <= dispersion.min() < 0.101 < 0.499 < dispersion.max() <= 0.5


@given(st.floats(0, 1), st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.sampled_from(["linear", "log"]))
def test_a_place_in_a_range_lies_in_it(place: float, start: float, stop: float, scale: Any) -> None:
    if start != stop:
        value = Span("war.spoils", start, stop, scale).at(place)
        low, high = sorted((start, stop))
        assert low * (1 - 1e-11) <= value <= high * (1 + 1e-11)
        assert Span("war.spoils", start, stop, scale).at(0) == pytest.approx(
            start, abs=2e-6 * (high - low), rel=1e-5
        )


def test_linked_keys_of_a_drawn_design_share_their_place() -> None:
    linked = [{"war.spoils": {"from": 0, "to": 1}, "war": {"attrition": {"from": 0.5, "to": 0}}}]
    rows = rows_of({"design": "lhs", "points": 20, "war.cost": {"from": 0, "to": 0.5}, "linked": linked})
    assert all(row["war.attrition"] == pytest.approx(0.5 * (1 - row["war.spoils"]), abs=2e-6) for row in rows)
    assert len({row["war.cost"] / row["war.spoils"] for row in rows}) == 20


def test_a_resolved_design_holds_its_points() -> None:
    linked = [{"war.spoils": {"from": 0, "to": 1}, "system.states": [4, 6]}]
    for kind in ("lhs", "sobol"):
        table = {
            "design": kind,
            "points": 5,
            "linked": linked,
            "war.decisiveness": RANGES["war.decisiveness"],
        }
        spec = spec_of(table)
        text = config.dump(spec)
        tables = tomllib.loads(text)
        VALIDATOR.validate(tables)
        assert config.parse(tables) == spec
        assert config.dump(config.parse(tables)) == text
        tables["sweep"]["values"][0]["war.spoils"] = 0.125  # what is there counts, whoever drew it
        assert config.parse(tables).sweep.points[0]["war.spoils"] == 0.125
        tables["sweep"]["points"] = 6
        assert "must be the 6 points as they were drawn, and there are 5" in refused(tables)[0]
        tables["sweep"]["points"] = 5
        del tables["sweep"]["values"][4]["war.spoils"]
        assert "sweep.values[4]" in refused(tables)[0]


def test_linked_keys_of_a_grid() -> None:
    table = {
        "balancing.efficiency": [0, 1],
        "linked": [
            {"system.shares": [[2, 1], "equal"], "system.states": [2, 5]},
            {"war.spoils": {"from": 0.1, "to": 0.8, "points": 3}, "war.attrition": [0.1, 0.1, 0.2]},
        ],
    }
    spec = spec_of(table)
    assert spec.sweep.shape == (2, 2, 3)
    built = design.build(spec)
    assert [d.name for d in built.dims] == ["efficiency", "states", "spoils"]
    along = {c.name: c.along for c in built.coordinates}
    assert along == {"efficiency": "", "states": "", "shares": "states", "spoils": "", "attrition": "spoils"}
    last = built.points[-1].values
    assert dict(last) == {
        "balancing.efficiency": 1.0,
        "system.states": 5,
        "system.shares": "equal",
        "war.spoils": 0.8,
        "war.attrition": 0.2,
    }
    text = config.dump(spec)
    VALIDATOR.validate(tomllib.loads(text))
    assert config.parse(tomllib.loads(text)) == spec


LINKED = {"war.spoils": [0.1, 0.2], "war.cost": [0.1, 0.2]}


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"linked": 3}, "sweep.linked = 3: must be a list of tables of keys that move together"),
        ({"linked": [{"war.spoils": [1]}]}, "must be a table of two keys or more"),
        (
            {"linked": [LINKED], "war.spoils": [0.5]},
            'sweep.linked[0]."war.spoils" = [0.1, 0.2]: is swept in sweep too',
        ),
        (
            {"linked": [LINKED, {"war.spoils": [1], "war.caution": [1]}]},
            "is swept in sweep.linked[0] too; take one of the two away",
        ),
        (
            {"linked": [{"war.spoils": [0.1, 0.2], "war.cost": [0.1]}]},
            "linked[0]: keys that move together need as many values each: war.spoils has 2, war.cost has 1",
        ),
        ({"linked": [{"war.spoils": [1, 1], "war.cost": [0, 0]}]}, "must take another value at each step"),
        ({"linked": [{"war.spoil": [1], "war.cost": [0]}]}, 'did you mean "war.spoils"?'),
        (
            {"linked": [{"war.spoils": [2], "war.cost": [0]}]},
            'sweep.linked[0]."war.spoils" = 2: must be a number',
        ),
        (
            {"linked": [{"arms.max_burden": [0.1, 0.2], "arms.peacetime_burden": [0.05, 0.3]}]},
            'sweep.linked[0]."arms.max_burden" = 0.2: must be at least arms.peacetime_burden',
        ),
        ({"design": "sobol", **RANGES}, 'sweep.points is missing: design = "sobol" needs it'),
        (
            {"design": "sobol", "points": 0, **RANGES},
            "sweep.points = 0: must be a whole number from 1 to 100000",
        ),
        ({"design": "lhs", "points": 5}, 'sweep: design = "lhs" needs a key with its range, { from, to }'),
        (
            {"design": "lhs", "points": 5, "file": "a.csv"},
            'sweep.file = "a.csv": is only for design = "list"',
        ),
        ({"points": 5, "war.spoils": [1]}, 'sweep.points = 5: is only for design = "lhs" or "sobol"'),
        (
            {"design": "lhs", "points": 5, "war.spoils": {"from": 0}},
            "needs to: a list of values, or { from, to }",
        ),
        ({"design": "lhs", "points": 5, "war.spoils": {"from": 1, "to": 1}}, "from and to must differ"),
        (
            {"design": "lhs", "points": 5, "war.spoils": {"from": 0, "to": 2}},
            'sweep."war.spoils".to = 2: must be',
        ),
        (
            {"design": "lhs", "points": 5, "war.spoils": {"from": 0, "to": 1, "points": 3}},
            'sweep."war.spoils".points = 3: must be one of from, to, scale',
        ),
        (
            {"design": "lhs", "points": 5, "war.spoils": {"from": 0, "to": 1, "scale": "log"}},
            'from and to must be above 0 with scale = "log"',
        ),
        ({"design": "lhs", "points": 5, "system.states": {"from": 4, "to": 6.5}}, "must be a whole number"),
        ({"design": "lhs", "points": 5, "war.initiative": {"from": 0, "to": 1}}, "must be a list of values"),
        ({"design": "sobol", "points": 5, "war.spoils": 0.5}, "must be { from, to }, or a list of values"),
        ({"design": "list", "values": [{"war.spoils": 1}], "linked": []}, "takes only values = [...]"),
    ],
)
def test_refused(table: dict[str, Any], line: str) -> None:
    tables = {"sweep": table}
    lines = refused(tables)
    assert len(lines) == 1
    assert line in lines[0]


def test_impossible_points_of_a_drawn_design_are_told_with_their_values() -> None:
    ranges = {"arms.max_burden": {"from": 0.1, "to": 0.9}, "arms.peacetime_burden": {"from": 0.1, "to": 0.9}}
    lines = refused({"sweep": {"design": "sobol", "points": 8, **ranges}})
    assert 1 < len(lines) < 8
    assert 'F: sweep."arms.max_burden" = ' in lines[0]
    assert "(at the point arms.max_burden = " in lines[0]


def csv_of(folder: Path, text: str) -> config.Sweep:
    (folder / "points.csv").write_text(text, encoding="utf-8")
    (folder / "e.toml").write_text('[sweep]\ndesign = "list"\nfile = "points.csv"\n', encoding="utf-8")
    return config.load(folder / "e.toml").sweep


def test_points_from_a_file(tmp_path: Path) -> None:
    text = (
        "\ufeffwar.spoils, system.states,hegemony.absorbing,war.initiative,system.shares,geography.reach\r\n"
        '.5,6.0,TRUE,capability,"[1, 2, 3, 1, 1, 1]",inf\r\n'
        ",,,,,\r\n"
        '1e-1,4,false,,"equal",2\r\n'
        "0.30000000000000004,,,,,\r\n"
    )
    sweep = csv_of(tmp_path, text)
    assert sweep.points == (
        {
            "war.spoils": 0.5,
            "system.states": 6,
            "hegemony.absorbing": True,
            "war.initiative": "capability",
            "system.shares": (1.0, 2.0, 3.0, 1.0, 1.0, 1.0),
            "geography.reach": math.inf,
        },
        {
            "war.spoils": 0.1,
            "system.states": 4,
            "hegemony.absorbing": False,
            "system.shares": "equal",
            "geography.reach": 2.0,
        },
        {"war.spoils": 0.3},
    )
    spec = config.load(tmp_path / "e.toml")
    assert "points.csv" not in config.dump(spec)
    assert config.loads(config.dump(spec), "F") == spec


def test_a_file_is_looked_for_beside_the_experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv_of(tmp_path, "war.spoils\n0.5\n")
    monkeypatch.chdir(tmp_path.parent)
    assert config.load(f"{tmp_path.name}/e.toml").sweep.points == ({"war.spoils": 0.5},)
    monkeypatch.chdir(tmp_path)
    assert config.parse({"sweep": {"design": "list", "file": "points.csv"}}).sweep.size == 1
    with pytest.raises(RequestError, match=r"cannot be read from here; give the points in sweep.values"):
        config.loads('[sweep]\ndesign = "list"\nfile = "points.csv"\n', "F")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "points.csv: row 1: must name the keys of the columns"),
        ("war.spoils\n", "sweep.file: points.csv: holds 0 points; must be 1 to 100000"),
        (
            "war.spoil\n1\n",
            'points.csv: row 1, column 1 = "war.spoil": no such key of the model (did you mean',
        ),
        ("war.spoils;war.cost\n1;0\n", "columns must be separated by commas"),
        ("war.spoils,war.spoils\n1,0\n", 'points.csv: row 1, column 2 = "war.spoils": is there twice'),
        (
            "war.spoils\n0.5\n1.5\n",
            "points.csv: row 3, column war.spoils = 1.5: must be a number from 0 to 1",
        ),
        ("war.spoils\nx\n", 'points.csv: row 2, column war.spoils = "x": must be a number from 0 to 1'),
        ("system.states\n4.5\n", "row 2, column system.states = 4.5: must be a whole number from 2 to 64"),
        ("war.spoils\nnan\n", "row 2, column war.spoils = nan: must be a number from 0 to 1"),
        ("war.spoils\n1_0\n", 'column war.spoils = "1_0"'),
        ("war.spoils,war.cost\n0.5\n", "points.csv: row 2: holds 1 cells, and row 1 names 2 columns"),
        ("war.spoils\n0.5\n\n0.50\n", "points.csv: row 4 is the same as row 2"),
        ('war.spoils\n"0.5\n', "sweep.file: points.csv: is not a CSV file"),
        (
            "arms.max_burden,arms.peacetime_burden\n0.2,0.1\n0.1,0.2\n",
            "points.csv: row 3, column arms.max_burden = 0.1: must be at least arms.peacetime_burden",
        ),
        ('system.shares\n"[1, 0]"\n', "row 2, column system.shares"),
    ],
)
def test_mistakes_of_a_file_name_row_and_column(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(RequestError, match=r"e\.toml: ") as caught:
        csv_of(tmp_path, text)
    assert len(caught.value.lines) == 1
    assert line in caught.value.lines[0]


def test_no_file_and_not_text(tmp_path: Path) -> None:
    table = {"design": "list", "file": "none.csv"}
    assert "none.csv: cannot be read: no such file" in refused({"sweep": table})[0]
    assert "together with sweep.values" in refused({"sweep": {**table, "values": [{"war.spoils": 1}]}})[0]
    assert 'must be the name of a CSV file, as in "points.csv"' in refused({"sweep": {**table, "file": 3}})[0]
    (tmp_path / "points.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "e.toml").write_text('sweep = { design = "list", file = "points.csv" }\n', encoding="utf-8")
    with pytest.raises(RequestError, match="is not UTF-8 text"):
        config.load(tmp_path / "e.toml")


def test_set_changes_a_design(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_text('[sweep]\ndesign = "sobol"\npoints = 4\nwar.spoils = { from = 0, to = 1 }\n')
    assert config.load(path, ["sweep.points=9"]).sweep.size == 9
    assert (
        config.load(path, ["sweep.war.spoils={ from = 0.5, to = 0.6 }"]).sweep.points[0]["war.spoils"] > 0.5
    )


SOBOL = [
    [0.4949422129429877, 0.7069584666751325],
    [0.9949422129429877, 0.2069584666751325],
    [0.7449422129429877, 0.9569584666751325],
]
LHS = [
    [0.6013141326855337, 0.08183956349755006],
    [0.19687185721922995, 0.37327231127477195],
    [0.7292515871438635, 0.7032468349297236],
]
