"""First passage of a Gaussian random walk, in discrete time and with a hold, by numerical integration."""

from __future__ import annotations

import numpy as np


def panels(edges: np.ndarray, order: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of Gauss-Legendre quadrature on each panel between the edges."""
    x, w = np.polynomial.legendre.leggauss(order)
    half = np.diff(edges)[:, None] / 2
    middle = (edges[1:, None] + edges[:-1, None]) / 2
    return (middle + half * x).ravel(), (half * w).ravel()


def emergence_chances(deviation: float, bound: float, hold: int, horizon: int) -> np.ndarray:
    """Chance that a walk from 0 completes `hold` steps in a row beyond the bound, on one side, first at t.

    Shape (horizon + 1,), by t. The density of the walk is kept apart by what it has behind it: inside the
    bounds, or above with a run of 1, 2, ... (below is the mirror image of above).
    """

    def step(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        z = (y[:, None] - x[None, :]) / deviation
        return np.asarray(np.exp(-z * z / 2) / (deviation * np.sqrt(2 * np.pi)))

    reach = bound + 9 * deviation * hold
    inside, inside_weights = panels(np.linspace(-bound, bound, 2 + int(2 * bound / deviation)))
    above, above_weights = panels(np.linspace(bound, reach, 2 + int((reach - bound) / deviation)))
    stay, enter = step(inside, inside), step(inside, above)
    back, on, cross = step(above, inside), step(above, above), step(-above, above)

    chances = np.zeros(horizon + 1)
    within = step(np.zeros(1), inside)[:, 0]
    runs = [step(np.zeros(1), above)[:, 0]] + [np.zeros_like(above) for _ in range(hold - 1)]
    chances[1] = 2 * above_weights @ runs[-1]
    for t in range(2, horizon + 1):
        held = [above_weights * run for run in runs[:-1]]
        came_back = sum((back @ run for run in held), np.zeros_like(inside))
        crossed = sum((cross @ run for run in held), np.zeros_like(above))
        was_within = inside_weights * within
        within = stay @ was_within + came_back + came_back[::-1]
        runs = [enter @ was_within + crossed] + [on @ run for run in held]
        chances[t] = 2 * above_weights @ runs[-1]
    return chances
