"""The studies of survival and contrasts, small: intervals hold what they should, and a control does not."""

from __future__ import annotations

from types import ModuleType

import pytest
from coverage_studies import contrasts, survival

# Of 80 repetitions at 95 % fewer than 64 hold the truth once in 10^6; at 50 % all but once in 10^7.
REPETITIONS, LEAST = 80, 64 / 80


@pytest.fixture(autouse=True)
def few_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        survival, "CASES", {name: survival.CASES[name] for name in list(survival.CASES)[2:6:3]}
    )
    monkeypatch.setattr(contrasts, "PAIRS", {"0.2, 1,000": contrasts.PAIRS["0.2 and 0.2, n = 1,000"]})
    monkeypatch.setattr(contrasts, "SWEEPS", {"level": contrasts.SWEEPS["level at 0.2"]})
    monkeypatch.setattr(contrasts, "_DRAWS", 2000)
    monkeypatch.setattr(contrasts, "_MORE", 1)


def shares(module: ModuleType) -> dict[str, float]:
    found = module.study(REPETITIONS, 1, lambda text: None)
    cases = found if module is survival else {**found["pairs"], **found["sweeps"]}
    assert module.tables(found)
    return {f"{case}: {name}": share for case, row in cases.items() for name, share in row.items()}


@pytest.mark.parametrize("module", [survival, contrasts])
def test_what_is_stated_is_held_and_what_is_not_is_not(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, share in shares(module).items():
        if "false alarm" in name:
            assert share <= 1 - LEAST, name
        elif "is named" not in name:
            assert share >= LEAST, name
    monkeypatch.setattr(module, "LEVEL", 0.5)
    control = {name: share for name, share in shares(module).items() if "year by which" not in name}
    held = [share for name, share in control.items() if "false alarm" not in name]
    assert min(held) < LEAST
    assert sum(share < LEAST for share in held) > len(held) / 2
