"""Ready-made search spaces: models, preprocessing of tables, and steps that make features.

All are ordinary :class:`~skhpo.Choice` objects, or estimators with ranges among their parameters:
print them, edit them, use them in any search. The docstring of each says where its ranges are
from:

* auto-sklearn: Feurer et al., Efficient and robust automated machine learning, NeurIPS 2015, and
  the ranges of its release 0.15.
* TPOT: Olson et al., Evaluation of a tree-based pipeline optimization tool, GECCO 2016, and the
  ranges of its release 1.1.
* FLAML: Wang et al., FLAML: a fast and lightweight AutoML library, MLSys 2021, and the ranges of
  its release 2.7.
* hyperopt-sklearn: Komer, Bergstra and Eliasmith, SciPy 2014, and the ranges of its release 1.1.
* rbv2: Binder, Pfisterer and Bischl, Collecting empirical data about hyperparameters for data
  driven AutoML, AutoML workshop 2020.
* Probst, Boulesteix and Bischl, Tunability: importance of hyperparameters of machine learning
  algorithms, JMLR 20(53), 2019.
"""

from skhpo.portfolio._learn import learn
from skhpo.portfolio._models import classifiers, get, regressors
from skhpo.portfolio.features import feature_construction, feature_selection
from skhpo.portfolio.tables import preprocessing

__all__ = [
    "classifiers",
    "feature_construction",
    "feature_selection",
    "get",
    "learn",
    "preprocessing",
    "regressors",
]
