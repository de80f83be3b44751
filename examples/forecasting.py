"""Tune a forecast: lags, window, season and block length of a pipeline, walking forward in time.

The series is four years of daily demand, generated: a trend, a week, wages every other week, a
year, and noise that lasts for days. The next 14 days are to be forecast. A row of X is a day with
the 140 values up to it, a row of y the 14 values that follow. What is searched:

* ``lags``, how many of the latest values the model sees as they are;
* ``window``, the days of the moving average it sees besides;
* ``season``, the period of the profile it sees (averages of days that are whole periods apart);
* ``horizon``, how many days it forecasts at once: after a block it goes on from its own forecasts,
  so 1 is the recursive strategy, 14 the direct one;
* ``alpha``, its regularization.

Labels look 14 days ahead, so that is the gap between training and test part; without it the last
training rows would know the first test days. The latest half year is held out from all of that,
and everything is compared there with the seasonal-naive forecast: the next 14 days will be as the
last.
"""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin, clone
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import BayesSearchCV, WalkForward

AHEAD, PAST = 14, 140

# -- the series ----------------------------------------------------------------------------------


def make_series(seed=0):
    """Return daily demand."""
    days = pd.date_range("2020-01-01", "2023-12-31", freq="D")
    rng = np.random.default_rng(seed)
    week = np.array([0, 2, 4, 5, 9, -6, -14])[days.day_of_week]
    year = 12 * np.cos(2 * np.pi * (days.day_of_year.to_numpy() - 20) / 365.25)
    wages = 12 * np.isin(np.arange(len(days)) % 14, [2, 3, 4])
    noise = np.zeros(len(days))
    for today in range(1, len(days)):
        noise[today] = 0.8 * noise[today - 1] + rng.normal(scale=3)
    return pd.Series(100 + 0.02 * np.arange(len(days)) + week + wages + year + noise, index=days)


def rows_of(series):
    """Return the values up to each day, and those that follow it."""
    windows = np.lib.stride_tricks.sliding_window_view(series.to_numpy(), PAST + AHEAD)
    days = series.index[PAST - 1 : PAST - 1 + len(windows)]
    return pd.DataFrame(windows[:, :PAST], index=days), pd.DataFrame(windows[:, PAST:], index=days)


# -- the pipeline --------------------------------------------------------------------------------


class PastFeatures(TransformerMixin, BaseEstimator):
    """The latest values, their moving average, and a seasonal profile, less the average."""

    def __init__(self, lags=7, window=28, season=7):
        self.lags = lags
        self.window = window
        self.season = season

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        past = np.asarray(X)
        mean = past[:, -self.window :].mean(axis=1, keepdims=True)
        n_seasons = min(8, PAST // self.season)
        whole = past[:, -n_seasons * self.season :].reshape(len(past), n_seasons, self.season)
        return np.hstack([mean, past[:, -self.lags :] - mean, whole.mean(axis=1) - mean])


class BlockForecast(RegressorMixin, BaseEstimator):
    """Forecasts ``horizon`` days at once, and the next ones from those."""

    def __init__(self, pipeline, horizon=AHEAD):
        self.pipeline = pipeline
        self.horizon = horizon

    def fit(self, X, y):
        self.pipeline_ = clone(self.pipeline).fit(X, np.asarray(y)[:, : self.horizon])
        return self

    def predict(self, X):
        known = np.asarray(X)
        while known.shape[1] < PAST + AHEAD:
            block = self.pipeline_.predict(known[:, -PAST:]).reshape(len(known), -1)
            known = np.hstack([known, block])
        return known[:, PAST : PAST + AHEAD]


pipeline = Pipeline([("past", PastFeatures()), ("scale", StandardScaler()), ("model", Ridge())])
forecast = BlockForecast(pipeline)
space = {
    "pipeline__past__lags": (1, 35),
    "pipeline__past__window": (2, 140),
    "pipeline__past__season": [5, 6, 7, 10, 12, 14, 28],
    "pipeline__model__alpha": (1e-2, 1e4, "log-uniform"),
    "horizon": [1, 2, 7, 14],
}
cv = WalkForward(6, test_size="56D", min_train_size="365D", gap=f"{AHEAD}D")

# -- run -----------------------------------------------------------------------------------------


def main():
    """Search, and compare on the half year held out."""
    X, y = rows_of(make_series())
    held_out = X.index >= "2023-07-01"
    known = X.index < X.index[held_out][0] - pd.Timedelta(days=AHEAD)
    print(cv.describe(X[known])[["train_end", "test_start", "test_end", "n_train", "n_test"]])
    search = BayesSearchCV(
        forecast, space, n_iter=40, cv=cv, scoring="neg_mean_absolute_error", random_state=0
    )
    search.fit(X[known], y[known])
    print(f"\nbest of {len(search.cv_results_['params'])} candidates")
    for name, value in sorted(search.best_params_.items()):
        print(f"  {name} = {value:.4g}")
    naive = X[held_out].to_numpy()[:, -AHEAD:]
    errors = {
        "seasonal-naive": mean_absolute_error(y[held_out], naive),
        "untuned": _error(forecast.fit(X[known], y[known]), X[held_out], y[held_out]),
        "tuned": _error(search, X[held_out], y[held_out]),
    }
    print(f"\n{'half year held out':<20}{'mean absolute error':>20}{'of naive':>10}")
    for name, error in errors.items():
        print(f"{name:<20}{error:>20.2f}{error / errors['seasonal-naive']:>10.2f}")
    print(f"{'tuned, in search':<20}{-search.best_score_:>20.2f}")
    return errors


def _error(model, X, y):
    return mean_absolute_error(y, model.predict(X))


if __name__ == "__main__":
    main()
