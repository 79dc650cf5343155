"""The gallery shows what its record says, and every one of its experiments runs."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import make_gallery
import numpy as np
import pytest
from gallery import drawing, measure, pages, words
from gallery.page import Fact

import hegemon as hg
from hegemon.config import load
from hegemon.figures import style

ROOT = Path(__file__).parents[2]
RECORDS = make_gallery.records()


def configs(record: dict[str, Any]) -> set[str]:
    captioned = re.findall(r"configs/gallery/(\w+)\.toml", record.get("caption", ""))
    return {panel["config"] for panel in record["panels"]} | {*captioned}


CONFIGS = sorted(measure.CONFIGS / f"{name}.toml" for name in set().union(*map(configs, RECORDS.values())))
every = pytest.mark.parametrize("name", pages.ORDER)
# One system a point over eight years; one that is kept whole where trajectories are kept.
SMALL = ("experiment.replicas=3", "system.years=8", "hegemony.hold=1")


@every
def test_a_page_shows_what_the_record_says(name: str) -> None:
    text = (ROOT / "docs" / "gallery" / f"{name}.md").read_text()
    assert make_gallery.render(name, text, RECORDS[name]) == text
    assert f"../figures/gallery/{name}.png" in text
    assert (make_gallery.FIGURES / f"{name}.png").stat().st_size > 10_000
    for part in ("**What it shows.**", "**What it does not show.**"):
        assert part in " ".join(text.split())


@every
def test_no_number_of_a_page_is_typed(name: str) -> None:
    text = (ROOT / "docs" / "gallery" / f"{name}.md").read_text()
    own = re.sub(r"<!-- begin (\S+) -->.*?<!-- end \1 -->", "", text, flags=re.S)
    # Values of keys and years of publication may stand there; estimates have three decimals.
    assert not re.search(r"\d\.\d{3}", own)


@every
def test_signs_that_the_text_rests_on_are_borne_out(name: str) -> None:
    assert make_gallery.reversed_facts(RECORDS[name]) == []


@every
def test_the_record_is_of_the_page_as_it_is_declared(name: str) -> None:
    page, record = pages.page(name), RECORDS[name]
    assert (page.title, list(page.said)) == (record["title"], record["said"])
    for panel, drawn in zip(page.panels, record["panels"], strict=True):
        spec = load(measure.CONFIGS / f"{panel.config}.toml")
        assert (spec.replicas, spec.seed) == (drawn["replicas"], drawn["seed"])
        assert [list(line.set) for line in panel.lines] == [line["set"] for line in drawn["lines"]]
    assert set(page.facts) <= set(record["facts"])


def test_a_reversed_sign_is_told() -> None:
    fact = {"low": 0.1, "high": 0.2, "sign": -1}
    assert make_gallery.reversed_facts({"facts": {"wrong": fact, "right": fact | {"sign": 1}}}) == ["wrong"]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_config_is_valid_and_says_what_it_asks(path: Path) -> None:
    said = " ".join(line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#"))
    assert "?" in said
    assert "What to look for" in said
    assert load(path).name == path.stem.replace("_", "-")


@pytest.fixture(scope="module")
def ask_small(tmp_path_factory: pytest.TempPathFactory) -> measure.Ask:
    """Checks each line that is asked for; runs each config once and small, and gives that for all lines."""
    runs: dict[str, hg.Run] = {}

    def ask(config: str, line: str = "", set: Sequence[str] = ()) -> hg.Run:
        path = measure.CONFIGS / f"{config}.toml"
        spec = load(path, set)
        if config not in runs:
            kept = ("experiment.trajectories=3",) if spec.trajectories else ()
            begin = measure.asking(tmp_path_factory.mktemp(path.stem), 1, (*SMALL, *kept), print)
            runs[config] = begin(config, line, set)
        return runs[config]

    return ask


@every
def test_a_page_is_built_small(name: str, ask_small: measure.Ask) -> None:
    with np.errstate(all="ignore"):
        record = measure.measure(pages.page(name), name, ask_small)
    assert set(words.parts(record)) == {"found", "table"}


@every
def test_figures_are_drawn_from_the_record_alone(name: str, tmp_path: Path) -> None:
    figure = (pages.page(name).draw or drawing.figure)(dict(RECORDS[name]))
    assert figure.get_suptitle() == drawing.wrapped(figure, RECORDS[name]["title"], 11.0)
    assert style.new_figure(1, 1) is not figure


def test_all_pages_are_named_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert make_gallery.main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(pages.ORDER)
    index = (ROOT / "docs" / "gallery" / "index.md").read_text()
    assert all(f"({name}.md)" in index for name in pages.ORDER)
    assert make_gallery.render_index(index, RECORDS) == index
    assert index.partition("{toctree}")[2].split()[1:-1] == list(pages.ORDER)


def test_a_page_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        make_gallery.main(["nonesuch"])
    assert "no page nonesuch" in capsys.readouterr().err


def test_combinations_are_paired() -> None:
    first, second = np.array([1.0, 1, 0, 0, 1]), np.array([1.0, 0, 0, 0, 0])
    middle, low, high = measure.combination([1.0, -1.0], [second, first])
    assert middle == -0.4
    assert low < middle < high
    fact = Fact(((1.0, ("p", "b", 1)), (-1.0, ("p", "a", 1))), "change", -1)
    said = measure.state_fact(fact, lambda place: second if place[1] == "b" else first)
    assert said["parts"] == [0.2, 0.6]


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (
            {"kind": "change", "value": -0.3, "low": -0.4, "high": -0.2, "parts": [0.1, 0.4]},
            "falls from 0.400 to 0.100, by 0.300 (0.200 to 0.400)",
        ),
        (
            {"kind": "gap", "value": 0.3, "low": 0.2, "high": 0.4, "parts": [0.4, 0.1]},
            "higher by 0.300 (0.200 to 0.400): 0.400 against 0.100",
        ),
        (
            {"kind": "gap", "value": 0.01, "low": -0.2, "high": 0.4, "parts": [0.4, 0.1]},
            "not measurably different (difference 0.010, -0.200 to 0.400)",
        ),
        ({"kind": "value", "value": 0.0004, "low": 0.0, "high": 12.34, "parts": []}, "0.0004 (0 to 12.3)"),
    ],
)
def test_facts_in_words(fact: dict[str, object], told: str) -> None:
    assert words.phrase(fact) == told


def test_the_record_is_whole() -> None:
    assert list(RECORDS) == list(pages.ORDER)
    assert json.dumps(RECORDS, allow_nan=False)
