"""Naive Bayes."""

from typing import Any

from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB

from skhpo.space import Choice, Real


def gaussian_nb() -> Any:
    """Return naive Bayes with a normal distribution a class and feature.

    var_smoothing 1e-12 to 1e-2, log: our own.
    """
    return GaussianNB(var_smoothing=Real(1e-12, 1e-2, log=True))


def bernoulli_nb() -> Any:
    """Return naive Bayes on the signs of features.

    alpha 0.01 to 100, log, fit_prior: auto-sklearn.
    """
    return BernoulliNB(**_counts())


def multinomial_nb() -> Any:
    """Return multinomial naive Bayes; features have to be counts, or at least not negative.

    alpha 0.01 to 100, log, fit_prior: auto-sklearn.
    """
    return MultinomialNB(**_counts())


def complement_nb() -> Any:
    """Return complement naive Bayes; features have to be counts, or at least not negative.

    alpha 0.01 to 100, log, fit_prior: auto-sklearn, for multinomial naive Bayes. norm: our own.
    """
    return ComplementNB(norm=Choice(False, True), **_counts())


def _counts() -> dict[str, Any]:
    return {"alpha": Real(0.01, 100.0, log=True), "fit_prior": Choice(True, False)}
