"""A surrogate of P over the ranges of a study, and how well it predicts points that it has not seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hegemon.errors import RequestError
from hegemon.sensitivity.designs import Study, missing, seed_of
from hegemon.sensitivity.outputs import Output

__all__ = ["KINDS", "Surface", "Surrogate", "fit", "require"]

Array = NDArray[np.float64]

KINDS = ("logistic", "boosting")
"""Logistic regression on all products of up to two places (and squares and cubes of each); boosted trees."""
_FOLDS = 5
_GRID = 31
_AVERAGED = 128


@dataclass(frozen=True)
class Surface:
    """Predicted P over two keys, averaged over all others.

    Attributes
    ----------
    keys : pair of str
        The keys.
    x, y : lists
        Their values along the axes.
    p : float array, shape (len(y), len(x))
    """

    keys: tuple[str, str]
    x: list[Any]
    y: list[Any]
    p: Array


@dataclass(frozen=True)
class Surrogate:
    """The surrogate that predicts best.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    skill : dict of str to float
        Of each kind: share of the variance of P between points that it predicts where it has not seen them,
        noise taken out of both (cross-validated Q^2: 1 is perfect, 0 no better than the mean).
    study : Study
        Where it was fitted.
    """

    kind: str
    skill: dict[str, float]
    study: Study
    predict: Callable[[Array], Array]

    def surface(self, first: str, second: str) -> Surface:
        """Return P over two of the keys of the study, averaged over the others.

        Raises
        ------
        RequestError
            If the study does not vary one of them.
        """
        require(self.study, (first, second))
        places = [_place(self.study, key) for key in (first, second)]
        axes = [_axis(self.study, place) for place in places]
        base = np.tile(self.study.cube[:_AVERAGED, 0], (len(axes[0]), 1, 1))
        base[:, :, places[0]] = np.array(axes[0])[:, np.newaxis]
        p = np.empty((len(axes[1]), len(axes[0])))
        for row, y in enumerate(axes[1]):
            base[:, :, places[1]] = y
            p[row] = self.predict(base.reshape(-1, base.shape[2])).reshape(base.shape[:2]).mean(axis=1)
        spans = [self.study.spans[place] for place in places]
        values = [[span.at(at) for at in axis] for span, axis in zip(spans, axes, strict=True)]
        return Surface((spans[0].key, spans[1].key), values[0], values[1], p)


def require(study: Study, over: tuple[str, str]) -> None:
    """Raise RequestError unless a map over two keys can be made of a study."""
    if _place(study, over[0]) == _place(study, over[1]):
        raise RequestError(f"--map {','.join(over)}: must be two keys that do not move together")
    if study.samples < _FOLDS:
        raise RequestError(f"--samples {study.samples}: a map needs {_FOLDS} at least")
    if find_spec("sklearn") is None:
        raise missing("scikit-learn")


def _place(study: Study, key: str) -> int:
    for place, span in enumerate(study.spans):
        if key in span.keys:
            return place
    raise RequestError(f"--map: {key} is not varied; there are {', '.join(study.keys)}")


def _axis(study: Study, place: int) -> list[float]:
    """Places along an axis: one for each value of a key with few, else evenly spaced."""
    span = study.spans[place]
    few = len(span.values) or (int(span.stop - span.start) + 1 if span.whole else 0)
    if 0 < few <= _GRID:
        return [(step + 0.5) / few for step in range(few)]
    return [step / (_GRID - 1) for step in range(_GRID)]


def fit(study: Study, output: Output, replicas: Array, seed: int) -> Surrogate:
    """Fit surrogates of P, and keep the one with the greater skill.

    Parameters
    ----------
    study
        The design.
    output
        P at its points, with the variance of the noise.
    replicas
        Of each point.
    seed
        Of the experiment.

    Raises
    ------
    RequestError
        If scikit-learn is not installed.
    """
    features, index, groups = _distinct(study)
    p, noise, weight = output.values[index], output.variances[index], replicas[index]
    skill = {kind: _skill(kind, features, p, noise, weight, groups, seed) for kind in KINDS}
    best = max(KINDS, key=lambda kind: skill[kind])
    return Surrogate(best, skill, study, _fitted(best, features, p, weight, seed))


def _distinct(study: Study) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Place in the cube, index and row of the design, of each different point."""
    flat = study.place.ravel()
    index, first = np.unique(flat, return_index=True)
    cube = study.cube.reshape(-1, len(study.spans))[first]
    return _steps(study, cube), index, first // study.place.shape[1]


def _steps(study: Study, cube: Array) -> Array:
    """Places, with those of values and of whole numbers at the middle of their step."""
    stepped = cube.copy()
    for place, span in enumerate(study.spans):
        few = len(span.values) or (int(span.stop - span.start) + 1 if span.whole else 0)
        if few and span.scale == "linear":
            stepped[:, place] = (np.minimum(np.floor(cube[:, place] * few), few - 1) + 0.5) / few
    return stepped


def _skill(
    kind: str, x: Array, p: Array, noise: Array, weight: Array, groups: NDArray[np.int64], seed: int
) -> float:
    """Cross-validated over rows of the design: points of one row share most of their places."""
    folds = groups % _FOLDS
    error = np.empty_like(p)
    for fold in range(_FOLDS):
        held = folds == fold
        predict = _fitted(kind, x[~held], p[~held], weight[~held], seed)
        error[held] = p[held] - predict(x[held])
    whole = float(np.var(p) - noise.mean())
    return 1.0 - float((error**2).mean() - noise.mean()) / whole if whole > 0 else float("nan")


def _fitted(kind: str, x: Array, p: Array, weight: Array, seed: int) -> Callable[[Array], Array]:
    """A model of the counts: each point twice, with its hegemons and with the others as weights."""
    model = _model(kind, seed)
    y = np.repeat([1, 0], len(x))
    weights = np.concatenate([p * weight, (1 - p) * weight])
    kept = weights > 0
    if len(np.unique(y[kept])) < 2:
        constant = float(p.mean())
        return lambda places: np.full(len(places), constant)
    weights = weights[kept] / weights.sum() * len(x)
    name = "logisticregression__sample_weight" if kind == "logistic" else "sample_weight"
    with _one_thread():
        model.fit(np.concatenate([x, x])[kept], y[kept], **{name: weights})

    def predict(places: Array) -> Array:
        with _one_thread():
            found: Array = model.predict_proba(places)[:, 1]
        return found

    return predict


def _one_thread() -> Any:
    """Trees grown by several threads wait for each other, for minutes where a machine is shared."""
    from threadpoolctl import threadpool_limits  # scikit-learn needs it too

    return threadpool_limits(1)


def _model(kind: str, seed: int) -> Any:
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures
    except ImportError:
        raise missing("scikit-learn") from None
    if kind == "boosting":
        return HistGradientBoostingClassifier(
            max_iter=100, learning_rate=0.1, early_stopping=False, random_state=seed_of("boosting", seed)
        )
    return make_pipeline(
        FunctionTransformer(_with_cubes),
        PolynomialFeatures(2, include_bias=False),
        LogisticRegression(C=100.0, max_iter=2000),
    )


def _with_cubes(x: Array) -> Array:
    """Places from -1 to 1, and their third Legendre polynomials."""
    centred = 2 * x - 1
    return np.concatenate([centred, (5 * centred**3 - 3 * centred) / 2], axis=1)
