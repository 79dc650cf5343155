"""`run.plot` and what objects show of themselves in a session and in a notebook."""

from __future__ import annotations

import math
from html.parser import HTMLParser
from pathlib import Path

import pytest

import hegemon as hg

SWEEP = {"balancing.efficiency": [0, 0.5, 1], "growth.volatility": [0.02, 0.06]}


class Balanced(HTMLParser):
    """Fails where a tag is closed that was not opened last."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.cells.append(data)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> hg.Run:
    model = hg.Model(system={"states": 3, "years": 30}, hegemony={"hold": 1})
    out = tmp_path_factory.mktemp("runs") / "small"
    return hg.Experiment(model, sweep=SWEEP, replicas=60, seed=3, title="<Small> & so").run(out, workers=1)


def test_figures_by_name(run: hg.Run) -> None:
    plot = run.plot
    for figure in (
        plot.probability(),
        plot.phase(),
        plot.emergence(),
        plot.replay({"efficiency": 0, "volatility": 0.06}),
    ):
        assert figure._repr_png_().startswith(b"\x89PNG")
    assert repr(plot).endswith(".probability(), .phase(), .emergence(), .replay()>")


def test_a_model_shows_what_differs_and_can_be_read_back() -> None:
    model = hg.Model(
        system={"states": 3, "shares": [3, 1, 2]},
        geography={"layout": "ring", "reach": 2},
        war={"spoils": 0.2},
    )
    assert eval(repr(model), {"Model": hg.Model, "inf": math.inf}) == model
    assert repr(hg.Model()) == str(hg.Model()) == "Model()"
    cells = Balanced(model._repr_html_()).cells
    assert cells[cells.index("war.spoils") :][:4] == ["war.spoils", "0.2", "0.4", "Spoils"]
    assert "all defaults" in hg.Model()._repr_html_()


def test_an_experiment_shows_design_and_work() -> None:
    experiment = hg.Experiment(sweep=SWEEP, replicas=1000, seed=3, name="one", title="<a & b>")
    assert repr(experiment) == (
        "<hegemon.Experiment one: 6 points (balancing.efficiency 3 x growth.volatility 2), "
        "1,000 replicas each, seed 3>"
    )
    cells = Balanced(experiment._repr_html_()).cells
    assert any(cell.startswith("at most 1.1e+07 state-years") for cell in cells)
    assert "balancing.efficiency: 0, 0.5, 1" in cells
    precise = hg.Experiment(precision=0.01, max_replicas=5000)
    assert "1 point, until half the interval is 0.01, at most 5,000 replicas each" in repr(precise)
    drawn = hg.Experiment(sweep={"design": "sobol", "points": 8, "war.spoils": {"from": 0.1, "to": 0.5}})
    assert "8 points (sobol: war.spoils)" in repr(drawn)
    assert "war.spoils: a value per point" in Balanced(drawn._repr_html_()).cells


def test_a_run_shows_its_estimates(run: hg.Run) -> None:
    lines = repr(run).splitlines()
    assert lines[0].startswith(f"<hegemon.Run {run.path}: 6 points")
    assert lines[1].split() == [
        "efficiency",
        "volatility",
        "replicas",
        "emerged",
        "P",
        "low",
        "high",
        "mean",
        "year",
    ]
    assert len(lines) == 8
    cells = Balanced(run._repr_html_()).cells
    assert any("<Small> & so" in cell for cell in cells)
    assert f"{float(run.results.p_emerged[0, 0]):.3f}" in cells


def test_many_points_are_cut(tmp_path: Path) -> None:
    sweep = {"balancing.efficiency": {"from": 0, "to": 1, "points": 50}}
    model = hg.Model(system={"states": 2, "years": 2}, hegemony={"hold": 1})
    many = hg.Experiment(model, sweep=sweep, replicas=1).run(tmp_path / "many", workers=1)
    assert repr(many).splitlines()[-1] == "... and 38 more: run.results"
    assert any("and 10 more" in cell for cell in Balanced(many._repr_html_()).cells)


def test_a_run_that_is_not_whole_says_so(run: hg.Run, tmp_path: Path) -> None:
    experiment = hg.Experiment.from_spec(run.spec)
    part = experiment.run(tmp_path / "part", slice=(1, 2), workers=1)
    assert repr(part).endswith("; slices of it are done that are not merged yet>")
    assert "not merged yet" in Balanced(part._repr_html_()).cells[-1]
    damaged = experiment.run(tmp_path / "damaged", workers=1)
    (damaged.path / "results.nc").write_bytes(b"no")
    assert "; damaged: " in repr(hg.open_run(damaged.path))
    (damaged.path / "results.nc").unlink()
    assert repr(hg.open_run(damaged.path)).endswith(">")
