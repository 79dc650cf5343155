"""A study of sensitivity: its design run as an experiment, and what is estimated from it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from hegemon.config.spec import ExperimentSpec, Span, Sweep
from hegemon.errors import RequestError
from hegemon.planning.looks import refuse_precision
from hegemon.sensitivity.designs import Method, Study, make, seed_of
from hegemon.sensitivity.effects import elementary_effects
from hegemon.sensitivity.indices import sobol_indices
from hegemon.sensitivity.outputs import OUTPUTS, Output, outputs
from hegemon.sensitivity.ranges import chosen
from hegemon.sensitivity.surrogate import require
from hegemon.storage import datasets, pieces

if TYPE_CHECKING:
    from hegemon.running.engine import ProgressCallback
    from hegemon.running.stopping import Sign
    from hegemon.runs import Run

__all__ = ["NAME", "SAMPLES", "Sensitivity", "analyse", "plan"]

NAME = "sensitivity.nc"
SAMPLES: Mapping[Method, int] = {"sobol": 256, "morris": 20}
_RESAMPLES = 1000


@dataclass(frozen=True)
class Sensitivity:
    """What a study found.

    Attributes
    ----------
    study : Study
        The design.
    run : Run
        The run of its points.
    table : xarray.Dataset
        The indices or effects, along `output` and `key`, as in the file `sensitivity.nc`.
    found : dict of str to Output
        The outputs at the points, with the variance of their noise.
    """

    study: Study
    run: Run
    table: xr.Dataset
    found: Mapping[str, Output]


def plan(
    spec: ExperimentSpec,
    method: Method = "sobol",
    samples: int | None = None,
    ranges: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> tuple[Study, ExperimentSpec]:
    """Return the design of a study, and the experiment that runs it.

    Parameters
    ----------
    spec
        The experiment: what it sweeps is varied over its range.
    method
        ``"sobol"`` for indices, ``"morris"`` for a screening, of all keys unless some are named.
    samples
        Rows of the Saltelli design, a power of 2, or trajectories of Morris.
    ranges
        ``KEY=A:B`` or ``KEY=A:B:log`` each: ranges that win over those of the sweep.
    keys
        Keys to vary and no others, over the plausible range of those that have none.

    Raises
    ------
    RequestError
        With one line per mistake.
    """
    if method not in SAMPLES:
        raise RequestError(f"--method {method}: must be {' or '.join(SAMPLES)}")
    why = "a study of sensitivity takes a number of replicas, whose noise it takes out"
    refuse_precision(spec, f"{why}; give it with --replicas")
    spans = chosen(spec, ranges, keys, everything=method == "morris")
    study = make(method, spans, samples or SAMPLES[method], spec.seed)
    changes = {
        "sweep": Sweep(design="list", points=study.points),
        "common_random_numbers": False,  # the noise of one point must tell nothing of that of another
        "trajectories": 0,
    }
    return study, _possible(spec.model_copy(update=changes))


def _possible(spec: ExperimentSpec) -> ExperimentSpec:
    """The experiment with the model of its first point, each point checked."""
    from hegemon.planning.design import build

    first = build(spec).points[0].model
    return spec.model_copy(update={"model": first})


def analyse(
    spec: ExperimentSpec,
    method: Method = "sobol",
    samples: int | None = None,
    ranges: Sequence[str] = (),
    keys: Sequence[str] = (),
    out: str | os.PathLike[str] | None = None,
    *,
    over: tuple[str, str] | None = None,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    stop: Sign | None = None,
) -> Sensitivity:
    """Run a study, or what is missing of it, and estimate the sensitivity of all outputs.

    Parameters
    ----------
    spec, method, samples, ranges, keys
        As `plan` takes them. `replicas` of the experiment are those of each point.
    out
        The directory; ``runs/NAME-sensitivity`` if not given. It holds a run of the points of the design,
        and `sensitivity.nc`.
    over
        Two keys of which a map is going to be asked: refused before any work, if it cannot be made.
    workers, progress, stop
        As `hegemon.experiment.Experiment.run` takes them.

    Raises
    ------
    RequestError
        If the request is wrong, or the directory holds another.
    """
    from hegemon.experiment import Experiment

    study, whole = plan(spec, method, samples, ranges, keys)
    if over is not None:
        require(study, over)
    folder = Path(out) if out is not None else Path("runs") / f"{spec.name}-sensitivity"
    run = Experiment.from_spec(whole).run(folder, workers=workers, progress=progress, stop=stop)
    found = outputs(run._job, run.results)
    table = estimate(study, found, _same(study, run), whole)
    pieces.write(folder / NAME, datasets.to_bytes(table))
    return Sensitivity(study, run, table, found)


def _same(study: Study, run: Run) -> NDArray[np.int64]:
    """Equal numbers where two steps of the design are one and the same model, with the same replicas.

    That they differ in a value is not enough: it may count for nothing where another switches it off.
    """
    identities = [point.identity for point in run.design.points]
    same: NDArray[np.int64] = np.unique(identities, return_inverse=True)[1][study.place]
    return same


def estimate(
    study: Study, found: Mapping[str, Output], same: NDArray[np.int64], spec: ExperimentSpec
) -> xr.Dataset:
    """Return indices or effects of all outputs, labelled.

    Parameters
    ----------
    study
        The design.
    found
        Outputs at its points.
    same : int array, shape of the design
        Equal numbers for steps that are one and the same model: their noise is the same.
    spec
        The experiment: its seed and its confidence.
    """
    per_output = [_of(study, name, output, same, spec) for name, output in found.items()]
    known = _SOBOL if study.method == "sobol" else _MORRIS
    variables = {
        name: xr.Variable(
            ("output", "key") if np.ndim(per_output[0][name]) else ("output",),
            np.array([each[name] for each in per_output], float),
            {"long_name": words, "units": unit},
        )
        for name, (words, unit) in known.items()
    }
    coords = {
        "output": xr.Variable("output", np.array(list(found)), {"long_name": "output", "units": "1"}),
        "key": xr.Variable("key", np.array(study.keys), {"long_name": "what is varied", "units": "1"}),
    }
    return xr.Dataset(variables, coords, _attributes(study, spec))


def _of(
    study: Study, name: str, output: Output, same: NDArray[np.int64], spec: ExperimentSpec
) -> dict[str, Any]:
    values, variances = output.values[study.place], output.variances[study.place]
    about: dict[str, Any] = {"confidence": spec.confidence, "seed": seed_of(f"bootstrap {name}", spec.seed)}
    if study.method == "morris":
        effects = elementary_effects(study.cube, values, variances, same, resamples=_RESAMPLES, **about)
        return {key: getattr(effects, key) for key in _MORRIS}
    found = sobol_indices(values, variances, same, resamples=_RESAMPLES, **about)
    return {key: getattr(found, key) for key in _SOBOL}


_SOBOL: Mapping[str, tuple[str, str]] = {
    "first": ("first-order index: share of the variance that the key explains alone", "1"),
    "first_low": ("lower limit of the interval of first", "1"),
    "first_high": ("upper limit of the interval of first", "1"),
    "first_raw": ("first-order index without regard to noise, as SALib has it", "1"),
    "total": ("total-order index: share of the variance in which the key has a part", "1"),
    "total_low": ("lower limit of the interval of total", "1"),
    "total_high": ("upper limit of the interval of total", "1"),
    "total_raw": ("total-order index without regard to noise, as SALib has it", "1"),
    "mean": ("mean of the output over the ranges", "unit of the output"),
    "variance": ("variance of the output over the ranges, without noise", "square of the unit of the output"),
    "noise": ("mean variance of the noise of the replicas at one point", "square of the unit of the output"),
    "noise_share": ("share of the variance between points that is noise of the replicas", "1"),
}
_MORRIS: Mapping[str, tuple[str, str]] = {
    "mu": ("mean elementary effect, per whole range of the key", "unit of the output"),
    "mu_star": ("mean size of the elementary effects", "unit of the output"),
    "low": ("lower limit of the interval of mu_star", "unit of the output"),
    "high": ("upper limit of the interval of mu_star", "unit of the output"),
    "sigma": ("standard deviation of the elementary effects", "unit of the output"),
    "floor": ("mean of mu_star if the key had no effect, from noise alone", "unit of the output"),
    "square": ("mean squared elementary effect without noise", "square of the unit of the output"),
}


def _attributes(study: Study, spec: ExperimentSpec) -> dict[str, Any]:
    level = f"{100 * spec.confidence:.6g} %"
    return {
        "title": spec.title or spec.name,
        "experiment": spec.name,
        "method": study.method,
        "samples": study.samples,
        "points": len(study.points),
        "replicas": spec.replicas,
        "seed": spec.seed,
        "confidence": spec.confidence,
        "interval": f"{level}, bootstrap over the rows of the design ({_RESAMPLES} resamples, normal law)",
        "ranges": json.dumps({key: told(span) for key, span in _each(study.spans)}),
        "outputs": "; ".join(f"{name}: {words}" for name, words in OUTPUTS.items()),
    }


def _each(spans: Sequence[Span]) -> list[tuple[str, Span]]:
    return [(one.key, one) for span in spans for one in (span, *span.linked)]


def told(span: Span) -> Any:
    """Return a range as JSON values: its values, or its ends and scale."""
    if span.values:
        return list(span.values)
    return {"from": span.start, "to": span.stop, "scale": span.scale}
