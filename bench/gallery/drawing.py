"""The figure of a page: a panel of lines beside another, in the project's style."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hegemon.figures import style
from hegemon.figures.frame import wrapped
from hegemon.figures.labels import _AXES
from hegemon.figures.placing import EndLabel, label_ends
from hegemon.figures.probability import BAND_ALPHA
from hegemon.parameters.registry import parameter

MOST_ACROSS = 2  # on a page three have letters too small to read
_GREYS = ("#8A8A8A", "#A8A8A8", "#767676")
_GREY_DASHES: tuple[Any, ...] = ((0, (1, 1.5)), (0, (4, 2)), (0, (6, 2, 1, 2)))


def figure(record: Mapping[str, Any], last: Callable[[Axes], None] | None = None) -> Figure:
    """Draw the panels of a record, and one more where `last` draws it."""
    with style.applied():
        panels = record["panels"]
        count = len(panels) + (last is not None)
        across = min(count, MOST_ACROSS)
        down = -(-count // across)
        drawn = style.new_figure(6.6 if across == 1 else 5.2 * across, 0.5 + 3.4 * down)
        axes = drawn.subplots(down, across, squeeze=False).ravel()
        for ax in axes[count:]:
            ax.remove()
        drawn.draw_without_rendering()  # names at the ends of lines need the panels' heights
        for ax, panel in zip(axes, panels, strict=False):
            _panel(ax, panel)
        if last is not None:
            last(axes[count - 1])
        words(drawn, record["title"], note(panels))
        return drawn


def words(drawn: Figure, title: str, below: str) -> None:
    """Title above, note below."""
    drawn.suptitle(wrapped(drawn, title, 11.0), x=0.01, ha="left", fontsize=11.0)
    drawn.supxlabel(
        wrapped(drawn, below, style.NOTE_SIZE), x=0.01, ha="left", fontsize=style.NOTE_SIZE, color="#444444"
    )


def note(panels: list[Mapping[str, Any]]) -> str:
    """What the bands are."""
    counts = sorted({panel["replicas"] for panel in panels})
    seeds = sorted({panel["seed"] for panel in panels})
    return (
        f"Bands: 95 % intervals, by point; {' and '.join(f'{n:,}' for n in counts)} replicas a point; "
        f"seed {' and '.join(map(str, seeds))}; replica r meets the same shocks under one seed."
    )


def axis_name(key: str) -> str:
    """The name of a swept key on an axis."""
    return _AXES.get(key) or parameter(key).title.capitalize()


def _panel(ax: Axes, panel: Mapping[str, Any]) -> None:
    ends, plain, grey = [], 0, 0
    for line in panel["lines"]:
        if line["grey"]:
            look = grey_style(grey)
            grey += 1
        else:
            look = style.line_style(plain)
            plain += 1
        ends.append(draw_line(ax, line, look))
    _finish(ax, panel)
    if len(ends) > 1:
        label_ends(ax, ends)


def grey_style(index: int) -> dict[str, Any]:
    """The look of a null."""
    return {"color": _GREYS[index % 3], "linestyle": _GREY_DASHES[index % 3], "marker": "None"}


def draw_line(ax: Axes, line: Mapping[str, Any], look: Mapping[str, Any]) -> EndLabel:
    """Draw one line with its band; give its name and end."""
    order = np.argsort(np.array(line["x"], float), kind="stable")
    x, p, low, high = (np.array(line[key], float)[order] for key in ("x", "p", "low", "high"))
    ax.plot(x, p, zorder=3, clip_on=False, **look)
    ax.fill_between(x, low, high, color=look["color"], alpha=BAND_ALPHA, linewidth=0)
    return EndLabel(line["name"], float(x[-1]), float(p[-1]), look["color"])


def _finish(ax: Axes, panel: Mapping[str, Any]) -> None:
    ax.set_xlabel(panel["along"] or axis_name(panel["swept"]))
    ax.set_ylabel(panel["label"])
    ax.set_title(panel["title"])
    every = np.concatenate([np.array(line["x"], float) for line in panel["lines"]])
    ax.set_xlim(every.min(), every.max())
    if panel["swept"] == "system.states":
        ax.set_xticks(sorted(set(every)))
    ax.set_ylim(0, 1.04 * max(v for line in panel["lines"] for v in line["high"] if v is not None))
