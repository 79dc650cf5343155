"""The pages in a browser: at three widths, without scripts, on paper, by keyboard, by the rules of axe."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hegemon as hg

pytestmark = pytest.mark.browser

WIDTHS = (360, 800, 1400)
PROGRAMS = ("chromium-headless-shell", "chromium", "google-chrome")
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
CHARTED = ("line", "line-spoils")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def show(browser: Any, pages: Callable[[str], Path]) -> Iterator[Open]:
    """Open a page; whatever it says on the console, asks for or pops up fails the test."""
    contexts, complaints = [], []

    def make(kind: str, width: int = 800, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("dialog", lambda box: complaints.append(box.message))
        tab.on(
            "request", lambda asked: asked.url.startswith(("file:", "data:")) or complaints.append(asked.url)
        )
        tab.goto(pages(kind).as_uri())
        return tab

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_the_window(kind: str, show: Open) -> None:
    tab = show(kind, WIDTHS[0])
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        for _ in range(100):  # charts follow the window some frames later
            if tab.evaluate(_OVERFLOW) == 0:
                break
            tab.wait_for_timeout(50)
        assert tab.evaluate(_OVERFLOW) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_against_accessibility(kind: str, show: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    scheme = "dark" if kind in CHARTED else "light"
    found = Axe().run(show(kind, color_scheme=scheme))
    assert [rule["id"] for rule in found.response["violations"]] == []
    assert len(found.response["passes"]) > 20


def test_axe_would_find_what_is_wrong(show: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = show("line")
    tab.evaluate(
        "document.querySelector('#wars img').removeAttribute('alt'); document.body.style.color = '#bbbbbb'"
    )
    found = Axe().run(tab)
    assert {"color-contrast", "image-alt"} <= {rule["id"] for rule in found.response["violations"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_the_figure_stands_there(width: int, show: Open) -> None:
    tab = show("line", width, java_script_enabled=False)
    assert tab.locator("img").first.is_visible()
    assert tab.locator(".charts").first.is_hidden()
    assert tab.evaluate(_OVERFLOW) == 0
    tab.locator("summary").click()
    assert "[model.war]" in tab.locator("details pre").inner_text()


@pytest.mark.parametrize("kind", CHARTED)
def test_with_scripts_charts_take_the_place_of_the_figure(kind: str, show: Open) -> None:
    tab = show(kind, 1400)
    assert tab.locator("figure.charted img").is_hidden()
    charts = tab.locator(".chart .uplot")
    assert charts.count() >= 2
    for place in range(charts.count()):
        frame, drawn = (
            charts.nth(place).locator("xpath=../..").bounding_box(),
            charts.nth(place).bounding_box(),
        )
        assert abs(frame["width"] - drawn["width"]) < 2
    tab.set_viewport_size({"width": 360, "height": 900})
    for _ in range(100):  # not by `wait_for_function`, whose eval the page's policy forbids
        if charts.first.bounding_box()["width"] < 360:
            break
        tab.wait_for_timeout(50)
    assert charts.first.bounding_box()["width"] < 360


def test_a_chart_is_read_by_keyboard(show: Open, runs: Callable[[str], hg.Run]) -> None:
    tab = show("line")
    chart, legend = tab.locator(".chart > [role=group]").first, tab.locator(".u-legend").first
    chart.focus()
    for place in range(3):
        chart.press("ArrowRight")
        p = float(runs("line").results["p_emerged"][place])
        assert f"{p:.4g}" in legend.inner_text()
    chart.press("Home")
    assert f"{float(runs('line').results['p_emerged_high'][0]):.4g}" in legend.inner_text()


def test_a_name_hides_its_line_and_its_band(show: Open) -> None:
    tab = show("line-spoils")
    canvas = tab.locator(".chart canvas").first
    before = canvas.screenshot()
    name = tab.locator(".u-legend").first.locator("th", has_text="second run")
    name.click()
    hidden = canvas.screenshot()
    assert tab.locator(".u-series.u-off").count() == 1
    name.click()
    assert before != hidden
    assert tab.locator(".u-series.u-off").count() == 0


def test_on_paper_the_figure_stands_and_the_experiment_is_open(show: Open) -> None:
    tab = show("line")
    tab.emulate_media(media="print")
    assert tab.locator("figure.charted img").is_visible()
    assert tab.locator(".charts").is_hidden()
    assert tab.locator("nav").is_hidden()
    assert tab.locator("details pre").bounding_box()["height"] > 500
