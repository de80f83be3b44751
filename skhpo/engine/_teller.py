"""When a strategy learns of what: at once, in the order of asking, or at a barrier."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from skhpo.asktell import Strategy
from skhpo.schedules import Schedule
from skhpo.trial import Observation, Trial, TrialKey


@dataclass(eq=False)
class Teller:
    """Passes observations on to a strategy.

    At once, as a rule. With a lag, before candidate i is asked for those of the candidates up to
    i - lag; with a schedule that has barriers, at each of them all so far. Then what is proposed
    does not depend on the order in which outcomes came.

    Parameters
    ----------
    strategy : Strategy
        Is told.
    schedule : Schedule
        May have barriers.
    lag : int or None
        Only for a schedule that evaluates each candidate once.
    """

    strategy: Strategy
    schedule: Schedule
    lag: int | None
    _known: dict[TrialKey, Observation] = field(default_factory=dict, init=False, repr=False)
    _n_told: int = field(default=0, init=False, repr=False)
    _epoch: int | None = field(default=None, init=False, repr=False)

    def learn(self, observation: Observation) -> None:
        """Take an observation, and pass it on if nothing is to be waited for."""
        if self.lag is None and self.schedule.epoch is None:
            self.strategy.tell([observation])
        else:
            self._known[observation.key] = observation

    def is_ready(self, trials: Sequence[Trial]) -> bool:
        """Whether all that the next candidate has to know is known."""
        if self.lag is None:
            return True
        return all(trial.is_finished for trial in self._due(trials, self.lag))

    def tell_what_is_due(self, trials: Sequence[Trial]) -> None:
        """Tell what the next candidate may know, and nothing else."""
        if self.lag is not None:
            for trial in self._due(trials, self.lag):
                if not trial.is_finished:
                    return
                self.strategy.tell([self._known[trial.key]])
                self._n_told += 1
        elif self.schedule.epoch != self._epoch:
            self._epoch = self.schedule.epoch
            self.strategy.tell([self._known[key] for key in sorted(self._known)])
            self._known.clear()

    def _due(self, trials: Sequence[Trial], lag: int) -> Sequence[Trial]:
        """Return what the next candidate has to know and the strategy does not yet."""
        return trials[self._n_told : max(0, len(trials) + 1 - lag)]
