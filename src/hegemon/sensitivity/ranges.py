"""What each key may plausibly be, and what a study varies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hegemon.config.drawn import read_span
from hegemon.config.mistakes import Mistakes
from hegemon.config.spec import Axis, ExperimentSpec, Span, Sweep
from hegemon.errors import RequestError
from hegemon.parameters import ParameterInfo, all_parameters, nearest, parameter

__all__ = ["LEFT_OUT", "PLAUSIBLE", "chosen", "plausible"]

PLAUSIBLE: Mapping[str, Any] = {
    "system.states": {"from": 4, "to": 8},
    "system.dispersion": {"from": 0.1, "to": 0.9},
    "geography.layout": ["none", "ring", "plane"],
    "geography.reach": {"from": 0.25, "to": 4.0, "scale": "log"},
    "growth.volatility": {"from": 0.01, "to": 0.08},
    "growth.convergence": {"from": 0.0, "to": 0.01},
    "growth.overextension": {"from": 0.0, "to": 0.1},
    "growth.arms_drag": {"from": 0.0, "to": 0.3},
    "growth.effort": {"from": 0.0, "to": 0.01},
    "threat.offensive_weight": {"from": 0.2, "to": 0.8},
    "threat.share_weight": {"from": 0.2, "to": 0.8},
    "threat.intentions_weight": {"from": 0.4, "to": 1.0},
    "threat.prior": {"from": 0.0, "to": 0.3},
    "threat.reputation_gain": {"from": 0.2, "to": 0.8},
    "threat.reputation_decay": {"from": 0.01, "to": 0.15},
    "threat.threshold": {"from": 0.25, "to": 1.0},
    "threat.misperception": {"from": 0.0, "to": 0.5},
    "threat.ideology_weight": {"from": 0.0, "to": 0.5},
    "arms.peacetime_burden": {"from": 0.02, "to": 0.06},
    "arms.max_burden": {"from": 0.08, "to": 0.3},
    "arms.response": {"from": 0.3, "to": 3.0, "scale": "log"},
    "arms.adjustment": {"from": 0.1, "to": 0.5},
    "arms.ambition": {"from": 0.0, "to": 1.0},
    "balancing.internal": {"from": 0.0, "to": 1.0},
    "balancing.efficiency": {"from": 0.0, "to": 1.0},
    "balancing.sufficiency": {"from": 0.5, "to": 2.0, "scale": "log"},
    "balancing.cohesion": {"from": 0.8, "to": 0.99},
    "balancing.soft": {"from": 0.0, "to": 0.1},
    "balancing.rollback": {"from": 0.0, "to": 1.0},
    "balancing.alarm": {"from": 0.2, "to": 0.5},
    "bandwagoning.vulnerability": {"from": 0.5, "to": 4.0, "scale": "log"},
    "bandwagoning.propensity": {"from": 0.0, "to": 0.6},
    "bandwagoning.profit": {"from": 0.0, "to": 0.3},
    "bandwagoning.tribute": {"from": 0.0, "to": 0.02},
    "bandwagoning.protection": {"from": 0.0, "to": 1.0},
    "war.opportunities": {"from": 0.05, "to": 0.3},
    "war.revisionists": {"from": 0.1, "to": 0.6},
    "war.decisiveness": {"from": 1.0, "to": 9.0, "scale": "log"},
    "war.defense_advantage": {"from": 1.0, "to": 2.5},
    "war.spoils": {"from": 0.1, "to": 0.8},
    "war.indemnity": {"from": 0.0, "to": 0.3},
    "war.attrition": {"from": 0.05, "to": 0.3},
    "war.cost": {"from": 0.0, "to": 0.15},
    "war.optimism": {"from": -0.3, "to": 0.3},
    "war.misjudgment": {"from": 0.1, "to": 0.6},
    "war.caution": {"from": 0.0, "to": 0.1},
    "war.annexation": {"from": 0.001, "to": 0.03, "scale": "log"},
    "secession.hazard": {"from": 0.0, "to": 0.02},
    "secession.share": {"from": 0.05, "to": 0.2},
    "hegemony.arms_weight": {"from": 0.1, "to": 0.6},
    "hegemony.threshold": {"from": 0.45, "to": 0.6},
    "hegemony.hold": {"from": 1, "to": 20},
}
"""Ranges around the defaults, wide enough to hold what the literature and historians dispute. They are ours:
whoever has better ones gives them."""

LEFT_OUT: Mapping[str, str] = {
    "system.years": "the horizon of the question",
    "system.shares": "a list; dispersion varies the start",
    "system.offshore": "a list",
    "system.names": "changes nothing",
    "geography.distances": "a list",
    "growth.drift": "the same for all states, it changes no share",
    "balancing.rule": "another origin of the efficiency",
    "balancing.speed": "follows the efficiency",
    "balancing.participation": "follows the efficiency",
    "balancing.commitment": "follows the efficiency",
    "bandwagoning.commitment": "follows that of balancing",
    "war.types": "a list",
    "hegemony.absorbing": "what counts after the event",
}
"""Keys that a screening of all keys leaves alone, unless they are named, and why."""


def plausible(info: ParameterInfo) -> Any:
    """Return a plausible range of a key: that of the table, or all values, or half to twice the default."""
    if info.key in PLAUSIBLE:
        return PLAUSIBLE[info.key]
    if info.kind == "bool":
        return [False, True]
    if info.choices:
        return list(info.choices)
    default = parameter(info.follows).default if info.follows else info.default
    if info.range is None or not isinstance(default, int | float):
        return None
    ends = [default / 2, default * 2] if default else [0.0, 0.5]
    low, high = info.range.low, info.range.high
    inner = [max(ends[0], low) if low is not None else ends[0], min(ends[1], high) if high else ends[1]]
    if info.kind == "int":
        return {"from": round(inner[0]), "to": round(inner[1])}
    return {"from": inner[0], "to": inner[1]}


def chosen(spec: ExperimentSpec, given: Sequence[str], keys: Sequence[str], everything: bool) -> list[Span]:
    """Return what a study varies.

    Parameters
    ----------
    spec
        The experiment: keys that it sweeps vary over their range there.
    given
        ``KEY=A:B`` or ``KEY=A:B:log`` each, as ``--range`` takes them; they win over the sweep.
    keys
        Keys to vary, and no others, over the range that is known of them.
    everything
        Vary all keys, where none are named.

    Raises
    ------
    RequestError
        With one line per mistake; if there is nothing to vary.
    """
    mistakes = Mistakes("--range")
    ranges = _swept(spec.sweep) | _given(given, mistakes)
    mistakes.refuse()
    names = list(keys) or list(ranges)
    if everything and not keys:
        known = [i.key for i in all_parameters() if i.key not in LEFT_OUT and plausible(i) is not None]
        names = list(dict.fromkeys([*known, *ranges]))
    spans = [ranges.get(name) or _default(name) for name in names]
    if len(spans) < 2:
        raise RequestError(
            f"{spec.name}: {len(spans)} keys are varied, and a study needs two; give ranges in [sweep] or "
            "with --range KEY=A:B, or name keys whose plausible range is known with --keys KEY,KEY"
        )
    return _independent(spans, ranges)


def _swept(sweep: Sweep) -> dict[str, Span]:
    if sweep.design == "list":
        columns = {key: [point[key] for point in sweep.points if key in point] for key in sweep.keys}
        axes: Sequence[Axis | Span] = [Axis(key, tuple(values)) for key, values in columns.items()]
    else:
        axes = sweep.groups
    found = {axis.key: axis if isinstance(axis, Span) else _spanned(axis) for axis in axes}
    return {key: span for key, span in found.items() if span.values or span.start != span.stop}


def _spanned(axis: Axis) -> Span:
    """From the least to the greatest value of a key; its values where they are no finite numbers.

    Keys that move together take their values in steps.
    """
    values, kind = axis.values, parameter(axis.key).kind
    finite = all(isinstance(v, int | float) and abs(v) < float("inf") for v in values)
    if axis.linked or kind not in ("int", "float") or not finite:
        different = values if axis.linked else tuple(dict.fromkeys(values))
        return Span(
            axis.key, values=different, linked=tuple(Span(o.key, values=o.values) for o in axis.linked)
        )
    return Span(axis.key, min(values), max(values), whole=kind == "int")


def _given(texts: Sequence[str], mistakes: Mistakes) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for text in texts:
        key, _, rest = text.partition("=")
        info = _known(key.strip(), mistakes, "--range")
        if info is None:
            continue
        span = read_span(info, (info.key,), _range_table(text, rest, info), mistakes)
        if span is not None:
            found[info.key] = span
    return found


def _range_table(text: str, rest: str, info: ParameterInfo) -> Any:
    """What ``A:B``, ``A:B:log`` or ``word,word`` stands for."""
    parts = rest.split(":")
    if info.range is None or info.kind == "bool":
        words = [part.strip() for part in rest.split(",")]
        return [{"true": True, "false": False}.get(word, word) for word in words]
    try:
        ends = [float(part) for part in parts[:2]]
    except ValueError:
        ends = []
    if len(ends) != 2 or parts[2:] not in ([], ["log"], ["linear"]):
        raise RequestError(f"--range {text}: must be KEY=A:B or KEY=A:B:log")
    whole = info.kind == "int" and all(end.is_integer() for end in ends)
    low, high = (int(end) if whole else end for end in ends)
    return {"from": low, "to": high, "scale": "log" if parts[2:] == ["log"] else "linear"}


def _known(key: str, mistakes: Mistakes, option: str) -> ParameterInfo | None:
    try:
        return parameter(key)
    except KeyError:
        near = nearest(key)
        meant = f' (did you mean "{near}"?)' if near else ""
        mistakes.say(f"{key}: no such key of the model{meant}")
    return None


def _default(key: str) -> Span:
    mistakes = Mistakes("--keys")
    info = _known(key, mistakes, "--keys")
    mistakes.refuse()
    assert info is not None
    given = plausible(info)
    if given is None:
        raise RequestError(f"--keys {key}: no range is known of it; give one with --range, or in [sweep]")
    span = read_span(info, (key,), given, mistakes)
    mistakes.refuse()
    assert span is not None
    return span


def _independent(spans: list[Span], ranges: Mapping[str, Span]) -> list[Span]:
    """Leave a key out of a group that it moves with, where it is varied by itself."""
    own = {span.key for span in spans}
    return [replace(span, linked=tuple(o for o in span.linked if o.key not in own)) for span in spans]
