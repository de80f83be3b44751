"""What came of nested cross-validation."""

from typing import Any

from skhpo.nested import _plots
from skhpo.nested._compare import check_comparable, compare
from skhpo.nested._interval import interval
from skhpo.nested._study import Study
from skhpo.nested._summary import summary
from skhpo.statistics import Interval


class NestedResult:
    """What `nested_cross_validate` found.

    Parameters
    ----------
    study : Study
        What `nested_cross_validate` measured.
    estimators : list or None, default=None
        Fitted searches, by fold.

    Attributes
    ----------
    scores_ : DataFrame
        A row an outer fold: ``repeat``, ``fold``, ``n_train`` and ``n_test`` (rows),
        ``inner_best`` (score of the winner inside), ``outer_<metric>``, ``optimism`` (inner best
        minus the outer score of the same metric: positive where the inner one was too good),
        ``n_candidates``, ``n_fits`` (with the refit), ``fit_time`` and ``score_time`` (seconds).
        NaN where a fold failed, or where there is nothing, as inside plain estimators.
    params_ : DataFrame
        The parameters chosen: a row a fold (by repeat and fold), a column a parameter. ``<NA>``
        where one does not exist; the value None as "None", objects as text.
    models_ : Series
        How many folds chose each kind of model.
    stability_ : DataFrame
        A row a parameter: ``n_active`` (folds in which it exists), ``modal`` (the most frequent
        value) and its ``share`` of them. Of numbers ``median``, ``low`` and ``high`` (quartiles),
        ``iqr`` and ``spread`` (distances between the quartiles and between the extremes; in powers
        of ten where ``scale`` is "log", as the search was in the logarithm). Of categories
        ``entropy``, in bits: 0 where all folds agree.
    predictions_ : DataFrame or None
        A row a test row of each fold: ``row`` (its number in X), ``repeat``, ``fold``,
        ``y_true``, ``y_pred``, and ``proba_<class>``, or ``decision`` where there is no
        ``predict_proba``. None if none were kept.
    estimators_ : list or None
        The fitted searches, by fold; None without ``return_estimator``. A fold that failed, or
        was read from a journal, has None.
    indices_ : dict of str to list of ndarray
        Row numbers under "train" and "test", by fold.
    metric_ : str
        The outer score that methods are about unless another is named.

    See Also
    --------
    nested_cross_validate : Makes these.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skhpo import nested_cross_validate
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": [1, 5, 25]}, cv=3)
    >>> result = nested_cross_validate(search, X, y)
    >>> result.params_["n_neighbors"].tolist()
    [5, 5, 1, 1, 25]
    >>> result.stability_.loc["n_neighbors", "share"]
    np.float64(0.4)
    """

    def __init__(self, study: Study, estimators: list[Any] | None = None) -> None:
        from skhpo.nested._stability import stability_frame  # with pandas
        from skhpo.nested._tables import (
            models_series,
            params_frame,
            predictions_frame,
            scores_frame,
        )

        self._study = study
        self.metric_ = study.metric
        self.scores_ = scores_frame(study)
        self.params_ = params_frame(study)
        self.models_ = models_series(study)
        self.stability_ = stability_frame(study, self.params_)
        self.predictions_ = predictions_frame(study)
        self.estimators_ = estimators
        self.indices_ = {
            "train": [fold.train for fold in study.folds],
            "test": [fold.test for fold in study.folds],
        }

    def __repr__(self) -> str:
        return f"<NestedResult of {type(self._study.search).__name__}>\n{self.summary()}"

    def summary(self, level: float = 0.95) -> str:
        """Say in a few lines what came of it.

        Parameters
        ----------
        level : float, default=0.95
            Of the interval, which is "corrected_t".

        Returns
        -------
        str
            Outer means, interval, inner best, optimism, and what it took.
        """
        one_or_failed = len(self.scores_) < 2 or self.scores_[self._column(None)].isna().any()
        found = None if one_or_failed or self._study.failed else self.interval(level)
        return summary(self._study, self.scores_, found)

    def interval(
        self,
        level: float = 0.95,
        method: str = "corrected_t",
        *,
        metric: str | None = None,
        n_resamples: int = 2000,
        random_state: Any = None,
    ) -> Interval:
        """Return an interval for the score of the procedure.

        Parameters
        ----------
        level : float, default=0.95
            Nominal coverage, in (0, 1).
        method : {"corrected_t", "bates", "bootstrap", "bbc"}, default="corrected_t"
            "corrected_t" (Nadeau & Bengio 2003) takes the scores of the folds and allows for
            training sets that overlap, by a correlation of n_test / n: a guess that no data can
            check. On one K-fold it is wide and holds what it promises; repeats make it narrower
            than they should.

            "bates" (Bates, Hastie & Tibshirani 2024) compares models that leave out one fold and
            two, corrects the bias of training on fewer rows, and needs ``bates=True`` and a score
            that is a mean over rows.

            "bootstrap" draws test rows (groups where ``groups`` were given) and scores their kept
            predictions, pooled over folds. What other training rows would have changed it does
            not see: it tends to be too narrow. On small data its estimate differs from the mean
            of the folds where the score is no mean over rows.

            "bbc" (Tsamardinos, Greasidou & Borboudakis 2018) does without the outer test rows:
            `bias_corrected_score` of the inner searches, with the same draws of rows for all, and
            of these the mean. It needs a search of skhpo with ``keep_predictions``, and
            ``return_estimator=True``.
        metric : str or None, default=None
            Which of the outer scores; None for ``metric_``.
        n_resamples : int, default=2000
            Draws of "bootstrap" and "bbc".
        random_state : int, Generator or None, default=None
            Seed of these.

        Returns
        -------
        Interval
            With ``estimate``, ``low``, ``high``, ``level`` and ``method``.

        Raises
        ------
        ValueError
            If a fold failed, or there is not what the method needs.
        """
        column = self._column(metric)
        return interval(
            self._study,
            self.scores_[column].to_numpy(),
            level=level,
            method=method,
            metric=column.removeprefix("outer_"),
            estimators=self.estimators_,
            n_resamples=n_resamples,
            random_state=random_state,
        )

    def compare(
        self,
        other: "NestedResult",
        method: str = "corrected_t",
        *,
        rope: float | None = None,
        metric: str | None = None,
    ) -> Any:
        """Compare with another procedure on the same folds; positive where this one is better.

        Parameters
        ----------
        other : NestedResult
            Of the same data and the same outer folds.
        method : {"corrected_t", "bayes", "wilcoxon", "5x2"}, default="corrected_t"
            "corrected_t": the corrected resampled t test. "bayes": the correlated Bayesian t
            test, how probable it is that this one is better, as good, or worse. "wilcoxon": the
            signed-rank test, which takes folds for independent and so finds too much. "5x2":
            Alpaydin's F test, for five repeats of two folds.
        rope : float or None, default=None
            With "bayes": differences up to this count as none; in units of the score.
        metric : str or None, default=None
            Which of the outer scores; None for ``metric_``.

        Returns
        -------
        TestResult or Probabilities
            With ``statistic``, ``p_value``, ``df``, ``estimate`` and ``method``; of "bayes" with
            ``better``, ``rope`` and ``worse``.

        Raises
        ------
        ValueError
            If the data, the folds or the scores differ, a fold failed, or there is not what the
            method needs.
        """
        check_comparable(self._study, other._study)
        column = self._column(metric)
        if column not in other.scores_:
            raise ValueError(
                f"other has no score {column.removeprefix('outer_')!r}, only "
                f"{other._study.metrics}: give both calls the same scoring."
            )
        differences = (self.scores_[column] - other.scores_[column]).to_numpy()
        return compare(self._study, differences, method, rope)

    def plot_scores(self, ax: Any = None, *, metric: str | None = None) -> Any:
        """Draw outer scores and inner best, fold by fold.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where; None for a new figure.
        metric : str or None, default=None
            Which of the outer scores; None for ``metric_``.

        Returns
        -------
        matplotlib Axes
            What was drawn on.
        """
        name = self._column(metric).removeprefix("outer_")
        return _plots.plot_scores(self.scores_, name, self._study.own, ax)

    def plot_params(self, ax: Any = None) -> Any:
        """Draw the values that folds chose: a line a parameter, points as large as frequent.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where; None for a new figure.

        Returns
        -------
        matplotlib Axes
            What was drawn on.
        """
        return _plots.plot_params(self.params_, self.stability_, ax)

    def plot_optimism(self, ax: Any = None) -> Any:
        """Draw by how much the inner best was too good, fold by fold.

        Parameters
        ----------
        ax : matplotlib Axes or None, default=None
            Where; None for a new figure.

        Returns
        -------
        matplotlib Axes
            What was drawn on.
        """
        return _plots.plot_optimism(self.scores_, ax)

    def _column(self, metric: str | None) -> str:
        metric = self.metric_ if metric is None else metric
        if metric not in self._study.metrics:
            raise ValueError(
                f"metric={metric!r} was not measured; allowed is one of {self._study.metrics}."
            )
        return f"outer_{metric}"
