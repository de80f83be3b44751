"""Searches that are quick, that fail, or that leave a trace."""

import os
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class NeighboursSearch(ClassifierMixin, BaseEstimator):
    """k nearest neighbours, k = 1..50 and two metrics, by 5-fold cross-validation at once.

    It is no subclass of scikit-learn's searches, and only looks like one.
    """

    def __init__(self, estimator=None, cv=5, refit=True):
        self.estimator = estimator
        self.cv = cv
        self.refit = refit

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.n_splits_ = self.cv
        right = np.zeros((2, 50))
        for rows in np.array_split(np.arange(len(y)), self.cv):
            train = np.setdiff1d(np.arange(len(y)), rows)
            for p in (1, 2):
                votes = self._votes(X[train], y[train], X[rows], p)
                right[p - 1] += (votes == y[rows, None]).sum(axis=0)
        settings = [{"p": p, "n_neighbors": k} for p in (1, 2) for k in range(1, 51)]
        self.cv_results_ = {"params": settings, "mean_test_score": right.ravel() / len(y)}
        self.best_index_ = int(right.argmax())
        self.best_score_ = self.cv_results_["mean_test_score"][self.best_index_]
        self.best_params_ = settings[self.best_index_]
        self.best_estimator_ = self
        self._seen = X, y
        return self

    def predict(self, X):
        votes = self._votes(*self._seen, X, self.best_params_["p"])
        return votes[:, self.best_params_["n_neighbors"] - 1]

    @staticmethod
    def _votes(X, y, new, p):
        distances = (np.abs(new[:, None] - X) ** p).sum(axis=2)
        nearest = y[np.argsort(distances, axis=1)[:, :50]]
        return (nearest.cumsum(axis=1) * 2 > np.arange(1, 51)).astype(int)


class Tracing(ClassifierMixin, BaseEstimator):
    """Predicts one class, leaves a file for each fit, and fails on the row that it is told."""

    def __init__(self, folder=None, a=0, fails_with=None):
        self.folder = folder
        self.a = a
        self.fails_with = fails_with

    def fit(self, X, y, sample_weight=None):
        if self.fails_with is not None and self.fails_with in X[:, 0]:
            raise RuntimeError(f"row {self.fails_with} cannot be borne")
        self.classes_ = np.unique(y)
        self.weight_ = None if sample_weight is None else np.sum(sample_weight)
        if self.folder is not None:
            (Path(self.folder) / f"{os.getpid()}-{os.urandom(6).hex()}").touch()
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[self.a % len(self.classes_)])
