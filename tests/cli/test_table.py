from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hegemon.cli.table import show
from hegemon.cli.validate import size
from hegemon.tables.table import Table, digits, year_text

TABLE = Table(("key", "P"), [("0.5", "0.12345"), ("a long [bold] one", "1")])


def test_columns_are_aligned_to_the_right() -> None:
    assert TABLE.lines() == [
        "              key        P",
        "              0.5  0.12345",
        "a long [bold] one        1",
    ]


def test_a_narrow_terminal_cuts_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "12")
    show(TABLE)
    assert "0.12345" in screen.getvalue()
    assert "a long [bold] one" in screen.getvalue()
    assert "…" not in screen.getvalue()


def test_a_name_in_brackets_is_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stdout", screen)
    show(Table(("A [/b]",), [("0.5",)]))
    assert "A [/b]" in screen.getvalue()


@settings(deadline=None)
@given(st.integers(1, 10**12))
def test_decimals_show_one_hegemon_more_or_less(replicas: int) -> None:
    places = digits(replicas)
    assert 3 <= places <= 9
    assert replicas > 10**9 or 10.0**-places <= 1 / replicas


def test_no_mean_year_is_a_dash() -> None:
    assert (year_text(float("nan")), year_text(12.34)) == ("-", "12.3")


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (126e6, "126 MB"), (3.2e12, "3.2 TB")],
)
def test_sizes(count: float, text: str) -> None:
    assert size(count) == text
