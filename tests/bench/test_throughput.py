"""The measurement of the whole command runs, small; it asserts no times."""

from __future__ import annotations

import json

import throughput


def test_every_part_is_measured(tmp_path, capsys):
    out = tmp_path / "throughput.json"
    arguments = ["--seconds", "0.1", "--rounds", "1", "--memory", "1000", "--out", str(out)]
    throughput.main(arguments)
    report = json.loads(out.read_text())
    assert list(report) == ["share", "threads", "memory", "first", "load_average"]
    for found in report["share"].values():
        assert 0 < found["in_kernel_of_process"] < found["in_kernel_of_run"] < 1
    assert len(report["threads"]["rounds"]) == 1
    assert report["memory"]["1000"]["peak_mb"] > 1
    assert 0 < report["first"]["results"] < report["first"]["done"]
    printed = capsys.readouterr().out
    assert "two threads against one" in printed
    assert "peak memory of 1,000 replicas" in printed


def test_one_part_alone(tmp_path):
    out = tmp_path / "throughput.json"
    throughput.main(["--parts", "memory", "--memory", "10", "--out", str(out)])
    assert list(json.loads(out.read_text())) == ["memory", "load_average"]
