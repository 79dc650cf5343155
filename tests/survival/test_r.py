"""What R's survival makes of the same rows: curves, bands, means, quantiles, competing risks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import hegemon as hg
import rscript
from hegemon.survival.dataset import SHARES

Runs = Callable[[str], hg.Run]

pytestmark = pytest.mark.r

CODE = """
library(survival)
one <- function(d) {
  until <- d$until[1]
  fit <- survfit(Surv(time, status > 0) ~ 1, data = d, conf.type = "log-log")
  s <- summary(fit, times = 0:40, extend = TRUE)
  m <- summary(fit, rmean = until)$table
  q <- quantile(fit, c(0.1, 0.25, 0.5, 0.75, 0.9))
  d$state <- factor(d$status, 0:2, c("none", "a", "b"))
  states <- survfit(Surv(time, state) ~ 1, data = d)
  k <- summary(states, times = 0:40, extend = TRUE)
  lost <- summary(states, rmean = until)$table
  list(surv = s$surv, se = s$std.err, low = s$lower, high = s$upper,
       mean = unname(m["rmean"]), mean_se = unname(m["se(rmean)"]),
       quantile = unname(q$quantile), quantile_low = unname(q$lower), quantile_high = unname(q$upper),
       incidence = k$pstate, incidence_se = k$std.err, lost = unname(lost[, "rmean"]))
}
found <- lapply(split(rows <- read.csv(words[1]), rows$point), one)
"""


def ask(tmp_path: Path, point: np.ndarray, time: np.ndarray, status: np.ndarray, until: np.ndarray) -> Any:
    columns = np.column_stack([point, time, status, until]).astype(int)
    np.savetxt(tmp_path / "rows.csv", columns, "%d", ",", header="point,time,status,until", comments="")
    return rscript.run(CODE, tmp_path / "rows.csv")


def numbers(values: Any) -> np.ndarray:
    return np.array(values, float)


def check(own: xr.Dataset, known: Mapping[str, Any]) -> None:
    """Curves wherever both say something; R draws them on beyond the last row."""
    seen = np.isfinite(own.survival.values)
    inside = seen & (own.survival.values > 0) & (own.survival.values < 1)
    assert inside.any()
    np.testing.assert_allclose(numbers(known["surv"])[seen], own.survival.values[seen], atol=1e-13)
    np.testing.assert_allclose(numbers(known["se"])[inside], own.survival_se.values[inside], rtol=1e-9)
    for name in ("low", "high"):
        band = numbers(known[name])[inside]
        np.testing.assert_allclose(band, own[f"survival_{name}"].values[inside], rtol=1e-9)
    assert known["mean"] == pytest.approx(float(own.restricted_mean))
    assert known["mean_se"] == pytest.approx(float(own.restricted_mean_se))
    ties = [np.isclose(own.survival.values, 1 - share, atol=1e-12).any() for share in SHARES]
    for name in ("quantile", "quantile_low", "quantile_high"):
        ours = own[name.replace("quantile", "quantile_year")].values
        theirs = numbers(known[name])
        # Where the curve lies on the share itself, R takes the middle of the years for which it does.
        same = (ours == theirs) | (np.isnan(ours) & np.isnan(theirs)) | np.array(ties)
        assert same.all(), (name, ours, theirs)


def test_emergence_and_its_causes(runs: Runs, tmp_path: Path) -> None:
    run = runs("stops")
    rows = run.outcomes.compute()
    horizon = np.array([point.model.system.years for point in run.design.points])[rows.point.values]
    emerged = rows.emerged.values == 1
    status = np.where(emerged, np.where(rows.initial_rank.values == 1, 1, 2), 0)
    known = ask(tmp_path, rows.point.values, np.where(emerged, rows.year.values, horizon), status, horizon)
    found = run.survival("leader").stack(point=("efficiency", "years"))
    for place in range(4):
        own, theirs = found.isel(point=place), known[str(place)]
        check(own, theirs)
        seen = np.isfinite(own.survival.values)
        for name in ("incidence", "incidence_se"):
            ours = own[name].transpose("year", "cause").values[seen]
            np.testing.assert_allclose(numbers(theirs[name])[seen, 1:], ours, atol=1e-12)
        np.testing.assert_allclose(numbers(theirs["lost"])[1:], own.years_lost.values)


def test_spells_with_their_censoring(runs: Runs, tmp_path: Path) -> None:
    run = runs("goes on")
    rows, found = run.outcomes.compute(), run.durability().stack(point=("efficiency", "years"))
    rows = rows.isel(row=rows.first_spell.values > 0)
    running = rows.first_spell_censored.values == 1
    until = found.restricted_to.values[rows.point.values]
    time = rows.first_spell.values - running
    known = ask(tmp_path, rows.point.values, time, np.where(running, 0, 1), until)
    for place in range(4):
        check(found.isel(point=place), known[str(place)])
