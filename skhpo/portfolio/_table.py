"""The ready-made spaces, one a line: name, class, function that makes it, and which lists."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from skhpo.portfolio import (
    bayes,
    boosters,
    boosting,
    linear,
    mlp,
    neighbors,
    sgd,
    svm,
    trees,
)

Speed = Literal["fast", "slow", "unlisted"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A ready-made space.

    Parameters
    ----------
    name : str
        What to call it among classifiers or among regressors.
    cls : str
        The class that it stands for, without its package.
    make : callable
        Returns the estimator with its space in place.
    speed : {"fast", "slow", "unlisted"}
        In which lists it is: a fast one in both, a slow one in "all"; what asks for data of a
        certain kind or size is in none.
    package : str, default="sklearn"
        What has to be installed.
    """

    name: str
    cls: str
    make: Callable[[], Any]
    speed: Speed
    package: str = "sklearn"

    @property
    def is_installed(self) -> bool:
        """Whether the package is there."""
        return find_spec(self.package) is not None


# The first of a list is the default of its choice: strong and cheap.
CLASSIFIERS = (
    Entry(
        "hist_gradient_boosting",
        "HistGradientBoostingClassifier",
        boosting.hist_gradient_boosting_classifier,
        "fast",
    ),
    Entry("extra_trees", "ExtraTreesClassifier", trees.extra_trees_classifier, "fast"),
    Entry("random_forest", "RandomForestClassifier", trees.random_forest_classifier, "fast"),
    Entry("logistic_regression", "LogisticRegression", linear.logistic_regression, "fast"),
    Entry("ridge", "RidgeClassifier", linear.ridge_classifier, "fast"),
    Entry("sgd", "SGDClassifier", sgd.sgd_classifier, "fast"),
    Entry(
        "passive_aggressive",
        "PassiveAggressiveClassifier",
        sgd.passive_aggressive_classifier,
        "fast",
    ),
    Entry("decision_tree", "DecisionTreeClassifier", trees.decision_tree_classifier, "fast"),
    Entry("k_neighbors", "KNeighborsClassifier", neighbors.k_neighbors_classifier, "fast"),
    Entry("nearest_centroid", "NearestCentroid", neighbors.nearest_centroid, "fast"),
    Entry("gaussian_nb", "GaussianNB", bayes.gaussian_nb, "fast"),
    Entry("bernoulli_nb", "BernoulliNB", bayes.bernoulli_nb, "fast"),
    Entry("lda", "LinearDiscriminantAnalysis", linear.linear_discriminant_analysis, "fast"),
    Entry("qda", "QuadraticDiscriminantAnalysis", linear.quadratic_discriminant_analysis, "fast"),
    Entry("svc", "SVC", svm.svc, "slow"),
    Entry("linear_svc", "LinearSVC", svm.linear_svc, "slow"),
    Entry("mlp", "MLPClassifier", mlp.mlp_classifier, "slow"),
    Entry(
        "gradient_boosting",
        "GradientBoostingClassifier",
        boosting.gradient_boosting_classifier,
        "slow",
    ),
    Entry("ada_boost", "AdaBoostClassifier", boosting.ada_boost_classifier, "slow"),
    Entry("bagging", "BaggingClassifier", trees.bagging_classifier, "slow"),
    Entry("lgbm", "LGBMClassifier", boosters.lgbm_classifier, "fast", "lightgbm"),
    Entry("xgb", "XGBClassifier", boosters.xgb_classifier, "slow", "xgboost"),
    Entry("cat_boost", "CatBoostClassifier", boosters.cat_boost_classifier, "slow", "catboost"),
    Entry("multinomial_nb", "MultinomialNB", bayes.multinomial_nb, "unlisted"),
    Entry("complement_nb", "ComplementNB", bayes.complement_nb, "unlisted"),
    Entry(
        "gaussian_process",
        "GaussianProcessClassifier",
        neighbors.gaussian_process_classifier,
        "unlisted",
    ),
)

REGRESSORS = (
    Entry(
        "hist_gradient_boosting",
        "HistGradientBoostingRegressor",
        boosting.hist_gradient_boosting_regressor,
        "fast",
    ),
    Entry("extra_trees", "ExtraTreesRegressor", trees.extra_trees_regressor, "fast"),
    Entry("random_forest", "RandomForestRegressor", trees.random_forest_regressor, "fast"),
    Entry("linear_regression", "LinearRegression", linear.linear_regression, "fast"),
    Entry("ridge", "Ridge", linear.ridge, "fast"),
    Entry("lasso", "Lasso", linear.lasso, "fast"),
    Entry("elastic_net", "ElasticNet", linear.elastic_net, "fast"),
    Entry("bayesian_ridge", "BayesianRidge", linear.bayesian_ridge, "fast"),
    Entry("huber", "HuberRegressor", linear.huber, "fast"),
    Entry("sgd", "SGDRegressor", sgd.sgd_regressor, "fast"),
    Entry(
        "passive_aggressive",
        "PassiveAggressiveRegressor",
        sgd.passive_aggressive_regressor,
        "fast",
    ),
    Entry("decision_tree", "DecisionTreeRegressor", trees.decision_tree_regressor, "fast"),
    Entry("k_neighbors", "KNeighborsRegressor", neighbors.k_neighbors_regressor, "fast"),
    Entry("svr", "SVR", svm.svr, "slow"),
    Entry("linear_svr", "LinearSVR", svm.linear_svr, "slow"),
    Entry("mlp", "MLPRegressor", mlp.mlp_regressor, "slow"),
    Entry(
        "gradient_boosting",
        "GradientBoostingRegressor",
        boosting.gradient_boosting_regressor,
        "slow",
    ),
    Entry("ada_boost", "AdaBoostRegressor", boosting.ada_boost_regressor, "slow"),
    Entry("bagging", "BaggingRegressor", trees.bagging_regressor, "slow"),
    Entry("ard", "ARDRegression", linear.ard_regression, "slow"),
    Entry("lgbm", "LGBMRegressor", boosters.lgbm_regressor, "fast", "lightgbm"),
    Entry("xgb", "XGBRegressor", boosters.xgb_regressor, "slow", "xgboost"),
    Entry("cat_boost", "CatBoostRegressor", boosters.cat_boost_regressor, "slow", "catboost"),
    Entry("poisson", "PoissonRegressor", linear.poisson, "unlisted"),
    Entry("tweedie", "TweedieRegressor", linear.tweedie, "unlisted"),
    Entry("kernel_ridge", "KernelRidge", neighbors.kernel_ridge, "unlisted"),
    Entry(
        "gaussian_process",
        "GaussianProcessRegressor",
        neighbors.gaussian_process_regressor,
        "unlisted",
    ),
)
