"""
Tune a forecast, walking forward in time
========================================

Which lags, which season, and how many days at once should a forecast use? You will learn

* to tune all of that in one pipeline, on folds that keep the future out of training;
* to keep labels that look ahead from leaking into it, by a gap;
* to check the result on half a year that the search has not seen, against the seasonal-naive
  forecast: the next 14 days will be as the last.
"""

# %%
# Four years of demand
# --------------------
#
# Generated: a trend, a week, wages every other week, a year, and noise that lasts for days.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin, clone
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skhpo import BayesSearchCV, ScoresByValueDisplay, WalkForward, plot_splits

AHEAD, PAST = 14, 140


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


# %%
# The pipeline
# ------------
#
# A row of ``X`` is a day with the 140 values up to it, a row of ``y`` the 14 values that follow.
# The first step makes features of the past; ``BlockForecast`` forecasts ``horizon`` days at once
# and goes on from its own forecasts, so that 1 is the recursive strategy and 14 the direct one.


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

# %%
# The folds
# ---------
#
# The latest half year is held out from all that follows. Of the rest, each of six folds trains on
# the days up to some day and is tested on the 56 days after it. Labels look 14 days ahead, so that
# is the gap between training and test part; without it the last training rows would know the first
# test days.

X, y = rows_of(make_series())
held_out = X.index >= "2023-07-01"
known = X.index < X.index[held_out][0] - pd.Timedelta(days=AHEAD)
cv = WalkForward(6, test_size="56D", min_train_size="365D", gap=f"{AHEAD}D")

figure, ax = plt.subplots(figsize=(8, 3), layout="constrained")
plot_splits(cv, X[known], ax=ax)
plt.show()

# %%
# The search
# ----------

search = BayesSearchCV(
    forecast, space, n_iter=40, cv=cv, scoring="neg_mean_absolute_error", random_state=0
)
search.fit(X[known], y[known])
print(f"best of {len(search.cv_results_['params'])} candidates")
for name, value in sorted(search.best_params_.items()):
    print(f"    {name} = {value:.4g}")

# %%
# The series has a week and wages every 14 days. Both return after 14 and 28 days, the week alone
# after 7. What did candidates with each season score?

ScoresByValueDisplay.from_search(search, "pipeline__past__season", n_bins=7).plot()
plt.show()

# %%
# On the half year held out
# -------------------------
#
# Mean absolute error over the 14 days, and of each of them. Noise that lasts for days tells of the
# next days, and less of later ones; the seasonal-naive forecast makes no use of that.

forecasts = {
    "seasonal-naive": X[held_out].to_numpy()[:, -AHEAD:],
    "untuned": forecast.fit(X[known], y[known]).predict(X[held_out]),
    "tuned": search.predict(X[held_out]),
}
errors = {name: mean_absolute_error(y[held_out], values) for name, values in forecasts.items()}
print(f"{'half year held out':<20}{'mean absolute error':>20}{'of naive':>10}")
for name, error in errors.items():
    print(f"{name:<20}{error:>20.2f}{error / errors['seasonal-naive']:>10.2f}")
print(f"{'tuned, in search':<20}{-search.best_score_:>20.2f}")

figure, ax = plt.subplots(figsize=(7, 3.8), layout="constrained")
for (name, values), style in zip(forecasts.items(), ["--", ":", "-"], strict=True):
    by_day = np.abs(y[held_out].to_numpy() - values).mean(axis=0)
    ax.plot(range(1, AHEAD + 1), by_day, style, marker="o", markersize=4, label=name)
ax.set(xlabel="days ahead", ylabel="mean absolute error", ylim=(0, None))
ax.legend(frameon=False, loc="lower right")
plt.show()

# %%
# The other splitters in time, with purging, embargo and panels of many series: :doc:`/splitters`.
