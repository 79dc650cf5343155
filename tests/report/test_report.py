"""The page of a run: what stands on it, that it is whole by itself, and when it is refused."""

from __future__ import annotations

import base64
import re
import shutil
import tomllib
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import hegemon as hg
from hegemon.cli import main
from hegemon.config import parse
from hegemon.report import answers, asked, diagnostics, parts, times, words

KINDS = (
    "single",
    "line",
    "cube",
    "drawn",
    "tallies",
    "lasting",
    "precise",
    "words",
    "line-spoils",
    "words-words",
)
_VOID = {"meta", "link", "img", "br"}


class Outline(HTMLParser):
    """What a page is made of; fails where a tag is closed that was not opened last."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), tag
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in tags]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(params=KINDS)
def page(request: pytest.FixtureRequest, pages: Callable[[str], Path]) -> str:
    return pages(request.param).read_text()


def hegemon(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="hegemon")


def test_a_page_is_well_formed_and_has_an_outline(page: str) -> None:
    found = Outline(page)
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] or "" for attrs in found.all("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert found.all("html") == [{"lang": "en"}]
    assert len(found.all("main")) == len(found.all("nav")) == 1


def test_tables_and_figures_say_what_they_are(page: str) -> None:
    found = Outline(page)
    assert len(found.all("caption")) == len(found.all("table")) > 2
    assert all(attrs.get("scope") in ("col", "row") for attrs in found.all("th"))
    images = found.all("img")
    assert images
    assert all(len(attrs["alt"] or "") > 40 for attrs in images)
    assert all(
        attrs["tabindex"] == "0" for attrs in found.all("div") if "scroll" in (attrs.get("class") or "")
    )


def test_a_page_needs_nothing_from_elsewhere(page: str) -> None:
    found = Outline(page)
    sources = [attrs[name] or "" for _, attrs in found.tags for name in ("src", "href") if name in attrs]
    assert all(source.startswith(("data:", "#")) for source in sources)
    assert "src" not in {name for attrs in found.all("script") for name in attrs}
    assert "@import" not in page
    assert "url(" not in page
    (policy,) = [attrs["content"] for attrs in found.all("meta") if attrs.get("http-equiv")]
    assert (policy or "").startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert len(page.encode()) < 3_000_000


def test_names_and_titles_are_text_and_nothing_else(pages: Callable[[str], Path]) -> None:
    page = pages("single").read_text()
    found = Outline(page)
    assert '</script><script>alert(1)</script> $x$ <b>& "q"' in found.text
    assert "<img src=x onerror=alert(1)>" in found.text
    assert found.all("b", "i") == []
    assert all((attrs["src"] or "").startswith("data:image/") for attrs in found.all("img"))
    assert page.count("<script") == page.count("</script>") == len(found.all("script"))
    assert not any(name.startswith("on") for _, attrs in found.tags for name in attrs)


def test_the_estimates_are_those_of_the_run(
    runs: Callable[[str], hg.Run], pages: Callable[[str], Path]
) -> None:
    text = Outline(pages("line").read_text()).text
    results = runs("line").results
    for i in range(3):
        limits = [float(results[name][i]) for name in ("p_emerged", "p_emerged_low", "p_emerged_high")]
        assert " ".join(f"{value:.3f}" for value in limits) in text
    assert str(results.attrs["digest"]) in text
    assert "Does P fall?" in text
    assert "balancing.efficiency 0, 0.5, 1" in text  # what was swept
    assert "system.years 20 300 years Horizon of a replica, in years." in text  # what is no default


@pytest.mark.parametrize(
    ("kind", "words_", "absent"),
    [
        ("tallies", ["keeps tallies and no row per replica"], ["By who led at the start"]),
        ("lasting", ["How long hegemony lasts", "first spells of hegemony"], []),
        (
            "precise",
            ["a half-width of 0.05, at most 1,100", "float32", "Points that reached the precision"],
            [],
        ),
        ("line", ["By route", "By who led at the start", "Years unipolar"], ["How long hegemony lasts"]),
        ("cube", ["8 design points (a full grid)"], []),
        ("drawn", ["12 design points (a Latin hypercube)"], []),
        ("words", ["Each point has random numbers of its own"], []),
    ],
)
def test_each_kind_of_run_has_what_it_has(
    kind: str, words_: list[str], absent: list[str], pages: Callable[[str], Path]
) -> None:
    text = Outline(pages(kind).read_text()).text
    assert [word for word in words_ if word not in text] == []
    assert [word for word in absent if word in text] == []


def test_the_experiment_inside_is_the_one_that_was_run(
    runs: Callable[[str], hg.Run], pages: Callable[[str], Path]
) -> None:
    found = Outline(pages("line").read_text())
    (link,) = [attrs for attrs in found.all("a") if "download" in attrs]
    text = base64.b64decode((link["href"] or "").partition("base64,")[2]).decode()
    assert parse(tomllib.loads(text)) == runs("line").spec
    assert link["download"] == "line.toml"
    assert "hegemon run line.toml hegemon verify runs/line" in found.text


def test_equal_runs_give_equal_bytes(
    runs: Callable[[str], hg.Run], pages: Callable[[str], Path], tmp_path: Path
) -> None:
    shutil.copytree(runs("line").path, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("*.html"))
    again = hg.open_run(tmp_path / "elsewhere").report()
    assert again == tmp_path / "elsewhere" / "report.html"
    assert again.read_bytes() == pages("line").read_bytes()


def test_the_command(runs: Callable[[str], hg.Run], tmp_path: Path) -> None:
    folder, target = str(runs("tallies").path), tmp_path / "page.html"
    done = hegemon("report", folder, "-o", str(target))
    assert (done.exit_code, target.exists()) == (0, True)
    assert done.output.startswith(f"{target}: ")
    refused = hegemon("report", folder, "-o", str(target))
    assert (refused.exit_code, refused.output) == (2, f"{target}: is there already; --force replaces it\n")
    assert hegemon("report", folder, "-o", str(target), "--force", "--json").exit_code == 0
    assert hegemon("report", folder, "-o", str(tmp_path / "no" / "page.html")).exit_code == 2
    assert hegemon("report", folder, "-o", str(tmp_path)).exit_code == 2
    refused = hegemon("report", folder, "-o", str(tmp_path / "page.png"))
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "page.png: must end in .html or .htm" in refused.output


def test_an_unfinished_run_is_refused_in_one_line(runs: Callable[[str], hg.Run], tmp_path: Path) -> None:
    folder = tmp_path / "part"
    shutil.copytree(runs("line").path, folder)
    (folder / "results.nc").unlink()
    done = hegemon("report", str(folder))
    assert (done.exit_code, done.output.count("\n")) == (1, 1)
    assert "the run is not complete" in done.output
    assert not (folder / "report.html").exists()
    assert hegemon("report", str(tmp_path)).exit_code == 2


def test_a_long_table_is_cut_and_says_so() -> None:
    made = parts.table("Many", ("a", "b"), [(str(i), "-") for i in range(parts.MOST_ROWS + 7)])
    assert (len(made.rows), made.left_out) == (parts.MOST_ROWS, 7)
    assert made.rows[0] == ["0", "–"]


def test_a_vast_design_has_no_curves(runs: Callable[[str], hg.Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "MOST_CELLS", 10)
    found = times.sections(runs("lasting"))
    assert [len(section.blocks) for section in found] == [1, 1, 1]
    assert all("too many design points" in str(section.blocks[0]) for section in found)
    assert "Years simulated" not in str(diagnostics.section(runs("lasting")))


def test_years_simulated_end_with_the_replica(runs: Callable[[str], hg.Run]) -> None:
    run = runs("line")
    years = run.outcomes["year"].values
    assert diagnostics.simulated(run) == int((years * (years >= 0) + 20 * (years < 0)).sum())
    assert diagnostics.simulated(runs("lasting")) == 3 * 120 * 20


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "less than 1 s"), (42, "42 s"), (300, "5 min"), (7500, "2 h 5 min")]
)
def test_durations(seconds: float, text: str) -> None:
    assert diagnostics.duration(seconds) == text


def test_numbers_in_words() -> None:
    assert words.mean(2.3456, 0.05, 1.96) == "2.346 ± 0.098"
    assert words.mean(4.0, 0.0, 1.96) == "4"
    assert words.mean(float("nan"), float("nan"), 1.96) == "–"
    assert words.number(1234.5) == "1,234"
    assert words.values(range(20)) == "0, 1, … 19 (20 values)"
    assert words.value(None) == "not given"
    assert words.p_value(1e-310) == "<1e-300"


def test_keys_that_follow_others_say_so(runs: Callable[[str], hg.Run]) -> None:
    assert asked.horizons(runs("tallies")) == "the horizon of its design point"
    assert asked.horizons(runs("line")) == "20 years"


def test_a_report_of_other_results_is_taken_away(runs: Callable[[str], hg.Run], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(runs("tallies").path, folder)
    page = hg.open_run(folder).report()
    spec = runs("tallies").spec
    more = hg.Experiment.from_spec(spec.model_copy(update={"replicas": spec.replicas + 10}))
    more.run(folder, workers=1)
    assert not page.exists()


def test_equal_points_are_counted(runs: Callable[[str], hg.Run]) -> None:
    run = hg.open_run(runs("line").path)
    run.results["p_emerged"][:] = 0.25
    assert "greatest at 3 points, the first of them efficiency 0: 0.250" in answers.answer(run)
