"""Counts of operations are those that were executed; the bound is made of them as its page says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import executed_operations
import issue_bound
import kernel_speed
import needed_operations
import pytest
import vector_rates

from hegemon import reference
from hegemon.parameters import Model, kernel_values

COUNTER = Path(needed_operations.__file__)
TOY = Path(__file__).with_name("toy_kernel.py")


def counted(steps: int, cache: Path) -> dict:
    done = subprocess.run(
        [sys.executable, str(TOY), str(steps)],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_every_execution_counts_and_nothing_else(tmp_path):
    once, often = (counted(steps, tmp_path / str(steps)) for steps in (10, 30))
    assert once["blocks"] > 5
    assert once["unknown"] < 0.2
    for category in ("add", "multiply"):
        # An operation on all of a vector, a step: of 64 numbers two, four or eight at a time, or one by one.
        assert once["executed"][category] % 10 == 0
        assert 64 / 8 <= once["executed"][category] / 10 <= 64
        assert often["executed"][category] == 3 * once["executed"][category]
    assert once["executed"].get("divide", 0) == 0  # that branch was not taken


@pytest.mark.parametrize(
    ("line", "categories"),
    [
        ("\tvaddpd\t%zmm1, %zmm2, %zmm3", ["add"]),
        ("\tvmulps\t64(%rax), %zmm2, %zmm3", ["multiply", "load"]),
        ("\tvmovapd\t%zmm1, 64(%rsp)", ["store"]),
        ("\tvmovapd\t%zmm1, 64(%rsp)  # 64-byte Spill", ["spill"]),
        ("\tvdivpd\t64(%rsp), %zmm1, %zmm1  # 64-byte Folded Reload", ["divide", "spill"]),
        ("\tvmovapd\t%zmm1, %zmm2", ["copy"]),
        ("\tvmovapd\t%zmm1, %zmm2 {%k1}", ["select"]),
        ("\tvblendmpd\t%zmm1, %zmm2, %zmm3 {%k1}", ["select"]),
        ("\tvcmpltpd\t%zmm1, %zmm2, %k1", ["compare"]),
        ("\tvptestnmq\t%zmm1, %zmm2, %k1", ["compare"]),
        ("\tkandb\t%k1, %k2, %k3", ["mask"]),
        ("\tvpmuludq\t%zmm1, %zmm2, %zmm3", ["multiply integers"]),
        ("\tvpternlogq\t$150, %zmm1, %zmm2, %zmm3", ["integer"]),
        ("\tvbroadcastsd\t8(%rax), %zmm3", ["broadcast"]),
        ("\tvpbroadcastq\t%rax, %zmm3", ["broadcast"]),
        ("\tvsqrtpd\t%zmm1, %zmm2", ["square root"]),
        ("\tvzeroupper", []),
        ("\taddq\t$8, %rax", []),
    ],
)
def test_categories_of_instructions(line, categories):
    assert list(executed_operations.categorise(line)) == categories


MODULE = """\
define void @f(ptr %x) {
B0:
  %a = load i64, ptr %x
  br label %loop
loop:                                             ; preds = %loop, %B0
  %i = phi i64 [ 0, %B0 ], [ %next, %loop ]
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, %a
  br i1 %more, label %loop, label %end
end:
  ret void
}
"""


def test_counters_stand_after_phis():
    blocks = {place: k for k, place in enumerate(executed_operations.blocks_of(MODULE))}
    assert list(blocks) == [("f", "B0"), ("f", "loop"), ("f", "end")]
    lines = executed_operations.instrument(MODULE, blocks, 4096).splitlines()
    assert (
        lines[lines.index("loop:                                             ; preds = %loop, %B0") + 1]
        .strip()
        .startswith("%i = phi")
    )
    assert sum("store i64 %executed" in line for line in lines) == 3
    assert "inttoptr (i64 4104 to ptr)" in "\n".join(lines)


def test_a_mix_keeps_its_proportions():
    mix = vector_rates.spread({"add": 3.0, "divide": 1.0, "store": 0.001}, 100)
    assert len(mix) == 100
    assert [mix.count(name) for name in ("add", "divide", "store")] == [75, 25, 0]
    assert mix[:8].count("divide") == 2


def test_the_bound_is_operations_times_the_time_of_one():
    rates = [{"add": 0.1, "load": 0.1, "mix": 0.05}, {"add": 0.2, "load": 0.1, "mix": 0.07}]
    found = issue_bound.report({"add": 30.0, "load": 10.0, "spill": 5.0}, rates, [4.0, 4.0])
    assert found["operations_per_state_year"] == {"add": 30.0, "load": 10.0}
    assert found["left_out_per_state_year"] == {"spill": 5.0}
    assert found["bound_ns"] == pytest.approx(40 * 0.05)
    assert found["share_reached"]["median"] == pytest.approx(0.5)
    assert found["without_overlap_ns"] == pytest.approx(4.0)


def test_numbers_count_what_is_done_to_them():
    needed_operations.COUNTS.clear()
    x = needed_operations.Number(2.0)
    assert (1.0 - x * 3.0) / x == -2.5
    assert max(0.0, x) == 2.0
    found = needed_operations.COUNTS
    assert [found[name] for name in ("multiply", "add", "divide", "compare")] == [1, 1, 1, 3]


def test_the_reference_counts_and_finds_the_same(tmp_path):
    command = [sys.executable, str(COUNTER), "N=4, efficiency 0.5", "1"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    values = kernel_values(Model(system={"states": 4}, balancing={"efficiency": 0.5}))
    row = reference.simulate(values, kernel_speed.KEY, 0)
    assert found["state_years"] == 4 * (row["year"] if row["emerged"] else 300)
    assert set(found["needed"]) == set(vector_rates.INSTRUCTIONS) - {
        "select",
        "mask",
        "rearrange",
        "load",
        "store",
    }
    blocks = found["needed"]["multiply integers"] / 20
    assert blocks >= found["state_years"] / 4 * 2  # growth and the year's own in every year


def test_where_it_cannot_be_measured_it_says_why(monkeypatch):
    def missing() -> None:
        raise vector_rates.Unavailable("gcc is needed")

    monkeypatch.setattr(vector_rates, "require", missing)
    found = issue_bound.run(["float64"], 1, 0.01, 8)
    assert found == {"unavailable": "gcc is needed"}
    assert issue_bound.lines(found) == ["issue bound: gcc is needed"]
