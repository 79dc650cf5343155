"""The comparison of kernels runs, small; it asserts no times."""

from __future__ import annotations

import json

import kernel_speed
import numpy as np
import pytest

import hegemon_kernels as hk


def test_every_case_is_measured_with_every_kernel(tmp_path, capsys):
    out = tmp_path / "speed.json"
    kernel_speed.main(["--rounds", "2", "--replicas", "8", "--out", str(out)])
    report = json.loads(out.read_text())
    assert set(report["cases"]) == set(kernel_speed.CASES)
    for kernels in report["cases"].values():
        assert list(kernels) == [kernel.name for kernel in kernel_speed.KERNELS]
        for found in kernels.values():
            assert len(found["rounds"]) == 2
            assert 0 < found["ns"]["low"] <= found["ns"]["median"] <= found["ns"]["high"]
    printed = capsys.readouterr().out
    assert all(name in printed for name in kernel_speed.CASES)


def test_only_the_cases_asked_for(tmp_path):
    out = tmp_path / "speed.json"
    case = "N=4, efficiency 0.5"
    kernel_speed.main(["--rounds", "1", "--seconds", "0.001", "--cases", case, "--out", str(out)])
    assert list(json.loads(out.read_text())["cases"]) == [case]


def test_an_unknown_case_is_refused(capsys):
    with pytest.raises(SystemExit, match="2"):
        kernel_speed.main(["--cases", "N=5"])
    assert "invalid choice" in capsys.readouterr().err


@pytest.mark.parametrize(("absorbing", "years"), [(True, 40 + 300), (False, 600)])
def test_state_years_end_with_the_hegemon(absorbing, years):
    rows = np.zeros(2, hk.OUTCOME_DTYPE)
    rows["emerged"] = [1, 0]
    rows["year"] = [40, -1]
    values = {"N": 8, "T": 300, "absorbing": absorbing}
    assert kernel_speed.state_years(values, rows) == 8 * years
