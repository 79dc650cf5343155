"""Two runs side by side: which points belong together, differences, and how replicas are paired."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import hegemon as hg
from hegemon.cli import main
from hegemon.comparison import differences
from hegemon.contrasts import together
from hegemon.errors import RequestError
from hegemon.estimates import paired, unpaired

Z = 1.959963984540054
Runs = Callable[[str], hg.Run]


def hegemon(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="hegemon")


def rows(run: hg.Run, point: int, count: int) -> np.ndarray:
    """Whether a hegemon emerged in the first replicas of a point."""
    found = run.outcomes.reset_coords()[["point", "replica", "emerged"]].compute()
    own = found.isel(row=found["point"].values == point).sortby("replica")
    return own["emerged"].values[:count].astype(bool)


def test_replicas_that_met_the_same_shocks_are_compared_one_by_one(runs: Runs) -> None:
    first, second = runs("line"), runs("spoils")
    found = first.compare(second)
    assert found.attrs["pairing"].startswith("replica by replica: both runs met the same shocks")
    assert found["efficiency"].values.tolist() == [0.0, 0.5, 1.0]
    for i in range(3):
        one, other = rows(first, i, 120), rows(second, i, 120)  # the first ones, which both have
        only, later = int((one & ~other).sum()), int((other & ~one).sum())
        assert only + later > 0
        low, high = paired.difference_interval(only, later, 120, Z)
        assert float(found["difference"][i]) == pytest.approx((later - only) / 120, abs=1e-15)
        assert float(found["difference_low"][i]) == pytest.approx(float(low))
        assert float(found["difference_high"][i]) == pytest.approx(float(high))
        assert float(found["p_value"][i]) == pytest.approx(float(paired.mcnemar(only, later)))
    assert found["replicas_first"].values.tolist() == found["replicas_second"].values.tolist() == [120] * 3
    assert found["p_second"].values.tolist() == second.results["p_emerged"].values.tolist()
    assert (found["p_adjusted"].values >= found["p_value"].values).all()


def test_windows_do_not_matter(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = runs("line").compare(runs("spoils"))
    monkeypatch.setattr(together, "_LEAST", 64)
    monkeypatch.setattr(together, "_BITS", 64)
    assert runs("line").compare(runs("spoils")).identical(whole)


def test_other_seeds_are_independent(runs: Runs) -> None:
    first, second = runs("line"), runs("seed")
    found = first.compare(second)
    assert found.attrs["pairing"] == "none: the runs are independent (seeds 3 and 4)"
    x, y = (run.results["emerged"].values for run in (first, second))
    low, high = unpaired.difference_interval(x, 120, y, 120, Z)
    np.testing.assert_allclose(found["difference_low"], low)
    np.testing.assert_allclose(found["difference_high"], high)
    assert not found["paired"].any()
    assert "Newcombe" in found.attrs["interval"]


def test_points_with_random_numbers_of_their_own_are_paired_where_they_are_one_model(runs: Runs) -> None:
    found = runs("words").compare(runs("words"))
    assert found["paired"].values.tolist() == [1, 1]
    assert found["difference"].values.tolist() == [0, 0]
    assert (found["difference_high"].values > 0).all()
    against = runs("words").compare(runs("line"))  # efficiency 0.5 is not the default of the other's
    assert not against["paired"].any()


def test_without_rows_shared_shocks_are_told_of(runs: Runs) -> None:
    found = runs("tallies").compare(runs("tallies"))
    assert found.attrs["pairing"].startswith("none: both runs met the same shocks, but one keeps no row")
    assert not found["paired"].any()


def test_no_point_in_common(runs: Runs) -> None:
    with pytest.raises(RequestError, match=r"have no design point in common .*war\.spoils"):
        runs("line").compare(runs("cube"))
    done = hegemon("compare", str(runs("line").path), str(runs("cube").path))
    assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_a_key_that_one_run_sweeps_and_the_other_holds(runs: Runs) -> None:
    found = runs("line").compare(runs("single"))  # the single run has the default efficiency
    default = hg.Model().balancing.efficiency
    assert found["efficiency"].values.tolist() == [default]
    swept = [each for each in differences(runs("line")._side, runs("single")._side) if each.swept[0]]
    assert [(each.key, each.first, each.second) for each in swept] == [
        ("balancing.efficiency", (0.0, 0.5, 1.0), default)
    ]


def test_what_differs(runs: Runs) -> None:
    found = {
        each.key: (each.first, each.second) for each in differences(runs("line")._side, runs("spoils")._side)
    }
    assert found == {
        "experiment.replicas": (120, 160),
        "war.spoils": (hg.Model().war.spoils, 0.1),
    }
    assert differences(runs("line")._side, runs("line")._side) == []
    precise = {each.key for each in differences(runs("line")._side, runs("precise")._side)}
    assert precise == {
        *("experiment.replicas", "experiment.precision", "experiment.max_replicas", "experiment.dtype"),
    }


def test_the_table(runs: Runs) -> None:
    done = hegemon("compare", str(runs("line").path), str(runs("spoils").path))
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert lines[2].startswith("replicas paired: replica by replica")
    assert any(line.split() == ["war.spoils", "0.4", "0.1"] for line in lines)
    assert len(lines[-1].split()) == 11
    same = hegemon("compare", str(runs("line").path), str(runs("line").path))
    assert "the experiments are the same in all keys" in same.output


def test_json(runs: Runs) -> None:
    done = hegemon("compare", str(runs("line").path), str(runs("spoils").path), "--json")
    found = json.loads(done.stdout)
    assert [each["key"] for each in found["differences"]] == ["experiment.replicas", "war.spoils"]
    assert [each["point"] for each in found["estimates"]] == [
        {"balancing.efficiency": value} for value in (0.0, 0.5, 1.0)
    ]
    expected = runs("line").compare(runs("spoils"))["difference"].values.tolist()
    assert [each["difference"] for each in found["estimates"]] == expected
    assert all(each["paired"] is True for each in found["estimates"])


def test_the_page(runs: Runs, tmp_path: Path) -> None:
    target = tmp_path / "two.html"
    words = ("compare", str(runs("line").path), str(runs("seed").path), "-o", str(target))
    done = hegemon(*words)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, f"page     {target}")
    assert "seeds 3 and 4" in target.read_text()
    assert hegemon(*words).exit_code == 2
    before = target.read_bytes()
    assert hegemon(*words, "--force", "--json").exit_code == 0
    assert target.read_bytes() == before
