"""The figures of docs/benchmarks.md, in the look of the project's other figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from hegemon.figures import style
from session import derive
from session.derive import Record, Row, Spread
from session.tables import per_replica, per_state_year

PRECISIONS = ("float64", "float32")
_GUIDE = {"color": "#999999", "linewidth": 1.0, "linestyle": (0, (1, 2)), "zorder": 1}
Panel = Callable[[Axes, Record], None]


def write(record: Record, folder: Path) -> list[Path]:
    """Draw what the record has into `folder`; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    if "contest" in record["parts"]:
        drawn["benchmarks.png"] = contest(record)
    if all(name in record["parts"] for name, _ in PANELS):
        drawn["scaling.png"] = scaling(record)
    return [style.save(figure, folder / name) for name, figure in drawn.items()]


def contest(record: Record) -> Figure:
    """Speed and start-up of everything that was compared."""
    rows = derive.rows(record)
    names = list(dict.fromkeys(_label(row) for row in rows))
    with style.applied():
        figure = style.new_figure(9.6, 0.36 * len(names) + 1.5)
        speed, start = figure.subplots(1, 2, sharey=True, width_ratios=[1.5, 1])
        for k, precision in enumerate(PRECISIONS):
            own = [row for row in rows if row.precision == precision]
            at = [names.index(_label(row)) + (k - 0.5) * 0.16 for row in own]
            _dots(speed, [row.state_years for row in own], at, k, precision, 1e-6)
            _start_dots(start, own, at, k)
        _fill_in(speed)
        _fill_in(start)
        speed.set_xlabel("million state-years per second of CPU time")
        start.set_xlabel("seconds to a first result")
        for ax in (speed, start):
            _logarithmic(ax, "x")
            ax.grid(axis="y", visible=False)
        speed.set_yticks(range(len(names)), names)
        for label, name in zip(speed.get_yticklabels(), names, strict=True):
            label.set_fontweight("bold" if name.startswith(derive.ENGINE) else "normal")
        speed.set_ylim(len(names) - 0.5, -0.5)
        speed.set_title("Speed on one core (more is better)")
        start.set_title("Start-up (less is better)")
        precisions, _ = speed.get_legend_handles_labels()
        speed.legend(handles=[*precisions, *_keys()], loc="upper left", fontsize=style.NOTE_SIZE)
        part = record["parts"]["contest"]
        _note(
            figure,
            f"Median and quartiles of {len(part['rounds'])} rounds in turn; {part['states']} states,"
            f" {part['years']} years, efficiency {part['efficiency']}. {record['machine']['processor']}.",
        )
    return figure


def _label(row: Row) -> str:
    return row.system + (", all mechanisms" if row.mechanisms == "all" else "")


def _look(k: int) -> dict[str, Any]:
    return style.line_style(k) | {"linestyle": "none"}


def _dots(
    ax: Axes, values: Sequence[Spread], at: Sequence[float], k: int, name: str | None, scale: float
) -> None:
    middle = np.array([v.median for v in values]) * scale
    bars = np.abs(np.array([[v.low for v in values], [v.high for v in values]]) * scale - middle)
    ax.errorbar(middle, at, xerr=bars, label=name, capsize=2, **_look(k))


def _start_dots(ax: Axes, rows: Sequence[Row], at: Sequence[float], k: int) -> None:
    for what, filled in (("cold", False), ("warm", True)):
        found = [(getattr(row, what), y) for row, y in zip(rows, at, strict=True)]
        there = [(x, y) for x, y in found if x is not None]
        if there:
            colour = style.line_style(k)["color"]
            ax.plot(*zip(*there, strict=True), **_look(k), markerfacecolor=colour if filled else "white")


def _keys() -> list[Line2D]:
    """What filled and empty markers say."""
    look: dict[str, Any] = {"linestyle": "none", "marker": "o", "color": "#444444"}
    return [
        Line2D([], [], **look, label="start-up: compiled before"),
        Line2D([], [], **look, label="start-up: nothing compiled", markerfacecolor="white"),
    ]


def _logarithmic(ax: Axes, which: str) -> None:
    """A logarithmic axis with plain numbers, also where it spans little."""
    getattr(ax, f"set_{which}scale")("log")
    axis = getattr(ax, f"{which}axis")
    axis.set_major_locator(LogLocator(subs=(1.0,)))
    axis.set_major_formatter(_plain)
    axis.set_minor_formatter("")


def _plain(value: float, _: object = None) -> str:
    if 1e-3 <= value < 1e5:
        return f"{value:g}"
    return f"$10^{{{np.log10(value):.0f}}}$"


def _fill_in(ax: Axes) -> None:
    """More numbers on a logarithmic axis that spans less than about a decade."""
    for axis in (ax.xaxis, ax.yaxis):
        low, high = axis.get_view_interval()
        if (
            axis.get_scale() == "log"
            and high < 20 * low
            and not isinstance(axis.get_major_locator(), FixedLocator)
        ):
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))


def scaling(record: Record) -> Figure:
    """Time against everything that a user can make larger."""
    with style.applied():
        figure = style.new_figure(9.6, 6.2)
        for ax, (_, draw) in zip(figure.subplots(2, 3).flat, PANELS, strict=True):
            _logarithmic(ax, "x")
            _logarithmic(ax, "y")
            draw(ax, record)
            _fill_in(ax)
            ax.legend(fontsize=style.NOTE_SIZE, loc="best")
        _note(
            figure,
            "Dotted: proportional. Medians of what was measured;"
            " beyond two workers a model with measured coefficients.",
        )
    return figure


def _note(figure: Figure, text: str) -> None:
    figure.supxlabel(text, x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444")


def _curve(ax: Axes, k: int, name: str, x: Sequence[float], y: Sequence[float]) -> None:
    ax.plot(x, y, label=name, **style.line_style(k))


def _proportional(ax: Axes, x: Sequence[float], y: Sequence[float], power: float = 1.0) -> None:
    """A guide through the last point."""
    ends = np.array([min(x), max(x)], float)
    ax.plot(ends, y[-1] * (ends / x[-1]) ** power, **_GUIDE)


def _replicas(ax: Axes, record: Record) -> None:
    part = record["parts"]["replicas"]
    for k, detail in enumerate(dict.fromkeys(run["detail"] for run in part["runs"])):
        runs = [run for run in part["runs"] if run["detail"] == detail]
        x, y = [run["replicas"] for run in runs], [run["wall"] for run in runs]
        _curve(ax, k, detail, x, y)
    _proportional(ax, x, y)
    size = part["model"]["system"]
    ax.set_title("Replicas")
    ax.set_xlabel(f"replicas ({size['states']} states, {size['years']} years)")
    ax.set_ylabel(f"seconds, {part['workers']} threads")


def _states(ax: Axes, record: Record) -> None:
    cases = record["parts"]["states"]["cases"]
    kinds = [("none", "float64"), ("none", "float32"), ("plane", "float64"), ("plane", "float32")]
    for k, (layout, dtype) in enumerate(kinds):
        own = [case for case in cases if (case["layout"], case["dtype"]) == (layout, dtype)]
        name = dtype + (", in a plane" if layout == "plane" else "")
        _curve(ax, k, name, [case["states"] for case in own], [per_state_year(case) for case in own])
    ticks = [case["states"] for case in cases if (case["layout"], case["dtype"]) == kinds[0]]
    ax.set_xticks([n for n in (2, 4, 8, 16, 32, 64) if min(ticks) <= n <= max(ticks)])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_title("States")
    ax.set_xlabel("states")
    ax.set_ylabel("CPU ns per state-year")


def _years(ax: Axes, record: Record) -> None:
    cases = record["parts"]["years"]["cases"]
    for k, (absorbing, name) in enumerate([(True, "until a hegemon emerges"), (False, "all years")]):
        own = [case for case in cases if case["absorbing"] == absorbing]
        x = [case["years"] for case in own]
        y = [per_replica(case) for case in own]
        _curve(ax, k, name, x, y)
    _proportional(ax, x, y)
    ax.set_title("Years")
    ax.set_xlabel("horizon, years (8 states, float64)")
    ax.set_ylabel("CPU µs per system")


def _crises(ax: Axes, record: Record) -> None:
    cases = record["parts"]["crises"]["cases"]
    ax.set_xscale("linear")
    ax.set_yscale("linear")
    kinds = [(dtype, whole) for dtype in PRECISIONS for whole in (False, True)]
    for k, (dtype, whole) in enumerate(kinds):
        own = [c for c in cases if c["dtype"] == dtype and (c["crises_a_year"] % 1 == 0) == whole]
        own.sort(key=lambda c: c["crises_a_year"])
        name = f"{dtype}, {'the same every year' if whole else 'varying'}"
        _curve(ax, k, name, [c["crises_a_year"] for c in own], [8 * per_state_year(c) for c in own])
    ax.set_xlim(left=0)
    ax.set_ylim(0, 1.35 * max(8 * per_state_year(c) for c in cases))  # room for the legend
    ax.set_title("Crises")
    ax.set_xlabel("crises a year (8 states)")
    ax.set_ylabel("CPU ns per year of a system")


def _points(ax: Axes, record: Record) -> None:
    part = record["parts"]["points"]
    for k, detail in enumerate(dict.fromkeys(run["detail"] for run in part["runs"])):
        runs = [run for run in part["runs"] if run["detail"] == detail]
        x, y = [run["points"] for run in runs], [run["cpu"] for run in runs]
        _curve(ax, 2 * k, f"all, {detail}", x, y)
        _curve(ax, 2 * k + 1, f"kernels, {detail}", x, [run["simulate"] for run in runs])
    _proportional(ax, x, y)
    ax.set_title("Sweep points")
    ax.set_xlabel(f"points of {part['replicas']:,} replicas")
    ax.set_ylabel("CPU seconds")


def _workers(ax: Axes, record: Record) -> None:
    part, c = record["parts"]["workers"], derive.coefficients(record)
    w = np.array([1, 2, 4, 8, 16, 32, 64])
    for k, (locked, name) in enumerate([(False, "model, at best"), (True, "model, Python behind one lock")]):
        y = [c.seconds(int(n), locked=locked) for n in w]
        ax.plot(w, y, label=name, **style.line_style(k + 1) | {"marker": ""})
    counts = sorted({run["workers"] for run in part["runs"]})
    wall = [
        c.start + Spread.of(run["wall"] for run in part["runs"] if run["workers"] == n).median for n in counts
    ]
    ax.plot(counts, wall, label="measured", **style.line_style(0) | {"linestyle": "none"}, zorder=4)
    _proportional(ax, [64.0, 1.0], [0.0, c.seconds(1, locked=False)], -1.0)
    ax.set_xticks(w)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_title("Workers")
    ax.set_xlabel("threads")
    ax.set_ylabel("seconds of the whole command")


PANELS: tuple[tuple[str, Panel], ...] = (
    ("replicas", _replicas),
    ("states", _states),
    ("years", _years),
    ("crises", _crises),
    ("points", _points),
    ("workers", _workers),
)
