"""How soon a hegemon emerges, by which route, and how long its hegemony lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from hegemon.figures.lifetimes import lifetimes
from hegemon.report import drawing
from hegemon.report.answers import heads
from hegemon.report.parts import Block, Section, table
from hegemon.tables.lifetimes import kinds, times

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run

MOST_CELLS = 5_000_000
"""Design points x years beyond which curves are left to `hegemon survival` and `hegemon export`."""


def sections(run: Run) -> list[Section]:
    """The sections on time: survival, routes, and spells where replicas go on after the first hegemony."""
    return [_survival(run), _routes(run), *([_spells(run)] if lasting(run) else [])]


def lasting(run: Run) -> bool:
    """Whether replicas go on after the first hegemony somewhere."""
    return any(not point.model.hegemony.absorbing for point in run.design.points)


def vast(run: Run) -> bool:
    """Whether the curves of all points are too many for a page."""
    return run.results["survival"].size > MOST_CELLS


def _survival(run: Run) -> Section:
    title = "How soon"
    if vast(run):
        return Section("survival", title, [_TOO_MANY])
    found = run.survival()
    alt = "Survival curves with bands, and the hazard by year. Times are in the table below."
    return Section(
        "survival",
        title,
        [
            "The curve is the probability that no hegemon has emerged by the end of a year (Kaplan and "
            "Meier). The "
            "mean is that of the years without a hegemon within the horizon; “1/10 by” is the year by "
            "whose end "
            "one has emerged in a tenth of the replicas; a dash stands where the horizon is too short to "
            "tell.",
            drawing.figure(lifetimes(found), alt, f"Intervals: {found.attrs['interval']}."),
            _times(run, found, "Years without a hegemon", spells=False),
        ],
    )


def _routes(run: Run) -> Section:
    title = "By which route, and who"
    if vast(run):
        return Section("routes", title, [_TOO_MANY])
    if run.spec.detail != "outcomes":
        text = (
            "This run keeps tallies and no row per replica, which would tell by which route a hegemon came."
        )
        return Section("routes", title, [text])
    blocks: list[Block] = []
    kinds: tuple[Literal["route", "leader"], ...] = ("route", "leader")
    for by in kinds:
        found = run.survival(by)
        blocks.append(_sentence(str(found["cause"].attrs["description"])))
        if by == "route":
            alt = (
                "Incidence of hegemony by conquest and by growth, by year; at the end as in the table below."
            )
            blocks.append(drawing.figure(lifetimes(found), alt))
        blocks.append(_kinds(run, found, "By route" if by == "route" else "By who led at the start"))
    return Section("routes", title, blocks)


def _spells(run: Run) -> Section:
    title = "How long hegemony lasts"
    if run.spec.detail != "outcomes" or vast(run):
        text = "This run keeps no row per replica, which would tell how long spells of hegemony last."
        return Section("spells", title, [_TOO_MANY if vast(run) else text])
    found = run.durability()
    alt = "Curves of how long first spells of hegemony last, and the hazard of their end."
    text = (
        "Replicas go on after a hegemon has emerged. These are the first spells of hegemony; those that were "
        "running at the horizon are censored there."
    )
    blocks: list[Block] = [
        text,
        drawing.figure(lifetimes(found, spells=True), f"{alt} Times are in the table below."),
        _times(run, found, "Years that the first spell lasts", spells=True),
    ]
    return Section("spells", title, blocks)


def _times(run: Run, found: xr.Dataset, caption: str, spells: bool) -> Block:
    made = times(run, found, spells)
    names = made.header[: heads(run)]
    level = f"({100 * run.spec.confidence:.6g} %)"
    counts = ("spells", "ended") if spells else ("replicas", "emerged")
    means = ("mean", f"from {level}", "to", "within")
    header = (*names, *counts, *means, "1/10 by", "1/4 by", "1/2 by", f"1/2 from {level}", "to")
    return table(caption, header, made.rows, heads(run))


def _kinds(run: Run, found: xr.Dataset, caption: str) -> Block:
    made = kinds(run, found)
    names = made.header[: heads(run)]
    level = f"{100 * run.spec.confidence:.6g} %"
    header = (*names, "kind", "emerged", "P", f"from ({level})", "to", "years lost")
    return table(caption, header, made.rows, heads(run) + 1)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


_TOO_MANY = (
    "There are too many design points for curves on a page: see `hegemon survival` and `hegemon export`."
)
