"""The generated parts of a page, from its record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VERBS = {
    "change": ("falls", "rises"),
    "gap": ("lower", "higher"),
    "fall": ("smaller", "greater"),
}


def number(value: float | None) -> str:
    """Three decimals of a share; fewer of what is large, more of what is small."""
    if value is None:
        return "none"
    size = abs(value)
    if size in (0, 1):
        return f"{value:g}"
    if 0.9995 <= size < 1:
        return f"{value:.5f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.3f}" if size >= 0.01 else f"{value:.2g}"


def interval(low: float | None, high: float | None) -> str:
    """`(low to high)`."""
    return f"({number(low)} to {number(high)})"


def year(value: float | None, low: float | None, high: float | None) -> str:
    """A year, which is whole, with its limits."""
    told, *limits = ("none" if each is None else f"{each:.0f}" for each in (value, low, high))
    return f"{told} ({' to '.join(limits)})"


def phrase(fact: Mapping[str, Any]) -> str:
    """A fact in words, after a subject such as "P" or "the fall of P is"."""
    kind, value, low, high = (fact[key] for key in ("kind", "value", "low", "high"))
    if kind == "crossing":
        return _crossing(value, low, high)
    if kind == "year":
        return year(value, low, high)
    if kind == "value":
        return f"{number(value)} {interval(low, high)}"
    if value is None:
        return "not known"
    sizes = interval(low, high) if value > 0 else interval(-high, -low)
    found = low > 0 or high < 0
    verb = _VERBS[kind][int(value > 0)]
    if kind == "change":
        after, before = fact["parts"]
        if not found:
            return (
                f"does not measurably change ({number(before)} and {number(after)}; "
                f"difference {number(value)}, {number(low)} to {number(high)})"
            )
        return f"{verb} from {number(before)} to {number(after)}, by {number(abs(value))} {sizes}"
    if not found:
        return f"not measurably different (difference {number(value)}, {number(low)} to {number(high)})"
    here = f": {number(fact['parts'][0])} against {number(fact['parts'][1])}" if kind == "gap" else ""
    return f"{verb} by {number(abs(value))} {sizes}{here}"


def _crossing(value: float | None, low: float | None, high: float | None) -> str:
    """Where a curve comes down to 0 for good; None stands for nowhere up to 1."""
    if value is None:
        some = "" if low is None else f" (lower limit {number(low)})"
        return f"at no efficiency up to 1{some}"
    upper = "beyond 1" if high is None else number(high)
    return f"at an efficiency of {number(value)} ({number(low)} to {upper})"


def sentences(record: Mapping[str, Any]) -> str:
    """What was found: a list of sentences with their estimates."""
    told = {name: phrase(fact) for name, fact in record["facts"].items()}
    return "\n".join(f"- {sentence.format(**told)}" for sentence in record["said"])


def summary(records: Mapping[str, Mapping[str, Any]]) -> str:
    """All pages with the first of their sentences."""
    rows = [["page", "its first finding"]]
    for name, record in records.items():
        rows.append([f"[{record['title']}]({name}.md)", sentences(record).partition("\n")[0][2:]])
    return "\n".join("| " + " | ".join(row) + " |" for row in _ruled(rows))


def table(record: Mapping[str, Any]) -> str:
    """The lines of each panel: what is set, and the estimate at the first, middle and last value."""
    parts = [_panel(panel) for panel in record["panels"]]
    if "table" in record:
        parts.append("\n".join("| " + " | ".join(row) + " |" for row in _ruled(record["table"])))
    if "caption" in record:
        parts.append(f"{record['caption']}.")
    return "\n\n".join(parts)


def _ruled(rows: list[list[str]]) -> list[list[str]]:
    return [rows[0], ["---"] * len(rows[0]), *rows[1:]]


def _panel(panel: Mapping[str, Any]) -> str:
    swept = panel["swept"].rpartition(".")[2].replace("_", " ")
    count = len(panel["lines"][0]["x"])
    places = sorted({0, count // 2, count - 1})
    # Where the horizontal axis is an outcome, columns are numbered as --point takes them.
    heads = [f"point {i}" if panel["along"] else f"{swept} {panel['lines'][0]['x'][i]:g}" for i in places]
    rows = [["line", "set", *heads]]
    for line in panel["lines"]:
        keys = ", ".join(f"`{each}`" for each in line["set"]) or "as in the file"
        found = [f"{number(line['p'][i])} {interval(line['low'][i], line['high'][i])}" for i in places]
        rows.append([line["name"], keys, *found])
    body = "\n".join("| " + " | ".join(row) + " |" for row in _ruled(rows))
    common = " ".join(f"`--set {each}`" for each in panel["set"])
    return (
        f"**{panel['label']}**: `configs/gallery/{panel['config']}.toml`{common and ' with ' + common}, "
        f"{panel['replicas']:,} replicas a point, seed {panel['seed']}\n\n{body}"
    )


def parts(record: Mapping[str, Any]) -> dict[str, str]:
    """The bodies of the markers of a page."""
    return {"found": sentences(record), "table": table(record)}
