"""All of the resource for every candidate: no schedule at all."""

from dataclasses import dataclass

from skhpo.schedules._base import Action, Done, Sample, Schedule


@dataclass(kw_only=True, eq=False)
class Full(Schedule):
    """Evaluate so many candidates, each on everything.

    Parameters
    ----------
    n_iter : int
        Candidates.

    Examples
    --------
    >>> Full(n_iter=10).next()
    Sample(resource=None, bracket=0)
    """

    n_iter: int

    def next(self) -> Action:
        """Return what to do with a free slot."""
        if self.n_begun >= self.n_iter:
            return Done(f"n_iter={self.n_iter} candidates are done")
        return Done("the space is exhausted") if self.is_exhausted else Sample()

    @property
    def n_trials(self) -> int:
        """How many trials it means to start."""
        return self.n_iter
