"""What R makes of an exported run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import hegemon as hg
import rscript

Runs = Callable[[str], hg.Run]

pytestmark = pytest.mark.r

CURVES = """
library(survival)
tables <- list(read.csv(words[1]), data.table::fread(words[1], data.table = FALSE), haven::read_dta(words[2]))
curve <- function(d) {
  s <- summary(survfit(Surv(time, as.integer(emerged)) ~ 1, data = d, conf.type = "log-log"),
               times = 0:25, extend = TRUE)
  list(surv = s$surv, low = s$lower, high = s$upper)
}
found <- lapply(tables, function(rows) unname(lapply(split(rows, rows$point), curve)))
"""


def test_survfit_gives_our_survival_curve_and_band(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    for name in ("rows.csv", "rows.dta"):
        run.export(tmp_path / name, what="outcomes")
    tables = rscript.run(CURVES, tmp_path / "rows.csv", tmp_path / "rows.dta")
    results = run.results.stack(design=("efficiency", "reach"))
    assert [len(curves) for curves in tables] == [4, 4, 4]
    for curves in tables:
        for place, curve in enumerate(curves):
            own = results.isel(design=place)
            np.testing.assert_allclose(curve["surv"], own.survival.values, rtol=1e-13)
            inside = (own.survival.values < 1) & (own.survival.values > 0)
            assert inside.any()
            for name in ("low", "high"):
                band = np.array(curve[name], float)[inside]
                np.testing.assert_allclose(band, own[f"survival_{name}"].values[inside], rtol=1e-9)


def test_missing_values_and_infinity_in_r(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    for name in ("rows.csv", "rows.dta"):
        run.export(tmp_path / name, what="outcomes", missing=True)
    found = rscript.run(
        """
        tables <- list(read.csv(words[1]), data.table::fread(words[1]), haven::read_dta(words[2]))
        found <- list(missing = sapply(tables, function(d) sum(is.na(d$year))),
                      infinite = c(sapply(tables[1:2], function(d) sum(is.infinite(d$reach))),
                                   sum(haven::is_tagged_na(tables[[3]]$reach, "a"))),
                      labels = names(attr(tables[[3]]$hegemon, "labels")),
                      label = attr(tables[[3]]$time, "label"))
        """,
        tmp_path / "rows.csv",
        tmp_path / "rows.dta",
    )
    rows = run.outcomes
    assert found["missing"] == [int((rows.emerged == 0).sum())] * 3
    assert found["infinite"] == [300] * 3
    assert found["labels"] == ["Alba", "Bor", "Cis", "Dor"]
    assert found["label"].startswith("years observed")


def test_ncdf4_reads_estimates_and_outcomes(runs: Runs, tmp_path: Path) -> None:
    run = runs("grid")
    run.export(tmp_path / "estimates.nc")
    run.export(tmp_path / "outcomes.nc", what="outcomes")
    found = rscript.run(
        """
        library(ncdf4)
        one <- nc_open(words[1]); rows <- nc_open(words[2])
        found <- list(dims = names(one$dim), p = as.vector(ncvar_get(one, "p_emerged")),
                      emerged = sum(ncvar_get(rows, "emerged")),
                      unit = ncatt_get(rows, "year", "units")$value)
        """,
        tmp_path / "estimates.nc",
        tmp_path / "outcomes.nc",
    )
    assert set(found["dims"]) == {"efficiency", "reach", "year"}
    assert found["p"] == pytest.approx(run.results.p_emerged.values.ravel(), rel=1e-13)
    assert found["emerged"] == int(run.outcomes.emerged.sum())
    assert found["unit"] == "years"
