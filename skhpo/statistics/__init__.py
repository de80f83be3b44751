"""Statistics of scores: arrays in, small frozen records out.

Scores are greater-is-better everywhere, losses appear only where a name says so.
"""

from skhpo.statistics.bates import bates_interval
from skhpo.statistics.bayes import Probabilities, correlated_bayesian_t
from skhpo.statistics.bbc import bbc
from skhpo.statistics.best_of import best_of_test
from skhpo.statistics.bootstrap import bootstrap_interval
from skhpo.statistics.corrected import corrected_t_interval, corrected_t_test
from skhpo.statistics.dropping import bbcd_drop
from skhpo.statistics.effects import a12, cliffs_delta, cohens_d, hedges_g
from skhpo.statistics.five_by_two import five_by_two_f, five_by_two_t
from skhpo.statistics.holm import PairwiseResult, holm, wilcoxon_holm
from skhpo.statistics.mcnemar import mcnemar
from skhpo.statistics.one_se import one_standard_error
from skhpo.statistics.outcome import Interval, TestResult
from skhpo.statistics.ranks import FriedmanResult, NemenyiResult, friedman, nemenyi
from skhpo.statistics.tibshirani import BiasCorrection, tibshirani

__all__ = [
    "BiasCorrection",
    "FriedmanResult",
    "Interval",
    "NemenyiResult",
    "PairwiseResult",
    "Probabilities",
    "TestResult",
    "a12",
    "bates_interval",
    "bbc",
    "bbcd_drop",
    "best_of_test",
    "bootstrap_interval",
    "cliffs_delta",
    "cohens_d",
    "corrected_t_interval",
    "corrected_t_test",
    "correlated_bayesian_t",
    "five_by_two_f",
    "five_by_two_t",
    "friedman",
    "hedges_g",
    "holm",
    "mcnemar",
    "nemenyi",
    "one_standard_error",
    "tibshirani",
    "wilcoxon_holm",
]
