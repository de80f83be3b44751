"""The data that flows through a search: frozen records, no behaviour.

A *candidate* is a parameter setting with a number. A *task* is one candidate on one split.
An *outcome* is what came of a task. An *observation* is what a strategy is told once the
tasks of a candidate are done. A *trial* is a candidate with all that happened to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["ok", "failed", "timeout", "memory", "crashed"]
Scores = float | Mapping[str, float]
TrialKey = tuple[int, int | None]  # a candidate's number and what it was given


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A parameter setting with a number.

    Parameters
    ----------
    number : int
        Position in the order of asking, from 0.
    x : ndarray of shape (n_dims,)
        The setting in the unit cube, NaN where a parameter is inactive.
    params : dict of str to object
        The active parameters by their ``set_params`` names.

    Examples
    --------
    >>> from skhpo import Real, Space
    >>> from skhpo.strategies import RandomSampling
    >>> [candidate] = RandomSampling(space=Space({"C": Real(0, 1)}), seed=0).ask()
    >>> candidate.number, candidate.params["C"] == candidate.x[0]
    (0, np.True_)
    """

    number: int
    x: NDArray[np.float64]
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One candidate on one split.

    Parameters
    ----------
    candidate : Candidate
        What is to be evaluated.
    split : int
        Number of the split, from 0.
    resource : int or None, default=None
        How much of what a schedule rations the task may use; None where nothing is rationed.
    """

    candidate: Candidate
    split: int
    resource: int | None = None

    @property
    def key(self) -> TrialKey:
        """To which trial it belongs."""
        return self.candidate.number, self.resource


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    candidate : int
        Number of the candidate.
    split : int
        Number of the split.
    status : {"ok", "failed", "timeout", "memory", "crashed"}
        ``"failed"`` when the fit or the scoring raised, or a score is not a finite number; the
        others when a limit or the death of its process ended the task.
    test_scores, train_scores : float or mapping of str to float
        Scores on the test and the training part, greater is better; ``train_scores`` is None
        unless it was asked for. A failed task carries ``error_score`` here.
    fit_time, score_time : float
        Seconds.
    error : str or None
        The traceback, or the reason, of a failure.
    exception : BaseException or None
        What is to be raised in the driver; set with ``error_score="raise"`` only.
    fitted : bool
        False when the fit itself failed; a failure with True is one of the score.
    resource : int or None
        That of the task.
    curve : dict of int to float or mapping, or None
        Test scores at smaller amounts of the resource, where the one fit yields them too.
    state : bytes or None
        What a task of the same candidate on the same split continues from; the executor keeps
        it, nobody else sees it.
    predictions : dict of str to ndarray, or None
        What was predicted for the test rows, by the name of the method, where that is kept; it
        is the engine's from then on.
    ended : float or None
        When it came in: seconds since the search began, those between two runs left out; set by
        the engine.
    """

    candidate: int
    split: int
    status: Status
    test_scores: Scores
    train_scores: Scores | None = None
    fit_time: float = 0.0
    score_time: float = 0.0
    error: str | None = None
    exception: BaseException | None = None
    fitted: bool = True
    resource: int | None = None
    curve: Mapping[int, Scores] | None = None
    state: bytes | None = None
    predictions: Mapping[str, NDArray[Any]] | None = None
    ended: float | None = None

    @property
    def key(self) -> TrialKey:
        """To which trial it belongs."""
        return self.candidate, self.resource


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What a strategy is told of a candidate.

    Parameters
    ----------
    candidate : Candidate
        A candidate that the strategy was asked for.
    loss : float
        To be minimised; anything that is not finite counts as a failed evaluation.
    stderr : float, default=nan
        Standard error of ``loss``, where it is known.
    cost : float, default=nan
        Seconds that the evaluation took.
    shortfall : float, default=0.0
        Standard deviation by which ``loss`` may miss what all splits would have given: 0 for a
        complete candidate, above for one that was dropped on the way.
    resource : int or None, default=None
        What the candidate was given of that which a schedule rations.

    Examples
    --------
    >>> from skhpo import Observation, Real, Space
    >>> from skhpo.strategies import RandomSampling
    >>> strategy = RandomSampling(space=Space({"C": Real(0, 1)}), seed=0)
    >>> [candidate] = strategy.ask()
    >>> strategy.tell([Observation(candidate, loss=0.25)])
    """

    candidate: Candidate
    loss: float
    stderr: float = float("nan")
    cost: float = float("nan")
    shortfall: float = 0.0
    resource: int | None = None

    @property
    def key(self) -> TrialKey:
        """To which trial it belongs."""
        return self.candidate.number, self.resource


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """That a trial was opened: with the outcomes, the events that a search is made of.

    Parameters
    ----------
    candidate : int
        Number of the candidate.
    x : ndarray of shape (n_dims,) or None
        The point that was asked for; None when a known candidate was given more.
    resource : int or None, default=None
        What it was given.
    rung, bracket : int, default=0
        Where in the schedule it stands.
    """

    candidate: int
    x: NDArray[np.float64] | None
    resource: int | None = None
    rung: int = 0
    bracket: int = 0


@dataclass(slots=True, eq=False)
class Trial:
    """A candidate, at one amount of the resource, with all that happened to it.

    Parameters
    ----------
    candidate : Candidate
        What was tried.
    outcomes : dict of int to Outcome
        What came of it, by split.
    is_finished : bool
        Whether no further outcome is to come.
    resource : int or None
        What it was given; None where nothing is rationed.
    rung : int
        Which level of its bracket this is, from 0.
    bracket : int
        Which bracket of the schedule it belongs to.
    is_dropped : bool
        Whether it was ended because it had lost.
    """

    candidate: Candidate
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    is_finished: bool = False
    resource: int | None = None
    rung: int = 0
    bracket: int = 0
    is_dropped: bool = False

    @property
    def key(self) -> TrialKey:
        """The candidate's number and what it was given."""
        return self.candidate.number, self.resource

    @property
    def has_failed(self) -> bool:
        """Whether a split of it has come to nothing."""
        return any(outcome.status != "ok" for outcome in self.outcomes.values())
