"""The generated parts of docs/benchmarks.md, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from session import derive
from session.derive import Record, Row, Spread

NONE = "·"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are right-aligned."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, rule, *lines])


def number(value: float | None, digits: int = 3) -> str:
    """A number with about so many digits that mean something, without an exponent."""
    if value is None:
        return NONE
    if value == 0:
        return "0"
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def spread(value: Spread, digits: int = 3) -> str:
    """A median with its quartiles."""
    return f"{number(value.median, digits)} ({number(value.low, digits)} to {number(value.high, digits)})"


def seconds(value: float) -> str:
    """A time, in the unit that suits it."""
    for limit, unit in ((86400.0 * 2, 86400.0), (7200.0, 3600.0), (120.0, 60.0)):
        if value >= limit:
            return f"{number(value / unit)} {({86400.0: 'days', 3600.0: 'h', 60.0: 'min'})[unit]}"
    return f"{number(value)} s"


def session(record: Record) -> str:
    """When, on what, under what load."""
    machine, parts = record["machine"], record["parts"]
    loads = [load[0] for part in parts.values() for load in part["load_average"]]
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    digests = sorted({part["kernel_digest"][:12] for part in parts.values()})
    small = "" if record["mode"] != "quick" else (
        " **A quick session: sizes so small that its figures only show that everything runs.**"
    )  # fmt: skip
    return (
        f"Session of {min(part['begun'] for part in parts.values())} to"
        f" {max(part['ended'] for part in parts.values())}, mode `{record['mode']}`.{small}"
        f" {machine['processor']}, {machine['cpus']} CPUs,"
        f" {'with' if machine['vectors_of_512_bits'] else 'no'} 512-bit vectors, {machine['memory_gb']} GB;"
        f" {machine['system']}; Python {machine['python']}, {versions}. Model version"
        f" {record['model_version']}, kernels {', '.join(digests)}. Load average"
        f" {min(loads):.1f} to {max(loads):.1f}."
    )


def contest(record: Record) -> str:
    """Everything that was compared."""
    head = [
        "", "precision", "million state-years / s", "systems / s", "1 / (se² × CPU s)", "a million systems",
        "core hours", "first result, cold", "warm", "memory of a million, MB", "lines",
    ]  # fmt: skip
    body = table(head, [_contestant(row) for row in derive.rows(record)])
    behind = record["parts"]["contest"]["kernel_lines"]
    body += f"\n\nBehind the few lines of the engine's user stand {behind:,} lines of kernels."
    left_out = record["parts"]["contest"]["left_out"]
    if left_out:
        reasons = "; ".join(f"{name} ({why})" for name, why in left_out.items())
        body += f"\n\nNot measured in this session: {reasons}."
    return body


def _contestant(row: Row) -> list[str]:
    name = row.system + (", all mechanisms" if row.mechanisms == "all" else "")
    return [
        f"**{name}**" if row.system == derive.ENGINE else name,
        row.precision,
        number(row.state_years.median / 1e6),
        number(row.systems.median),
        number(row.merit),
        seconds(row.million),
        number(row.million / 3600),
        NONE if row.cold is None else seconds(row.cold),
        NONE if row.warm is None else seconds(row.warm),
        ("≈ " if row.extrapolated and row.memory is not None else "") + number(row.memory),
        str(row.lines),
    ]


def ratios(record: Record) -> str:
    """How many times more the engine simulates than each of the others."""
    there = {row.name for row in derive.rows(record)}
    ours = [name for name in ("hegemon float64", "hegemon float32") if name in there]
    head = ["", "precision", *(f"{name} is faster by" for name in ours)]
    lines = [
        [row.system, row.precision, *(spread(derive.times(record, name, row.name)) for name in ours)]
        for row in derive.opponents(record)
    ]
    return table(head, lines)


def aims(record: Record) -> str:
    """What was aimed at."""
    if record["mode"] == "quick":
        return "A quick session says nothing on this."

    def cell(value: float, percent: bool) -> str:
        return f"{value:.0%}" if percent else number(value)

    lines = []
    for aim in derive.aims(record):
        found = " to ".join(cell(x, aim.percent) for x in (aim.found.low, aim.found.high))
        lines.append(
            [
                aim.what,
                f"{'at most' if aim.below else 'at least'} {cell(aim.wanted, aim.percent)}",
                f"{cell(aim.found.median, aim.percent)} ({found})",
                "yes" if aim.met else "**no**",
            ]
        )
    return table(["", "aimed at", "found", "reached"], lines)


def kernels(record: Record) -> str:
    """The kernels on several cases."""
    cases = record["parts"]["kernels"]["cases"]
    names = list(next(iter(cases.values())))
    head = ["ns of CPU time per state-year", *names, *(f"{name}, times faster" for name in names[1:])]
    lines = []
    for case, found in cases.items():
        ns = [spread(Spread(**found[name]["ns"])) for name in names]
        faster = [spread(Spread(**found[name]["times_faster"])) for name in names[1:]]
        lines.append([case, *ns, *faster])
    return table(head, lines)


def bound(record: Record) -> str:
    """The issue bound."""
    part = record["parts"]["bound"]
    if "unavailable" in part:
        return f"Not measured in this session: {part['unavailable']}."
    found = part["precisions"]
    head = [f"{part['case']}", *found]
    lines = [
        ["vector operations per state-year", *(number(_total(r, "operations")) for r in found.values())],
        ["spills, copies, broadcasts beside them", *(number(_total(r, "left_out")) for r in found.values())],
        ["one operation of the mix, ns", *(number(r["ns_per_operation"]["mix"]) for r in found.values())],
        ["**issue bound, ns per state-year**", *(number(r["bound_ns"]) for r in found.values())],
        ["measured, ns per state-year", *(spread(Spread(**r["measured_ns"])) for r in found.values())],
        ["**share of the bound reached**", *(_percent(Spread(**r["share_reached"])) for r in found.values())],
        ["sum of categories, ns", *(number(r["without_overlap_ns"]) for r in found.values())],
    ]  # fmt: skip
    if any("needed" in r for r in found.values()):
        lines += _needed(list(found.values()))
    categories = sorted(
        next(iter(found.values()))["operations_per_state_year"].items(), key=lambda item: -item[1]
    )
    each = [
        [name]
        + [
            text
            for r in found.values()
            for text in (
                number(r["operations_per_state_year"].get(name, 0.0)),
                number(r["ns_per_operation"].get(name)),
            )
        ]
        for name, _ in categories
    ]
    names = [text for p in found for text in (f"{p}, per state-year", f"{p}, ns each")]
    return table(head, lines) + "\n\n" + table(["category", *names], each)


def _needed(found: Sequence[Record]) -> list[list[str]]:
    """The bound of what the plain reference needs, where it was counted."""
    needed = [r.get("needed") for r in found]

    def cells(text: Callable[[Record], str]) -> list[str]:
        return [NONE if r is None else text(r) for r in needed]

    return [
        ["vector operations that the reference needs", *cells(lambda r: number(_total(r, "operations")))],
        ["their issue bound, ns", *cells(lambda r: number(r["bound_ns"]))],
        ["share of that reached", *cells(lambda r: _percent(Spread(**r["share_reached"])))],
    ]


def _total(found: Record, what: str) -> float:
    return float(sum(found[f"{what}_per_state_year"].values()))


def _percent(value: Spread) -> str:
    return f"{value.median:.0%} ({value.low:.0%} to {value.high:.0%})"


def million(record: Record) -> str:
    """A million systems, the whole command."""
    part = record["parts"]["million"]
    cases = list(dict.fromkeys((r["states"], r["dtype"], r["detail"]) for r in part["runs"]))
    lines = []
    for case in cases:

        def of(what: str, case: tuple[int, str, str] = case) -> Spread:
            return derive.million_spread(record, *case, what)

        files = of("bytes").median / 1e6
        lines.append(
            [f"{case[0]} states, {case[1]}, {case[2]}", spread(of("done")), spread(of("cpu")),
             number(of("peak_mb").median), number(files)]
        )  # fmt: skip
    head = [
        f"{part['replicas']:,} systems of {part['years']} years, efficiency {part['efficiency']}",
        f"seconds, {part['workers']} threads", "CPU seconds", "peak memory, MB", "files, MB",
    ]  # fmt: skip
    return table(head, lines)


def starts(record: Record) -> str:
    """Start-up of the command."""
    part = record["parts"]["starts"]
    kinds = {f"no compiled kernels ({name})": runs for name, runs in part["cold"].items() if runs}
    kinds["compiled kernels in the cache"] = part["warm"]
    lines = [
        [name, *(spread(Spread.of(run[what] for run in runs)) for what in ("results", "done", "cpu"))]
        for name, runs in kinds.items()
    ]
    head = [
        f"`hegemon run` of {part['replicas']:,} replicas",
        "results after, s",
        "done after, s",
        "CPU seconds",
    ]
    body = table(head, lines)
    return body + (f"\n\n*before* is revision `{part['before']}`." if "before" in part else "")


def points(record: Record) -> str:
    """Sweeps of ever more points."""
    part = record["parts"]["points"]
    lines = [
        [f"{r['points']:,}, {r['detail']}", number(r["wall"]), number(r["cpu"]),
         f"{derive.orchestration(r):.1%}", number(1e6 * (r["cpu"] - r["simulate"]) / r["points"]),
         number(r["peak_mb"]), number(r["pieces"])]
        for r in part["runs"]
    ]  # fmt: skip
    head = [
        f"points of {part['replicas']:,} replicas ({part['states']} states, {part['years']} years)",
        f"seconds, {part['workers']} threads", "CPU seconds", "not in kernels", "that, µs a point",
        "peak memory, MB", "pieces",
    ]  # fmt: skip
    return table(head, lines)


def replicas(record: Record) -> str:
    """Runs of ever more replicas."""
    part = record["parts"]["replicas"]
    lines = [
        [f"{r['replicas']:,}, {r['detail']}", number(r["wall"]), number(1e9 * r["cpu"] / r["replicas"]),
         number(r["peak_mb"]), number(r["bytes"] / 1e6)]
        for r in part["runs"]
    ]  # fmt: skip
    size = part["model"]["system"]
    head = [
        f"replicas ({size['states']} states, {size['years']} years)", f"seconds, {part['workers']} threads",
        "CPU ns a replica", "peak memory, MB", "files, MB",
    ]  # fmt: skip
    return table(head, lines)


def states(record: Record) -> str:
    """The kernels against the number of states."""
    cases = record["parts"]["states"]["cases"]
    kinds = list(dict.fromkeys((c["layout"], c["dtype"]) for c in cases))
    found = {(c["states"], c["layout"], c["dtype"]): c for c in cases}
    head = [
        "states",
        *(f"{'plane' if layout != 'none' else 'no geography'}, {dtype}" for layout, dtype in kinds),
    ]
    counts = list(dict.fromkeys(c["states"] for c in cases))
    lines = [[str(n), *(number(per_state_year(found[n, *kind])) for kind in kinds)] for n in counts]
    told = _growth({n: {kind: per_state_year(found[n, *kind]) for kind in kinds} for n in counts})
    return "ns of CPU time per state-year:\n\n" + table(head, lines) + f"\n\n{told}"


def _growth(costs: dict[int, dict[tuple[str, str], float]]) -> str:
    """Where a state-year is cheapest, from where on it costs twice that, and what geography adds."""
    own = {n: of["none", "float64"] for n, of in costs.items()}
    cheapest = min(own, key=own.__getitem__)
    dear = [n for n in own if n > cheapest and own[n] >= 2 * own[cheapest]]
    twice = f"at least twice that at {dear[0]}" if dear else "nowhere twice that"
    flat = {
        n: of[layout, "float64"] / own[n] - 1
        for n, of in costs.items()
        for layout, _ in of
        if layout != "none"
    }
    added = (
        f"Geography adds {flat[8]:.0%} at 8 states, {flat[max(flat)]:.0%} at {max(flat)}."
        if 8 in flat
        else ""
    )
    return f"In float64 a state-year is cheapest at {cheapest} states, and costs {twice}. {added}".rstrip()


def years(record: Record) -> str:
    """The kernels against the horizon."""
    cases = record["parts"]["years"]["cases"]
    found = {(c["years"], c["absorbing"]): c for c in cases}
    lines = [
        [f"{n:,}", *(number(per_replica(found[n, absorbing])) for absorbing in (True, False))]
        for n in dict.fromkeys(c["years"] for c in cases)
    ]
    return table(["horizon, years", "until a hegemon emerges, CPU µs a system", "all years"], lines)


def crises(record: Record) -> str:
    """The kernels against the number of crises."""
    cases = record["parts"]["crises"]["cases"]
    found = {(c["crises_a_year"], c["dtype"]): c for c in cases}
    kinds = list(dict.fromkeys(c["dtype"] for c in cases))
    costs = {
        dtype: {n: 8 * per_state_year(c) for (n, kind), c in sorted(found.items()) if kind == dtype}
        for dtype in kinds
    }
    lines = [
        [
            f"{n:g}",
            *(number(costs[dtype][n]) for dtype in kinds),
            *(_out_of_step(costs[dtype], n) for dtype in kinds),
        ]
        for n in sorted({c["crises_a_year"] for c in cases})
    ]
    head = [f"{dtype}, CPU ns a year of a system" for dtype in kinds]
    return table(["crises a year", *head, *(f"{dtype}, dearer than in step" for dtype in kinds)], lines)


def _out_of_step(costs: dict[float, float], crises: float) -> str:
    """What a broken number of crises costs above the line between the whole numbers beside it."""
    below = max((n for n in costs if n < crises and n == int(n)), default=None)
    above = min((n for n in costs if n > crises and n == int(n)), default=None)
    if crises == int(crises) or below is None or above is None:
        return NONE
    line = costs[below] + (costs[above] - costs[below]) * (crises - below) / (above - below)
    return f"{costs[crises] / line - 1:.0%}"


def per_replica(case: Record) -> float:
    """µs of CPU time per replica, the median over rounds."""
    return 1e6 * Spread.of(case["seconds"]).median / case["replicas"]


def per_state_year(case: Record) -> float:
    """ns of CPU time per state-year, the median over rounds."""
    return 1e9 * Spread.of(case["seconds"]).median / case["state_years"]


def workers(record: Record) -> str:
    """One thread, two threads, and the coefficients of the model of more."""
    part, c = record["parts"]["workers"], derive.coefficients(record)
    kinds = dict.fromkeys((run["workers"], run["detail"]) for run in part["runs"])
    lines = []
    for threads, detail in kinds:
        runs = [run for run in part["runs"] if (run["workers"], run["detail"]) == (threads, detail)]
        lines.append(
            [f"{threads}, {detail}", *(spread(Spread.of(r[what] for r in runs)) for what in ("wall", "cpu")),
             _percent(Spread.of(r["simulate"] / r["cpu"] for r in runs))]
        )  # fmt: skip
    measured = table(["workers", "seconds", "CPU seconds", "of it in kernels"], lines)
    modelled = table(
        ["workers", "seconds, at best", "seconds, all Python behind one lock", "speed-up"],
        [
            [str(w), number(c.seconds(w, locked=False)), number(c.seconds(w, locked=True)),
             " to ".join(number(c.seconds(1, locked=False) / c.seconds(w, locked=k)) for k in (True, False))]
            for w in (1, 2, 4, 8, 16, 32, 64)
        ],
    )  # fmt: skip
    return (
        f"{part['points']} points of {part['replicas_per_point']:,} replicas (the headline's sweep),"
        f" measured:\n\n{measured}\n\n**Model, not measured**, of the whole command, with coefficients"
        f" from the runs on one thread: start {number(c.start)} s + main thread {number(c.main)} s + (kernels"
        f" {number(c.kernels)} s + other work of the threads {number(c.threads)} s) / workers.\n\n{modelled}"
    )


BLOCKS: dict[str, tuple[str, Callable[[Record], str]]] = {
    "session": ("contest", session),
    "aims": ("contest", aims),
    "contest": ("contest", contest),
    "ratios": ("contest", ratios),
    "kernels": ("kernels", kernels),
    "bound": ("bound", bound),
    "million": ("million", million),
    "starts": ("starts", starts),
    "replicas": ("replicas", replicas),
    "states": ("states", states),
    "years": ("years", years),
    "crises": ("crises", crises),
    "points": ("points", points),
    "workers": ("workers", workers),
}
"""Names of the generated parts of the page: the part of the session that each needs, and what makes it."""
