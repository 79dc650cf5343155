"""The page of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hegemon.report import answers, asked, diagnostics, origin, times
from hegemon.report.parts import Page

if TYPE_CHECKING:
    from hegemon.runs import Run


def page(run: Run) -> Page:
    """All sections of the report of a run.

    Raises
    ------
    PieceError
        If the run is not complete, or something of it is damaged.
    """
    results = run.results  # an unfinished run is refused here, before any work
    return Page(
        title=str(results.attrs["title"]),
        kind="Report of a run",
        lead=[*asked.question(run), answers.answer(run)],
        sections=[
            asked.section(run),
            answers.emergence(run),
            *times.sections(run),
            answers.wars(run),
            answers.polarity(run),
            diagnostics.section(run),
            origin.provenance(run),
            origin.again(run),
        ],
        made_by=str(results.attrs["source"]),
    )
