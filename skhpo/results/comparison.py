"""The candidates of one search beside the best of them, as a table."""

from typing import TYPE_CHECKING, Any

import numpy as np

from skhpo.results._complete import overlap, read_complete, results_of
from skhpo.statistics import cohens_d, corrected_t_test, correlated_bayesian_t, holm

if TYPE_CHECKING:
    import pandas as pd


def compare_candidates(
    search: Any,
    *,
    metric: str | None = None,
    against: int | None = None,
    rope: float = 0.0,
    alpha: float = 0.05,
    test_train_ratio: float | None = None,
) -> "pd.DataFrame":
    """Say which candidates of a search can be told from the best one.

    Parameters
    ----------
    search : search estimator, dict or DataFrame
        A fitted search, also one of scikit-learn, or its ``cv_results_``.
    metric : str or None, default=None
        Which score, where there are several; None for the one of ``refit``, or the only one.
    against : int or None, default=None
        Row of ``cv_results_`` that the others are compared with; None for the best mean score.
    rope : float, default=0.0
        Differences up to this, either way, count as none; in units of the score.
    alpha : float, default=0.05
        Probability, in (0, 1), with which at most any of the candidates that are as good is said
        to differ.
    test_train_ratio : float or None, default=None
        Rows tested over rows trained on. None takes it from the ``cv`` of the search:
        ``1 / (K - 1)`` for K folds, repeated or not; of a ``cv_results_`` alone, K is the number
        of splits.

    Returns
    -------
    DataFrame
        A row a complete candidate, the best first; the index is its row in ``cv_results_``:

        * ``score``: its mean;
        * ``difference``: its mean minus that of the one it is compared with;
        * ``p_value``: of the corrected resampled t, two-sided;
        * ``p_adjusted``: the same with Holm's correction for the number of candidates;
        * ``p_better``, ``p_rope``, ``p_worse``: posterior probabilities of the Bayesian correlated
          t, that the difference is above, within and below the region of practical equivalence;
        * ``effect_size``: mean difference over the standard deviation of the differences;
        * ``distinguishable``: whether ``p_adjusted`` is below alpha;
        * ``params``: its parameters.

        ``attrs`` holds the metric, the row compared with, and the number of candidates left out.

    Raises
    ------
    ValueError
        If no candidate is complete, there is a single split, or an argument is not allowed.
    NotFittedError
        If the search is not fitted.
    TypeError
        If ``search`` is none of these.

    See Also
    --------
    SimplestEquivalent : Chooses the simplest of those that cannot be told from the best.

    Notes
    -----
    Candidates that failed or were dropped are left out; where a resource was rationed, those with
    most of it are compared. The best has been chosen for its scores, which makes the differences
    larger than they are: what cannot be told from it here cannot be told from it at all.

    That a candidate cannot be told from the best does not make it as good. With few splits hardly
    anything can be told apart; look at ``p_rope``.

    References
    ----------
    .. [1] C. Nadeau, Y. Bengio: Inference for the Generalization Error. Machine Learning 52
       (2003) 239-281.
    .. [2] G. Corani, A. Benavoli: A Bayesian approach for comparing cross-validated algorithms
       on multiple data sets. Machine Learning 100 (2015) 285-304.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from skhpo import compare_candidates
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = DecisionTreeClassifier(random_state=0)
    >>> search = GridSearchCV(tree, {"max_depth": [1, 2, 3, 4]}, cv=10).fit(X, y)
    >>> table = compare_candidates(search, rope=0.01)
    >>> table[["difference", "p_adjusted", "p_worse", "distinguishable"]].round(3)
         difference  p_adjusted  p_worse  distinguishable
    row
    2         0.000         1.0    0.000            False
    3        -0.007         1.0    0.369            False
    1        -0.013         1.0    0.566            False
    0        -0.293         0.0    1.000             True
    """
    import pandas as pd

    if not 0 < alpha < 1:
        raise ValueError(f"alpha should lie in (0, 1), got {alpha!r}.")
    candidates = read_complete(search, metric)
    results, rows = results_of(search), candidates.rows
    n_splits = candidates.scores.shape[1]
    ratio = overlap(search, n_splits) if test_train_ratio is None else test_train_ratio
    place = candidates.best if against is None else _place(rows, against)
    differences = candidates.scores - candidates.scores[place]
    others = np.arange(len(rows)) != place

    frame = pd.DataFrame(index=pd.Index(rows, name="row"))
    frame["score"] = candidates.means
    frame["difference"] = differences.mean(axis=1)
    p_values = np.array([corrected_t_test(d, test_train_ratio=ratio).p_value for d in differences])
    frame["p_value"], frame["p_adjusted"] = p_values, 1.0
    frame.loc[others, "p_adjusted"] = holm(p_values[others])
    share = ratio / (1 + ratio)
    frame[["p_better", "p_rope", "p_worse"]] = [
        correlated_bayesian_t(d, test_share=share, rope=rope) for d in differences
    ]
    frame["effect_size"] = [cohens_d(d, np.zeros(n_splits), paired=True) for d in differences]
    frame["distinguishable"] = frame["p_adjusted"] < alpha
    frame["params"] = [results["params"][row] for row in rows]
    frame = frame.sort_values("score", ascending=False, kind="stable")
    frame.attrs = {
        "metric": candidates.metric,
        "against": int(rows[place]),
        "n_left_out": len(results["params"]) - len(rows),
    }
    return frame


def _place(rows: np.ndarray, against: int) -> int:
    found = np.flatnonzero(rows == against)
    if not len(found):
        raise ValueError(f"against should be the row of a complete candidate, got {against!r}.")
    return int(found[0])
