"""The known answers are true, and a wrong function or reference is noticed."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from hegemon.reference import numerics
from hegemon.selftest import vectors
from hegemon.selftest.result import Failure


def rounded(value: mpmath.mpf) -> float:
    return float(value)


def turn(word: int) -> mpmath.mpf:
    return (mpmath.mpf(word) + mpmath.mpf(1) / 2) / 2**32


@pytest.fixture(autouse=True)
def precise() -> Any:
    with mpmath.workprec(160):
        yield


def test_the_true_values_are_true() -> None:
    assert [y for _, y in vectors.EXP] == [rounded(mpmath.exp(mpmath.mpf(x))) for x, _ in vectors.EXP]
    assert [y for _, y in vectors.LN] == [rounded(mpmath.log(mpmath.mpf(x))) for x, _ in vectors.LN]
    for word, sine, cosine in vectors.TURN:
        assert sine == rounded(mpmath.sinpi(2 * turn(word)))
        assert cosine == rounded(mpmath.cospi(2 * turn(word)))
    for a, b, first, second in vectors.NORMAL:
        radius = mpmath.sqrt(-2 * mpmath.log(turn(a)))
        assert first == rounded(radius * mpmath.cospi(2 * turn(b)))
        assert second == rounded(radius * mpmath.sinpi(2 * turn(b)))


@pytest.mark.parametrize("check", [vectors.philox, vectors.elementary, vectors.normals])
def test_they_are_met(check: Any) -> None:
    assert "vectors" in check() or "true values" in check()


@pytest.mark.parametrize(
    ("name", "check", "change"),
    [
        ("of_numbers", vectors.elementary, {"exp": 1 + 2**-50}),
        ("of_numbers", vectors.elementary, {"ln": 1 + 2**-50}),
        ("of_words", vectors.elementary, {"cosine": 1 + 2**-50}),
        ("of_words", vectors.normals, {"second": 1 + 2**-49}),
    ],
)
def test_a_wrong_kernel_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, check: Any, change: dict[str, float]
) -> None:
    true = getattr(vectors, name)

    def bent(*arguments: Any, **options: Any) -> Any:
        found = true(*arguments, **options)
        return found._replace(**{field: getattr(found, field) * by for field, by in change.items()})

    monkeypatch.setattr(vectors, name, bent)
    with pytest.raises(Failure, match="should be"):
        check()


def test_one_wrong_bit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = vectors.of_numbers

    def bent(*arguments: Any, **options: Any) -> Any:
        found = true(*arguments, **options)
        return found._replace(exp=np.nextafter(found.exp, np.inf))

    monkeypatch.setattr(vectors, "of_numbers", bent)
    with pytest.raises(Failure, match="by the reference"):
        vectors.elementary()


def test_a_wrong_generator_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    true = vectors.of_blocks
    monkeypatch.setattr(vectors, "of_blocks", lambda *arguments: true(*arguments) ^ 1)
    with pytest.raises(Failure, match="float64: counter"):
        vectors.philox()


def test_a_wrong_reference_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numerics, "L3", numerics.L3 * (1 + 1e-9))
    with pytest.raises(Failure, match="by the reference"):
        vectors.elementary()
