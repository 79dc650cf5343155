"""What was asked: the question, what was swept, and what departs from the defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from hegemon.parameters import Model, all_parameters, parameter
from hegemon.report.parts import Block, Section, table
from hegemon.report.words import count, value, values

if TYPE_CHECKING:
    from hegemon.parameters.registry import ParameterInfo
    from hegemon.runs import Run


def section(run: Run) -> Section:
    """The section on the design."""
    blocks: list[Block] = [_effort(run)]
    swept = list(_swept(run))
    if swept:
        blocks.append(_keys("What was swept", ("Key", "Values"), swept))
    departing = list(_departing(run))
    if departing:
        blocks.append(_keys("What differs from the defaults", ("Key", "Value", "Default"), departing))
    else:
        blocks.append(f"All {'other ' if swept else ''}keys of the model have their default values.")
    return Section("design", "Design", blocks)


def _keys(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table of keys; units and sources stand there where some key has one."""
    whole = [*header, "Unit", "What it is", "Source"]
    kept = [
        place
        for place, name in enumerate(whole)
        if name not in ("Unit", "Source") or any(row[place] != "–" for row in rows)
    ]
    cut = [[row[place] for place in kept] for row in rows]
    return table(caption, [whole[place] for place in kept], cut, words=True)


def question(run: Run) -> list[str]:
    """The question: what the experiment says of itself, and what every run asks."""
    description = [line for line in (run.spec.description or "").splitlines() if line.strip()]
    swept = [parameter(key).title.lower() for key in run.spec.sweep.keys]
    when = ""
    if swept:
        listed = swept[0] if len(swept) == 1 else f"{', '.join(swept[:-1])} and {swept[-1]}"
        when = f", and how does that depend on {listed}"
    return [
        *description,
        f"How often does one state come to dominate all others{when}? P(hegemon) is the probability that one "
        f"does within {horizons(run)}.",
    ]


def horizons(run: Run) -> str:
    """The horizon in words."""
    years = {point.model.system.years for point in run.design.points}
    return count(years.pop(), "year") if len(years) == 1 else "the horizon of its design point"


def _effort(run: Run) -> str:
    spec, points = run.spec, count(len(run.design.points), "design point")
    kinds = {"grid": "a full grid", "list": "a list of points", "lhs": "a Latin hypercube"}
    kind = kinds.get(spec.sweep.design, "a Sobol' sequence")
    design = f"{points} ({kind})" if spec.sweep.keys else points
    if spec.to_precision:
        asked = [
            f"{words} of {getattr(spec, name):g}"
            for name, words in (("precision", "half-width"), ("relative_precision", "half-width over P"))
            if getattr(spec, name) is not None
        ]
        effort = f"as many replicas as it takes to a {' and a '.join(asked)}, at most {spec.most_replicas:,}"
    else:
        effort = f"{spec.replicas:,} replicas each"
    shared = (
        "Replica r meets the same shocks at all points (common random numbers)."
        if spec.common_random_numbers
        else "Each point has random numbers of its own."
    )
    kept = (
        "one row per replica is kept" if spec.detail == "outcomes" else "tallies are kept, no row per replica"
    )
    return f"{design}, {effort}; seed {spec.seed}, arithmetic in {spec.dtype}, {kept}. {shared}"


def _swept(run: Run) -> Iterator[tuple[str, ...]]:
    for label in run.design.coordinates:
        known = parameter(label.key)
        found = list(dict.fromkeys(label.values))
        moving = f" (moves with {label.along})" if label.along not in ("", "point") else ""
        yield (f"{label.key}{moving}", values(found), *_about(known))


def _departing(run: Run) -> Iterator[tuple[str, ...]]:
    """Keys that are not swept and have another value than their default."""
    for known in all_parameters():
        found = of(run.spec.model, known.key)
        if known.key not in run.spec.sweep.keys and found != known.default:
            default = f"follows {known.follows}" if known.follows else value(known.default)
            yield (known.key, value(found), default, *_about(known))


def _about(known: ParameterInfo) -> tuple[str, str, str]:
    return "–" if known.unit == "1" else known.unit, known.description, known.source or "–"


def of(model: Model, key: str) -> Any:
    """The value of a key in a model."""
    section, _, name = key.partition(".")
    return getattr(getattr(model, section), name)
