"""`run.plot`: the common figures of a run, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from hegemon.figures.emergence import emergence
from hegemon.figures.figure import headline
from hegemon.figures.history import history
from hegemon.figures.phase import phase

if TYPE_CHECKING:
    from hegemon.runs import Run

__all__ = ["Plots"]


class Plots:
    """Figures of one run: matplotlib figures, shown by a notebook, written by `hegemon.figures.save`.

    Parameters
    ----------
    run : Run
        The run, complete for all but `replay`.

    Examples
    --------
    >>> run.plot.probability()  # doctest: +SKIP
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def __repr__(self) -> str:
        names = [name for name in vars(type(self)) if not name.startswith("_")]
        return f"<figures of {self._run.path}: {', '.join(f'.{name}()' for name in names)}>"

    def probability(self) -> Figure:
        """P(hegemon) against the swept keys with survival curves beside: what ``hegemon run`` draws.

        Returns
        -------
        Figure
            As `hegemon.figures.headline` makes it.
        """
        return headline(self._run.results)

    def phase(
        self, x: str | None = None, y: str | None = None, *, probability: float = 0.5, **at: Any
    ) -> Figure:
        """P over two swept keys, with contours and the line at which P takes a value.

        Parameters
        ----------
        x, y : str, optional
            Dimensions of the results along the axes; the first two of several numbers if not given.
        probability : float, optional
            P on the critical line.
        **at
            Values of further swept keys, as ``states=6``; the middle ones if not given.

        Returns
        -------
        Figure
            Dashed where the limits of P's interval take the value.

        Raises
        ------
        hegemon.errors.RequestError
            If the run is no grid over two keys of several numbers, or a value is not of the run.
        """
        return phase(self._run.results, x, y, probability, **at)

    def emergence(self) -> Figure:
        """When hegemons emerge: a ridge for each value of the main swept key, whose area is P.

        Returns
        -------
        Figure
            Other keys are held at their middle values.
        """
        return emergence(self._run.results)

    def replay(
        self,
        point: int | Mapping[str, Any] | None = None,
        replica: int = 0,
        *,
        first: int = 0,
        last: int | None = None,
    ) -> Figure:
        """One system again: the capability of each state by year, with its wars.

        Parameters
        ----------
        point, replica
            As `Run.replay` takes them.
        first, last : int, optional
            Years to show; all if not given.

        Returns
        -------
        Figure
            As `hegemon.figures.history.history` makes it.
        """
        return history(self._run.replay(point, replica), first, last)
