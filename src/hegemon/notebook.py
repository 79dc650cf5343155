"""How experiments and runs show themselves in a session or a notebook: short, and as tables in HTML.

Nothing here simulates; of a run that is not complete, or damaged, that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from hegemon.parameters.showing import default_text, departures, paragraph_html, table_html, value_text

if TYPE_CHECKING:
    from hegemon.config import ExperimentSpec
    from hegemon.experiment import Experiment
    from hegemon.runs import Run

_MOST_ROWS = 12
_MOST_HTML_ROWS = 40
_MOST_POINTS = 10_000
"""Designs with more points are not built for a glance at the work they ask."""


def experiment_text(experiment: Experiment) -> str:
    """One line: name, design, effort, seed."""
    return f"<hegemon.Experiment {experiment.spec.name}: {_asked(experiment.spec)}>"


def experiment_html(experiment: Experiment) -> str:
    """What is asked, what is swept, how much work it is, and what differs from the defaults."""
    spec = experiment.spec
    rows = [["design", _size(spec)], ["replicas", _replicas(spec)], ["seed", str(spec.seed)]]
    rows += [["swept", f"{key}: {values}"] for key, values in _swept(experiment)]
    rows += _work(experiment)
    held = [(info, value) for info, value in departures(spec.model) if info.key not in spec.sweep.keys]
    for info, value in held:
        rows.append([info.key, f"{value_text(value)} (default {default_text(info) or 'none'})"])
    return paragraph_html("hegemon.Experiment", spec.title or spec.name) + table_html(("", ""), rows)


def run_text(run: Run) -> str:
    """A line on the run, and its table of estimates, the first rows of many."""
    head = f"hegemon.Run {run.path}: {_asked(run.spec)}"
    table, missing = _estimates(run, _MOST_ROWS)
    if table is None:
        return f"<{head}; {missing}>"
    left = len(run.design.points) - len(table.rows)
    more = [f"... and {left:,} more: run.results"] if left else []
    return "\n".join([f"<{head}>", *table.lines(), *more])


def run_html(run: Run) -> str:
    """The table of estimates, the first rows of many."""
    title = f"{run.spec.title or run.spec.name} ({run.path}): {_asked(run.spec)}"
    table, missing = _estimates(run, _MOST_HTML_ROWS)
    if table is None:
        return paragraph_html("hegemon.Run", f"{title}; {missing}")
    left = len(run.design.points) - len(table.rows)
    more = f"<p>... and {left:,} more: <code>run.results</code></p>" if left else ""
    note = f"<p>P(hegemon); intervals: {escape(str(run.results.attrs['interval']))}</p>"
    return paragraph_html("hegemon.Run", title) + table_html(table.header, table.rows) + more + note


def _estimates(run: Run, most: int) -> tuple[Any, str]:
    """The table of estimates; or None, and why there is none."""
    from hegemon.errors import RequestError
    from hegemon.failures import PieceError
    from hegemon.tables.table import estimates

    try:
        return estimates(run, most), ""
    except RequestError:
        return None, "slices of it are done that are not merged yet"
    except PieceError as error:
        return None, "damaged: " + str(error) if run.complete else "not complete"


def _asked(spec: ExperimentSpec) -> str:
    return f"{_size(spec)}, {_replicas(spec)}, seed {spec.seed}"


def _size(spec: ExperimentSpec) -> str:
    points = f"{spec.sweep.size:,} point{'s' if spec.sweep.size > 1 else ''}"
    if not spec.sweep.keys:
        return points
    if spec.sweep.design != "grid":
        return f"{points} ({spec.sweep.design}: {', '.join(spec.sweep.keys)})"
    return f"{points} ({' x '.join(f'{axis.key} {len(axis.values)}' for axis in spec.sweep.axes)})"


def _replicas(spec: ExperimentSpec) -> str:
    words = {"precision": "{:g}", "relative_precision": "{:g} of P"}
    goals = [text.format(value) for name, text in words.items() if (value := getattr(spec, name)) is not None]
    if goals:
        return (
            f"until half the interval is {' and '.join(goals)}, at most {spec.most_replicas:,} replicas each"
        )
    return f"{spec.replicas:,} replicas each"


def _swept(experiment: Experiment) -> Iterable[tuple[str, str]]:
    spec = experiment.spec
    if spec.sweep.design == "grid":
        for axis in spec.sweep.axes:
            for part in (axis, *axis.linked):
                yield part.key, _listed(part.values)
    else:
        yield from ((key, "a value per point") for key in spec.sweep.keys)


def _listed(values: Sequence[Any]) -> str:
    shown = [value_text(value) for value in values]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:4], "...", shown[-1]])


def _work(experiment: Experiment) -> list[list[str]]:
    """State-years at most, and seconds of one core, of a design that is quickly built."""
    spec = experiment.spec
    if spec.sweep.size > _MOST_POINTS:
        return []
    from hegemon.planning.plan import cost

    models = [point.model for point in experiment.design.points]
    years = sum(model.system.states * model.system.years for model in models) * spec.most_replicas
    seconds = sum(cost(model, spec.dtype) for model in models) * spec.most_replicas / 1e9
    return [["work", f"at most {years:.2g} state-years, about {seconds:,.0f} s of one core"]]
