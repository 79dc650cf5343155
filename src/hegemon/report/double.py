"""The page that compares two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hegemon.comparison import differences
from hegemon.estimates.proportions import normal_quantile
from hegemon.figures.comparison import comparison
from hegemon.report import charts, drawing, words
from hegemon.report.parts import Block, Page, Section, Source, Table, table

if TYPE_CHECKING:
    import xarray as xr

    from hegemon.runs import Run

_MEANS = {
    "year": "Mean year",
    "wars": "Wars",
    "coalition_wars": "Against a coalition",
    "deterred": "Bids deterred",
    "years_unipolar": "Years unipolar",
    "years_multipolar": "Years multipolar",
    "survivors": "States left",
}


def page(first: Run, second: Run, found: xr.Dataset) -> Page:
    """All sections of the comparison of two runs.

    Parameters
    ----------
    first, second : Run
        Complete runs.
    found : xarray.Dataset
        What `first.compare(second)` gives.
    """
    runs = (first, second)
    titles = [str(run.results.attrs["title"]) for run in runs]
    return Page(
        title=f"{titles[0]} / {titles[1]}",
        kind="Comparison of two runs",
        lead=[f"First run: {titles[0]}.", f"Second run: {titles[1]}.", answer(found)],
        sections=[
            Section("differences", "What differs", _differing(first, second)),
            Section("emergence", "How often a hegemon emerges", _emergence(first, second, found)),
            Section("means", "Time, wars and polarity", _means(first, second, found)),
            Section("diagnostics", "What the numbers rest on", [_facts(first, second, found)]),
            Section("again", "How to do it again", _again(first, second)),
        ],
        made_by=" and ".join(dict.fromkeys(str(run.results.attrs["source"]) for run in runs)),
    )


def answer(found: xr.Dataset) -> str:
    """The answer in a sentence: how many differences are told from 0, and the greatest."""
    step = found["difference"].values
    low, high = (found[f"difference_{end}"].values for end in ("low", "high"))
    most = int(abs(step).argmax())
    told = int((found["p_adjusted"].values <= 1 - float(found.attrs["confidence"])).sum())
    level = f"{100 * float(found.attrs['confidence']):.6g} %"
    greatest = f"{step[most]:+.4f} ({low[most]:+.4f} to {high[most]:+.4f}, {level})"
    if len(step) == 1:
        return f"P(hegemon) of the second run less that of the first: {greatest}."
    return (
        f"Of {len(step):,} design points that both runs have, P(hegemon) differs at {told:,} (error over "
        f"all points "
        f"together at most {1 - float(found.attrs['confidence']):.3g}). The greatest difference, second "
        f"less first, "
        f"is {greatest}, at {_place(found, most)}."
    )


def _keys(found: xr.Dataset) -> list[str]:
    return [str(name) for name in found.coords if not str(name).startswith("point_")]


def _labels(found: xr.Dataset, i: int) -> list[str]:
    return [words.value(found[key].values[i].item() if hasattr(found[key].values[i], "item") else
                        found[key].values[i]) for key in _keys(found)]  # fmt: skip


def _place(found: xr.Dataset, i: int) -> str:
    pairs = zip(_keys(found), _labels(found, i), strict=True)
    return ", ".join(f"{key} {text}" for key, text in pairs) or "the only point"


def _differing(first: Run, second: Run) -> list[Block]:
    rows = [
        (each.key, _shown(each.first, each.swept[0]), _shown(each.second, each.swept[1]), each.meaning)
        for each in differences(first._side, second._side)
    ]
    if not rows:
        return ["The experiments are the same in all keys."]
    blocks: list[Block] = [
        table("Keys that differ", ("Key", "First", "Second", "What it is"), rows, words=True)
    ]
    if any(row[0] == "system.years" for row in rows):
        blocks.append(
            "P is the probability within the horizon: where horizons differ, so does what is compared."
        )
    return blocks


def _shown(value: Any, swept: bool) -> str:
    return f"swept: {words.values(value)}" if swept else words.value(value)


def _emergence(first: Run, second: Run, found: xr.Dataset) -> list[Block]:
    alt = "P(hegemon) of both runs with bands, the difference with its interval, and survival curves of both."
    drawn = comparison(found, first.results, second.results)
    figure = drawing.figure(
        drawn,
        f"{alt} {answer(found)} The numbers are in the table below.",
        f"Intervals of each run: {first.results.attrs['interval']}. Of the difference: "
        f"{found.attrs['interval']}.",
        charts.comparison(found, first.results, second.results),
    )
    blocks: list[Block] = [f"Replicas paired: {found.attrs['pairing']}.", figure, estimates(found)]
    left = [
        len(run.design.points) - len(set(found[f"point_{word}"].values.tolist()))
        for run, word in ((first, "first"), (second, "second"))
    ]
    if any(left):
        blocks.append(
            f"Points without a counterpart: {left[0]:,} of the first run, {left[1]:,} of the second."
        )
    if found["paired"].values.any() and _replicas(first) != _replicas(second):
        blocks.append("Differences are those of the first replicas of a point, which both runs have.")
    if first.spec.to_precision or second.spec.to_precision:
        blocks.append(
            "A run to a precision has intervals that allow for its stopping rule; those of differences "
            "take the "
            "numbers of replicas as fixed beforehand."
        )
    return blocks


def estimates(found: xr.Dataset) -> Table:
    """A row per design point: P of both with intervals, the difference, the test."""
    from hegemon.tables.table import digits

    places = digits(int(max(found["replicas_first"].max(), found["replicas_second"].max())))
    keys = _keys(found)
    rows = []
    for i in range(found.sizes["pair"]):
        at = {str(name): float(variable.values[i]) for name, variable in found.data_vars.items()}
        sides = [
            words.chance(at[f"p_{word}"], at[f"p_low_{word}"], at[f"p_high_{word}"], places)
            for word in ("first", "second")
        ]
        step = f"{at['difference']:+.{places}f}"
        limits = f"{at['difference_low']:+.{places}f} to {at['difference_high']:+.{places}f}"
        tests = [words.p_value(at[name]) for name in ("p_value", "p_adjusted")]
        rows.append((*_labels(found, i), *sides, step, limits, *tests, "yes" if at["paired"] else "no"))
    header = (*keys, "P, first run", "P, second run", "Difference", "Interval", "p", "Adjusted p", "Paired")
    return table("Estimates side by side", header, rows, len(keys))


def _means(first: Run, second: Run, found: xr.Dataset) -> list[Block]:
    keys = _keys(found)
    rows = []
    for i in range(found.sizes["pair"]):
        for run, word in ((first, "first"), (second, "second")):
            place, z = int(found[f"point_{word}"].values[i]), normal_quantile(run.spec.confidence)
            cells = [
                words.mean(_at(run, f"mean_{name}", place), _at(run, f"se_{name}", place), z)
                for name in _MEANS
            ]
            rows.append((*_labels(found, i), word, *cells))
    text = (
        "Means over the replicas of each run, with the half-width of their interval; the mean year is "
        "that of replicas "
        "with a hegemon. Each stands for itself: where runs met the same shocks their difference is known "
        "better."
    )
    return [text, table("Means side by side", (*keys, "run", *_MEANS.values()), rows, len(keys) + 1)]


def _at(run: Run, name: str, place: int) -> float:
    return float(run.results[name].values.ravel()[place])


def _facts(first: Run, second: Run, found: xr.Dataset) -> Table:
    rows = [
        ("Design points", *(f"{len(run.design.points):,}" for run in (first, second))),
        ("Replicas per point", *(_replicas(run) for run in (first, second))),
        ("Seed", *(str(run.spec.seed) for run in (first, second))),
        (
            "Common random numbers",
            *("yes" if run.spec.common_random_numbers else "no" for run in (first, second)),
        ),
        ("Arithmetic", *(run.spec.dtype for run in (first, second))),
        ("Program", *(str(run.results.attrs["source"]) for run in (first, second))),
        ("Digest of the estimates", *(str(run.results.attrs["digest"]) for run in (first, second))),
    ]
    return table("Both runs", ("What", "First", "Second"), rows, words=True)


def _replicas(run: Run) -> str:
    counts = run.results["replicas"].values
    return words.span(int(counts.min()), int(counts.max()))


def _again(first: Run, second: Run) -> list[Block]:
    files = [f"{word}-{run.spec.name}.toml" for word, run in (("first", first), ("second", second))]
    lines = [f"hegemon run {file} --out runs/{file.removesuffix('.toml')}" for file in files]
    folders = " ".join(f"runs/{file.removesuffix('.toml')}" for file in files)
    text = f"Save both experiments below as {files[0]} and {files[1]}; these lines make the same bits:"
    sources = [
        Source(f"The {word} experiment, every key with its value", run.provenance["experiment"], file)
        for word, run, file in zip(("first", "second"), (first, second), files, strict=True)
    ]
    commands = "\n".join([*lines, f"hegemon compare {folders} -o comparison.html"])
    return [text, Source("Commands", commands), *sources]
