"""The models say of each parameter what the model's table says."""

from __future__ import annotations

import math

import pytest

from hegemon.parameters import Model, all_parameters, kernel_values, nearest, parameter

INF = math.inf
NONE = None

# key, symbol, default, range, off, source, as in the table of docs/model.md
TABLE = [
    ("system.states", "N", 6, "2..64", NONE, NONE),
    ("system.years", "T", 300, "1..65535", NONE, NONE),
    ("system.shares", NONE, "equal", '"equal" or a list of numbers above 0, one per state', NONE, NONE),
    ("system.dispersion", "s0", 0.5, "0..3", 0, NONE),
    ("system.offshore", NONE, (), "a list of different states, counted from 0", (), "Mearsheimer 2001"),
    ("system.names", NONE, NONE, "a list of different names, each of 1 to 100 characters", NONE, NONE),
    ("geography.layout", NONE, "none", "none, ring, plane, matrix", "none", NONE),
    (
        "geography.distances",
        NONE,
        NONE,
        "a square, symmetric list of lists of finite numbers of at least 0, with a zero diagonal",
        NONE,
        NONE,
    ),
    ("geography.reach", "ell", INF, ">0", INF, "Boulding 1962"),
    ("growth.volatility", "sig", 0.04, "0..1", 0, "Gilpin 1981"),
    ("growth.drift", "mu", 0, "-1..1", 0, "Organski 1958"),
    ("growth.convergence", "cv", 0.003, "0..1", 0, "Gerschenkron 1962"),
    ("growth.overextension", "ov", 0, "0..1", 0, "Kennedy 1987"),
    ("growth.arms_drag", "chi", 0.1, "0..2", 0, NONE),
    ("growth.effort", "kE", 0.003, "0..0.2", 0, NONE),
    ("threat.offensive_weight", "wO", 0.5, "0<=wO<1", 0, "Walt 1987"),
    ("threat.share_weight", "wS", 0.5, "0..1", 0, "Levy & Thompson 2005"),
    ("threat.intentions_weight", "wI", 0.8, "0..1", 0, "Walt 1987"),
    ("threat.prior", "a0", 0.1, "0..1", NONE, NONE),
    ("threat.reputation_gain", "gA", 0.5, "0..1", 0, NONE),
    ("threat.reputation_decay", "dA", 0.05, "0..1", 1, NONE),
    ("threat.threshold", "th", 0.5, ">=0", NONE, NONE),
    ("threat.misperception", "sp", 0, "0..2", 0, "Jervis 1976"),
    ("threat.ideology_weight", "wG", 0, "0..1", 0, NONE),
    ("arms.peacetime_burden", "b0", 0.04, "0<b0<1", NONE, NONE),
    ("arms.max_burden", "bm", 0.16, "b0..1", NONE, NONE),
    ("arms.response", "k", 1.0, "0..20", 0, "Richardson 1960"),
    ("arms.adjustment", "r", 0.25, "0<r<=1", NONE, NONE),
    ("arms.ambition", "am", 0, "0..3", 0, NONE),
    ("balancing.internal", "eI", 0.3, "0..1", 0, NONE),
    ("balancing.efficiency", "eta", 0.5, "0..1", 0, NONE),
    ("balancing.speed", "eS", NONE, "0..1", 0, NONE),
    ("balancing.participation", "eP", NONE, "0..1", 0, "Christensen & Snyder 1990"),
    ("balancing.commitment", "eC", NONE, "0..1", 0, "Olson & Zeckhauser 1966"),
    ("balancing.rule", NONE, "given", "given, olson", NONE, "Olson & Zeckhauser 1966"),
    ("balancing.defense_weight", "ow", 0.7, "0<ow<=1", 1, "Olson & Zeckhauser 1966"),
    ("balancing.sufficiency", "om", 1.0, ">=0", INF, NONE),
    ("balancing.cohesion", "co", 0.93, "0..1", 1, NONE),
    ("balancing.soft", "ze", 0.03, "0..1", 0, "Pape 2005"),
    ("balancing.rollback", "rb", 0.5, "0..1", 0, NONE),
    ("balancing.alarm", "al", 1 / 3, "0..1", 1, "Levy & Thompson 2005"),
    ("bandwagoning.vulnerability", "v", 1.5, ">0", INF, NONE),
    ("bandwagoning.propensity", "pB", 0.3, "0..1", 0, NONE),
    ("bandwagoning.profit", "pJ", 0.1, "0..1", 0, "Schweller 1994"),
    ("bandwagoning.commitment", "eB", NONE, "0..1", 0, "Hausken 2006"),
    ("bandwagoning.tribute", "tb", 0.005, "0<=tb<1", 0, NONE),
    ("bandwagoning.protection", "pr", 0.5, "0..1", 0, NONE),
    ("war.opportunities", "nu", 0.15, "0..4", 0, NONE),
    ("war.initiative", NONE, "uniform", "uniform, capability", NONE, NONE),
    ("war.revisionists", "ph", 0.3, "0..1", 0, NONE),
    (
        "war.types",
        NONE,
        "drawn",
        '"drawn", or a list of "drawn", "revisionist" or "security", one per state',
        NONE,
        NONE,
    ),
    ("war.decisiveness", "m", 3, "0<m<=50", NONE, "Tullock 1980; Hirshleifer 1989"),
    ("war.defense_advantage", "D", 1.5, ">0", 1, "Jervis 1978"),
    ("war.spoils", "ta", 0.4, "0..1", NONE, NONE),
    ("war.indemnity", "tl", 0.1, "0<=tl<1", 0, NONE),
    ("war.attrition", "la", 0.15, "0..1", 0, NONE),
    ("war.cost", "cw", 0.05, "0<=cw<1", 0, NONE),
    ("war.optimism", "bi", 0, "-3..3", 0, NONE),
    ("war.misjudgment", "sm", 0.3, "0..2", 0, NONE),
    ("war.caution", "ri", 0.03, "0..1", 0, NONE),
    ("war.annexation", "an", 0.005, "0..1", 0, NONE),
    ("secession.hazard", "hs", 0, "0..1", 0, NONE),
    ("secession.share", "qs", 0.1, "0<qs<1", NONE, NONE),
    ("hegemony.arms_weight", "wC", 1 / 3, "0..1", NONE, "Singer, Bremer & Stuckey 1972"),
    ("hegemony.threshold", "H", 0.5, "0<H<=1", NONE, NONE),
    ("hegemony.hold", "ho", 5, "1..T", NONE, NONE),
    ("hegemony.absorbing", NONE, True, "true or false", NONE, NONE),
]
FOLLOWS = {
    "balancing.speed": "balancing.efficiency",
    "balancing.participation": "balancing.efficiency",
    "balancing.commitment": "balancing.efficiency",
    "bandwagoning.commitment": "balancing.commitment",
}
INFINITE = {"geography.reach", "balancing.sufficiency", "bandwagoning.vulnerability"}


def test_the_registry_is_the_table() -> None:
    found = [(i.key, i.symbol, i.default, i.range_text, i.off, i.source) for i in all_parameters()]
    assert found == TABLE


def test_what_follows_another_key() -> None:
    assert {i.key: i.follows for i in all_parameters() if i.follows} == FOLLOWS


def test_what_may_be_infinite() -> None:
    assert {i.key for i in all_parameters() if i.range and i.range.infinite} == INFINITE


def test_every_parameter_is_described() -> None:
    for info in all_parameters():
        assert len(info.title) > 3
        assert info.title[0].isupper()
        assert info.description.endswith((".", ")"))
        assert info.unit
        assert info.section == info.key.split(".")[0]
        assert info.name == info.key.split(".")[1]
    titles = [info.title for info in all_parameters()]
    assert len(set(titles)) == len(titles)


def test_symbols_differ() -> None:
    symbols = [info.symbol for info in all_parameters() if info.symbol]
    assert len(set(symbols)) == len(symbols)


def test_labels_carry_the_unit() -> None:
    assert parameter("balancing.efficiency").label == "Balancing efficiency"
    assert parameter("system.years").label == "Horizon (years)"


def test_there_is_no_such_parameter() -> None:
    with pytest.raises(KeyError, match=r"war\.spoil"):
        parameter("war.spoil")


@pytest.mark.parametrize("info", all_parameters(), ids=lambda info: info.key)
def test_off_values_are_allowed_and_reach_the_kernel(info) -> None:
    if info.off is None:
        return
    model = Model(**{info.section: {info.name: info.off}})
    value = kernel_values(model).get(info.symbol or info.name, model.value(info.key))
    assert value in (info.off, [], [info.off] * 6)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("balancing.eficiency", "balancing.efficiency"),
        ("efficency", "balancing.efficiency"),
        ("war.volatility", "growth.volatility"),
        ("bandwagoning.commitmnt", "bandwagoning.commitment"),
        ("growth.threshold", "threat.threshold"),
        ("system.state", "system.states"),
        ("xyzzy", None),
    ],
)
def test_nearest_key(typed: str, meant: str | None) -> None:
    assert nearest(typed) == meant
