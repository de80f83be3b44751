"""Systems that make a model of a table within a time, behind one interface.

Each is an object with ``fit(X, y)`` and the prediction that its metric asks for. What it imports
is imported when it is made, so that the clock, which runs during ``fit``, does not count it. Each
optimises the metric by which it is scored, and is given as many seconds as its own arguments
allow to say. Two of them take numbers only: `Prepared` fits a plain preparation on the training
rows for them.
"""

import signal
import time
from typing import Any

import numpy as np
import pandas as pd

CORES = 2
FIRST_REFIT = 0.1  # of the budget, kept for a refit of which nothing is known


def is_class(task: str) -> bool:
    return task != "regression"


class System:
    """A system with its settings; ``model`` is what it fits."""

    model: Any

    def __init__(self, table: Any, budget: float, seed: int) -> None:
        self.table, self.budget, self.seed = table, budget, seed
        self.prepare()

    def prepare(self) -> None:
        """Import what is needed."""

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> None:
        self.model.fit(X, y)

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return probabilities where the metric asks for them, else values."""
        if is_class(self.table.task):
            return np.asarray(self.model.predict_proba(X))
        return np.asarray(self.model.predict(X))


class Skhpo(System):
    """``PipelineSearchCV`` by its defaults."""

    ensemble: str | None = None

    def prepare(self) -> None:
        from skhpo import PipelineSearchCV

        task = "classification" if is_class(self.table.task) else "regression"
        self.model = PipelineSearchCV(
            max_time=self.budget,
            scoring=self.table.metric,
            task=task,
            n_jobs=CORES,
            random_state=self.seed,
            ensemble=self.ensemble,
        )


class SkhpoEnsemble(Skhpo):
    """The same with ``ensemble="greedy"``."""

    ensemble = "greedy"


class Hgb(System):
    """Histogram gradient boosting by its defaults, on categories as they are."""

    def prepare(self) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        chosen = (
            HistGradientBoostingClassifier
            if is_class(self.table.task)
            else HistGradientBoostingRegressor
        )
        self.model = chosen(categorical_features="from_dtype", random_state=self.seed)

    def fit(self, X, y):
        strings = X.select_dtypes(exclude="number").columns
        self.types = {name: pd.CategoricalDtype(X[name].dropna().unique()) for name in strings}
        self.model.fit(X.astype(self.types), y)

    def predict(self, X):
        return super().predict(X.astype(self.types))  # a new category becomes a missing value


class Flaml(System):
    """FLAML by its defaults, which takes data frames as they are."""

    def prepare(self) -> None:
        from flaml import AutoML

        self.model = AutoML()

    def fit(self, X, y):
        metric = {"neg_log_loss": "log_loss"}.get(self.table.metric, self.table.metric)
        task = "classification" if is_class(self.table.task) else "regression"
        settings = {"metric": metric, "task": task, "n_jobs": CORES, "seed": self.seed}
        self.model.fit(X_train=X, y_train=y, time_budget=self.budget, verbose=0, **settings)


class Prepared(System):
    """A system that takes numbers: medians, indicators and one-hot columns are fitted for it."""

    def numbers(self, X: pd.DataFrame) -> pd.DataFrame:
        from sklearn.compose import make_column_selector, make_column_transformer
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder

        one_hot = OneHotEncoder(
            handle_unknown="infrequent_if_exist", max_categories=40, sparse_output=False
        )
        strings = make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), one_hot)
        self.preparation = make_column_transformer(
            (
                SimpleImputer(strategy="median", add_indicator=True),
                make_column_selector(dtype_include="number"),
            ),
            (strings, make_column_selector(dtype_exclude="number")),
        )
        return self.preparation.fit_transform(X)

    def predict(self, X):
        return super().predict(self.preparation.transform(X))


class Tpot(Prepared):
    """TPOT with the space that it has for short runs, five folds, and a third of the time each."""

    def prepare(self) -> None:
        from tpot import TPOTClassifier, TPOTRegressor

        chosen = TPOTClassifier if is_class(self.table.task) else TPOTRegressor
        self.model = chosen(
            search_space="linear-light",
            scorers=[self.table.metric],
            scorers_weights=[1],
            cv=5,
            max_time_mins=self.budget / 60,
            max_eval_time_mins=self.budget / 60 / 3,
            n_jobs=CORES,
            random_state=self.seed,
            verbose=0,
        )

    def fit(self, X, y):
        self.model.fit(self.numbers(X), y)


class HyperoptSklearn(Prepared):
    """Any model and any preprocessing by TPE, one trial after the other until the time is up.

    It has no limit on the whole, so its own generator of trials is advanced; a trial may take a
    sixth of the budget, and what is left of it at the end. A trial that fails with an error that
    it does not catch, as models without probabilities do, ends the generator, which is then
    begun again with the same trials. Its hold-out is drawn at random: by default it is the end of
    the table.
    """

    def prepare(self) -> None:
        import hpsklearn
        from hyperopt import tpe

        rng = np.random.default_rng(self.seed)

        def suggest(ids, domain, trials, _):  # the package does not hand its own seed on
            return tpe.suggest(ids, domain, trials, int(rng.integers(2**31)))

        task = self.table.task
        settings: dict[str, Any] = {"regressor": hpsklearn.any_regressor("model")}
        if is_class(task):
            settings = {
                "classifier": hpsklearn.any_classifier("model"),
                "loss_fn": _roc_loss if task == "binary" else _log_loss,
                "continuous_loss_fn": True,
            }
        self.model = hpsklearn.HyperoptEstimator(
            preprocessing=hpsklearn.any_preprocessing("preprocessing"),
            algo=suggest,
            trial_timeout=self.budget / 6,
            n_jobs=CORES,
            seed=self.seed,
            **settings,
        )

    def fit(self, X, y):
        end, model = time.perf_counter() + self.budget, self.model
        X, best, refit = self.numbers(X), np.inf, FIRST_REFIT * self.budget
        trials, failures = None, []
        while (left := end - time.perf_counter() - refit) > 0.5:
            model.trial_timeout = min(self.budget / 6, left)
            if trials is None:
                start = {"cv_shuffle": True, "random_state": np.random.default_rng(self.seed)}
                trials = model.fit_iter(X, y, warm_start=bool(failures), **start)
                next(trials)
            try:
                trials.send(1)
            except Exception as reason:  # noqa: BLE001
                trials = None
                failures.append(reason)
            if model._best_loss < best:  # 80 % of the rows were fitted and 20 % scored
                best = model._best_loss
                refit = min(model.trials.results[-1]["duration"] / 0.8, self.budget / 2)
        if not np.isfinite(best):
            raise RuntimeError(f"no trial was complete: {failures[-1:]}")
        model._retrain_best_model_on_full_data(X, y)

    def predict(self, X):
        found = self.model.best_model()
        Z = self.preparation.transform(X)
        for step in found["preprocs"]:
            Z = step.transform(Z)
        method = "predict_proba" if is_class(self.table.task) else "predict"
        return getattr(found["learner"], method)(Z)


def _roc_loss(y: np.ndarray, flat: np.ndarray) -> float:
    from sklearn.metrics import roc_auc_score

    return 1 - roc_auc_score(y, flat.reshape(len(y), -1)[:, 1])


def _log_loss(y: np.ndarray, flat: np.ndarray) -> float:
    from sklearn.metrics import log_loss

    return log_loss(y, flat.reshape(len(y), -1))


class _TimeIsUpError(Exception):
    pass


class Randomized(System):
    """``RandomizedSearchCV`` over the pipeline, space and folds of ``PipelineSearchCV``.

    It has no limit of time, so two candidates after the other are drawn from the prior of the
    space and searched until the budget, less what refitting the best is expected to take, is
    over; the search under way is then abandoned. There is no limit before the first two are
    complete.
    """

    def prepare(self) -> None:
        from sklearn.model_selection import RandomizedSearchCV

        from skhpo.search._folds import make_folds
        from skhpo.search._pipelines import make_plan

        self.make_search, self.make_folds = RandomizedSearchCV, make_folds
        self.make_plan = make_plan

    def fit(self, X, y):
        end = time.perf_counter() + self.budget
        task = "classification" if is_class(self.table.task) else "regression"
        plan = self.make_plan(
            X, y, task=task, models="fast", preprocessing="auto", changes={},
            scoring=self.table.metric, is_weighted=False, seed=self.seed,
        )  # fmt: skip
        folds = self.make_folds(None, y, task, None, self.seed)
        rng, best, refit = np.random.default_rng(self.seed), None, FIRST_REFIT * self.budget
        signal.signal(signal.SIGALRM, _end)
        try:
            while True:
                if best is not None:
                    left = end - refit - time.perf_counter()
                    signal.setitimer(signal.ITIMER_REAL, max(left, 1e-3))
                drawn = [plan.space.decode(x) for x in plan.space.draw(2, rng)]
                search = self.make_search(
                    plan.pipeline,
                    [{name: [value] for name, value in params.items()} for params in drawn],
                    n_iter=len(drawn),
                    scoring=self.table.metric,
                    n_jobs=CORES,
                    cv=folds,
                    refit=False,
                    error_score=np.nan,
                ).fit(X, y)
                signal.setitimer(signal.ITIMER_REAL, 0)
                scores = search.cv_results_["mean_test_score"]
                if np.isnan(scores).all() or (best and np.nanmax(scores) <= best[0]):
                    continue
                i = int(np.nanargmax(scores))
                best = (scores[i], search.cv_results_["params"][i])
                k = search.n_splits_
                refit = search.cv_results_["mean_fit_time"][i] * k / (k - 1)
        except _TimeIsUpError:
            pass
        self.model = plan.pipeline.set_params(**best[1]).fit(X, y)


def _end(*_: Any) -> None:
    raise _TimeIsUpError


SYSTEMS = {
    "skhpo": Skhpo,
    "skhpo-ensemble": SkhpoEnsemble,
    "hgb": Hgb,
    "flaml": Flaml,
    "tpot": Tpot,
    "hyperopt-sklearn": HyperoptSklearn,
    "randomized": Randomized,
}
PACKAGES = {
    "skhpo": "skhpo",
    "skhpo-ensemble": "skhpo",
    "hgb": "scikit-learn",
    "flaml": "flaml",
    "tpot": "tpot",
    "hyperopt-sklearn": "hyperopt-sklearn",
    "randomized": "scikit-learn",
}
