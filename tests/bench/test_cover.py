"""The published tables of coverage are what the published records give."""

from __future__ import annotations

import json

import cover
import pytest


@pytest.mark.parametrize("part", cover.parts())
def test_the_published_tables_are_those_of_the_published_record(part: str) -> None:
    page = cover.ROOT / "docs" / cover.module(part).PAGE
    assert cover.render(part, page.read_text()) == page.read_text()
    record = json.loads((cover.RESULTS / f"{part}.json").read_text())
    assert record["repetitions"] == cover.module(part).REPETITIONS >= 2000


def test_a_part_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cover.main(["nonesuch"])
    assert "no part nonesuch" in capsys.readouterr().err
